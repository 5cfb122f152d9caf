/* catalog: keys, their credits and their usage. Hashing and sealing are done by people/; here they are texts. */
#ifndef TS_CATALOG_KEYS_H
#define TS_CATALOG_KEYS_H

#include "catalog/catalog.h"

#define TS_CREDITS_UNLIMITED (-1)

typedef struct ts_key_row {
    const char *id; /* "tk_…", public */
    const char *name;
    const char *key_hash;      /* hex; unique */
    const char *key_prefix;    /* the first few characters, for people to tell keys apart */
    const char *secret_hash;   /* keyed hash, hex; unique */
    const char *secret_sealed; /* opens only with the key file */
    uint32_t scopes;           /* bits */
    uint32_t rate_per_min;     /* 0: the server's default */
    int64_t credits;           /* >= 0, or TS_CREDITS_UNLIMITED */
    const char *origins;       /* CORS: JSON array of texts, or NULL */
    const char *owner;         /* person id or "" */
    int64_t created, expires, revoked, last_used; /* 0: none, never */
} ts_key_row;

/* Writes. created is set when 0. TS_CONFLICT when id or a hash is taken. */
bool ts_keys_insert(ts_txn *txn, const ts_key_row *row, ts_error *err);
/* Writes. Name, scopes, rate, origins, expires of the key `id`. */
bool ts_keys_update(ts_txn *txn, const ts_key_row *row, ts_error *err);
/* Writes. From now on; a second time changes nothing. */
bool ts_keys_revoke(ts_txn *txn, const char *id, ts_error *err);

/* These find revoked and expired keys too: telling them apart is the caller's. */
bool ts_keys_get(ts_txn *txn, const char *id, ts_arena *arena, ts_key_row *out, ts_error *err);
bool ts_keys_find_hash(ts_txn *txn, const char *key_hash, ts_arena *arena, ts_key_row *out, ts_error *err);
bool ts_keys_find_secret(ts_txn *txn, const char *secret_hash, ts_arena *arena, ts_key_row *out,
                         ts_error *err);
/* Oldest first. */
bool ts_keys_list(ts_txn *txn, ts_arena *arena, const ts_key_row **rows, size_t *count, ts_error *err);

/* Writes. Takes `amount` >= 0, all or nothing: TS_NO_CREDIT when there are fewer. Of an unlimited key: nothing to take,
 * fine. *left (may be NULL): what remains, or TS_CREDITS_UNLIMITED. */
bool ts_keys_spend(ts_txn *txn, const char *id, int64_t amount, int64_t *left, ts_error *err);
/* Writes. Gives back or adds; a negative amount takes away, down to 0. An unlimited key stays so. */
bool ts_keys_credit(ts_txn *txn, const char *id, int64_t amount, int64_t *left, ts_error *err);
/* Writes. Sets it: >= 0 or TS_CREDITS_UNLIMITED. */
bool ts_keys_set_credits(ts_txn *txn, const char *id, int64_t credits, ts_error *err);

typedef struct ts_usage_row {
    const char *key_id;
    int64_t day; /* 00:00 UTC of the day, ms since 1970 */
    int64_t requests, pictures, credits, errors;
} ts_usage_row;

/* Writes. Adds to the day's counts (day: any moment of it) and notes the key as used at that moment. Collect in memory
 * and call for many at once: one row for each key and day. Usage of keys that are gone is kept. */
bool ts_usage_add(ts_txn *txn, const ts_usage_row *rows, size_t count, ts_error *err);
/* From the day of `from` to the last that begins before `to`, ascending, then by key; key_id NULL: all keys. */
bool ts_usage_list(ts_txn *txn, const char *key_id, int64_t from, int64_t to, ts_arena *arena,
                   const ts_usage_row **rows, size_t *count, ts_error *err);

#endif
