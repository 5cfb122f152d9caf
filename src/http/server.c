/* http: opens, drains and closes a server. http.h says how a request goes through it. Knows nothing of requests.
 *
 * Draining: the listening sockets are closed, what waits in their backlogs is still served, every answer ends its
 * connection, and when nothing is in flight any more the library is stopped. It must not be stopped with a connection
 * suspended: workers and hub are closed first, which resumes them all. */
#include "http/server.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define CONNECTION_MEMORY ((size_t)64 * 1024) /* also the most that a head may take */
#define STALL_SECONDS 60                      /* an answer that nobody reads */
#define LIMITER_NAMES ((size_t)128 * 1024)

/* It tries TCP's options on connections of the unix socket, too, and is surprised each time. Where they fail on a TCP
 * connection nothing is lost but a few milliseconds. */
static bool is_about_tcp(const char *text)
{
    return strstr(text, "TCP_NODELAY") || strstr(text, "TCP_CORK") || strstr(text, "Failed to push the data");
}

static void log_library(void *context, const char *format, va_list args)
{
    const ts_listener *listener = context;
    const ts_http_hooks *hooks = &listener->server->core.options.hooks;
    char text[512];
    if (!hooks->log) return;
    int n = vsnprintf(text, sizeof text, format, args);
    /* Its complaints about connections that we ourselves end are no news. */
    if (n < 0 || strcasestr(text, "closing connection")) return;
    if (is_about_tcp(text)) return;
    text[strcspn(text, "\r\n")] = '\0';
    hooks->log(hooks->context, text);
}

/* Paths and queries are decoded by our own rules, after they are cut. */
static size_t leave_encoded(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static bool start_listener(ts_http_server *server, int fd, bool local, ts_error *err)
{
    const ts_http_options *o = &server->core.options;
    ts_listener *listener = &server->listeners[server->listener_count];
    *listener = (ts_listener){.server = server,
                              .fd = fd,
                              .stop_fd = -1,
                              .local = local,
                              .inherited = server->core.options.inherited_count > 0 && !local};
    unsigned threads = local ? 1 : o->event_threads;
    unsigned limit = o->max_connections > threads ? o->max_connections : threads;
    listener->limit = limit;
    /* A pool of none or of one is a complaint of the library's. */
    struct MHD_OptionItem pool[] = {
        {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL},
        {MHD_OPTION_END, 0, NULL}};
    /* clang-format off */
    listener->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_ERROR_LOG,
        0, NULL, NULL, ts_connection_access, listener,
        MHD_OPTION_EXTERNAL_LOGGER, log_library, listener, /* first: it hears the others */
        MHD_OPTION_STRICT_FOR_CLIENT, 1, /* matters from 1.0 on */
        MHD_OPTION_ARRAY, pool,
        MHD_OPTION_CONNECTION_LIMIT, limit,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, local ? 0u : o->max_per_address,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)STALL_SECONDS,
        MHD_OPTION_URI_LOG_CALLBACK, ts_connection_line, listener,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, ts_connection_completed, listener,
        MHD_OPTION_NOTIFY_CONNECTION, ts_connection_changed, listener,
        MHD_OPTION_END);
    /* clang-format on */
    if (listener->daemon) {
        server->listener_count++;
        return ts_accept_start(listener, err);
    }
    (void)close(fd);
    return ts_fail(err, TS_NO_MEMORY, "cannot start the threads of a listener");
}

static bool open_inherited(ts_http_server *server, const ts_http_options *options, ts_error *err)
{
    if (options->inherited_count > TS_LISTENERS_MAX - 2)
        return ts_fail(err, TS_CONFIG, "more than %d inherited sockets", TS_LISTENERS_MAX - 2);
    for (size_t i = 0; i < options->inherited_count; i++) {
        int fd = options->inherited[i];
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
            return ts_fail_errno(err, "the inherited socket %d cannot be used", fd);
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        /* A socket of the service manager's is the world's, whatever its family: `local` is only our own. */
        if (!start_listener(server, fd, false, err)) return false;
        if (server->port == 0) server->port = ts_socket_port(fd);
    }
    return true;
}

static bool open_listeners(ts_http_server *server, const ts_http_options *options, ts_error *err)
{
    if (!open_inherited(server, options, err)) return false;
    if (options->listen && options->inherited_count == 0) {
        int fd = ts_listen_tcp(options->listen, &server->port, err);
        if (fd < 0 || !start_listener(server, fd, false, err)) return false;
    }
    if (options->unix_path) {
        int fd = ts_listen_unix(options->unix_path, err);
        if (fd < 0) return false;
        server->unix_path = strdup(options->unix_path);
        if (!start_listener(server, fd, true, err)) return false;
    }
    return server->listener_count > 0 || ts_fail(err, TS_CONFIG, "there is no address to listen on");
}

/* A server that forgets with each restart is better than none. */
static bool open_limiter(ts_http_core *core, ts_error *err)
{
    const ts_http_options *o = &core->options;
    ts_error trouble = {0};
    core->limiter = ts_limiter_new(LIMITER_NAMES, err);
    if (!core->limiter) return false;
    bool kept = !o->rates_path || ts_limiter_keep(core->limiter, o->rates_path, ts_clock_ms(), &trouble);
    if (!kept && o->hooks.log) o->hooks.log(o->hooks.context, trouble.message);
    return true;
}

ts_http_server *ts_http_server_open(const ts_http_options *options, const ts_http_routes *routes,
                                    ts_error *err)
{
    ts_http_server *server = calloc(1, sizeof *server);
    if (!server) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    ts_http_core *core = &server->core;
    bool good = ts_core_open(core, options, routes, err);
    good = good && open_limiter(core, err);
    good = good && (core->stats = ts_stats_new(core->table, err)) != NULL;
    good = good && (core->hub = server->hub = ts_hub_open(core, err)) != NULL;
    const size_t queues[TS_WORK_KINDS] = {core->options.queue, core->options.long_queue};
    good = good && (server->workers = ts_workers_open(core->options.workers, queues, err)) != NULL;
    if (good && open_listeners(server, options, err)) return server;
    ts_http_server_close(server);
    return NULL;
}

int ts_http_server_port(const ts_http_server *server)
{
    return server->port;
}

void ts_http_server_stop_accepting(ts_http_server *server)
{
    if (atomic_exchange(&server->core.stopping, true)) return;
    for (size_t i = 0; i < server->listener_count; i++) ts_accept_stop(&server->listeners[i]);
    if (server->unix_path) (void)unlink(server->unix_path);
    ts_hub_end_streams(server->hub);
}

static void nap(unsigned ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

/* Quiet means quiet for a moment: a request may be on its way over a connection that is open. */
bool ts_http_server_drain(ts_http_server *server, unsigned deadline_ms)
{
    double end = ts_clock_ms() + deadline_ms;
    double quiet_since = ts_clock_ms();
    for (;;) {
        double now = ts_clock_ms();
        if (ts_stats_in_flight(server->core.stats) > 0) quiet_since = now;
        if (now - quiet_since >= 100) return true;
        if (now >= end) return ts_stats_in_flight(server->core.stats) == 0;
        nap(5);
    }
}

void ts_http_server_close(ts_http_server *server)
{
    if (!server) return;
    if (server->hub && server->workers) ts_http_server_stop_accepting(server);
    /* Workers first: they resume what waits; then the hub: it resumes what streams. */
    if (server->workers) ts_workers_stop(server->workers);
    if (server->hub) ts_hub_stop(server->hub);
    for (size_t i = 0; i < server->listener_count; i++) {
        ts_accept_stop(&server->listeners[i]);
        MHD_stop_daemon(server->listeners[i].daemon);
    }
    ts_workers_close(server->workers);
    ts_hub_close(server->hub);
    ts_core_close(&server->core);
    free(server->unix_path);
    free(server);
}

void ts_http_server_metrics(const ts_http_server *server, ts_http_metrics *out)
{
    memset(out, 0, sizeof *out);
    ts_stats_read(server->core.stats, out);
    out->queued = ts_workers_queued(server->workers);
    out->connections = ts_links_count(ts_hub_links(server->hub));
    out->streams = ts_hub_stream_count(server->hub);
}

bool ts_http_server_metrics_text(const ts_http_server *server, const char *prefix, ts_buf *out)
{
    ts_http_metrics now;
    ts_http_server_metrics(server, &now);
    return ts_stats_text(server->core.stats, &now, prefix, out);
}
