/* service: a key known by what its secret signs alone. Knows no requests. */
#include <string.h>

#include "base/buf.h"
#include "service/core.h"
#include "service/keys.h"
#include "service/signing.h"

enum { keys_max = 1000 };

/* Does this key's secret make the signature? */
static bool signs(ts_service *service, const ts_key_row *key, const char *text, const char *signature,
                  ts_arena *arena)
{
    char hex[TS_DIGEST_HEX];
    ts_buf whole = {0};
    const char *secret = NULL;
    if (!ts_service_secret(service, key->id, arena, &secret, NULL)) return false;
    bool good = ts_buf_puts(&whole, text) && ts_buf_puts(&whole, secret) &&
                ts_service_digest(TS_DIGEST_SHA256, whole.data, whole.length, hex) &&
                ts_service_same_text(hex, signature);
    if (whole.data) explicit_bzero(whole.data, whole.length);
    explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
    ts_buf_free(&whole);
    return good;
}

bool ts_service_who_digest(ts_service *service, const char *text, const char *signature, ts_arena *arena,
                           ts_actor *actor, ts_key_row *row, ts_error *err)
{
    size_t count = 0;
    const ts_key_row *keys = NULL;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_keys_list(txn, arena, &keys, &count, err);
    ts_catalog_read_end(txn);
    for (size_t i = 0; ok && i < count && i < keys_max; i++)
        if (signs(service, &keys[i], text, signature, arena))
            return ts_service_who_id(service, keys[i].id, arena, actor, row, err);
    return ok && ts_fail(err, TS_UNAUTHORIZED, "Invalid signature in the address");
}
