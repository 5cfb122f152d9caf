/* tagging: how high the sun stood, where and when the picture was taken. Astronomy alone: knows no tags.
 *
 * The low-precision formulas of J. Meeus, Astronomical Algorithms (2nd edition, 1998), chapters 12, 13 and 25, as the solar
 * calculator of NOAA uses them: to about a hundredth of a degree between 1950 and 2050. Refraction, half a degree at the
 * horizon, is left out: what is asked begins and ends whole degrees from it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wallclock.h"
#include "tagging/attr_sun.h"

#define RADIANS (3.14159265358979323846 / 180)
#define DAY_MS 86400000.0
#define J2000_DAYS 10957.5 /* from 1970 to noon of the first of January 2000 */

typedef struct sky {
    double declination, ascension; /* degrees */
} sky;

static double sine(double degrees)
{
    return sin(degrees * RADIANS);
}

static double cosine(double degrees)
{
    return cos(degrees * RADIANS);
}

/* Where the sun stands among the stars. days: since J2000. */
static sky sun_at(double days)
{
    double t = days / 36525;
    double mean = 280.46646 + t * (36000.76983 + t * 0.0003032);
    double anomaly = 357.52911 + t * (35999.05029 - t * 0.0001537);
    double centre = sine(anomaly) * (1.914602 - t * (0.004817 + t * 0.000014)) +
                    sine(2 * anomaly) * (0.019993 - t * 0.000101) + sine(3 * anomaly) * 0.000289;
    double node = 125.04 - 1934.136 * t;
    double longitude = mean + centre - 0.00569 - 0.00478 * sine(node);
    double tilt = 23.439291 - 0.0130042 * t + 0.00256 * cosine(node);
    return (sky){.declination = asin(sine(tilt) * sine(longitude)) / RADIANS,
                 .ascension = atan2(cosine(tilt) * sine(longitude), cosine(longitude)) / RADIANS};
}

ts_sun ts_sun_over(int64_t utc_ms, double latitude, double longitude)
{
    double days = (double)utc_ms / DAY_MS - J2000_DAYS;
    sky sun = sun_at(days);
    double turned = 280.46061837 + 360.98564736629 * days + longitude - sun.ascension;
    double height =
        sine(latitude) * sine(sun.declination) + cosine(latitude) * cosine(sun.declination) * cosine(turned);
    return (ts_sun){.height = asin(fmin(fmax(height, -1), 1)) / RADIANS, .is_sinking = sine(turned) > 0};
}

/* "+02:00" in minutes. */
static bool read_offset(const char *text, int *minutes)
{
    int hours, more;
    char sign;
    if (sscanf(text, "%c%2d:%2d", &sign, &hours, &more) != 3 || (sign != '+' && sign != '-')) return false;
    if (hours < 0 || hours > 14 || more < 0 || more > 59) return false;
    *minutes = (sign == '-' ? -1 : 1) * (hours * 60 + more);
    return true;
}

bool ts_moment_utc(const ts_exif *exif, int64_t *utc_ms)
{
    enum { zone_max_h = 15 };
    int64_t local, satellite;
    int minutes;
    if (!ts_iso8601_parse(exif->taken, strlen(exif->taken), &local)) return false;
    if (read_offset(exif->offset, &minutes)) {
        *utc_ms = local - (int64_t)minutes * 60000;
        return true;
    }
    if (!ts_iso8601_parse(exif->gps_time, strlen(exif->gps_time), &satellite)) return false;
    *utc_ms = satellite;
    return llabs(satellite - local) <= (int64_t)zone_max_h * 3600000;
}
