/* tests/catalog: the change log, documents with a version, small texts. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "catalog/changes.h"
#include "catalog/documents.h"
#include "catalog/meta.h"
#include "house.h"

typedef struct wish {
    const char *id, *body;
    int64_t expected, version, before;
    size_t limit, pruned;
    bool fail;
} wish;

CHANGE(put, wish)
{
    return ts_documents_put(txn, "preset", in->id, in->body, in->expected, &in->version, err) &&
           (!in->fail || ts_fail(err, TS_REFUSED, "as asked"));
}

CHANGE(erase, wish)
{
    return ts_documents_delete(txn, "preset", in->id, in->expected, err);
}

CHANGE(prune, wish)
{
    return ts_changes_prune(txn, in->before, in->limit, &in->pruned, err);
}

static ts_change_page page_after(house *h, int64_t after, size_t limit)
{
    ts_error err;
    ts_change_page page;
    ts_txn *txn = house_read(h);
    assert_works(ts_changes_read(txn, after, limit, h->arena, &page, &err), err);
    ts_catalog_read_end(txn);
    return page;
}

static void versions_of_documents(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = {.id = "a", .body = "{\"x\":1}", .expected = TS_VERSION_NEW};
    house_write(h, put, &w);
    assert_int_equal(w.version, 1);
    house_refuses(h, put, &w, TS_CONFLICT);
    atomic_fetch_add(&h->now, 5);
    w.body = "{\"x\":2}";
    w.expected = 1;
    house_write(h, put, &w);
    house_refuses(h, put, &w, TS_CHANGED);
    w.expected = TS_VERSION_ANY;
    house_write(h, put, &w);
    assert_int_equal(w.version, 3);
    ts_error err;
    ts_document_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_documents_get(txn, "preset", "a", h->arena, &row, &err), err);
    assert_string_equal(row.body, "{\"x\":2}");
    assert_int_equal(row.version, 3);
    assert_int_equal(row.updated - row.created, 5);
    assert_fails(ts_documents_get(txn, "hook", "a", h->arena, &row, &err), err, TS_NOT_FOUND);
    ts_catalog_read_end(txn);
    w.id = "b";
    w.expected = 4;
    house_refuses(h, put, &w, TS_NOT_FOUND);
    house_refuses(h, erase, &w, TS_NOT_FOUND);
    w.expected = TS_VERSION_ANY;
    house_refuses(h, erase, &w, TS_NOT_FOUND);
    house_write(h, put, &w);
    const ts_document_row *rows = NULL;
    size_t count = 0;
    txn = house_read(h);
    assert_works(ts_documents_list(txn, "preset", h->arena, &rows, &count, &err), err);
    ts_catalog_read_end(txn);
    assert_int_equal(count, 2);
    assert_string_equal(rows[1].id, "b");
    w.expected = 2;
    house_refuses(h, erase, &w, TS_CHANGED);
    w.expected = 1;
    house_write(h, erase, &w);
    house_close(h);
}

static void changes_are_logged_in_order(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    wish w = {.id = "a", .body = "{}", .expected = TS_VERSION_ANY};
    house_write(h, put, &w);
    house_write(h, put, &w); /* a change of its own, though the same record */
    w.fail = true;
    house_refuses(h, put, &w, TS_REFUSED); /* leaves no line and no gap */
    w.fail = false;
    house_write(h, erase, &w);
    ts_change_page page = page_after(h, 0, 10);
    assert_false(page.lost);
    assert_int_equal(page.count, 4);
    assert_int_equal(page.last, 4);
    assert_int_equal(page.changes[0].kind, TS_CHANGE_PICTURE);
    assert_int_equal(page.changes[0].number, picture);
    assert_int_equal(page.changes[0].at, atomic_load(&h->now));
    assert_string_equal(page.changes[1].id, "preset/a");
    assert_int_equal(page.changes[3].kind, TS_CHANGE_DOCUMENT_DELETED);
    for (int64_t i = 0; i < 4; i++) assert_int_equal(page.changes[i].seq, i + 1);
    page = page_after(h, 1, 2);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.last, 3);
    page = page_after(h, 4, 2);
    assert_int_equal(page.count, 0);
    assert_int_equal(page.last, 4);
    assert_false(page.lost);
    assert_string_equal(ts_change_kind_name(TS_CHANGE_TAGS), "tags");
    assert_string_equal(ts_change_kind_name((ts_change_kind)77), "unknown");
    house_close(h);
}

static void pruning_says_what_is_lost(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t start = atomic_load(&h->now);
    for (unsigned i = 0; i < 10; i++) {
        atomic_store(&h->now, start + i);
        (void)house_picture(h, i);
    }
    wish w = {.before = start + 4, .limit = 3};
    house_write(h, prune, &w);
    assert_int_equal(w.pruned, 3);
    house_write(h, prune, &w);
    assert_int_equal(w.pruned, 1);
    house_write(h, prune, &w);
    assert_int_equal(w.pruned, 0);
    ts_change_page page = page_after(h, 3, 100);
    assert_true(page.lost);
    assert_int_equal(page.last, 10);
    page = page_after(h, 4, 100);
    assert_false(page.lost);
    assert_int_equal(page.count, 6);
    assert_true(
        page_after(h, 11, 100).lost); /* a cursor from the future: another catalogue's, or a restored one */
    w = (wish){.before = INT64_MAX, .limit = 0};
    house_write(h, prune, &w);
    assert_int_equal(w.pruned, 5); /* never the newest: the numbering goes on from it */
    house_reopen(h);
    assert_int_equal(ts_catalog_last_seq(h->catalog), 10);
    (void)house_picture(h, 99);
    assert_int_equal(page_after(h, 10, 1).changes[0].seq, 11);
    house_verify(h);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_of_documents),
        cmocka_unit_test(changes_are_logged_in_order),
        cmocka_unit_test(pruning_says_what_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
