/* search, private to the room: how the index lies in memory.
 *
 * A picture's number is its place: block number / 1024, row number % 1024. A block holds plain columns for
 * what is compared, the pictures' vectors, and one buffer of 32-bit words with each picture's lists (its
 * record):
 *
 *     tags     term 20 bits | confidence 8 | source 2 | state 2; in four runs, so that each reader needs no
 * tests:
 *              shown concepts, shown free words, what nobody said: the broader concepts that follow from them and facts of
 * the file (TS_SOURCE_IMPLIED; facet
 *              counts then need no vocabulary), rejected tags
 *     words    stem 28 bits | field 4, in the order of the texts, with TS_WORD_GAP between texts: for phrases
 *     colours  L, a, b as int8 and share, one byte each
 *     counts   term 20 bits | count 12, for tags that were counted
 *     name     the file's name, folded, padded with zero bytes
 *     hunches  as tags; their levels make them weigh in meaning what they are worth beside tags
 *
 * From a record everything else can be made again: postings are sets of numbers for each term, stem, facet,
 * state, source, flag, folder, owner and format. A snapshot is therefore the blocks and the dictionaries
 * alone. */
#ifndef TS_SEARCH_STORE_H
#define TS_SEARCH_STORE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search/dict.h"
#include "search/parallel.h"
#include "search/query.h"
#include "search/sets.h"
#include "search/text.h"

#define TS_BLOCK_ROWS 1024u
#define TS_TERMS_MAX (1u << 20)
#define TS_STEMS_MAX ((1u << 28) - 1)
#define TS_FACETS_MAX 32u                   /* the vocabulary's, "word" and those of free words */
#define TS_WORDS_MAX 2000u                  /* of one picture's texts */
#define TS_TAGS_ALL (2 * TS_INDEX_TAGS_MAX) /* of one picture, implied ones included */
#define TS_NONE UINT32_MAX

/* tags */
#define TS_SOURCE_IMPLIED 3u
#define TS_LEVELS 2u
extern const unsigned ts_levels[TS_LEVELS]; /* posting.c; highest first */
#define TS_TAG_PACK(term, level, source, state)                                                              \
    ((uint32_t)(term) << 12 | (uint32_t)(level) << 4 | (uint32_t)(source) << 2 | (uint32_t)(state))
#define TS_TAG_TERM(tag) ((tag) >> 12)
#define TS_TAG_LEVEL(tag) ((tag) >> 4 & 0xff)
#define TS_TAG_SOURCE(tag) ((tag) >> 2 & 3)
#define TS_TAG_STATE(tag) ((tag)&3)
#define TS_TAG_IS_SHOWN(tag) (TS_TAG_STATE(tag) != TS_INDEX_REJECTED)

/* words */
typedef enum ts_text_field {
    TS_FIELD_TITLE,
    TS_FIELD_DESCRIPTION,
    TS_FIELD_TEXT,
    TS_FIELD_NAME,
    TS_FIELD_FOLDER
} ts_text_field;
#define TS_WORD_PACK(stem, field) ((uint32_t)(stem) << 4 | (uint32_t)(field))
#define TS_WORD_STEM(word) ((word) >> 4)
#define TS_WORD_FIELD(word) ((word)&15)
#define TS_WORD_GAP UINT32_MAX
#define TS_STEM_LATER TS_STEMS_MAX /* no stem has this number: one that is not known yet */

#define TS_COUNT_TERM(count) ((count) >> 12)
#define TS_COUNT_VALUE(count) ((count)&0xfff)

_Static_assert(TS_INDEX_COLOURS_MAX < 16 && TS_INDEX_HUNCHES_MAX < 16, "four bits each in ts_place");

/* Where a picture's lists lie in its block's buffer. */
typedef struct ts_place {
    uint32_t start;
    uint16_t tags, words;
    uint16_t spoken, shown; /* tags: shown concepts; all that are shown, implied ones included */
    uint8_t colours : 4, hunches : 4;
    uint8_t name; /* in 32-bit words */
    uint16_t counts;
} ts_place;

/* What a picture has besides its lists and its vector. */
typedef struct ts_row {
    int64_t taken, created;
    uint64_t bytes, phash;
    uint32_t width, height, folder, owner;
    int32_t latitude, longitude;              /* 1e-7 degrees */
    uint16_t faces, flags;                    /* flags: bit per ts_flag, and TS_ROW_LIVE */
    uint8_t format, quality, aesthetic, nsfw; /* 255: unknown; else 0..254 for 0..1 */
    uint8_t people;                           /* a level: the share that they fill */
    float text_scale;                         /* 1 / length of the sum of its concept vectors; 0: none */
    float whole_scale;                        /* the same with its hunches */
    float vector_scale;                       /* 1 / length of the stored vector; 0: none */
} ts_row;

#define TS_ROW_LIVE (1u << 15)

/* Columns, so that a question over all pictures reads only what it asks about. */
typedef struct ts_block {
    int64_t taken[TS_BLOCK_ROWS], created[TS_BLOCK_ROWS];
    uint64_t bytes[TS_BLOCK_ROWS], phash[TS_BLOCK_ROWS];
    uint32_t width[TS_BLOCK_ROWS], height[TS_BLOCK_ROWS], folder[TS_BLOCK_ROWS], owner[TS_BLOCK_ROWS];
    int32_t latitude[TS_BLOCK_ROWS], longitude[TS_BLOCK_ROWS];
    uint16_t faces[TS_BLOCK_ROWS], flags[TS_BLOCK_ROWS];
    uint8_t format[TS_BLOCK_ROWS], quality[TS_BLOCK_ROWS], aesthetic[TS_BLOCK_ROWS], nsfw[TS_BLOCK_ROWS];
    uint8_t people[TS_BLOCK_ROWS];
    float text_scale[TS_BLOCK_ROWS], whole_scale[TS_BLOCK_ROWS], vector_scale[TS_BLOCK_ROWS];
    ts_place places[TS_BLOCK_ROWS];
    int64_t latest_taken, latest_created; /* at most; for pages of the newest */
    int8_t *vectors;                      /* TS_INDEX_DIMS for each row, 64-byte aligned; NULL: none yet */
    uint32_t *data;
    uint32_t used, capacity, wasted; /* of data, in words */
} ts_block;

/* One picture's record, ready to go in: everything that needs no lock has been done. */
typedef struct ts_record {
    uint32_t number;
    bool is_ready;    /* drafted and measured: all but the new words stand in it */
    ts_buf new_words; /* of its texts, each terminated; in data they are TS_STEM_LATER */
    uint32_t lost_tags;
    ts_row row;
    uint32_t *data; /* tags, words, colours, counts, name, hunches */
    size_t capacity;
    ts_place place; /* start unused */
    bool has_vector;
    int8_t vector[TS_INDEX_DIMS];
} ts_record;

typedef struct ts_concept_matrix {
    float *rows;   /* cleaned (meaning.c), of length 1; ts_vocab_count x dims; NULL: none */
    float *mean;   /* dims */
    float *common; /* dims: the direction in which texts differ most, length 1; zeros: none is known */
    size_t dims;
    int8_t *nearness; /* every concept's cosine with every other, in 1/127; rows of `stride` bytes */
    size_t stride;
} ts_concept_matrix;

/* What one thread makes records with. */
typedef struct ts_hand {
    ts_index *index;
    bool may_name;   /* the writer's own: gives numbers to new names */
    bool lacks_name; /* a name was new and could get none */
    ts_buf folded;
    uint32_t *stamps; /* per term: the record that named it last */
    size_t stamp_count;
    uint32_t stamp;
} ts_hand;

/* What is needed to make records; used by the writer alone, and by threads while it waits for them. */
typedef struct ts_maker {
    ts_stemmer *stemmer;
    ts_dict ids;    /* of the vocabulary's concepts */
    bool is_locked; /* the write lock is held, since a new name came up in this batch */
    float *sum;     /* of concept vectors */
    ts_hand writer, hands[TS_PARALLEL_MAX];
    ts_record records[TS_INDEX_BATCH];
} ts_maker;

/* How long the upper tail of chance is (rank.h): the same for all questions until something changes, and
 * most of what a question costs in a small library. */
typedef enum ts_tail_kind { TS_TAIL_MEANING, TS_TAIL_LIKENESS, TS_TAIL_KINDS } ts_tail_kind;
typedef struct ts_tail {
    uint64_t generation; /* that it was measured in; 0: never */
    double at, scale;
} ts_tail;
typedef struct ts_tails {
    pthread_mutex_t lock; /* readers keep here what they measured; taken inside the index's lock */
    ts_tail kinds[TS_TAIL_KINDS];
} ts_tails;

struct ts_index {
    ts_index_options options;
    const ts_vocab *vocab;
    pthread_rwlock_t lock;
    _Atomic uint64_t seq;
    uint64_t generation; /* grows with each change, under the write lock; from 1 */
    ts_tails *tails;

    ts_block **blocks;
    size_t block_count; /* numbers below block_count * 1024 have a place */
    uint32_t end;       /* highest number seen + 1 */

    size_t concepts;    /* terms below this are the vocabulary's concepts, those from here on free words */
    ts_dict free_words; /* ts_free_key's; value: facet */
    char **free_labels; /* as first written */
    size_t free_label_capacity;
    ts_dict facets; /* ts_facet's names first */
    ts_dict stems;
    ts_dict surfaces; /* folded words as written; value: stem */
    ts_dict folders, owners, formats;

    ts_set *live;
    ts_sets
        by_level[TS_LEVELS]; /* per term: where its confidence is at least ts_levels[i]; for the best rows */
    ts_sets by_term, by_stem, by_facet, by_state, by_source, by_flag, by_folder, by_owner, by_format;
    uint64_t tag_count;
    _Atomic uint64_t lost_tags;

    _Atomic size_t vector_dims; /* of the vectors that come in; 0: none seen yet */
    ts_concept_matrix matrix;
    ts_maker maker;
};

static inline ts_block *ts_block_of(const ts_index *index, uint32_t number)
{
    return index->blocks[number / TS_BLOCK_ROWS];
}

static inline bool ts_index_has(const ts_index *index, uint32_t number)
{
    return number / TS_BLOCK_ROWS < index->block_count &&
           ts_block_of(index, number)->flags[number % TS_BLOCK_ROWS] & TS_ROW_LIVE;
}

/* A picture's lists, for reading. */
typedef struct ts_lists {
    const uint32_t *tags, *words, *colours, *counts;
    const char *name;
    const uint32_t *hunches;
    size_t tag_count, shown_count, word_count, colour_count, count_count, hunch_count;
} ts_lists;

static inline ts_lists ts_lists_at(const uint32_t *data, const ts_place *place)
{
    const uint32_t *words = data + place->tags, *colours = words + place->words;
    const uint32_t *counts = colours + place->colours, *name = counts + place->counts;
    return (ts_lists){.tags = data,
                      .words = words,
                      .colours = colours,
                      .counts = counts,
                      .name = (const char *)name,
                      .hunches = name + place->name,
                      .tag_count = place->tags,
                      .shown_count = place->shown,
                      .word_count = place->words,
                      .colour_count = place->colours,
                      .count_count = place->counts,
                      .hunch_count = place->hunches};
}

static inline ts_lists ts_lists_of(const ts_index *index, uint32_t number)
{
    const ts_block *block = ts_block_of(index, number);
    const ts_place *place = &block->places[number % TS_BLOCK_ROWS];
    return ts_lists_at(block->data + place->start, place);
}

/* Walks over scattered pictures ask the memory early: where the lists lie some pictures ahead, the lists a
 * little later. Always inline: gcc takes a function that does nothing but prefetch for one without effect and
 * drops the calls. */
#define TS_AHEAD_PLACE 16u
#define TS_AHEAD_LISTS 8u
#define TS_PREFETCHER __attribute__((always_inline)) static inline void

TS_PREFETCHER ts_prefetch_place(const ts_index *index, uint32_t number)
{
    __builtin_prefetch(&ts_block_of(index, number)->places[number % TS_BLOCK_ROWS]);
}

TS_PREFETCHER ts_prefetch_lists(const ts_index *index, uint32_t number)
{
    const ts_block *block = ts_block_of(index, number);
    const char *tags = (const char *)(block->data + block->places[number % TS_BLOCK_ROWS].start);
    __builtin_prefetch(tags);
    __builtin_prefetch(tags + 64);
    __builtin_prefetch(tags + 128);
}

/* In a walk upwards, at place i of count. */
TS_PREFETCHER ts_prefetch(const ts_index *index, const uint32_t *numbers, size_t i, size_t count)
{
    if (i + TS_AHEAD_PLACE < count) ts_prefetch_place(index, numbers[i + TS_AHEAD_PLACE]);
    if (i + TS_AHEAD_LISTS < count) ts_prefetch_lists(index, numbers[i + TS_AHEAD_LISTS]);
}

/* In a walk downwards to `from`. */
TS_PREFETCHER ts_prefetch_down(const ts_index *index, const uint32_t *numbers, size_t i, size_t from)
{
    if (i >= from + TS_AHEAD_PLACE) ts_prefetch_place(index, numbers[i - TS_AHEAD_PLACE]);
    if (i >= from + TS_AHEAD_LISTS) ts_prefetch_lists(index, numbers[i - TS_AHEAD_LISTS]);
}

static inline float ts_level_to_confidence(unsigned level)
{
    return (float)level / 255.0f;
}

/* record.c: a picture as a record, without the lock (it takes the lock for new names). A draft knows no new name
 * but words of texts; false: it needs one, or something is wrong with it. Several threads may draft, each with a
 * hand of its own, while nothing is finished. */
bool ts_record_draft(ts_hand *hand, ts_record *record, const ts_index_picture *picture);
/* measure.c: the drafted record's vector, and its lengths for text questions. False when memory is out. */
bool ts_record_measure(const ts_index *index, ts_record *record, const ts_index_picture *picture);
/* The writer's thread, in the order of the changes: says what is wrong, drafts what is not ready, names. */
bool ts_record_finish(ts_hand *hand, ts_record *record, const ts_index_picture *picture, ts_error *err);
void ts_record_free(ts_record *record);
/* Gives the lock back that the first new name of a batch took: after all its records are made. */
void ts_record_unlock(ts_index *index);
/* measure.c: 1 / length of the concepts for text questions, without and with its hunches; zeros without the
 * matrix. `sum` is working space for a vector. */
typedef struct ts_scales {
    float text, whole;
} ts_scales;
ts_scales ts_record_scales(const ts_index *index, const uint32_t *data, const ts_place *place, float *sum);

/* block.c: into and out of the blocks; under the write lock. What is installed must then be posted; removing
 * does both. */
bool ts_blocks_install(ts_index *index, const ts_record *record);
void ts_blocks_remove(ts_index *index, uint32_t number);
/* Makes the block of a number, outside the lock or in it, by the writer. */
bool ts_blocks_reserve(ts_index *index, uint32_t number);
void ts_blocks_free(ts_index *index);

/* posting.c: postings of what lies in the blocks, at most TS_INDEX_BATCH ascending numbers; under the write lock.
 * Many are shared out among threads, each with sets of its own. */
bool ts_postings_add(ts_index *index, const uint32_t *numbers, size_t count);
void ts_postings_remove(ts_index *index, uint32_t number);

/* index.c: back to an empty index. */
void ts_index_clear(ts_index *index);

/* names.c */
/* A free word as the dictionary keeps it: one word may stand in several facets ("Nice" the town). Appends; false when
 * memory is out. */
bool ts_free_key(const char *word, const char *facet, ts_buf *key);
/* The free word's term in a facet (its number), or TS_NONE. */
uint32_t ts_free_find(const ts_index *index, const char *word, unsigned facet);
const char *ts_term_label(const ts_index *index, uint32_t term);
const char *ts_term_concept(const ts_index *index, uint32_t term); /* id or NULL */
unsigned ts_term_facet(const ts_index *index, uint32_t term);
bool ts_term_is_hidden(const ts_index *index, uint32_t term);
size_t ts_term_count(const ts_index *index);

#endif
