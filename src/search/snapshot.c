/* search: the index on disk: blocks and dictionaries; postings are made again on reading, so that they can
 * never disagree with what they are made from. The file belongs to one machine (byte order and layout are
 * its own): it is a cache of what the catalogue knows, and anything odd about it means that it is ignored.
 *
 * It is written while the index changes: each block under a short read lock, the dictionaries last, which
 * only grow. A block may know more than the sequence number says; applying those changes again does no harm.
 * */
#include "search/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "search/meaning.h"
#include "search/store.h"

#define SNAPSHOT_NAME "index.snapshot"
#define SNAPSHOT_VERSION 4u
#define SNAPSHOT_END 0x444e45u

typedef struct head {
    char magic[8];
    uint32_t version, block_bytes; /* of the columns: another layout is another version */
    uint64_t vocab, seq;
    char uuid[64];
    uint32_t concepts, blocks, end, dims;
} head;

typedef struct block_head {
    uint32_t used, wasted, has_vectors, spare;
} block_head;

#define COLUMN_BYTES offsetof(ts_block, vectors)

/* The ids of all concepts in their order: records hold indexes. */
static uint64_t vocab_print(const ts_index *index)
{
    uint64_t print = 1;
    for (ts_concept c = 0; c < index->concepts; c++) {
        const char *id = ts_vocab_id(index->vocab, c);
        print = print * UINT64_C(0x9e3779b97f4a7c15) ^ ts_text_hash(id, strlen(id));
        ts_concepts up = ts_vocab_ancestors(index->vocab, c); /* records hold what follows from them, too */
        print = print * UINT64_C(0x9e3779b97f4a7c15) ^ ts_text_hash(up.items, up.count * sizeof *up.items);
    }
    return print;
}

static head make_head(const ts_index *index, const char *uuid)
{
    head h = {.magic = "TSINDEX", .version = SNAPSHOT_VERSION, .block_bytes = COLUMN_BYTES};
    h.vocab = vocab_print(index);
    h.seq = ts_index_seq(index);
    h.concepts = (uint32_t)index->concepts;
    h.dims = (uint32_t)index->vector_dims;
    snprintf(h.uuid, sizeof h.uuid, "%s", uuid);
    return h;
}

/* ---- writing ---- */

/* Copied under the lock, written after it: a disk that is slow holds nobody up. */
static bool copy_block(ts_index *index, size_t which, ts_buf *copy)
{
    ts_buf_clear(copy);
    pthread_rwlock_rdlock(&index->lock);
    const ts_block *block = index->blocks[which];
    block_head h = {block->used, block->wasted, block->vectors != NULL, 0};
    bool good =
        ts_buf_append(copy, &h, sizeof h) && ts_buf_append(copy, block, COLUMN_BYTES) &&
        (!h.used || ts_buf_append(copy, block->data, h.used * sizeof *block->data)) &&
        (!h.has_vectors || ts_buf_append(copy, block->vectors, (size_t)TS_BLOCK_ROWS * TS_INDEX_DIMS));
    pthread_rwlock_unlock(&index->lock);
    return good;
}

static bool write_blocks(ts_index *index, ts_chunks *out, size_t count)
{
    ts_buf copy = {0};
    bool good = true;
    for (size_t i = 0; i < count && good; i++)
        good = copy_block(index, i, &copy) && ts_chunks_put(out, copy.data, copy.length);
    ts_buf_free(&copy);
    return good;
}

static bool put_text(ts_chunks *out, const char *text, uint32_t length, uint32_t value)
{
    uint32_t numbers[2] = {length, value};
    return ts_chunks_put(out, numbers, sizeof numbers) && ts_chunks_put(out, text, length);
}

static bool write_dict(ts_chunks *out, const ts_dict *dict)
{
    uint32_t count = (uint32_t)dict->count;
    bool good = ts_chunks_put(out, &count, sizeof count);
    for (size_t i = 0; i < count && good; i++)
        good = put_text(out, dict->entries[i].text, dict->entries[i].length, dict->entries[i].value);
    return good;
}

static bool write_labels(ts_index *index, ts_chunks *out)
{
    bool good = true;
    for (size_t i = 0; i < index->free_words.count && good; i++) {
        const char *label = ts_term_label(index, (uint32_t)(index->concepts + i));
        good = put_text(out, label, (uint32_t)strlen(label), 0);
    }
    return good;
}

static size_t dicts_of(ts_index *index, ts_dict *dicts[7])
{
    ts_dict *all[] = {&index->facets,  &index->free_words, &index->stems,  &index->surfaces,
                      &index->folders, &index->owners,     &index->formats};
    memcpy(dicts, all, sizeof all);
    return sizeof all / sizeof all[0];
}

/* Written to memory first where it is small, as ts_chunks does; a dictionary changes only when the writer
 * meets a new name, so holding the lock for it here costs the writer little. */
static bool write_dicts(ts_index *index, ts_chunks *out)
{
    ts_dict *dicts[7];
    size_t count = dicts_of(index, dicts);
    bool good = true;
    pthread_rwlock_rdlock(&index->lock);
    for (size_t i = 0; i < count && good; i++) good = write_dict(out, dicts[i]);
    good = good && write_labels(index, out);
    pthread_rwlock_unlock(&index->lock);
    return good;
}

static bool write_all(ts_index *index, int fd, const char *uuid, ts_error *err)
{
    ts_chunks out;
    uint32_t end = SNAPSHOT_END;
    if (!ts_chunks_open(&out, fd)) return ts_fail_memory(err);
    pthread_rwlock_rdlock(&index->lock);
    head h = make_head(index, uuid);
    h.blocks = (uint32_t)index->block_count;
    h.end = index->end;
    pthread_rwlock_unlock(&index->lock);
    bool good = ts_chunks_put(&out, &h, sizeof h) && write_blocks(index, &out, h.blocks) &&
                write_dicts(index, &out) && ts_chunks_put(&out, &end, sizeof end) && ts_chunks_flush(&out) &&
                fsync(fd) == 0;
    ts_chunks_close(&out);
    return good || ts_fail_errno(err, "the snapshot of the index could not be written");
}

static bool sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool good = fsync(fd) == 0;
    close(fd);
    return good;
}

bool ts_index_save(ts_index *index, const char *dir, const char *catalog_uuid, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    char *path = arena ? ts_path_join(arena, dir, SNAPSHOT_NAME) : NULL;
    char *part = path ? ts_arena_printf(arena, "%s.part", path) : NULL;
    bool good = part ? ts_dir_make(dir, err) : ts_fail_memory(err);
    int fd = good && part ? open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (good && fd < 0) good = ts_fail_errno(err, "%s", part);
    if (good) good = write_all(index, fd, catalog_uuid, err);
    if (fd >= 0) close(fd);
    if (good && (rename(part, path) != 0 || !sync_folder(dir))) good = ts_fail_errno(err, "%s", path);
    if (!good && part) unlink(part);
    ts_arena_free(arena);
    return good;
}

/* ---- reading ---- */

static bool read_block(ts_index *index, ts_chunks *in, size_t which)
{
    block_head h;
    ts_block *block = index->blocks[which];
    if (!ts_chunks_get(in, &h, sizeof h) || h.wasted > h.used || h.used > (64u << 20)) return false;
    if (!ts_chunks_get(in, block, COLUMN_BYTES)) return false;
    block->data = malloc((h.used ? h.used : 1) * sizeof *block->data);
    if (!block->data) return false;
    block->capacity = block->used = h.used;
    block->wasted = h.wasted;
    if (!ts_chunks_get(in, block->data, h.used * sizeof *block->data)) return false;
    if (!h.has_vectors) return true;
    block->vectors = aligned_alloc(64, (size_t)TS_BLOCK_ROWS * TS_INDEX_DIMS);
    return block->vectors && ts_chunks_get(in, block->vectors, (size_t)TS_BLOCK_ROWS * TS_INDEX_DIMS);
}

static char *get_text(ts_chunks *in, uint32_t numbers[2])
{
    if (!ts_chunks_get(in, numbers, 2 * sizeof *numbers) || numbers[0] > (1u << 20)) return NULL;
    char *text = malloc((size_t)numbers[0] + 1);
    if (text && !ts_chunks_get(in, text, numbers[0])) {
        free(text);
        return NULL;
    }
    if (text) text[numbers[0]] = '\0';
    return text;
}

static bool read_dict(ts_chunks *in, ts_dict *dict)
{
    uint32_t count, numbers[2];
    if (!ts_chunks_get(in, &count, sizeof count)) return false;
    for (uint32_t i = 0; i < count; i++) {
        char *text = get_text(in, numbers);
        bool good = text && ts_dict_add(dict, text, numbers[0], numbers[1]) == i;
        free(text);
        if (!good) return false;
    }
    return true;
}

static bool read_labels(ts_index *index, ts_chunks *in)
{
    uint32_t numbers[2];
    index->free_labels = calloc(index->free_words.count + 1, sizeof *index->free_labels);
    if (!index->free_labels) return false;
    index->free_label_capacity = index->free_words.count;
    for (size_t i = 0; i < index->free_words.count; i++)
        if (!(index->free_labels[i] = get_text(in, numbers))) return false;
    return true;
}

static bool values_fit(const ts_dict *dict, size_t limit)
{
    for (size_t i = 0; i < dict->count; i++)
        if (dict->entries[i].value >= limit) return false;
    return true;
}

static bool read_contents(ts_index *index, ts_chunks *in, const head *h)
{
    ts_dict *dicts[7];
    uint32_t end;
    size_t count = dicts_of(index, dicts);
    if (h->blocks && !ts_blocks_reserve(index, h->blocks * TS_BLOCK_ROWS - 1)) return false;
    for (size_t i = 0; i < h->blocks; i++)
        if (!read_block(index, in, i)) return false;
    for (size_t i = 0; i < count; i++)
        if (!read_dict(in, dicts[i])) return false;
    return read_labels(index, in) && ts_chunks_get(in, &end, sizeof end) && end == SNAPSHOT_END &&
           ts_chunks_at_end(in) && index->facets.count <= TS_FACETS_MAX &&
           values_fit(&index->free_words, index->facets.count) &&
           values_fit(&index->surfaces, index->stems.count);
}

/* Every number in a record stands for something. Checksums have been right: this guards against our own
 * mistakes. */
static bool is_sound(const ts_index *index, const ts_block *block, uint32_t row)
{
    const ts_place *place = &block->places[row];
    size_t length =
        (size_t)place->tags + place->words + place->colours + place->counts + place->name + place->hunches;
    if (place->start + length > block->used || place->spoken > place->shown || place->shown > place->tags ||
        (block->vector_scale[row] > 0 && !block->vectors))
        return false;
    for (size_t i = 0; i < place->spoken; i++)
        if (TS_TAG_TERM(block->data[place->start + i]) >= index->concepts) return false;
    if (block->folder[row] >= index->folders.count || block->owner[row] >= index->owners.count) return false;
    ts_lists lists = ts_lists_at(block->data + place->start, place);
    for (size_t i = 0; i < lists.tag_count; i++)
        if (TS_TAG_TERM(lists.tags[i]) >= ts_term_count(index)) return false;
    for (size_t i = 0; i < lists.hunch_count; i++)
        if (TS_TAG_TERM(lists.hunches[i]) >= index->concepts) return false;
    for (size_t i = 0; i < lists.word_count; i++)
        if (lists.words[i] != TS_WORD_GAP && TS_WORD_STEM(lists.words[i]) >= index->stems.count) return false;
    return !place->name || memchr(lists.name, 0, (size_t)place->name * 4);
}

static bool post_block(ts_index *index, size_t which)
{
    ts_block *block = index->blocks[which];
    uint32_t numbers[TS_BLOCK_ROWS];
    size_t count = 0;
    for (uint32_t row = 0; row < TS_BLOCK_ROWS; row++) {
        if (!(block->flags[row] & TS_ROW_LIVE)) continue;
        if (!is_sound(index, block, row)) return false;
        const ts_place *place = &block->places[row];
        ts_scales scales = ts_record_scales(index, block->data + place->start, place, index->maker.sum);
        block->text_scale[row] = scales.text;
        block->whole_scale[row] = scales.whole;
        numbers[count++] = (uint32_t)(which * TS_BLOCK_ROWS + row);
    }
    return ts_postings_add(index, numbers, count);
}

static bool post_all(ts_index *index)
{
    for (size_t i = 0; i < index->block_count; i++)
        if (!post_block(index, i)) return false;
    return true;
}

static bool check_head(const ts_index *index, const head *h, const char *uuid, ts_error *err)
{
    head own = make_head(index, uuid);
    if (memcmp(h->magic, own.magic, sizeof own.magic) != 0 || h->version != own.version ||
        h->block_bytes != own.block_bytes)
        return ts_fail(err, TS_CONFLICT, "the snapshot of the index is of another version");
    if (memcmp(h->uuid, own.uuid, sizeof own.uuid) != 0)
        return ts_fail(err, TS_CONFLICT, "the snapshot of the index belongs to another catalogue");
    if (h->concepts != own.concepts || h->vocab != own.vocab)
        return ts_fail(err, TS_CONFLICT, "the snapshot of the index was made with another vocabulary");
    if (h->blocks > TS_INDEX_NUMBER_MAX / TS_BLOCK_ROWS + 1 || h->end > h->blocks * TS_BLOCK_ROWS)
        return ts_fail(err, TS_CORRUPT, "the snapshot of the index is damaged");
    return true;
}

static bool read_all(ts_index *index, int fd, const char *uuid, ts_error *err)
{
    ts_chunks in;
    head h;
    bool good = ts_chunks_open(&in, fd);
    if (!good) return ts_fail_memory(err);
    good =
        ts_chunks_get(&in, &h, sizeof h) || ts_fail(err, TS_CORRUPT, "the snapshot of the index is damaged");
    good = good && check_head(index, &h, uuid, err);
    if (good && !(read_contents(index, &in, &h) && post_all(index)))
        good = ts_fail(err, TS_CORRUPT, "the snapshot of the index is damaged");
    ts_chunks_close(&in);
    if (!good) return false;
    index->end = h.end > index->end ? h.end : index->end;
    atomic_store(&index->vector_dims, h.dims);
    atomic_store(&index->seq, h.seq);
    return true;
}

bool ts_index_load(ts_index *index, const char *dir, const char *catalog_uuid, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    char *path = arena ? ts_path_join(arena, dir, SNAPSHOT_NAME) : NULL;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool good = path ? fd >= 0 || ts_fail_errno(err, "%s", path) : ts_fail_memory(err);
    if (good) {
        pthread_rwlock_wrlock(&index->lock);
        good = read_all(index, fd, catalog_uuid, err);
        if (!good) ts_index_clear(index);
        index->generation++;
        pthread_rwlock_unlock(&index->lock);
    }
    if (fd >= 0) close(fd);
    ts_arena_free(arena);
    return good;
}
