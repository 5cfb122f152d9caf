/* catalog: pictures: one row each, their vectors, and the names that dialects know them by. */
#ifndef TS_CATALOG_PICTURES_H
#define TS_CATALOG_PICTURES_H

#include "catalog/catalog.h"

/* Stored as numbers: never renumber. */
typedef enum ts_picture_state {
    TS_PICTURE_PENDING = 0, /* kept, not tagged yet */
    TS_PICTURE_READY = 1,
    TS_PICTURE_FAILED = 2 /* could not be tagged: `error` says why */
} ts_picture_state;
const char *ts_picture_state_name(ts_picture_state state); /* "pending" */

typedef enum ts_visibility {
    TS_VISIBLE = 0,
    TS_HELD = 1,    /* waits for a person's verdict */
    TS_REJECTED = 2 /* by policy or person */
} ts_visibility;
const char *ts_visibility_name(ts_visibility visibility); /* "visible" */

/* Texts may be NULL where "or NULL" is said; else "" stands for none. */
typedef struct ts_picture_row {
    int64_t number;        /* dense from 1, never used again, below 2^32 */
    const char *id;        /* public (base/random.h) */
    int64_t version;       /* from 1, grows with each change of the row or its tags */
    const char *sha256;    /* of the original, 64 hex digits */
    int64_t bytes;         /* of the original */
    const char *format;    /* "jpeg" */
    int64_t width, height; /* upright */
    int64_t orientation;   /* EXIF 1..8 as stored in the file */
    const char *name;      /* as uploaded, only ever a text */
    const char *path;      /* absolute, of a picture that stays where it is; NULL: the original is a blob */
    int64_t file_mtime; /* of path, ns since 1970, so that an import sees what did not change; 0: not known */
    const char *library; /* which import root, or NULL */
    const char *title, *description, *alt;
    int64_t created, updated; /* set by the catalogue; created is kept when given on insert */
    int64_t taken;            /* ms since 1970 of the camera's clock read as UTC; valid with has_taken */
    bool has_taken;
    double latitude, longitude; /* degrees, valid with has_place */
    bool has_place;
    const char *owner;  /* key id or person id */
    const char *preset; /* that tagged it */
    ts_picture_state state;
    ts_visibility visibility;
    const char *reason; /* of the verdict */
    int64_t gone;       /* since when `path` is missing; 0: it is there */
    uint64_t phash;     /* perceptual hash, valid with has_phash */
    bool has_phash;
    const char
        *extra; /* JSON object or NULL: colours, faces, safety, quality, warnings, what dialects keep */
    const char *error; /* JSON object or NULL */
} ts_picture_row;

/* Writes. number and updated are set; id, version and created too when empty or 0 (they are given for a picture that takes
 * another's place). The row's texts stay the caller's; id is
 * copied to the arena when made here. TS_CONFLICT when id or path is taken. */
bool ts_pictures_insert(ts_txn *txn, ts_picture_row *row, ts_arena *arena, ts_error *err);

bool ts_pictures_get(ts_txn *txn, int64_t number, ts_arena *arena, ts_picture_row *out, ts_error *err);
bool ts_pictures_find(ts_txn *txn, const char *id, ts_arena *arena, ts_picture_row *out, ts_error *err);
bool ts_pictures_find_path(ts_txn *txn, const char *path, ts_arena *arena, ts_picture_row *out,
                           ts_error *err);
/* All that share an original, oldest first; none is no error. */
bool ts_pictures_find_sha256(ts_txn *txn, const char *sha256, ts_arena *arena, const ts_picture_row **rows,
                             size_t *count, ts_error *err);
/* Pictures whose perceptual hash differs from phash in at most `distance` (0..7) of 64 bits, nearest first. */
typedef struct ts_picture_near {
    int64_t number;
    unsigned distance;
} ts_picture_near;
bool ts_pictures_near(ts_txn *txn, uint64_t phash, unsigned distance, ts_arena *arena,
                      const ts_picture_near **found, size_t *count, ts_error *err);

/* Writes. Replaces every field but number, id, created; grows version (given back in row). expected: the version that
 * the caller saw, TS_CHANGED when it moved; -1: whatever it is. */
bool ts_pictures_update(ts_txn *txn, ts_picture_row *row, int64_t expected, ts_error *err);

/* Writes. Another public id, for a picture whose own goes over to another one. Change the row as well (ts_pictures_update):
 * that is what the change log and whoever reads it hear of. TS_CONFLICT when the id is taken. */
bool ts_pictures_set_id(ts_txn *txn, int64_t number, const char *id, ts_error *err);

/* Writes. The row, tags, ledger, vectors, names, and what ended jobs and sent deliveries tell of it; overwritten with
 * zeros in the file, and out of the write-ahead log within seconds. expected as above. Whether the original goes too is
 * the caller's to decide (ts_pictures_find_sha256). */
bool ts_pictures_delete(ts_txn *txn, int64_t number, int64_t expected, ts_error *err);

/* A page, newest number first (newest = true) or oldest first. after: the last number of the page before; 0 starts.
 * Filters: NULL or -1 let everything pass. */
typedef struct ts_picture_filter {
    const char *library, *owner; /* NULL: all */
    int state, visibility;       /* -1: all */
    bool with_gone;
} ts_picture_filter;
bool ts_pictures_list(ts_txn *txn, const ts_picture_filter *filter, int64_t after, bool newest, size_t limit,
                      ts_arena *arena, const ts_picture_row **rows, size_t *count, ts_error *err);
bool ts_pictures_count(ts_txn *txn, const ts_picture_filter *filter, int64_t *count, ts_error *err);

/* Every row from number > after upwards; what visit sees lives for that call. False from visit ends it (no error). */
typedef bool (*ts_picture_visit)(void *context, const ts_picture_row *row);
bool ts_pictures_scan(ts_txn *txn, int64_t after, ts_picture_visit visit, void *context, ts_error *err);
/* The next `limit` of them, in the arena. */
bool ts_pictures_after(ts_txn *txn, int64_t after, size_t limit, ts_arena *arena, const ts_picture_row **rows,
                       size_t *count, ts_error *err);

/* ---- vectors: one for each picture and model ----------------------------------------------------- */

typedef struct ts_vector_row {
    int64_t picture;
    const char *model; /* "efficientnet-lite2@1" */
    const float *values;
    size_t count;
} ts_vector_row;

/* Writes. Replaces. */
bool ts_vectors_put(ts_txn *txn, const ts_vector_row *row, ts_error *err);
bool ts_vectors_get(ts_txn *txn, int64_t picture, const char *model, ts_arena *arena, ts_vector_row *out,
                    ts_error *err);
typedef bool (*ts_vector_visit)(void *context, const ts_vector_row *row);
/* model NULL: of all models. By picture, ascending, from picture > after. */
bool ts_vectors_scan(ts_txn *txn, const char *model, int64_t after, ts_vector_visit visit, void *context,
                     ts_error *err);

/* ---- names that a dialect gives (space "cloudinary", name = public_id) ---------------------------- */

/* Writes. TS_CONFLICT when another picture has the name, unless replace. */
bool ts_names_put(ts_txn *txn, const char *space, const char *name, int64_t picture, bool replace,
                  ts_error *err);
bool ts_names_find(ts_txn *txn, const char *space, const char *name, int64_t *picture, ts_error *err);
/* The picture's name in a space. */
bool ts_names_of(ts_txn *txn, const char *space, int64_t picture, ts_arena *arena, const char **name,
                 ts_error *err);
/* Writes. All names of one picture become another's, but those in the space `but`. */
bool ts_names_hand_over(ts_txn *txn, int64_t from, int64_t to, const char *but, ts_error *err);
bool ts_names_drop(ts_txn *txn, const char *space, const char *name,
                   ts_error *err); /* Writes. None is fine. */

/* A page of a space's names in the order of their bytes. */
typedef struct ts_names_ask {
    const char *space, *prefix; /* prefix "": all */
    const char *after;          /* the last name of the page before; "" starts */
    bool direct;                /* none with a "/" after the prefix: what lies in a folder itself ("pets/") */
    bool with_held;             /* of held and rejected pictures, too */
    size_t limit;               /* 0: all */
} ts_names_ask;
typedef struct ts_name_row {
    const char *name;
    int64_t picture;
} ts_name_row;
bool ts_names_list(ts_txn *txn, const ts_names_ask *ask, ts_arena *arena, const ts_name_row **rows,
                   size_t *count, ts_error *err);
/* What stands before the first "/" after the prefix, each once, sorted: the folders in "pets/" ("dogs", "cats"). */
bool ts_names_folders(ts_txn *txn, const char *space, const char *prefix, ts_arena *arena,
                      const char *const **folders, size_t *count, ts_error *err);

#endif
