/* Colours: CIELAB values, names that people would give, palettes, black and white, warmth, colourfulness. */
#include "image/image.h"
#include "image/lab.h"

#include "synthetic.h"

static ts_colours measure(const ts_pixels *p)
{
    ts_colours c;
    ts_error err = {0};
    assert_true(ts_colours_measure(p, &c, &err));
    return c;
}

static ts_colours measure_plain(uint8_t r, uint8_t g, uint8_t b)
{
    ts_pixels p = synthetic_new(60, 40, 0);
    synthetic_fill(&p, 0, 0, 60, 40, r, g, b);
    ts_colours c = measure(&p);
    synthetic_free(&p);
    return c;
}

/* Values of the sRGB corners as colour science tables give them. */
static void hex_colours_are_read_strictly(void **state)
{
    (void)state;
    static const char *const bad[] = {"",        "#",       "ff0000",  "#ff000",   "#ff00000",
                                      "#ff 000", "#-10000", "#gg0000", " #ff0000", "#0x0x0x"};
    ts_lab lab, red = ts_lab_of(255, 0, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(ts_lab_of_hex(bad[i], &lab));
    assert_true(ts_lab_of_hex("#fF0000", &lab));
    assert_float_equal(lab.l, red.l, 1e-6);
    assert_float_equal(lab.a, red.a, 1e-6);
}

static void lab_values_are_those_of_the_tables(void **state)
{
    (void)state;
    static const struct {
        uint8_t r, g, b;
        float l, a, b_lab;
    } rows[] = {
        {255, 0, 0, 53.24f, 80.09f, 67.20f},   {0, 255, 0, 87.73f, -86.18f, 83.18f},
        {0, 0, 255, 32.30f, 79.19f, -107.86f}, {255, 255, 255, 100, 0, 0},
        {128, 128, 128, 53.585f, 0, 0},        {0, 0, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ts_colours c = measure_plain(rows[i].r, rows[i].g, rows[i].b);
        assert_int_equal(c.count, 1);
        assert_float_equal(c.swatches[0].share, 1, 1e-5);
        assert_float_equal(c.swatches[0].lightness, rows[i].l, 0.05);
        assert_float_equal(c.swatches[0].a, rows[i].a, 0.1);
        assert_float_equal(c.swatches[0].b_lab, rows[i].b_lab, 0.1);
        assert_float_equal(c.mean_lightness, rows[i].l, 0.05);
    }
}

static void names_are_what_people_say(void **state)
{
    (void)state;
    static const struct {
        uint32_t rgb;
        const char *name;
    } rows[] = {
        {0x000000, "black"},     {0x0a0a0a, "black"},      {0x1b1b1d, "black"},      {0xffffff, "white"},
        {0xf8f8ff, "white"},     {0xfffafa, "white"},      {0x808080, "grey"},       {0xa9a9a9, "grey"},
        {0x696969, "grey"},      {0xd3d3d3, "grey"},       {0xff0000, "red"},        {0xdc143c, "red"},
        {0xb22222, "red"},       {0xcc0000, "red"},        {0xffa500, "orange"},     {0xff8c00, "orange"},
        {0xff7518, "orange"},    {0x8b4513, "brown"},      {0x654321, "brown"},      {0x7b3f00, "brown"},
        {0x4a3728, "brown"},     {0xf5f5dc, "beige"},      {0xd2b48c, "beige"},      {0xe1c699, "beige"},
        {0xffff00, "yellow"},    {0xffef00, "yellow"},     {0xfff44f, "yellow"},     {0xd4af37, "gold"},
        {0xb8860b, "gold"},      {0x808000, "olive"},      {0x6b6b2a, "olive"},      {0x008000, "green"},
        {0x00ff00, "green"},     {0x2e8b57, "green"},      {0x98fb98, "green"},      {0x013220, "green"},
        {0x32cd32, "green"},     {0x40e0d0, "turquoise"},  {0x008b8b, "turquoise"},  {0x00ffff, "turquoise"},
        {0x48d1cc, "turquoise"}, {0x0000ff, "blue"},       {0x1e90ff, "blue"},       {0x4682b4, "blue"},
        {0x0047ab, "blue"},      {0x87ceeb, "light blue"}, {0xadd8e6, "light blue"}, {0xa4c8f0, "light blue"},
        {0x000080, "navy"},      {0x191970, "navy"},       {0x1d2951, "navy"},       {0x800080, "purple"},
        {0x8a2be2, "purple"},    {0x6a0dad, "purple"},     {0xb57edc, "purple"},     {0xffc0cb, "pink"},
        {0xff69b4, "pink"},      {0xff1493, "pink"},       {0xf4a6b8, "pink"},       {0x800020, "burgundy"},
        {0x6d071a, "burgundy"},  {0x722f37, "burgundy"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t rgb = rows[i].rgb;
        const char *name = ts_colour_name((uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb);
        if (strcmp(name, rows[i].name) != 0) fail_msg("%06x is %s, not %s", rgb, rows[i].name, name);
    }
}

static void greys_run_from_black_to_white(void **state)
{
    (void)state;
    int stage = 0; /* black, grey, white */
    for (unsigned v = 0; v < 256; v++) {
        const char *name = ts_colour_name((uint8_t)v, (uint8_t)v, (uint8_t)v);
        int now = strcmp(name, "black") == 0   ? 0
                  : strcmp(name, "grey") == 0  ? 1
                  : strcmp(name, "white") == 0 ? 2
                                               : 3;
        assert_in_range(now, stage, 2);
        stage = now;
    }
    assert_int_equal(stage, 2);
}

static const ts_swatch *find(const ts_colours *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->swatches[i].name, name) == 0) return &c->swatches[i];
    }
    return NULL;
}

static void check_promises(const ts_colours *c)
{
    assert_in_range(c->count, 1, TS_PALETTE_MAX);
    float sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        sum += c->swatches[i].share;
        if (i > 0) assert_true(c->swatches[i].share <= c->swatches[i - 1].share);
        assert_ptr_equal(find(c, c->swatches[i].name), &c->swatches[i]);
    }
    assert_float_equal(sum, 1, 1e-4);
    assert_true(c->warmth >= -1 && c->warmth <= 1);
    assert_true(c->mean_lightness >= 0 && c->mean_lightness <= 100.01f);
}

static void palette_has_the_areas(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(400, 300, 12);
    synthetic_fill(&p, 0, 0, 400, 300, 20, 60, 200);
    synthetic_fill(&p, 0, 0, 100, 300, 250, 250, 250);
    synthetic_fill(&p, 300, 0, 40, 300, 220, 20, 30);
    ts_colours c = measure(&p);
    check_promises(&c);
    assert_string_equal(c.swatches[0].name, "blue");
    assert_float_equal(c.swatches[0].share, 0.65, 0.02);
    assert_float_equal(find(&c, "white")->share, 0.25, 0.02);
    assert_float_equal(find(&c, "red")->share, 0.1, 0.02);
    assert_in_range(find(&c, "red")->r, 214, 224);
    synthetic_free(&p);
}

/* A strong colour on one and a half percent of the area is an accent that people name. */
static void small_strong_colours_are_kept(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(256, 256, 0);
    synthetic_fill(&p, 0, 0, 256, 256, 120, 122, 121);
    synthetic_fill(&p, 100, 100, 32, 32, 230, 10, 20);
    ts_colours c = measure(&p);
    check_promises(&c);
    assert_non_null(find(&c, "red"));
    assert_false(c.black_and_white);

    synthetic_fill(&p, 100, 100, 32, 32, 120, 122, 121);
    synthetic_fill(&p, 100, 100, 8, 8, 230, 10, 20);
    c = measure(&p);
    check_promises(&c);
    assert_null(find(&c, "red"));
    /* what is not shown does not stain what is */
    assert_in_range(c.swatches[0].r, 119, 121);
    synthetic_free(&p);
}

static void any_picture_keeps_the_promises(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {1, 3000}, {2500, 2}, {128, 128}, {129, 127}, {640, 480}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ts_pixels p = synthetic_new(sizes[i][0], sizes[i][1], 8);
        synthetic_noise(&p, i);
        ts_colours c = measure(&p), again = measure(&p);
        check_promises(&c);
        assert_int_equal(c.count, again.count);
        for (size_t k = 0; k < c.count; k++) {
            assert_ptr_equal(c.swatches[k].name, again.swatches[k].name);
            assert_true(c.swatches[k].share == again.swatches[k].share);
        }
        synthetic_free(&p);
    }
}

/* Blurry blobs of lightness, with this amount of colour and noise. */
static ts_pixels scene(double saturation, double noise, double tint)
{
    ts_pixels p = synthetic_new(512, 384, 0);
    uint64_t seed = 11;
    for (uint32_t y = 0; y < p.height; y++) {
        for (uint32_t x = 0; x < p.width; x++) {
            double grey = 128 + 60 * sin(x / 37.0) + 50 * cos(y / 29.0);
            double hue = x / 80.0 + y / 60.0, v[3];
            for (unsigned c = 0; c < 3; c++) {
                double random = (double)synthetic_random(&seed) / 0x7fffffff - 0.5;
                v[c] = grey * (c == 2 ? 1 - tint : 1) + saturation * 60 * sin(hue + c * 2.1) +
                       noise * 3.46 * random;
                v[c] = v[c] < 0 ? 0 : v[c] > 255 ? 255 : v[c];
            }
            synthetic_put(&p, x, y, (uint8_t)v[0], (uint8_t)v[1], (uint8_t)v[2]);
        }
    }
    return p;
}

static void black_and_white_is_told_from_dull(void **state)
{
    (void)state;
    static const struct {
        double saturation, noise, tint;
        bool expected;
    } rows[] = {
        {0, 0, 0, true},    {0, 6, 0, true},        {0, 0, 0.04, true}, {0, 4, 0.03, true},
        {0.2, 0, 0, false}, {0.15, 5, 0.02, false}, {1, 0, 0, false},   {0, 0, 0.3, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ts_pixels p = scene(rows[i].saturation, rows[i].noise, rows[i].tint);
        ts_colours c = measure(&p);
        if (c.black_and_white != rows[i].expected) fail_msg("row %zu", i);
        synthetic_free(&p);
    }
}

static void warmth_has_the_right_sign_and_size(void **state)
{
    (void)state;
    assert_true(measure_plain(250, 140, 20).warmth > 0.8f);
    assert_true(measure_plain(30, 90, 230).warmth < -0.5f);
    assert_float_equal(measure_plain(127, 127, 127).warmth, 0, 0.01);
    float faint = measure_plain(136, 128, 120).warmth;
    assert_true(faint > 0.1f && faint < 0.7f);
}

/* Half red, half blue in broad fields: the formula by hand. */
static void colourfulness_follows_the_paper(void **state)
{
    (void)state;
    assert_float_equal(measure_plain(90, 90, 90).colourfulness, 0, 1e-3);
    ts_pixels p = synthetic_new(128, 64, 0);
    synthetic_fill(&p, 0, 0, 64, 64, 255, 0, 0);
    synthetic_fill(&p, 64, 0, 64, 64, 0, 0, 255);
    double rg_mean = 127.5, rg_dev = 127.5, yb_mean = (127.5 - 255) / 2, yb_dev = (127.5 + 255) / 2;
    double want = sqrt(rg_dev * rg_dev + yb_dev * yb_dev) + 0.3 * sqrt(rg_mean * rg_mean + yb_mean * yb_mean);
    assert_float_equal(measure(&p).colourfulness, want, 0.01);
    synthetic_free(&p);
}

static void no_pixels_is_an_error(void **state)
{
    (void)state;
    ts_colours c;
    ts_error err = {0};
    assert_false(ts_colours_measure(&(ts_pixels){0}, &c, &err));
    assert_int_equal(err.code, TS_INTERNAL);
    assert_int_equal(c.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lab_values_are_those_of_the_tables),
        cmocka_unit_test(hex_colours_are_read_strictly),
        cmocka_unit_test(names_are_what_people_say),
        cmocka_unit_test(greys_run_from_black_to_white),
        cmocka_unit_test(palette_has_the_areas),
        cmocka_unit_test(small_strong_colours_are_kept),
        cmocka_unit_test(any_picture_keeps_the_promises),
        cmocka_unit_test(black_and_white_is_told_from_dull),
        cmocka_unit_test(warmth_has_the_right_sign_and_size),
        cmocka_unit_test(colourfulness_follows_the_paper),
        cmocka_unit_test(no_pixels_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
