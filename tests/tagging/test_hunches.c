/* tests/tagging: hunches: which concepts the classifier leans to, and how strongly. */
#include "tagging/hunches.h"
#include "tests/tagging/scene.h"

static int set_up(void **state)
{
    *state = scene_with_core_vocabulary();
    return 0;
}

static int tear_down(void **state)
{
    scene_free(*state);
    return 0;
}

/* All classes alike, but for those that a test lifts. */
static void flat(scene *s)
{
    for (size_t i = 0; i < CLASSES; i++) see_class(s, i, "?", 0.0004F);
}

static ts_record hunches_of(scene *s)
{
    ts_error err;
    ts_record record = {0};
    assert_works(ts_hunches_take(s->vocab, &s->seen, s->arena, &record, &err), err);
    assert_true(record.hunch_count <= TS_HUNCHES_MAX);
    for (size_t i = 0; i < record.hunch_count; i++) {
        assert_true(record.hunches[i].strength > 0 && record.hunches[i].strength <= 1);
        if (i) assert_true(record.hunches[i].strength <= record.hunches[i - 1].strength);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(record.hunches[i].concept, record.hunches[k].concept);
    }
    return record;
}

static const char *concept_of(const scene *s, size_t class_index)
{
    return ts_vocab_id(s->vocab, ts_vocab_map_class(s->vocab, "imagenet1k", class_index, NULL));
}

static void the_strongest_come_first(void **state)
{
    scene *s = *state;
    flat(s);
    see_class(s, 0, "tench", 0.1F);
    see_class(s, 9, "ostrich", 0.5F);
    ts_record record = hunches_of(s);
    assert_int_equal(record.hunch_count, 2);
    assert_string_equal(record.hunches[0].concept, concept_of(s, 9));
    assert_float_equal(record.hunches[0].strength, 1, 1e-6);
    assert_string_equal(record.hunches[1].concept, concept_of(s, 0));
    assert_true(record.hunches[1].strength < 0.9F);
}

/* Twelve classes a little above the rest: ten of them, the order kept. */
static void no_more_than_ten(void **state)
{
    scene *s = *state;
    flat(s);
    for (size_t i = 0; i < 12; i++) see_class(s, i * 9, "?", 0.01F * (float)(i + 1));
    ts_record record = hunches_of(s);
    assert_int_equal(record.hunch_count, 10);
    assert_string_equal(record.hunches[0].concept, concept_of(s, 99));
}

/* Two classes of one meaning are one hunch: the stronger. */
static void each_concept_once(void **state)
{
    scene *s = *state;
    flat(s);
    size_t first = CLASSES, second = CLASSES;
    for (size_t i = 0; i < CLASSES && second == CLASSES; i++)
        for (size_t k = i + 1; k < CLASSES && second == CLASSES; k++)
            if (concept_of(s, i) == concept_of(s, k)) first = i, second = k;
    if (second == CLASSES) skip();
    see_class(s, first, "?", 0.02F);
    see_class(s, 9, "ostrich", 0.1F);
    see_class(s, second, "?", 0.3F);
    ts_record record = hunches_of(s);
    assert_int_equal(record.hunch_count, 2);
    assert_string_equal(record.hunches[0].concept, concept_of(s, second));
    see_class(s, first, "?", 0.6F); /* seen before the weaker one this time */
    assert_int_equal(hunches_of(s).hunch_count, 2);
}

static void nothing_gives_none(void **state)
{
    scene *s = *state;
    flat(s);
    assert_int_equal(hunches_of(s).hunch_count, 0); /* nothing stands out */
    for (size_t i = 0; i < CLASSES; i++) see_class(s, i, "?", 0);
    see_class(s, 9, "ostrich", 1);
    assert_int_equal(hunches_of(s).hunch_count, 1); /* log 0 harms nobody */
    s->seen.distribution = NULL;
    assert_int_equal(hunches_of(s).hunch_count, 0);
}

/* Peaks below the detector's line, the best four; what is a tag is no glimpse. */
static void the_detector_glimpses(void **state)
{
    scene *s = *state;
    ts_error err;
    ts_rect box = {10, 10, 100, 100};
    ts_tag shown[] = {{.concept = "object/dog"}};
    ts_record record = {.tags = shown, .tag_count = 1};
    search_everything(s);
    see_box(s, 16, "dog", 0.9F, box);
    see_box(s, 15, "cat", 0.2F, box);
    see_box(s, 15, "cat", 0.1F, box);
    for (uint32_t key = 40; key < 46; key++) see_box(s, key, "?", 0.1F + 0.001F * (float)key, box);
    assert_works(ts_hunches_take(s->vocab, &s->seen, s->arena, &record, &err), err);
    assert_int_equal(record.hunch_count, 4);
    assert_string_equal(record.hunches[0].concept, "object/cat");
    assert_float_equal(record.hunches[0].strength, 0.3F, 1e-6);
    assert_true(record.hunches[1].strength > record.hunches[2].strength);
    flat(s);
    see_class(s, 9, "ostrich", 0.5F);
    assert_works(ts_hunches_take(s->vocab, &s->seen, s->arena, &record, &err), err);
    assert_int_equal(record.hunch_count, 5);
    assert_string_equal(record.hunches[0].concept, concept_of(s, 9)); /* surest of all */
    assert_string_equal(record.hunches[1].concept, "object/cat");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_strongest_come_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_more_than_ten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_concept_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_gives_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_detector_glimpses, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("tagging hunches", tests, NULL, NULL);
}
