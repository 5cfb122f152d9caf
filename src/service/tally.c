/* service: counting labels. Sorted by name for look-up; knows no picture. */
#include "service/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct ts_tally {
    ts_arena *arena;
    ts_report_label *rows; /* sorted by label */
    size_t count;
    size_t capacity;
};

ts_tally *ts_tally_new(void)
{
    ts_tally *tally = calloc(1, sizeof *tally);
    if (tally) tally->arena = ts_arena_new(0);
    if (tally && tally->arena) return tally;
    free(tally);
    return NULL;
}

void ts_tally_free(ts_tally *tally)
{
    if (!tally) return;
    ts_arena_free(tally->arena);
    free(tally->rows);
    free(tally);
}

/* Where the label stands or belongs. */
static size_t place_of(const ts_tally *tally, const char *label)
{
    size_t low = 0;
    size_t high = tally->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(tally->rows[middle].label, label) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool make_room(ts_tally *tally)
{
    if (tally->count < tally->capacity) return true;
    size_t capacity = tally->capacity ? tally->capacity * 2 : 256;
    ts_report_label *rows = realloc(tally->rows, capacity * sizeof *rows);
    if (!rows) return false;
    tally->rows = rows;
    tally->capacity = capacity;
    return true;
}

bool ts_tally_add(ts_tally *tally, const char *label)
{
    size_t at = place_of(tally, label);
    if (at < tally->count && strcmp(tally->rows[at].label, label) == 0) {
        tally->rows[at].count++;
        return true;
    }
    char *copy = make_room(tally) ? ts_arena_strdup(tally->arena, label) : NULL;
    if (!copy) return false;
    memmove(&tally->rows[at + 1], &tally->rows[at], (tally->count - at) * sizeof *tally->rows);
    tally->rows[at] = (ts_report_label){copy, 1};
    tally->count++;
    return true;
}

static int by_count(const void *a, const void *b)
{
    const ts_report_label *x = a;
    const ts_report_label *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return strcmp(x->label, y->label);
}

size_t ts_tally_top(ts_tally *tally, ts_report_label *out, size_t most)
{
    if (tally->count == 0) return 0;
    ts_report_label *sorted = malloc(tally->count * sizeof *sorted);
    if (!sorted) return 0;
    memcpy(sorted, tally->rows, tally->count * sizeof *sorted);
    qsort(sorted, tally->count, sizeof *sorted, by_count);
    size_t n = tally->count < most ? tally->count : most;
    memcpy(out, sorted, n * sizeof *out);
    free(sorted);
    return n;
}
