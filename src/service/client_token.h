/* service: proofs that a browser shows instead of a key: made by its own server with the key's secret, good
 * for a short time and for one request. That one was used is kept in the catalogue, so that a restart does
 * not forget it. */
#ifndef TS_SERVICE_CLIENT_TOKEN_H
#define TS_SERVICE_CLIENT_TOKEN_H

#include <jansson.h>

#include "service/keys.h"

#define TS_CLIENT_TOKEN_MAX_S 3600 /* how far ahead an end may lie */
#define TS_CLIENT_TOKEN_TEXT 200   /* bytes of a token, at most */

/* A token, its end and a signature over both: hex(HMAC-SHA1(secret, token expire)). */
typedef struct ts_client_token {
    const char *key_id, *token;
    const char *expire; /* seconds since 1970, as text: the signed bytes */
    const char *signature;
} ts_client_token;

/* TS_UNAUTHORIZED (unknown key, wrong signature), TS_USAGE (an end that has passed or lies too far ahead;
 * used before). From then on the token is used. */
bool ts_service_client_token(ts_service *service, const ts_client_token *token, ts_arena *arena,
                             ts_actor *actor, ts_key_row *row, ts_error *err);

/* A JSON Web Token (HS256) whose header names the key ("kid") and whose claims are the request:
 * {"fileName", …, "iat", "exp"}. claims: borrowed from the arena. Errors as above. */
bool ts_service_client_jwt(ts_service *service, const char *jwt, ts_arena *arena, ts_actor *actor,
                           ts_key_row *row, const json_t **claims, ts_error *err);

/* ---- without the catalogue, for the above and for tests ------------------------------------------------- */

/* Signed with this secret? */
bool ts_client_token_signed(const ts_client_token *token, const char *secret);
/* May a proof that ends then still be used? */
bool ts_client_token_in_time(int64_t expire_s, int64_t now_s, ts_error *err);
/* The parts of a JWT; key_id, claims and the signature's text live in the arena. TS_UNAUTHORIZED when it is
 * none. */
typedef struct ts_jwt {
    const char *key_id, *signature;
    const json_t *claims;
    size_t signed_length; /* of the text: header and claims */
} ts_jwt;
bool ts_jwt_parse(const char *text, ts_arena *arena, ts_jwt *out, ts_error *err);
bool ts_jwt_signed(const char *text, const ts_jwt *jwt, const char *secret);

/* HMAC-SHA256 with a secret's own bytes, for dialects that sign their own way. */
bool ts_secret_mac(const char *secret, const void *bytes, size_t length, uint8_t mac[32]);

#endif
