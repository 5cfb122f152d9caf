/* fuzz: recognition, and the words for what is refused. */
#include <stdlib.h>

#include "image/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_error err = {0};
    if (!ts_format_is_decoded(ts_format_sniff(bytes, length)) &&
        (ts_sniff_refuse(bytes, length, &err) || err.code == TS_OK))
        abort();
    return 0;
}
