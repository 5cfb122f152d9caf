/* learn: figures beside those of scikit-learn 1.x on the same claims (average_precision_score, roc_auc_score,
 * brier_score_loss, precision_recall_curve), and by hand. */
#include "learn/figures.h"

#include "made.h"
#include "tests/support/support.h"

static void shares_of_nothing_are_zero(void **state)
{
    (void)state;
    ts_confusion none = {0};
    assert_near(ts_share(0, 0), 0, 0);
    assert_near(ts_precision(&none), 0, 0);
    assert_near(ts_recall(&none), 0, 0);
    assert_near(ts_f1(&none), 0, 0);
}

static void a_line_parts_the_claims(void **state)
{
    (void)state;
    ts_claim claims[made_count];
    make_claims(claims);
    ts_confusion c = ts_confusion_at(claims, made_count, 0.5);
    assert_int_equal(c.hits + c.misses, 72);
    assert_int_equal(c.hits + c.misses + c.false_alarms + c.rest, made_count);
    assert_near(ts_precision(&c), 0.5876288659793815, 1e-12);
    assert_near(ts_recall(&c), 0.7916666666666666, 1e-12);
    assert_near(ts_f1(&c), 0.6745562130177515, 1e-12);
}

static void intervals_of_shares(void **state)
{
    (void)state;
    ts_interval i = ts_wilson(18, 20, 1.6449);
    assert_near(i.low, 0.7383312604937815, 1e-12);
    assert_near(i.high, 0.966337735028457, 1e-12);
    i = ts_wilson(0, 5, 1.6449);
    assert_near(i.low, 0, 1e-12);
    assert_near(i.high, 0.3511293472372523, 1e-12);
    i = ts_wilson(0, 0, 1.6449);
    assert_near(i.low, 0, 0);
    assert_near(i.high, 1, 0);
}

static void areas_under_curves(void **state)
{
    (void)state;
    ts_claim claims[made_count];
    double area = 0;
    make_claims(claims);
    assert_true(ts_average_precision(claims, made_count, &area, NULL));
    assert_near(area, 0.7564302187874353, 1e-12);
    assert_true(ts_roc_area(claims, made_count, &area, NULL));
    assert_near(area, 0.8471137152777777, 1e-12);
    assert_true(ts_average_precision(claims, 0, &area, NULL));
    assert_true(isnan(area));
    assert_true(ts_roc_area(&(ts_claim){0.5, true, 0}, 1, &area, NULL));
    assert_true(isnan(area));
}

static void honesty(void **state)
{
    (void)state;
    ts_claim claims[made_count];
    ts_reliability bins[10];
    make_claims(claims);
    assert_near(ts_calibration_error(claims, made_count, bins, 10), 0.120575, 1e-12);
    assert_near(ts_brier(claims, made_count), 0.16766161499999999, 1e-12);
    size_t all = 0;
    for (size_t i = 0; i < 10; i++) all += bins[i].count;
    assert_int_equal(all, made_count);
    assert_near(ts_calibration_error(&(ts_claim){1, true, 0}, 1, bins, 10), 0, 0);
    assert_int_equal(bins[9].count, 1);
}

static void lines_for_a_precision(void **state)
{
    (void)state;
    ts_claim claims[made_count];
    double line = 0;
    ts_error err = {0};
    make_claims(claims);
    assert_true(ts_line_for_precision(claims, made_count, 0.8, 1, &line, &err));
    ts_confusion c = ts_confusion_at(claims, made_count, line);
    assert_true(ts_precision(&c) >= 0.8);
    for (size_t i = 0; i < made_count; i++) {
        if (claims[i].p >= line) continue;
        c = ts_confusion_at(claims, made_count, claims[i].p);
        assert_true(ts_precision(&c) < 0.8);
    }
    assert_false(ts_line_for_precision(claims, made_count, 0.8, made_count, &line, &err));
    assert_int_equal(err.code, TS_NOT_FOUND);
}

static double mean_of(const ts_claim *claims, size_t count, void *context)
{
    size_t *calls = context;
    (*calls)++;
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += claims[i].p;
    return count ? sum / (double)count : NAN;
}

/* Drawn by groups the mean of grouped values is less sure: four copies of each value must not count as four. */
static void bootstrap_draws_whole_groups(void **state)
{
    (void)state;
    ts_claim alone[100], copies[400];
    size_t calls = 0;
    uint64_t seed = 7;
    ts_interval one, four, again;
    for (uint32_t i = 0; i < 100; i++) {
        alone[i] = (ts_claim){made_random(&seed), true, i};
        for (size_t k = 0; k < 4; k++) copies[4 * i + k] = alone[i];
    }
    assert_true(ts_bootstrap(alone, 100, mean_of, &calls, 2000, 1, &one, NULL));
    assert_true(ts_bootstrap(copies, 400, mean_of, &calls, 2000, 1, &four, NULL));
    assert_true(ts_bootstrap(alone, 100, mean_of, &calls, 2000, 1, &again, NULL));
    assert_int_equal(calls, 6000);
    assert_near(one.low, again.low, 0);
    assert_near(one.low, four.low, 1e-9);
    assert_near(one.high, four.high, 1e-9);
    double wide = 2 * 1.6449 * 0.289 / 10; /* of the mean of 100 even numbers */
    assert_true(one.high - one.low > 0.8 * wide && one.high - one.low < 1.2 * wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_of_nothing_are_zero),
        cmocka_unit_test(a_line_parts_the_claims),
        cmocka_unit_test(intervals_of_shares),
        cmocka_unit_test(areas_under_curves),
        cmocka_unit_test(honesty),
        cmocka_unit_test(lines_for_a_precision),
        cmocka_unit_test(bootstrap_draws_whole_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
