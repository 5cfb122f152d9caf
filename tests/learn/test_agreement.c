/* learn: agreement beside statsmodels, krippendorff, nltk, scikit-learn and scipy (agreement.tsv, which
 * agreement_reference.py made), and by hand. */
#include "learn/agreement.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "made.h"

static double linear(uint32_t a, uint32_t b, void *context)
{
    (void)context;
    return fabs((double)a - (double)b);
}

static double interval(uint32_t a, uint32_t b, void *context)
{
    return linear(a, b, context) * linear(a, b, context);
}

static double ratio(uint32_t a, uint32_t b, void *context)
{
    double share = a + b ? linear(a, b, context) / (double)(a + b) : 0;
    return share * share;
}

static const struct {
    const char *figure;
    ts_distance distance;
} alphas[] = {
    {"alpha_nominal", ts_distance_nominal},
    {"alpha_interval", interval},
    {"alpha_ratio", ratio},
    {"alpha_masi", ts_distance_masi},
    {"alpha_jaccard", ts_distance_jaccard},
    {"alpha_lineage", ts_distance_lineage},
};

static double alpha_of(const fixture *f, ts_distance distance)
{
    ts_coefficient c;
    assert_true(ts_krippendorff_alpha(&f->ratings, distance, (void *)&f->sets, &c, NULL));
    return c.value;
}

static double cohen_of(const fixture *f, const expectation *e, ts_distance distance)
{
    ts_coefficient c;
    assert_true(ts_cohen_kappa(&f->ratings, e->a, e->b, distance, NULL, &c, NULL));
    return c.value;
}

static double fleiss_of(const fixture *f)
{
    ts_coefficient c;
    assert_true(ts_fleiss_kappa(&f->ratings, &c, NULL));
    return c.value;
}

static double percent_of(const fixture *f)
{
    double share = 0;
    assert_true(ts_percent_agreement(&f->ratings, &share, NULL));
    return share;
}

/* NAN for a figure that another test looks at. */
static double found(const fixture *f, const expectation *e)
{
    for (size_t i = 0; i < sizeof alphas / sizeof *alphas; i++)
        if (strcmp(e->figure, alphas[i].figure) == 0) return alpha_of(f, alphas[i].distance);
    if (strcmp(e->figure, "cohen") == 0) return cohen_of(f, e, ts_distance_nominal);
    if (strcmp(e->figure, "cohen_linear") == 0) return cohen_of(f, e, linear);
    if (strcmp(e->figure, "fleiss") == 0) return fleiss_of(f);
    if (strcmp(e->figure, "percent") == 0) return percent_of(f);
    if (strcmp(e->figure, "masi") == 0) return ts_distance_masi(e->a, e->b, (void *)&f->sets);
    if (strcmp(e->figure, "lineage") == 0) return ts_distance_lineage(e->a, e->b, (void *)&f->sets);
    return NAN;
}

static void figures_are_those_of_others(void **state)
{
    (void)state;
    size_t compared = 0;
    fixture *f = fixture_open();
    while (fixture_next(f))
        for (size_t i = 0; i < f->expected_count; i++) {
            double value = found(f, &f->expected[i]);
            if (isnan(value)) continue;
            assert_near(value, f->expected[i].value, 1e-9);
            compared++;
        }
    fixture_close(f);
    assert_true(compared > 150);
}

/* As printed in the articles. */
static void published_figures(void **state)
{
    (void)state;
    fixture *f = fixture_open();
    while (fixture_next(f)) {
        if (strcmp(f->name, "krippendorff-2011") == 0)
            assert_near(alpha_of(f, ts_distance_nominal), 0.743, 5e-4);
        if (strcmp(f->name, "krippendorff-2011") == 0) assert_near(alpha_of(f, interval), 0.849, 5e-4);
        if (strcmp(f->name, "krippendorff-2011") == 0) assert_near(alpha_of(f, ratio), 0.797, 5e-4);
        if (strcmp(f->name, "fleiss-1971") == 0) assert_near(fleiss_of(f), 0.430, 5e-4);
        if (strcmp(f->name, "artstein-poesio-2008") == 0) assert_near(percent_of(f), 0.88, 5e-4);
    }
    fixture_close(f);
}

/* ---- by hand ------------------------------------------------------------------------------------- */

static void ratings_out_of_bounds_are_refused(void **state)
{
    (void)state;
    const ts_rating wrong[][2] = {
        {{0, 0, 0}, {2, 0, 0}}, {{0, 0, 0}, {0, 2, 0}}, {{0, 0, 0}, {0, 0, 2}}, {{1, 0, 0}, {0, 0, 0}}};
    ts_coefficient c;
    ts_interval i;
    ts_vote votes[2];
    double share = 0;
    for (size_t k = 0; k < 4; k++) {
        ts_ratings r = {wrong[k], 2, 2, 2, 2};
        ts_error err = {0};
        assert_false(ts_ratings_check(&r, &err));
        assert_int_equal(err.code, TS_USAGE);
        assert_false(ts_percent_agreement(&r, &share, NULL));
        assert_false(ts_cohen_kappa(&r, 0, 1, ts_distance_nominal, NULL, &c, NULL));
        assert_false(ts_fleiss_kappa(&r, &c, NULL));
        assert_false(ts_krippendorff_alpha(&r, ts_distance_nominal, NULL, &c, NULL));
        assert_false(ts_krippendorff_interval(&r, ts_distance_nominal, NULL, 10, 1, &i, NULL));
        assert_false(ts_majority(&r, votes, NULL));
    }
}

static void what_says_nothing_is_nan(void **state)
{
    (void)state;
    const ts_rating same[] = {{0, 0, 1}, {0, 1, 1}, {0, 2, 1}, {1, 0, 1}, {1, 1, 1}, {1, 2, 1}};
    const ts_ratings tables[] = {{NULL, 0, 0, 0, 0}, {same, 1, 2, 3, 2}, {same, 6, 2, 3, 2}};
    for (size_t k = 0; k < 3; k++) {
        ts_coefficient c;
        ts_interval i;
        assert_true(ts_krippendorff_alpha(&tables[k], ts_distance_nominal, NULL, &c, NULL));
        assert_true(isnan(c.value));
        assert_true(ts_fleiss_kappa(&tables[k], &c, NULL));
        assert_true(isnan(c.value));
        assert_true(ts_cohen_kappa(&tables[k], 0, 1, ts_distance_nominal, NULL, &c, NULL));
        assert_true(isnan(c.value));
        assert_true(ts_krippendorff_interval(&tables[k], ts_distance_nominal, NULL, 20, 1, &i, NULL));
        assert_true(isnan(i.low) && isnan(i.high));
    }
    double share = 0;
    assert_true(ts_percent_agreement(&tables[0], &share, NULL));
    assert_true(isnan(share));
    assert_true(ts_percent_agreement(&tables[2], &share, NULL));
    assert_near(share, 1, 0);
}

/* Items with 2 and 3 ratings: pairs apart 0 and 2/3; habits of the two items (1, 0) and (1/3, 2/3), by mean
 * (2/3, 1/3). */
static void unequal_items_weigh_the_same_for_fleiss(void **state)
{
    (void)state;
    const ts_rating list[] = {{0, 0, 0}, {0, 1, 0}, {1, 0, 0}, {1, 1, 1}, {1, 2, 1}, {2, 0, 1}};
    const ts_ratings r = {list, 6, 3, 3, 2};
    ts_coefficient c;
    assert_true(ts_fleiss_kappa(&r, &c, NULL));
    assert_near(c.observed, 1.0 / 3, 1e-15);
    assert_near(c.expected, 4.0 / 9, 1e-15);
    assert_near(c.value, 0.25, 1e-14);
    assert_int_equal(c.items, 2);
    assert_int_equal(c.ratings, 5);
}

static void sets_that_are_empty(void **state)
{
    (void)state;
    const uint32_t tags[] = {3, 5};
    const size_t starts[] = {0, 0, 0, 2};
    ts_sets sets = {tags, starts};
    ts_distance distances[] = {ts_distance_masi, ts_distance_jaccard, ts_distance_lineage};
    for (size_t i = 0; i < 3; i++) {
        assert_near(distances[i](0, 1, &sets), 0, 0);
        assert_near(distances[i](0, 2, &sets), 1, 0);
        assert_near(distances[i](2, 0, &sets), 1, 0);
        assert_near(distances[i](2, 2, &sets), 0, 0);
    }
}

static void votes_and_ties(void **state)
{
    (void)state;
    const ts_rating list[] = {{0, 0, 2}, {0, 1, 1}, {0, 2, 2}, {1, 0, 2}, {1, 1, 1},
                              {1, 2, 3}, {3, 0, 3}, {3, 1, 0}, {3, 2, 3}, {3, 3, 0}};
    const ts_ratings r = {list, 10, 5, 4, 4};
    const ts_vote right[] = {{2, 1, 2, 3}, {1, 3, 1, 3}, {0, 0, 0, 0}, {0, 2, 2, 4}, {0, 0, 0, 0}};
    ts_vote votes[5];
    assert_true(ts_majority(&r, votes, NULL));
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(votes[i].value, right[i].value);
        assert_int_equal(votes[i].tied, right[i].tied);
        assert_int_equal(votes[i].votes, right[i].votes);
        assert_int_equal(votes[i].ratings, right[i].ratings);
    }
}

/* ---- how far off ----------------------------------------------------------------------------------- */

enum { people = 4, kinds = 3, most_items = 8000 };

/* Each says the truth with 0.7, else a value at random: alpha is 0.7 squared of an endless table. */
static ts_ratings make_ratings(ts_rating *list, uint32_t items, uint64_t *state)
{
    size_t n = 0;
    for (uint32_t i = 0; i < items; i++) {
        uint32_t truth = (uint32_t)(made_random(state) * kinds);
        for (uint32_t r = 0; r < people; r++) {
            double sure = made_random(state), guess = made_random(state);
            list[n++] = (ts_rating){i, r, sure < 0.7 ? truth : (uint32_t)(guess * kinds)};
        }
    }
    return (ts_ratings){list, n, items, people, kinds};
}

static void alpha_finds_the_truth(void **state)
{
    (void)state;
    static ts_rating list[most_items * people];
    uint64_t seed = 5;
    ts_ratings r = make_ratings(list, most_items, &seed);
    ts_coefficient c;
    assert_true(ts_krippendorff_alpha(&r, ts_distance_nominal, NULL, &c, NULL));
    assert_near(c.value, 0.49, 0.02);
}

/* 90 % intervals hold the true value in about 90 of 100 cases; 200 cases: 0.9 +- 0.064 is three
 * deviations. */
static void intervals_of_alpha_hold_it_as_often_as_they_say(void **state)
{
    (void)state;
    static ts_rating list[60 * people];
    uint64_t seed = 11;
    int held = 0;
    for (uint64_t k = 0; k < 200; k++) {
        ts_interval i, again;
        ts_ratings r = make_ratings(list, 60, &seed);
        assert_true(ts_krippendorff_interval(&r, ts_distance_nominal, NULL, 200, k, &i, NULL));
        assert_true(ts_krippendorff_interval(&r, ts_distance_nominal, NULL, 200, k, &again, NULL));
        assert_memory_equal(&i, &again, sizeof i);
        held += i.low <= 0.49 && 0.49 <= i.high;
    }
    print_message("# alpha's intervals hold it in %d of 200\n", held);
    assert_in_range(held, 167, 193);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_others),
        cmocka_unit_test(published_figures),
        cmocka_unit_test(ratings_out_of_bounds_are_refused),
        cmocka_unit_test(what_says_nothing_is_nan),
        cmocka_unit_test(unequal_items_weigh_the_same_for_fleiss),
        cmocka_unit_test(sets_that_are_empty),
        cmocka_unit_test(votes_and_ties),
        cmocka_unit_test(alpha_finds_the_truth),
        cmocka_unit_test(intervals_of_alpha_hold_it_as_often_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
