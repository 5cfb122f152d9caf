/* tests/http: the multipart parser: any cut gives the same parts, and nothing malformed gets through. */
#include "http/multipart.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tests/support/support.h"

static const ts_multipart_limits limits = {4, 2, 200};

/* The bound on 20 MB is for a build as it is shipped; one with a sanitizer checks every byte. */
#if defined(__SANITIZE_ADDRESS__)
#define LINEAR_MS 5000
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LINEAR_MS 5000
#endif
#endif
#ifndef LINEAR_MS
#define LINEAR_MS (500 * TS_TEST_PATIENCE)
#endif

static bool on_begin(void *context, const ts_http_part *head, ts_error *err)
{
    (void)err;
    return ts_buf_printf(context, "[%s|%s|%s:", head->name, head->filename ? head->filename : "-",
                         head->type);
}

static bool on_data(void *context, const void *bytes, size_t length, ts_error *err)
{
    (void)err;
    return ts_buf_append(context, bytes, length);
}

static bool on_end(void *context, ts_error *err)
{
    (void)err;
    return ts_buf_putc(context, ']');
}

/* Feeds the text in pieces; what the sink saw is in out. */
static bool parse(const char *boundary, const char *text, size_t length, size_t piece, ts_buf *out,
                  ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    ts_multipart_sink sink = {out, on_begin, on_data, on_end};
    ts_multipart *multipart = ts_multipart_new(arena, boundary, &limits, &sink);
    assert_non_null(multipart);
    bool good = true;
    for (size_t at = 0; good && at < length; at += piece)
        good = ts_multipart_feed(multipart, text + at, length - at < piece ? length - at : piece, err);
    good = good && ts_multipart_finish(multipart, err);
    ts_arena_free(arena);
    return good;
}

static const char whole[] =
    "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--\r\n-\r\n\r\n--B \t\r\n"
    "content-type: Image/JPEG; x=y\r\nCONTENT-DISPOSITION:form-data;filename=f;name=b\r\n\r\n\r"
    "\r\n--B\r\n\r\nbare\r\n--B--epilogue\r\n--B\r\n";

static void every_cut_gives_the_same(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < sizeof whole; piece++) {
        ts_buf out = {0};
        ts_error err = {0};
        assert_true(parse("B", whole, sizeof whole - 1, piece, &out, &err));
        assert_string_equal(out.data, "[a|-|:one\r\n--\r\n-\r\n][b|f|image/jpeg:\r][|-|:bare]");
        ts_buf_free(&out);
    }
}

static void cut_short_is_refused(void **state)
{
    (void)state;
    size_t end = (size_t)(strstr(whole, "epilogue") - whole);
    for (size_t length = 0; length < end; length++) {
        ts_buf out = {0};
        ts_error err = {0};
        assert_false(parse("B", whole, length, 7, &out, &err));
        assert_int_equal(err.code, TS_USAGE);
        ts_buf_free(&out);
    }
}

static void malformed_is_refused(void **state)
{
    static const char *const bad[] = {
        "--B\n\r\nx\r\n--B--",
        "--Bx\r\n\r\nx\r\n--B--",
        "--B\r\nA: b\n\r\nx\r\n--B--",
        "--B\r\nA: b\r\n c\r\n\r\nx\r\n--B--",
        "--B\r\nno colon\r\n\r\nx\r\n--B--",
        "--B\r\n: b\r\n\r\nx\r\n--B--",
        "--B\r\nA : b\r\n\r\nx\r\n--B--",
        "--B\r\nA: b\x01\r\n\r\nx\r\n--B--",
        "--B\r\nA: b\rc\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--B--",
        "--B\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--B--",
        "--B --",
        "--B-x",
        "\n--B--",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ts_buf out = {0};
        ts_error err = {0};
        assert_false(parse("B", bad[i], strlen(bad[i]), 3, &out, &err));
        assert_int_equal(err.code, TS_USAGE);
        ts_buf_free(&out);
    }
}

static void limits_hold(void **state)
{
    (void)state;
    ts_buf text = {0};
    for (int i = 0; i < 5; i++) (void)ts_buf_puts(&text, "--B\r\n\r\nx\r\n");
    (void)ts_buf_puts(&text, "--B--");
    ts_buf out = {0};
    ts_error err = {0};
    assert_false(parse("B", text.data, text.length, 100, &out, &err));
    assert_non_null(strstr(err.message, "4 parts"));
    ts_buf_clear(&text);
    for (int i = 0; i < 3; i++)
        (void)ts_buf_puts(&text, "--B\r\nContent-Disposition: form-data; filename=a\r\n\r\nx\r\n");
    assert_false(parse("B", text.data, text.length, 100, &out, &err));
    assert_non_null(strstr(err.message, "2 files"));
    ts_buf_clear(&text);
    (void)ts_buf_printf(&text, "--B\r\nA: %0250d\r\n\r\nx\r\n--B--", 0);
    assert_false(parse("B", text.data, text.length, 100, &out, &err));
    assert_non_null(strstr(err.message, "200 bytes"));
    ts_buf_free(&text);
    ts_buf_free(&out);
}

static void no_parts_at_all_is_fine(void **state)
{
    (void)state;
    ts_buf out = {0};
    ts_error err = {0};
    assert_true(parse("B", "--B--\r\n", 7, 1, &out, &err));
    assert_int_equal(out.length, 0);
}

static bool drop(void *context, const void *bytes, size_t length, ts_error *err)
{
    (void)bytes;
    (void)err;
    *(size_t *)context += length;
    return true;
}

static bool drop_head(void *context, const ts_http_part *head, ts_error *err)
{
    (void)context;
    (void)head;
    (void)err;
    return true;
}

static bool drop_end(void *context, ts_error *err)
{
    (void)context;
    (void)err;
    return true;
}

/* 20 MB of the worst there is, in the pieces in which the network brings it. */
static void time_is_linear(void **state)
{
    static const char *const fills[] = {"\r", "\r\n", "\r\n--",
                                        "\r\n--BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "x"};
    static char block[32768];
    (void)state;
    for (size_t f = 0; f < sizeof fills / sizeof fills[0]; f++) {
        size_t passed = 0;
        size_t step = strlen(fills[f]);
        for (size_t i = 0; i < sizeof block; i++) block[i] = fills[f][i % step];
        ts_arena *arena = ts_arena_new(0);
        ts_multipart_sink sink = {&passed, drop_head, drop, drop_end};
        ts_multipart *multipart = ts_multipart_new(
            arena, "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", &limits, &sink);
        ts_error err = {0};
        static const char head[] =
            "--BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\r\n\r\n";
        double begin = ts_clock_ms();
        assert_true(ts_multipart_feed(multipart, head, sizeof head - 1, &err));
        for (size_t fed = 0; fed < (size_t)20 << 20; fed += sizeof block)
            assert_true(ts_multipart_feed(multipart, block, sizeof block, &err));
        assert_false(ts_multipart_finish(multipart, &err));
        assert_true(ts_clock_ms() - begin < LINEAR_MS);
        assert_true(passed > ((size_t)20 << 20) - 200);
        ts_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_gives_the_same), cmocka_unit_test(cut_short_is_refused),
        cmocka_unit_test(malformed_is_refused),     cmocka_unit_test(limits_hold),
        cmocka_unit_test(no_parts_at_all_is_fine),  cmocka_unit_test(time_is_linear),
    };
    return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
