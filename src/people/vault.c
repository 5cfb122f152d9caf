/* people: the vault: keys made, hashed, sealed and found again. Knows no row and no request. */
#include "people/vault.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people/private.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define TEXT_MAX 63
#define SEALED_PREFIX "1." /* how it is sealed, should that ever change */

/* ---- life ---------------------------------------------------------------------------------------- */

static void derive(ts_vault *vault, const uint8_t master[TS_VAULT_KEY])
{
    static const char context[crypto_kdf_CONTEXTBYTES] = {'t', 'a', 'g', 's', 'm', 'i', 't', 'h'};
    (void)crypto_kdf_derive_from_key(vault->seal, TS_VAULT_KEY, 1, context, master);
    (void)crypto_kdf_derive_from_key(vault->look_up, TS_VAULT_KEY, 2, context, master);
    (void)crypto_kdf_derive_from_key(vault->csrf, TS_VAULT_KEY, 3, context, master);
}

static bool read_master(const char *data_dir, const char *given, uint8_t master[TS_VAULT_KEY], ts_error *err)
{
    if (!given) return ts_secret_file_read(data_dir, master, err);
    if (ts_secret_text_read(given, master)) return true;
    (void)ts_fail(err, TS_CONFIG, "the secret key that was given is malformed");
    return ts_hint(err, "TAGSMITH_SECRET_KEY is 64 hexadecimal digits, as in the file secret.key");
}

ts_vault *ts_vault_open(const char *data_dir, const char *given, ts_error *err)
{
    uint8_t master[TS_VAULT_KEY];
    if (sodium_init() < 0) {
        (void)ts_fail(err, TS_INTERNAL, "libsodium does not start");
        return NULL;
    }
    ts_vault *vault = calloc(1, sizeof(*vault));
    if (!vault) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    bool ok = read_master(data_dir, given, master, err);
    if (ok) derive(vault, master);
    sodium_memzero(master, sizeof(master));
    if (ok) return vault;
    ts_vault_close(vault);
    return NULL;
}

void ts_vault_close(ts_vault *vault)
{
    if (!vault) return;
    sodium_memzero(vault, sizeof(*vault));
    free(vault);
}

/* ---- hashing and comparing ----------------------------------------------------------------------- */

void ts_random_text(char *to, size_t count)
{
    static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (size_t i = 0; i < count; i++) to[i] = characters[randombytes_uniform(62)];
    to[count] = '\0';
}

void ts_keyed_hash(const uint8_t key[TS_VAULT_KEY], const char *text, char hash[TS_KEY_HASH])
{
    uint8_t bytes[32];
    (void)crypto_generichash(bytes, sizeof(bytes), (const uint8_t *)text, strlen(text), key, TS_VAULT_KEY);
    (void)sodium_bin2hex(hash, TS_KEY_HASH, bytes, sizeof(bytes));
}

void ts_key_hash(const char *key, char hash[TS_KEY_HASH])
{
    uint8_t bytes[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(bytes, (const uint8_t *)key, strlen(key));
    (void)sodium_bin2hex(hash, TS_KEY_HASH, bytes, sizeof(bytes));
}

void ts_vault_secret_hash(const ts_vault *vault, const char *secret, char hash[TS_KEY_HASH])
{
    ts_keyed_hash(vault->look_up, secret, hash);
}

bool ts_secret_equal(const char *a, const char *b)
{
    size_t a_length = strlen(a);
    size_t b_length = strlen(b);
    volatile uint8_t differs = a_length != b_length;
    for (size_t i = 0; i < b_length; i++)
        differs = (uint8_t)(differs | (a[i < a_length ? i : a_length] ^ b[i]));
    return differs == 0;
}

/* ---- sealing ------------------------------------------------------------------------------------- */

bool ts_vault_seal(const ts_vault *vault, const char *id, const char *text, char sealed[TS_KEY_SEALED],
                   ts_error *err)
{
    uint8_t box[NONCE + TEXT_MAX + TAG];
    unsigned long long length = 0;
    size_t text_length = strlen(text);
    if (text_length > TEXT_MAX)
        return ts_fail(err, TS_USAGE, "a secret to be kept has more than %d bytes", TEXT_MAX);
    randombytes_buf(box, NONCE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE, &length, (const uint8_t *)text, text_length,
                                                     (const uint8_t *)id, strlen(id), NULL, box, vault->seal);
    sealed[0] = SEALED_PREFIX[0];
    sealed[1] = SEALED_PREFIX[1];
    (void)sodium_bin2base64(sealed + 2, TS_KEY_SEALED - 2, box, NONCE + (size_t)length,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return true;
}

static bool open_box(const ts_vault *vault, const char *id, const char *sealed, char text[TEXT_MAX + 1])
{
    uint8_t box[NONCE + TEXT_MAX + TAG];
    size_t length = 0;
    unsigned long long text_length = 0;
    const char *end = NULL;
    if (strncmp(sealed, SEALED_PREFIX, 2) != 0) return false;
    sealed += 2;
    if (sodium_base642bin(box, sizeof(box), sealed, strlen(sealed), NULL, &length, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    if (*end != '\0' || length < NONCE + TAG) return false;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)text, &text_length, NULL, box + NONCE,
                                                   length - NONCE, (const uint8_t *)id, strlen(id), box,
                                                   vault->seal) != 0)
        return false;
    text[text_length] = '\0';
    return true;
}

bool ts_vault_unseal_text(const ts_vault *vault, const char *id, const char *sealed, char text[TEXT_MAX + 1],
                          ts_error *err)
{
    text[0] = '\0';
    if (open_box(vault, id, sealed, text)) return true;
    (void)ts_fail(err, TS_CONFIG, "the stored secret of %.30s does not open", id);
    return ts_hint(err, "it was sealed with another secret.key: restore that file from the backup");
}

bool ts_vault_unseal(const ts_vault *vault, const char *id, const char *sealed, char secret[TS_KEY_TEXT],
                     ts_error *err)
{
    char text[TEXT_MAX + 1];
    bool ok = ts_vault_unseal_text(vault, id, sealed, text, err);
    if (ok && strlen(text) >= TS_KEY_TEXT)
        ok = ts_fail(err, TS_CONFIG, "the stored secret of %.30s is no key's", id);
    if (ok) memcpy(secret, text, strlen(text) + 1);
    sodium_memzero(text, sizeof(text));
    return ok;
}

/* ---- keys ---------------------------------------------------------------------------------------- */

bool ts_key_make(const ts_vault *vault, ts_key *key, ts_key_stored *stored, ts_error *err)
{
    memcpy(key->id, "tk_", 4);
    ts_random_text(key->id + 3, 16);
    memcpy(key->key, "tsk_", 5);
    ts_random_text(key->key + 4, 32);
    memcpy(key->secret, "tss_", 5);
    ts_random_text(key->secret + 4, 32);
    ts_key_hash(key->key, stored->key_hash);
    ts_vault_secret_hash(vault, key->secret, stored->secret_hash);
    (void)snprintf(stored->key_prefix, sizeof(stored->key_prefix), "%.8s", key->key);
    return ts_vault_seal(vault, key->id, key->secret, stored->secret_sealed, err);
}

void ts_key_wipe(ts_key *key)
{
    sodium_memzero(key, sizeof(*key));
}
