/* tests/image: recognition by content, and the words for what is refused. */
#include "image/sniff.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

typedef struct sample {
    const char *bytes;
    size_t length;
    ts_format format;
} sample;

#define SAMPLE(bytes, format)                                                                                \
    {                                                                                                        \
        (bytes), sizeof(bytes) - 1, (format)                                                                 \
    }

static ts_format sniff(const char *bytes, size_t length)
{
    return ts_format_sniff((const uint8_t *)bytes, length);
}

static void formats_are_told_by_their_bytes(void **state)
{
    (void)state;
    static const sample samples[] = {
        SAMPLE("\xFF\xD8\xFF\xE0", TS_FORMAT_JPEG),
        SAMPLE("\x89PNG\r\n\x1A\n", TS_FORMAT_PNG),
        SAMPLE("GIF89a", TS_FORMAT_GIF),
        SAMPLE("RIFF\0\0\0\0WEBPVP8 ", TS_FORMAT_WEBP),
        SAMPLE("RIFF\0\0\0\0AVI LIST", TS_FORMAT_VIDEO),
        SAMPLE("RIFF\0\0\0\0WAVEfmt ", TS_FORMAT_UNKNOWN),
        SAMPLE("II*\0\x08\0\0\0", TS_FORMAT_TIFF),
        SAMPLE("MM\0*\0\0\0\x08", TS_FORMAT_TIFF),
        SAMPLE("II*\0\x10\0\0\0CR\2\0", TS_FORMAT_RAW),
        SAMPLE("\0\0\0\x18"
               "ftypavif\0\0\0\0mif1miaf",
               TS_FORMAT_AVIF),
        SAMPLE("\0\0\0\x18"
               "ftypheic\0\0\0\0mif1heic",
               TS_FORMAT_HEIC),
        SAMPLE("\0\0\0\x1C"
               "ftypmif1\0\0\0\0mif1avifmiaf",
               TS_FORMAT_AVIF),
        SAMPLE("\0\0\0\x18"
               "ftypmif1\0\0\0\0mif1xxxx",
               TS_FORMAT_HEIC),
        SAMPLE("\0\0\0\x18"
               "ftypisom\0\0\0\0mp42xxxx",
               TS_FORMAT_VIDEO),
        SAMPLE("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", TS_FORMAT_BMP),
        SAMPLE("BMW is the name of a car", TS_FORMAT_UNKNOWN),
        SAMPLE("%PDF-1.7", TS_FORMAT_PDF),
        SAMPLE("\xFF\x0A\xFA\x1F", TS_FORMAT_JXL),
        SAMPLE("8BPS\0\1", TS_FORMAT_PSD),
        SAMPLE("\0\0\1\0\1\0", TS_FORMAT_ICO),
        SAMPLE("%!PS-Adobe", TS_FORMAT_POSTSCRIPT),
        SAMPLE("qoif\0\0\0\1", TS_FORMAT_OTHER),
        SAMPLE("P6\n3 2\n255\n", TS_FORMAT_OTHER),
        SAMPLE("\xEF\xBB\xBF  \n<?xml version='1.0'?><!-- a --><SVG>", TS_FORMAT_SVG),
        SAMPLE("<!DOCTYPE html><svg></svg>", TS_FORMAT_UNKNOWN),
        SAMPLE("PK\3\4", TS_FORMAT_UNKNOWN),
        SAMPLE("\1\2\3\4\5\6\7", TS_FORMAT_UNKNOWN),
        SAMPLE("", TS_FORMAT_UNKNOWN),
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        if (sniff(samples[i].bytes, samples[i].length) != samples[i].format) fail_msg("sample %zu", i);
    assert_int_equal(ts_format_sniff(NULL, 0), TS_FORMAT_UNKNOWN);
}

static void every_cut_of_a_signature_is_safe(void **state)
{
    (void)state;
    static const char bytes[] = "\0\0\0\x1C"
                                "ftypmif1\0\0\0\0mif1avifmiaf";
    for (size_t n = 0; n < sizeof bytes; n++) {
        uint8_t *copy = malloc(n + 1); /* exact size: a sanitizer sees a read past it */
        assert_non_null(copy);
        memcpy(copy, bytes, n);
        uint8_t *tight = realloc(copy, n ? n : 1);
        assert_non_null(tight);
        (void)ts_format_sniff(tight, n);
        free(tight);
    }
}

static void assert_refusal(const char *bytes, size_t length, ts_code code, const char *part)
{
    ts_error err;
    assert_fails(ts_sniff_refuse((const uint8_t *)bytes, length, &err), err, code);
    if (!strstr(err.message, part)) fail_msg("\"%s\" lacks \"%s\"", err.message, part);
}

static void refusals_name_the_thing(void **state)
{
    (void)state;
    assert_refusal("", 0, TS_NOT_PICTURE, "empty");
    assert_refusal("\1\2\3", 3, TS_NOT_PICTURE, "no picture of any known kind");
    assert_refusal("<html><body>", 12, TS_NOT_PICTURE, "an HTML page");
    assert_refusal("just some words", 15, TS_NOT_PICTURE, "a plain text");
    assert_refusal("PK\3\4", 4, TS_NOT_PICTURE, "a ZIP archive");
    assert_refusal("<svg xmlns=", 11, TS_UNSUPPORTED, "an SVG drawing");
    assert_refusal("%PDF-1.4", 8, TS_UNSUPPORTED, "a PDF document");
}

static void every_format_has_a_name_and_a_type(void **state)
{
    (void)state;
    for (int f = -1; f <= TS_FORMAT_COUNT; f++) {
        assert_true(strlen(ts_format_name((ts_format)f)) > 0);
        assert_non_null(strchr(ts_format_mime((ts_format)f), '/'));
    }
    assert_true(ts_format_is_decoded(TS_FORMAT_BMP));
    assert_false(ts_format_is_decoded(TS_FORMAT_SVG));
    assert_false(ts_format_is_decoded(TS_FORMAT_UNKNOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_told_by_their_bytes),
        cmocka_unit_test(every_cut_of_a_signature_is_safe),
        cmocka_unit_test(refusals_name_the_thing),
        cmocka_unit_test(every_format_has_a_name_and_a_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
