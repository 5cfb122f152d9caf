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

static int list(const ts_call *call, const settings *s)
{
    static const char *const states[] = {NULL,     "queued",      "running",  "done",
                                         "failed", "quarantined", "cancelled"};
    char target[128];
    ts_error err = {0};
    size_t i;
    json_t *job;
    (void)snprintf(target, sizeof target, "/api/jobs?limit=%u%s%s", s->limit ? s->limit : 50,
                   s->state ? "&state=" : "", s->state ? states[s->state] : "");
    json_t *answer =
        ts_server_json(call, &s->server, &(ts_server_ask){.method = "GET", .target = target}, &err);
    if (!answer) return ts_complain(&err);
    json_array_foreach (json_object_get(answer, "jobs"), i, job) print_job(job, s->json);
    if (!s->json) say_counts(answer);
    json_decref(answer);
    return TS_EXIT_GOOD;
}

static int change(const ts_call *call, const settings *s, const char *action)
{
    ts_error err = {0};
    ts_buf target = {0};
    json_t *job = NULL;
    (void)ts_buf_puts(&target, "/api/jobs/");
    if (ts_escape_query(&target, call->args[1]) && ts_buf_printf(&target, "/%s", action))
        job =
            ts_server_json(call, &s->server, &(ts_server_ask){.method = "POST", .target = target.data}, &err);
    else (void)ts_fail_memory(&err);
    ts_buf_free(&target);
    if (!job) return ts_complain(&err);
    print_job(job, s->json);
    json_decref(job);
    return TS_EXIT_GOOD;
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    const char *action = call->arg_count ? call->args[0] : "";
    ts_error err = {0};
    if (strcmp(action, "list") == 0 && call->arg_count == 1) return list(call, s);
    if (strcmp(action, "retry") == 0 && call->arg_count == 2) return change(call, s, "requeue");
    if (strcmp(action, "cancel") == 0 && call->arg_count == 2) return change(call, s, "cancel");
    (void)ts_fail(&err, TS_USAGE, "what about the jobs?");
    (void)ts_hint(&err, "say list, retry ID or cancel ID");
    return ts_complain(&err);
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
