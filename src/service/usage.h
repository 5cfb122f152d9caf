/* service (private): what keys use, counted in memory and written every few seconds in one change. What a crash loses
 * is a few seconds of request counts, never credits. Threads: any. */
#ifndef TS_SERVICE_USAGE_H
#define TS_SERVICE_USAGE_H

#include "catalog/keys.h"

typedef struct ts_meter ts_meter;

ts_meter *ts_meter_new(ts_catalog *catalog, ts_error *err);
void ts_meter_free(ts_meter *meter); /* writes what is left; NULL is fine */
/* key_id "" is not counted. */
void ts_meter_count(ts_meter *meter, const char *key_id, int64_t requests, int64_t pictures, int64_t credits,
                    int64_t errors);
bool ts_meter_flush(ts_meter *meter, ts_error *err);

#endif
