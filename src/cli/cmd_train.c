/* cli: `tagsmith train`. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"
#include "service/settings.h"
#include "service/teach.h"

typedef struct settings {
    ts_server_settings server;
    ts_tagger_setup setup;
    const char *labels, *test;
    bool quiet;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    {"labels", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(labels),
     "the examples: lines of a picture's path, a tab, its class"},
    {"test", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(test),
     "such a file of pictures that the head is tried on"},
    TS_SERVER_OPTIONS(settings),
    TS_ROW_JOBS_JUDGE(settings),
    TS_ROW_QUIET_JUDGE(settings),
};

static bool teach(const ts_call *call, const char *data, ts_arena *arena, ts_teaching *out, ts_error *err)
{
    const settings *s = call->settings;
    ts_count_watch watch;
    ts_teach_request request = {.setup = s->setup,
                                .name = call->args[0],
                                .labels = s->labels,
                                .test = s->test,
                                .data = data,
                                .stop = call->stop,
                                .progress = ts_count_watch_show,
                                .context = &watch};
    ts_count_watch_begin(&watch, s->quiet);
    bool ok = ts_service_teach(&request, arena, out, err);
    ts_progress_clear(&watch.view);
    return ok;
}

static bool print_report(const ts_teaching *teaching, ts_error *err)
{
    json_t *report = ts_teaching_json(teaching);
    char *text = report ? json_dumps(report, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
    if (text) (void)puts(text);
    bool ok = text || ts_fail_memory(err);
    free(text);
    json_decref(report);
    return ok;
}

static bool check_words(const ts_call *call, ts_error *err)
{
    const settings *s = call->settings;
    if (call->arg_count == 1 && s->labels) return true;
    if (call->arg_count != 1) (void)ts_fail(err, TS_USAGE, "train takes one name, of the head that is made");
    else (void)ts_fail(err, TS_USAGE, "which pictures show what? --labels FILE says");
    return ts_hint(err, "for example: tagsmith train garments --labels garments.tsv");
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_teaching teaching = {0};
    ts_arena *arena = ts_arena_new(0);
    ts_config *config = NULL;
    bool ok = (arena || ts_fail_memory(&err)) && check_words(call, &err);
    if (ok) config = ts_server_config(&s->server, &err);
    const char *data = config ? ts_settings_data_dir(config, arena, &err) : NULL;
    ok = data && teach(call, data, arena, &teaching, &err) && print_report(&teaching, &err);
    int status = !ok ? ts_complain(&err) : teaching.failed ? TS_EXIT_SOME_FAILED : TS_EXIT_GOOD;
    ts_config_free(config);
    ts_arena_free(arena);
    return status;
}

const ts_command ts_command_train = {
    .name = "train",
    .summary = "teach the tagger classes of your own, from a few pictures of each",
    .synopsis = "NAME --labels FILE [OPTION]...",
    .about = "Makes a head: a small classifier on what the networks see already. Five pictures a class are "
             "enough to\n"
             "begin with. The class \"-\" is for pictures of anything else, so that the head may say \"none "
             "of these\".\n"
             "Relative paths are looked for beside FILE, then in the working folder. How strongly it is "
             "held back and how\n"
             "sure it is allowed to be is found by cross-validation. The head is kept as a new version "
             "below the data\n"
             "folder, heads/NAME/VERSION.json; the report is printed as JSON.",
    .examples = "tagsmith train garments --labels garments.tsv\tteach, and see how well it does by "
                "cross-validation\n"
                "tagsmith train garments --labels garments.tsv --test others.tsv\tand on other pictures",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
