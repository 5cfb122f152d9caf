/* net: signatures of webhooks, by the rules of Standard Webhooks. Knows no network and no clock. */
#include "net/sign.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define PREFIX "whsec_"
#define PREFIX_LENGTH 6
#define SECRET_MIN 16
#define SECRET_MAX 64
#define MAC_TEXT 45 /* 32 bytes in base64, with a NUL */

typedef struct secret_bytes {
    uint8_t bytes[SECRET_MAX + 3];
    size_t length;
} secret_bytes;

void ts_sign_base64(const void *bytes, size_t length, char *text)
{
    /* EVP counts in int: by pieces that are whole triples. */
    const size_t piece = 3 * 1024;
    const uint8_t *from = bytes;
    text[0] = '\0';
    while (length > 0) {
        size_t n = length < piece ? length : piece;
        text += EVP_EncodeBlock((unsigned char *)text, from, (int)n);
        from += n;
        length -= n;
    }
}

bool ts_sign_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length,
                         uint8_t mac[32])
{
    unsigned mac_length = 0;
    static const uint8_t nothing = 0;
    if (key_length > 4096) return false;
    if (!bytes) bytes = &nothing;
    return HMAC(EVP_sha256(), key_length ? key : &nothing, (int)key_length, bytes, length, mac,
                &mac_length) &&
           mac_length == 32;
}

static void wrap_bytes(const void *bytes, size_t length, char text[TS_SIGN_SECRET_TEXT])
{
    memcpy(text, PREFIX, PREFIX_LENGTH + 1);
    ts_sign_base64(bytes, length, text + PREFIX_LENGTH);
}

bool ts_sign_secret_new(char text[TS_SIGN_SECRET_TEXT], ts_error *err)
{
    uint8_t bytes[32];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return ts_fail(err, TS_INTERNAL, "no random numbers to be had");
    wrap_bytes(bytes, sizeof(bytes), text);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return true;
}

bool ts_sign_secret_wrap(const char *secret, char text[TS_SIGN_SECRET_TEXT], ts_error *err)
{
    size_t length = strlen(secret);
    if (length == 0 || length > SECRET_MAX)
        return ts_fail(err, TS_USAGE, "a signing secret has 1 to %d bytes", SECRET_MAX);
    wrap_bytes(secret, length, text);
    return true;
}

/* Strict base64: whole groups, padding only at the end. */
static bool decode_base64(const char *text, secret_bytes *out)
{
    size_t length = strlen(text);
    size_t padding = length - strcspn(text, "=");
    if (length == 0 || length % 4 != 0 || padding > 2 || length / 4 * 3 > sizeof(out->bytes)) return false;
    if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") + padding != length)
        return false;
    if (strspn(text + length - padding, "=") != padding) return false;
    int decoded = EVP_DecodeBlock(out->bytes, (const unsigned char *)text, (int)length);
    if (decoded < 0) return false;
    out->length = (size_t)decoded - padding;
    return true;
}

static bool read_secret(const char *text, secret_bytes *out, ts_error *err)
{
    size_t length = strlen(text);
    if (strncmp(text, PREFIX, PREFIX_LENGTH) == 0) {
        if (decode_base64(text + PREFIX_LENGTH, out) && out->length >= SECRET_MIN &&
            out->length <= SECRET_MAX)
            return true;
    } else if (length > 0 && length <= SECRET_MAX) {
        memcpy(out->bytes, text, length);
        out->length = length;
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
    secret_bytes key = {.length = 0};
    uint8_t mac[32];
    bool ok = read_secret(secret, &key, err);
    if (ok && !ts_sign_hmac_sha256(key.bytes, key.length, message->data, message->length, mac))
        ok = ts_fail(err, TS_INTERNAL, "libcrypto computes no HMAC-SHA256");
    if (ok) ts_sign_base64(mac, sizeof(mac), text);
    OPENSSL_cleanse(&key, sizeof(key));
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
