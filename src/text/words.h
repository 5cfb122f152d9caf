/* Private to the text room: the words of a model, as scripts/tagsmith_models/converters/e5_words.py writes them:
 * a trie of the vocabulary's pieces with a score each, the rules that normalise characters, and the vectors of
 * pieces (4 bits a number) and positions.
 *
 * The file is mapped, not read: of its 60 MB only the pages of words that occur become memory. It is constant:
 * any number of threads may read. */
#ifndef TS_TEXT_WORDS_H
#define TS_TEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_words_sizes {
    uint32_t pieces, nodes, rules, rule_points, positions, dims;
    uint32_t begin, end,
        unknown; /* pieces that no text contains: what stands before, after and for the unknown */
    float unknown_score;
} ts_words_sizes;

typedef struct ts_words {
    ts_words_sizes sizes;
    const float *scores;         /* [pieces] */
    const uint32_t *first;       /* [nodes + 1]: the children of node n are first[n] .. first[n + 1] */
    const uint8_t *label;        /* [nodes]: the byte that leads to it; ascending among siblings */
    const uint32_t *piece;       /* [nodes]: the piece that ends here, or 0 */
    const uint32_t *rule_point;  /* [rules], ascending: code points that are replaced */
    const uint32_t *rule_begin;  /* [rules + 1]: where the replacement lies ... */
    const uint32_t *rule_points; /* [rule_points]: ... in here; may be empty */
    const float *position;       /* [positions][dims] */
    const uint8_t *vectors;      /* [pieces][dims / 32] blocks */
    void *map;                   /* of a mapped file */
    size_t map_bytes;
} ts_words;

/* Maps a file whose checksum the caller has verified. TS_MODEL when it cannot be such a file. */
bool ts_words_open(const char *path, ts_words *out, ts_error *err);
/* The same over bytes in memory (aligned to 4), which must stay. Checks every number that is used as an index. */
bool ts_words_read(const void *bytes, size_t length, ts_words *out, ts_error *err);
void ts_words_close(ts_words *words); /* fine on zeros */

/* The child of a node along this byte, or 0. */
uint32_t ts_words_step(const ts_words *words, uint32_t node, uint8_t byte);
/* What stands for this code point: *count points, perhaps none; NULL when it stands for itself. */
const uint32_t *ts_words_rule(const ts_words *words, uint32_t point, size_t *count);
/* The vector of a piece: dims numbers. */
void ts_words_vector(const ts_words *words, uint32_t piece, float *out);
/* Lets go of the pages looked at so far; they come back when next needed. For after a long list. */
void ts_words_rest(const ts_words *words);

#endif
