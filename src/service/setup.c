/* service: from what the user allows to the tagger's options. */
#include "service/setup.h"

#include "base/file.h"
#include "packs/packs.h"

#define MIB ((uint64_t)1 << 20)
/* Networks, engine and vocabulary, whatever the number of jobs; and what one picture in hand takes: its file, its
 * decoded pixels, its decoder process and the network's buffers. Measured on pages of writing, which take most (the
 * finder of lines at a megapixel): 696 MiB with one job. */
#define BASE_BYTES (400 * MIB)
#define JOB_BYTES (300 * MIB)
#define DECODER_LEAST (64 * MIB)

static bool fit_memory(uint64_t max_memory, ts_tagger_options *options, ts_error *err)
{
    if (max_memory == 0) return true;
    uint64_t least = BASE_BYTES + JOB_BYTES;
    if (max_memory < least) {
        (void)ts_fail(err, TS_USAGE, "--max-memory %lluM is too little to tag even one picture at a time",
                      (unsigned long long)(max_memory / MIB));
        return ts_hint(err, "allow at least %lluM", (unsigned long long)(least / MIB));
    }
    uint64_t room = max_memory - BASE_BYTES;
    uint64_t most = room / JOB_BYTES; /* at least 1 */
    if (options->jobs > most) options->jobs = (unsigned)most;
    uint64_t share = room / (options->jobs ? options->jobs : 1);
    uint64_t decoder = share > JOB_BYTES ? share - JOB_BYTES + DECODER_LEAST : DECODER_LEAST;
    if (decoder < options->limits.max_worker_bytes) options->limits.max_worker_bytes = (size_t)decoder;
    return true;
}

static bool find_folders(const ts_tagger_setup *setup, ts_arena *arena, ts_tagger_options *options,
                         ts_error *err)
{
    ts_folders folders = {0};
    if (!ts_folders_find(arena, &folders, err)) return false;
    options->share_dir = folders.share;
    options->models_dir = setup->models_dir ? setup->models_dir : folders.weights;
    options->vocab_dir = ts_path_join(arena, folders.share, "vocab");
    options->openvino_dir = setup->openvino_dir;
    /* A cache that cannot be made is no reason not to tag: it only starts slower. */
    const char *cache = setup->cache_dir ? setup->cache_dir : folders.cache;
    options->cache_dir = cache && ts_dir_make(cache, NULL) ? cache : NULL;
    return options->vocab_dir || ts_fail_memory(err);
}

bool ts_tagger_setup_apply(const ts_tagger_setup *setup, ts_arena *arena, ts_tagger_options *options,
                           ts_error *err)
{
    *options = TS_TAGGER_OPTIONS_DEFAULT;
    if (!find_folders(setup, arena, options, err)) return false;
    options->analysers = setup->analysers;
    if (setup->precision) options->precision = setup->precision;
    options->decode_in_process = setup->decode_in_process;
    options->jobs = setup->jobs ? setup->jobs : ts_tagger_usual_jobs();
    if (setup->max_pixels) options->limits.max_pixels = setup->max_pixels;
    if (setup->max_bytes) options->limits.max_bytes = (size_t)setup->max_bytes;
    if (setup->timeout_ms) options->limits.timeout_ms = setup->timeout_ms;
    return fit_memory(setup->max_memory, options, err);
}
