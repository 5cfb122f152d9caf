/* search: how well a picture fits the words and tags of a query.
 *
 * A term's evidence is the confidence of the tag that fits, or what the place of a word is worth, whichever
 * is more. Terms that stand together are averaged, each weighed by its rarity: that a picture is surely a
 * dalmatian says more than that it is surely outdoors. Of terms joined by OR the best counts. So the score
 * is a probability as far as confidences are, and it never leaves 0..1. */
#include <math.h>

#include "search/eval.h"

static const float field_worth[] = {
    [TS_FIELD_TITLE] = 0.95f, [TS_FIELD_DESCRIPTION] = 0.8f, [TS_FIELD_TEXT] = 0.7f,
    [TS_FIELD_NAME] = 0.6f,   [TS_FIELD_FOLDER] = 0.5f,
};

static bool fits_qualifier(const ts_qualifier *active, uint32_t tag)
{
    if (TS_TAG_LEVEL(tag) < active->low || TS_TAG_LEVEL(tag) > active->high) return false;
    uint32_t source = TS_TAG_SOURCE(tag);
    return (active->states >> TS_TAG_STATE(tag) & 1) &&
           (source == TS_SOURCE_IMPLIED || active->sources >> source & 1);
}

static void weigh_tags(const ts_question *q, const ts_lists *lists, float *evidence)
{
    for (size_t i = 0; i < lists->tag_count; i++) {
        uint32_t tag = lists->tags[i];
        for (uint32_t mask = q->leaf_masks[TS_TAG_TERM(tag)]; mask; mask &= mask - 1) {
            int leaf = __builtin_ctz(mask);
            float confidence = ts_level_to_confidence(TS_TAG_LEVEL(tag));
            if (confidence > evidence[leaf] && fits_qualifier(&q->leaves[leaf]->active, tag))
                evidence[leaf] = confidence;
        }
    }
}

/* The same for a single term whose tags need only be shown: one comparison a tag, which compilers turn into
 * wide ones. */
static float weigh_term(const ts_lists *lists, uint32_t term)
{
    uint32_t best = 0;
    for (size_t i = 0; i < lists->shown_count; i++) {
        uint32_t level = TS_TAG_TERM(lists->tags[i]) == term ? TS_TAG_LEVEL(lists->tags[i]) : 0;
        best = level > best ? level : best;
    }
    return ts_level_to_confidence(best);
}

static bool is_plain(const ts_node *leaf)
{
    return leaf->wanted->term_count <= 1 && ts_qualifier_is_open(&leaf->active);
}

/* Few plain terms are looked up one by one; many, or such as ask for more, in one pass with a table. */
static void weigh_all_tags(const ts_question *q, const ts_lists *lists, float *evidence)
{
    bool plain = q->leaf_count <= 3;
    for (size_t i = 0; i < q->leaf_count && plain; i++) plain = is_plain(q->leaves[i]);
    if (!plain) {
        weigh_tags(q, lists, evidence);
        return;
    }
    for (size_t i = 0; i < q->leaf_count; i++)
        if (q->leaves[i]->wanted->term_count) evidence[i] = weigh_term(lists, q->leaves[i]->wanted->terms[0]);
}

/* The best place that holds one of the words; of several words, that of the worst. */
static float weigh_words(const ts_lists *lists, const ts_wanted *wanted)
{
    float worst = 1;
    for (size_t k = 0; k < wanted->stem_count; k++) {
        float best = 0;
        for (size_t i = 0; i < lists->word_count; i++) {
            uint32_t word = lists->words[i];
            if (word == TS_WORD_GAP || TS_WORD_STEM(word) != wanted->stems[k]) continue;
            best = fmaxf(best, field_worth[TS_WORD_FIELD(word)]);
        }
        worst = fminf(worst, best);
    }
    return wanted->stem_count ? worst : 0;
}

static float combine(const ts_node *node, const float *evidence, float *weight);

static float combine_group(const ts_node *node, const float *evidence, float *weight)
{
    float sum = 0, weights = 0;
    for (const ts_node *child = node->child; child; child = child->next) {
        float more = 0, score = combine(child, evidence, &more);
        sum += more * score;
        weights += more;
    }
    *weight = weights;
    return weights > 0 ? sum / weights : 1;
}

static float combine_either(const ts_node *node, const float *evidence, float *weight)
{
    float best = 0;
    bool has_filter = false;
    for (const ts_node *child = node->child; child; child = child->next) {
        float more = 0, score = combine(child, evidence, &more);
        if (more > 0) best = fmaxf(best, score);
        has_filter = has_filter || !(more > 0);
        *weight = fmaxf(*weight, more);
    }
    return best <= 0 && has_filter ? 1 : best; /* the picture is here because of the filter, then */
}

static float combine(const ts_node *node, const float *evidence, float *weight)
{
    *weight = 0;
    if (node->kind == TS_NODE_AND) return combine_group(node, evidence, weight);
    if (node->kind == TS_NODE_OR) return combine_either(node, evidence, weight);
    if (!node->wanted || node->wanted->leaf < 0) return 1;
    *weight = node->wanted->rarity;
    return evidence[node->wanted->leaf];
}

static void weigh(const ts_question *q, uint32_t number, float evidence[TS_LEAVES_MAX])
{
    ts_lists lists = ts_lists_of(q->index, number);
    for (size_t i = 0; i < q->leaf_count; i++) evidence[i] = 0;
    weigh_all_tags(q, &lists, evidence);
    for (size_t i = 0; i < q->leaf_count; i++) {
        const ts_wanted *wanted = q->leaves[i]->wanted;
        if (wanted->stem_count) evidence[i] = fmaxf(evidence[i], weigh_words(&lists, wanted));
    }
}

float ts_question_score(const ts_question *q, uint32_t number)
{
    float evidence[TS_LEAVES_MAX], weight;
    if (!q->leaf_count) return 1;
    weigh(q, number, evidence);
    return fminf(combine(q->root, evidence, &weight), 1);
}

static bool has_choice(const ts_node *node)
{
    if (node->kind == TS_NODE_OR) return true;
    for (const ts_node *child = node->child; child; child = child->next)
        if (has_choice(child)) return true;
    return false;
}

/* Of a choice a filter may be one side, and what is there because of a filter scores 1. */
float ts_question_ceiling(const ts_question *q)
{
    float evidence[TS_LEAVES_MAX], weight;
    if (!q->leaf_count || has_choice(q->root)) return 1;
    for (size_t i = 0; i < q->leaf_count; i++)
        evidence[i] = q->leaves[i]->wanted->term_count ? 1 : field_worth[TS_FIELD_TITLE];
    return fminf(combine(q->root, evidence, &weight), 1);
}

static float surest(const ts_question *q, uint32_t number)
{
    ts_lists lists = ts_lists_of(q->index, number);
    unsigned best = 0;
    for (size_t i = 0; i < lists.tag_count; i++)
        if (TS_TAG_IS_SHOWN(lists.tags[i]) && TS_TAG_LEVEL(lists.tags[i]) > best)
            best = TS_TAG_LEVEL(lists.tags[i]);
    return ts_level_to_confidence(best);
}

float ts_question_confidence(const ts_question *q, uint32_t number)
{
    float evidence[TS_LEAVES_MAX], sum = 0;
    unsigned count = 0;
    if (!q->leaf_count) return surest(q, number);
    for (size_t i = 0; i < q->leaf_count; i++) evidence[i] = 0;
    ts_lists lists = ts_lists_of(q->index, number);
    weigh_all_tags(q, &lists, evidence);
    for (size_t i = 0; i < q->leaf_count; i++) {
        if (evidence[i] <= 0) continue;
        sum += evidence[i];
        count++;
    }
    return count ? sum / (float)count : 0;
}
