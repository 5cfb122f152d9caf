/* people: passwords and tokens. Knows no person and no session. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "people/private.h"

#define PASSES 3ULL
#define MEMORY ((size_t)64 << 20)
#define PASSWORD_MIN 10 /* characters */
#define PASSWORD_MAX 1000

_Static_assert(TS_PASSWORD_HASH >= crypto_pwhash_STRBYTES, "a password's hash must fit");

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

bool ts_password_hash(const char *password, char hash[TS_PASSWORD_HASH], ts_error *err)
{
    size_t length = strlen(password);
    if (count_characters(password) < PASSWORD_MIN || length > PASSWORD_MAX)
        return ts_fail(err, TS_USAGE, "a password has %d characters or more, up to %d bytes", PASSWORD_MIN,
                       PASSWORD_MAX);
    if (sodium_init() < 0) return ts_fail(err, TS_INTERNAL, "libsodium does not start");
    if (crypto_pwhash_str_alg(hash, password, length, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0)
        return true;
    return ts_fail_memory(err);
}

bool ts_password_matches(const char *password, const char *hash)
{
    /* Nobody's: so that it takes as long to say no to a name that is not known. */
    static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    bool known = hash && hash[0] != '\0';
    size_t length = strlen(password);
    if (length > PASSWORD_MAX || sodium_init() < 0) return false;
    bool ok = crypto_pwhash_str_verify(known ? hash : nobody, password, length) == 0;
    return ok && known;
}

void ts_token_make(const char *prefix, char token[TS_TOKEN_TEXT])
{
    char random[33];
    ts_random_text(random, 32);
    (void)snprintf(token, TS_TOKEN_TEXT, "%.8s_%s", prefix, random);
    sodium_memzero(random, sizeof(random));
}

void ts_vault_csrf(const ts_vault *vault, const char *session_token, char token[TS_TOKEN_TEXT])
{
    uint8_t bytes[32];
    (void)crypto_generichash(bytes, sizeof(bytes), (const uint8_t *)session_token, strlen(session_token),
                             vault->csrf, TS_VAULT_KEY);
    (void)sodium_bin2base64(token, TS_TOKEN_TEXT, bytes, sizeof(bytes),
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool ts_vault_csrf_valid(const ts_vault *vault, const char *session_token, const char *token)
{
    char expected[TS_TOKEN_TEXT];
    ts_vault_csrf(vault, session_token, expected);
    return ts_secret_equal(token, expected);
}
