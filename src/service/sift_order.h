/* service (private): what a sifting found, put in order and counted. Knows no catalogue. */
#ifndef TS_SERVICE_SIFT_ORDER_H
#define TS_SERVICE_SIFT_ORDER_H

#include "service/sift.h"

/* The value that a picture is sorted by; missing ones come last, whichever way. */
typedef struct ts_sift_sort_value {
    bool there, is_text;
    double number;
    const char *text;
} ts_sift_sort_value;

typedef struct ts_sift_item {
    int64_t number;
    ts_sift_sort_value *values; /* one a key */
} ts_sift_item;

typedef struct ts_sift_order {
    const ts_sift_ask *ask;
    bool ordered; /* values are kept and counted */
    ts_sift_item *items;
    size_t count, capacity;
    ts_arena *arena;                    /* of values */
    json_t *counts[TS_SIFT_COUNTS_MAX]; /* value to number of pictures */
} ts_sift_order;

bool ts_sift_order_start(ts_sift_order *order, const ts_sift_ask *ask, bool ordered, ts_error *err);
void ts_sift_order_end(ts_sift_order *order);
bool ts_sift_order_add(ts_sift_order *order, const ts_sifted *picture); /* false: no memory */
/* One that is known without being looked at, by the one value that it is sorted by (NULL: by its number alone). */
bool ts_sift_order_put(ts_sift_order *order, int64_t number, const double *value);
/* Where the page before ended, in an order by one number. No cursor: false, err untouched. */
bool ts_sift_order_after(const ts_sift_order *order, const char *cursor, double *value, int64_t *number,
                         ts_error *err);
/* Sorts; *from: the first one after the cursor. TS_USAGE for a cursor of another order. */
bool ts_sift_order_sort(ts_sift_order *order, const char *cursor, size_t *from, ts_error *err);
const char *ts_sift_order_cursor(const ts_sift_order *order, const ts_sift_item *last, ts_arena *arena);
bool ts_sift_order_values(const ts_sift_order *order, ts_arena *arena, ts_sift_answer *out, ts_error *err);

#endif
