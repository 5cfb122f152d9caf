/* service: the origins that keys allow. Knows no requests. */
#include "service/origins.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/keys.h"

struct ts_origins {
    ts_catalog *catalog;
    pthread_mutex_t refreshing; /* what was read later is not replaced by what was read before */
    pthread_rwlock_t lock;
    json_t *by_key; /* {"tk_…": ["https://example.org"]} of keys that are good */
};

static json_t *read_all(ts_txn *txn, ts_arena *arena, ts_error *err)
{
    const ts_key_row *rows = NULL;
    size_t count = 0;
    if (!ts_keys_list(txn, arena, &rows, &count, err)) return NULL;
    json_t *by_key = json_object();
    for (size_t i = 0; by_key && i < count; i++) {
        json_t *list = rows[i].origins && !rows[i].revoked ? json_loads(rows[i].origins, 0, NULL) : NULL;
        if (list) (void)json_object_set_new(by_key, rows[i].id, list);
    }
    if (!by_key) (void)ts_fail_memory(err);
    return by_key;
}

static bool refresh(ts_origins *origins, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(origins->catalog, err) : NULL;
    json_t *fresh = txn ? read_all(txn, arena, err) : NULL;
    ts_catalog_read_end(txn);
    ts_arena_free(arena);
    if (!fresh) return false;
    (void)pthread_rwlock_wrlock(&origins->lock);
    json_t *old = origins->by_key;
    origins->by_key = fresh;
    (void)pthread_rwlock_unlock(&origins->lock);
    json_decref(old);
    return true;
}

bool ts_origins_refresh(ts_origins *origins, ts_error *err)
{
    (void)pthread_mutex_lock(&origins->refreshing);
    bool ok = refresh(origins, err);
    (void)pthread_mutex_unlock(&origins->refreshing);
    return ok;
}

ts_origins *ts_origins_new(ts_catalog *catalog, ts_error *err)
{
    ts_origins *origins = calloc(1, sizeof *origins);
    if (!origins) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    origins->catalog = catalog;
    (void)pthread_mutex_init(&origins->refreshing, NULL);
    (void)pthread_rwlock_init(&origins->lock, NULL);
    if (ts_origins_refresh(origins, err)) return origins;
    ts_origins_free(origins);
    return NULL;
}

void ts_origins_free(ts_origins *origins)
{
    if (!origins) return;
    json_decref(origins->by_key);
    (void)pthread_rwlock_destroy(&origins->lock);
    (void)pthread_mutex_destroy(&origins->refreshing);
    free(origins);
}

static bool lists(const json_t *list, const char *origin)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *allowed = json_string_value(json_array_get(list, i));
        if (allowed && (strcmp(allowed, origin) == 0 || strcmp(allowed, "*") == 0)) return true;
    }
    return false;
}

bool ts_origins_allow(ts_origins *origins, const char *origin, const char *key_id)
{
    const char *key;
    json_t *list;
    bool allowed = false;
    (void)pthread_rwlock_rdlock(&origins->lock);
    if (key_id) {
        allowed = lists(json_object_get(origins->by_key, key_id), origin);
    } else {
        json_object_foreach (origins->by_key, key, list) allowed = allowed || lists(list, origin);
    }
    (void)pthread_rwlock_unlock(&origins->lock);
    return allowed;
}
