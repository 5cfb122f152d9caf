/* cli: `tagsmith people`. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/password.h"
#include "cli/server_settings.h"

typedef struct settings {
    ts_server_settings server;
    const char *name;
    unsigned role;
    bool json;
} settings;

#define ROLES "viewer|tagger|reviewer|admin"

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"name", 0, TS_OPTION_TEXT, "TEXT", NULL, 0, 0, offsetof(settings, name),
     "add: what others see (default: the part before the @)"},
    {"role", 'r', TS_OPTION_CHOICE, "ROLE", ROLES, 0, 0, offsetof(settings, role),
     "add, change: viewer reads, tagger writes too, reviewer\ndecides too, admin may everything (default: "
     "viewer)"},
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json), "JSON for programs"},
};

enum { password_size = 512 };

static const char *role_of(const settings *s)
{
    static const char *const roles[] = {NULL, "viewer", "tagger", "reviewer", "admin"};
    return roles[s->role];
}

/* ---- look ------------------------------------------------------------------------------------------------------------ */

static json_t *ask_list(const ts_call *call, const settings *s, ts_error *err)
{
    return ts_server_json(call, &s->server, &(ts_server_ask){.method = "GET", .target = "/api/people"}, err);
}

static void print_person(const json_t *person, bool as_json)
{
    if (as_json) {
        ts_print_json(person);
        return;
    }
    (void)printf("%-20s  %-8s  ", ts_json_string_or(person, "id", ""), ts_json_string_or(person, "role", ""));
    ts_print_shown(ts_json_string_or(person, "email", ""));
    (void)printf("  ");
    ts_print_shown(ts_json_string_or(person, "name", ""));
    (void)printf("%s\n", ts_json_bool_or(person, "disabled", false) ? "  (disabled)" : "");
}

static int list(const ts_call *call, const settings *s)
{
    ts_error err = {0};
    size_t i;
    json_t *person, *answer = ask_list(call, s, &err);
    if (!answer) return ts_complain(&err);
    json_array_foreach (json_object_get(answer, "people"), i, person) print_person(person, s->json);
    json_decref(answer);
    return TS_EXIT_GOOD;
}

/* People are named by address or id. Appends the id to the target. */
static bool put_person(const ts_call *call, const settings *s, const char *who, ts_buf *target, ts_error *err)
{
    size_t i;
    const char *id = NULL;
    json_t *person, *answer = ask_list(call, s, err);
    if (!answer) return false;
    json_array_foreach (json_object_get(answer, "people"), i, person) {
        bool is = strcasecmp(ts_json_string_or(person, "email", ""), who) == 0 ||
                  strcmp(ts_json_string_or(person, "id", ""), who) == 0;
        if (is) id = ts_json_string_or(person, "id", "");
    }
    bool ok = id ? ts_escape_query(target, id) || ts_fail_memory(err)
                 : ts_fail(err, TS_NOT_FOUND, "nobody here is called \"%.200s\"", who);
    if (!id) (void)ts_hint(err, "tagsmith people list shows who there is");
    json_decref(answer);
    return ok;
}

/* ---- change ---------------------------------------------------------------------------------------------------------- */

static int change(const ts_call *call, const settings *s, const char *method, json_t *body)
{
    ts_error err = {0};
    ts_buf target = {0};
    json_t *answer = NULL;
    (void)ts_buf_puts(&target, "/api/people/");
    if (put_person(call, s, call->args[1], &target, &err))
        answer = ts_server_json(
            call, &s->server, &(ts_server_ask){.method = method, .target = target.data, .body = body}, &err);
    ts_buf_free(&target);
    json_decref(body);
    if (!answer) return ts_complain(&err);
    json_decref(answer);
    return TS_EXIT_GOOD;
}

static int set_password(const ts_call *call, const settings *s)
{
    ts_error err = {0};
    char password[password_size];
    if (!ts_password_read(password, sizeof password, &err)) return ts_complain(&err);
    json_t *body = json_pack("{s:s}", "password", password);
    explicit_bzero(password, sizeof password);
    if (body) return change(call, s, "PATCH", body);
    (void)ts_fail(&err, TS_USAGE, "a password is text in UTF-8");
    return ts_complain(&err);
}

static int set_role(const ts_call *call, const settings *s)
{
    ts_error err = {0};
    if (s->role) return change(call, s, "PATCH", json_pack("{s:s}", "role", role_of(s)));
    (void)ts_fail(&err, TS_USAGE, "what shall be changed? Say --role " ROLES);
    return ts_complain(&err);
}

static json_t *wish_of(const settings *s, const char *email, const char *password)
{
    char before[200];
    (void)snprintf(before, sizeof before, "%.*s", (int)strcspn(email, "@"), email);
    return json_pack("{s:s, s:s, s:s, s:s}", "email", email, "name", s->name ? s->name : before, "role",
                     s->role ? role_of(s) : "viewer", "password", password);
}

static int add(const ts_call *call, const settings *s)
{
    ts_error err = {0};
    char password[password_size];
    if (!ts_password_read(password, sizeof password, &err)) return ts_complain(&err);
    json_t *wish = wish_of(s, call->args[1], password);
    explicit_bzero(password, sizeof password);
    ts_server_ask ask = {.method = "POST", .target = "/api/people", .body = wish, .makes_folder = true};
    json_t *made = wish ? ts_server_json(call, &s->server, &ask, &err) : NULL;
    if (!wish) (void)ts_fail(&err, TS_USAGE, "name, address and password are texts in UTF-8");
    json_decref(wish);
    if (!made) return ts_complain(&err);
    print_person(made, s->json);
    json_decref(made);
    return TS_EXIT_GOOD;
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    const char *action = call->arg_count ? call->args[0] : "";
    ts_error err = {0};
    if (strcmp(action, "list") == 0 && call->arg_count == 1) return list(call, s);
    if (call->arg_count == 2) {
        if (strcmp(action, "add") == 0) return add(call, s);
        if (strcmp(action, "change") == 0) return set_role(call, s);
        if (strcmp(action, "password") == 0) return set_password(call, s);
        if (strcmp(action, "disable") == 0)
            return change(call, s, "PATCH", json_pack("{s:b}", "disabled", 1));
        if (strcmp(action, "enable") == 0) return change(call, s, "PATCH", json_pack("{s:b}", "disabled", 0));
        if (strcmp(action, "remove") == 0) return change(call, s, "DELETE", NULL);
    }
    (void)ts_fail(&err, TS_USAGE, "what about people?");
    (void)ts_hint(&err, "say list, or add, change, password, disable, enable or remove with an address");
    return ts_complain(&err);
}

const ts_command ts_command_people = {
    .name = "people",
    .summary = "accounts of people who sign in",
    .synopsis = "list|add|change|password|disable|enable|remove [OPTION]... [EMAIL]",
    .about = "Programs have keys, people have accounts: a role, a password, and their name in the history of "
             "every tag that\n"
             "they touched. A password is asked for unseen, or read from standard input. Whoever is disabled "
             "or removed is\n"
             "signed out everywhere; what they did stays in the history.",
    .examples = "tagsmith people add ann@example.org --role reviewer\tasks for a password\n"
                "tagsmith people change ann@example.org --role admin\tmore to say\n"
                "pwgen 20 1 | tee new | tagsmith people password ann@example.org\tfrom a script",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
