/* api: one of Cloudinary's resources: shown, updated, related to others. Only translation. */
#include <stdlib.h>
#include <string.h>

#include "api/cloudinary_admin.h"
#include "base/json.h"
#include "service/edit.h"

enum { related_max = 500, tags_max = 1000 };

/* ---- showing -------------------------------------------------------------------------------------- */

static json_t *related_of(const ts_picture_row *row)
{
    json_t *extra = row->extra ? json_loads(row->extra, 0, NULL) : NULL;
    json_t *kept = json_object_get(json_object_get(extra, "extra"), TS_CLD_EXTRA);
    json_t *related = json_object_get(kept, "related");
    related = json_is_array(related) ? json_incref(related) : json_array();
    json_decref(extra);
    return related;
}

/* "colors=true" asks now for what was not asked for at the upload: as if it had been. */
static bool ask_measures(ts_call *call, const json_t *params, ts_picture_row *row)
{
    static const char *const measures[] = {"colors", "faces", "phash", "quality_analysis"};
    json_t *all = row->extra ? json_loads(row->extra, 0, NULL) : json_object();
    json_t *own = json_object_get(all, "extra"), *kept = json_object_get(own, TS_CLD_EXTRA);
    char *text = NULL;
    bool any = false;
    if (!own) (void)json_object_set_new(all, "extra", own = json_object());
    /* Without it the picture shows what the machine is sure of: that stays so. */
    if (!kept)
        (void)json_object_set_new(own, TS_CLD_EXTRA, kept = json_pack("{s:s}", "auto_tagging", "default"));
    for (size_t i = 0; i < TS_COUNT_OF(measures); i++) {
        if (!ts_cld_flag(params, measures[i], false)) continue;
        any = json_object_set_new(kept, measures[i], json_true()) == 0;
    }
    if (any && (text = json_dumps(all, JSON_COMPACT))) row->extra = ts_arena_strdup(call->arena, text);
    free(text);
    json_decref(all);
    return row->extra || !any || ts_fail_memory(&call->err);
}

static bool answer_one(ts_call *call, const json_t *params, ts_named *found)
{
    ts_cld_view view = ts_cld_view_of(call);
    if (!ask_measures(call, params, &found->picture.row)) return false;
    json_t *resource =
        ts_cld_resource(&view, found->name, &found->picture, TS_CLD_WITH_ALL | TS_CLD_WITH_UPLOAD);
    (void)json_object_set_new(resource, "derived", json_array());
    (void)json_object_del(resource, "signature"); /* the Upload API's */
    if (ts_cld_flag(params, "related", false))
        (void)json_object_set_new(resource, "related_assets", related_of(&found->picture.row));
    ts_cld_only_fields(call, params, resource);
    return ts_cld_answer(call, 200, resource);
}

bool ts_cld_show_one(ts_call *call, const char *public_id)
{
    ts_named found;
    const json_t *params = NULL;
    return ts_cld_params(call, &params) && ts_cld_find(call, public_id, &found) &&
           answer_one(call, params, &found);
}

static bool is_here(ts_call *call, const char *public_id)
{
    const char *kind = ts_call_path(call, "rt"), *type = ts_call_path(call, "type");
    if (strcmp(kind, "image") == 0 && strcmp(type, "upload") == 0) return true;
    return ts_fail(&call->err, TS_NOT_FOUND, "Resource not found - %.200s", public_id);
}

static bool show(ts_call *call)
{
    const char *public_id = ts_call_path(call, "id");
    return is_here(call, public_id) && ts_cld_show_one(call, public_id);
}

/* ---- updating ------------------------------------------------------------------------------------- */

/* A pattern of its own for each add-on that is asked with a word that we do not know. */
static bool illegal(ts_call *call, const char *name, const char *value)
{
    return ts_fail(&call->err, TS_USAGE, "Illegal value %.80s for %s", value, name);
}

typedef bool (*check)(const char *value, ts_error *err);

static bool check_words(ts_call *call, const json_t *params)
{
    static const struct {
        const char *name;
        check check;
    } known[] = {{"detection", ts_cld_check_detection},
                 {"categorization", ts_cld_check_categorization},
                 {"ocr", ts_cld_check_ocr},
                 {"background_removal", NULL},
                 {"raw_convert", NULL},
                 {"similarity_search", NULL},
                 {"visual_search", NULL}};
    for (size_t i = 0; i < TS_COUNT_OF(known); i++) {
        const char *value = ts_cld_text(params, known[i].name);
        if (!value || (known[i].check && known[i].check(value, NULL))) continue;
        return illegal(call, known[i].name, value);
    }
    return !ts_cld_text(params, "moderation") ||
           ts_cld_check_moderation(ts_cld_text(params, "moderation"), &call->err);
}

static bool edit_tags(ts_call *call, const json_t *params, const char *id)
{
    size_t count = 0;
    const char *const *tags = NULL;
    ts_picture_full changed;
    if (!json_object_get(params, "tags")) return true;
    if (!ts_cld_list(params, "tags", call->arena, &tags, &count, &call->err)) return false;
    if (count > tags_max) return ts_fail(&call->err, TS_USAGE, "Too many tags: at most %d", tags_max);
    ts_edit *edits = TS_NEW_ARRAY(call->arena, count + 1, ts_edit);
    if (!edits) return ts_fail_memory(&call->err);
    edits[0] = (ts_edit){.action = TS_EDIT_REPLACE};
    for (size_t i = 0; i < count; i++) edits[i] = (ts_edit){.action = TS_EDIT_REPLACE, .tag = tags[i]};
    return ts_service_edit(call->service, &call->actor, id, edits, count ? count : 1, -1, call->arena,
                           &changed, &call->err);
}

static bool status_of(ts_call *call, const char *text, ts_visibility *out)
{
    if (strcmp(text, "approved") == 0) *out = TS_VISIBLE;
    else if (strcmp(text, "rejected") == 0) *out = TS_REJECTED;
    else if (strcmp(text, "pending") == 0) *out = TS_HELD;
    else return illegal(call, "moderation_status", text);
    return true;
}

/* The last judge of the pipe that the picture was uploaded with has the say; without one it was a person. */
static void put_verdict(const ts_picture_row *row, const char *status, json_t *out)
{
    json_t *extra = row->extra ? json_loads(row->extra, 0, NULL) : NULL;
    json_t *kept = json_object_get(json_object_get(extra, "extra"), TS_CLD_EXTRA);
    json_t *steps = ts_cld_moderation(row, extra), *verdicts = json_object_get(kept, "verdicts");
    size_t count = json_array_size(steps);
    const char *kind = ts_json_string_or(json_array_get(steps, count ? count - 1 : 0), "kind", "manual");
    verdicts = json_is_object(verdicts) ? json_copy(verdicts) : json_object();
    (void)json_object_set_new(verdicts, kind,
                              json_pack("{s:s, s:o}", "status", status, "at", ts_cld_time(row->updated)));
    (void)json_object_set_new(out, "verdicts", verdicts);
    if (count == 0) (void)json_object_set_new(out, "moderation", json_string(kind));
    json_decref(steps);
    json_decref(extra);
}

static bool moderate(ts_call *call, const char *status, const ts_named *picture)
{
    ts_visibility visibility = TS_VISIBLE;
    ts_picture_full changed;
    return status_of(call, status, &visibility) &&
           ts_service_moderate(call->service, &call->actor, picture->picture.row.id, visibility, "",
                               call->arena, &changed, &call->err);
}

/* Members that are kept as they were given. */
static json_t *kept_of(const json_t *params)
{
    static const char *const kept[] = {"display_name",
                                       "asset_folder",
                                       "quality_override",
                                       "face_coordinates",
                                       "custom_coordinates",
                                       "access_control",
                                       "detection",
                                       "categorization",
                                       "ocr",
                                       "auto_tagging",
                                       "regions",
                                       "moderation"};
    json_t *out = json_object();
    for (size_t i = 0; i < TS_COUNT_OF(kept); i++) {
        json_t *value = json_object_get(params, kept[i]);
        if (value) (void)json_object_set(out, kept[i], value);
    }
    return out;
}

static json_t *pairs_of(ts_call *call, const json_t *params, const char *name, bool *ok)
{
    if (!*ok || !json_object_get(params, name)) return NULL;
    json_t *pairs = ts_cld_pairs(params, name, &call->err);
    *ok = pairs != NULL;
    return pairs;
}

static bool change_kept(ts_call *call, const json_t *params, const char *public_id, ts_named *picture)
{
    bool ok = true;
    const char *status = ts_cld_text(params, "moderation_status");
    json_t *kept = kept_of(params);
    json_t *context = pairs_of(call, params, "context", &ok),
           *metadata = pairs_of(call, params, "metadata", &ok);
    if (status) put_verdict(&picture->picture.row, status, kept);
    ts_cld_patch patch = {
        .kept = json_object_size(kept) ? kept : NULL, .context = context, .metadata = metadata};
    bool any = patch.kept || context || metadata;
    ok = ok && (status || ts_cld_patch_moderation(call, ts_cld_text(params, "moderation"), kept, &patch)) &&
         (!any || ts_cld_change(call, public_id, &patch, picture));
    json_decref(kept);
    json_decref(context);
    json_decref(metadata);
    return ok;
}

/* Words that ask for a new look at the picture. */
static bool look_again(ts_call *call, const json_t *params, const char *id)
{
    static const char *const asks[] = {"detection", "categorization", "ocr", "auto_tagging"};
    const double *line = NULL;
    const char *tagging = ts_cld_text(params, "auto_tagging");
    bool asked = false;
    ts_tag_diff diff;
    for (size_t i = 0; i < TS_COUNT_OF(asks); i++) asked = asked || json_object_get(params, asks[i]);
    if (!asked) return true;
    if (tagging && !ts_cld_auto_tagging(tagging, call->arena, &line, &call->err)) return false;
    ts_retag wish = {.accept_from = line};
    return ts_service_retag(call->service, &call->actor, id, &wish, call->arena, &diff, &call->err);
}

static bool update_found(ts_call *call, const json_t *params, ts_named *picture)
{
    const char *id = picture->picture.row.id, *status = ts_cld_text(params, "moderation_status");
    const char *tagging = ts_cld_text(params, "auto_tagging");
    const double *line = NULL;
    if (tagging && !ts_cld_auto_tagging(tagging, call->arena, &line, &call->err)) return false;
    return (!status || moderate(call, status, picture)) &&
           change_kept(call, params, picture->name, picture) && look_again(call, params, id) &&
           edit_tags(call, params, id) && ts_cld_find(call, id, picture);
}

static bool update(ts_call *call)
{
    ts_named picture;
    const json_t *params = NULL;
    const char *public_id = ts_call_path(call, "id");
    return is_here(call, public_id) && ts_cld_params(call, &params) && check_words(call, params) &&
           ts_cld_find(call, public_id, &picture) && update_found(call, params, &picture) &&
           answer_one(call, json_null(), &picture);
}

/* ---- related assets ------------------------------------------------------------------------------- */

/* "image/upload/pets/rex": NULL when it is none of ours. */
static const char *id_in(const char *asset)
{
    static const char prefix[] = "image/upload/";
    return strncmp(asset, prefix, sizeof prefix - 1) == 0 ? asset + sizeof prefix - 1 : NULL;
}

static size_t place_of(const json_t *related, const char *asset)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)(uintptr_t)related, i, item)
        if (strcmp(ts_json_string_or(item, "asset", ""), asset) == 0) return i;
    return SIZE_MAX;
}

static json_t *outcome(const char *asset, bool good)
{
    return json_pack("{s:s, s:s, s:s, s:i}", "asset", asset, "message",
                     good ? "success" : "resource does not exist", "code",
                     good ? "success_ids" : "non_existing_ids", "status", good ? 200 : 404);
}

/* Changes the list of one; what became of it goes to success or failed. */
static void relate(ts_call *call, json_t *related, const char *asset, bool add, json_t *success,
                   json_t *failed)
{
    ts_named other;
    ts_error none = call->err;
    size_t at = place_of(related, asset);
    const char *id = id_in(asset) ? id_in(asset) : asset;
    bool good =
        add ? ts_cld_find(call, id, &other) && json_array_size(related) < related_max : at != SIZE_MAX;
    call->err = none;
    if (good && add && at == SIZE_MAX)
        (void)json_array_append_new(
            related, json_pack("{s:s, s:s}", "asset", asset, "asset_id", other.picture.row.id));
    if (good && !add) (void)json_array_remove(related, at);
    (void)json_array_append_new(good ? success : failed, outcome(asset, good));
}

static bool relate_all(ts_call *call, const char *public_id, const char *member, bool add)
{
    ts_named picture;
    size_t count = 0;
    const json_t *params = NULL;
    const char *const *assets = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_find(call, public_id, &picture) ||
        !ts_cld_list(params, member, call->arena, &assets, &count, &call->err))
        return false;
    json_t *related = related_of(&picture.picture.row), *success = json_array(), *failed = json_array();
    for (size_t i = 0; i < count; i++) relate(call, related, assets[i], add, success, failed);
    json_t *kept = json_pack("{s:o}", "related", related);
    ts_cld_patch patch = {.kept = kept};
    bool ok = ts_cld_change(call, public_id, &patch, &picture);
    json_decref(kept);
    json_t *body = json_pack("{s:o, s:o}", "success", success, "failed", failed);
    if (ok) return ts_cld_answer(call, 200, body);
    json_decref(body);
    return false;
}

static bool relate_named(ts_call *call)
{
    return relate_all(call, ts_call_path(call, "id"), "assets_to_relate", true);
}

static bool unrelate_named(ts_call *call)
{
    return relate_all(call, ts_call_path(call, "id"), "assets_to_unrelate", false);
}

#define ROUTE(method, pattern, scope, flags, name, function)                                                 \
    {                                                                                                        \
        method, "/v1_1/{cloud}/resources" pattern, ts_dialect_route, scope, flags, TS_CLD_TAKES, 0, 0,       \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("GET", "/{rt}/{type}/{id...}", TS_SCOPE_READ, 0, "resource", show),
    ROUTE("POST", "/{rt}/{type}/{id...}", TS_SCOPE_WRITE, TS_ROUTE_LONG, "update", update),
    ROUTE("PUT", "/{rt}/{type}/{id...}", TS_SCOPE_WRITE, TS_ROUTE_LONG, "updatePut", update),
    ROUTE("POST", "/related_assets/{rt}/{type}/{id...}", TS_SCOPE_WRITE, 0, "relate", relate_named),
    ROUTE("DELETE", "/related_assets/{rt}/{type}/{id...}", TS_SCOPE_WRITE, 0, "unrelate", unrelate_named),
    ROUTE("POST", "/related_assets/{id}", TS_SCOPE_WRITE, 0, "relateById", relate_named),
    ROUTE("DELETE", "/related_assets/{id}", TS_SCOPE_WRITE, 0, "unrelateById", unrelate_named),
};
const ts_family ts_cld_one_family = {routes, TS_COUNT_OF(routes)};
