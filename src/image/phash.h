/* image: a 64-bit fingerprint of how a picture looks, equal or nearly so for scaled, recompressed and slightly
 * retouched copies. Must not know files or catalogues.
 *
 * Definition (stable: catalogues keep these values): the upright picture over white as a view of 32 x 32
 * (ts_view_make, stretched); grey Y' = 0.299 R + 0.587 G + 0.114 B; two-dimensional DCT-II; the 64 coefficients (u, v) in 1..8 x 1..8 (so neither
 * brightness nor pure rows and columns count); bit (u - 1) * 8 + (v - 1), u downwards, is set where the coefficient
 * is greater than the median of the 64. */
#ifndef TS_IMAGE_PHASH_H
#define TS_IMAGE_PHASH_H

#include <stdbool.h>
#include <stdint.h>

#include "image/image.h"

/* Any thread. TS_INTERNAL without pixels; TS_NO_MEMORY. A picture of one colour has no look: 0. */
bool ts_phash(const ts_pixels *pixels, uint64_t *hash, ts_error *err);

/* Bits that differ, 0..64. Copies are within about 7, different pictures around 32. */
unsigned ts_phash_distance(uint64_t a, uint64_t b);

/* Up to here two pictures count as near duplicates. */
enum { TS_PHASH_NEAR = 7 };

#endif
