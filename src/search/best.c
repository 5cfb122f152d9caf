/* search: the best rows of a large result without looking at all of it.
 *
 * For each term the index keeps the pictures whose tag is surer than a level. Where a query is one term, or
 * terms that stand together, a picture outside these sets has at least one term below the level, which
 * bounds its score. If the sets alone fill the page with rows above that bound, the page is right, and the
 * other nine tenths of the result have not been read. */
#include <math.h>

#include "search/eval.h"

/* What a word in a title is worth at most (score.c): above all levels but the strictest. */
#define WORD_WORTH_BELOW_LEVELS 1u

static bool has_leaves(const ts_node *node)
{
    if (node->wanted && node->wanted->leaf >= 0) return true;
    for (const ts_node *child = node->child; child; child = child->next)
        if (has_leaves(child)) return true;
    return false;
}

/* A term, or several of which the best counts. */
static bool is_unit(const ts_node *node, unsigned level)
{
    if (node->kind == TS_NODE_OR) {
        for (const ts_node *child = node->child; child; child = child->next)
            if (child->kind == TS_NODE_OR || !is_unit(child, level)) return false;
        return true;
    }
    if (!node->wanted || node->wanted->leaf < 0 || !ts_qualifier_is_open(&node->active)) return false;
    return node->wanted->stem_count == 0 || level < WORD_WORTH_BELOW_LEVELS;
}

static float weight_of(const ts_node *unit)
{
    float weight = unit->wanted ? unit->wanted->rarity : 0;
    for (const ts_node *child = unit->child; child; child = child->next)
        weight = fmaxf(weight, weight_of(child));
    return weight;
}

static void add_sure(const ts_question *q, const ts_node *unit, unsigned level, ts_set *sure)
{
    for (size_t i = 0; unit->wanted && i < unit->wanted->term_count; i++)
        ts_sets_unite(&q->index->by_level[level], unit->wanted->terms[i], sure);
    for (const ts_node *child = unit->child; child; child = child->next) add_sure(q, child, level, sure);
}

static bool keep_sure(const ts_question *q, const ts_node *unit, unsigned level, ts_set *best)
{
    ts_set *sure = roaring_bitmap_create();
    if (!sure) return false;
    add_sure(q, unit, level, sure);
    roaring_bitmap_and_inplace(best, sure);
    roaring_bitmap_free(sure);
    return true;
}

static bool keep_all_sure(const ts_question *q, const ts_node *first, bool alone, unsigned level,
                          ts_set *best, float *bound)
{
    float weights = 0, least = INFINITY;
    for (const ts_node *node = first; node; node = alone ? NULL : node->next) {
        if (!has_leaves(node)) continue;
        if (!is_unit(node, level) || !keep_sure(q, node, level, best)) return false;
        weights += weight_of(node);
        least = fminf(least, weight_of(node));
    }
    *bound = weights > 0 ? 1 - least / weights * (1 - (float)ts_levels[level] / 255) : 2;
    return weights > 0;
}

void ts_question_best(const ts_question *q, const ts_set *result, unsigned level, ts_set **best, float *bound)
{
    bool alone = q->root->kind != TS_NODE_AND;
    *best = roaring_bitmap_copy(result);
    if (!*best || keep_all_sure(q, alone ? q->root : q->root->child, alone, level, *best, bound)) return;
    roaring_bitmap_free(*best);
    *best = NULL;
}
