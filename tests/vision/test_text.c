/* tests/vision: writing in pictures, without networks: lines out of maps, characters out of probabilities, order,
 * language, and the gate. */
#include <float.h>

#include "tests/vision/look.h"
#include "vision/text.h"

static const ts_line_rules rules = {.threshold = 0.3F, .min_score = 0.5F, .unclip = 1.6F};

enum { WIDTH = 200, HEIGHT = 120 };

typedef struct canvas {
    float values[WIDTH * HEIGHT];
    ts_arena *arena;
    ts_line_box *boxes;
    size_t count;
} canvas;

static int set_up(void **state)
{
    canvas *c = calloc(1, sizeof *c);
    c->arena = ts_arena_new(0);
    *state = c;
    return 0;
}

static int tear_down(void **state)
{
    canvas *c = *state;
    ts_arena_free(c->arena);
    free(c);
    return 0;
}

/* A turned rectangle of one value. */
static void paint(canvas *c, float x, float y, float width, float height, float degrees, float value)
{
    float cosine = cosf(degrees * 3.14159265F / 180), sine = sinf(degrees * 3.14159265F / 180);
    for (int py = 0; py < HEIGHT; py++)
        for (int px = 0; px < WIDTH; px++) {
            float dx = (float)px + 0.5F - x, dy = (float)py + 0.5F - y;
            float u = dx * cosine + dy * sine, v = dy * cosine - dx * sine;
            if (fabsf(u) <= width / 2 && fabsf(v) <= height / 2) c->values[py * WIDTH + px] = value;
        }
}

static void find(canvas *c)
{
    ts_error err = {0};
    ts_line_map map = {.values = c->values, .width = WIDTH, .height = HEIGHT};
    assert_true(ts_lines_find(&map, &rules, c->arena, &c->boxes, &c->count, &err));
}

/* ---- where -------------------------------------------------------------------------------------- */

static void a_core_grows_to_its_line(void **state)
{
    canvas *c = *state;
    paint(c, 100, 60, 80, 10, 0, 0.9F);
    find(c);
    assert_int_equal(c->count, 1);
    const ts_line_box *box = &c->boxes[0];
    float grow = 2 * 80 * 10 * 1.6F / (2 * 90);
    assert_float_equal(box->x, 100, 1);
    assert_float_equal(box->y, 60, 1);
    assert_float_equal(box->width, 80 + grow, 3);
    assert_float_equal(box->height, 10 + grow, 3);
    assert_float_equal(box->along_x, 1, 1e-3);
    assert_in_range((long)(box->score * 100), 70, 100);
}

static void turned_lines_are_read_along_their_length(void **state)
{
    static const struct {
        float degrees, x, y;
    } cases[] = {{20, 0.94F, 0.342F}, {-30, 0.866F, -0.5F}, {90, 0, 1}, {70, 0.342F, 0.94F}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        canvas *c = *state;
        memset(c->values, 0, sizeof c->values);
        paint(c, 100, 60, 90, 12, cases[i].degrees, 0.8F);
        find(c);
        assert_int_equal(c->count, 1);
        assert_float_equal(c->boxes[0].along_x, cases[i].x, 0.06);
        assert_float_equal(c->boxes[0].along_y, cases[i].y, 0.06);
        assert_true(c->boxes[0].width > 3 * c->boxes[0].height);
    }
}

static void what_is_thin_or_unsure_is_no_line(void **state)
{
    canvas *c = *state;
    paint(c, 50, 20, 80, 2, 0, 0.9F);
    paint(c, 50, 60, 80, 12, 0, 0.4F);
    find(c);
    assert_int_equal(c->count, 0);
}

static void lines_that_do_not_touch_are_two(void **state)
{
    canvas *c = *state;
    paint(c, 50, 30, 60, 10, 0, 0.9F);
    paint(c, 50, 50, 60, 10, 0, 0.7F);
    paint(c, 140, 40, 40, 20, 0, 0.8F);
    find(c);
    assert_int_equal(c->count, 3);
    for (size_t i = 1; i < c->count; i++) assert_true(c->boxes[i - 1].score >= c->boxes[i].score);
    ts_lines_order(c->boxes, c->count);
    assert_true(c->boxes[0].y < 35 && c->boxes[1].x > 100 && c->boxes[2].y > 45);
}

/* Whatever a network answers: no number, more pieces than anybody reads, a map of one pixel. */
static void odd_maps_do_no_harm(void **state)
{
    canvas *c = *state;
    ts_error err = {0};
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) c->values[i] = i % 7 ? NAN : INFINITY;
    find(c);
    for (int y = 4; y < HEIGHT; y += 8)
        for (int x = 4; x < WIDTH; x += 8) paint(c, (float)x, (float)y, 5, 5, 0, 1);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++)
        if (!(c->values[i] == 1)) c->values[i] = 0;
    find(c);
    assert_int_equal(c->count, TS_LINES_MAX);
    ts_line_map map = {.values = (float[]){1}, .width = 1, .height = 1};
    assert_true(ts_lines_find(&map, &rules, c->arena, &c->boxes, &c->count, &err));
    assert_int_equal(c->count, 0);
}

static void side_by_side_is_left_to_right(void **state)
{
    (void)state;
    ts_line_box boxes[] = {
        {.x = 300, .y = 103, .width = 100, .height = 20, .along_x = 1}, /* beside the next one */
        {.x = 100, .y = 100, .width = 100, .height = 20, .along_x = 1},
        {.x = 90, .y = 20, .width = 100, .height = 30, .along_x = 1},
        {.x = 120, .y = 130, .width = 100, .height = 20, .along_x = 1},
    };
    ts_lines_order(boxes, 4);
    assert_true(boxes[0].y == 20 && boxes[1].x == 100 && boxes[2].x == 300 && boxes[3].y == 130);
}

/* ---- what --------------------------------------------------------------------------------------- */

static void repeated_classes_are_one_character_unless_apart(void **state)
{
    (void)state;
    enum { CLASSES = 11 };
    static const unsigned path[] = {0, 3, 3, 0, 3, 4, 4, 4, 0, 0, 10};
    float values[11 * CLASSES] = {0};
    ts_glyph glyphs[8];
    for (size_t t = 0; t < 11; t++) values[t * CLASSES + path[t]] = 0.9F;
    size_t count = ts_ctc_decode(values, 11, CLASSES, glyphs, 8);
    assert_int_equal(count, 4);
    assert_int_equal(glyphs[0].character, 3);
    assert_int_equal(glyphs[1].character, 3);
    assert_int_equal(glyphs[2].character, 4);
    assert_int_equal(glyphs[3].character, 10);
    assert_int_equal(glyphs[3].step, 10);
    assert_float_equal(glyphs[0].p, 0.9F, 1e-6);
    assert_int_equal(ts_ctc_decode(values, 11, CLASSES, glyphs, 2), 2);
    assert_int_equal(ts_ctc_decode(values, 0, CLASSES, glyphs, 8), 0);
    for (size_t i = 0; i < 11 * CLASSES; i++) values[i] = NAN;
    assert_int_equal(ts_ctc_decode(values, 11, CLASSES, glyphs, 8), 0);
}

static const char *language_of(const char *text)
{
    ts_text_word words[32];
    char copy[400];
    size_t count = 0;
    (void)snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word && count < 32; word = strtok(NULL, " "))
        words[count++] = (ts_text_word){.text = word};
    ts_text_line line = {.text = text, .words = words, .word_count = count};
    return ts_lines_language(&line, 1);
}

static void languages_by_script_and_small_words(void **state)
{
    (void)state;
    assert_string_equal(language_of("Mind the gap between the train and the platform"), "en");
    assert_string_equal(language_of("Bitte nicht auf den Rasen treten, das ist verboten"), "de");
    assert_string_equal(language_of("Défense de marcher sur les pelouses dans le parc"), "fr");
    assert_string_equal(language_of("No se permite el paso a los perros en la playa"), "es");
    assert_string_equal(language_of("小心地滑"), "zh");
    assert_string_equal(language_of("足元にご注意ください"), "ja");
    assert_string_equal(language_of("7:24:04 AM front_door 82.42%"), "");
    assert_string_equal(language_of("STOP"), "");
    assert_string_equal(language_of(""), "");
}

/* ---- whether at all ------------------------------------------------------------------------------- */

static ts_writing measure(canvas *c, const uint8_t *grey, uint32_t width, uint32_t height)
{
    ts_error err = {0};
    ts_writing writing;
    uint8_t *data = ts_arena_alloc(c->arena, (size_t)width * height * 4);
    for (size_t i = 0; i < (size_t)width * height; i++) {
        memset(data + 4 * i, grey[i], 3);
        data[4 * i + 3] = 255;
    }
    ts_pixels pixels = {.data = data, .width = width, .height = height, .stride = (size_t)width * 4};
    assert_true(ts_writing_measure(&pixels, c->arena, &writing, &err));
    return writing;
}

static void the_gate_tells_writing_from_texture(void **state)
{
    enum { W = 320, H = 240 };
    static uint8_t grey[W * H];
    memset(grey, 230, sizeof grey);
    ts_writing blank = measure(*state, grey, W, H);
    assert_true(blank.lines == 0 && blank.flat > 0.99F);
    uint32_t seed = 1;
    for (size_t i = 0; i < W * H; i++) {
        seed = seed * 1664525 + 1013904223;
        grey[i] = (uint8_t)(seed >> 24);
    }
    ts_writing noise = measure(*state, grey, W, H);
    assert_true(noise.lines < 0.02F && noise.flat < 0.1F);
    memset(grey, 230, sizeof grey);
    for (size_t y = 40; y < 200; y++) /* strokes of two pixels, now and then a gap, in lines */
        for (size_t x = 30; x < 290; x++)
            if (y % 20 < 12 && x % 5 < 2 && x % 40 < 33) grey[y * W + x] = 20;
    ts_writing page = measure(*state, grey, W, H);
    assert_true(page.lines > 0.1F);
    ts_writing tiny = measure(*state, grey, 3, 2);
    assert_true(tiny.lines == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_core_grows_to_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(turned_lines_are_read_along_their_length, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_thin_or_unsure_is_no_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_that_do_not_touch_are_two, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_maps_do_no_harm, set_up, tear_down),
        cmocka_unit_test(side_by_side_is_left_to_right),
        cmocka_unit_test(repeated_classes_are_one_character_unless_apart),
        cmocka_unit_test(languages_by_script_and_small_words),
        cmocka_unit_test_setup_teardown(the_gate_tells_writing_from_texture, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
