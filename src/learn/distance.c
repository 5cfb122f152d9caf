/* learn: how far apart two values are: classes, sets of tags, concepts of a hierarchy. */
#include "learn/agreement.h"

typedef struct overlap {
    size_t a, b, both;
} overlap;

static overlap overlap_of(const ts_sets *sets, uint32_t a, uint32_t b)
{
    size_t i = sets->starts[a], k = sets->starts[b];
    size_t ends[] = {sets->starts[(size_t)a + 1], sets->starts[(size_t)b + 1]};
    overlap o = {ends[0] - i, ends[1] - k, 0};
    while (i < ends[0] && k < ends[1]) {
        uint32_t left = sets->tags[i], right = sets->tags[k];
        o.both += left == right;
        i += left <= right;
        k += right <= left;
    }
    return o;
}

static double jaccard(const overlap *o)
{
    size_t all = o->a + o->b - o->both;
    return all ? (double)o->both / (double)all : 1;
}

static double monotonicity(const overlap *o)
{
    if (o->a == o->both && o->b == o->both) return 1;
    if (o->a == o->both || o->b == o->both) return 2.0 / 3;
    return o->both ? 1.0 / 3 : 0;
}

double ts_distance_nominal(uint32_t a, uint32_t b, void *context)
{
    (void)context;
    return a == b ? 0 : 1;
}

double ts_distance_jaccard(uint32_t a, uint32_t b, void *context)
{
    overlap o = overlap_of(context, a, b);
    return 1 - jaccard(&o);
}

double ts_distance_masi(uint32_t a, uint32_t b, void *context)
{
    overlap o = overlap_of(context, a, b);
    return 1 - jaccard(&o) * monotonicity(&o);
}

double ts_distance_lineage(uint32_t a, uint32_t b, void *context)
{
    overlap o = overlap_of(context, a, b);
    return o.a + o.b ? 1 - 2 * (double)o.both / (double)(o.a + o.b) : 0;
}
