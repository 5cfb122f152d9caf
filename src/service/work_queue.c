/* service: the bounded work queue, a ring under one lock. */
#include "service/work_queue.h"

#include <pthread.h>
#include <stdlib.h>

struct ts_work_queue {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* one condition for both sides: few threads wait here */
    ts_work *ring;
    size_t capacity;
    size_t first;
    size_t count;
    bool closed;
};

void ts_work_free(ts_work *work)
{
    free(work->path);
    free(work->problem);
    ts_buf_free(&work->bytes);
    *work = (ts_work){0};
}

ts_work_queue *ts_work_queue_new(size_t capacity)
{
    ts_work_queue *queue = calloc(1, sizeof *queue);
    if (!queue) return NULL;
    queue->ring = calloc(capacity, sizeof *queue->ring);
    if (!queue->ring) {
        free(queue);
        return NULL;
    }
    queue->capacity = capacity;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->changed, NULL);
    return queue;
}

static void drop_all(ts_work_queue *queue)
{
    for (; queue->count; queue->count--) {
        ts_work_free(&queue->ring[queue->first]);
        queue->first = (queue->first + 1) % queue->capacity;
    }
}

void ts_work_queue_free(ts_work_queue *queue)
{
    if (!queue) return;
    drop_all(queue);
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
    free(queue->ring);
    free(queue);
}

bool ts_work_queue_push(ts_work_queue *queue, ts_work *work)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == queue->capacity)
        pthread_cond_wait(&queue->changed, &queue->lock);
    bool taken = !queue->closed;
    if (taken) {
        queue->ring[(queue->first + queue->count) % queue->capacity] = *work;
        *work = (ts_work){0};
        queue->count++;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

bool ts_work_queue_pop(ts_work_queue *queue, ts_work *work)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == 0) pthread_cond_wait(&queue->changed, &queue->lock);
    bool got = queue->count > 0;
    if (got) {
        *work = queue->ring[queue->first];
        queue->ring[queue->first] = (ts_work){0};
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return got;
}

void ts_work_queue_close(ts_work_queue *queue, bool drop)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    if (drop) drop_all(queue);
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}
