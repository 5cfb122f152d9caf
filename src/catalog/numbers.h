/* catalog: numbers of pictures by what indexes know of them; no picture's row is read. */
#ifndef TS_CATALOG_NUMBERS_H
#define TS_CATALOG_NUMBERS_H

#include "catalog/catalog.h"

#define TS_NUMBERS_TEXT_MAX 1024 /* characters of a kept text that are known here */

/* text lives for the call; NULL where none is said. False ends it (no error). */
typedef bool (*ts_number_visit)(void *context, int64_t number, const char *text);

/* Above all numbers. */
bool ts_numbers_end(ts_txn *txn, int64_t *end, ts_error *err);
bool ts_numbers_all(ts_txn *txn, ts_number_visit visit, void *context, ts_error *err);
/* Names in a space, and the ids of pictures without one there, that begin so (ASCII letters in any case; "": all). */
bool ts_numbers_named(ts_txn *txn, const char *space, const char *prefix, ts_number_visit visit,
                      void *context, ts_error *err);
/* Texts at a place of what dialects keep with pictures ("context.alt": at $.extra.context.alt of extra); of an object its
 * members' names. prefix as above. "": which of them keep anything. */
bool ts_numbers_kept(ts_txn *txn, const char *place, const char *prefix, ts_number_visit visit, void *context,
                     ts_error *err);
/* Is everything that stands at this place known? */
bool ts_numbers_knows(const char *place);
/* Made between low and high, both included. */
bool ts_numbers_created(ts_txn *txn, int64_t low, int64_t high, ts_number_visit visit, void *context,
                        ts_error *err);
/* In the order of their making, ties by number the same way, from the one after (at, number) on. */
typedef bool (*ts_number_made)(void *context, int64_t number, int64_t at);
bool ts_numbers_by_created(ts_txn *txn, int64_t at, int64_t number, bool down, ts_number_made visit,
                           void *context, ts_error *err);
/* Those that lists leave out: held, rejected, or gone from their place; text is what they are: "held", "rejected",
 * "gone". */
bool ts_numbers_apart(ts_txn *txn, ts_number_visit visit, void *context, ts_error *err);

#endif
