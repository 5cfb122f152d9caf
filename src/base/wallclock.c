/* base: the time of day, its ISO 8601 form, and nothing about time zones by name. */
#include "base/wallclock.h"

#include <stdio.h>
#include <time.h>

#define DAY_MS INT64_C(86400000)

int64_t ts_wallclock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Days since 1970-01-01 of a day of the proleptic Gregorian calendar; years begin in March so that the leap day is a
 * year's last. */
static int64_t days_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void day_of(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static int64_t clamp_years(int64_t ms)
{
    int64_t first = days_of(0, 1, 1) * DAY_MS;
    int64_t last = days_of(10000, 1, 1) * DAY_MS - 1;
    return ms < first ? first : ms > last ? last : ms;
}

void ts_iso8601_format(int64_t ms, char out[TS_ISO8601_SIZE])
{
    ms = clamp_years(ms);
    int64_t days = ms / DAY_MS - (ms % DAY_MS < 0);
    int rest = (int)(ms - days * DAY_MS);
    int year, month, day;
    day_of(days, &year, &month, &day);
    int n = snprintf(out, TS_ISO8601_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)year % 10000,
                     (unsigned)month % 100, (unsigned)day % 100, (unsigned)rest / 3600000 % 100,
                     (unsigned)rest / 60000 % 60, (unsigned)rest / 1000 % 60);
    if (rest % 1000) (void)snprintf(out + n, TS_ISO8601_SIZE - (size_t)n, ".%03uZ", (unsigned)rest % 1000);
    else (void)snprintf(out + n, TS_ISO8601_SIZE - (size_t)n, "Z");
}

/* ---- reading -------------------------------------------------------------------------------------- */

typedef struct scanner {
    const char *at;
    const char *end;
} scanner;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take(scanner *s, char c)
{
    if (s->at == s->end || *s->at != c) return false;
    s->at++;
    return true;
}

/* Exactly so many digits. */
static bool number(scanner *s, int digits, int min, int max, int *out)
{
    int value = 0;
    for (int i = 0; i < digits; i++, s->at++) {
        if (s->at == s->end || !is_digit(*s->at)) return false;
        value = value * 10 + (*s->at - '0');
    }
    *out = value;
    return value >= min && value <= max;
}

/* ".123456": digits after the third are dropped. */
static bool fraction(scanner *s, int *ms)
{
    *ms = 0;
    if (!take(s, '.') && !take(s, ',')) return true;
    int weight = 100;
    const char *first = s->at;
    for (; s->at < s->end && is_digit(*s->at); s->at++, weight /= 10) *ms += (*s->at - '0') * weight;
    return s->at > first;
}

static bool zone(scanner *s, int *minutes)
{
    int h = 0, m = 0;
    *minutes = 0;
    if (s->at == s->end || take(s, 'Z') || take(s, 'z')) return true;
    bool west = *s->at == '-';
    if (!take(s, '+') && !take(s, '-')) return false;
    if (!number(s, 2, 0, 23, &h)) return false;
    (void)take(s, ':');
    if (s->at < s->end && !number(s, 2, 0, 59, &m)) return false;
    *minutes = west ? -(h * 60 + m) : h * 60 + m;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool date(scanner *s, int64_t *days)
{
    int year, month, day;
    if (!number(s, 4, 0, 9999, &year) || !take(s, '-') || !number(s, 2, 1, 12, &month)) return false;
    if (!take(s, '-') || !number(s, 2, 1, days_in_month(year, month), &day)) return false;
    *days = days_of(year, month, day);
    return true;
}

/* What follows the date: nothing, or a time with its zone; in ms since the day began, UTC. */
static bool time_of_day(scanner *s, int64_t *ms)
{
    int hour = 0, minute = 0, second = 0, thousandths = 0, offset = 0;
    *ms = 0;
    if (s->at == s->end) return true;
    if (!take(s, 'T') && !take(s, 't') && !take(s, ' ')) return false;
    if (!number(s, 2, 0, 23, &hour) || !take(s, ':') || !number(s, 2, 0, 59, &minute)) return false;
    if (take(s, ':') && (!number(s, 2, 0, 60, &second) || !fraction(s, &thousandths))) return false;
    if (!zone(s, &offset)) return false;
    *ms = (((int64_t)hour * 60 + minute - offset) * 60 + second) * 1000 + thousandths;
    return true;
}

bool ts_iso8601_parse(const char *text, size_t length, int64_t *ms)
{
    scanner s = {text, text + length};
    int64_t days = 0, rest = 0;
    if (!date(&s, &days) || !time_of_day(&s, &rest) || s.at != s.end) return false;
    *ms = days * DAY_MS + rest;
    return true;
}
