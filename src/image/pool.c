/* image: decodes pictures for any number of threads, in worker processes or in the caller's thread.
 * Must not know formats.
 *
 * Each worker owns shared memory for one file and TS_WIRE_SLOTS pictures. A thread takes a free worker, lets
 * it decode into a free slot and hands that slot to its caller without copying. So that a caller who keeps
 * pictures never starves the others, a worker's last free slot is not handed out: that picture is copied to
 * the heap instead. */
#include "image/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"
#include "image/process.h"

typedef struct pool_worker {
    ts_process process;
    bool busy;
} pool_worker;

struct ts_decoder_pool {
    ts_decoder_options options;
    char program[4096]; /* "" when workers are forked */
    char confinement[320];
    pthread_mutex_t lock; /* guards busy and held of every worker */
    pthread_cond_t worker_free;
    pool_worker *workers;
};

/* ---- making and ending --------------------------------------------------------------------------- */

/* All are started before the first is waited for: they load their libraries side by side. */
static bool start_workers(ts_decoder_pool *pool, ts_error *err)
{
    const char *program = pool->program[0] ? pool->program : NULL;
    for (unsigned i = 0; i < pool->options.workers; i++) {
        ts_process *process = &pool->workers[i].process;
        if (!ts_process_open(process, program, &pool->options.limits, err)) return false;
        if (!ts_process_start(process, err)) return false;
    }
    for (unsigned i = 0; i < pool->options.workers; i++)
        if (!ts_process_greet(&pool->workers[i].process, err)) return false;
    (void)snprintf(pool->confinement, sizeof pool->confinement, "%u processes: %s%s", pool->options.workers,
                   pool->workers[0].process.confinement,
                   program ? "" : " (forked: the program tagsmith-decoder was not found)");
    return true;
}

static bool options_make_sense(const ts_decoder_options *options, ts_error *err)
{
    const ts_decode_limits *limits = &options->limits;
    uint64_t max_pixels = (uint64_t)1 << 33;
    bool ok = (options->in_process || (options->workers >= 1 && options->workers <= 1024)) &&
              limits->max_pixels > 0 && limits->max_pixels <= max_pixels && limits->max_side > 0 &&
              limits->max_bytes > 0 && limits->max_bytes <= (size_t)1 << 40;
    return ok || ts_fail(err, TS_USAGE, "the decoder needs 1 to 1024 workers and limits above zero");
}

ts_decoder_pool *ts_decoder_pool_new_with(const ts_decoder_options *options, const char *program,
                                          ts_error *err)
{
    if (!options_make_sense(options, err)) return NULL;
    ts_decoder_pool *pool = calloc(1, sizeof *pool);
    if (!pool) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    pool->options = *options;
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->worker_free, NULL);
    (void)snprintf(pool->program, sizeof pool->program, "%s", program);
    (void)snprintf(pool->confinement, sizeof pool->confinement, "none: decoding in this process as asked");
    if (options->in_process) {
        ts_codecs_prepare();
        return pool;
    }
    pool->workers = calloc(options->workers, sizeof *pool->workers);
    bool ok = pool->workers ? start_workers(pool, err) : ts_fail_memory(err);
    if (ok) return pool;
    ts_decoder_pool_free(pool);
    return NULL;
}

ts_decoder_pool *ts_decoder_pool_new(const ts_decoder_options *options, ts_error *err)
{
    char program[4096] = "";
    if (!options->in_process && !ts_process_find_program(program, sizeof program)) program[0] = '\0';
    return ts_decoder_pool_new_with(options, program, err);
}

void ts_decoder_pool_free(ts_decoder_pool *pool)
{
    if (!pool) return;
    for (unsigned i = 0; pool->workers && i < pool->options.workers; i++)
        ts_process_close(&pool->workers[i].process);
    free(pool->workers);
    (void)pthread_cond_destroy(&pool->worker_free);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}

const char *ts_decoder_pool_confinement(const ts_decoder_pool *pool)
{
    return pool->confinement;
}

/* ---- in this process ----------------------------------------------------------------------------- */

static void *allocate_on_heap(void *context, size_t size)
{
    void **kept = context;
    *kept = malloc(size);
    return *kept;
}

static bool decode_here(ts_decoder_pool *pool, const void *bytes, size_t length,
                        const ts_wire_request *request, ts_decoded *out, ts_error *err)
{
    void *pixels = NULL;
    ts_decode_job job = {
        .bytes = bytes,
        .length = length,
        .wanted = request->wanted,
        .header_only = request->header_only != 0,
        .limits = &pool->options.limits,
        .memory = {allocate_on_heap, &pixels},
    };
    if (ts_decode_job_run(&job, out, err)) return true;
    free(pixels);
    return false;
}

/* ---- in a worker --------------------------------------------------------------------------------- */

static pool_worker *take_worker(ts_decoder_pool *pool)
{
    pool_worker *taken = NULL;
    (void)pthread_mutex_lock(&pool->lock);
    while (!taken) {
        for (unsigned i = 0; i < pool->options.workers && !taken; i++)
            if (!pool->workers[i].busy) taken = &pool->workers[i];
        if (!taken) (void)pthread_cond_wait(&pool->worker_free, &pool->lock);
    }
    taken->busy = true;
    (void)pthread_mutex_unlock(&pool->lock);
    return taken;
}

static void give_worker(ts_decoder_pool *pool, pool_worker *worker)
{
    (void)pthread_mutex_lock(&pool->lock);
    worker->busy = false;
    (void)pthread_cond_signal(&pool->worker_free);
    (void)pthread_mutex_unlock(&pool->lock);
}

static uint32_t free_slots(ts_decoder_pool *pool, const pool_worker *worker, uint32_t *first)
{
    uint32_t count = 0;
    (void)pthread_mutex_lock(&pool->lock);
    for (uint32_t i = 0; i < TS_WIRE_SLOTS; i++) {
        if (worker->process.held[i]) continue;
        if (count++ == 0) *first = i;
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return count;
}

/* Lends the slot to the caller, or copies out of it when it is the worker's last. */
static bool hand_over(ts_decoder_pool *pool, pool_worker *worker, uint32_t slot, bool last, ts_pixels *pixels,
                      ts_error *err)
{
    size_t size = pixels->stride * pixels->height;
    pixels->data = worker->process.slots[slot];
    if (!last) {
        (void)pthread_mutex_lock(&pool->lock);
        worker->process.held[slot] = true;
        (void)pthread_mutex_unlock(&pool->lock);
        return true;
    }
    uint8_t *copy = malloc(size);
    if (!copy) return ts_fail_memory(err);
    memcpy(copy, pixels->data, size);
    pixels->data = copy;
    ts_process_trim_slot(&worker->process, slot, size);
    return true;
}

static bool decode_with(ts_decoder_pool *pool, pool_worker *worker, const void *bytes, size_t length,
                        ts_wire_request *request, ts_decoded *out, ts_error *err)
{
    ts_wire_reply reply;
    bool last = free_slots(pool, worker, &request->slot) == 1;
    if (!ts_process_decode(&worker->process, bytes, length, request, &reply, err)) return false;
    if (!reply.ok) {
        if (err) *err = reply.error;
        return false;
    }
    *out = (ts_decoded){.info = reply.info};
    if (request->header_only) return true;
    out->pixels = (ts_pixels){NULL, reply.width, reply.height, (size_t)reply.width * 4};
    return hand_over(pool, worker, request->slot, last, &out->pixels, err);
}

/* Checked here too, because more than the limit does not fit into the shared memory. */
static bool decode_there(ts_decoder_pool *pool, const void *bytes, size_t length, ts_wire_request *request,
                         ts_decoded *out, ts_error *err)
{
    if (!ts_decode_check_bytes(&pool->options.limits, length, err)) return false;
    request->length = length;
    pool_worker *worker = take_worker(pool);
    bool ok = decode_with(pool, worker, bytes, length, request, out, err);
    give_worker(pool, worker);
    return ok;
}

static bool decode_any(ts_decoder_pool *pool, const void *bytes, size_t length, ts_wire_request *request,
                       ts_decoded *out, ts_error *err)
{
    bool ok = pool->options.in_process ? decode_here(pool, bytes, length, request, out, err)
                                       : decode_there(pool, bytes, length, request, out, err);
    if (!ok) *out = (ts_decoded){0};
    return ok;
}

bool ts_decode(ts_decoder_pool *pool, const void *bytes, size_t length, uint32_t wanted, ts_decoded *out,
               ts_error *err)
{
    ts_wire_request request = {.wanted = wanted};
    return decode_any(pool, bytes, length, &request, out, err);
}

bool ts_decode_header(ts_decoder_pool *pool, const void *bytes, size_t length, ts_picture_info *out,
                      ts_error *err)
{
    ts_wire_request request = {.header_only = 1};
    ts_decoded decoded;
    if (!decode_any(pool, bytes, length, &request, &decoded, err)) return false;
    *out = decoded.info;
    return true;
}

/* ---- giving back --------------------------------------------------------------------------------- */

/* True when the pixels lie in a slot, which is then free again. Trimmed first: once free, a worker may fill
 * it. */
static bool release_slot(ts_decoder_pool *pool, const ts_pixels *pixels)
{
    for (unsigned w = 0; pool->workers && w < pool->options.workers; w++) {
        ts_process *process = &pool->workers[w].process;
        for (uint32_t s = 0; s < TS_WIRE_SLOTS; s++) {
            if (pixels->data != process->slots[s]) continue;
            ts_process_trim_slot(process, s, pixels->stride * pixels->height);
            (void)pthread_mutex_lock(&pool->lock);
            process->held[s] = false;
            (void)pthread_mutex_unlock(&pool->lock);
            return true;
        }
    }
    return false;
}

void ts_decoded_release(ts_decoder_pool *pool, ts_decoded *decoded)
{
    if (!decoded || !decoded->pixels.data) return;
    if (!release_slot(pool, &decoded->pixels)) free(decoded->pixels.data);
    decoded->pixels = (ts_pixels){0};
}
