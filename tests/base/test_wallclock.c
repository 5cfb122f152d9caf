/* tests/base: ISO 8601 there and back, against the C library, and what is refused. */
#include "base/wallclock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/support/support.h"

static void agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t s = -62167219200; s < 253402300800; s += 86400 * 97 + 12345) {
        char ours[TS_ISO8601_SIZE], theirs[64];
        time_t t = (time_t)s;
        struct tm parts;
        assert_non_null(gmtime_r(&t, &parts));
        (void)snprintf(theirs, sizeof theirs, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
        ts_iso8601_format(s * 1000, ours);
        assert_string_equal(ours, theirs);
        int64_t back = 0;
        assert_true(ts_iso8601_parse(ours, strlen(ours), &back));
        assert_int_equal(back, s * 1000);
    }
}

static void reads_what_people_write(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"1970-01-01", 0},
        {"1970-01-01T00:00Z", 0},
        {"1970-01-01 00:00:01", 1000},
        {"1970-01-01T00:00:00.123Z", 123},
        {"1970-01-01T00:00:00.1Z", 100},
        {"1970-01-01T00:00:00.123456789Z", 123},
        {"1970-01-01T02:00:00+02:00", 0},
        {"1969-12-31T19:30:00-0430", 0},
        {"1970-01-01T05:00:00+05", 0},
        {"2024-02-29T12:00:00Z", 1709208000000},
        {"1969-12-31T23:59:59.999Z", -1},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t ms = 42;
        if (!ts_iso8601_parse(good[i].text, strlen(good[i].text), &ms))
            fail_msg("%s is refused", good[i].text);
        assert_int_equal(ms, good[i].ms);
    }
}

static void refuses_the_rest(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2024",
        "2024-13-01",
        "2024-00-01",
        "2023-02-29",
        "1900-02-29",
        "2024-04-31",
        "24-01-01",
        "2024-1-01",
        "2024-01-01T",
        "2024-01-01T24:00",
        "2024-01-01T00:60",
        "2024-01-01T00:00:61",
        "2024-01-01T00:00:00.",
        "2024-01-01T00:00Zx",
        "2024-01-01T00:00+24:00",
        "2024-01-01T00:00+0",
        " 2024-01-01",
        "+024-01-01",
    };
    int64_t ms;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ts_iso8601_parse(bad[i], strlen(bad[i]), &ms)) fail_msg("%s is taken", bad[i]);
    assert_false(ts_iso8601_parse("2024-01-01\0", 11, &ms));
}

static void shows_thousandths_and_clamps(void **state)
{
    (void)state;
    char text[TS_ISO8601_SIZE];
    ts_iso8601_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    ts_iso8601_format(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
    ts_iso8601_format(INT64_MIN, text);
    assert_string_equal(text, "0000-01-01T00:00:00Z");
}

static void tells_the_time(void **state)
{
    (void)state;
    time_t before = time(NULL);
    int64_t now = ts_wallclock_ms();
    assert_in_range(now, ((int64_t)before - 1) * 1000, ((int64_t)time(NULL) + 1) * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(reads_what_people_write),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(shows_thousandths_and_clamps),
        cmocka_unit_test(tells_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
