/* bench: the bare parts of the line, each alone: how fast the scaled decode is, how fast the networks are.
 * The whole pipeline is measured beside them (parts.py). Knows image, engine and packs; no analyser, no tag.
 *
 * usage: bench_parts decode|engine SECONDS FILE...
 * One thread a core. Prints one JSON line: {"part", "pictures", "seconds", "rate"}. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "engine/engine.h"
#include "image/image.h"
#include "packs/packs.h"

#define THREADS_MAX 256
#define WANTED_SIDE 480 /* what the default analysers ask of the decoder */

/* What the default analysers run on every picture. */
static const char *const network_names[] = {"efficientnet-lite2", "centernet-mobilenetv3-coco", "open-nsfw",
                                            "blazeface-full-range"};
#define NETWORKS (sizeof network_names / sizeof network_names[0])

typedef struct bench {
    bool (*step)(struct bench *bench, size_t turn, ts_error *err); /* one picture's worth of the part */
    double deadline;                                               /* ts_clock_ms */
    atomic_size_t turn;
    atomic_bool failed;
    ts_error err;
    ts_decoder_pool *pool;
    ts_buf *files;
    size_t file_count;
    ts_network *networks[NETWORKS];
} bench;

static bool decode_step(bench *b, size_t turn, ts_error *err)
{
    const ts_buf *file = &b->files[turn % b->file_count];
    ts_decoded decoded = {0};
    bool ok = ts_decode(b->pool, file->data, file->length, WANTED_SIDE, &decoded, err);
    ts_decoded_release(b->pool, &decoded);
    return ok;
}

static bool engine_step(bench *b, size_t turn, ts_error *err)
{
    (void)turn;
    bool ok = true;
    for (size_t i = 0; i < NETWORKS && ok; i++) {
        ts_request *request = ts_network_acquire(b->networks[i]);
        ok = ts_request_run(request, err);
        ts_network_release(request);
    }
    return ok;
}

static void *work(void *context)
{
    bench *b = context;
    while (ts_clock_ms() < b->deadline && !atomic_load(&b->failed)) {
        ts_error err = {.code = TS_OK};
        if (b->step(b, atomic_fetch_add(&b->turn, 1), &err)) continue;
        if (!atomic_exchange(&b->failed, true)) b->err = err;
    }
    return NULL;
}

/* Runs the part on every core for so long; returns pictures a second, or -1. */
static double measure(bench *b, unsigned threads, double seconds, ts_error *err)
{
    pthread_t ids[THREADS_MAX];
    unsigned started = 0;
    atomic_store(&b->turn, 0);
    double start = ts_clock_ms();
    b->deadline = start + seconds * 1e3;
    while (started < threads && pthread_create(&ids[started], NULL, work, b) == 0) started++;
    for (unsigned i = 0; i < started; i++) pthread_join(ids[i], NULL);
    double passed = (ts_clock_ms() - start) / 1e3;
    if (atomic_load(&b->failed)) *err = b->err;
    if (atomic_load(&b->failed) || started < threads) return -1;
    return (double)atomic_load(&b->turn) / passed;
}

static bool read_files(bench *b, char **paths, size_t count, ts_error *err)
{
    b->files = calloc(count, sizeof *b->files);
    if (!b->files) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        b->file_count = i + 1;
        if (!ts_file_read(paths[i], 0, &b->files[i], err)) return false;
    }
    return true;
}

static ts_network *open_network(ts_engine *engine, const ts_model *model, ts_error *err)
{
    ts_network_spec spec = {
        .name = model->name,
        .path = model->path,
        .width = model->input.width,
        .height = model->input.height,
        .nhwc = model->input.nhwc,
        .output_count = model->output_count,
        .precision = ts_engine_has_bf16(engine) ? TS_PRECISION_BF16 : TS_PRECISION_F32,
    };
    memcpy(spec.mean, model->input.mean, sizeof spec.mean);
    memcpy(spec.scale, model->input.scale, sizeof spec.scale);
    for (size_t i = 0; i < model->output_count; i++) spec.outputs[i] = model->outputs[i].name;
    return ts_network_open(engine, &spec, err);
}

static bool open_networks(bench *b, ts_engine *engine, const ts_packs *packs, ts_error *err)
{
    for (size_t i = 0; i < NETWORKS; i++) {
        const ts_model *model = ts_packs_find(packs, network_names[i]);
        if (!model) return ts_fail(err, TS_NOT_FOUND, "there is no model %s", network_names[i]);
        b->networks[i] = open_network(engine, model, err);
        if (!b->networks[i]) return false;
    }
    return true;
}

static double bench_decode(bench *b, unsigned threads, double seconds, ts_error *err)
{
    ts_decoder_options options = {.limits = TS_DECODE_LIMITS_DEFAULT, .workers = threads};
    b->step = decode_step;
    b->pool = ts_decoder_pool_new(&options, err);
    double rate = b->pool ? measure(b, threads, seconds, err) : -1;
    ts_decoder_pool_free(b->pool);
    return rate;
}

static double bench_engine(bench *b, unsigned threads, double seconds, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    ts_folders folders;
    ts_packs *packs = NULL;
    ts_engine *engine = NULL;
    double rate = -1;
    b->step = engine_step;
    if (!arena || !ts_folders_find(arena, &folders, err)) goto done;
    ts_engine_options options = {.cache_dir = folders.cache, .streams = threads};
    packs = ts_packs_open(folders.share, folders.weights, err);
    if (packs) engine = ts_engine_open(&options, err);
    if (!engine || !open_networks(b, engine, packs, err)) goto done;
    if (measure(b, threads, 1, err) >= 0) rate = measure(b, threads, seconds, err); /* the first warms up */
done:
    for (size_t i = 0; i < NETWORKS; i++) ts_network_close(b->networks[i]);
    ts_engine_close(engine);
    ts_packs_close(packs);
    ts_arena_free(arena);
    return rate;
}

int main(int argc, char **argv)
{
    bool decode = argc > 3 && strcmp(argv[1], "decode") == 0;
    if (!decode && (argc < 3 || strcmp(argv[1], "engine") != 0)) {
        (void)fprintf(stderr, "usage: bench_parts decode|engine SECONDS FILE...\n");
        return 2;
    }
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
    double seconds = strtod(argv[2], NULL);
    bench b = {0};
    ts_error err = {.code = TS_OK};
    double rate = -1;
    if (!decode) rate = bench_engine(&b, threads, seconds, &err);
    else if (read_files(&b, argv + 3, (size_t)argc - 3, &err))
        rate = bench_decode(&b, threads, seconds, &err);
    for (size_t i = 0; i < b.file_count; i++) ts_buf_free(&b.files[i]);
    free(b.files);
    if (rate < 0) {
        (void)fprintf(stderr, "bench_parts: %s\n", err.message);
        return 1;
    }
    (void)printf("{\"part\": \"%s\", \"threads\": %u, \"rate\": %.2f}\n", argv[1], threads, rate);
    return 0;
}
