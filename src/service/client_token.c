/* service: proofs shown instead of a key. Knows no requests. */
#include "service/client_token.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/wallclock.h"
#include "catalog/idempotency.h"
#include "net/sign.h"
#include "service/core.h"

/* ---- a signed token ------------------------------------------------------------------------------------- */

static void hex_of(const uint8_t *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * length] = '\0';
}

bool ts_client_token_signed(const ts_client_token *token, const char *secret)
{
    uint8_t mac[20];
    char hex[41];
    ts_buf text = {0};
    bool ok = ts_buf_puts(&text, token->token) && ts_buf_puts(&text, token->expire) &&
              ts_sign_hmac_sha1(secret, strlen(secret), text.data, text.length, mac);
    ts_buf_free(&text);
    if (!ok) return false;
    hex_of(mac, sizeof mac, hex);
    return ts_sign_same(hex, sizeof hex - 1, token->signature, strlen(token->signature));
}

bool ts_client_token_in_time(int64_t expire_s, int64_t now_s, ts_error *err)
{
    if (expire_s <= now_s) return ts_fail(err, TS_USAGE, "this token has expired");
    return expire_s - now_s <= TS_CLIENT_TOKEN_MAX_S ||
           ts_fail(err, TS_USAGE, "the expiry of a token must lie less than an hour ahead");
}

/* ---- JSON Web Tokens ------------------------------------------------------------------------------------ */

static void give_up(void *json)
{
    json_decref(json);
}

static bool no_jwt(ts_error *err)
{
    (void)ts_fail(err, TS_UNAUTHORIZED, "this is no JSON Web Token");
    return false;
}

/* The object in a part, given to the arena. */
static bool parse_part(const char *text, size_t length, ts_arena *arena, const json_t **out, ts_error *err)
{
    ts_buf bytes = {0};
    bool ok = ts_base64_decode(text, length, TS_BASE64_URL, &bytes) && bytes.length > 0;
    json_t *json = ok ? ts_json_parse(bytes.data, bytes.length, "the token", NULL) : NULL;
    ts_buf_free(&bytes);
    *out = json;
    if (json && !ts_arena_defer(arena, give_up, json)) {
        json_decref(json);
        (void)ts_fail_memory(err);
        return false;
    }
    return json_is_object(json) || no_jwt(err);
}

bool ts_jwt_parse(const char *text, ts_arena *arena, ts_jwt *out, ts_error *err)
{
    const json_t *header = NULL;
    const char *first = strchr(text, '.'), *second = first ? strchr(first + 1, '.') : NULL;
    if (!second || strchr(second + 1, '.')) return no_jwt(err);
    if (!parse_part(text, (size_t)(first - text), arena, &header, err) ||
        !parse_part(first + 1, (size_t)(second - first - 1), arena, &out->claims, err))
        return false;
    /* "none" and public-key methods are no proof of knowing the secret. */
    const char *method = ts_json_string_or(header, "alg", "");
    out->key_id = ts_json_string_or(header, "kid", NULL);
    if (strcmp(method, "HS256") != 0)
        (void)ts_fail(err, TS_UNAUTHORIZED, "a token must be signed by HS256, not \"%.20s\"", method);
    else if (!out->key_id)
        (void)ts_fail(err, TS_UNAUTHORIZED, "the token's header names no public key (kid)");
    if (strcmp(method, "HS256") != 0 || !out->key_id) return false;
    out->signature = second + 1;
    out->signed_length = (size_t)(second - text);
    return true;
}

bool ts_jwt_signed(const char *text, const ts_jwt *jwt, const char *secret)
{
    uint8_t mac[32];
    ts_buf wanted = {0};
    bool ok = ts_sign_hmac_sha256(secret, strlen(secret), text, jwt->signed_length, mac) &&
              ts_base64_encode(mac, sizeof mac, TS_BASE64_URL, &wanted) &&
              ts_sign_same(wanted.data, wanted.length, jwt->signature, strlen(jwt->signature));
    ts_buf_free(&wanted);
    return ok;
}

bool ts_secret_mac(const char *secret, const void *bytes, size_t length, uint8_t mac[32])
{
    return ts_sign_hmac_sha256(secret, strlen(secret), bytes, length, mac);
}

/* ---- once ----------------------------------------------------------------------------------------------- */

typedef struct use {
    const char *key_id, *name;
    ts_arena *arena;
} use;

/* Claimed and answered in one: there is nothing to wait for, only to be remembered. A status of 0 would be
 * a claim that runs out, and the token could be used again. */
enum { USED = 200 };

static bool commit_use(ts_txn *txn, void *context, ts_error *err)
{
    const use *u = context;
    ts_idempotent_answer answer;
    bool found = false;
    return ts_idempotency_claim(txn, u->key_id, u->name, "client token", 1000, u->arena, &answer, &found,
                                err) &&
           (!found || ts_fail(err, TS_USAGE, "this token has been used before")) &&
           ts_idempotency_store(txn, u->key_id, u->name, USED, "", err);
}

static bool use_once(ts_service *service, const char *key_id, const char *token, ts_arena *arena,
                     ts_error *err)
{
    use u = {key_id, ts_arena_printf(arena, "token:%s", token), arena};
    if (!u.name) return ts_fail_memory(err);
    if (ts_catalog_write(service->catalog, commit_use, &u, err)) return true;
    if (err && err->code == TS_USAGE)
        return ts_hint(err, "every upload needs a new token, also after one that failed");
    return false;
}

/* ---- together ------------------------------------------------------------------------------------------- */

static void wipe(const char *secret)
{
    if (secret) explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
}

static bool is_number(const char *text, int64_t *out)
{
    size_t length = strlen(text);
    if (length == 0 || length > 12 || strspn(text, "0123456789") != length) return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

bool ts_service_client_token(ts_service *service, const ts_client_token *token, ts_arena *arena,
                             ts_actor *actor, ts_key_row *row, ts_error *err)
{
    const char *secret = NULL;
    int64_t expire = 0;
    size_t length = strlen(token->token);
    if (length == 0 || length > TS_CLIENT_TOKEN_TEXT)
        return ts_fail(err, TS_USAGE, "a token has 1 to %d bytes", TS_CLIENT_TOKEN_TEXT);
    if (!is_number(token->expire, &expire))
        return ts_fail(err, TS_USAGE, "expire must be a time in seconds since 1970");
    if (!ts_service_secret(service, token->key_id, arena, &secret, err)) return false;
    bool ok = ts_client_token_signed(token, secret) ||
              ts_fail(err, TS_UNAUTHORIZED, "the signature does not fit the token, its expiry and the key");
    ok = ok && ts_client_token_in_time(expire, ts_wallclock_ms() / 1000, err) &&
         use_once(service, token->key_id, token->token, arena, err) &&
         ts_service_who_secret(service, token->key_id, secret, arena, actor, row, err);
    wipe(secret);
    return ok;
}

static bool claims_in_time(const json_t *claims, ts_error *err)
{
    const json_t *end = json_object_get(claims, "exp");
    if (!json_is_integer(end)) return ts_fail(err, TS_USAGE, "the token's claims have no expiry (exp)");
    return ts_client_token_in_time(json_integer_value(end), ts_wallclock_ms() / 1000, err);
}

bool ts_service_client_jwt(ts_service *service, const char *jwt, ts_arena *arena, ts_actor *actor,
                           ts_key_row *row, const json_t **claims, ts_error *err)
{
    ts_jwt parts = {0};
    const char *secret = NULL;
    if (!ts_jwt_parse(jwt, arena, &parts, err) ||
        !ts_service_secret(service, parts.key_id, arena, &secret, err))
        return false;
    bool ok = ts_jwt_signed(jwt, &parts, secret) ||
              ts_fail(err, TS_UNAUTHORIZED, "the token is not signed with the secret of its key");
    ok = ok && claims_in_time(parts.claims, err) &&
         use_once(service, parts.key_id, parts.signature, arena, err) &&
         ts_service_who_secret(service, parts.key_id, secret, arena, actor, row, err);
    wipe(secret);
    *claims = parts.claims;
    return ok;
}
