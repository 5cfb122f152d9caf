/* http: figures by route, and the access log's hook. Knows nothing of connections. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/internal.h"

#define STATUS_KINDS 12 /* different statuses counted by route; more go into the last */

static const double bounds_ms[] = {5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000};
#define BOUNDS (sizeof bounds_ms / sizeof bounds_ms[0])

typedef struct route_figures {
    int status[STATUS_KINDS];
    uint64_t count[STATUS_KINDS];
    uint64_t bucket[BOUNDS + 1];
    double total_ms;
} route_figures;

struct ts_stats {
    const ts_route_table *table;
    size_t routes;
    pthread_mutex_t lock;
    route_figures *figures; /* one a route, and one for what matched none */
    uint64_t requests;
    uint64_t bytes_in;
    uint64_t bytes_out;
    atomic_uint_fast64_t in_flight;
    atomic_uint_fast64_t counts[TS_COUNT_KINDS];
};

ts_stats *ts_stats_new(const ts_route_table *table, ts_error *err)
{
    ts_stats *stats = calloc(1, sizeof *stats);
    size_t routes = ts_route_table_count(table);
    if (stats) stats->figures = calloc(routes + 1, sizeof *stats->figures);
    if (!stats || !stats->figures || pthread_mutex_init(&stats->lock, NULL) != 0) {
        if (stats) free(stats->figures);
        free(stats);
        (void)ts_fail_memory(err);
        return NULL;
    }
    stats->table = table;
    stats->routes = routes;
    return stats;
}

void ts_stats_free(ts_stats *stats)
{
    if (!stats) return;
    (void)pthread_mutex_destroy(&stats->lock);
    free(stats->figures);
    free(stats);
}

void ts_stats_add(ts_stats *stats, ts_count what)
{
    if (stats) atomic_fetch_add(&stats->counts[what], 1);
}

void ts_stats_begin(ts_stats *stats)
{
    atomic_fetch_add(&stats->in_flight, 1);
}

uint64_t ts_stats_in_flight(const ts_stats *stats)
{
    return atomic_load(&stats->in_flight);
}

static void count_route(route_figures *figures, int status, double ms)
{
    size_t i = 0;
    while (i + 1 < STATUS_KINDS && figures->count[i] && figures->status[i] != status) i++;
    if (!figures->count[i]) figures->status[i] = status;
    figures->count[i]++;
    size_t bucket = 0;
    while (bucket < BOUNDS && ms > bounds_ms[bucket]) bucket++;
    figures->bucket[bucket]++;
    figures->total_ms += ms;
}

static void tell(const ts_request *request, int status, uint64_t bytes_out, double ms)
{
    const ts_http_hooks *hooks = &request->core->options.hooks;
    const char *agent = ts_request_header(request, "User-Agent");
    if (!hooks->access) return;
    ts_http_access access = {
        .method = request->head ? "HEAD" : request->method,
        .path = request->path,
        .route = request->match.route ? request->match.route->pattern : "",
        .peer = request->peer,
        .identity = request->identity.name,
        .id = request->id,
        .agent = agent ? agent : "",
        .status = status,
        .ms = ms,
        .bytes_in = request->body.received,
        .bytes_out = bytes_out,
    };
    hooks->access(hooks->context, &access);
}

void ts_stats_done(ts_request *request, int status, uint64_t bytes_out)
{
    ts_stats *stats = request->core->stats;
    double ms = ts_clock_ms() - request->started_ms;
    size_t route = request->match.route ? request->match.index : stats->routes;
    (void)pthread_mutex_lock(&stats->lock);
    count_route(&stats->figures[route], status, ms);
    stats->requests++;
    stats->bytes_in += request->body.received;
    stats->bytes_out += bytes_out;
    (void)pthread_mutex_unlock(&stats->lock);
    tell(request, status, bytes_out, ms);
    atomic_fetch_sub(&stats->in_flight, 1);
}

void ts_stats_read(const ts_stats *stats, ts_http_metrics *out)
{
    ts_stats *open = (ts_stats *)(uintptr_t)stats; /* only its lock is touched */
    (void)pthread_mutex_lock(&open->lock);
    out->requests = stats->requests;
    out->bytes_in = stats->bytes_in;
    out->bytes_out = stats->bytes_out;
    (void)pthread_mutex_unlock(&open->lock);
    out->in_flight = atomic_load(&stats->in_flight);
    out->refused_framing = atomic_load(&stats->counts[TS_COUNT_FRAMING]);
    out->refused_rate = atomic_load(&stats->counts[TS_COUNT_RATE]);
    out->refused_busy = atomic_load(&stats->counts[TS_COUNT_BUSY]);
    out->slow_closed = atomic_load(&stats->counts[TS_COUNT_SLOW]);
}

static void write_one(ts_buf *out, const char *prefix, const char *name, const char *type, uint64_t value)
{
    (void)ts_buf_printf(out, "# TYPE %s_%s %s\n%s_%s %" PRIu64 "\n", prefix, name, type, prefix, name, value);
}

/* Patterns hold no quote, backslash or newline: they can stand in a label as they are. */
static void write_counts(const route_figures *figures, const char *labels, const char *prefix, ts_buf *out)
{
    for (size_t i = 0; i < STATUS_KINDS && figures->count[i]; i++)
        (void)ts_buf_printf(out, "%s_requests_total{%s,status=\"%d\"} %" PRIu64 "\n", prefix, labels,
                            figures->status[i], figures->count[i]);
}

static void write_durations(const route_figures *figures, const char *labels, const char *prefix, ts_buf *out)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < BOUNDS; i++) {
        sum += figures->bucket[i];
        (void)ts_buf_printf(out, "%s_request_seconds_bucket{%s,le=\"%g\"} %" PRIu64 "\n", prefix, labels,
                            bounds_ms[i] / 1000, sum);
    }
    sum += figures->bucket[BOUNDS];
    (void)ts_buf_printf(out, "%s_request_seconds_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n", prefix, labels, sum);
    (void)ts_buf_printf(out, "%s_request_seconds_sum{%s} %.6f\n", prefix, labels, figures->total_ms / 1000);
    (void)ts_buf_printf(out, "%s_request_seconds_count{%s} %" PRIu64 "\n", prefix, labels, sum);
}

static void labels_of(const ts_stats *stats, size_t index, char *out, size_t size)
{
    const ts_route *route = index < stats->routes ? ts_route_table_at(stats->table, index) : NULL;
    (void)snprintf(out, size, "method=\"%s\",route=\"%s\"", route ? route->method : "",
                   route ? route->pattern : "");
}

bool ts_stats_text(const ts_stats *stats, const ts_http_metrics *now, const char *prefix, ts_buf *out)
{
    write_one(out, prefix, "in_flight", "gauge", now->in_flight);
    write_one(out, prefix, "queued", "gauge", now->queued);
    write_one(out, prefix, "connections", "gauge", now->connections);
    write_one(out, prefix, "event_streams", "gauge", now->streams);
    write_one(out, prefix, "received_bytes_total", "counter", now->bytes_in);
    write_one(out, prefix, "sent_bytes_total", "counter", now->bytes_out);
    write_one(out, prefix, "refused_framing_total", "counter", now->refused_framing);
    write_one(out, prefix, "refused_rate_total", "counter", now->refused_rate);
    write_one(out, prefix, "refused_busy_total", "counter", now->refused_busy);
    write_one(out, prefix, "slow_closed_total", "counter", now->slow_closed);
    ts_stats *open = (ts_stats *)(uintptr_t)stats;
    char labels[512];
    (void)pthread_mutex_lock(&open->lock);
    (void)ts_buf_printf(out, "# TYPE %s_requests_total counter\n", prefix);
    for (size_t i = 0; i <= stats->routes; i++) {
        labels_of(stats, i, labels, sizeof labels);
        write_counts(&stats->figures[i], labels, prefix, out);
    }
    (void)ts_buf_printf(out, "# TYPE %s_request_seconds histogram\n", prefix);
    for (size_t i = 0; i <= stats->routes; i++) {
        labels_of(stats, i, labels, sizeof labels);
        if (stats->figures[i].count[0]) write_durations(&stats->figures[i], labels, prefix, out);
    }
    (void)pthread_mutex_unlock(&open->lock);
    return !out->failed;
}
