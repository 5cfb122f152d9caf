/* Layout: the coarse map, and the measures of how pixels meet, on pictures made by rule. */
#include "image/image.h"

#include "synthetic.h"
#include "tests/support/support.h"

static ts_layout measure(const ts_pixels *p)
{
    ts_layout layout;
    ts_error err = {0};
    assert_true(ts_layout_measure(p, &layout, &err));
    assert_true(layout.flat >= 0 && layout.flat <= 1 && layout.paper >= 0 && layout.paper <= 1);
    assert_true(layout.straight >= 0 && layout.straight <= 1 && layout.edges >= 0 && layout.edges <= 1);
    assert_true(layout.symmetry >= -1.001f && layout.symmetry <= 1.001f);
    return layout;
}

static void cells_have_the_colours_that_lie_there(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(320, 160, 12);
    synthetic_fill(&p, 0, 0, 320, 80, 90, 140, 230);
    synthetic_fill(&p, 0, 80, 320, 80, 60, 140, 40);
    ts_layout layout = measure(&p);
    for (size_t column = 0; column < TS_LAYOUT_SIDE; column++) {
        assert_true(layout.cells[0][column].b < -30); /* blue */
        assert_true(layout.cells[TS_LAYOUT_SIDE - 1][column].a < -30 &&
                    layout.cells[TS_LAYOUT_SIDE - 1][column].b > 20); /* green */
        assert_true(layout.cells[2][column].detail < 0.01f);
    }
    synthetic_free(&p);
}

static void drawn_areas_are_flat_and_their_outlines_straight(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(400, 300, 0);
    synthetic_fill(&p, 0, 0, 400, 300, 250, 250, 250);
    for (uint32_t y = 0; y < 300; y += 10) synthetic_fill(&p, 0, y, 400, 3, 20, 20, 20);
    ts_layout layout = measure(&p);
    assert_true(layout.flat > 0.5f && layout.edges > 0.1f && layout.straight > 0.95f && layout.paper > 0.4f);
    synthetic_free(&p);
}

static void grain_is_neither_flat_nor_straight(void **state)
{
    (void)state;
    uint64_t seed = 7;
    ts_pixels p = synthetic_new(400, 300, 0);
    for (uint32_t y = 0; y < 300; y++) {
        for (uint32_t x = 0; x < 400; x++) {
            uint8_t v = (uint8_t)synthetic_random(&seed);
            synthetic_put(&p, x, y, v, v, v);
        }
    }
    ts_layout layout = measure(&p);
    assert_true(layout.flat < 0.01f && layout.edges > 0.5f && layout.straight < 0.2f);
    assert_true(layout.cells[3][3].detail > 40);
    assert_true(layout.symmetry < 0.6f);
    synthetic_free(&p);
}

static void a_mirrored_picture_is_symmetrical(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(320, 320, 0);
    synthetic_fill(&p, 120, 40, 80, 240, 230, 230, 230);
    assert_true(measure(&p).symmetry > 0.95f);
    synthetic_fill(&p, 0, 40, 120, 240, 230, 230, 230);
    assert_true(measure(&p).symmetry < 0.5f);
    synthetic_free(&p);
}

/* The smallest and thinnest pictures have no neighbours to look at. */
static void the_smallest_pictures_are_measured(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {1, 500}, {500, 1}, {2, 3}, {15, 17}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ts_pixels p = synthetic_new(sizes[i][0], sizes[i][1], 0);
        assert_true(measure(&p).flat > 0.99f);
        synthetic_free(&p);
    }
    ts_layout layout;
    ts_error err = {0};
    assert_false(ts_layout_measure(&(ts_pixels){0}, &layout, &err));
    assert_int_equal(err.code, TS_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_have_the_colours_that_lie_there),
        cmocka_unit_test(drawn_areas_are_flat_and_their_outlines_straight),
        cmocka_unit_test(grain_is_neither_flat_nor_straight),
        cmocka_unit_test(a_mirrored_picture_is_symmetrical),
        cmocka_unit_test(the_smallest_pictures_are_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
