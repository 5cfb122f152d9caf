/* tests/packs: heads, the small linear classifiers on a model's features. */
#include "packs/packs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/support.h"

static const ts_model model = {.name = "net", .version = "2"};

static const char manifest[] =
    "{\"name\": \"m\", \"version\": \"1\", \"analyser\": \"a\", \"licence\": \"MIT\","
    " \"file\": {\"name\": \"m.onnx\", \"bytes\": 1, \"sha256\":"
    "  \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},"
    " \"input\": {\"width\": 1, \"height\": 1, \"order\": \"rgb\", \"layout\": \"nhwc\", \"mean\": [0, 0, 0],"
    "  \"scale\": [1, 1, 1], \"fit\": \"stretch\"}, \"outputs\": [{\"name\": \"o\", \"role\": \"r\"}]}";

static void make_folder(const char *folder, const char *name)
{
    char *path = ts_test_path(folder, name);
    assert_int_equal(mkdir(path, 0777), 0);
    free(path);
}

static const ts_head *read_head(const char *text, ts_arena *arena, bool *ok, ts_error *err)
{
    const ts_head *head = NULL;
    char *folder = ts_test_folder();
    make_folder(folder, "models");
    make_folder(folder, "models/heads");
    free(ts_test_file(folder, "models/m.json", manifest, sizeof manifest - 1));
    if (text) free(ts_test_file(folder, "models/heads/h.json", text, strlen(text)));
    ts_packs *packs = ts_packs_open(folder, "w", err);
    assert_non_null(packs);
    *ok = ts_packs_head(packs, "h", &model, arena, &head, err);
    ts_packs_close(packs);
    ts_test_folder_end(folder);
    return head;
}

static void a_head_is_read_and_scaled(void **state)
{
    (void)state;
    ts_arena *arena = ts_arena_new(0);
    ts_error err = {0};
    bool ok;
    const ts_head *head =
        read_head("{\"model\": \"net\", \"model_version\": \"2\", \"version\": \"7\", \"bias\": -1.5,"
                  " \"scale\": 0.5, \"weights\": [1, -2, 4]}",
                  arena, &ok, &err);
    assert_true(ok);
    assert_non_null(head);
    assert_int_equal(head->count, 3);
    assert_float_equal(head->weights[1], -1, 1e-6);
    assert_float_equal(head->bias, -1.5, 1e-6);
    assert_string_equal(head->version, "7");
    ts_arena_free(arena);
}

/* Weights for other features would only make noise. */
static void a_head_of_another_model_is_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        NULL,
        "{\"model\": \"other\", \"model_version\": \"2\", \"version\": \"1\", \"weights\": [1]}",
        "{\"model\": \"net\", \"model_version\": \"1\", \"version\": \"1\", \"weights\": [1]}",
    };
    ts_arena *arena = ts_arena_new(0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ts_error err = {0};
        bool ok;
        assert_null(read_head(texts[i], arena, &ok, &err));
        assert_true(ok);
    }
    ts_arena_free(arena);
}

static void malformed_heads_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{",
        "{\"model\": \"net\", \"model_version\": \"2\", \"weights\": [1]}",
        "{\"model\": \"net\", \"model_version\": \"2\", \"version\": \"1\", \"weights\": [1, \"2\"]}",
        "{\"model\": \"net\", \"model_version\": \"2\", \"version\": \"1\"}",
    };
    ts_arena *arena = ts_arena_new(0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ts_error err = {0};
        bool ok;
        (void)read_head(texts[i], arena, &ok, &err);
        if (ok) fail_msg("head %zu was taken", i);
        assert_int_equal(err.code, TS_CONFIG);
    }
    ts_arena_free(arena);
}

static void the_real_head_is_for_the_real_model(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_arena *arena = ts_arena_new(0);
    ts_packs *packs = ts_packs_open(ts_test_source(), "w", &err);
    assert_non_null(packs);
    const ts_head *head = NULL;
    const ts_model *classifier = ts_packs_find(packs, "efficientnet-lite2");
    assert_non_null(classifier);
    assert_true(ts_packs_head(packs, "artwork", classifier, arena, &head, &err));
    assert_non_null(head);
    assert_int_equal(head->count, 1280);
    ts_packs_close(packs);
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_read_and_scaled),
        cmocka_unit_test(a_head_of_another_model_is_none),
        cmocka_unit_test(malformed_heads_are_refused),
        cmocka_unit_test(the_real_head_is_for_the_real_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
