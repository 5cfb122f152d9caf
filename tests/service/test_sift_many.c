/* Sifting a library of many pictures: indexes find the same as looking at every picture does, and a page reads little more
 * than it shows. With TAGSMITH_TEST_PICTURES=100000 it is a measurement. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "service/core.h"
#include "service/sift.h"
#include "tests/service/shop.h"

enum { usual_count = 1500, batch = 250, page = 10 };
static const int64_t first_ms = 1700000000000;

static long picture_count(void)
{
    const char *wish = getenv("TAGSMITH_TEST_PICTURES");
    long count = wish ? strtol(wish, NULL, 10) : 0;
    return count > 0 ? count : usual_count;
}

/* ---- a library ------------------------------------------------------------------------------------ */

/* Some came by another way, some ask for automatic tags, some wait for a person. */
static const char *extra_of(long i, ts_arena *arena)
{
    if (i % 5 == 4) return "{\"faces\":[]}";
    const char *more = i % 50 == 0 ? ",\"moderation\":\"aws_rek|manual\"" : "";
    const char *said = i % 100 == 0 ? ",\"verdicts\":{\"manual\":{\"status\":\"approved\"}}" : "";
    const char *automatic = i % 3 == 0 ? ",\"auto_tagging\":\"0.5\"" : "";
    return ts_arena_printf(arena,
                           "{\"extra\":{\"cloudinary\":{\"version\":1,\"asset_folder\":\"shelf%ld\"%s%s%s},"
                           "\"context\":{\"alt\":\"Text %ld\",\"n\":%ld,\"dot.ted\":true},"
                           "\"metadata\":{\"kinds\":[\"k%ld\",\"all\"],\"price\":%ld.5}}}",
                           i % 30, more, said, automatic, i % 100, i, i % 40, i % 70);
}

static void put_tags(ts_txn *txn, int64_t number, long i, ts_arena *arena)
{
    ts_error err;
    ts_tag_diff diff;
    char word[32], kind[32];
    (void)snprintf(word, sizeof word, "Word%ld", i % 40);
    (void)snprintf(kind, sizeof kind, "kind%ld", i % 25);
    ts_tag_edit person = {.action = TS_LEDGER_ADD, .tag = {.label = word, .confidence = 1}};
    ts_tag_edit machine = {
        .action = TS_LEDGER_ADD,
        .tag = {.label = kind, .confidence = 0.9, .state = TS_LEDGER_ACCEPTED, .analyser = "objects"}};
    ts_author by = {.kind = TS_AUTHOR_PERSON, .id = "p", .name = "p"};
    ts_author from = {.kind = TS_AUTHOR_MODEL, .id = "m", .name = "m"};
    assert_works(ts_tags_edit(txn, number, &person, 1, &by, NULL, arena, &diff, &err), err);
    assert_works(ts_tags_edit(txn, number, &machine, 1, &from, NULL, arena, &diff, &err), err);
}

static void put_one(ts_txn *txn, long i, long count, ts_arena *arena)
{
    ts_error err;
    char hash[65];
    (void)snprintf(hash, sizeof hash, "%064lx", i);
    ts_picture_row row = {.id = "",
                          .sha256 = hash,
                          .format = i % 2 ? "jpeg" : "png",
                          .width = 100 + i % 900,
                          .height = 100,
                          .bytes = 1000 + i,
                          .orientation = 1,
                          .name = "file.jpg",
                          .title = "",
                          .description = "",
                          .alt = "",
                          .created = first_ms + i * 7919 % count * 1000,
                          .owner = "",
                          .preset = "default",
                          .state = TS_PICTURE_READY,
                          .visibility = i % 97 == 0    ? TS_HELD
                                        : i % 101 == 0 ? TS_REJECTED
                                                       : TS_VISIBLE,
                          .gone = i % 103 == 0,
                          .reason = "",
                          .extra = extra_of(i, arena)};
    assert_works(ts_pictures_insert(txn, &row, arena, &err), err);
    const char *name = ts_arena_printf(arena, "Shop%ld/in/p%ld", i % 20, i);
    if (i % 10 != 9) assert_works(ts_names_put(txn, "cloudinary", name, row.number, false, &err), err);
    put_tags(txn, row.number, i, arena);
}

static bool put_batch(ts_txn *txn, void *context, ts_error *err)
{
    long *next = context, count = picture_count();
    ts_arena *arena = ts_arena_new(0);
    (void)err;
    for (int n = 0; n < batch && *next < count; n++, ++*next) put_one(txn, *next, count, arena);
    ts_arena_free(arena);
    return true;
}

static int open_full(void **state)
{
    ts_error err;
    long next = 0;
    if (open_shop(state) != 0) return -1;
    shop *s = *state;
    while (next < picture_count())
        assert_works(ts_catalog_write(s->service->catalog, put_batch, &next, &err), err);
    return 0;
}

/* ---- asking --------------------------------------------------------------------------------------- */

static ts_sift_ask asking(const ts_sift *root, bool held)
{
    return (ts_sift_ask){.space = "cloudinary",
                         .machine_member = "auto_tagging",
                         .root = root,
                         .limit = page,
                         .with_total = true,
                         .with_held = held};
}

static ts_sift_answer answer_of(shop *s, const ts_sift_ask *ask)
{
    ts_error err;
    ts_sift_answer answer;
    assert_works(ts_service_sift(s->service, &everybody, ask, s->arena, &answer, &err), err);
    return answer;
}

/* The first pages and the last name on them. */
static const char *walk(shop *s, ts_sift_ask ask, uint64_t *total, uint64_t *most)
{
    const char *names = "";
    *most = 0;
    for (int i = 0; i < 4; i++) {
        ts_sift_answer answer = answer_of(s, &ask);
        for (size_t k = 0; k < answer.count; k++)
            names = ts_arena_printf(s->arena, "%s %s", names, answer.rows[k].name);
        if (answer.looked_at > *most) *most = answer.looked_at;
        *total = answer.total;
        ask.cursor = answer.next;
        if (!answer.next) break;
    }
    return names;
}

/* The same question in a way that no index knows anything of: every picture is looked at. */
static ts_sift_ask blind(ts_sift_ask ask, ts_sift *either, ts_sift *copy, ts_sift *nothing)
{
    static const ts_sift any = {.kind = TS_SIFT_THERE, .fact = TS_FACT_FILE};
    *copy = ask.root->kind == TS_SIFT_ALL ? any : *ask.root;
    copy->next = nothing;
    *nothing = (ts_sift){.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TITLE, .text = "no picture is called this"};
    *either = (ts_sift){.kind = TS_SIFT_OR, .child = copy};
    ask.root = either;
    return ask;
}

/* Finds what looking at everything finds, and no page reads more than `most` pictures (0: as many as fit). */
static void same(shop *s, const char *what, ts_sift_ask ask, uint64_t most)
{
    ts_sift either, copy, nothing;
    uint64_t total = 0, all_total = 0, looked = 0, all_looked = 0;
    struct timespec before, after;
    ts_sift_ask every = blind(ask, &either, &copy, &nothing);
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    const char *found = walk(s, ask, &total, &looked);
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    double ms = (double)(after.tv_sec - before.tv_sec) * 1e3 + (double)(after.tv_nsec - before.tv_nsec) / 1e6;
    assert_true(total > 0);
    assert_in_range(looked, 1, most ? most : total + 2 * page);
    if (getenv("TAGSMITH_TEST_PICTURES")) {
        print_message("%-34s %8lu found, %6lu read, %7.1f ms for 4 pages\n", what, (unsigned long)total,
                      (unsigned long)looked, ms);
        return;
    }
    const char *wanted = walk(s, every, &all_total, &all_looked);
    if (strcmp(found, wanted) != 0) print_message("%s\n", what);
    assert_string_equal(found, wanted);
    assert_int_equal(total, all_total);
    assert_true(all_looked > (uint64_t)picture_count() / 2);
}

/* ---- what is asked -------------------------------------------------------------------------------- */

static const struct {
    const char *what;
    ts_sift sift;
} leaves[] = {
    {"names that begin so", {.kind = TS_SIFT_BEGINS, .fact = TS_FACT_NAME, .text = "shop3/"}},
    {"one name", {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_NAME, .text = "SHOP7/in/p7"}},
    {"a pattern of names", {.kind = TS_SIFT_PATTERN, .fact = TS_FACT_NAME, .text = "Shop1*p*2"}},
    {"words of names", {.kind = TS_SIFT_WORDS, .fact = TS_FACT_NAME, .text = "p1*"}},
    {"a folder", {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_FOLDER, .text = "shop5/in"}},
    {"the last part of names", {.kind = TS_SIFT_PATTERN, .fact = TS_FACT_BASE, .text = "p*7"}},
    {"no folder", {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_FOLDER, .text = ""}},
    {"an hour",
     {.kind = TS_SIFT_NUMBER, .fact = TS_FACT_CREATED, .low = 1700000100000.5, .high = 1700000200000}},
    {"from then on", {.kind = TS_SIFT_NUMBER, .fact = TS_FACT_CREATED, .low = 1700000900000, .high = 1e300}},
    {"a context", {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_KEPT, .member = "context.alt", .text = "text 12"}},
    {"words of a context",
     {.kind = TS_SIFT_WORDS, .fact = TS_FACT_KEPT, .member = "context.alt", .text = "7"}},
    {"any context", {.kind = TS_SIFT_THERE, .fact = TS_FACT_KEPT, .member = "context.alt"}},
    {"a key with a dot", {.kind = TS_SIFT_THERE, .fact = TS_FACT_KEPT, .member = "context.dot.ted"}},
    {"contexts that have a key",
     {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_KEPT, .member = "context", .text = "N"}},
    {"a number kept",
     {.kind = TS_SIFT_NUMBER, .fact = TS_FACT_KEPT, .member = "context.n", .low = 5, .high = 90}},
    {"a fraction kept",
     {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_KEPT, .member = "metadata.price", .text = "7.5"}},
    {"one of a list",
     {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_KEPT, .member = "metadata.kinds", .text = "k3"}},
    {"between",
     {.kind = TS_SIFT_BETWEEN,
      .fact = TS_FACT_KEPT,
      .member = "metadata.kinds",
      .text = "k1",
      .upper = "k2"}},
    {"a moderation",
     {.kind = TS_SIFT_WORDS, .fact = TS_FACT_KEPT, .member = "cloudinary.moderation", .text = "manual"}},
    {"what is silent says so",
     {.kind = TS_SIFT_EQUAL,
      .fact = TS_FACT_KEPT,
      .member = "cloudinary.verdicts.manual.status",
      .fallback = "pending",
      .text = "pending"}},
    {"a word", {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = "word12"}},
    {"a machine's word", {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = "kind3"}},
    {"words that begin so", {.kind = TS_SIFT_PATTERN, .fact = TS_FACT_TAG, .text = "*rd1*"}},
};

static void every_index_finds_what_fits(void **state)
{
    shop *s = *state;
    for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
        ts_sift no = {.kind = TS_SIFT_NOT, .child = &leaves[i].sift};
        same(s, leaves[i].what, asking(&leaves[i].sift, false), page + 1);
        same(s, leaves[i].what, asking(&leaves[i].sift, true), page + 1);
        same(s, leaves[i].what, asking(&no, false), page + 1);
    }
}

static void ranges_of_words_and_measures_are_narrowed(void **state)
{
    shop *s = *state;
    ts_sift words = {.kind = TS_SIFT_BETWEEN, .fact = TS_FACT_TAG, .text = "Word20", .upper = "Word25"};
    ts_sift wide = {.kind = TS_SIFT_NUMBER, .fact = TS_FACT_WIDTH, .low = 980.5, .high = 1e300};
    same(s, "words in a range", asking(&words, false), page + 1);
    same(s, "wide ones", asking(&wide, false), 0);
    ts_sift held = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_VISIBILITY, .text = "held"};
    same(s, "held ones", asking(&held, true), page + 1);
}

static void conditions_are_joined(void **state)
{
    shop *s = *state;
    ts_sift unknown = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_FORMAT, .text = "png"};
    ts_sift folder = {.kind = TS_SIFT_BEGINS, .fact = TS_FACT_NAME, .text = "shop4/"};
    ts_sift word = {.kind = TS_SIFT_PATTERN, .fact = TS_FACT_TAG, .text = "word*"};
    ts_sift all = {.kind = TS_SIFT_AND, .child = &folder};
    folder.next = &word;
    same(s, "a folder and words", asking(&all, false), page + 1);
    word.next = &unknown;
    same(s, "and a format that none knows", asking(&all, false), (uint64_t)picture_count() / 20 + page);
    ts_sift other = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = "word7", .next = NULL};
    ts_sift begins = {.kind = TS_SIFT_BEGINS, .fact = TS_FACT_NAME, .text = "shop9/", .next = &other};
    ts_sift either = {.kind = TS_SIFT_OR, .child = &begins};
    same(s, "one folder or a word", asking(&either, false), page + 1);
}

static void the_order_of_making_needs_no_more(void **state)
{
    shop *s = *state;
    ts_sift folder = {.kind = TS_SIFT_BEGINS, .fact = TS_FACT_NAME, .text = "shop3/"};
    for (int down = 0; down < 2; down++) {
        ts_sift_ask ask = asking(&folder, false);
        ask.keys[0] = (ts_sift_key){.fact = TS_FACT_CREATED, .down = down};
        ask.key_count = 1;
        same(s, "a folder by time", ask, page + 1);
        ask.keys[0].fact = TS_FACT_BYTES;
        same(s, "a folder by size", ask, 0);
    }
}

static void everything_is_counted_without_a_look(void **state)
{
    shop *s = *state;
    ts_sift all = {.kind = TS_SIFT_ALL};
    for (int up = 0; up < 2; up++) {
        ts_sift_ask ask = asking(&all, false);
        ask.oldest_first = up;
        same(s, "everything", ask, page + 1);
        ask.with_total = false;
        assert_in_range(answer_of(s, &ask).looked_at, page, 2 * page + 1);
    }
}

static void what_changes_is_found_as_it_is(void **state)
{
    shop *s = *state;
    ts_error err;
    ts_sift alt = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_KEPT, .member = "context.alt", .text = "changed"};
    ts_sift_ask ask = asking(&alt, false);
    ts_sift one = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_NAME, .text = "Shop7/in/p7"};
    ts_sift_ask find = asking(&one, false);
    assert_int_equal(answer_of(s, &ask).total, 0);
    ts_sift_answer found = answer_of(s, &find);
    json_t *extra = json_pack("{s:{s:s}}", "context", "alt", "changed");
    ts_picture_full after;
    ts_picture_patch patch = {.extra = extra, .if_version = -1};
    assert_works(ts_service_picture_patch(s->service, &everybody, found.rows[0].picture.row.id, &patch,
                                          s->arena, &after, &err),
                 err);
    json_decref(extra);
    assert_int_equal(answer_of(s, &ask).total, 1);
    assert_works(ts_service_picture_delete(s->service, &everybody, after.row.id, -1, &err), err);
    assert_int_equal(answer_of(s, &ask).total, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_finds_what_fits),
        cmocka_unit_test(ranges_of_words_and_measures_are_narrowed),
        cmocka_unit_test(conditions_are_joined),
        cmocka_unit_test(the_order_of_making_needs_no_more),
        cmocka_unit_test(everything_is_counted_without_a_look),
        cmocka_unit_test(what_changes_is_found_as_it_is),
    };
    return cmocka_run_group_tests(tests, open_full, close_shop);
}
