/* vision: overlapping boxes. Greedy non-maximum suppression per class. */
#include <math.h>
#include <stdlib.h>

#include "vision/analyser.h"

static float overlap_1d(float a, float a_size, float b, float b_size)
{
    float from = fmaxf(a, b);
    float to = fminf(a + a_size, b + b_size);
    return fmaxf(0, to - from);
}

float ts_rect_iou(ts_rect a, ts_rect b)
{
    float common = overlap_1d(a.x, a.width, b.x, b.width) * overlap_1d(a.y, a.height, b.y, b.height);
    float all = a.width * a.height + b.width * b.height - common;
    return all > 0 ? common / all : 0;
}

static int by_score(const void *pa, const void *pb)
{
    const ts_candidate *a = pa;
    const ts_candidate *b = pb;
    if (a->score != b->score) return a->score < b->score ? 1 : -1;
    return (a->index > b->index) - (a->index < b->index);
}

size_t ts_nms(ts_candidate *candidates, size_t count, float overlap)
{
    qsort(candidates, count, sizeof *candidates, by_score);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool covered = false;
        for (size_t k = 0; k < kept && !covered; k++)
            covered = candidates[k].key == candidates[i].key &&
                      ts_rect_iou(candidates[k].box, candidates[i].box) > overlap;
        if (!covered) candidates[kept++] = candidates[i];
    }
    return kept;
}
