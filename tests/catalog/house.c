/* Tests: the catalogue that the tests of this folder share. */
#include "house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t house_now(void *context)
{
    return atomic_load((_Atomic int64_t *)context);
}

static void open_catalog(house *h)
{
    ts_error err = {0};
    ts_catalog_options options = {.now = house_now, .now_context = &h->now, .readers = 4};
    h->catalog = ts_catalog_open(h->data, &options, &err);
    if (!h->catalog) fail_msg("%s", err.message);
}

house *house_open(void)
{
    house *h = calloc(1, sizeof *h);
    assert_non_null(h);
    h->folder = ts_test_folder();
    h->data = ts_test_path(h->folder, "data");
    h->arena = ts_arena_new(0);
    assert_non_null(h->arena);
    atomic_store(&h->now, INT64_C(1800000000000));
    open_catalog(h);
    return h;
}

void house_reopen(house *h)
{
    ts_catalog_close(h->catalog);
    open_catalog(h);
}

void house_close(house *h)
{
    ts_catalog_close(h->catalog);
    ts_arena_free(h->arena);
    free(h->data);
    ts_test_folder_end(h->folder);
    free(h);
}

void house_write(house *h, ts_catalog_change change, void *context)
{
    ts_error err = {0};
    if (!ts_catalog_write(h->catalog, change, context, &err))
        fail_msg("%s: %s", ts_code_name(err.code), err.message);
}

void house_refuses(house *h, ts_catalog_change change, void *context, ts_code code)
{
    ts_error err;
    assert_fails(ts_catalog_write(h->catalog, change, context, &err), err, code);
}

ts_txn *house_read(house *h)
{
    ts_error err = {0};
    ts_txn *txn = ts_catalog_read_begin(h->catalog, &err);
    if (!txn) fail_msg("%s", err.message);
    return txn;
}

void house_sha256(unsigned tag, char out[65])
{
    (void)snprintf(out, 65, "%064x", tag);
}

typedef struct new_picture {
    ts_picture_row row;
    ts_arena *arena;
} new_picture;

CHANGE(insert_picture, new_picture)
{
    return ts_pictures_insert(txn, &in->row, in->arena, err);
}

int64_t house_picture(house *h, unsigned tag)
{
    char sha256[65];
    house_sha256(tag, sha256);
    new_picture wish = {.arena = h->arena,
                        .row = {.sha256 = sha256,
                                .format = "jpeg",
                                .bytes = 1000 + tag,
                                .width = 640,
                                .height = 480,
                                .name = "a.jpg",
                                .owner = "tk_test",
                                .state = TS_PICTURE_READY}};
    house_write(h, insert_picture, &wish);
    return wish.row.number;
}

static void finding(void *context, const char *text)
{
    (void)context;
    print_error("finding: %s\n", text);
}

void house_verify(house *h)
{
    ts_error err;
    uint64_t findings = 0;
    assert_works(ts_catalog_verify(h->catalog, finding, NULL, NULL, &findings, &err), err);
    assert_int_equal(findings, 0);
}
