/* catalog: small texts under a name: calibration overlays, where a reader of the change log stopped, … */
#ifndef TS_CATALOG_META_H
#define TS_CATALOG_META_H

#include "catalog/catalog.h"

/* value in the arena; NULL (and true) when there is none. */
bool ts_meta_get(ts_txn *txn, const char *name, ts_arena *arena, const char **value, ts_error *err);
bool ts_meta_put(ts_txn *txn, const char *name, const char *value, ts_error *err); /* Writes. NULL removes. */
bool ts_meta_get_int(ts_txn *txn, const char *name, int64_t fallback, int64_t *value, ts_error *err);
bool ts_meta_put_int(ts_txn *txn, const char *name, int64_t value, ts_error *err); /* Writes. */

#endif
