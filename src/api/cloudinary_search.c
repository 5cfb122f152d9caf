/* api: Cloudinary's search: an expression, an order, counts; as a body, a query or a signed address. Only translation. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/cloudinary_admin.h"
#include "api/cloudinary_expression.h"
#include "base/base64.h"
#include "base/json.h"
#include "base/wallclock.h"
#include "service/find.h"
#include "service/keys.h"
#include "service/upload.h"

enum { usual_page = 50, visual_page = 50 };

/* ---- what is asked -------------------------------------------------------------------------------- */

static void give_up(void *json)
{
    json_decref(json);
}

/* A list that came in an address is JSON in a text. */
static const json_t *list_of(ts_call *call, const json_t *params, const char *name)
{
    const json_t *value = json_object_get(params, name);
    const char *text = json_string_value(value);
    json_t *list = text && text[0] == '[' ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!list) return value;
    if (ts_arena_defer(call->arena, give_up, list)) return list;
    json_decref(list);
    return NULL;
}

static bool bad_field(ts_call *call, const char *what, const char *field)
{
    return ts_fail(&call->err, TS_USAGE, "Invalid value %.80s for parameter %s", field, what);
}

/* "score" is the order of what fits best: every picture fits alike here, so it is the newest. */
static bool read_order(ts_call *call, const json_t *wish, ts_sift_ask *ask)
{
    const char *field;
    json_t *way;
    json_object_foreach ((json_t *)(uintptr_t)wish, field, way) {
        const char *text = json_string_value(way);
        bool down = text && strcmp(text, "desc") == 0;
        if (!text || (!down && strcmp(text, "asc") != 0)) return bad_field(call, "sort_by", field);
        if (strcmp(field, "score") == 0) continue;
        if (ask->key_count == TS_SIFT_KEYS_MAX ||
            !ts_cloudinary_key(field, down, call->arena, &ask->keys[ask->key_count++]))
            return bad_field(call, "sort_by", field);
    }
    return true;
}

static bool read_orders(ts_call *call, const json_t *params, ts_sift_ask *ask)
{
    size_t i;
    const json_t *wish, *list = list_of(call, params, "sort_by");
    if (list && !json_is_array(list)) return bad_field(call, "sort_by", "");
    json_array_foreach ((json_t *)(uintptr_t)list, i, wish) {
        if (!json_is_object(wish)) return bad_field(call, "sort_by", ts_member_text(params, "sort_by"));
        if (!read_order(call, wish, ask)) return false;
    }
    return true;
}

static const char *aggregate_name(const json_t *wish)
{
    const char *name = json_string_value(wish);
    return name ? name : ts_json_string_or(wish, "type", "");
}

static bool read_counts(ts_call *call, const json_t *list, ts_sift_ask *ask)
{
    size_t i;
    const json_t *wish;
    json_array_foreach ((json_t *)(uintptr_t)list, i, wish) {
        const char *name = aggregate_name(wish);
        if (ask->count_count == TS_SIFT_COUNTS_MAX ||
            !ts_cloudinary_key(name, false, call->arena, &ask->counts[ask->count_count++]))
            return bad_field(call, "aggregate", name);
    }
    return true;
}

/* ---- what is answered ----------------------------------------------------------------------------- */

static json_t *count_ranges(const json_t *ranges, const ts_sift_value *values, size_t count)
{
    size_t i;
    json_t *range, *out = json_object();
    json_array_foreach ((json_t *)(uintptr_t)ranges, i, range) {
        double from = ts_json_number_or(range, "from", -1e300), to = ts_json_number_or(range, "to", 1e300);
        json_int_t sum = 0;
        for (size_t v = 0; v < count; v++) {
            double number = strtod(values[v].text, NULL);
            if (number >= from && number < to) sum += (json_int_t)values[v].pictures;
        }
        (void)json_object_set_new(out, ts_json_string_or(range, "key", ""), json_integer(sum));
    }
    return out;
}

static json_t *count_values(const ts_sift_value *values, size_t count)
{
    json_t *out = json_object();
    for (size_t i = 0; i < count; i++) {
        const char *text = strcasecmp(values[i].text, "jpeg") == 0 ? "jpg" : values[i].text;
        (void)json_object_set_new(out, text, json_integer((json_int_t)values[i].pictures));
    }
    return out;
}

static json_t *json_of_counts(const json_t *wishes, const ts_sift_answer *found)
{
    size_t i;
    const json_t *wish;
    json_t *out = json_object();
    json_array_foreach ((json_t *)(uintptr_t)wishes, i, wish) {
        const json_t *ranges = json_object_get(wish, "ranges");
        (void)json_object_set_new(out, aggregate_name(wish),
                                  ranges ? count_ranges(ranges, found->values[i], found->value_counts[i])
                                         : count_values(found->values[i], found->value_counts[i]));
    }
    return out;
}

static unsigned with_fields(ts_call *call, const json_t *params)
{
    static const struct {
        const char *name;
        unsigned with;
    } known[] = {{"tags", TS_CLD_WITH_TAGS},
                 {"context", TS_CLD_WITH_CONTEXT},
                 {"metadata", TS_CLD_WITH_METADATA},
                 {"moderation", TS_CLD_WITH_MODERATION},
                 {"image_analysis", TS_CLD_WITH_DETAILS}};
    size_t count = 0;
    const char *const *names = NULL;
    unsigned with = ts_cld_with(call, params);
    (void)ts_cld_list(params, "with_field", call->arena, &names, &count, NULL);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < TS_COUNT_OF(known); k++)
            if (strcmp(names[i], known[k].name) == 0) with |= known[k].with;
    return with;
}

static json_t *json_of_row(ts_call *call, const json_t *params, const char *name,
                           const ts_picture_full *picture)
{
    ts_cld_view view = ts_cld_view_of(call);
    const ts_picture_row *row = &picture->row;
    json_t *out = ts_cld_resource(&view, name, picture, with_fields(call, params));
    const char *slash = strrchr(name, '/');
    (void)json_object_set_new(out, "filename", json_string(slash ? slash + 1 : name));
    (void)json_object_set_new(out, "uploaded_at", ts_cld_time(row->created));
    (void)json_object_set_new(out, "aspect_ratio",
                              ts_json_rounded(row->height ? (double)row->width / (double)row->height : 0, 5));
    (void)json_object_set_new(out, "pixels", json_integer(row->width * row->height));
    (void)json_object_set_new(out, "etag", json_stringn(row->sha256, 32));
    if (!json_object_get(out, "status")) (void)json_object_set_new(out, "status", json_string("active"));
    ts_cld_only_fields(call, params, out);
    return out;
}

static bool answer_found(ts_call *call, const json_t *params, const json_t *counts,
                         const ts_sift_answer *found)
{
    json_t *list = json_array();
    ts_cld_say_cost(call, found);
    for (size_t i = 0; i < found->count; i++)
        (void)json_array_append_new(list,
                                    json_of_row(call, params, found->rows[i].name, &found->rows[i].picture));
    json_t *body = json_pack("{s:I, s:I, s:o}", "total_count", (json_int_t)found->total, "time",
                             (json_int_t)ts_request_elapsed_ms(call->request), "resources", list);
    if (counts) (void)json_object_set_new(body, "aggregations", json_of_counts(counts, found));
    if (found->next) (void)json_object_set_new(body, "next_cursor", json_string(found->next));
    return ts_cld_answer(call, 200, body);
}

static bool search_by(ts_call *call, const json_t *params)
{
    ts_sift_answer found;
    ts_sift_ask ask = ts_cld_ask(call);
    const json_t *counts = list_of(call, params, "aggregate");
    ask.with_total = true;
    ask.cursor = ts_cld_text(params, "next_cursor");
    return ts_cloudinary_expression(ts_cld_text(params, "expression"), ts_wallclock_ms(), call->arena,
                                    &ask.root, &call->err) &&
           ts_cld_page_size(params, usual_page, &ask.limit, &call->err) && read_orders(call, params, &ask) &&
           read_counts(call, counts, &ask) &&
           ts_service_sift(call->service, &call->actor, &ask, call->arena, &found, &call->err) &&
           answer_found(call, params, counts, &found);
}

static bool search(ts_call *call)
{
    const json_t *params = NULL;
    return ts_cld_params(call, &params) && search_by(call, params);
}

/* ---- by look and by meaning ----------------------------------------------------------------------- */

static bool find_like(ts_call *call, const json_t *params, const ts_find_ask *ask)
{
    ts_find_answer found;
    if (!ts_service_find(call->service, &call->actor, ask, call->arena, &found, &call->err)) {
        if (call->err.code == TS_MODEL) call->err.code = TS_USAGE; /* an add-on that is not there */
        return false;
    }
    json_t *list = json_array();
    const char **names = TS_NEW_ARRAY(call->arena, found.count, const char *);
    const ts_picture_row **rows = TS_NEW_ARRAY(call->arena, found.count, const ts_picture_row *);
    bool ok = (names && rows) || ts_fail_memory(&call->err);
    for (size_t i = 0; ok && i < found.count; i++) rows[i] = &found.rows[i].picture.row;
    ok = ok &&
         ts_service_names_of(call->service, TS_CLD_SPACE, rows, found.count, call->arena, names, &call->err);
    for (size_t i = 0; ok && i < found.count; i++)
        (void)json_array_append_new(list, json_of_row(call, params, names[i], &found.rows[i].picture));
    json_t *body = json_pack("{s:I, s:I, s:o}", "total_count", (json_int_t)found.total, "time",
                             (json_int_t)ts_request_elapsed_ms(call->request), "resources", list);
    if (found.next) (void)json_object_set_new(body, "next_cursor", json_string(found.next));
    if (ok) return ts_cld_answer(call, 200, body);
    json_decref(body);
    return false;
}

/* What a picture that is not kept looks like. */
static bool see(ts_call *call, const char *url, const ts_http_part *file, ts_find_ask *ask)
{
    ts_upload_result seen;
    ts_upload upload = {.url = url, .origin = "api", .without_store = true};
    if (!url) upload.bytes = file->data, upload.length = file->length;
    if (!ts_service_upload(call->service, &call->actor, &upload, call->arena, &seen, &call->err))
        return false;
    ask->vector = seen.record ? seen.record->embedding : NULL;
    ask->vector_dims = seen.record ? seen.record->embedding_size : 0;
    return ask->vector || ts_fail(&call->err, TS_MODEL, "Nothing is known of what this picture looks like");
}

static bool visual_search(ts_call *call)
{
    ts_named like;
    const json_t *params = NULL;
    const ts_http_part *file = ts_request_part(call->request, "image_file");
    ts_find_ask ask = {.limit = visual_page, .min_score = -1, .wait = true};
    if (!ts_cld_params(call, &params)) return false;
    const char *id = ts_cld_text(params, "image_asset_id"), *url = ts_cld_text(params, "image_url");
    ask.text = ts_cld_text(params, "text");
    if (id && !ts_cld_find(call, id, &like)) return false;
    if (id) ask.similar = like.picture.row.id;
    if (id || url || file) ask.min_score = 0; /* the nearest, however far */
    if (!id && (url || file) && !see(call, url, file, &ask)) return false;
    if (!ask.similar && !ask.text && !ask.vector)
        return ts_fail(&call->err, TS_USAGE,
                       "Missing required parameter - image_url, image_asset_id, image_file or text");
    return find_like(call, params, &ask);
}

/* ---- by a signed address -------------------------------------------------------------------------- */

/* Node writes the standard alphabet, Python the one for addresses; with padding or without. */
static json_t *decode_query(const char *text)
{
    ts_buf bytes = {0}, plain = {0};
    json_t *query = NULL;
    for (; *text && *text != '='; text++)
        (void)ts_buf_putc(&plain, *text == '+' ? '-' : *text == '/' ? '_' : *text);
    if (plain.data && ts_base64_decode(plain.data, plain.length, TS_BASE64_URL, &bytes) && bytes.data)
        query = json_loadb(bytes.data, bytes.length, JSON_REJECT_DUPLICATES, NULL);
    ts_buf_free(&bytes);
    ts_buf_free(&plain);
    return query;
}

/* Parameters as texts, as ts_cld_params has them. */
static json_t *params_of(json_t *query, const char *cursor)
{
    json_int_t size = json_integer_value(json_object_get(query, "max_results"));
    if (size) (void)json_object_set_new(query, "max_results", json_sprintf("%lld", (long long)size));
    if (cursor[0]) (void)json_object_set_new(query, "next_cursor", json_string(cursor));
    return query;
}

/* The signature is a right to ask this one question; the time to live says for how long an answer may be kept. */
static bool search_signed(ts_call *call)
{
    ts_actor actor;
    ts_key_row row;
    const char *ttl = ts_call_path(call, "ttl"), *query = ts_call_path(call, "query");
    const char *text = ts_arena_printf(call->arena, "%s%s", ttl, query);
    if (!text) return ts_fail_memory(&call->err);
    if (!ts_service_who_digest(call->service, text, ts_call_path(call, "signature"), call->arena, &actor,
                               &row, &call->err) ||
        !ts_dialect_admit(call, &actor, &row))
        return false;
    json_t *asked = decode_query(query);
    if (!json_is_object(asked) || !ts_arena_defer(call->arena, give_up, asked)) {
        json_decref(asked);
        return ts_fail(&call->err, TS_USAGE, "Invalid search query");
    }
    return search_by(call, params_of(asked, ts_call_path(call, "cursor")));
}

#define ROUTE(method, pattern, name, function)                                                               \
    {                                                                                                        \
        method, "/v1_1/{cloud}" pattern, ts_dialect_route, TS_SCOPE_READ, TS_ROUTE_LONG, TS_CLD_TAKES, 0, 0, \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("POST", "/resources/search", "search", search),
    ROUTE("GET", "/resources/search", "searchGet", search),
    ROUTE("POST", "/resources/visual_search", "visualSearch", visual_search),
    ROUTE("GET", "/resources/visual_search", "visualSearchGet", visual_search),
};
const ts_family ts_cld_search_family = {routes, TS_COUNT_OF(routes)};

#define SIGNED(prefix, pattern)                                                                              \
    {                                                                                                        \
        "GET", prefix "/search/{signature}/{ttl}/{query}" pattern, ts_dialect_route, TS_SCOPE_READ,          \
            TS_ROUTE_PUBLIC, TS_BODY_NONE, 0, 0, &(const ts_route_doc)                                       \
        {                                                                                                    \
            .id = "searchSigned", .run = search_signed                                                       \
        }                                                                                                    \
    }

static const ts_route signed_routes[] = {SIGNED("", ""), SIGNED("", "/{cursor}")};
const ts_family ts_cld_signed_search_family = {signed_routes, TS_COUNT_OF(signed_routes)};
static const ts_route cloud_routes[] = {SIGNED("/res/{cloud}", ""), SIGNED("/res/{cloud}", "/{cursor}")};
const ts_family ts_cld_cloud_search_family = {cloud_routes, TS_COUNT_OF(cloud_routes)};
