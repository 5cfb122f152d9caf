/* Private to the image room: what a file is, in words, when it is not a picture that Tagsmith decodes. */
#ifndef TS_IMAGE_SNIFF_H
#define TS_IMAGE_SNIFF_H

#include "image/image.h"

/* Fills err with the reason why these bytes are not decoded: TS_UNSUPPORTED for a picture of another kind,
 * TS_NOT_PICTURE for anything else. Always returns false. */
bool ts_sniff_refuse(const uint8_t *bytes, size_t length, ts_error *err);

#endif
