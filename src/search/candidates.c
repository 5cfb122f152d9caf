/* search: a result as a set or as a list, whichever is asked for. */
#include "base/error.h"
#include "search/rank.h"

bool ts_candidates_list(const ts_question *q, ts_candidates *c)
{
    if (c->numbers) return true;
    c->numbers = ts_arena_array(q->arena, c->count + 1, sizeof *c->numbers);
    if (!c->numbers) return ts_fail_memory(q->err);
    roaring_bitmap_to_uint32_array(c->set, c->numbers);
    return true;
}

bool ts_candidates_set(const ts_question *q, ts_candidates *c)
{
    ts_bits bits;
    if (c->set) return true;
    if (!ts_bits_make(&bits, q->index->end)) return ts_fail_memory(q->err);
    for (size_t i = 0; i < c->count; i++) ts_bits_add(&bits, c->numbers[i]);
    c->set = ts_set_of_bits(&bits);
    ts_bits_free(&bits);
    return c->set || ts_fail_memory(q->err);
}
