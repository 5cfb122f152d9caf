/* api: files judged by a query of ImageKit's language, and what of it our own index understands. Knows file objects only. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "api/imagekit_query.h"
#include "base/wallclock.h"

/* ---- one value -------------------------------------------------------------------------------------------- */

/* Of a number its value, of a time its milliseconds, of a flag 1 or 0. */
static bool measure(const json_t *value, ts_ik_kind kind, double *out)
{
    int64_t ms = 0;
    const char *text = json_string_value(value);
    if (json_is_boolean(value)) *out = json_is_true(value);
    else if (json_is_number(value)) *out = json_number_value(value);
    else if (kind == TS_IK_KIND_DATE && text && ts_iso8601_parse(text, strlen(text), &ms)) *out = (double)ms;
    else return false;
    return true;
}

static bool compare(ts_ik_op op, double left, double right)
{
    switch (op) {
    case TS_IK_LESS:
        return left < right;
    case TS_IK_LESS_EQUAL:
        return left <= right;
    case TS_IK_GREATER:
        return left > right;
    case TS_IK_GREATER_EQUAL:
        return left >= right;
    case TS_IK_EQUAL:
    case TS_IK_BEGINS:
    case TS_IK_HAS:
    case TS_IK_EXISTS:
        break;
    }
    return fabs(left - right) < 0.5e-9;
}

static bool contains(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; *text; text++)
        if (strncasecmp(text, part, length) == 0) return true;
    return length == 0;
}

static bool compare_text(ts_ik_op op, const char *text, const char *wanted)
{
    switch (op) {
    case TS_IK_BEGINS:
        return strncasecmp(text, wanted, strlen(wanted)) == 0;
    case TS_IK_HAS:
        return contains(text, wanted);
    case TS_IK_EQUAL:
        return strcmp(text, wanted) == 0;
    case TS_IK_EXISTS:
    case TS_IK_LESS:
    case TS_IK_LESS_EQUAL:
    case TS_IK_GREATER:
    case TS_IK_GREATER_EQUAL:
        break;
    }
    int order = strcmp(text, wanted); /* of dates in custom metadata */
    return op == TS_IK_LESS         ? order < 0
           : op == TS_IK_LESS_EQUAL ? order <= 0
           : op == TS_IK_GREATER    ? order > 0
                                    : order >= 0;
}

/* "/a/b/c.jpg" lies in "/a/b"; ":" also finds it below "/a". Slashes at the ends of what is asked for do not count. */
static bool compare_path(ts_ik_op op, const char *path, const char *wanted)
{
    const char *end = strrchr(path, '/');
    size_t folder = end ? (size_t)(end - path) : 0, length;
    if (folder && *path == '/') path++, folder--;
    while (*wanted == '/') wanted++;
    for (length = strlen(wanted); length && wanted[length - 1] == '/';) length--;
    if (op == TS_IK_HAS) return contains(path, wanted);
    if (folder < length || strncmp(path, wanted, length) != 0) return false;
    return folder == length || (op == TS_IK_BEGINS && (length == 0 || path[length] == '/'));
}

static bool fits_one(const ts_ik_term *term, const json_t *value, const ts_ik_value *wanted)
{
    double is = 0;
    const char *text = json_string_value(value);
    if (term->kind == TS_IK_KIND_PATH) return text && compare_path(term->op, text, wanted->text);
    if (wanted->is_number && measure(value, term->kind, &is)) return compare(term->op, is, wanted->number);
    if (json_is_boolean(value))
        return term->op == TS_IK_EQUAL &&
               strcasecmp(wanted->text, json_is_true(value) ? "true" : "false") == 0;
    return text && compare_text(term->op, text, wanted->text);
}

/* ---- one term --------------------------------------------------------------------------------------------- */

/* Of an AI tag its name. */
static const json_t *inner(const json_t *value)
{
    return json_is_object(value) ? json_object_get(value, "name") : value;
}

static bool fits_any_value(const ts_ik_term *term, const json_t *value)
{
    for (size_t i = 0; i < term->count; i++)
        if (fits_one(term, value, &term->values[i])) return true;
    return false;
}

/* Dots lead into objects. */
static const json_t *member(const json_t *file, const char *field)
{
    const char *dot = strchr(field, '.');
    if (!dot) return json_object_get(file, field);
    const json_t *family = json_object_getn(file, field, (size_t)(dot - field));
    return json_object_get(family, dot + 1);
}

static bool is_there(const json_t *value)
{
    const char *text = json_string_value(value);
    return value && !json_is_null(value) && (!text || text[0]) &&
           (!json_is_array(value) || json_array_size(value));
}

static bool term_matches(const ts_ik_term *term, const json_t *file)
{
    const json_t *value = member(file, term->field);
    if (term->op == TS_IK_EXISTS) return is_there(value);
    if (!json_is_array(value)) return value && fits_any_value(term, value);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (fits_any_value(term, inner(json_array_get(value, i)))) return true;
    return false;
}

bool ts_ik_query_matches(const ts_ik_node *query, const json_t *file)
{
    switch (query->kind) {
    case TS_IK_AND:
        return ts_ik_query_matches(query->left, file) && ts_ik_query_matches(query->right, file);
    case TS_IK_OR:
        return ts_ik_query_matches(query->left, file) || ts_ik_query_matches(query->right, file);
    case TS_IK_NOT:
        return !ts_ik_query_matches(query->left, file);
    case TS_IK_TERM:
        break;
    }
    return term_matches(&query->term, file);
}

bool ts_ik_query_speaks_of(const ts_ik_node *query, const char *field)
{
    if (query->kind == TS_IK_TERM) return strcmp(query->term.field, field) == 0;
    return ts_ik_query_speaks_of(query->left, field) ||
           (query->right && ts_ik_query_speaks_of(query->right, field));
}

/* ---- for the index ---------------------------------------------------------------------------------------- */

static bool narrow_number(const char *word, const ts_ik_term *term, ts_buf *out)
{
    static const char *const signs[] = {
        [TS_IK_LESS] = "<", [TS_IK_LESS_EQUAL] = "<=", [TS_IK_GREATER] = ">", [TS_IK_GREATER_EQUAL] = ">="};
    double number = term->values[0].number;
    if (!(number >= 0 && number < 1e15) || number != floor(number)) return true;
    return ts_buf_printf(out, "%s%s%s%.0f", out->length ? " " : "", word, signs[term->op], number);
}

/* The index knows days; the day of the moment lets through all that comes after it. */
static bool narrow_date(const ts_ik_term *term, ts_buf *out)
{
    char day[TS_ISO8601_SIZE];
    double ms = term->values[0].number;
    if (!(ms >= 0 && ms < 4e12)) return true; /* until 2096 */
    if (term->op != TS_IK_GREATER && term->op != TS_IK_GREATER_EQUAL) return true;
    ts_iso8601_format((int64_t)ms, day);
    return ts_buf_printf(out, "%sadded>=%.10s", out->length ? " " : "", day);
}

bool ts_ik_query_narrow(const ts_ik_node *query, ts_buf *out)
{
    const ts_ik_term *term = &query->term;
    if (query->kind == TS_IK_AND)
        return ts_ik_query_narrow(query->left, out) && ts_ik_query_narrow(query->right, out);
    if (query->kind != TS_IK_TERM || term->op < TS_IK_LESS || term->count != 1) return true;
    if (strcmp(term->field, "width") == 0 || strcmp(term->field, "height") == 0)
        return narrow_number(term->field, term, out);
    if (strcmp(term->field, "size") == 0) return narrow_number("bytes", term, out);
    return strcmp(term->field, "createdAt") != 0 || narrow_date(term, out);
}
