/* main: the rooms put together in the order in which they need each other, and taken apart in the other. */
#include "main/rooms.h"

#include <fcntl.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "service/settings.h"

static bool open_log(ts_rooms *r, const ts_config *config, ts_error *err)
{
    ts_log_options options = {.fd = STDERR_FILENO,
                              .level = (ts_log_level)ts_config_choice(config, "log.level"),
                              .format = (ts_log_format)ts_config_choice(config, "log.format"),
                              .journal = ts_log_is_journal(STDERR_FILENO)};
    r->log = ts_log_new(&options, err);
    return r->log != NULL;
}

static bool open_service(ts_rooms *r, const ts_rooms_options *o, ts_error *err)
{
    ts_service_options options;
    if (!ts_settings_service(o->config, r->arena, &options, err)) return false;
    options.log = r->log;
    options.without_tagger = !o->with_tagger;
    r->data_dir = options.data_dir;
    ts_log_info(r->log, "opening", ts_kv_text("data", options.data_dir));
    r->service = ts_service_open(&options, err);
    return r->service != NULL;
}

static bool open_api(ts_rooms *r, const ts_config *config, const char *spool, ts_error *err)
{
    ts_api_options options = {.service = r->service,
                              .log = r->log,
                              .public_url = ts_config_text(config, "server.public_url"),
                              .rate_per_minute = (unsigned)ts_config_int(config, "server.rate_per_minute"),
                              .open_metrics = ts_config_bool(config, "server.open_metrics"),
                              .imagetag_keeps = ts_config_bool(config, "imagetag.keep"),
                              .spool_dir = spool};
    if (!options.public_url[0]) options.public_url = NULL;
    options.dialects = ts_api_dialects(&options.dialect_count);
    r->api = ts_api_open(&options, err);
    return r->api != NULL;
}

/* A socket's path has room for 107 bytes, a data folder's may be longer: then it goes through the open folder. */
static const char *socket_path(ts_rooms *r, const char *name)
{
    const char *path = ts_path_join(r->arena, r->data_dir, name);
    if (!path || strlen(path) < sizeof(((struct sockaddr_un *)0)->sun_path)) return path;
    int fd = open(r->data_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return NULL;
    r->data_fd = fd;
    return ts_arena_printf(r->arena, "/proc/self/fd/%d/%s", fd, name);
}

static void set_listeners(const ts_rooms_options *o, ts_http_options *options)
{
    const ts_config *c = o->config;
    options->listen = ts_config_text(c, "server.listen");
    options->inherited = o->inherited;
    options->inherited_count = o->inherited_count;
    options->workers = (unsigned)ts_config_int(c, "server.workers");
    options->queue = (size_t)ts_config_int(c, "server.queue");
    options->long_queue = (size_t)ts_config_int(c, "jobs.max_waiting");
    options->max_connections = (unsigned)ts_config_int(c, "server.max_connections");
    options->hosts = ts_config_list(c, "server.hosts", &options->host_count);
    options->trusted_proxies = ts_config_list(c, "server.trusted_proxies", &options->trusted_proxy_count);
    if (options->host_count == 0) options->hosts = NULL;
}

static bool open_server(ts_rooms *r, const ts_rooms_options *o, const char *spool, ts_error *err)
{
    ts_http_options options = {.unix_path = socket_path(r, o->socket),
                               .max_body = (size_t)ts_config_int(o->config, "server.max_upload"),
                               .spool_dir = spool,
                               .session_cookie = TS_SESSION_COOKIE,
                               .server_name = "Tagsmith"};
    if (!options.unix_path) return ts_fail_memory(err);
    r->socket_path = options.unix_path;
    if (o->for_others) {
        set_listeners(o, &options);
        options.rates_path = ts_path_join(r->arena, r->data_dir, "rates");
    }
    ts_api_hooks(r->api, &options.hooks);
    r->server = ts_http_server_open(&options, ts_api_routes(r->api), err);
    if (r->server) ts_api_serve(r->api, r->server);
    return r->server != NULL;
}

bool ts_rooms_open(ts_rooms *rooms, const ts_rooms_options *options, ts_error *err)
{
    rooms->arena = ts_arena_new(0);
    if (!rooms->arena) return ts_fail_memory(err);
    if (options->for_others && !open_log(rooms, options->config, err)) return false;
    if (!open_service(rooms, options, err)) return false;
    const char *spool = ts_path_join(rooms->arena, rooms->data_dir, "spool");
    if (!spool) return ts_fail_memory(err);
    return open_api(rooms, options->config, spool, err) &&
           (!options->socket || open_server(rooms, options, spool, err));
}

/* All of them share one patience. */
static unsigned left_until(double end)
{
    double left = end - ts_clock_ms();
    return left > 0 ? (unsigned)left : 0;
}

bool ts_rooms_drain(ts_rooms *rooms, unsigned patience_ms)
{
    double end = ts_clock_ms() + patience_ms;
    ts_service_hush(rooms->service);
    ts_api_stop(
        rooms->api); /* imports and the like say how far they came, while their streams are still open */
    ts_http_server_stop_accepting(rooms->server);
    bool all = ts_http_server_drain(rooms->server, left_until(end));
    ts_service_drain(rooms->service, left_until(end));
    return all;
}

void ts_rooms_close(ts_rooms *rooms)
{
    ts_http_server_close(rooms->server);
    ts_api_close(rooms->api);
    ts_service_close(rooms->service);
    ts_log_free(rooms->log);
    if (rooms->data_fd > 0) (void)close(rooms->data_fd);
    ts_arena_free(rooms->arena);
    *rooms = (ts_rooms){0};
}
