/* service: what a sifting found, put in order and counted. Knows no catalogue. */
#include "service/sift_order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"

bool ts_sift_order_start(ts_sift_order *order, const ts_sift_ask *ask, bool ordered, ts_error *err)
{
    *order = (ts_sift_order){.ask = ask, .ordered = ordered, .arena = ts_arena_new(0)};
    bool ok = order->arena != NULL;
    for (size_t i = 0; ok && i < ask->count_count; i++) ok = (order->counts[i] = json_object()) != NULL;
    return ok || ts_fail_memory(err);
}

void ts_sift_order_end(ts_sift_order *order)
{
    for (size_t i = 0; order->ask && i < order->ask->count_count; i++) json_decref(order->counts[i]);
    free(order->items);
    ts_arena_free(order->arena);
    *order = (ts_sift_order){0};
}

/* ---- values -------------------------------------------------------------------------------------- */

typedef struct taking {
    ts_sift_order *order;
    ts_sift_sort_value *value;
    json_t *counts;
    bool seen;
} taking;

static bool take_text(void *context, const char *text)
{
    taking *take = context;
    take->value->is_text = true;
    take->value->text = ts_arena_strdup(take->order->arena, text);
    take->value->there = take->value->text != NULL;
    return true;
}

static bool count_text(void *context, const char *text)
{
    taking *take = context;
    take->seen = true;
    json_int_t before = json_integer_value(json_object_get(take->counts, text));
    (void)json_object_set_new(take->counts, text, json_integer(before + 1));
    return false;
}

static void read_value(ts_sift_order *order, const ts_sift_key *key, const ts_sifted *picture,
                       ts_sift_sort_value *out)
{
    taking take = {.order = order, .value = out};
    if (key->fact >= TS_FACT_TEXTS) out->there = ts_fact_number(picture, key->fact, &out->number);
    else if (!ts_fact_texts(picture, key->fact, key->member, take_text, &take) && key->fallback)
        (void)take_text(&take, key->fallback);
}

static void count_value(ts_sift_order *order, size_t index, const ts_sifted *picture)
{
    char text[40];
    double number;
    const ts_sift_key *key = &order->ask->counts[index];
    taking take = {.order = order, .counts = order->counts[index]};
    if (key->fact < TS_FACT_TEXTS) {
        (void)ts_fact_texts(picture, key->fact, key->member, count_text, &take);
        if (!take.seen && key->fallback) (void)count_text(&take, key->fallback);
    } else if (ts_fact_number(picture, key->fact, &number)) {
        (void)snprintf(text, sizeof text, "%.15g", number);
        (void)count_text(&take, text);
    }
}

static bool make_room(ts_sift_order *order)
{
    if (order->count < order->capacity) return true;
    size_t capacity = order->capacity ? order->capacity * 2 : 64;
    ts_sift_item *items =
        capacity < SIZE_MAX / sizeof *items ? realloc(order->items, capacity * sizeof *items) : NULL;
    if (!items) return false;
    order->items = items;
    order->capacity = capacity;
    return true;
}

bool ts_sift_order_add(ts_sift_order *order, const ts_sifted *picture)
{
    size_t keys = order->ask->key_count;
    if (!make_room(order)) return false;
    ts_sift_item *item = &order->items[order->count++];
    *item = (ts_sift_item){.number = picture->row->number};
    if (!order->ordered) return true;
    item->values = TS_NEW_ARRAY(order->arena, keys, ts_sift_sort_value);
    if (!item->values) return false;
    for (size_t i = 0; i < keys; i++) read_value(order, &order->ask->keys[i], picture, &item->values[i]);
    for (size_t i = 0; i < order->ask->count_count; i++) count_value(order, i, picture);
    return !ts_arena_failed(order->arena);
}

bool ts_sift_order_put(ts_sift_order *order, int64_t number, const double *value)
{
    if (!make_room(order)) return false;
    ts_sift_item *item = &order->items[order->count++];
    *item = (ts_sift_item){.number = number};
    if (!value) return true;
    item->values = TS_NEW(order->arena, ts_sift_sort_value);
    if (item->values) *item->values = (ts_sift_sort_value){.there = true, .number = *value};
    return item->values != NULL;
}

/* ---- order --------------------------------------------------------------------------------------- */

static int compare_values(const ts_sift_sort_value *a, const ts_sift_sort_value *b, bool down)
{
    int order = 0;
    if (!a->there || !b->there) return (int)b->there - (int)a->there;
    if (a->is_text != b->is_text) order = (int)a->is_text - (int)b->is_text;
    else if (a->is_text) order = strcmp(a->text, b->text);
    else order = (a->number > b->number) - (a->number < b->number);
    return down ? -order : order;
}

static int compare_items(const ts_sift_ask *ask, const ts_sift_item *a, const ts_sift_item *b)
{
    for (size_t i = 0; i < ask->key_count; i++) {
        int order = compare_values(&a->values[i], &b->values[i], ask->keys[i].down);
        if (order) return order;
    }
    int order = (a->number > b->number) - (a->number < b->number);
    bool up = ask->key_count ? !ask->keys[0].down : ask->oldest_first;
    return up ? order : -order;
}

/* Merges runs: qsort has no context, and there are no globals. */
static void merge(const ts_sift_ask *ask, const ts_sift_item *from, ts_sift_item *to, size_t start,
                  size_t middle, size_t end)
{
    size_t left = start, right = middle;
    for (size_t i = start; i < end; i++) {
        bool take_left =
            right >= end || (left < middle && compare_items(ask, &from[left], &from[right]) <= 0);
        to[i] = take_left ? from[left++] : from[right++];
    }
}

static bool sort_items(ts_sift_order *order)
{
    size_t count = order->count;
    ts_sift_item *spare = calloc(count ? count : 1, sizeof *spare);
    if (!spare) return false;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t start = 0; start < count; start += 2 * run) {
            size_t middle = start + run < count ? start + run : count;
            size_t end = start + 2 * run < count ? start + 2 * run : count;
            merge(order->ask, order->items, spare, start, middle, end);
        }
        ts_sift_item *swap = order->items;
        order->items = spare;
        spare = swap;
        order->capacity = count;
    }
    free(spare);
    return true;
}

/* ---- cursors ------------------------------------------------------------------------------------- */

static json_t *json_of_value(const ts_sift_sort_value *value)
{
    if (!value->there) return json_null();
    return value->is_text ? json_string(value->text) : json_real(value->number);
}

const char *ts_sift_order_cursor(const ts_sift_order *order, const ts_sift_item *last, ts_arena *arena)
{
    ts_buf out = {0};
    json_t *all = json_array();
    for (size_t i = 0; i < order->ask->key_count; i++)
        (void)json_array_append_new(all, json_of_value(&last->values[i]));
    (void)json_array_append_new(all, json_integer(last->number));
    char *text = json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(17));
    bool ok = text && ts_base64_encode(text, strlen(text), TS_BASE64_URL, &out);
    const char *cursor = ok ? ts_arena_strdup(arena, out.data) : NULL;
    ts_buf_free(&out);
    free(text);
    json_decref(all);
    return cursor;
}

static void value_of_json(const json_t *json, ts_sift_sort_value *out)
{
    out->is_text = json_is_string(json);
    out->text = json_string_value(json);
    out->number = json_number_value(json);
    out->there = !json_is_null(json);
}

/* The texts of what comes out are borrowed from the JSON. */
static json_t *read_cursor(const ts_sift_order *order, const char *cursor, ts_sift_item *out)
{
    ts_buf text = {0};
    json_t *all = NULL;
    if (ts_base64_decode(cursor, strlen(cursor), TS_BASE64_URL, &text) && text.data)
        all = json_loadb(text.data, text.length, 0, NULL);
    ts_buf_free(&text);
    if (!json_is_array(all) || json_array_size(all) != order->ask->key_count + 1)
        return json_decref(all), NULL;
    for (size_t i = 0; i < order->ask->key_count; i++) value_of_json(json_array_get(all, i), &out->values[i]);
    out->number = json_integer_value(json_array_get(all, order->ask->key_count));
    return all;
}

static bool bad_cursor(ts_error *err)
{
    return ts_fail(err, TS_USAGE, "this is no cursor of this question");
}

bool ts_sift_order_after(const ts_sift_order *order, const char *cursor, double *value, int64_t *number,
                         ts_error *err)
{
    ts_sift_sort_value values[TS_SIFT_KEYS_MAX] = {{0}};
    ts_sift_item last = {.values = values};
    if (!cursor || !cursor[0]) return false;
    json_t *read = read_cursor(order, cursor, &last);
    if (!read) return bad_cursor(err);
    *value = values[0].number;
    *number = last.number;
    json_decref(read);
    return true;
}

bool ts_sift_order_sort(ts_sift_order *order, const char *cursor, size_t *from, ts_error *err)
{
    ts_sift_sort_value values[TS_SIFT_KEYS_MAX] = {{0}};
    ts_sift_item last = {.values = values};
    *from = 0;
    if (!sort_items(order)) return ts_fail_memory(err);
    if (!cursor || !cursor[0]) return true;
    json_t *read = read_cursor(order, cursor, &last);
    if (!read) return bad_cursor(err);
    while (*from < order->count && compare_items(order->ask, &order->items[*from], &last) <= 0) ++*from;
    json_decref(read);
    return true;
}

/* ---- counts -------------------------------------------------------------------------------------- */

static int more_pictures(const void *a, const void *b)
{
    const ts_sift_value *x = a, *y = b;
    if (x->pictures != y->pictures) return x->pictures < y->pictures ? 1 : -1;
    return strcmp(x->text, y->text);
}

static bool list_values(json_t *counts, ts_arena *arena, const ts_sift_value **out, size_t *count)
{
    const char *text;
    json_t *number;
    ts_sift_value *values = TS_NEW_ARRAY(arena, json_object_size(counts), ts_sift_value);
    if (!values) return false;
    *count = 0;
    json_object_foreach (counts, text, number)
        values[(*count)++] =
            (ts_sift_value){ts_arena_strdup(arena, text), (uint64_t)json_integer_value(number)};
    if (ts_arena_failed(arena)) return false;
    qsort(values, *count, sizeof *values, more_pictures);
    *out = values;
    return true;
}

bool ts_sift_order_values(const ts_sift_order *order, ts_arena *arena, ts_sift_answer *out, ts_error *err)
{
    for (size_t i = 0; i < order->ask->count_count; i++)
        if (!list_values(order->counts[i], arena, &out->values[i], &out->value_counts[i]))
            return ts_fail_memory(err);
    return true;
}
