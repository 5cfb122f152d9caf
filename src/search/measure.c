/* search: what a record needs vectors for: its own as bytes, and the lengths of its meaning for questions in plain
 * words. Needs no name and no lock, so that several threads may do it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/meaning.h"
#include "search/store.h"
#include "search/vectors.h"

static void add_meanings(const ts_index *index, const uint32_t *tags, size_t count, float *sum)
{
    enum { AT_ONCE = 64 };
    const ts_concept_matrix *matrix = &index->matrix;
    const float *rows[AT_ONCE];
    float weights[AT_ONCE];
    ts_add_rows add = ts_add_rows_best();
    for (size_t from = 0, some; from < count; from += some) {
        some = count - from < AT_ONCE ? count - from : AT_ONCE;
        for (size_t i = 0; i < some; i++) {
            rows[i] = matrix->rows + (size_t)TS_TAG_TERM(tags[from + i]) * matrix->dims;
            weights[i] = ts_tag_weight(index, tags[from + i]);
        }
        add(sum, rows, weights, some, matrix->dims);
    }
}

static float scale_of(const float *sum, size_t dims)
{
    float square = ts_dot_floats(sum, sum, dims);
    return square > 1e-12f ? 1 / sqrtf(square) : 0;
}

ts_scales ts_record_scales(const ts_index *index, const uint32_t *data, const ts_place *place, float *sum)
{
    const ts_concept_matrix *matrix = &index->matrix;
    ts_scales scales = {0};
    if (!matrix->rows) return scales;
    ts_lists lists = ts_lists_at(data, place);
    memset(sum, 0, matrix->dims * sizeof *sum);
    add_meanings(index, lists.tags, place->spoken, sum);
    scales.text = scale_of(sum, matrix->dims);
    add_meanings(index, lists.hunches, lists.hunch_count, sum);
    scales.whole = scale_of(sum, matrix->dims);
    return scales;
}

bool ts_record_measure(const ts_index *index, ts_record *record, const ts_index_picture *p)
{
    const ts_concept_matrix *matrix = &index->matrix;
    size_t projected = p->vector ? p->vector_dims : 0;
    float *space = ts_projection_space(projected > matrix->dims ? projected : matrix->dims);
    if (!space) return false;
    record->has_vector = false;
    if (projected) {
        record->row.vector_scale = ts_vector_store(p->vector, p->vector_dims, space, record->vector);
        record->has_vector = record->row.vector_scale > 0;
    }
    if (matrix->rows) {
        ts_scales scales = ts_record_scales(index, record->data, &record->place, space);
        record->row.text_scale = scales.text;
        record->row.whole_scale = scales.whole;
    }
    free(space);
    return true;
}
