/* http: routes by path and method. Knows nothing of connections and never runs a handler. */
#include "http/table.h"

#include <string.h>

#include "http/values.h"

typedef enum segment_kind { LITERAL, NAMED, REST } segment_kind;

typedef struct path_segment {
    segment_kind kind;
    const char *text; /* literal text, or the name */
} path_segment;

typedef struct entry {
    const ts_route *route;
    const ts_route_group *group;
    path_segment *segments;
    size_t count;
} entry;

struct ts_route_table {
    const ts_http_routes *routes;
    entry *entries;
    size_t count;
};

/* A path cut at its slashes and decoded. */
typedef struct pieces {
    char *text[TS_SEGMENTS_MAX];
    size_t count;
} pieces;

static bool read_segment(ts_arena *arena, const char *text, size_t length, path_segment *out)
{
    bool braced = length > 2 && text[0] == '{' && text[length - 1] == '}';
    bool rest = braced && length > 5 && memcmp(text + length - 4, "...}", 4) == 0;
    out->kind = rest ? REST : braced ? NAMED : LITERAL;
    size_t cut = rest ? 5 : braced ? 2 : 0;
    out->text = ts_arena_strndup(arena, text + (braced ? 1 : 0), length - cut);
    return out->text && !strpbrk(out->text, "{}");
}

static bool read_pattern(ts_arena *arena, const char *pattern, entry *out, ts_error *err)
{
    out->segments = TS_NEW_ARRAY(arena, TS_SEGMENTS_MAX, path_segment);
    if (!out->segments) return ts_fail_memory(err);
    if (pattern[0] != '/')
        return ts_fail(err, TS_CONFIG, "the route '%s' does not begin with a slash", pattern);
    for (const char *p = pattern + 1; *p; p += *p == '/') {
        size_t length = strcspn(p, "/");
        bool fits = out->count < TS_SEGMENTS_MAX && length > 0;
        bool behind_rest = out->count > 0 && out->segments[out->count - 1].kind == REST;
        if (!fits || behind_rest || !read_segment(arena, p, length, &out->segments[out->count]))
            return ts_fail(err, TS_CONFIG, "the route '%s' is malformed", pattern);
        out->count++;
        p += length;
    }
    return true;
}

static bool same_route(const entry *a, const entry *b)
{
    if (strcmp(a->route->method, b->route->method) != 0 || a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->segments[i].kind != b->segments[i].kind) return false;
        if (a->segments[i].kind == LITERAL && strcmp(a->segments[i].text, b->segments[i].text) != 0)
            return false;
    }
    return true;
}

static bool add_route(ts_route_table *table, ts_arena *arena, const ts_route_group *group,
                      const ts_route *route, ts_error *err)
{
    entry *added = &table->entries[table->count];
    *added = (entry){.route = route, .group = group};
    if (!route->method || !route->pattern || !route->handler)
        return ts_fail(err, TS_CONFIG, "a route under '%s' has no method, pattern or handler", group->prefix);
    if (!read_pattern(arena, route->pattern, added, err)) return false;
    for (size_t i = 0; i < table->count; i++)
        if (same_route(&table->entries[i], added))
            return ts_fail(err, TS_CONFIG, "the route %s '%s' is there twice", route->method, route->pattern);
    table->count++;
    return true;
}

ts_route_table *ts_route_table_new(ts_arena *arena, const ts_http_routes *routes, ts_error *err)
{
    ts_route_table *table = TS_NEW(arena, ts_route_table);
    size_t total = 0;
    for (size_t g = 0; g < routes->count; g++) total += routes->groups[g].count;
    entry *entries = TS_NEW_ARRAY(arena, total + 1, entry);
    if (!table || !entries) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    *table = (ts_route_table){.routes = routes, .entries = entries};
    for (size_t g = 0; g < routes->count; g++) {
        const ts_route_group *group = &routes->groups[g];
        if (!group->prefix || group->prefix[0] != '/') {
            (void)ts_fail(err, TS_CONFIG, "a group of routes has no prefix");
            return NULL;
        }
        for (size_t r = 0; r < group->count; r++)
            if (!add_route(table, arena, group, &group->routes[r], err)) return NULL;
    }
    return table;
}

size_t ts_route_table_count(const ts_route_table *table)
{
    return table->count;
}

const ts_route *ts_route_table_at(const ts_route_table *table, size_t index)
{
    return table->entries[index].route;
}

/* Whole segments: "/api" is a prefix of "/api" and "/api/x", not of "/apis". */
static bool has_prefix(const char *path, const char *prefix)
{
    size_t length = strlen(prefix);
    while (length > 0 && prefix[length - 1] == '/') length--;
    return strncmp(path, prefix, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static const ts_route_group *group_of(const ts_route_table *table, const char *path)
{
    const ts_route_group *best = NULL;
    for (size_t g = 0; g < table->routes->count; g++) {
        const ts_route_group *group = &table->routes->groups[g];
        if (!has_prefix(path, group->prefix)) continue;
        if (!best || strlen(group->prefix) > strlen(best->prefix)) best = group;
    }
    return best;
}

/* Cut first, decode after: an encoded slash stays inside its segment. */
static bool split_path(ts_arena *arena, const char *path, pieces *out)
{
    out->count = 0;
    for (const char *p = path + 1; *p; p += *p == '/') {
        size_t length = strcspn(p, "/");
        if (out->count == TS_SEGMENTS_MAX) return false;
        char *text = ts_percent_decode(arena, p, length, TS_DECODE_PATH, NULL);
        if (!text) return false;
        out->text[out->count++] = text;
        p += length;
    }
    return true;
}

/* For clients that encode the slashes of their own paths. */
static bool split_decoded(ts_arena *arena, const char *path, pieces *out)
{
    out->count = 0;
    char *text = ts_percent_decode(arena, path, strlen(path), TS_DECODE_PATH, NULL);
    if (!text) return false;
    for (char *p = text + 1; *p;) {
        if (out->count == TS_SEGMENTS_MAX) return false;
        out->text[out->count++] = p;
        p += strcspn(p, "/");
        if (*p) *p++ = '\0';
    }
    return true;
}

static bool plain_name(const char *text)
{
    return *text && strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static bool rest_fits(const pieces *path, size_t from)
{
    for (size_t i = from; i < path->count; i++)
        if (!plain_name(path->text[i]) || strchr(path->text[i], '/')) return false;
    return from < path->count;
}

static bool fits(const entry *route, const pieces *path)
{
    for (size_t i = 0; i < route->count; i++) {
        const path_segment *segment = &route->segments[i];
        if (segment->kind == REST) return rest_fits(path, i);
        if (i >= path->count) return false;
        const char *text = path->text[i];
        if (segment->kind == LITERAL ? strcmp(segment->text, text) != 0 : !plain_name(text)) return false;
    }
    return route->count == path->count;
}

/* The leftmost difference decides: literal, then name, then rest. */
static bool more_exact(const entry *a, const entry *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->segments[i].kind != b->segments[i].kind) return a->segments[i].kind < b->segments[i].kind;
    return a->count > b->count;
}

static bool takes(const ts_route *route, const char *method)
{
    if (strcmp(route->method, "*") == 0) return strcmp(method, "OPTIONS") != 0;
    return strcmp(route->method, method) == 0;
}

static char *join_rest(ts_arena *arena, const pieces *path, size_t from)
{
    size_t room = 1;
    for (size_t i = from; i < path->count; i++) room += strlen(path->text[i]) + 1;
    char *out = ts_arena_alloc(arena, room);
    if (!out) return NULL;
    char *to = out;
    for (size_t i = from; i < path->count; i++) {
        if (i > from) *to++ = '/';
        size_t length = strlen(path->text[i]);
        memcpy(to, path->text[i], length);
        to += length;
    }
    *to = '\0';
    return out;
}

static void take_params(ts_arena *arena, const entry *route, const pieces *path, ts_match *out)
{
    for (size_t i = 0; i < route->count; i++) {
        const path_segment *segment = &route->segments[i];
        if (segment->kind == LITERAL) continue;
        const char *value = segment->kind == REST ? join_rest(arena, path, i) : path->text[i];
        if (!value) value = "";
        out->params[out->param_count++] = (ts_http_pair){segment->text, value, strlen(value)};
    }
}

typedef struct path_views {
    pieces raw;
    pieces decoded;
    bool raw_good;
    bool decoded_good;
} path_views;

static void cut(ts_arena *arena, const char *path, path_views *out)
{
    out->raw_good = path[0] == '/' && split_path(arena, path, &out->raw);
    out->decoded_good =
        out->raw_good && strchr(path, '%') ? split_decoded(arena, path, &out->decoded) : false;
}

static const pieces *view_for(const entry *route, const path_views *views)
{
    bool first = route->group->flags & TS_GROUP_DECODE_FIRST;
    return first && views->decoded_good ? &views->decoded : &views->raw;
}

void ts_route_table_match(const ts_route_table *table, ts_arena *arena, const char *method, const char *path,
                          ts_match *out)
{
    memset(out, 0, sizeof *out);
    path_views views;
    cut(arena, path, &views);
    out->group = group_of(table, path);
    out->kind = views.raw_good ? TS_MATCH_NO_PATH : TS_MATCH_BAD_PATH;
    const entry *best = NULL;
    for (size_t i = 0; views.raw_good && i < table->count; i++) {
        const entry *candidate = &table->entries[i];
        if (!fits(candidate, view_for(candidate, &views))) continue;
        if (!takes(candidate->route, method)) {
            if (!best) out->kind = TS_MATCH_NO_METHOD;
            continue;
        }
        if (best && !more_exact(candidate, best)) continue;
        best = candidate;
        out->index = i;
        out->kind = TS_MATCH_FOUND;
    }
    if (!best) return;
    out->route = best->route;
    out->owner = best->group;
    take_params(arena, best, view_for(best, &views), out);
}

static bool listed(const ts_buf *list, const char *method)
{
    size_t length = strlen(method);
    for (const char *at = list->data; at && (at = strstr(at, method)); at += length)
        if ((at == list->data || at[-1] == ' ') && (at[length] == ',' || at[length] == '\0')) return true;
    return false;
}

static bool list_method(ts_buf *out, const char *method)
{
    if (listed(out, method)) return true;
    return (out->length == 0 || ts_buf_puts(out, ", ")) && ts_buf_puts(out, method);
}

bool ts_route_table_allow(const ts_route_table *table, ts_arena *arena, const char *path, ts_buf *out)
{
    path_views views;
    cut(arena, path, &views);
    for (size_t i = 0; views.raw_good && i < table->count; i++) {
        const entry *candidate = &table->entries[i];
        if (!fits(candidate, view_for(candidate, &views))) continue;
        const char *method = candidate->route->method;
        if (strcmp(method, "*") == 0) method = "GET, POST, PUT, PATCH, DELETE";
        if (!list_method(out, method)) return false;
        if (strcmp(method, "GET") == 0 && !list_method(out, "HEAD")) return false;
    }
    return list_method(out, "OPTIONS");
}
