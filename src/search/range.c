/* search: a range over whole blocks, 64 pictures at a time, where the column holds whole numbers. The same
 * pictures fit as one by one (match.c). */
#include <math.h>

#include "search/eval.h"

bool ts_range_is_plain(const ts_node *node)
{
    if (node->kind != TS_NODE_RANGE) return false;
    return node->column == TS_COLUMN_WIDTH || node->column == TS_COLUMN_HEIGHT ||
           node->column == TS_COLUMN_FACES || node->column == TS_COLUMN_TAKEN ||
           node->column == TS_COLUMN_ADDED;
}

/* The whole numbers that a range holds: low .. low + span. */
typedef struct bounds {
    int64_t low;
    uint64_t span;
    bool empty;
} bounds;

/* Beyond these no column has a value, and doubles are no longer exact. */
#define FAR 0x1p53

/* known: the least value that is not "unknown". */
static bounds bounds_of(const ts_node *node, double known)
{
    double low = ceil(fmax(node->low, known)), high = floor(fmin(node->high, FAR));
    if (!(low <= high)) return (bounds){.empty = true};
    return (bounds){(int64_t)low, (uint64_t)((int64_t)high - (int64_t)low), false};
}

/* One subtraction tells both ends: what lies below wraps round to something large. */
static uint64_t sift_times(const int64_t *values, const bounds *b)
{
    uint64_t fits = 0;
    for (unsigned i = 0; i < 64; i++)
        fits |= (uint64_t)((uint64_t)values[i] - (uint64_t)b->low <= b->span) << i;
    return fits;
}

static uint64_t sift_sizes(const uint32_t *values, const bounds *b)
{
    uint64_t fits = 0;
    for (unsigned i = 0; i < 64; i++)
        fits |= (uint64_t)((uint64_t)values[i] - (uint64_t)b->low <= b->span) << i;
    return fits;
}

static uint64_t sift_counts(const uint16_t *values, const bounds *b)
{
    uint64_t fits = 0;
    for (unsigned i = 0; i < 64; i++)
        fits |= (uint64_t)((uint64_t)values[i] - (uint64_t)b->low <= b->span) << i;
    return fits;
}

static uint64_t sift_rows(const ts_block *block, ts_column column, uint32_t row, const bounds *b)
{
    switch (column) {
    case TS_COLUMN_WIDTH:
        return sift_sizes(block->width + row, b);
    case TS_COLUMN_HEIGHT:
        return sift_sizes(block->height + row, b);
    case TS_COLUMN_FACES:
        return sift_counts(block->faces + row, b);
    case TS_COLUMN_TAKEN:
        return sift_times(block->taken + row, b);
    default:
        return sift_times(block->created + row, b);
    }
}

void ts_range_sift(const ts_question *q, const ts_node *node, ts_bits *within)
{
    bool may_lack = node->column == TS_COLUMN_WIDTH || node->column == TS_COLUMN_HEIGHT;
    bool is_time = node->column == TS_COLUMN_TAKEN || node->column == TS_COLUMN_ADDED;
    bounds b = bounds_of(node, is_time ? -FAR : may_lack); /* a size of 0 is not known */
    for (size_t i = 0; i < within->count; i++) {
        if (!within->words[i]) continue;
        uint32_t number = (uint32_t)(i * 64);
        within->words[i] &=
            b.empty ? 0 : sift_rows(ts_block_of(q->index, number), node->column, number % TS_BLOCK_ROWS, &b);
    }
}
