/* Pictures sifted by conditions: pages, orders, counts, totals, tags by the index; folders of names; upload presets. */
#include "service/sift.h"

#include <stdlib.h>
#include <string.h>

#include "service/edit.h"
#include "service/folders.h"
#include "service/named.h"
#include "service/upload.h"
#include "service/upload_presets.h"
#include "tests/service/shop.h"

static const ts_folder_space ours = {"shop", ""};

static void put(shop *s, const char *bytes, const char *name, const char *tag)
{
    ts_error err;
    ts_upload_result result;
    ts_upload upload = {.bytes = bytes,
                        .length = strlen(bytes),
                        .space = "shop",
                        .alias = name,
                        .tags = &tag,
                        .tag_count = tag ? 1 : 0,
                        .duplicates = TS_DUPLICATE_KEEP};
    assert_works(ts_service_upload(s->service, &everybody, &upload, s->arena, &result, &err), err);
}

/* With four pictures. */
static int open_stocked(void **state)
{
    if (open_shop(state) != 0) return -1;
    shop *s = *state;
    put(s, "\xff\xd8\xff one", "a/one", "rooftop");
    put(s, "\xff\xd8\xff two, longer", "a/b/two", "rooftop");
    put(s, "\xff\xd8\xff three, which is the longest", "three", NULL);
    put(s, "\xff\xd8\xff four, middling", "four", "attic");
    return 0;
}

/* "one two": what is found, by the last part of the names. */
static const char *found(shop *s, const ts_sift_ask *ask, ts_sift_answer *answer)
{
    ts_error err;
    const char *all = "";
    assert_works(ts_service_sift(s->service, &reader, ask, s->arena, answer, &err), err);
    for (size_t i = 0; i < answer->count; i++) {
        const char *slash = strrchr(answer->rows[i].name, '/');
        all =
            ts_arena_printf(s->arena, "%s%s%s", all, i ? " " : "", slash ? slash + 1 : answer->rows[i].name);
    }
    return all;
}

static ts_sift_ask asking(const ts_sift *root)
{
    return (ts_sift_ask){.space = "shop", .root = root};
}

static void all_come_newest_first_in_pages(void **state)
{
    shop *s = *state;
    ts_sift_answer answer;
    ts_sift_ask ask = asking(NULL);
    ask.limit = 3;
    assert_string_equal(found(s, &ask, &answer), "four three two");
    ask.cursor = answer.next;
    assert_non_null(ask.cursor);
    assert_string_equal(found(s, &ask, &answer), "one");
    assert_null(answer.next);
    ask.cursor = NULL;
    ask.oldest_first = true;
    assert_string_equal(found(s, &ask, &answer), "one two three");
    ask.cursor = "nonsense!";
    assert_false(ts_service_sift(s->service, &reader, &ask, s->arena, &answer, NULL));
}

static void the_index_narrows_tags(void **state)
{
    shop *s = *state;
    ts_sift_answer answer;
    ts_sift folder = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_FOLDER, .text = "a"};
    ts_sift tag = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = "ROOFTOP"};
    ts_sift both = {.kind = TS_SIFT_AND, .child = &tag};
    ts_sift other = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = "attic"};
    ts_sift either = {.kind = TS_SIFT_OR, .child = &tag};
    ts_sift nobody = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = "nobody has this"};
    ts_sift_ask ask = asking(&tag);
    assert_string_equal(found(s, &ask, &answer), "two one");
    ask.oldest_first = true;
    ask.limit = 1;
    assert_string_equal(found(s, &ask, &answer), "one");
    ask.cursor = answer.next;
    assert_string_equal(found(s, &ask, &answer), "two");
    assert_null(answer.next);
    tag.next = &folder;
    ask = asking(&both);
    assert_string_equal(found(s, &ask, &answer), "one");
    tag.next = &other;
    ask = asking(&either);
    assert_string_equal(found(s, &ask, &answer), "four two one");
    ask = asking(&nobody);
    assert_string_equal(found(s, &ask, &answer), "");
}

static void orders_and_counts(void **state)
{
    shop *s = *state;
    ts_sift_answer answer;
    ts_sift_ask ask = asking(NULL);
    ask.keys[0] = (ts_sift_key){.fact = TS_FACT_BYTES, .down = true};
    ask.key_count = 1;
    ask.limit = 2;
    ask.with_total = true;
    ask.counts[0] = (ts_sift_key){.fact = TS_FACT_TAG};
    ask.counts[1] = (ts_sift_key){.fact = TS_FACT_KEPT, .member = "none", .fallback = "usual"};
    ask.count_count = 2;
    assert_string_equal(found(s, &ask, &answer), "three four");
    assert_int_equal(answer.total, 4);
    assert_int_equal(answer.value_counts[1], 1);
    assert_string_equal(answer.values[1][0].text, "usual");
    assert_int_equal(answer.values[1][0].pictures, 4);
    ask.cursor = answer.next;
    assert_string_equal(found(s, &ask, &answer), "two one");
    assert_null(answer.next);
    ask.cursor = NULL;
    ask.keys[0] = (ts_sift_key){.fact = TS_FACT_NAME};
    assert_string_equal(found(s, &ask, &answer), "two one");
    ask.cursor = answer.next;
    assert_string_equal(found(s, &ask, &answer), "four three");
}

static void held_ones_need_the_right_to_review(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_sift_answer answer;
    ts_sift_ask ask = asking(NULL);
    ask.with_held = true;
    assert_fails(ts_service_sift(s->service, &reader, &ask, s->arena, &answer, &err), err, TS_FORBIDDEN);
    assert_works(ts_service_sift(s->service, &everybody, &ask, s->arena, &answer, &err), err);
    assert_int_equal(answer.count, 4);
}

static void labels_are_listed_once(void **state)
{
    shop *s = *state;
    bool more;
    size_t count;
    ts_error err;
    const char *const *labels;
    ts_tag_labels_ask ask = {.space = "shop", .prefix = "roof", .limit = 10};
    assert_works(ts_service_tag_labels(s->service, &reader, &ask, s->arena, &labels, &count, &more, &err),
                 err);
    assert_int_equal(count, 1);
    assert_string_equal(labels[0], "rooftop");
    assert_false(more);
    ask = (ts_tag_labels_ask){.space = "shop", .limit = 1};
    assert_works(ts_service_tag_labels(s->service, &reader, &ask, s->arena, &labels, &count, &more, &err),
                 err);
    assert_string_equal(labels[0], "attic");
    assert_true(more);
    ask.after = "rooftop";
    assert_works(ts_service_tag_labels(s->service, &reader, &ask, s->arena, &labels, &count, &more, &err),
                 err);
    assert_true(count == 0 || strcmp(labels[0], "rooftop") > 0);
}

/* ---- folders ------------------------------------------------------------------------------------- */

static const char *folders_in(shop *s, const char *parent, bool deep)
{
    size_t count = 0;
    ts_error err;
    const char *all = "";
    const ts_folder *folders = NULL;
    assert_works(
        ts_service_folders(s->service, &reader, &ours, parent, deep, s->arena, &folders, &count, &err), err);
    for (size_t i = 0; i < count; i++)
        all = ts_arena_printf(s->arena, "%s%s%s", all, i ? " " : "", folders[i].path);
    return all;
}

static void folders_are_made_and_implied(void **state)
{
    shop *s = *state;
    bool made;
    ts_error err;
    ts_folder folder;
    assert_string_equal(folders_in(s, "", false), "a");
    assert_string_equal(folders_in(s, "", true), "a a/b");
    assert_works(
        ts_service_folder_make(s->service, &everybody, &ours, "a/c/d", s->arena, &folder, &made, &err), err);
    assert_true(made && folder.created);
    assert_string_equal(folders_in(s, "", true), "a a/b a/c a/c/d");
    assert_string_equal(folders_in(s, "a", false), "a/b a/c");
    assert_works(
        ts_service_folder_make(s->service, &everybody, &ours, "a/c/d", s->arena, &folder, &made, &err), err);
    assert_false(made);
    assert_works(ts_service_folder(s->service, &reader, &ours, "a/b", s->arena, &folder, &err), err);
    assert_string_equal(folder.name, "b");
    static const char *const bad[] = {"", "/a", "a/", "a//b", "..", "a/../b", "a/."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(
            ts_service_folder_make(s->service, &everybody, &ours, bad[i], s->arena, &folder, &made, &err),
            err, TS_USAGE);
    assert_fails(ts_service_folder_make(s->service, &reader, &ours, "x", s->arena, &folder, &made, &err), err,
                 TS_FORBIDDEN);
}

static void folders_move_with_all_in_them(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_named named;
    ts_folder folder;
    assert_fails(ts_service_folder_move(s->service, &everybody, &ours, "a", "a/b/x", s->arena, &folder, &err),
                 err, TS_CONFLICT);
    assert_fails(ts_service_folder_move(s->service, &everybody, &ours, "none", "z", s->arena, &folder, &err),
                 err, TS_NOT_FOUND);
    assert_works(ts_service_folder_move(s->service, &everybody, &ours, "a", "z/y", s->arena, &folder, &err),
                 err);
    assert_string_equal(folders_in(s, "", true), "z z/y z/y/b");
    assert_works(ts_service_named(s->service, &reader, "shop", "z/y/b/two", false, s->arena, &named, &err),
                 err);
    assert_fails(ts_service_named(s->service, &reader, "shop", "a/one", false, s->arena, &named, &err), err,
                 TS_NOT_FOUND);
}

static void folders_go_when_they_are_empty(void **state)
{
    shop *s = *state;
    bool made;
    size_t count = 0;
    ts_error err;
    ts_named named;
    ts_folder folder;
    const char *const *gone = NULL;
    assert_fails(
        ts_service_folder_delete(s->service, &everybody, &ours, "a", false, s->arena, &gone, &count, &err),
        err, TS_CONFLICT);
    assert_works(ts_service_folder_make(s->service, &everybody, &ours, "e/f", s->arena, &folder, &made, &err),
                 err);
    assert_works(
        ts_service_folder_delete(s->service, &everybody, &ours, "e", false, s->arena, &gone, &count, &err),
        err);
    assert_int_equal(count, 2);
    assert_fails(ts_service_folder(s->service, &reader, &ours, "e", s->arena, &folder, &err), err,
                 TS_NOT_FOUND);
    assert_works(
        ts_service_folder_delete(s->service, &everybody, &ours, "a", true, s->arena, NULL, NULL, &err), err);
    assert_string_equal(folders_in(s, "", true), "");
    assert_fails(ts_service_named(s->service, &reader, "shop", "a/one", false, s->arena, &named, &err), err,
                 TS_NOT_FOUND);
    assert_works(ts_service_named(s->service, &reader, "shop", "four", false, s->arena, &named, &err), err);
}

/* ---- upload presets ------------------------------------------------------------------------------ */

static void presets_are_kept(void **state)
{
    shop *s = *state;
    size_t count = 0;
    ts_error err = {0};
    const ts_upload_preset *all = NULL;
    json_t *settings = json_pack("{s:s, s:[s]}", "tags", "a", "default_for", "image");
    ts_upload_preset got, wish = {.name = "one", .without_key = true, .settings = settings};
    assert_false(ts_service_upload_preset_default(s->service, "image", s->arena, &got, &err));
    assert_int_equal(err.code, TS_OK);
    assert_fails(ts_service_upload_preset_put(s->service, &reader, &wish, true, &err), err, TS_FORBIDDEN);
    assert_works(ts_service_upload_preset_put(s->service, &everybody, &wish, true, &err), err);
    assert_fails(ts_service_upload_preset_put(s->service, &everybody, &wish, true, &err), err, TS_CONFLICT);
    wish.without_key = false;
    assert_works(ts_service_upload_preset_put(s->service, &everybody, &wish, false, &err), err);
    wish.name = "a/b";
    assert_fails(ts_service_upload_preset_put(s->service, &everybody, &wish, true, &err), err, TS_USAGE);
    assert_works(ts_service_upload_preset(s->service, "one", s->arena, &got, &err), err);
    assert_false(got.without_key);
    assert_true(json_equal(got.settings, settings));
    assert_works(ts_service_upload_preset_default(s->service, "image", s->arena, &got, &err), err);
    assert_works(ts_service_upload_presets(s->service, &reader, s->arena, &all, &count, &err), err);
    assert_int_equal(count, 1);
    assert_works(ts_service_upload_preset_delete(s->service, &everybody, "one", &err), err);
    assert_fails(ts_service_upload_preset(s->service, "one", s->arena, &got, &err), err, TS_NOT_FOUND);
    json_decref(settings);
}

#define SHOP_TEST(function) cmocka_unit_test_setup_teardown(function, open_stocked, close_shop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHOP_TEST(all_come_newest_first_in_pages),
        SHOP_TEST(the_index_narrows_tags),
        SHOP_TEST(orders_and_counts),
        SHOP_TEST(held_ones_need_the_right_to_review),
        SHOP_TEST(labels_are_listed_once),
        SHOP_TEST(folders_are_made_and_implied),
        SHOP_TEST(folders_move_with_all_in_them),
        SHOP_TEST(folders_go_when_they_are_empty),
        SHOP_TEST(presets_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
