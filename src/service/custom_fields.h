/* service: custom metadata: fields that the owner of a library defines, and whose values pictures carry
 * (member "metadata" of their extra, by the field's name). One definition for all dialects, each of which
 * has its own words for it. */
#ifndef TS_SERVICE_CUSTOM_FIELDS_H
#define TS_SERVICE_CUSTOM_FIELDS_H

#include <jansson.h>

#include "catalog/catalog.h"
#include "service/service.h"

/* Stored by name: add at the end. */
typedef enum ts_field_type {
    TS_FIELD_TEXT = 0,
    TS_FIELD_LONG_TEXT,
    TS_FIELD_NUMBER,
    TS_FIELD_INTEGER,
    TS_FIELD_DATE, /* ISO 8601, as text */
    TS_FIELD_FLAG,
    TS_FIELD_ONE_OF,
    TS_FIELD_SOME_OF, /* an array */
    TS_FIELD_TYPE_COUNT
} ts_field_type;
const char *ts_field_type_name(ts_field_type type); /* "one_of" */

/* Texts may be NULL on the way in where "or NULL" is said. JSON members are borrowed (on the way out from
 * the arena). */
typedef struct ts_field {
    const char *id;          /* made by put */
    const char *name;        /* key of its values; unique, also among deleted ones; 1 to 200 bytes */
    const char *label;       /* for people; unique among those that are not deleted */
    const char *description; /* or NULL */
    ts_field_type type;
    bool required;
    const json_t *fallback;         /* a value, or NULL */
    const json_t *least, *most;     /* of numbers and dates, or NULL */
    int64_t min_length, max_length; /* of texts, in characters; < 0: none */
    const json_t *options;          /* of ONE_OF and SOME_OF: array of texts, numbers and booleans */
    const json_t *own;              /* what a dialect keeps beside, or NULL */
    int64_t created, deleted;       /* ms since 1970; deleted 0: it is in use */
} ts_field;

/* Oldest first. Scope: read. */
bool ts_service_fields(ts_service *service, const ts_actor *actor, bool with_deleted, ts_arena *arena,
                       const ts_field **out, size_t *count, ts_error *err);
/* Within a transaction; nobody is asked who asks. */
bool ts_fields_in(ts_txn *txn, bool with_deleted, ts_arena *arena, const ts_field **out, size_t *count,
                  ts_error *err);
/* By id or name, in use. TS_NOT_FOUND. Scope: read. */
bool ts_service_field(ts_service *service, const ts_actor *actor, const char *id_or_name, ts_arena *arena,
                      ts_field *out, ts_error *err);
/* id NULL: a new one. TS_USAGE: rules that contradict themselves; TS_CONFLICT: name or label is taken.
 * Neither name nor type of a field that is there can change: what is given for them is passed over. Scope:
 * write. */
bool ts_service_field_put(ts_service *service, const ts_actor *actor, const char *id, const ts_field *field,
                          ts_arena *arena, ts_field *out, ts_error *err);
/* Values that pictures have stay with them. Scope: write. */
bool ts_service_field_delete(ts_service *service, const ts_actor *actor, const char *id, ts_error *err);

/* Is the field's own definition sound? TS_USAGE. Pure. */
bool ts_field_is_sound(const ts_field *field, ts_error *err);
/* May the field have this value? TS_USAGE says which and why. Pure. */
bool ts_field_takes(const ts_field *field, const json_t *value, ts_error *err);
/* May a picture carry these values (an object by name; null: none)? complete: required fields must be
 * there, too. TS_USAGE, also for a name that is no field's. Pure. */
bool ts_fields_take(const ts_field *fields, size_t count, const json_t *values, bool complete, ts_error *err);

#endif
