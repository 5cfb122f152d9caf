/* Views: the filter against a plain reference, positions, fits, maps, parts and refusals. */
#include "image/image.h"

#include "synthetic.h"

static uint8_t *make_with_map(const ts_pixels *p, ts_view_spec spec, ts_view_map *map)
{
    size_t bytes = (size_t)spec.width * spec.height * 3;
    uint8_t *out = malloc(bytes + 16);
    assert_non_null(out);
    memset(out, 0xA5, bytes + 16);
    ts_error err = {0};
    assert_true(ts_view_make(p, &spec, out, map, &err));
    for (size_t i = bytes; i < bytes + 16; i++) assert_int_equal(out[i], 0xA5);
    return out;
}

static uint8_t *make(const ts_pixels *p, ts_view_spec spec)
{
    return make_with_map(p, spec, NULL);
}

/* The same filter by its definition: double precision, both axes at once. */
static double reference(const ts_pixels *p, double cx, double cy, double sx, double sy, unsigned channel)
{
    double sum = 0, weights = 0;
    for (uint32_t y = 0; y < p->height; y++) {
        double wy = 1 - fabs(y + 0.5 - cy) / sy;
        for (uint32_t x = 0; wy > 0 && x < p->width; x++) {
            double wx = 1 - fabs(x + 0.5 - cx) / sx;
            if (wx <= 0) continue;
            sum += wx * wy * synthetic_at(p, x, y)[channel];
            weights += wx * wy;
        }
    }
    return sum / weights;
}

static void check_against_reference(uint32_t width, uint32_t height, uint32_t out_width, uint32_t out_height)
{
    ts_pixels p = synthetic_new(width, height, 20);
    synthetic_noise(&p, width * 31 + height);
    uint8_t *out = make(&p, (ts_view_spec){.width = out_width, .height = out_height});
    double sx = (double)width / out_width, sy = (double)height / out_height;
    for (uint32_t y = 0; y < out_height; y++) {
        for (uint32_t x = 0; x < out_width; x++) {
            for (unsigned c = 0; c < 3; c++) {
                double want = reference(&p, (x + 0.5) * sx, (y + 0.5) * sy, fmax(sx, 1), fmax(sy, 1), 2 - c);
                double got = out[((size_t)y * out_width + x) * 3 + c];
                if (fabs(got - want) > 1) fail_msg("%u,%u,%u: %g, not %g", x, y, c, got, want);
            }
        }
    }
    free(out);
    synthetic_free(&p);
}

static void follows_the_antialiased_triangle(void **state)
{
    (void)state;
    static const uint32_t sizes[][4] = {
        {64, 48, 51, 51}, {61, 47, 26, 22}, {97, 89, 7, 5}, {33, 17, 80, 41}, {3, 2, 9, 7},
        {40, 5, 3, 11},   {1, 1, 6, 3},     {5, 1, 1, 1},   {31, 64, 31, 30}, {8, 300, 5, 3},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_against_reference(sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3]);
    }
}

static void same_size_is_a_copy(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(37, 11, 4);
    synthetic_noise(&p, 5);
    uint8_t *rgb = make(&p, (ts_view_spec){.width = 37, .height = 11});
    uint8_t *bgr = make(&p, (ts_view_spec){.width = 37, .height = 11, .bgr = true});
    for (uint32_t i = 0; i < 37 * 11; i++) {
        const uint8_t *at = synthetic_at(&p, i % 37, i / 37);
        for (unsigned c = 0; c < 3; c++) {
            assert_int_equal(bgr[i * 3 + c], at[c]);
            assert_int_equal(rgb[i * 3 + c], at[2 - c]);
        }
    }
    free(rgb);
    free(bgr);
    synthetic_free(&p);
}

/* A ramp stays the same ramp when pixel centres lie at halves, and shifts when they do not. */
static void centres_lie_at_halves(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(200, 200, 0);
    for (uint32_t y = 0; y < 200; y++) {
        for (uint32_t x = 0; x < 200; x++) synthetic_put(&p, x, y, (uint8_t)(x + 20), (uint8_t)(y + 20), 128);
    }
    static const uint32_t sides[] = {50, 77, 160, 333};
    for (size_t i = 0; i < 4; i++) {
        uint32_t side = sides[i];
        uint8_t *out = make(&p, (ts_view_spec){.width = side, .height = side});
        double scale = 200.0 / side;
        for (uint32_t at = side / 4; at < side * 3 / 4; at++) {
            double want = (at + 0.5) * scale - 0.5 + 20;
            const uint8_t *pixel = out + ((size_t)at * side + at) * 3;
            assert_true(fabs(pixel[0] - want) <= 0.6);
            assert_true(fabs(pixel[1] - want) <= 0.6);
            assert_int_equal(pixel[2], 128);
        }
        free(out);
    }
    synthetic_free(&p);
}

static void extreme_shrinks_keep_the_mean(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{9000, 3}, {3, 9000}, {20000, 1}};
    for (size_t i = 0; i < 3; i++) {
        ts_pixels p = synthetic_new(sizes[i][0], sizes[i][1], 0);
        synthetic_fill(&p, 0, 0, p.width, p.height, 255, 77, 3);
        uint8_t *out = make(&p, (ts_view_spec){.width = 4, .height = 4});
        for (size_t k = 0; k < 16; k++) {
            assert_int_equal(out[k * 3], 255);
            assert_int_equal(out[k * 3 + 1], 77);
            assert_int_equal(out[k * 3 + 2], 3);
        }
        free(out);
        synthetic_free(&p);
    }
}

static void crop_takes_the_centre(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(400, 200, 0);
    synthetic_fill(&p, 0, 0, 400, 200, 255, 0, 0);
    synthetic_fill(&p, 125, 25, 150, 150, 0, 255, 0);
    ts_view_map map;
    uint8_t *out = make_with_map(
        &p, (ts_view_spec){.width = 75, .height = 75, .fit = TS_FIT_CROP, .crop_share = 0.75f}, &map);
    /* the outermost pixels see across the edge: half a pixel of the triangle */
    assert_true(out[0] < 80);
    for (uint32_t y = 1; y < 74; y++) {
        for (uint32_t x = 1; x < 74; x++) {
            assert_int_equal(out[(y * 75 + x) * 3], 0);
            assert_int_equal(out[(y * 75 + x) * 3 + 1], 255);
        }
    }
    assert_float_equal(map.scale_x, 2, 1e-5);
    assert_float_equal(map.scale_y, 2, 1e-5);
    assert_float_equal(map.offset_x, 125, 1e-4);
    assert_float_equal(map.offset_y, 25, 1e-4);
    free(out);
    synthetic_free(&p);
}

static void letterbox_centres_between_black_bars(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(300, 100, 0);
    synthetic_fill(&p, 0, 0, 300, 100, 200, 200, 200);
    ts_view_map map;
    uint8_t *out =
        make_with_map(&p, (ts_view_spec){.width = 60, .height = 60, .fit = TS_FIT_LETTERBOX}, &map);
    for (uint32_t y = 0; y < 60; y++) {
        uint8_t want = y >= 20 && y < 40 ? 200 : 0;
        for (uint32_t x = 0; x < 180; x++) assert_int_equal(out[y * 180 + x], want);
    }
    assert_float_equal(map.scale_y, 5, 1e-5);
    assert_float_equal(map.offset_x, 0, 1e-5);
    assert_float_equal(map.offset_y, -100, 1e-3);
    free(out);
    synthetic_free(&p);
}

static void a_sliver_still_has_a_letterbox(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(1, 5000, 0);
    synthetic_fill(&p, 0, 0, 1, 5000, 10, 20, 30);
    uint8_t *out = make(&p, (ts_view_spec){.width = 64, .height = 64, .fit = TS_FIT_LETTERBOX});
    assert_int_equal(out[(32 * 64 + 31) * 3], 10);
    assert_int_equal(out[(32 * 64 + 33) * 3], 0);
    free(out);
    synthetic_free(&p);
}

static void brightest(const uint8_t *out, uint32_t width, uint32_t height, uint32_t *x, uint32_t *y)
{
    int best = -1;
    for (uint32_t i = 0; i < width * height; i++) {
        if (out[i * 3] <= best) continue;
        best = out[i * 3];
        *x = i % width;
        *y = i / width;
    }
}

/* A white dot is found in the view; the map must lead back to it. */
static void map_leads_back(void **state)
{
    (void)state;
    static const ts_view_spec specs[] = {
        {.width = 64, .height = 48, .fit = TS_FIT_STRETCH},
        {.width = 70, .height = 70, .fit = TS_FIT_CROP, .crop_share = 0.875f},
        {.width = 40, .height = 90, .fit = TS_FIT_CROP, .crop_share = 1},
        {.width = 90, .height = 90, .fit = TS_FIT_LETTERBOX},
        {.width = 500, .height = 300, .fit = TS_FIT_LETTERBOX},
    };
    const ts_rect part = {.x = 60, .y = 30, .width = 130, .height = 120};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        ts_pixels p = synthetic_new(250, 170, 0);
        synthetic_fill(&p, 110, 90, 5, 5, 255, 255, 255);
        uint8_t *out = malloc((size_t)specs[i].width * specs[i].height * 3);
        for (int with_part = 0; with_part < 2; with_part++) {
            ts_view_map map;
            bool ok = with_part ? ts_view_make_part(&p, part, &specs[i], out, &map, NULL)
                                : ts_view_make(&p, &specs[i], out, &map, NULL);
            assert_true(ok);
            uint32_t x = 0, y = 0;
            brightest(out, specs[i].width, specs[i].height, &x, &y);
            float px = ((float)x + 0.5f) * map.scale_x + map.offset_x;
            float py = ((float)y + 0.5f) * map.scale_y + map.offset_y;
            assert_true(fabsf(px - 112.5f) <= map.scale_x / 2 + 2.5f);
            assert_true(fabsf(py - 92.5f) <= map.scale_y / 2 + 2.5f);
        }
        free(out);
        synthetic_free(&p);
    }
}

static void parts_are_clipped(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(100, 100, 0);
    synthetic_fill(&p, 0, 0, 30, 30, 255, 0, 0);
    ts_view_spec spec = {.width = 10, .height = 10};
    uint8_t out[300];
    ts_view_map map;
    ts_error err = {0};
    assert_true(ts_view_make_part(&p, (ts_rect){-50, -50, 75, 75}, &spec, out, &map, &err));
    for (size_t i = 0; i < 100; i++) assert_int_equal(out[i * 3], 255);
    assert_float_equal(map.scale_x, 2.5, 1e-6);
    assert_float_equal(map.offset_y, 0, 1e-6);

    static const ts_rect outside[] = {
        {100, 0, 10, 10}, {0, -20, 10, 20}, {5, 5, 0, 5}, {5, 5, 5, -1}, {NAN, 0, 5, 5}, {0, 0, INFINITY, 5},
    };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        err.code = TS_OK;
        assert_false(ts_view_make_part(&p, outside[i], &spec, out, &map, &err));
        assert_int_equal(err.code, TS_USAGE);
    }
    synthetic_free(&p);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(10, 10, 0);
    uint8_t out[300];
    ts_error err = {0};
    static const ts_view_spec specs[] = {
        {.width = 0, .height = 5},
        {.width = 5, .height = 70000},
        {.width = 5, .height = 5, .fit = TS_FIT_CROP, .crop_share = 0},
        {.width = 5, .height = 5, .fit = TS_FIT_CROP, .crop_share = 1.5f},
        {.width = 5, .height = 5, .fit = TS_FIT_CROP, .crop_share = NAN},
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        assert_false(ts_view_make(&p, &specs[i], out, NULL, &err));
        assert_int_equal(err.code, TS_INTERNAL);
    }
    ts_view_spec fine = {.width = 5, .height = 5};
    assert_false(ts_view_make(&(ts_pixels){0}, &fine, out, NULL, NULL));
    synthetic_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_antialiased_triangle),
        cmocka_unit_test(same_size_is_a_copy),
        cmocka_unit_test(centres_lie_at_halves),
        cmocka_unit_test(extreme_shrinks_keep_the_mean),
        cmocka_unit_test(crop_takes_the_centre),
        cmocka_unit_test(letterbox_centres_between_black_bars),
        cmocka_unit_test(a_sliver_still_has_a_letterbox),
        cmocka_unit_test(map_leads_back),
        cmocka_unit_test(parts_are_clipped),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
