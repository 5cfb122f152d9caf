/* service: counts of what keys use, gathered in memory. Knows no requests. */
#include "service/usage.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/wait.h"

enum { flush_every_s = 5, most_keys = 4096, key_size = 32 };

typedef struct count_row {
    char key[key_size];
    int64_t requests, pictures, credits, errors;
} count_row;

struct ts_meter {
    ts_catalog *catalog;
    pthread_t thread;
    bool started, stop;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    count_row *rows; /* since the last flush; few keys are in use at once, so a list will do */
    size_t count, room;
};

static count_row *row_of(ts_meter *meter, const char *key)
{
    for (size_t i = 0; i < meter->count; i++)
        if (strcmp(meter->rows[i].key, key) == 0) return &meter->rows[i];
    if (meter->count == most_keys) return NULL;
    if (meter->count == meter->room) {
        size_t room = meter->room ? meter->room * 2 : 16;
        count_row *rows = realloc(meter->rows, room * sizeof *rows);
        if (!rows) return NULL;
        meter->rows = rows;
        meter->room = room;
    }
    count_row *row = &meter->rows[meter->count++];
    *row = (count_row){.requests = 0};
    memcpy(row->key, key, strlen(key) + 1);
    return row;
}

void ts_meter_count(ts_meter *meter, const char *key_id, int64_t requests, int64_t pictures, int64_t credits,
                    int64_t errors)
{
    if (!key_id || !key_id[0] || strlen(key_id) >= key_size) return;
    (void)pthread_mutex_lock(&meter->lock);
    count_row *row = row_of(meter, key_id);
    if (row) {
        row->requests += requests;
        row->pictures += pictures;
        row->credits += credits;
        row->errors += errors;
    }
    (void)pthread_mutex_unlock(&meter->lock);
}

/* ---- writing ----------------------------------------------------------------------------------------- */

typedef struct batch {
    count_row *rows;
    size_t count;
} batch;

static bool write_rows(ts_txn *txn, void *context, ts_error *err)
{
    const batch *b = context;
    int64_t now = ts_txn_now(txn);
    for (size_t i = 0; i < b->count; i++) {
        const count_row *r = &b->rows[i];
        ts_usage_row row = {.key_id = r->key,
                            .day = now,
                            .requests = r->requests,
                            .pictures = r->pictures,
                            .credits = r->credits,
                            .errors = r->errors};
        if (!ts_usage_add(txn, &row, 1, err)) return false;
    }
    return true;
}

bool ts_meter_flush(ts_meter *meter, ts_error *err)
{
    (void)pthread_mutex_lock(&meter->lock);
    batch b = {meter->rows, meter->count};
    meter->rows = NULL;
    meter->count = meter->room = 0;
    (void)pthread_mutex_unlock(&meter->lock);
    bool ok = b.count == 0 || ts_catalog_write(meter->catalog, write_rows, &b, err);
    free(b.rows);
    return ok;
}

static void *flush_now_and_then(void *context)
{
    ts_meter *meter = context;
    bool stop = false;
    while (!stop) {
        struct timespec until = ts_moment_in(flush_every_s * 1000);
        (void)pthread_mutex_lock(&meter->lock);
        while (!meter->stop && ts_cond_wait_until(&meter->ended, &meter->lock, &until)) {
        }
        stop = meter->stop;
        (void)pthread_mutex_unlock(&meter->lock);
        (void)ts_meter_flush(meter, NULL);
    }
    return NULL;
}

/* ---- life -------------------------------------------------------------------------------------------- */

ts_meter *ts_meter_new(ts_catalog *catalog, ts_error *err)
{
    ts_meter *meter = calloc(1, sizeof *meter);
    if (!meter) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    meter->catalog = catalog;
    (void)pthread_mutex_init(&meter->lock, NULL);
    (void)ts_cond_init(&meter->ended);
    meter->started = pthread_create(&meter->thread, NULL, flush_now_and_then, meter) == 0;
    if (meter->started) return meter;
    ts_meter_free(meter);
    (void)ts_fail(err, TS_NO_MEMORY, "cannot start a thread for usage counts");
    return NULL;
}

void ts_meter_free(ts_meter *meter)
{
    if (!meter) return;
    (void)pthread_mutex_lock(&meter->lock);
    meter->stop = true;
    (void)pthread_cond_signal(&meter->ended);
    (void)pthread_mutex_unlock(&meter->lock);
    if (meter->started) (void)pthread_join(meter->thread, NULL);
    (void)pthread_cond_destroy(&meter->ended);
    (void)pthread_mutex_destroy(&meter->lock);
    free(meter->rows);
    free(meter);
}
