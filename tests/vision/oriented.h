/* tests/vision: a photograph written as a camera would that was held in one of EXIF's eight ways. */
#ifndef TS_TESTS_VISION_ORIENTED_H
#define TS_TESTS_VISION_ORIENTED_H

#include "image/image.h"

/* JPEG (quality 95, full colour resolution) whose stored pixels need `orientation` (1..8) to be upright
 * again. The caller frees the bytes. */
unsigned char *oriented_jpeg(const ts_pixels *upright, unsigned orientation, size_t *length);

#endif
