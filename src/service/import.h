/* service: folders of pictures taken into the catalogue, once or for good. */
#ifndef TS_SERVICE_IMPORT_H
#define TS_SERVICE_IMPORT_H

#include <stdatomic.h>

#include "service/service.h"

typedef struct ts_import {
    const char *root;
    const char *preset; /* NULL: the default of "import" */
    const char *const *excludes;
    size_t exclude_count;
    bool in_place; /* index where they are, never copied, never written */
    bool watch;    /* go on until stopped (inotify) */
    bool dry;      /* only tell what would be done */
    bool hidden;
    bool with_metadata; /* keywords from EXIF, IPTC, XMP and sidecars become tags of a person */
} ts_import;

typedef enum ts_import_kind {
    TS_IMPORT_ADDED = 0,
    TS_IMPORT_KNOWN,     /* nothing new */
    TS_IMPORT_MOVED,     /* same content, other path */
    TS_IMPORT_CHANGED,   /* same path, other content */
    TS_IMPORT_DUPLICATE, /* same content as another picture that is still there */
    TS_IMPORT_NEAR,      /* added, but looks like another */
    TS_IMPORT_GONE,      /* no longer there (in place only): hidden, kept 30 days */
    TS_IMPORT_FAILED,
    TS_IMPORT_KIND_COUNT
} ts_import_kind;
const char *ts_import_kind_name(ts_import_kind kind);

typedef struct ts_import_news {
    ts_import_kind kind;
    const char *path, *other; /* other: the picture that it equals or was */
    const ts_error *error;    /* of FAILED */
    uint64_t counts[TS_IMPORT_KIND_COUNT];
    uint64_t found, done; /* of so many, when all are counted; so far else */
    bool counted;
    double rate; /* pictures a second */
} ts_import_news;

/* Calls news from this thread for each file. *stop: finish those in hand and return true. Resumes by itself: what is
 * in the catalogue is not done twice. Scope: write. */
bool ts_service_import(ts_service *service, const ts_actor *actor, const ts_import *import,
                       void (*news)(void *context, const ts_import_news *), void *context,
                       const atomic_int *stop, ts_error *err);

#endif
