/* api: putting it together and taking it apart: the families' tables, the documents, the streams. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/dialect.h"
#include "api/events.h"
#include "api/internal.h"
#include "api/long_call.h"
#include "api/openapi.h"
#include "api/web.h"

static char *copy_base(const char *url)
{
    char *copy = strdup(url ? url : "");
    size_t length = copy ? strlen(copy) : 0;
    while (length > 0 && copy[length - 1] == '/') copy[--length] = '\0';
    return copy;
}

/* Every schema that a route names must be there: a table that contradicts itself is found at the start. */
static bool check_route(const ts_api *api, const ts_route *route, ts_error *err)
{
    const char *names[2 + TS_ANSWERS_MAX] = {route->doc->query, route->doc->body};
    for (size_t i = 0; i < TS_ANSWERS_MAX; i++) names[2 + i] = route->doc->answers[i].schema;
    for (size_t i = 0; i < TS_COUNT_OF(names); i++) {
        if (!names[i] || ts_schema_named(api->schemas, names[i])) continue;
        return ts_fail(err, TS_INTERNAL, "%s %s names the schema %s, which is not there", route->method,
                       route->pattern, names[i]);
    }
    return true;
}

/* One group a family: they share the prefix, the context and the default shape of errors. */
static bool add_families(ts_api *api, ts_error *err)
{
    for (size_t f = 0; f < ts_family_count(); f++) {
        const ts_family *family = ts_family_at(f);
        for (size_t i = 0; i < family->count; i++) {
            if (!check_route(api, &family->routes[i], err)) return false;
        }
        api->groups[api->routes.count++] =
            (ts_route_group){.prefix = "/", .routes = family->routes, .count = family->count, .context = api};
    }
    return true;
}

static void add_group(ts_api *api, const ts_dialect *dialect, const ts_dialect_group *group)
{
    api->groups[api->routes.count++] = (ts_route_group){.prefix = group->prefix,
                                                        .routes = group->routes,
                                                        .count = group->count,
                                                        .flags = group->flags,
                                                        .context = api,
                                                        .render_error = dialect->render_error};
}

static void add_web(ts_api *api)
{
    api->groups[api->routes.count++] =
        (ts_route_group){.prefix = "/", .routes = ts_web.routes, .count = ts_web.count, .context = api};
}

static bool add_dialect(ts_api *api, const ts_dialect *dialect, ts_error *err)
{
    for (size_t i = 0; i < dialect->count; i++) add_group(api, dialect, &dialect->groups[i]);
    for (size_t i = 0; i < dialect->family_count; i++) {
        const ts_dialect_family *of = &dialect->families[i];
        ts_dialect_group group = {of->prefix, of->family->routes, of->family->count, of->flags};
        add_group(api, dialect, &group);
    }
    return !dialect->hooks || ts_service_hook_dialect(api->service, dialect->hooks, err);
}

static bool make_table(ts_api *api, const ts_api_options *options, ts_error *err)
{
    size_t count = ts_family_count() + 1;
    for (size_t i = 0; i < options->dialect_count; i++)
        count += options->dialects[i]->count + options->dialects[i]->family_count;
    api->groups = calloc(count, sizeof *api->groups);
    if (!api->groups) return ts_fail_memory(err);
    api->routes.groups = api->groups;
    bool ok = add_families(api, err);
    add_web(api);
    for (size_t i = 0; ok && i < options->dialect_count; i++)
        ok = add_dialect(api, options->dialects[i], err);
    return ok;
}

ts_api *ts_api_open(const ts_api_options *options, ts_error *err)
{
    ts_api *api = calloc(1, sizeof *api);
    if (!api) return (void)ts_fail_memory(err), NULL;
    (void)pthread_mutex_init(&api->lock, NULL);
    (void)pthread_cond_init(&api->idle, NULL);
    api->service = options->service;
    api->log = options->log;
    api->rate_per_minute = options->rate_per_minute;
    api->open_metrics = options->open_metrics;
    api->imagetag_keeps = options->imagetag_keeps;
    api->public_url = copy_base(options->public_url);
    api->spool_dir = strdup(options->spool_dir ? options->spool_dir : "/tmp");
    api->schemas = ts_schemas_load(err);
    bool ok = api->schemas != NULL;
    if (ok && (!api->public_url || !api->spool_dir)) ok = ts_fail_memory(err);
    ok = ok && make_table(api, options, err) && ts_openapi_write(api, &api->openapi, err) &&
         ts_docs_page_write(api, &api->page, err);
    if (ok) api->events = ts_events_open(api->service, &api->stop, err);
    if (api->events) return api;
    ts_api_close(api);
    return NULL;
}

const ts_http_routes *ts_api_routes(const ts_api *api)
{
    return &api->routes;
}

void ts_api_serve(ts_api *api, ts_http_server *server)
{
    atomic_store(&api->server, server);
}

void ts_api_stop(ts_api *api)
{
    atomic_store(&api->stop, 1);
    ts_events_stop(api->events);
    ts_long_calls_stop(api);
}

void ts_api_close(ts_api *api)
{
    if (!api) return;
    if (api->events) ts_api_stop(api);
    ts_events_free(api->events);
    ts_schemas_free(api->schemas);
    ts_buf_free(&api->openapi);
    ts_buf_free(&api->page);
    free(api->groups);
    free(api->public_url);
    free(api->spool_dir);
    (void)pthread_cond_destroy(&api->idle);
    (void)pthread_mutex_destroy(&api->lock);
    free(api);
}
