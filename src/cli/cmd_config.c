/* cli: `tagsmith config`. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/server_settings.h"
#include "service/settings.h"

typedef struct settings {
    ts_server_settings server;
    bool json;
} settings;

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json),
     "show: one JSON object a setting"},
};

/* ---- check -------------------------------------------------------------------------------------------------------------- */

/* "TAGSMITH_SERVER_LISTEN" of "server.listen". */
static void name_variable(const char *setting, char *out, size_t size)
{
    (void)snprintf(out, size, "TAGSMITH_%s", setting);
    for (; *out; out++) *out = *out == '.' ? '_' : (char)toupper((unsigned char)*out);
}

enum { settings_most = 128, variable_size = 96 };

/* Is it, but for its last word, a variable of a section that there is? */
static bool is_of_a_section(const char *variable, char names[][variable_size], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t section = strlen("TAGSMITH_") + strcspn(names[i] + strlen("TAGSMITH_"), "_") + 1;
        if (strncmp(variable, names[i], section) == 0) return true;
    }
    return false;
}

/* The server passes over variables that are no settings, since other programs have some of that name; of those that were
 * meant to be one, this tells. Returns how many. */
static size_t check_variables(void)
{
    char names[settings_most][variable_size];
    const char *list[settings_most];
    size_t count = 0, wrong = 0;
    const ts_setting *table = ts_settings(&count);
    if (count > settings_most) count = settings_most;
    for (size_t i = 0; i < count; i++) {
        name_variable(table[i].name, names[i], variable_size);
        list[i] = names[i];
    }
    for (char **at = environ; *at; at++) {
        char variable[variable_size];
        size_t length = strcspn(*at, "=");
        if (strncmp(*at, "TAGSMITH_", 9) != 0 || length >= sizeof variable) continue;
        (void)snprintf(variable, sizeof variable, "%.*s", (int)length, *at);
        const char *near = ts_nearest(variable, list, count);
        bool known = near && strcmp(near, variable) == 0;
        if (known || !is_of_a_section(variable, names, count)) continue;
        ts_error err = {0};
        (void)ts_fail(&err, TS_CONFIG, "%s sets nothing: there is no such setting", variable);
        if (near) (void)ts_hint(&err, "did you mean %s?", near);
        (void)ts_complain(&err);
        wrong++;
    }
    return wrong;
}

/* What only whoever uses the settings can tell. That there is no data folder here is no fault of theirs. */
static bool makes_sense(const ts_config *config, ts_error *err)
{
    ts_service_options unused;
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena ? ts_settings_service(config, arena, &unused, err) || err->code != TS_CONFIG
                    : ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}

static int check(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0}, none = {0};
    ts_server_settings wanted = s->server;
    if (call->arg_count == 2) wanted.config = call->args[1];
    ts_config *config = ts_server_config(&wanted, &err);
    bool good = config && makes_sense(config, &err);
    ts_config_free(config);
    if (!good) {
        (void)ts_complain(&err);
        return err.code == TS_CONFIG ? TS_EXIT_SOME_FAILED : TS_EXIT_CANNOT_RUN;
    }
    if (check_variables() > 0) return TS_EXIT_SOME_FAILED;
    ts_arena *arena = ts_arena_new(0);
    const char *read = wanted.config ? wanted.config : arena ? ts_config_find_file(arena, &none) : NULL;
    if (read) (void)printf("%s is fine\n", read);
    else
        (void)printf("there is no file of settings, and the environment is fine; tagsmith config template "
                     "makes one\n");
    ts_arena_free(arena);
    return TS_EXIT_GOOD;
}

/* ---- show --------------------------------------------------------------------------------------------------------------- */

static json_t *list_json(const ts_config *config, const char *name)
{
    size_t count = 0;
    const char *const *items = ts_config_list(config, name, &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(list, json_string(items[i]));
    return list;
}

static json_t *value_json(const ts_config *config, const ts_setting *setting)
{
    if (setting->secret) return json_string("***");
    switch (setting->kind) {
    case TS_SETTING_TEXT:
    case TS_SETTING_CHOICE:
        return json_string(ts_config_text(config, setting->name));
    case TS_SETTING_INT:
    case TS_SETTING_SIZE:
    case TS_SETTING_DURATION:
        return json_integer(ts_config_int(config, setting->name));
    case TS_SETTING_BOOL:
        return json_boolean(ts_config_bool(config, setting->name));
    case TS_SETTING_REAL:
        return json_real(ts_config_real(config, setting->name));
    case TS_SETTING_LIST:
        return list_json(config, setting->name);
    }
    return json_null();
}

static void show_json(const ts_config *config)
{
    size_t count = 0;
    const ts_setting *table = ts_settings(&count);
    for (size_t i = 0; i < count; i++) {
        json_t *row =
            json_pack("{s:s, s:o, s:s}", "name", table[i].name, "value", value_json(config, &table[i]),
                      "origin", ts_config_origin(config, table[i].name));
        ts_print_json(row);
        json_decref(row);
    }
}

static int show(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    ts_buf text = {0};
    ts_config *config = ts_server_config(&s->server, &err);
    if (!config) return ts_complain(&err);
    if (s->json) show_json(config);
    else if (ts_config_explain(config, &text)) (void)fputs(text.data, stdout);
    ts_buf_free(&text);
    ts_config_free(config);
    return TS_EXIT_GOOD;
}

/* ---- template ------------------------------------------------------------------------------------------------------------- */

static int write_template(const ts_call *call)
{
    (void)call;
    size_t count = 0;
    const ts_setting *table = ts_settings(&count);
    ts_buf text = {0};
    ts_error err = {0};
    bool ok = ts_config_write_template(table, count, &text);
    if (ok) (void)fputs(text.data, stdout);
    else (void)ts_fail_memory(&err);
    ts_buf_free(&text);
    return ok ? TS_EXIT_GOOD : ts_complain(&err);
}

static int run(const ts_call *call)
{
    static const ts_action actions[] = {
        {"check", 0, 1, check}, {"show", 0, 0, show}, {"template", 0, 0, write_template}};
    return ts_run_action(call, actions, sizeof actions / sizeof *actions, "the settings",
                         "say check, check FILE, show or template");
}

const ts_command ts_command_config = {
    .name = "config",
    .summary = "check, show and begin a file of settings",
    .synopsis = "check|show|template [OPTION]... [FILE]",
    .about = "Settings come from their defaults, a file, the environment and flags, each stronger than the "
             "one before. The "
             "file\n"
             "is $TAGSMITH_CONFIG, else ~/.config/tagsmith/config, else /etc/tagsmith/config. check reads it "
             "as the server\n"
             "would and says the first fault with file and line (exit status 1); show tells what is in force "
             "and where it\n"
             "came from; template writes a file in which everything is explained and nothing is changed.",
    .examples = "tagsmith config template > ~/.config/tagsmith/config\tbegin with what there is\n"
                "tagsmith config check new.conf\tbefore it goes into service\n"
                "TAGSMITH_LOG_LEVEL=debug tagsmith config show\twhat is in force, and why",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
