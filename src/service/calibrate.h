/* The use case "calibrate": from labelled pictures to parameters that make each model's scores probabilities.
 *
 * A model's claims are the concepts that the labels ask about and that it gave a score to. Of no score there is no claim: the
 * lines of the judgement deal with those. Figures before and after are over the same claims; those after come from fits that
 * had not seen the picture (five parts, each fitted by the other four), the parameters from all.
 *
 * What is written also holds, by facet, from which confidence on how large a share of the tags was right that this model was
 * the surest witness of: where "threshold 95%" lies (tagging/lines.c). That is measured with the calibration in force, so
 * after a first --write a second one measures the new scores. */
#ifndef TS_SERVICE_CALIBRATE_H
#define TS_SERVICE_CALIBRATE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "learn/fit.h"
#include "service/tag.h"

typedef struct ts_model_fit {
    const char *model, *analyser;
    size_t claims, right;
    bool enough;                      /* false: too few right or wrong ones to fit; the next are not set */
    ts_platt fit;                     /* slope and offset as the manifest has them */
    double loss_before, loss_after;   /* mean negative log likelihood, nats */
    double error_before, error_after; /* calibration error, ten bins */
    const char *written;              /* path of the file that holds it now, or NULL */
} ts_model_fit;

typedef struct ts_calibration {
    const ts_model_fit *models;
    size_t count;
    size_t pictures, failed;
    const char *const *failures;
} ts_calibration;

typedef struct ts_calibrate_request {
    ts_tagger_setup setup;
    const char *dir;
    bool write; /* beside the weights, where every later run finds it */
    const atomic_int *stop;
    void (*progress)(void *context, size_t done, size_t total); /* may be NULL */
    void *context;
} ts_calibrate_request;

/* Lives in the arena. */
bool ts_service_calibrate(const ts_calibrate_request *request, ts_arena *arena, ts_calibration *out,
                          ts_error *err);

#endif
