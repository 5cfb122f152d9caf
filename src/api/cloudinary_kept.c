/* api: what Cloudinary's dialect keeps with a picture, and how it is changed; the states of a moderation. */
#include <string.h>

#include "api/cloudinary_models.h"
#include "base/json.h"
#include "service/presets.h"
#include "service/twins.h"

/* ---- finding -------------------------------------------------------------------------------------- */

static bool say_missing(ts_call *call, const char *public_id)
{
    if (call->err.code != TS_NOT_FOUND) return false;
    return ts_fail(&call->err, TS_NOT_FOUND, "Resource not found - %.200s", public_id);
}

bool ts_cld_find(ts_call *call, const char *public_id, ts_named *out)
{
    bool held = ts_actor_may(&call->actor, TS_SCOPE_REVIEW, NULL);
    return ts_service_named(call->service, &call->actor, TS_CLD_SPACE, public_id, held, call->arena, out,
                            &call->err) ||
           say_missing(call, public_id);
}

/* ---- changing ------------------------------------------------------------------------------------- */

static json_t *own_extra(const ts_picture_row *row)
{
    json_t *all = row->extra ? json_loads(row->extra, 0, NULL) : NULL;
    json_t *own = json_incref(json_object_get(all, "extra"));
    json_decref(all);
    return own ? own : json_object();
}

static json_t *merged(json_t *kept, const json_t *change)
{
    const char *name;
    json_t *value;
    if (!kept) kept = json_object();
    json_object_foreach ((json_t *)(uintptr_t)change, name, value) {
        if (json_is_null(value)) (void)json_object_del(kept, name);
        else (void)json_object_set(kept, name, value);
    }
    return kept;
}

static json_t *patch_of(const ts_picture_row *row, const ts_cld_patch *patch)
{
    json_t *own = own_extra(row), *out = json_object();
    if (patch->kept)
        (void)json_object_set_new(out, TS_CLD_EXTRA,
                                  merged(json_incref(json_object_get(own, TS_CLD_EXTRA)), patch->kept));
    if (patch->context) (void)json_object_set(out, "context", (json_t *)(uintptr_t)patch->context);
    if (patch->metadata) (void)json_object_set(out, "metadata", (json_t *)(uintptr_t)patch->metadata);
    if (patch->twins) (void)json_object_set(out, "twins", (json_t *)(uintptr_t)patch->twins);
    json_decref(own);
    return out;
}

/* Somebody else may change it between: then it is read again. */
bool ts_cld_change(ts_call *call, const char *public_id, const ts_cld_patch *patch, ts_named *out)
{
    enum { tries = 5 };
    for (int i = 0; i < tries; i++) {
        if (!ts_cld_find(call, public_id, out)) return false;
        const ts_picture_row *row = &out->picture.row;
        json_t *extra = patch_of(row, patch);
        ts_picture_patch wish = {.extra = extra, .if_version = row->version};
        bool ok = ts_service_picture_patch(call->service, &call->actor, row->id, &wish, call->arena,
                                           &out->picture, &call->err);
        json_decref(extra);
        if (ok && patch->twins) ok = ts_service_compare(call->service, &call->actor, row->id, &call->err);
        if (ok || call->err.code != TS_CHANGED) return ok;
    }
    return false;
}

static void give_up(void *json)
{
    json_decref(json);
}

bool ts_cld_patch_moderation(ts_call *call, const char *pipe, json_t *kept, ts_cld_patch *patch)
{
    if (!pipe) return true;
    json_t *twins = ts_cld_twins(pipe);
    (void)json_object_set_new(kept, "verdicts", json_null());
    if (!twins || ts_arena_defer(call->arena, give_up, twins)) return patch->twins = twins, true;
    json_decref(twins);
    return ts_fail_memory(&call->err);
}

/* ---- moderation ----------------------------------------------------------------------------------- */

static const char *said_of(const json_t *kept, const char *kind)
{
    return ts_json_string_or(json_object_get(json_object_get(kept, "verdicts"), kind), "status", NULL);
}

/* Explicit from there on (service/presets.h); what the preset's policy did counts as well. */
static const char *safety_status(const ts_picture_row *row, const json_t *extra)
{
    double nsfw = ts_json_number_or(json_object_get(extra, "safety"), "nsfw", 0);
    if (row->state == TS_PICTURE_PENDING) return "pending";
    if (row->visibility == TS_HELD) return "pending";
    bool refused = row->visibility == TS_REJECTED || ts_safety_level_of((float)nsfw) == TS_SAFETY_EXPLICIT;
    return refused ? "rejected" : "approved";
}

static const char *status_of(ts_cld_judge judge, const char *kind, const ts_picture_row *row,
                             const json_t *extra)
{
    const json_t *kept = json_object_get(json_object_get(extra, "extra"), TS_CLD_EXTRA);
    const char *said = said_of(kept, kind);
    if (said) return said;
    return judge == TS_CLD_JUDGE_SAFETY ? safety_status(row, extra) : "pending";
}

/* A step waits for the one before it, and is not asked when that one said no. */
static const char *in_turn(const char *before, const char *status)
{
    if (!before || strcmp(before, "approved") == 0) return status;
    return strcmp(before, "rejected") == 0 || strcmp(before, "aborted") == 0 ? "aborted" : "queued";
}

/* What a duplicate is like: [{public_id, confidence}]; NULL: nothing was said of that. */
static json_t *response_of(const json_t *kept, const char *kind)
{
    size_t i;
    json_t *one, *like = json_object_get(json_object_get(json_object_get(kept, "verdicts"), kind), "like");
    json_t *out = like ? json_array() : NULL;
    json_array_foreach (like, i, one)
        (void)json_array_append_new(out, json_pack("{s:O, s:O}", "public_id", json_object_get(one, "name"),
                                                   "confidence", json_object_get(one, "likeness")));
    return out;
}

json_t *ts_cld_moderation(const ts_picture_row *row, const json_t *extra)
{
    const json_t *kept = json_object_get(json_object_get(extra, "extra"), TS_CLD_EXTRA);
    const char *pipe = ts_json_string_or(kept, "moderation", NULL), *before = NULL;
    json_t *steps = json_array();
    char kind[TS_CLD_WORD_MAX];
    ts_cld_judge judge;
    while (pipe && ts_cld_next_judge(&pipe, kind, &judge)) {
        before = in_turn(before, status_of(judge, kind, row, extra));
        json_t *step = json_pack("{s:s, s:s, s:o}", "kind", kind, "status", before, "updated_at",
                                 ts_cld_time(row->updated));
        json_t *response = response_of(kept, kind);
        if (response) (void)json_object_set_new(step, "response", response);
        (void)json_array_append_new(steps, step);
    }
    return steps;
}
