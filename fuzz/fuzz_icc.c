/* fuzz: colour profiles, applied to a few pixels. */
#include "image/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* The last byte says what kind of pixels they are. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    uint8_t data[4 * 4 * 2] = {0, 0, 0, 255, 80, 120, 160, 255, 255, 255, 255, 255};
    ts_pixels pixels = {data, 4, 2, 16};
    if (length < 2) return -1;
    uint32_t flags = bytes[length - 1] & (TS_PICTURE_CMYK | TS_PICTURE_GREY);
    ts_icc_apply(bytes, length - 1, &pixels, &flags);
    return 0;
}
