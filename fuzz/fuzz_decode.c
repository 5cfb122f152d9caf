/* fuzz: one whole decode, in this process, of files of one format (TS_FUZZ_FORMAT). */
#include <stdlib.h>

#include "image/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void *allocate(void *context, size_t size)
{
    void **kept = context;
    *kept = malloc(size);
    return *kept;
}

/* The last byte chooses the size that is asked for. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_decode_limits limits = TS_DECODE_LIMITS_DEFAULT;
    limits.max_pixels = 1 << 20;
    if (length < 2 || ts_format_sniff(bytes, length - 1) != TS_FUZZ_FORMAT) return -1;
    void *pixels = NULL;
    ts_decode_job job = {
        .bytes = bytes,
        .length = length - 1,
        .wanted = bytes[length - 1],
        .limits = &limits,
        .memory = {allocate, &pixels},
    };
    ts_decoded decoded;
    ts_error err = {0};
    bool ok = ts_decode_job_run(&job, &decoded, &err);
    if (!ok && (err.code == TS_OK || err.code == TS_INTERNAL || err.message[0] == '\0')) abort();
    if (ok && (decoded.pixels.data != pixels || decoded.pixels.width == 0 || decoded.pixels.height == 0))
        abort();
    free(pixels);
    return 0;
}
