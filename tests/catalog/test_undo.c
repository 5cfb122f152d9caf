/* tests/catalog: undo of batches and lines, in steps, twice, after later changes; dropping a source. */
#include <string.h>

#include "house.h"

static const ts_author model_author = {.kind = TS_AUTHOR_MODEL, .id = "default", .name = "default"};
static const ts_author ann = {.kind = TS_AUTHOR_PERSON, .id = "p1", .name = "Ann"};

typedef struct wish {
    int64_t picture;
    ts_ledger_action action;
    const char *concept, *batch;
    ts_arena *arena;
    ts_tag_undo undo;
    ts_tag_undone undone;
    const ts_tag_source *source;
    size_t dropped;
    int64_t after, next;
} wish;

CHANGE(edit, wish)
{
    ts_tag_edit one = {.action = in->action, .tag = {.concept = in->concept}};
    ts_tag_diff diff;
    return ts_tags_edit(txn, in->picture, &one, 1, &ann, in->batch, in->arena, &diff, err);
}

CHANGE(tag, wish)
{
    ts_tag_input tags[] = {
        {.concept = "object/dog", .confidence = 0.5, .analyser = "classify", .model = "net", .version = "1"},
        {.concept = "object/cat", .confidence = 0.4, .analyser = "detect", .model = "other", .version = "1"},
    };
    ts_tag_run_input run = {.author = model_author, .tags = tags, .count = 2};
    ts_tag_diff diff;
    return ts_tags_record_run(txn, in->picture, &run, in->arena, &diff, err);
}

CHANGE(undo, wish)
{
    return ts_tags_undo(txn, &in->undo, &in->undone, err);
}

static void do_edit(house *h, int64_t picture, ts_ledger_action action, const char *concept,
                    const char *batch)
{
    wish w = {.picture = picture, .action = action, .concept = concept, .batch = batch, .arena = h->arena};
    house_write(h, edit, &w);
}

static ts_tag_undone do_undo(house *h, const char *batch, const char *new_batch)
{
    wish w = {.undo = {.batch = batch, .new_batch = new_batch, .author = &ann}};
    house_write(h, undo, &w);
    return w.undone;
}

static int64_t tagged(house *h, unsigned number)
{
    wish w = {.picture = house_picture(h, number), .arena = h->arena};
    house_write(h, tag, &w);
    return w.picture;
}

/* -1: not there. */
static int state_of(house *h, int64_t picture, const char *concept)
{
    ts_error err;
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_tags_list(txn, picture, true, true, h->arena, &rows, &count, &err), err);
    ts_catalog_read_end(txn);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].key, concept) == 0) return (int)rows[i].state;
    return -1;
}

static void gives_back_what_was(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = tagged(h, 1);
    do_edit(h, picture, TS_LEDGER_REJECT, "object/dog", "b1");
    do_edit(h, picture, TS_LEDGER_ADD, "object/kite", "b1");
    ts_tag_undone undone = do_undo(h, "b1", "u1");
    assert_int_equal(undone.undone, 2);
    assert_int_equal(undone.skipped, 0);
    assert_int_equal(undone.next, 0);
    assert_int_equal(state_of(h, picture, "object/dog"), TS_LEDGER_SUGGESTED);
    assert_int_equal(state_of(h, picture, "object/kite"), -1);
    /* A second time there is nothing left to take back. */
    undone = do_undo(h, "b1", NULL);
    assert_int_equal(undone.undone, 0);
    assert_int_equal(undone.skipped, 2);
    /* The undo itself can be undone. */
    undone = do_undo(h, "u1", NULL);
    assert_int_equal(undone.undone, 2);
    assert_int_equal(state_of(h, picture, "object/dog"), TS_LEDGER_REJECTED);
    assert_int_equal(state_of(h, picture, "object/kite"), TS_LEDGER_ACCEPTED);
    house_verify(h);
    house_close(h);
}

static void restored_tags_are_the_machines_again(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = tagged(h, 1);
    do_edit(h, picture, TS_LEDGER_REJECT, "object/dog", "b1");
    (void)do_undo(h, "b1", NULL);
    ts_tag_run_input nothing_seen = {.author = model_author};
    ts_tag_diff diff;
    ts_error err;
    ts_txn *txn = house_read(h);
    assert_works(ts_tags_plan_run(txn, picture, &nothing_seen, h->arena, &diff, &err), err);
    ts_catalog_read_end(txn);
    assert_int_equal(diff.removed, 2);
    house_close(h);
}

static void later_changes_are_respected(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = tagged(h, 1);
    do_edit(h, picture, TS_LEDGER_REJECT, "object/dog", "b1");
    do_edit(h, picture, TS_LEDGER_REJECT, "object/cat", "b1");
    do_edit(h, picture, TS_LEDGER_ACCEPT, "object/dog", "b2");
    ts_tag_undone undone = do_undo(h, "b1", NULL);
    assert_int_equal(undone.undone, 1);
    assert_int_equal(undone.skipped, 1);
    assert_int_equal(state_of(h, picture, "object/dog"), TS_LEDGER_ACCEPTED);
    assert_int_equal(state_of(h, picture, "object/cat"), TS_LEDGER_SUGGESTED);
    house_verify(h);
    house_close(h);
}

static void batches_unwind_newest_first(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = tagged(h, 1);
    do_edit(h, picture, TS_LEDGER_ACCEPT, "object/dog", "b1");
    do_edit(h, picture, TS_LEDGER_REJECT, "object/dog", "b2");
    do_edit(h, picture, TS_LEDGER_ADD, "object/dog", "b3");
    static const char *const batches[] = {"b3", "b2", "b1"};
    static const int states[] = {TS_LEDGER_REJECTED, TS_LEDGER_ACCEPTED, TS_LEDGER_SUGGESTED};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(do_undo(h, batches[i], NULL).undone, 1);
        assert_int_equal(state_of(h, picture, "object/dog"), states[i]);
    }
    house_verify(h);
    house_close(h);
}

typedef struct told {
    size_t count;
    int64_t refused; /* picture */
} told;

static bool note_touched(void *context, ts_txn *txn, int64_t picture, ts_error *err)
{
    told *t = context;
    (void)txn;
    t->count++;
    return picture != t->refused || ts_fail(err, TS_REFUSED, "not this one");
}

static void tells_which_pictures_changed(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 1; i <= 3; i++) {
        int64_t picture = tagged(h, i);
        do_edit(h, picture, TS_LEDGER_REJECT, "object/dog", "b1");
        do_edit(h, picture, TS_LEDGER_REJECT, "object/cat", "b1");
    }
    do_edit(h, 2, TS_LEDGER_ACCEPT, "object/dog", NULL);
    do_edit(h, 2, TS_LEDGER_ACCEPT, "object/cat", NULL); /* changed since: left alone */
    told t = {.refused = 3};
    wish w = {.undo = {.batch = "b1", .author = &ann, .touched = note_touched, .context = &t}};
    house_refuses(h, undo, &w, TS_REFUSED);
    assert_int_equal(state_of(h, 1, "object/dog"), TS_LEDGER_REJECTED);
    t = (told){0};
    house_write(h, undo, &w);
    assert_int_equal(t.count, 2);
    assert_int_equal(state_of(h, 1, "object/dog"), TS_LEDGER_SUGGESTED);
    assert_int_equal(state_of(h, 2, "object/dog"), TS_LEDGER_ACCEPTED);
    house_verify(h);
    house_close(h);
}

static void goes_in_steps(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 1; i <= 7; i++) {
        int64_t picture = tagged(h, i);
        do_edit(h, picture, TS_LEDGER_REJECT, "object/dog", "b1");
        do_edit(h, picture, TS_LEDGER_REJECT, "object/cat", "b1");
    }
    wish w = {.undo = {.batch = "b1", .author = &ann, .limit = 3}};
    size_t undone = 0, calls = 0;
    do {
        house_write(h, undo, &w);
        undone += w.undone.undone;
        w.undo.after = w.undone.next;
        calls++;
    } while (w.undone.next != 0);
    assert_int_equal(undone, 14);
    assert_int_equal(calls, 4); /* whole pictures: 4 tags each but the last */
    for (int64_t i = 1; i <= 7; i++) assert_int_equal(state_of(h, i, "object/dog"), TS_LEDGER_SUGGESTED);
    house_verify(h);
    house_close(h);
}

static void undoes_one_line(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = tagged(h, 1);
    wish w = {.undo = {.seq = 1, .author = &ann}};
    house_write(h, undo, &w);
    assert_int_equal(w.undone.undone, 1);
    assert_int_equal(state_of(h, picture, "object/dog"), -1);
    assert_int_equal(state_of(h, picture, "object/cat"), TS_LEDGER_SUGGESTED);
    w.undo.seq = 99;
    house_refuses(h, undo, &w, TS_NOT_FOUND);
    w.undo = (ts_tag_undo){.batch = "never", .author = &ann};
    house_refuses(h, undo, &w, TS_NOT_FOUND);
    house_close(h);
}

CHANGE(drop, wish)
{
    return ts_tags_drop_source(txn, in->source, &ann, in->batch, in->after, 2, &in->dropped, &in->next, err);
}

static void drops_a_source_in_steps(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 1; i <= 5; i++) (void)tagged(h, i);
    do_edit(h, 3, TS_LEDGER_ACCEPT, "object/dog", NULL); /* a person's now */
    ts_tag_source source = {.model = "net"};
    wish w = {.source = &source, .batch = "d1"};
    size_t dropped = 0;
    do {
        house_write(h, drop, &w);
        dropped += w.dropped;
        w.after = w.next;
    } while (w.next != 0);
    assert_int_equal(dropped, 4);
    assert_int_equal(state_of(h, 1, "object/dog"), -1);
    assert_int_equal(state_of(h, 3, "object/dog"), TS_LEDGER_ACCEPTED);
    assert_int_equal(state_of(h, 1, "object/cat"), TS_LEDGER_SUGGESTED);
    house_verify(h);
    assert_int_equal(do_undo(h, "d1", NULL).undone, 4);
    assert_int_equal(state_of(h, 1, "object/dog"), TS_LEDGER_SUGGESTED);
    house_verify(h);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_was),
        cmocka_unit_test(restored_tags_are_the_machines_again),
        cmocka_unit_test(later_changes_are_respected),
        cmocka_unit_test(batches_unwind_newest_first),
        cmocka_unit_test(tells_which_pictures_changed),
        cmocka_unit_test(goes_in_steps),
        cmocka_unit_test(undoes_one_line),
        cmocka_unit_test(drops_a_source_in_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
