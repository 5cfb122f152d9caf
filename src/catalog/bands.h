/* catalog (private): perceptual hashes cut into bands, so that near ones are found without reading all. */
#ifndef TS_CATALOG_BANDS_H
#define TS_CATALOG_BANDS_H

#include "catalog/sql.h"

/* Writes. Replaces a picture's bands of the old hash by those of the new one. */
bool ts_bands_set(ts_txn *txn, int64_t picture, bool had, uint64_t old, bool has, uint64_t hash,
                  ts_error *err);

#endif
