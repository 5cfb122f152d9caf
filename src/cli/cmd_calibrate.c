/* cli: `tagsmith calibrate`. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/shared_options.h"
#include "service/calibrate.h"

typedef struct settings {
    ts_tagger_setup setup;
    bool write, json, quiet;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    {"write", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(write),
     "keep the fits beside the weights: every later run uses them"},
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(json), "one JSON object a model"},
    TS_ROW_ANALYSERS_JUDGE(settings),
    TS_ROW_JOBS_JUDGE(settings),
    TS_ROW_QUIET_JUDGE(settings),
};

static void print_fit(const ts_model_fit *f)
{
    (void)printf("%-30s %6zu %6zu  ", f->model, f->claims, f->right);
    if (!f->enough) {
        (void)puts("too few right or wrong ones to fit");
        return;
    }
    (void)printf("%.3f %.3f  %.3f %.3f  %6.3f %7.3f%s%s\n", f->loss_before, f->loss_after, f->error_before,
                 f->error_after, f->fit.slope, f->fit.offset, f->written ? "  " : "",
                 f->written ? f->written : "");
}

static void print_table(const ts_calibration *c)
{
    (void)printf("%-30s %6s %6s  %-11s  %-11s  %6s %7s\n", "model", "claims", "right", "loss", "ECE", "slope",
                 "offset");
    for (size_t i = 0; i < c->count; i++) print_fit(&c->models[i]);
    (void)printf("\n%zu pictures, %zu not read. Loss and calibration error before and after; after: by fits "
                 "that had not seen "
                 "the picture\n",
                 c->pictures, c->failed);
    for (size_t i = 0; i < c->failed; i++)
        (void)printf("  not read  %s\n", c->failures[i] ? c->failures[i] : "");
}

static void print_json(const ts_model_fit *f)
{
    json_t *object =
        json_pack("{s:s, s:s, s:I, s:I, s:b}", "model", f->model, "analyser", f->analyser, "claims",
                  (json_int_t)f->claims, "right", (json_int_t)f->right, "fitted", f->enough);
    json_t *fit = f->enough
                      ? json_pack("{s:{s:s, s:f, s:f}, s:{s:f, s:f}, s:{s:f, s:f}, s:s?}", "calibration",
                                  "kind", "platt", "slope", f->fit.slope, "offset", f->fit.offset, "loss",
                                  "before", f->loss_before, "after", f->loss_after, "ece", "before",
                                  f->error_before, "after", f->error_after, "written", f->written)
                      : json_object();
    char *text =
        object && fit && json_object_update(object, fit) == 0 ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text) (void)puts(text);
    free(text);
    json_decref(fit);
    json_decref(object);
}

static bool calibrate(const ts_call *call, const settings *s, ts_arena *arena, ts_calibration *out,
                      ts_error *err)
{
    ts_count_watch watch;
    ts_calibrate_request request = {.setup = s->setup,
                                    .dir = call->args[0],
                                    .write = s->write,
                                    .stop = call->stop,
                                    .progress = ts_count_watch_show,
                                    .context = &watch};
    ts_count_watch_begin(&watch, s->quiet);
    bool ok = ts_service_calibrate(&request, arena, out, err);
    ts_progress_clear(&watch.view);
    return ok;
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_calibration c;
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena ? true : ts_fail_memory(&err);
    if (ok && call->arg_count != 1)
        ok = ts_fail(&err, TS_USAGE, "calibrate takes one folder that holds a labels.tsv");
    ok = ok && calibrate(call, s, arena, &c, &err);
    if (ok && !s->json) print_table(&c);
    for (size_t i = 0; ok && s->json && i < c.count; i++) print_json(&c.models[i]);
    int status = !ok ? ts_complain(&err) : c.failed ? TS_EXIT_SOME_FAILED : TS_EXIT_GOOD;
    ts_arena_free(arena);
    return status;
}

const ts_command ts_command_calibrate = {
    .name = "calibrate",
    .summary = "fit the models' scores to what is right on labelled pictures",
    .synopsis = "[OPTION]... FOLDER",
    .about = "FOLDER is one as `tagsmith eval` takes. For each model whose scores speak of the labels' "
             "concepts, finds the slope\n"
             "and offset that make its score the share that is right, and says what that does to the loss "
             "and to the\n"
             "calibration error, on pictures that the fit has not seen. Nothing changes unless --write is "
             "given; a file\n"
             "MODEL.calibration.json beside the weights then goes before the manifest, and removing it "
             "undoes that.",
    .examples = "tagsmith calibrate Labelled\twhat a fit would change\n"
                "tagsmith calibrate Labelled --write\tand keep it\n"
                "tagsmith eval Held-out\twhat it did to the tags",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
