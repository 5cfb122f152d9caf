/* http: a fixed pool of threads and a ring of work. Knows nothing of requests. */
#include "http/workers.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct worker_task {
    ts_work work;
    void *context;
} worker_task;

struct ts_workers {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t *threads;
    unsigned thread_count;
    worker_task *ring;
    size_t room;  /* of the ring: the queue and one for each thread */
    size_t queue; /* that may wait */
    size_t first;
    size_t count;
    size_t idle; /* threads that wait: each can take one more than the queue holds */
    bool closing;
};

static bool take(ts_workers *workers, worker_task *out)
{
    (void)pthread_mutex_lock(&workers->lock);
    workers->idle++;
    while (workers->count == 0 && !workers->closing) (void)pthread_cond_wait(&workers->more, &workers->lock);
    workers->idle--;
    bool any = workers->count > 0 && !workers->closing;
    if (any) {
        *out = workers->ring[workers->first];
        workers->first = (workers->first + 1) % workers->room;
        workers->count--;
    }
    (void)pthread_mutex_unlock(&workers->lock);
    return any;
}

static void *run(void *context)
{
    worker_task task;
    while (take(context, &task)) task.work(task.context, false);
    return NULL;
}

ts_workers *ts_workers_open(unsigned threads, size_t queue, ts_error *err)
{
    ts_workers *workers = calloc(1, sizeof *workers);
    if (!workers) goto failed;
    workers->queue = queue;
    workers->room = queue + threads;
    workers->ring = calloc(workers->room, sizeof *workers->ring);
    workers->threads = calloc(threads, sizeof *workers->threads);
    if (!workers->ring || !workers->threads || pthread_mutex_init(&workers->lock, NULL) != 0) goto failed;
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
    if (workers) {
        free(workers->ring);
        free(workers->threads);
    }
    free(workers);
    (void)ts_fail_memory(err);
    return NULL;
}

static bool is_full(const ts_workers *workers)
{
    return workers->closing || workers->count >= workers->queue + workers->idle;
}

bool ts_workers_submit(ts_workers *workers, ts_work work, void *context)
{
    (void)pthread_mutex_lock(&workers->lock);
    bool fits = !is_full(workers);
    if (fits) {
        workers->ring[(workers->first + workers->count) % workers->room] = (worker_task){work, context};
        workers->count++;
        (void)pthread_cond_signal(&workers->more);
    }
    (void)pthread_mutex_unlock(&workers->lock);
    return fits;
}

bool ts_workers_full(ts_workers *workers)
{
    (void)pthread_mutex_lock(&workers->lock);
    bool full = is_full(workers);
    (void)pthread_mutex_unlock(&workers->lock);
    return full;
}

size_t ts_workers_queued(ts_workers *workers)
{
    (void)pthread_mutex_lock(&workers->lock);
    size_t count = workers->count;
    (void)pthread_mutex_unlock(&workers->lock);
    return count;
}

void ts_workers_stop(ts_workers *workers)
{
    (void)pthread_mutex_lock(&workers->lock);
    workers->closing = true;
    (void)pthread_cond_broadcast(&workers->more);
    (void)pthread_mutex_unlock(&workers->lock);
    for (; workers->thread_count > 0; workers->thread_count--)
        (void)pthread_join(workers->threads[workers->thread_count - 1], NULL);
    for (; workers->count > 0; workers->count--) {
        worker_task *task = &workers->ring[workers->first];
        workers->first = (workers->first + 1) % workers->room;
        task->work(task->context, true);
    }
}

void ts_workers_close(ts_workers *workers)
{
    if (!workers) return;
    ts_workers_stop(workers);
    (void)pthread_cond_destroy(&workers->more);
    (void)pthread_mutex_destroy(&workers->lock);
    free(workers->ring);
    free(workers->threads);
    free(workers);
}
