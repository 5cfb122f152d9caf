/* search: puts records into blocks and takes them out again. Under the write lock; knows no names. */
#include <stdlib.h>
#include <string.h>

#include "search/store.h"

static size_t length_of(const ts_place *place)
{
    return (size_t)place->tags + place->words + place->colours + place->counts + place->name + place->hunches;
}

/* ---- blocks ---- */

static bool grow_blocks(ts_index *index, size_t count)
{
    ts_block **blocks = malloc(count * sizeof(ts_block *));
    if (!blocks) return false;
    if (index->block_count) memcpy(blocks, index->blocks, index->block_count * sizeof(ts_block *));
    for (size_t i = index->block_count; i < count; i++) {
        if ((blocks[i] = calloc(1, sizeof(ts_block)))) {
            blocks[i]->latest_taken = blocks[i]->latest_created = INT64_MIN;
            continue;
        }
        while (i-- > index->block_count) free(blocks[i]);
        free(blocks);
        return false;
    }
    free(index->blocks);
    index->blocks = blocks;
    index->block_count = count;
    return true;
}

bool ts_blocks_reserve(ts_index *index, uint32_t number)
{
    size_t needed = number / TS_BLOCK_ROWS + 1;
    return needed <= index->block_count || grow_blocks(index, needed);
}

void ts_blocks_free(ts_index *index)
{
    for (size_t i = 0; i < index->block_count; i++) {
        free(index->blocks[i]->vectors);
        free(index->blocks[i]->data);
        free(index->blocks[i]);
    }
    free(index->blocks);
    index->blocks = NULL;
    index->block_count = 0;
}

/* Room for what is there, and to grow: double, but no more than a block full of rows like these will need. */
static size_t capacity_for(const ts_block *block, size_t words)
{
    size_t rows = 1; /* the one that comes */
    for (size_t row = 0; row < TS_BLOCK_ROWS; row++) rows += length_of(&block->places[row]) > 0;
    size_t full = words / rows * TS_BLOCK_ROWS + words / 64, least = words + words / 16;
    size_t wished = full < 2 * words ? full : 2 * words;
    return wished > least ? wished : least;
}

/* Copies what is still used, in the order of the rows, with room for `extra` words and more. */
static bool compact(ts_block *block, size_t extra)
{
    size_t live = block->used - block->wasted;
    size_t capacity = capacity_for(block, live + extra);
    uint32_t *data = malloc((capacity ? capacity : 1) * sizeof *data);
    if (!data || capacity > UINT32_MAX) return free(data), false;
    uint32_t used = 0;
    for (size_t row = 0; row < TS_BLOCK_ROWS; row++) {
        ts_place *place = &block->places[row];
        size_t length = length_of(place);
        if (length) memcpy(data + used, block->data + place->start, length * sizeof *data);
        place->start = used;
        used += (uint32_t)length;
    }
    free(block->data);
    block->data = data;
    block->used = used;
    block->wasted = 0;
    block->capacity = (uint32_t)capacity;
    return true;
}

static bool make_room(ts_block *block, size_t words)
{
    return block->used + words <= block->capacity || compact(block, words);
}

static void set_row(ts_block *b, uint32_t i, const ts_row *row)
{
    if (row->flags & TS_ROW_LIVE && row->taken > b->latest_taken) b->latest_taken = row->taken;
    if (row->flags & TS_ROW_LIVE && row->created > b->latest_created) b->latest_created = row->created;
    b->taken[i] = row->taken;
    b->created[i] = row->created;
    b->bytes[i] = row->bytes;
    b->phash[i] = row->phash;
    b->width[i] = row->width;
    b->height[i] = row->height;
    b->folder[i] = row->folder;
    b->owner[i] = row->owner;
    b->latitude[i] = row->latitude;
    b->longitude[i] = row->longitude;
    b->faces[i] = row->faces;
    b->flags[i] = row->flags;
    b->format[i] = row->format;
    b->quality[i] = row->quality;
    b->aesthetic[i] = row->aesthetic;
    b->nsfw[i] = row->nsfw;
    b->people[i] = row->people;
    b->text_scale[i] = row->text_scale;
    b->whole_scale[i] = row->whole_scale;
    b->vector_scale[i] = row->vector_scale;
}

static bool make_vectors(ts_block *block)
{
    if (block->vectors) return true;
    size_t bytes = (size_t)TS_BLOCK_ROWS * TS_INDEX_DIMS;
    block->vectors = aligned_alloc(64, bytes);
    if (block->vectors) memset(block->vectors, 0, bytes);
    return block->vectors != NULL;
}

void ts_blocks_remove(ts_index *index, uint32_t number)
{
    if (!ts_index_has(index, number)) return;
    ts_block *block = ts_block_of(index, number);
    uint32_t row = number % TS_BLOCK_ROWS;
    ts_postings_remove(index, number);
    block->wasted += (uint32_t)length_of(&block->places[row]);
    block->places[row] = (ts_place){0};
    set_row(block, row, &(ts_row){0});
}

bool ts_blocks_install(ts_index *index, const ts_record *record)
{
    uint32_t row = record->number % TS_BLOCK_ROWS;
    size_t length = length_of(&record->place);
    ts_block *block = ts_block_of(index, record->number);
    if ((record->has_vector && !make_vectors(block))) return false;
    ts_blocks_remove(index, record->number);
    if (!make_room(block, length)) return false;
    if (length) memcpy(block->data + block->used, record->data, length * sizeof *record->data);
    block->places[row] = record->place;
    block->places[row].start = block->used;
    block->used += (uint32_t)length;
    set_row(block, row, &record->row);
    if (record->has_vector)
        memcpy(block->vectors + (size_t)row * TS_INDEX_DIMS, record->vector, TS_INDEX_DIMS);
    if (record->number >= index->end) index->end = record->number + 1;
    return true;
}
