/* http: the routing table made ready for matching. Private to the room. Immutable after it is made: any thread. */
#ifndef TS_HTTP_TABLE_H
#define TS_HTTP_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "http/route.h"

#define TS_SEGMENTS_MAX 32

typedef struct ts_route_table ts_route_table;

typedef enum ts_match_kind {
    TS_MATCH_FOUND,
    TS_MATCH_NO_PATH,
    TS_MATCH_NO_METHOD,
    TS_MATCH_BAD_PATH
} ts_match_kind;

typedef struct ts_match {
    ts_match_kind kind;
    const ts_route_group *group; /* whose renderer says no; NULL when no prefix fits */
    const ts_route_group *owner; /* of the route: whose context the handler gets */
    const ts_route *route;
    size_t index; /* of the route in the table, for figures */
    ts_http_pair params[TS_SEGMENTS_MAX];
    size_t param_count;
} ts_match;

/* In the arena. NULL and TS_CONFIG naming a malformed or doubled pattern. */
ts_route_table *ts_route_table_new(ts_arena *arena, const ts_http_routes *routes, ts_error *err);
size_t ts_route_table_count(const ts_route_table *table);
const ts_route *ts_route_table_at(const ts_route_table *table, size_t index);
/* path: raw, from "/" on. Decoded parameters go to the arena. HEAD must come as GET. */
void ts_route_table_match(const ts_route_table *table, ts_arena *arena, const char *method, const char *path,
                          ts_match *out);
/* Methods of all patterns that have this path, as Allow shows them. */
bool ts_route_table_allow(const ts_route_table *table, ts_arena *arena, const char *path, ts_buf *out);

#endif
