/* service: signatures of dialects. Knows none of them. */
#include "service/signing.h"

#include <stdio.h>
#include <string.h>

#include "net/sign.h"
#include "people/vault.h"
#include "service/core.h"

bool ts_service_digest(ts_digest kind, const void *bytes, size_t length, char hex[TS_DIGEST_HEX])
{
    uint8_t digest[32];
    size_t size = kind == TS_DIGEST_SHA1 ? 20 : 32;
    if (!ts_sign_digest(kind == TS_DIGEST_SHA256, bytes, length, digest)) return false;
    for (size_t i = 0; i < size; i++) (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return true;
}

bool ts_service_same_text(const char *ours, const char *theirs)
{
    return ts_secret_equal(ours, theirs);
}

void ts_service_link_token(const ts_service *service, const char *text, char token[TS_LINK_TOKEN])
{
    char hash[TS_KEY_HASH], bound[128];
    (void)snprintf(bound, sizeof bound, "link:%.100s", text);
    ts_vault_secret_hash(service->vault, bound, hash);
    memcpy(token, hash, TS_LINK_TOKEN - 1);
    token[TS_LINK_TOKEN - 1] = '\0';
}
