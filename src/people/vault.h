/* people: key material, passwords and tokens: made, hashed, sealed, compared. The only room that knows
 * libsodium.
 *
 * A key has three texts. id ("tk_…") names it in public. key ("tsk_…") is the bearer token: stored as a hash.
 * secret ("tss_…") signs: dialects need it back, so it is stored sealed, and a keyed hash of it finds it again.
 * What seals lies in DATA/secret.key (0600), beside the database and never in it: a copy of the database
 * alone holds no usable key.
 * Threads: a vault never changes after it is opened; any number of threads. */
#ifndef TS_PEOPLE_VAULT_H
#define TS_PEOPLE_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_vault ts_vault;

/* given: 64 hexadecimal digits or 44 characters of base64 (the value of TAGSMITH_SECRET_KEY), or NULL for the
 * file DATA/secret.key, which is made at first use. TS_CONFIG: malformed, or readable by others. */
ts_vault *ts_vault_open(const char *data_dir, const char *given, ts_error *err);
void ts_vault_close(ts_vault *vault); /* wipes; NULL is fine */

/* ---- keys ---------------------------------------------------------------------------------------- */

#define TS_KEY_ID 24      /* "tk_" and 16 characters */
#define TS_KEY_TEXT 48    /* "tsk_" or "tss_" and 32 characters (190 bits) */
#define TS_KEY_HASH 65    /* hexadecimal */
#define TS_KEY_SEALED 160 /* base64 */

/* Shown once and wiped with ts_key_wipe. */
typedef struct ts_key {
    char id[TS_KEY_ID];
    char key[TS_KEY_TEXT];
    char secret[TS_KEY_TEXT];
} ts_key;

/* What of it is stored. */
typedef struct ts_key_stored {
    char key_hash[TS_KEY_HASH];
    char secret_hash[TS_KEY_HASH];     /* keyed, for look-up */
    char secret_sealed[TS_KEY_SEALED]; /* bound to the id: does not open under another */
    char key_prefix[12];               /* "tsk_Ab3x", for people to tell keys apart */
} ts_key_stored;

bool ts_key_make(const ts_vault *vault, ts_key *key, ts_key_stored *stored, ts_error *err);
void ts_key_wipe(ts_key *key);

/* What to look for in the catalogue. The strings that a client sent may be anything, of any length. */
void ts_key_hash(const char *key, char hash[TS_KEY_HASH]);
void ts_vault_secret_hash(const ts_vault *vault, const char *secret, char hash[TS_KEY_HASH]);
/* The secret back. TS_CONFIG: sealed under another secret.key, for another id, or damaged. */
bool ts_vault_unseal(const ts_vault *vault, const char *id, const char *sealed, char secret[TS_KEY_TEXT],
                     ts_error *err);
/* Seals any text below 64 bytes for `id`, such as a webhook's secret. */
bool ts_vault_seal(const ts_vault *vault, const char *id, const char *text, char sealed[TS_KEY_SEALED],
                   ts_error *err);
/* Like ts_vault_unseal for such texts; text: room for 64. */
bool ts_vault_unseal_text(const ts_vault *vault, const char *id, const char *sealed, char text[64],
                          ts_error *err);

/* Equal, in a time that depends on the length of `b` alone. */
bool ts_secret_equal(const char *a, const char *b);

/* ---- passwords ----------------------------------------------------------------------------------- */

#define TS_PASSWORD_HASH 128

/* argon2id, 64 MiB, 3 passes: about a tenth of a second and as much memory for each call. TS_USAGE: shorter
 * than 10 characters or longer than 1,000 bytes. */
bool ts_password_hash(const char *password, char hash[TS_PASSWORD_HASH], ts_error *err);
/* hash NULL (no such person) takes as long and says no. */
bool ts_password_matches(const char *password, const char *hash);

/* ---- tokens -------------------------------------------------------------------------------------- */

#define TS_TOKEN_TEXT 48

/* "PREFIX_" and 32 random characters: sessions, invitations. Stored as ts_key_hash of it. prefix: at most 8. */
void ts_token_make(const char *prefix, char token[TS_TOKEN_TEXT]);
/* The token that a page sends along with changes: made from the session's, so nothing is stored. */
void ts_vault_csrf(const ts_vault *vault, const char *session_token, char token[TS_TOKEN_TEXT]);
bool ts_vault_csrf_valid(const ts_vault *vault, const char *session_token, const char *token);

#endif
