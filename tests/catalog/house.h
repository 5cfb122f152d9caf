/* Tests: a catalogue in a folder of its own with a clock that stands still until told, and short ways to write. */
#ifndef TS_TESTS_CATALOG_HOUSE_H
#define TS_TESTS_CATALOG_HOUSE_H

#include <stdatomic.h>

#include "catalog/catalog.h"
#include "catalog/pictures.h"
#include "catalog/tags.h"
#include "tests/support/support.h"

typedef struct house {
    char *folder;
    char *data; /* FOLDER/data */
    ts_catalog *catalog;
    ts_arena *arena;
    _Atomic int64_t now;
} house;

house *house_open(void);
void house_close(house *h);
/* Closes the catalogue and opens it again. */
void house_reopen(house *h);

/* The change must succeed. */
void house_write(house *h, ts_catalog_change change, void *context);
/* The change must fail with this code. */
void house_refuses(house *h, ts_catalog_change change, void *context, ts_code code);
ts_txn *house_read(house *h);

/* A picture; number of it. tag: goes into its hash, so that pictures differ. */
int64_t house_picture(house *h, unsigned tag);
void house_sha256(unsigned tag, char out[65]);

/* No finding, and nothing else to complain about. */
void house_verify(house *h);

/* A change written as a block where it is used: CHANGE(name, type) { ... uses txn, in, err ... } */
#define CHANGE(name, type)                                                                                   \
    static bool name##_body(ts_txn *txn, type *in, ts_error *err);                                           \
    static bool name(ts_txn *txn, void *context, ts_error *err)                                              \
    {                                                                                                        \
        return name##_body(txn, context, err);                                                               \
    }                                                                                                        \
    static bool name##_body(ts_txn *txn, type *in, ts_error *err)

#endif
