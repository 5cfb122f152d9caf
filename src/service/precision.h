/* service (private): do the networks say the same in bf16 as in f32, on real pictures? */
#ifndef TS_SERVICE_PRECISION_H
#define TS_SERVICE_PRECISION_H

#include <stdbool.h>
#include <stddef.h>

#include "tagging/tagging.h"

/* How often a network says the same in both precisions, counted in decisions: for `detect` one a picture and
 * class (shown or not), for `classify` and `faces` one a picture (the strongest class where one precision is
 * sure of it; a face or none). A face or class between the drop and the sure line falls either way in any
 * arithmetic, so a decision differs only when one precision accepts what the other does not show at all; for
 * `detect` any difference counts. */
typedef struct ts_agreement {
    const char *analyser;
    size_t decisions;
    size_t different;
} ts_agreement;

#define TS_PRECISION_ANALYSERS 3 /* classify, detect, faces */

typedef struct ts_precision_report {
    size_t pictures; /* compared; those that do not decode are left out */
    ts_agreement agreements[TS_PRECISION_ANALYSERS];
    double nsfw_apart; /* largest difference of the safety score */
} ts_precision_report;

/* Share of decisions that may differ: 0.3 points. */
#define TS_PRECISION_TOLERANCE 0.003

/* Tags the files twice, one tagger after the other so that memory holds one. options: as for ts_tagger_open,
 * its precision is ignored. False when a tagger cannot be opened. */
bool ts_precision_compare(const ts_tagger_options *options, const char *const *files, size_t count,
                          ts_precision_report *out, ts_error *err);

/* Within the tolerance, for each network? With the two standard errors that chance may add on few pictures. */
bool ts_precision_agrees(const ts_precision_report *report);

#endif
