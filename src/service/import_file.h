/* service (private): one file of an import: is it known, moved, changed, a duplicate or new, and what then. */
#ifndef TS_SERVICE_IMPORT_FILE_H
#define TS_SERVICE_IMPORT_FILE_H

#include "service/core.h"
#include "service/import.h"
#include "service/presets.h"

/* What all files of an import share. */
typedef struct ts_import_job {
    ts_service *service;
    const ts_actor *actor;
    const ts_import *import;
    const char *root; /* absolute, without a trailing slash */
    ts_preset preset;
} ts_import_job;

typedef struct ts_import_outcome {
    ts_import_kind kind;
    const char *other; /* path or id of the picture that it equals or was; in the arena, or NULL */
    ts_error error;    /* of FAILED */
} ts_import_outcome;

/* Does everything for one path. Any thread. */
void ts_import_file(const ts_import_job *job, const char *path, ts_arena *arena, ts_import_outcome *out);

/* A picture that was indexed in place and is no longer there. *gone: it was marked. */
bool ts_import_mark_gone(ts_service *service, const char *path, bool *gone, ts_error *err);

#endif
