/* service: who asks, what they may do, and how they sign the ledger. Knows no use case. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/random.h"
#include "service/core.h"

const ts_actor ts_actor_system = {
    .kind = TS_ACTOR_SYSTEM, .id = "", .name = "tagsmith", .key_id = "", .scopes = TS_SCOPE_ALL};

bool ts_actor_may(const ts_actor *actor, ts_scope scope, ts_error *err)
{
    char needed[TS_SCOPES_TEXT], have[TS_SCOPES_TEXT];
    if (ts_scopes_cover(actor->scopes, (uint32_t)scope)) return true;
    ts_scopes_print((uint32_t)scope, needed);
    ts_scopes_print(actor->scopes, have);
    (void)ts_fail(err, TS_FORBIDDEN, "this needs the scope \"%s\"; yours: %s", needed,
                  have[0] ? have : "none");
    return ts_hint(err, "ask an administrator for a key with that scope");
}

bool ts_actor_may_any(const ts_actor *actor, uint32_t scopes, ts_error *err)
{
    char needed[TS_SCOPES_TEXT], have[TS_SCOPES_TEXT];
    for (uint32_t bit = 1; bit < TS_SCOPE_ALL; bit <<= 1)
        if ((scopes & bit) && ts_scopes_cover(actor->scopes, bit)) return true;
    ts_scopes_print(scopes, needed);
    ts_scopes_print(actor->scopes, have);
    (void)ts_fail(err, TS_FORBIDDEN, "this needs one of the scopes \"%s\"; yours: %s", needed,
                  have[0] ? have : "none");
    return ts_hint(err, "ask an administrator for a key with one of them");
}

ts_author ts_author_of(const ts_actor *actor)
{
    return (ts_author){.kind = actor->kind == TS_ACTOR_SYSTEM ? TS_AUTHOR_SYSTEM : TS_AUTHOR_PERSON,
                       .id = actor->id,
                       .name = actor->name};
}

const char *ts_json_dump(const json_t *json, ts_arena *arena, ts_error *err)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *copy = text ? ts_arena_strdup(arena, text) : NULL;
    free(text);
    if (!copy) (void)ts_fail_memory(err);
    return copy;
}

json_t *ts_json_of(const char *text)
{
    json_t *json = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (json_is_object(json)) return json;
    json_decref(json);
    return json_object();
}

json_t *ts_error_object(const ts_error *error)
{
    return json_pack("{s:s, s:o, s:o}", "code", ts_code_name(error->code), "message",
                     ts_json_repaired(error->message), "hint", ts_json_repaired(error->hint));
}

const char *ts_cursor_of(int64_t number, ts_arena *arena)
{
    return ts_arena_printf(arena, "%lld", (long long)number);
}

bool ts_cursor_parse(const char *cursor, int64_t *number, ts_error *err)
{
    char *end = NULL;
    *number = 0;
    if (!cursor || !cursor[0]) return true;
    errno = 0;
    *number = strtoll(cursor, &end, 10);
    if (*end == '\0' && *number > 0 && errno == 0) return true;
    return ts_fail(err, TS_USAGE, "the cursor is none that this server gave");
}

const char *ts_new_id(ts_arena *arena)
{
    char id[TS_ID_SIZE];
    ts_id_new(id);
    return ts_arena_strdup(arena, id);
}
