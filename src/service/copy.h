/* service: a second picture of the same original, with all that is known of the first: tags and who gave
 * them, vectors, texts, custom data. Nothing is looked at again and nothing is spent. */
#ifndef TS_SERVICE_COPY_H
#define TS_SERVICE_COPY_H

#include "service/pictures.h"

typedef struct ts_copy {
    const char *id;            /* of the picture to copy */
    const char *space, *alias; /* what the copy is called there; NULL: it has no name */
    const char *name;          /* its file name; NULL: the same */
    const json_t *extra;       /* merged into its custom data, member by member; null removes */
    bool succeeds; /* who has the name becomes its older revision (revisions.h); the copy takes its id */
    bool silent;   /* no webhook hears of it */
} ts_copy;

/* TS_NOT_FOUND; TS_CONFLICT when another picture has the name, unless it succeeds; TS_UNSUPPORTED for a picture that stays in a
 * folder of its own (an import): there is no original to share. Scope: write. */
bool ts_service_picture_copy(ts_service *service, const ts_actor *actor, const ts_copy *copy, ts_arena *arena,
                             ts_picture_full *out, ts_error *err);

#endif
