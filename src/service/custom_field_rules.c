/* service: what a custom field may hold. Pure; knows no catalogue. */
#include <string.h>

#include "base/utf8.h"
#include "base/wallclock.h"
#include "service/custom_fields.h"

enum { name_max = 200, label_max = 500, description_max = 500, options_max = 1000 };

const char *ts_field_type_name(ts_field_type type)
{
    static const char *const names[TS_FIELD_TYPE_COUNT] = {"text", "long_text", "number", "integer",
                                                           "date", "flag",      "one_of", "some_of"};
    return (unsigned)type < TS_FIELD_TYPE_COUNT ? names[type] : "unknown";
}

static int64_t characters(const char *text)
{
    int64_t count = 0;
    for (; *text; text++) count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* ---- one value --------------------------------------------------------------------------------------- */

static bool takes_text(const ts_field *field, const json_t *value, ts_error *err)
{
    const char *text = json_string_value(value);
    if (!text) return ts_fail(err, TS_USAGE, "the value of \"%.80s\" must be a text", field->name);
    int64_t length = characters(text);
    if (field->min_length >= 0 && length < field->min_length)
        return ts_fail(err, TS_USAGE, "the value of \"%.80s\" must have at least %lld characters",
                       field->name, (long long)field->min_length);
    if (field->max_length >= 0 && length > field->max_length)
        return ts_fail(err, TS_USAGE, "the value of \"%.80s\" must have at most %lld characters", field->name,
                       (long long)field->max_length);
    return true;
}

/* A number's own value, a date's milliseconds. */
static bool measure(const ts_field *field, const json_t *value, double *out)
{
    if (field->type != TS_FIELD_DATE) {
        *out = json_number_value(value);
        return field->type == TS_FIELD_INTEGER ? json_is_integer(value) : json_is_number(value);
    }
    int64_t ms = 0;
    const char *text = json_string_value(value);
    bool ok = text && ts_iso8601_parse(text, strlen(text), &ms);
    *out = (double)ms;
    return ok;
}

static bool takes_measure(const ts_field *field, const json_t *value, ts_error *err)
{
    double is = 0, bound = 0;
    const char *what = field->type == TS_FIELD_DATE      ? "a date such as 2026-11-21"
                       : field->type == TS_FIELD_INTEGER ? "a whole number"
                                                         : "a number";
    if (!measure(field, value, &is))
        return ts_fail(err, TS_USAGE, "the value of \"%.80s\" must be %s", field->name, what);
    if (field->least && measure(field, field->least, &bound) && is < bound)
        return ts_fail(err, TS_USAGE, "the value of \"%.80s\" is below its minimum", field->name);
    if (field->most && measure(field, field->most, &bound) && is > bound)
        return ts_fail(err, TS_USAGE, "the value of \"%.80s\" is above its maximum", field->name);
    return true;
}

static bool is_option(const ts_field *field, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(field->options); i++)
        if (json_equal(json_array_get(field->options, i), value)) return true;
    return false;
}

static bool takes_option(const ts_field *field, const json_t *value, ts_error *err)
{
    return is_option(field, value) ||
           ts_fail(err, TS_USAGE, "the value of \"%.80s\" is none of its options", field->name);
}

static bool takes_options(const ts_field *field, const json_t *value, ts_error *err)
{
    if (!json_is_array(value))
        return ts_fail(err, TS_USAGE, "the value of \"%.80s\" must be an array", field->name);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!takes_option(field, json_array_get(value, i), err)) return false;
    return true;
}

bool ts_field_takes(const ts_field *field, const json_t *value, ts_error *err)
{
    switch (field->type) {
    case TS_FIELD_TEXT:
    case TS_FIELD_LONG_TEXT:
        return takes_text(field, value, err);
    case TS_FIELD_NUMBER:
    case TS_FIELD_INTEGER:
    case TS_FIELD_DATE:
        return takes_measure(field, value, err);
    case TS_FIELD_FLAG:
        return json_is_boolean(value) ||
               ts_fail(err, TS_USAGE, "the value of \"%.80s\" must be true or false", field->name);
    case TS_FIELD_ONE_OF:
        return takes_option(field, value, err);
    case TS_FIELD_SOME_OF:
        return takes_options(field, value, err);
    case TS_FIELD_TYPE_COUNT:
        break;
    }
    return ts_fail(err, TS_INTERNAL, "a field of no known type");
}

/* ---- many values --------------------------------------------------------------------------------------- */

static const ts_field *named(const ts_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!fields[i].deleted && strcmp(fields[i].name, name) == 0) return &fields[i];
    return NULL;
}

bool ts_fields_take(const ts_field *fields, size_t count, const json_t *values, bool complete, ts_error *err)
{
    const char *name;
    const json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)values, name, value) {
        const ts_field *field = named(fields, count, name);
        if (!field) return ts_fail(err, TS_USAGE, "there is no custom metadata field \"%.80s\"", name);
        if (!json_is_null(value) && !ts_field_takes(field, value, err)) return false;
    }
    for (size_t i = 0; complete && i < count; i++) {
        const json_t *given = json_object_get(values, fields[i].name);
        if (!fields[i].deleted && fields[i].required && !fields[i].fallback &&
            (!given || json_is_null(given)))
            return ts_fail(err, TS_USAGE, "the custom metadata field \"%.80s\" is required", fields[i].name);
    }
    return true;
}

/* ---- the definition ------------------------------------------------------------------------------------ */

static bool is_text(const char *text, size_t most)
{
    size_t length = text ? strlen(text) : 0;
    return length > 0 && length <= most && ts_utf8_valid(text, length);
}

static bool options_are_sound(const ts_field *field, ts_error *err)
{
    bool chooses = field->type == TS_FIELD_ONE_OF || field->type == TS_FIELD_SOME_OF;
    size_t count = json_array_size(field->options);
    if (!chooses)
        return count == 0 || ts_fail(err, TS_USAGE, "only fields that choose among values have options");
    if (count == 0 || count > options_max)
        return ts_fail(err, TS_USAGE, "a field of this type needs 1 to %d options", options_max);
    for (size_t i = 0; i < count; i++) {
        const json_t *option = json_array_get(field->options, i);
        if (!json_is_string(option) && !json_is_number(option) && !json_is_boolean(option))
            return ts_fail(err, TS_USAGE, "options are texts, numbers, true and false");
    }
    return true;
}

static bool bounds_are_sound(const ts_field *field, ts_error *err)
{
    double least = 0, most = 0;
    bool measured =
        field->type == TS_FIELD_NUMBER || field->type == TS_FIELD_INTEGER || field->type == TS_FIELD_DATE;
    if ((field->least || field->most) && !measured)
        return ts_fail(err, TS_USAGE, "only numbers and dates have a minimum and a maximum");
    if ((field->least && !measure(field, field->least, &least)) ||
        (field->most && !measure(field, field->most, &most)))
        return ts_fail(err, TS_USAGE, "minimum and maximum must be values of the field's type");
    if (field->least && field->most && least > most)
        return ts_fail(err, TS_USAGE, "the minimum is above the maximum");
    bool is_text_type = field->type == TS_FIELD_TEXT || field->type == TS_FIELD_LONG_TEXT;
    if ((field->min_length >= 0 || field->max_length >= 0) && !is_text_type)
        return ts_fail(err, TS_USAGE, "only texts have a minimum and a maximum length");
    if (field->min_length >= 0 && field->max_length >= 0 && field->min_length > field->max_length)
        return ts_fail(err, TS_USAGE, "the minimum length is above the maximum length");
    return true;
}

bool ts_field_is_sound(const ts_field *field, ts_error *err)
{
    if (!is_text(field->name, name_max))
        return ts_fail(err, TS_USAGE, "a custom metadata field needs a name of at most %d bytes", name_max);
    if (!is_text(field->label, label_max))
        return ts_fail(err, TS_USAGE, "a custom metadata field needs a label of at most %d bytes", label_max);
    if (field->description && field->description[0] && !is_text(field->description, 4 * description_max))
        return ts_fail(err, TS_USAGE, "a description has at most %d characters", description_max);
    return options_are_sound(field, err) && bounds_are_sound(field, err) &&
           (!field->fallback || ts_field_takes(field, field->fallback, err));
}
