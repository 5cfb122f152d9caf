/* tests/api: the pure parts of ImageKit's dialect: JSON as it is typed, paths, AI tags, signatures of
 * webhooks (the vectors were computed apart from this code). */
#include "api/imagekit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/support/support.h"

static const ts_ik_tag all_tags[] = {
    {.label = "dog",
     .concept = "object/dog",
     .machine = true,
     .accepted = true,
     .seen = true,
     .confidence = 0.9375},
    {.label = "ball",
     .concept = "object/ball",
     .machine = true,
     .accepted = false,
     .seen = true,
     .confidence = 0.41},
    {.label = "beach",
     .concept = "scene/beach",
     .machine = true,
     .accepted = true,
     .seen = true,
     .confidence = 0.62},
    {.label = "big sale", .concept = NULL, .machine = false, .accepted = true, .confidence = 1},
};

static ts_ik_facts facts_with(const ts_vocab *vocab, const json_t *own)
{
    return (ts_ik_facts){.id = "id",
                         .name = "a.jpg",
                         .path = "/a.jpg",
                         .base = "http://x",
                         .created = "2026-01-01T00:00:00Z",
                         .updated = "2026-01-01T00:00:00Z",
                         .format = "JPEG",
                         .own = own,
                         .tags = all_tags,
                         .tag_count = TS_COUNT_OF(all_tags),
                         .vocab = vocab};
}

static int open_vocab(void **state)
{
    char *path = ts_test_path(ts_test_source(), "vocab");
    ts_error err = {0};
    *state = ts_vocab_open(path, &err);
    free(path);
    return *state ? 0 : -1;
}

static int close_vocab(void **state)
{
    ts_vocab_close(*state);
    return 0;
}

static void check_json(json_t *got, const char *wanted)
{
    json_t *want = json_loads(wanted, JSON_DECODE_ANY, NULL);
    char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    if (!json_equal(got, want)) fail_msg("%s instead of %s", text, wanted);
    free(text);
    json_decref(got);
    json_decref(want);
}

static json_t *parse(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    return value;
}

static void test_ai_tags(void **state)
{
    json_t *own = parse(
        "{\"ai\": [{\"name\": \"google-auto-tagging\", \"minConfidence\": 50, \"maxTags\": 5},"
        "{\"name\": \"aws-auto-tagging\", \"minConfidence\": 0, \"maxTags\": 1}], \"hidden\": [\"BEACH\"]}");
    ts_ik_facts facts = facts_with(*state, own);
    check_json(ts_ik_ai_tags_json(&facts),
               "[{\"name\": \"Dog\", \"confidence\": 93.75, \"source\": \"google-auto-tagging\"},"
               "{\"name\": \"Dog\", \"confidence\": 93.75, \"source\": \"aws-auto-tagging\"}]");
    check_json(ts_ik_tags_json(&facts), "[\"big sale\"]");
    json_decref(own);
    facts.own = NULL;
    check_json(ts_ik_ai_tags_json(&facts), "null");
}

static void test_status(void **state)
{
    (void)state;
    json_t *own = parse("{\"extensions\": [{\"name\": \"a\"}, {\"name\": \"b\"}, {\"name\": \"ai-tasks\"}], "
                        "\"failed\": {\"b\": \"why\"}}"),
           *granted = parse("{\"refused\": \"why\"}");
    ts_ik_facts facts = facts_with(NULL, own);
    check_json(ts_ik_status_json(&facts),
               "{\"a\": \"success\", \"b\": \"failed\", \"ai-tasks\": \"success\"}");
    facts.granted = granted;
    check_json(ts_ik_status_json(&facts),
               "{\"a\": \"success\", \"b\": \"failed\", \"ai-tasks\": \"failed\"}");
    facts.pending = true;
    check_json(ts_ik_status_json(&facts),
               "{\"a\": \"pending\", \"b\": \"failed\", \"ai-tasks\": \"pending\"}");
    facts.failed = true;
    check_json(ts_ik_status_json(&facts), "{\"a\": \"failed\", \"b\": \"failed\", \"ai-tasks\": \"failed\"}");
    json_decref(granted);
    json_decref(own);
}

static void test_lenient(void **state)
{
    (void)state;
    check_json(ts_ik_lenient_json("[{\"a\": 1}]"), "[{\"a\": 1}]");
    check_json(ts_ik_lenient_json("\"[ {\\\"a\\\": 1}, {\\\"b\\\": \\\"x, ]\\\"},\n]\""),
               "[{\"a\": 1}, {\"b\": \"x, ]\"}]");
    check_json(ts_ik_lenient_json("[1, 2,]"), "[1, 2]");
    check_json(ts_ik_lenient_json("{\"a\": [1,], }"), "{\"a\": [1]}");
    assert_null(ts_ik_lenient_json("[1, 2"));
    assert_null(ts_ik_lenient_json(""));
    assert_null(ts_ik_lenient_json("\""));
}

static void test_places(void **state)
{
    (void)state;
    ts_arena *arena = ts_arena_new(0);
    assert_string_equal(ts_ik_folder(arena, ""), "/");
    assert_string_equal(ts_ik_folder(arena, "//a//b c/"), "/a/b_c");
    assert_string_equal(ts_ik_folder(arena, "../../etc"), "/__/__/etc");
    assert_string_equal(ts_ik_file_name(arena, "a b/c%.jpg"), "a_b_c_.jpg");
    assert_string_equal(ts_ik_join(arena, "/", "a"), "/a");
    assert_string_equal(ts_ik_join(arena, "/b", "a"), "/b/a");
    assert_string_equal(ts_ik_name_of("/b/a"), "a");
    ts_arena_free(arena);
}

static void test_signatures(void **state)
{
    (void)state;
    static const char body[] = "{\"service\":\"google-auto-tagging\",\"status\":\"SUCCESS\"}";
    ts_buf lines = {0};
    assert_true(
        ts_ik_hooks.sign("msg_1", INT64_C(1700000000000), "whsec_test", body, strlen(body), &lines, NULL));
    assert_string_equal(lines.data, "x-ik-signature: t=1700000000000,v1="
                                    "23e4adea39bc301ea99e6b9d555946731f92c63e5d8e767b7fee7db47c31e06b\n"
                                    "webhook-id: msg_1\nwebhook-timestamp: 1700000000\n"
                                    "webhook-signature: v1,Jpk4V3R4Qf8boU/WPa7z7Bn8HQBdkXORLTRvpAteG5A=\n");
    ts_buf_free(&lines);
}

static void test_parts(void **state)
{
    (void)state;
    json_t *direct = parse("{\"direct\": true, \"extra\": {\"imagekit\": {\"notify\": [\"a\", \"b\"]}}}"),
           *other = parse("{}");
    assert_int_equal(ts_ik_hooks.parts("picture.tagged", direct), 2);
    assert_int_equal(ts_ik_hooks.parts("picture.failed", direct), 2);
    assert_int_equal(ts_ik_hooks.parts("picture.updated", direct), 0);
    assert_int_equal(ts_ik_hooks.parts("picture.updated", other), 1);
    assert_int_equal(ts_ik_hooks.parts("job.done", other), 0);
    json_decref(direct);
    json_decref(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ai_tags), cmocka_unit_test(test_status),     cmocka_unit_test(test_lenient),
        cmocka_unit_test(test_places),  cmocka_unit_test(test_signatures), cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, open_vocab, close_vocab);
}
