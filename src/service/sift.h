/* service: pictures by conditions on any of their facts, for dialects whose questions the search index cannot answer
 * alone: exact, in any order, with totals and counts, page by page. Indexes narrow (sift_narrow.h); where they know exactly
 * what fits, only the page's pictures are read, in the order of their making too. Else each picture that is left is looked
 * at itself: for a page until it is full, for totals, other orders and counts all of them. An answer knows every change
 * that was committed before.
 *
 * A condition is a tree. Texts compare without regard to ASCII letter case. Facts that a picture has not fulfil nothing. */
#ifndef TS_SERVICE_SIFT_H
#define TS_SERVICE_SIFT_H

#include "service/pictures.h"

typedef enum ts_fact {
    TS_FACT_TAG = 0, /* labels of accepted tags; free words as they were given */
    TS_FACT_NAME,    /* in the space asked about; the id where it has none there */
    TS_FACT_FOLDER,  /* what the name has before its last slash, or "" */
    TS_FACT_BASE,    /* what it has after it */
    TS_FACT_ID,
    TS_FACT_FILE,   /* as uploaded */
    TS_FACT_FORMAT, /* "jpeg" */
    TS_FACT_TITLE,  /* a person's or the file's own */
    TS_FACT_DESCRIPTION,
    TS_FACT_COLOUR,     /* names of the palette's colours */
    TS_FACT_READ,       /* lines read in the picture */
    TS_FACT_HASH,       /* SHA-256 of the original */
    TS_FACT_VISIBILITY, /* "visible", "held", "rejected" */
    TS_FACT_PRESET,
    TS_FACT_KEPT, /* a member of what dialects keep ("context.alt"): texts, numbers; of an object its members' names */
    TS_FACT_ANY, /* tags, name, file, title, description, and all texts that dialects keep */
    TS_FACT_TEXTS,
    /* numbers */
    TS_FACT_WIDTH = TS_FACT_TEXTS,
    TS_FACT_HEIGHT,
    TS_FACT_RATIO, /* width by height */
    TS_FACT_PIXELS,
    TS_FACT_BYTES,
    TS_FACT_FACES,
    TS_FACT_TAG_COUNT,
    TS_FACT_NSFW,    /* 0..1 */
    TS_FACT_CREATED, /* ms since 1970 */
    TS_FACT_UPDATED,
    TS_FACT_TAKEN,
    TS_FACT_COUNT
} ts_fact;

typedef enum ts_sift_kind {
    TS_SIFT_ALL = 0,
    TS_SIFT_NONE,
    TS_SIFT_AND,     /* all children; none: everything */
    TS_SIFT_OR,      /* one child; none: nothing */
    TS_SIFT_NOT,     /* not the first child */
    TS_SIFT_EQUAL,   /* the whole text */
    TS_SIFT_PATTERN, /* the same with "*" for any run of bytes */
    TS_SIFT_WORDS, /* these words stand in it one behind the other; a last "*": what begins with the last word */
    TS_SIFT_BEGINS,
    TS_SIFT_THERE,  /* there is any */
    TS_SIFT_NUMBER, /* low .. high; of kept texts those that are numbers */
    TS_SIFT_BETWEEN /* text .. upper in the order of bytes, letters as lower-case ones; NULL: open */
} ts_sift_kind;

/* Plain data; the caller's for the length of the call. */
typedef struct ts_sift ts_sift;
struct ts_sift {
    ts_sift_kind kind;
    ts_fact fact;
    const char *member; /* of TS_FACT_KEPT */
    const char *text, *upper;
    const char *fallback; /* what a picture says that has no such fact, or NULL */
    double low, high;     /* inclusive */
    const ts_sift *child, *next;
};

/* ---- one picture --------------------------------------------------------------------------------- */

/* What is looked at. */
typedef struct ts_sifted {
    const ts_picture_row *row;
    const ts_tag_row *tags;
    size_t tag_count;
    const char *name;   /* TS_FACT_NAME */
    const json_t *kept; /* the row's extra; NULL: *lazy is filled from the row when it is first asked for */
    json_t **lazy;      /* the caller's to give up, or NULL */
    const ts_vocab *vocab;
    const char *space, *machine_member; /* as in ts_sift_ask */
} ts_sifted;

/* Pure. The tree is at most as deep as its maker lets it be. */
bool ts_sift_fits(const ts_sift *sift, const ts_sifted *picture);
/* Does one text of the fact fulfil a condition on texts? */
bool ts_sift_text_fits(const ts_sift *sift, const char *text);
/* Each text of a fact, in order; ends with true when visit returns true. */
typedef bool (*ts_fact_visit)(void *context, const char *text);
bool ts_fact_texts(const ts_sifted *picture, ts_fact fact, const char *member, ts_fact_visit visit,
                   void *context);
/* false: it has none. */
bool ts_fact_number(const ts_sifted *picture, ts_fact fact, double *out);
/* The label of an accepted tag as TS_FACT_TAG has it; NULL for other tags. */
const char *ts_fact_tag(const ts_tag_row *tag, const ts_vocab *vocab);
/* Is this one of the picture's tags, by ts_sift_ask's rule? */
bool ts_fact_is_tag(const ts_sifted *picture, const ts_tag_row *tag);
/* The rule: do only tags by people count? extra: the row's. */
bool ts_fact_people_only(const json_t *extra, const char *space, const char *machine_member);

/* ---- all of them --------------------------------------------------------------------------------- */

#define TS_SIFT_KEYS_MAX 4
#define TS_SIFT_COUNTS_MAX 8
#define TS_SIFT_LIMIT_MAX 1000

typedef struct ts_sift_key {
    ts_fact fact; /* of texts the first */
    const char *member;
    const char *fallback; /* as in ts_sift */
    bool down;
} ts_sift_key;

typedef struct ts_sift_ask {
    const char *space; /* of names: "cloudinary" */
    /* A picture that keeps an object of the space's name without this member shows no tags of machines; NULL: all do. */
    const char *machine_member;
    const ts_sift *root; /* NULL: all */
    ts_sift_key keys[TS_SIFT_KEYS_MAX];
    size_t key_count;                       /* 0: newest first */
    bool oldest_first;                      /* without keys */
    ts_sift_key counts[TS_SIFT_COUNTS_MAX]; /* how many pictures have which value; `down` is not looked at */
    size_t count_count;
    bool with_total;
    bool with_held; /* needs scope review */
    const char *cursor;
    unsigned limit; /* 0: 50 */
} ts_sift_ask;

typedef struct ts_sift_row {
    ts_picture_full picture;
    const char *name;
} ts_sift_row;

typedef struct ts_sift_value {
    const char *text;
    uint64_t pictures;
} ts_sift_value;

typedef struct ts_sift_answer {
    const ts_sift_row *rows;
    size_t count;
    uint64_t total;                                  /* with_total */
    uint64_t looked_at;                              /* pictures whose rows were read: what the answer cost */
    const char *next;                                /* cursor, or NULL */
    const ts_sift_value *values[TS_SIFT_COUNTS_MAX]; /* most frequent first */
    size_t value_counts[TS_SIFT_COUNTS_MAX];
} ts_sift_answer;

/* Scope: read. TS_USAGE for a cursor of another question. */
bool ts_service_sift(ts_service *service, const ts_actor *actor, const ts_sift_ask *ask, ts_arena *arena,
                     ts_sift_answer *out, ts_error *err);

/* All labels of accepted tags, each once, in the order of their bytes; those of concepts in lower case. Scope: read. */
typedef struct ts_tag_labels_ask {
    const char *space, *machine_member; /* as in ts_sift_ask */
    const char *prefix;                 /* NULL: all */
    const char *after;                  /* the last one of the page before, or NULL */
    size_t limit;
} ts_tag_labels_ask;
bool ts_service_tag_labels(ts_service *service, const ts_actor *actor, const ts_tag_labels_ask *ask,
                           ts_arena *arena, const char *const **labels, size_t *count, bool *more,
                           ts_error *err);

#endif
