/* catalog: the second schema: jobs are counted by key, and the change log knows whom a change is for. */
#include "catalog/schema.h"

#include <stddef.h>

const char *const ts_schema_2[] = {
    "CREATE INDEX jobs_by_key ON jobs (key_id, state) WHERE key_id <> '';",
    "ALTER TABLE changes ADD COLUMN sight INTEGER NOT NULL DEFAULT 0;",
    NULL,
};
