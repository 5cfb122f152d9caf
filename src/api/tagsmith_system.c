/* api: is it there, is it ready, how is it doing, and what can it do. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/internal.h"
#include "api/json_of.h"
#include "api_assets.h"

#define RETRY_SECONDS 5
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

static bool health(ts_call *call)
{
    ts_response_header(call->response, "Cache-Control", "no-store");
    return ts_answer(call, 200, json_pack("{s:s, s:s}", "status", "ok", "version", TS_VERSION));
}

static bool ready(ts_call *call)
{
    ts_response_header(call->response, "Cache-Control", "no-store");
    if (!ts_service_ready(call->service, &call->err)) {
        ts_respond_problem_as(call->response, 503, NULL, RETRY_SECONDS, &call->err);
        return true;
    }
    return ts_answer(call, 200, json_pack("{s:s}", "status", "ready"));
}

/* ---- figures ------------------------------------------------------------------------------------- */

typedef struct figure {
    const char *name, *type, *about;
    double value;
} figure;

static void put_figure(ts_buf *out, const figure *f)
{
    (void)ts_buf_printf(out, "# HELP tagsmith_%s %s\n# TYPE tagsmith_%s %s\ntagsmith_%s %.17g\n", f->name,
                        f->about, f->name, f->type, f->name, f->value);
}

static void put_states(ts_buf *out, const char *name, const char *about, const char *const *states,
                       const int64_t *counts, size_t count)
{
    (void)ts_buf_printf(out, "# HELP tagsmith_%s %s\n# TYPE tagsmith_%s gauge\n", name, about, name);
    for (size_t i = 0; i < count; i++) {
        (void)ts_buf_printf(out, "tagsmith_%s{state=\"%s\"} %lld\n", name, states[i], (long long)counts[i]);
    }
}

static void name_states(const char *jobs[TS_JOB_STATE_COUNT], const char *deliveries[3])
{
    for (int i = 0; i < TS_JOB_STATE_COUNT; i++) jobs[i] = ts_job_state_name((ts_job_state)i);
    for (int i = 0; i < 3; i++) deliveries[i] = ts_delivery_state_name((ts_delivery_state)i);
}

static void put_stats(ts_buf *out, const ts_service_stats *stats)
{
    const char *jobs[TS_JOB_STATE_COUNT], *deliveries[3];
    uint64_t behind = stats->change_seq > stats->index_seq ? stats->change_seq - stats->index_seq : 0;
    const figure figures[] = {
        {"pictures", "gauge", "Pictures in the catalogue.", (double)stats->pictures},
        {"pictures_tagged_total", "counter", "Pictures tagged since the start.", (double)stats->tagged},
        {"pictures_failed_total", "counter", "Pictures that could not be tagged since the start.",
         (double)stats->failed},
        {"tagging_seconds_total", "counter", "Wall time inside the tagger, over all its jobs.",
         stats->tag_seconds},
        {"uploads_waiting", "gauge", "Synchronous uploads that wait for a turn.", (double)stats->waiting},
        {"index_pictures", "gauge", "Pictures in the search index.", (double)stats->index_pictures},
        {"index_bytes", "gauge", "Memory of the search index.", (double)stats->index_bytes},
        {"index_behind", "gauge", "Changes that the search index does not know yet.", (double)behind},
        {"disk_free_bytes", "gauge", "Room on the disk of the data folder.", (double)stats->free_bytes},
    };
    name_states(jobs, deliveries);
    for (size_t i = 0; i < TS_COUNT_OF(figures); i++) put_figure(out, &figures[i]);
    put_states(out, "jobs", "Background jobs by state.", jobs, stats->jobs, TS_JOB_STATE_COUNT);
    put_states(out, "deliveries", "Webhook deliveries by state.", deliveries, stats->deliveries, 3);
    (void)ts_buf_printf(out,
                        "# HELP tagsmith_build_info Which version runs.\n# TYPE tagsmith_build_info gauge\n"
                        "tagsmith_build_info{version=\"%s\"} 1\n",
                        TS_VERSION);
}

static bool metrics(ts_call *call)
{
    ts_service_stats stats = {0};
    ts_buf text = {0};
    if (!ts_service_stats_of(call->service, &stats, &call->err)) return false;
    put_stats(&text, &stats);
    ts_http_server *server = atomic_load(&call->api->server);
    if (server) (void)ts_http_server_metrics_text(server, "tagsmith_http", &text);
    ts_response_buf(call->response, METRICS_TYPE, &text);
    return true;
}

static json_t *json_of_states(const char *const *states, const int64_t *counts, size_t count)
{
    json_t *all = json_object();
    for (size_t i = 0; i < count; i++) (void)json_object_set_new(all, states[i], json_integer(counts[i]));
    return all;
}

static bool status(ts_call *call)
{
    const char *jobs[TS_JOB_STATE_COUNT], *deliveries[3];
    ts_service_stats stats = {0};
    if (!ts_service_stats_of(call->service, &stats, &call->err)) return false;
    name_states(jobs, deliveries);
    uint64_t behind = stats.change_seq > stats.index_seq ? stats.change_seq - stats.index_seq : 0;
    json_t *index = json_pack("{s:I, s:I, s:I}", "pictures", (json_int_t)stats.index_pictures, "bytes",
                              (json_int_t)stats.index_bytes, "behind", (json_int_t)behind);
    return ts_answer(call, 200,
                     json_pack("{s:s, s:I, s:o, s:o, s:o, s:I}", "version", TS_VERSION, "pictures",
                               (json_int_t)stats.pictures, "jobs",
                               json_of_states(jobs, stats.jobs, TS_JOB_STATE_COUNT), "deliveries",
                               json_of_states(deliveries, stats.deliveries, 3), "index", index, "free_bytes",
                               (json_int_t)stats.free_bytes));
}

/* ---- networks ------------------------------------------------------------------------------------ */

static void put_model(void *context, const ts_model_row *row)
{
    json_t *models = context;
    (void)json_array_append_new(
        models, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b}", "name", row->name, "version", row->version,
                          "analyser", row->analyser, "pack", row->pack, "licence", row->licence, "bytes",
                          row->present ? (json_int_t)row->bytes : (json_int_t)0, "present", row->present));
}

static bool models(ts_call *call)
{
    json_t *all = json_array();
    if (!ts_service_own_models(call->service, put_model, all, &call->err)) {
        json_decref(all);
        return false;
    }
    return ts_answer(call, 200, json_pack("{s:o}", "models", all));
}

/* ---- the document -------------------------------------------------------------------------------- */

static bool openapi(ts_call *call)
{
    ts_response_static(call->response, "application/json", call->api->openapi.data,
                       call->api->openapi.length);
    return true;
}

static bool docs(ts_call *call)
{
    ts_response_static(call->response, "text/html; charset=utf-8", call->api->page.data,
                       call->api->page.length);
    return true;
}

static bool docs_style(ts_call *call)
{
    ts_response_static(call->response, "text/css; charset=utf-8", ts_api_docs_css, sizeof ts_api_docs_css);
    return true;
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define SYSTEM "System"

static const ts_route_doc health_doc = {.id = "health",
                                        .family = SYSTEM,
                                        .summary = "Does the server run?",
                                        .answers = {{200, "Health", NULL, "It does."}},
                                        .run = health};
static const ts_route_doc ready_doc = {.id = "ready",
                                       .family = SYSTEM,
                                       .summary = "Does it take requests?",
                                       .about = "503 says why not.",
                                       .answers = {{200, "Ready", NULL, "It does."}},
                                       .run = ready};
static const ts_route_doc metrics_doc = {.id = "metrics",
                                         .family = SYSTEM,
                                         .summary = "Figures for Prometheus.",
                                         .about = "Without a key from this machine where the setting "
                                                  "server.open_metrics says so; names of no picture, key or "
                                                  "person are in it.",
                                         .metrics = true,
                                         .answers = {{200, NULL, "text/plain", "Prometheus text."}},
                                         .run = metrics};
static const ts_route_doc status_doc = {.id = "status",
                                        .family = SYSTEM,
                                        .summary = "The same figures for people and pages.",
                                        .answers = {{200, "Status", NULL, "Figures."}},
                                        .run = status};
static const ts_route_doc models_doc = {.id = "listModels",
                                        .family = SYSTEM,
                                        .summary = "The networks that look at pictures here.",
                                        .answers = {{200, "ModelList", NULL, "Sorted by name."}},
                                        .run = models};
static const ts_route_doc openapi_doc = {.id = "openapi",
                                         .family = SYSTEM,
                                         .summary = "This document.",
                                         .answers = {{200, NULL, "application/json", "OpenAPI 3.1."}},
                                         .run = openapi};
static const ts_route_doc docs_doc = {.id = "docs",
                                      .family = SYSTEM,
                                      .summary = "This document as a page.",
                                      .answers = {{200, NULL, "text/html", "A page."}},
                                      .run = docs};
static const ts_route_doc style_doc = {.id = "docsStyle",
                                       .family = SYSTEM,
                                       .summary = "Its style.",
                                       .answers = {{200, NULL, "text/css", "A style sheet."}},
                                       .run = docs_style};

static const ts_route routes[] = {
    {"GET", "/healthz", ts_call_route, 0, TS_ROUTE_PUBLIC | TS_ROUTE_INLINE, .doc = &health_doc},
    {"GET", "/readyz", ts_call_route, 0, TS_ROUTE_PUBLIC, .doc = &ready_doc},
    {"GET", "/metrics", ts_call_route, TS_SCOPE_READ, TS_ROUTE_UNLIMITED, .doc = &metrics_doc},
    {"GET", "/api/status", ts_call_route, TS_SCOPE_READ, .doc = &status_doc},
    {"GET", "/api/models", ts_call_route, TS_SCOPE_READ, .doc = &models_doc},
    {"GET", "/api/openapi.json", ts_call_route, 0, TS_ROUTE_PUBLIC, .doc = &openapi_doc},
    {"GET", "/api/docs", ts_call_route, 0, TS_ROUTE_PUBLIC, .doc = &docs_doc},
    {"GET", "/api/docs.css", ts_call_route, 0, TS_ROUTE_PUBLIC, .doc = &style_doc},
};
const ts_family ts_family_system = {routes, TS_COUNT_OF(routes)};
