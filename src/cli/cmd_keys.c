/* cli: `tagsmith keys`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"

typedef struct settings {
    ts_server_settings server;
    const char *name, *scope, *credits;
    unsigned rate;
    ts_option_list origins;
    bool json;
} settings;

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"name", 0, TS_OPTION_TEXT, "TEXT", NULL, 0, 0, offsetof(settings, name), "create: what people call it"},
    {"scope", 0, TS_OPTION_TEXT, "LIST", NULL, 0, 0, offsetof(settings, scope),
     "create: read,write,review,admin (default: read,write)"},
    {"credits", 0, TS_OPTION_TEXT, "N", NULL, 0, 0, offsetof(settings, credits),
     "create: pictures that it may have tagged (default:\nunlimited)"},
    {"rate", 0, TS_OPTION_COUNT, "N", NULL, 1, 1e9, offsetof(settings, rate), "create: requests a minute"},
    {"origin", 0, TS_OPTION_LIST, "URL", NULL, 0, 0, offsetof(settings, origins),
     "create: pages of URL (https://shop.example) may use it in browsers; again\nfor each one"},
    TS_ROW_JSON_PROGRAMS(settings),
};

/* ---- create ---------------------------------------------------------------------------------------------- */

static bool add_scopes(json_t *wish, const char *list)
{
    char copy[256];
    char *rest = NULL;
    json_t *scopes = json_array();
    if (!scopes || strlen(list) >= sizeof copy) return false;
    memcpy(copy, list, strlen(list) + 1);
    for (char *word = strtok_r(copy, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest))
        (void)json_array_append_new(scopes, json_string(word));
    return json_object_set_new(wish, "scopes", scopes) == 0;
}

static bool add_origins(json_t *wish, const ts_option_list *origins)
{
    json_t *list = json_array();
    for (size_t i = 0; i < origins->count; i++)
        if (json_array_append_new(list, json_string(origins->items[i])) != 0) return json_decref(list), false;
    return json_object_set_new(wish, "origins", list) == 0;
}

static json_t *wish_of(const settings *s, ts_error *err)
{
    char *end = NULL;
    json_t *wish = json_object();
    bool ok = wish != NULL;
    if (ok && s->name) ok = json_object_set_new(wish, "name", json_string(s->name)) == 0;
    if (ok && s->scope) ok = add_scopes(wish, s->scope);
    if (ok && s->rate) ok = json_object_set_new(wish, "rate_per_minute", json_integer(s->rate)) == 0;
    if (ok && s->origins.count) ok = add_origins(wish, &s->origins);
    if (ok && s->credits) {
        long long credits = strtoll(s->credits, &end, 10);
        ok = *s->credits && *end == '\0' && credits >= 0 &&
             json_object_set_new(wish, "credits", json_integer(credits)) == 0;
    }
    if (ok) return wish;
    (void)ts_fail(err, TS_USAGE, "--credits takes a whole number, --name, --scope and --origin take texts");
    json_decref(wish);
    return NULL;
}

/* {"id","key","secret"}: what scripts need; the rest is in the list. */
static void print_made(const json_t *made, bool json)
{
    const char *id = ts_json_string_or(made, "id", ""), *key = ts_json_string_or(made, "key", "");
    const char *secret = ts_json_string_or(made, "secret", "");
    if (json) {
        json_t *three = json_pack("{s:s, s:s, s:s}", "id", id, "key", key, "secret", secret);
        ts_print_json(three);
        json_decref(three);
        return;
    }
    (void)printf("id      %s\nkey     %s\nsecret  %s\nKey and secret are shown this once: keep them.\n", id,
                 key, secret);
}

static int create(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    json_t *wish = wish_of(s, &err);
    ts_server_ask ask = {.method = "POST", .target = "/api/keys", .body = wish, .makes_folder = true};
    json_t *made = wish ? ts_server_json(call, &s->server, &ask, &err) : NULL;
    json_decref(wish);
    if (made) print_made(made, s->json);
    return ts_server_end(made, &err);
}

/* ---- list, revoke, credit --------------------------------------------------------------------------------- */

static void print_key(const json_t *key, bool as_json)
{
    if (as_json) {
        ts_print_json(key);
        return;
    }
    char credits[32] = "unlimited", scopes[64] = "";
    const json_t *left = json_object_get(key, "credits");
    size_t i;
    json_t *scope;
    if (json_is_integer(left))
        (void)snprintf(credits, sizeof credits, "%lld", (long long)json_integer_value(left));
    json_array_foreach (json_object_get(key, "scopes"), i, scope) {
        size_t used = strlen(scopes);
        (void)snprintf(scopes + used, sizeof scopes - used, "%s%s", used ? "," : "",
                       json_string_value(scope));
    }
    (void)printf("%-20s %-24s %-26s %s%s\n", ts_json_string_or(key, "id", ""),
                 ts_json_string_or(key, "name", ""), scopes, credits,
                 json_is_string(json_object_get(key, "revoked")) ? "  revoked" : "");
}

static int list(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    json_t *answer = ts_server_list(call, &s->server, "/api/keys", "keys", print_key, s->json, &err);
    return ts_server_end(answer, &err);
}

static int revoke(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_server_ask ask = {.method = "DELETE", .target = "/api/keys"};
    json_t *answer = ts_server_about(call, &s->server, &ask, call->args[1], "", &err);
    return ts_server_end(answer, &err);
}

static int credit(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    char *end = NULL;
    long long amount = strtoll(call->args[2], &end, 10);
    if (!call->args[2][0] || *end) {
        (void)ts_fail(&err, TS_USAGE, "credits are a whole number, such as +100");
        return ts_complain(&err);
    }
    json_t *body = json_pack("{s:I}", "amount", (json_int_t)amount);
    ts_server_ask ask = {.method = "POST", .target = "/api/keys", .body = body};
    json_t *answer = ts_server_about(call, &s->server, &ask, call->args[1], "/credit", &err);
    json_decref(body);
    if (answer) print_key(answer, s->json);
    return ts_server_end(answer, &err);
}

static int run(const ts_call *call)
{
    static const ts_action actions[] = {
        {"create", 0, 0, create}, {"list", 0, 0, list}, {"revoke", 1, 1, revoke}, {"credit", 2, 2, credit}};
    return ts_run_action(call, actions, sizeof actions / sizeof *actions, "the keys",
                         "say create, list, revoke ID or credit ID +N");
}

const ts_command ts_command_keys = {
    .name = "keys",
    .summary = "make, list and revoke keys, and give them credits",
    .synopsis = "create|list|revoke|credit [OPTION]... [ID [+N]]",
    .about = "A key has an id that names it, a key that programs show, and a secret that signs. The last two "
             "are shown "
             "once.\n"
             "Works while a server has the data folder and while none has.",
    .examples = "tagsmith keys create --name shop --scope read,write --credits 1000 --json\ta key for 1,000 "
                "pictures\n"
                "tagsmith keys credit tk_4f1x8 +500\tfive hundred more\n"
                "tagsmith keys revoke tk_4f1x8\tfrom now on it is refused",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
