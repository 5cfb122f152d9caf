/* tests/catalog: what waits for a person: found by doubt, lent until a time, put off by one person, gone with its picture. */
#include <string.h>

#include "catalog/reviews.h"
#include "house.h"

static const ts_author model_author = {.kind = TS_AUTHOR_MODEL, .id = "default", .name = "default"};
static const ts_author ann = {.kind = TS_AUTHOR_PERSON, .id = "p1", .name = "Ann"};

typedef struct wish {
    int64_t picture, until;
    const char *key, *holder;
    double confidence;
    ts_ledger_state state;
    ts_ledger_action action;
    ts_arena *arena;
    ts_review_line line;
} wish;

CHANGE(tag, wish)
{
    ts_tag_input one = {
        .concept = in->key, .confidence = in->confidence, .state = in->state, .analyser = "x"};
    ts_tag_run_input run = {
        .author = model_author, .tags = &one, .count = 1, .analysers = &one.concept, .analyser_count = 1};
    ts_tag_diff diff;
    return ts_tags_record_run(txn, in->picture, &run, in->arena, &diff, err);
}

CHANGE(say, wish)
{
    ts_tag_edit one = {.action = in->action, .tag = {.concept = in->key}};
    ts_tag_diff diff;
    return ts_tags_edit(txn, in->picture, &one, 1, &ann, NULL, in->arena, &diff, err);
}

CHANGE(lease, wish)
{
    return ts_lease_take(txn, in->picture, in->key, in->holder, in->until, err);
}

CHANGE(sweep, wish)
{
    (void)in;
    return ts_lease_sweep(txn, err);
}

CHANGE(end_all, wish)
{
    return ts_lease_end_all(txn, in->holder, err);
}

CHANGE(note, wish)
{
    return ts_review_line_add(txn, &in->line, err);
}

CHANGE(take_back, wish)
{
    return ts_review_lines_undo(txn, in->line.reviewer, in->line.request, err);
}

CHANGE(delete, wish)
{
    return ts_pictures_delete(txn, in->picture, -1, err);
}

static int64_t tagged(house *h, unsigned number, const char *key, double confidence, ts_ledger_state state)
{
    wish w = {.picture = house_picture(h, number),
              .key = key,
              .confidence = confidence,
              .state = state,
              .arena = h->arena};
    house_write(h, tag, &w);
    return w.picture;
}

static size_t open_tags(house *h, const char *reviewer, const char *key, const ts_open_tag **tags)
{
    ts_open_ask ask = {.reviewer = reviewer, .key = key, .limit = 10};
    size_t count = 0;
    ts_error err = {0};
    ts_txn *txn = house_read(h);
    assert_true(ts_open_tags(txn, &ask, h->arena, tags, &count, &err));
    ts_catalog_read_end(txn);
    return count;
}

static void doubtful_first_and_sensitive_before(void **state)
{
    house *h = *state;
    const ts_open_tag *tags;
    int64_t sure = tagged(h, 1, "object/dog", 0.9, TS_LEDGER_SUGGESTED);
    int64_t doubtful = tagged(h, 2, "object/dog", 0.45, TS_LEDGER_SUGGESTED);
    int64_t other = tagged(h, 3, "object/cat", 0.6, TS_LEDGER_SUGGESTED);
    int64_t risky = tagged(h, 4, "safety/gore", 0.99, TS_LEDGER_ACCEPTED);
    (void)tagged(h, 5, "safety/safe", 0.99, TS_LEDGER_ACCEPTED);
    (void)tagged(h, 6, "object/dog", 0.99, TS_LEDGER_ACCEPTED);
    assert_int_equal(open_tags(h, "p1", NULL, &tags), 4);
    assert_int_equal(tags[0].picture, risky);
    assert_true(tags[0].sensitive && !tags[1].sensitive);
    assert_int_equal(tags[1].picture, doubtful);
    assert_int_equal(tags[2].picture, other);
    assert_int_equal(tags[3].picture, sure);
    assert_int_equal(open_tags(h, "p1", "object/dog", &tags), 2);
    assert_int_equal(tags[0].picture, doubtful);
    assert_int_equal(open_tags(h, "p1", "safety/gore", &tags), 1);
    wish w = {.picture = risky, .key = "safety/gore", .action = TS_LEDGER_ACCEPT, .arena = h->arena};
    house_write(h, say, &w);
    w = (wish){.picture = sure, .key = "object/dog", .action = TS_LEDGER_REJECT, .arena = h->arena};
    house_write(h, say, &w);
    assert_int_equal(open_tags(h, "p1", NULL, &tags), 2);
}

static void counted_by_key(void **state)
{
    house *h = *state;
    const ts_open_group *groups = NULL;
    size_t count = 0;
    int64_t n = 0;
    ts_error err = {0};
    for (unsigned i = 0; i < 5; i++) (void)tagged(h, i, "object/dog", 0.5, TS_LEDGER_SUGGESTED);
    for (unsigned i = 5; i < 8; i++) (void)tagged(h, i, "object/cat", 0.5, TS_LEDGER_SUGGESTED);
    (void)tagged(h, 8, "safety/gore", 0.9, TS_LEDGER_ACCEPTED);
    (void)tagged(h, 9, "safety/gore", 0.4, TS_LEDGER_SUGGESTED);
    ts_txn *txn = house_read(h);
    assert_true(ts_open_groups(txn, 0, h->arena, &groups, &count, &err));
    assert_true(ts_open_count(txn, "object/dog", 4, &n, &err));
    ts_catalog_read_end(txn);
    assert_int_equal(count, 3);
    assert_string_equal(groups[0].key, "object/dog");
    assert_int_equal(groups[0].waiting, 5);
    assert_string_equal(groups[2].key, "safety/gore");
    assert_int_equal(groups[2].waiting, 2);
    assert_string_equal(groups[2].facet, "safety");
    assert_true(groups[2].sensitive && !groups[0].sensitive);
    assert_int_equal(n, 4);
}

static void lent_until_a_time(void **state)
{
    house *h = *state;
    const ts_open_tag *tags;
    int64_t picture = tagged(h, 1, "object/dog", 0.5, TS_LEDGER_SUGGESTED);
    wish w = {.picture = picture, .key = "object/dog", .holder = "p1/a", .until = h->now + 1000};
    house_write(h, lease, &w);
    assert_int_equal(open_tags(h, "p2", NULL, &tags), 0);
    h->now += 1000;
    assert_int_equal(open_tags(h, "p2", NULL, &tags), 1);
    house_write(h, sweep, &w);
    w.until = h->now + 1000;
    house_write(h, lease, &w);
    assert_int_equal(open_tags(h, "p2", NULL, &tags), 0);
    house_write(h, end_all, &w);
    assert_int_equal(open_tags(h, "p2", NULL, &tags), 1);
}

static void put_off_by_one_person(void **state)
{
    house *h = *state;
    const ts_open_tag *tags;
    const ts_review_line *lines = NULL;
    size_t count = 0;
    ts_error err = {0};
    int64_t picture = tagged(h, 1, "object/dog", 0.5, TS_LEDGER_SUGGESTED);
    wish w = {.line = {.reviewer = "p1",
                       .request = "r1",
                       .picture = picture,
                       .key = "object/dog",
                       .answer = 3,
                       .batch = "",
                       .until = h->now + 1000}};
    house_write(h, note, &w);
    assert_int_equal(open_tags(h, "p1", NULL, &tags), 0);
    assert_int_equal(open_tags(h, "p2", NULL, &tags), 1);
    ts_review_figures figures;
    ts_txn *txn = house_read(h);
    assert_true(ts_review_count(txn, "p1", 0, &figures, &err));
    ts_catalog_read_end(txn);
    assert_true(figures.open == 1 && figures.skipped == 1 && figures.done == 0);
    house_write(h, take_back, &w);
    assert_int_equal(open_tags(h, "p1", NULL, &tags), 1);
    house_reopen(h);
    txn = house_read(h);
    assert_true(ts_review_lines_of(txn, "p1", "r1", h->arena, &lines, &count, &err));
    ts_catalog_read_end(txn);
    assert_int_equal(count, 1);
    assert_true(lines[0].undone > 0 && lines[0].picture == picture);
    house_refuses(h, note, &w, TS_CONFLICT); /* the same line of the same call twice */
}

static void gone_with_its_picture(void **state)
{
    house *h = *state;
    const ts_open_tag *tags;
    int64_t picture = tagged(h, 1, "object/dog", 0.5, TS_LEDGER_SUGGESTED);
    wish w = {
        .picture = picture,
        .key = "object/dog",
        .holder = "p1/a",
        .until = h->now + 1000,
        .line = {.reviewer = "p1", .request = "r1", .picture = picture, .key = "object/dog", .batch = ""}};
    house_write(h, lease, &w);
    house_write(h, note, &w);
    house_write(h, delete, &w);
    assert_int_equal(open_tags(h, "p2", NULL, &tags), 0);
    house_verify(h);
}

static int set_up(void **state)
{
    *state = house_open();
    return 0;
}

static int tear_down(void **state)
{
    house_close(*state);
    return 0;
}

#define HOUSE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(doubtful_first_and_sensitive_before),
        HOUSE_TEST(counted_by_key),
        HOUSE_TEST(lent_until_a_time),
        HOUSE_TEST(put_off_by_one_person),
        HOUSE_TEST(gone_with_its_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
