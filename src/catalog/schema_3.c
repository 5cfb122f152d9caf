/* catalog: the third schema: a delivery knows whether somebody is sending it. */
#include "catalog/schema.h"

#include <stddef.h>

const char *const ts_schema_3[] = {
    "ALTER TABLE deliveries ADD COLUMN in_hand INTEGER NOT NULL DEFAULT 0;",
    NULL,
};
