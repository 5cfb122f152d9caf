/* service: the use case "eval". Knows no output form. */
#include "service/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/labelled_run.h"
#include "service/setup.h"

enum { bootstrap_rounds = 400 };

/* A claim, and what is needed to choose among claims. */
typedef struct judged {
    ts_claim claim;
    ts_facet facet;
    bool shown;
} judged;

typedef struct work {
    ts_tagger *tagger;
    const ts_labelled *folder;
    ts_arena *arena;
    judged *claims; /* picture by picture, in the order of asked */
    bool *seen;     /* by picture */
    unsigned *tag_counts;
} work;

/* ---- one picture ---------------------------------------------------------------------------------------------------- */

static size_t place_of(const work *w, const char *concept)
{
    return ts_labelled_place(w->folder, ts_tagger_vocab(w->tagger), concept);
}

static void note_tags(const work *w, const ts_tag *tags, size_t count, bool shown, judged *row)
{
    for (size_t k = 0; k < count; k++) {
        size_t place = place_of(w, tags[k].concept);
        if (place == w->folder->asked_count) continue;
        row[place].claim.p = (double)tags[k].confidence;
        row[place].shown = shown;
    }
}

/* A concept that only stands among the ancestors of a shown tag is shown: "animal" beside "dog" is left out as dull. */
static void note_ancestors(const work *w, const ts_record *record, judged *row)
{
    for (size_t k = 0; k < record->tag_count; k++) {
        for (size_t a = 0; a < record->tags[k].ancestor_count; a++) {
            size_t place = place_of(w, record->tags[k].ancestors[a]);
            if (place < w->folder->asked_count) row[place].shown = true;
        }
    }
}

static void note_record(void *context, size_t number, const ts_record *record)
{
    const work *w = context;
    judged *row = w->claims + number * w->folder->asked_count;
    note_tags(w, record->others, record->other_count, false, row);
    note_tags(w, record->tags, record->tag_count, true, row);
    note_ancestors(w, record, row);
    w->tag_counts[number] = (unsigned)record->tag_count;
    w->seen[number] = true;
}

/* ---- figures -------------------------------------------------------------------------------------------------------- */

/* The claims of one facet, over the pictures that a bootstrap has drawn: their numbers come as groups. */
typedef struct scope {
    const work *w;
    int facet;         /* -1: all */
    ts_claim *scratch; /* room for the claims of all pictures */
} scope;

static bool concerns(const scope *s, const judged *row)
{
    return s->facet < 0 || (int)row->facet == s->facet;
}

static const judged *rows_of(const scope *s, const ts_claim *picture)
{
    return s->w->claims + picture->group * s->w->folder->asked_count;
}

static ts_confusion confusion_of(const scope *s, const ts_claim *pictures, size_t count)
{
    ts_confusion c = {0};
    for (size_t i = 0; i < count; i++) {
        const judged *rows = rows_of(s, &pictures[i]);
        for (size_t k = 0; k < s->w->folder->asked_count; k++) {
            if (!concerns(s, &rows[k])) continue;
            bool right = rows[k].claim.right, shown = rows[k].shown;
            c.hits += shown && right;
            c.false_alarms += shown && !right;
            c.misses += !shown && right;
            c.rest += !shown && !right;
        }
    }
    return c;
}

static double f1_of(const ts_claim *pictures, size_t count, void *context)
{
    ts_confusion c = confusion_of(context, pictures, count);
    return c.hits + c.false_alarms + c.misses ? ts_f1(&c) : NAN;
}

/* Which claims: those that are shown, those that were weighed at all, or, where recall counts, what is there as well. */
typedef enum which { SHOWN = 0, WEIGHED, WEIGHED_OR_THERE } which;

static bool is_one_of(const judged *row, which w)
{
    bool weighed = row->claim.p > 0;
    if (w == SHOWN) return weighed && row->shown;
    return weighed || (w == WEIGHED_OR_THERE && row->claim.right);
}

static size_t gather(const scope *s, const ts_claim *pictures, size_t count, which w)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const judged *rows = rows_of(s, &pictures[i]);
        for (size_t k = 0; k < s->w->folder->asked_count; k++)
            if (concerns(s, &rows[k]) && is_one_of(&rows[k], w)) s->scratch[n++] = rows[k].claim;
    }
    return n;
}

static double ece_of(const ts_claim *pictures, size_t count, void *context)
{
    const scope *s = context;
    ts_reliability bins[TS_EVALUATE_BINS];
    size_t n = gather(s, pictures, count, SHOWN);
    return n ? ts_calibration_error(s->scratch, n, bins, TS_EVALUATE_BINS) : NAN;
}

static double average_precision_at(const scope *s, const ts_claim *pictures, size_t count, size_t place)
{
    double area = NAN;
    for (size_t i = 0; i < count; i++) s->scratch[i] = rows_of(s, &pictures[i])[place].claim;
    return ts_average_precision(s->scratch, count, &area, NULL) ? area : NAN;
}

static double map_of(const ts_claim *pictures, size_t count, void *context)
{
    const scope *s = context;
    double sum = 0;
    size_t concepts = 0;
    for (size_t k = 0; count && k < s->w->folder->asked_count; k++) {
        if (!concerns(s, &rows_of(s, &pictures[0])[k])) continue;
        double area = average_precision_at(s, pictures, count, k);
        if (isnan(area)) continue;
        sum += area;
        concepts++;
    }
    return concepts ? sum / (double)concepts : NAN;
}

/* ---- a facet's row --------------------------------------------------------------------------------------------------- */

static bool intervals_of(scope *s, const ts_claim *pictures, size_t count, ts_facet_figures *f, ts_error *err)
{
    const double z = 1.6449;
    const ts_confusion *c = &f->shown;
    f->precision_at = ts_wilson(c->hits, c->hits + c->false_alarms, z);
    f->recall_at = ts_wilson(c->hits, c->hits + c->misses, z);
    return ts_bootstrap(pictures, count, f1_of, s, bootstrap_rounds, 1, &f->f1_at, err) &&
           ts_bootstrap(pictures, count, ece_of, s, bootstrap_rounds, 2, &f->ece_at, err) &&
           ts_bootstrap(pictures, count, map_of, s, bootstrap_rounds / 4, 3, &f->map_at, err);
}

static bool curves_of(scope *s, const ts_claim *pictures, size_t count, ts_facet_figures *f, ts_error *err)
{
    enum { few = 10 }; /* a line drawn from fewer claims says nothing */
    ts_error none = {0};
    size_t n = gather(s, pictures, count, WEIGHED);
    (void)ts_calibration_error(s->scratch, n, f->bins, TS_EVALUATE_BINS);
    if (!ts_line_for_precision(s->scratch, n, 0.95, few, &f->line_95, &none)) f->line_95 = NAN;
    n = gather(s, pictures, count, WEIGHED_OR_THERE);
    ts_curve_point *curve = TS_NEW_ARRAY(s->w->arena, n, ts_curve_point);
    if (!curve) return ts_fail_memory(err);
    f->curve = curve;
    if (!ts_precision_curve(s->scratch, n, curve, &f->points, err)) return false;
    while (f->points > 0 && !(curve[f->points - 1].line > 0))
        f->points--; /* what was never weighed has no line */
    return true;
}

static void count_claims(const scope *s, ts_facet_figures *f)
{
    for (size_t k = 0; k < s->w->folder->asked_count; k++) f->concepts += concerns(s, &s->w->claims[k]);
    f->there = f->shown.hits + f->shown.misses;
}

static bool figure_out(scope *s, const ts_claim *pictures, size_t count, ts_facet_figures *f, ts_error *err)
{
    *f = (ts_facet_figures){.facet = s->facet < 0 ? "all" : ts_facet_name((ts_facet)s->facet)};
    f->shown = confusion_of(s, pictures, count);
    f->precision = ts_precision(&f->shown);
    f->recall = ts_recall(&f->shown);
    f->f1 = ts_f1(&f->shown);
    f->ece = ece_of(pictures, count, s);
    f->map = map_of(pictures, count, s);
    count_claims(s, f);
    return intervals_of(s, pictures, count, f, err) && curves_of(s, pictures, count, f, err);
}

static bool figure_out_all(work *w, const ts_claim *pictures, size_t count, ts_evaluation *out, ts_error *err)
{
    ts_facet_figures *rows = TS_NEW_ARRAY(w->arena, TS_FACET_COUNT + 1, ts_facet_figures);
    ts_claim *scratch = calloc(w->folder->count * w->folder->asked_count + 1, sizeof *scratch);
    bool ok = (rows && scratch) || ts_fail_memory(err);
    for (int facet = -1; ok && facet < TS_FACET_COUNT; facet++) {
        scope s = {w, facet, scratch};
        ts_facet_figures counted = {0};
        count_claims(&s, &counted);
        if (counted.concepts) ok = figure_out(&s, pictures, count, &rows[out->facet_count++], err);
    }
    out->facets = rows;
    free(scratch);
    return ok;
}

static int by_size(const void *pa, const void *pb)
{
    const unsigned *a = pa, *b = pb;
    return (*a > *b) - (*a < *b);
}

/* The pictures that could be seen, and how many tags they have. */
static size_t pick_seen(work *w, ts_claim *pictures, ts_evaluation *out)
{
    size_t n = 0, enough = 0;
    for (size_t i = 0; i < w->folder->count; i++) {
        if (!w->seen[i]) continue;
        pictures[n].group = (uint32_t)i;
        w->tag_counts[n] = w->tag_counts[i]; /* n <= i */
        enough += w->tag_counts[n] >= 10 && w->tag_counts[n] <= 50;
        n++;
    }
    qsort(w->tag_counts, n, sizeof *w->tag_counts, by_size);
    size_t middle = n / 2;
    out->tags_median = n ? (double)w->tag_counts[middle] : 0;
    out->tags_10_to_50 = ts_share(enough, n);
    return n;
}

static bool sum_up(work *w, ts_evaluation *out, ts_error *err)
{
    ts_claim *pictures = TS_NEW_ARRAY(w->arena, w->folder->count, ts_claim);
    if (!pictures) return ts_fail_memory(err);
    out->pictures = pick_seen(w, pictures, out);
    out->unknown = w->folder->unknown;
    out->unknown_count = w->folder->unknown_count;
    return figure_out_all(w, pictures, out->pictures, out, err);
}

/* ---- the whole of it -------------------------------------------------------------------------------------------------- */

static void fill_truth(work *w)
{
    const ts_labelled *f = w->folder;
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; k < f->asked_count; k++)
            w->claims[i * f->asked_count + k] =
                (judged){.claim = {.right = f->pictures[i].there[k], .group = (uint32_t)i},
                         .facet = ts_vocab_facet(ts_tagger_vocab(w->tagger), f->asked[k])};
}

static bool make_room(work *w, ts_error *err)
{
    size_t count = w->folder->count, asked = w->folder->asked_count;
    if (asked && count > SIZE_MAX / asked / sizeof *w->claims) return ts_fail_memory(err);
    w->claims = TS_NEW_ARRAY(w->arena, count * asked, judged);
    w->seen = TS_NEW_ARRAY(w->arena, count, bool);
    w->tag_counts = TS_NEW_ARRAY(w->arena, count, unsigned);
    if (!w->claims || !w->seen || !w->tag_counts) return ts_fail_memory(err);
    fill_truth(w);
    return true;
}

static bool see_all(work *w, const ts_evaluate_request *request, ts_evaluation *out, ts_error *err)
{
    ts_labelled_run run = {.tagger = w->tagger,
                           .folder = w->folder,
                           .visit = note_record,
                           .context = w,
                           .stop = request->stop,
                           .progress = request->progress,
                           .progress_context = request->context};
    bool ok = ts_labelled_see(&run, w->arena, err);
    out->failed = run.failed;
    out->failures = run.failures;
    return ok;
}

bool ts_service_evaluate(const ts_evaluate_request *request, ts_arena *arena, ts_evaluation *out,
                         ts_error *err)
{
    ts_tagger_options options;
    ts_labelled folder;
    work w = {.folder = &folder, .arena = arena};
    *out = (ts_evaluation){0};
    if (!ts_tagger_setup_apply(&request->setup, arena, &options, err)) return false;
    w.tagger = ts_tagger_open(&options, err);
    bool ok = w.tagger && ts_labelled_read(request->dir, ts_tagger_vocab(w.tagger), arena, &folder, err) &&
              make_room(&w, err) && see_all(&w, request, out, err) && sum_up(&w, out, err);
    ts_tagger_close(w.tagger);
    return ok;
}
