/* service: a folder taken into the catalogue: found by one thread, taken by as many as there are turns at the networks,
 * told by the caller's. */
#include "service/import.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "service/import_run.h"
#include "service/picture_file.h"
#include "service/walk.h"

enum { threads_max = 64, queue_room = 64, told_max = 256 };

const char *ts_import_kind_name(ts_import_kind kind)
{
    static const char *const names[TS_IMPORT_KIND_COUNT] = {"added",     "known", "moved", "changed",
                                                            "duplicate", "near",  "gone",  "failed"};
    return (unsigned)kind < TS_IMPORT_KIND_COUNT ? names[kind] : "unknown";
}

/* ---- telling --------------------------------------------------------------------------------------------------- */

void ts_import_tell(ts_import_run *run, const char *path, const ts_import_outcome *outcome)
{
    (void)pthread_mutex_lock(&run->lock);
    run->counts[outcome->kind]++;
    run->done++;
    double seconds = (ts_clock_ms() - run->started_ms) / 1000;
    ts_import_news news = {.kind = outcome->kind,
                           .path = path,
                           .other = outcome->other,
                           .error = outcome->kind == TS_IMPORT_FAILED ? &outcome->error : NULL,
                           .found = run->found > run->done ? run->found : run->done,
                           .done = run->done,
                           .counted = run->counted,
                           .rate = seconds > 0 ? (double)run->done / seconds : 0};
    memcpy(news.counts, run->counts, sizeof news.counts);
    if (run->news) run->news(run->context, &news);
    (void)pthread_mutex_unlock(&run->lock);
}

static bool stopped(const ts_import_run *run)
{
    return run->stop && atomic_load(run->stop) != 0;
}

/* ---- finding --------------------------------------------------------------------------------------------------- */

static ts_walk_options walk_options(const ts_import_run *run)
{
    const ts_import *import = run->job.import;
    return (ts_walk_options){
        .excludes = import->excludes, .exclude_count = import->exclude_count, .hidden = import->hidden};
}

static bool count_file(void *context, const char *path, const ts_error *problem)
{
    ts_import_run *run = context;
    (void)path, (void)problem;
    (void)pthread_mutex_lock(&run->lock);
    run->found++;
    (void)pthread_mutex_unlock(&run->lock);
    return !stopped(run);
}

/* Ahead of the one that hands over and is held up by those who take: only with the whole number there is an end to
 * foretell. */
static void *count_files(void *context)
{
    ts_import_run *run = context;
    ts_walk_counts counts = {0};
    ts_walk_options options = walk_options(run);
    bool all = ts_walk(run->job.root, &options, count_file, run, &counts);
    (void)pthread_mutex_lock(&run->lock);
    run->counted = all;
    (void)pthread_mutex_unlock(&run->lock);
    return NULL;
}

static bool found_file(void *context, const char *path, const ts_error *problem)
{
    ts_import_run *run = context;
    ts_work work = {.path = strdup(path)};
    if (problem && (work.problem = malloc(sizeof *problem))) *work.problem = *problem;
    bool pushed = work.path && !stopped(run) && ts_work_queue_push(run->queue, &work);
    ts_work_free(&work);
    return pushed;
}

static void *find_files(void *context)
{
    ts_import_run *run = context;
    ts_walk_counts counts = {0};
    ts_walk_options options = walk_options(run);
    run->walked = ts_walk(run->job.root, &options, found_file, run, &counts);
    ts_work_queue_close(run->queue, stopped(run));
    return NULL;
}

/* ---- taking ---------------------------------------------------------------------------------------------------- */

static void take(ts_import_run *run, const ts_work *work, ts_arena *arena)
{
    ts_import_outcome outcome = {.kind = TS_IMPORT_FAILED};
    if (work->problem) outcome.error = *work->problem;
    else ts_import_file(&run->job, work->path, arena, &outcome);
    ts_import_tell(run, work->path, &outcome);
}

static void *take_files(void *context)
{
    ts_import_run *run = context;
    ts_work work = {0};
    ts_arena *arena = ts_arena_new(0);
    while (arena && ts_work_queue_pop(run->queue, &work)) {
        if (!stopped(run)) take(run, &work, arena);
        ts_work_free(&work);
        ts_arena_reset(arena);
    }
    ts_arena_free(arena);
    return NULL;
}

static bool walk_once(ts_import_run *run, ts_error *err)
{
    pthread_t counter, finder, takers[threads_max];
    unsigned wanted = ts_tagger_jobs(run->job.service->tagger), started = 0;
    if (wanted > threads_max) wanted = threads_max;
    run->queue = ts_work_queue_new(queue_room);
    if (!run->queue) return ts_fail_memory(err);
    bool counting = pthread_create(&counter, NULL, count_files, run) == 0;
    bool finding = pthread_create(&finder, NULL, find_files, run) == 0;
    while (finding && started < wanted && pthread_create(&takers[started], NULL, take_files, run) == 0)
        started++;
    if (started == 0) ts_work_queue_close(run->queue, true);
    for (unsigned i = 0; i < started; i++) (void)pthread_join(takers[i], NULL);
    if (finding) (void)pthread_join(finder, NULL);
    if (counting) (void)pthread_join(counter, NULL);
    ts_work_queue_free(run->queue);
    run->queue = NULL;
    return started > 0 || ts_fail(err, TS_NO_MEMORY, "cannot start threads for the import");
}

/* ---- what is no longer there ------------------------------------------------------------------------------------ */

typedef struct missing {
    char *paths[told_max];
    int64_t numbers[told_max];
    size_t count, seen;
    int64_t last;
    const char *root;
} missing;

static bool note_missing(void *context, const ts_picture_row *row)
{
    missing *m = context;
    m->last = row->number;
    bool ours = row->path && row->library && strcmp(row->library, m->root) == 0 && !row->gone;
    if (ours && !ts_file_exists(row->path) && (m->paths[m->count] = strdup(row->path))) m->count++;
    return m->count < told_max;
}

static bool mark_missing(ts_import_run *run, missing *m, ts_error *err)
{
    bool ok = true;
    for (size_t i = 0; i < m->count; i++) {
        ts_import_outcome outcome = {.kind = TS_IMPORT_GONE};
        bool gone = false;
        ok = ok && (run->job.import->dry || ts_import_mark_gone(run->job.service, m->paths[i], &gone, err));
        if (ok) run->found++;
        if (ok) ts_import_tell(run, m->paths[i], &outcome);
        free(m->paths[i]);
    }
    return ok;
}

static bool find_missing(ts_import_run *run, ts_error *err)
{
    missing m = {.root = run->job.root};
    bool ok = true;
    do {
        m.count = 0;
        ts_txn *txn = ts_catalog_read_begin(run->job.service->catalog, err);
        ok = txn && ts_pictures_scan(txn, m.last, note_missing, &m, err);
        ts_catalog_read_end(txn);
        ok = mark_missing(run, &m, err) && ok;
    } while (ok && m.count == told_max);
    return ok;
}

/* ---- the whole of it --------------------------------------------------------------------------------------------- */

static bool prepare(ts_import_run *run, const ts_import *import, ts_arena *arena, ts_error *err)
{
    char root[PATH_MAX];
    if (!import->root || !realpath(import->root, root)) return ts_fail_errno(err, "cannot import from there");
    if (!ts_dir_exists(root)) return ts_fail(err, TS_USAGE, "an import takes a folder");
    run->job.root = ts_arena_strdup(arena, root);
    if (!run->job.root) return ts_fail_memory(err);
    if (!run->job.service->tagger) return ts_fail(err, TS_INTERNAL, "no networks are loaded in this process");
    return ts_service_preset(run->job.service, import->preset, "import", arena, &run->job.preset, err);
}

bool ts_service_import(ts_service *service, const ts_actor *actor, const ts_import *import,
                       void (*news)(void *context, const ts_import_news *), void *context,
                       const atomic_int *stop, ts_error *err)
{
    ts_import_run run = {.job = {.service = service, .actor = actor, .import = import},
                         .news = news,
                         .context = context,
                         .stop = stop,
                         .started_ms = ts_clock_ms()};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    (void)pthread_mutex_init(&run.lock, NULL);
    ts_import_watch *watch = NULL;
    bool ok = prepare(&run, import, arena, err) &&
              (!import->watch || (watch = ts_import_watch_open(run.job.root, import->hidden, err)) != NULL);
    ok = ok && walk_once(&run, err);
    if (ok && import->in_place && run.walked && !stopped(&run)) ok = find_missing(&run, err);
    if (ok && watch) ok = ts_import_watch_follow(watch, &run, err);
    ts_import_watch_close(watch);
    (void)pthread_mutex_destroy(&run.lock);
    ts_arena_free(arena);
    return ok;
}
