/* tests/search: whole results at once: their order, shapes and colours; names of places that stand together. */
#include <string.h>

#include "tests/search/library.h"

/* The whole result at once is a page that has room for all. */
static void test_layout(void **state)
{
    (void)state;
    library *l = library_new(200, 12);
    ts_arena *arena = ts_arena_new(0);
    static const ts_find_sort sorts[] = {TS_SORT_FITTING, TS_SORT_TAKEN, TS_SORT_SIZE, TS_SORT_RANDOM};
    for (size_t s = 0; s < sizeof sorts / sizeof sorts[0]; s++) {
        ts_find find = {
            .query = s == 1 ? "tag:animal" : "", .sort = sorts[s], .reverse = s == 2, .min_score = -1};
        ts_shapes layout;
        find.limit = 1000;
        ts_found found = library_ask(l, &find, arena);
        assert_true(ts_index_shapes(l->index, &find, arena, &layout, NULL));
        assert_int_equal(layout.total, found.total);
        assert_int_equal(layout.count, found.count);
        for (size_t i = 0; i < found.count; i++) {
            const ts_index_picture *picture = &l->samples[found.rows[i].number].picture;
            assert_int_equal(layout.shapes[i].number, found.rows[i].number);
            assert_int_equal(layout.shapes[i].width, picture->width);
            assert_int_equal(layout.shapes[i].height, picture->height);
            assert_true(layout.shapes[i].taken_ms == picture->taken_ms);
            assert_int_equal(layout.shapes[i].has_colour, picture->colour_count > 0);
        }
    }
    ts_arena_free(arena);
    library_free(l);
}

static void test_layout_has_the_main_colour(void **state)
{
    (void)state;
    library *l = library_new(2, 13);
    ts_arena *arena = ts_arena_new(0);
    ts_shapes layout;
    const ts_index_colour colours[] = {{20, 3, 4, 0.2F}, {70, -30, 40, 0.5F}, {50, 60, 70, 0.3F}};
    ts_index_picture picture = {.number = 7,
                                .title = "zebracolour",
                                .taken_ms = TS_TIME_UNKNOWN,
                                .colours = colours,
                                .colour_count = 3};
    assert_true(ts_index_put(l->index, &picture, NULL));
    assert_true(
        ts_index_shapes(l->index, &(ts_find){.query = "zebracolour", .min_score = -1}, arena, &layout, NULL));
    assert_int_equal(layout.count, 1);
    assert_int_equal(layout.shapes[0].number, 7);
    assert_true(layout.shapes[0].has_colour);
    assert_int_equal(layout.shapes[0].l, 70);
    assert_int_equal(layout.shapes[0].a, -30);
    assert_int_equal(layout.shapes[0].b, 40);
    ts_arena_free(arena);
    library_free(l);
}

static const ts_place_count *place_named(const ts_place_count *places, size_t count, const char *town)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(places[i].names[0], town) == 0) return &places[i];
    return NULL;
}

static void test_names_that_stand_together(void **state)
{
    (void)state;
    library *l = library_new(2, 14);
    ts_arena *arena = ts_arena_new(0);
    const char *const chains[][3] = {
        {"Lyon", "Rhone", "France"}, {"Lyon", "Rhone", "France"}, {"Nice", "France", NULL}};
    const ts_place_count *places = NULL;
    size_t count = 0;
    for (uint32_t i = 0; i < 3; i++) {
        ts_index_tag tags[3];
        size_t depth = 0;
        while (depth < 3 && chains[i][depth]) {
            tags[depth] = (ts_index_tag){
                .word = chains[i][depth], .facet = "place", .confidence = 0.9F, .state = TS_INDEX_ACCEPTED};
            depth++;
        }
        ts_index_picture picture = {
            .number = 10 + i, .tags = tags, .tag_count = depth, .taken_ms = TS_TIME_UNKNOWN};
        assert_true(ts_index_put(l->index, &picture, NULL));
    }
    const ts_find find = {.query = "place:france", .min_score = -1};
    assert_true(ts_index_places(l->index, &find, arena, &places, &count, NULL));
    assert_int_equal(count, 2);
    const ts_place_count *lyon = place_named(places, count, "Lyon"),
                         *nice = place_named(places, count, "Nice");
    assert_int_equal(lyon->pictures, 2);
    assert_int_equal(lyon->depth, 3);
    assert_string_equal(lyon->names[2], "France");
    assert_int_equal(nice->pictures, 1);
    assert_int_equal(nice->depth, 2);
    ts_arena_free(arena);
    library_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_layout_has_the_main_colour),
        cmocka_unit_test(test_names_that_stand_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
