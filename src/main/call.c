/* main: one call of our own API, to the server that has the data folder or, where none runs, in this process. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "main/house.h"
#include "net/local.h"
#include "service/settings.h"

/* ---- to a server -------------------------------------------------------------------------------------------------- */

static bool call_server(const char *socket, const ts_cli_request *request, ts_cli_answer *answer, ts_error *err)
{
    enum { idle_ms = 3600000 }; /* long work says nothing for long, too */
    static const char *const json[] = {"content-type: application/json"};
    ts_local_part body = {.bytes = request->body, .length = request->body ? strlen(request->body) : 0};
    ts_local_answer local = {0};
    ts_local_request call = {.socket_path = socket, .method = request->method, .target = request->target,
                             .headers = json, .header_count = request->body != NULL, .parts = &body,
                             .part_count = request->body != NULL, .idle_ms = idle_ms,
                             .on_line = request->on_line, .user = request->context};
    bool ok = ts_net_call_unix(&call, &local, err);
    answer->status = local.status;
    answer->body = local.body;
    local.body = (ts_buf){0};
    ts_local_answer_free(&local);
    return ok;
}

/* ---- in this process ------------------------------------------------------------------------------------------------ */

/* An answer line by line is given line by line, as a server would. */
static void split_lines(const ts_cli_request *request, ts_cli_answer *answer)
{
    char *at = answer->body.data;
    while (request->on_line && answer->status == 200 && at && *at) {
        char *end = strchr(at, '\n');
        size_t length = end ? (size_t)(end - at) : strlen(at);
        if (length && !request->on_line(request->context, at, length)) break;
        at += length + (end != NULL);
    }
    if (request->on_line && answer->status == 200) ts_buf_clear(&answer->body);
}

static bool dispatch(ts_service *service, const ts_cli_request *request, ts_cli_answer *answer, ts_error *err)
{
    static const ts_http_pair json = {"Content-Type", "application/json"};
    ts_http_answer out = {0};
    ts_http_options limits = {0};
    ts_api *api = ts_api_open(&(ts_api_options){.service = service}, err);
    if (!api) return false;
    ts_api_hooks(api, &limits.hooks);
    ts_http_call call = {.method = request->method, .target = request->target, .headers = &json,
                         .header_count = request->body != NULL, .body = request->body,
                         .body_length = request->body ? strlen(request->body) : 0};
    bool ok = ts_http_dispatch(&limits, ts_api_routes(api), &call, &out, err);
    answer->status = out.status;
    answer->body = out.body;
    out.body = (ts_buf){0};
    ts_http_answer_free(&out);
    ts_api_stop(api);
    ts_api_close(api);
    if (ok) split_lines(request, answer);
    return ok;
}

static bool call_here(const ts_cli_request *request, ts_arena *arena, ts_cli_answer *answer, ts_error *err)
{
    ts_service_options options;
    if (!ts_settings_service(request->config, arena, &options, err)) return false;
    options.without_tagger = !request->with_tagger;
    ts_service *service = ts_service_open(&options, err);
    bool ok = service && dispatch(service, request, answer, err);
    ts_service_close(service);
    return ok;
}

/* ---- either ------------------------------------------------------------------------------------------------------------ */

bool ts_main_call(const ts_cli_request *request, ts_cli_answer *answer, ts_error *err)
{
    ts_error none = {0};
    ts_arena *arena = ts_arena_new(0);
    const char *data = arena ? ts_settings_data_dir(request->config, arena, err) : NULL;
    const char *socket = data ? ts_path_join(arena, data, "control.sock") : NULL;
    bool ok = socket && call_server(socket, request, answer, &none);
    if (socket && !ok && none.code == TS_NOT_FOUND) ok = call_here(request, arena, answer, err);
    else if (!ok && none.code != TS_OK && err) *err = none;
    if (!arena) (void)ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}
