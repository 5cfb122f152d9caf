/* learn: boxes matched as scipy's linear_sum_assignment has it (agreement.tsv), and by hand. */
#include "learn/boxes.h"

#include <string.h>

#include "fixture.h"
#include "made.h"

static void overlaps_of_boxes(void **state)
{
    (void)state;
    const ts_marked_box a = {0, 0, 4, 4, 0}, b = {2, 2, 4, 4, 0}, inside = {1, 1, 2, 2, 0},
                        beside = {4, 0, 4, 4, 0};
    const ts_marked_box empty = {1, 1, 0, 5, 0}, negative = {3, 3, -2, -2, 0};
    assert_near(ts_boxes_overlap(&a, &b), 4.0 / 28, 1e-15);
    assert_near(ts_boxes_overlap(&b, &a), 4.0 / 28, 1e-15);
    assert_near(ts_boxes_overlap(&a, &inside), 0.25, 1e-15);
    assert_near(ts_boxes_overlap(&a, &a), 1, 0);
    assert_near(ts_boxes_overlap(&a, &beside), 0, 0);
    assert_near(ts_boxes_overlap(&a, &empty), 0, 0);
    assert_near(ts_boxes_overlap(&empty, &empty), 0, 0);
    assert_near(ts_boxes_overlap(&negative, &a), 0, 0);
}

/* Pairs name boxes of one class that overlap enough, none twice, in order. */
static void assert_sound(const fixture *f, const ts_box_pair *pairs, const ts_box_agreement *found)
{
    bool taken[fixture_boxes] = {0};
    assert_int_equal(found->first_alone, f->first_count - found->pairs);
    assert_int_equal(found->second_alone, f->second_count - found->pairs);
    for (size_t i = 0; i < found->pairs; i++) {
        const ts_marked_box *a = &f->first[pairs[i].first], *b = &f->second[pairs[i].second];
        assert_true(i == 0 || pairs[i].first > pairs[i - 1].first);
        assert_false(taken[pairs[i].second]);
        taken[pairs[i].second] = true;
        assert_int_equal(a->class, b->class);
        assert_true(pairs[i].overlap >= f->least);
        assert_near(pairs[i].overlap, ts_boxes_overlap(a, b), 0);
    }
}

static void assert_as_expected(const fixture *f, const ts_box_agreement *found)
{
    for (size_t i = 0; i < f->expected_count; i++) {
        const expectation *e = &f->expected[i];
        double sum = found->pairs ? found->overlap * (double)found->pairs : 0;
        if (strcmp(e->figure, "pairs") == 0) assert_int_equal(found->pairs, (size_t)e->value);
        if (strcmp(e->figure, "overlaps") == 0) assert_near(sum, e->value, 1e-9);
        if (strcmp(e->figure, "f1") == 0) assert_near(found->f1, e->value, 1e-12);
    }
}

static void the_best_match_is_scipys(void **state)
{
    (void)state;
    size_t compared = 0;
    fixture *f = fixture_open();
    while (fixture_next(f)) {
        ts_box_pair pairs[fixture_boxes];
        ts_box_agreement best, greedy;
        if (f->first_count == 0) continue;
        assert_true(ts_boxes_match(f->first, f->first_count, f->second, f->second_count, f->least,
                                   TS_MATCH_OPTIMAL, pairs, &best, NULL));
        assert_sound(f, pairs, &best);
        assert_as_expected(f, &best);
        assert_true(ts_boxes_match(f->first, f->first_count, f->second, f->second_count, f->least,
                                   TS_MATCH_GREEDY, pairs, &greedy, NULL));
        assert_sound(f, pairs, &greedy);
        assert_true(greedy.pairs <= best.pairs && 2 * greedy.pairs >= best.pairs);
        compared++;
    }
    fixture_close(f);
    assert_int_equal(compared, 5);
}

/* The middle box overlaps both others' most, and either of them can have only it. */
static void greed_may_cost_a_pair(void **state)
{
    (void)state;
    const ts_marked_box mine[] = {{0, 0, 10, 1, 0}, {3, 0, 10, 1, 0}};
    const ts_marked_box yours[] = {{2, 0, 10, 1, 0}, {9, 0, 10, 1, 0}};
    ts_box_pair pairs[2];
    ts_box_agreement found;
    assert_true(ts_boxes_match(mine, 2, yours, 2, 0.2, TS_MATCH_GREEDY, pairs, &found, NULL));
    assert_int_equal(found.pairs, 1);
    assert_int_equal(pairs[0].first, 1);
    assert_int_equal(pairs[0].second, 0);
    assert_near(found.f1, 0.5, 1e-15);
    assert_true(ts_boxes_match(mine, 2, yours, 2, 0.2, TS_MATCH_OPTIMAL, pairs, &found, NULL));
    assert_int_equal(found.pairs, 2);
    assert_int_equal(pairs[0].second, 0);
    assert_int_equal(pairs[1].second, 1);
    assert_near(found.f1, 1, 0);
}

/* Three equal boxes: the lowest numbers are taken, whichever list is the longer. */
static void equals_go_by_their_order(void **state)
{
    (void)state;
    const ts_marked_box same[] = {{0, 0, 1, 1, 0}, {0, 0, 1, 1, 0}, {0, 0, 1, 1, 0}};
    ts_box_pair pairs[3];
    ts_box_agreement found;
    for (size_t mine = 1; mine <= 3; mine++)
        for (size_t yours = 1; yours <= 3; yours++) {
            assert_true(ts_boxes_match(same, mine, same, yours, 1, TS_MATCH_GREEDY, pairs, &found, NULL));
            assert_int_equal(found.pairs, mine < yours ? mine : yours);
            for (size_t i = 0; i < found.pairs; i++) assert_true(pairs[i].first == i && pairs[i].second == i);
        }
}

static void no_boxes_and_other_classes(void **state)
{
    (void)state;
    const ts_marked_box cat = {0, 0, 5, 5, 1}, dog = {0, 0, 5, 5, 2};
    ts_box_pair pairs[1];
    ts_box_agreement found;
    for (ts_match_way way = TS_MATCH_GREEDY; way <= TS_MATCH_OPTIMAL; way++) {
        assert_true(ts_boxes_match(NULL, 0, NULL, 0, 0.5, way, pairs, &found, NULL));
        assert_near(found.f1, 1, 0);
        assert_true(isnan(found.overlap));
        assert_true(ts_boxes_match(&cat, 1, NULL, 0, 0.5, way, pairs, &found, NULL));
        assert_near(found.f1, 0, 0);
        assert_int_equal(found.first_alone, 1);
        assert_int_equal(found.second_alone, 0);
        assert_true(ts_boxes_match(&cat, 1, &dog, 1, 0.5, way, pairs, &found, NULL));
        assert_int_equal(found.pairs, 0);
        assert_int_equal(found.first_alone, 1);
        assert_int_equal(found.second_alone, 1);
    }
}

static void a_senseless_line_is_refused(void **state)
{
    (void)state;
    const ts_marked_box cat = {0, 0, 5, 5, 1};
    const double lines[] = {0, -1, 1.01, NAN};
    ts_box_pair pairs[1];
    ts_box_agreement found;
    for (size_t i = 0; i < 4; i++) {
        ts_error err = {0};
        assert_false(ts_boxes_match(&cat, 1, &cat, 1, lines[i], TS_MATCH_OPTIMAL, pairs, &found, &err));
        assert_int_equal(err.code, TS_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlaps_of_boxes),          cmocka_unit_test(the_best_match_is_scipys),
        cmocka_unit_test(greed_may_cost_a_pair),      cmocka_unit_test(equals_go_by_their_order),
        cmocka_unit_test(no_boxes_and_other_classes), cmocka_unit_test(a_senseless_line_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
