/* service: forgetting. Small steps, so that nobody else's write waits for long. */
#include "service/upkeep.h"

#include "catalog/changes.h"
#include "catalog/deliveries.h"
#include "catalog/idempotency.h"
#include "catalog/pictures.h"

#define DAY_MS INT64_C(86400000)

enum { step_rows = 1000, gone_at_once = 256, blob_age_s = 86400 };

/* ---- rows ------------------------------------------------------------------------------------------------------- */

typedef bool (*forget)(ts_txn *txn, int64_t now, size_t *forgotten, ts_error *err);

static bool forget_jobs(ts_txn *txn, int64_t now, size_t *forgotten, ts_error *err)
{
    return ts_jobs_prune(txn, now - 30 * DAY_MS, step_rows, forgotten, err);
}

static bool forget_deliveries(ts_txn *txn, int64_t now, size_t *forgotten, ts_error *err)
{
    return ts_deliveries_prune(txn, now - 30 * DAY_MS, step_rows, forgotten, err);
}

static bool forget_changes(ts_txn *txn, int64_t now, size_t *forgotten, ts_error *err)
{
    return ts_changes_prune(txn, now - 7 * DAY_MS, step_rows, forgotten, err);
}

static bool forget_answers(ts_txn *txn, int64_t now, size_t *forgotten, ts_error *err)
{
    (void)now;
    return ts_idempotency_expire(txn, DAY_MS, step_rows, forgotten, err);
}

typedef struct step {
    forget forget;
    size_t forgotten;
} step;

static bool take_step(ts_txn *txn, void *context, ts_error *err)
{
    step *s = context;
    return s->forget(txn, ts_txn_now(txn), &s->forgotten, err);
}

static bool forget_rows(ts_service *service, const ts_job_run *run, ts_error *err)
{
    static const forget all[] = {forget_jobs, forget_deliveries, forget_changes, forget_answers};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        step s = {all[i], step_rows};
        while (s.forgotten == step_rows && !ts_job_run_stopping(run))
            if (!ts_catalog_write(service->catalog, take_step, &s, err)) return false;
    }
    return true;
}

/* ---- pictures that are gone ---------------------------------------------------------------------------------------- */

typedef struct gone {
    int64_t numbers[gone_at_once];
    size_t count;
    int64_t last, before;
} gone;

static bool note_gone(void *context, const ts_picture_row *row)
{
    gone *g = context;
    g->last = row->number;
    if (row->gone && row->gone < g->before) g->numbers[g->count++] = row->number;
    return g->count < gone_at_once;
}

static bool delete_gone(ts_txn *txn, void *context, ts_error *err)
{
    const gone *g = context;
    for (size_t i = 0; i < g->count; i++) {
        ts_error missing = {0};
        if (ts_pictures_delete(txn, g->numbers[i], -1, &missing) || missing.code == TS_NOT_FOUND) continue;
        if (err) *err = missing;
        return false;
    }
    return true;
}

static bool forget_gone(ts_service *service, int64_t now, ts_error *err)
{
    gone g = {.before = now - 30 * DAY_MS};
    bool ok = true;
    do {
        g.count = 0;
        ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
        ok = txn && ts_pictures_scan(txn, g.last, note_gone, &g, err);
        ts_catalog_read_end(txn);
        ok = ok && (g.count == 0 || ts_catalog_write(service->catalog, delete_gone, &g, err));
    } while (ok && g.count == gone_at_once);
    return ok;
}

/* ---- originals that nobody refers to ---------------------------------------------------------------------------------- */

/* When in doubt, yes. */
static bool is_kept(void *context, const char *hash)
{
    ts_service *service = context;
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(service->catalog, NULL) : NULL;
    bool known = txn && ts_pictures_find_sha256(txn, hash, arena, &rows, &count, NULL);
    ts_catalog_read_end(txn);
    ts_arena_free(arena);
    return !known || count > 0;
}

bool ts_run_upkeep_job(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    ts_service *service = context;
    ts_blob_sweep swept = {0};
    if (!forget_rows(service, run, err) || !forget_gone(service, job->started, err)) return false;
    if (!ts_blobs_sweep(service->blobs, is_kept, service, blob_age_s, false, &swept, err)) return false;
    if (swept.removed)
        ts_log_info(service->log, "originals that nobody refers to were removed",
                    ts_kv_int("count", (int64_t)swept.removed),
                    ts_kv_int("bytes", (int64_t)swept.removed_bytes));
    return true;
}
