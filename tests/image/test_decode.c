/* tests/image: JPEG and PNG, and what is common to all formats: limits, reduction, orientation, colour,
 * damage. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"

static ts_decoder_pool *pool_with(ts_decode_limits limits)
{
    ts_error err = {0};
    ts_decoder_pool *pool =
        ts_decoder_pool_new(&(ts_decoder_options){.limits = limits, .in_process = true}, &err);
    assert_non_null(pool);
    return pool;
}

static int set_up(void **state)
{
    *state = pool_with(TS_DECODE_LIMITS_DEFAULT);
    return 0;
}

static int tear_down(void **state)
{
    ts_decoder_pool_free(*state);
    return 0;
}

static ts_decoded decode(ts_decoder_pool *pool, const encoded *e, uint32_t wanted)
{
    ts_decoded decoded = {0};
    ts_error err;
    assert_works(ts_decode(pool, e->bytes, e->length, wanted, &decoded, &err), err);
    return decoded;
}

/* Decodes at full size, compares, releases and frees; the flags of the picture. */
static uint32_t assert_decodes_to(ts_decoder_pool *pool, encoded e, const drawing *d, double tolerance)
{
    ts_decoded decoded = decode(pool, &e, 0);
    double off = difference(&decoded.pixels, d);
    if (off > tolerance) fail_msg("mean difference %.2f, allowed %.2f", off, tolerance);
    assert_int_equal(decoded.info.width, d->width);
    assert_int_equal(decoded.info.height, d->height);
    assert_int_equal(decoded.info.bytes, e.length);
    uint32_t flags = decoded.info.flags;
    ts_decoded_release(pool, &decoded);
    assert_null(decoded.pixels.data);
    ts_decoded_release(pool, &decoded);
    encoded_free(&e);
    return flags;
}

static void jpeg_pixels_are_right(void **state)
{
    drawing d = draw_corners(97, 61);
    assert_int_equal(assert_decodes_to(*state, encode_jpeg(&d, &(jpeg_options){0}), &d, 2), 0);
    assert_int_equal(assert_decodes_to(*state, encode_jpeg(&d, &(jpeg_options){.progressive = true}), &d, 2),
                     0);
    drawing_free(&d);
}

static void grey_jpeg_becomes_grey_pixels(void **state)
{
    drawing d = draw_corners(40, 30);
    encoded e = encode_jpeg(&d, &(jpeg_options){.grey = true});
    for (size_t i = 0; i < (size_t)40 * 30; i++) d.rgba[i * 4 + 1] = d.rgba[i * 4 + 2] = d.rgba[i * 4];
    assert_int_equal(assert_decodes_to(*state, e, &d, 2), TS_PICTURE_GREY);
    drawing_free(&d);
}

static void cmyk_jpeg_is_inverted_ink(void **state)
{
    drawing d = draw_corners(64, 48);
    assert_int_equal(assert_decodes_to(*state, encode_jpeg(&d, &(jpeg_options){.cmyk = true}), &d, 3),
                     TS_PICTURE_CMYK);
    drawing_free(&d);
}

static void png_kinds_decode_exactly(void **state)
{
    static const png_options kinds[] = {{2, 8, false, NULL},
                                        {2, 16, false, NULL},
                                        {2, 8, true, NULL},
                                        {6, 8, false, NULL},
                                        {6, 16, true, NULL}};
    static const uint32_t flags[] = {0, TS_PICTURE_DEEP, 0, TS_PICTURE_ALPHA,
                                     TS_PICTURE_ALPHA | TS_PICTURE_DEEP};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        drawing d = draw_corners(33, 21);
        if (kinds[i].colour_type == 6)
            for (size_t k = 0; k < (size_t)33 * 21; k++) d.rgba[k * 4 + 3] = (uint8_t)(k % 256);
        assert_int_equal(assert_decodes_to(*state, encode_png(&d, &kinds[i]), &d, 0.51), flags[i]);
        drawing_free(&d);
    }
}

static void png_grey_and_palette_decode(void **state)
{
    drawing d = draw_corners(33, 21);
    d.rgba[0] = 0; /* index 0 is transparent in the palette picture */
    encoded grey = encode_png(&d, &(png_options){0, 8, false, NULL});
    encoded palette = encode_png(&d, &(png_options){3, 8, true, NULL});
    for (size_t i = 0; i < (size_t)33 * 21; i++) d.rgba[i * 4 + 1] = d.rgba[i * 4 + 2] = d.rgba[i * 4];
    assert_int_equal(assert_decodes_to(*state, grey, &d, 0), TS_PICTURE_GREY);
    d.rgba[3] = 0;
    assert_int_equal(assert_decodes_to(*state, palette, &d, 0), TS_PICTURE_ALPHA);
    drawing_free(&d);
}

static void all_eight_orientations_stand_upright(void **state)
{
    drawing upright = draw_corners(50, 23);
    for (unsigned o = 1; o <= 8; o++) {
        drawing stored = draw_stored(&upright, o);
        encoded exif = encode_exif(o);
        encoded e = encode_png(&stored, &(png_options){2, 8, false, &exif});
        ts_decoded decoded = decode(*state, &e, 0);
        assert_int_equal(decoded.info.orientation, o);
        assert_true(difference(&decoded.pixels, &upright) == 0);
        ts_decoded_release(*state, &decoded);
        encoded_free(&e);
        (void)assert_decodes_to(*state, encode_jpeg(&stored, &(jpeg_options){.exif = &exif}), &upright, 4);
        encoded_free(&exif);
        drawing_free(&stored);
    }
    drawing_free(&upright);
}

static void exif_facts_are_read(void **state)
{
    drawing d = draw_corners(16, 16);
    encoded exif = encode_exif(6), e = encode_jpeg(&d, &(jpeg_options){.exif = &exif});
    ts_picture_info info;
    ts_error err;
    assert_works(ts_decode_header(*state, e.bytes, e.length, &info, &err), err);
    assert_string_equal(info.exif.make, "Maker");
    assert_string_equal(info.exif.model, "Model 1");
    assert_string_equal(info.exif.taken, "2024-05-31T18:02:11");
    assert_string_equal(info.exif.gps_time, "2024-05-31T08:02:10");
    assert_string_equal(info.exif.offset, "");
    assert_true(info.exif.has_gps);
    assert_true(fabs(info.exif.latitude + 33.86) < 1e-9);
    assert_true(fabs(info.exif.longitude - 151.2) < 1e-9);
    assert_true(fabs(info.exif.exposure - 0.004) < 1e-9);
    assert_true(fabs(info.exif.f_number - 2.8) < 1e-9);
    assert_true(fabs(info.exif.iso - 400) < 1e-9);
    assert_true(fabs(info.exif.focal - 50) < 1e-9);
    assert_true(fabs(info.exif.focal_35 - 75) < 1e-9);
    encoded_free(&e);
    encoded_free(&exif);
    drawing_free(&d);
}

static void broken_exif_is_only_a_warning(void **state)
{
    drawing d = draw_corners(16, 16);
    encoded exif = encode_exif(6);
    for (size_t cut = 0; cut < exif.length; cut += 7) {
        encoded part = {exif.bytes, cut}, e = encode_jpeg(&d, &(jpeg_options){.exif = &part});
        ts_decoded decoded = decode(*state, &e, 0);
        if (cut > 0 && cut < 8) assert_int_equal(decoded.info.flags, TS_PICTURE_BAD_EXIF);
        ts_decoded_release(*state, &decoded);
        encoded_free(&e);
    }
    encoded_free(&exif);
    drawing_free(&d);
}

static void a_wide_profile_is_converted(void **state)
{
    drawing d = draw_corners(64, 64);
    encoded icc = encode_wide_profile(), e = encode_jpeg(&d, &(jpeg_options){.icc = &icc});
    ts_decoded plain, converted = decode(*state, &e, 0);
    assert_int_equal(converted.info.flags, TS_PICTURE_ICC);
    encoded without = encode_jpeg(&d, &(jpeg_options){0});
    plain = decode(*state, &without, 0);
    /* (190, 60, 40)-like red of a wide space is a stronger red in sRGB: less green and blue, more red. */
    const uint8_t *p = plain.pixels.data + 10 * plain.pixels.stride + 50 * 4;
    const uint8_t *q = converted.pixels.data + 10 * converted.pixels.stride + 50 * 4;
    assert_true(q[2] > p[2] + 10);
    assert_true(q[1] <= p[1]);
    ts_decoded_release(*state, &plain);
    ts_decoded_release(*state, &converted);
    encoded_free(&without);
    encoded_free(&e);
    icc.length /= 2;
    e = encode_jpeg(&d, &(jpeg_options){.icc = &icc});
    assert_int_equal(assert_decodes_to(*state, e, &d, 2), TS_PICTURE_BAD_ICC);
    encoded_free(&icc);
    drawing_free(&d);
}

static void assert_reduced(ts_decoder_pool *pool, const encoded *e, const drawing *d, uint32_t wanted)
{
    ts_decoded r = decode(pool, e, wanted);
    uint32_t shorter = r.pixels.width < r.pixels.height ? r.pixels.width : r.pixels.height;
    assert_true(shorter >= wanted);
    assert_true(r.pixels.width < d->width);
    assert_int_equal(r.info.width, d->width);
    /* The middle of the reduced picture shows the middle of the whole one. */
    for (unsigned c = 0; wanted >= 37 && c < 2; c++) {
        uint8_t got =
            r.pixels.data[r.pixels.height / 4 * r.pixels.stride + (size_t)(r.pixels.width / 4) * 4 + 2 - c];
        uint8_t want = d->rgba[((size_t)(d->height / 4) * d->width + d->width / 4) * 4 + c];
        assert_true(abs(got - want) <= 6);
    }
    ts_decoded_release(pool, &r);
}

static void big_pictures_come_reduced_but_never_too_small(void **state)
{
    drawing d = draw_corners(803, 605);
    encoded files[] = {encode_jpeg(&d, &(jpeg_options){0}), encode_png(&d, &(png_options){2, 8, false, NULL}),
                       encode_png(&d, &(png_options){2, 8, true, NULL})};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        static const uint32_t wanted[] = {300, 200, 100, 37, 5, 1};
        for (size_t k = 0; k < sizeof wanted / sizeof wanted[0]; k++)
            assert_reduced(*state, &files[i], &d, wanted[k]);
        ts_decoded whole = decode(*state, &files[i], 5000);
        assert_int_equal(whole.pixels.width, 803);
        ts_decoded_release(*state, &whole);
        encoded_free(&files[i]);
    }
    drawing_free(&d);
}

static void limits_hold_before_pixels_are_made(void **state)
{
    (void)state;
    drawing d = draw_corners(120, 100);
    encoded e = encode_png(&d, &(png_options){2, 8, false, NULL});
    ts_decode_limits limits[3] = {TS_DECODE_LIMITS_DEFAULT, TS_DECODE_LIMITS_DEFAULT,
                                  TS_DECODE_LIMITS_DEFAULT};
    static const char *const parts[3] = {"11999 in all", "119 a side", "bytes"};
    limits[0].max_pixels = 11999;
    limits[1].max_side = 119;
    limits[2].max_bytes = e.length - 1;
    for (int i = 0; i < 3; i++) {
        ts_decoder_pool *pool = pool_with(limits[i]);
        ts_decoded decoded;
        ts_picture_info info;
        ts_error err;
        assert_fails(ts_decode(pool, e.bytes, e.length, 0, &decoded, &err), err, TS_TOO_LARGE);
        assert_non_null(strstr(err.message, parts[i]));
        assert_true(strlen(err.hint) > 0);
        assert_fails(ts_decode_header(pool, e.bytes, e.length, &info, &err), err, TS_TOO_LARGE);
        ts_decoder_pool_free(pool);
    }
    encoded_free(&e);
    drawing_free(&d);
}

static void assert_cut(ts_decoder_pool *pool, const encoded *whole, size_t length, bool decodes)
{
    ts_decoded decoded = {0};
    ts_error err = {0};
    bool ok = ts_decode(pool, whole->bytes, length, 0, &decoded, &err);
    if (ok != decodes) fail_msg("cut at %zu of %zu: %s", length, whole->length, ok ? "decoded" : err.message);
    if (ok) assert_true(decoded.info.flags & TS_PICTURE_TRUNCATED);
    else assert_int_equal(err.code, length == 0 ? TS_NOT_PICTURE : TS_CORRUPT);
    ts_decoded_release(pool, &decoded);
}

static void cut_files_decode_as_far_as_they_go(void **state)
{
    drawing d = draw_corners(300, 200);
    for (size_t i = 0; i < (size_t)300 * 200; i++) d.rgba[i * 4 + 2] = (uint8_t)(i * 2654435761U >> 24);
    encoded files[] = {encode_jpeg(&d, &(jpeg_options){0}), encode_png(&d, &(png_options){2, 8, false, NULL}),
                       encode_png(&d, &(png_options){2, 8, true, NULL})};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_cut(*state, &files[i], 0, false);
        assert_cut(*state, &files[i], 20, false);
        assert_cut(*state, &files[i], files[i].length / 2, true);
        assert_cut(*state, &files[i], files[i].length * 9 / 10, true);
        encoded_free(&files[i]);
    }
    drawing_free(&d);
}

static void the_missing_part_is_grey(void **state)
{
    drawing d = draw_corners(64, 400);
    encoded e = encode_png(&d, &(png_options){2, 8, false, NULL});
    e.length = e.length * 2 / 3;
    ts_decoded decoded = decode(*state, &e, 0);
    const uint8_t *last = decoded.pixels.data + 399 * decoded.pixels.stride;
    assert_int_equal(last[0], 128);
    assert_int_equal(last[2], 128);
    assert_int_not_equal(decoded.pixels.data[0], 128);
    const char *warnings[8];
    assert_int_equal(ts_picture_warnings(&decoded.info, warnings), 1);
    assert_non_null(strstr(warnings[0], "cut short"));
    ts_decoded_release(*state, &decoded);
    encoded_free(&e);
    drawing_free(&d);
}

static void png_code_points_are_honoured(void **state)
{
    static const uint8_t chunk[] = {0, 0, 0, 4, 'c', 'I', 'C', 'P', 9, 16, 0, 1, 0, 0, 0, 0};
    enum { header_end = 33 };
    drawing d = draw_corners(30, 30);
    encoded plain = encode_png(&d, &(png_options){2, 8, false, NULL});
    encoded wide = {malloc(plain.length + sizeof chunk), plain.length + sizeof chunk};
    assert_non_null(wide.bytes);
    memcpy(wide.bytes, plain.bytes, header_end);
    memcpy(wide.bytes + header_end, chunk, sizeof chunk);
    memcpy(wide.bytes + header_end + sizeof chunk, plain.bytes + header_end, plain.length - header_end);
    ts_decoded decoded = decode(*state, &wide, 0);
    assert_int_equal(decoded.info.flags, TS_PICTURE_ICC);
    assert_true(decoded.pixels.data[29 * 4 + 2] > d.rgba[29 * 4] + 10);
    ts_decoded_release(*state, &decoded);
    encoded_free(&plain);
    encoded_free(&wide);
    drawing_free(&d);
}

static void a_wrong_checksum_is_refused(void **state)
{
    drawing d = draw_corners(30, 30);
    encoded e = encode_png(&d, &(png_options){2, 8, false, NULL});
    e.bytes[e.length - 12 - 1] ^= 1; /* the last byte of IDAT's checksum, in front of IEND */
    ts_decoded decoded;
    ts_error err;
    assert_fails(ts_decode(*state, e.bytes, e.length, 0, &decoded, &err), err, TS_CORRUPT);
    encoded_free(&e);
    drawing_free(&d);
}

static void endless_scans_are_refused(void **state)
{
    drawing d = draw_corners(64, 64);
    encoded e = encode_jpeg(&d, &(jpeg_options){.progressive = true, .extra_scans = 192});
    ts_decoded decoded;
    ts_error err;
    assert_fails(ts_decode(*state, e.bytes, e.length, 0, &decoded, &err), err, TS_CORRUPT);
    assert_non_null(strstr(err.message, "scans"));
    encoded_free(&e);
    drawing_free(&d);
}

static void huge_headers_cost_nothing(void **state)
{
    drawing d = draw_corners(8, 8);
    encoded e = encode_png(&d, &(png_options){2, 8, false, NULL});
    memcpy(e.bytes + 16, "\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF", 8);
    ts_decoded decoded;
    ts_error err;
    assert_false(ts_decode(*state, e.bytes, e.length, 0, &decoded, &err));
    assert_true(err.code == TS_CORRUPT ||
                err.code == TS_TOO_LARGE); /* the header's checksum is wrong now too */
    encoded_free(&e);
    e = encode_jpeg(&d, &(jpeg_options){0});
    for (size_t i = 2; i + 9 < e.length; i++) {
        if (e.bytes[i] != 0xFF || e.bytes[i + 1] != 0xC0) continue;
        memcpy(e.bytes + i + 5, "\xFF\xDC\xFF\xDC", 4);
        break;
    }
    assert_fails(ts_decode(*state, e.bytes, e.length, 0, &decoded, &err), err, TS_TOO_LARGE);
    encoded_free(&e);
    drawing_free(&d);
}

static void a_jpeg_without_components_is_refused(void **state)
{
    static const uint8_t bytes[] = {0xFF, 0xD8, 0xFF, 0xC0, 0, 8, 8, 0, 9, 0,
                                    9,    0,    0xFF, 0xDA, 0, 6, 0, 0, 0, 0};
    ts_picture_info info;
    ts_decoded decoded;
    ts_error err;
    assert_fails(ts_decode(*state, bytes, sizeof bytes, 0, &decoded, &err), err, TS_CORRUPT);
    assert_fails(ts_decode_header(*state, bytes, sizeof bytes, &info, &err), err, TS_CORRUPT);
}

static void flipped_bits_never_break_anything(void **state)
{
    drawing d = draw_corners(70, 50);
    encoded files[] = {encode_jpeg(&d, &(jpeg_options){.progressive = true}),
                       encode_png(&d, &(png_options){6, 8, true, NULL})};
    uint32_t random = 12345;
    for (int round = 0; round < 400; round++) {
        encoded *e = &files[round % 2];
        random = random * 1664525U + 1013904223U;
        size_t at = random % e->length;
        uint8_t old = e->bytes[at];
        e->bytes[at] ^= (uint8_t)(1U << (random >> 29));
        ts_decoded decoded = {0};
        ts_error err = {0};
        if (!ts_decode(*state, e->bytes, e->length, 20, &decoded, &err)) assert_true(strlen(err.message) > 0);
        ts_decoded_release(*state, &decoded);
        e->bytes[at] = old;
    }
    encoded_free(&files[0]);
    encoded_free(&files[1]);
    drawing_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpeg_pixels_are_right),
        cmocka_unit_test(grey_jpeg_becomes_grey_pixels),
        cmocka_unit_test(cmyk_jpeg_is_inverted_ink),
        cmocka_unit_test(png_kinds_decode_exactly),
        cmocka_unit_test(png_grey_and_palette_decode),
        cmocka_unit_test(all_eight_orientations_stand_upright),
        cmocka_unit_test(exif_facts_are_read),
        cmocka_unit_test(broken_exif_is_only_a_warning),
        cmocka_unit_test(a_wide_profile_is_converted),
        cmocka_unit_test(big_pictures_come_reduced_but_never_too_small),
        cmocka_unit_test(limits_hold_before_pixels_are_made),
        cmocka_unit_test(cut_files_decode_as_far_as_they_go),
        cmocka_unit_test(the_missing_part_is_grey),
        cmocka_unit_test(png_code_points_are_honoured),
        cmocka_unit_test(a_wrong_checksum_is_refused),
        cmocka_unit_test(endless_scans_are_refused),
        cmocka_unit_test(huge_headers_cost_nothing),
        cmocka_unit_test(a_jpeg_without_components_is_refused),
        cmocka_unit_test(flipped_bits_never_break_anything),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
