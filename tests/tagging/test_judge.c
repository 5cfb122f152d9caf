/* tests/tagging: from beliefs to tags, on a small vocabulary of this test's own. Lines, flags, rules, order,
 * and what a tag carries. */
#include "tests/tagging/scene.h"

static const char concepts[] = "id\tlabel\tplural\tparents\tsynonyms\tflags\n"
                               "colour/red\tred\t\t\t\t\n"
                               "object/animal\tanimal\tanimals\t\t\t\n"
                               "object/bow\tbow\tbows\t\t\trisky\n"
                               "object/cup\tcup\tcups\tobject/ware\t\t\n"
                               "object/dog\tdog\tdogs\tobject/mammal\t\t\n"
                               "object/mammal\tmammal\tmammals\tobject/animal\t\thidden\n"
                               "object/pug\tpug\tpugs\tobject/dog\t\tfine\n"
                               "object/sand\tsand\t\t\t\t\n"
                               "object/ware\tware\twares\t\t\tdull\n"
                               "people/person\tperson\tpeople\t\t\t\n";

static const char mappings[] = "scheme\tkey\tconcept\trelation\tname\n"
                               "coco80\t0\tpeople/person\texact\tperson\n"
                               "coco80\t16\tobject/dog\texact\tdog\n"
                               "coco80\t41\tobject/cup\texact\tcup\n"
                               "coco80\t50\tobject/sand\texact\tsand\n"
                               "imagenet1k\t1\tobject/pug\texact\tpug\n"
                               "imagenet1k\t2\tobject/bow\texact\tbow\n"
                               "imagenet1k\t3\tobject/ware\texact\tware\n"
                               "imagenet1k\t4\tobject/sand\texact\tsand\n"
                               "imagenet1k\t5\tobject/dog\texact\tdog\n"
                               "imagenet1k\t6\tobject/cup\texact\tcup\n"
                               "imagenet1k\t7\tobject/mammal\texact\tmammal\n";

enum { PUG = 1, BOW, WARE, SAND, DOG, CUP, MAMMAL };
enum { COCO_PERSON = 0, COCO_DOG = 16, COCO_CUP = 41, COCO_SAND = 50 };

static int set_up(void **state)
{
    char *folder = ts_test_folder();
    free(ts_test_file(folder, "concepts.tsv", concepts, sizeof concepts - 1));
    free(ts_test_file(folder, "mappings.tsv", mappings, sizeof mappings - 1));
    *state = scene_new(folder);
    ts_test_folder_end(folder);
    return 0;
}

static int tear_down(void **state)
{
    scene_free(*state);
    return 0;
}

/* One class at this probability; the tag that comes of it, or NULL. */
static const ts_tag *one_class(scene *s, size_t class_index, float probability, const char *id)
{
    see_class(s, class_index, "label", probability);
    return tag_in(judge(s, TS_TAG_RULES_DEFAULT), id);
}

static void assert_line(scene *s, size_t class_index, const char *id, float line)
{
    if (one_class(s, class_index, line - 0.01F, id)) fail_msg("%s is a tag below %.2f", id, (double)line);
    if (!one_class(s, class_index, line + 0.01F, id)) fail_msg("%s is no tag above %.2f", id, (double)line);
}

/* ---- lines -------------------------------------------------------------------------------------- */

static void the_sources_lines_decide(void **state)
{
    scene *s = *state;
    assert_line(s, SAND, "object/sand", 0.2F);
    assert_int_equal(one_class(s, SAND, 0.49F, "object/sand")->state, TS_TAG_SUGGESTED);
    assert_int_equal(one_class(s, SAND, 0.51F, "object/sand")->state, TS_TAG_ACCEPTED);
}

static void fine_concepts_need_more_than_a_low_line(void **state)
{
    scene *s = *state;
    s->classify.drop = 0.05F;
    assert_line(s, SAND, "object/sand", 0.05F);
    assert_line(s, PUG, "object/pug", 0.2F);
    /* what is too fine to say is said by its parent */
    assert_non_null(one_class(s, PUG, 0.15F, "object/dog"));
}

static void dull_concepts_need_more(void **state)
{
    assert_line(*state, WARE, "object/ware", 0.35F);
}

static void risky_concepts_always_wait_for_a_person(void **state)
{
    scene *s = *state;
    assert_line(s, BOW, "object/bow", 0.35F);
    assert_int_equal(one_class(s, BOW, 0.999F, "object/bow")->state, TS_TAG_SUGGESTED);
}

static void hidden_concepts_are_never_shown(void **state)
{
    scene *s = *state;
    see_class(s, MAMMAL, "mammal", 0.99F);
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    assert_null(tag_in(t, "object/mammal"));
    assert_non_null(tag_in(t, "object/animal"));
    see_class(s, PUG, "pug", 0.9F);
    see_class(s, MAMMAL, "mammal", 0);
    t = judge(s, TS_TAG_RULES_DEFAULT);
    const ts_tag *pug = tag_in(t, "object/pug");
    assert_non_null(pug);
    assert_int_equal(pug->ancestor_count, 2); /* not the hidden one between them */
    assert_string_equal(pug->ancestors[0], "object/dog");
    assert_string_equal(pug->ancestors[1], "object/animal");
}

/* A dull word above a tag that is shown is among its ancestors and no tag of its own. */
static void umbrella_words_give_way(void **state)
{
    scene *s = *state;
    see_class(s, CUP, "cup", 0.9F);
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    assert_null(tag_in(t, "object/ware"));
    assert_string_equal(tag_in(t, "object/cup")->ancestors[0], "object/ware");
    see_class(s, CUP, "cup", 0);
    see_class(s, WARE, "ware", 0.9F);
    assert_non_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/ware"));
}

/* Of what a detector looked for its line holds, whoever else has a guess: 0.39 is not enough, though the classifier alone
 * might say it from 0.2 on. */
static void where_a_detector_looked_its_line_holds(void **state)
{
    scene *s = *state;
    see_class(s, CUP, "cup", 0.39F);
    assert_non_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/cup"));
    search_everything(s);
    assert_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/cup"));
    see_class(s, CUP, "cup", 0.41F);
    assert_non_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/cup"));
    see_box(s, COCO_CUP, "cup", 0.3F, box_at(0, 0, 10, 10));
    assert_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/cup"));
}

/* Of exclusive classes at most one is right: what is not the likeliest has to be surer. */
static void a_runner_up_needs_more(void **state)
{
    scene *s = *state;
    see_class(s, SAND, "sand", 0.36F);
    see_class(s, CUP, "cup", 0.34F);
    assert_non_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/sand"));
    assert_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/cup"));
    see_class(s, SAND, "sand", 0.33F);
    assert_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/sand"));
    assert_non_null(tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/cup"));
}

/* The rule that decided stands in the tag. */
static void every_tag_says_why_it_is_in_its_state(void **state)
{
    scene *s = *state;
    see_class(s, BOW, "bow", 0.95F);
    see_box(s, COCO_PERSON, "person", 0.9F, box_at(0, 0, 100, 400));
    see_box(s, COCO_DOG, "dog", 0.8F, box_at(200, 400, 60, 60));
    see_box(s, COCO_SAND, "sand", 0.8F, box_at(200, 400, 60, 60));
    see_box(s, COCO_CUP, "cup", 0.45F, box_at(900, 700, 30, 30));
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    assert_string_equal(tag_in(t, "object/bow")->because, TS_BECAUSE_SENSITIVE);
    assert_true(tag_in(t, "object/bow")->accepted_from > 1);
    assert_string_equal(tag_in(t, "people/person")->because, TS_BECAUSE_SURE);
    assert_float_equal(tag_in(t, "people/person")->shown_from, 0.4F, 0);
    assert_float_equal(tag_in(t, "people/person")->accepted_from, 0.6F, 0);
    assert_string_equal(tag_in(t, "object/dog")->because, TS_BECAUSE_CONTESTED);
    assert_string_equal(tag_in(t, "object/sand")->because, TS_BECAUSE_CONTESTED);
    assert_int_equal(tag_in(t, "object/sand")->state, TS_TAG_SUGGESTED);
    assert_string_equal(tag_in(t, "object/cup")->because, TS_BECAUSE_UNSURE);
}

/* ---- rules -------------------------------------------------------------------------------------- */

static ts_tag_rules every_level(void)
{
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    rules.specificity = TS_SPECIFICITY_ALL;
    return rules;
}

static void see_many(scene *s)
{
    see_class(s, PUG, "pug", 0.6F);
    see_class(s, SAND, "sand", 0.36F);
    see_box(s, COCO_PERSON, "person", 0.9F, box_at(0, 0, 100, 400));
    see_box(s, COCO_DOG, "dog", 0.7F, box_at(200, 400, 300, 300));
    see_box(s, COCO_CUP, "cup", 0.45F, box_at(900, 700, 30, 30));
}

static void tags_below_the_wanted_confidence_are_dropped(void **state)
{
    scene *s = *state;
    see_many(s);
    ts_tag_rules rules = every_level();
    tags all = judge(s, rules);
    assert_int_equal(all.count, 7); /* animal, cup, dog, person, pug, sand, ware */
    rules.min_confidence = 0.5F;
    tags sure = judge(s, rules);
    assert_int_equal(sure.count, 4);
    for (size_t i = 0; i < sure.count; i++) assert_true(sure.items[i].confidence >= 0.5F);
    rules.min_confidence = 1;
    assert_int_equal(judge(s, rules).count, 0);
    rules.min_confidence = 0;
    assert_int_equal(judge(s, rules).count, 7);
}

static void only_the_most_telling_are_kept(void **state)
{
    scene *s = *state;
    see_many(s);
    ts_tag_rules rules = every_level();
    tags all = judge(s, rules);
    for (unsigned most = 1; most <= 10; most++) {
        rules.max_tags = most;
        tags few = judge(s, rules);
        assert_int_equal(few.count, most < all.count ? most : all.count);
        for (size_t i = 0; i < few.count; i++)
            assert_string_equal(few.items[i].concept, all.items[i].concept);
    }
    rules.max_tags = 0;
    assert_int_equal(judge(s, rules).count, all.count);
}

static void facets_and_states_choose(void **state)
{
    scene *s = *state;
    see_many(s);
    ts_tag_rules rules = every_level();
    rules.facets = TS_FACET_BIT(TS_FACET_PEOPLE);
    tags t = judge(s, rules);
    assert_int_equal(t.count, 1);
    assert_string_equal(t.items[0].concept, "people/person");
    rules.facets = TS_FACET_BIT(TS_FACET_COLOUR) | TS_FACET_BIT(TS_FACET_OBJECT);
    assert_int_equal(judge(s, rules).count, 6);
    rules.states = UINT32_C(1) << TS_TAG_SUGGESTED;
    t = judge(s, rules);
    assert_int_equal(t.count, 3);
    assert_non_null(tag_in(t, "object/ware"));
    assert_non_null(tag_in(t, "object/cup"));
    assert_non_null(tag_in(t, "object/sand"));
    rules.states = UINT32_C(1) << TS_TAG_ACCEPTED;
    assert_int_equal(judge(s, rules).count, 3);
}

/* What falls below a line is not lost to who asks: evaluation needs what was nearly said too. */
static void the_others_are_kept_for_who_asks(void **state)
{
    scene *s = *state;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    see_class(s, PUG, "pug", 0.9F);
    see_class(s, SAND, "sand", 0.15F);
    assert_int_equal(judge(s, rules).other_count, 0);
    rules.others = true;
    rules.max_tags = 2;
    tags t = judge(s, rules);
    assert_int_equal(t.count, 2);
    size_t sand = t.other_count, animal = t.other_count;
    for (size_t i = 0; i < t.other_count; i++) {
        if (strcmp(t.others[i].concept, "object/sand") == 0) sand = i;
        if (strcmp(t.others[i].concept, "object/animal") == 0) animal = i;
        assert_null(tag_in(t, t.others[i].concept));
    }
    assert_true(animal < sand && sand < t.other_count);
    assert_true(fabsf(t.others[sand].confidence - 0.15F) < 1e-4F);
}

/* ---- order -------------------------------------------------------------------------------------- */

static void the_sure_and_specific_comes_first(void **state)
{
    scene *s = *state;
    see_class(s, PUG, "pug", 0.9F);
    see_class(s, SAND, "sand", 0.36F);
    tags t = judge(s, every_level());
    assert_int_equal(t.count, 4);
    assert_string_equal(t.items[0].concept, "object/pug");
    assert_string_equal(t.items[1].concept, "object/dog");
    assert_string_equal(t.items[2].concept, "object/animal");
    assert_string_equal(t.items[3].concept, "object/sand");
}

static void the_same_evidence_gives_the_same_tags(void **state)
{
    scene *s = *state;
    see_many(s);
    tags first = judge(s, TS_TAG_RULES_DEFAULT);
    for (int again = 0; again < 5; again++) {
        tags t = judge(s, TS_TAG_RULES_DEFAULT);
        assert_int_equal(t.count, first.count);
        for (size_t i = 0; i < t.count; i++) {
            assert_string_equal(t.items[i].concept, first.items[i].concept);
            assert_true(t.items[i].confidence == first.items[i].confidence);
        }
    }
}

/* Equals stand in the vocabulary's order. */
static void ties_are_settled(void **state)
{
    scene *s = *state;
    see_class(s, CUP, "cup", 0.4F);
    see_class(s, SAND, "sand", 0.4F);
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    size_t cup = (size_t)(tag_in(t, "object/cup") - t.items);
    size_t sand = (size_t)(tag_in(t, "object/sand") - t.items);
    assert_true(cup < sand);
}

/* ---- what a tag carries ------------------------------------------------------------------------- */

static void every_tag_says_what_it_rests_on(void **state)
{
    scene *s = *state;
    see_many(s);
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    for (size_t i = 0; i < t.count; i++) {
        const ts_tag *tag = &t.items[i];
        ts_concept concept = ts_vocab_find(s->vocab, tag->concept);
        assert_string_equal(tag->label, ts_vocab_label(s->vocab, concept));
        assert_memory_equal(tag->concept, tag->facet, strlen(tag->facet));
        assert_true(tag->confidence > 0 && tag->confidence <= 1);
        assert_true(tag->evidence_count >= 1);
        for (size_t k = 0; k < tag->evidence_count; k++) {
            assert_string_not_equal(tag->evidence[k].analyser, "");
            assert_string_equal(tag->evidence[k].model, "made-up");
            assert_string_equal(tag->evidence[k].version, "9");
            assert_non_null(tag->evidence[k].label);
            assert_true(tag->evidence[k].raw > 0 && tag->evidence[k].raw <= 1);
        }
    }
}

static void the_strongest_witness_comes_first(void **state)
{
    scene *s = *state;
    see_class(s, PUG, "pug", 0.6F);
    see_box(s, COCO_DOG, "dog", 0.7F, box_at(0, 0, 10, 10));
    const ts_tag *dog = tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/dog");
    assert_int_equal(dog->evidence_count, 2);
    assert_string_equal(dog->evidence[0].analyser, "detect");
    assert_string_equal(dog->evidence[0].label, "dog");
    assert_float_equal(dog->evidence[0].raw, 0.7F, 0);
    assert_string_equal(dog->evidence[1].analyser, "classify");
    assert_string_equal(dog->evidence[1].label, "pug");
    s->items[0].raw = 0.5F;
    dog = tag_in(judge(s, TS_TAG_RULES_DEFAULT), "object/dog");
    assert_string_equal(dog->evidence[0].analyser, "classify");
}

static void what_can_be_counted_is_counted(void **state)
{
    scene *s = *state;
    for (int i = 0; i < 3; i++) see_box(s, COCO_DOG, "dog", 0.7F, box_at((float)i * 100, 0, 90, 90));
    see_box(s, COCO_SAND, "sand", 0.6F, box_at(0, 500, 900, 200));
    tags t = judge(s, every_level());
    const ts_tag *dog = tag_in(t, "object/dog");
    assert_int_equal(dog->count, 3);
    assert_int_equal(dog->box_count, 3);
    assert_float_equal(dog->boxes[2].x, 200, 0);
    assert_int_equal(tag_in(t, "object/sand")->count, 0); /* it has a box, and no number */
    assert_int_equal(tag_in(t, "object/sand")->box_count, 1);
    assert_int_equal(tag_in(t, "object/animal")->count, 0);
}

static void no_evidence_gives_no_tags(void **state)
{
    assert_int_equal(judge(*state, TS_TAG_RULES_DEFAULT).count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sources_lines_decide),
        TEST(fine_concepts_need_more_than_a_low_line),
        TEST(dull_concepts_need_more),
        TEST(risky_concepts_always_wait_for_a_person),
        TEST(hidden_concepts_are_never_shown),
        TEST(umbrella_words_give_way),
        TEST(where_a_detector_looked_its_line_holds),
        TEST(a_runner_up_needs_more),
        TEST(every_tag_says_why_it_is_in_its_state),
        TEST(tags_below_the_wanted_confidence_are_dropped),
        TEST(only_the_most_telling_are_kept),
        TEST(facets_and_states_choose),
        TEST(the_others_are_kept_for_who_asks),
        TEST(the_sure_and_specific_comes_first),
        TEST(the_same_evidence_gives_the_same_tags),
        TEST(ties_are_settled),
        TEST(every_tag_says_what_it_rests_on),
        TEST(the_strongest_witness_comes_first),
        TEST(what_can_be_counted_is_counted),
        TEST(no_evidence_gives_no_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
