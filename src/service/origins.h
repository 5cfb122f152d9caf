/* service (private): which pages may read answers, from memory: browsers ask before every call. Threads: any. */
#ifndef TS_SERVICE_ORIGINS_H
#define TS_SERVICE_ORIGINS_H

#include "catalog/catalog.h"

typedef struct ts_origins ts_origins;

ts_origins *ts_origins_new(ts_catalog *catalog, ts_error *err);
void ts_origins_free(ts_origins *origins); /* NULL is fine */
/* After keys have changed. */
bool ts_origins_refresh(ts_origins *origins, ts_error *err);
/* key_id NULL: to any key that is good. */
bool ts_origins_allow(ts_origins *origins, const char *origin, const char *key_id);

#endif
