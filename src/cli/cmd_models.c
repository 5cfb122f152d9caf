/* cli: `tagsmith models`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "service/models.h"

typedef struct settings {
    const char *models_dir;
    bool json;
} settings;

static const ts_option options[] = {
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json),
     "list and verify: one JSON object a line"},
    {"models", 0, TS_OPTION_TEXT, "DIR", NULL, 0, 0, offsetof(settings, models_dir),
     "where the weights lie (default: TAGSMITH_MODELS, else\nthe usual places)"},
};

typedef struct listing {
    bool json;
    bool verify;
} listing;

static const char *state_of(const ts_model_row *row, bool verify)
{
    if (!row->present) return "missing";
    if (row->fault) return "wrong";
    return verify ? "verified" : "present";
}

static void print_json(const ts_model_row *row, const char *state)
{
    json_t *object = json_pack("{ss ss ss ss ss ss sI ss}", "name", row->name, "version", row->version,
                               "analyser", row->analyser, "pack", row->pack, "licence", row->licence, "path",
                               row->path, "bytes", (json_int_t)row->bytes, "state", state);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text) (void)puts(text);
    free(text);
    json_decref(object);
}

static void print_row(void *context, const ts_model_row *row)
{
    const listing *list = context;
    const char *state = state_of(row, list->verify);
    if (list->json) {
        print_json(row, state);
        return;
    }
    (void)printf("%-28s %-10s %-9s %-12s %7.1f MB  %s\n", row->name, row->version, row->analyser,
                 row->licence, (double)row->bytes / 1e6, state);
    if (row->fault && row->present) (void)printf("    %s\n", row->fault->message);
}

static int list(const settings *s, const ts_call *call, bool verify)
{
    ts_error err = {0};
    listing context = {s->json, verify};
    size_t faults = 0;
    if (!ts_service_models(s->models_dir, call->args + 1, call->arg_count - 1, verify, print_row, &context,
                           &faults, &err))
        return ts_complain(&err);
    (void)fflush(stdout);
    if (!faults) return TS_EXIT_GOOD;
    (void)fprintf(
        stderr,
        "tagsmith: %zu model%s not in place\n          tagsmith models convert brings what is missing\n",
        faults, faults == 1 ? " is" : "s are");
    return TS_EXIT_CANNOT_RUN;
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    static const char *const actions[] = {"list", "verify", "fetch", "convert"};
    const char *action = call->arg_count ? call->args[0] : "";
    ts_error err = {0};
    if (strcmp(action, "list") == 0) return list(s, call, false);
    if (strcmp(action, "verify") == 0) return list(s, call, true);
    if (strcmp(action, "fetch") == 0 || strcmp(action, "convert") == 0) {
        bool ok = ts_service_models_bring(action, s->models_dir, call->args + 1, call->arg_count - 1, &err);
        return ok ? TS_EXIT_GOOD : ts_complain(&err);
    }
    const char *near = ts_nearest(action, actions, sizeof actions / sizeof *actions);
    (void)ts_fail(&err, TS_USAGE, *action ? "models cannot \"%s\"" : "what about the models?%s", action);
    if (near) (void)ts_hint(&err, "did you mean tagsmith models %s?", near);
    else (void)ts_hint(&err, "say list, verify, fetch or convert");
    return ts_complain(&err);
}

const ts_command ts_command_models = {
    .name = "models",
    .summary = "list, verify, fetch and convert the networks",
    .synopsis = "list|verify|fetch|convert [OPTION]... [NAME]...",
    .about = "Shows which networks there are and whether they are in place, and brings them here. fetch "
             "downloads what\n"
             "they are made from, convert makes them (and fetches first); both do nothing that is already "
             "done, and every\n"
             "file is checked against the SHA-256 in its manifest.",
    .examples = "tagsmith models list\twhat there is, and what is missing\n"
                "tagsmith models convert\tbring everything that is missing\n"
                "tagsmith models verify open-nsfw\tread one file whole and compare it with its manifest",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
