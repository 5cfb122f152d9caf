/* service: pictures come in. Two ways to the same commit: at once, when there is a turn; else by a job. */
#include "service/upload.h"

#include <string.h>
#include <strings.h>

#include "base/data_uri.h"
#include "image/image.h"
#include "service/accept_from.h"
#include "service/keep_name.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"
#include "service/see.h"

/* One upload under way; dies with the call. */
typedef struct upload {
    ts_service *service;
    const ts_actor *actor;
    const ts_upload *ask;
    ts_arena *arena;
    ts_preset preset;
    ts_buf fetched; /* of an address or a data URI */
    const void *bytes;
    size_t length;
    const char *name;
    char hash[TS_BLOB_HASH];
    ts_idempotent claim;
    int64_t left; /* credits */
} upload;

/* ---- what comes in --------------------------------------------------------------------------------- */

static bool take_url(upload *u, ts_error *err)
{
    ts_fetch_info info = {0};
    ts_fetch_options limits = {.max_bytes = (size_t)u->service->options.tagger.max_bytes,
                               .total_ms = u->service->options.fetch_ms};
    if (!ts_net_fetch(u->service->net, u->ask->url, &limits, &u->fetched, &info, err)) {
        /* Somebody else's server is no fault of ours: 422, not 500. */
        bool theirs = err && (err->code == TS_IO || err->code == TS_TIMEOUT || err->code == TS_NOT_FOUND);
        if (theirs) err->code = TS_REFUSED;
        return false;
    }
    u->bytes = u->fetched.data;
    u->length = u->fetched.length;
    if (!u->name) u->name = ts_arena_strdup(u->arena, info.name);
    return true;
}

static bool take_data_uri(upload *u, ts_error *err)
{
    char type[TS_DATA_URI_TYPE_MAX];
    size_t limit = (size_t)u->service->options.tagger.max_bytes;
    const char *text = u->ask->data_uri;
    if (!ts_data_uri_parse(text, strlen(text), limit, type, &u->fetched, err)) return false;
    u->bytes = u->fetched.data;
    u->length = u->fetched.length;
    return true;
}

static bool take_bytes(upload *u, ts_error *err)
{
    int ways = (u->ask->bytes != NULL) + (u->ask->url != NULL) + (u->ask->data_uri != NULL);
    u->name = u->ask->name;
    if (ways != 1) return ts_fail(err, TS_USAGE, "an upload is exactly one of bytes, url and data_uri");
    if (u->ask->url) return take_url(u, err);
    if (u->ask->data_uri) return take_data_uri(u, err);
    u->bytes = u->ask->bytes;
    u->length = u->ask->length;
    return u->length > 0 || ts_fail(err, TS_NOT_PICTURE, "the upload is empty");
}

/* By content, never by name: what is recognised only to be refused is among the others. */
static bool check_format(const upload *u, ts_error *err)
{
    const char *name = ts_format_name(ts_format_sniff(u->bytes, u->length));
    if (!u->ask->formats) return true;
    for (size_t i = 0; i < u->ask->format_count; i++)
        if (strcasecmp(u->ask->formats[i], name) == 0) return true;
    return ts_fail(err, TS_UNSUPPORTED, "pictures of this format (%s) are not taken here", name);
}

/* A header that cannot be read is the tagger's to complain of. */
static bool ask_uploader(const upload *u, ts_error *err)
{
    ts_picture_info info = {0};
    ts_decoder_pool *decoders = u->service->tagger ? ts_tagger_decoders(u->service->tagger) : NULL;
    if (!u->ask->accepts) return true;
    if (!decoders || !ts_decode_header(decoders, u->bytes, u->length, &info, NULL))
        info = (ts_picture_info){0};
    ts_upload_facts facts = {.bytes = u->length,
                             .mime = ts_format_mime(ts_format_sniff(u->bytes, u->length)),
                             .width = info.width,
                             .height = info.height};
    return u->ask->accepts(u->ask->accepts_context, &facts, err);
}

/* ---- the same bytes again --------------------------------------------------------------------------- */

static ts_duplicate_rule rule_of(const upload *u)
{
    if (u->ask->alias_rule != TS_ALIAS_MOVES) return TS_DUPLICATE_KEEP;
    return u->preset.duplicates >= 0 ? (ts_duplicate_rule)u->preset.duplicates : u->ask->duplicates;
}

static bool give_known(upload *u, const char *id, ts_upload_result *result, ts_error *err)
{
    ts_picture_query query = {.id = id, .with_held = true};
    if (!ts_service_picture_of(u->service, &query, u->arena, &result->picture, err)) return false;
    result->done = result->picture.row.state != TS_PICTURE_PENDING;
    return true;
}

/* An original that went missing or was damaged comes back with the same bytes. To know it costs reading as many as came in. */
static bool mend_original(const upload *u, const ts_picture_row *row, ts_error *err)
{
    return row->path || ts_blobs_holds(u->service->blobs, u->hash, u->bytes, u->length) ||
           ts_blobs_put(u->service->blobs, u->bytes, u->length, NULL, err);
}

/* Whoever asks for a verdict asks for that of this preset. */
static bool judges_anew(const upload *u)
{
    return u->ask->judge && rule_of(u) == TS_DUPLICATE_RETURN;
}

/* *known: it was there and the rule says what becomes of that. */
static bool check_duplicate(upload *u, ts_upload_result *result, bool *known, ts_error *err)
{
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    *known = false;
    if (rule_of(u) == TS_DUPLICATE_KEEP || u->ask->path) return true;
    ts_txn *txn = ts_catalog_read_begin(u->service->catalog, err);
    bool ok = txn && ts_pictures_find_sha256(txn, u->hash, u->arena, &rows, &count, err);
    ts_catalog_read_end(txn);
    if (!ok || count == 0) return ok;
    const ts_picture_row *row = ts_keep_known(rows, count, judges_anew(u) ? &u->preset : NULL);
    if (!row) return true;
    if (rule_of(u) == TS_DUPLICATE_REFUSE) {
        (void)ts_fail(err, TS_CONFLICT, "this picture is there already, as %s", rows[0].id);
        return ts_hint(err, "upload with duplicates=return to get it, or duplicates=keep for a second one");
    }
    *known = true;
    result->duplicate = true;
    return mend_original(u, row, err) && give_known(u, row->id, result, err);
}

/* *known: the name is taken, and stays with the picture that has it. */
static bool check_name(upload *u, ts_upload_result *result, bool *known, ts_error *err)
{
    const ts_picture_row *holder = NULL;
    if (u->ask->alias_rule != TS_ALIAS_STAYS || u->ask->without_store) return true;
    ts_txn *txn = ts_catalog_read_begin(u->service->catalog, err);
    bool ok = txn && ts_keep_name_holder(txn, u->ask, u->arena, &holder, err);
    ts_catalog_read_end(txn);
    if (!ok || !holder) return ok;
    *known = result->duplicate = true;
    return give_known(u, holder->id, result, err);
}

/* ---- tagging at once -------------------------------------------------------------------------------- */

static ts_keep keep_of(upload *u, const ts_sight *sight)
{
    return (ts_keep){.service = u->service,
                     .actor = u->actor,
                     .ask = u->ask,
                     .preset = &u->preset,
                     .sight = sight,
                     .bytes = u->bytes,
                     .length = u->length,
                     .hash = u->hash,
                     .name = u->name,
                     .idempotent = &u->claim,
                     .judge = judges_anew(u),
                     .left = &u->left,
                     .once = rule_of(u) != TS_DUPLICATE_KEEP && !u->ask->path,
                     .arena = u->arena};
}

/* Somebody else's upload of the same bytes was committed while this one was under way. */
static bool give_twin(upload *u, const ts_keep *keep, ts_upload_result *result, ts_error *err)
{
    if (!keep->twin || (rule_of(u) != TS_DUPLICATE_RETURN && u->ask->alias_rule != TS_ALIAS_STAYS))
        return false;
    result->duplicate = true;
    result->job = NULL;
    return give_known(u, keep->twin->id, result, err);
}

/* Who asks for this gets nothing of such a picture, so it costs nothing. */
static bool may_be_seen(const upload *u, const ts_verdict *verdict, ts_error *err)
{
    if (!u->ask->visible_only || verdict->visibility == TS_VISIBLE) return true;
    return ts_fail(err, TS_REFUSED, "the safety policy does not allow this picture: %s", verdict->reason);
}

static bool finish_at_once(upload *u, const ts_sight *sight, ts_upload_result *result, ts_error *err)
{
    ts_keep keep = keep_of(u, sight);
    if (!may_be_seen(u, &sight->verdict, err)) return false;
    if (!u->ask->without_store) {
        if (!ts_keep_tagged(&keep, &result->picture, err)) return give_twin(u, &keep, result, err);
    } else if (!ts_keep_nothing(&keep, &result->picture, err)) {
        return false;
    }
    result->done = true;
    result->record = &sight->record;
    return true;
}

static bool finish_later(upload *u, ts_upload_result *result, ts_error *err)
{
    ts_keep keep = keep_of(u, NULL);
    return ts_keep_pending(&keep, &result->picture, &result->job, err) || give_twin(u, &keep, result, err);
}

static bool tag_or_queue(upload *u, ts_upload_result *result, ts_error *err)
{
    ts_sight *sight = TS_NEW(u->arena, ts_sight);
    ts_error trouble = {0};
    if (!sight) return ts_fail_memory(err);
    if (u->ask->async && !u->ask->without_store) return finish_later(u, result, err);
    ts_look look = {.bytes = u->bytes,
                    .length = u->length,
                    .sha256 = u->hash,
                    .turn = TS_TURN_WAITED_FOR,
                    .ms = u->service->options.sync_ms};
    if (ts_service_see(u->service, &u->preset, &look, u->arena, sight, &trouble))
        return finish_at_once(u, sight, result, err);
    bool no_turn = trouble.code == TS_TIMEOUT && !sight->had_turn; /* not the picture's fault */
    if (no_turn && !u->ask->without_store) return finish_later(u, result, err);
    if (no_turn) trouble.code = TS_BUSY;
    if (err) *err = trouble;
    return false;
}

/* ---- the whole of it --------------------------------------------------------------------------------- */

static bool work(upload *u, ts_upload_result *result, ts_error *err)
{
    bool known = false;
    if (!ts_service_preset(u->service, u->ask->preset, u->ask->origin ? u->ask->origin : "api", u->arena,
                           &u->preset, err))
        return false;
    ts_accept_from_set(u->ask->accept_from, &u->preset);
    if (!check_name(u, result, &known, err) || known) return known;
    if (!take_bytes(u, err) || !check_format(u, err) || !ask_uploader(u, err) ||
        !ts_blob_hash(u->bytes, u->length, u->hash, err))
        return false;
    if (!u->ask->without_store && !check_duplicate(u, result, &known, err)) return false;
    return known || tag_or_queue(u, result, err);
}

/* A repeated request gets the picture that the first one made, as it is now. */
static bool give_first(upload *u, ts_upload_result *result, ts_error *err)
{
    result->job = u->claim.job;
    return give_known(u, u->claim.picture, result, err);
}

bool ts_service_upload(ts_service *service, const ts_actor *actor, const ts_upload *ask, ts_arena *arena,
                       ts_upload_result *result, ts_error *err)
{
    upload u = {.service = service, .actor = actor, .ask = ask, .arena = arena};
    bool again = false;
    *result = (ts_upload_result){0};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    if (ask->callback_url && !ts_net_check_url(service->net, ask->callback_url, err)) return false;
    if (!ts_idempotent_claim(service, actor, ask, arena, &u.claim, &again, err)) return false;
    bool ok =
        again ? give_first(&u, result, err)
              : ts_keep_check_credits(service, actor, ask->credits, &u.left, err) && work(&u, result, err);
    result->again = again;
    result->credits_left = again ? TS_CREDITS_UNLIMITED : u.left;
    if (!again) ts_idempotent_release(service, &u.claim, ok);
    ts_buf_free(&u.fetched);
    ts_meter_count(service->meter, actor->key_id, 0, ok && !again && !result->duplicate, 0, !ok);
    return ok;
}
