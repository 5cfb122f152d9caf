/* learn: figures on choices beside scikit-learn 1.9.1's accuracy_score and balanced_accuracy_score. */
#include "learn/choices.h"

#include "made.h"
#include "tests/support/support.h"

enum { count = 40, classes = 4 };

static void make_choices(ts_choice *choices)
{
    for (uint32_t i = 0; i < count; i++)
        choices[i] = (ts_choice){i % 5 ? i * i % 4 : 2, i % 3 ? i * i % 4 : i % 4, 0.7};
}

static void shares_are_those_of_scikit_learn(void **state)
{
    (void)state;
    ts_choice choices[count];
    ts_choice_figures f;
    double balanced;
    make_choices(choices);
    assert_true(ts_choice_figures_of(choices, count, classes, &f, NULL));
    assert_near(f.accuracy, 0.7, 1e-12);
    assert_near(f.balanced_accuracy, 0.6041666666666666, 1e-12); /* nothing is of the fourth class */
    assert_near(ts_accuracy(choices, count), f.accuracy, 0);
    assert_true(ts_balanced_accuracy(choices, count, classes, &balanced, NULL));
    assert_near(balanced, f.balanced_accuracy, 0);
    assert_near(f.calibration_error, 0, 1e-12); /* 0.7 was said each time */
}

static void intervals_hold_the_figures(void **state)
{
    (void)state;
    ts_choice choices[count];
    ts_choice_figures f, again;
    make_choices(choices);
    assert_true(ts_choice_figures_of(choices, count, classes, &f, NULL));
    assert_true(ts_choice_figures_of(choices, count, classes, &again, NULL));
    assert_memory_equal(&f, &again, sizeof f);
    double half = 1.96 * sqrt(0.7 * 0.3 / count); /* the normal approximation */
    assert_near(f.accuracy_at.low, 0.7 - half, 0.03);
    assert_near(f.accuracy_at.high, 0.7 + half, 0.03);
    assert_true(f.balanced_accuracy_at.low < f.balanced_accuracy);
    assert_true(f.balanced_accuracy < f.balanced_accuracy_at.high);
}

static void nothing_says_nothing(void **state)
{
    (void)state;
    ts_choice_figures f;
    assert_true(ts_choice_figures_of(NULL, 0, classes, &f, NULL));
    assert_near(f.accuracy, 0, 0);
    assert_near(f.accuracy_at.low, 0, 0);
    assert_near(f.accuracy_at.high, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_scikit_learn),
        cmocka_unit_test(intervals_hold_the_figures),
        cmocka_unit_test(nothing_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
