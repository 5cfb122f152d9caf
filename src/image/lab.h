/* image: sRGB to CIELAB, colourfulness, names of colours.
 *
 * sRGB to linear light and to XYZ after IEC 61966-2-1; XYZ to L*a*b* after CIE 15:2004, white point D65. */
#ifndef TS_IMAGE_LAB_H
#define TS_IMAGE_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ts_lab {
    float l; /* 0 black .. 100 white */
    float a; /* green - .. red + */
    float b; /* blue - .. yellow + */
} ts_lab;

/* Channels 0..255; fractions are fine. */
ts_lab ts_lab_of(float r, float g, float b);

/* Of "#rrggbb", nothing before or after it; false for any other text. */
bool ts_lab_of_hex(const char *hex, ts_lab *out);

/* sqrt(a^2 + b^2): 0 for grey. */
float ts_lab_chroma(ts_lab lab);

/* Sums of the opponent channels r - g and (r + g) / 2 - b over some pixels, for the colourfulness. */
typedef struct ts_opponents {
    int64_t count;
    int64_t rg, rg_squares;
    int64_t yb, yb_squares; /* of the doubled channel */
} ts_opponents;

static inline void ts_opponents_add(ts_opponents *o, int r, int g, int b)
{
    int rg = r - g, yb = r + g - 2 * b;
    o->count++;
    o->rg += rg;
    o->yb += yb;
    o->rg_squares += rg * rg;
    o->yb_squares += yb * yb;
}

/* M of D. Hasler, S. Suesstrunk: Measuring colourfulness in natural images (2003), in its last form; 0 for no
 * pixels. */
float ts_colourfulness(const ts_opponents *o);

/* ---- basic colour names (colour_names.c) ---- */

#define TS_COLOUR_NAMES 18

/* The name's text, index < TS_COLOUR_NAMES; constant. */
const char *ts_colour_name_text(size_t index);

/* Index of the name nearest to a colour among those whose bit is set in `allowed` (bit = index; not 0). */
size_t ts_colour_name_nearest(ts_lab colour, uint32_t allowed);
/* The same for one colour after another: *like is an example, of a colour much like this one to be quick; 0 at first.
 * It becomes the one that was nearest. */
size_t ts_colour_name_nearest_like(ts_lab colour, uint32_t allowed, size_t *like);

#define TS_COLOUR_NAMES_ALL ((1u << TS_COLOUR_NAMES) - 1)

#endif
