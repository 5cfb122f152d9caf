/* The use case "models": what networks there are, whether they are in place, and bringing them here. */
#ifndef TS_SERVICE_MODELS_H
#define TS_SERVICE_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Texts live for the call of the visitor. */
typedef struct ts_model_row {
    const char *name;
    const char *version;
    const char *analyser;
    const char *pack;
    const char *licence;
    const char *path; /* where its weights lie or should lie */
    uint64_t bytes;
    bool present;
    const ts_error *fault; /* verify: what is wrong with the file; NULL: nothing, or not looked at */
} ts_model_row;

typedef void (*ts_model_visit)(void *context, const ts_model_row *row);

/* Visits the named models, or all for count 0, sorted by name. verify: reads every file whole and compares it
 * with its manifest; *faults counts those that are not right. models_dir: NULL for the usual place.
 * TS_NOT_FOUND when there is no model of a given name. */
bool ts_service_models(const char *models_dir, const char *const *names, size_t count, bool verify,
                       ts_model_visit visit, void *context, size_t *faults, ts_error *err);

/* "fetch" or "convert": runs scripts/models.py, with its output where ours goes. TS_NOT_FOUND when this
 * installation has no scripts; TS_MODEL when they fail. */
bool ts_service_models_bring(const char *action, const char *models_dir, const char *const *names,
                             size_t count, ts_error *err);

#endif
