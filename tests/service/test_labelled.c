/* Labelled folders: what their labels mean. */
#include "service/labelled.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

typedef struct folder {
    char *dir;
    ts_vocab *vocab;
    ts_arena *arena;
} folder;

static int set_up(void **state)
{
    static folder f;
    ts_error err = {0};
    f.dir = ts_test_folder();
    f.vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, &err);
    f.arena = ts_arena_new(0);
    assert_true(f.dir && f.vocab && f.arena);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    folder *f = *state;
    ts_vocab_close(f->vocab);
    ts_arena_free(f->arena);
    ts_test_folder_end(f->dir);
    return 0;
}

static void put(const folder *f, const char *name, const char *text)
{
    free(ts_test_file(f->dir, name, text, strlen(text)));
}

static ts_labelled read_good(const folder *f)
{
    ts_labelled out;
    ts_error err = {0};
    if (!ts_labelled_read(f->dir, f->vocab, f->arena, &out, &err)) fail_msg("%s", err.message);
    return out;
}

static bool is_there(const folder *f, const ts_labelled *l, size_t picture, const char *id)
{
    size_t place = ts_labelled_place(l, f->vocab, id);
    if (place == l->asked_count) fail_msg("%s is not asked about", id);
    assert_string_equal(ts_vocab_id(f->vocab, l->asked[place]), id);
    return l->pictures[picture].there[place];
}

static void names_and_ids_are_labels(void **state)
{
    const folder *f = *state;
    put(f, "labels.tsv", "# comment\na.jpg\tdog|object/cat\nb c.jpg\tHund\r\n\nd.jpg\t\n");
    ts_labelled l = read_good(f);
    assert_int_equal(l.count, 3);
    assert_int_equal(l.asked_count, 2);
    assert_int_equal(l.unknown_count, 0);
    assert_true(is_there(f, &l, 0, "object/dog") && is_there(f, &l, 0, "object/cat"));
    assert_true(is_there(f, &l, 1, "object/dog") && !is_there(f, &l, 1, "object/cat"));
    assert_false(is_there(f, &l, 2, "object/dog"));
    assert_int_equal(ts_labelled_place(&l, f->vocab, "object/car"), 2);
    assert_int_equal(ts_labelled_place(&l, f->vocab, "no/concept"), 2);
    assert_non_null(strstr(l.pictures[1].path, "/b c.jpg"));
}

static void a_narrow_label_says_the_wider_ones(void **state)
{
    const folder *f = *state;
    put(f, "labels.tsv", "a.jpg\tpug\nb.jpg\tdog\nc.jpg\tanimal\n");
    ts_labelled l = read_good(f);
    assert_true(is_there(f, &l, 0, "object/pug") && is_there(f, &l, 0, "object/dog") &&
                is_there(f, &l, 0, "object/animal"));
    assert_true(!is_there(f, &l, 1, "object/pug") && is_there(f, &l, 1, "object/animal"));
    assert_false(is_there(f, &l, 2, "object/dog"));
}

static void classes_say_what_was_looked_for(void **state)
{
    const folder *f = *state;
    put(f, "classes.txt", "dog\ncat\nbicycle\nno such thing\n");
    put(f, "labels.tsv", "a.jpg\tpug|train\n");
    ts_labelled l = read_good(f);
    assert_int_equal(l.asked_count, 3);
    assert_true(is_there(f, &l, 0, "object/dog"));
    assert_false(is_there(f, &l, 0, "object/bicycle"));
    assert_int_equal(l.unknown_count, 1);
    assert_string_equal(l.unknown[0], "no such thing");
}

static void of_homonyms_the_content_is_meant(void **state)
{
    const folder *f = *state;
    put(f, "labels.tsv", "a.jpg\torange\n");
    ts_labelled l = read_good(f);
    assert_int_equal(ts_vocab_facet(f->vocab, l.asked[0]), TS_FACET_OBJECT);
}

/* Synonyms of one thing, of which one is another thing's name as well. */
static void of_homonyms_the_one_is_meant_that_other_labels_name(void **state)
{
    folder *f = *state;
    put(f, "labels.tsv", "a.jpg\tsand viper|horned viper\nb.jpg\tlynx|catamount\n");
    ts_labelled l = read_good(f);
    assert_int_equal(l.asked_count, 2);
    assert_true(is_there(f, &l, 0, "object/horned-viper"));
    assert_true(is_there(f, &l, 1, "object/lynx"));
}

static void refuse(const folder *f, ts_code code, const char *words)
{
    ts_labelled out;
    ts_error err = {0};
    assert_false(ts_labelled_read(f->dir, f->vocab, f->arena, &out, &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.message, words)) fail_msg("\"%s\" does not say \"%s\"", err.message, words);
}

static void bad_folders_are_refused(void **state)
{
    const folder *f = *state;
    refuse(f, TS_NOT_FOUND, "labels.tsv");
    put(f, "labels.tsv", "a.jpg\tdog\nb.jpg dog\n");
    refuse(f, TS_USAGE, "line 2");
    put(f, "labels.tsv", "a.jpg\tnothing we know\n");
    refuse(f, TS_USAGE, "no concept");
    put(f, "labels.tsv", "");
    refuse(f, TS_USAGE, "no concept");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_and_ids_are_labels),
        TEST(a_narrow_label_says_the_wider_ones),
        TEST(classes_say_what_was_looked_for),
        TEST(of_homonyms_the_content_is_meant),
        TEST(of_homonyms_the_one_is_meant_that_other_labels_name),
        TEST(bad_folders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
