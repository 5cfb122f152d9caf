/* search: concept vectors and the meaning of pictures. Knows no encoder: vectors come in. */
#include "search/meaning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/matrix.h"
#include "search/vectors.h"

/* Dull and very broad concepts say little; the rest is confidence, squared, since what is half sure is wrong
 * half the time, and its meaning then leads astray. Fixed, so that lengths can be stored. */
float ts_tag_weight(const ts_index *index, uint32_t tag)
{
    uint32_t flags = ts_vocab_flags(index->vocab, TS_TAG_TERM(tag));
    float confidence = ts_level_to_confidence(TS_TAG_LEVEL(tag));
    return confidence * confidence * (flags & TS_CONCEPT_DULL ? 0.4f : 1.0f);
}

static void measure_block(ts_index *index, size_t block)
{
    ts_block *b = index->blocks[block];
    index->generation++;
    for (uint32_t row = 0; row < TS_BLOCK_ROWS; row++) {
        if (!(b->flags[row] & TS_ROW_LIVE)) continue;
        const ts_place *place = &b->places[row];
        ts_scales scales = ts_record_scales(index, b->data + place->start, place, index->maker.sum);
        b->text_scale[row] = scales.text;
        b->whole_scale[row] = scales.whole;
    }
}

/* Between two blocks some pictures are measured with the new vectors and some with the old: their order may
 * be odd for that second, nothing else. */
bool ts_index_set_concept_vectors(ts_index *index, const float *vectors, size_t dims, ts_error *err)
{
    if (!vectors || dims == 0 || dims > 8192)
        return ts_fail(err, TS_USAGE, "concept vectors of %zu dimensions are not usable", dims);
    ts_concept_matrix matrix = {0};
    float *sum = reallocarray(NULL, dims, sizeof *sum);
    if (!sum || !ts_matrix_make(&matrix, vectors, index->concepts, dims, index->options.threads)) {
        free(sum);
        ts_matrix_free(&matrix);
        return ts_fail_memory(err);
    }
    pthread_rwlock_wrlock(&index->lock);
    ts_matrix_free(&index->matrix);
    free(index->maker.sum);
    index->matrix = matrix;
    index->maker.sum = sum;
    index->generation++;
    pthread_rwlock_unlock(&index->lock);
    for (size_t i = 0; i < index->block_count; i++) {
        pthread_rwlock_wrlock(&index->lock);
        measure_block(index, i);
        pthread_rwlock_unlock(&index->lock);
    }
    return true;
}

float *ts_meaning_products(const ts_index *index, const float *vector, size_t dims, ts_arena *arena,
                           ts_error *err)
{
    const ts_concept_matrix *matrix = &index->matrix;
    if (!matrix->rows || dims != matrix->dims) {
        ts_fail(err, TS_USAGE, "the question has %zu dimensions, the index knows concepts of %zu", dims,
                matrix->dims);
        return NULL;
    }
    float *query = ts_arena_array(arena, dims, sizeof *query);
    float *products = ts_arena_array(arena, index->concepts + 1, sizeof *products);
    if (!query || !products) return ts_fail_memory(err), NULL;
    memcpy(query, vector, dims * sizeof *query);
    ts_matrix_clean(matrix, query);
    for (size_t i = 0; i < index->concepts; i++) {
        const float *row = matrix->rows + i * dims;
        products[i] = ts_dot_floats(query, row, dims) * ts_tag_weight(index, TS_TAG_PACK(i, 255, 0, 0));
    }
    return products;
}

typedef float four __attribute__((vector_size(16)));
typedef int32_t four_tags __attribute__((vector_size(16), aligned(4), may_alias));

static float product_of(const float *products, uint32_t tag)
{
    int level = (int)TS_TAG_LEVEL(tag);
    return products[TS_TAG_TERM(tag)] * (float)(level * level);
}

/* Four sums, so that they need not wait for each other. */
static float sum_products(const float *products, const uint32_t *tags, size_t count)
{
    four sums = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        four_tags at_once = *(const four_tags *)(tags + i);
        four level = __builtin_convertvector(TS_TAG_LEVEL(at_once), four);
        four worth = {products[TS_TAG_TERM(tags[i])], products[TS_TAG_TERM(tags[i + 1])],
                      products[TS_TAG_TERM(tags[i + 2])], products[TS_TAG_TERM(tags[i + 3])]};
        sums += worth * (level * level);
    }
    if (i < count) sums[0] += product_of(products, tags[i]);
    if (i + 1 < count) sums[1] += product_of(products, tags[i + 1]);
    if (i + 2 < count) sums[2] += product_of(products, tags[i + 2]);
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) / (255.0f * 255.0f);
}

bool ts_meaning_is_whole(const ts_index *index)
{
    return index->end <= TS_MEANING_WHOLE_MAX;
}

float ts_meaning_whole_score(const ts_index *index, const float *products, uint32_t number)
{
    float scale = ts_block_of(index, number)->whole_scale[number % TS_BLOCK_ROWS];
    if (!(scale > 0)) return -2;
    ts_lists lists = ts_lists_of(index, number);
    size_t spoken = ts_block_of(index, number)->places[number % TS_BLOCK_ROWS].spoken;
    return (sum_products(products, lists.tags, spoken) +
            sum_products(products, lists.hunches, lists.hunch_count)) *
           scale;
}

static float score_tags(const ts_index *index, const float *products, uint32_t number)
{
    const ts_block *block = ts_block_of(index, number);
    uint32_t row = number % TS_BLOCK_ROWS;
    const ts_place *place = &block->places[row];
    float scale = block->text_scale[row];
    if (!(scale > 0)) return -2;
    return sum_products(products, block->data + place->start, place->spoken) * scale;
}

float ts_meaning_score(const ts_index *index, const float *products, uint32_t number)
{
    return ts_meaning_is_whole(index) ? ts_meaning_whole_score(index, products, number)
                                      : score_tags(index, products, number);
}

void ts_meaning_scores(const ts_index *index, const float *products, const uint32_t *numbers, size_t count,
                       float *scores)
{
    bool whole = ts_meaning_is_whole(index);
    for (size_t i = 0; i < count; i++) {
        ts_prefetch(index, numbers, i, count);
        scores[i] = whole ? ts_meaning_whole_score(index, products, numbers[i])
                          : score_tags(index, products, numbers[i]);
    }
}
