/* JSON with jansson: strict loading and typed look-ups that say which key is wrong.
 * Ownership follows jansson: what these return is borrowed from the object, except ts_json_read_file and
 * ts_json_parse, whose result the caller gives up with json_decref. */
#ifndef TS_BASE_JSON_H
#define TS_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

/* Refuses duplicate keys, trailing bytes and files over 16 MiB. TS_CONFIG with line and column. */
json_t *ts_json_read_file(const char *path, ts_error *err);
json_t *ts_json_parse(const char *text, size_t length, const char *name, ts_error *err);

/* Required members: NULL/false and TS_CONFIG naming the key when it is missing or of another type. */
const char *ts_json_string(const json_t *object, const char *key, ts_error *err);
bool ts_json_int(const json_t *object, const char *key, long long min, long long max, long long *out,
                 ts_error *err);

/* Optional members with a default. */
const char *ts_json_string_or(const json_t *object, const char *key, const char *fallback);
double ts_json_number_or(const json_t *object, const char *key, double fallback);
bool ts_json_bool_or(const json_t *object, const char *key, bool fallback);

/* Numbers of an array member into out; false and TS_CONFIG unless it has exactly count numbers. */
bool ts_json_floats(const json_t *object, const char *key, float *out, size_t count, ts_error *err);

/* A text that may be no UTF-8, such as a file's name: U+FFFD in place of what is none. NULL: null. */
json_t *ts_json_repaired(const char *text);

/* A real rounded to `decimals` places, so that output reads 0.731 and not 0.73099999. */
json_t *ts_json_rounded(double value, int decimals);

#endif
