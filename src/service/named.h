/* service: pictures by the names that dialects give them ("cloudinary" calls one "pets/rex"). A name belongs to a space and
 * to one picture; a picture without a name in a space is known there by its id, so that whatever came in by one dialect is
 * there in all. Names are 1 to 512 bytes of UTF-8; "/" makes folders of them. */
#ifndef TS_SERVICE_NAMED_H
#define TS_SERVICE_NAMED_H

#include "service/pictures.h"

#define TS_NAMED_MAX 512 /* bytes of a name */

typedef struct ts_named {
    const char *name; /* in the space asked for, or the id */
    ts_picture_full picture;
} ts_named;

/* By name, else by id. TS_NOT_FOUND, also for what is held unless with_held (then scope review is needed, too).
 * Scope: read. */
bool ts_service_named(ts_service *service, const ts_actor *actor, const char *space, const char *name,
                      bool with_held, ts_arena *arena, ts_named *out, ts_error *err);

/* What pictures that were found otherwise are called: names[i] of pictures[i]. */
bool ts_service_names_of(ts_service *service, const char *space, const ts_picture_row *const *pictures,
                         size_t count, ts_arena *arena, const char **names, ts_error *err);
/* Within a transaction: its name, else its id. */
bool ts_named_of(ts_txn *txn, const char *space, const ts_picture_row *picture, ts_arena *arena,
                 const char **name, ts_error *err);

/* A page by name. prefix: what names begin with ("" or "pets/"); direct: only what lies in that folder itself. cursor: "" or
 * what the last call gave; next is NULL on the last page. Pictures without a name in the space are not among them
 * (ts_service_pictures has all). Scope: read. */
typedef struct ts_named_ask {
    const char *space, *prefix;
    bool direct, with_held;
    const char *cursor;
    unsigned limit; /* 1 to 500; 0: 50 */
} ts_named_ask;
typedef struct ts_named_page {
    const ts_named *rows;
    size_t count;
    const char *next;
} ts_named_page;
bool ts_service_named_list(ts_service *service, const ts_actor *actor, const ts_named_ask *ask,
                           ts_arena *arena, ts_named_page *out, ts_error *err);
/* The folders that names below the prefix ("" or "pets/") imply, sorted. Scope: read. */
bool ts_service_named_folders(ts_service *service, const ts_actor *actor, const char *space,
                              const char *prefix, ts_arena *arena, const char *const **folders, size_t *count,
                              ts_error *err);

/* Calls the picture that is known as `from` (a name or an id) `to` instead. When another picture has that name:
 * TS_CONFLICT, or with overwrite it is deleted. Tells picture.updated. Scope: write. */
typedef struct ts_named_move {
    const char *space, *from, *to;
    bool overwrite;
} ts_named_move;
bool ts_service_named_rename(ts_service *service, const ts_actor *actor, const ts_named_move *move,
                             ts_arena *arena, ts_named *out, ts_error *err);

/* Deletes the picture of that name or id; its names and its older revisions go with it. Scope: write. */
bool ts_service_named_delete(ts_service *service, const ts_actor *actor, const char *space, const char *name,
                             ts_error *err);

/* New pictures get their names by ts_upload (space, alias, alias_rule), which also puts new bytes under a name. */

#endif
