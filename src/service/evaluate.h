/* The use case "eval": how good and how honest the tags are, on pictures whose right labels are known.
 *
 * Every picture is tagged as `tagsmith tag` would by default. Each concept that the folder's labels ask about is then one
 * claim a picture: its confidence (0 where it was not even weighed), whether it was shown, and whether it is there.
 *   precision, recall, F1   of what was shown; micro, over all claims of the facet
 *   mAP                     mean over the concepts that are there at least once of their average precision
 *   ECE                     calibration error of what was shown, ten bins
 * Intervals are 90 %: Wilson's for shares, else a bootstrap over the pictures. The folder's form: labelled.h. */
#ifndef TS_SERVICE_EVALUATE_H
#define TS_SERVICE_EVALUATE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/buf.h"
#include "learn/figures.h"
#include "service/tag.h"

enum { TS_EVALUATE_BINS = 10 };

typedef struct ts_facet_figures {
    const char *facet; /* "all" for the first */
    size_t concepts;   /* asked about */
    size_t there;      /* claims that are right, whether made or not */
    ts_confusion shown;
    double precision, recall, f1, map, ece;
    ts_interval precision_at, recall_at, f1_at, map_at, ece_at;
    ts_reliability bins[TS_EVALUATE_BINS]; /* of all that was weighed */
    const ts_curve_point *curve;           /* precision over recall of all that was weighed, surest first */
    size_t points;
    double line_95; /* confidence from which on 95 % were right; NAN: there is none */
} ts_facet_figures;

typedef struct ts_evaluation {
    const ts_facet_figures *facets; /* all together first, then each facet that was asked about */
    size_t facet_count;
    size_t pictures, failed;
    double tags_median;         /* shown a picture */
    double tags_10_to_50;       /* share of pictures that have so many */
    const char *const *unknown; /* labels that the vocabulary does not know: left out */
    size_t unknown_count;
    const char *const *failures; /* "path: why" */
} ts_evaluation;

typedef struct ts_evaluate_request {
    ts_tagger_setup setup;
    const char *dir;
    const atomic_int *stop; /* NULL: never */
    void (*progress)(void *context, size_t done,
                     size_t total); /* may be NULL; from several threads, one at a time */
    void *context;
} ts_evaluate_request;

/* Lives in the arena. TS_INTERRUPTED when stopped. */
bool ts_service_evaluate(const ts_evaluate_request *request, ts_arena *arena, ts_evaluation *out,
                         ts_error *err);

/* A page of its own: the table, curves and reliability diagrams. */
bool ts_evaluation_page(const ts_evaluation *evaluation, const char *dir, ts_buf *out, ts_error *err);

#endif
