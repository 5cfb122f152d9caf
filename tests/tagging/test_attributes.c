/* tests/tagging: measures as attributes: colours, moods, style, quality, safety, and how many people there
 * are. */
#include "tests/tagging/scene.h"

enum { COCO_PERSON = 0 };

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

/* Colours in the middle of everything, so that nothing is worth a tag. */
static ts_colours *plain_colours(scene *s)
{
    s->seen.has_colours = true;
    s->seen.colours = (ts_colours){.count = 1, .mean_lightness = 50, .colourfulness = 40};
    s->seen.colours.swatches[0] = (ts_swatch){.name = "grey", .share = 0.03F};
    return &s->seen.colours;
}

static ts_quality *plain_quality(scene *s)
{
    s->seen.has_quality = true;
    s->seen.quality = (ts_quality){.sharpness = 0.5F, .contrast = 0.6F, .noise = 1, .clipped_light = 0.2F};
    return &s->seen.quality;
}

static bool said(scene *s, const char *id)
{
    believe(s);
    return belief_in(s, id)->confidence > 0;
}

/* ---- colours ------------------------------------------------------------------------------------ */

static void every_colour_name_is_a_concept(void **state)
{
    scene *s = *state;
    ts_colours *c = plain_colours(s);
    static const char *const names[] = {"black", "grey",       "white", "red",    "orange", "brown",
                                        "beige", "yellow",     "gold",  "olive",  "green",  "turquoise",
                                        "blue",  "light blue", "navy",  "purple", "pink",   "burgundy"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        c->swatches[0] = (ts_swatch){.name = names[i], .share = 0.5F};
        tags t = judge(s, TS_TAG_RULES_DEFAULT);
        bool found = false;
        for (size_t k = 0; k < t.count; k++)
            found |= strcmp(t.items[k].facet, "colour") == 0 && strcmp(t.items[k].label, names[i]) == 0;
        if (!found) fail_msg("half a picture of %s is no tag", names[i]);
    }
}

static void more_of_a_colour_is_surer(void **state)
{
    scene *s = *state;
    ts_colours *c = plain_colours(s);
    float last = 0;
    for (int percent = 1; percent <= 100; percent++) {
        c->swatches[0] = (ts_swatch){.name = "red", .share = (float)percent / 100};
        believe(s);
        float now = belief_in(s, "colour/red")->confidence;
        assert_true(now >= last && now < 1);
        last = now;
    }
    assert_true(last > 0.9F);
    c->swatches[0].share = 0.03F;
    assert_false(said(s, "colour/red"));
}

static void grey_pictures_have_no_chromatic_mood(void **state)
{
    static const char *const moods[] = {"mood/warm", "mood/cold", "mood/vibrant", "mood/muted"};
    scene *s = *state;
    for (int cold = 0; cold < 2; cold++) {
        ts_colours *c = plain_colours(s);
        c->warmth = cold ? -1 : 1;
        c->colourfulness = cold ? 2 : 110;
        assert_true(said(s, moods[cold]));
        assert_true(said(s, cold ? "mood/muted" : "mood/vibrant"));
        c->black_and_white = true;
        for (size_t i = 0; i < 4; i++) assert_false(said(s, moods[i]));
        assert_true(said(s, "style/black-and-white"));
        assert_true(said(s, "style/monochrome"));
    }
}

static void moods_and_styles_begin_where_they_should(void **state)
{
    scene *s = *state;
    plain_colours(s);
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    assert_int_equal(t.count, 0);
    s->seen.colours.mean_lightness = 10;
    assert_true(said(s, "mood/dark") && !said(s, "mood/bright"));
    s->seen.colours.mean_lightness = 92;
    assert_true(said(s, "mood/bright") && !said(s, "mood/dark"));
    assert_false(said(s, "style/panorama"));
    s->picture.width = 4000;
    assert_true(said(s, "style/panorama"));
}

/* ---- quality, safety ---------------------------------------------------------------------------- */

static void quality_faults_are_said_at_their_end_only(void **state)
{
    static const struct {
        const char *id;
        size_t member;
        float at;
    } rows[] = {
        {"quality/blurred", offsetof(ts_quality, sharpness), 0.05F},
        {"quality/sharp", offsetof(ts_quality, sharpness), 0.97F},
        {"quality/underexposed", offsetof(ts_quality, exposure), -0.95F},
        {"quality/overexposed", offsetof(ts_quality, exposure), 0.95F},
        {"quality/low-contrast", offsetof(ts_quality, contrast), 0.1F},
        {"quality/noisy", offsetof(ts_quality, noise), 25},
    };
    scene *s = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ts_quality *q = plain_quality(s);
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) assert_false(said(s, rows[k].id));
        *(float *)((char *)q + rows[i].member) = rows[i].at;
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            if (said(s, rows[k].id) != (k == i)) fail_msg("%s, told by %s", rows[k].id, rows[i].id);
    }
}

/* A product on white paper is bright, and rightly so: overexposed is what has lost its highlights, but not
 * all. */
static void bright_is_not_yet_overexposed(void **state)
{
    scene *s = *state;
    ts_quality *q = plain_quality(s);
    q->exposure = 0.95F;
    assert_true(said(s, "quality/overexposed"));
    q->clipped_light = 0;
    assert_false(said(s, "quality/overexposed"));
    q->clipped_light = 0.8F;
    assert_false(said(s, "quality/overexposed"));
}

static void size_is_told_in_pixels(void **state)
{
    scene *s = *state;
    plain_quality(s);
    assert_false(said(s, "quality/low-resolution") || said(s, "quality/high-resolution"));
    s->picture.width = s->picture.height = 100;
    assert_true(said(s, "quality/low-resolution"));
    s->picture.width = s->picture.height = 4000;
    assert_true(said(s, "quality/high-resolution"));
    assert_false(said(s, "quality/low-resolution"));
}

static void a_picture_is_safe_or_not(void **state)
{
    scene *s = *state;
    s->seen.has_safety = true;
    s->seen.nsfw = 0.02F;
    believe(s);
    assert_belief(s, "safety/safe", 0.98F);
    assert_belief(s, "safety/nsfw", 0);
    s->seen.nsfw = 0.97F;
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    assert_null(tag_in(t, "safety/safe"));
    assert_non_null(tag_in(t, "safety/nsfw"));
    assert_int_equal(tag_in(t, "safety/nsfw")->state, TS_TAG_SUGGESTED); /* risky: a person decides */
    for (int nsfw = 0; nsfw <= 100; nsfw++) {
        s->seen.nsfw = (float)nsfw / 100;
        t = judge(s, TS_TAG_RULES_DEFAULT);
        assert_true(!tag_in(t, "safety/safe") || !tag_in(t, "safety/nsfw") || nsfw < 50);
    }
}

/* ---- people ------------------------------------------------------------------------------------- */

static void see_persons(scene *s, size_t count, float raw)
{
    for (size_t i = 0; i < count; i++)
        see_box(s, COCO_PERSON, "person", raw, box_at((float)i * 30, 100, 28, 90));
}

static void counting_people_is_no_new_proof_of_them(void **state)
{
    scene *s = *state;
    see_persons(s, 25, 0.7F);
    believe(s);
    assert_belief(s, "people/person", 0.7F);
    assert_true(belief_in(s, "people/group")->confidence > 0);
    assert_true(belief_in(s, "people/crowd")->confidence > 0);
    assert_true(belief_in(s, "people/group")->confidence <= 0.7F);
    assert_true(belief_in(s, "people/crowd")->confidence <= 0.7F);
    const ts_belief *person = belief_in(s, "people/person");
    for (size_t i = 0; i < person->witness_count; i++)
        assert_string_not_equal(person->witnesses[i].source->analyser, "people");
}

static void one_or_two_are_no_group(void **state)
{
    scene *s = *state;
    see_persons(s, 2, 0.95F);
    assert_false(said(s, "people/group"));
    see_persons(s, 4, 0.95F);
    assert_true(said(s, "people/group"));
    assert_false(said(s, "people/crowd"));
}

static void a_portrait_is_one_large_face(void **state)
{
    scene *s = *state;
    see_face(s, 0.9F, 40); /* 40^2 of 1000 x 800 */
    assert_false(said(s, "people/portrait"));
    s->face[0].box.width = s->face[0].box.height = 400;
    assert_true(said(s, "people/portrait"));
    assert_true(belief_in(s, "people/portrait")->confidence <= 0.9F);
    believe(s);
    assert_belief(s, "people/person", 0.9F);
    see_face(s, 0.9F, 300);
    assert_false(said(s, "people/portrait"));
}

static void without_people_nothing_is_said_of_them(void **state)
{
    scene *s = *state;
    believe(s);
    static const char *const ids[] = {"people/person", "people/face", "people/group", "people/crowd",
                                      "people/portrait"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) assert_false(said(s, ids[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_colour_name_is_a_concept),
        TEST(more_of_a_colour_is_surer),
        TEST(grey_pictures_have_no_chromatic_mood),
        TEST(moods_and_styles_begin_where_they_should),
        TEST(quality_faults_are_said_at_their_end_only),
        TEST(bright_is_not_yet_overexposed),
        TEST(size_is_told_in_pixels),
        TEST(a_picture_is_safe_or_not),
        TEST(counting_people_is_no_new_proof_of_them),
        TEST(one_or_two_are_no_group),
        TEST(a_portrait_is_one_large_face),
        TEST(without_people_nothing_is_said_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
