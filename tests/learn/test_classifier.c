/* learn: the classifier's parts, its choice of strength, and whether what it says of itself is honest. */
#include "learn/classifier.h"

#include <stdlib.h>

#include "rows.h"
#include "tests/support/support.h"

static void parts_hold_every_class_evenly(void **state)
{
    (void)state;
    made_rows made;
    unsigned parts[row_count], again[row_count], other[row_count];
    size_t counts[5][row_classes] = {{0}}, moved = 0;
    ts_examples e = make_rows(&made, of_seven, row_classes, 0.3);
    assert_true(ts_deal(&e, 5, 1, parts, NULL));
    assert_true(ts_deal(&e, 5, 1, again, NULL));
    assert_true(ts_deal(&e, 5, 2, other, NULL));
    assert_memory_equal(parts, again, sizeof parts);
    for (size_t i = 0; i < row_count; i++) {
        assert_in_range(parts[i], 0, 4);
        counts[parts[i]][made.classes[i]]++;
        moved += parts[i] != other[i];
    }
    assert_true(moved > row_count / 4);
    for (size_t part = 1; part < 5; part++)
        for (size_t k = 0; k < row_classes; k++)
            assert_true(labs((long)counts[part][k] - (long)counts[0][k]) <= 1);
}

static size_t count_right(const ts_examples *e, const double *p)
{
    size_t right = 0;
    for (size_t i = 0; i < e->count; i++)
        right += ts_likeliest(p + i * e->class_count, e->class_count) == e->classes[i];
    return right;
}

static size_t count_right_again(const ts_examples *e, const ts_classifier *c)
{
    double p[row_classes], sum = 0;
    size_t right = 0;
    for (size_t i = 0; i < e->count; i++) {
        ts_classifier_judge(c, e->rows + i * e->width, p);
        right += ts_likeliest(p, e->class_count) == e->classes[i];
        sum += p[0] + p[1] + p[2];
    }
    assert_near(sum, (double)e->count, 1e-9);
    return right;
}

static void what_can_be_told_is_told(void **state)
{
    (void)state;
    made_rows made;
    ts_classifier c;
    ts_held_out held_out;
    ts_arena *arena = ts_arena_new(0);
    ts_examples e = make_rows(&made, of_seven, row_classes, 0.5);
    assert_true(ts_classifier_train(&e, arena, &c, &held_out, NULL));
    assert_int_equal(held_out.parts, 5);
    assert_true(count_right(&e, held_out.probabilities) > 85);
    assert_true(count_right_again(&e, &c) >= 88);
    assert_true(isfinite(c.scale) && c.scale > 0);
    double least = fmin(held_out.losses[0], fmin(held_out.losses[1], held_out.losses[2]));
    for (size_t i = 0; i < TS_CLASSIFIER_STRENGTHS; i++)
        if (ts_classifier_strengths[i] == c.c) assert_true(held_out.losses[i] <= least);
    ts_arena_free(arena);
}

/* On chance alone the weights learn the examples by heart; what was held out is guessed, and the scale knows it. */
static void chance_is_not_praised(void **state)
{
    (void)state;
    made_rows made;
    ts_classifier c;
    ts_held_out held_out;
    ts_arena *arena = ts_arena_new(0);
    ts_examples e = make_rows(&made, of_seven, row_classes, 0);
    assert_true(ts_classifier_train(&e, arena, &c, &held_out, NULL));
    assert_true(count_right_again(&e, &c) > 60);
    assert_true(count_right(&e, held_out.probabilities) < 55);
    assert_true(c.scale < 0.3);
    ts_arena_free(arena);
}

static void few_examples_make_few_parts(void **state)
{
    (void)state;
    made_rows made;
    ts_classifier c;
    ts_held_out held_out;
    ts_arena *arena = ts_arena_new(0);
    ts_examples e = make_rows(&made, of_seven, row_classes, 0.5);
    e.count = 14; /* two of the rarest class */
    assert_true(ts_classifier_train(&e, arena, &c, &held_out, NULL));
    assert_int_equal(held_out.parts, 2);
    e.count = 7;
    assert_true(ts_classifier_train(&e, arena, &c, &held_out, NULL));
    assert_int_equal(held_out.parts, 0);
    assert_null(held_out.probabilities);
    assert_near(c.scale, 1, 0);
    assert_int_equal(count_right_again(&e, &c), 7);
    e.count = 6; /* none of it */
    ts_error err = {0};
    assert_false(ts_classifier_train(&e, arena, &c, &held_out, &err));
    assert_int_equal(err.code, TS_USAGE);
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_hold_every_class_evenly),
        cmocka_unit_test(what_can_be_told_is_told),
        cmocka_unit_test(chance_is_not_praised),
        cmocka_unit_test(few_examples_make_few_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
