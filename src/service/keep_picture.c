/* service: what is kept of an upload, in one commit. Knows no requests and no networks. */
#include "service/keep_picture.h"
#include "service/accept_from.h"
#include "service/caption_job.h"
#include "service/keep_name.h"
#include "service/twin_job.h"
#include "service/wishes.h"

#include <string.h>

#include "base/json.h"
#include "base/wallclock.h"
#include "catalog/keys.h"

const char *ts_event_of(ts_visibility visibility)
{
    return visibility == TS_HELD       ? "picture.held"
           : visibility == TS_REJECTED ? "picture.rejected"
                                       : "picture.tagged";
}

/* ---- credits --------------------------------------------------------------------------------------- */

static int64_t price_of(uint32_t credits)
{
    return credits ? credits : 1;
}

bool ts_keep_check_credits(ts_service *service, const ts_actor *actor, uint32_t credits, int64_t *left,
                           ts_error *err)
{
    ts_key_row key = {.credits = TS_CREDITS_UNLIMITED};
    *left = TS_CREDITS_UNLIMITED;
    if (!actor->key_id || !actor->key_id[0]) return true;
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(service->catalog, err) : NULL;
    bool ok = txn && ts_keys_get(txn, actor->key_id, arena, &key, err);
    ts_catalog_read_end(txn);
    bool enough = ok && (key.credits == TS_CREDITS_UNLIMITED || key.credits >= price_of(credits));
    *left = key.credits;
    ts_arena_free(arena);
    if (!ok || enough) return ok || (!arena && ts_fail_memory(err));
    (void)ts_fail(err, TS_NO_CREDIT, "the credits of this key are spent");
    return ts_hint(err, "an administrator can add some: tagsmith keys credit %s +100", actor->key_id);
}

static bool spend(const ts_keep *keep, ts_txn *txn, ts_error *err)
{
    const char *key = keep->actor->key_id;
    return !key || !key[0] || ts_keys_spend(txn, key, price_of(keep->ask->credits), keep->left, err);
}

/* ---- the row --------------------------------------------------------------------------------------- */

static json_t *policy_json(const ts_preset *preset)
{
    return json_sprintf("%s@%lld", preset->name, (long long)preset->version);
}

static bool is_judged_by(const ts_picture_row *row, const ts_preset *policy)
{
    json_t *extra = ts_json_of(row->extra), *wanted = policy ? policy_json(policy) : NULL;
    bool is = policy ? wanted && json_equal(json_object_get(extra, TS_POLICY), wanted)
                     : json_object_get(extra, TS_JUDGED_BY) != NULL;
    json_decref(wanted);
    json_decref(extra);
    return is;
}

const ts_picture_row *ts_keep_known(const ts_picture_row *rows, size_t count, const ts_preset *policy)
{
    if (!policy) return count ? &rows[0] : NULL;
    for (size_t i = 0; i < count; i++)
        if (is_judged_by(&rows[i], NULL)) return &rows[i];
    for (size_t i = 0; i < count; i++)
        if (is_judged_by(&rows[i], policy)) return &rows[i];
    return NULL;
}

json_t *ts_callback_json(const char *url, const char *key_id, const char *dialect)
{
    return json_pack("{s:s, s:s?, s:s?}", "url", url, "key", key_id, "dialect", dialect);
}

static json_t *callback_of(const ts_keep *keep)
{
    const ts_upload *ask = keep->ask;
    const char *key = ask->callback_secret_key ? ask->callback_secret_key : keep->actor->key_id;
    return ts_callback_json(ask->callback_url, key, ask->callback_dialect);
}

static json_t *extra_of(const ts_keep *keep)
{
    json_t *extra = json_object();
    bool ok = extra && json_object_set_new(extra, TS_POLICY, policy_json(keep->preset)) == 0 &&
              ts_accept_from_write(keep->preset, extra);
    if (ok && keep->ask->extra)
        ok = json_object_set_new(extra, "extra", json_deep_copy(keep->ask->extra)) == 0;
    if (ok && keep->ask->wishes) ok = ts_wishes_note(extra, keep->ask->wishes, keep->actor, NULL);
    if (ok && keep->ask->callback_url) ok = json_object_set_new(extra, TS_CALLBACK, callback_of(keep)) == 0;
    if (ok) return extra;
    json_decref(extra);
    return NULL;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void describe(const ts_keep *keep, ts_picture_row *row)
{
    const ts_upload *ask = keep->ask;
    const ts_metadata *meta =
        keep->sight ? &keep->sight->metadata : &(ts_metadata){.title = "", .description = ""};
    row->name = or_empty(keep->name);
    row->path = ask->path;
    row->library = ask->library;
    row->file_mtime = ask->file_mtime;
    row->title = ask->title ? ask->title : or_empty(meta->title);
    row->description = ask->description ? ask->description : or_empty(meta->description);
    row->alt = "";
    row->owner = or_empty(keep->actor->id);
    row->preset = keep->preset->name;
    row->sha256 = keep->hash;
    row->bytes = (int64_t)keep->length;
    row->reason = "";
}

static bool make_row(const ts_keep *keep, ts_picture_row *row, ts_error *err)
{
    json_t *extra = extra_of(keep);
    if (!extra) return ts_fail_memory(err);
    *row = (ts_picture_row){.format = "", .orientation = 1};
    describe(keep, row);
    bool ok = keep->sight ? ts_sight_fill_row(keep->sight, extra, keep->arena, row, err)
                          : (row->extra = ts_json_dump(extra, keep->arena, err)) != NULL;
    json_decref(extra);
    return ok;
}

typedef struct forgetting {
    ts_service *service;
    const char *sha256;
    ts_arena *arena;
} forgetting;

/* ---- blobs ----------------------------------------------------------------------------------------- */

static bool keep_blobs(const ts_keep *keep, ts_error *err)
{
    if (!keep->ask->path && !ts_blobs_put(keep->service->blobs, keep->bytes, keep->length, NULL, err))
        return false;
    return !keep->sight || ts_sight_put_thumbnail(keep->service, keep->sight, err);
}

/* The writer's thread decides: whoever commits a picture of these bytes comes before this or finds them gone. */
static bool remove_blobs(ts_txn *txn, void *context, ts_error *err)
{
    const forgetting *f = context;
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    if (!ts_pictures_find_sha256(txn, f->sha256, f->arena, &rows, &count, err)) return false;
    return count > 0 || ts_blobs_remove_all(f->service->blobs, f->sha256, err);
}

void ts_keep_forget(ts_service *service, const char *sha256)
{
    forgetting f = {service, sha256, ts_arena_new(0)};
    ts_error trouble = {0};
    if (!f.arena || !ts_catalog_write(service->catalog, remove_blobs, &f, &trouble))
        ts_log_trouble(service->log, TS_LOG_WARN, "an original stays until the next upkeep", &trouble, NULL);
    ts_arena_free(f.arena);
}

/* On the writer's thread, where nobody removes at the same time: a deletion may have taken what was put a moment ago. */
static bool still_there(const ts_keep *keep, ts_error *err)
{
    ts_blob_name original = {.kind = TS_BLOB_ORIGINAL, .hash = keep->hash};
    return keep->ask->path || ts_blobs_exists(keep->service->blobs, &original) || keep_blobs(keep, err);
}

/* The row did not come to be: its files go, too, most of all when it was for want of space. */
static bool leave_nothing(const ts_keep *keep)
{
    if (!keep->twin || strcmp(keep->twin->sha256, keep->hash) != 0) ts_keep_forget(keep->service, keep->hash);
    return false;
}

/* Two uploads of the same bytes at once: the first one's picture is for both. */
static bool is_only_one(ts_keep *keep, ts_txn *txn, ts_error *err)
{
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    if (!keep->once) return true;
    if (!ts_pictures_find_sha256(txn, keep->hash, keep->arena, &rows, &count, err)) return false;
    keep->twin = ts_keep_known(rows, count, keep->judge ? keep->preset : NULL);
    return !keep->twin || ts_fail(err, TS_CONFLICT, "this picture is there already, as %s", keep->twin->id);
}

/* ---- the commit ------------------------------------------------------------------------------------ */

static bool put_vector(ts_txn *txn, int64_t number, const ts_sight *sight, ts_error *err)
{
    const ts_record *record = &sight->full;
    ts_vector_row vector = {.picture = number,
                            .model = record->embedding_model,
                            .values = record->embedding,
                            .count = record->embedding_size};
    return !record->embedding || ts_vectors_put(txn, &vector, err);
}

static bool put_run(ts_txn *txn, int64_t number, const ts_preset *preset, const ts_sight *sight, bool reset,
                    ts_arena *arena, ts_tag_diff *diff, ts_error *err)
{
    ts_tag_run_input run;
    if (!ts_sight_run(sight, preset, arena, &run, err)) return false;
    run.reset = reset;
    return ts_tags_record_run(txn, number, &run, arena, diff, err);
}

static bool put_keywords(ts_service *service, ts_txn *txn, int64_t number, const ts_sight *sight,
                         ts_arena *arena, ts_error *err)
{
    const ts_tag_edit *edits = NULL;
    size_t count = 0;
    ts_tag_diff diff;
    ts_author author = {.kind = TS_AUTHOR_IMPORT, .id = "", .name = "metadata"};
    return ts_sight_keywords(service, sight, arena, &edits, &count, err) &&
           (count == 0 || ts_tags_edit(txn, number, edits, count, &author, NULL, arena, &diff, err));
}

static bool put_own_tags(const ts_keep *keep, ts_txn *txn, int64_t number, ts_error *err)
{
    const ts_upload *ask = keep->ask;
    ts_author author = ts_author_of(keep->actor);
    ts_tag_diff diff;
    ts_tag_edit *edits = TS_NEW_ARRAY(keep->arena, ask->tag_count, ts_tag_edit);
    if (!edits) return ts_fail_memory(err);
    for (size_t i = 0; i < ask->tag_count; i++) {
        edits[i].action = TS_LEDGER_ADD;
        if (!(ask->tags_as_given ? ts_tag_as_given : ts_tag_of_word)(keep->service->vocab, ask->tags[i],
                                                                     keep->arena, &edits[i].tag, err))
            return false;
    }
    return ask->tag_count == 0 ||
           ts_tags_edit(txn, number, edits, ask->tag_count, &author, NULL, keep->arena, &diff, err);
}

static bool read_back(ts_txn *txn, int64_t number, ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    return ts_pictures_get(txn, number, arena, &out->row, err) &&
           ts_tags_list(txn, number, false, true, arena, &out->tags, &out->tag_count, err);
}

typedef struct commit {
    ts_keep *keep;
    ts_picture_row row;
    ts_picture_full *out;
    const char **job;
} commit;

static bool commit_tagged(ts_txn *txn, void *context, ts_error *err)
{
    commit *c = context;
    ts_keep *keep = c->keep;
    ts_tag_diff diff;
    bool ok = is_only_one(keep, txn, err) && ts_keep_take_name(keep, txn, &c->row, err) &&
              still_there(keep, err) && ts_pictures_insert(txn, &c->row, keep->arena, err);
    int64_t number = c->row.number;
    ok = ok && ts_keep_put_name(keep, txn, &c->row, err) && put_vector(txn, number, keep->sight, err) &&
         put_run(txn, number, keep->preset, keep->sight, false, keep->arena, &diff, err) &&
         put_keywords(keep->service, txn, number, keep->sight, keep->arena, err) &&
         put_own_tags(keep, txn, number, err) &&
         ts_wishes_grant(keep->service, txn, number, keep->arena, err) && spend(keep, txn, err) &&
         read_back(txn, number, keep->arena, c->out, err);
    return ok &&
           ts_picture_tell(keep->service, txn, ts_event_of(c->out->row.visibility), c->out, NULL, err) &&
           ts_twins_queue(txn, &c->out->row, keep->arena, err) &&
           ts_idempotent_store(keep->idempotent, txn, c->out->row.id, NULL, err);
}

bool ts_keep_tagged(ts_keep *keep, ts_picture_full *out, ts_error *err)
{
    commit c = {.keep = keep, .out = out};
    if (!make_row(keep, &c.row, err)) return false;
    bool ok = keep_blobs(keep, err) && ts_catalog_write(keep->service->catalog, commit_tagged, &c, err);
    if (ok) ts_twins_ring(keep->service, &out->row);
    if (ok) ts_caption_wish(keep->service, &out->row);
    if (ok && keep->replaced) ts_keep_forget(keep->service, keep->replaced);
    return ok || leave_nothing(keep);
}

/* ---- later ------------------------------------------------------------------------------------------ */

static bool commit_pending(ts_txn *txn, void *context, ts_error *err)
{
    commit *c = context;
    ts_keep *keep = c->keep;
    ts_job_row job = {.kind = "tag",
                      .priority = 10,
                      .max_attempts = keep->service->options.max_attempts,
                      .key_id = or_empty(keep->actor->key_id)};
    if (!is_only_one(keep, txn, err) || !ts_keep_take_name(keep, txn, &c->row, err) ||
        !still_there(keep, err) || !ts_pictures_insert(txn, &c->row, keep->arena, err) ||
        !ts_keep_put_name(keep, txn, &c->row, err) || !put_own_tags(keep, txn, c->row.number, err) ||
        !spend(keep, txn, err))
        return false;
    job.picture = c->row.number;
    job.payload = ts_arena_printf(keep->arena, "{\"credits\":%lld}", (long long)price_of(keep->ask->credits));
    if (!job.payload) return ts_fail_memory(err);
    if (!ts_jobs_enqueue(txn, &job, 1, keep->arena, err)) return false;
    *c->job = job.id;
    return read_back(txn, c->row.number, keep->arena, c->out, err) &&
           ts_idempotent_store(keep->idempotent, txn, c->out->row.id, job.id, err);
}

bool ts_keep_pending(ts_keep *keep, ts_picture_full *out, const char **job, ts_error *err)
{
    commit c = {.keep = keep, .out = out, .job = job};
    if (!make_row(keep, &c.row, err)) return false;
    if (keep->preset->moderates) {
        c.row.visibility = TS_HELD;
        c.row.reason = "not judged yet";
    }
    if (!ts_job_queue_reserve(keep->service->jobs, 1, err)) return false;
    bool ok = keep_blobs(keep, err) && ts_catalog_write(keep->service->catalog, commit_pending, &c, err);
    ts_job_queue_reserved(keep->service->jobs, 1, ok);
    if (ok && keep->replaced) ts_keep_forget(keep->service, keep->replaced);
    return ok || leave_nothing(keep);
}

/* ---- nothing ---------------------------------------------------------------------------------------- */

static bool commit_nothing(ts_txn *txn, void *context, ts_error *err)
{
    return spend(context, txn, err);
}

static bool rows_of_tags(const ts_keep *keep, ts_picture_full *out, ts_error *err)
{
    ts_tag_run_input run;
    if (!ts_sight_run(keep->sight, keep->preset, keep->arena, &run, err)) return false;
    ts_tag_row *rows = TS_NEW_ARRAY(keep->arena, run.count, ts_tag_row);
    if (!rows) return ts_fail_memory(err);
    for (size_t i = 0; i < run.count; i++)
        rows[i] = (ts_tag_row){.key = run.tags[i].concept,
                               .concept = run.tags[i].concept,
                               .label = run.tags[i].label,
                               .facet = run.tags[i].facet,
                               .state = run.tags[i].state,
                               .confidence = run.tags[i].confidence,
                               .position = (int64_t)i,
                               .author = run.author,
                               .analyser = run.tags[i].analyser,
                               .model = run.tags[i].model,
                               .version = run.tags[i].version,
                               .payload = run.tags[i].payload,
                               .raw = run.tags[i].raw};
    out->tags = rows;
    out->tag_count = run.count;
    return true;
}

bool ts_keep_nothing(ts_keep *keep, ts_picture_full *out, ts_error *err)
{
    if (!make_row(keep, &out->row, err) || !rows_of_tags(keep, out, err)) return false;
    out->row.id = "";
    const char *key = keep->actor->key_id;
    return !key || !key[0] || ts_catalog_write(keep->service->catalog, commit_nothing, keep, err);
}

/* ---- again ------------------------------------------------------------------------------------------ */

static bool keep_blurred(json_t *extra, bool blurred, ts_arena *arena, ts_picture_row *row, ts_error *err)
{
    if (json_object_set_new(extra, TS_BLURRED, json_boolean(blurred)) != 0) return ts_fail_memory(err);
    row->extra = ts_json_dump(extra, arena, err);
    return row->extra != NULL;
}

/* What others keep in the row's extra stays; the measures are replaced. */
static bool refill_row(const ts_preset *preset, const ts_sight *sight, ts_picture_row *row, ts_arena *arena,
                       ts_error *err)
{
    ts_visibility visibility = row->visibility;
    const char *reason = row->reason;
    bool first = row->state != TS_PICTURE_READY;
    json_t *extra = ts_json_of(row->extra);
    bool judged = json_object_get(extra, TS_JUDGED_BY) != NULL;
    bool blurred = json_is_true(json_object_get(extra, TS_BLURRED));
    /* What a person judged stays so, and no machine releases what another one held. */
    bool judges = !judged && (first || visibility == TS_VISIBLE);
    bool ok =
        !judges || json_object_set_new(extra, TS_POLICY, policy_json(preset)) == 0 || ts_fail_memory(err);
    ok = ok && (ts_accept_from_write(preset, extra) || ts_fail_memory(err));
    ok = ok && ts_sight_fill_row(sight, extra, arena, row, err);
    if (ok && !judges) ok = keep_blurred(extra, blurred, arena, row, err);
    json_decref(extra);
    if (ok && first && !row->title[0]) row->title = or_empty(sight->metadata.title);
    if (ok && first && !row->description[0]) row->description = or_empty(sight->metadata.description);
    if (judges) return ok;
    row->visibility = visibility;
    row->reason = reason;
    return ok;
}

bool ts_keep_again(ts_service *service, ts_txn *txn, const ts_preset *preset, const ts_sight *sight,
                   bool reset, const char *event, ts_picture_row *row, ts_arena *arena, ts_tag_diff *diff,
                   ts_error *err)
{
    ts_picture_full full;
    if (!refill_row(preset, sight, row, arena, err)) return false;
    row->preset = preset->name;
    if (!ts_pictures_update(txn, row, -1, err) || !put_vector(txn, row->number, sight, err)) return false;
    if (!put_run(txn, row->number, preset, sight, reset, arena, diff, err)) return false;
    if (!put_keywords(service, txn, row->number, sight, arena, err)) return false;
    if (!ts_wishes_grant(service, txn, row->number, arena, err)) return false;
    if (!read_back(txn, row->number, arena, &full, err)) return false;
    *row = full.row;
    bool updated = event && strcmp(event, "picture.updated") == 0;
    bool told = !event ? true
                : updated
                    ? ts_picture_tell_change(service, txn, &full, &(ts_picture_change){.tags = diff}, err)
                    : ts_picture_tell(service, txn, event, &full, NULL, err);
    return told && ts_twins_queue(txn, row, arena, err);
}
