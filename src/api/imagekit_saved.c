/* api: what ImageKit's clients save by id: extensions, and named transformations, which are kept and given
 * back but transform nothing here. Only translation. */
#include <string.h>

#include "api/imagekit.h"
#include "api/json_of.h"
#include "base/json.h"
#include "service/saved.h"

/* One kind of saved things. */
typedef struct shelf {
    const char *kind, *missing, *help;
    const char *texts[2];                                          /* members that a new one must have */
    const char *rest[2];                                           /* others */
    bool (*check)(ts_call *call, const json_t *body, bool is_new); /* or NULL */
} shelf;

static bool check_extension(ts_call *call, const json_t *body, bool is_new)
{
    const json_t *config = json_object_get(body, "config");
    if (!config && !is_new) return true;
    if (!json_is_object(config))
        return ts_ik_fail(call, TS_USAGE, "Missing config parameter",
                          "config is an extension with its parameters");
    return ts_ik_check_extension(config, &call->err);
}

static const shelf extensions = {.kind = "imagekit.extension",
                                 .missing = "The requested saved extension does not exist.",
                                 .help = "GET /v1/saved-extensions lists them.",
                                 .texts = {"name", NULL},
                                 .rest = {"description", "config"},
                                 .check = check_extension};
static const shelf transformations = {.kind = "imagekit.transformation",
                                      .missing = "The requested named transformation does not exist.",
                                      .help = "GET /v1/named-transformations lists them.",
                                      .texts = {"name", "transformation"},
                                      .rest = {"enabled", NULL}};

/* ---- one ---------------------------------------------------------------------------------------- */

static bool find(ts_call *call, const shelf *of, const char *id, ts_saved *out)
{
    if (ts_service_saved(call->service, &call->actor, of->kind, id, call->arena, out, &call->err))
        return true;
    return call->err.code == TS_NOT_FOUND ? ts_ik_fail(call, TS_NOT_FOUND, of->missing, of->help) : false;
}

json_t *ts_ik_saved_config(ts_call *call, const char *id)
{
    ts_saved saved;
    if (find(call, &extensions, id, &saved)) return json_object_get(saved.body, "config");
    if (call->err.code == TS_NOT_FOUND) call->err.code = TS_USAGE;
    return NULL;
}

static json_t *json_of(const ts_saved *saved)
{
    json_t *out = json_pack("{s:s, s:o, s:o}", "id", saved->id, "createdAt", ts_json_of_time(saved->created),
                            "updatedAt", ts_json_of_time(saved->updated));
    (void)json_object_update(out, (json_t *)(uintptr_t)saved->body);
    return out;
}

static void take(json_t *kept, const json_t *body, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (names[i] && json_object_get(body, names[i]))
            (void)json_object_set(kept, names[i], json_object_get(body, names[i]));
}

static bool keep(ts_call *call, const shelf *to, const char *id, json_t *kept, const json_t *body)
{
    ts_saved saved;
    take(kept, body, to->texts, TS_COUNT_OF(to->texts));
    take(kept, body, to->rest, TS_COUNT_OF(to->rest));
    for (size_t i = 0; i < TS_COUNT_OF(to->texts); i++)
        if (to->texts[i] && !ts_ik_need(call, kept, to->texts[i])) return false;
    return ts_service_saved_put(call->service, &call->actor, to->kind, id, kept, call->arena, &saved,
                                &call->err) &&
           ts_answer(call, id ? 200 : 201, json_of(&saved));
}

/* ---- the calls ---------------------------------------------------------------------------------- */

static bool create(ts_call *call, const shelf *to, json_t *usual)
{
    const json_t *body = ts_ik_body(call);
    return ts_ik_keep(call, usual) && body && (!to->check || to->check(call, body, true)) &&
           keep(call, to, NULL, usual, body);
}

static bool update(ts_call *call, const shelf *of)
{
    ts_saved saved;
    const json_t *body = ts_ik_body(call);
    if (!body || !find(call, of, ts_call_path(call, "id"), &saved)) return false;
    json_t *kept = ts_ik_keep(call, json_deep_copy(saved.body));
    return kept && (!of->check || of->check(call, body, false)) && keep(call, of, saved.id, kept, body);
}

static bool list(ts_call *call, const shelf *of)
{
    const ts_saved *all = NULL;
    size_t count = 0;
    if (!ts_service_saved_list(call->service, &call->actor, of->kind, call->arena, &all, &count, &call->err))
        return false;
    json_t *out = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(out, json_of(&all[i]));
    return ts_answer(call, 200, out);
}

static bool get(ts_call *call, const shelf *of)
{
    ts_saved saved;
    return find(call, of, ts_call_path(call, "id"), &saved) && ts_answer(call, 200, json_of(&saved));
}

static bool drop(ts_call *call, const shelf *of)
{
    ts_saved saved;
    return find(call, of, ts_call_path(call, "id"), &saved) &&
           ts_service_saved_delete(call->service, &call->actor, of->kind, saved.id, &call->err) &&
           ts_answer_nothing(call);
}

bool ts_ik_saved_list(ts_call *call)
{
    return list(call, &extensions);
}

bool ts_ik_saved_create(ts_call *call)
{
    return create(call, &extensions, json_pack("{s:s}", "description", ""));
}

bool ts_ik_saved_get(ts_call *call)
{
    return get(call, &extensions);
}

bool ts_ik_saved_update(ts_call *call)
{
    return update(call, &extensions);
}

bool ts_ik_saved_delete(ts_call *call)
{
    return drop(call, &extensions);
}

bool ts_ik_steps_list(ts_call *call)
{
    return list(call, &transformations);
}

bool ts_ik_steps_create(ts_call *call)
{
    return create(call, &transformations, json_pack("{s:b}", "enabled", 1));
}

bool ts_ik_steps_get(ts_call *call)
{
    return get(call, &transformations);
}

bool ts_ik_steps_update(ts_call *call)
{
    return update(call, &transformations);
}

bool ts_ik_steps_delete(ts_call *call)
{
    return drop(call, &transformations);
}
