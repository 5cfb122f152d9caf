/* What a preset makes of a record: which tags stay, which wait for a person, and whether the picture may be seen. */
#include <string.h>

#include "service/preset_parse.h"
#include "tests/support/support.h"

static const ts_evidence detected = {"detect", "d", "1", "dog", 0.9F};
static const ts_evidence classified = {"classify", "c", "1", "dog", 0.8F};
static const ts_evidence both[] = {{"classify", "c", "1", "cat", 0.5F}, {"detect", "d", "1", "cat", 0.4F}};
static const char *const weapons[] = {"object/weapon", "object/thing"};

/* Most telling first, as the tagger gives them. */
static const ts_tag tags[] = {
    {"object/dog", "dog", "object", 0.9F, TS_TAG_ACCEPTED, &detected, 1, 0, NULL, 0, NULL, 0},
    {"object/knife", "knife", "object", 0.6F, TS_TAG_ACCEPTED, &classified, 1, 0, NULL, 0, weapons, 2},
    {"colour/blue", "blue", "colour", 0.8F, TS_TAG_ACCEPTED, &classified, 1, 0, NULL, 0, NULL, 0},
    {"colour/red", "red", "colour", 0.7F, TS_TAG_ACCEPTED, &classified, 1, 0, NULL, 0, NULL, 0},
    {"object/cat", "cat", "object", 0.5F, TS_TAG_SUGGESTED, both, 2, 0, NULL, 0, NULL, 0},
};

typedef struct scene {
    ts_arena *arena;
    json_t *body;
    ts_record out;
    ts_verdict verdict;
} scene;

static scene apply_to(const char *preset, const ts_record *record)
{
    ts_error err;
    ts_preset parsed;
    scene s = {.arena = ts_arena_new(0), .body = json_loads(preset, 0, NULL)};
    assert_non_null(s.arena);
    assert_works(ts_preset_parse("p", s.body, s.arena, &parsed, &err), err);
    assert_works(ts_preset_apply(&parsed, record, s.arena, &s.out, &s.verdict, &err), err);
    return s;
}

static scene apply(const char *preset, float nsfw)
{
    return apply_to(preset, &(ts_record){.tags = tags,
                                         .tag_count = sizeof tags / sizeof *tags,
                                         .nsfw = nsfw,
                                         .has_safety = true,
                                         .ms = 3});
}

static void end(scene *s)
{
    json_decref(s->body);
    ts_arena_free(s->arena);
}

/* "dog knife cat?": the tags that are left, suggested ones with a question mark. */
static void leaves(const char *preset, const char *expected)
{
    char left[200] = "";
    scene s = apply(preset, 0);
    for (size_t i = 0; i < s.out.tag_count; i++) {
        size_t length = strlen(left);
        (void)snprintf(left + length, sizeof left - length, "%s%s%s", i ? " " : "", s.out.tags[i].label,
                       s.out.tags[i].state == TS_TAG_SUGGESTED ? "?" : "");
    }
    assert_string_equal(left, expected);
    end(&s);
}

static void judges(const char *preset, float nsfw, ts_visibility visibility, const char *reason)
{
    scene s = apply(preset, nsfw);
    assert_int_equal(s.verdict.visibility, visibility);
    assert_string_equal(s.verdict.reason, reason);
    end(&s);
}

static void says_nothing_leaves_all(void **state)
{
    (void)state;
    leaves("{}", "dog knife blue red cat?");
    judges("{}", 1, TS_VISIBLE, "");
    scene s = apply("{}", 0.5F);
    assert_true(s.out.ms == 3 && s.out.nsfw == 0.5F && s.out.has_safety); /* the rest is as it was */
    assert_ptr_not_equal(s.out.tags, tags);
    end(&s);
}

static void only_what_these_analysers_saw(void **state)
{
    (void)state;
    leaves("{\"analysers\": [\"detect\"]}", "dog cat?");
    leaves("{\"analysers\": [\"safety\", \"classify\"]}", "knife blue red cat?");
    leaves("{\"analysers\": [\"nobody\"]}", "");
    leaves("{\"analysers\": []}", "dog knife blue red cat?");
}

static void what_a_person_must_see(void **state)
{
    (void)state;
    leaves("{\"review\": {\"below\": 0.7}}", "dog knife? blue red cat?"); /* as sure as that is sure enough */
    leaves("{\"review\": {\"facets\": [\"colour\"]}}", "dog knife blue? red? cat?");
    leaves("{\"review\": {\"below\": 1, \"facets\": [\"object\"]}}", "dog? knife? blue? red? cat?");
    scene s = apply("{\"review\": {\"below\": 0.7}}", 0);
    assert_string_equal(s.out.tags[1].because, TS_BECAUSE_PRESET);
    assert_null(s.out.tags[4].because); /* it was a suggestion before */
    end(&s);
}

static void tags_of_no_facet_are_left_out(void **state)
{
    (void)state;
    ts_tag odd[] = {tags[0], tags[2]};
    odd[0].facet = "shape";
    scene s = apply_to("{}", &(ts_record){.tags = odd, .tag_count = 2});
    assert_int_equal(s.out.tag_count, 1);
    assert_string_equal(s.out.tags[0].label, "blue");
    end(&s);
    s = apply_to("{}", &(ts_record){.tag_count = 0});
    assert_int_equal(s.out.tag_count, 0);
    end(&s);
}

static void nudity_is_held_or_rejected(void **state)
{
    (void)state;
    static const char policy[] =
        "{\"moderation\": {\"hold\": {\"nsfw\": 0.5}, \"reject\": {\"nsfw\": 0.75}}}";
    judges(policy, 0.49F, TS_VISIBLE, "");
    judges(policy, 0.5F, TS_HELD, "nsfw 0.50");
    judges(policy, 0.75F, TS_REJECTED, "nsfw 0.75");
    judges("{\"moderation\": {\"reject\": {\"nsfw\": 0.75}}}", 0.74F, TS_VISIBLE, "");
    judges("{\"moderation\": {\"hold\": {\"nsfw\": 0.5}}}", 1, TS_HELD, "nsfw 1.00");
    judges("{\"moderation\": {\"hold\": {\"nsfw\": 0}}}", 0, TS_HELD, "nsfw 0.00");
    scene s = apply_to(policy, &(ts_record){.nsfw = 1}); /* nobody has looked: the number means nothing */
    assert_int_equal(s.verdict.visibility, TS_VISIBLE);
    end(&s);
}

static void concepts_are_held_or_rejected(void **state)
{
    (void)state;
    judges("{\"moderation\": {\"concepts\": {\"object/knife\": \"hold\"}}}", 0, TS_HELD, "knife 0.60");
    judges("{\"moderation\": {\"concepts\": {\"object/knife\": \"reject\"}}}", 0, TS_REJECTED, "knife 0.60");
    judges("{\"moderation\": {\"concepts\": {\"object/gun\": \"reject\"}}}", 0, TS_VISIBLE, "");
    judges("{\"moderation\": {\"concepts\": {\"object/thing\": \"hold\"}}}", 0, TS_HELD, "knife 0.60");
    /* Its own verdict before that on what it is a kind of. */
    judges("{\"moderation\": {\"concepts\": {\"object/knife\": \"hold\", \"object/weapon\": \"reject\"}}}", 0,
           TS_HELD, "knife 0.60");
    /* What the preset drops as a tag is in the picture all the same; what is hardly likely is not. */
    ts_tag others[] = {tags[4], tags[3]};
    others[0].likely = true;
    ts_record record = {.tags = tags, .tag_count = 1, .others = others, .other_count = 2};
    scene s = apply_to(
        "{\"moderation\": {\"concepts\": {\"object/cat\": \"hold\", \"colour/red\": \"reject\"}}}", &record);
    assert_int_equal(s.verdict.visibility, TS_HELD);
    assert_string_equal(s.verdict.reason, "cat 0.50");
    end(&s);
}

static void the_worst_decides(void **state)
{
    (void)state;
    static const char policy[] = "{\"moderation\": {\"hold\": {\"nsfw\": 0.5}, \"reject\": {\"nsfw\": 0.9},"
                                 " \"concepts\": {\"object/dog\": \"hold\", \"object/cat\": \"reject\"}}}";
    judges(policy, 0.6F, TS_REJECTED, "cat 0.50");
    judges(policy, 0.95F, TS_REJECTED, "nsfw 0.95"); /* the first to say so gives the reason */
    judges("{\"moderation\": {\"hold\": {\"nsfw\": 0.5}, \"concepts\": {\"object/dog\": \"hold\"}}}", 0.6F,
           TS_HELD, "nsfw 0.60");
}

static void levels_have_policies(void **state)
{
    (void)state;
    static const char policy[] = "{\"moderation\": {\"levels\": {\"safe\": \"allow\", \"suggestive\": "
                                 "\"review\", \"explicit\": \"reject\"}}}";
    judges(policy, 0.49F, TS_VISIBLE, "");
    judges(policy, 0.5F, TS_HELD, "suggestive 0.50");
    judges(policy, 0.79F, TS_HELD, "suggestive 0.79");
    judges(policy, 0.8F, TS_REJECTED, "explicit 0.80");
    judges("{\"moderation\": {\"levels\": {\"explicit\": \"review\"}, \"reject\": {\"nsfw\": 0.9}}}", 0.95F,
           TS_REJECTED, "nsfw 0.95"); /* the worst of all rules */
    judges("{\"moderation\": {\"levels\": {}}}", 1, TS_VISIBLE, "");
}

static void blurred(const char *policy, float nsfw, bool expected)
{
    scene s = apply(policy, nsfw);
    assert_int_equal(s.verdict.blurred && s.verdict.visibility == TS_VISIBLE, expected);
    end(&s);
}

static void what_is_blurred_is_visible(void **state)
{
    (void)state;
    static const char policy[] =
        "{\"moderation\": {\"levels\": {\"suggestive\": \"blur\", \"explicit\": \"review\"}}}";
    blurred(policy, 0.2F, false);
    blurred(policy, 0.6F, true);
    blurred(policy, 0.9F, false); /* held */
    judges(policy, 0.6F, TS_VISIBLE, "suggestive 0.60");
    scene s = apply_to(policy, &(ts_record){.nsfw = 0.6F}); /* nobody has looked */
    assert_false(s.verdict.blurred);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_leaves_all),    cmocka_unit_test(only_what_these_analysers_saw),
        cmocka_unit_test(what_a_person_must_see),     cmocka_unit_test(tags_of_no_facet_are_left_out),
        cmocka_unit_test(nudity_is_held_or_rejected), cmocka_unit_test(concepts_are_held_or_rejected),
        cmocka_unit_test(the_worst_decides),          cmocka_unit_test(levels_have_policies),
        cmocka_unit_test(what_is_blurred_is_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
