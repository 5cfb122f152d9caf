/* catalog: the review queue: which tags wait for a person, who looks at which now, and what people answered.
 *
 * A tag is open when a machine suggested it, or when a machine accepted one of the facet safety ("safety/safe" is none of
 * these), and its picture can be shown: not rejected by a verdict, not missing from its folder. Nothing is kept to make a
 * tag open; the tag table says so. Which open tag comes first, and for how long it is lent, are rules of src/review/.
 *
 * Numbers of answers and outcomes are stored: never renumber them (review/review.h). */
#ifndef TS_CATALOG_REVIEWS_H
#define TS_CATALOG_REVIEWS_H

#include "catalog/catalog.h"

/* ---- what is open -------------------------------------------------------------------------------- */

typedef struct ts_open_tag {
    int64_t picture;
    const char *key; /* as in tags.h */
    double confidence;
    bool sensitive; /* of the facet safety */
    uint64_t phash; /* of the picture, valid with has_phash */
    bool has_phash;
} ts_open_tag;

typedef struct ts_open_ask {
    const char *reviewer; /* whose unsure and skipped ones are left out */
    const char *key;      /* of this tag only; NULL: of all */
    bool with_skipped;    /* what this reviewer skipped, too */
    size_t limit;
} ts_open_ask;

/* Those that nobody holds now and this reviewer has not put off, most doubtful first (sensitive ones before all). Reads
 * limit rows and those that are left out. */
bool ts_open_tags(ts_txn *txn, const ts_open_ask *ask, ts_arena *arena, const ts_open_tag **tags,
                  size_t *count, ts_error *err);
/* The same of one picture, in the order of its tags. */
bool ts_open_tags_of(ts_txn *txn, const ts_open_ask *ask, int64_t picture, ts_arena *arena,
                     const ts_open_tag **tags, size_t *count, ts_error *err);
/* How many are suggested under this key, counted up to `most`. */
bool ts_open_count(ts_txn *txn, const char *key, size_t most, int64_t *count, ts_error *err);
/* How does this tag stand, whoever holds it? */
typedef struct ts_open_standing {
    bool there; /* the picture has it, in whatever state */
    bool open;
    const char *label; /* may be NULL */
} ts_open_standing;
bool ts_open_look(ts_txn *txn, int64_t picture, const char *key, ts_arena *arena, ts_open_standing *out,
                  ts_error *err);

/* How many wait, by key, most first; one pass over the index of what is open. */
typedef struct ts_open_group {
    const char *key;
    const char *label; /* of a free word; NULL for a concept */
    const char *facet;
    int64_t waiting;
    bool sensitive;
} ts_open_group;
bool ts_open_groups(ts_txn *txn, size_t limit, ts_arena *arena, const ts_open_group **groups, size_t *count,
                    ts_error *err);

/* ---- who looks at what --------------------------------------------------------------------------- */

/* Writes. Nobody else may hold it (ts_open_tags saw to that). */
bool ts_lease_take(ts_txn *txn, int64_t picture, const char *key, const char *holder, int64_t until,
                   ts_error *err);
/* Writes. One, if this holder has it; all that a holder has; all that have run out. */
bool ts_lease_end(ts_txn *txn, int64_t picture, const char *key, const char *holder, ts_error *err);
bool ts_lease_end_all(ts_txn *txn, const char *holder, ts_error *err);
bool ts_lease_sweep(ts_txn *txn, ts_error *err);

/* ---- what was answered --------------------------------------------------------------------------- */

typedef struct ts_review_line {
    int64_t number;
    const char *reviewer; /* id of the key or person */
    const char *request;  /* the client's name for the call that brought it */
    int64_t picture;
    const char *key;
    int answer, outcome; /* review/review.h */
    const char *batch;   /* of the ledger's lines, or "" */
    int64_t at;
    int64_t until;  /* this reviewer is not asked again before; 0: as soon as it is open */
    int64_t undone; /* when; 0: it stands */
} ts_review_line;

/* Writes. number and at are set. */
bool ts_review_line_add(ts_txn *txn, ts_review_line *line, ts_error *err);
/* What a call brought, in its order; none is no error. */
bool ts_review_lines_of(ts_txn *txn, const char *reviewer, const char *request, ts_arena *arena,
                        const ts_review_line **lines, size_t *count, ts_error *err);
/* Writes. All of a call are taken back, and nothing of it is put off any more. */
bool ts_review_lines_undo(ts_txn *txn, const char *reviewer, const char *request, ts_error *err);

/* Answers other than skip that stand. */
typedef struct ts_review_figures {
    int64_t open;    /* tags that wait */
    int64_t done;    /* since `since`, by anybody */
    int64_t mine;    /* since `since`, by this reviewer */
    int64_t skipped; /* of this reviewer, put off for now */
} ts_review_figures;
bool ts_review_count(ts_txn *txn, const char *reviewer, int64_t since, ts_review_figures *out, ts_error *err);

#endif
