/* Thumbnails: sizes, the kind of JPEG, what it shows, refusals. */
#include "image/image.h"

#include <stdio.h>

#include <jpeglib.h>

#include "synthetic.h"

typedef struct decoded {
    unsigned width, height;
    bool progressive;
    int horizontal, vertical; /* sampling of luma */
    uint8_t *rgb;
} decoded;

/* libjpeg's default error handler ends the program, which is a failed test. */
static decoded decode(const uint8_t *jpeg, size_t length)
{
    struct jpeg_decompress_struct in = {0};
    struct jpeg_error_mgr errors;
    in.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&in);
    jpeg_mem_src(&in, jpeg, length);
    assert_int_equal(jpeg_read_header(&in, TRUE), JPEG_HEADER_OK);
    in.out_color_space = JCS_RGB;
    jpeg_start_decompress(&in);
    decoded d = {in.output_width,
                 in.output_height,
                 in.progressive_mode,
                 in.comp_info[0].h_samp_factor,
                 in.comp_info[0].v_samp_factor,
                 malloc((size_t)in.output_width * in.output_height * 3)};
    while (in.output_scanline < in.output_height) {
        JSAMPROW row = d.rgb + (size_t)in.output_scanline * d.width * 3;
        jpeg_read_scanlines(&in, &row, 1);
    }
    jpeg_finish_decompress(&in);
    assert_int_equal(errors.num_warnings, 0);
    jpeg_destroy_decompress(&in);
    return d;
}

static void is_no_larger_than_asked(void **state)
{
    (void)state;
    static const uint32_t sizes[][4] = {
        {640, 480, 256, 192}, {480, 640, 192, 256}, {100, 50, 100, 50},    {256, 256, 256, 256},
        {1, 1, 1, 1},         {5000, 2, 256, 1},    {1000, 999, 256, 256}, {257, 3, 256, 3},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ts_pixels p = synthetic_new(sizes[i][0], sizes[i][1], 4);
        uint8_t *jpeg;
        size_t length;
        assert_true(ts_thumbnail_jpeg(&p, 256, 78, &jpeg, &length, NULL));
        decoded d = decode(jpeg, length);
        assert_int_equal(d.width, sizes[i][2]);
        assert_int_equal(d.height, sizes[i][3]);
        free(d.rgb);
        free(jpeg);
        synthetic_free(&p);
    }
}

static void shows_the_picture(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(600, 400, 0);
    synthetic_fill(&p, 0, 0, 300, 400, 220, 40, 30);
    synthetic_fill(&p, 300, 0, 300, 400, 30, 60, 210);
    uint8_t *jpeg;
    size_t length;
    assert_true(ts_thumbnail_jpeg(&p, 240, 78, &jpeg, &length, NULL));
    decoded d = decode(jpeg, length);
    assert_false(d.progressive);
    assert_int_equal(d.horizontal, 2);
    assert_int_equal(d.vertical, 2);
    const uint8_t *left = d.rgb + (80 * 240 + 40) * 3, *right = d.rgb + (80 * 240 + 200) * 3;
    static const int want[2][3] = {{220, 40, 30}, {30, 60, 210}};
    for (unsigned c = 0; c < 3; c++) {
        assert_true(abs(left[c] - want[0][c]) < 6);
        assert_true(abs(right[c] - want[1][c]) < 6);
    }
    free(d.rgb);
    free(jpeg);
    synthetic_free(&p);
}

static void higher_quality_takes_more_bytes(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(300, 300, 0);
    synthetic_noise(&p, 3);
    size_t before = 0;
    for (int quality = 25; quality <= 100; quality += 25) {
        uint8_t *jpeg;
        size_t length;
        assert_true(ts_thumbnail_jpeg(&p, 200, quality, &jpeg, &length, NULL));
        assert_true(length > before);
        before = length;
        free(jpeg);
    }
    synthetic_free(&p);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(10, 10, 0);
    ts_pixels none = {0};
    const struct {
        const ts_pixels *pixels;
        uint32_t side;
        int quality;
    } rows[] = {{&p, 0, 78}, {&p, 100, 0}, {&p, 100, 101}, {&none, 100, 78}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t *jpeg = (uint8_t *)&p;
        size_t length = 1;
        ts_error err = {0};
        assert_false(ts_thumbnail_jpeg(rows[i].pixels, rows[i].side, rows[i].quality, &jpeg, &length, &err));
        assert_int_equal(err.code, TS_INTERNAL);
        assert_null(jpeg);
        assert_int_equal(length, 0);
    }
    synthetic_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_no_larger_than_asked),
        cmocka_unit_test(shows_the_picture),
        cmocka_unit_test(higher_quality_takes_more_bytes),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
