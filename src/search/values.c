/* search: reads the values that a query writes: numbers, sizes, ratios, dates, spans, colours, places. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "search/query.h"

#define DAY_MS 86400000.0

/* strtod without its "inf", "nan", hexadecimal and leading space. */
static bool read_number(const char **text, double *number)
{
    const char *c = *text;
    char *end;
    if (!isdigit((unsigned char)c[*c == '-' || *c == '+']) && c[*c == '-' || *c == '+'] != '.') return false;
    size_t length = strspn(c, "+-0123456789.");
    char copy[40];
    if (length >= sizeof copy) return false;
    memcpy(copy, c, length);
    copy[length] = '\0';
    *number = strtod(copy, &end);
    if (end == copy || *end) return false;
    *text = c + length;
    return isfinite(*number);
}

bool ts_value_number(const char *text, double *number)
{
    return read_number(&text, number) && !*text;
}

bool ts_value_bytes(const char *text, double *bytes)
{
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"", 1},         {"b", 1},           {"kb", 1e3},          {"k", 1e3},
                 {"mb", 1e6},     {"m", 1e6},         {"gb", 1e9},          {"g", 1e9},
                 {"kib", 1024.0}, {"mib", 1048576.0}, {"gib", 1073741824.0}};
    if (!read_number(&text, bytes)) return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcasecmp(text, units[i].unit) != 0) continue;
        *bytes *= units[i].factor;
        return true;
    }
    return false;
}

bool ts_value_ratio(const char *text, double *ratio)
{
    double below;
    if (!read_number(&text, ratio)) return false;
    if (*text != '/' && *text != ':') return !*text;
    text++;
    if (!read_number(&text, &below) || *text || below <= 0) return false;
    *ratio /= below;
    return true;
}

/* Days since 1970-01-01 of a date in the Gregorian calendar; month 1..13, where 13 is the next January. */
static double days_of(int year, int month, int day)
{
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int of_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return (double)era * 146097.0 + of_days - 719468.0;
}

static bool read_digits(const char **text, size_t count, int *value)
{
    *value = 0;
    for (size_t i = 0; i < count; i++, (*text)++) {
        if (!isdigit((unsigned char)**text)) return false;
        *value = *value * 10 + (**text - '0');
    }
    return true;
}

bool ts_value_date(const char *text, double *first, double *last)
{
    int year, month = 0, day = 0;
    if (!read_digits(&text, 4, &year)) return false;
    if (*text == '-' && (text++, !read_digits(&text, 2, &month) || month < 1 || month > 12)) return false;
    if (month && *text == '-' && (text++, !read_digits(&text, 2, &day) || day < 1 || day > 31)) return false;
    if (*text) return false;
    if (day && days_of(year, month, day) >= days_of(year, month + 1, 1)) return false;
    double begin = days_of(year, month ? month : 1, day ? day : 1);
    double end = day ? begin + 1 : month ? days_of(year, month + 1, 1) : days_of(year + 1, 1, 1);
    *first = begin * DAY_MS;
    *last = end * DAY_MS - 1;
    return true;
}

bool ts_value_span(const char *text, double *ms)
{
    static const struct {
        char unit;
        double days;
    } units[] = {{'h', 1.0 / 24}, {'d', 1}, {'w', 7}, {'m', 30}, {'y', 365}};
    double number;
    if (!read_number(&text, &number) || number < 0 || !text[0] || text[1]) return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (text[0] != units[i].unit) continue;
        *ms = number * units[i].days * DAY_MS;
        return true;
    }
    return false;
}

static float linear(int channel)
{
    float v = (float)channel / 255;
    return v <= 0.04045f ? v / 12.92f : powf((v + 0.055f) / 1.055f, 2.4f);
}

static float lab_root(float t)
{
    return t > 216.0f / 24389.0f ? cbrtf(t) : (24389.0f / 27.0f * t + 16) / 116;
}

/* sRGB (IEC 61966-2-1) to CIELAB, white point D65: as the image room measures palettes. */
static void lab_of(int red, int green, int blue, float lab[3])
{
    float r = linear(red), g = linear(green), b = linear(blue);
    float x = lab_root((0.4124564f * r + 0.3575761f * g + 0.1804375f * b) / 0.95047f);
    float y = lab_root(0.2126729f * r + 0.7151522f * g + 0.0721750f * b);
    float z = lab_root((0.0193339f * r + 0.1191920f * g + 0.9503041f * b) / 1.08883f);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

bool ts_value_colour(const char *text, float lab[3])
{
    int digits[6];
    size_t length = *text == '#' ? strlen(text + 1) : 0;
    if (length != 3 && length != 6) return false;
    for (size_t i = 0; i < length; i++) {
        int c = tolower((unsigned char)text[i + 1]);
        if (!isxdigit(c)) return false;
        digits[i] = isdigit(c) ? c - '0' : c - 'a' + 10;
    }
    if (length == 3) lab_of(digits[0] * 17, digits[1] * 17, digits[2] * 17, lab);
    else lab_of(digits[0] * 16 + digits[1], digits[2] * 16 + digits[3], digits[4] * 16 + digits[5], lab);
    return true;
}

bool ts_value_near(const char *text, double *latitude, double *longitude, double *km)
{
    if (!read_number(&text, latitude) || *text++ != ',') return false;
    if (!read_number(&text, longitude)) return false;
    *km = 1;
    if (*text == ',') {
        text++;
        if (!read_number(&text, km)) return false;
        if (!strcmp(text, "m")) *km /= 1000, text += 1;
        if (!strcmp(text, "km")) text += 2;
    }
    return !*text && fabs(*latitude) <= 90 && fabs(*longitude) <= 180 && *km >= 0;
}
