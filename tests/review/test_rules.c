/* tests/review: what a question is worth, which come first, what answers do. */
#include <math.h>
#include <string.h>

#include "review/review.h"
#include "tests/support/support.h"

static void doubt_and_crowd_make_worth(void **state)
{
    (void)state;
    assert_true(fabs(ts_review_worth(0.5, 1) - 1) < 1e-12);
    assert_true(fabs(ts_review_worth(0.5, 7) - 3) < 1e-12);
    assert_true(fabs(ts_review_worth(0.25, 1) - 0.811278124459) < 1e-9);
    assert_true(fabs(ts_review_worth(0.25, 3) - ts_review_worth(0.75, 3)) < 1e-12);
    assert_true(ts_review_worth(0, 5) == 0 && ts_review_worth(1, 5) == 0 && ts_review_worth(NAN, 5) == 0);
    assert_true(ts_review_worth(0.5, 0) == ts_review_worth(0.5, 1));
    assert_true(ts_review_worth(0.5, 5000000) == ts_review_worth(0.5, TS_REVIEW_CROWD));
}

static ts_review_candidate one(int64_t picture, const char *key, double confidence)
{
    return (ts_review_candidate){.picture = picture, .key = key, .confidence = confidence, .waiting = 1};
}

static void doubtful_first_and_sensitive_before_all(void **state)
{
    (void)state;
    ts_review_candidate list[] = {one(1, "a", 0.9), one(2, "b", 0.55), one(3, "c", 0.3),
                                  one(4, "safety/gore", 0.99)};
    size_t chosen[4];
    list[3].sensitive = true;
    assert_int_equal(ts_review_choose(list, 4, 4, chosen), 4);
    assert_int_equal(chosen[0], 3);
    assert_int_equal(chosen[1], 1);
    assert_int_equal(chosen[2], 2);
    assert_int_equal(chosen[3], 0);
    assert_true(fabs(list[1].worth - ts_review_worth(0.55, 1)) < 1e-12);
}

static void one_question_a_picture(void **state)
{
    (void)state;
    ts_review_candidate list[] = {one(1, "a", 0.5), one(1, "b", 0.5), one(2, "a", 0.01)};
    size_t chosen[3];
    assert_int_equal(ts_review_choose(list, 3, 3, chosen), 2);
    assert_int_equal(chosen[0], 0);
    assert_int_equal(chosen[1], 2);
    assert_int_equal(ts_review_choose(list, 0, 3, chosen), 0);
    assert_int_equal(ts_review_choose(list, 3, 0, chosen), 0);
}

static void another_concept_before_the_same_again(void **state)
{
    (void)state;
    ts_review_candidate list[] = {one(1, "a", 0.5), one(2, "a", 0.5), one(3, "b", 0.7)};
    size_t chosen[3];
    assert_int_equal(ts_review_choose(list, 3, 3, chosen), 3);
    assert_int_equal(chosen[1], 2);
}

static void another_sight_before_the_same_again(void **state)
{
    (void)state;
    ts_review_candidate list[] = {one(1, "a", 0.5), one(2, "a", 0.5), one(3, "a", 0.8)};
    size_t chosen[3];
    list[0].has_phash = list[1].has_phash = list[2].has_phash = true;
    list[0].phash = 0xF0F0F0F0F0F0F0F0;
    list[1].phash = 0xF0F0F0F0F0F0F0F1;
    list[2].phash = 0x0F0F0F0F0F0F0F0F;
    assert_int_equal(ts_review_choose(list, 3, 3, chosen), 3);
    assert_int_equal(chosen[1], 2);
    list[1].has_phash = false; /* not known to look like it */
    assert_int_equal(ts_review_choose(list, 3, 3, chosen), 3);
    assert_int_equal(chosen[1], 1);
}

static void answers_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < TS_REVIEW_ANSWER_COUNT; i++) {
        ts_review_answer answer = TS_REVIEW_ANSWER_COUNT;
        assert_true(ts_review_answer_of(ts_review_answer_name((ts_review_answer)i), &answer));
        assert_int_equal(answer, i);
    }
    ts_review_answer answer;
    assert_false(ts_review_answer_of("perhaps", &answer));
    assert_false(ts_review_answer_of(NULL, &answer));
    assert_string_equal(ts_review_outcome_name(TS_REVIEW_DECIDED), "decided");
}

static void nobody_is_overruled(void **state)
{
    (void)state;
    assert_int_equal(ts_review_outcome_of(true, true), TS_REVIEW_COUNTED);
    assert_int_equal(ts_review_outcome_of(false, true), TS_REVIEW_DECIDED);
    assert_int_equal(ts_review_outcome_of(false, false), TS_REVIEW_GONE);
}

static void skipped_comes_back_and_unsure_does_not(void **state)
{
    (void)state;
    assert_int_equal(ts_review_put_off(TS_REVIEW_YES, 1000), 0);
    assert_int_equal(ts_review_put_off(TS_REVIEW_SKIP, 1000), 1000 + TS_REVIEW_SKIP_MS);
    assert_true(ts_review_put_off(TS_REVIEW_UNSURE, 1000) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubt_and_crowd_make_worth),
        cmocka_unit_test(doubtful_first_and_sensitive_before_all),
        cmocka_unit_test(one_question_a_picture),
        cmocka_unit_test(another_concept_before_the_same_again),
        cmocka_unit_test(another_sight_before_the_same_again),
        cmocka_unit_test(answers_have_names),
        cmocka_unit_test(nobody_is_overruled),
        cmocka_unit_test(skipped_comes_back_and_unsure_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
