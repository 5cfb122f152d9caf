/* catalog: near perceptual hashes. Four bands of 16 bits: two hashes that differ in at most 7 bits have a band in which
 * they differ in at most one, so 4 x 17 look-ups see every candidate. Knows nothing else of pictures. */
#include "catalog/bands.h"

#include <stdlib.h>

#include "base/error.h"
#include "catalog/pictures.h"

#define BANDS 4
#define BAND_BITS 16
#define DISTANCE_MAX 7

static int64_t band_of(uint64_t hash, unsigned band)
{
    return (int64_t)band << BAND_BITS | (int64_t)(hash >> (band * BAND_BITS) & 0xFFFF);
}

bool ts_bands_set(ts_txn *txn, int64_t picture, bool had, uint64_t old, bool has, uint64_t hash,
                  ts_error *err)
{
    if (had == has && (!has || old == hash)) return true;
    for (unsigned band = 0; band < BANDS; band++) {
        if (had && !ts_sql_run(txn, "DELETE FROM picture_bands WHERE band = ? AND picture = ?",
                               ARGS(I(band_of(old, band)), I(picture)), err))
            return false;
        if (has && !ts_sql_run(txn, "INSERT INTO picture_bands VALUES (?, ?, ?)",
                               ARGS(I(band_of(hash, band)), I(picture), I(hash)), err))
            return false;
    }
    return true;
}

static unsigned distance_of(uint64_t a, uint64_t b)
{
    return (unsigned)__builtin_popcountll(a ^ b);
}

/* Is this the first of the look-ups that meets the hash? Then it is counted here and not again. */
static bool is_first_meeting(uint64_t wanted, uint64_t hash, unsigned band)
{
    for (unsigned earlier = 0; earlier < band; earlier++) {
        unsigned shift = earlier * BAND_BITS;
        if (distance_of(wanted >> shift & 0xFFFF, hash >> shift & 0xFFFF) <= 1) return false;
    }
    return true;
}

typedef struct near_search {
    ts_txn *txn;
    ts_arena *arena;
    uint64_t wanted;
    unsigned distance;
    ts_list found;
} near_search;

static bool look_up(near_search *search, int64_t value, unsigned band, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, search->txn, "SELECT picture, phash FROM picture_bands WHERE band = ?",
                     ARGS(I(value)), err))
        return false;
    while (ts_sql_next(&rows)) {
        int64_t picture = ts_sql_int(&rows);
        uint64_t hash = (uint64_t)ts_sql_int(&rows);
        unsigned distance = distance_of(search->wanted, hash);
        if (distance > search->distance || !is_first_meeting(search->wanted, hash, band)) continue;
        ts_picture_near *near = ts_list_add(&search->found, sizeof *near, search->arena);
        if (!near) {
            (void)ts_sql_close(&rows);
            return ts_fail_memory(err);
        }
        *near = (ts_picture_near){.number = picture, .distance = distance};
    }
    return ts_sql_close(&rows);
}

static int nearest_first(const void *a, const void *b)
{
    const ts_picture_near *x = a, *y = b;
    if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

bool ts_pictures_near(ts_txn *txn, uint64_t phash, unsigned distance, ts_arena *arena,
                      const ts_picture_near **found, size_t *count, ts_error *err)
{
    near_search search = {.txn = txn, .arena = arena, .wanted = phash, .distance = distance};
    if (distance > DISTANCE_MAX)
        return ts_fail(err, TS_USAGE, "near means at most %d different bits, not %u", DISTANCE_MAX, distance);
    for (unsigned band = 0; band < BANDS; band++) {
        int64_t value = band_of(phash, band);
        bool ok = look_up(&search, value, band, err);
        for (unsigned bit = 0; ok && bit < BAND_BITS; bit++)
            ok = look_up(&search, value ^ (int64_t)1 << bit, band, err);
        if (!ok) return false;
    }
    if (search.found.count)
        qsort(search.found.items, search.found.count, sizeof(ts_picture_near), nearest_first);
    *found = search.found.items;
    *count = search.found.count;
    return true;
}
