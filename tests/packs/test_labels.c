/* tests/packs: label lists. The real ones against classes that everybody knows, and malformed ones. */
#include "packs/packs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/support.h"

typedef struct scene {
    char *folder;
    ts_packs *packs;
    ts_arena *arena;
    ts_labels labels;
} scene;

static const char manifest[] =
    "{\"name\": \"m\", \"version\": \"1\", \"analyser\": \"a\", \"licence\": \"MIT\","
    " \"file\": {\"name\": \"m.onnx\", \"bytes\": 1, \"sha256\":"
    "  \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},"
    " \"input\": {\"width\": 1, \"height\": 1, \"order\": \"rgb\", \"layout\": \"nhwc\", \"mean\": [0, 0, 0],"
    "  \"scale\": [1, 1, 1], \"fit\": \"stretch\"}, \"outputs\": [{\"name\": \"o\", \"role\": \"r\"}]}";

static int set_up(void **state)
{
    scene *s = calloc(1, sizeof *s);
    s->folder = ts_test_folder();
    char *models = ts_test_path(s->folder, "models");
    char *labels = ts_test_path(s->folder, "models/labels");
    mkdir(models, 0777);
    mkdir(labels, 0777);
    free(labels);
    free(models);
    free(ts_test_file(s->folder, "models/m.json", manifest, sizeof manifest - 1));
    s->packs = ts_packs_open(s->folder, s->folder, NULL);
    s->arena = ts_arena_new(0);
    *state = s;
    return s->packs ? 0 : -1;
}

static int tear_down(void **state)
{
    scene *s = *state;
    ts_packs_close(s->packs);
    ts_arena_free(s->arena);
    ts_test_folder_end(s->folder);
    free(s);
    return 0;
}

static bool read_list(scene *s, const char *text, size_t length, ts_error *err)
{
    free(ts_test_file(s->folder, "models/labels/few.tsv", text, length));
    return ts_packs_labels(s->packs, "few", s->arena, &s->labels, err);
}

static void the_real_lists_hold_what_the_models_were_trained_on(void **state)
{
    scene *s = *state;
    ts_error err;
    ts_packs *packs = NULL;
    assert_works(packs = ts_packs_open(ts_test_source(), "w", &err), err);
    ts_labels labels;
    assert_works(ts_packs_labels(packs, "imagenet1k", s->arena, &labels, &err), err);
    assert_int_equal(labels.count, 1000);
    assert_string_equal(labels.names[0], "tench");
    assert_string_equal(labels.names[285], "Egyptian cat");
    assert_string_equal(labels.names[967], "espresso");
    assert_string_equal(labels.names[999], "toilet tissue");
    assert_works(ts_packs_labels(packs, "coco80", s->arena, &labels, &err), err);
    assert_int_equal(labels.count, 80);
    assert_string_equal(labels.names[0], "person");
    assert_string_equal(labels.names[15], "cat");
    assert_string_equal(labels.names[79], "toothbrush");
    for (size_t i = 0; i < ts_packs_count(packs); i++) {
        const char *list = ts_packs_at(packs, i)->labels;
        if (list) assert_works(ts_packs_labels(packs, list, s->arena, &labels, &err), err);
    }
    ts_packs_close(packs);
}

static void comments_and_empty_lines_are_passed_over(void **state)
{
    scene *s = *state;
    ts_error err;
    static const char text[] = "# idx\tid\tname\n\n0\tn01\tred fox\n# more\n1\tn02\tgrey fox";
    assert_works(read_list(s, text, sizeof text - 1, &err), err);
    assert_int_equal(s->labels.count, 2);
    assert_string_equal(s->labels.names[0], "red fox");
    assert_string_equal(s->labels.names[1], "grey fox");
}

static void malformed_lists_are_refused_with_their_row(void **state)
{
    scene *s = *state;
    static const struct {
        const char *text;
        const char *row;
    } rows[] = {
        {"0 no tab\n", "row 1"},        {"cat\tcat\n", "row 1"},
        {"\tcat\n", "row 1"},           {"0x\tcat\n", "row 1"},
        {"1\tcat\n", "row 1"},          {"0\tcat\n0\tdog\n", "row 2"},
        {"0\tcat\n2\tdog\n", "row 2"},  {"0\tcat\n1\t\n", "row 2"},
        {"0\tcat\n-1\tdog\n", "row 2"}, {"0\tcat\n18446744073709551617\tdog\n", "row 2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ts_error err = {0};
        if (read_list(s, rows[i].text, strlen(rows[i].text), &err)) fail_msg("list %zu was taken", i);
        ts_test_check_error(&err, TS_CONFIG, __FILE__, __LINE__);
        if (!strstr(err.message, "few.tsv") || !strstr(err.message, rows[i].row))
            fail_msg("list %zu: \"%s\"", i, err.message);
    }
}

static void an_empty_list_is_no_list(void **state)
{
    ts_error err;
    assert_fails(read_list(*state, "", 0, &err), err, TS_CONFIG);
    assert_fails(read_list(*state, "# only a comment\n", 17, &err), err, TS_CONFIG);
}

static void a_missing_list_is_named(void **state)
{
    scene *s = *state;
    ts_error err;
    assert_fails(ts_packs_labels(s->packs, "none", s->arena, &s->labels, &err), err, TS_NOT_FOUND);
    assert_non_null(strstr(err.message, "none.tsv"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_real_lists_hold_what_the_models_were_trained_on),
        TEST(comments_and_empty_lines_are_passed_over),
        TEST(malformed_lists_are_refused_with_their_row),
        TEST(an_empty_list_is_no_list),
        TEST(a_missing_list_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
