/* fuzz: EXIF blocks to facts. */
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_exif exif = {0};
    uint32_t orientation = 1;
    (void)ts_exif_read(bytes, length, &orientation, &exif);
    if (orientation < 1 || orientation > 8 || strlen(exif.lens) >= sizeof exif.lens) abort();
    return 0;
}
