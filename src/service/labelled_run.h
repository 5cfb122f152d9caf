/* service (private): every picture of a labelled folder tagged, with what is not shown beside what is. */
#ifndef TS_SERVICE_LABELLED_RUN_H
#define TS_SERVICE_LABELLED_RUN_H

#include <stdatomic.h>

#include "service/labelled.h"
#include "tagging/tagging.h"

/* From several threads at once, but for one picture once. The record dies with the call. */
typedef void (*ts_labelled_visit)(void *context, size_t number, const ts_record *record);

typedef struct ts_labelled_run {
    ts_tagger *tagger;
    const ts_labelled *folder;
    ts_labelled_visit visit;
    void *context;
    const ts_tag_rules *rules; /* NULL: the usual ones, what is not shown kept too */
    const atomic_int *stop;    /* NULL: never */
    void (*progress)(void *context, size_t done, size_t total); /* may be NULL; one call at a time */
    void *progress_context;
    const char **failures; /* out, room for every picture: "path: why", texts in the arena */
    size_t failed;         /* out */
} ts_labelled_run;

/* TS_INTERRUPTED when stopped, TS_NOT_PICTURE when no picture could be read. */
bool ts_labelled_see(ts_labelled_run *run, ts_arena *arena, ts_error *err);

#endif
