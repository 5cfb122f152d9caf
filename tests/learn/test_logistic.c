/* learn: logistic regression beside scikit-learn 1.9.1's LogisticRegression on the same rows (newton-cg, tol 1e-12). */
#include "learn/logistic.h"

#include <string.h>

#include "rows.h"
#include "tests/support/support.h"

enum { weight_count = row_classes * (row_width + 1) };

static void check_fit(bool balanced, const double *wanted)
{
    made_rows made;
    double weights[weight_count] = {0}, p[row_classes];
    static const size_t classes[] = {0, 1, 2}, places[] = {0, 20, 36}, shown[] = {0, 45, 89};
    ts_examples e = make_rows(&made, of_seven, row_classes, 0.3);
    ts_logistic_options options = {.c = 2, .balanced = balanced, .tolerance = 1e-6};
    ts_logistic_result result;
    assert_true(ts_logistic_fit(&e, &options, weights, &result, NULL));
    assert_true(result.converged && result.slope <= 1e-6 && result.steps < 200);
    for (size_t i = 0; i < 3; i++) {
        assert_near(weights[classes[i] * (row_width + 1) + places[i]], wanted[i], 1e-3);
        assert_near(weights[classes[i] * (row_width + 1) + row_width], wanted[3 + i], 2e-3);
        ts_logistic_scores(weights, row_width, row_classes, made.rows + shown[i] * row_width, p);
        (void)ts_softmax(p, row_classes, 1);
        assert_near(p[i], wanted[6 + i], 1e-4);
    }
}

static void weights_are_those_of_scikit_learn(void **state)
{
    (void)state;
    static const double plain[] = {1.1733609755700165, -0.1751395298941421,   -0.09217652788605984,
                                   0.4959332622207158, 0.519958594180936,     -1.0158918564017008,
                                   0.9674768373924915, 0.0014209178624393322, 0.011061602524851014};
    check_fit(false, plain);
}

static void balanced_ones_too(void **state)
{
    (void)state;
    static const double balanced[] = {1.1476039116477221,  -0.23060623983268327,  -0.10523326428574364,
                                      0.23125594109217626, 0.5594438377812355,    -0.7906997788734197,
                                      0.945228831948576,   0.0023870693401554827, 0.010805813730375306};
    check_fit(true, balanced);
}

/* One row of weights there, two here: half the c, and the difference of the rows. */
static void two_classes_are_one_difference(void **state)
{
    (void)state;
    made_rows made;
    double weights[2 * (row_width + 1)] = {0}, p[2];
    ts_examples e = make_rows(&made, of_three, 2, 0.3);
    ts_logistic_options options = {.c = 1, .tolerance = 1e-6};
    assert_true(ts_logistic_fit(&e, &options, weights, NULL, NULL));
    const double *no = weights, *yes = weights + row_width + 1;
    assert_near(yes[0] - no[0], -0.4906278358881169, 1e-3);
    assert_near(yes[36] - no[36], -0.7001857170387223, 1e-3);
    assert_near(yes[row_width] - no[row_width], -0.599462999846708, 2e-3);
    ts_logistic_scores(weights, row_width, 2, made.rows, p);
    (void)ts_softmax(p, 2, 1);
    assert_near(p[1], 0.993797913279083, 1e-4);
}

static void the_same_twice_and_from_elsewhere(void **state)
{
    (void)state;
    made_rows made;
    double first[weight_count] = {0}, second[weight_count] = {0};
    ts_examples e = make_rows(&made, of_seven, row_classes, 0.3);
    ts_logistic_options options = {.c = 2, .tolerance = 1e-6};
    ts_logistic_result cold, warm;
    assert_true(ts_logistic_fit(&e, &options, first, &cold, NULL));
    assert_true(ts_logistic_fit(&e, &options, second, NULL, NULL));
    assert_memory_equal(first, second, sizeof first);
    assert_true(ts_logistic_fit(&e, &options, second, &warm, NULL)); /* from where it ended */
    assert_true(warm.steps <= 1 && warm.converged);
    options.c = 4;
    assert_true(ts_logistic_fit(&e, &options, second, &warm, NULL));
    assert_true(warm.converged && warm.steps < cold.steps + 20);
}

static void what_cannot_be_learnt_is_refused(void **state)
{
    (void)state;
    made_rows made;
    double weights[4 * (row_width + 1)] = {0};
    ts_error err = {0};
    ts_examples e = make_rows(&made, of_seven, row_classes, 0.3);
    assert_false(ts_logistic_fit(&e, &(ts_logistic_options){.c = 0}, weights, NULL, &err));
    assert_int_equal(err.code, TS_USAGE);
    e.class_count = 4;
    assert_false(ts_logistic_fit(&e, &(ts_logistic_options){.c = 1}, weights, NULL, &err));
    assert_non_null(strstr(err.message, "class 3"));
    e.class_count = 1;
    assert_false(ts_logistic_fit(&e, &(ts_logistic_options){.c = 1}, weights, NULL, &err));
    assert_int_equal(err.code, TS_USAGE);
}

static void few_steps_are_said(void **state)
{
    (void)state;
    made_rows made;
    double weights[weight_count] = {0};
    ts_examples e = make_rows(&made, of_seven, row_classes, 0.3);
    ts_logistic_result result;
    assert_true(ts_logistic_fit(&e, &(ts_logistic_options){.c = 2, .steps_max = 2}, weights, &result, NULL));
    assert_int_equal(result.steps, 2);
    assert_false(result.converged);
}

static void softmax_bears_large_scores(void **state)
{
    (void)state;
    double scores[] = {10000, 9999, -10000};
    double sum = ts_softmax(scores, 3, 2);
    assert_near(sum, 20000 + log1p(exp(-2)), 1e-9);
    assert_near(scores[0], 1 / (1 + exp(-2)), 1e-12);
    assert_near(scores[0] + scores[1] + scores[2], 1, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_those_of_scikit_learn),
        cmocka_unit_test(balanced_ones_too),
        cmocka_unit_test(two_classes_are_one_difference),
        cmocka_unit_test(the_same_twice_and_from_elsewhere),
        cmocka_unit_test(what_cannot_be_learnt_is_refused),
        cmocka_unit_test(few_steps_are_said),
        cmocka_unit_test(softmax_bears_large_scores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
