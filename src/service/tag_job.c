/* service: a picture that is kept already is looked at (again). Knows no requests. */
#include "service/tag_job.h"

#include <string.h>

#include "base/json.h"
#include "catalog/keys.h"
#include "service/accept_from.h"
#include "service/caption_job.h"
#include "service/hooks.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"
#include "service/twin_job.h"

/* One picture looked at again; dies with the call. */
typedef struct again {
    ts_service *service;
    ts_preset preset;
    ts_sight sight;
    ts_picture_row row;
    bool reset, dry;
    const char *event;
    const ts_job_row *job; /* NULL: on request */
    ts_retag_note note;    /* of a job: who is told of it; url NULL: nobody */
    ts_buf bytes;
    ts_arena *arena;
    ts_tag_diff *diff;
} again;

static bool look_again(again *a, ts_turn turn, ts_error *err)
{
    enum { patience_ms = 600000 };
    if (!ts_picture_bytes(a->service, &a->row, &a->bytes, err)) return false;
    ts_look look = {.bytes = a->bytes.data,
                    .length = a->bytes.length,
                    .beside = a->row.path,
                    .turn = turn,
                    .ms = turn == TS_TURN_BACKGROUND ? patience_ms : a->service->options.sync_ms};
    return ts_service_see(a->service, &a->preset, &look, a->arena, &a->sight, err) &&
           ts_sight_put_thumbnail(a->service, &a->sight, err);
}

static bool tell_done(const again *a, ts_txn *txn, ts_error *err)
{
    json_t *payload =
        json_pack("{s:s, s:s, s:s}", "id", a->job->id, "kind", a->job->kind, "picture", a->row.id);
    bool ok = payload
                  ? ts_hooks_emit(a->service, txn, "job.done", a->row.number, payload, NULL, NULL, NULL, err)
                  : ts_fail_memory(err);
    json_decref(payload);
    return ok;
}

static bool tell_note(const again *a, ts_txn *txn, ts_error *err)
{
    ts_picture_full full;
    return !a->note.url || (ts_picture_fill(txn, a->row.number, false, a->arena, &full, err) &&
                            ts_picture_tell_to(a->service, txn, a->note.event, &full, a->note.url,
                                               a->job->key_id, a->note.dialect, err));
}

/* The row is read again within the change: somebody may have edited it meanwhile. */
static bool commit_again(ts_txn *txn, void *context, ts_error *err)
{
    again *a = context;
    return ts_pictures_get(txn, a->row.number, a->arena, &a->row, err) &&
           ts_keep_again(a->service, txn, &a->preset, &a->sight, a->reset, a->event, &a->row, a->arena,
                         a->diff, err) &&
           (!a->job || (tell_done(a, txn, err) && tell_note(a, txn, err)));
}

/* The preset, with the uploader's line in it unless whoever asks now has another. */
static bool take_preset(again *a, const char *name, const double *line, ts_error *err)
{
    const char *before = a->row.preset && a->row.preset[0] ? a->row.preset : NULL;
    if (!ts_service_preset(a->service, name ? name : before, "api", a->arena, &a->preset, err)) return false;
    json_t *extra = ts_json_of(a->row.extra);
    ts_accept_from_read(extra, &a->preset);
    ts_accept_from_set(line, &a->preset);
    json_decref(extra);
    return true;
}

/* ---- the job ---------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *payload, const char *member, ts_arena *arena)
{
    const char *text = ts_json_string_or(payload, member, NULL);
    return text ? ts_arena_strdup(arena, text) : NULL;
}

static bool prepare(again *a, const ts_job_row *job, ts_error *err)
{
    json_t *payload = ts_json_of(job->payload);
    const char *preset = text_of(payload, "preset", a->arena);
    const double line = ts_json_number_or(payload, "accept_from", -1);
    a->reset = ts_json_bool_or(payload, "reset", false);
    a->note = (ts_retag_note){text_of(payload, "event", a->arena), text_of(payload, "url", a->arena),
                              text_of(payload, "dialect", a->arena)};
    json_decref(payload);
    ts_txn *txn = ts_catalog_read_begin(a->service->catalog, err);
    bool ok = txn && ts_pictures_get(txn, job->picture, a->arena, &a->row, err);
    ts_catalog_read_end(txn);
    return ok && take_preset(a, preset, line < 0 ? NULL : &line, err);
}

bool ts_run_tag_job(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    ts_tag_diff diff = {0};
    again a = {.service = context, .arena = ts_job_run_arena(run), .job = job, .diff = &diff};
    bool ok = prepare(&a, job, err) && look_again(&a, TS_TURN_BACKGROUND, err);
    if (ok) {
        a.event = a.note.event ? "picture.updated" : ts_event_of(a.sight.verdict.visibility);
        ok = ts_job_run_commit(run, commit_again, &a, err);
        if (!ok) ts_keep_forget(a.service, a.sight.sha256); /* the picture may have been deleted meanwhile */
        else ts_twins_ring(a.service, &a.row), ts_caption_wish(a.service, &a.row);
    }
    ts_buf_free(&a.bytes);
    return ok;
}

/* ---- a job that failed ------------------------------------------------------------------------------ */

typedef struct failure {
    ts_service *service;
    const ts_job_row *job;
    const ts_error *error;
    ts_arena *arena;
} failure;

/* What was spent for a picture comes back when it fails for the first time: a job that is started again spends nothing. */
static bool refund(const failure *f, ts_txn *txn, ts_error *err)
{
    ts_error unknown = {0};
    json_t *payload = ts_json_of(f->job->payload);
    json_int_t credits = json_integer_value(json_object_get(payload, "credits"));
    json_decref(payload);
    if (credits <= 0 || !f->job->key_id || !f->job->key_id[0]) return true;
    if (ts_keys_credit(txn, f->job->key_id, credits, NULL, &unknown)) return true;
    if (unknown.code == TS_NOT_FOUND) return true;
    if (err) *err = unknown;
    return false;
}

static bool commit_failure(ts_txn *txn, void *context, ts_error *err)
{
    failure *f = context;
    ts_picture_full picture = {0};
    ts_picture_row *row = &picture.row;
    ts_error deleted = {0};
    if (!ts_pictures_get(txn, f->job->picture, f->arena, row, &deleted)) {
        if (deleted.code == TS_NOT_FOUND) return true;
        if (err) *err = deleted;
        return false;
    }
    if (row->state == TS_PICTURE_READY) return true; /* a re-tagging: what was known stays */
    bool first = row->state == TS_PICTURE_PENDING;
    json_t *why = ts_error_object(f->error);
    row->state = TS_PICTURE_FAILED;
    row->error = why ? ts_json_dump(why, f->arena, err) : NULL;
    json_decref(why);
    return ts_pictures_update(txn, row, -1, err) &&
           ts_picture_tell(f->service, txn, "picture.failed", &picture, f->error, err) &&
           (!first || refund(f, txn, err));
}

void ts_note_job(ts_service *service, const ts_job_event *event)
{
    const ts_job_row *job = event->job;
    bool lost = event->kind == TS_JOB_EVENT_ENDED && job->state != TS_JOB_DONE && job->picture &&
                strcmp(job->kind, "tag") == 0;
    if (!lost) return;
    ts_error unknown = {.code = TS_INTERRUPTED, .message = "the job was cancelled"}, trouble = {0};
    failure f = {service, job, event->error ? event->error : &unknown, ts_arena_new(0)};
    if (f.arena && !ts_catalog_write(service->catalog, commit_failure, &f, &trouble))
        ts_log_trouble(service->log, TS_LOG_ERROR, "a failed picture could not be marked", &trouble, NULL);
    ts_log_trouble(
        service->log, TS_LOG_WARN, "picture failed", f.error,
        (const ts_log_field[]){ts_kv_int("picture", job->picture), ts_kv_text("job", job->id), {0}});
    ts_arena_free(f.arena);
}

/* ---- on request -------------------------------------------------------------------------------------- */

static bool plan(again *a, ts_error *err)
{
    ts_tag_run_input run;
    if (!ts_sight_run(&a->sight, &a->preset, a->arena, &run, err)) return false;
    run.reset = a->reset;
    ts_txn *txn = ts_catalog_read_begin(a->service->catalog, err);
    bool ok = txn && ts_tags_plan_run(txn, a->row.number, &run, a->arena, a->diff, err);
    ts_catalog_read_end(txn);
    return ok;
}

bool ts_service_retag(ts_service *service, const ts_actor *actor, const char *id, const ts_retag *retag,
                      ts_arena *arena, ts_tag_diff *diff, ts_error *err)
{
    ts_picture_full picture;
    again a = {
        .service = service, .arena = arena, .diff = diff, .reset = retag->reset, .event = "picture.updated"};
    bool held = ts_scopes_cover(actor->scopes, TS_SCOPE_REVIEW);
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    if (!ts_service_picture_of(service, &(ts_picture_query){.id = id, .with_held = held}, arena, &picture,
                               err))
        return false;
    a.row = picture.row;
    bool ok =
        take_preset(&a, retag->preset, retag->accept_from, err) && look_again(&a, TS_TURN_WAITED_FOR, err);
    if (ok) ok = retag->dry ? plan(&a, err) : ts_catalog_write(service->catalog, commit_again, &a, err);
    if (ok && !retag->dry) ts_twins_ring(service, &a.row);
    if (!ok && a.sight.sha256) ts_keep_forget(service, a.sight.sha256);
    ts_buf_free(&a.bytes);
    return ok;
}

typedef struct later {
    const ts_actor *actor;
    const char *id, *payload;
    const char **job;
    unsigned attempts;
    ts_arena *arena;
} later;

static bool commit_later(ts_txn *txn, void *context, ts_error *err)
{
    const later *l = context;
    ts_picture_row row;
    ts_job_row job = {.kind = "tag",
                      .priority = 10,
                      .payload = l->payload,
                      .max_attempts = l->attempts,
                      .key_id = l->actor->key_id ? l->actor->key_id : ""};
    bool held = ts_scopes_cover(l->actor->scopes, TS_SCOPE_REVIEW);
    if (!ts_picture_find(txn, l->id, held, l->arena, &row, err)) return false;
    job.picture = row.number;
    if (!ts_jobs_enqueue(txn, &job, 1, l->arena, err)) return false;
    *l->job = job.id;
    return true;
}

static const char *payload_of(const ts_retag *retag, const ts_retag_note *note, ts_arena *arena,
                              ts_error *err)
{
    json_t *payload =
        json_pack("{s:s*, s:b, s:s, s:s*, s:s*}", "preset", retag->preset, "reset", retag->reset, "event",
                  note->event, "url", note->url, "dialect", note->dialect);
    if (payload && retag->accept_from)
        (void)json_object_set_new(payload, "accept_from", json_real(*retag->accept_from));
    const char *text = payload ? ts_json_dump(payload, arena, err) : NULL;
    if (!payload) (void)ts_fail_memory(err);
    json_decref(payload);
    return text;
}

bool ts_service_retag_later(ts_service *service, const ts_actor *actor, const char *id, const ts_retag *retag,
                            const ts_retag_note *note, ts_arena *arena, const char **job, ts_error *err)
{
    later l = {
        .actor = actor, .id = id, .job = job, .attempts = service->options.max_attempts, .arena = arena};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    if (note->url && !ts_net_check_url(service->net, note->url, err)) return false;
    l.payload = payload_of(retag, note, arena, err);
    if (!l.payload || !ts_job_queue_reserve(service->jobs, 1, err)) return false;
    bool ok = ts_catalog_write(service->catalog, commit_later, &l, err);
    ts_job_queue_reserved(service->jobs, 1, ok);
    return ok;
}
