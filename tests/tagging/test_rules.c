/* tests/tagging: rules from words, and what they make of evidence, on the core vocabulary: lines by number and by precision,
 * for all, a facet, a concept; specificity; closed vocabulary; limits of a facet. */
#include <jansson.h>

#include "tests/tagging/scene.h"

enum { BEAGLE = 162, LABRADOR = 208, GOLDEN_RETRIEVER = 207, ASSAULT_RIFLE = 413, SEASHORE = 978 };
enum { COCO_PERSON = 0, COCO_CAT = 15, COCO_DOG = 16, COCO_CUP = 41, COCO_CHAIR = 56 };

static int set_up(void **state)
{
    *state = scene_with_core_vocabulary();
    return 0;
}

static int tear_down(void **state)
{
    scene_free(*state);
    return 0;
}

static ts_line line_of(const char *text)
{
    ts_line line;
    ts_error err;
    assert_works(ts_line_parse(text, &line, &err), err);
    return line;
}

static void set_line(scene *s, ts_tag_rules *rules, const char *name, const char *text)
{
    ts_error err;
    assert_works(ts_tag_rules_set_line(rules, s->vocab, name, line_of(text), s->arena, &err), err);
}

/* ---- words ---------------------------------------------------------------------------------------- */

static void thresholds_are_numbers_or_precisions(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_line line;
    assert_int_equal(line_of("default").kind, TS_LINE_DEFAULT);
    assert_int_equal(line_of("0.4").kind, TS_LINE_AT);
    assert_true(line_of("0.4").value == 0.4F && line_of("0").value == 0 && line_of("1").value == 1);
    assert_int_equal(line_of("95%").kind, TS_LINE_PRECISION);
    assert_true(line_of("95%").value == 0.95F && line_of("99.5%").value == 0.995F &&
                line_of("100%").value == 1);
    const char *const wrong[] = {"",    "%",   "1.01", "-0.1", "101%", "0%",    "0.5x",  "x", "nan",
                                 "inf", "1e0", "0x1",  " 1",   "1 ",   "0.5%%", "1.2.3", ".", "Default"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (ts_line_parse(wrong[i], &line, &err)) fail_msg("\"%s\" is taken for a threshold", wrong[i]);
}

static void names_are_facets_or_concepts(void **state)
{
    scene *s = *state;
    ts_error err = {0};
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    set_line(s, &rules, "object", "0.4");
    assert_true(rules.facet_lines[TS_FACET_OBJECT].value == 0.4F);
    set_line(s, &rules, "dog", "90%");
    set_line(s, &rules, "object/cat", "0.3");
    set_line(s, &rules, "object/dog", "80%"); /* the later word holds */
    assert_int_equal(rules.concept_line_count, 2);
    assert_true(rules.concept_lines[0].line.value == 0.8F);
    assert_fails(ts_tag_rules_set_line(&rules, s->vocab, "doge", line_of("1"), s->arena, &err), err,
                 TS_USAGE);
    assert_string_equal(err.message, "there is no facet and no concept \"doge\"");
    assert_string_equal(err.hint, "did you mean dog (object/dog)?");
    assert_fails(ts_tag_rules_set_line(&rules, s->vocab, "qqqq", line_of("1"), s->arena, &err), err,
                 TS_USAGE);
}

static void lists_close_the_vocabulary(void **state)
{
    scene *s = *state;
    ts_error err = {0};
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    assert_works(
        ts_tag_rules_allow_list(&rules, s->vocab, "# animals\n\n  dog \r\nobject/cat\nchien", s->arena, &err),
        err);
    size_t count = 0;
    for (size_t i = 0; i < ts_vocab_count(s->vocab); i++) count += rules.only[i];
    assert_int_equal(count, 2);
    rules = TS_TAG_RULES_DEFAULT;
    assert_fails(ts_tag_rules_allow_list(&rules, s->vocab, "dog\nctas\n", s->arena, &err), err, TS_USAGE);
    assert_string_equal(err.message, "line 2: there is no concept \"ctas\"");
    rules = TS_TAG_RULES_DEFAULT;
    assert_fails(ts_tag_rules_allow_list(&rules, s->vocab, "# nothing\n", s->arena, &err), err, TS_USAGE);
}

/* ---- lines ---------------------------------------------------------------------------------------- */

static void a_number_is_the_line(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    see_box(s, COCO_DOG, "dog", 0.3F, box_at(0, 0, 100, 100));
    see_box(s, COCO_CHAIR, "chair", 0.7F, box_at(200, 0, 100, 100));
    search_everything(s);
    assert_null(tag_in(judge(s, rules), "object/dog"));
    rules.line = line_of("0.25");
    assert_int_equal(tag_in(judge(s, rules), "object/dog")->state, TS_TAG_SUGGESTED);
    assert_float_equal(tag_in(judge(s, rules), "object/dog")->shown_from, 0.25F, 0);
    rules.line = line_of("0.8");
    assert_null(tag_in(judge(s, rules), "object/chair"));
    set_line(s, &rules, "object", "0.65"); /* the facet's goes before the line for all */
    tags t = judge(s, rules);
    assert_int_equal(tag_in(t, "object/chair")->state, TS_TAG_ACCEPTED);
    assert_null(tag_in(t, "object/dog"));
    set_line(s, &rules, "animal", "0.2"); /* the concept's, or of what it is a kind of, before the facet's */
    assert_non_null(tag_in(judge(s, rules), "object/dog"));
    set_line(s, &rules, "dog", "0.4");
    assert_null(tag_in(judge(s, rules), "object/dog"));
}

/* What is shown from a high line on is accepted; no line makes the machine accept what is sensitive. */
static void lines_and_states(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    see_class(s, ASSAULT_RIFLE, "assault rifle", 0.3F);
    assert_null(tag_in(judge(s, rules), "object/assault-rifle"));
    set_line(s, &rules, "object/assault-rifle", "0.1");
    assert_string_equal(tag_in(judge(s, rules), "object/assault-rifle")->because, TS_BECAUSE_SENSITIVE);
    see_class(s, ASSAULT_RIFLE, "assault rifle", 0.999F);
    assert_int_equal(tag_in(judge(s, rules), "object/assault-rifle")->state, TS_TAG_SUGGESTED);
}

/* What was measured says where a precision is reached; what was not, promises it by its confidence. */
static void a_precision_is_a_measured_line(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    json_t *measured = json_loads(
        "{\"object\": [[0.3, 0.7], [0.4, 0.91], [0.5, 0.88], [0.6, 0.9], [0.7, 0.93], [0.8, 0.97]]}", 0,
        NULL);
    s->detect.weighing.measured = measured;
    rules.line = line_of("90%");
    see_box(s, COCO_DOG, "dog", 0.61F, box_at(0, 0, 100, 100));
    see_box(s, COCO_CUP, "cup", 0.55F,
            box_at(200, 0, 100, 100)); /* 0.4 had 91 % by luck: from 0.5 on it was less */
    see_box(s, COCO_PERSON, "person", 0.89F, box_at(400, 0, 100, 100));
    see_class(s, SEASHORE, "seashore", 0.91F);
    search_everything(s);
    tags t = judge(s, rules);
    assert_non_null(tag_in(t, "object/dog"));
    assert_float_equal(tag_in(t, "object/dog")->shown_from, 0.6F, 1e-6);
    assert_null(tag_in(t, "object/cup"));
    assert_null(tag_in(t, "people/person")); /* nothing measured of people: from 0.9 on */
    assert_non_null(tag_in(t, "scene/seashore"));
    rules.line = line_of("99%"); /* never reached */
    s->items[0].raw = 0.98F;
    assert_null(tag_in(judge(s, rules), "object/dog"));
    json_decref(measured);
}

/* Who asks for an age is told that nobody here knows it. */
static void what_no_model_tells_is_said_to_be_so(void **state)
{
    scene *s = *state;
    ts_error err;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    assert_null(ts_tag_rules_unanswered(&rules, s->vocab));
    set_line(s, &rules, "object/dog", "0.3");
    assert_null(ts_tag_rules_unanswered(&rules, s->vocab));
    set_line(s, &rules, "people/toddler", "0.3");
    assert_non_null(ts_tag_rules_unanswered(&rules, s->vocab));
    rules = TS_TAG_RULES_DEFAULT;
    assert_works(ts_tag_rules_allow(&rules, s->vocab, "dog", s->arena, &err), err);
    assert_null(ts_tag_rules_unanswered(&rules, s->vocab));
    assert_works(ts_tag_rules_allow(&rules, s->vocab, "woman", s->arena, &err), err);
    assert_non_null(ts_tag_rules_unanswered(&rules, s->vocab));
}

/* ---- specificity ---------------------------------------------------------------------------------- */

static void assert_tags(tags t, const char *expected)
{
    char all[400] = "";
    for (size_t i = 0; i < t.count; i++) {
        size_t length = strlen(all);
        (void)snprintf(all + length, sizeof all - length, "%s%s%s", i ? ", " : "", t.items[i].label,
                       t.items[i].state == TS_TAG_SUGGESTED ? "?" : "");
    }
    assert_string_equal(all, expected);
}

static void how_specific_a_tag_is(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    rules.facets = TS_FACET_BIT(TS_FACET_OBJECT);
    see_class(s, GOLDEN_RETRIEVER, "golden retriever", 0.9F);
    assert_tags(judge(s, rules), "golden retriever, dog");
    rules.specificity = TS_SPECIFICITY_LEAF;
    assert_tags(judge(s, rules), "golden retriever");
    rules.specificity = TS_SPECIFICITY_ALL;
    assert_tags(judge(s, rules), "golden retriever, dog, retriever, animal");
}

/* What stands above something that is only suggested is surer, and stays. */
static void the_surest_word_stays_above_a_suggestion(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    see_class(s, GOLDEN_RETRIEVER, "golden retriever", 0.45F);
    see_class(s, LABRADOR, "Labrador retriever", 0.4F);
    tags t = judge(s, rules);
    assert_int_equal(tag_in(t, "object/golden-retriever")->state, TS_TAG_SUGGESTED);
    assert_int_equal(tag_in(t, "object/retriever")->state, TS_TAG_ACCEPTED);
    assert_int_equal(tag_in(t, "object/dog")->state, TS_TAG_ACCEPTED);
    assert_null(tag_in(t, "object/animal")); /* two sure words say it */
}

/* A child's evidence makes the parent a tag where only the parent is in the list. */
static void a_closed_vocabulary_takes_the_nearest_word(void **state)
{
    scene *s = *state;
    ts_error err;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    rules.facets = TS_FACET_BIT(TS_FACET_OBJECT);
    see_class(s, GOLDEN_RETRIEVER, "golden retriever", 0.9F);
    see_box(s, COCO_CHAIR, "chair", 0.9F, box_at(0, 0, 100, 100));
    assert_works(ts_tag_rules_allow(&rules, s->vocab, "animal", s->arena, &err), err);
    assert_tags(judge(s, rules), "animal");
    assert_works(ts_tag_rules_allow(&rules, s->vocab, "retriever", s->arena, &err), err);
    rules.specificity = TS_SPECIFICITY_ALL;
    assert_tags(judge(s, rules), "retriever, animal");
}

/* ---- limits --------------------------------------------------------------------------------------- */

static void facets_have_limits(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    see_box(s, COCO_DOG, "dog", 0.9F, box_at(0, 0, 400, 400));
    see_box(s, COCO_CHAIR, "chair", 0.8F, box_at(500, 0, 100, 100));
    see_box(s, COCO_CUP, "cup", 0.7F, box_at(700, 0, 100, 100));
    see_box(s, COCO_PERSON, "person", 0.9F, box_at(800, 0, 100, 100));
    rules.max_per_facet[TS_FACET_OBJECT] = 2;
    tags t = judge(s, rules);
    assert_true(tag_in(t, "object/dog") && tag_in(t, "object/chair") && tag_in(t, "people/person"));
    assert_null(tag_in(t, "object/cup"));
}

static void facets_are_filled_up(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    see_class(s, BEAGLE, "beagle", 0.6F);
    see_class(s, SEASHORE, "seashore", 0.15F);
    see_class(s, ASSAULT_RIFLE, "assault rifle", 0.16F);
    assert_null(tag_in(judge(s, rules), "scene/seashore"));
    rules.min_per_facet[TS_FACET_SCENE] = 9;
    rules.min_per_facet[TS_FACET_OBJECT] = 9;
    tags t = judge(s, rules);
    assert_string_equal(tag_in(t, "scene/seashore")->because, TS_BECAUSE_FILLED);
    assert_int_equal(tag_in(t, "scene/seashore")->state, TS_TAG_SUGGESTED);
    assert_null(tag_in(t, "object/assault-rifle")); /* nobody is bothered with that for a number's sake */
    rules.states = UINT32_C(1) << TS_TAG_ACCEPTED;
    assert_null(tag_in(judge(s, rules), "scene/seashore"));
}

static void specificities_have_names(void **state)
{
    (void)state;
    ts_specificity found;
    for (int i = 0; i < TS_SPECIFICITY_COUNT; i++) {
        assert_true(ts_specificity_find(ts_specificity_name((ts_specificity)i), &found));
        assert_int_equal(found, i);
    }
    assert_false(ts_specificity_find("some", &found));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(thresholds_are_numbers_or_precisions),
        TEST(names_are_facets_or_concepts),
        TEST(lists_close_the_vocabulary),
        TEST(a_number_is_the_line),
        TEST(lines_and_states),
        TEST(a_precision_is_a_measured_line),
        TEST(what_no_model_tells_is_said_to_be_so),
        TEST(how_specific_a_tag_is),
        TEST(the_surest_word_stays_above_a_suggestion),
        TEST(a_closed_vocabulary_takes_the_nearest_word),
        TEST(facets_have_limits),
        TEST(facets_are_filled_up),
        TEST(specificities_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
