/* cli: `tagsmith jobs`. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/server_settings.h"

typedef struct settings {
    ts_server_settings server;
    unsigned state, limit;
    bool json;
} settings;

#define STATES "queued|running|done|failed|quarantined|cancelled"

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"state", 0, TS_OPTION_CHOICE, "STATE", STATES, 0, 0, offsetof(settings, state), "list: only those"},
    {"limit", 'l', TS_OPTION_COUNT, "N", NULL, 1, 200, offsetof(settings, limit),
     "list: at most so many (default 50)"},
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json), "one JSON object a job"},
};

static void print_job(const json_t *job, bool as_json)
{
    if (as_json) {
        ts_print_json(job);
        return;
    }
    const char *why = ts_json_string_or(json_object_get(job, "error"), "message", NULL);
    (void)printf("%-20s  %-6s  %-11s  %-20s  %s", ts_json_string_or(job, "id", ""),
                 ts_json_string_or(job, "kind", ""), ts_json_string_or(job, "state", ""),
                 ts_json_string_or(job, "picture", ""), ts_json_string_or(job, "created", ""));
    if (why) {
        (void)printf("  ");
        ts_print_shown(why);
    }
    (void)printf("\n");
}

static void say_counts(const json_t *answer)
{
    const char *name, *before = "";
    json_t *count;
    json_object_foreach ((json_t *)(uintptr_t)json_object_get(answer, "counts"), name, count) {
        if (json_integer_value(count) == 0) continue;
        (void)fprintf(stderr, "%s%lld %s", before, (long long)json_integer_value(count), name);
        before = ", ";
    }
    (void)fprintf(stderr, "%s\n", *before ? "" : "no jobs");
}

static int list(const ts_call *call)
{
    static const char *const states[] = {NULL,     "queued",      "running",  "done",
                                         "failed", "quarantined", "cancelled"};
    const settings *s = call->settings;
    char target[128];
    ts_error err = {0};
    (void)snprintf(target, sizeof target, "/api/jobs?limit=%u%s%s", s->limit ? s->limit : 50,
                   s->state ? "&state=" : "", s->state ? states[s->state] : "");
    json_t *answer = ts_server_list(call, &s->server, target, "jobs", print_job, s->json, &err);
    if (answer && !s->json) say_counts(answer);
    return ts_server_end(answer, &err);
}

static int change(const ts_call *call, const char *what)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_server_ask ask = {.method = "POST", .target = "/api/jobs"};
    json_t *job = ts_server_about(call, &s->server, &ask, call->args[1], what, &err);
    if (job) print_job(job, s->json);
    return ts_server_end(job, &err);
}

static int retry(const ts_call *call)
{
    return change(call, "/requeue");
}

static int cancel(const ts_call *call)
{
    return change(call, "/cancel");
}

static int run(const ts_call *call)
{
    static const ts_action actions[] = {
        {"list", 0, 0, list}, {"retry", 1, 1, retry}, {"cancel", 1, 1, cancel}};
    return ts_run_action(call, actions, sizeof actions / sizeof *actions, "the jobs",
                         "say list, retry ID or cancel ID");
}

const ts_command ts_command_jobs = {
    .name = "jobs",
    .summary = "see what waits to be tagged, and try again what failed",
    .synopsis = "list|retry|cancel [OPTION]... [ID]",
    .about = "Pictures that are not tagged at once become jobs. One that fails again and again is put into "
             "quarantine with "
             "its\n"
             "last error and waits for a person: retry gives it another chance.",
    .examples = "tagsmith jobs list\twhat there is, newest first\n"
                "tagsmith jobs list --state quarantined\twhat needs a person\n"
                "tagsmith jobs retry 06eqx4k8m2\tonce more",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
