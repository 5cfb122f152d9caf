/* What a captioner on another server is asked, and what of its answer is taken. */
#include "service/caption_words.h"

#include <string.h>

#include "base/utf8.h"
#include "caption/caption.h"
#include "tests/support/support.h"

static const char *const languages[] = {"en", "ja"};
static const ts_captioner_setup setup = {
    .url = "http://x/v1", .model = "eye \"1\"", .languages = languages, .language_count = 2};

static size_t characters(const char *text)
{
    size_t count = 0;
    for (size_t at = 0, length = strlen(text); at < length; count++)
        at += ts_utf8_sequence(text + at, length - at);
    return count;
}

/* The body of an answer with this content. */
static json_t *answer(const char *content, ts_error *err)
{
    json_t *body = json_pack("{s:[{s:{s:s}}]}", "choices", "message", "content", content);
    char *text = json_dumps(body, 0);
    json_t *taken = ts_caption_answer(&setup, text, strlen(text), err);
    free(text);
    json_decref(body);
    return taken;
}

static void refused(const char *content)
{
    ts_error err = {0};
    json_t *taken = answer(content, &err);
    if (taken) fail_msg("taken: %s", content);
    assert_int_equal(err.code, TS_CORRUPT);
}

static const char *text_of(const json_t *taken, const char *language, const char *name)
{
    return json_string_value(json_object_get(json_object_get(taken, language), name));
}

static void the_question_is_json(void **state)
{
    (void)state;
    ts_error err;
    ts_arena *arena = ts_arena_new(0);
    const char *body;
    assert_works(body = ts_caption_question(&setup, "\xFF\xD8\0x", 4, arena, &err), err);
    json_t *json = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "model")), "eye \"1\"");
    const json_t *user = json_array_get(json_object_get(json, "messages"), 1);
    const json_t *parts = json_object_get(user, "content");
    assert_non_null(
        strstr(json_string_value(json_object_get(json_array_get(parts, 0), "text")), "\"en\", \"ja\""));
    const json_t *picture = json_object_get(json_array_get(parts, 1), "image_url");
    assert_string_equal(json_string_value(json_object_get(picture, "url")),
                        "data:image/jpeg;base64,/9gAeA==");
    json_decref(json);
    ts_arena_free(arena);
}

static void texts_are_taken(void **state)
{
    (void)state;
    ts_error err;
    json_t *taken;
    static const char said[] =
        "Sure! ```json\n{\"ja\": {\"title\": \"犬\", \"description\": \"犬がいる。\", \"alt\": \"犬\"},"
        " \"de\": {\"title\": \"Hund\", \"description\": \"Hund\", \"alt\": \"Hund\"},"
        " \"en\": {\"title\": \" A\\u0007\\t\\ndog \", \"description\": \"x\", \"alt\": \"y\"}}\n```";
    assert_works(taken = answer(said, &err), err);
    assert_string_equal(text_of(taken, "en", "title"), "A dog");
    assert_string_equal(text_of(taken, "ja", "description"), "犬がいる。");
    assert_null(json_object_get(taken, "de"));
    json_decref(taken);
}

static void what_is_no_answer(void **state)
{
    (void)state;
    ts_error err = {0};
    static const char *const bodies[] = {
        "", "null", "[]", "{}", "{\"choices\": []}", "{\"choices\": [{\"message\": {}}]}", "oops"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        assert_null(ts_caption_answer(&setup, bodies[i], strlen(bodies[i]), &err));
    assert_null(ts_caption_answer(&setup, NULL, 0, &err));
    refused("");
    refused("A dog.");
    refused("}{");
    refused("{\"en\": \"A dog\"}");
    refused("{\"en\": {\"title\": \"A\", \"description\": \"b\"}}");
    refused("{\"en\": {\"title\": \"A\", \"description\": \"b\", \"alt\": 3}}");
    refused("{\"en\": {\"title\": \"A\", \"description\": \"b\", \"alt\": \" \\n\"}}");
    refused("{\"fr\": {\"title\": \"A\", \"description\": \"b\", \"alt\": \"c\"}}");
}

static void cut(const char *text, size_t most, const char *expected)
{
    ts_arena *arena = ts_arena_new(0);
    assert_string_equal(ts_caption_cut(text, most, arena), expected);
    ts_arena_free(arena);
}

static void long_texts_end_at_words(void **state)
{
    (void)state;
    cut("a dog", 5, "a dog");
    cut("a brown dog", 11, "a brown dog");
    cut("a brown dog", 10, "a brown");
    cut("a brown dog", 7, "a brown");
    cut("abcdefghij", 4, "abcd");
    cut("日本の犬が走る", 4, "日本の犬");
    cut("", 4, "");
    char text[4000] = "{\"en\": {\"title\": \"t\", \"description\": \"d\", \"alt\": \"";
    for (int i = 0; i < 300; i++) strcat(text, "犬 ");
    strcat(text, "\"}}");
    ts_error err;
    json_t *taken;
    assert_works(taken = answer(text, &err), err);
    assert_true(characters(text_of(taken, "en", "alt")) <= TS_CAPTION_ALT_MAX);
    assert_true(characters(text_of(taken, "en", "alt")) > TS_CAPTION_ALT_MAX / 2);
    json_decref(taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_question_is_json),
        cmocka_unit_test(texts_are_taken),
        cmocka_unit_test(what_is_no_answer),
        cmocka_unit_test(long_texts_end_at_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
