/* api: files judged by a query of ImageKit's language, and what of it our own index understands. Knows file
 * objects only. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "api/imagekit_query.h"
#include "api/route_doc.h"
#include "base/wallclock.h"

/* ---- one value ---------------------------------------------------------------------------------- */

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

/* "/a/b/c.jpg" lies in "/a/b"; ":" also finds it below "/a". Slashes at the ends of what is asked for do
 * not count. */
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

/* ---- one term ----------------------------------------------------------------------------------- */

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

/* ---- for the index ------------------------------------------------------------------------------ */

static const struct {
    const char *field;
    ts_fact fact;
} numbers[] = {{"width", TS_FACT_WIDTH},
               {"height", TS_FACT_HEIGHT},
               {"size", TS_FACT_BYTES},
               {"createdAt", TS_FACT_CREATED},
               {"updatedAt", TS_FACT_UPDATED}};

/* Times are answered in whole seconds or milliseconds: a second more on either side lets nothing slip. */
static ts_sift *narrow_term(const ts_ik_term *term, ts_arena *arena)
{
    double slack = term->kind == TS_IK_KIND_DATE ? 1000 : 0;
    if (term->op < TS_IK_LESS || term->count != 1 || !term->values[0].is_number) return NULL;
    bool less = term->op == TS_IK_LESS || term->op == TS_IK_LESS_EQUAL;
    for (size_t i = 0; i < TS_COUNT_OF(numbers); i++) {
        if (strcmp(numbers[i].field, term->field) != 0) continue;
        ts_sift *out = TS_NEW(arena, ts_sift);
        if (!out) return NULL;
        *out = (ts_sift){.kind = TS_SIFT_NUMBER,
                         .fact = numbers[i].fact,
                         .low = less ? -DBL_MAX : term->values[0].number - slack,
                         .high = less ? term->values[0].number + slack : DBL_MAX};
        return out;
    }
    return NULL;
}

static ts_sift *narrow(const ts_ik_node *query, ts_arena *arena)
{
    if (query->kind == TS_IK_TERM) return narrow_term(&query->term, arena);
    if (query->kind != TS_IK_AND) return NULL;
    ts_sift *left = narrow(query->left, arena), *right = narrow(query->right, arena), *end = left;
    while (end && end->next) end = (ts_sift *)(uintptr_t)end->next;
    if (end) end->next = right;
    return left ? left : right;
}

const ts_sift *ts_ik_query_narrow(const ts_ik_node *query, ts_arena *arena)
{
    return narrow(query, arena);
}
