/* Private to the tagging room: the sun over a place at a moment. Pure. */
#ifndef TS_TAGGING_ATTR_SUN_H
#define TS_TAGGING_ATTR_SUN_H

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"

typedef struct ts_sun {
    double height;   /* of its middle over the horizon, degrees, without refraction */
    bool is_sinking; /* after noon */
} ts_sun;

/* utc_ms: since 1970. Degrees, north and east positive. */
ts_sun ts_sun_over(int64_t utc_ms, double latitude, double longitude);

/* When the picture was taken, in UTC: by the camera's clock and zone, else by the satellites' clock, where the two are no
 * further apart than zones reach. False: the file does not say. */
bool ts_moment_utc(const ts_exif *exif, int64_t *utc_ms);

#endif
