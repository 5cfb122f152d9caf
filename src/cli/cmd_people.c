/* cli: `tagsmith people`. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/password.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"

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
    TS_ROW_JSON_PROGRAMS(settings),
};

enum { password_size = 512 };

static const char *role_of(const settings *s)
{
    static const char *const roles[] = {NULL, "viewer", "tagger", "reviewer", "admin"};
    return roles[s->role];
}

/* ---- look ------------------------------------------------------------------------------------------------------------ */

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

static int list(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    json_t *answer = ts_server_list(call, &s->server, "/api/people", "people", print_person, s->json, &err);
    return ts_server_end(answer, &err);
}

/* People are named by address or id. In the list that holds them; "": nobody is called so. */
static const char *id_of(const json_t *people, const char *who)
{
    size_t i;
    json_t *person;
    json_array_foreach (people, i, person) {
        const char *id = ts_json_string_or(person, "id", "");
        if (strcmp(id, who) == 0 || strcasecmp(ts_json_string_or(person, "email", ""), who) == 0) return id;
    }
    return "";
}

/* ---- change ---------------------------------------------------------------------------------------------------------- */

static json_t *ask_about(const ts_call *call, const char *method, const json_t *body, ts_error *err)
{
    const settings *s = call->settings;
    const char *who = call->args[1];
    ts_server_ask ask = {.method = "GET", .target = "/api/people"};
    json_t *answer = NULL, *list = ts_server_json(call, &s->server, &ask, err);
    if (!list) return NULL;
    const char *id = id_of(json_object_get(list, "people"), who);
    ask.method = method;
    ask.body = body;
    if (*id) answer = ts_server_about(call, &s->server, &ask, id, "", err);
    else {
        (void)ts_fail(err, TS_NOT_FOUND, "nobody here is called \"%.200s\"", who);
        (void)ts_hint(err, "tagsmith people list shows who there is");
    }
    json_decref(list);
    return answer;
}

/* Gives the body up. */
static int change(const ts_call *call, const char *method, json_t *body)
{
    ts_error err = {0};
    json_t *answer = ask_about(call, method, body, &err);
    json_decref(body);
    return ts_server_end(answer, &err);
}

static int set_password(const ts_call *call)
{
    ts_error err = {0};
    char password[password_size];
    if (!ts_password_read(password, sizeof password, &err)) return ts_complain(&err);
    json_t *body = json_pack("{s:s}", "password", password);
    explicit_bzero(password, sizeof password);
    if (body) return change(call, "PATCH", body);
    (void)ts_fail(&err, TS_USAGE, "a password is text in UTF-8");
    return ts_complain(&err);
}

static int set_role(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    if (s->role) return change(call, "PATCH", json_pack("{s:s}", "role", role_of(s)));
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

static int add(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    char password[password_size];
    if (!ts_password_read(password, sizeof password, &err)) return ts_complain(&err);
    json_t *wish = wish_of(s, call->args[1], password);
    explicit_bzero(password, sizeof password);
    ts_server_ask ask = {.method = "POST", .target = "/api/people", .body = wish, .makes_folder = true};
    json_t *made = wish ? ts_server_json(call, &s->server, &ask, &err) : NULL;
    if (!wish) (void)ts_fail(&err, TS_USAGE, "name, address and password are texts in UTF-8");
    json_decref(wish);
    if (made) print_person(made, s->json);
    return ts_server_end(made, &err);
}

static int disable(const ts_call *call)
{
    return change(call, "PATCH", json_pack("{s:b}", "disabled", 1));
}

static int enable(const ts_call *call)
{
    return change(call, "PATCH", json_pack("{s:b}", "disabled", 0));
}

static int remove_person(const ts_call *call)
{
    return change(call, "DELETE", NULL);
}

static int run(const ts_call *call)
{
    static const ts_action actions[] = {{"list", 0, 0, list},           {"add", 1, 1, add},
                                        {"change", 1, 1, set_role},     {"password", 1, 1, set_password},
                                        {"disable", 1, 1, disable},     {"enable", 1, 1, enable},
                                        {"remove", 1, 1, remove_person}};
    return ts_run_action(call, actions, sizeof actions / sizeof *actions, "people",
                         "say list, or add, change, password, disable, enable or remove with an address");
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
