/* cli: `tagsmith backup`. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/keep_progress.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"

typedef struct settings {
    ts_server_settings server;
    bool json, quiet;
} settings;

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json), "say where it is as JSON"},
    TS_ROW_QUIET(settings),
};

static void on_event(void *context, const char *name, const json_t *data)
{
    if (strcmp(name, "progress") == 0) ts_keep_view_event(context, data);
}

static int backup(const ts_call *call, const char *target)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_keep_view view;
    json_t *wish = json_pack("{s:s}", "target", target);
    ts_server_ask ask = {.method = "POST", .target = "/api/backup", .body = wish};
    ts_keep_view_init(&view, s->quiet);
    json_t *done = wish ? ts_server_events(call, &s->server, &ask, on_event, &view, &err) : NULL;
    ts_keep_view_clear(&view);
    if (!wish) (void)ts_fail_memory(&err);
    json_decref(wish);
    if (!done) return ts_complain(&err);
    if (s->json) ts_print_json(done);
    else if (!s->quiet)
        (void)fprintf(stderr, "backup complete; tagsmith restore %s DIR makes a data folder of it\n", target);
    json_decref(done);
    return TS_EXIT_GOOD;
}

static int run(const ts_call *call)
{
    ts_error err = {0};
    char target[PATH_MAX];
    if (call->arg_count != 1) {
        (void)ts_fail(&err, TS_USAGE, "into which folder? It must not exist yet");
        (void)ts_hint(&err, "for example: tagsmith backup /mnt/backup/$(date +%%F)");
        return ts_complain(&err);
    }
    return ts_absolute_path(call->args[0], true, target, &err) ? backup(call, target) : ts_complain(&err);
}

const ts_command ts_command_backup = {
    .name = "backup",
    .summary = "copy the data folder, while it is in use",
    .synopsis = "[OPTION]... DIR",
    .about = "Makes the folder DIR with the catalogue as it was at one moment, every original (a hard link "
             "where that is\n"
             "possible: no room is taken) and the key that protects secrets: keep it as safe as the data "
             "folder itself.\n"
             "DIR is complete or not there. Thumbnails and the search index are left out; they are made "
             "again. Files of\n"
             "folders imported with --in-place are not copied.",
    .examples = "tagsmith backup /mnt/backup/$(date +%F)\ta new folder each day\n"
                "tagsmith restore /mnt/backup/2026-11-21 data\tand back",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
