/* Pictures under whose name other bytes come: what they were stays, in order, and can come back. */
#include "service/revisions.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/named.h"
#include "service/upload.h"
#include "tests/service/shop.h"

static const char *put(shop *s, const char *bytes, const char *name)
{
    ts_error err;
    ts_upload_result result;
    ts_upload upload = {.bytes = bytes,
                        .length = strlen(bytes),
                        .space = "shop",
                        .alias = name,
                        .alias_rule = TS_ALIAS_SUCCEEDS,
                        .name = "file.jpg"};
    assert_works(ts_service_upload(s->service, &everybody, &upload, s->arena, &result, &err), err);
    return result.picture.row.id;
}

static ts_picture_full look(shop *s, const char *id)
{
    ts_error err;
    ts_picture_full picture;
    ts_picture_query query = {.id = id};
    assert_works(ts_service_picture(s->service, &everybody, &query, s->arena, &picture, &err), err);
    return picture;
}

static size_t older_of(shop *s, const char *id, const ts_picture_full **out)
{
    ts_error err;
    size_t count = 0;
    assert_works(ts_service_revisions(s->service, &everybody, id, false, s->arena, out, &count, &err), err);
    return count;
}

static const char *revision_id(const ts_picture_full *picture)
{
    json_t *extra = json_loads(picture->row.extra, 0, NULL);
    static char id[64];
    (void)snprintf(id, sizeof id, "%s", ts_revision_of(extra, picture->row.id).id);
    json_decref(extra);
    return id;
}

static void the_id_stays_and_the_bytes_do_too(void **state)
{
    shop *s = *state;
    const ts_picture_full *older = NULL;
    const char *id = put(s, "first", "a");
    int64_t born = look(s, id).row.created;
    assert_string_equal(put(s, "second one", "a"), id);
    assert_string_equal(put(s, "the third of them", "a"), id);
    ts_picture_full now = look(s, id);
    assert_int_equal(now.row.bytes, strlen("the third of them"));
    assert_int_equal(now.row.created, born);
    assert_int_equal(older_of(s, id, &older), 2);
    assert_int_equal(older[0].row.bytes, strlen("second one"));
    assert_int_equal(older[1].row.bytes, strlen("first"));
    assert_true(older[1].tag_count > 0);
    assert_string_not_equal(older[0].row.id, older[1].row.id);
    assert_string_equal(revision_id(&older[1]), id); /* the first one's */
}

static void one_that_comes_back_has_id_and_name(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_named named;
    const ts_picture_full *older = NULL;
    ts_picture_full back;
    const char *id = put(s, "was", "b");
    (void)put(s, "is now", "b");
    assert_works(ts_service_revision_restore(s->service, &everybody, id, id, s->arena, &back, &err), err);
    assert_string_equal(back.row.id, id);
    assert_int_equal(back.row.bytes, 3);
    assert_works(ts_service_named(s->service, &reader, "shop", "b", false, s->arena, &named, &err), err);
    assert_int_equal(named.picture.row.number, back.row.number);
    assert_int_equal(older_of(s, id, &older), 1);
    assert_int_equal(older[0].row.bytes, strlen("is now"));
    (void)put(s, "and a third", "b");
    assert_int_equal(older_of(s, id, &older), 2);
    assert_fails(ts_service_revision_restore(s->service, &everybody, id, "nobody", s->arena, &back, &err),
                 err, TS_NOT_FOUND);
    assert_fails(ts_service_revision_restore(s->service, &reader, id, id, s->arena, &back, &err), err,
                 TS_FORBIDDEN);
}

static void they_go_with_their_picture(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_picture_full gone;
    const ts_picture_full *older = NULL;
    const char *id = put(s, "one", "c");
    (void)put(s, "two", "c");
    assert_int_equal(older_of(s, id, &older), 1);
    const char *first = older[0].row.id;
    assert_works(ts_service_named_delete(s->service, &everybody, "shop", "c", &err), err);
    ts_picture_query query = {.id = first};
    assert_fails(ts_service_picture(s->service, &everybody, &query, s->arena, &gone, &err), err,
                 TS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_id_stays_and_the_bytes_do_too),
        cmocka_unit_test(one_that_comes_back_has_id_and_name),
        cmocka_unit_test(they_go_with_their_picture),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
