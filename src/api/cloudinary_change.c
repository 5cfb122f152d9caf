/* api: what Cloudinary's Upload API does with pictures that are there: explicit, destroy, rename, tags, context, metadata,
 * delete_by_token. Only translation. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/cloudinary.h"
#include "base/wallclock.h"
#include "service/edit.h"
#include "service/signing.h"

#define IDS_MAX 1000

static bool sign_in(ts_call *call, const json_t **params)
{
    return ts_cld_params(call, params) && ts_cld_check_type(call, *params) &&
           ts_cld_sign_in(call, *params, NULL);
}

static json_t *resource_of(ts_call *call, const ts_named *named, unsigned with)
{
    ts_cld_view view = ts_cld_view_of(call);
    if (with & TS_CLD_WITH_UPLOAD) view.secret = ts_cld_secret(call);
    json_t *resource = ts_cld_resource(&view, named->name, &named->picture, with);
    if (view.secret && view.secret[0]) explicit_bzero((char *)(uintptr_t)view.secret, strlen(view.secret));
    return resource;
}

/* ---- explicit ------------------------------------------------------------------------------------- */

static bool is_among(const char *tag, const char *const *tags, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(tag, tags[i]) == 0) return true;
    return false;
}

/* Of those that are shown: what the machine only suggests stays, it is no tag here. people: nor is what the machine
 * accepted looked at, since it is about to look again. */
static size_t removals(const ts_named *named, bool people, const char *const *tags, size_t count,
                       ts_edit *edits)
{
    size_t edit_count = 0;
    bool shows_machine = !people && ts_cld_shows_machine(&named->picture.row);
    for (size_t i = 0; i < named->picture.tag_count; i++) {
        const ts_tag_row *tag = &named->picture.tags[i];
        bool mine = tag->state == TS_LEDGER_ACCEPTED && tag->label &&
                    (shows_machine || tag->author.kind == TS_AUTHOR_PERSON);
        if (!mine || is_among(tag->label, tags, count)) continue;
        edits[edit_count++] = (ts_edit){
            .action = TS_EDIT_REMOVE, .tag = tag->concept ? tag->concept : tag->label, .as_given = true};
    }
    return edit_count;
}

static bool set_tags(ts_call *call, const ts_named *named, bool people, const char *const *tags, size_t count)
{
    ts_picture_full after;
    ts_edit *edits = TS_NEW_ARRAY(call->arena, count + named->picture.tag_count, ts_edit);
    if (!edits) return ts_fail_memory(&call->err);
    size_t edit_count = removals(named, people, tags, count, edits);
    for (size_t i = 0; i < count; i++)
        edits[edit_count++] = (ts_edit){.action = TS_EDIT_ADD, .tag = tags[i], .as_given = true};
    return edit_count == 0 || ts_service_edit(call->service, &call->actor, named->picture.row.id, edits,
                                              edit_count, -1, call->arena, &after, &call->err);
}

/* In the background; whoever is to be told hears of it when it is done. */
static bool look_later(ts_call *call, const ts_cld_wish *wish, const ts_named *named)
{
    const char *job = NULL;
    ts_retag again = {.accept_from = wish->line};
    ts_retag_note note = {TS_CLD_EXPLICIT, wish->notification_url, TS_CLD_SPACE};
    return ts_service_retag_later(call->service, &call->actor, named->picture.row.id, &again, &note,
                                  call->arena, &job, &call->err);
}

static bool look_again(ts_call *call, const ts_cld_wish *wish, ts_named *named)
{
    ts_tag_diff diff;
    ts_retag again = {.accept_from = wish->line};
    bool ok = !wish->looks || ts_service_retag(call->service, &call->actor, named->picture.row.id, &again,
                                               call->arena, &diff, &call->err);
    return ok && ts_cld_find(call, named->name, named);
}

static bool tell(ts_call *call, const ts_cld_wish *wish, const ts_named *named)
{
    return !wish->notification_url ||
           ts_service_tell_url(call->service, &call->actor, named->picture.row.id, TS_CLD_EXPLICIT,
                               wish->notification_url, TS_CLD_SPACE, &call->err);
}

bool ts_cld_update(ts_call *call, const char *public_id, const json_t *params, ts_named *named,
                   ts_cld_wish *wish)
{
    ts_named before;
    if (!ts_cld_wish_read(call, params, wish) || !ts_cld_find(call, public_id, &before)) return false;
    bool automatic = json_object_get(wish->kept, "auto_tagging") != NULL;
    ts_cld_patch patch = {.kept = wish->kept, .context = wish->context, .metadata = wish->metadata};
    if (!ts_cld_patch_moderation(call, ts_cld_text(params, "moderation"), wish->kept, &patch)) return false;
    if (!ts_cld_change(call, public_id, &patch, named) ||
        (wish->has_tags && !set_tags(call, &before, automatic, wish->tags, wish->tag_count)))
        return false;
    if (wish->async && wish->looks)
        return look_later(call, wish, named) && ts_cld_find(call, named->name, named);
    return look_again(call, wish, named) && tell(call, wish, named);
}

static bool explicit(ts_call *call)
{
    ts_named named;
    ts_cld_wish wish;
    const json_t *params = NULL;
    const char *public_id = NULL;
    if (!sign_in(call, &params) || !ts_cld_required(params, "public_id", &public_id, &call->err) ||
        !ts_cld_update(call, public_id, params, &named, &wish))
        return false;
    json_t *answer = resource_of(call, &named, TS_CLD_WITH_ALL | TS_CLD_WITH_UPLOAD);
    ts_cld_say_ignored(params, answer);
    if (wish.async) (void)json_object_set_new(answer, "status", json_string("pending"));
    return ts_cld_answer(call, 200, answer);
}

/* ---- destroy, rename ------------------------------------------------------------------------------ */

static bool destroy(ts_call *call)
{
    const json_t *params = NULL;
    const char *public_id = NULL;
    if (!sign_in(call, &params) || !ts_cld_required(params, "public_id", &public_id, &call->err))
        return false;
    if (ts_service_named_delete(call->service, &call->actor, TS_CLD_SPACE, public_id, &call->err))
        return ts_cld_answer(call, 200, json_pack("{s:s}", "result", "ok"));
    return call->err.code == TS_NOT_FOUND &&
           ts_cld_answer(call, 200, json_pack("{s:s}", "result", "not found"));
}

static bool rename_picture(ts_call *call)
{
    ts_named named;
    const json_t *params = NULL;
    ts_named_move move = {.space = TS_CLD_SPACE};
    if (!sign_in(call, &params) || !ts_cld_required(params, "from_public_id", &move.from, &call->err) ||
        !ts_cld_required(params, "to_public_id", &move.to, &call->err))
        return false;
    move.overwrite = ts_cld_flag(params, "overwrite", false);
    if (ts_service_named_rename(call->service, &call->actor, &move, call->arena, &named, &call->err))
        return ts_cld_answer(call, 200, resource_of(call, &named, TS_CLD_WITH_ALL | TS_CLD_WITH_UPLOAD));
    if (call->err.code == TS_NOT_FOUND)
        return ts_fail(&call->err, TS_NOT_FOUND, "Resource not found - %.200s", move.from);
    if (call->err.code != TS_CONFLICT) return false;
    return ts_fail(&call->err, TS_USAGE, "Resource already exists - to_public_id (%.200s) already exists",
                   move.to);
}

/* ---- many at once --------------------------------------------------------------------------------- */

/* Does something to one of them; false: call->err. What is not found is passed over. */
typedef bool (*each_of)(ts_call *call, const ts_named *named, const void *wish);

static bool for_each(ts_call *call, const json_t *params, each_of each, const void *wish)
{
    const char *const *ids = NULL;
    size_t count = 0;
    json_t *done = json_array();
    bool ok = done && ts_cld_list(params, "public_ids", call->arena, &ids, &count, &call->err);
    if (ok && count == 0) ok = ts_fail(&call->err, TS_USAGE, "Missing required parameter - public_ids");
    if (ok && count > IDS_MAX)
        ok = ts_fail(&call->err, TS_USAGE, "At most %d public_ids are taken at once", IDS_MAX);
    for (size_t i = 0; ok && i < count; i++) {
        ts_named named;
        bool found = ts_cld_find(call, ids[i], &named);
        if (!found && call->err.code == TS_NOT_FOUND) continue;
        ok = found && each(call, &named, wish);
        if (ok) (void)json_array_append_new(done, json_string(ids[i]));
    }
    call->err = ok ? (ts_error){0} : call->err;
    if (ok) return ts_cld_answer(call, 200, json_pack("{s:o}", "public_ids", done));
    json_decref(done);
    return false;
}

/* ---- tags ----------------------------------------------------------------------------------------- */

typedef struct tag_wish {
    const char *const *tags;
    size_t count;
    ts_edit_action action; /* REPLACE: exactly these */
} tag_wish;

static bool edit_tags(ts_call *call, const ts_named *named, const void *context)
{
    const tag_wish *wish = context;
    ts_picture_full after;
    if (wish->action == TS_EDIT_REPLACE) return set_tags(call, named, false, wish->tags, wish->count);
    ts_edit *edits = TS_NEW_ARRAY(call->arena, wish->count, ts_edit);
    if (!edits) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < wish->count; i++)
        edits[i] = (ts_edit){.action = wish->action, .tag = wish->tags[i], .as_given = true};
    return ts_service_edit(call->service, &call->actor, named->picture.row.id, edits, wish->count, -1,
                           call->arena, &after, &call->err);
}

/* A tag that nobody else has any more: "set_exclusive". */
static bool take_from_others(ts_call *call, const char *tag)
{
    ts_edit_result result;
    ts_edit edit = {.action = TS_EDIT_REMOVE, .tag = tag, .as_given = true};
    const char *query = ts_arena_printf(call->arena, "tag:\"%s\"", tag);
    ts_bulk_edit bulk = {.which = {.query = query}, .edits = &edit, .count = 1, .expect = -1};
    if (!query) return ts_fail_memory(&call->err);
    if (strpbrk(tag, "\"\\")) return ts_fail(&call->err, TS_USAGE, "Invalid tag %.100s", tag);
    return ts_service_bulk_edit(call->service, &call->actor, &bulk, call->arena, &result, &call->err);
}

static bool read_command(ts_call *call, const json_t *params, tag_wish *wish, bool *exclusive)
{
    static const struct {
        const char *name;
        ts_edit_action action;
    } commands[] = {{"add", TS_EDIT_ADD},
                    {"set_exclusive", TS_EDIT_ADD},
                    {"remove", TS_EDIT_REMOVE},
                    {"replace", TS_EDIT_REPLACE},
                    {"remove_all", TS_EDIT_REPLACE}};
    const char *command = NULL;
    size_t i = 0;
    if (!ts_cld_required(params, "command", &command, &call->err)) return false;
    while (i < TS_COUNT_OF(commands) && strcmp(commands[i].name, command) != 0) i++;
    if (i == TS_COUNT_OF(commands)) return ts_fail(&call->err, TS_USAGE, "Invalid command %.60s", command);
    wish->action = commands[i].action;
    *exclusive = i == 1;
    if (strcmp(command, "remove_all") == 0) return true;
    const char *name = json_object_get(params, "tag") ? "tag" : "tags";
    if (!ts_cld_list(params, name, call->arena, &wish->tags, &wish->count, &call->err)) return false;
    return wish->count > 0 || ts_fail(&call->err, TS_USAGE, "Missing required parameter - tag");
}

static bool tags(ts_call *call)
{
    const json_t *params = NULL;
    tag_wish wish = {0};
    bool exclusive = false;
    if (!sign_in(call, &params) || !read_command(call, params, &wish, &exclusive)) return false;
    for (size_t i = 0; exclusive && i < wish.count; i++)
        if (!take_from_others(call, wish.tags[i])) return false;
    return for_each(call, params, edit_tags, &wish);
}

/* ---- context, metadata ---------------------------------------------------------------------------- */

typedef struct own_wish {
    const char *member; /* "context" */
    const json_t *add;  /* NULL: all of it goes */
} own_wish;

static json_t *merged(const ts_picture_row *row, const own_wish *wish)
{
    json_t *extra = row->extra ? json_loads(row->extra, 0, NULL) : NULL;
    json_t *own = json_object_get(json_object_get(extra, "extra"), wish->member);
    json_t *all = wish->add && own ? json_copy(own) : json_object();
    if (wish->add) (void)json_object_update(all, (json_t *)(uintptr_t)wish->add);
    json_decref(extra);
    return all;
}

static bool set_own(ts_call *call, const ts_named *named, const void *context)
{
    const own_wish *wish = context;
    ts_named after;
    json_t *all = merged(&named->picture.row, wish);
    bool is_context = strcmp(wish->member, "context") == 0;
    ts_cld_patch patch = {.context = is_context ? all : NULL, .metadata = is_context ? NULL : all};
    bool ok = ts_cld_change(call, named->name, &patch, &after);
    json_decref(all);
    return ok;
}

static bool context(ts_call *call)
{
    const json_t *params = NULL;
    const char *command = NULL;
    ts_cld_wish wish;
    if (!sign_in(call, &params) || !ts_cld_required(params, "command", &command, &call->err)) return false;
    bool clears = strcmp(command, "remove_all") == 0;
    if (!clears && strcmp(command, "add") != 0)
        return ts_fail(&call->err, TS_USAGE, "Invalid command %.60s", command);
    if (!ts_cld_wish_read(call, params, &wish)) return false;
    if (!clears && !wish.context)
        return ts_fail(&call->err, TS_USAGE, "Missing required parameter - context");
    own_wish own = {"context", clears ? NULL : wish.context};
    return for_each(call, params, set_own, &own);
}

static bool metadata(ts_call *call)
{
    const json_t *params = NULL;
    ts_cld_wish wish;
    if (!sign_in(call, &params) || !ts_cld_wish_read(call, params, &wish)) return false;
    if (!wish.metadata) return ts_fail(&call->err, TS_USAGE, "Missing required parameter - metadata");
    own_wish own = {"metadata", wish.metadata};
    return for_each(call, params, set_own, &own);
}

/* ---- by token ------------------------------------------------------------------------------------- */

/* A token is worth no more than the key that it was given to. */
static bool is_good(ts_call *call, const char *key)
{
    const char *secret = NULL;
    ts_error revoked = {0};
    bool good = ts_service_secret(call->service, key, call->arena, &secret, &revoked);
    if (good) explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
    return good;
}

/* "PICTURE.KEY.UNTIL.TOKEN"; cut in place. */
static bool open_token(ts_call *call, char *text, ts_actor *actor)
{
    char token[TS_LINK_TOKEN];
    char *last = strrchr(text, '.'), *rest = NULL;
    const char *given = last ? last + 1 : "";
    if (last) *last = '\0';
    const char *bound = ts_arena_printf(call->arena, "delete %s", text);
    if (!bound) return ts_fail_memory(&call->err);
    ts_service_link_token(call->service, bound, token);
    if (!last || !ts_service_same_text(token, given)) return ts_fail(&call->err, TS_USAGE, "Invalid token");
    (void)strtok_r(text, ".", &rest);
    const char *key = strtok_r(NULL, ".", &rest);
    const char *until = strtok_r(NULL, ".", &rest);
    if (!until || strtoll(until, NULL, 10) < ts_wallclock_ms() / 1000)
        return ts_fail(&call->err, TS_USAGE, "Delete token expired");
    if (!is_good(call, key)) return ts_fail(&call->err, TS_USAGE, "Invalid token");
    *actor = (ts_actor){.kind = TS_ACTOR_KEY,
                        .id = key,
                        .name = "delete token",
                        .key_id = key,
                        .scopes = TS_SCOPE_READ | TS_SCOPE_WRITE};
    return true;
}

static bool delete_by_token(ts_call *call)
{
    ts_actor actor = {0};
    const json_t *params = NULL;
    const char *token = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_required(params, "token", &token, &call->err)) return false;
    char *text = ts_arena_strdup(call->arena, token);
    if (!text) return ts_fail_memory(&call->err);
    if (!open_token(call, text, &actor)) return false;
    bool gone = ts_service_picture_delete(call->service, &actor, text, -1, &call->err);
    if (!gone && call->err.code != TS_NOT_FOUND) return false;
    return ts_cld_answer(call, 200, json_pack("{s:s}", "result", gone ? "ok" : "not found"));
}

/* ---- what makes new files ------------------------------------------------------------------------- */

static bool makes_none(ts_call *call)
{
    const json_t *params = NULL;
    return sign_in(call, &params) &&
           ts_fail(&call->err, TS_USAGE,
                   "This call is not supported: pictures are kept as they are, and no others are "
                   "made of them");
}

/* ---- the table ------------------------------------------------------------------------------------ */

#define BODIES (TS_BODY_JSON | TS_BODY_FORM | TS_BODY_MULTIPART)
#define CALL(action, name, function)                                                                         \
    {                                                                                                        \
        "POST", "/v1_1/{cloud}/{type}/" action, ts_dialect_route, 0, TS_ROUTE_PUBLIC | TS_ROUTE_LONG,        \
            BODIES, .doc = &(const ts_route_doc)                                                             \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    CALL("explicit", "cloudinaryExplicit", explicit),
    CALL("destroy", "cloudinaryDestroy", destroy),
    CALL("rename", "cloudinaryRename", rename_picture),
    CALL("tags", "cloudinaryTags", tags),
    CALL("context", "cloudinaryContext", context),
    CALL("metadata", "cloudinaryMetadata", metadata),
    CALL("delete_by_token", "cloudinaryDeleteByToken", delete_by_token),
    CALL("text", "cloudinaryText", makes_none),
    CALL("sprite", "cloudinarySprite", makes_none),
    CALL("multi", "cloudinaryMulti", makes_none),
    CALL("explode", "cloudinaryExplode", makes_none),
    CALL("generate_archive", "cloudinaryArchive", makes_none),
    CALL("create_slideshow", "cloudinarySlideshow", makes_none),
    {"POST", "/v1_1/{cloud}/delete_by_token", ts_dialect_route, 0, TS_ROUTE_PUBLIC | TS_ROUTE_LONG, BODIES,
     .doc = &(const ts_route_doc){.id = "cloudinaryDeleteByTokenAlone", .run = delete_by_token}},
};
const ts_family ts_cld_change_family = {routes, TS_COUNT_OF(routes)};
