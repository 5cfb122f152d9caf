/* tests/image: WebP, GIF, TIFF, BMP, AVIF and HEIC, each against the drawing that was encoded. */
#include <stdlib.h>
#include <string.h>

#include "encode.h"

static int set_up(void **state)
{
    ts_error err = {0};
    ts_decoder_options options = {.limits = TS_DECODE_LIMITS_DEFAULT, .in_process = true};
    *state = ts_decoder_pool_new(&options, &err);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    ts_decoder_pool_free(*state);
    return 0;
}

/* Decodes at full size, compares, frees; the facts. */
static ts_picture_info assert_decodes_to(ts_decoder_pool *pool, encoded e, const drawing *d, double tolerance)
{
    ts_decoded decoded;
    ts_error err;
    assert_works(ts_decode(pool, e.bytes, e.length, 0, &decoded, &err), err);
    double off = difference(&decoded.pixels, d);
    if (off > tolerance) fail_msg("mean difference %.2f, allowed %.2f", off, tolerance);
    ts_picture_info info = decoded.info;
    ts_decoded_release(pool, &decoded);
    encoded_free(&e);
    return info;
}

static void assert_reduces(ts_decoder_pool *pool, const encoded *e, uint32_t wanted, uint32_t width,
                           uint32_t height)
{
    ts_decoded decoded;
    ts_error err;
    assert_works(ts_decode(pool, e->bytes, e->length, wanted, &decoded, &err), err);
    assert_int_equal(decoded.pixels.width, width);
    assert_int_equal(decoded.pixels.height, height);
    ts_decoded_release(pool, &decoded);
}

static void make_holes(drawing *d)
{
    for (size_t i = 0; i < (size_t)d->width * d->height; i += 3) d->rgba[i * 4 + 3] = 0;
}

static void webp_decodes_with_alpha_and_scaled(void **state)
{
    drawing d = draw_corners(120, 90);
    encoded e = encode_webp(&d);
    assert_reduces(*state, &e, 30, 40, 30);
    encoded cut = {malloc(e.length), e.length * 2 / 3};
    memcpy(cut.bytes, e.bytes, cut.length);
    ts_decoded decoded;
    ts_error err;
    if (ts_decode(*state, cut.bytes, cut.length, 0, &decoded, &err)) {
        assert_true(decoded.info.flags & TS_PICTURE_TRUNCATED);
        ts_decoded_release(*state, &decoded);
    } else {
        assert_int_equal(err.code, TS_CORRUPT);
    }
    encoded_free(&cut);
    assert_int_equal(assert_decodes_to(*state, e, &d, 0).format, TS_FORMAT_WEBP);
    make_holes(&d);
    assert_int_equal(assert_decodes_to(*state, encode_webp(&d), &d, 0.01).flags, TS_PICTURE_ALPHA);
    drawing_free(&d);
}

static void the_first_frame_of_a_webp_lies_on_white(void **state)
{
    drawing patch = draw_corners(40, 30), canvas = draw_corners(64, 48);
    for (size_t i = 0; i < (size_t)64 * 48; i++) memset(canvas.rgba + i * 4, 255, 4);
    for (uint32_t y = 0; y < 30; y++)
        memcpy(canvas.rgba + ((size_t)(y + 4) * 64 + 8) * 4, patch.rgba + (size_t)y * 40 * 4, 40 * 4);
    ts_picture_info info = assert_decodes_to(*state, encode_webp_animation(&patch, 64, 48), &canvas, 0);
    assert_int_equal(info.frames, 2);
    assert_true(info.flags & TS_PICTURE_ANIMATED);
    drawing_free(&patch);
    drawing_free(&canvas);
}

static void gif_decodes_its_first_frame(void **state)
{
    drawing d = draw_corners(61, 43);
    make_holes(&d);
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        encoded e = encode_gif(&d, 3, interlaced);
        assert_reduces(*state, &e, 20, 31, 22);
        ts_picture_info info = assert_decodes_to(*state, e, &d, 14); /* the colour cube has steps of 51 */
        assert_int_equal(info.frames, 3);
        assert_int_equal(info.flags, TS_PICTURE_ANIMATED | TS_PICTURE_ALPHA);
        assert_int_equal(assert_decodes_to(*state, encode_gif(&d, 1, interlaced), &d, 14).frames, 1);
    }
    drawing_free(&d);
}

static void cut_gifs_keep_their_rows(void **state)
{
    drawing d = draw_corners(200, 200);
    encoded e = encode_gif(&d, 1, false);
    ts_decoded decoded;
    ts_error err;
    assert_works(ts_decode(*state, e.bytes, e.length * 3 / 4, 0, &decoded, &err), err);
    assert_true(decoded.info.flags & TS_PICTURE_TRUNCATED);
    ts_decoded_release(*state, &decoded);
    assert_fails(ts_decode(*state, e.bytes, 790, 0, &decoded, &err), err, TS_CORRUPT);
    encoded_free(&e);
    drawing_free(&d);
}

static void tiff_layouts_decode_exactly(void **state)
{
    drawing d = draw_corners(53, 37);
    static const tiff_options layouts[] = {
        {.depth = 8},
        {.depth = 16},
        {.depth = 8, .lzw = true},
        {.depth = 8, .tiled = true},
        {.depth = 16, .tiled = true},
        {.depth = 8, .planar = true},
        {.depth = 8, .cmyk = true},
        {.depth = 16, .cmyk = true, .lzw = true},
    };
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        uint32_t flags =
            (layouts[i].depth == 16 ? TS_PICTURE_DEEP : 0) | (layouts[i].cmyk ? TS_PICTURE_CMYK : 0);
        ts_picture_info info = assert_decodes_to(*state, encode_tiff(&d, &layouts[i]), &d, 0.6);
        assert_int_equal(info.flags, flags);
    }
    drawing_free(&d);
}

static void only_the_first_page_of_a_tiff_is_decoded(void **state)
{
    drawing d = draw_corners(20, 30);
    ts_picture_info info =
        assert_decodes_to(*state, encode_tiff(&d, &(tiff_options){.depth = 8, .more_pages = 2}), &d, 0);
    assert_int_equal(info.frames, 3);
    assert_int_equal(info.flags, TS_PICTURE_ANIMATED);
    drawing_free(&d);
}

static void tiff_stands_upright(void **state)
{
    drawing upright = draw_corners(53, 37);
    for (unsigned o = 1; o <= 8; o++) {
        drawing stored = draw_stored(&upright, o);
        for (int tiled = 0; tiled < 2; tiled++) {
            encoded e = encode_tiff(&stored, &(tiff_options){.depth = 8, .orientation = o, .tiled = tiled});
            assert_int_equal(assert_decodes_to(*state, e, &upright, 0).orientation, o);
        }
        drawing_free(&stored);
    }
    drawing_free(&upright);
}

static void bmp_kinds_decode(void **state)
{
    drawing d = draw_corners(45, 31);
    for (int top_down = 0; top_down < 2; top_down++) {
        assert_int_equal(assert_decodes_to(*state, encode_bmp(&d, 24, false, top_down), &d, 0).flags, 0);
        assert_int_equal(assert_decodes_to(*state, encode_bmp(&d, 32, false, top_down), &d, 0).flags, 0);
        (void)assert_decodes_to(*state, encode_bmp(&d, 8, false, top_down), &d, 14);
    }
    (void)assert_decodes_to(*state, encode_bmp(&d, 8, true, false), &d, 14);
    drawing_free(&d);
}

static void every_cut_of_a_bmp_is_safe(void **state)
{
    drawing d = draw_corners(9, 7);
    encoded files[] = {encode_bmp(&d, 24, false, false), encode_bmp(&d, 8, true, false),
                       encode_bmp(&d, 32, false, true)};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        for (size_t n = 0; n < files[i].length; n++) {
            uint8_t *tight = malloc(n ? n : 1); /* exact size: a sanitizer sees a read past it */
            assert_non_null(tight);
            memcpy(tight, files[i].bytes, n);
            ts_decoded decoded = {0};
            ts_error err = {0};
            if (ts_decode(*state, tight, n, 0, &decoded, &err)) ts_decoded_release(*state, &decoded);
            free(tight);
        }
        encoded_free(&files[i]);
    }
    drawing_free(&d);
}

static void avif_decodes_and_turns(void **state)
{
    drawing upright = draw_corners(64, 40);
    drawing turned = draw_stored(&upright, 6);
    encoded plain = encode_avif(&upright, 8, 1);
    if (!plain.bytes) skip();
    assert_reduces(*state, &plain, 20, 32, 20);
    assert_int_equal(assert_decodes_to(*state, plain, &upright, 4).format, TS_FORMAT_AVIF);
    assert_true(assert_decodes_to(*state, encode_avif(&upright, 10, 1), &upright, 4).flags & TS_PICTURE_DEEP);
    assert_int_equal(assert_decodes_to(*state, encode_avif(&turned, 8, 6), &upright, 4).orientation, 6);
    drawing_free(&turned);
    drawing_free(&upright);
}

/* A wide red is a stronger red in sRGB; the codes of PQ are brighter than those of sRGB for the same light. */
static void wide_and_bright_avif_become_srgb(void **state)
{
    drawing d = draw_corners(64, 40);
    for (unsigned transfer = 13; transfer <= 16; transfer += 3) {
        encoded e = encode_avif_wide(&d, transfer);
        if (!e.bytes) skip();
        ts_decoded decoded;
        ts_error err;
        assert_works(ts_decode(*state, e.bytes, e.length, 0, &decoded, &err), err);
        assert_true(decoded.info.flags & TS_PICTURE_ICC);
        const uint8_t *stored = d.rgba + (4 * 64 + 60) * 4;
        const uint8_t *shown = decoded.pixels.data + 4 * decoded.pixels.stride + 60 * 4;
        assert_true(shown[2] >= stored[0] + 10);
        assert_true(shown[1] + 10 <= stored[1]);
        ts_decoded_release(*state, &decoded);
        encoded_free(&e);
    }
    drawing_free(&d);
}

static void heic_decodes(void **state)
{
    drawing d = draw_corners(64, 48);
    encoded e = encode_heic(&d);
    if (!e.bytes) skip();
    assert_reduces(*state, &e, 24, 32, 24);
    assert_int_equal(assert_decodes_to(*state, e, &d, 6).format, TS_FORMAT_HEIC);
    drawing_free(&d);
}

static void assert_too_large(ts_decoder_pool *strict, encoded e)
{
    ts_decoded decoded;
    ts_error err;
    if (e.bytes) assert_fails(ts_decode(strict, e.bytes, e.length, 8, &decoded, &err), err, TS_TOO_LARGE);
    encoded_free(&e);
}

static void limits_hold_for_every_format(void **state)
{
    (void)state;
    ts_decoder_options by_pixels = {.limits = TS_DECODE_LIMITS_DEFAULT, .in_process = true};
    ts_decoder_options by_side = by_pixels;
    by_pixels.limits.max_pixels = 100 * 80 - 1;
    by_side.limits.max_side = 99;
    drawing d = draw_corners(100, 80);
    for (int i = 0; i < 2; i++) {
        ts_decoder_pool *strict = ts_decoder_pool_new(i ? &by_side : &by_pixels, NULL);
        assert_non_null(strict);
        assert_too_large(strict, encode_webp(&d));
        assert_too_large(strict, encode_webp_animation(&d, 120, 90));
        assert_too_large(strict, encode_gif(&d, 2, true));
        assert_too_large(strict, encode_tiff(&d, &(tiff_options){.depth = 8}));
        assert_too_large(strict, encode_bmp(&d, 24, false, false));
        assert_too_large(strict, encode_avif(&d, 8, 1));
        assert_too_large(strict, encode_heic(&d));
        ts_decoder_pool_free(strict);
    }
    drawing_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(webp_decodes_with_alpha_and_scaled),
        cmocka_unit_test(the_first_frame_of_a_webp_lies_on_white),
        cmocka_unit_test(gif_decodes_its_first_frame),
        cmocka_unit_test(cut_gifs_keep_their_rows),
        cmocka_unit_test(tiff_layouts_decode_exactly),
        cmocka_unit_test(only_the_first_page_of_a_tiff_is_decoded),
        cmocka_unit_test(tiff_stands_upright),
        cmocka_unit_test(bmp_kinds_decode),
        cmocka_unit_test(every_cut_of_a_bmp_is_safe),
        cmocka_unit_test(avif_decodes_and_turns),
        cmocka_unit_test(wide_and_bright_avif_become_srgb),
        cmocka_unit_test(heic_decodes),
        cmocka_unit_test(limits_hold_for_every_format),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
