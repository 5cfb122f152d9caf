/* search: shape, day and main colour of the pictures of a whole result, in its order. Knows no question. */
#include "search/layout.h"

/* The lists lie anywhere: where they are is asked for some pictures ahead, the colours in them a little later. */
static void look_ahead(const ts_index *index, const uint32_t *numbers, size_t i, size_t count)
{
    if (i + TS_AHEAD_PLACE < count) ts_prefetch_place(index, numbers[i + TS_AHEAD_PLACE]);
    if (i + TS_AHEAD_LISTS < count)
        __builtin_prefetch(ts_lists_of(index, numbers[i + TS_AHEAD_LISTS]).colours);
}

/* The colour that most of the picture has. */
static void set_colour(const ts_index *index, uint32_t number, ts_shape *shape)
{
    ts_lists lists = ts_lists_of(index, number);
    uint32_t most = 0;
    for (size_t i = 0; i < lists.colour_count; i++) {
        uint32_t c = lists.colours[i];
        if (i > 0 && c >> 24 <= most) continue;
        most = c >> 24;
        shape->has_colour = true;
        shape->l = (int8_t)(c & 0xff);
        shape->a = (int8_t)(c >> 8 & 0xff);
        shape->b = (int8_t)(c >> 16 & 0xff);
    }
}

bool ts_shapes_make(const ts_index *index, const uint32_t *numbers, size_t count, ts_arena *arena,
                    ts_shapes *layout)
{
    ts_shape *shapes = TS_NEW_ARRAY(arena, count, ts_shape);
    if (!shapes) return false;
    for (size_t i = 0; i < count; i++) {
        look_ahead(index, numbers, i, count);
        const ts_block *block = ts_block_of(index, numbers[i]);
        uint32_t row = numbers[i] % TS_BLOCK_ROWS;
        shapes[i] = (ts_shape){.number = numbers[i],
                               .width = block->width[row],
                               .height = block->height[row],
                               .taken_ms = block->taken[row]};
        set_colour(index, numbers[i], &shapes[i]);
    }
    layout->shapes = shapes;
    layout->count = count;
    return true;
}
