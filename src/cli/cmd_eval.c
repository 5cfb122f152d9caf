/* cli: `tagsmith eval`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/shared_options.h"
#include "service/evaluate.h"

typedef struct settings {
    ts_tagger_setup setup;
    const char *html;
    bool json, quiet;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    {"html", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(html),
     "also write a page with curves and reliability diagrams"},
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(json), "one JSON object instead of the table"},
    TS_ROW_ANALYSERS_JUDGE(settings),
    TS_ROW_JOBS_JUDGE(settings),
    TS_ROW_QUIET_JUDGE(settings),
};

/* ---- the table ------------------------------------------------------------------------------------------------------- */

static void print_figure(double value, ts_interval at)
{
    if (isnan(value)) (void)printf("  %-19s", "-");
    else if (isnan(at.low)) (void)printf("  %-19.3f", value);
    else (void)printf("  %.3f (%.3f-%.3f)", value, at.low, at.high);
}

static void print_facet(const ts_facet_figures *f)
{
    (void)printf("%-9s %5zu %6zu", f->facet, f->concepts, f->there);
    print_figure(f->precision, f->precision_at);
    print_figure(f->recall, f->recall_at);
    print_figure(f->f1, f->f1_at);
    print_figure(f->map, f->map_at);
    print_figure(f->ece, f->ece_at);
    if (isnan(f->line_95)) (void)puts("  -");
    else (void)printf("  %.3f\n", f->line_95);
}

static void print_table(const ts_evaluation *e)
{
    (void)printf("%-9s %5s %6s  %-19s  %-19s  %-19s  %-19s  %-19s  %s\n", "facet", "asked", "there",
                 "precision", "recall", "F1", "mAP", "ECE", "95 % line");
    for (size_t i = 0; i < e->facet_count; i++) print_facet(&e->facets[i]);
    (void)printf("\n%zu pictures, %zu not read; %.0f tags a picture at the median, 10 to 50 on %.0f %%\n",
                 e->pictures, e->failed, e->tags_median, 100 * e->tags_10_to_50);
    for (size_t i = 0; i < e->failed; i++)
        (void)printf("  not read  %s\n", e->failures[i] ? e->failures[i] : "");
    if (e->unknown_count) (void)printf("left out, no such concept:");
    for (size_t i = 0; i < e->unknown_count; i++) (void)printf("%s %s", i ? "," : "", e->unknown[i]);
    if (e->unknown_count) (void)puts("");
}

/* ---- for machines ---------------------------------------------------------------------------------------------------- */

/* JSON has no NAN. */
static json_t *number_of(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *figure_of(double value, ts_interval at)
{
    return json_pack("{s:o, s:o, s:o}", "value", number_of(value), "low", number_of(at.low), "high",
                     number_of(at.high));
}

static json_t *facet_of(const ts_facet_figures *f)
{
    return json_pack("{s:s, s:I, s:I, s:{s:I, s:I, s:I}, s:o, s:o, s:o, s:o, s:o, s:o}", "facet", f->facet,
                     "concepts", (json_int_t)f->concepts, "there", (json_int_t)f->there, "shown", "hits",
                     (json_int_t)f->shown.hits, "false_alarms", (json_int_t)f->shown.false_alarms, "misses",
                     (json_int_t)f->shown.misses, "precision", figure_of(f->precision, f->precision_at),
                     "recall", figure_of(f->recall, f->recall_at), "f1", figure_of(f->f1, f->f1_at), "map",
                     figure_of(f->map, f->map_at), "ece", figure_of(f->ece, f->ece_at), "line_95",
                     number_of(f->line_95));
}

static json_t *texts_of(const char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        (void)json_array_append_new(list, json_string(texts[i] ? texts[i] : ""));
    return list;
}

static void print_json(const ts_evaluation *e)
{
    json_t *facets = json_array();
    for (size_t i = 0; facets && i < e->facet_count; i++)
        (void)json_array_append_new(facets, facet_of(&e->facets[i]));
    json_t *object =
        json_pack("{s:I, s:I, s:f, s:f, s:o, s:o, s:o}", "pictures", (json_int_t)e->pictures, "failed",
                  (json_int_t)e->failed, "tags_median", e->tags_median, "tags_10_to_50", e->tags_10_to_50,
                  "facets", facets, "unknown", texts_of(e->unknown, e->unknown_count), "failures",
                  texts_of(e->failures, e->failed));
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text) (void)puts(text);
    free(text);
    json_decref(object);
}

/* ---- the command ------------------------------------------------------------------------------------------------------ */

static bool write_page(const ts_evaluation *e, const char *dir, const char *path, ts_error *err)
{
    ts_buf page = {0};
    bool ok =
        ts_evaluation_page(e, dir, &page, err) && ts_file_write_atomic(path, page.data, page.length, err);
    ts_buf_free(&page);
    return ok;
}

static bool evaluate(const ts_call *call, const settings *s, ts_arena *arena, ts_evaluation *out,
                     ts_error *err)
{
    ts_count_watch watch;
    ts_evaluate_request request = {.setup = s->setup,
                                   .dir = call->args[0],
                                   .stop = call->stop,
                                   .progress = ts_count_watch_show,
                                   .context = &watch};
    ts_count_watch_begin(&watch, s->quiet);
    bool ok = ts_service_evaluate(&request, arena, out, err);
    ts_progress_clear(&watch.view);
    return ok;
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_evaluation e;
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena ? true : ts_fail_memory(&err);
    if (ok && call->arg_count != 1)
        ok = ts_fail(&err, TS_USAGE, "eval takes one folder that holds a labels.tsv");
    ok = ok && evaluate(call, s, arena, &e, &err);
    if (ok && s->json) print_json(&e);
    else if (ok) print_table(&e);
    ok = ok && (!s->html || write_page(&e, call->args[0], s->html, &err));
    int status = !ok ? ts_complain(&err) : e.failed ? TS_EXIT_SOME_FAILED : TS_EXIT_GOOD;
    ts_arena_free(arena);
    return status;
}

const ts_command ts_command_eval = {
    .name = "eval",
    .summary = "measure how good and how honest the tags are on labelled pictures",
    .synopsis = "[OPTION]... FOLDER",
    .about = "FOLDER holds pictures and labels.tsv: a line each, the file's name, a tab, its labels joined "
             "by |. Labels are\n"
             "concepts or any of their names; classes.txt, one label a line, says what was looked for beside "
             "those.\n"
             "Precision, recall, F1 and calibration error (ECE) are of the tags that would be shown; mean "
             "average precision\n"
             "(mAP) of everything that was weighed; all with 90 % intervals. \"95 % line\" is the confidence "
             "from which on\n"
             "95 % were right.",
    .examples = "tagsmith eval Labelled\tthe table\n"
                "tagsmith eval Labelled --html eval.html\tand a page with the curves\n"
                "tagsmith eval Labelled --json\tfor a script",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
