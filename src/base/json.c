/* base: strict JSON loading and typed look-ups. Knows no schema. */
#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"

#define JSON_FILE_LIMIT ((size_t)16 << 20)

json_t *ts_json_parse(const char *text, size_t length, const char *name, ts_error *err)
{
    json_error_t where;
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
    if (!value) (void)ts_fail(err, TS_CONFIG, "%s:%d:%d: %s", name, where.line, where.column, where.text);
    return value;
}

json_t *ts_json_read_file(const char *path, ts_error *err)
{
    ts_buf buf = {0};
    json_t *value = NULL;
    if (ts_file_read(path, JSON_FILE_LIMIT, &buf, err))
        value = ts_json_parse(buf.data, buf.length, path, err);
    ts_buf_free(&buf);
    return value;
}

const char *ts_json_string(const json_t *object, const char *key, ts_error *err)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text) (void)ts_fail(err, TS_CONFIG, "\"%s\" is missing or no string", key);
    return text;
}

bool ts_json_int(const json_t *object, const char *key, long long min, long long max, long long *out,
                 ts_error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value)) return ts_fail(err, TS_CONFIG, "\"%s\" is missing or no whole number", key);
    long long n = json_integer_value(value);
    if (n < min || n > max)
        return ts_fail(err, TS_CONFIG, "\"%s\" is %lld, allowed are %lld to %lld", key, n, min, max);
    *out = n;
    return true;
}

const char *ts_json_string_or(const json_t *object, const char *key, const char *fallback)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : fallback;
}

double ts_json_number_or(const json_t *object, const char *key, double fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : fallback;
}

bool ts_json_bool_or(const json_t *object, const char *key, bool fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_boolean(value) ? json_is_true(value) : fallback;
}

bool ts_json_floats(const json_t *object, const char *key, float *out, size_t count, ts_error *err)
{
    const json_t *array = json_object_get(object, key);
    if (!json_is_array(array) || json_array_size(array) != count)
        return ts_fail(err, TS_CONFIG, "\"%s\" is missing or no array of %zu numbers", key, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(array, i);
        if (!json_is_number(item)) return ts_fail(err, TS_CONFIG, "\"%s\"[%zu] is no number", key, i);
        out[i] = (float)json_number_value(item);
    }
    return true;
}

json_t *ts_json_rounded(double value, int decimals)
{
    double unit = pow(10, decimals);
    return json_real(isfinite(value) ? round(value * unit) / unit + 0.0 : 0.0); /* + 0.0: no "-0.0" */
}

json_t *ts_json_repaired(const char *text)
{
    ts_buf repaired = {0};
    if (!text) return json_null();
    json_t *plain = json_string(text);
    if (plain) return plain;
    json_t *result = ts_utf8_repair(text, strlen(text), &repaired) && repaired.data
                         ? json_stringn(repaired.data, repaired.length)
                         : NULL;
    ts_buf_free(&repaired);
    return result;
}
