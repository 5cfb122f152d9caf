/* cli: `tagsmith restore`. */
#include <limits.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/keep_progress.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"
#include "service/keep.h"

typedef struct settings {
    bool quiet;
} settings;

static const ts_option options[] = {
    TS_ROW_QUIET(settings),
};

typedef struct screen {
    ts_keep_view view;
    const atomic_int *stop;
} screen;

static bool on_progress(void *context, uint64_t done, uint64_t total, const char *what)
{
    screen *shown = context;
    ts_keep_view_show(&shown->view, done, total, what);
    return atomic_load(shown->stop) == 0;
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    char backup[PATH_MAX], target[PATH_MAX];
    screen shown = {.stop = call->stop};
    if (call->arg_count != 2) {
        (void)ts_fail(&err, TS_USAGE, "which backup, and into which data folder? It must not exist yet");
        (void)ts_hint(&err, "for example: tagsmith restore /mnt/backup/2026-11-21 data");
        return ts_complain(&err);
    }
    ts_keep_view_init(&shown.view, s->quiet);
    bool ok = ts_absolute_path(call->args[0], false, backup, &err) &&
              ts_absolute_path(call->args[1], true, target, &err) &&
              ts_restore(backup, target, on_progress, &shown, &err);
    ts_keep_view_clear(&shown.view);
    if (!ok) return ts_complain(&err);
    if (!s->quiet)
        (void)fprintf(stderr, "restored and checked; tagsmith serve --data %s goes on with it\n", target);
    return TS_EXIT_GOOD;
}

const ts_command ts_command_restore = {
    .name = "restore",
    .summary = "make a data folder from a backup",
    .synopsis = "[OPTION]... BACKUP DIR",
    .about = "Copies the backup into the new folder DIR, checks every record and that every original is "
             "there, and only "
             "then\n"
             "gives it its name: DIR is whole or not there. The backup stays as it is.",
    .examples = "tagsmith restore /mnt/backup/2026-11-21 data\tthen: tagsmith serve --data data",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
