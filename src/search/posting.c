/* search: keeps the sets of numbers for each term, stem, facet, state and so on in step with the blocks. Under the write
 * lock. */
#include <string.h>

#include "search/parallel.h"
#include "search/store.h"

const unsigned ts_levels[TS_LEVELS] = {250, 225};

typedef struct poster {
    ts_index *index;
    const uint32_t *numbers;
    size_t count;
    bool failed[TS_PARALLEL_MAX];
} poster;

/* ---- what is shared out: terms and stems, by their numbers ---- */

static bool add_tag(ts_index *index, uint32_t number, uint32_t tag)
{
    uint32_t term = TS_TAG_TERM(tag);
    for (size_t i = 0; i < TS_LEVELS; i++)
        if (TS_TAG_LEVEL(tag) >= ts_levels[i] && !ts_sets_add(&index->by_level[i], term, number)) return false;
    return ts_sets_add(&index->by_term, term, number);
}

static bool add_lists(ts_index *index, uint32_t number, unsigned part, unsigned parts)
{
    ts_lists lists = ts_lists_of(index, number);
    for (size_t i = 0; i < lists.shown_count; i++)
        if (TS_TAG_TERM(lists.tags[i]) % parts == part && !add_tag(index, number, lists.tags[i])) return false;
    for (size_t i = 0; i < lists.word_count; i++) {
        uint32_t word = lists.words[i];
        if (word == TS_WORD_GAP || TS_WORD_STEM(word) % parts != part) continue;
        if (!ts_sets_add(&index->by_stem, TS_WORD_STEM(word), number)) return false;
    }
    return true;
}

static void add_part(void *context, unsigned part, unsigned parts)
{
    poster *p = context;
    for (size_t i = 0; i < p->count && !p->failed[part]; i++)
        p->failed[part] = !add_lists(p->index, p->numbers[i], part, parts);
}

static void remove_lists(ts_index *index, uint32_t number)
{
    ts_lists lists = ts_lists_of(index, number);
    for (size_t i = 0; i < lists.shown_count; i++) {
        ts_sets_remove(&index->by_term, TS_TAG_TERM(lists.tags[i]), number);
        for (size_t k = 0; k < TS_LEVELS; k++) ts_sets_remove(&index->by_level[k], TS_TAG_TERM(lists.tags[i]), number);
    }
    for (size_t i = 0; i < lists.word_count; i++)
        if (lists.words[i] != TS_WORD_GAP) ts_sets_remove(&index->by_stem, TS_WORD_STEM(lists.words[i]), number);
}

/* ---- the rest ---- */

/* Which facets, sources (of shown tags) and states the picture's own tags have, as masks, and how many tags. */
static size_t masks_of(const ts_index *index, uint32_t number, uint32_t masks[3])
{
    ts_lists lists = ts_lists_of(index, number);
    size_t own = 0;
    memset(masks, 0, 3 * sizeof *masks);
    for (size_t i = 0; i < lists.tag_count; i++) {
        uint32_t tag = lists.tags[i];
        if (TS_TAG_SOURCE(tag) == TS_SOURCE_IMPLIED) continue;
        masks[0] |= TS_TAG_IS_SHOWN(tag) ? 1u << ts_term_facet(index, TS_TAG_TERM(tag)) : 0;
        masks[1] |= TS_TAG_IS_SHOWN(tag) ? 1u << TS_TAG_SOURCE(tag) : 0;
        masks[2] |= 1u << TS_TAG_STATE(tag);
        own++;
    }
    return own;
}

static bool post_one(ts_sets *sets, size_t which, uint32_t number, bool add)
{
    if (add) return ts_sets_grow(sets, which + 1) && ts_sets_add(sets, which, number);
    ts_sets_remove(sets, which, number);
    return true;
}

static bool post_mask(ts_sets *sets, uint32_t number, uint32_t mask, bool add)
{
    for (; mask; mask &= mask - 1)
        if (!post_one(sets, (size_t)__builtin_ctz(mask), number, add)) return false;
    return true;
}

static bool post_row(ts_index *index, uint32_t number, bool add)
{
    const ts_block *block = ts_block_of(index, number);
    uint32_t row = number % TS_BLOCK_ROWS, masks[3];
    size_t own = masks_of(index, number, masks);
    index->tag_count += add ? own : 0 - own;
    if (add)
        roaring_bitmap_add(index->live, number);
    else
        roaring_bitmap_remove(index->live, number);
    return post_mask(&index->by_facet, number, masks[0], add) && post_mask(&index->by_source, number, masks[1], add) &&
           post_mask(&index->by_state, number, masks[2], add) &&
           post_mask(&index->by_flag, number, block->flags[row] & (TS_ROW_LIVE - 1u), add) &&
           post_one(&index->by_folder, block->folder[row], number, add) &&
           post_one(&index->by_owner, block->owner[row], number, add) &&
           post_one(&index->by_format, block->format[row], number, add);
}

static bool make_room(ts_index *index)
{
    size_t terms = ts_term_count(index);
    for (size_t i = 0; i < TS_LEVELS; i++)
        if (!ts_sets_grow(&index->by_level[i], terms)) return false;
    return ts_sets_grow(&index->by_term, terms) && ts_sets_grow(&index->by_stem, index->stems.count);
}

bool ts_postings_add(ts_index *index, const uint32_t *numbers, size_t count)
{
    poster p = {.index = index, .numbers = numbers, .count = count};
    unsigned parts = count >= 64 ? index->options.threads : 1;
    if (!make_room(index)) return false;
    ts_parallel(parts, add_part, &p);
    for (unsigned i = 0; i < parts; i++)
        if (p.failed[i]) return false;
    for (size_t i = 0; i < count; i++)
        if (!post_row(index, numbers[i], true)) return false;
    return true;
}

void ts_postings_remove(ts_index *index, uint32_t number)
{
    remove_lists(index, number);
    (void)post_row(index, number, false);
}
