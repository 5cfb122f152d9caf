/* search: the index as a whole: opening, applying changes, figures.
 *
 * The lock is a read-write lock that prefers the writer. A change is prepared without it (record.c) and goes
 * in under it, at most TS_INDEX_BATCH at a time. glibc's lock that prefers writers must not be taken for
 * reading twice by one thread: nothing inside the room calls ts_index_find or its sisters. */
#include <stdlib.h>
#include <string.h>

#include "base/cores.h"
#include "base/error.h"
#include "search/matrix.h"
#include "search/parallel.h"
#include "search/store.h"

static bool init_lock(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attributes;
    if (pthread_rwlockattr_init(&attributes) != 0) return false;
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    bool good = pthread_rwlock_init(lock, &attributes) == 0;
    pthread_rwlockattr_destroy(&attributes);
    return good;
}

static bool add_facets(ts_dict *facets)
{
    for (unsigned i = 0; i < TS_FACET_COUNT; i++) {
        const char *name = ts_facet_name((ts_facet)i);
        if (ts_dict_add(facets, name, strlen(name), 0) != i) return false;
    }
    return ts_dict_add(facets, "word", 4, 0) != TS_DICT_NONE;
}

/* Ids come with every tag: a hash finds them ten times faster than the vocabulary's binary search. */
static bool add_ids(ts_index *index)
{
    for (ts_concept c = 0; c < index->concepts; c++) {
        const char *id = ts_vocab_id(index->vocab, c);
        if (ts_dict_add(&index->maker.ids, id, strlen(id), 0) != c) return false;
    }
    return true;
}

static ts_tails *new_tails(void)
{
    ts_tails *tails = calloc(1, sizeof *tails);
    if (tails) (void)pthread_mutex_init(&tails->lock, NULL);
    return tails;
}

ts_index *ts_index_open(const ts_index_options *options, const ts_vocab *vocab, ts_error *err)
{
    ts_index *index = calloc(1, sizeof *index);
    if (!index || !init_lock(&index->lock)) {
        free(index);
        ts_fail_memory(err);
        return NULL;
    }
    index->generation = 1;
    index->options = options ? *options : (ts_index_options){0};
    if (!index->options.threads) index->options.threads = ts_core_count() > 1 ? 2 : 1;
    if (index->options.threads > TS_PARALLEL_MAX) index->options.threads = TS_PARALLEL_MAX;
    index->vocab = vocab;
    index->by_stem.compact = true;
    index->by_term.columned = true;
    for (size_t i = 0; i < TS_LEVELS; i++) index->by_level[i].compact = true;
    index->concepts = ts_vocab_count(vocab);
    index->maker.stemmer = ts_stemmer_new();
    index->maker.writer = (ts_hand){.index = index, .may_name = true};
    for (size_t i = 0; i < TS_PARALLEL_MAX; i++) index->maker.hands[i].index = index;
    index->live = roaring_bitmap_create();
    index->tails = new_tails();
    if (!index->live || !index->tails || !index->maker.stemmer || !add_facets(&index->facets) ||
        !add_ids(index)) {
        ts_index_close(index);
        ts_fail_memory(err);
        return NULL;
    }
    return index;
}

static void free_dicts(ts_index *index)
{
    for (size_t i = 0; i < index->free_label_capacity; i++) free(index->free_labels[i]);
    free(index->free_labels);
    index->free_labels = NULL;
    index->free_label_capacity = 0;
    ts_dict *dicts[] = {&index->free_words, &index->facets, &index->stems,  &index->surfaces,
                        &index->folders,    &index->owners, &index->formats};
    for (size_t i = 0; i < sizeof dicts / sizeof dicts[0]; i++) ts_dict_free(dicts[i]);
}

static void free_hand(ts_hand *hand)
{
    ts_buf_free(&hand->folded);
    free(hand->stamps);
}

static void free_maker(ts_maker *maker)
{
    ts_stemmer_free(maker->stemmer);
    ts_dict_free(&maker->ids);
    free(maker->sum);
    free_hand(&maker->writer);
    for (size_t i = 0; i < TS_PARALLEL_MAX; i++) free_hand(&maker->hands[i]);
    for (size_t i = 0; i < TS_INDEX_BATCH; i++) ts_record_free(&maker->records[i]);
}

static void free_contents(ts_index *index)
{
    ts_sets *sets[] = {&index->by_term,   &index->by_stem,   &index->by_facet,
                       &index->by_state,  &index->by_source, &index->by_flag,
                       &index->by_folder, &index->by_owner,  &index->by_format};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) ts_sets_free(sets[i]);
    for (size_t i = 0; i < TS_LEVELS; i++) ts_sets_free(&index->by_level[i]);
    ts_blocks_free(index);
    free_dicts(index);
}

void ts_index_clear(ts_index *index)
{
    free_contents(index);
    roaring_bitmap_clear(index->live);
    (void)add_facets(&index->facets); /* without them every later put fails for want of memory, too */
    index->end = 0;
    index->generation++;
    index->tag_count = 0;
    atomic_store(&index->vector_dims, 0);
    atomic_store(&index->seq, 0);
}

void ts_index_close(ts_index *index)
{
    if (!index) return;
    free_contents(index);
    free_maker(&index->maker);
    if (index->live) roaring_bitmap_free(index->live);
    ts_matrix_free(&index->matrix);
    pthread_rwlock_destroy(&index->lock);
    if (index->tails) (void)pthread_mutex_destroy(&index->tails->lock);
    free(index->tails);
    free(index);
}

/* ---- changes ---- */

typedef struct drafter {
    ts_index *index;
    const ts_index_change *changes;
    size_t count;
} drafter;

/* First all names, then all vectors: the dictionaries do not stay near the processor beside the vectors. */
static void draft_part(void *context, unsigned part, unsigned parts)
{
    drafter *d = context;
    ts_maker *maker = &d->index->maker;
    for (size_t i = part; i < d->count; i += parts)
        if (d->changes[i].kind == TS_INDEX_PUT && d->changes[i].picture)
            maker->records[i].is_ready =
                ts_record_draft(&maker->hands[part], &maker->records[i], d->changes[i].picture);
    for (size_t i = part; i < d->count; i += parts)
        if (maker->records[i].is_ready)
            maker->records[i].is_ready =
                ts_record_measure(d->index, &maker->records[i], d->changes[i].picture);
}

/* Few are made by the writer alone, which can name what is new. */
static void draft(ts_index *index, const ts_index_change *changes, size_t count)
{
    drafter d = {.index = index, .changes = changes, .count = count};
    for (size_t i = 0; i < count; i++) index->maker.records[i].is_ready = false;
    if (count >= 64) ts_parallel(index->options.threads, draft_part, &d);
}

/* Makes the records of a batch; returns how many changes are ready, fewer than count after an error. */
static size_t prepare(ts_index *index, const ts_index_change *changes, size_t count, ts_error *err)
{
    size_t ready = 0;
    ts_maker *maker = &index->maker;
    draft(index, changes, count);
    for (; ready < count; ready++) {
        const ts_index_change *change = &changes[ready];
        if (change->kind == TS_INDEX_REMOVE) continue;
        if (!change->picture) {
            ts_fail(err, TS_USAGE, "a change without a picture");
            break;
        }
        if (!ts_record_finish(&maker->writer, &maker->records[ready], change->picture, err)) break;
    }
    ts_record_unlock(index);
    return ready;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_numbers(uint32_t *numbers, size_t count)
{
    size_t i = 1;
    while (i < count && numbers[i - 1] < numbers[i]) i++;
    if (i < count) qsort(numbers, count, sizeof *numbers, by_number);
}

static bool install(ts_index *index, const ts_index_change *changes, size_t count)
{
    uint32_t numbers[TS_INDEX_BATCH];
    size_t installed = 0;
    bool good = true;
    pthread_rwlock_wrlock(&index->lock);
    index->generation++;
    for (size_t i = 0; i < count && good; i++) {
        if (changes[i].kind == TS_INDEX_REMOVE) {
            ts_blocks_remove(index, changes[i].number);
            continue;
        }
        const ts_record *record = &index->maker.records[i];
        good = ts_blocks_reserve(index, record->number) && ts_blocks_install(index, record);
        numbers[installed++] = record->number;
    }
    sort_numbers(numbers, installed);
    good = good && ts_postings_add(index, numbers, installed);
    pthread_rwlock_unlock(&index->lock);
    return good;
}

static uint32_t number_of(const ts_index_change *change)
{
    return change->kind == TS_INDEX_PUT && change->picture ? change->picture->number : change->number;
}

/* A batch holds each number once, so that its order does not matter inside. */
static size_t batch_of(const ts_index_change *changes, size_t count)
{
    uint32_t numbers[TS_INDEX_BATCH], highest = 0;
    size_t batch = 0;
    for (; batch < count && batch < TS_INDEX_BATCH; batch++) {
        uint32_t number = numbers[batch] = number_of(&changes[batch]);
        for (size_t i = 0; i < batch && number <= highest; i++)
            if (numbers[i] == number) return batch;
        highest = number > highest ? number : highest;
    }
    return batch;
}

bool ts_index_apply(ts_index *index, const ts_index_change *changes, size_t count, uint64_t seq,
                    ts_error *err)
{
    for (size_t done = 0; done < count;) {
        size_t batch = batch_of(changes + done, count - done);
        size_t ready = prepare(index, changes + done, batch, err);
        if (!install(index, changes + done, ready)) return ts_fail_memory(err);
        if (ready < batch) return false;
        done += batch;
    }
    if (seq > atomic_load(&index->seq)) atomic_store(&index->seq, seq);
    return true;
}

bool ts_index_put(ts_index *index, const ts_index_picture *picture, ts_error *err)
{
    return ts_index_apply(index, &(ts_index_change){.kind = TS_INDEX_PUT, .picture = picture}, 1, 0, err);
}

bool ts_index_remove(ts_index *index, uint32_t number, ts_error *err)
{
    return ts_index_apply(index, &(ts_index_change){.kind = TS_INDEX_REMOVE, .number = number}, 1, 0, err);
}

uint64_t ts_index_seq(const ts_index *index)
{
    return atomic_load(&index->seq);
}

/* ---- figures ---- */

static size_t block_bytes(const ts_index *index)
{
    size_t bytes = index->block_count * (sizeof(ts_block) + sizeof(ts_block *));
    for (size_t i = 0; i < index->block_count; i++) {
        const ts_block *block = index->blocks[i];
        bytes += block->capacity * sizeof *block->data;
        bytes += block->vectors ? (size_t)TS_BLOCK_ROWS * TS_INDEX_DIMS : 0;
    }
    return bytes;
}

static size_t all_bytes(const ts_index *index)
{
    size_t bytes = sizeof *index + block_bytes(index);
    const ts_sets *sets[] = {&index->by_term,   &index->by_stem,   &index->by_facet,
                             &index->by_state,  &index->by_source, &index->by_flag,
                             &index->by_folder, &index->by_owner,  &index->by_format};
    const ts_dict *dicts[] = {&index->free_words, &index->facets, &index->stems,  &index->surfaces,
                              &index->folders,    &index->owners, &index->formats};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) bytes += ts_sets_bytes(sets[i]);
    for (size_t i = 0; i < TS_LEVELS; i++) bytes += ts_sets_bytes(&index->by_level[i]);
    for (size_t i = 0; i < sizeof dicts / sizeof dicts[0]; i++) bytes += ts_dict_bytes(dicts[i]);
    bytes += ts_matrix_bytes(&index->matrix, index->concepts);
    return bytes;
}

void ts_index_stats_of(ts_index *index, ts_index_stats *stats)
{
    pthread_rwlock_rdlock(&index->lock);
    *stats = (ts_index_stats){
        .pictures = roaring_bitmap_get_cardinality(index->live),
        .held = ts_sets_size(&index->by_flag, TS_FLAG_HELD),
        .seq = ts_index_seq(index),
        .tags = index->tag_count,
        .free_words = index->free_words.count,
        .words = index->stems.count,
        .bytes = all_bytes(index),
        .lost_tags = index->lost_tags,
    };
    pthread_rwlock_unlock(&index->lock);
}
