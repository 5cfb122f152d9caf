/* api: Cloudinary's lists of resources: all, by prefix, ids, tag, context, moderation and folder. Only translation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/cloudinary_admin.h"
#include "base/wallclock.h"

enum { usual_page = 10 };
#define EXPLICIT_FROM 0.8 /* service/presets.h */

/* ---- conditions ----------------------------------------------------------------------------------- */

ts_sift_ask ts_cld_ask(const ts_call *call)
{
    return (ts_sift_ask){
        .space = TS_CLD_SPACE, .machine_member = "auto_tagging", .with_held = ts_cld_sees_held(call)};
}

bool ts_cld_also(ts_call *call, ts_sift *all, ts_sift condition)
{
    ts_sift *copy = TS_NEW(call->arena, ts_sift);
    if (!copy) return ts_fail_memory(&call->err);
    *copy = condition;
    copy->next = all->child;
    all->child = copy;
    return true;
}

static bool is(const char *text, const char *other)
{
    return strcmp(text, other) == 0;
}

bool ts_cld_also_kind(ts_call *call, ts_sift *all)
{
    const char *kind = ts_call_path(call, "rt"), *type = ts_call_path(call, "type");
    bool known =
        is(kind, "image") || is(kind, "video") || is(kind, "raw") || is(kind, "all") || is(kind, "auto");
    if (kind[0] && !known) return ts_fail(&call->err, TS_USAGE, "Invalid resource type \"%.40s\"", kind);
    if (is(kind, "video") || is(kind, "raw")) return ts_cld_also(call, all, (ts_sift){.kind = TS_SIFT_NONE});
    bool ours = !type[0] || is(type, "upload"); /* the only one that pictures are taken in by */
    return ours || ts_cld_also(call, all, (ts_sift){.kind = TS_SIFT_NONE});
}

/* "Sat, 21 Nov 2026 22:10:00 GMT", as Node's Date says it, or ISO 8601. */
static bool read_time(const char *text, int64_t *ms)
{
    struct tm parts = {0};
    if (ts_iso8601_parse(text, strlen(text), ms)) return true;
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S", &parts);
    if (!end) return false;
    *ms = (int64_t)timegm(&parts) * 1000;
    return true;
}

static bool also_from(ts_call *call, const json_t *params, bool up, ts_sift *all)
{
    int64_t at;
    const char *text = ts_cld_text(params, "start_at");
    if (!text) return true;
    if (!read_time(text, &at)) return ts_fail(&call->err, TS_USAGE, "Invalid start_at: %.60s", text);
    return ts_cld_also(call, all,
                       (ts_sift){.kind = TS_SIFT_NUMBER,
                                 .fact = TS_FACT_CREATED,
                                 .low = up ? (double)at : 0,
                                 .high = up ? 1e18 : (double)at});
}

/* ---- pages ---------------------------------------------------------------------------------------- */

static bool add_row(ts_call *call, const json_t *params, const char *name, const ts_picture_full *picture,
                    json_t *list)
{
    ts_cld_view view = ts_cld_view_of(call);
    json_t *resource = ts_cld_resource(&view, name, picture, ts_cld_with(call, params));
    ts_cld_only_fields(call, params, resource);
    return json_array_append_new(list, resource) == 0 || ts_fail_memory(&call->err);
}

static bool answer_page(ts_call *call, const json_t *params, const ts_sift_answer *found)
{
    json_t *list = json_array();
    bool ok = true;
    for (size_t i = 0; ok && i < found->count; i++)
        ok = add_row(call, params, found->rows[i].name, &found->rows[i].picture, list);
    json_t *body = json_pack("{s:o}", "resources", list);
    ts_cld_say_cost(call, found);
    if (found->next) (void)json_object_set_new(body, "next_cursor", json_string(found->next));
    if (ok) return ts_cld_answer(call, 200, body);
    json_decref(body);
    return false;
}

static bool is_up(const char *direction)
{
    return direction && (is(direction, "asc") || is(direction, "1"));
}

static bool page(ts_call *call, const json_t *params, ts_sift *all)
{
    ts_sift_answer found;
    const char *direction = ts_cld_text(params, "direction");
    ts_sift_ask ask = ts_cld_ask(call);
    ask.root = all;
    ask.cursor = ts_cld_text(params, "next_cursor");
    ask.oldest_first = is_up(direction);
    if (direction && !is_up(direction) && !is(direction, "desc") && !is(direction, "-1"))
        return ts_fail(&call->err, TS_USAGE, "Invalid direction \"%.40s\"", direction);
    return ts_cld_page_size(params, usual_page, &ask.limit, &call->err) &&
           also_from(call, params, ask.oldest_first, all) &&
           ts_service_sift(call->service, &call->actor, &ask, call->arena, &found, &call->err) &&
           answer_page(call, params, &found);
}

/* ---- by what -------------------------------------------------------------------------------------- */

/* Those that are not there are left out. */
static bool page_of_ids(ts_call *call, const json_t *params, const char *member)
{
    size_t count = 0;
    const char *const *ids = NULL;
    json_t *list = json_array();
    bool ok = ts_cld_list(params, member, call->arena, &ids, &count, &call->err);
    for (size_t i = 0; ok && i < count; i++) {
        ts_named found;
        ts_error missing = {0};
        if (ts_service_named(call->service, &call->actor, TS_CLD_SPACE, ids[i], ts_cld_sees_held(call),
                             call->arena, &found, &missing))
            ok = add_row(call, params, found.name, &found.picture, list);
        else ok = missing.code == TS_NOT_FOUND || ts_fail(&call->err, missing.code, "%s", missing.message);
    }
    if (ok) return ts_cld_answer(call, 200, json_pack("{s:o}", "resources", list));
    json_decref(list);
    return false;
}

static bool list_kinds(ts_call *call)
{
    return ts_cld_answer(call, 200, json_pack("{s:[s]}", "resource_types", "image"));
}

static bool list_all(ts_call *call)
{
    const json_t *params = NULL;
    ts_sift all = {.kind = TS_SIFT_AND};
    if (!ts_cld_params(call, &params) || !ts_cld_also_kind(call, &all)) return false;
    if (json_object_get(params, "public_ids")) return page_of_ids(call, params, "public_ids");
    const char *prefix = ts_cld_text(params, "prefix");
    ts_sift begins = {.kind = TS_SIFT_BEGINS, .fact = TS_FACT_NAME, .text = prefix};
    return (!prefix || ts_cld_also(call, &all, begins)) && page(call, params, &all);
}

static bool list_tag(ts_call *call)
{
    const json_t *params = NULL;
    ts_sift all = {.kind = TS_SIFT_AND};
    ts_sift tag = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_TAG, .text = ts_call_path(call, "tag")};
    return ts_cld_params(call, &params) && ts_cld_also_kind(call, &all) && ts_cld_also(call, &all, tag) &&
           page(call, params, &all);
}

static bool list_context(ts_call *call)
{
    const json_t *params = NULL;
    const char *key = NULL;
    ts_sift all = {.kind = TS_SIFT_AND};
    if (!ts_cld_params(call, &params) || !ts_cld_also_kind(call, &all) ||
        !ts_cld_required(params, "key", &key, &call->err))
        return false;
    const char *value = ts_cld_text(params, "value"),
               *member = ts_arena_printf(call->arena, "context.%s", key);
    ts_sift has = {
        .kind = value ? TS_SIFT_EQUAL : TS_SIFT_THERE, .fact = TS_FACT_KEPT, .member = member, .text = value};
    return (member || ts_fail_memory(&call->err)) && ts_cld_also(call, &all, has) && page(call, params, &all);
}

static ts_sift number_from(ts_fact fact, double low)
{
    return (ts_sift){.kind = TS_SIFT_NUMBER, .fact = fact, .low = low, .high = 1e18};
}

static ts_sift text_is(ts_fact fact, const char *text)
{
    return (ts_sift){.kind = TS_SIFT_EQUAL, .fact = fact, .text = text};
}

/* What the safety network says where no person has spoken: as ts_cld_moderation has it. */
static bool also_judged(ts_call *call, const char *status, const char *said, ts_sift *all)
{
    ts_sift bad = {.kind = TS_SIFT_OR}, unsaid = {.kind = TS_SIFT_NOT}, good = {.kind = TS_SIFT_NOT};
    ts_sift spoken = {.kind = TS_SIFT_THERE, .fact = TS_FACT_KEPT, .member = said};
    bool ok = ts_cld_also(call, &unsaid, spoken) && ts_cld_also(call, all, unsaid);
    if (ok && is(status, "pending")) return ts_cld_also(call, all, text_is(TS_FACT_VISIBILITY, "held"));
    ok = ok && ts_cld_also(call, &bad, number_from(TS_FACT_NSFW, EXPLICIT_FROM)) &&
         ts_cld_also(call, &bad, text_is(TS_FACT_VISIBILITY, "rejected")) && ts_cld_also(call, &good, bad);
    ts_sift held = {.kind = TS_SIFT_NOT};
    return ok && ts_cld_also(call, &held, text_is(TS_FACT_VISIBILITY, "held")) &&
           ts_cld_also(call, all, held) && ts_cld_also(call, all, is(status, "rejected") ? bad : good);
}

static bool also_status(ts_call *call, const char *kind, const char *status, ts_sift *all)
{
    ts_sift either = {.kind = TS_SIFT_OR}, judged = {.kind = TS_SIFT_AND};
    const char *person = ts_arena_printf(call->arena, "cloudinary.verdicts.%s", kind);
    const char *member = ts_arena_printf(call->arena, "cloudinary.verdicts.%s.status", kind);
    ts_sift said = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_KEPT, .member = member, .text = status};
    if (!person || !member) return ts_fail_memory(&call->err);
    if (is(kind, "manual") || is(kind, "duplicate")) said.fallback = "pending";
    if (said.fallback) return ts_cld_also(call, all, said);
    return ts_cld_also(call, &either, said) && also_judged(call, status, person, &judged) &&
           ts_cld_also(call, &either, judged) && ts_cld_also(call, all, either);
}

static bool list_moderation(ts_call *call)
{
    const json_t *params = NULL;
    ts_sift all = {.kind = TS_SIFT_AND};
    const char *kind = ts_call_path(call, "kind"), *status = ts_call_path(call, "status");
    if (!is(status, "pending") && !is(status, "approved") && !is(status, "rejected"))
        return ts_fail(&call->err, TS_USAGE, "Invalid moderation status \"%.40s\"", status);
    ts_sift asked = {
        .kind = TS_SIFT_WORDS, .fact = TS_FACT_KEPT, .member = "cloudinary.moderation", .text = kind};
    return ts_cld_params(call, &params) && ts_cld_also_kind(call, &all) && ts_cld_also(call, &all, asked) &&
           also_status(call, kind, status, &all) && page(call, params, &all);
}

static bool list_asset_ids(ts_call *call)
{
    const json_t *params = NULL;
    return ts_cld_params(call, &params) && page_of_ids(call, params, "asset_ids");
}

static bool list_folder(ts_call *call)
{
    const json_t *params = NULL;
    const char *folder = NULL;
    ts_sift all = {.kind = TS_SIFT_AND}, either = {.kind = TS_SIFT_OR};
    if (!ts_cld_params(call, &params) || !ts_cld_required(params, "asset_folder", &folder, &call->err))
        return false;
    ts_sift named = {.kind = TS_SIFT_EQUAL, .fact = TS_FACT_FOLDER, .text = folder};
    ts_sift given = {
        .kind = TS_SIFT_EQUAL, .fact = TS_FACT_KEPT, .member = "cloudinary.asset_folder", .text = folder};
    return ts_cld_also(call, &either, named) && ts_cld_also(call, &either, given) &&
           ts_cld_also(call, &all, either) && page(call, params, &all);
}

/* "/resources/image" and "/resources/ASSET_ID" look alike. */
static bool list_or_one(ts_call *call)
{
    const char *what = ts_call_path(call, "rt");
    bool kind = is(what, "image") || is(what, "video") || is(what, "raw");
    return kind ? list_all(call) : ts_cld_show_one(call, what);
}

#define ROUTE(pattern, name, function)                                                                       \
    {                                                                                                        \
        "GET", "/v1_1/{cloud}/resources" pattern, ts_dialect_route, TS_SCOPE_READ, TS_ROUTE_LONG,            \
            TS_BODY_NONE, 0, 0, &(const ts_route_doc)                                                        \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("", "resourceTypes", list_kinds),
    ROUTE("/by_asset_ids", "resourcesByAssetIds", list_asset_ids),
    ROUTE("/by_asset_folder", "resourcesByAssetFolder", list_folder),
    ROUTE("/{rt}", "resources", list_or_one),
    ROUTE("/{rt}/context", "resourcesByContext", list_context),
    ROUTE("/{rt}/tags/{tag...}", "resourcesByTag", list_tag),
    ROUTE("/{rt}/moderations/{kind}/{status}", "resourcesByModeration", list_moderation),
    ROUTE("/{rt}/{type}", "resourcesOfType", list_all),
};
const ts_family ts_cld_list_family = {routes, TS_COUNT_OF(routes)};
