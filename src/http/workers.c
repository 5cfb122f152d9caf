/* http: a fixed pool of threads and a ring of work of each kind. Knows nothing of requests. */
#include "http/workers.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct worker_task {
    ts_work work;
    void *context;
} worker_task;

typedef struct work_ring {
    worker_task *tasks;
    size_t room;  /* the queue and one for each thread */
    size_t queue; /* that may wait */
    size_t first;
    size_t count;
    size_t running;
    size_t most_running;
} work_ring;

struct ts_workers {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t *threads;
    unsigned thread_count;
    work_ring rings[TS_WORK_KINDS];
    bool closing;
};

/* ---- one ring --------------------------------------------------------------------------------------- */

/* One thread in four stays free of long work, where there is more than one. */
static bool open_ring(work_ring *ring, ts_work_kind kind, size_t queue, size_t threads)
{
    size_t kept_free = kind == TS_WORK_LONG && threads > 1 ? (threads + 3) / 4 : 0;
    ring->queue = queue;
    ring->room = queue + threads;
    ring->most_running = threads - kept_free;
    ring->tasks = calloc(ring->room, sizeof *ring->tasks);
    return ring->tasks != NULL;
}

static bool can_run(const work_ring *ring)
{
    return ring->count > 0 && ring->running < ring->most_running;
}

static worker_task take_first(work_ring *ring)
{
    worker_task task = ring->tasks[ring->first];
    ring->first = (ring->first + 1) % ring->room;
    ring->count--;
    return task;
}

/* What free threads are about to take does not wait, even where a thread has yet to come to its loop. */
static bool is_full(const ts_workers *workers, ts_work_kind kind)
{
    const work_ring *ring = &workers->rings[kind];
    size_t may_start = ring->most_running - ring->running;
    size_t free_threads = workers->thread_count;
    for (int other = 0; other < TS_WORK_KINDS; other++) free_threads -= workers->rings[other].running;
    size_t about_to = free_threads < may_start ? free_threads : may_start;
    return workers->closing || ring->count >= ring->queue + about_to;
}

/* ---- threads ---------------------------------------------------------------------------------------- */

/* The ring to take from next: short work first, it is soon over. */
static work_ring *next_ring(ts_workers *workers)
{
    for (int kind = 0; kind < TS_WORK_KINDS; kind++)
        if (can_run(&workers->rings[kind])) return &workers->rings[kind];
    return NULL;
}

/* before: the ring whose task this thread has done, NULL at first. The ring of *out, NULL at the end. */
static work_ring *take(ts_workers *workers, work_ring *before, worker_task *out)
{
    work_ring *ring = NULL;
    (void)pthread_mutex_lock(&workers->lock);
    if (before) before->running--;
    while (!workers->closing && !(ring = next_ring(workers)))
        (void)pthread_cond_wait(&workers->more, &workers->lock);
    if (workers->closing) ring = NULL;
    if (ring) {
        *out = take_first(ring);
        ring->running++;
    }
    (void)pthread_mutex_unlock(&workers->lock);
    return ring;
}

static void *run(void *context)
{
    worker_task task;
    for (work_ring *ring = take(context, NULL, &task); ring; ring = take(context, ring, &task))
        task.work(task.context, false);
    return NULL;
}

static void free_rings(ts_workers *workers)
{
    for (int kind = 0; kind < TS_WORK_KINDS; kind++) free(workers->rings[kind].tasks);
    free(workers->threads);
    free(workers);
}

ts_workers *ts_workers_open(unsigned threads, const size_t queues[TS_WORK_KINDS], ts_error *err)
{
    ts_workers *workers = calloc(1, sizeof *workers);
    bool ok = workers && (workers->threads = calloc(threads, sizeof *workers->threads)) != NULL;
    for (int kind = 0; ok && kind < TS_WORK_KINDS; kind++)
        ok = open_ring(&workers->rings[kind], (ts_work_kind)kind, queues[kind], threads);
    if (!ok || pthread_mutex_init(&workers->lock, NULL) != 0) goto failed;
    if (pthread_cond_init(&workers->more, NULL) != 0) {
        (void)pthread_mutex_destroy(&workers->lock);
        goto failed;
    }
    for (; workers->thread_count < threads; workers->thread_count++) {
        if (pthread_create(&workers->threads[workers->thread_count], NULL, run, workers) == 0) continue;
        ts_workers_close(workers);
        (void)ts_fail(err, TS_NO_MEMORY, "cannot start %u worker threads", threads);
        return NULL;
    }
    return workers;

failed:
    if (workers) free_rings(workers);
    (void)ts_fail_memory(err);
    return NULL;
}

bool ts_workers_submit(ts_workers *workers, ts_work_kind kind, ts_work work, void *context)
{
    work_ring *ring = &workers->rings[kind];
    (void)pthread_mutex_lock(&workers->lock);
    bool fits = !is_full(workers, kind);
    if (fits) {
        ring->tasks[(ring->first + ring->count) % ring->room] = (worker_task){work, context};
        ring->count++;
        (void)pthread_cond_signal(&workers->more);
    }
    (void)pthread_mutex_unlock(&workers->lock);
    return fits;
}

bool ts_workers_full(ts_workers *workers, ts_work_kind kind)
{
    (void)pthread_mutex_lock(&workers->lock);
    bool full = is_full(workers, kind);
    (void)pthread_mutex_unlock(&workers->lock);
    return full;
}

size_t ts_workers_queued(ts_workers *workers)
{
    size_t count = 0;
    (void)pthread_mutex_lock(&workers->lock);
    for (int kind = 0; kind < TS_WORK_KINDS; kind++) count += workers->rings[kind].count;
    (void)pthread_mutex_unlock(&workers->lock);
    return count;
}

static void cancel_waiting(work_ring *ring)
{
    while (ring->count > 0) {
        worker_task task = take_first(ring);
        task.work(task.context, true);
    }
}

void ts_workers_stop(ts_workers *workers)
{
    (void)pthread_mutex_lock(&workers->lock);
    workers->closing = true;
    (void)pthread_cond_broadcast(&workers->more);
    (void)pthread_mutex_unlock(&workers->lock);
    for (; workers->thread_count > 0; workers->thread_count--)
        (void)pthread_join(workers->threads[workers->thread_count - 1], NULL);
    for (int kind = 0; kind < TS_WORK_KINDS; kind++) cancel_waiting(&workers->rings[kind]);
}

void ts_workers_close(ts_workers *workers)
{
    if (!workers) return;
    ts_workers_stop(workers);
    (void)pthread_cond_destroy(&workers->more);
    (void)pthread_mutex_destroy(&workers->lock);
    free_rings(workers);
}
