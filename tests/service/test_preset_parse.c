/* Presets as JSON: what each member says, and what is refused by name. */
#include "service/preset_parse.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

typedef struct scene {
    ts_arena *arena;
    json_t *body;
    ts_preset preset;
    ts_error err;
    bool ok;
} scene;

static scene parse(const char *text)
{
    scene s = {.arena = ts_arena_new(0), .body = json_loads(text, JSON_DECODE_ANY, NULL)};
    assert_non_null(s.arena);
    if (!s.body) fail_msg("the test's own JSON is none: %s", text);
    s.ok = ts_preset_parse("p", s.body, s.arena, &s.preset, &s.err);
    return s;
}

static void end(scene *s)
{
    json_decref(s->body);
    ts_arena_free(s->arena);
}

static scene good(const char *text)
{
    scene s = parse(text);
    if (!s.ok) fail_msg("%s: %s", text, s.err.message);
    return s;
}

static void refused(const char *text, const char *message)
{
    scene s = parse(text);
    if (s.ok) fail_msg("taken: %s", text);
    ts_test_check_error(&s.err, TS_USAGE, __FILE__, __LINE__);
    assert_string_equal(s.err.message, message);
    end(&s);
}

/* Nothing is held, nothing left out that the tagger itself would give. */
static void nothing_said_changes_nothing(void **state)
{
    (void)state;
    scene s = good("{}");
    const ts_preset *p = &s.preset;
    assert_string_equal(p->name, "p");
    assert_ptr_equal(p->body, s.body);
    assert_true(p->rules.min_confidence < 0);
    assert_int_equal(p->rules.max_tags, 50);
    assert_int_equal(p->rules.facets | p->rules.states, 0);
    for (int facet = 0; facet < TS_FACET_COUNT; facet++) {
        assert_int_equal(p->rules.facet_lines[facet].kind, TS_LINE_DEFAULT);
        assert_int_equal(p->rules.max_per_facet[facet] + p->rules.min_per_facet[facet], 0);
    }
    assert_int_equal(p->rules.line.kind, TS_LINE_DEFAULT);
    assert_int_equal(p->rules.specificity, TS_SPECIFICITY_NATURAL);
    assert_true(!p->only && !p->thresholds && !p->rules.others);
    assert_true(p->review_below <= 0 && p->review_facets == 0);
    assert_true(p->hold_nsfw > 1 && p->reject_nsfw > 1 && !p->moderates);
    assert_true(!p->left_out && !p->concept_verdicts && p->language_count == 0);
    assert_int_equal(p->duplicates, -1);
    end(&s);
}

static void every_member_is_heard(void **state)
{
    (void)state;
    scene s = good("{\"name\": \"x\", \"about\": \"all of it\", \"version\": 7,"
                   " \"analysers\": [\"detect\", \"safety\"], \"min_confidence\": 0.25,"
                   " \"thresholds\": {\"scene\": 0.75, \"time\": \"90%\", \"dog\": 0.25},"
                   " \"threshold\": \"95%\", \"specificity\": \"leaf\", \"only\": [\"dog\"],"
                   " \"min_per_facet\": {\"scene\": 2}, \"max_tags\": 12,"
                   " \"facets\": [\"object\", \"time\"], \"max_per_facet\": {\"colour\": 3},"
                   " \"languages\": [\"ja\", \"de-AT\"], \"states\": [\"suggested\"],"
                   " \"review\": {\"below\": 0.5, \"facets\": [\"safety\"]},"
                   " \"moderation\": {\"hold\": {\"nsfw\": 0.25}, \"reject\": {\"nsfw\": 1},"
                   "                  \"concepts\": {\"object/knife\": \"hold\"}},"
                   " \"duplicates\": \"refuse\", \"default_for\": [\"api\", \"page\", \"import\"]}");
    const ts_preset *p = &s.preset;
    assert_int_equal(p->left_out, ts_tagger_analyser_bit("classify"));
    assert_true(p->rules.min_confidence == 0.25F);
    assert_int_equal(p->rules.line.kind, TS_LINE_PRECISION);
    assert_true(p->rules.line.value == 0.95F);
    assert_int_equal(p->rules.facet_lines[TS_FACET_SCENE].kind, TS_LINE_AT);
    assert_true(p->rules.facet_lines[TS_FACET_SCENE].value == 0.75F);
    assert_int_equal(p->rules.facet_lines[TS_FACET_TIME].kind, TS_LINE_PRECISION);
    assert_int_equal(p->rules.facet_lines[TS_FACET_OBJECT].kind, TS_LINE_DEFAULT);
    assert_int_equal(p->rules.specificity, TS_SPECIFICITY_LEAF);
    assert_int_equal(p->rules.min_per_facet[TS_FACET_SCENE], 2);
    assert_int_equal(json_array_size(p->only), 1);
    assert_true(p->rules.others); /* moderation looks at what is no tag, too */
    assert_int_equal(p->rules.max_tags, 12);
    assert_int_equal(p->rules.facets, TS_FACET_BIT(TS_FACET_OBJECT) | TS_FACET_BIT(TS_FACET_TIME));
    assert_int_equal(p->rules.max_per_facet[TS_FACET_COLOUR], 3);
    assert_int_equal(p->rules.max_per_facet[TS_FACET_OBJECT], 0);
    assert_int_equal(p->language_count, 2);
    assert_string_equal(p->languages[0], "ja");
    assert_string_equal(p->languages[1], "de");
    assert_int_equal(p->rules.states, 1U << TS_TAG_SUGGESTED);
    assert_true(p->review_below == 0.5F);
    assert_int_equal(p->review_facets, TS_FACET_BIT(TS_FACET_SAFETY));
    assert_true(p->hold_nsfw == 0.25F && p->reject_nsfw == 1 && p->moderates);
    assert_string_equal(json_string_value(json_object_get(p->concept_verdicts, "object/knife")), "hold");
    assert_int_equal(p->duplicates, 2);
    end(&s);
}

static void nothing_is_a_value_too(void **state)
{
    (void)state;
    scene s =
        good("{\"min_confidence\": null, \"analysers\": [], \"facets\": [], \"languages\": [],"
             " \"states\": [], \"review\": {}, \"moderation\": {}, \"default_for\": [], \"max_tags\": 0}");
    assert_true(s.preset.rules.min_confidence < 0);
    assert_int_equal(s.preset.rules.max_tags, 0);
    assert_true(!s.preset.left_out && !s.preset.moderates);
    end(&s);
    s = good("{\"moderation\": {\"concepts\": {}}}"); /* asked for, even if it names nothing yet */
    assert_true(s.preset.moderates);
    end(&s);
}

static void numbers_keep_to_their_range(void **state)
{
    (void)state;
    static const char *const shares[] = {"-0.01", "1.01", "\"0.5\"", "true", "[]", "{}", "1e300"};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        char text[80];
        (void)snprintf(text, sizeof text, "{\"min_confidence\": %s}", shares[i]);
        refused(text, "preset: \"min_confidence\" must be a number from 0 to 1");
    }
    refused("{\"max_tags\": 1001}", "preset: \"max_tags\" must be a whole number from 0 to 1000");
    refused("{\"max_tags\": -1}", "preset: \"max_tags\" must be a whole number from 0 to 1000");
    refused("{\"max_tags\": 2.5}", "preset: \"max_tags\" must be a whole number from 0 to 1000");
    refused("{\"max_tags\": 9223372036854775807}",
            "preset: \"max_tags\" must be a whole number from 0 to 1000");
    refused("{\"max_per_facet\": {\"colour\": \"3\"}}",
            "preset: \"colour\" must be a whole number from 0 to 1000");
    refused("{\"thresholds\": {\"scene\": 2}}",
            "preset: \"scene\" must be \"default\", a number from 0 to 1, or a precision such as \"95%\"");
    refused(
        "{\"threshold\": \"101%\"}",
        "preset: \"threshold\" must be \"default\", a number from 0 to 1, or a precision such as \"95%\"");
    refused("{\"review\": {\"below\": 2}}", "preset: \"review.below\" must be a number from 0 to 1");
}

static void kinds_are_checked(void **state)
{
    (void)state;
    refused("[]", "preset: must be a JSON object");
    refused("null", "preset: must be a JSON object");
    refused("{\"about\": 1}", "preset: \"about\" must be a text");
    refused("{\"analysers\": \"detect\"}", "preset: \"analysers\" must be an array of names");
    refused("{\"analysers\": [1]}", "preset: \"analysers\" must be an array of names");
    refused("{\"thresholds\": []}",
            "preset: \"thresholds\" must be an object of facets or concepts and thresholds");
    refused("{\"max_per_facet\": 3}",
            "preset: \"max_per_facet\" must be an object of facets and whole numbers");
    refused("{\"facets\": \"object\"}", "preset: \"facets\" must be an array of facets");
    refused("{\"facets\": [1]}", "preset: \"facets\" must be an array of facets");
    refused("{\"languages\": {}}", "preset: \"languages\" must be an array such as [\"en\", \"de\"]");
    refused("{\"states\": [\"rejected\"]}",
            "preset: \"states\" must be an array of \"accepted\" and \"suggested\"");
    refused("{\"states\": \"accepted\"}",
            "preset: \"states\" must be an array of \"accepted\" and \"suggested\"");
    refused("{\"review\": 0.5}", "preset: \"review\" must be an object with below and facets");
    refused("{\"moderation\": true}",
            "preset: \"moderation\" must be an object with hold, reject, levels and concepts");
    refused("{\"moderation\": {\"hold\": 0.5}}",
            "preset: \"moderation.hold\" must be an object such as {\"nsfw\": 0.8}");
    refused("{\"moderation\": {\"reject\": {\"nsfw\": 0.5, \"gore\": 0.5}}}",
            "preset: \"moderation.reject\" must be an object such as {\"nsfw\": 0.8}");
    refused("{\"moderation\": {\"concepts\": []}}",
            "preset: \"moderation.concepts\" must be an object of concept ids and verdicts");
}

static void what_nobody_knows_is_named(void **state)
{
    (void)state;
    refused("{\"treshold\": {}}", "preset: there is no setting \"treshold\"");
    refused("{\"max_per_facet\": {\"shape\": 5}}", "preset: there is no facet \"shape\"");
    refused("{\"specificity\": \"some\"}",
            "preset: \"specificity\" must be \"leaf\", \"natural\" or \"all\"");
    refused("{\"only\": \"dog\"}", "preset: \"only\" must be an array of names");
    refused("{\"facets\": [\"Object\"]}", "preset: there is no facet \"Object\"");
    refused("{\"review\": {\"above\": 0.5}}", "preset: \"review\" must be an object with below and facets");
    refused("{\"review\": {\"facets\": [\"x\"]}}", "preset: there is no facet \"x\"");
    refused("{\"moderation\": {\"ban\": {}}}",
            "preset: \"ban\" must be one of hold, reject, levels, concepts");
    refused("{\"moderation\": {\"levels\": [\"explicit\"]}}",
            "preset: \"moderation.levels\" must be an object such as {\"explicit\": \"reject\"}");
    refused("{\"moderation\": {\"levels\": {\"violent\": \"reject\"}}}",
            "preset: \"violent\" must be one of safe, suggestive, explicit");
    refused("{\"moderation\": {\"levels\": {\"explicit\": \"hide\"}}}",
            "preset: \"explicit\" must be \"allow\", \"blur\", \"review\" or \"reject\"");
    refused("{\"moderation\": {\"concepts\": {\"object/knife\": \"ban\"}}}",
            "preset: \"object/knife\" must be \"hold\" or \"reject\"");
    refused("{\"languages\": [\"en\", \"tlh\"]}",
            "preset: \"languages\" must be an array of en, zh, fr, de, es, ja, ko");
    refused("{\"duplicates\": \"merge\"}",
            "preset: \"duplicates\" must be \"return\", \"keep\" or \"refuse\"");
    refused("{\"duplicates\": 1}", "preset: \"duplicates\" must be \"return\", \"keep\" or \"refuse\"");
    refused("{\"default_for\": [\"mail\"]}",
            "preset: \"default_for\" must be an array of api, page, import, cloudinary, imagekit, imagetag");
    refused("{\"default_for\": \"api\"}",
            "preset: \"default_for\" must be an array of api, page, import, cloudinary, imagekit, imagetag");
}

/* A name of any length is quoted in part: the message has an end. */
static void long_names_are_cut(void **state)
{
    (void)state;
    char text[400] = "{\"";
    memset(text + 2, 'x', 300);
    (void)strcpy(text + 302, "\": 1}");
    scene s = parse(text);
    assert_false(s.ok);
    ts_test_check_error(&s.err, TS_USAGE, __FILE__, __LINE__);
    assert_null(
        strstr(s.err.message, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")); /* 61 */
    end(&s);
}

/* What needs the vocabulary is looked up with it: strictly when a preset is put, leniently when it is used. */
static void concepts_are_looked_up(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_tag_rules rules;
    char *dir = ts_test_path(ts_test_source(), "vocab");
    ts_vocab *vocab = ts_vocab_open(dir, &err);
    assert_non_null(vocab);
    scene s = good("{\"thresholds\": {\"scene\": 0.5, \"Hund\": \"90%\", \"object/cat\": 0.25, \"doge\": 1},"
                   " \"only\": [\"dog\", \"nothing of the sort\"]}");
    assert_fails(ts_preset_check_concepts(&s.preset, vocab, s.arena, &err), err, TS_USAGE);
    assert_string_equal(err.message, "preset: there is no facet and no concept \"doge\"");
    assert_works(ts_preset_rules(&s.preset, vocab, s.arena, &rules, &err), err);
    assert_int_equal(rules.concept_line_count, 2);
    assert_int_equal(rules.concept_lines[0].concept, ts_vocab_find(vocab, "object/dog"));
    assert_int_equal(rules.concept_lines[0].line.kind, TS_LINE_PRECISION);
    assert_true(rules.concept_lines[1].line.value == 0.25F);
    assert_true(rules.only[ts_vocab_find(vocab, "object/dog")]);
    assert_false(rules.only[ts_vocab_find(vocab, "object/cat")]);
    end(&s);
    s = good("{\"only\": [\"nothing of the sort\"]}"); /* closed all the same */
    assert_works(ts_preset_rules(&s.preset, vocab, s.arena, &rules, &err), err);
    assert_non_null(rules.only);
    end(&s);
    ts_vocab_close(vocab);
    free(dir);
}

static void knows_what_it_is_the_default_for(void **state)
{
    (void)state;
    scene s = good("{\"default_for\": [\"api\", \"import\"]}");
    assert_true(ts_preset_is_default_for(s.body, "api"));
    assert_true(ts_preset_is_default_for(s.body, "import"));
    assert_false(ts_preset_is_default_for(s.body, "page"));
    end(&s);
    s = good("{}");
    assert_false(ts_preset_is_default_for(s.body, "api"));
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_changes_nothing),
        cmocka_unit_test(every_member_is_heard),
        cmocka_unit_test(nothing_is_a_value_too),
        cmocka_unit_test(numbers_keep_to_their_range),
        cmocka_unit_test(kinds_are_checked),
        cmocka_unit_test(what_nobody_knows_is_named),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(concepts_are_looked_up),
        cmocka_unit_test(knows_what_it_is_the_default_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
