/* tests/catalog: tagging runs, edits by people, what each may change, and how it is listed. */
#include <string.h>

#include "catalog/changes.h"
#include "house.h"

static const ts_author model_author = {.kind = TS_AUTHOR_MODEL, .id = "default", .name = "preset default"};
static const ts_author ann = {.kind = TS_AUTHOR_PERSON, .id = "p1", .name = "Ann"};
static const ts_author importer = {.kind = TS_AUTHOR_IMPORT, .id = "xmp", .name = "XMP"};

typedef struct run_wish {
    int64_t picture;
    ts_tag_run_input run;
    ts_arena *arena;
    ts_tag_diff diff;
} run_wish;

CHANGE(record_run, run_wish)
{
    return ts_tags_record_run(txn, in->picture, &in->run, in->arena, &in->diff, err);
}

typedef struct edit_wish {
    int64_t picture;
    const ts_tag_edit *edits;
    size_t count;
    const ts_author *author;
    ts_arena *arena;
    ts_tag_diff diff;
} edit_wish;

CHANGE(edit_tags, edit_wish)
{
    return ts_tags_edit(txn, in->picture, in->edits, in->count, in->author, "b", in->arena, &in->diff, err);
}

static ts_tag_input seen(const char *concept, double confidence)
{
    return (ts_tag_input){.concept = concept,
                          .state = confidence > 0.6 ? TS_LEDGER_ACCEPTED : TS_LEDGER_SUGGESTED,
                          .confidence = confidence,
                          .raw = confidence / 2,
                          .analyser = "classify",
                          .model = "net",
                          .version = "1",
                          .payload = "{\"count\":1}"};
}

static ts_tag_diff run(house *h, int64_t picture, const ts_tag_input *tags, size_t count)
{
    run_wish wish = {
        .picture = picture, .arena = h->arena, .run = {.author = model_author, .tags = tags, .count = count}};
    house_write(h, record_run, &wish);
    return wish.diff;
}

static ts_tag_diff edit_as(house *h, int64_t picture, const ts_author *author, ts_ledger_action action,
                           const char *concept)
{
    ts_tag_edit edit = {.action = action, .tag = {.concept = concept}};
    edit_wish wish = {.picture = picture, .edits = &edit, .count = 1, .author = author, .arena = h->arena};
    house_write(h, edit_tags, &wish);
    return wish.diff;
}

static size_t list(house *h, int64_t picture, bool rejected, const ts_tag_row **rows)
{
    ts_error err;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_tags_list(txn, picture, rejected, true, h->arena, rows, &count, &err), err);
    ts_catalog_read_end(txn);
    return count;
}

static const ts_tag_row *find(house *h, int64_t picture, const char *key)
{
    const ts_tag_row *rows = NULL;
    size_t count = list(h, picture, true, &rows);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].key, key) == 0) return &rows[i];
    return NULL;
}

static size_t history(house *h, int64_t picture, const ts_ledger_line **lines)
{
    ts_error err;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_tags_history(txn, picture, NULL, 0, 0, h->arena, lines, &count, &err), err);
    ts_catalog_read_end(txn);
    return count;
}

static int64_t version(house *h, int64_t picture)
{
    ts_error err;
    ts_picture_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_pictures_get(txn, picture, h->arena, &row, &err), err);
    ts_catalog_read_end(txn);
    return row.version;
}

static void keeps_all_that_a_run_says(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_input tags[] = {seen("object/dog", 0.91), seen("scene/beach", 0.4)};
    ts_tag_diff diff = run(h, picture, tags, 2);
    assert_int_equal(diff.added, 2);
    const ts_tag_row *rows = NULL;
    assert_int_equal(list(h, picture, false, &rows), 2);
    assert_string_equal(rows[0].key, "object/dog");
    assert_string_equal(rows[0].concept, "object/dog");
    assert_string_equal(rows[0].facet, "object");
    assert_int_equal(rows[0].state, TS_LEDGER_ACCEPTED);
    assert_true(rows[0].confidence == 0.91 && rows[0].raw == 0.455);
    assert_string_equal(rows[0].analyser, "classify");
    assert_string_equal(rows[0].model, "net");
    assert_string_equal(rows[0].version, "1");
    assert_string_equal(rows[0].payload, "{\"count\":1}");
    assert_int_equal(rows[0].author.kind, TS_AUTHOR_MODEL);
    assert_string_equal(rows[0].author.name, "preset default");
    assert_int_equal(rows[1].state, TS_LEDGER_SUGGESTED);
    assert_int_equal(rows[1].position, 1);
    assert_int_equal(rows[0].at, atomic_load(&h->now));
    house_verify(h);
    house_close(h);
}

static void same_run_again_writes_nothing(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_input tags[] = {seen("object/dog", 0.91), seen("scene/beach", 0.4)};
    (void)run(h, picture, tags, 2);
    int64_t before = version(h, picture), seq = ts_catalog_last_seq(h->catalog);
    ts_tag_input moved[] = {tags[1], tags[0]}; /* another rank is no change */
    assert_int_equal(run(h, picture, moved, 2).count, 0);
    assert_int_equal(version(h, picture), before);
    assert_int_equal(ts_catalog_last_seq(h->catalog), seq);
    const ts_ledger_line *lines = NULL;
    assert_int_equal(history(h, picture, &lines), 2);
    house_close(h);
}

static void another_run_changes_what_differs(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_input tags[] = {seen("object/dog", 0.91), seen("scene/beach", 0.4), seen("object/ball", 0.7)};
    (void)run(h, picture, tags, 3);
    int64_t before = version(h, picture);
    ts_tag_input next[] = {seen("object/dog", 0.95), seen("object/ball", 0.7), seen("object/cat", 0.3)};
    run_wish dry = {.picture = picture, .run = {.author = model_author, .tags = next, .count = 3}};
    ts_error err;
    ts_txn *txn = house_read(h);
    assert_works(ts_tags_plan_run(txn, picture, &dry.run, h->arena, &dry.diff, &err), err);
    ts_catalog_read_end(txn);
    assert_int_equal(version(h, picture), before);
    ts_tag_diff diff = run(h, picture, next, 3);
    assert_int_equal(diff.added, 1);
    assert_int_equal(diff.changed, 1);
    assert_int_equal(diff.removed, 1);
    assert_int_equal(dry.diff.count, diff.count);
    for (size_t i = 0; dry.diff.entries && diff.entries && i < diff.count; i++) {
        assert_int_equal(dry.diff.entries[i].kind, diff.entries[i].kind);
        if (diff.entries[i].kind == TS_DIFF_CHANGED) {
            assert_true(diff.entries[i].before->confidence == 0.91 &&
                        diff.entries[i].after->confidence == 0.95);
            assert_true(dry.diff.entries[i].after->confidence == 0.95);
        }
    }
    assert_int_equal(version(h, picture), before + 1); /* once for the run */
    assert_null(find(h, picture, "scene/beach"));
    house_verify(h);
    house_close(h);
}

static void a_run_reaches_its_analysers_only(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_input tags[] = {seen("object/dog", 0.91), seen("colour/red", 0.7)};
    tags[1].analyser = "colours";
    (void)run(h, picture, tags, 2);
    static const char *const colours[] = {"colours"};
    run_wish wish = {.picture = picture,
                     .arena = h->arena,
                     .run = {.author = model_author, .analysers = colours, .analyser_count = 1}};
    house_write(h, record_run, &wish);
    assert_int_equal(wish.diff.removed, 1);
    assert_null(find(h, picture, "colour/red"));
    assert_non_null(find(h, picture, "object/dog"));
    wish.run.reset = true;
    house_write(h, record_run, &wish);
    assert_null(find(h, picture, "object/dog"));
    house_verify(h);
    house_close(h);
}

static void people_are_never_overruled(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_input tags[] = {seen("object/dog", 0.91), seen("scene/beach", 0.4), seen("object/ball", 0.7)};
    (void)run(h, picture, tags, 3);
    (void)edit_as(h, picture, &ann, TS_LEDGER_REJECT, "object/dog");
    (void)edit_as(h, picture, &ann, TS_LEDGER_ACCEPT, "scene/beach");
    (void)edit_as(h, picture, &ann, TS_LEDGER_REMOVE, "object/ball");
    (void)edit_as(h, picture, &ann, TS_LEDGER_ADD, "object/kite");
    ts_tag_input again[] = {seen("object/dog", 0.99), seen("object/ball", 0.99)};
    ts_tag_diff diff = run(h, picture, again, 2);
    assert_int_equal(diff.kept, 2);
    assert_int_equal(diff.added + diff.changed + diff.removed, 0);
    (void)edit_as(h, picture, &importer, TS_LEDGER_ADD, "object/dog");
    assert_int_equal(find(h, picture, "object/dog")->state, TS_LEDGER_REJECTED);
    assert_int_equal(find(h, picture, "object/dog")->action, TS_LEDGER_REJECT);
    assert_int_equal(find(h, picture, "object/ball")->action, TS_LEDGER_REMOVE);
    assert_int_equal(find(h, picture, "scene/beach")->state, TS_LEDGER_ACCEPTED);
    assert_true(find(h, picture, "scene/beach")->confidence == 1);
    assert_string_equal(find(h, picture, "scene/beach")->model, "net"); /* the evidence stays */
    const ts_tag_row *rows = NULL;
    assert_int_equal(list(h, picture, false, &rows), 2);
    assert_string_equal(rows[1].key, "object/kite"); /* after what was ranked */
    (void)edit_as(h, picture, &ann, TS_LEDGER_ADD, "object/dog");
    assert_int_equal(find(h, picture, "object/dog")->state, TS_LEDGER_ACCEPTED);
    house_verify(h);
    house_close(h);
}

static void words_are_equal_when_folded(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_edit edits[] = {
        {.action = TS_LEDGER_ADD, .tag = {.label = "Grandma"}},
        {.action = TS_LEDGER_ADD, .tag = {.label = "grandma"}},
        {.action = TS_LEDGER_ADD, .tag = {.label = "Stra\303\237e", .folded = "strasse"}},
        {.action = TS_LEDGER_REMOVE, .tag = {.label = "STRASSE"}},
    };
    edit_wish wish = {.picture = picture, .edits = edits, .count = 4, .author = &ann, .arena = h->arena};
    house_write(h, edit_tags, &wish);
    assert_int_equal(wish.diff.added, 2);
    const ts_tag_row *row = find(h, picture, "word/grandma");
    assert_non_null(row);
    assert_null(row->concept);
    assert_string_equal(row->facet, "word");
    assert_int_equal(find(h, picture, "word/strasse")->state, TS_LEDGER_REJECTED);
    house_verify(h);
    house_close(h);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_input twice[] = {seen("object/dog", 0.9), seen("object/dog", 0.8)};
    run_wish wish = {
        .picture = picture, .arena = h->arena, .run = {.author = model_author, .tags = twice, .count = 2}};
    house_refuses(h, record_run, &wish, TS_USAGE);
    const ts_tag_row *rows = NULL;
    assert_int_equal(list(h, picture, true, &rows), 0); /* the first one neither */
    wish.run = (ts_tag_run_input){.author = ann, .tags = twice, .count = 1};
    house_refuses(h, record_run, &wish, TS_USAGE);
    wish.run.author = model_author;
    wish.picture = 99;
    house_refuses(h, record_run, &wish, TS_NOT_FOUND);
    ts_tag_edit edit = {.action = TS_LEDGER_ADD};
    edit_wish nameless = {.picture = picture, .edits = &edit, .count = 1, .author = &ann, .arena = h->arena};
    house_refuses(h, edit_tags, &nameless, TS_USAGE);
    edit.tag.concept = "word/x";
    house_refuses(h, edit_tags, &nameless, TS_USAGE);
    edit = (ts_tag_edit){.action = TS_LEDGER_RESTORE, .tag = {.concept = "object/dog"}};
    house_refuses(h, edit_tags, &nameless, TS_USAGE);
    house_close(h);
}

static void history_tells_all_newest_first(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t picture = house_picture(h, 1);
    ts_tag_input tags[] = {seen("object/dog", 0.91)};
    (void)run(h, picture, tags, 1);
    atomic_fetch_add(&h->now, 1000);
    (void)edit_as(h, picture, &ann, TS_LEDGER_REJECT, "object/dog");
    (void)edit_as(h, picture, &ann, TS_LEDGER_REJECT, "object/dog"); /* no difference, no line */
    const ts_ledger_line *lines = NULL;
    assert_int_equal(history(h, picture, &lines), 2);
    assert_int_equal(lines[0].action, TS_LEDGER_REJECT);
    assert_string_equal(lines[0].author.name, "Ann");
    assert_string_equal(lines[0].batch, "b");
    assert_int_equal(lines[0].at - lines[1].at, 1000);
    assert_null(lines[1].batch);
    assert_string_equal(lines[1].payload, "{\"count\":1}");
    ts_error err;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    const ts_ledger_line *older = NULL;
    assert_works(ts_tags_history(txn, picture, "object/dog", lines[0].seq, 5, h->arena, &older, &count, &err),
                 err);
    assert_int_equal(count, 1);
    assert_works(ts_tags_history(txn, picture, "object/cat", 0, 5, h->arena, &older, &count, &err), err);
    assert_int_equal(count, 0);
    ts_catalog_read_end(txn);
    house_close(h);
}

static bool count_tag(void *context, const ts_tag_row *row)
{
    assert_int_not_equal(row->state, TS_LEDGER_REJECTED);
    assert_null(row->payload);
    return ++*(size_t *)context < 3;
}

static void scan_sees_all_but_the_rejected(void **state)
{
    (void)state;
    house *h = house_open();
    ts_tag_input tags[] = {seen("object/dog", 0.91), seen("scene/beach", 0.4)};
    for (unsigned i = 1; i <= 3; i++) (void)run(h, house_picture(h, i), tags, 2);
    (void)edit_as(h, 1, &ann, TS_LEDGER_REJECT, "object/dog");
    size_t count = 0;
    ts_error err;
    ts_txn *txn = house_read(h);
    assert_works(ts_tags_scan(txn, 2, count_tag, &count, &err), err);
    assert_int_equal(count, 2);
    count = 0;
    assert_works(ts_tags_scan(txn, 0, count_tag, &count, &err), err);
    assert_int_equal(count, 3); /* ended by the visitor */
    ts_catalog_read_end(txn);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_all_that_a_run_says),
        cmocka_unit_test(same_run_again_writes_nothing),
        cmocka_unit_test(another_run_changes_what_differs),
        cmocka_unit_test(a_run_reaches_its_analysers_only),
        cmocka_unit_test(people_are_never_overruled),
        cmocka_unit_test(words_are_equal_when_folded),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(history_tells_all_newest_first),
        cmocka_unit_test(scan_sees_all_but_the_rejected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
