/* service: compares a picture with those that came before it. Knows no dialect. */
#include "service/twins.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/wallclock.h"
#include "service/keep_picture.h"
#include "service/named.h"
#include "service/picture_read.h"
#include "service/twin_job.h"

#define MEMBER "twins"

enum { like_max = 10, index_wait_ms = 60000 };

/* One picture compared; dies with the call. */
typedef struct comparing {
    ts_service *service;
    int64_t number;
    const ts_index_twin *twins; /* by look, itself among them */
    size_t twin_count;
    const char *event; /* of what came out, or NULL: nobody asked any more */
    ts_arena *arena;
} comparing;

typedef struct twin_wish {
    double likeness;
    const char *space; /* in the arena */
} twin_wish;

static const json_t *wish_in(const json_t *extra)
{
    return json_object_get(json_object_get(extra, "extra"), MEMBER);
}

static bool read_wish(const json_t *extra, ts_arena *arena, twin_wish *out)
{
    const json_t *asked = wish_in(extra);
    if (!asked) return false;
    out->likeness = ts_json_number_or(asked, "likeness", 1);
    out->space = ts_arena_strdup(arena, ts_json_string_or(asked, "space", ""));
    return out->space && out->space[0];
}

/* ---- what is like it ------------------------------------------------------------------------------ */

/* Of 64 bits of the perceptual hash so many may differ. */
static unsigned distance_of(double likeness)
{
    return likeness >= 1 ? 0 : (unsigned)floor((1 - likeness) * 64 + 1e-9);
}

static bool is_before(const comparing *c, const ts_picture_row *row)
{
    return row->number < c->number && !row->gone && row->visibility != TS_REJECTED;
}

static bool add_like(const comparing *c, ts_txn *txn, const twin_wish *wish, const ts_picture_row *row,
                     double likeness, json_t *like, ts_error *err)
{
    const char *name;
    if (json_array_size(like) >= like_max || !is_before(c, row)) return true;
    if (!ts_named_of(txn, wish->space, row, c->arena, &name, err)) return false;
    return json_array_append_new(like, json_pack("{s:o, s:o}", "name", ts_json_repaired(name), "likeness",
                                                 ts_json_rounded(likeness, 4))) == 0 ||
           ts_fail_memory(err);
}

/* The same bytes first; then what looks like it, nearest first. */
static bool find_like(const comparing *c, ts_txn *txn, const twin_wish *wish, const ts_picture_row *own,
                      json_t *like, ts_error *err)
{
    const ts_picture_row *same = NULL;
    size_t count = 0;
    if (!ts_pictures_find_sha256(txn, own->sha256, c->arena, &same, &count, err)) return false;
    for (size_t i = 0; i < count; i++)
        if (!add_like(c, txn, wish, &same[i], 1, like, err)) return false;
    for (size_t i = 0; i < c->twin_count && json_array_size(like) < like_max; i++) {
        ts_picture_row row;
        ts_error gone = {0};
        const ts_index_twin *twin = &c->twins[i];
        if (!ts_pictures_get(txn, twin->number, c->arena, &row, &gone)) continue;
        if (strcmp(row.sha256, own->sha256) == 0) continue;
        if (!add_like(c, txn, wish, &row, 1 - twin->distance / 64.0, like, err)) return false;
    }
    return true;
}

/* ---- the verdict ---------------------------------------------------------------------------------- */

/* Takes like. */
static bool write_verdict(const comparing *c, const twin_wish *wish, json_t *extra, json_t *like)
{
    char at[TS_ISO8601_SIZE];
    json_t *own = json_object_get(extra, "extra"), *kept = json_object_get(own, wish->space);
    if (!kept && json_object_set_new(own, wish->space, kept = json_object()) != 0)
        return json_decref(like), false;
    json_t *verdicts = json_object_get(kept, "verdicts");
    if (!verdicts && json_object_set_new(kept, "verdicts", verdicts = json_object()) != 0)
        return json_decref(like), false;
    ts_iso8601_format(ts_wallclock_ms(), at);
    (void)json_object_del(own, MEMBER);
    const char *status = strcmp(c->event, "picture.rejected") == 0 ? "rejected" : "approved";
    return json_object_set_new(verdicts, "duplicate",
                               json_pack("{s:s, s:s, s:o}", "status", status, "at", at, "like", like)) == 0;
}

static void judge(comparing *c, const json_t *extra, const json_t *like, ts_picture_row *row)
{
    const json_t *first = json_array_get(like, 0);
    c->event = first ? "picture.rejected" : "picture.released";
    if (!first || json_object_get(extra, TS_JUDGED_BY)) return;
    const char *reason = ts_arena_printf(c->arena, "like %.200s, which is there already",
                                         ts_json_string_or(first, "name", ""));
    row->visibility = TS_REJECTED;
    row->reason = reason ? reason : "";
}

static bool commit_verdict(ts_txn *txn, void *context, ts_error *err)
{
    comparing *c = context;
    twin_wish wish;
    ts_picture_full full;
    ts_picture_row row;
    if (!ts_pictures_get(txn, c->number, c->arena, &row, err)) return false;
    json_t *extra = ts_json_of(row.extra), *like = json_array();
    bool asked = read_wish(extra, c->arena, &wish);
    bool ok = !asked || find_like(c, txn, &wish, &row, like, err);
    if (ok && asked) {
        judge(c, extra, like, &row);
        ok = write_verdict(c, &wish, extra, json_incref(like)) &&
             (row.extra = ts_json_dump(extra, c->arena, err)) != NULL &&
             ts_pictures_update(txn, &row, -1, err) &&
             ts_picture_fill(txn, c->number, false, c->arena, &full, err) &&
             ts_picture_tell(c->service, txn, c->event, &full, NULL, err);
    }
    json_decref(like);
    json_decref(extra);
    return ok;
}

/* The index knows hashes of all that was committed before this job was. */
static bool read_twins(comparing *c, ts_error *err)
{
    twin_wish wish = {0};
    ts_picture_row row;
    ts_service *service = c->service;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_pictures_get(txn, c->number, c->arena, &row, err);
    ts_catalog_read_end(txn);
    if (!ok || !row.has_phash) return ok;
    json_t *extra = ts_json_of(row.extra);
    bool asked = read_wish(extra, c->arena, &wish);
    json_decref(extra);
    if (!asked) return true;
    if (!ts_feed_wait(service->feed, ts_catalog_last_seq(service->catalog), index_wait_ms))
        return ts_fail(err, TS_BUSY, "the search index is behind");
    return ts_index_twins(service->index, row.phash, distance_of(wish.likeness), SIZE_MAX, c->arena,
                          &c->twins, &c->twin_count, err);
}

bool ts_run_twins_job(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    comparing c = {.service = context, .number = job->picture, .arena = ts_job_run_arena(run)};
    return read_twins(&c, err) && ts_job_run_commit(run, commit_verdict, &c, err);
}

/* ---- the wish ------------------------------------------------------------------------------------- */

static bool asks(const ts_picture_row *row)
{
    json_t *extra = row->state == TS_PICTURE_READY ? ts_json_of(row->extra) : NULL;
    bool asked = wish_in(extra) != NULL;
    json_decref(extra);
    return asked;
}

bool ts_twins_queue(ts_txn *txn, const ts_picture_row *row, ts_arena *arena, ts_error *err)
{
    ts_job_row job = {.kind = "twins", .picture = row->number, .priority = 5, .payload = "{}", .key_id = ""};
    return !asks(row) || ts_jobs_enqueue(txn, &job, 1, arena, err);
}

/* One for a picture that was let in: for these no room is asked. */
void ts_twins_ring(ts_service *service, const ts_picture_row *row)
{
    if (asks(row)) ts_job_queue_reserved(service->jobs, 0, 1);
}

typedef struct asking {
    const ts_actor *actor;
    const char *picture;
    ts_picture_row row;
    ts_arena *arena;
} asking;

static bool commit_wish(ts_txn *txn, void *context, ts_error *err)
{
    asking *a = context;
    bool held = ts_scopes_cover(a->actor->scopes, TS_SCOPE_REVIEW);
    return ts_picture_find(txn, a->picture, held, a->arena, &a->row, err) &&
           ts_twins_queue(txn, &a->row, a->arena, err);
}

bool ts_service_compare(ts_service *service, const ts_actor *actor, const char *picture, ts_error *err)
{
    asking a = {.actor = actor, .picture = picture, .arena = ts_arena_new(0)};
    bool ok = a.arena ? ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
                            ts_catalog_write(service->catalog, commit_wish, &a, err)
                      : ts_fail_memory(err);
    if (ok) ts_twins_ring(service, &a.row);
    ts_arena_free(a.arena);
    return ok;
}
