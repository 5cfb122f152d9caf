/* main: one call of our own API, to the server that has the data folder or, where none runs, in this process. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "main/house.h"
#include "main/rooms.h"
#include "net/local.h"
#include "service/settings.h"

static const char *type_of(const ts_cli_request *request)
{
    return request->type ? request->type : "application/json";
}

/* ---- to a server -------------------------------------------------------------------------------------------------- */

static bool call_server(const char *socket, const ts_cli_request *request, ts_cli_answer *answer,
                        ts_error *err)
{
    enum { idle_ms = 3600000 }; /* long work says nothing for long, too */
    char type[96];
    const char *const headers[] = {type};
    ts_local_part body = {.bytes = request->body, .length = request->body ? strlen(request->body) : 0};
    ts_local_answer local = {0};
    (void)snprintf(type, sizeof type, "content-type: %s", type_of(request));
    ts_local_request call = {.socket_path = socket,
                             .method = request->method,
                             .target = request->target,
                             .headers = headers,
                             .header_count = request->body != NULL,
                             .parts = &body,
                             .part_count = request->body != NULL,
                             .idle_ms = idle_ms,
                             .on_line = request->on_line,
                             .user = request->context,
                             .stop = request->stop};
    bool ok = ts_net_call_unix(&call, &local, err);
    answer->status = local.status;
    answer->body = local.body;
    local.body = (ts_buf){0};
    ts_local_answer_free(&local);
    return ok;
}

/* ---- in this process ------------------------------------------------------------------------------------------------ */

static bool dispatch(ts_rooms *rooms, const ts_cli_request *request, ts_cli_answer *answer, ts_error *err)
{
    const char *type = type_of(request);
    ts_http_pair header = {"Content-Type", type, strlen(type)};
    ts_http_answer out = {0};
    ts_http_options limits = {0};
    ts_api_hooks(rooms->api, &limits.hooks);
    ts_http_call call = {.method = request->method,
                         .target = request->target,
                         .headers = &header,
                         .header_count = request->body != NULL,
                         .body = request->body,
                         .body_length = request->body ? strlen(request->body) : 0};
    bool ok = ts_http_dispatch(&limits, ts_api_routes(rooms->api), &call, &out, err);
    answer->status = out.status;
    answer->body = out.body;
    out.body = (ts_buf){0};
    ts_http_answer_free(&out);
    return ok;
}

/* What comes line by line comes from a server, if need be from one of our own for this one call: then lines come as they
 * are made, and stopping is the same as it is with any server. One that can tag is open to other commands meanwhile. */
static bool call_here(const ts_cli_request *request, ts_cli_answer *answer, ts_error *err)
{
    enum { patience_ms = 60000 };
    ts_rooms rooms = {0};
    ts_rooms_options options = {.config = request->config, .with_tagger = request->with_tagger};
    if (request->on_line) options.socket = request->with_tagger ? "control.sock" : "command.sock";
    bool ok = ts_rooms_open(&rooms, &options, err);
    if (ok && !rooms.server) ok = dispatch(&rooms, request, answer, err);
    else if (ok) ok = call_server(rooms.socket_path, request, answer, err);
    if (rooms.server) (void)ts_rooms_drain(&rooms, patience_ms);
    else if (rooms.api) ts_api_stop(rooms.api);
    ts_rooms_close(&rooms);
    return ok;
}

/* ---- either ------------------------------------------------------------------------------------------------------------ */

static bool is_stopped(const ts_cli_request *request)
{
    return request->stop && atomic_load(request->stop) != 0;
}

/* A command that has the folder is done in a moment; a server that has it but does not listen yet soon will. */
static bool try_until_free(const char *socket, const ts_cli_request *request, ts_cli_answer *answer,
                           ts_error *err)
{
    enum { patience_ms = 15000, nap_ms = 50 };
    double end = ts_clock_ms() + patience_ms;
    for (;;) {
        ts_error none = {0}, taken = {0};
        if (call_server(socket, request, answer, &none)) return true;
        bool ok = none.code == TS_NOT_FOUND && call_here(request, answer, &taken);
        const ts_error *trouble = none.code == TS_NOT_FOUND ? &taken : &none;
        if (ok || taken.code != TS_CONFLICT || ts_clock_ms() > end || is_stopped(request)) {
            if (!ok && err) *err = *trouble;
            return ok;
        }
        (void)poll(NULL, 0, nap_ms);
    }
}

bool ts_main_call(const ts_cli_request *request, ts_cli_answer *answer, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    const char *data = arena ? ts_settings_data_dir(request->config, arena, err) : NULL;
    const char *socket = data ? ts_path_join(arena, data, "control.sock") : NULL;
    bool ok = socket && try_until_free(socket, request, answer, err);
    if (!arena || (data && !socket)) (void)ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}
