/* main: `tagsmith serve`: the rooms put together, started, and ended in the right order. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"
#include "main/house.h"
#include "service/keys.h"
#include "service/settings.h"

/* ---- the service manager -------------------------------------------------------------------------------------- */

enum { first_inherited = 3, inherited_max = 8 };

/* Tells systemd (or whoever set NOTIFY_SOCKET) how we are: sd_notify(3). */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (!path || !path[0] || strlen(path) >= sizeof to.sun_path) return;
    memcpy(to.sun_path, path, strlen(path) + 1);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0'; /* an abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to, length);
    (void)close(fd);
}

/* Sockets that systemd opened for us: sd_listen_fds(3). */
static size_t inherited_sockets(int sockets[inherited_max])
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    if (!pid || !fds || atol(pid) != (long)getpid()) return 0;
    long count = atol(fds);
    for (long i = 0; i < count && i < inherited_max; i++) sockets[i] = first_inherited + (int)i;
    return count > 0 && count <= inherited_max ? (size_t)count : 0;
}

/* ---- a running server ------------------------------------------------------------------------------------------- */

typedef struct running {
    const ts_config *config;
    ts_arena *arena;
    ts_log *log;
    ts_service *service;
    ts_api *api;
    ts_http_server *server;
    int sockets[inherited_max];
} running;

static bool open_log(running *r, ts_error *err)
{
    ts_log_options options = {.fd = STDERR_FILENO,
                              .level = (ts_log_level)ts_config_choice(r->config, "log.level"),
                              .format = (ts_log_format)ts_config_choice(r->config, "log.format"),
                              .journal = ts_log_is_journal(STDERR_FILENO)};
    r->log = ts_log_new(&options, err);
    return r->log != NULL;
}

static bool open_service(running *r, ts_error *err)
{
    ts_service_options options;
    if (!ts_settings_service(r->config, r->arena, &options, err)) return false;
    options.log = r->log;
    ts_log_info(r->log, "opening", ts_kv_text("data", options.data_dir));
    r->service = ts_service_open(&options, err);
    return r->service != NULL;
}

static bool open_api(running *r, const char *spool, ts_error *err)
{
    ts_api_options options = {.service = r->service,
                              .log = r->log,
                              .public_url = ts_config_text(r->config, "server.public_url"),
                              .rate_per_minute = (unsigned)ts_config_int(r->config, "server.rate_per_minute"),
                              .spool_dir = spool};
    if (!options.public_url[0]) options.public_url = NULL;
    r->api = ts_api_open(&options, err);
    return r->api != NULL;
}

static bool open_server(running *r, const char *data, const char *spool, ts_error *err)
{
    const ts_config *c = r->config;
    ts_http_options options = {.listen = ts_config_text(c, "server.listen"),
                               .unix_path = ts_path_join(r->arena, data, "control.sock"),
                               .inherited = r->sockets,
                               .inherited_count = inherited_sockets(r->sockets),
                               .workers = (unsigned)ts_config_int(c, "server.workers"),
                               .queue = (size_t)ts_config_int(c, "server.queue"),
                               .max_connections = (unsigned)ts_config_int(c, "server.max_connections"),
                               .max_body = (size_t)ts_config_int(c, "server.max_upload"),
                               .spool_dir = spool,
                               .server_name = "Tagsmith"};
    options.hosts = ts_config_list(c, "server.hosts", &options.host_count);
    options.trusted_proxies = ts_config_list(c, "server.trusted_proxies", &options.trusted_proxy_count);
    if (options.host_count == 0) options.hosts = NULL;
    if (!options.unix_path) return ts_fail_memory(err);
    ts_api_hooks(r->api, &options.hooks);
    r->server = ts_http_server_open(&options, ts_api_routes(r->api), err);
    if (r->server) ts_api_serve(r->api, r->server);
    return r->server != NULL;
}

static bool open_all(running *r, ts_error *err)
{
    r->arena = ts_arena_new(0);
    if (!r->arena) return ts_fail_memory(err);
    if (!open_log(r, err) || !open_service(r, err)) return false;
    const char *data = ts_settings_data_dir(r->config, r->arena, err);
    const char *spool = data ? ts_path_join(r->arena, data, "spool") : NULL;
    if (!spool) return data ? ts_fail_memory(err) : false;
    return open_api(r, spool, err) && open_server(r, data, spool, err);
}

static void close_all(running *r)
{
    ts_http_server_close(r->server);
    ts_api_close(r->api);
    ts_service_close(r->service);
    ts_log_free(r->log);
    ts_arena_free(r->arena);
}

/* ---- beginning and end -------------------------------------------------------------------------------------------- */

/* On standard output, so that it is not in the logs. */
static bool print_first_key(running *r, ts_error *err)
{
    ts_key_made key;
    bool made = false;
    if (!ts_service_first_key(r->service, r->arena, &made, &key, err)) return false;
    if (made)
        (void)printf("Admin key, shown this once (make others with `tagsmith keys create`):\n"
                     "  id      %s\n  key     %s\n  secret  %s\n",
                     key.id, key.key, key.secret);
    return true;
}

static void print_address(const running *r)
{
    const char *listen = ts_config_text(r->config, "server.listen");
    const char *colon = strrchr(listen, ':');
    int host = colon ? (int)(colon - listen) : 0;
    (void)printf("Tagsmith answers at http://%.*s:%d/api/docs\n", host ? host : 9, host ? listen : "127.0.0.1",
                 ts_http_server_port(r->server));
    (void)fflush(stdout);
}

static void wait_for_stop(const atomic_int *stop)
{
    while (atomic_load(stop) == 0) (void)poll(NULL, 0, 200);
}

static void end(running *r)
{
    uint32_t patience = (uint32_t)ts_config_int(r->config, "server.drain");
    notify("STOPPING=1");
    ts_log_info(r->log, "stopping", ts_kv_int("patience_ms", patience));
    ts_http_server_stop_accepting(r->server);
    ts_api_stop(r->api);
    if (!ts_http_server_drain(r->server, patience)) ts_log_warn(r->log, "some requests were cut off");
    ts_service_drain(r->service, patience);
}

int ts_main_serve(const ts_config *config, const atomic_int *stop)
{
    running r = {.config = config};
    ts_error err = {0};
    bool ok = open_all(&r, &err) && print_first_key(&r, &err);
    if (ok) {
        print_address(&r);
        ts_log_info(r.log, "ready", ts_kv_int("port", ts_http_server_port(r.server)));
        notify("READY=1");
        wait_for_stop(stop);
        end(&r);
    }
    if (!ok) ts_log_trouble(r.log, TS_LOG_ERROR, "cannot serve", &err, NULL);
    bool said = r.log != NULL;
    close_all(&r);
    if (ok) return TS_EXIT_GOOD;
    if (!said) (void)fprintf(stderr, "tagsmith: %s\n", err.message);
    return err.code == TS_USAGE ? TS_EXIT_USAGE : TS_EXIT_CANNOT_RUN;
}
