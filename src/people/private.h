/* people: what the room's files share: the vault's keys, and texts of random characters. */
#ifndef TS_PEOPLE_PRIVATE_H
#define TS_PEOPLE_PRIVATE_H

#include "people/vault.h"

#define TS_VAULT_KEY 32

/* Each purpose has a key of its own, derived from the one in the file. */
struct ts_vault {
    uint8_t seal[TS_VAULT_KEY];
    uint8_t look_up[TS_VAULT_KEY];
    uint8_t csrf[TS_VAULT_KEY];
};

/* `count` characters of 0-9A-Za-z, each as likely as the others, and a NUL. */
void ts_random_text(char *to, size_t count);
/* A keyed hash (BLAKE2b, 32 bytes) of a text, in hexadecimal. */
void ts_keyed_hash(const uint8_t key[TS_VAULT_KEY], const char *text, char hash[TS_KEY_HASH]);

/* The 32 bytes of DATA/secret.key, which is made where it is not there. */
bool ts_secret_file_read(const char *data_dir, uint8_t master[TS_VAULT_KEY], ts_error *err);
/* 64 hexadecimal digits or 44 characters of base64, blanks round them allowed. */
bool ts_secret_text_read(const char *text, uint8_t master[TS_VAULT_KEY]);

#endif
