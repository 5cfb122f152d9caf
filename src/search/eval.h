/* search, private to the room: from a query's tree to the set of pictures that fit, and how well each fits.
 * */
#ifndef TS_SEARCH_EVAL_H
#define TS_SEARCH_EVAL_H

#include "search/store.h"

#define TS_LEAVES_MAX 32u /* tag terms whose evidence is weighed; further ones only filter */

/* What a tag term wants, in this index's numbers. */
struct ts_wanted {
    uint32_t *terms; /* any of these tags */
    size_t term_count;
    uint32_t *stems; /* or all of these words, in this order when there are several */
    size_t stem_count;
    bool is_ignored; /* a stop word, or nothing but punctuation: fits everything */
    int leaf;        /* its number for scoring, or -1 */
    float rarity;
};

/* A question on its way. */
typedef struct ts_question {
    const ts_index *index;
    ts_arena *arena;
    ts_error *err;
    ts_node *root;
    const ts_node *leaves[TS_LEAVES_MAX]; /* positive tag terms */
    size_t leaf_count;
    uint32_t *leaf_masks; /* per term: which leaves want it; NULL without leaves */
    uint32_t similar;     /* of similar:ID; 0: none */
    const char **hints;
    size_t hint_count;
} ts_question;

/* resolve.c: finds what names mean, gives each leaf its qualifiers, collects hints. Under the read lock. */
bool ts_question_resolve(ts_question *q);

/* eval.c: the pictures that fit, held ones included. NULL and the error when memory is out; the caller
 * frees. */
ts_set *ts_question_eval(const ts_question *q);

/* best.c: of a large result those that can be its best rows, in *best (NULL: no such shortcut for this
 * query, or no memory): whatever is left out scores below *bound. level: 0 is the strictest, below
 * TS_LEVELS. */
void ts_question_best(const ts_question *q, const ts_set *result, unsigned level, ts_set **best,
                      float *bound);

/* match.c: single pictures. */
bool ts_match_row(const ts_question *q, const ts_node *node,
                  uint32_t number); /* ranges, shades, near, name, path */
/* range.c: where a range can be told for many pictures at once, far sooner than one by one: whether it can, and
 * of the pictures within (bits of all numbers below index->end) those that fit, in place. */
bool ts_range_is_plain(const ts_node *node);
void ts_range_sift(const ts_question *q, const ts_node *node, ts_bits *within);
bool ts_match_tags(const ts_question *q, const ts_node *node, const uint8_t *accepted, uint32_t number);
bool ts_match_phrase(const ts_question *q, const ts_wanted *wanted, uint32_t number);

/* score.c: 0..1, how well a picture that fits does so; 1 where there is nothing to weigh. */
float ts_question_score(const ts_question *q, uint32_t number);
/* What no picture's score exceeds. */
float ts_question_ceiling(const ts_question *q);
/* Mean confidence of the tags that the query names, else of the picture's surest. */
float ts_question_confidence(const ts_question *q, uint32_t number);

/* Runs over a set, some numbers at a time. */
typedef struct ts_walk {
    roaring_uint32_iterator_t iterator;
    uint32_t numbers[256];
} ts_walk;
static inline void ts_walk_start(ts_walk *walk, const ts_set *set)
{
    roaring_init_iterator(set, &walk->iterator);
}
/* How many lie in walk->numbers now; 0 at the end. */
static inline uint32_t ts_walk_next(ts_walk *walk)
{
    return roaring_read_uint32_iterator(&walk->iterator, walk->numbers, 256);
}

#endif
