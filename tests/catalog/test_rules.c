/* tests/catalog: the rule book of the ledger, line by line, without a database. */
#include <string.h>

#include "catalog/ledger_rules.h"
#include "tests/support/support.h"

static ts_ledger_line line(ts_ledger_action action, ts_author_kind author, int64_t seq)
{
    return (ts_ledger_line){.seq = seq,
                            .picture = 1,
                            .key = "object/dog",
                            .concept = "object/dog",
                            .facet = "object",
                            .action = action,
                            .author = {.kind = author, .id = "x", .name = "X"},
                            .state = TS_LEDGER_SUGGESTED,
                            .confidence = 0.5,
                            .analyser = "classify",
                            .model = "m",
                            .version = "1",
                            .at = seq};
}

static ts_standing after(const ts_ledger_line *lines, size_t count)
{
    static ts_standing standings[32];
    ts_tag_fold(lines, count, standings);
    return standings[count - 1];
}

#define AFTER(...)                                                                                           \
    after((const ts_ledger_line[]){__VA_ARGS__},                                                             \
          sizeof((const ts_ledger_line[]){__VA_ARGS__}) / sizeof(ts_ledger_line))

static void machines_replace_machines(void **state)
{
    (void)state;
    ts_ledger_line second = line(TS_LEDGER_CHANGE, TS_AUTHOR_RULE, 2);
    second.confidence = 0.9;
    second.state = TS_LEDGER_ACCEPTED;
    ts_standing now = AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), second);
    assert_true(now.present);
    assert_int_equal(now.row.state, TS_LEDGER_ACCEPTED);
    assert_int_equal(now.row.seq, 2);
    assert_int_equal(now.row.evidence, 2);
    now = AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), line(TS_LEDGER_REMOVE, TS_AUTHOR_MODEL, 2));
    assert_false(now.present);
    assert_int_equal(now.row.seq, 2);
}

static void people_outrank_imports_outrank_machines(void **state)
{
    (void)state;
    ts_standing now =
        AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_IMPORT, 1), line(TS_LEDGER_CHANGE, TS_AUTHOR_MODEL, 2),
              line(TS_LEDGER_REMOVE, TS_AUTHOR_RULE, 3));
    assert_true(now.present);
    assert_int_equal(now.row.state, TS_LEDGER_ACCEPTED);
    assert_int_equal(now.row.seq, 1);
    now = AFTER(line(TS_LEDGER_ACCEPT, TS_AUTHOR_PERSON, 1), line(TS_LEDGER_REMOVE, TS_AUTHOR_IMPORT, 2));
    assert_int_equal(now.row.seq, 1);
}

static void accepting_keeps_the_evidence(void **state)
{
    (void)state;
    ts_standing now =
        AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), line(TS_LEDGER_ACCEPT, TS_AUTHOR_PERSON, 2));
    assert_int_equal(now.row.state, TS_LEDGER_ACCEPTED);
    assert_int_equal(now.row.evidence, 1);
    assert_int_equal(now.row.seq, 2);
    assert_int_equal(now.row.author.kind, TS_AUTHOR_PERSON);
}

/* Every way in which a machine or an import could bring a tag back. */
static void tombstones_hold(void **state)
{
    (void)state;
    static const ts_ledger_action burials[] = {TS_LEDGER_REJECT, TS_LEDGER_REMOVE};
    static const ts_ledger_action attempts[] = {TS_LEDGER_ADD,    TS_LEDGER_CHANGE, TS_LEDGER_ACCEPT,
                                                TS_LEDGER_REMOVE, TS_LEDGER_DROP,   TS_LEDGER_REJECT};
    for (size_t b = 0; b < 2; b++)
        for (size_t a = 0; a < sizeof attempts / sizeof attempts[0]; a++)
            for (int who = TS_AUTHOR_MODEL; who <= TS_AUTHOR_IMPORT; who++) {
                ts_standing now =
                    AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), line(burials[b], TS_AUTHOR_PERSON, 2),
                          line(attempts[a], (ts_author_kind)who, 3));
                assert_true(now.present);
                assert_int_equal(now.row.state, TS_LEDGER_REJECTED);
                assert_int_equal(now.row.action, burials[b]);
                assert_int_equal(now.row.seq, 2);
            }
}

static void people_lift_tombstones(void **state)
{
    (void)state;
    static const ts_ledger_action lifts[] = {TS_LEDGER_ADD, TS_LEDGER_ACCEPT};
    for (size_t i = 0; i < 2; i++) {
        ts_standing now =
            AFTER(line(TS_LEDGER_REJECT, TS_AUTHOR_PERSON, 1), line(lifts[i], TS_AUTHOR_PERSON, 2));
        assert_int_equal(now.row.state, TS_LEDGER_ACCEPTED);
    }
    ts_standing now =
        AFTER(line(TS_LEDGER_REJECT, TS_AUTHOR_PERSON, 1), line(TS_LEDGER_CHANGE, TS_AUTHOR_PERSON, 2));
    assert_int_equal(now.row.state, TS_LEDGER_REJECTED); /* a new label lifts nothing */
}

static void rejecting_what_is_not_there(void **state)
{
    (void)state;
    ts_standing now = AFTER(line(TS_LEDGER_REJECT, TS_AUTHOR_PERSON, 1));
    assert_true(now.present);
    assert_int_equal(now.row.state, TS_LEDGER_REJECTED);
    assert_false(AFTER(line(TS_LEDGER_REJECT, TS_AUTHOR_RULE, 1)).present);
    assert_false(AFTER(line(TS_LEDGER_REMOVE, TS_AUTHOR_PERSON, 1)).present);
    assert_int_equal(AFTER(line(TS_LEDGER_REMOVE, TS_AUTHOR_PERSON, 1)).row.seq, 0);
}

static void dropping_spares_people(void **state)
{
    (void)state;
    assert_false(
        AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_IMPORT, 1), line(TS_LEDGER_DROP, TS_AUTHOR_SYSTEM, 2)).present);
    assert_false(
        AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), line(TS_LEDGER_DROP, TS_AUTHOR_PERSON, 2)).present);
    assert_true(
        AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_PERSON, 1), line(TS_LEDGER_DROP, TS_AUTHOR_PERSON, 2)).present);
    /* and leaves no tombstone */
    assert_true(AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), line(TS_LEDGER_DROP, TS_AUTHOR_PERSON, 2),
                      line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 3))
                    .present);
}

static void restoring_gives_back_all(void **state)
{
    (void)state;
    ts_ledger_line restore = line(TS_LEDGER_RESTORE, TS_AUTHOR_PERSON, 3);
    restore.restores = 1;
    ts_standing now =
        AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), line(TS_LEDGER_REJECT, TS_AUTHOR_PERSON, 2), restore);
    assert_int_equal(now.row.seq, 1);
    assert_int_equal(now.row.author.kind, TS_AUTHOR_MODEL);
    assert_int_equal(now.row.state, TS_LEDGER_SUGGESTED);
    restore.restores = 0;
    assert_false(AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1), restore).present);
}

static void same_ignores_rank_and_time_only(void **state)
{
    (void)state;
    ts_standing a = AFTER(line(TS_LEDGER_ADD, TS_AUTHOR_MODEL, 1)), b = a;
    b.row.position = 9;
    b.row.seq = b.row.at = b.row.evidence = 7;
    assert_true(ts_standing_same(&a, &b));
    b.row.confidence = 0.5000001;
    assert_false(ts_standing_same(&a, &b));
    b = a;
    b.row.version = "2";
    assert_false(ts_standing_same(&a, &b));
    b = a;
    b.row.payload = "{}";
    assert_false(ts_standing_same(&a, &b));
    b = a;
    b.row.author.kind = TS_AUTHOR_PERSON;
    assert_false(ts_standing_same(&a, &b));
    b = a;
    b.row.label = "dog";
    assert_false(ts_standing_same(&a, &b));
    b = a;
    b.row.state = TS_LEDGER_ACCEPTED;
    assert_false(ts_standing_same(&a, &b));
    b.present = false;
    assert_false(ts_standing_same(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machines_replace_machines),
        cmocka_unit_test(people_outrank_imports_outrank_machines),
        cmocka_unit_test(accepting_keeps_the_evidence),
        cmocka_unit_test(tombstones_hold),
        cmocka_unit_test(people_lift_tombstones),
        cmocka_unit_test(rejecting_what_is_not_there),
        cmocka_unit_test(dropping_spares_people),
        cmocka_unit_test(restoring_gives_back_all),
        cmocka_unit_test(same_ignores_rank_and_time_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
