/* tests/text: writes a small file of words, node by node. Knows the form from src/text/words.h alone. */
#include "tests/text/tiny.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NODES_MAX 512
#define TEXT_MAX 64
#define DIMS 32
#define POSITIONS 4

/* A prefix of some piece; nodes of a depth are made after all of the depth above. */
typedef struct node {
    char prefix[TEXT_MAX];
    size_t length;
    uint32_t piece;
} node;

typedef struct tree {
    node nodes[NODES_MAX];
    size_t count;
    uint32_t first[NODES_MAX + 1];
} tree;

static void spell(const char *text, char *out)
{
    for (; *text; text++) {
        if (*text == '_') {
            memcpy(out, "\xE2\x96\x81", 3);
            out += 3;
        } else {
            *out++ = *text;
        }
    }
    *out = '\0';
}

static void add_children(tree *t, size_t parent, char spelled[][TEXT_MAX], size_t count)
{
    node *above = &t->nodes[parent];
    t->first[parent] = (uint32_t)t->count;
    for (unsigned byte = 1; byte < 256; byte++) {
        node child = {.length = above->length + 1};
        memcpy(child.prefix, above->prefix, above->length);
        child.prefix[above->length] = (char)byte;
        bool found = false;
        for (size_t i = 0; i < count; i++) {
            if (strncmp(spelled[i], child.prefix, child.length) != 0) continue;
            found = true;
            if (strlen(spelled[i]) == child.length) child.piece = (uint32_t)(TINY_FIRST + i);
        }
        if (found && t->count < NODES_MAX) t->nodes[t->count++] = child;
    }
}

static void section(ts_buf *out, const void *bytes, size_t length)
{
    static const char zeros[64];
    (void)ts_buf_append(out, zeros, (64 - out->length % 64) % 64);
    (void)ts_buf_append(out, bytes, length);
}

static void header(ts_buf *out, size_t pieces, size_t nodes, float unknown)
{
    uint32_t sizes[9] = {(uint32_t)pieces, (uint32_t)nodes, 4, 4, POSITIONS, DIMS, 0, 1, 2};
    (void)ts_buf_append(out, "TSWORDS1", 8);
    (void)ts_buf_append(out, sizes, sizeof sizes);
    (void)ts_buf_append(out, &unknown, sizeof unknown);
}

static void write_pieces(ts_buf *out, const tree *t, const float *scores, size_t pieces)
{
    uint8_t labels[NODES_MAX] = {0};
    uint32_t ends[NODES_MAX] = {0};
    for (size_t i = 1; i < t->count; i++) labels[i] = (uint8_t)t->nodes[i].prefix[t->nodes[i].length - 1];
    for (size_t i = 0; i < t->count; i++) ends[i] = t->nodes[i].piece;
    section(out, scores, pieces * sizeof *scores);
    section(out, t->first, (t->count + 1) * sizeof *t->first);
    section(out, labels, t->count);
    section(out, ends, t->count * sizeof *ends);
}

static void write_rest(ts_buf *out, size_t pieces)
{
    static const uint32_t points[] = {'\t', 0xA0, 0xAD, 0xFB01}, begins[] = {0, 1, 2, 2, 4};
    static const uint32_t replaced[] = {' ', ' ', 'f', 'i'};
    float positions[POSITIONS * DIMS];
    for (size_t i = 0; i < POSITIONS * DIMS; i++) positions[i] = (float)i;
    section(out, points, sizeof points);
    section(out, begins, sizeof begins);
    section(out, replaced, sizeof replaced);
    section(out, positions, sizeof positions);
    for (size_t i = 0; i < pieces; i++) {
        uint8_t block[18] = {0x00, 0x38}; /* one half */
        for (size_t b = 2; b < sizeof block; b++) block[b] = (uint8_t)(i + b);
        if (i == 0) section(out, NULL, 0);
        (void)ts_buf_append(out, block, sizeof block);
    }
}

ts_buf tiny_words(const tiny_piece *pieces, size_t count)
{
    ts_buf out = {0};
    tree *t = calloc(1, sizeof *t);
    char(*spelled)[TEXT_MAX] = calloc(count + 1, sizeof *spelled);
    float *scores = calloc(TINY_FIRST + count, sizeof *scores);
    float worst = 0;
    if (!t || !spelled || !scores) abort();
    for (size_t i = 0; i < count; i++) {
        spell(pieces[i].text, spelled[i]);
        scores[TINY_FIRST + i] = pieces[i].score;
        if (pieces[i].score < worst) worst = pieces[i].score;
    }
    t->count = 1;
    for (size_t i = 0; i < t->count; i++) add_children(t, i, spelled, count);
    t->first[t->count] = (uint32_t)t->count;
    header(&out, TINY_FIRST + count, t->count, worst - 10);
    write_pieces(&out, t, scores, TINY_FIRST + count);
    write_rest(&out, TINY_FIRST + count);
    free(scores);
    free(spelled);
    free(t);
    return out;
}
