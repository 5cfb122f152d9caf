/* The search room: finds pictures by a query language, by meaning, by likeness and by colour, and counts
 * facets, in an index that lives in memory and is fed from the catalogue's change log. It takes vectors as
 * plain floats and never runs a network; it knows no SQL, no keys, no HTTP.
 *
 *     ts_index *index = ts_index_open(&(ts_index_options){0}, vocab, &err);
 *     ts_index_change change = {.kind = TS_INDEX_PUT, .picture = &picture};
 *     ts_index_apply(index, &change, 1, seq, &err);
 *     ts_found found;
 *     ts_index_find(index, &(ts_find){.query = "dog beach -people taken:2024", .limit = 50}, arena, &found,
 * &err);
 *
 * Threads: one thread at a time changes the index (put, remove, apply, set_*); any number of threads may
 * find, suggest, select and save meanwhile. A reader sees each batch wholly or not at all within one call.
 * This is a read-write lock that prefers the writer: words are split, vectors projected and memory is found
 * before the lock is taken, which then is held for at most TS_INDEX_BATCH changes at a time, so that a
 * reader waits some milliseconds and a writer no longer than the longest running search. Bitmaps are never
 * copy-on-write.
 *
 * Ownership: everything that goes in is copied. Everything that comes out lives in the arena given, except
 * the texts of vocabulary concepts, which live as long as the vocabulary. */
#ifndef TS_SEARCH_SEARCH_H
#define TS_SEARCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "vocab/vocab.h"

typedef struct ts_index ts_index;

#define TS_INDEX_DIMS 256               /* stored dimensions of a picture's vector, whatever comes in */
#define TS_INDEX_BATCH 2048             /* changes applied under one lock */
#define TS_INDEX_TAGS_MAX 1000          /* of one picture; those beyond are not indexed */
#define TS_INDEX_COLOURS_MAX 8          /* of one picture */
#define TS_INDEX_HUNCHES_MAX 14         /* of one picture; the strongest come first */
#define TS_INDEX_NUMBER_MAX 0x0fffffffu /* picture numbers are 1 .. this, and should be dense */
#define TS_QUERY_BYTES_MAX 4096
#define TS_QUERY_DEPTH_MAX 32
#define TS_QUERY_TERMS_MAX 256
#define TS_FIND_LIMIT_MAX 1000
#define TS_LAYOUT_MAX 200000u
#define TS_FIND_NAMED_MAX 16
#define TS_TIME_UNKNOWN INT64_MIN /* for taken_ms */

/* ---- what goes in ---- */

typedef enum ts_index_state { TS_INDEX_SUGGESTED = 0, TS_INDEX_ACCEPTED, TS_INDEX_REJECTED } ts_index_state;
typedef enum ts_index_source {
    TS_INDEX_BY_MODEL = 0,
    TS_INDEX_BY_PERSON,
    TS_INDEX_BY_IMPORT
} ts_index_source;

typedef struct ts_index_tag {
    const char *concept;  /* id ("object/dog"), or NULL for a free word */
    const char *word;     /* the free word; ignored when concept is known to the vocabulary */
    const char *facet;    /* of a free word; NULL: "word". Ignored for concepts */
    float confidence;     /* 0..1 */
    ts_index_state state; /* rejected tags are found by state:rejected alone */
    ts_index_source source;
    unsigned count; /* how many of it the picture shows; 0: not counted */
} ts_index_tag;

typedef struct ts_index_colour {
    float l, a, b; /* CIELAB, D65 */
    float share;   /* 0..1 of the picture */
} ts_index_colour;

/* What a picture may show, too unsure for a tag: only questions in plain words hear of it. */
typedef struct ts_index_hunch {
    const char *concept;
    float strength; /* 0..1, beside a tag that is sure */
} ts_index_hunch;

/* Everything the index knows of a picture. All pointers may be NULL, all texts are UTF-8. */
typedef struct ts_index_picture {
    uint32_t number; /* 1 .. TS_INDEX_NUMBER_MAX */
    const ts_index_tag *tags;
    size_t tag_count;
    const ts_index_hunch *hunches;
    size_t hunch_count;
    const char *title, *description;
    const char *text;             /* text read in the picture (OCR) */
    const char *name;             /* file name without folders */
    const char *folder;           /* "2024/paris", "" for none */
    const char *camera, *lens;    /* "Canon EOS 5D", "EF50mm f/1.8" */
    int64_t taken_ms, created_ms; /* UTC; taken_ms may be TS_TIME_UNKNOWN */
    uint32_t width, height;       /* upright */
    uint64_t bytes;
    const char *format; /* "jpeg" */
    unsigned faces;
    float people_share; /* of the picture's area, that people fill; 0: none, or not known */
    bool has_place;     /* latitude and longitude are known */
    double latitude, longitude;
    const ts_index_colour *colours;
    size_t colour_count;
    const float *vector; /* embedding of the picture; any dimension, the same for all pictures */
    size_t vector_dims;
    float quality, aesthetic, nsfw; /* 0..1, < 0: unknown */
    bool held;                      /* invisible unless asked for */
    bool needs_review;
    const char *owner; /* whose it is: a key's id; NULL: nobody's */
    uint64_t phash;    /* perceptual hash; 0: unknown */
} ts_index_picture;

typedef struct ts_index_options {
    /* From a picture's public id to its number, for `similar:ID`. NULL: ids are plain numbers. Called by
     * readers at any time, from any thread. */
    bool (*resolve)(void *context, const char *id, uint32_t *number);
    /* What a name means in vocabularies beside the core one: calls found with the id of each concept, or with
     * FACET/WORD for a free word that has this name, too ("place/Germany" for "Deutschland"). NULL: nothing.
     * Called by readers at any time, from any thread, under the index's read lock: quick, and nothing of the index. */
    void (*names)(void *context, const char *name, void (*found)(void *sink, const char *concept),
                  void *sink);
    void *context;
    unsigned threads; /* for one search; 0: two, or one where there is one core */
} ts_index_options;

/* The vocabulary must outlive the index. NULL: TS_NO_MEMORY. */
ts_index *ts_index_open(const ts_index_options *options, const ts_vocab *vocab, ts_error *err);
void ts_index_close(ts_index *index); /* NULL is fine; no reader may be inside */

typedef enum ts_index_change_kind { TS_INDEX_PUT = 0, TS_INDEX_REMOVE } ts_index_change_kind;
typedef struct ts_index_change {
    ts_index_change_kind kind;
    uint32_t number;                 /* to remove */
    const ts_index_picture *picture; /* to add or replace, whole */
} ts_index_change;

/* Applies the changes in order; when it returns true all of them are found by whoever asks next, and the
 * index stands at `seq` (the change log's sequence number; it never goes back). A change that is applied
 * twice does no harm. False: TS_NO_MEMORY or TS_USAGE (a number out of range, another vector dimension):
 * changes before the bad one are in, seq is as before. */
bool ts_index_apply(ts_index *index, const ts_index_change *changes, size_t count, uint64_t seq,
                    ts_error *err);
bool ts_index_put(ts_index *index, const ts_index_picture *picture, ts_error *err);
bool ts_index_remove(ts_index *index, uint32_t number, ts_error *err); /* fine if it is not there */
uint64_t ts_index_seq(const ts_index *index);

/* The sentence embedding of each concept's name: ts_vocab_count rows of `dims` floats, in the vocabulary's
 * order. Needed for `text_vector`; may be set at any time, again for another encoder. Rows of zeros are left
 * out.
 */
bool ts_index_set_concept_vectors(ts_index *index, const float *vectors, size_t dims, ts_error *err);

/* ---- what is asked ---- */

typedef enum ts_find_sort {
    TS_SORT_FITTING = 0, /* relevance when something can be relevant, else newest first (created) */
    TS_SORT_RELEVANCE,
    TS_SORT_TAKEN, /* newest first; unknown times last */
    TS_SORT_CREATED,
    TS_SORT_CONFIDENCE, /* of the tags that the query names, else of the picture's surest tag */
    TS_SORT_SIZE,       /* bytes, largest first */
    TS_SORT_RANDOM      /* one fixed order for each seed */
} ts_find_sort;
/* "relevance", "taken", ...; false when no order is called so. */
bool ts_find_sort_of(const char *name, ts_find_sort *sort);

#define TS_AMOUNT_ANY 0       /* nothing was said */
#define TS_AMOUNT_SEVERAL 255 /* more than one */
#define TS_AMOUNT_BARE 254    /* not said in a language without articles and plurals: most likely one */

typedef struct ts_find {
    const char *query; /* the language of docs/search.md; NULL or "" lets everything through */
    const float
        *text_vector; /* sentence embedding of a question in plain words, as set_concept_vectors' rows */
    size_t text_dims;
    /* Concepts that the text names, its surest meaning: pictures that show one of the first `named_sure` are in
     * the answer whatever chance says; and the more of all that is named a picture shows, the earlier it comes.
     * At most TS_FIND_NAMED_MAX; further ones are not heard. */
    const ts_concept *named;
    const uint8_t *named_amounts; /* how many of each are meant, or one of TS_AMOUNT_...; NULL: not said */
    size_t named_count, named_sure;
    const float *similar_vector; /* embedding of a picture, as ts_index_picture.vector */
    size_t similar_dims;
    uint32_t similar_number;        /* or of a picture in the index, which itself is left out; 0: none */
    const ts_index_colour *palette; /* colours with their wished shares (0: equal) */
    size_t palette_count;
    float min_score; /* < 0: the index decides where relevance ends; else rows below are left out */
    bool with_held;
    const char *owner; /* only this owner's; NULL: all */
    ts_find_sort sort;
    bool reverse;
    uint64_t seed;       /* for TS_SORT_RANDOM */
    size_t limit;        /* 0 .. TS_FIND_LIMIT_MAX */
    const char *cursor;  /* ts_found.next of the page before, of the same question; NULL: first page */
    size_t facet_values; /* the most frequent N values of each facet; 0: none */
    int64_t now_ms;      /* for `added:7d`; 0: the wall clock */
} ts_find;

typedef struct ts_found_row {
    uint32_t number;
    float score; /* 0..1: how sure it is that this was asked for; 1 where a query only filters */
} ts_found_row;

typedef struct ts_facet_count {
    const char *facet;   /* "object"; free words: "word" or their own */
    const char *concept; /* id, or NULL for a free word */
    const char *label;   /* English label, or the free word as first written */
    uint64_t pictures;   /* in the whole result; narrower concepts count for their broader ones */
} ts_facet_count;

typedef struct ts_found {
    const ts_found_row *rows;
    size_t count;
    uint64_t total;               /* pictures in the result, on all pages */
    const ts_facet_count *facets; /* facet by facet in the vocabulary's order, most frequent first */
    size_t facet_count;
    const char *next;         /* cursor of the next page, NULL on the last */
    const char *const *hints; /* "No tag is called \"dgo\". Did you mean \"dog\"?" */
    size_t hint_count;
    uint64_t seq; /* what the answer knows of */
} ts_found;

/* False: TS_USAGE with "column N: what is wrong, what was expected" for a query that does not parse, a
 * cursor of another question, vectors without (or of another dimension than) those of the index;
 * TS_NOT_FOUND for `similar:ID` of no picture; TS_NO_MEMORY. A question that nothing fits is no error. */
bool ts_index_find(ts_index *index, const ts_find *find, ts_arena *arena, ts_found *found, ts_error *err);

/* The numbers of all pictures that the question finds, ascending (sort, limit, cursor and facets are
 * ignored). */
bool ts_index_select(ts_index *index, const ts_find *find, ts_arena *arena, const uint32_t **numbers,
                     size_t *count, ts_error *err);

/* What a page needs to lay a picture out before it has fetched it. */
typedef struct ts_shape {
    uint32_t number;
    uint32_t width, height; /* upright; 0: unknown */
    int64_t taken_ms;       /* or TS_TIME_UNKNOWN */
    bool has_colour;
    int8_t l, a, b; /* CIELAB of the colour that most of it has, valid with has_colour */
} ts_shape;

typedef struct ts_shapes {
    const ts_shape *shapes; /* in the order of the question */
    size_t count;           /* at most TS_LAYOUT_MAX */
    uint64_t total;
} ts_shapes;

/* The whole result at once (limit, cursor and facets are ignored); the errors of ts_index_find. */
bool ts_index_shapes(ts_index *index, const ts_find *find, ts_arena *arena, ts_shapes *layout, ts_error *err);

/* Pictures with an accepted tag one of whose names fits; not by broader concepts. Both functions run under the index's
 * read lock: quick, and nothing of the index. fits: a concept's names in any language, or a free word as first written
 * and folded. found: once a tag. */
typedef struct ts_tagged {
    bool (*fits)(void *context, const char *name);
    void (*found)(void *context, uint32_t number, bool by_person);
    void *context;
} ts_tagged;
/* *exact: all that was found fits by what the tag is called now; else some may fit by another name alone, or tags beyond
 * TS_INDEX_TAGS_MAX are missing. */
bool ts_index_tagged(ts_index *index, const ts_tagged *ask, bool *exact, ts_error *err);

#define TS_PLACE_NAMES 3u

/* Names of places that stand together in pictures, in the order of their tags (town, region, country). */
typedef struct ts_place_count {
    const char *names[TS_PLACE_NAMES]; /* live as long as the index */
    size_t depth;                      /* how many there are */
    uint64_t pictures;
} ts_place_count;

/* Where the pictures were taken that the question finds, the most frequent first (sort, limit, cursor and facets are
 * ignored). */
bool ts_index_places(ts_index *index, const ts_find *find, ts_arena *arena, const ts_place_count **places,
                     size_t *count, ts_error *err);

/* Whether a query parses; the same errors as ts_index_find. Needs no index. */
bool ts_query_check(const char *query, ts_error *err);

/* ---- while typing ---- */

typedef struct ts_index_suggestion {
    const char *text;    /* in the language asked: a label, plural or synonym; or a free word */
    const char *concept; /* id, or NULL for a free word or a word of titles */
    uint64_t pictures;   /* visible ones */
} ts_index_suggestion;

/* What begins with the prefix (any word of a name, in any case), the most frequent first; things that no
 * picture shows come last. */
bool ts_index_suggest(ts_index *index, const char *prefix, ts_language language, size_t limit,
                      ts_arena *arena, const ts_index_suggestion **rows, size_t *count, ts_error *err);

/* ---- likeness by hash ---- */

typedef struct ts_index_twin {
    uint32_t number;
    unsigned distance; /* bits of the perceptual hash that differ, 0..64 */
} ts_index_twin;

/* Pictures whose perceptual hash differs from `phash` in at most max_distance bits, nearest first. */
bool ts_index_twins(ts_index *index, uint64_t phash, unsigned max_distance, size_t limit, ts_arena *arena,
                    const ts_index_twin **twins, size_t *count, ts_error *err);

/* ---- on disk ---- */

/* Writes DIR/index.snapshot in one step (temporary file, fsync, rename). It holds at least everything up to
 * the sequence number that it names, so that applying the change log from there on gives the present. Long,
 * but neither readers nor the writer wait for more than a few milliseconds at a time. */
bool ts_index_save(ts_index *index, const char *dir, const char *catalog_uuid, ts_error *err);

/* Reads it into a fresh index. False when there is none, when it is damaged, of another catalogue, or of
 * another vocabulary or version: the index is then empty (seq 0) and the caller fills it from the catalogue;
 * err says why (TS_NOT_FOUND, TS_CORRUPT, TS_CONFLICT, TS_NO_MEMORY). */
bool ts_index_load(ts_index *index, const char *dir, const char *catalog_uuid, ts_error *err);

typedef struct ts_index_stats {
    uint64_t pictures, held, seq;
    uint64_t tags; /* in all pictures, without implied ones */
    uint64_t free_words, words;
    uint64_t bytes;     /* of memory, as far as the index can count it */
    uint64_t lost_tags; /* not indexed because a limit was reached */
} ts_index_stats;
void ts_index_stats_of(ts_index *index, ts_index_stats *stats);

#endif
