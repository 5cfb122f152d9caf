/* service (private): do the networks say the same in bf16 as in f32, on real pictures? */
#ifndef TS_SERVICE_PRECISION_H
#define TS_SERVICE_PRECISION_H

#include <stdbool.h>
#include <stddef.h>

#include "tagging/tagging.h"

/* A network's word counts where it was sure: a tag accepted on its evidence by one precision must at least be
 * shown by the other. Close calls fall either way in any arithmetic and say nothing about a processor. */
typedef struct ts_agreement {
    const char *analyser;
    size_t sure; /* accepted tags with its evidence, both precisions together */
    size_t lost; /* of these, not shown at all by the other precision */
} ts_agreement;

#define TS_PRECISION_ANALYSERS 3 /* classify, detect, faces */

typedef struct ts_precision_report {
    size_t pictures; /* compared; those that do not decode are left out */
    ts_agreement agreements[TS_PRECISION_ANALYSERS];
    double nsfw_apart; /* largest difference of the safety score */
} ts_precision_report;

/* Share of sure tags that may be lost: 0.3 points. */
#define TS_PRECISION_TOLERANCE 0.003

/* Tags the files twice, one tagger after the other so that memory holds one. options: as for ts_tagger_open,
 * its precision is ignored. False when a tagger cannot be opened. */
bool ts_precision_compare(const ts_tagger_options *options, const char *const *files, size_t count,
                          ts_precision_report *out, ts_error *err);

/* Within the tolerance, for each network? Of few tags one may be lost. */
bool ts_precision_agrees(const ts_precision_report *report);

#endif
