/* tests/search: orders, pages, rankings and where they end, hints, suggestions, twins. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/search/library.h"

enum { DIMS = 256 };

/* All pages together are the whole result, in order, each picture once. */
static void check_pages(library *l, ts_find find, uint32_t *order, size_t *total)
{
    ts_arena *arena = ts_arena_new(0);
    size_t count = 0;
    find.limit = 7;
    do {
        ts_found found = library_ask(l, &find, arena);
        for (size_t i = 0; i < found.count; i++) order[count++] = found.rows[i].number;
        *total = found.total;
        find.cursor = found.next;
        assert_true(count <= *total);
    } while (find.cursor);
    assert_int_equal(count, *total);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++) assert_int_not_equal(order[i], order[k]);
    ts_arena_free(arena);
}

static void test_orders_and_pages(void **state)
{
    (void)state;
    library *l = library_new(200, 11);
    uint32_t order[200];
    size_t total;
    static const ts_find_sort sorts[] = {TS_SORT_FITTING, TS_SORT_RELEVANCE,  TS_SORT_TAKEN, TS_SORT_CREATED,
                                         TS_SORT_SIZE,    TS_SORT_CONFIDENCE, TS_SORT_RANDOM};
    for (size_t s = 0; s < sizeof sorts / sizeof sorts[0]; s++) {
        for (int reverse = 0; reverse < 2; reverse++) {
            ts_find find = {
                .query = s % 2 ? "tag:animal" : "", .sort = sorts[s], .reverse = reverse, .min_score = -1};
            check_pages(l, find, order, &total);
            for (size_t i = 1; i < total; i++) {
                const ts_index_picture *a = &l->samples[order[i - 1]].picture,
                                       *b = &l->samples[order[i]].picture;
                if (reverse && a->taken_ms != TS_TIME_UNKNOWN && b->taken_ms != TS_TIME_UNKNOWN) {
                    const ts_index_picture *swap = a;
                    a = b;
                    b = swap;
                }
                if (sorts[s] == TS_SORT_TAKEN) assert_true(a->taken_ms >= b->taken_ms);
            }
        }
    }
    library_free(l);
}

static void test_pages_stay_put(void **state)
{
    (void)state;
    library *l = library_new(100, 12);
    ts_arena *arena = ts_arena_new(0);
    ts_find find = {.sort = TS_SORT_CREATED, .limit = 10, .min_score = -1};
    ts_found first = library_ask(l, &find, arena);
    find.cursor = first.next;
    ts_found before = library_ask(l, &find, arena);
    library_remove(l, first.rows[3].number); /* a picture of the first page goes: nothing moves up */
    ts_found after = library_ask(l, &find, arena);
    for (size_t i = 0; i < before.count; i++) assert_int_equal(before.rows[i].number, after.rows[i].number);
    ts_arena_free(arena);
    library_free(l);
}

static void test_cursor_of_another_question(void **state)
{
    (void)state;
    library *l = library_new(50, 13);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    ts_found found;
    ts_find find = {.limit = 5, .min_score = -1};
    find.cursor = library_ask(l, &find, arena).next;
    assert_non_null(find.cursor);
    find.query = "tag:dog";
    assert_fails(ts_index_find(l->index, &find, arena, &found, &err), err, TS_USAGE);
    find.cursor = "nonsense";
    assert_fails(ts_index_find(l->index, &find, arena, &found, &err), err, TS_USAGE);
    ts_arena_free(arena);
    library_free(l);
}

static void test_random_order_has_a_seed(void **state)
{
    (void)state;
    library *l = library_new(100, 14);
    uint32_t a[100], b[100], c[100];
    size_t total;
    ts_find find = {.sort = TS_SORT_RANDOM, .seed = 5, .min_score = -1};
    check_pages(l, find, a, &total);
    check_pages(l, find, b, &total);
    find.seed = 6;
    check_pages(l, find, c, &total);
    assert_memory_equal(a, b, total * sizeof *a);
    assert_memory_not_equal(a, c, total * sizeof *a);
    library_free(l);
}

/* ---- a library of vectors: noise, and a few that were planted ---- */

static void put_vector(library *l, uint32_t number, const float *vector, size_t dims)
{
    ts_error err;
    ts_index_picture picture = {
        .number = number, .vector = vector, .vector_dims = dims, .quality = -1, .aesthetic = -1, .nsfw = -1};
    assert_works(ts_index_put(l->index, &picture, &err), err);
}

static void test_similar_knows_when_to_stop(void **state)
{
    (void)state;
    enum { COUNT = 3000, WIDE = 640 };
    library *l = library_new(1, 15);
    ts_arena *arena = ts_arena_new(0);
    float vector[WIDE], planted[WIDE];
    library_noise(l, planted, WIDE);
    for (uint32_t i = 1; i <= COUNT; i++) {
        library_noise(l, vector, WIDE);
        for (size_t k = 0; k < WIDE && i % 500 == 0; k++) vector[k] = planted[k] + vector[k] * 0.5f;
        put_vector(l, i, vector, WIDE);
    }
    ts_find find = {.similar_vector = planted, .similar_dims = WIDE, .limit = 50, .min_score = -1};
    ts_found found = library_ask(l, &find, arena);
    assert_int_equal(found.total, COUNT / 500);
    for (size_t i = 0; i < found.count; i++) {
        assert_int_equal(found.rows[i].number % 500, 0);
        assert_true(found.rows[i].score > 0.6f && found.rows[i].score <= 1);
    }
    unsigned matches = 0;
    for (unsigned i = 0; i < 20;
         i++) { /* what has nothing to do with anything finds nothing, but for one time in ten */
        library_noise(l, vector, WIDE);
        find.similar_vector = vector;
        matches += library_ask(l, &find, arena).total > 0;
    }
    assert_true(matches <= 4);
    find.min_score = 0; /* who insists sees all */
    assert_int_equal(library_ask(l, &find, arena).total, COUNT);
    ts_arena_free(arena);
    library_free(l);
}

static void test_similar_to_a_picture(void **state)
{
    (void)state;
    library *l = library_new(1, 16);
    ts_arena *arena = ts_arena_new(0);
    float vector[DIMS];
    ts_error err;
    ts_found found;
    for (uint32_t i = 1; i <= 300; i++) {
        if (i % 100 != 1) library_noise(l, vector, DIMS); /* 1 and its follower are the same */
        if (i % 100 == 1 && i > 1) library_noise(l, vector, DIMS);
        if (i == 1) library_noise(l, vector, DIMS);
        put_vector(l, i, vector, DIMS);
        if (i == 1) put_vector(l, 301, vector, DIMS);
    }
    ts_find find = {.query = "similar:1", .limit = 10, .min_score = -1};
    found = library_ask(l, &find, arena);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.rows[0].number, 301); /* not itself */
    assert_true(found.rows[0].score > 0.9f);
    find.query = "similar:999";
    assert_fails(ts_index_find(l->index, &find, arena, &found, &err), err, TS_NOT_FOUND);
    find.query = NULL;
    find.similar_vector = vector;
    find.similar_dims = DIMS / 2;
    assert_fails(ts_index_find(l->index, &find, arena, &found, &err), err, TS_USAGE);
    ts_arena_free(arena);
    library_free(l);
}

static void test_palette(void **state)
{
    (void)state;
    library *l = library_new(1, 19);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    for (uint32_t i = 1; i <= 40; i++) {
        ts_index_colour colours[2] = {{50, i <= 10 ? 70.0f : -60.0f, 40, 0.6f}, {90, 0, 0, 0.4f}};
        ts_index_picture picture = {.number = i, .colours = colours, .colour_count = 2};
        assert_works(ts_index_put(l->index, &picture, &err), err);
    }
    ts_index_colour red = {52, 72, 42, 0};
    ts_found found =
        library_ask(l, &(ts_find){.palette = &red, .palette_count = 1, .limit = 50, .min_score = -1}, arena);
    assert_int_equal(found.total, 10);
    assert_true(found.rows[0].score > 0.9f);
    ts_arena_free(arena);
    library_free(l);
}

/* ---- relevance, hints ---- */

static void test_relevance(void **state)
{
    (void)state;
    library *l = library_new(1, 20);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    for (uint32_t i = 1; i <= 100; i++) {
        ts_index_tag tag = {
            .concept = "object/dog", .confidence = (float)i / 100, .state = TS_INDEX_ACCEPTED};
        ts_index_picture picture = {
            .number = i, .tags = &tag, .tag_count = 1, .title = i == 50 ? "my dogs" : NULL};
        assert_works(ts_index_put(l->index, &picture, &err), err);
    }
    ts_found found = library_ask(l, &(ts_find){.query = "dogs", .limit = 100, .min_score = -1}, arena);
    assert_int_equal(found.total, 100);
    assert_int_equal(found.rows[0].number, 100);
    for (size_t i = 1; i < found.count; i++) assert_true(found.rows[i].score <= found.rows[i - 1].score);
    assert_float_equal(found.rows[0].score, 1, 0.01f);
    for (size_t i = 0; i < found.count; i++)
        if (found.rows[i].number == 50)
            assert_float_equal(found.rows[i].score, 0.95f, 0.01f); /* the title says so */
    found = library_ask(l, &(ts_find){.query = "dog", .limit = 100, .min_score = 0.805f}, arena);
    assert_int_equal(found.total, 21); /* 81 .. 100, and the title */
    ts_arena_free(arena);
    library_free(l);
}

/* The surest dogs first, of equals the higher number: on pages whose rows are all alike, too. */
static void check_order_by_level(library *l, const uint8_t *dogs, uint32_t count)
{
    ts_arena *arena = ts_arena_new(0);
    ts_find find = {.query = "tag:dog", .limit = 50, .min_score = -1};
    ts_found found = library_ask(l, &find, arena);
    size_t row = 0, pages = 1;
    for (int level = 255; level >= 0 && pages <= 20; level--) {
        for (uint32_t number = count; number > 0 && pages <= 20; number--) {
            if (dogs[number] != level) continue;
            if (row == found.count) {
                pages++;
                find.cursor = found.next;
                found = library_ask(l, &find, arena);
                row = 0;
            }
            assert_int_equal(found.rows[row++].number, number);
        }
    }
    assert_int_equal(pages, 21);
    ts_arena_free(arena);
}

/* The shortcut for large results gives what looking at every row gives. */
static void test_best_rows_of_many(void **state)
{
    (void)state;
    enum { COUNT = 60000 };
    static const char *const concepts[] = {"object/dog", "object/cat", "object/car"};
    static const char *const queries[] = {"tag:dog", "tag:dog tag:cat", "(tag:dog OR tag:cat) -tag:car",
                                          "tag:animal", "dog"};
    library *l = library_new(1, 21);
    ts_error err;
    uint8_t *dogs = calloc(COUNT + 1, 1);
    assert_non_null(dogs);
    for (uint32_t i = 1; i <= COUNT; i++) {
        ts_index_tag tags[3];
        for (size_t k = 0; k < 3; k++)
            tags[k] = (ts_index_tag){.concept = concepts[k],
                                     .confidence = (float)library_below(l, 256) / 255,
                                     .state = TS_INDEX_ACCEPTED};
        ts_index_picture picture = {.number = i, .tags = tags, .tag_count = 2 + (i % 3 == 0)};
        dogs[i] = (uint8_t)lrintf(tags[0].confidence * 255);
        assert_works(ts_index_put(l->index, &picture, &err), err);
    }
    check_order_by_level(l, dogs, COUNT);
    free(dogs);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        ts_arena *arena = ts_arena_new(0);
        ts_find find = {.query = queries[i], .limit = 300, .min_score = -1};
        ts_found fast = library_ask(l, &find, arena);
        assert_true(fast.total > 20000);
        find.min_score = 1e-6f; /* asks for each row's score */
        ts_found slow = library_ask(l, &find, arena);
        assert_int_equal(fast.count, slow.count);
        for (size_t k = 0; k < fast.count; k++) {
            assert_int_equal(fast.rows[k].number, slow.rows[k].number);
            assert_float_equal(fast.rows[k].score, slow.rows[k].score, 0);
        }
        ts_arena_free(arena);
    }
    library_free(l);
}

static void test_hints(void **state)
{
    (void)state;
    library *l = library_new(30, 22);
    ts_arena *arena = ts_arena_new(0);
    ts_found found = library_ask(l, &(ts_find){.query = "tag:bycicle", .limit = 5, .min_score = -1}, arena);
    assert_int_equal(found.total, 0);
    assert_int_equal(found.hint_count, 1);
    assert_non_null(strstr(found.hints[0], "Did you mean \"bicycle\"?"));
    found = library_ask(l, &(ts_find){.query = "tag:dog", .limit = 5, .min_score = -1}, arena);
    assert_int_equal(found.hint_count, 0);
    ts_arena_free(arena);
    library_free(l);
}

static void test_names_of_several_words(void **state)
{
    (void)state;
    library *l = library_new(1, 23);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    ts_index_tag tag = {.concept = "object/sports-car", .confidence = 0.9f};
    if (ts_vocab_find(l->vocab, tag.concept) == TS_CONCEPT_NONE) skip();
    ts_index_picture pictures[] = {{.number = 1, .tags = &tag, .tag_count = 1},
                                   {.number = 2, .title = "The sports car of my uncle"},
                                   {.number = 3, .title = "car sports"},
                                   {.number = 4, .title = "sports"}};
    for (size_t i = 0; i < 4; i++) assert_works(ts_index_put(l->index, &pictures[i], &err), err);
    assert_int_equal(
        library_ask(l, &(ts_find){.query = "sports car", .limit = 9, .min_score = -1}, arena).total, 3);
    assert_int_equal(
        library_ask(l, &(ts_find){.query = "\"sports car\"", .limit = 9, .min_score = -1}, arena).total, 2);
    assert_int_equal(
        library_ask(l, &(ts_find){.query = "the sports cars of", .limit = 9, .min_score = -1}, arena).total,
        3);
    ts_arena_free(arena);
    library_free(l);
}

/* How many a query finds. */
static uint64_t total_of(library *l, const char *query, ts_arena *arena)
{
    return library_ask(l, &(ts_find){.query = query, .limit = 9, .min_score = -1}, arena).total;
}

static uint64_t counted(const ts_found *found, const char *facet, const char *label)
{
    for (size_t i = 0; i < found->facet_count; i++)
        if (!strcmp(found->facets[i].facet, facet) && !strcmp(found->facets[i].label, label))
            return found->facets[i].pictures;
    return 0;
}

static void test_cameras_and_lenses(void **state)
{
    (void)state;
    library *l = library_new(1, 26);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    ts_index_tag tag = {.concept = "object/dog", .confidence = 0.9f, .state = TS_INDEX_ACCEPTED};
    ts_index_tag word = {.word = "Canon EOS 5D", .confidence = 1};
    ts_index_picture pictures[] = {
        {.number = 1, .camera = "Canon EOS 5D", .lens = "EF50mm f/1.8", .tags = &tag, .tag_count = 1},
        {.number = 2, .camera = "Canon EOS 5D Mark II", .lens = "EF50mm f/1.8"},
        {.number = 3, .camera = "NIKON D90", .tags = &word, .tag_count = 1},
        {.number = 4, .title = "canon"}};
    for (size_t i = 0; i < 4; i++) assert_works(ts_index_put(l->index, &pictures[i], &err), err);
    assert_int_equal(total_of(l, "camera:\"Canon EOS 5D\"", arena), 1); /* the whole name means that one */
    assert_int_equal(total_of(l, "camera:\"eos 5d\"", arena), 2);
    assert_int_equal(total_of(l, "camera:canon -camera:\"mark ii\"", arena), 1);
    assert_int_equal(total_of(l, "camera:cano", arena), 0);
    assert_int_equal(total_of(l, "facet:camera", arena), 3);
    assert_int_equal(total_of(l, "-facet.lens:*", arena), 2);
    assert_int_equal(total_of(l, "lens:f/1.8 camera:canon", arena), 2);
    assert_int_equal(total_of(l, "canon", arena), 1); /* words are about what is shown */
    assert_int_equal(total_of(l, "\"canon eos 5d\"", arena), 1);
    assert_int_equal(total_of(l, "is:untagged", arena), 2);                  /* a camera is no tag */
    assert_int_equal(total_of(l, "camera:canon confidence>=0.5", arena), 1); /* nor has it a confidence */
    assert_int_equal(total_of(l, "state:accepted", arena), 1);
    ts_found all = library_ask(l, &(ts_find){.limit = 9, .min_score = -1, .facet_values = 5}, arena);
    assert_int_equal(counted(&all, "camera", "Canon EOS 5D"), 1);
    assert_int_equal(counted(&all, "lens", "EF50mm f/1.8"), 2);
    assert_int_equal(counted(&all, "word", "Canon EOS 5D"), 1);
    ts_arena_free(arena);
    library_free(l);
}

static void name_germany(void *context, const char *name, void (*found)(void *sink, const char *concept),
                         void *sink)
{
    (void)context;
    if (!strcmp(name, "Deutschland")) found(sink, "place/Germany");
}

/* Places are free words of their facet; the same word may be another tag as well. */
static void test_places(void **state)
{
    (void)state;
    library *l = library_new(1, 27);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    ts_index_close(l->index);
    l->index = ts_index_open(&(ts_index_options){.names = name_germany}, l->vocab, &err);
    ts_index_tag nice = {.word = "nice", .confidence = 1},
                 towns[] = {{.concept = "place/fr-93-nice", .word = "Nice", .confidence = 1},
                            {.concept = "place/us-ny-new-york", .word = "New York", .confidence = 1},
                            {.concept = "place/ch-zh-zurich", .word = "Zürich", .confidence = 1},
                            {.concept = "place/de", .word = "Germany", .confidence = 1}};
    ts_index_picture first = {.number = 1, .tags = &nice, .tag_count = 1};
    assert_works(ts_index_put(l->index, &first, &err), err);
    for (uint32_t i = 0; i < 4; i++) {
        ts_index_picture picture = {.number = 2 + i, .tags = &towns[i], .tag_count = 1};
        assert_works(ts_index_put(l->index, &picture, &err), err);
    }
    assert_int_equal(total_of(l, "place:nice", arena), 1);
    assert_int_equal(total_of(l, "nice", arena), 2);
    assert_int_equal(total_of(l, "new york", arena), 1);
    assert_int_equal(total_of(l, "place:zurich", arena), 1);
    assert_int_equal(total_of(l, "zürich", arena), 1);
    assert_int_equal(total_of(l, "Deutschland", arena), 1);
    assert_int_equal(total_of(l, "place:Deutschland", arena), 1);
    assert_int_equal(total_of(l, "scene:Deutschland", arena), 0);
    ts_arena_free(arena);
    library_free(l);
}

static void test_owner_and_held(void **state)
{
    (void)state;
    library *l = library_new(100, 24);
    ts_arena *arena = ts_arena_new(0);
    uint64_t own = 0, held = 0;
    for (uint32_t i = 1; i < 100; i++) {
        own += l->samples[i].picture.owner && !l->samples[i].picture.held;
        held += l->samples[i].picture.held;
    }
    assert_int_equal(library_ask(l, &(ts_find){.owner = "key1", .limit = 1, .min_score = -1}, arena).total,
                     own);
    assert_int_equal(library_ask(l, &(ts_find){.owner = "nobody", .limit = 1, .min_score = -1}, arena).total,
                     0);
    assert_int_equal(library_ask(l, &(ts_find){.limit = 1, .min_score = -1}, arena).total, 99 - held);
    ts_arena_free(arena);
    library_free(l);
}

/* ---- suggestions, twins ---- */

static void test_suggestions(void **state)
{
    (void)state;
    library *l = library_new(200, 25);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    const ts_index_suggestion *rows;
    size_t count;
    assert_works(ts_index_suggest(l->index, "Do", TS_LANGUAGE_EN, 10, arena, &rows, &count, &err), err);
    assert_true(count > 0);
    assert_string_equal(rows[0].concept, "object/dog");
    assert_true(rows[0].pictures > 0);
    for (size_t i = 1; i < count; i++) assert_true(rows[i].pictures <= rows[i - 1].pictures);
    assert_works(ts_index_suggest(l->index, "proj", TS_LANGUAGE_EN, 10, arena, &rows, &count, &err), err);
    bool has_free = false, has_word = false;
    for (size_t i = 0; i < count; i++)
        has_free = has_free || (!rows[i].concept && !strcmp(rows[i].text, "project x"));
    assert_true(has_free);
    assert_works(ts_index_suggest(l->index, "holi", TS_LANGUAGE_EN, 10, arena, &rows, &count, &err), err);
    for (size_t i = 0; i < count; i++) has_word = has_word || !strcmp(rows[i].text, "holiday");
    assert_true(has_word);
    assert_works(ts_index_suggest(l->index, "", TS_LANGUAGE_EN, 10, arena, &rows, &count, &err), err);
    assert_int_equal(count, 0);
    ts_arena_free(arena);
    library_free(l);
}

static void test_twins(void **state)
{
    (void)state;
    library *l = library_new(100, 26);
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    const ts_index_twin *twins;
    size_t count;
    uint64_t hash = l->samples[42].picture.phash;
    assert_works(ts_index_twins(l->index, hash ^ 5, 4, 10, arena, &twins, &count, &err), err);
    assert_int_equal(count, 1);
    assert_int_equal(twins[0].number, 42);
    assert_int_equal(twins[0].distance, 2);
    ts_arena_free(arena);
    library_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_and_pages),
        cmocka_unit_test(test_pages_stay_put),
        cmocka_unit_test(test_cursor_of_another_question),
        cmocka_unit_test(test_random_order_has_a_seed),
        cmocka_unit_test(test_similar_knows_when_to_stop),
        cmocka_unit_test(test_similar_to_a_picture),
        cmocka_unit_test(test_palette),
        cmocka_unit_test(test_relevance),
        cmocka_unit_test(test_best_rows_of_many),
        cmocka_unit_test(test_hints),
        cmocka_unit_test(test_names_of_several_words),
        cmocka_unit_test(test_cameras_and_lenses),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_owner_and_held),
        cmocka_unit_test(test_suggestions),
        cmocka_unit_test(test_twins),
    };
    return cmocka_run_group_tests_name("search find", tests, NULL, NULL);
}
