/* learn: fits beside scipy's minimiser (Platt's targets) and scikit-learn's IsotonicRegression on the same scores. */
#include "learn/fit.h"

#include "made.h"
#include "tests/support/support.h"

static void make_scores(ts_scored *scores)
{
    ts_claim claims[made_count];
    make_claims(claims);
    for (size_t i = 0; i < made_count; i++) scores[i] = (ts_scored){claims[i].p, claims[i].right};
}

static void platt_is_the_likeliest_sigmoid(void **state)
{
    (void)state;
    ts_scored scores[made_count];
    ts_platt fit;
    make_scores(scores);
    assert_true(ts_fit_platt(scores, made_count, &fit, NULL));
    assert_near(fit.slope, 0.9576189422645109, 1e-6);
    assert_near(fit.offset, -0.7585447334678141, 1e-6);
    assert_true(fit.loss > 0 && fit.loss < 0.6931);
    assert_near(ts_platt_of(&fit, 0.5), 1 / (1 + exp(0.7585447334678141)), 1e-6);
}

static void temperature_has_no_offset(void **state)
{
    (void)state;
    ts_scored scores[made_count];
    ts_platt fit;
    make_scores(scores);
    assert_true(ts_fit_temperature(scores, made_count, &fit, NULL));
    assert_near(fit.slope, 0.8900818652454469, 1e-6);
    assert_near(fit.offset, 0, 0);
}

static void perfect_scores_stay_finite(void **state)
{
    (void)state;
    const ts_scored scores[] = {{0, false}, {0.1, false}, {0.9, true}, {1, true}};
    ts_platt fit;
    assert_true(ts_fit_platt(scores, 4, &fit, NULL));
    assert_true(isfinite(fit.slope) && isfinite(fit.offset) && fit.slope > 0);
    assert_true(ts_platt_of(&fit, 0.95) > 0.5 && ts_platt_of(&fit, 0.05) < 0.5);
}

static void one_sort_of_truth_is_no_basis(void **state)
{
    (void)state;
    const ts_scored scores[] = {{0.2, true}, {0.9, true}};
    ts_platt fit;
    ts_error err = {0};
    assert_false(ts_fit_platt(scores, 2, &fit, &err));
    assert_int_equal(err.code, TS_USAGE);
    assert_false(ts_fit_temperature(scores, 0, &fit, &err));
}

static void isotonic_steps(void **state)
{
    (void)state;
    ts_scored scores[made_count];
    ts_knot knots[made_count];
    size_t count = 0;
    double sum = 0, squares = 0;
    make_scores(scores);
    assert_true(ts_fit_isotonic(scores, made_count, knots, &count, NULL));
    assert_true(count > 2 && count < made_count);
    for (size_t i = 1; i < count; i++)
        assert_true(knots[i].p > knots[i - 1].p && knots[i].raw > knots[i - 1].raw);
    for (size_t i = 0; i < made_count; i++) {
        double p = ts_isotonic_of(knots, count, scores[i].raw), gap = p - (scores[i].right ? 1 : 0);
        sum += p * (double)(i + 1);
        squares += gap * gap / made_count;
    }
    assert_near(sum, 7252.835173160172, 1e-9);
    assert_near(squares, 0.14304022366522368, 1e-12);
    assert_near(ts_isotonic_of(knots, 0, 0.5), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(platt_is_the_likeliest_sigmoid),
        cmocka_unit_test(temperature_has_no_offset),
        cmocka_unit_test(perfect_scores_stay_finite),
        cmocka_unit_test(one_sort_of_truth_is_no_basis),
        cmocka_unit_test(isotonic_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
