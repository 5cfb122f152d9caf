/* tests/packs: reading manifests. The real ones, and one wrong thing at a time in a good one: each must be
 * refused with the file and the key in the message. */
#include "packs/packs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/support.h"

#define SHA "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""

static const char good[] =
    "{\"name\": \"m\", \"version\": \"1\", \"analyser\": \"classify\", \"pack\": \"core\", \"licence\": "
    "\"MIT\","
    " \"labels\": \"few\", \"file\": {\"name\": \"m.onnx\", \"sha256\": " SHA ", \"bytes\": 7},"
    " \"input\": {\"width\": 260, \"height\": 130, \"order\": \"bgr\", \"layout\": \"nhwc\", \"mean\": [1, "
    "2, 3.5],"
    "            \"scale\": [4, 5, -6], \"fit\": \"letterbox\", \"crop\": 0.5},"
    " \"outputs\": [{\"name\": \"a\", \"role\": \"logits\"}, {\"name\": \"b\", \"role\": \"features\"}],"
    " \"params\": {\"drop\": 0.25}, \"calibration\": {\"kind\": \"none\"}}";

static int set_up(void **state)
{
    *state = ts_test_folder();
    char *models = ts_test_path(*state, "models");
    int rc = mkdir(models, 0777);
    free(models);
    return rc;
}

static int tear_down(void **state)
{
    ts_test_folder_end(*state);
    return 0;
}

static void put(const char *share, const char *name, const char *text)
{
    free(ts_test_file(share, name, text, strlen(text)));
}

/* The good manifest with the member at `where` ("input.fit", "outputs.0.name") set to this JSON; NULL takes
 * it out. The caller frees. */
static char *changed(const char *where, const char *value)
{
    json_t *root = json_loads(good, 0, NULL);
    assert_non_null(root);
    char path[64];
    (void)snprintf(path, sizeof path, "%s", where);
    json_t *at = root;
    char *key = path;
    for (char *dot; (dot = strchr(key, '.')); key = dot + 1) {
        *dot = '\0';
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(key)) : json_object_get(at, key);
        assert_non_null(at);
    }
    json_t *item = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
    if (value) assert_non_null(item);
    assert_int_equal(value ? json_object_set_new(at, key, item) : json_object_del(at, key), 0);
    char *text = json_dumps(root, 0);
    json_decref(root);
    assert_non_null(text);
    return text;
}

static void the_real_manifests_are_read(void **state)
{
    (void)state;
    ts_error err;
    ts_packs *packs = NULL;
    assert_works(packs = ts_packs_open(ts_test_source(), "/weights", &err), err);
    static const char *const core[] = {"blazeface-full-range", "centernet-mobilenetv3-coco",
                                       "efficientnet-lite2", "face-mesh", "open-nsfw"};
    for (size_t i = 0; i < sizeof core / sizeof *core; i++) {
        const ts_model *model = ts_packs_find(packs, core[i]);
        if (!model) fail_msg("no model %s", core[i]);
        assert_string_equal(model->pack, "core");
        assert_string_not_equal(model->licence, "");
        assert_true(model->bytes > 10000);
        assert_memory_equal(model->path, "/weights/", 9);
    }
    for (size_t i = 1; i < ts_packs_count(packs); i++)
        assert_true(strcmp(ts_packs_at(packs, i - 1)->name, ts_packs_at(packs, i)->name) < 0);
    assert_null(ts_packs_find(packs, "efficientnet"));
    assert_null(ts_packs_find(packs, ""));
    ts_packs_close(packs);
}

static void every_member_arrives(void **state)
{
    ts_error err;
    ts_packs *packs = NULL;
    put(*state, "models/m.json", good);
    assert_works(packs = ts_packs_open(*state, "w", &err), err);
    assert_int_equal(ts_packs_count(packs), 1);
    const ts_model *m = ts_packs_at(packs, 0);
    assert_string_equal(m->name, "m");
    assert_string_equal(m->version, "1");
    assert_string_equal(m->analyser, "classify");
    assert_string_equal(m->pack, "core");
    assert_string_equal(m->licence, "MIT");
    assert_string_equal(m->homepage, "");
    assert_string_equal(m->labels, "few");
    assert_string_equal(m->path, "w/m.onnx");
    assert_memory_equal(m->sha256, "0123456789abcdef", 16);
    assert_int_equal(m->bytes, 7);
    const ts_model_input *input = &m->input;
    assert_int_equal(input->width, 260);
    assert_int_equal(input->height, 130);
    assert_true(input->bgr && input->nhwc && input->fit == TS_MODEL_LETTERBOX);
    assert_float_equal(input->mean[2], 3.5F, 0);
    assert_float_equal(input->scale[2], -6, 0);
    assert_float_equal(input->crop, 0.5F, 0);
    assert_int_equal(m->output_count, 2);
    assert_string_equal(m->outputs[1].name, "b");
    assert_string_equal(m->outputs[1].role, "features");
    assert_float_equal(json_number_value(json_object_get(m->params, "drop")), 0.25, 0);
    assert_string_equal(json_string_value(json_object_get(m->calibration, "kind")), "none");
    ts_packs_close(packs);
}

/* A model of texts has no picture going in; leaving the member out is still a slip. */
/* What was fitted on one's own pictures lies beside the weights and goes before the manifest. */
static void an_own_calibration_goes_first(void **state)
{
    const char *share = *state;
    ts_error err = {0};
    put(share, "models/m.json", good);
    char *weights = ts_test_path(share, "weights");
    assert_int_equal(mkdir(weights, 0777), 0);
    put(share, "weights/m.calibration.json", "{\"kind\": \"platt\", \"slope\": 2.5}");
    ts_packs *packs = ts_packs_open(share, weights, &err);
    assert_works(packs, err);
    const ts_model *model = ts_packs_find(packs, "m");
    assert_string_equal(json_string_value(json_object_get(model->calibration, "kind")), "platt");
    ts_packs_close(packs);
    put(share, "weights/m.calibration.json", "[]");
    assert_null(ts_packs_open(share, weights, &err));
    assert_non_null(strstr(err.message, "m.calibration.json"));
    free(weights);
}

static void a_model_may_take_no_picture(void **state)
{
    char *text = changed("input", "null");
    put(*state, "models/m.json", text);
    ts_error err;
    ts_packs *packs = NULL;
    assert_works(packs = ts_packs_open(*state, "w", &err), err);
    assert_int_equal(ts_packs_at(packs, 0)->input.width, 0);
    assert_int_equal(ts_packs_at(packs, 0)->output_count, 2);
    ts_packs_close(packs);
    free(text);
}

static void optional_members_may_be_missing_or_null(void **state)
{
    static const char *const optional[] = {"pack", "labels", "params", "calibration", "input.crop"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        for (int null = 0; null < 2; null++) {
            char *text = changed(optional[i], null ? "null" : NULL);
            put(*state, "models/m.json", text);
            ts_error err;
            ts_packs *packs = NULL;
            assert_works(packs = ts_packs_open(*state, "w", &err), err);
            assert_float_equal(ts_packs_at(packs, 0)->input.crop, i == 4 ? 1.0F : 0.5F, 0);
            if (i == 1) assert_null(ts_packs_at(packs, 0)->labels);
            ts_packs_close(packs);
            free(text);
        }
    }
}

typedef struct wrong {
    const char *where;
    const char *value; /* NULL: the member is left out */
    const char *key;   /* what the message must name */
} wrong;

#define LONG_NAME "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""

static const wrong wrongs[] = {
    {"name", NULL, "\"name\""},
    {"name", "5", "\"name\""},
    {"name", "\"\"", "\"name\""},
    {"name", "\"Upper\"", "\"name\""},
    {"name", "\".m\"", "\"name\""},
    {"name", "\"../m\"", "\"name\""},
    {"name", LONG_NAME, "\"name\""},
    {"version", NULL, "\"version\""},
    {"version", "1", "\"version\""},
    {"analyser", NULL, "\"analyser\""},
    {"analyser", "[]", "\"analyser\""},
    {"licence", NULL, "\"licence\""},
    {"licence", "null", "\"licence\""},
    {"pack", "7", "\"pack\""},
    {"homepage", "{}", "\"homepage\""},
    {"labels", "\"../../etc/passwd\"", "\"labels\""},
    {"labels", "\"\"", "\"labels\""},
    {"labels", "5", "\"labels\""},
    {"params", "[]", "\"params\""},
    {"params", "3", "\"params\""},
    {"calibration", "\"none\"", "\"calibration\""},
    {"file", NULL, "\"file\""},
    {"file", "\"m.onnx\"", "\"file\""},
    {"file.name", NULL, "\"name\""},
    {"file.name", "\"../x\"", "\"file.name\""},
    {"file.name", "\"..\"", "\"file.name\""},
    {"file.name", "\"/etc/passwd\"", "\"file.name\""},
    {"file.name", "\"a/b.onnx\"", "\"file.name\""},
    {"file.name", "\"a\\\\b.onnx\"", "\"file.name\""},
    {"file.name", "\"\"", "\"file.name\""},
    {"file.sha256", NULL, "\"sha256\""},
    {"file.sha256", "\"0123\"", "\"file.sha256\""},
    {"file.sha256", "\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\"",
     "\"file.sha256\""},
    {"file.sha256", "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0\"",
     "\"file.sha256\""},
    {"file.sha256", "64", "\"sha256\""},
    {"file.bytes", NULL, "\"bytes\""},
    {"file.bytes", "-1", "\"bytes\""},
    {"file.bytes", "\"7\"", "\"bytes\""},
    {"file.bytes", "7.5", "\"bytes\""},
    {"file.bytes", "9223372036854775807", "\"bytes\""},
    {"input", NULL, "\"input\""},
    {"input", "[]", "\"input\""},
    {"input.width", NULL, "\"width\""},
    {"input.width", "0", "\"width\""},
    {"input.width", "-260", "\"width\""},
    {"input.width", "4097", "\"width\""},
    {"input.width", "4294967297", "\"width\""},
    {"input.height", "\"260\"", "\"height\""},
    {"input.height", "260.0", "\"height\""},
    {"input.order", NULL, "\"order\""},
    {"input.order", "\"RGB\"", "\"order\""},
    {"input.layout", "\"hwc\"", "\"layout\""},
    {"input.layout", "1", "\"layout\""},
    {"input.fit", NULL, "\"fit\""},
    {"input.fit", "\"squash\"", "\"fit\""},
    {"input.mean", NULL, "\"mean\""},
    {"input.mean", "[1, 2]", "\"mean\""},
    {"input.mean", "[1, 2, 3, 4]", "\"mean\""},
    {"input.mean", "[1, \"2\", 3]", "\"mean\""},
    {"input.mean", "[1, 2, 1e300]", "\"mean\""},
    {"input.scale", "[1, 0, 1]", "\"scale\""},
    {"input.scale", "[1, 1, 1e-300]", "\"scale\""},
    {"input.scale", "[-1e300, 1, 1]", "\"scale\""},
    {"input.scale", "127", "\"scale\""},
    {"input.crop", "0", "\"crop\""},
    {"input.crop", "1.01", "\"crop\""},
    {"input.crop", "-0.5", "\"crop\""},
    {"input.crop", "\"0.5\"", "\"crop\""},
    {"outputs", NULL, "\"outputs\""},
    {"outputs", "[]", "\"outputs\""},
    {"outputs", "{\"name\": \"a\", \"role\": \"b\"}", "\"outputs\""},
    {"outputs", "[5]", "\"name\""},
    {"outputs", "[1, 2, 3, 4, 5, 6, 7, 8, 9]", "\"outputs\""},
    {"outputs.0.name", NULL, "\"name\""},
    {"outputs.1.role", NULL, "\"role\""},
    {"outputs.1.role", "1", "\"role\""},
};

static void each_wrong_member_is_named(void **state)
{
    char *path = ts_test_path(*state, "models/m.json");
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const wrong *w = &wrongs[i];
        char *text = changed(w->where, w->value);
        put(*state, "models/m.json", text);
        ts_error err = {0};
        ts_packs *packs = ts_packs_open(*state, "w", &err);
        if (packs) fail_msg("%s = %s was taken", w->where, w->value ? w->value : "(none)");
        ts_test_check_error(&err, TS_CONFIG, __FILE__, __LINE__);
        if (!strstr(err.message, path) || !strstr(err.message, w->key))
            fail_msg("%s = %s: \"%s\" names not %s", w->where, w->value ? w->value : "(none)", err.message,
                     w->key);
        free(text);
    }
    free(path);
}

static void what_is_no_json_object_is_refused_with_its_place(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{",
        "{\"name\": \"m\", \"name\": \"m\"}",
        "{\"name\": \"m\"} {}",
        "{\"name\": 99999999999999999999999999}",
        "{\"name\": \"\\ud800\"}",
        "{\"name\": \"a\\u0000b\"}",
        "\xff\xfe{}",
    };
    char *path = ts_test_path(*state, "models/m.json");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        put(*state, "models/m.json", texts[i]);
        ts_error err;
        assert_fails(ts_packs_open(*state, "w", &err), err, TS_CONFIG);
        if (!strstr(err.message, path)) fail_msg("text %zu: \"%s\"", i, err.message);
    }
    free(path);
}

static void the_file_must_be_named_like_its_model(void **state)
{
    static const char *const names[] = {"models/n.json", "models/m.1.json", "models/mm.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        put(*state, names[i], good);
        ts_error err;
        assert_fails(ts_packs_open(*state, "w", &err), err, TS_CONFIG);
        assert_non_null(strstr(err.message, names[i]));
        assert_non_null(strstr(err.message, "named m"));
        char *path = ts_test_path(*state, names[i]);
        remove(path);
        free(path);
    }
}

/* One bad manifest among good ones: nothing is leaked, and the bad one is the one named. */
static void the_first_bad_one_is_named(void **state)
{
    put(*state, "models/m.json", good);
    put(*state, "models/n.json", "{}");
    put(*state, "models/notes.txt", "no manifest");
    ts_error err;
    assert_fails(ts_packs_open(*state, "w", &err), err, TS_CONFIG);
    assert_non_null(strstr(err.message, "models/n.json"));
    assert_null(ts_packs_open(*state, "w", NULL));
}

static void a_share_folder_without_manifests_is_an_error(void **state)
{
    ts_error err;
    assert_fails(ts_packs_open(*state, "w", &err), err, TS_NOT_FOUND);
    assert_non_null(strstr(err.hint, "TAGSMITH_SHARE"));
    assert_fails(ts_packs_open("/no/such/folder", "w", &err), err, TS_NOT_FOUND);
}

/* Folders may have any name; brackets and stars are no patterns there. */
static void a_folder_name_is_no_pattern(void **state)
{
    char *odd = ts_test_path(*state, "odd [1] *");
    char *models = ts_test_path(odd, "models");
    assert_int_equal(mkdir(odd, 0777), 0);
    assert_int_equal(mkdir(models, 0777), 0);
    put(odd, "models/m.json", good);
    ts_error err;
    ts_packs *packs = NULL;
    assert_works(packs = ts_packs_open(odd, "w", &err), err);
    assert_int_equal(ts_packs_count(packs), 1);
    ts_packs_close(packs);
    free(models);
    free(odd);
}

static void closing_nothing_is_fine(void **state)
{
    (void)state;
    ts_packs_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_real_manifests_are_read),
        TEST(every_member_arrives),
        TEST(an_own_calibration_goes_first),
        TEST(a_model_may_take_no_picture),
        TEST(optional_members_may_be_missing_or_null),
        TEST(each_wrong_member_is_named),
        TEST(what_is_no_json_object_is_refused_with_its_place),
        TEST(the_file_must_be_named_like_its_model),
        TEST(the_first_bad_one_is_named),
        TEST(a_share_folder_without_manifests_is_an_error),
        TEST(a_folder_name_is_no_pattern),
        TEST(closing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
