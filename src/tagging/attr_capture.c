/* tagging: when a picture was taken, by the clocks and the coordinates in its file: month, season, day or night, and the
 * hours of low sun, for which its colours are asked, too. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tagging/attr_sun.h"
#include "tagging/attributes.h"

/* Clocks are reset, scans and exports carry the day of their making: good for a tag, not for a sentence. */
#define CLOCK_P 0.78F
#define TROPIC 23.44
#define RADIANS (3.14159265358979323846 / 180)
#define SUN_UP 4.0      /* degrees over the horizon: surely day */
#define SUN_DOWN (-7.0) /* and below it: surely night */
#define CLOCK_AHEAD                                                                                          \
    2.5 /* hours by which a local clock may be before the sun, with its zone and summer time */
#define CLOCK_BEHIND 1.0

static const ts_source capture_rule = {
    .analyser = "capture", .model = "exif", .version = "1", .slope = 1, .drop = 0.3F, .sure = 0.6F};

typedef struct moment {
    int year, month, day, hour, minute;
} moment;

/* "2024-05-31T18:02:11"; false for what is none, and for the first day of a clock that was never set. */
static bool read_moment(const char *taken, moment *out)
{
    if (sscanf(taken, "%4d-%2d-%2dT%2d:%2d", &out->year, &out->month, &out->day, &out->hour, &out->minute) !=
        5)
        return false;
    if (out->year < 1990 || out->month < 1 || out->month > 12 || out->day < 1 || out->day > 31) return false;
    return !(out->month == 1 && out->day == 1 && out->hour == 0 && out->minute == 0);
}

static void say(const ts_traits *t, const char *id, const char *label)
{
    ts_attribute_say(t->beliefs, id, &capture_rule, label, 1, CLOCK_P);
}

/* Photographers' hours, in degrees of the sun: golden from 6 over the horizon to 4 below it, blue from there to 6 below, where
 * civil twilight ends; as usual in their handbooks, and a convention. */
#define GOLDEN_FROM 6.0
#define GOLDEN_TO (-4.0)
#define TWILIGHT_ENDS (-6.0)
#define NAUTICAL_ENDS (-12.0) /* below it no sky is left to see by */

/* The light itself may have been another: indoors, by flash, under clouds. So its colour has a say. */
static void say_hour(const ts_traits *t, const char *id, double height, float fitting)
{
    float p = t->seen->has_colours ? fminf(fmaxf(0.55F + 0.4F * fitting, 0.3F), TS_RAMP_TOP) : 0.55F;
    ts_attribute_say(t->beliefs, id, &capture_rule, "height of the sun", (float)height, p);
}

static void say_sun(const ts_traits *t, const ts_sun *sun)
{
    float warmth = t->seen->has_colours ? t->seen->colours.warmth : 0;
    if (sun->height >= SUN_UP) say(t, "time/day", "height of the sun");
    if (sun->height < NAUTICAL_ENDS) say(t, "time/night", "height of the sun");
    if (sun->height <= GOLDEN_FROM && sun->height >= GOLDEN_TO)
        say_hour(t, "time/golden-hour", sun->height, warmth);
    if (sun->height < GOLDEN_TO && sun->height >= TWILIGHT_ENDS)
        say_hour(t, "time/blue-hour", sun->height, -warmth);
    if (sun->height < 0 && sun->height >= TWILIGHT_ENDS)
        say(t, sun->is_sinking ? "time/dusk" : "time/dawn", "height of the sun");
}

static void say_month(const ts_traits *t, const moment *m)
{
    static const char *const months[] = {"time/january",   "time/february", "time/march",    "time/april",
                                         "time/may",       "time/june",     "time/july",     "time/august",
                                         "time/september", "time/october",  "time/november", "time/december"};
    say(t, months[m->month - 1], "month");
}

/* Whole months, as meteorologists count. Between the tropics there are no such seasons. */
static void say_season(const ts_traits *t, const moment *m, double latitude)
{
    static const char *const seasons[] = {"time/winter", "time/spring", "time/summer", "time/autumn"};
    if (fabs(latitude) < TROPIC) return;
    int season = m->month % 12 / 3 + (latitude < 0 ? 2 : 0);
    say(t, seasons[season % 4], "month and hemisphere");
}

/* Degrees of the sun over the horizon, to a degree or two. */
static double sun_height(const moment *m, double latitude, double solar_hour)
{
    double day = 30.44 * (m->month - 1) + m->day;
    double tilt = -TROPIC * cos((day + 10) * 360 / 365.25 * RADIANS) * RADIANS;
    double turn = (solar_hour - 12) * 15 * RADIANS, from = latitude * RADIANS;
    return asin(sin(from) * sin(tilt) + cos(from) * cos(tilt) * cos(turn)) / RADIANS;
}

/* Said when it is so at every hour that the sun may have had at that hour of the clock. */
static void say_light(const ts_traits *t, const moment *m, double latitude)
{
    double clock = m->hour + m->minute / 60.0, low = 90, high = -90;
    const int quarters = (int)(4 * (CLOCK_AHEAD + CLOCK_BEHIND));
    for (int i = 0; i <= quarters; i++) {
        double height = sun_height(m, latitude, clock - CLOCK_AHEAD + 0.25 * i);
        low = fmin(low, height);
        high = fmax(high, height);
    }
    if (low >= SUN_UP) say(t, "time/day", "height of the sun");
    if (high <= SUN_DOWN) say(t, "time/night", "height of the sun");
}

void ts_attributes_capture(const ts_traits *t)
{
    moment m;
    int64_t utc;
    const ts_exif *exif = &t->picture->exif;
    if (!read_moment(exif->taken, &m)) return;
    say_month(t, &m);
    if (!exif->has_gps) return;
    say_season(t, &m, exif->latitude);
    if (!ts_moment_utc(exif, &utc)) {
        say_light(t, &m, exif->latitude);
        return;
    }
    ts_sun sun = ts_sun_over(utc, exif->latitude, exif->longitude);
    say_sun(t, &sun);
}
