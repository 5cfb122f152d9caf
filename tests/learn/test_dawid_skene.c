/* learn: Dawid and Skene's model beside a second program (agreement.tsv), their own article, and made people
 * whose error rates are known. */
#include "learn/dawid_skene.h"

#include <string.h>

#include "fixture.h"
#include "learn/sample.h"
#include "made.h"

static double found(const ts_dawid_skene *fit, const expectation *e)
{
    if (strcmp(e->figure, "ds_prior") == 0) return fit->prior[e->a];
    if (strcmp(e->figure, "ds_posterior") == 0) return fit->posterior[e->a * fit->values + e->b];
    if (strcmp(e->figure, "ds_confusion") == 0)
        return fit->confusion[e->a * fit->values * fit->values + e->b];
    if (strcmp(e->figure, "ds_log_likelihood") == 0) return fit->log_likelihood;
    fail_msg("agreement.tsv: %s of a fit", e->figure);
    return NAN;
}

static void fits_are_those_of_another_program(void **state)
{
    (void)state;
    size_t fits = 0;
    fixture *f = fixture_open();
    while (fixture_next(f)) {
        if (f->rounds == 0) continue;
        ts_arena *arena = ts_arena_new(0);
        ts_dawid_skene_options options = {f->smoothing, f->rounds, 0};
        ts_dawid_skene fit;
        assert_true(ts_dawid_skene_fit(&f->ratings, NULL, &options, arena, &fit, NULL));
        assert_int_equal(fit.rounds, f->rounds);
        for (size_t i = 0; i < f->expected_count; i++)
            assert_near(found(&fit, &f->expected[i]), f->expected[i].value, 1e-9);
        ts_arena_free(arena);
        fits++;
    }
    fixture_close(f);
    assert_int_equal(fits, 2);
}

/* Table 2 of the article: the prior, and the first observer's way to err. */
static void the_article_says_the_same(void **state)
{
    (void)state;
    const double prior[] = {0.40, 0.42, 0.11, 0.07};
    const double first[] = {0.89, 0.11, 0, 0, 0.07, 0.88, 0.05, 0, 0, 0.34, 0.66, 0, 0, 0, 0.56, 0.44};
    ts_arena *arena = ts_arena_new(0);
    ts_dawid_skene_options options = {0, 1000, 1e-10};
    ts_dawid_skene fit;
    fixture *f = fixture_open();
    do assert_true(fixture_next(f));
    while (strcmp(f->name, "dawid-skene-1979") != 0);
    assert_true(ts_dawid_skene_fit(&f->ratings, NULL, &options, arena, &fit, NULL));
    assert_true(fit.converged);
    for (size_t k = 0; k < 4; k++) assert_near(fit.prior[k], prior[k], 0.0051);
    for (size_t cell = 0; cell < 16; cell++) assert_near(fit.confusion[cell], first[cell], 0.0051);
    fixture_close(f);
    ts_arena_free(arena);
}

/* ---- made people --------------------------------------------------------------------------------- */

enum { people = 5, kinds = 3, most_items = 4000 };

/* Of what they say of each truth; the last guesses. */
static const double ways[people][kinds][kinds] = {
    {{0.95, 0.03, 0.02}, {0.05, 0.90, 0.05}, {0.02, 0.08, 0.90}},
    {{0.80, 0.10, 0.10}, {0.10, 0.80, 0.10}, {0.10, 0.10, 0.80}},
    {{0.85, 0.15, 0.00}, {0.30, 0.65, 0.05}, {0.00, 0.10, 0.90}},
    {{0.70, 0.15, 0.15}, {0.15, 0.70, 0.15}, {0.05, 0.25, 0.70}},
    {{0.40, 0.30, 0.30}, {0.30, 0.40, 0.30}, {0.30, 0.30, 0.40}},
};
static const double shares[kinds] = {0.5, 0.3, 0.2};

static uint32_t one_of(const double *chances, uint64_t *state)
{
    double p = (double)(ts_sample_next(state) >> 11) * 0x1p-53;
    uint32_t k = 0;
    while (k + 1 < kinds && p >= chances[k]) p -= chances[k++];
    return k;
}

static ts_ratings make_ratings(ts_rating *list, uint32_t *truth, uint32_t items, uint64_t *state)
{
    size_t n = 0;
    for (uint32_t i = 0; i < items; i++) {
        truth[i] = one_of(shares, state);
        for (uint32_t r = 0; r < people; r++) list[n++] = (ts_rating){i, r, one_of(ways[r][truth[i]], state)};
    }
    return (ts_ratings){list, n, items, people, kinds};
}

static double true_accuracy(size_t rater)
{
    double sum = 0;
    for (size_t k = 0; k < kinds; k++) sum += shares[k] * ways[rater][k][k];
    return sum;
}

static size_t right_ones(const double *posterior, const uint32_t *truth, size_t items)
{
    size_t right = 0;
    for (size_t i = 0; i < items; i++) {
        const double *p = posterior + i * kinds;
        uint32_t best = p[1] > p[0];
        right += truth[i] == (p[2] > p[best] ? 2 : best);
    }
    return right;
}

static size_t right_votes(const ts_ratings *ratings, const uint32_t *truth)
{
    static ts_vote votes[most_items];
    size_t right = 0;
    assert_true(ts_majority(ratings, votes, NULL));
    for (size_t i = 0; i < ratings->items; i++) right += votes[i].value == truth[i];
    return right;
}

static void error_rates_are_recovered(void **state)
{
    (void)state;
    static ts_rating list[most_items * people];
    static uint32_t truth[most_items];
    uint64_t seed = 3;
    ts_arena *arena = ts_arena_new(0);
    ts_dawid_skene fit, again;
    ts_ratings r = make_ratings(list, truth, most_items, &seed);
    assert_true(ts_dawid_skene_fit(&r, NULL, NULL, arena, &fit, NULL));
    assert_true(ts_dawid_skene_fit(&r, NULL, NULL, arena, &again, NULL));
    assert_memory_equal(fit.posterior, again.posterior, most_items * kinds * sizeof(double));
    assert_true(fit.converged);
    for (size_t k = 0; k < kinds; k++) assert_near(fit.prior[k], shares[k], 0.03);
    for (size_t i = 0; i < people * kinds * kinds; i++)
        assert_near(fit.confusion[i], ((const double *)ways)[i], 0.06);
    for (size_t p = 0; p < people; p++) assert_near(ts_dawid_skene_accuracy(&fit, p), true_accuracy(p), 0.03);
    size_t right = right_ones(fit.posterior, truth, most_items), votes = right_votes(&r, truth);
    print_message("# right of %d: %zu by the model, %zu by majority\n", most_items, right, votes);
    assert_true(right > votes + most_items / 50);
    ts_arena_free(arena);
}

/* 90 % intervals of 60 x 5 accuracies; those of one table hang together a little. */
static void intervals_hold_the_truth_as_often_as_they_say(void **state)
{
    (void)state;
    static ts_rating list[200 * people];
    static uint32_t truth[200];
    const ts_dawid_skene_options options = {0.01, 200, 1e-4};
    uint64_t seed = 21;
    int held = 0;
    for (uint64_t k = 0; k < 60; k++) {
        ts_arena *arena = ts_arena_new(0);
        ts_dawid_skene fit;
        ts_interval found[people];
        ts_ratings r = make_ratings(list, truth, 200, &seed);
        assert_true(ts_dawid_skene_fit(&r, NULL, &options, arena, &fit, NULL));
        assert_true(ts_dawid_skene_intervals(&r, NULL, &options, &fit, 60, k, found, NULL));
        for (size_t p = 0; p < people; p++)
            held += found[p].low <= true_accuracy(p) && true_accuracy(p) <= found[p].high;
        ts_arena_free(arena);
    }
    print_message("# intervals hold the true accuracy in %d of 300\n", held);
    assert_in_range(held, 250, 288);
}

/* ---- edges --------------------------------------------------------------------------------------- */

/* Three who always say 1 against one who knows: gold turns the model round. */
static void known_truths_overrule_a_wrong_crowd(void **state)
{
    (void)state;
    ts_rating list[80];
    uint32_t truth[20];
    for (uint32_t i = 0; i < 20; i++) {
        truth[i] = i < 10 ? i % 2 : TS_TRUTH_UNKNOWN;
        for (uint32_t r = 0; r < 4; r++) list[4 * i + r] = (ts_rating){i, r, r == 3 ? i % 2 : 1};
    }
    ts_ratings r = {list, 80, 20, 4, 2};
    ts_arena *arena = ts_arena_new(0);
    ts_dawid_skene fit;
    ts_interval found[4];
    assert_true(ts_dawid_skene_fit(&r, truth, NULL, arena, &fit, NULL));
    for (size_t i = 0; i < 20; i++) assert_true(fit.posterior[i * 2 + i % 2] > 0.9);
    for (size_t i = 0; i < 10; i++) assert_near(fit.posterior[i * 2 + i % 2], 1, 0);
    assert_true(ts_dawid_skene_accuracy(&fit, 3) > 0.99);
    assert_near(ts_dawid_skene_accuracy(&fit, 0), 0.5, 0.01);
    assert_true(ts_dawid_skene_intervals(&r, truth, NULL, &fit, 30, 1, found, NULL));
    assert_true(found[3].low > 0.9 && found[0].low < 0.5 && found[0].high > 0.5);
    ts_arena_free(arena);
}

/* With every truth known one round is enough, and confusions are plain counts, whatever the votes were. */
static void known_truths_begin_the_climb(void **state)
{
    (void)state;
    const ts_rating list[] = {{0, 0, 1}, {0, 1, 1}, {1, 0, 0}, {1, 1, 1},
                              {2, 0, 1}, {2, 1, 1}, {3, 0, 1}, {3, 1, 0}};
    const ts_ratings r = {list, 8, 4, 2, 2};
    const uint32_t truth[] = {0, 0, 0, 1};
    const double confusion[] = {1.0 / 3, 2.0 / 3, 0, 1, 0, 1, 1, 0};
    const ts_dawid_skene_options once = {0, 1, 0};
    ts_arena *arena = ts_arena_new(0);
    ts_dawid_skene fit;
    assert_true(ts_dawid_skene_fit(&r, truth, &once, arena, &fit, NULL));
    assert_true(fit.converged);
    assert_near(fit.prior[0], 0.75, 1e-15);
    for (size_t cell = 0; cell < 8; cell++) assert_near(fit.confusion[cell], confusion[cell], 1e-15);
    assert_near(fit.log_likelihood, 3 * log(0.75) + log(0.25) + 2 * log(2.0 / 3) + log(1.0 / 3), 1e-12);
    ts_arena_free(arena);
}

/* An item and a rater of whom nothing is known, and nothing at all. */
static void where_nothing_was_said(void **state)
{
    (void)state;
    const ts_rating list[] = {{0, 0, 1}, {0, 1, 1}, {2, 0, 0}, {2, 1, 0}, {3, 0, 1}, {3, 1, 1}};
    const ts_ratings r = {list, 6, 5, 3, 2}, none = {NULL, 0, 2, 1, 2}, nothing = {NULL, 0, 0, 0, 0};
    const ts_dawid_skene_options plain = {0, 100, 1e-10};
    ts_arena *arena = ts_arena_new(0);
    ts_dawid_skene fit;
    ts_interval found[3];
    assert_true(ts_dawid_skene_fit(&r, NULL, &plain, arena, &fit, NULL));
    assert_near(fit.prior[1], 2.0 / 3, 1e-12);
    for (size_t i = 1; i < 5; i += 3) assert_near(fit.posterior[i * 2 + 1], fit.prior[1], 1e-12);
    for (size_t cell = 0; cell < 4; cell++) assert_near(fit.confusion[8 + cell], 0.5, 0);
    assert_true(ts_dawid_skene_intervals(&r, NULL, &plain, &fit, 20, 1, found, NULL));
    assert_true(isnan(found[2].low) && isnan(found[2].high));
    assert_true(ts_dawid_skene_fit(&none, NULL, NULL, arena, &fit, NULL));
    for (size_t i = 0; i < 4; i++) assert_near(fit.posterior[i], 0.5, 1e-15);
    assert_true(ts_dawid_skene_fit(&nothing, NULL, NULL, arena, &fit, NULL));
    assert_true(fit.converged);
    ts_arena_free(arena);
}

/* 500 ratings of one item by people who are hardly better than guessing: products would be 0. */
static void many_ratings_of_one_item(void **state)
{
    (void)state;
    static ts_rating list[2 * 2000];
    for (uint32_t i = 0; i < 2 * 2000; i++)
        list[i] = (ts_rating){i / 2000, i % 2000 % 7, (i * 7 / 10) % 2 ? i / 2000 : i % 2};
    const ts_ratings r = {list, 2 * 2000, 2, 7, 2};
    ts_arena *arena = ts_arena_new(0);
    ts_dawid_skene fit;
    assert_true(ts_dawid_skene_fit(&r, NULL, NULL, arena, &fit, NULL));
    assert_true(isfinite(fit.log_likelihood) && fit.log_likelihood < -745);
    for (size_t i = 0; i < 2; i++) assert_near(fit.posterior[2 * i] + fit.posterior[2 * i + 1], 1, 1e-12);
    ts_arena_free(arena);
}

static void senseless_wishes_are_refused(void **state)
{
    (void)state;
    const ts_rating list[] = {{0, 0, 1}};
    const ts_ratings r = {list, 1, 1, 1, 2}, huge = {NULL, 0, 1, UINT32_MAX, UINT32_MAX};
    const ts_dawid_skene_options wrong[] = {{-1, 10, 0}, {NAN, 10, 0}, {0, 0, 0}, {0, 10, -1}, {0, 10, NAN}};
    ts_arena *arena = ts_arena_new(0);
    ts_dawid_skene fit;
    ts_error err = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        err = (ts_error){0};
        assert_false(ts_dawid_skene_fit(&r, NULL, &wrong[i], arena, &fit, &err));
        assert_int_equal(err.code, TS_USAGE);
    }
    err = (ts_error){0};
    assert_false(ts_dawid_skene_fit(&r, &(uint32_t){2}, NULL, arena, &fit, &err));
    assert_int_equal(err.code, TS_USAGE);
    err = (ts_error){0};
    assert_false(ts_dawid_skene_fit(&huge, NULL, NULL, arena, &fit, &err));
    assert_int_equal(err.code, TS_NO_MEMORY);
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_are_those_of_another_program),
        cmocka_unit_test(the_article_says_the_same),
        cmocka_unit_test(error_rates_are_recovered),
        cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
        cmocka_unit_test(known_truths_overrule_a_wrong_crowd),
        cmocka_unit_test(known_truths_begin_the_climb),
        cmocka_unit_test(where_nothing_was_said),
        cmocka_unit_test(many_ratings_of_one_item),
        cmocka_unit_test(senseless_wishes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
