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

/* ---- what a text names ---- */

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

/* What is named is in the answer, however far its pictures lie from the text's meaning; what only comes near the
 * meaning is there as well. Of two names the one that fewer show counts more. */
static void test_named_is_in_the_answer(void **state)
{
    (void)state;
    library *l = library_new(1, 27);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS);
    put_found(l);
    ts_concept named[] = {4, 9};
    ts_find find = {
        .text_vector = vectors + (size_t)9 * DIMS, .text_dims = DIMS, .limit = 1000, .min_score = -1};
    ts_found cut = library_ask(l, &find, arena);
    assert_true(cut.total < FOUND); /* by itself the text leaves out what is far from it */
    find.named = named;
    find.named_count = 2;
    find.named_sure = 1;
    ts_found found = library_ask(l, &find, arena);
    assert_int_equal(found.total, FOUND + 1);
    for (size_t i = 0; i < found.count; i++) {
        uint32_t number = found.rows[i].number;
        assert_int_equal(number % 4 == 0 || number == FOUND + 1, i <= FOUND / 4);
        assert_true(found.rows[i].score > 0.89F); /* as sure as the tag */
    }
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

/* One name decides: what the text comes nearer to otherwise stays behind it. */
static void test_one_name_decides(void **state)
{
    (void)state;
    library *l = library_new(1, 31);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS), question[DIMS];
    uint32_t count = (uint32_t)ts_vocab_count(l->vocab);
    for (uint32_t i = 1; i <= 200; i++)
        put_concepts(l, i, (ts_concept[]){i == 7 ? 4 : 9, 10 + library_below(l, count - 10)}, 2);
    for (size_t k = 0; k < DIMS; k++) question[k] = vectors[4 * DIMS + k] + 1.05F * vectors[9 * DIMS + k];
    ts_concept named = 4;
    ts_find find = {.text_vector = question, .text_dims = DIMS, .limit = 5, .min_score = 0};
    assert_int_not_equal(library_ask(l, &find, arena).rows[0].number, 7);
    find.named = &named;
    find.named_count = 1;
    assert_int_equal(library_ask(l, &find, arena).rows[0].number, 7);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

/* The index is saved and read again, so that what is asked comes from the file. */
static void reopen(library *l, const float *vectors)
{
    ts_error err;
    char *folder = ts_test_folder();
    assert_works(ts_index_save(l->index, folder, "one", &err), err);
    ts_index_close(l->index);
    assert_works(l->index = ts_index_open(&(ts_index_options){0}, l->vocab, &err), err);
    assert_works(ts_index_set_concept_vectors(l->index, vectors, DIMS, &err), err);
    assert_works(ts_index_load(l->index, folder, "one", &err), err);
    ts_test_folder_end(folder);
}

static uint32_t first_with_amount(library *l, const float *vectors, uint8_t amount, ts_arena *arena)
{
    ts_concept named = 4;
    ts_find find = {.text_vector = vectors + (size_t)4 * DIMS,
                    .text_dims = DIMS,
                    .named = &named,
                    .named_amounts = &amount,
                    .named_count = 1,
                    .named_sure = 1,
                    .limit = 1,
                    .min_score = 0};
    return library_ask(l, &find, arena).rows[0].number;
}

/* Of pictures that show the same the one comes first that shows as many as were asked for. */
static void test_amounts_count(void **state)
{
    (void)state;
    library *l = library_new(1, 34);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    float *vectors = concept_vectors(l, DIMS);
    for (uint32_t i = 1; i <= 6; i++) {
        ts_index_tag tag = {.concept = ts_vocab_id(l->vocab, 4), .confidence = 0.9F, .count = i};
        ts_index_picture picture = {.number = i, .tags = &tag, .tag_count = 1};
        assert_works(ts_index_put(l->index, &picture, &err), err);
    }
    assert_int_equal(first_with_amount(l, vectors, 1, arena), 1);
    assert_int_equal(first_with_amount(l, vectors, 3, arena), 3);
    assert_int_equal(first_with_amount(l, vectors, 5, arena), 5);
    assert_int_not_equal(first_with_amount(l, vectors, TS_AMOUNT_SEVERAL, arena), 1);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

/* A bare name means one rather than many, and says so more softly than a number. */
static void test_bare_names(void **state)
{
    (void)state;
    library *l = library_new(1, 36);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    float *vectors = concept_vectors(l, DIMS);
    for (uint32_t i = 1; i <= 4; i++) {
        ts_index_tag tag = {.concept = ts_vocab_id(l->vocab, 4), .confidence = 0.9F, .count = i};
        ts_index_picture picture = {.number = i, .tags = &tag, .tag_count = 1};
        assert_works(ts_index_put(l->index, &picture, &err), err);
    }
    assert_int_equal(first_with_amount(l, vectors, TS_AMOUNT_ANY, arena), 4); /* the newest */
    assert_int_equal(first_with_amount(l, vectors, TS_AMOUNT_BARE, arena), 1);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

static void put_with_people(library *l, uint32_t number, float share)
{
    ts_error err;
    ts_index_tag tag = {.concept = ts_vocab_id(l->vocab, 4), .confidence = 0.9F};
    ts_index_picture picture = {.number = number, .tags = &tag, .tag_count = 1, .people_share = share};
    assert_works(ts_index_put(l->index, &picture, &err), err);
}

static uint32_t first_with_names(library *l, const float *vectors, const ts_concept *named, size_t count,
                                 ts_arena *arena)
{
    ts_find find = {.text_vector = vectors + (size_t)4 * DIMS,
                    .text_dims = DIMS,
                    .named = named,
                    .named_count = count,
                    .named_sure = count,
                    .limit = 3,
                    .min_score = 0};
    ts_found found = library_ask(l, &find, arena);
    assert_int_equal(found.count, 3); /* people cost places, they keep nothing out */
    return found.rows[0].number;
}

/* A description of things without people is one of a picture without people; a word alone is no description. */
static void test_people_who_are_not_named(void **state)
{
    (void)state;
    library *l = library_new(1, 37);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS);
    ts_concept things[] = {4, 9}, people[] = {4, ts_vocab_find(l->vocab, "people/woman")};
    put_with_people(l, 1, 0);
    put_with_people(l, 2, 0.02F);
    put_with_people(l, 3, 0.6F);
    assert_int_equal(first_with_names(l, vectors, things, 2, arena), 1);
    assert_int_equal(first_with_names(l, vectors, people, 2, arena), 3);
    assert_int_equal(first_with_names(l, vectors, things, 1, arena), 3);
    reopen(l, vectors);
    assert_int_equal(first_with_names(l, vectors, things, 2, arena), 1);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

/* A concept that no picture shows, one twice, one that there is not: none of them harms. */
static void test_odd_names(void **state)
{
    (void)state;
    library *l = library_new(1, 32);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS);
    put_found(l);
    ts_concept named[40];
    for (size_t i = 0; i < 40; i++) named[i] = i % 2 ? 4 : 9;
    named[3] = (ts_concept)ts_vocab_count(l->vocab) + 5;
    named[5] = 5; /* nobody shows it */
    ts_find find = {.text_vector = vectors + (size_t)9 * DIMS,
                    .text_dims = DIMS,
                    .named = named,
                    .named_count = 40,
                    .named_sure = 40,
                    .limit = 1000,
                    .min_score = -1};
    assert_int_equal(library_ask(l, &find, arena).total, FOUND + 1);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

/* ---- hunches ---- */

static void put_hunch(library *l, uint32_t number, ts_concept tag, ts_concept hunch)
{
    ts_error err;
    ts_index_tag tags = {
        .concept = ts_vocab_id(l->vocab, tag), .confidence = 0.9F, .state = TS_INDEX_ACCEPTED};
    ts_index_hunch hunches[] = {{ts_vocab_id(l->vocab, hunch), 1}, {"object/no-such-thing", 1}};
    ts_index_picture picture = {
        .number = number, .tags = &tags, .tag_count = 1, .hunches = hunches, .hunch_count = 2};
    assert_works(ts_index_put(l->index, &picture, &err), err);
}

static void hunches_are_heard(size_t others)
{
    library *l = library_new(1, 33);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    float *vectors = concept_vectors(l, DIMS), question[DIMS];
    for (uint32_t i = 1; i <= 300; i++) put_hunch(l, i, 4, i == 123 ? 6 : 9);
    for (uint32_t i = 301; i <= others; i++) put_concepts(l, i, (ts_concept[]){8}, 1);
    for (size_t k = 0; k < DIMS; k++) question[k] = vectors[4 * DIMS + k] + 0.5F * vectors[6 * DIMS + k];
    ts_find find = {.text_vector = question, .text_dims = DIMS, .limit = 3, .min_score = 0};
    assert_int_equal(library_ask(l, &find, arena).rows[0].number, 123);
    reopen(l, vectors);
    assert_int_equal(library_ask(l, &find, arena).rows[0].number, 123);
    ts_find by_tag = {.query = query_of(l, 6, arena), .limit = 3, .min_score = -1, .facet_values = 9};
    assert_int_equal(library_ask(l, &by_tag, arena).total, 0); /* a hunch is no tag */
    assert_works(ts_index_remove(l->index, 123, &err), err);
    assert_int_not_equal(library_ask(l, &find, arena).rows[0].number, 123);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

static void test_hunches_of_a_small_library(void **state)
{
    (void)state;
    hunches_are_heard(400);
}

/* Beyond TS_MEANING_WHOLE_MAX only the first rows' hunches are heard. */
static void test_hunches_of_a_large_library(void **state)
{
    (void)state;
    hunches_are_heard(40000);
}

static void test_ordered_by_text_in_pages(void **state)
{
    (void)state;
    library *l = library_new(1, 28);
    ts_arena *arena = ts_arena_new(0);
    float *vectors = concept_vectors(l, DIMS);
    put_found(l);
    ts_concept named = 4;
    ts_find find = {.text_vector = vectors + (size_t)9 * DIMS,
                    .text_dims = DIMS,
                    .named = &named,
                    .named_count = 1,
                    .named_sure = 1,
                    .limit = 1000,
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
    assert_int_equal(seen, FOUND + 1);
    free(vectors);
    ts_arena_free(arena);
    library_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_knows_when_to_stop),
        cmocka_unit_test(test_text_needs_vectors),
        cmocka_unit_test(test_named_is_in_the_answer),
        cmocka_unit_test(test_one_name_decides),
        cmocka_unit_test(test_amounts_count),
        cmocka_unit_test(test_bare_names),
        cmocka_unit_test(test_people_who_are_not_named),
        cmocka_unit_test(test_odd_names),
        cmocka_unit_test(test_ordered_by_text_in_pages),
        cmocka_unit_test(test_hunches_of_a_small_library),
        cmocka_unit_test(test_hunches_of_a_large_library),
    };
    return cmocka_run_group_tests_name("search text", tests, NULL, NULL);
}
