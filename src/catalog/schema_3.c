/* catalog: the third schema: a delivery knows whether somebody is sending it, and what is due is found without looking at
 * rows, so that passing over the long queue of a receiver that is not to be called now costs little. */
#include "catalog/schema.h"

#include <stddef.h>

const char *const ts_schema_3[] = {
    "ALTER TABLE deliveries ADD COLUMN in_hand INTEGER NOT NULL DEFAULT 0;",
    "DROP INDEX deliveries_due;"
    "CREATE INDEX deliveries_due ON deliveries (next_at, number, hook, url) WHERE state = 0 AND held = 0;",
    NULL,
};
