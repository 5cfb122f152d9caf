/* tests/vision: overlap of boxes, and suppression of those that overlap a better one. */
#include <math.h>
#include <string.h>

#include "tests/support/support.h"
#include "vision/analyser.h"

static float random_below(uint32_t *state, float limit)
{
    *state = *state * 1664525 + 1013904223;
    return (float)(*state >> 8) / (float)(1 << 24) * limit;
}

static ts_rect random_box(uint32_t *state)
{
    return (ts_rect){random_below(state, 100), random_below(state, 100), 1 + random_below(state, 50),
                     1 + random_below(state, 50)};
}

static void known_overlaps(void **state)
{
    (void)state;
    static const struct {
        ts_rect a, b;
        float iou;
    } rows[] = {
        {{0, 0, 10, 10}, {0, 0, 10, 10}, 1},  {{0, 0, 10, 10}, {5, 0, 10, 10}, 50.0F / 150},
        {{0, 0, 10, 10}, {2, 2, 5, 4}, 0.2F}, {{0, 0, 10, 10}, {10, 0, 10, 10}, 0}, /* side by side */
        {{0, 0, 10, 10}, {50, 50, 1, 1}, 0},  {{-5, -5, 10, 10}, {0, 0, 10, 10}, 25.0F / 175},
        {{3, 3, 0, 0}, {3, 3, 0, 0}, 0}, /* nothing overlaps nothing, and 0 / 0 is no number */
        {{0, 0, 10, 10}, {3, 3, 0, 5}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_float_equal(ts_rect_iou(rows[i].a, rows[i].b), rows[i].iou, 1e-6);
}

static void overlap_is_symmetric_and_a_share(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (int i = 0; i < 2000; i++) {
        ts_rect a = random_box(&random), b = random_box(&random);
        float iou = ts_rect_iou(a, b);
        assert_true(iou >= 0 && iou <= 1);
        assert_float_equal(iou, ts_rect_iou(b, a), 1e-6);
        assert_float_equal(ts_rect_iou(a, a), 1, 1e-5);
    }
}

static void the_better_one_stays(void **state)
{
    (void)state;
    ts_candidate c[] = {
        {.box = {0, 0, 10, 10}, .score = 0.6F, .index = 0},
        {.box = {1, 0, 10, 10}, .score = 0.9F, .index = 1},
        {.box = {40, 0, 10, 10}, .score = 0.3F, .index = 2},
        {.box = {0, 0, 10, 10}, .score = 0.5F, .index = 3, .key = 7}, /* another class */
    };
    assert_int_equal(ts_nms(c, 4, 0.5F), 3);
    assert_int_equal(c[0].index, 1);
    assert_int_equal(c[1].index, 3);
    assert_int_equal(c[2].index, 2);
}

/* Whatever the boxes: best first, none left that overlaps a better one of its class, none dropped without
 * reason. */
static void what_is_left_is_sparse_and_complete(void **state)
{
    (void)state;
    enum { N = 120 };
    uint32_t random = 99;
    for (int round = 0; round < 50; round++) {
        ts_candidate all[N], c[N];
        for (uint32_t i = 0; i < N; i++)
            all[i] = (ts_candidate){.box = random_box(&random),
                                    .score = floorf(random_below(&random, 20)) / 20, /* many ties */
                                    .key = i % 3,
                                    .index = i};
        memcpy(c, all, sizeof c);
        const float line = 0.4F;
        size_t kept = ts_nms(c, N, line);
        assert_in_range(kept, 1, N);
        bool is_left[N] = {false};
        for (size_t i = 0; i < kept; i++) {
            is_left[c[i].index] = true;
            if (i) assert_true(c[i - 1].score >= c[i].score);
            for (size_t k = 0; k < i; k++)
                assert_true(c[k].key != c[i].key || ts_rect_iou(c[k].box, c[i].box) <= line);
        }
        for (uint32_t i = 0; i < N; i++) {
            bool has_reason = is_left[i];
            for (size_t k = 0; k < kept && !has_reason; k++)
                has_reason = c[k].key == all[i].key && c[k].score >= all[i].score &&
                             ts_rect_iou(c[k].box, all[i].box) > line;
            assert_true(has_reason);
        }
    }
}

static void the_order_of_arrival_settles_ties(void **state)
{
    (void)state;
    for (uint32_t turn = 0; turn < 3; turn++) {
        ts_candidate c[3];
        for (uint32_t i = 0; i < 3; i++)
            c[i] = (ts_candidate){.box = {0, 0, 10, 10}, .score = 0.5F, .index = (i + turn) % 3};
        assert_int_equal(ts_nms(c, 3, 0.5F), 1);
        assert_int_equal(c[0].index, 0);
    }
}

static void nothing_in_nothing_out(void **state)
{
    (void)state;
    ts_candidate none = {0};
    assert_int_equal(ts_nms(&none, 0, 0.5F), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_overlaps),
        cmocka_unit_test(overlap_is_symmetric_and_a_share),
        cmocka_unit_test(the_better_one_stays),
        cmocka_unit_test(what_is_left_is_sparse_and_complete),
        cmocka_unit_test(the_order_of_arrival_settles_ties),
        cmocka_unit_test(nothing_in_nothing_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
