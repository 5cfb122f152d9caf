/* tests/tagging: measures as attributes: colours, moods, style, quality, safety, and how many people there
 * are. */
#include "base/wallclock.h"
#include "tagging/attr_sun.h"
#include <stdio.h>

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

/* Exactly so many: said only while no further one is doubtful. */
static void people_are_counted_to_three(void **state)
{
    static const char *const exact[] = {"people/one-person", "people/two-people", "people/three-people"};
    scene *s = *state;
    for (size_t n = 1; n <= 3; n++) {
        s->seen.count = 0;
        see_persons(s, n, 0.95F);
        believe(s);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(belief_in(s, exact[i])->witness_count > 0, i + 1 == n);
        float certain = belief_in(s, exact[n - 1])->confidence;
        see_box(s, COCO_PERSON, "person", 0.45F, box_at(900, 100, 28, 90));
        believe(s);
        assert_true(belief_in(s, exact[n - 1])->confidence < 0.75F * certain);
    }
}

static void nobody_is_said_only_by_those_who_looked(void **state)
{
    scene *s = *state;
    assert_false(said(s, "people/nobody"));
    search_everything(s);
    assert_false(said(s, "people/nobody"));
    s->seen.has_faces = true;
    assert_true(said(s, "people/nobody"));
    see_persons(s, 1, 0.5F);
    assert_false(said(s, "people/nobody"));
}

/* ---- style, composition ------------------------------------------------------------------------- */

static ts_layout *plain_layout(scene *s)
{
    ts_layout *layout = TS_NEW_ARRAY(s->arena, 1, ts_layout);
    layout->edges = 0.05F;
    layout->flat = 0.05F;
    layout->straight = 0.2F;
    for (size_t i = 0; i < (size_t)TS_LAYOUT_SIDE * TS_LAYOUT_SIDE; i++)
        layout->cells[i / TS_LAYOUT_SIDE][i % TS_LAYOUT_SIDE] =
            (ts_cell){.l = 20 + 30 * (float)(i % 3), .detail = 8};
    s->seen.layout = layout;
    return layout;
}

static void screens_drawings_and_photographs_are_told_apart(void **state)
{
    scene *s = *state;
    plain_colours(s);
    ts_layout *layout = plain_layout(s);
    assert_true(said(s, "style/photograph"));
    assert_false(said(s, "style/screenshot") || said(s, "style/illustration"));
    layout->flat = 0.8F;
    layout->straight = 0.5F;
    assert_true(said(s, "style/screenshot"));
    assert_false(said(s, "style/photograph"));
    layout->straight = 0.1F;
    assert_true(said(s, "style/illustration"));
    assert_false(said(s, "style/photograph"));
    layout->flat = 0;
    layout->paper = 0.7F;
    layout->edges = 0.2F;
    assert_true(said(s, "style/photograph"));
    s->seen.colours.black_and_white = true;
    assert_true(said(s, "style/drawing"));
    assert_false(said(s, "style/photograph"));
}

/* What a screen shows was not taken where it seems. */
static void a_screen_has_no_scene(void **state)
{
    enum { CAR = 2, TRAFFIC_LIGHT = 9 };
    scene *s = *state;
    plain_colours(s);
    ts_layout *layout = plain_layout(s);
    see_box(s, CAR, "car", 0.95F, box_at(100, 400, 200, 100));
    see_box(s, TRAFFIC_LIGHT, "traffic light", 0.95F, box_at(500, 50, 30, 80));
    assert_true(said(s, "scene/street"));
    layout->flat = 0.9F;
    layout->straight = 0.6F;
    assert_false(said(s, "scene/street"));
}

static void subjects_fill_or_leave_the_frame(void **state)
{
    enum { CAT = 15 };
    scene *s = *state;
    plain_layout(s);
    see_box(s, CAT, "cat", 0.95F, box_at(50, 50, 900, 700));
    assert_true(said(s, "composition/close-up"));
    s->items[0].box = box_at(400, 300, 90, 90);
    assert_false(said(s, "composition/close-up"));
    s->seen.count = 0;
    see_persons(s, 1, 0.95F);
    s->items[0].box = box_at(50, 50, 900, 700); /* of people, who fill many a picture, the face must */
    assert_false(said(s, "composition/close-up"));
    see_face(s, 0.9F, 420);
    assert_true(said(s, "composition/close-up"));
    s->seen.face_count = 0;
    s->seen.has_faces = false;
    s->seen.count = 0;
    see_box(s, CAT, "cat", 0.95F, box_at(400, 300, 90, 90));
    for (size_t i = 0; i < (size_t)TS_LAYOUT_SIDE * TS_LAYOUT_SIDE; i++)
        ((ts_layout *)s->seen.layout)->cells[i / TS_LAYOUT_SIDE][i % TS_LAYOUT_SIDE] =
            (ts_cell){.l = 90, .detail = i % 5 == 0 && i > 32 && i < 224 ? 9 : 0};
    assert_true(said(s, "composition/negative-space"));
    s->seen.count = 0;
    see_persons(s, 1, 0.95F);
    s->items[0].box = box_at(400, 100, 180, 600);
    assert_true(said(s, "composition/full-length"));
    s->items[0].box = box_at(400, 300, 180, 500); /* cut off at the knees */
    assert_false(said(s, "composition/full-length"));
}

static void without_people_nothing_is_said_of_them(void **state)
{
    scene *s = *state;
    believe(s);
    static const char *const ids[] = {"people/person", "people/face", "people/group", "people/crowd",
                                      "people/portrait"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) assert_false(said(s, ids[i]));
}

/* ---- when ---------------------------------------------------------------------------------------- */

static void taken(scene *s, const char *when, double latitude)
{
    memset(&s->picture.exif, 0, sizeof s->picture.exif);
    (void)snprintf(s->picture.exif.taken, sizeof s->picture.exif.taken, "%s", when);
    s->picture.exif.has_gps = latitude < 100;
    s->picture.exif.latitude = latitude;
}

enum { NOWHERE = 100 };

static void seasons_follow_the_hemisphere(void **state)
{
    static const struct {
        const char *when;
        double latitude;
        const char *month, *season;
    } cases[] = {{"2024-07-10T12:00:00", 45, "time/july", "time/summer"},
                 {"2024-07-10T12:00:00", -35, "time/july", "time/winter"},
                 {"2024-12-05T12:00:00", 60, "time/december", "time/winter"},
                 {"2024-11-30T12:00:00", -40, "time/november", "time/spring"},
                 {"2024-03-01T12:00:00", 30, "time/march", "time/spring"},
                 {"2024-07-10T12:00:00", 5, "time/july", NULL},
                 {"2024-07-10T12:00:00", NOWHERE, "time/july", NULL}};
    static const char *const seasons[] = {"time/winter", "time/spring", "time/summer", "time/autumn"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        taken(*state, cases[i].when, cases[i].latitude);
        assert_true(said(*state, cases[i].month));
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(said(*state, seasons[k]),
                             cases[i].season && strcmp(cases[i].season, seasons[k]) == 0);
    }
}

static void day_and_night_by_the_sun(void **state)
{
    taken(*state, "2024-06-21T13:00:00", 48);
    assert_true(said(*state, "time/day") && !said(*state, "time/night"));
    taken(*state, "2024-12-21T23:30:00", 48);
    assert_true(said(*state, "time/night") && !said(*state, "time/day"));
    taken(*state, "2024-06-21T23:30:00", 68); /* the sun does not set */
    assert_false(said(*state, "time/night"));
    taken(*state, "2024-03-21T19:00:00", 48); /* who knows, without its zone */
    assert_true(!said(*state, "time/night") && !said(*state, "time/day"));
    taken(*state, "2024-06-21T13:00:00", NOWHERE);
    assert_false(said(*state, "time/day"));
}

/* Greenwich, by its own almanac: the sun rose there at 03:43 UTC on 2024-06-20 and set at 20:21, upper limb and
 * refraction included: its middle then stands 0.83 degrees below the horizon. */
static void the_sun_stands_where_almanacs_say(void **state)
{
    static const struct {
        const char *utc;
        double latitude, longitude, height;
        bool sinking;
    } cases[] = {{"2024-06-20T03:43:00", 51.48, 0, -0.83, false},
                 {"2024-06-20T20:21:30", 51.48, 0, -0.83, true},
                 {"2024-06-20T12:02:00", 51.48, 0, 61.95, true}, /* 90 - latitude + tilt */
                 {"2024-12-21T11:58:00", 51.48, 0, 15.08, false},
                 {"2024-03-20T03:06:00", 0, 135.34, 89.9, true}}; /* the equinox: overhead */
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms;
        assert_true(ts_iso8601_parse(cases[i].utc, strlen(cases[i].utc), &ms));
        ts_sun sun = ts_sun_over(ms, cases[i].latitude, cases[i].longitude);
        if (!(fabs(sun.height - cases[i].height) < 0.25)) fail_msg("%s: %f", cases[i].utc, sun.height);
        if (cases[i].height < 60) assert_int_equal(sun.is_sinking, cases[i].sinking);
    }
}

static void taken_in(scene *s, const char *local, const char *offset, const char *satellites)
{
    taken(s, local, 48.2); /* Vienna */
    s->picture.exif.longitude = 16.37;
    (void)snprintf(s->picture.exif.offset, sizeof s->picture.exif.offset, "%s", offset);
    (void)snprintf(s->picture.exif.gps_time, sizeof s->picture.exif.gps_time, "%s", satellites);
}

/* On 2024-06-21 the sun sets in Vienna at 20:58 of its summer time. */
static void low_sun_has_its_hours(void **state)
{
    scene *s = *state;
    s->seen.has_colours = true;
    s->seen.colours.warmth = 0.6F;
    taken_in(s, "2024-06-21T20:30:00", "+02:00", "");
    assert_true(said(s, "time/golden-hour") && !said(s, "time/blue-hour") && !said(s, "time/dusk"));
    taken_in(s, "2024-06-21T20:30:00", "", "2024-06-21T18:30:00");
    assert_true(said(s, "time/golden-hour"));
    taken_in(s, "2024-06-21T20:30:00", "", "2024-06-19T18:30:00"); /* of another day: not believed */
    assert_false(said(s, "time/golden-hour"));
    taken_in(s, "2024-06-21T20:30:00", "+99:00", "");
    assert_false(said(s, "time/golden-hour"));
    s->seen.colours.warmth = -0.6F;
    taken_in(s, "2024-06-21T21:32:00", "+02:00", "");
    assert_true(said(s, "time/blue-hour") && said(s, "time/dusk") && !said(s, "time/golden-hour"));
    taken_in(s, "2024-06-21T04:20:00", "+02:00", "");
    assert_true(said(s, "time/dawn") && !said(s, "time/dusk"));
    taken_in(s, "2024-06-21T13:00:00", "+02:00", "");
    assert_true(said(s, "time/day") && !said(s, "time/golden-hour"));
    taken_in(s, "2024-06-22T00:30:00", "+02:00", "");
    assert_true(said(s, "time/night"));
}

static void clocks_that_were_never_set_say_nothing(void **state)
{
    static const char *const times[] = {"",
                                        "yesterday",
                                        "2000-01-01T00:00:00",
                                        "1970-06-01T12:00:00",
                                        "2024-13-01T12:00:00",
                                        "2024-00-10T12:00:00"};
    static const char *const months[] = {"time/january", "time/june", "time/december"};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        taken(*state, times[i], 45);
        for (size_t k = 0; k < 3; k++) assert_false(said(*state, months[k]));
    }
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
        TEST(people_are_counted_to_three),
        TEST(nobody_is_said_only_by_those_who_looked),
        TEST(screens_drawings_and_photographs_are_told_apart),
        TEST(a_screen_has_no_scene),
        TEST(subjects_fill_or_leave_the_frame),
        TEST(seasons_follow_the_hemisphere),
        TEST(day_and_night_by_the_sun),
        TEST(the_sun_stands_where_almanacs_say),
        TEST(low_sun_has_its_hours),
        TEST(clocks_that_were_never_set_say_nothing),
        TEST(without_people_nothing_is_said_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
