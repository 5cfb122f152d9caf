/* tests/service: tasks decided by tags. */
#include "service/tasks.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

static const ts_task_tag all_tags[] = {
    {.label = "dog", .concept = "object/dog", .machine = true, .accepted = true, .confidence = 0.9375},
    {.label = "ball", .concept = "object/ball", .machine = true, .accepted = false, .confidence = 0.41},
    {.label = "beach", .concept = "scene/beach", .machine = true, .accepted = true, .confidence = 0.62},
    {.label = "big sale", .concept = NULL, .machine = false, .accepted = true, .confidence = 1},
};

static ts_task_facts facts_with(const ts_vocab *vocab)
{
    return (ts_task_facts){.tags = all_tags, .tag_count = sizeof all_tags / sizeof *all_tags, .vocab = vocab};
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

static void test_yes_no(void **state)
{
    ts_task_facts facts = facts_with(*state);
    static const struct {
        const char *question;
        ts_task_answer answer;
    } cases[] = {
        {"Is there a dog in the picture?", TS_TASK_YES},
        {"Does this image contain an animal?", TS_TASK_YES}, /* a dog is one */
        {"dog", TS_TASK_YES},
        {"Is there a bicycle?", TS_TASK_NO},
        {"Is there a ball?", TS_TASK_UNKNOWN},      /* only suggested */
        {"Is there no dog?", TS_TASK_UNKNOWN},      /* turned round */
        {"Is the dog not there?", TS_TASK_UNKNOWN}, /* likewise */
        {"Is there a dog and a cat?", TS_TASK_UNKNOWN},
        {"Would my aunt like it?", TS_TASK_UNKNOWN},
        {"Is there a dog wearing xyzzy?", TS_TASK_UNKNOWN},
        {"", TS_TASK_UNKNOWN},
        {"???", TS_TASK_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ts_task_yes_no(&facts, cases[i].question) != cases[i].answer) fail_msg("%s", cases[i].question);
    facts.vocab = NULL;
    assert_int_equal(ts_task_yes_no(&facts, "Is there a dog?"), TS_TASK_UNKNOWN);
}

static void check_selected(const ts_task_facts *facts, const char *task, const char *wanted)
{
    json_t *asked = parse(task);
    check_json(ts_task_select(facts, asked, json_object_get(asked, "vocabulary")), wanted);
    json_decref(asked);
}

static void test_select(void **state)
{
    ts_task_facts facts = facts_with(*state);
    check_selected(&facts, "{\"vocabulary\": [\"car\", \"beach\", \"dog\"]}", "[\"dog\", \"beach\"]");
    check_selected(&facts, "{\"vocabulary\": [\"beach\", \"dog\"], \"max_selections\": 1}", "[\"dog\"]");
    check_selected(&facts, "{\"vocabulary\": [\"Animal\", \"big sale\"]}", "[\"big sale\", \"Animal\"]");
    check_selected(&facts, "{\"vocabulary\": [\"ball\", \"car\"]}", "[]");
    check_selected(&facts, "{\"vocabulary\": [\"ball\", \"car\"], \"min_selections\": 1}", "[\"ball\"]");
    check_selected(&facts, "{\"max_selections\": 1}", "[\"dog\"]");
}

static json_t *sizes(void *context, const char *field)
{
    (void)context;
    return strcmp(field, "kind") == 0 ? parse("[\"cat\", \"dog\"]") : NULL;
}

static void test_tasks(void **state)
{
    ts_task_facts facts = facts_with(*state);
    json_t *tasks = parse(
        "[{\"type\": \"select_metadata\", \"field\": \"kind\", \"instruction\": \"?\"},"
        "{\"type\": \"select_metadata\", \"field\": \"none\", \"instruction\": \"?\"},"
        "{\"type\": \"yes_no\", \"instruction\": \"Is there a dog?\", \"on_yes\": {\"add_tags\": [\"a\"], "
        "\"remove_tags\": [\"b\"], \"set_metadata\": [{\"field\": \"n\", \"value\": 3}, {\"field\": 4}], "
        "\"unset_metadata\": [{\"field\": \"m\"}]}, \"on_no\": {\"add_tags\": [\"z\"]}},"
        "{\"type\": \"select_tags\", \"instruction\": \"?\", \"vocabulary\": [\"beach\"]}]");
    check_json(ts_tasks_decide(&facts, tasks, sizes, NULL),
               "{\"add\": [\"a\", \"beach\"], \"remove\": [\"b\"], \"set\": {\"kind\": \"dog\", \"n\": 3, "
               "\"m\": null}}");
    json_decref(tasks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yes_no),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_tasks),
    };
    return cmocka_run_group_tests(tests, open_vocab, close_vocab);
}
