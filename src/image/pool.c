/* image: decodes pictures for any number of threads. Must not know formats. */
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

struct ts_decoder_pool {
    ts_decoder_options options;
};

ts_decoder_pool *ts_decoder_pool_new(const ts_decoder_options *options, ts_error *err)
{
    ts_decoder_pool *pool = calloc(1, sizeof *pool);
    if (!pool) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    pool->options = *options;
    return pool;
}

void ts_decoder_pool_free(ts_decoder_pool *pool)
{
    free(pool);
}

static void *allocate_on_heap(void *context, size_t size)
{
    void **slot = context;
    *slot = malloc(size);
    return *slot;
}

static bool decode_here(ts_decoder_pool *pool, ts_decode_job *job, ts_decoded *out, ts_error *err)
{
    void *pixels = NULL;
    job->limits = &pool->options.limits;
    job->memory = (ts_pixel_memory){allocate_on_heap, &pixels};
    if (ts_decode_job_run(job, out, err)) return true;
    free(pixels);
    return false;
}

bool ts_decode(ts_decoder_pool *pool, const void *bytes, size_t length, uint32_t wanted, ts_decoded *out,
               ts_error *err)
{
    ts_decode_job job = {.bytes = bytes, .length = length, .wanted = wanted};
    return decode_here(pool, &job, out, err);
}

void ts_decoded_release(ts_decoder_pool *pool, ts_decoded *decoded)
{
    (void)pool;
    if (!decoded) return;
    free(decoded->pixels.data);
    decoded->pixels = (ts_pixels){0};
}

bool ts_decode_header(ts_decoder_pool *pool, const void *bytes, size_t length, ts_picture_info *out, ts_error *err)
{
    ts_decode_job job = {.bytes = bytes, .length = length, .header_only = true};
    ts_decoded decoded;
    if (!decode_here(pool, &job, &decoded, err)) return false;
    *out = decoded.info;
    return true;
}
