/* net: signatures of webhooks, as Standard Webhooks wants them:
 *     webhook-id: msg_…          the same for every try of a delivery
 *     webhook-timestamp: 1700000000
 *     webhook-signature: v1,BASE64(HMAC-SHA256(secret, "ID.TIMESTAMP.BODY"))   several, with a blank between
 * Pure functions but for ts_sign_secret_new; any thread. */
#ifndef TS_NET_SIGN_H
#define TS_NET_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define TS_SIGN_SECRET_TEXT 128 /* room for a secret as text, with its NUL */
#define TS_SIGN_SECRETS 4       /* at once, while they are changed */
#define TS_SIGN_HEADER 256      /* room for the value of webhook-signature with that many */
#define TS_SIGN_TOLERANCE_S 300

/* A fresh secret: "whsec_" and 32 random bytes in base64. */
bool ts_sign_secret_new(char text[TS_SIGN_SECRET_TEXT], ts_error *err);
/* Any other secret (a key's "tss_…") in the form that verifiers of Standard Webhooks take: "whsec_" and its
 * base64. TS_USAGE when it is empty or longer than 64 bytes. */
bool ts_sign_secret_wrap(const char *secret, char text[TS_SIGN_SECRET_TEXT], ts_error *err);

/* The value of the header webhook-signature. secrets: "whsec_BASE64" (16 to 64 bytes), or anything else,
 * which is then used as it is, byte for byte (so that a "tss_…" signs as its wrapped form does). The newest
 * first; at most TS_SIGN_SECRETS. id: no dots. TS_USAGE, TS_CONFIG (a malformed secret). */
bool ts_sign_webhook(const char *const *secrets, size_t secret_count, const char *id, int64_t timestamp_s,
                     const void *body, size_t length, char header[TS_SIGN_HEADER], ts_error *err);

typedef struct ts_signed_message {
    const char *id;        /* header webhook-id */
    const char *timestamp; /* header webhook-timestamp, as text */
    const char *signature; /* header webhook-signature, as text */
    const void *body;
    size_t length;
} ts_signed_message;

/* Is it signed by one of the secrets, within TS_SIGN_TOLERANCE_S of now? TS_UNAUTHORIZED when not; compares
 * in constant time. */
bool ts_sign_verify(const char *const *secrets, size_t secret_count, const ts_signed_message *message,
                    int64_t now_s, ts_error *err);

/* For dialects that sign their own way. The plain hash: 20 bytes of SHA-1, or 32 of SHA-256. */
bool ts_sign_digest(bool sha256, const void *bytes, size_t length, uint8_t digest[32]);
/* key_length: at most 4096. */
bool ts_sign_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length,
                         uint8_t mac[32]);
bool ts_sign_hmac_sha1(const void *key, size_t key_length, const void *bytes, size_t length, uint8_t mac[20]);
/* Compares in constant time; lengths are no secret. */
bool ts_sign_same(const void *a, size_t a_length, const void *b, size_t b_length);

#endif
