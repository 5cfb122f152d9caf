/* cli: commands about a data folder: their settings and their calls. */
#include "cli/server_settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "service/settings.h"

ts_config *ts_server_config(const ts_server_settings *settings, ts_error *err)
{
    ts_config *config = ts_settings_load(settings->config, err);
    if (!config || !settings->data || ts_config_set(config, "data.dir", settings->data, "--data", err))
        return config;
    ts_config_free(config);
    return NULL;
}

/* A mistyped folder is not to become an empty catalogue. */
static bool check_folder(const ts_config *config, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    const char *dir = arena ? ts_settings_data_dir(config, arena, err) : NULL;
    const char *catalog = dir ? ts_path_join(arena, dir, "catalog.db") : NULL;
    bool ok = catalog && ts_file_exists(catalog);
    if (!arena || (dir && !catalog)) (void)ts_fail_memory(err);
    else if (catalog && !ts_dir_exists(dir))
        (void)ts_fail(err, TS_NOT_FOUND, "there is no folder %.300s", dir);
    else if (!ok && dir) (void)ts_fail(err, TS_NOT_FOUND, "%.300s is no data folder", dir);
    if (!ok && dir) (void)ts_hint(err, "--data DIR says which; tagsmith serve and tagsmith import make one");
    ts_arena_free(arena);
    return ok;
}

/* ---- calls -------------------------------------------------------------------------------------------------------- */

static ts_code code_of(const char *name)
{
    for (int code = 1; code < TS_CODE_COUNT; code++)
        if (strcmp(ts_code_name((ts_code)code), name) == 0) return (ts_code)code;
    return TS_INTERNAL;
}

/* What the server said of a call that it refused. */
static bool fail_as_told(const json_t *problem, int status, ts_error *err)
{
    const char *detail = ts_json_string_or(problem, "detail", ts_json_string_or(problem, "message", NULL));
    if (!detail) return ts_fail(err, TS_INTERNAL, "the server answered %d", status);
    (void)ts_fail(err, code_of(ts_json_string_or(problem, "code", "")), "%s", detail);
    return ts_hint(err, "%s", ts_json_string_or(problem, "hint", ""));
}

static json_t *parse_answer(const ts_cli_answer *answer, ts_error *err)
{
    json_t *json = answer->body.length
                       ? json_loadb(answer->body.data, answer->body.length, JSON_DECODE_ANY, NULL)
                       : json_object();
    if (answer->status < 300 && json) return json;
    (void)fail_as_told(json, answer->status, err);
    json_decref(json);
    return NULL;
}

static bool ask_server(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                       ts_cli_line line, void *context, ts_cli_answer *answer, ts_error *err)
{
    char *text = ask->body ? json_dumps(ask->body, JSON_COMPACT) : NULL;
    ts_config *config = ts_server_config(settings, err);
    ts_cli_request request = {.config = config,
                              .method = ask->method,
                              .target = ask->target,
                              .body = ask->text ? ask->text : text,
                              .type = ask->type,
                              .on_line = line,
                              .context = context,
                              .with_tagger = ask->with_tagger,
                              .stop = call->stop};
    bool ok = config && (!ask->body || text || ts_fail_memory(err)) &&
              (ask->makes_folder || check_folder(config, err)) && call->house->call(&request, answer, err);
    ts_config_free(config);
    free(text);
    return ok;
}

json_t *ts_server_json(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                       ts_error *err)
{
    ts_cli_answer answer = {0};
    json_t *json = NULL;
    if (ask_server(call, settings, ask, NULL, NULL, &answer, err)) json = parse_answer(&answer, err);
    ts_buf_free(&answer.body);
    return json;
}

bool ts_server_text(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                    ts_buf *out, ts_error *err)
{
    ts_cli_answer answer = {0};
    bool ok = ask_server(call, settings, ask, NULL, NULL, &answer, err);
    if (ok && answer.status >= 300) {
        json_decref(parse_answer(&answer, err));
        ok = false;
    }
    if (ok && answer.body.length)
        ok = ts_buf_append(out, answer.body.data, answer.body.length) || ts_fail_memory(err);
    ts_buf_free(&answer.body);
    return ok;
}

json_t *ts_server_about(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                        const char *id, const char *what, ts_error *err)
{
    ts_buf target = {0};
    ts_server_ask about = *ask;
    json_t *answer = NULL;
    (void)ts_buf_printf(&target, "%s/", ask->target);
    bool ok = ts_escape_query(&target, id) && ts_buf_puts(&target, what);
    about.target = target.data;
    if (ok) answer = ts_server_json(call, settings, &about, err);
    else (void)ts_fail_memory(err);
    ts_buf_free(&target);
    return answer;
}

json_t *ts_server_list(const ts_call *call, const ts_server_settings *settings, const char *target,
                       const char *rows, ts_print_row print, bool as_json, ts_error *err)
{
    size_t i;
    json_t *row;
    json_t *answer = ts_server_json(call, settings, &(ts_server_ask){.method = "GET", .target = target}, err);
    json_array_foreach (json_object_get(answer, rows), i, row) print(row, as_json);
    return answer;
}

int ts_server_end(json_t *answer, const ts_error *err)
{
    if (!answer) return ts_complain(err);
    json_decref(answer);
    return TS_EXIT_GOOD;
}

bool ts_server_lines(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                     ts_cli_line line, void *context, ts_error *err)
{
    ts_cli_answer answer = {0};
    bool ok = ask_server(call, settings, ask, line, context, &answer, err);
    if (ok && answer.status != 200) {
        json_decref(parse_answer(&answer, err));
        ok = false;
    }
    ts_buf_free(&answer.body);
    return ok;
}

/* ---- events ------------------------------------------------------------------------------------------------------- */

typedef struct listener {
    ts_server_event event;
    void *context;
    char name[32];
    ts_buf data;
    json_t *done, *trouble;
} listener;

static void take_event(listener *l)
{
    json_t *data = l->data.length ? json_loadb(l->data.data, l->data.length, JSON_DECODE_ANY, NULL) : NULL;
    if (data && strcmp(l->name, "done") == 0 && !l->done) l->done = json_incref(data);
    else if (data && strcmp(l->name, "error") == 0 && !l->trouble) l->trouble = json_incref(data);
    else if (data) l->event(l->context, l->name, data);
    json_decref(data);
    l->name[0] = '\0';
    ts_buf_clear(&l->data);
}

static bool take_line(void *context, const char *line, size_t length)
{
    listener *l = context;
    if (length == 0) take_event(l);
    else if (length > 7 && memcmp(line, "event: ", 7) == 0)
        (void)snprintf(l->name, sizeof l->name, "%.*s", (int)(length - 7), line + 7);
    else if (length > 6 && memcmp(line, "data: ", 6) == 0)
        return ts_buf_append(&l->data, line + 6, length - 6);
    return true;
}

json_t *ts_server_events(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                         ts_server_event event, void *context, ts_error *err)
{
    listener l = {.event = event, .context = context};
    bool ok = ts_server_lines(call, settings, ask, take_line, &l, err);
    if (ok && l.trouble) ok = fail_as_told(l.trouble, 0, err);
    else if (ok && !l.done) ok = ts_fail(err, TS_IO, "the server went away before it was done");
    if (!ok) json_decref(l.done);
    json_decref(l.trouble);
    ts_buf_free(&l.data);
    return ok ? l.done : NULL;
}

/* ---- small things ------------------------------------------------------------------------------------------------- */

bool ts_escape_query(ts_buf *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("-._~", c);
        if (plain) (void)ts_buf_putc(out, (char)c);
        else (void)ts_buf_printf(out, "%%%02X", c);
    }
    return !out->failed;
}

void ts_print_json(const json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    if (text) (void)puts(text);
    free(text);
}

void ts_print_shown(const char *text)
{
    for (; *text; text++) (void)putchar((unsigned char)*text < 0x20 || *text == 0x7F ? '?' : *text);
}

static bool resolve(const char *path, bool to_be_made, char *out)
{
    if (!to_be_made) return realpath(path, out) != NULL;
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    char folder[PATH_MAX];
    if (length == 0 || length >= sizeof folder) return false;
    memcpy(folder, path, length);
    folder[length] = '\0';
    char *slash = strrchr(folder, '/');
    const char *name = slash ? slash + 1 : folder;
    char base[NAME_MAX + 1];
    if (!*name || snprintf(base, sizeof base, "%s", name) >= (int)sizeof base) return false;
    if (slash) slash[slash == folder] = '\0';
    if (!realpath(slash ? folder : ".", out)) return false;
    size_t used = strlen(out);
    return snprintf(out + used, PATH_MAX - used, "%s%s", used > 1 ? "/" : "", base) < (int)(PATH_MAX - used);
}

bool ts_absolute_path(const char *path, bool to_be_made, char *out, ts_error *err)
{
    if (!resolve(path, to_be_made, out)) return ts_fail_errno(err, "cannot use %.300s", path);
    if (ts_utf8_valid(out, strlen(out))) return true;
    (void)ts_fail(err, TS_USAGE, "the path of %.300s is no UTF-8", path);
    return ts_hint(err, "rename the folder, or reach it by a link whose name is UTF-8");
}
