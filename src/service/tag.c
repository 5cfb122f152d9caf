/* service: the use case "tag". This file starts and ends a run and watches it; tag_find.c finds the pictures,
 * tag_worker.c tags them, tag_sink.c writes. It must not know who asked, nor draw anything. */
#include "service/tag.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/wait.h"
#include "exchange/exchange.h"
#include "service/picture_file.h"
#include "service/setup.h"
#include "service/tag_rules.h"
#include "service/tag_run.h"

#define QUEUE_LENGTH 128
#define WATCH_MS 100

void ts_tag_run_halt(ts_tag_run *run)
{
    if (!atomic_exchange(&run->halted, true) && run->queue) ts_work_queue_close(run->queue, true);
}

bool ts_tag_run_halted(const ts_tag_run *run)
{
    return atomic_load(&run->halted);
}

/* ---- the request --------------------------------------------------------------------------------------- */

/* "--output *.jpg" would otherwise cost somebody a photograph. */
static bool check_outputs(const ts_tag_request *request, ts_error *err)
{
    const char *const outputs[] = {request->output, request->report, request->state};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        if (!outputs[i] || !ts_file_exists(outputs[i]) || !ts_picture_file_certain(outputs[i])) continue;
        (void)ts_fail(err, TS_USAGE, "%s is a picture and would be overwritten", outputs[i]);
        return ts_hint(err, "name another file to write to");
    }
    return true;
}

static bool check_request(const ts_tag_request *request, ts_error *err)
{
    if (request->path_count == 0) return ts_fail(err, TS_USAGE, "there is nothing to tag");
    if (request->sidecar_dir && !request->sidecar) {
        (void)ts_fail(err, TS_USAGE, "a folder for sidecars without sidecars");
        return ts_hint(err, "add --sidecar json or --sidecar txt");
    }
    if (request->scheme_only && request->scheme_count == 0) {
        (void)ts_fail(err, TS_USAGE, "only what the scheme has a word for: which scheme?");
        return ts_hint(err, "add --scheme NAME or FILE");
    }
    if (!ts_tag_request_check(request, err)) return false;
    ts_describer describer;
    return ts_describer_languages(&describer, request->languages, err) && check_outputs(request, err);
}

/* ---- a dry run ----------------------------------------------------------------------------------------- */

static bool list_one(void *context, const char *path, const ts_error *problem)
{
    ts_tag_run *run = context;
    const ts_tag_hooks *hooks = run->hooks;
    if (problem) {
        ts_buf text = {0};
        run->summary.failed++;
        bool ok = ts_text_error(path, problem, false, &text) &&
                  hooks->write(hooks->context, text.data, text.length);
        ts_buf_free(&text);
        return ok;
    }
    if (ts_tag_sink_done_before(&run->sink, path)) {
        run->summary.done_before++;
        return true;
    }
    run->summary.tagged++;
    bool ok = hooks->write(hooks->context, path, strlen(path)) && hooks->write(hooks->context, "\n", 1);
    if (!ok) run->summary.writer_closed = true;
    return ok && !(hooks->stop && atomic_load(hooks->stop));
}

static bool dry_run(ts_tag_run *run, ts_error *err)
{
    if (!ts_tag_sink_peek(&run->sink, run->request, err)) return false;
    run->max_bytes = SIZE_MAX / 4;
    ts_walk_counts counts = {0};
    ts_tag_find(run, list_one, run, &counts);
    run->summary.skipped = counts.skipped + counts.folders_skipped;
    run->summary.nomedia = counts.nomedia;
    return true;
}

/* ---- a real run ---------------------------------------------------------------------------------------- */

static bool start_threads(ts_tag_run *run, pthread_t *threads, size_t *started, unsigned jobs)
{
    void *(*bodies[2])(void *) = {ts_tag_find_thread, ts_tag_count_thread};
    bool counts = true;
    for (size_t i = 0; i < run->request->path_count; i++)
        if (strcmp(run->request->paths[i], "-") == 0) counts = false; /* a pipe can be read only once */
    for (unsigned i = 0; i < jobs; i++) {
        pthread_mutex_lock(&run->lock);
        run->workers++;
        pthread_mutex_unlock(&run->lock);
        if (pthread_create(&threads[*started], NULL, ts_tag_work_thread, run) == 0) {
            ++*started;
            continue;
        }
        pthread_mutex_lock(&run->lock);
        run->workers--;
        pthread_mutex_unlock(&run->lock);
        if (i == 0) return ts_fail_memory(&run->err); /* with some threads it goes on, slower */
        break;
    }
    for (int i = 0; i < (counts ? 2 : 1); i++) {
        if (pthread_create(&threads[*started], NULL, bodies[i], run) == 0) ++*started;
        else if (i == 0) return ts_fail_memory(&run->err);
    }
    return true;
}

static void tell_progress(ts_tag_run *run)
{
    if (!run->hooks->progress) return;
    ts_tag_progress progress = {
        .done = run->summary.tagged + run->summary.failed,
        .failed = run->summary.failed,
        .total = run->total,
        .total_known = run->total_known,
        .seconds = (ts_clock_ms() - run->started) / 1000.0,
        .stopping = ts_tag_run_halted(run),
    };
    run->hooks->progress(run->hooks->context, &progress);
}

/* The calling thread only watches: the stop flag, and the clock for the progress hook. */
static void watch(ts_tag_run *run)
{
    pthread_mutex_lock(&run->lock);
    while (run->workers > 0) {
        struct timespec until = ts_moment_in(WATCH_MS);
        (void)ts_cond_wait_until(&run->finished, &run->lock, &until);
        if (run->hooks->stop && atomic_load(run->hooks->stop) && !ts_tag_run_halted(run)) {
            run->summary.interrupted = true;
            pthread_mutex_unlock(&run->lock);
            ts_tag_run_halt(run);
            pthread_mutex_lock(&run->lock);
        }
        tell_progress(run);
    }
    pthread_mutex_unlock(&run->lock);
}

static bool run_threads(ts_tag_run *run, ts_error *err)
{
    unsigned jobs = ts_tagger_jobs(run->tagger);
    pthread_t *threads = calloc(jobs + 2, sizeof *threads);
    run->queue = ts_work_queue_new(QUEUE_LENGTH);
    if (!threads || !run->queue) {
        free(threads);
        return ts_fail_memory(err);
    }
    run->started = ts_clock_ms();
    size_t started = 0;
    if (!start_threads(run, threads, &started, jobs)) ts_tag_run_halt(run);
    watch(run);
    ts_tag_run_halt(run); /* the counting thread may still be walking */
    for (size_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
    free(threads);
    run->summary.seconds = (ts_clock_ms() - run->started) / 1000.0;
    tell_progress(run);
    if (run->err.code == TS_OK) return true;
    if (err) *err = run->err;
    return false;
}

static void tell_notes(const ts_tag_run *run)
{
    const char *const *notes = NULL;
    size_t count = ts_tagger_notes(run->tagger, &notes);
    for (size_t i = 0; i < count && run->hooks->note; i++) run->hooks->note(run->hooks->context, notes[i]);
}

/* What was asked for and cannot be had is said before the first picture. */
static void tell_unanswered(const ts_tag_run *run)
{
    const char *sentence = ts_tag_rules_unanswered(&run->rules, ts_tagger_vocab(run->tagger));
    if (sentence && run->hooks->note) run->hooks->note(run->hooks->context, sentence);
}

static bool open_tagger(ts_tag_run *run, ts_error *err)
{
    ts_tagger_options options;
    run->arena = ts_arena_new(0);
    if (!run->arena) return ts_fail_memory(err);
    if (!ts_tagger_setup_apply(&run->request->setup, run->arena, &options, err)) return false;
    if (run->request->mesh) options.also = "mesh";
    run->max_bytes = options.limits.max_bytes;
    run->tagger = ts_tagger_open(&options, err);
    if (run->tagger) tell_notes(run);
    if (!run->tagger || !ts_tag_schemes_open(&run->schemes, run->request, options.vocab_dir, err) ||
        !ts_tag_request_rules(run->request, ts_tagger_vocab(run->tagger), run->arena, &run->rules, err))
        return false;
    tell_unanswered(run);
    return ts_describer_open(&run->describer, options.vocab_dir, run->request->languages, err);
}

/* The real folder of the report, from which its links lead; without one it has none. */
static char *find_report_dir(const char *report)
{
    char *copy = report ? strdup(report) : NULL;
    if (!copy) return NULL;
    char *slash = strrchr(copy, '/');
    if (slash) slash[slash == copy ? 1 : 0] = '\0';
    char *real = realpath(slash ? copy : ".", NULL);
    free(copy);
    return real;
}

static bool real_run(ts_tag_run *run, ts_error *err)
{
    if (!open_tagger(run, err) || !ts_tag_sink_open(&run->sink, run->request, run->hooks, err)) return false;
    run->report_dir = find_report_dir(run->request->report);
    bool ok = run_threads(run, err);
    /* After a broken output the state file stays at its last commit, from which --resume continues. */
    return ok && ts_tag_sink_finish(&run->sink, &run->summary, err);
}

static void init_locks(ts_tag_run *run)
{
    pthread_mutex_init(&run->lock, NULL);
    (void)ts_cond_init(&run->finished);
}

bool ts_service_tag(const ts_tag_request *request, const ts_tag_hooks *hooks, ts_tag_summary *summary,
                    ts_error *err)
{
    ts_tag_run run = {.request = request, .hooks = hooks};
    *summary = (ts_tag_summary){0};
    if (!check_request(request, err)) return false;
    init_locks(&run);
    bool ok = request->dry_run ? dry_run(&run, err) : real_run(&run, err);
    ts_tagger_close(run.tagger);
    ts_describer_close(&run.describer);
    ts_tag_schemes_close(&run.schemes);
    ts_arena_free(run.arena);
    free(run.report_dir);
    ts_tag_sink_close(&run.sink);
    ts_work_queue_free(run.queue);
    pthread_cond_destroy(&run.finished);
    pthread_mutex_destroy(&run.lock);
    *summary = run.summary;
    return ok;
}
