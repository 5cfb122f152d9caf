/* cli: `tagsmith verify`. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/keep_progress.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"

typedef struct settings {
    ts_server_settings server;
    bool deep, json, quiet;
} settings;

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"deep", 'd', TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, deep),
     "read every original and compare its hash: as slow as the\ndisk"},
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json),
     "one JSON object a finding, then the counts"},
    TS_ROW_QUIET(settings),
};

typedef struct screen {
    const settings *settings;
    ts_keep_view view;
} screen;

static void on_event(void *context, const char *name, const json_t *data)
{
    screen *shown = context;
    if (strcmp(name, "progress") == 0) ts_keep_view_event(&shown->view, data);
    if (strcmp(name, "finding") != 0) return;
    ts_keep_view_clear(&shown->view);
    if (shown->settings->json) {
        ts_print_json(data);
        return;
    }
    ts_print_shown(ts_json_string_or(data, "text", ""));
    (void)printf("\n");
}

static long long count_of(const json_t *done, const char *name)
{
    return (long long)json_integer_value(json_object_get(done, name));
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    screen shown = {.settings = s};
    if (call->arg_count) {
        (void)ts_fail(&err, TS_USAGE, "verify takes no \"%.100s\"; --data DIR says which data folder",
                      call->args[0]);
        return ts_complain(&err);
    }
    json_t *wish = json_pack("{s:b}", "deep", (int)s->deep);
    ts_server_ask ask = {.method = "POST", .target = "/api/verify", .body = wish};
    ts_keep_view_init(&shown.view, s->quiet);
    json_t *done = ts_server_events(call, &s->server, &ask, on_event, &shown, &err);
    ts_keep_view_clear(&shown.view);
    json_decref(wish);
    if (!done) return ts_complain(&err);
    long long findings = count_of(done, "findings");
    if (s->json) ts_print_json(done);
    else if (!s->quiet)
        (void)fprintf(stderr, "%lld pictures, %lld originals, %lld lines of history: %lld finding%s\n",
                      count_of(done, "pictures"), count_of(done, "blobs"), count_of(done, "ledger_lines"),
                      findings, findings == 1 ? "" : "s");
    json_decref(done);
    return findings ? TS_EXIT_SOME_FAILED : TS_EXIT_GOOD;
}

const ts_command ts_command_verify = {
    .name = "verify",
    .summary = "check the data folder, while it is in use",
    .synopsis = "[OPTION]...",
    .about = "Checks the catalogue, that its tags follow from their history, and that every original is "
             "there. Changes\n"
             "nothing. An original that is damaged or missing comes back when the same picture is uploaded "
             "again.\n"
             "Exit status 1 says that something was found.",
    .examples = "tagsmith verify\tis everything there?\n"
                "tagsmith verify --deep\tand are all bytes as they were?",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
