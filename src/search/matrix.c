/* search: concept vectors, cleaned of what all texts have in common, and their nearness to each other. Knows no
 * picture and no encoder: vectors come in. */
#include "search/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/parallel.h"
#include "search/vectors.h"

static void take_away(float *row, const float *direction, size_t dims)
{
    float along = ts_dot_floats(row, direction, dims);
    for (size_t k = 0; k < dims; k++) row[k] -= along * direction[k];
}

static void unit(float *row, size_t dims)
{
    float square = ts_dot_floats(row, row, dims);
    float scale = square > 1e-12F && isfinite(square) ? 1 / sqrtf(square) : 0;
    for (size_t k = 0; k < dims; k++) row[k] *= scale;
}

static bool is_zero(const float *row, size_t dims)
{
    for (size_t k = 0; k < dims; k++)
        if (row[k] != 0) return false;
    return true;
}

/* Takes the mean away from all that are not zero. Returns how many these are. */
static size_t centre(ts_concept_matrix *m, size_t count)
{
    size_t used = 0;
    memset(m->mean, 0, m->dims * sizeof *m->mean);
    for (size_t i = 0; i < count; i++) {
        if (is_zero(m->rows + i * m->dims, m->dims)) continue;
        for (size_t k = 0; k < m->dims; k++) m->mean[k] += m->rows[i * m->dims + k];
        used++;
    }
    for (size_t k = 0; k < m->dims; k++) m->mean[k] /= used ? (float)used : 1.0F;
    for (size_t i = 0; i < count; i++) {
        float *row = m->rows + i * m->dims;
        if (is_zero(row, m->dims)) continue;
        for (size_t k = 0; k < m->dims; k++) row[k] -= m->mean[k];
    }
    return used;
}

/* Power iteration; this many rounds bring it near enough, and the same each time. */
#define ROUNDS 30u

static bool find_common(ts_concept_matrix *m, size_t count)
{
    float *next = reallocarray(NULL, m->dims, sizeof *next);
    if (!next) return false;
    for (size_t k = 0; k < m->dims; k++) m->common[k] = k % 2 ? 1 : -0.5F;
    unit(m->common, m->dims);
    for (unsigned round = 0; round < ROUNDS; round++) {
        memset(next, 0, m->dims * sizeof *next);
        for (size_t i = 0; i < count; i++) {
            const float *row = m->rows + i * m->dims;
            float along = ts_dot_floats(row, m->common, m->dims);
            for (size_t k = 0; k < m->dims; k++) next[k] += along * row[k];
        }
        unit(next, m->dims);
        memcpy(m->common, next, m->dims * sizeof *next);
    }
    free(next);
    return true;
}

static void measure_row(const ts_concept_matrix *m, size_t i)
{
    const float *row = m->rows + i * m->dims;
    if (is_zero(row, m->dims)) return;
    for (size_t k = 0; k <= i; k++) {
        float cosine = ts_dot_floats(row, m->rows + k * m->dims, m->dims);
        int8_t near = (int8_t)lrintf(fminf(fmaxf(cosine, -1), 1) * 127);
        m->nearness[i * m->stride + k] = near;
        m->nearness[k * m->stride + i] = near;
    }
}

typedef struct measuring {
    const ts_concept_matrix *matrix;
    size_t count;
} measuring;

/* Every so many-th row, since later ones are longer. */
static void measure_part(void *context, unsigned part, unsigned parts)
{
    const measuring *work = context;
    for (size_t i = part; i < work->count; i += parts) measure_row(work->matrix, i);
}

bool ts_matrix_make(ts_concept_matrix *m, const float *vectors, size_t count, size_t dims, unsigned threads)
{
    enum { STEP = 64 };
    m->dims = dims;
    m->stride = (count + STEP - 1) / STEP * STEP;
    m->rows = reallocarray(NULL, count * dims + 1, sizeof *m->rows);
    m->mean = reallocarray(NULL, dims, sizeof *m->mean);
    m->common = calloc(dims, sizeof *m->common);
    m->nearness = calloc(count + 1, m->stride + 1);
    if (!m->rows || !m->mean || !m->common || !m->nearness) return false;
    memcpy(m->rows, vectors, count * dims * sizeof *vectors);
    /* Of fewer vectors than dimensions any direction may be the widest, and what they mean would be lost. */
    if (centre(m, count) > dims && !find_common(m, count)) return false;
    for (size_t i = 0; i < count; i++) {
        take_away(m->rows + i * dims, m->common, dims);
        unit(m->rows + i * dims, dims);
    }
    ts_parallel(threads, measure_part, &(measuring){m, count});
    return true;
}

void ts_matrix_free(ts_concept_matrix *matrix)
{
    free(matrix->rows);
    free(matrix->mean);
    free(matrix->common);
    free(matrix->nearness);
    *matrix = (ts_concept_matrix){0};
}

size_t ts_matrix_bytes(const ts_concept_matrix *matrix, size_t count)
{
    return matrix->rows ? (count + 2) * matrix->dims * sizeof(float) + count * matrix->stride : 0;
}

void ts_matrix_clean(const ts_concept_matrix *matrix, float *row)
{
    for (size_t k = 0; k < matrix->dims; k++) row[k] -= matrix->mean[k];
    take_away(row, matrix->common, matrix->dims);
    unit(row, matrix->dims);
}
