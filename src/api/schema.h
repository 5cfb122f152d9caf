/* api (private): the JSON Schemas of what comes in and goes out, and the checking of what comes in.
 *
 * Understood, and nothing else used in schemas/ for requests: $ref, type, enum, minLength, maxLength, pattern, format
 * (date-time, uri), minimum, maximum, minItems, maxItems, items, properties, required, additionalProperties, default.
 * Schemas of answers may use all of JSON Schema: they are only published. Immutable once loaded: any thread. */
#ifndef TS_API_SCHEMA_H
#define TS_API_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "http/http.h"

/* Not a schema, but kept beside them: {"id": {"description", "schema"}, …} for the names in patterns. */
#define TS_PATH_PARAMETERS "PathParameters"

typedef struct ts_schemas ts_schemas;

ts_schemas *ts_schemas_load(ts_error *err);
void ts_schemas_free(ts_schemas *schemas); /* NULL is fine */
/* All of them by name, as they are published. Borrowed. */
const json_t *ts_schemas_all(const ts_schemas *schemas);
/* By name; NULL when there is none. */
const json_t *ts_schema_named(const ts_schemas *schemas, const char *name);
/* What stands behind $ref, or the schema itself. Never NULL for schemas that were loaded. */
const json_t *ts_schema_resolve(const ts_schemas *schemas, const json_t *schema);

/* Does the value fit? TS_USAGE naming the member ("edits[0].action"). what: what the whole is called, "the body". */
bool ts_schema_check(const ts_schemas *schemas, const json_t *schema, const json_t *value, const char *what,
                     ts_error *err);
/* Adds the schema's defaults to an object where members are missing. false: out of memory. */
bool ts_schema_defaults(const ts_schemas *schemas, const json_t *schema, json_t *object);

/* Makes an object of "name=value" pairs (query, form) by the types that the schema gives its properties: numbers and
 * truth are read, lists take repeated names and commas, objects are JSON. A new reference. NULL with TS_USAGE for a
 * name that the schema does not have, a value that cannot be read, or one given twice. */
json_t *ts_schema_read_pairs(const ts_schemas *schemas, const json_t *schema, ts_http_pairs pairs,
                             ts_error *err);

#endif
