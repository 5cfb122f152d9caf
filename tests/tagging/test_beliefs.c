/* tests/tagging: from what was seen to beliefs about concepts, on the core vocabulary. */
#include "tests/tagging/scene.h"

/* Classes of the two schemes, by their published numbers. */
enum { BASSET = 161, BEAGLE = 162, EGYPTIAN_CAT = 285, PROJECTILE = 744, UNICYCLE = 880, VIOLIN = 889 };
enum { SEASHORE = 978, TRENCH_COAT = 869, WEB_SITE = 916 };
enum { COCO_PERSON = 0, COCO_BICYCLE = 1, COCO_CAT = 15, COCO_DOG = 16, COCO_UMBRELLA = 25 };

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

/* ---- calibration -------------------------------------------------------------------------------- */

static void calibration_is_platts_formula(void **state)
{
    (void)state;
    ts_source plain = {.slope = 1};
    ts_source fitted = {.slope = 2.5F, .offset = 1.5F};
    for (float raw = 0.05F; raw < 1; raw += 0.05F) {
        assert_float_equal(ts_calibrate(&plain, raw), raw, 1e-6);
        double logit = log((double)raw / (1 - (double)raw));
        assert_float_equal(ts_calibrate(&fitted, raw), (float)(1 / (1 + exp(-(2.5 * logit + 1.5)))), 1e-5);
    }
}

static void calibrated_scores_rise_and_stay_inside(void **state)
{
    (void)state;
    const ts_source sources[] = {{.slope = 1}, {.slope = 3, .offset = 4}, {.slope = 0.5F, .offset = -2}};
    for (size_t i = 0; i < 3; i++) {
        float last = 0;
        for (int raw = 0; raw <= 1000; raw++) {
            float p = ts_calibrate(&sources[i], (float)raw / 1000);
            assert_true(p > 0 && p <= 1 && p >= last);
            last = p;
        }
        assert_true(ts_calibrate(&sources[i], -5) > 0);
        assert_true(ts_calibrate(&sources[i], 7) <= 1);
        float p = ts_calibrate(&sources[i], NAN);
        assert_true(p > 0 && p <= 1);
    }
}

/* ---- exclusive classes -------------------------------------------------------------------------- */

static void exclusive_classes_add_up_above(void **state)
{
    scene *s = *state;
    see_class(s, BEAGLE, "beagle", 0.4F);
    see_class(s, BASSET, "basset", 0.5F);
    believe(s);
    assert_belief(s, "object/beagle", 0.4F);
    assert_belief(s, "object/basset-hound", 0.5F);
    assert_belief(s, "object/hound", 0.9F);
    assert_belief(s, "object/dog", 0.9F);
    assert_belief(s, "object/animal", 0.9F);
    const ts_belief *dog = belief_in(s, "object/dog");
    assert_int_equal(dog->witness_count, 1);
    assert_string_equal(dog->witnesses[0].label, "basset"); /* the strongest class speaks for the sum */
    assert_float_equal(dog->witnesses[0].raw, 0.5F, 0);
    assert_belief(s, "object/cat", 0);
}

static void a_whole_distribution_is_never_more_than_certain(void **state)
{
    scene *s = *state;
    for (size_t i = 0; i < CLASSES; i++) see_class(s, i, "class", 0.001F + (i == BEAGLE ? 0.5F : 0));
    believe(s);
    for (size_t c = 0; c < s->beliefs.count; c++) {
        float confidence = s->beliefs.items[c].confidence;
        assert_true(confidence >= 0 && confidence <= 1);
    }
}

static void a_class_wider_than_its_concept_counts_half(void **state)
{
    scene *s = *state;
    ts_relation relation;
    ts_concept missile = ts_vocab_map_class(s->vocab, "imagenet1k", PROJECTILE, &relation);
    assert_int_equal(relation, TS_RELATION_BROADER);
    see_class(s, PROJECTILE, "projectile", 0.6F);
    believe(s);
    assert_belief(s, ts_vocab_id(s->vocab, missile), 0.3F);
}

static void crumbs_say_nothing(void **state)
{
    scene *s = *state;
    see_class(s, BEAGLE, "beagle", 0.0005F);
    see_class(s, VIOLIN, "violin", 0.006F);
    for (size_t breed = 151; breed <= 268; breed++)
        see_class(s, breed, "dog", 0.0009F); /* 0.1 in all, of nothing */
    believe(s);
    for (size_t c = 0; c < s->beliefs.count; c++) assert_int_equal(s->beliefs.items[c].witness_count, 0);
}

/* ---- boxes -------------------------------------------------------------------------------------- */

static void two_dogs_are_one_proof_and_two_boxes(void **state)
{
    scene *s = *state;
    see_box(s, COCO_DOG, "dog", 0.8F, box_at(100, 100, 200, 200));
    see_box(s, COCO_DOG, "dog", 0.6F, box_at(500, 100, 200, 200));
    believe(s);
    assert_belief(s, "object/dog", 0.8F);
    assert_belief(s, "object/animal", 0.8F);
    const ts_belief *dog = belief_in(s, "object/dog");
    assert_int_equal(dog->box_count, 2);
    assert_float_equal(dog->boxes[0].x, 100, 0);
    assert_float_equal(dog->boxes[1].x, 500, 0);
    assert_int_equal(belief_in(s, "object/animal")->box_count, 0); /* only the dogs were seen as such */
}

static void boxes_below_the_drop_line_do_not_count(void **state)
{
    scene *s = *state;
    see_box(s, COCO_DOG, "dog", 0.8F, box_at(100, 100, 200, 200));
    see_box(s, COCO_DOG, "dog", 0.3F, box_at(500, 100, 200, 200));
    believe(s);
    assert_int_equal(belief_in(s, "object/dog")->box_count, 1);
}

static void a_crowd_of_boxes_is_cut_not_overrun(void **state)
{
    scene *s = *state;
    for (size_t i = 0; i < 200; i++) see_box(s, COCO_DOG, "dog", 0.9F, box_at((float)i, 0, 20, 20));
    believe(s);
    const ts_belief *dog = belief_in(s, "object/dog");
    assert_in_range(dog->box_count, 50, 200);
    assert_float_equal(dog->boxes[dog->box_count - 1].x, dog->box_count - 1, 0);
}

static void unknown_classes_are_passed_over(void **state)
{
    scene *s = *state;
    see_box(s, UINT32_MAX, "word", 0.9F, box_at(0, 0, 10, 10));
    see_box(s, 5000, "word", 0.9F, box_at(0, 0, 10, 10));
    see_box(s, COCO_DOG, "dog", 0.9F, box_at(0, 0, 10, 10));
    s->items[2].scheme = "no such scheme";
    believe(s);
    for (size_t c = 0; c < s->beliefs.count; c++) assert_int_equal(s->beliefs.items[c].witness_count, 0);
}

static void the_only_dogs_box_is_the_beagles(void **state)
{
    scene *s = *state;
    see_class(s, BEAGLE, "beagle", 0.7F);
    see_box(s, COCO_DOG, "dog", 0.8F, box_at(100, 50, 200, 300));
    believe(s);
    const ts_belief *beagle = belief_in(s, "object/beagle");
    assert_int_equal(beagle->box_count, 1);
    assert_float_equal(beagle->boxes[0].height, 300, 0);
    assert_int_equal(belief_in(s, "object/animal")->box_count, 0); /* never upwards */
}

static void of_two_dogs_nobody_knows_which_is_the_beagle(void **state)
{
    scene *s = *state;
    see_class(s, BEAGLE, "beagle", 0.7F);
    see_box(s, COCO_DOG, "dog", 0.8F, box_at(100, 50, 200, 300));
    see_box(s, COCO_DOG, "dog", 0.8F, box_at(400, 50, 200, 300));
    believe(s);
    assert_int_equal(belief_in(s, "object/beagle")->box_count, 0);
    assert_int_equal(belief_in(s, "object/dog")->box_count, 2);
}

/* ---- several analysers -------------------------------------------------------------------------- */

static float joined(float first, float other)
{
    return ts_sigmoid(ts_logit(first) + 0.85F * ts_logit(other));
}

static void weights_of_evidence_add_up(void **state)
{
    scene *s = *state;
    see_class(s, BEAGLE, "beagle", 0.7F);
    see_box(s, COCO_DOG, "dog", 0.6F, box_at(100, 50, 200, 300));
    believe(s);
    assert_belief(s, "object/beagle", 0.7F);
    assert_belief(s, "object/dog", joined(0.7F, 0.6F));
    assert_belief(s, "object/animal", joined(0.7F, 0.6F));
    assert_int_equal(belief_in(s, "object/dog")->witness_count, 2);
}

/* What finds a thing less likely than not has no weight of its own, and takes none away. */
static void doubters_add_nothing(void **state)
{
    scene *s = *state;
    see_class(s, BEAGLE, "beagle", 0.5F);
    see_box(s, COCO_DOG, "dog", 0.6F, box_at(100, 50, 200, 300));
    believe(s);
    assert_belief(s, "object/dog", 0.6F);
    see_class(s, BEAGLE, "beagle", 0.3F);
    believe(s);
    assert_belief(s, "object/dog", 0.6F);
}

/* Of what a detector sought its own word counts in full, be it the weaker; the narrow thing is no surer than the wide. */
static void the_detector_leads_where_it_sought(void **state)
{
    scene *s = *state;
    see_class(s, BEAGLE, "beagle", 0.9F);
    see_box(s, COCO_DOG, "dog", 0.1F, box_at(100, 50, 200, 300));
    search_everything(s);
    believe(s);
    assert_belief(s, "object/dog", joined(0.1F, 0.9F));
    assert_belief(s, "object/beagle", joined(0.1F, 0.9F));
    assert_belief(s, "object/animal", 0.9F); /* of animals as such it knows nothing */
}

/* ---- a detector's silence ------------------------------------------------------------------------- */

static float less(float p, float weight)
{
    return ts_sigmoid(ts_logit(p) - weight);
}

static void silence_is_evidence(void **state)
{
    scene *s = *state;
    s->detect.weighing.silence = 1.4F;
    see_class(s, EGYPTIAN_CAT, "Egyptian cat", 0.6F);
    see_class(s, VIOLIN, "violin", 0.3F);
    search_everything(s);
    believe(s);
    assert_belief(s, "object/cat", less(0.6F, 1.4F));
    assert_belief(s, "object/egyptian-cat", less(0.6F, 1.4F));
    assert_belief(s, "object/violin", 0.3F); /* the detector knows no violins */
}

static void what_the_detector_found_counts_in_full(void **state)
{
    scene *s = *state;
    s->detect.weighing.silence = 1.4F;
    see_class(s, EGYPTIAN_CAT, "Egyptian cat", 0.6F);
    see_box(s, COCO_CAT, "cat", 0.7F, box_at(0, 0, 100, 100));
    search_everything(s);
    believe(s);
    assert_belief(s, "object/egyptian-cat", 0.6F);
    assert_belief(s, "object/cat", joined(0.7F, 0.6F));
}

/* It knows bicycles and shows no vehicle at all; the more else it shows, the more that says. */
static void nothing_of_the_kind_is_evidence_too(void **state)
{
    scene *s = *state;
    s->detect.weighing.kin_silence = 0.5F;
    see_class(s, UNICYCLE, "unicycle", 0.9F);
    search_everything(s);
    believe(s);
    assert_belief(s, "object/unicycle", 0.9F); /* it shows nothing whatever: no wonder */
    for (int i = 0; i < 3; i++) see_box(s, COCO_PERSON, "person", 0.9F, box_at((float)i * 200, 0, 90, 300));
    believe(s);
    assert_belief(s, "object/unicycle", less(0.9F, 0.5F * logf(4)));
    see_box(s, COCO_BICYCLE, "bicycle", 0.5F, box_at(0, 400, 300, 300));
    believe(s);
    assert_belief(s, "object/unicycle", 0.9F);
}

/* The classifier learned on pictures of one thing: beside others, its certainty shrinks towards even odds. */
static void a_crowd_makes_the_classifier_unsure(void **state)
{
    scene *s = *state;
    s->classify.weighing.crowd = 0.25F;
    see_class(s, VIOLIN, "violin", 0.9F);
    see_class(s, BEAGLE, "beagle", 0.05F);
    search_everything(s);
    see_box(s, COCO_PERSON, "person", 0.9F, box_at(0, 0, 90, 300));
    believe(s);
    assert_belief(s, "object/violin", ts_sigmoid((1 - 0.25F * logf(2)) * ts_logit(0.9F)));
    /* a box of the thing itself is no crowd */
    s->seen.count = 0;
    see_box(s, COCO_DOG, "dog", 0.9F, box_at(0, 0, 90, 300));
    believe(s);
    assert_float_equal(belief_in(s, "object/beagle")->witnesses[0].p, 0.05F, 1e-4);
    /* and a thousand boxes do not turn the scale round */
    for (int i = 0; i < 200; i++) see_box(s, COCO_PERSON, "person", 0.9F, box_at((float)i, 0, 9, 30));
    believe(s);
    assert_true(belief_in(s, "object/violin")->confidence > belief_in(s, "object/beagle")->witnesses[0].p);
}

/* ---- a detector's score --------------------------------------------------------------------------- */

static void large_things_and_company_are_surer(void **state)
{
    scene *s = *state;
    s->detect.weighing.size = 0.2F;
    s->detect.weighing.company = 0.5F;
    see_box(s, COCO_DOG, "dog", 0.5F, box_at(0, 0, 1000, 800));
    believe(s);
    assert_belief(s, "object/dog", ts_sigmoid(0.2F * logf(1 + 1e-4F)));
    s->items[0].box = box_at(0, 0, 100, 80);
    believe(s);
    assert_belief(s, "object/dog", ts_sigmoid(0.2F * logf(0.01F + 1e-4F)));
    see_box(s, COCO_DOG, "dog", 0.1F, box_at(300, 0, 100, 80));
    see_box(s, COCO_CAT, "cat", 0.1F, box_at(300, 0, 100, 80));
    see_box(s, COCO_DOG, "dog", 0.1F, box_at(600, 0, 100, 80));
    believe(s);
    assert_belief(s, "object/dog", ts_sigmoid(0.2F * logf(0.01F + 1e-4F) + 0.5F * logf(3)));
    assert_float_equal(belief_in(s, "object/dog")->witnesses[0].raw, 0.5F, 0);
}

/* A box is listed by its own score, whatever company does to the word "dog". */
static void boxes_have_a_calibration_of_their_own(void **state)
{
    scene *s = *state;
    s->detect.weighing.box_slope = 1;
    s->detect.weighing.box_offset = -1;
    s->detect.weighing.box_drop = 0.3F;
    see_box(s, COCO_DOG, "dog", 0.6F, box_at(0, 0, 100, 100));   /* 0.356 */
    see_box(s, COCO_DOG, "dog", 0.5F, box_at(200, 0, 100, 100)); /* 0.269 */
    believe(s);
    assert_int_equal(belief_in(s, "object/dog")->box_count, 1);
    assert_belief(s, "object/dog", 0.6F);
}

/* ---- contested boxes, exclusion ------------------------------------------------------------------- */

static void two_things_in_one_box_are_contested(void **state)
{
    scene *s = *state;
    see_box(s, COCO_DOG, "dog", 0.8F, box_at(100, 100, 300, 300));
    see_box(s, COCO_CAT, "cat", 0.7F, box_at(105, 100, 300, 300));
    see_box(s, COCO_PERSON, "person", 0.7F, box_at(600, 100, 300, 300));
    believe(s);
    assert_true(belief_in(s, "object/dog")->contested);
    assert_true(belief_in(s, "object/cat")->contested);
    assert_false(belief_in(s, "people/person")->contested);
    see_box(s, COCO_DOG, "dog", 0.6F, box_at(500, 500, 100, 100)); /* this one is the dog's alone */
    believe(s);
    assert_false(belief_in(s, "object/dog")->contested);
    assert_true(belief_in(s, "object/cat")->contested);
}

/* A web site is a screenshot; a screenshot has no beach. */
static void a_screenshot_has_no_beach(void **state)
{
    scene *s = *state;
    see_class(s, SEASHORE, "seashore", 0.4F);
    believe(s);
    assert_belief(s, "scene/seashore", 0.4F);
    see_class(s, WEB_SITE, "web site", 0.5F);
    believe(s);
    float q = belief_in(s, "style/screenshot")->witnesses[0].p;
    assert_float_equal(q, 0.5F, 1e-4);
    assert_belief(s, "scene/seashore", 0.4F * (1 - q) / (1 - 0.4F * q));
    assert_true(belief_in(s, "style/screenshot")->confidence < q);
}

static void faces_are_people(void **state)
{
    scene *s = *state;
    see_face(s, 0.7F, 80);
    see_face(s, 0.9F, 80);
    see_box(s, COCO_PERSON, "person", 0.5F, box_at(0, 0, 100, 300));
    believe(s);
    assert_belief(s, "people/face", 0.9F);
    assert_belief(s, "people/person", 0.9F);
    assert_int_equal(belief_in(s, "people/face")->box_count, 2);
    assert_int_equal(belief_in(s, "people/person")->box_count, 1);
    s->face[0].box.width = s->face[1].box.width = 20; /* far away: people, but no tag of its own */
    believe(s);
    assert_true(belief_in(s, "people/face")->confidence < 0.45F);
    assert_belief(s, "people/person", 0.9F);
}

/* A detector takes a parachute for an umbrella; who knows parachutes speaks of the same thing. */
static void the_subject_is_what_the_classifier_is_sure_of(void **state)
{
    scene *s = *state;
    see_class(s, VIOLIN, "violin", 0.95F);
    see_box(s, COCO_UMBRELLA, "umbrella", 0.6F, box_at(200, 200, 400, 400));
    believe(s);
    float taken_for = belief_in(s, "object/umbrella")->confidence;
    assert_true(taken_for < 0.35F);
    s->items[0].box = box_at(200, 200, 30, 30); /* one beside it */
    believe(s);
    assert_true(belief_in(s, "object/umbrella")->confidence > 0.55F);
    see_box(s, COCO_PERSON, "person", 0.6F, box_at(200, 200, 400, 400)); /* who plays it */
    believe(s);
    assert_belief(s, "people/person", 0.6F);
}

/* ---- along the hierarchy ------------------------------------------------------------------------ */

static void who_fills_the_picture_shows_a_face_or_is_a_coat(void **state)
{
    scene *s = *state;
    see_box(s, COCO_PERSON, "person", 0.9F, box_at(100, 50, 700, 700));
    believe(s);
    assert_belief(s, "people/person", 0.9F); /* nobody looked for faces */
    s->seen.has_faces = true;
    believe(s);
    float faceless = belief_in(s, "people/person")->confidence;
    assert_true(faceless > 0.4F && faceless < 0.7F);
    assert_true(s->items[0].doubt == 0); /* what was seen stays as it was */
    see_class(s, TRENCH_COAT, "trench coat", 0.8F);
    believe(s);
    assert_true(belief_in(s, "people/person")->confidence < 0.15F);
    assert_int_equal(belief_in(s, "people/person")->box_count, 0);
    s->items[0].box = box_at(100, 50, 100, 300); /* in a larger scene */
    believe(s);
    assert_belief(s, "people/person", 0.9F);
    s->items[0].box = box_at(100, 50, 700, 700);
    see_face(s, 0.3F, 100);
    believe(s);
    assert_belief(s, "people/person", 0.9F);
    s->seen.face_count = 0;
    see_box(s, COCO_PERSON, "person", 0.9F, box_at(500, 50, 400, 700));
    believe(s);
    assert_belief(s, "people/person", 0.9F); /* two are no coat */
}

static void whatever_is_seen_is_everything_above_it(void **state)
{
    scene *s = *state;
    uint32_t random = 7;
    for (size_t i = 0; i < CLASSES; i += 7) {
        random = random * 1664525 + 1013904223;
        see_class(s, i, "class", (float)(random >> 16) / 65536 * 0.03F);
    }
    for (uint32_t i = 0; i < 80; i++) {
        random = random * 1664525 + 1013904223;
        see_box(s, i, "thing", (float)(random >> 16) / 65536, box_at((float)i, 0, 50, 50));
    }
    see_face(s, 0.8F, 100);
    search_everything(s);
    believe(s);
    size_t checked = 0;
    for (ts_concept c = 0; c < s->beliefs.count; c++) {
        if (s->beliefs.items[c].confidence <= 0) continue;
        ts_concepts above = ts_vocab_ancestors(s->vocab, c);
        for (size_t i = 0; i < above.count; i++, checked++)
            if (s->beliefs.items[above.items[i]].confidence < s->beliefs.items[c].confidence)
                fail_msg("%s is surer than %s", ts_vocab_id(s->vocab, c),
                         ts_vocab_id(s->vocab, above.items[i]));
    }
    assert_true(checked > 100);
}

static void nothing_seen_is_nothing_believed(void **state)
{
    scene *s = *state;
    search_everything(s);
    believe(s);
    for (size_t c = 0; c < s->beliefs.count; c++) assert_true(s->beliefs.items[c].confidence == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calibration_is_platts_formula),
        TEST(calibrated_scores_rise_and_stay_inside),
        TEST(exclusive_classes_add_up_above),
        TEST(a_whole_distribution_is_never_more_than_certain),
        TEST(a_class_wider_than_its_concept_counts_half),
        TEST(crumbs_say_nothing),
        TEST(two_dogs_are_one_proof_and_two_boxes),
        TEST(boxes_below_the_drop_line_do_not_count),
        TEST(a_crowd_of_boxes_is_cut_not_overrun),
        TEST(unknown_classes_are_passed_over),
        TEST(the_only_dogs_box_is_the_beagles),
        TEST(of_two_dogs_nobody_knows_which_is_the_beagle),
        TEST(weights_of_evidence_add_up),
        TEST(doubters_add_nothing),
        TEST(the_detector_leads_where_it_sought),
        TEST(silence_is_evidence),
        TEST(what_the_detector_found_counts_in_full),
        TEST(nothing_of_the_kind_is_evidence_too),
        TEST(a_crowd_makes_the_classifier_unsure),
        TEST(large_things_and_company_are_surer),
        TEST(boxes_have_a_calibration_of_their_own),
        TEST(two_things_in_one_box_are_contested),
        TEST(a_screenshot_has_no_beach),
        TEST(faces_are_people),
        TEST(the_subject_is_what_the_classifier_is_sure_of),
        TEST(who_fills_the_picture_shows_a_face_or_is_a_coat),
        TEST(whatever_is_seen_is_everything_above_it),
        TEST(nothing_seen_is_nothing_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
