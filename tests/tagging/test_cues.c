/* tests/tagging: scenes, times and activities from cues: looks, relations, sums of log-odds, and the table itself. */
#include "tagging/attributes.h"
#include "tests/tagging/scene.h"

enum {
    PERSON = 0,
    BICYCLE = 1,
    CAR = 2,
    TRAFFIC_LIGHT = 9,
    DOG = 16,
    HORSE = 17,
    TENNIS_RACKET = 38,
    REFRIGERATOR = 72,
    OVEN = 69,
    SINK = 71
};

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

static bool said(scene *s, const char *id)
{
    believe(s);
    return belief_in(s, id)->witness_count > 0;
}

/* Rows [first, end) of one tone. */
static void paint(ts_layout *layout, size_t first, size_t end, ts_cell cell)
{
    for (size_t row = first; row < end; row++)
        for (size_t column = 0; column < TS_LAYOUT_SIDE; column++) layout->cells[row][column] = cell;
}

static const ts_cell sky = {.l = 65, .a = -5, .b = -35, .detail = 1};
static const ts_cell grass = {.l = 50, .a = -25, .b = 30, .detail = 14};
static const ts_cell wall = {.l = 70, .a = 5, .b = 20, .detail = 3};
static const ts_cell night = {.l = 5, .a = 0, .b = 0, .detail = 1};

/* ---- the table ---- */

static void every_row_of_the_table_can_be_understood(void **state)
{
    scene *s = *state;
    const ts_cue *cues;
    size_t count = ts_vocab_cues(s->vocab, &cues);
    assert_true(count > 300);
    for (size_t i = 0; i < count; i++) {
        const char *id = ts_vocab_id(s->vocab, cues[i].concept), *relation = cues[i].relation;
        bool first = i == 0 || cues[i].concept != cues[i - 1].concept;
        if (first != (strcmp(relation, "always") == 0)) fail_msg("%s: one row \"always\", the first", id);
        if (first) continue;
        bool good = strcmp(relation, "look") == 0   ? ts_look_find(cues[i].look) < TS_LOOKS
                    : strcmp(relation, "gist") == 0 ? ts_gist_exists(cues[i].look)
                    : strcmp(relation, "seen") == 0
                        ? cues[i].seen != TS_CONCEPT_NONE
                        : ts_relation_exists(relation) && cues[i].seen != TS_CONCEPT_NONE;
        if (!good) fail_msg("%s: %s %s says nothing", id, relation, cues[i].look);
    }
}

static void looks_are_found_by_name(void **state)
{
    (void)state;
    assert_true(ts_look_find("blue-above") < TS_LOOKS && ts_look_find("white-below") < TS_LOOKS);
    assert_int_equal(ts_look_find("mauve-above"), TS_LOOKS);
    assert_int_equal(ts_look_find(""), TS_LOOKS);
}

static void looks_are_shares_of_the_picture(void **state)
{
    (void)state;
    ts_layout layout = {0};
    paint(&layout, 0, 8, sky);
    paint(&layout, 8, 16, grass);
    ts_looks looks = ts_looks_of(&layout);
    assert_float_equal(ts_look(&looks, "blue-above"), 1, 1e-4);
    assert_float_equal(ts_look(&looks, "green-below"), 1, 1e-4);
    assert_float_equal(ts_look(&looks, "green"), 0.5, 1e-4);
    assert_float_equal(ts_look(&looks, "plain"), 0, 1e-4);
    paint(&layout, 0, 16, wall);
    looks = ts_looks_of(&layout);
    assert_float_equal(ts_look(&looks, "plain"), 1, 1e-4);
    ts_looks none = ts_looks_of(NULL);
    assert_float_equal(ts_look(&none, "dark"), 0, 0);
}

/* ---- relations ---- */

static float strength(scene *s, const char *relation, const char *id)
{
    ts_things things;
    believe(s);
    ts_things_collect(&s->beliefs, &s->seen, &things);
    return ts_relation_strength(&s->beliefs, &things, relation, ts_vocab_find(s->vocab, id));
}

static void a_rider_sits_upon_what_he_rides(void **state)
{
    scene *s = *state;
    see_box(s, PERSON, "person", 0.9F, box_at(400, 100, 120, 300));
    see_box(s, HORSE, "horse", 0.8F, box_at(300, 250, 320, 350));
    assert_float_equal(strength(s, "rides", "object/horse"), 0.8, 1e-3);
    assert_float_equal(strength(s, "rides", "object/animal"), 0.8, 1e-3);
    assert_float_equal(strength(s, "rides", "object/bicycle"), 0, 0);
    assert_true(said(s, "activity/horse-riding"));
    s->items[0].box = box_at(20, 250, 120, 350); /* beside it */
    assert_float_equal(strength(s, "rides", "object/horse"), 0, 0);
    assert_false(said(s, "activity/horse-riding"));
}

static void who_stands_behind_a_bicycle_does_not_ride_it(void **state)
{
    scene *s = *state;
    see_box(s, PERSON, "person", 0.95F, box_at(400, 100, 120, 400));
    see_box(s, BICYCLE, "bicycle", 0.95F, box_at(350, 300, 250, 150));
    assert_float_equal(strength(s, "rides", "object/bicycle"), 0, 0);
    s->items[0].box = box_at(400, 150, 120, 270);
    assert_true(strength(s, "rides", "object/bicycle") > 0.9F);
}

static void what_is_held_touches_and_is_smaller(void **state)
{
    scene *s = *state;
    see_box(s, PERSON, "person", 0.9F, box_at(400, 100, 150, 400));
    see_box(s, TENNIS_RACKET, "tennis racket", 0.9F, box_at(540, 200, 80, 60));
    assert_true(said(s, "activity/tennis"));
    s->items[1].box = box_at(900, 600, 80, 60);
    assert_false(said(s, "activity/tennis"));
    s->items[1].box = box_at(300, 100, 500, 600);
    assert_false(said(s, "activity/tennis"));
}

static void a_dog_beside_a_person_is_walked_outdoors(void **state)
{
    scene *s = *state;
    ts_layout layout = {0};
    paint(&layout, 0, 6, sky);
    paint(&layout, 6, 16, grass);
    s->seen.layout = &layout;
    see_box(s, PERSON, "person", 0.95F, box_at(400, 200, 150, 400));
    see_box(s, DOG, "dog", 0.95F, box_at(600, 480, 160, 120));
    assert_true(said(s, "activity/walking-the-dog"));
    s->items[1].box = box_at(420, 200, 160, 380); /* as tall as the person: in arms, or near the camera */
    assert_false(said(s, "activity/walking-the-dog"));
}

/* ---- scenes ---- */

static void kitchens_are_told_by_what_stands_in_them(void **state)
{
    scene *s = *state;
    see_box(s, REFRIGERATOR, "refrigerator", 0.9F, box_at(0, 0, 200, 600));
    see_box(s, OVEN, "oven", 0.8F, box_at(300, 300, 200, 200));
    see_box(s, SINK, "sink", 0.7F, box_at(600, 300, 100, 50));
    tags t = judge(s, TS_TAG_RULES_DEFAULT);
    const ts_tag *kitchen = tag_in(t, "scene/kitchen");
    assert_non_null(kitchen);
    assert_string_equal(kitchen->evidence[0].analyser, "cues");
    assert_non_null(strstr(kitchen->evidence[0].label, "object/"));
    assert_true(said(s, "scene/indoors"));
    assert_false(said(s, "scene/outdoors"));
}

static void streets_are_outdoors(void **state)
{
    scene *s = *state;
    see_box(s, CAR, "car", 0.95F, box_at(100, 400, 200, 100));
    see_box(s, TRAFFIC_LIGHT, "traffic light", 0.9F, box_at(500, 50, 30, 80));
    see_box(s, PERSON, "person", 0.9F, box_at(600, 400, 50, 150));
    assert_true(said(s, "scene/street") && said(s, "scene/outdoors"));
    assert_false(said(s, "scene/indoors"));
}

/* Only one side speaks, whatever the evidence. */
static void indoors_and_outdoors_exclude_each_other(void **state)
{
    scene *s = *state;
    static const uint32_t classes[] = {CAR, TRAFFIC_LIGHT, REFRIGERATOR, OVEN, SINK, DOG, HORSE};
    for (unsigned mask = 0; mask < 1u << 7; mask++) {
        s->seen.count = 0;
        for (unsigned i = 0; i < 7; i++)
            if (mask >> i & 1) see_box(s, classes[i], "?", 0.9F, box_at(100 * (float)i, 200, 90, 90));
        assert_false(said(s, "scene/indoors") && said(s, "scene/outdoors"));
    }
}

static void colours_in_their_place_tell_the_sky(void **state)
{
    scene *s = *state;
    ts_layout layout = {0};
    s->seen.layout = &layout;
    paint(&layout, 0, 6, sky);
    paint(&layout, 6, 16, grass);
    assert_true(said(s, "scene/blue-sky") && said(s, "scene/outdoors") && said(s, "time/day"));
    paint(&layout, 0, 16, wall);
    assert_false(said(s, "scene/blue-sky") || said(s, "scene/outdoors"));
    paint(&layout, 0, 6, grass); /* a meadow with a blue floor */
    paint(&layout, 10, 16, sky);
    assert_false(said(s, "scene/blue-sky"));
}

static void nights_are_dark_and_have_something_in_them(void **state)
{
    scene *s = *state;
    ts_layout layout = {0};
    s->seen.layout = &layout;
    paint(&layout, 0, 16, night);
    assert_false(said(s, "time/night")); /* a black picture */
    for (size_t i = 0; i < 8; i++) layout.cells[15][2 * i] = grass;
    for (size_t i = 4; i < 12; i++) layout.cells[i][0] = layout.cells[i][15] = grass;
    see_box(s, TRAFFIC_LIGHT, "traffic light", 0.9F, box_at(500, 50, 30, 80));
    see_box(s, CAR, "car", 0.9F, box_at(100, 400, 200, 100));
    assert_true(said(s, "time/night"));
    assert_false(said(s, "time/day"));
}

static void nothing_seen_is_no_scene(void **state)
{
    scene *s = *state;
    believe(s);
    for (ts_concept c = 0; c < s->beliefs.count; c++) assert_int_equal(s->beliefs.items[c].witness_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_of_the_table_can_be_understood),
        TEST(looks_are_found_by_name),
        TEST(looks_are_shares_of_the_picture),
        TEST(a_rider_sits_upon_what_he_rides),
        TEST(who_stands_behind_a_bicycle_does_not_ride_it),
        TEST(what_is_held_touches_and_is_smaller),
        TEST(a_dog_beside_a_person_is_walked_outdoors),
        TEST(kitchens_are_told_by_what_stands_in_them),
        TEST(streets_are_outdoors),
        TEST(indoors_and_outdoors_exclude_each_other),
        TEST(colours_in_their_place_tell_the_sky),
        TEST(nights_are_dark_and_have_something_in_them),
        TEST(nothing_seen_is_no_scene),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
