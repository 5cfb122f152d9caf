/* cli: `tagsmith export`. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/server_settings.h"

typedef struct settings {
    ts_server_settings server;
} settings;

static const ts_option options[] = {TS_SERVER_OPTIONS(settings)};

static bool put_line(void *context, const char *line, size_t length)
{
    (void)context;
    return fwrite(line, 1, length, stdout) == length && putchar('\n') == '\n';
}

static int export(const ts_call *call, const char *target)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_server_ask ask = {.method = "GET", .target = target};
    if (ts_server_lines(call, &s->server, &ask, put_line, NULL, &err)) return TS_EXIT_GOOD;
    /* Nobody reads any more, or nothing more can be written: commands.c says which. */
    return ferror(stdout) ? TS_EXIT_GOOD : ts_complain(&err);
}

static int run(const ts_call *call)
{
    ts_buf target = {0};
    ts_error err = {0};
    (void)ts_buf_puts(&target, call->arg_count ? "/api/export?q=" : "/api/export");
    for (size_t i = 0; i < call->arg_count; i++) {
        if (i) (void)ts_buf_puts(&target, "%20");
        (void)ts_escape_query(&target, call->args[i]);
    }
    if (target.failed) (void)ts_fail_memory(&err);
    int status = target.failed ? ts_complain(&err) : export(call, target.data);
    ts_buf_free(&target);
    return status;
}

const ts_command ts_command_export = {
    .name = "export",
    .summary = "write the catalogue out, one JSON record a line",
    .synopsis = "[OPTION]... [QUERY]...",
    .about = "Writes every picture, or those that QUERY finds (docs/search.md), to standard output: what "
             "docs/record.schema.json\n"
             "describes, with id, state and who said what. Of one moment, also while a server works.",
    .examples = "tagsmith export > catalogue.ndjson\teverything\n"
                "tagsmith export taken:2024 | jq -r '[.path, .title] | @csv'\tone year as a table",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
