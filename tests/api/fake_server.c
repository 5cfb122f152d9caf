/* tests: the api over real HTTP with the fake service behind it. Prints the port, the admin key, the read-only key and
 * the key without credits, each on a line; runs until standard input ends.
 *
 * usage: test_api_fake_server VOCAB_DIR SOCKET */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "fake_service.h"

static const ts_actor system_actor = {
    .kind = TS_ACTOR_SYSTEM, .id = "", .name = "", .key_id = "", .scopes = TS_SCOPE_ALL};

static const char *make_key(ts_service *service, const ts_key_wish *wish)
{
    ts_key_made made;
    ts_error err;
    if (!ts_service_key_create(service, &system_actor, wish, service->arena, &made, &err)) exit(3);
    return made.key;
}

static int fail(const ts_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    return 1;
}

int main(int argc, char **argv)
{
    ts_error err = {0};
    char byte;
    if (argc != 3) return 2;
    ts_service *service = fake_service_open(argv[1], &err);
    if (!service) return fail(&err);
    const char *admin =
        make_key(service, &(ts_key_wish){.name = "admin", .scopes = TS_SCOPE_ALL, .credits = -1});
    const char *reader =
        make_key(service, &(ts_key_wish){.name = "reader", .scopes = TS_SCOPE_READ, .credits = -1});
    const char *poor =
        make_key(service, &(ts_key_wish){.name = "poor", .scopes = TS_SCOPE_WRITE, .credits = 0});
    const char *slow = make_key(
        service, &(ts_key_wish){.name = "slow", .scopes = TS_SCOPE_READ, .credits = -1, .rate_per_min = 2});
    ts_log *log = ts_log_new(&(ts_log_options){.fd = 2, .level = TS_LOG_INFO}, &err);
    ts_api *api = ts_api_open(&(ts_api_options){.service = service, .log = log}, &err);
    if (!api) return fail(&err);
    ts_http_options options = {
        .listen = "127.0.0.1:0", .unix_path = argv[2], .session_cookie = TS_SESSION_COOKIE};
    ts_api_hooks(api, &options.hooks);
    ts_http_server *server = ts_http_server_open(&options, ts_api_routes(api), &err);
    if (!server) return fail(&err);
    ts_api_serve(api, server);
    printf("%d\n%s\n%s\n%s\n%s\n", ts_http_server_port(server), admin, reader, poor, slow);
    fflush(stdout);
    while (read(0, &byte, 1) > 0) continue;
    ts_http_server_stop_accepting(server);
    ts_api_stop(api);
    (void)ts_http_server_drain(server, 5000);
    ts_api_serve(api, NULL);
    ts_http_server_close(server);
    ts_api_close(api);
    ts_log_free(log);
    fake_service_close(service);
    return 0;
}
