/* service: what the server is doing. Reads only, but for jobs that are cancelled or started again. */
#include "service/watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "catalog/deliveries.h"
#include "service/core.h"
#include "service/picture_read.h"

/* ---- jobs ----------------------------------------------------------------------------------------------- */

static bool sees_all_jobs(const ts_actor *actor)
{
    return (actor->scopes & (TS_SCOPE_REVIEW | TS_SCOPE_ADMIN)) != 0;
}

static bool find_job(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                     ts_job_row *out, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_jobs_find(txn, id, arena, out, err);
    ts_catalog_read_end(txn);
    if (!ok) return false;
    bool own = out->key_id && actor->key_id && strcmp(out->key_id, actor->key_id) == 0;
    return own || sees_all_jobs(actor) || ts_fail(err, TS_NOT_FOUND, "there is no job %.40s", id);
}

/* A job knows its picture by number; who asks knows it by its id. */
static void name_picture(ts_txn *txn, ts_arena *arena, ts_job_full *job)
{
    ts_picture_row row;
    job->picture =
        job->row.picture && ts_pictures_get(txn, job->row.picture, arena, &row, NULL) ? row.id : "";
}

bool ts_service_job(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                    ts_job_full *out, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_READ, err) || !find_job(service, actor, id, arena, &out->row, err))
        return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    if (txn) name_picture(txn, arena, out);
    ts_catalog_read_end(txn);
    return txn != NULL;
}

static bool fill_jobs(ts_txn *txn, const ts_job_row *rows, size_t count, ts_arena *arena, ts_job_page *out,
                      ts_error *err)
{
    ts_job_full *jobs = TS_NEW_ARRAY(arena, count, ts_job_full);
    if (!jobs) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        jobs[i].row = rows[i];
        name_picture(txn, arena, &jobs[i]);
    }
    out->jobs = jobs;
    out->count = count;
    return true;
}

static bool filter_of(ts_txn *txn, const ts_actor *actor, const ts_job_query *query, ts_arena *arena,
                      ts_job_filter *filter, ts_error *err)
{
    ts_picture_row row = {0};
    *filter = (ts_job_filter){
        .kind = query->kind, .state = query->state, .key_id = sees_all_jobs(actor) ? NULL : actor->key_id};
    if (query->picture && !ts_picture_find(txn, query->picture, sees_all_jobs(actor), arena, &row, err))
        return false;
    filter->picture = row.number;
    return true;
}

static bool list_jobs(ts_txn *txn, const ts_actor *actor, const ts_job_query *query, int64_t before,
                      ts_arena *arena, ts_job_page *out, ts_error *err)
{
    ts_job_filter filter;
    const ts_job_row *rows = NULL;
    size_t count = 0;
    size_t limit = query->limit == 0 ? 50 : query->limit > 200 ? 200 : query->limit;
    if (!filter_of(txn, actor, query, arena, &filter, err)) return false;
    if (!ts_jobs_list(txn, &filter, before, limit, arena, &rows, &count, err)) return false;
    if (!fill_jobs(txn, rows, count, arena, out, err)) return false;
    if (count == limit) out->next = ts_cursor_of(rows[limit - 1].number, arena);
    return filter.key_id ? ts_jobs_counts_of_key(txn, filter.key_id, out->counts, err)
                         : ts_jobs_counts(txn, NULL, 0, out->counts, err);
}

bool ts_service_job_list(ts_service *service, const ts_actor *actor, const ts_job_query *query,
                         ts_arena *arena, ts_job_page *out, ts_error *err)
{
    int64_t before = 0;
    *out = (ts_job_page){0};
    if (!ts_actor_may(actor, TS_SCOPE_READ, err) || !ts_cursor_parse(query->cursor, &before, err))
        return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && list_jobs(txn, actor, query, before, arena, out, err);
    ts_catalog_read_end(txn);
    return ok;
}

typedef bool (*job_act)(ts_job_queue *queue, int64_t number, ts_error *err);

static bool act_on_job(ts_service *service, const ts_actor *actor, const char *id, job_act act, ts_error *err)
{
    ts_job_row job;
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena
                  ? ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
                        find_job(service, actor, id, arena, &job, err) && act(service->jobs, job.number, err)
                  : ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}

bool ts_service_job_cancel(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    return act_on_job(service, actor, id, ts_job_queue_cancel, err);
}

bool ts_service_job_requeue(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    return act_on_job(service, actor, id, ts_job_queue_retry, err);
}

/* ---- changes ---------------------------------------------------------------------------------------------- */

/* Tags and vectors are logged by number alone, and say nothing of who may see the picture. */
static void look_up_picture(ts_txn *txn, ts_arena *arena, ts_change *change)
{
    ts_picture_row row;
    bool nameless = change->number && !change->id[0] &&
                    (change->kind == TS_CHANGE_TAGS || change->kind == TS_CHANGE_VECTOR);
    if (!nameless || !ts_pictures_get(txn, change->number, arena, &row, NULL)) return;
    change->id = row.id;
    if (row.visibility != TS_VISIBLE) change->sight = TS_CHANGE_HIDDEN;
}

static bool look_up(ts_txn *txn, const ts_change_page *page, ts_arena *arena, ts_news_page *out,
                    ts_error *err)
{
    ts_news *news = TS_NEW_ARRAY(arena, page->count, ts_news);
    if (!news) return ts_fail_memory(err);
    for (size_t i = 0; i < page->count; i++) {
        ts_job_row job;
        news[i] = (ts_news){.change = page->changes[i]};
        look_up_picture(txn, arena, &news[i].change);
        if (news[i].change.kind == TS_CHANGE_JOB &&
            ts_jobs_get(txn, news[i].change.number, arena, &job, NULL))
            news[i].key_id = job.key_id;
    }
    *out = (ts_news_page){.news = news, .count = page->count, .last = page->last, .lost = page->lost};
    return true;
}

static bool read_changes(ts_service *service, int64_t after, size_t limit, ts_arena *arena, ts_news_page *out,
                         ts_error *err)
{
    ts_change_page page;
    *out = (ts_news_page){.last = after};
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && (after < 0 ? ts_changes_last(txn, &out->last, err)
                                : ts_changes_read(txn, after, limit, arena, &page, err) &&
                                      look_up(txn, &page, arena, out, err));
    ts_catalog_read_end(txn);
    return ok;
}

/* What is committed reaches the feed at once, so its progress is the bell. */
bool ts_service_changes(ts_service *service, const ts_actor *actor, int64_t after, size_t limit,
                        unsigned wait_ms, ts_arena *arena, ts_news_page *out, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (limit == 0 || limit > 1000) limit = 1000;
    if (after >= 0 && wait_ms && ts_catalog_last_seq(service->catalog) <= after)
        (void)ts_feed_wait_news(service->feed, after + 1, wait_ms);
    return read_changes(service, after, limit, arena, out, err);
}

/* ---- figures ----------------------------------------------------------------------------------------------- */

static bool count_records(ts_service *service, ts_service_stats *out, ts_error *err)
{
    ts_picture_filter all = {.state = -1, .visibility = -1, .with_gone = true};
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_pictures_count(txn, &all, &out->pictures, err) &&
              ts_jobs_counts(txn, NULL, 0, out->jobs, err) && ts_deliveries_counts(txn, out->deliveries, err);
    ts_catalog_read_end(txn);
    return ok;
}

bool ts_service_stats_of(ts_service *service, ts_service_stats *out, ts_error *err)
{
    ts_index_stats index;
    struct statvfs disk;
    *out = (ts_service_stats){0};
    if (!count_records(service, out, err)) return false;
    ts_index_stats_of(service->index, &index);
    out->index_pictures = index.pictures;
    out->index_bytes = index.bytes;
    out->index_seq = index.seq;
    out->change_seq = (uint64_t)ts_catalog_last_seq(service->catalog);
    out->waiting = (unsigned)ts_gate_waiting(service->gate);
    out->tagged = atomic_load(&service->tagged);
    out->failed = atomic_load(&service->failed);
    out->tag_seconds = (double)atomic_load(&service->tag_us) / 1e6;
    if (statvfs(service->options.data_dir, &disk) == 0)
        out->free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    return true;
}

bool ts_service_own_models(ts_service *service, ts_model_visit visit, void *context, ts_error *err)
{
    size_t missing;
    return ts_service_models(service->options.tagger.models_dir, NULL, 0, false, visit, context, &missing,
                             err);
}
