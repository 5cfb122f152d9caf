/* http: the options with their defaults, copied once, and what belongs to all requests. Knows nothing of connections. */
#include <stdlib.h>

#include "http/internal.h"

static size_t or_size(size_t value, size_t fallback)
{
    return value ? value : fallback;
}

static unsigned or_unsigned(unsigned value, unsigned fallback)
{
    return value ? value : fallback;
}

static void fill_defaults(ts_http_options *o)
{
    o->workers = or_unsigned(o->workers, 4);
    o->event_threads = or_unsigned(o->event_threads, 2);
    o->queue = or_size(o->queue, 256);
    o->long_queue = or_size(o->long_queue, 64);
    o->max_connections = or_unsigned(o->max_connections, 2048);
    o->max_streams = or_unsigned(o->max_streams, 256);
    o->stream_queue = or_size(o->stream_queue, (size_t)256 * 1024);
    o->heartbeat_ms = or_unsigned(o->heartbeat_ms, 15000);
    if (o->heartbeat_ms > 15000) o->heartbeat_ms = 15000;
    o->max_body = or_size(o->max_body, (size_t)32 << 20);
    o->max_parts = or_size(o->max_parts, 1000);
    o->max_files = or_size(o->max_files, 100);
    o->memory_part = or_size(o->memory_part, (size_t)1 << 20);
    o->idle_ms = or_unsigned(o->idle_ms, 15000);
    o->body_grace_ms = or_unsigned(o->body_grace_ms, 10000);
    o->body_min_rate = or_unsigned(o->body_min_rate, 8192);
    if (!o->spool_dir) o->spool_dir = getenv("TMPDIR");
    if (!o->spool_dir) o->spool_dir = "/tmp";
    if (!o->query_key) o->query_key = "key";
}

static const char *copy(ts_arena *arena, const char *text)
{
    return text ? ts_arena_strdup(arena, text) : NULL;
}

static void copy_texts(ts_arena *arena, ts_http_options *o)
{
    o->listen = copy(arena, o->listen);
    o->unix_path = copy(arena, o->unix_path);
    o->spool_dir = copy(arena, o->spool_dir);
    o->rates_path = copy(arena, o->rates_path);
    o->session_cookie = copy(arena, o->session_cookie);
    o->query_key = copy(arena, o->query_key);
    o->server_name = copy(arena, o->server_name);
    const char **hosts = TS_NEW_ARRAY(arena, o->host_count, const char *);
    for (size_t i = 0; hosts && i < o->host_count; i++) hosts[i] = copy(arena, o->hosts[i]);
    o->hosts = hosts;
}

static bool read_proxies(ts_http_core *core, const ts_http_options *options, ts_error *err)
{
    core->proxies = TS_NEW_ARRAY(core->arena, options->trusted_proxy_count, ts_cidr);
    if (!core->proxies) return ts_fail_memory(err);
    for (size_t i = 0; i < options->trusted_proxy_count; i++) {
        if (!ts_parse_cidr(options->trusted_proxies[i], &core->proxies[i])) {
            (void)ts_fail(err, TS_CONFIG, "'%s' is no address of a trusted proxy",
                          options->trusted_proxies[i]);
            return ts_hint(err, "write 10.0.0.1 or 10.0.0.0/8");
        }
    }
    core->proxy_count = options->trusted_proxy_count;
    return true;
}

bool ts_core_open(ts_http_core *core, const ts_http_options *options, const ts_http_routes *routes,
                  ts_error *err)
{
    static const ts_http_options none = {0};
    core->arena = ts_arena_new(0);
    if (!core->arena) return ts_fail_memory(err);
    core->options = options ? *options : none;
    fill_defaults(&core->options);
    copy_texts(core->arena, &core->options);
    atomic_init(&core->stopping, false);
    if (!read_proxies(core, options ? options : &none, err)) return false;
    core->table = ts_route_table_new(core->arena, routes, err);
    if (!core->table) return false;
    return !ts_arena_failed(core->arena) || ts_fail_memory(err);
}

void ts_core_close(ts_http_core *core)
{
    ts_limiter_free(core->limiter);
    ts_stats_free(core->stats);
    ts_arena_free(core->arena);
}
