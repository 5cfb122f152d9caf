/* net: signatures of webhooks, by the rules of Standard Webhooks. Knows no network and no clock. */
#include "net/sign.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/random.h"

#define PREFIX "whsec_"
#define PREFIX_LENGTH 6
#define SECRET_MIN 16
#define SECRET_MAX 64
#define MAC_TEXT 45 /* 32 bytes in base64, with a NUL */

static bool hmac(const EVP_MD *digest, const void *key, size_t key_length, const void *bytes, size_t length,
                 uint8_t *mac, unsigned size)
{
    unsigned mac_length = 0;
    static const uint8_t nothing = 0;
    if (key_length > 4096) return false;
    if (!bytes) bytes = &nothing;
    return HMAC(digest, key_length ? key : &nothing, (int)key_length, bytes, length, mac, &mac_length) &&
           mac_length == size;
}

bool ts_sign_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length,
                         uint8_t mac[32])
{
    return hmac(EVP_sha256(), key, key_length, bytes, length, mac, 32);
}

bool ts_sign_hmac_sha1(const void *key, size_t key_length, const void *bytes, size_t length, uint8_t mac[20])
{
    return hmac(EVP_sha1(), key, key_length, bytes, length, mac, 20);
}

bool ts_sign_same(const void *a, size_t a_length, const void *b, size_t b_length)
{
    return a_length == b_length && CRYPTO_memcmp(a, b, a_length) == 0;
}

bool ts_sign_digest(bool sha256, const void *bytes, size_t length, uint8_t digest[32])
{
    unsigned size = 0;
    return EVP_Digest(length ? bytes : "", length, digest, &size, sha256 ? EVP_sha256() : EVP_sha1(), NULL) ==
           1;
}

/* Secrets do not stay behind in freed memory. */
static void wipe(ts_buf *buf)
{
    if (buf->data) OPENSSL_cleanse(buf->data, buf->capacity);
    ts_buf_free(buf);
}

static bool wrap_bytes(const void *bytes, size_t length, char text[TS_SIGN_SECRET_TEXT], ts_error *err)
{
    ts_buf out = {0};
    bool ok = ts_buf_puts(&out, PREFIX) && ts_base64_encode(bytes, length, TS_BASE64_STANDARD, &out);
    if (ok) memcpy(text, out.data, out.length + 1);
    wipe(&out);
    return ok || ts_fail_memory(err);
}

bool ts_sign_secret_new(char text[TS_SIGN_SECRET_TEXT], ts_error *err)
{
    uint8_t bytes[32];
    ts_random_bytes(bytes, sizeof(bytes));
    bool ok = wrap_bytes(bytes, sizeof(bytes), text, err);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return ok;
}

bool ts_sign_secret_wrap(const char *secret, char text[TS_SIGN_SECRET_TEXT], ts_error *err)
{
    size_t length = strlen(secret);
    if (length == 0 || length > SECRET_MAX)
        return ts_fail(err, TS_USAGE, "a signing secret has 1 to %d bytes", SECRET_MAX);
    return wrap_bytes(secret, length, text, err);
}

/* The bytes that sign. */
static bool read_secret(const char *text, ts_buf *out, ts_error *err)
{
    size_t length = strlen(text);
    if (strncmp(text, PREFIX, PREFIX_LENGTH) == 0) {
        if (ts_base64_decode(text + PREFIX_LENGTH, length - PREFIX_LENGTH, TS_BASE64_STANDARD, out) &&
            out->length >= SECRET_MIN && out->length <= SECRET_MAX)
            return true;
    } else if (length > 0 && length <= SECRET_MAX && ts_buf_append(out, text, length)) {
        return true;
    }
    (void)ts_fail(err, TS_CONFIG, "a signing secret is malformed");
    return ts_hint(err, "it reads whsec_ and the base64 of %d to %d bytes", SECRET_MIN, SECRET_MAX);
}

/* "ID.TIMESTAMP.BODY" */
static bool write_message(const char *id, const char *timestamp, const void *body, size_t length, ts_buf *out)
{
    return ts_buf_printf(out, "%s.%s.", id, timestamp) && (length == 0 || ts_buf_append(out, body, length));
}

static bool sign_once(const char *secret, const ts_buf *message, char text[MAC_TEXT], ts_error *err)
{
    ts_buf key = {0};
    uint8_t mac[32];
    bool ok = read_secret(secret, &key, err);
    if (ok && !ts_sign_hmac_sha256(key.data, key.length, message->data, message->length, mac))
        ok = ts_fail(err, TS_INTERNAL, "libcrypto computes no HMAC-SHA256");
    if (ok) (void)EVP_EncodeBlock((unsigned char *)text, mac, sizeof(mac));
    wipe(&key);
    return ok;
}

static bool check_request(size_t secret_count, const char *id, ts_error *err)
{
    if (secret_count == 0 || secret_count > TS_SIGN_SECRETS)
        return ts_fail(err, TS_USAGE, "1 to %d secrets sign a message, not %zu", TS_SIGN_SECRETS,
                       secret_count);
    if (id[0] == '\0' || strpbrk(id, ".\r\n \t"))
        return ts_fail(err, TS_USAGE, "the id of a message has no dots or blanks");
    return true;
}

bool ts_sign_webhook(const char *const *secrets, size_t secret_count, const char *id, int64_t timestamp_s,
                     const void *body, size_t length, char header[TS_SIGN_HEADER], ts_error *err)
{
    if (!check_request(secret_count, id, err)) return false;
    ts_buf message = {0};
    char timestamp[24];
    char mac[MAC_TEXT];
    size_t used = 0;
    (void)snprintf(timestamp, sizeof(timestamp), "%" PRId64, timestamp_s);
    bool ok = write_message(id, timestamp, body, length, &message) || ts_fail_memory(err);
    for (size_t i = 0; ok && i < secret_count; i++) {
        ok = sign_once(secrets[i], &message, mac, err);
        if (ok) used += (size_t)snprintf(header + used, TS_SIGN_HEADER - used, "%sv1,%s", i ? " " : "", mac);
    }
    ts_buf_free(&message);
    return ok;
}

/* Is one of the signatures in the header this one? Looks at each, so that time does not tell which. */
static bool header_has(const char *header, const char mac[MAC_TEXT])
{
    bool found = false;
    while (*header) {
        size_t length = strcspn(header, " ");
        if (length == 3 + MAC_TEXT - 1 && strncmp(header, "v1,", 3) == 0)
            found |= CRYPTO_memcmp(header + 3, mac, MAC_TEXT - 1) == 0;
        header += length + (header[length] == ' ');
    }
    return found;
}

static bool is_recent(const char *timestamp, int64_t now_s)
{
    char *end;
    errno = 0;
    if (timestamp[0] < '0' || timestamp[0] > '9') return false;
    long long sent_s = strtoll(timestamp, &end, 10);
    if (errno != 0 || *end != '\0') return false;
    return sent_s <= now_s + TS_SIGN_TOLERANCE_S && sent_s >= now_s - TS_SIGN_TOLERANCE_S;
}

bool ts_sign_verify(const char *const *secrets, size_t secret_count, const ts_signed_message *m,
                    int64_t now_s, ts_error *err)
{
    if (!check_request(secret_count, m->id, err)) return false;
    if (!is_recent(m->timestamp, now_s))
        return ts_fail(err, TS_UNAUTHORIZED, "the message is too old or from the future");
    ts_buf message = {0};
    char mac[MAC_TEXT];
    bool found = false;
    bool ok = write_message(m->id, m->timestamp, m->body, m->length, &message) || ts_fail_memory(err);
    for (size_t i = 0; ok && i < secret_count; i++) {
        ok = sign_once(secrets[i], &message, mac, err);
        if (ok) found |= header_has(m->signature, mac);
    }
    ts_buf_free(&message);
    return ok && (found || ts_fail(err, TS_UNAUTHORIZED, "the signature does not fit the message"));
}
