/* tests/search: many changes at once, made by several threads and in any order, give the same index as one
 * after the other. */
#include <stdlib.h>
#include <string.h>

#include "tests/search/library.h"

enum { PICTURES = 3000, DIMS = 70, DECOYS = 300 }; /* 70: not all of a row fits the wide registers */

static const char *const queries[] = {
    "",
    "animal",
    "dog -people",
    "beach OR snow",
    "\"red boat\"",
    "folder:paris",
    "width>2000",
    "is:square",
    "has:text",
    "needs:review",
    "source:person",
    "state:rejected",
    "name:img_1*",
    "format:png",
    "facet:scene",
    "confidence>=0.9",
    "stop",
    "taken:2022",
};

static void set_vectors(library *l, ts_index *index)
{
    ts_error err;
    size_t count = ts_vocab_count(l->vocab) * DIMS;
    float *vectors = calloc(count, sizeof *vectors);
    l->random = 5;
    assert_non_null(vectors);
    for (size_t i = 0; i < count; i++) vectors[i] = (float)library_below(l, 2001) / 1000 - 1;
    assert_works(ts_index_set_concept_vectors(index, vectors, DIMS, &err), err);
    free(vectors);
}

static uint64_t pictures_of(const ts_found *found, const ts_facet_count *wanted)
{
    for (size_t i = 0; i < found->facet_count; i++)
        if (!strcmp(found->facets[i].facet, wanted->facet) && !strcmp(found->facets[i].label, wanted->label))
            return found->facets[i].pictures;
    return 0;
}

/* Free words are numbered as they came, so that among equals they may stand otherwise. */
static void same_facets(const ts_found *a, const ts_found *b)
{
    assert_int_equal(a->facet_count, b->facet_count);
    for (size_t i = 0; i < a->facet_count; i++)
        assert_int_equal(a->facets[i].pictures, pictures_of(b, &a->facets[i]));
}

static void same_answers(ts_index *one, ts_index *other, const ts_find *find)
{
    ts_error err;
    ts_found a, b;
    ts_arena *arena = ts_arena_new(0);
    assert_works(ts_index_find(one, find, arena, &a, &err), err);
    assert_works(ts_index_find(other, find, arena, &b, &err), err);
    assert_int_equal(a.total, b.total);
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        assert_int_equal(a.rows[i].number, b.rows[i].number);
        assert_true(a.rows[i].score == b.rows[i].score);
    }
    same_facets(&a, &b);
    ts_arena_free(arena);
}

static void compare(library *l, ts_index *other)
{
    float vector[DIMS];
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        ts_find find = {.query = queries[i], .limit = 100, .facet_values = 1000, .min_score = -1};
        same_answers(l->index, other, &find);
        find.sort = TS_SORT_CONFIDENCE;
        same_answers(l->index, other, &find);
    }
    for (unsigned i = 0; i < 20; i++) {
        for (size_t k = 0; k < DIMS; k++) vector[k] = (float)library_below(l, 2001) / 1000 - 1;
        ts_find find = {.text_vector = vector, .text_dims = DIMS, .limit = 100};
        same_answers(l->index, other, &find);
        find.text_vector = NULL;
        find.similar_number = 1 + library_below(l, PICTURES / 10);
        same_answers(l->index, other, &find);
    }
}

/* All pictures in a random order, each tenth after a wrong version of itself; then some are taken out. */
static size_t make_changes(library *l, ts_index_change *changes, ts_index_picture *decoys)
{
    size_t count = 0, used = 0;
    uint32_t order[PICTURES];
    for (uint32_t i = 1; i < PICTURES; i++) {
        uint32_t k = 1 + library_below(l, i);
        order[i] = i;
        order[i] = order[k];
        order[k] = i;
    }
    for (uint32_t i = 1; i < PICTURES; i++) {
        const ts_index_picture *picture = &l->samples[order[i]].picture;
        if (order[i] % 10 == 0 && used < DECOYS) {
            decoys[used] = l->samples[order[i] / 2].picture;
            decoys[used].number = order[i];
            changes[count++] = (ts_index_change){.kind = TS_INDEX_PUT, .picture = &decoys[used++]};
        }
        changes[count++] = (ts_index_change){.kind = TS_INDEX_PUT, .picture = picture};
    }
    for (uint32_t number = PICTURES - 1; number > PICTURES - 200; number -= 3) {
        changes[count++] = (ts_index_change){.kind = TS_INDEX_REMOVE, .number = number};
        library_remove(l, number);
    }
    return count;
}

static void test_batches_are_like_single_changes(void **state)
{
    (void)state;
    ts_error err;
    library *l = library_new(PICTURES, 3);
    ts_index *other = ts_index_open(&(ts_index_options){.threads = 3}, l->vocab, &err);
    ts_index_change *changes = calloc(2 * PICTURES, sizeof *changes);
    ts_index_picture *decoys = calloc(DECOYS, sizeof *decoys);
    assert_true(other && changes && decoys);
    set_vectors(l, l->index);
    set_vectors(l, other);
    size_t count = make_changes(l, changes, decoys);
    assert_works(ts_index_apply(other, changes, count, 7, &err), err);
    ts_index_stats a, b;
    ts_index_stats_of(l->index, &a);
    ts_index_stats_of(other, &b);
    assert_int_equal(a.pictures, b.pictures);
    assert_int_equal(a.tags, b.tags);
    compare(l, other);
    free(changes);
    free(decoys);
    ts_index_close(other);
    library_free(l);
}

static uint64_t most_frequent(ts_index *index)
{
    ts_error err;
    ts_arena *arena = ts_arena_new(0);
    ts_found found;
    assert_works(ts_index_find(index, &(ts_find){.query = "", .facet_values = 1}, arena, &found, &err), err);
    uint64_t pictures = found.facet_count ? found.facets[0].pictures : 0;
    ts_arena_free(arena);
    return pictures;
}

/* A tag that lies as a column, and a batch whose highest number does not come last. */
static void test_highest_number_first(void **state)
{
    (void)state;
    enum { MANY = 4000 };
    static const uint32_t later[] = {140000, 70000, MANY + 1};
    ts_error err;
    ts_vocab *vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, &err);
    ts_index *index = ts_index_open(NULL, vocab, &err);
    ts_index_tag tag = {.word = "boat", .confidence = 1, .state = TS_INDEX_ACCEPTED};
    ts_index_picture *pictures = calloc(MANY + 4, sizeof *pictures);
    ts_index_change *changes = calloc(MANY + 4, sizeof *changes);
    assert_true(index && pictures && changes);
    for (uint32_t i = 0; i < MANY + 3; i++) {
        pictures[i] = (ts_index_picture){.tags = &tag, .tag_count = 1};
        pictures[i].number = i < MANY ? i + 1 : later[i - MANY];
        changes[i] = (ts_index_change){.kind = TS_INDEX_PUT, .picture = &pictures[i]};
    }
    assert_works(ts_index_apply(index, changes, MANY, 1, &err), err);
    assert_works(ts_index_apply(index, changes + MANY, 3, 2, &err), err);
    assert_int_equal(most_frequent(index), MANY + 3);
    for (size_t i = 0; i < 3; i++) assert_works(ts_index_remove(index, later[i], &err), err);
    assert_int_equal(most_frequent(index), MANY);
    free(pictures);
    free(changes);
    ts_index_close(index);
    ts_vocab_close(vocab);
}

/* What is wrong with one change is said, those before it are in, those after it are not. */
static void test_bad_change_amid_many(void **state)
{
    (void)state;
    enum { MANY = 300, BAD = 170 };
    ts_error err;
    ts_vocab *vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, &err);
    ts_index *index = ts_index_open(NULL, vocab, &err);
    ts_index_picture *pictures = calloc(MANY, sizeof *pictures);
    ts_index_change *changes = calloc(MANY, sizeof *changes);
    float vector[8] = {1, 2, 3};
    assert_true(index && pictures && changes);
    for (uint32_t i = 0; i < MANY; i++) {
        pictures[i] = (ts_index_picture){.number = i + 1, .vector = vector, .vector_dims = i == BAD ? 7 : 8};
        changes[i] = (ts_index_change){.kind = TS_INDEX_PUT, .picture = &pictures[i]};
    }
    assert_false(ts_index_apply(index, changes, MANY, 9, &err));
    assert_int_equal(err.code, TS_USAGE);
    ts_index_stats stats;
    ts_index_stats_of(index, &stats);
    assert_int_equal(stats.pictures, BAD);
    assert_int_equal(ts_index_seq(index), 0);
    free(pictures);
    free(changes);
    ts_index_close(index);
    ts_vocab_close(vocab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches_are_like_single_changes),
        cmocka_unit_test(test_highest_number_first),
        cmocka_unit_test(test_bad_change_amid_many),
    };
    return cmocka_run_group_tests_name("search batch", tests, NULL, NULL);
}
