/* tests/vocab: what ts_vocab_open refuses, and that it says where and why. */
#include "vocab/vocab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

#define HEADER "id\tlabel\tplural\tparents\tsynonyms\tflags\n"
#define MAP_HEADER "scheme\tkey\tconcept\trelation\tname\n"
#define ANIMAL "object/animal\tanimal\tanimals\t\t\t\n"
#define DOG "object/dog\tdog\tdogs\tobject/animal\tpuppy\t\n"

static ts_vocab *open_texts(const char *concepts, size_t length, const char *mappings, ts_error *err)
{
    char *folder = ts_test_folder();
    if (concepts) free(ts_test_file(folder, "concepts.tsv", concepts, length));
    if (mappings) free(ts_test_file(folder, "mappings.tsv", mappings, strlen(mappings)));
    ts_vocab *vocab = ts_vocab_open(folder, err);
    ts_test_folder_end(folder);
    return vocab;
}

static void refuse(const char *concepts, const char *mappings, const char *message)
{
    ts_error err = {0};
    assert_null(open_texts(concepts, strlen(concepts), mappings, &err));
    ts_test_check_error(&err, TS_CONFIG, message, 0);
    assert_string_equal(err.message, message);
    assert_string_not_equal(err.hint, "");
}

static void opens_a_small_vocabulary(void **state)
{
    (void)state;
    ts_error err = {0};
    const char *concepts = "# a comment\n\n" HEADER ANIMAL DOG;
    ts_vocab *vocab =
        open_texts(concepts, strlen(concepts), MAP_HEADER "coco80\t16\tobject/dog\texact\tdog\n", &err);
    if (!vocab) fail_msg("%s", err.message);
    assert_int_equal(ts_vocab_count(vocab), 2);
    assert_string_equal(ts_vocab_id(vocab, 1), "object/dog");
    assert_int_equal(ts_vocab_map_class(vocab, "coco80", 16, NULL), 1);
    ts_vocab_close(vocab);
}

static void reads_columns_by_name_and_ignores_new_ones(void **state)
{
    (void)state;
    ts_error err = {0};
    const char *concepts = "label\tlabel_de\tid\tflags\tsynonyms\tparents\tplural\r\n"
                           "animal\tTier\tobject/animal\tdull\t\t\tanimals\r\n"
                           "dog\tHund\tobject/dog\tfine,risky\tpuppy\tobject/animal\tdogs";
    ts_vocab *vocab = open_texts(concepts, strlen(concepts), MAP_HEADER, &err);
    if (!vocab) fail_msg("%s", err.message);
    assert_string_equal(ts_vocab_label(vocab, 1), "dog");
    assert_string_equal(ts_vocab_plural(vocab, 0), "animals");
    assert_int_equal(ts_vocab_flags(vocab, 0), TS_CONCEPT_DULL);
    assert_int_equal(ts_vocab_flags(vocab, 1), TS_CONCEPT_FINE | TS_CONCEPT_RISKY);
    ts_vocab_close(vocab);
}

static void refuses_missing_files(void **state)
{
    (void)state;
    ts_error err = {0};
    assert_null(open_texts(NULL, 0, MAP_HEADER, &err));
    ts_test_check_error(&err, TS_NOT_FOUND, "no concepts.tsv", 0);
    assert_non_null(strstr(err.message, "concepts.tsv"));
    err = (ts_error){0};
    assert_null(open_texts(HEADER ANIMAL, strlen(HEADER ANIMAL), NULL, &err));
    ts_test_check_error(&err, TS_NOT_FOUND, "no mappings.tsv", 0);
    assert_null(ts_vocab_open("/nonexistent/vocabulary", NULL));
}

static void refuses_malformed_tables(void **state)
{
    (void)state;
    refuse("", MAP_HEADER, "concepts.tsv:1: the table is empty");
    refuse("# only this\n", MAP_HEADER, "concepts.tsv:1: the table is empty");
    refuse(HEADER, MAP_HEADER, "concepts.tsv:1: no concept at all");
    refuse("id\tlabel\tplural\tparents\tflags\n", MAP_HEADER,
           "concepts.tsv:1: no column is called \"synonyms\"");
    refuse("id\tid\tlabel\tplural\tparents\tsynonyms\tflags\n", MAP_HEADER,
           "concepts.tsv:1: two columns are called \"id\"");
    refuse(HEADER ANIMAL "object/dog\tdog\tdogs\n", MAP_HEADER,
           "concepts.tsv:3: 3 fields where the header names 6");
    refuse(HEADER "object/dog\tdog\tdogs\t\t\t\textra\n", MAP_HEADER,
           "concepts.tsv:2: 7 fields where the header names 6");
    refuse(HEADER "object/dog\td\xC0\xAFg\tdogs\t\t\t\n", MAP_HEADER, "concepts.tsv:2: not UTF-8 text");
    refuse(HEADER "object/dog\td\xED\xA0\x80g\tdogs\t\t\t\n", MAP_HEADER, "concepts.tsv:2: not UTF-8 text");
    refuse(HEADER "object/dog\tdog\xE2\x82\tdogs\t\t\t\n", MAP_HEADER, "concepts.tsv:2: not UTF-8 text");
    refuse(HEADER "object/dog\td\x1Bog\tdogs\t\t\t\n", MAP_HEADER, "concepts.tsv:2: control character 0x1b");
    ts_error err = {0};
    assert_null(open_texts("id\0x", 4, MAP_HEADER, &err));
    assert_string_equal(err.message, "concepts.tsv:1: the file holds NUL bytes: it is no text table");
}

static void refuses_malformed_concepts(void **state)
{
    (void)state;
    static const char *const ids[] = {"dog",         "animal/dog",        "object/",
                                      "object/Dog",  "object/hot dog",    "object/-dog",
                                      "object/dog-", "object/a--b",       "object/a/b",
                                      "Object/dog",  "object/d\xC3\xB6g", "an-endlessly-long-facet-name/dog"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char concepts[256], message[256];
        (void)snprintf(concepts, sizeof concepts, HEADER "%s\tdog\tdogs\t\t\t\n", ids[i]);
        (void)snprintf(message, sizeof message, "concepts.tsv:2: \"%s\" is no id of the form facet/slug",
                       ids[i]);
        refuse(concepts, MAP_HEADER, message);
    }
    refuse(HEADER "object/dog\t\tdogs\t\t\t\n", MAP_HEADER, "concepts.tsv:2: object/dog has no label");
    refuse(HEADER "object/dog\tdog\tdogs\t\t\tdul\n", MAP_HEADER, "concepts.tsv:2: unknown flag \"dul\"");
    refuse(HEADER "object/dog\tdog\tdogs\t\t\tdull,\n", MAP_HEADER, "concepts.tsv:2: unknown flag \"\"");
    refuse(HEADER "object/dog\tdog\tdogs\t\ta||b\t\n", MAP_HEADER, "concepts.tsv:2: an empty synonym");
    refuse(HEADER ANIMAL DOG ANIMAL, MAP_HEADER, "concepts.tsv:4: object/animal stands in the table twice");
}

static void refuses_shared_labels_unless_they_are_homonyms(void **state)
{
    (void)state;
    refuse(HEADER "object/a\tKite\t\t\t\t\nobject/b\tkite\t\t\t\thomonym\n", MAP_HEADER,
           "concepts.tsv:3: object/a and object/b share the label \"kite\"");
    refuse(HEADER "object/a\tt-shirt\t\t\t\t\nscene/b\tt shirt\t\t\t\t\nobject/c\tT shirt\t\t\t\t\n",
           MAP_HEADER, "concepts.tsv:4: object/a and object/c share the label \"T shirt\"");
    ts_error err = {0};
    const char *fine =
        HEADER "object/a\tkite\t\t\t\thomonym\nobject/b\tkite\t\t\t\thomonym\nscene/c\tkite\t\t\t\t\n";
    ts_vocab *vocab = open_texts(fine, strlen(fine), MAP_HEADER, &err);
    if (!vocab) fail_msg("%s", err.message);
    assert_int_equal(ts_vocab_find_name(vocab, "kite").count, 3);
    ts_vocab_close(vocab);
}

static void refuses_broken_trees(void **state)
{
    (void)state;
    refuse(HEADER DOG, MAP_HEADER,
           "concepts.tsv:2: object/dog has the parent \"object/animal\", which does not exist");
    refuse(HEADER ANIMAL "object/dog\tdog\t\tobject/animal,\t\t\n", MAP_HEADER,
           "concepts.tsv:3: object/dog has the parent \"\", which does not exist");
    refuse(HEADER ANIMAL "object/dog\tdog\t\tobject/animal,object/animal\t\t\n", MAP_HEADER,
           "concepts.tsv:3: object/dog names its parent object/animal twice");
    refuse(HEADER "object/dog\tdog\t\tobject/dog\t\t\n", MAP_HEADER,
           "concepts.tsv:2: object/dog is its own ancestor through object/dog");
    refuse(HEADER ANIMAL "object/a\ta\t\tobject/b\t\t\nobject/b\tb\t\tobject/animal,object/c\t\t\n"
                         "object/c\tc\t\tobject/b\t\t\n",
           MAP_HEADER, "concepts.tsv:5: object/c is its own ancestor through object/b");
    refuse(HEADER "object/a\ta\t\tobject/b,object/c,object/d,object/e,object/f,object/g,object/h,object/"
                  "i,object/j\t\t\n"
                  "object/b\tb\t\t\t\t\nobject/c\tc\t\t\t\t\nobject/d\td\t\t\t\t\nobject/e\te\t\t\t\t\n"
                  "object/f\tf\t\t\t\t\nobject/g\tg\t\t\t\t\nobject/h\th\t\t\t\t\nobject/i\ti\t\t\t\t\n"
                  "object/j\tj\t\t\t\t\n",
           MAP_HEADER, "concepts.tsv:2: object/a has more than 8 parents");
}

/* A chain of `length` concepts, each the parent of the next; the deepest first. */
static char *chain(size_t length)
{
    char *text = malloc(64 * length + sizeof HEADER);
    size_t at = (size_t)sprintf(text, HEADER);
    for (size_t i = length; i > 1; i--)
        at += (size_t)sprintf(text + at, "object/c%zu\tc%zu\t\tobject/c%zu\t\t\n", i, i, i - 1);
    (void)sprintf(text + at, "object/c1\tc1\t\t\t\t\n");
    return text;
}

static void bounds_the_depth(void **state)
{
    (void)state;
    ts_error err = {0};
    char *deep = chain(33);
    ts_vocab *vocab = open_texts(deep, strlen(deep), MAP_HEADER, &err);
    if (!vocab) fail_msg("%s", err.message);
    assert_int_equal(ts_vocab_depth(vocab, 0), 32);
    assert_int_equal(ts_vocab_ancestors(vocab, 0).count, 32);
    ts_vocab_close(vocab);
    free(deep);
    deep = chain(20000);
    refuse(deep, MAP_HEADER, "concepts.tsv:2: object/c20000 lies more than 32 levels deep");
    free(deep);
}

static void refuses_malformed_mappings(void **state)
{
    (void)state;
    refuse(HEADER ANIMAL, "", "mappings.tsv:1: the table is empty");
    refuse(HEADER ANIMAL, MAP_HEADER "coco80\t1\tobject/cat\texact\t\n",
           "mappings.tsv:2: there is no concept \"object/cat\"");
    refuse(HEADER ANIMAL, MAP_HEADER "coco80\t1\tobject/animal\tsame\t\n",
           "mappings.tsv:2: relation \"same\" is none of exact, narrower, broader");
    refuse(HEADER ANIMAL, MAP_HEADER "\t1\tobject/animal\texact\t\n",
           "mappings.tsv:2: a mapping needs a scheme and a key");
    refuse(HEADER ANIMAL DOG,
           MAP_HEADER "coco80\t1\tobject/dog\texact\t\ncoco80\t2\tobject/dog\texact\t\n"
                      "coco80\t1\tobject/animal\tbroader\t\n",
           "mappings.tsv:4: coco80 1 is mapped twice");
}

#define CUE_HEADER "concept\trelation\tcue\tweight\n"

static void refuse_cues(const char *cues, const char *message)
{
    ts_error err = {0};
    char *folder = ts_test_folder();
    free(ts_test_file(folder, "concepts.tsv", HEADER ANIMAL DOG, strlen(HEADER ANIMAL DOG)));
    free(ts_test_file(folder, "mappings.tsv", MAP_HEADER, strlen(MAP_HEADER)));
    free(ts_test_file(folder, "cues.tsv", cues, strlen(cues)));
    ts_vocab *vocab = ts_vocab_open(folder, &err);
    ts_test_folder_end(folder);
    if (!message) {
        if (!vocab) fail_msg("%s", err.message);
        const ts_cue *rows;
        assert_int_equal(ts_vocab_cues(vocab, &rows), 2);
        assert_int_equal(rows[1].seen, 0);
        assert_string_equal(rows[0].relation, "always");
        ts_vocab_close(vocab);
        return;
    }
    assert_null(vocab);
    ts_test_check_error(&err, TS_CONFIG, message, 0);
}

static void refuses_malformed_cues(void **state)
{
    (void)state;
    refuse_cues(CUE_HEADER "object/dog\talways\t\t-2\nobject/dog\tseen\tobject/animal\t1.5\n", NULL);
    refuse_cues(CUE_HEADER "object/cat\talways\t\t-2\n", "cues.tsv:2: there is no concept \"object/cat\"");
    refuse_cues(CUE_HEADER "object/dog\tseen\tobject/cat\t1\n",
                "cues.tsv:2: there is no concept \"object/cat\"");
    refuse_cues(CUE_HEADER "object/dog\talways\t\t1,5\n",
                "cues.tsv:2: \"1,5\" is no weight between -20 and 20");
    refuse_cues(CUE_HEADER "object/dog\talways\t\tnan\n",
                "cues.tsv:2: \"nan\" is no weight between -20 and 20");
    refuse_cues(CUE_HEADER "object/dog\talways\t\t1\nobject/animal\talways\t\t1\n",
                "cues.tsv:3: the rows are not sorted by concept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_a_small_vocabulary),
        cmocka_unit_test(reads_columns_by_name_and_ignores_new_ones),
        cmocka_unit_test(refuses_missing_files),
        cmocka_unit_test(refuses_malformed_tables),
        cmocka_unit_test(refuses_malformed_concepts),
        cmocka_unit_test(refuses_shared_labels_unless_they_are_homonyms),
        cmocka_unit_test(refuses_broken_trees),
        cmocka_unit_test(bounds_the_depth),
        cmocka_unit_test(refuses_malformed_mappings),
        cmocka_unit_test(refuses_malformed_cues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
