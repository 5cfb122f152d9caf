/* Pictures by the names of a dialect: given, overwritten, moved, listed, dropped. */
#include "service/named.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/upload.h"
#include "tests/service/shop.h"

static ts_upload upload_of(const char *bytes, const char *name, ts_alias_rule rule)
{
    return (ts_upload){.bytes = bytes,
                       .length = strlen(bytes),
                       .space = "shop",
                       .alias = name,
                       .alias_rule = rule,
                       .name = "file.jpg"};
}

static ts_upload_result put(shop *s, const char *bytes, const char *name, ts_alias_rule rule)
{
    ts_error err;
    ts_upload_result result;
    ts_upload upload = upload_of(bytes, name, rule);
    assert_works(ts_service_upload(s->service, &everybody, &upload, s->arena, &result, &err), err);
    assert_true(result.done);
    return result;
}

static ts_named look(shop *s, const char *name)
{
    ts_error err;
    ts_named named;
    assert_works(ts_service_named(s->service, &reader, "shop", name, false, s->arena, &named, &err), err);
    return named;
}

static void is_missing(shop *s, const char *name)
{
    ts_error err;
    ts_named named;
    assert_fails(ts_service_named(s->service, &reader, "shop", name, false, s->arena, &named, &err), err,
                 TS_NOT_FOUND);
}

static void same_bytes_under_two_names_are_two_pictures(void **state)
{
    shop *s = *state;
    ts_upload_result one = put(s, "same bytes", "twins/one", TS_ALIAS_OVERWRITES);
    ts_upload_result two = put(s, "same bytes", "twins/two", TS_ALIAS_OVERWRITES);
    assert_false(two.duplicate);
    assert_string_not_equal(one.picture.row.id, two.picture.row.id);
    ts_named named = look(s, "twins/one");
    assert_string_equal(named.name, "twins/one");
    assert_string_equal(named.picture.row.id, one.picture.row.id);
    assert_true(named.picture.tag_count > 0);
}

static void what_has_no_name_is_known_by_its_id(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_upload upload = {.bytes = "nameless", .length = 8};
    ts_upload_result result;
    assert_works(ts_service_upload(s->service, &everybody, &upload, s->arena, &result, &err), err);
    const char *id = result.picture.row.id;
    assert_string_equal(look(s, id).name, id);
    const ts_picture_row *rows[] = {&result.picture.row};
    const char *names[1];
    assert_works(ts_service_names_of(s->service, "shop", rows, 1, s->arena, names, &err), err);
    assert_string_equal(names[0], id);
    is_missing(s, "nobody/at/all");
}

static void new_bytes_under_a_name_take_the_old_ones_place(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_upload_result old = put(s, "old bytes", "place", TS_ALIAS_OVERWRITES);
    ts_upload_result new = put(s, "new bytes", "place", TS_ALIAS_OVERWRITES);
    assert_string_equal(new.picture.row.id, old.picture.row.id);
    assert_true(new.picture.row.version > old.picture.row.version);
    assert_int_equal(new.picture.row.created, old.picture.row.created);
    assert_int_equal(look(s, "place").picture.row.bytes, 9);
    assert_string_not_equal(look(s, "place").picture.row.sha256, old.picture.row.sha256);
    ts_picture_file file;
    assert_works(ts_service_picture_file(s->service, &reader, new.picture.row.id, TS_RENDITION_ORIGINAL,
                                         false, s->arena, &file, &err),
                 err);
    assert_int_equal(file.length, 9);
    (void)close(file.fd);
}

static void a_name_may_stay_with_whoever_has_it(void **state)
{
    shop *s = *state;
    ts_upload_result first = put(s, "first come", "stays", TS_ALIAS_STAYS);
    ts_upload_result second = put(s, "second", "stays", TS_ALIAS_STAYS);
    assert_false(first.duplicate);
    assert_true(second.duplicate);
    assert_string_equal(second.picture.row.id, first.picture.row.id);
    assert_int_equal(look(s, "stays").picture.row.bytes, 10);
}

static void the_callers_line_says_what_is_accepted(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_upload_result result;
    ts_upload upload = upload_of("\x04", "line", TS_ALIAS_OVERWRITES);
    upload.accept_from = &(double){0.99};
    assert_works(ts_service_upload(s->service, &everybody, &upload, s->arena, &result, &err), err);
    assert_true(result.picture.tag_count > 0);
    for (size_t i = 0; i < result.picture.tag_count; i++)
        assert_int_equal(result.picture.tags[i].state, TS_LEDGER_SUGGESTED);
    ts_tag_diff diff;
    ts_retag again = {.accept_from = NULL};
    const char *id = result.picture.row.id;
    assert_works(ts_service_retag(s->service, &everybody, id, &again, s->arena, &diff, &err), err);
    assert_int_equal(diff.changed, 0);
    again.accept_from = &(double){0.5};
    assert_works(ts_service_retag(s->service, &everybody, id, &again, s->arena, &diff, &err), err);
    assert_true(diff.changed > 0);
    assert_int_equal(look(s, "line").picture.tags[0].state, TS_LEDGER_ACCEPTED);
}

static bool move(shop *s, const char *from, const char *to, bool overwrite, ts_named *out, ts_error *err)
{
    ts_named_move wish = {.space = "shop", .from = from, .to = to, .overwrite = overwrite};
    return ts_service_named_rename(s->service, &everybody, &wish, s->arena, out, err);
}

static void names_change_and_other_pictures_give_way_only_on_request(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_named named;
    ts_upload_result a = put(s, "picture a", "move/a", TS_ALIAS_OVERWRITES);
    ts_upload_result b = put(s, "picture b", "move/b", TS_ALIAS_OVERWRITES);
    assert_works(move(s, "move/a", "move/c", false, &named, &err), err);
    assert_string_equal(named.name, "move/c");
    assert_string_equal(named.picture.row.id, a.picture.row.id);
    is_missing(s, "move/a");
    assert_fails(move(s, "move/c", "move/b", false, &named, &err), err, TS_CONFLICT);
    assert_fails(move(s, "move/nobody", "move/d", false, &named, &err), err, TS_NOT_FOUND);
    assert_fails(move(s, "move/c", "", false, &named, &err), err, TS_USAGE);
    assert_works(move(s, "move/c", "move/b", true, &named, &err), err);
    assert_string_equal(look(s, "move/b").picture.row.id, a.picture.row.id);
    is_missing(s, b.picture.row.id);
    assert_works(move(s, "move/b", "move/b", false, &named, &err), err);
    ts_named_move wish = {.space = "shop", .from = "move/b", .to = "move/e"};
    assert_fails(ts_service_named_rename(s->service, &reader, &wish, s->arena, &named, &err), err,
                 TS_FORBIDDEN);
}

static void pages_go_through_a_folder(void **state)
{
    shop *s = *state;
    ts_error err;
    static const char *const names[] = {"album/1", "album/2", "album/3", "album/deep/4"};
    for (size_t i = 0; i < 4; i++) (void)put(s, names[i], names[i], TS_ALIAS_OVERWRITES);
    ts_named_ask ask = {.space = "shop", .prefix = "album/", .direct = true, .limit = 2};
    ts_named_page page;
    assert_works(ts_service_named_list(s->service, &reader, &ask, s->arena, &page, &err), err);
    assert_int_equal(page.count, 2);
    assert_string_equal(page.rows[1].name, "album/2");
    assert_non_null(page.next);
    ask.cursor = page.next;
    assert_works(ts_service_named_list(s->service, &reader, &ask, s->arena, &page, &err), err);
    assert_int_equal(page.count, 1);
    assert_string_equal(page.rows[0].name, "album/3");
    assert_null(page.next);
    ask.cursor = "none of ours";
    assert_fails(ts_service_named_list(s->service, &reader, &ask, s->arena, &page, &err), err, TS_USAGE);
    const char *const *folders = NULL;
    size_t count = 0;
    assert_works(
        ts_service_named_folders(s->service, &reader, "shop", "album/", s->arena, &folders, &count, &err),
        err);
    assert_int_equal(count, 1);
    assert_string_equal(folders[0], "deep");
}

static void deleted_by_name_or_id(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_upload_result a = put(s, "to go", "gone/a", TS_ALIAS_OVERWRITES);
    ts_upload_result b = put(s, "to go, too", "gone/b", TS_ALIAS_OVERWRITES);
    assert_works(ts_service_named_delete(s->service, &everybody, "shop", "gone/a", &err), err);
    is_missing(s, "gone/a");
    is_missing(s, a.picture.row.id);
    assert_works(ts_service_named_delete(s->service, &everybody, "shop", b.picture.row.id, &err), err);
    is_missing(s, "gone/b");
    assert_fails(ts_service_named_delete(s->service, &everybody, "shop", "gone/a", &err), err, TS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_under_two_names_are_two_pictures),
        cmocka_unit_test(what_has_no_name_is_known_by_its_id),
        cmocka_unit_test(new_bytes_under_a_name_take_the_old_ones_place),
        cmocka_unit_test(a_name_may_stay_with_whoever_has_it),
        cmocka_unit_test(the_callers_line_says_what_is_accepted),
        cmocka_unit_test(names_change_and_other_pictures_give_way_only_on_request),
        cmocka_unit_test(pages_go_through_a_folder),
        cmocka_unit_test(deleted_by_name_or_id),
    };
    return cmocka_run_group_tests(tests, open_shop, close_shop);
}
