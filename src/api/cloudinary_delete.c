/* api: Cloudinary's ways to delete resources, and what becomes of deleted ones. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"

enum { ids_max = 1000, sweep_max = 1000 };

/* ---- by id ---------------------------------------------------------------------------------------- */

/* What became of each: "deleted" or "not_found". */
static bool delete_one(ts_call *call, const char *public_id, json_t *deleted)
{
    ts_error missing = {0};
    const char *said = "deleted";
    if (!ts_service_named_delete(call->service, &call->actor, TS_CLD_SPACE, public_id, &missing)) {
        if (missing.code != TS_NOT_FOUND) return ts_fail(&call->err, missing.code, "%s", missing.message);
        said = "not_found";
    }
    return json_object_set_new(deleted, public_id, json_string(said)) == 0 || ts_fail_memory(&call->err);
}

static json_t *counts_of(const json_t *deleted)
{
    const char *id;
    json_t *said, *counts = json_object();
    json_object_foreach ((json_t *)(uintptr_t)deleted, id, said) {
        int original = strcmp(json_string_value(said), "deleted") == 0;
        (void)json_object_set_new(counts, id, json_pack("{s:i, s:i}", "original", original, "derived", 0));
    }
    return counts;
}

static bool answer_deleted(ts_call *call, json_t *deleted, const char *next)
{
    json_t *body = json_pack("{s:o, s:o, s:b}", "deleted_counts", counts_of(deleted), "deleted", deleted,
                             "partial", next != NULL);
    if (next) (void)json_object_set_new(body, "next_cursor", json_string(next));
    return ts_cld_answer(call, 200, body);
}

static bool delete_ids(ts_call *call, const json_t *params, const char *member)
{
    size_t count = 0;
    const char *const *ids = NULL;
    if (!ts_cld_list(params, member, call->arena, &ids, &count, &call->err)) return false;
    if (count == 0) return ts_fail(&call->err, TS_USAGE, "Missing required parameter - %s", member);
    if (count > ids_max) return ts_fail(&call->err, TS_USAGE, "Too many %s: at most %d", member, ids_max);
    json_t *deleted = json_object();
    for (size_t i = 0; i < count; i++) {
        if (delete_one(call, ids[i], deleted)) continue;
        json_decref(deleted);
        return false;
    }
    return answer_deleted(call, deleted, NULL);
}

/* ---- all that fit --------------------------------------------------------------------------------- */

/* At most so many a call: the answer then says that it is partial, and the cursor to go on with. What is deleted is no longer
 * found, so the next call begins at the beginning. */
static bool delete_all(ts_call *call, ts_sift *all)
{
    ts_sift_answer found;
    ts_sift_ask ask = ts_cld_ask(call);
    json_t *deleted = json_object();
    ask.root = all;
    ask.limit = sweep_max;
    ask.oldest_first = true;
    bool ok = ts_service_sift(call->service, &call->actor, &ask, call->arena, &found, &call->err);
    for (size_t i = 0; ok && i < found.count; i++) ok = delete_one(call, found.rows[i].name, deleted);
    if (ok) return answer_deleted(call, deleted, found.next ? "next" : NULL);
    json_decref(deleted);
    return false;
}

/* Nothing is derived here: who keeps the originals keeps all. */
static bool keeps_original(const json_t *params)
{
    return ts_cld_flag(params, "keep_original", false) || json_object_get(params, "transformations");
}

static bool delete_resources(ts_call *call)
{
    const json_t *params = NULL;
    ts_sift all = {.kind = TS_SIFT_AND};
    if (!ts_cld_params(call, &params) || !ts_cld_also_kind(call, &all)) return false;
    if (keeps_original(params)) return answer_deleted(call, json_object(), NULL);
    if (json_object_get(params, "public_ids")) return delete_ids(call, params, "public_ids");
    const char *prefix = ts_cld_text(params, "prefix");
    ts_sift begins = {.kind = TS_SIFT_BEGINS, .fact = TS_FACT_NAME, .text = prefix};
    if (prefix) return ts_cld_also(call, &all, begins) && delete_all(call, &all);
    if (ts_cld_flag(params, "all", false)) return delete_all(call, &all);
    return ts_fail(&call->err, TS_USAGE, "Missing required parameter - public_ids, prefix or all");
}

static bool delete_by_tag(ts_call *call)
{
    const json_t *params = NULL;
    ts_sift all = {.kind = TS_SIFT_AND};
    ts_sift tag = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = ts_call_path(call, "tag")};
    if (!ts_cld_params(call, &params) || !ts_cld_also_kind(call, &all)) return false;
    if (keeps_original(params)) return answer_deleted(call, json_object(), NULL);
    return ts_cld_also(call, &all, tag) && delete_all(call, &all);
}

static bool delete_by_asset_ids(ts_call *call)
{
    const json_t *params = NULL;
    return ts_cld_params(call, &params) && delete_ids(call, params, "asset_ids");
}

/* ---- what is gone --------------------------------------------------------------------------------- */

static bool answer_restore(ts_call *call, const char *member)
{
    size_t count = 0;
    const json_t *params = NULL;
    const char *const *ids = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_list(params, member, call->arena, &ids, &count, &call->err))
        return false;
    if (count == 0) return ts_fail(&call->err, TS_USAGE, "Missing required parameter - %s", member);
    json_t *body = json_object();
    for (size_t i = 0; i < count; i++)
        (void)json_object_set_new(body, ids[i], json_pack("{s:s}", "error", "no_backup"));
    return ts_cld_answer(call, 200, body);
}

/* Deleted is deleted here: that is a promise, not a lack. */
static bool restore(ts_call *call)
{
    return answer_restore(call, "public_ids");
}

static bool restore_by_asset_ids(ts_call *call)
{
    return answer_restore(call, "asset_ids");
}

static bool delete_derived(ts_call *call)
{
    size_t count = 0;
    const json_t *params = NULL;
    const char *const *ids = NULL;
    if (!ts_cld_params(call, &params) ||
        !ts_cld_list(params, "derived_resource_ids", call->arena, &ids, &count, &call->err))
        return false;
    json_t *deleted = json_object();
    for (size_t i = 0; i < count; i++) (void)json_object_set_new(deleted, ids[i], json_string("not_found"));
    return ts_cld_answer(call, 200, json_pack("{s:o}", "deleted", deleted));
}

static bool delete_backup(ts_call *call)
{
    return ts_fail(&call->err, TS_NOT_FOUND, "Resource not found - no versions of %.80s are kept",
                   ts_call_path(call, "id"));
}

#define ROUTE(method, pattern, name, function)                                                               \
    {                                                                                                        \
        method, "/v1_1/{cloud}" pattern, ts_dialect_route, TS_SCOPE_WRITE, TS_ROUTE_LONG, TS_CLD_TAKES, 0,   \
            0, &(const ts_route_doc)                                                                         \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("DELETE", "/resources", "deleteByAssetIds", delete_by_asset_ids),
    ROUTE("DELETE", "/resources/{rt}/tags/{tag...}", "deleteByTag", delete_by_tag),
    ROUTE("DELETE", "/resources/{rt}/{type}", "deleteResources", delete_resources),
    ROUTE("DELETE", "/resources/backup/{id}", "deleteBackup", delete_backup),
    ROUTE("DELETE", "/derived_resources", "deleteDerived", delete_derived),
    ROUTE("POST", "/resources/restore", "restoreByAssetIds", restore_by_asset_ids),
    ROUTE("POST", "/resources/{rt}/{type}/restore", "restore", restore),
};
const ts_family ts_cld_delete_family = {routes, TS_COUNT_OF(routes)};
