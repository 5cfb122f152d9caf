/* tests/search: questions in plain words: what they find, where it ends, and how they order what a query has found. */
#include <stdlib.h>
#include <string.h>

#include "tests/search/library.h"

enum { DIMS = 256 };

/* Concept vectors at random: each concept is as far from each other one. */
static float *concept_vectors(library *l, size_t dims)
{
    size_t count = ts_vocab_count(l->vocab);
    float *vectors = calloc(count * dims, sizeof *vectors);
    ts_error err;
    assert_non_null(vectors);
    library_noise(l, vectors, count * dims);
    assert_works(ts_index_set_concept_vectors(l->index, vectors, dims, &err), err);
    return vectors;
}

static void put_concepts(library *l, uint32_t number, const ts_concept *concepts, size_t count)
{
    ts_error err;
    ts_index_tag tags[16];
    for (size_t i = 0; i < count; i++)
        tags[i] = (ts_index_tag){
            .concept = ts_vocab_id(l->vocab, concepts[i]), .confidence = 0.9f, .state = TS_INDEX_ACCEPTED};
    ts_index_picture picture = {.number = number, .tags = tags, .tag_count = count};
    assert_works(ts_index_put(l->index, &picture, &err), err);
}

static void test_text_knows_when_to_stop(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    library *l = library_new(1, 17);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS), question[DIMS];
    uint32_t count = (uint32_t)ts_vocab_count(l->vocab);
    ts_concept wanted[2] = {5, 9};
    for (uint32_t i = 1; i <= COUNT; i++) {
        ts_concept concepts[6];
        for (size_t k = 0; k < 6; k++) concepts[k] = 10 + library_below(l, count - 10);
        if (i % 250 == 0) memcpy(concepts, wanted, sizeof wanted);
        put_concepts(l, i, concepts, 6);
    }
    for (size_t k = 0; k < DIMS; k++) question[k] = vectors[5 * DIMS + k] + vectors[9 * DIMS + k];
    ts_find find = {.text_vector = question, .text_dims = DIMS, .limit = 50, .min_score = -1};
    ts_found found = library_ask(l, &find, arena);
    assert_true(found.total >= COUNT / 250);
    assert_true(found.total <= COUNT / 250 + 3);
    for (size_t i = 0; i < COUNT / 250; i++) assert_int_equal(found.rows[i].number % 250, 0);
    unsigned matches = 0;
    for (unsigned i = 0; i < 20; i++) {
        library_noise(l, question, DIMS);
        matches += library_ask(l, &find, arena).total > 0;
    }
    assert_true(matches <= 5);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

static void test_text_needs_vectors(void **state)
{
    (void)state;
    library *l = library_new(20, 18);
    ts_arena *arena = ts_arena_new(0);
    float question[DIMS] = {1};
    ts_error err;
    ts_found found;
    ts_find find = {.text_vector = question, .text_dims = DIMS, .limit = 5, .min_score = -1};
    assert_fails(ts_index_find(l->index, &find, arena, &found, &err), err, TS_USAGE);
    ts_arena_free(arena);
    library_free(l);
}

/* ---- the text orders what the query has found ---- */

enum { FOUND = 400 };

/* Each picture shows concept 4, every fourth concept 9 too; neither has kinds; what else they show is chance. */
static void put_found(library *l)
{
    uint32_t count = (uint32_t)ts_vocab_count(l->vocab);
    for (uint32_t i = 1; i <= FOUND; i++) {
        ts_concept concepts[3] = {4, i % 4 == 0 ? 9 : 10 + library_below(l, count - 10),
                                  10 + library_below(l, count - 10)};
        put_concepts(l, i, concepts, 3);
    }
    put_concepts(l, FOUND + 1, (ts_concept[]){9}, 1); /* just what the text means, but not found */
}

static const char *query_of(library *l, ts_concept concept, ts_arena *arena)
{
    return ts_arena_printf(arena, "tag:\"%s\"", ts_vocab_id(l->vocab, concept));
}

static void test_text_orders_and_cuts_nothing(void **state)
{
    (void)state;
    library *l = library_new(1, 27);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS);
    put_found(l);
    ts_find find = {.query = query_of(l, 4, arena),
                    .text_vector = vectors + (size_t)9 * DIMS,
                    .text_dims = DIMS,
                    .limit = FOUND,
                    .min_score = -1};
    ts_found cut = library_ask(l, &find, arena);
    assert_true(cut.total < FOUND); /* by itself the text leaves out what is far from it */
    find.text_orders = true;
    ts_found found = library_ask(l, &find, arena);
    assert_int_equal(found.total, FOUND);
    assert_int_equal(found.count, FOUND);
    for (size_t i = 0; i < FOUND; i++) {
        assert_int_equal(found.rows[i].number % 4 == 0, i < FOUND / 4);
        assert_float_equal(found.rows[i].score, 0.9F, 0.01F); /* as sure as the tag that the query names */
    }
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

static void test_ordered_by_text_in_pages(void **state)
{
    (void)state;
    library *l = library_new(1, 28);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS);
    put_found(l);
    ts_find find = {.query = query_of(l, 4, arena),
                    .text_vector = vectors + (size_t)9 * DIMS,
                    .text_dims = DIMS,
                    .text_orders = true,
                    .limit = FOUND,
                    .min_score = -1};
    ts_found whole = library_ask(l, &find, arena);
    size_t seen = 0;
    find.limit = 37;
    do {
        ts_found page = library_ask(l, &find, arena);
        for (size_t i = 0; i < page.count; i++)
            assert_int_equal(page.rows[i].number, whole.rows[seen++].number);
        find.cursor = page.next;
    } while (find.cursor);
    assert_int_equal(seen, FOUND);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

/* A picture of which the text can say nothing was found all the same: it comes last. */
static void test_what_means_nothing_comes_last(void **state)
{
    (void)state;
    library *l = library_new(1, 29);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    float *vectors = concept_vectors(l, DIMS);
    put_found(l);
    ts_index_picture plain = {.number = FOUND + 2, .title = "odd one"};
    ts_index_picture near = {.number = 4,
                             .title = "odd one",
                             .tags = &(ts_index_tag){.concept = ts_vocab_id(l->vocab, 9),
                                                     .confidence = 0.9F,
                                                     .state = TS_INDEX_ACCEPTED},
                             .tag_count = 1};
    assert_works(ts_index_put(l->index, &plain, &err), err);
    assert_works(ts_index_put(l->index, &near, &err), err);
    ts_find find = {.query = "odd one",
                    .text_vector = vectors + (size_t)9 * DIMS,
                    .text_dims = DIMS,
                    .text_orders = true,
                    .limit = 9,
                    .min_score = -1};
    ts_found found = library_ask(l, &find, arena);
    assert_int_equal(found.total, 2);
    assert_int_equal(found.rows[0].number, 4);
    assert_int_equal(found.rows[1].number, FOUND + 2);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_knows_when_to_stop),       cmocka_unit_test(test_text_needs_vectors),
        cmocka_unit_test(test_text_orders_and_cuts_nothing),  cmocka_unit_test(test_ordered_by_text_in_pages),
        cmocka_unit_test(test_what_means_nothing_comes_last),
    };
    return cmocka_run_group_tests_name("search text", tests, NULL, NULL);
}
