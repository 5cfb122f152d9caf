/* vision: the order in which lines of writing are read. Knows rectangles, no characters. */
#include <math.h>
#include <stdlib.h>

#include "vision/text.h"

static int by_top(const void *pa, const void *pb)
{
    const ts_line_box *a = pa, *b = pb;
    if (a->y != b->y) return a->y > b->y ? 1 : -1;
    return (a->x > b->x) - (a->x < b->x);
}

static int by_left(const void *pa, const void *pb)
{
    const ts_line_box *a = pa, *b = pb;
    if (a->x != b->x) return a->x > b->x ? 1 : -1;
    return (a->y > b->y) - (a->y < b->y);
}

/* Do they stand side by side? A small one beside a large one does when its middle lies within. */
static bool side_by_side(const ts_line_box *a, const ts_line_box *b)
{
    ts_rect ra = ts_line_bounds(a), rb = ts_line_bounds(b);
    return fabsf(a->y - b->y) < 0.4F * fminf(ra.height, rb.height);
}

void ts_lines_order(ts_line_box *boxes, size_t count)
{
    qsort(boxes, count, sizeof *boxes, by_top);
    for (size_t first = 0; first < count;) {
        size_t end = first + 1;
        while (end < count && side_by_side(&boxes[first], &boxes[end])) end++;
        qsort(boxes + first, end - first, sizeof *boxes, by_left);
        first = end;
    }
}
