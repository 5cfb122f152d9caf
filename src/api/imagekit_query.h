/* api (private): ImageKit's search language, as a tree and as a judge of files. Pure: knows no catalogue
 * and no requests.
 *
 *     name = "dog.jpg"   name : "dog" (begins with)   name HAS "og" (contains)   tags IN ["a", "b"]
 *     tags NOT IN ["c"] createdAt >= "7d" (since seven days ago)   createdAt < "2026-01-01"   size <
 *     "2mb"   width > 300 "customMetadata.price" >= 5   description EXISTS   description NOT EXISTS
 *     format NOT = "gif" A AND (B OR NOT (C))        keywords in any letter case
 *
 * Fields are members of the file objects that ImageKit answers, and "path" (the folder: ":" looks below it,
 * too). */
#ifndef TS_API_IMAGEKIT_QUERY_H
#define TS_API_IMAGEKIT_QUERY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "service/sift.h"

enum { TS_IK_QUERY_BYTES = 8192, TS_IK_QUERY_DEPTH = 32, TS_IK_QUERY_TERMS = 200, TS_IK_QUERY_VALUES = 1000 };

typedef enum ts_ik_node_kind { TS_IK_AND, TS_IK_OR, TS_IK_NOT, TS_IK_TERM } ts_ik_node_kind;

/* Order matters: from LESS on, values are measured. */
typedef enum ts_ik_op {
    TS_IK_EQUAL,
    TS_IK_BEGINS,
    TS_IK_HAS,
    TS_IK_EXISTS,
    TS_IK_LESS,
    TS_IK_LESS_EQUAL,
    TS_IK_GREATER,
    TS_IK_GREATER_EQUAL
} ts_ik_op;

/* How a field's values are read. */
typedef enum ts_ik_kind {
    TS_IK_KIND_TEXT,
    TS_IK_KIND_NUMBER,
    TS_IK_KIND_SIZE,
    TS_IK_KIND_DATE,
    TS_IK_KIND_FLAG,
    TS_IK_KIND_TEXTS,
    TS_IK_KIND_PATH,
    TS_IK_KIND_FREE /* custom metadata: what the value and the file say */
} ts_ik_kind;

typedef struct ts_ik_value {
    const char *text; /* as written, without quotes */
    double number;    /* valid with is_number: of sizes bytes, of dates ms since 1970 */
    bool is_number, quoted;
} ts_ik_value;

/* Any of several values is enough ("IN" is "=" with several). */
typedef struct ts_ik_term {
    const char *field;
    ts_ik_kind kind;
    ts_ik_op op;
    const ts_ik_value *values;
    size_t count;
} ts_ik_term;

typedef struct ts_ik_node {
    ts_ik_node_kind kind;
    const struct ts_ik_node *left, *right; /* NOT: left alone */
    ts_ik_term term;
} ts_ik_node;

/* In the arena. NULL: TS_USAGE with the column, TS_NO_MEMORY. */
const ts_ik_node *ts_ik_query_parse(const char *text, int64_t now_ms, ts_arena *arena, ts_error *err);
/* file: a file object with all members. */
bool ts_ik_query_matches(const ts_ik_node *query, const json_t *file);
/* What must hold of everything that matches and can be told from numbers alone, so that most of a large
 * library need not be looked at: conditions in a row (next), all of which hold. NULL: none, or the arena
 * failed. */
const ts_sift *ts_ik_query_narrow(const ts_ik_node *query, ts_arena *arena);
/* Does the query itself speak of types (files, folders)? */
bool ts_ik_query_speaks_of(const ts_ik_node *query, const char *field);

#endif
