/* Tests of the vault: keys that differ, secrets that come back under their own id and key file alone, a key file that is
 * made once however many start at the same time, passwords and tokens. */
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "people/vault.h"
#include "tests/support/support.h"

#define GIVEN "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
/* GIVEN, in base64 */
#define GIVEN64 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static ts_vault *given(const char *text)
{
    ts_error err;
    ts_vault *vault;
    assert_works(vault = ts_vault_open(NULL, text, &err), err);
    return vault;
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static void check_text(const char *text, const char *prefix, size_t length)
{
    assert_int_equal(strncmp(text, prefix, strlen(prefix)), 0);
    assert_int_equal(strlen(text), strlen(prefix) + length);
    assert_int_equal(
        strspn(text + strlen(prefix), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        length);
}

static void test_keys(void **state)
{
    (void)state;
    ts_error err;
    ts_key key;
    ts_key other;
    ts_key_stored stored;
    char hash[TS_KEY_HASH];
    char secret[TS_KEY_TEXT];
    ts_vault *vault = given(GIVEN);
    assert_works(ts_key_make(vault, &other, &stored, &err), err);
    assert_works(ts_key_make(vault, &key, &stored, &err), err);
    check_text(key.id, "tk_", 16);
    check_text(key.key, "tsk_", 32);
    check_text(key.secret, "tss_", 32);
    assert_string_not_equal(key.id, other.id);
    assert_string_not_equal(key.key, other.key);
    assert_string_not_equal(key.secret, other.secret);
    assert_string_not_equal(key.key + 4, key.secret + 4);

    ts_key_hash(key.key, hash);
    assert_string_equal(hash, stored.key_hash);
    ts_vault_secret_hash(vault, key.secret, hash);
    assert_string_equal(hash, stored.secret_hash);
    assert_int_equal(strlen(hash), 64);
    assert_memory_equal(stored.key_prefix, key.key, 8);
    assert_int_equal(strlen(stored.key_prefix), 8);
    assert_works(ts_vault_unseal(vault, key.id, stored.secret_sealed, secret, &err), err);
    assert_string_equal(secret, key.secret);
    /* nothing of it shows in what is stored */
    assert_null(strstr(stored.secret_sealed, key.secret + 4));
    ts_key_hash(key.secret, hash);
    assert_string_not_equal(hash, stored.secret_hash);
    ts_key_wipe(&key);
    for (size_t i = 0; i < sizeof(key); i++) assert_int_equal(((const char *)&key)[i], 0);
    ts_vault_close(vault);
    ts_vault_close(NULL);
}

static void test_hash_is_sha256(void **state)
{
    (void)state;
    char hash[TS_KEY_HASH];
    ts_key_hash("abc", hash);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Every character of 62 turns up about as often: 32,000 characters, chi-square with 61 degrees of freedom. */
static void test_characters_are_even(void **state)
{
    (void)state;
    unsigned counts[128] = {0};
    char token[TS_TOKEN_TEXT];
    for (unsigned i = 0; i < 1000; i++) {
        ts_token_make("x", token);
        for (const char *p = token + 2; *p; p++) counts[(unsigned char)*p]++;
    }
    double chi = 0;
    for (unsigned c = 0; c < 128; c++) {
        bool used = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!used) assert_int_equal(counts[c], 0);
        else chi += pow(counts[c] - 32000.0 / 62, 2) / (32000.0 / 62);
    }
    assert_true(chi < 140); /* p < 10^-7 */
}

static void test_sealing(void **state)
{
    (void)state;
    ts_error err;
    char sealed[TS_KEY_SEALED];
    char again[TS_KEY_SEALED];
    char text[64];
    ts_vault *vault = given(GIVEN);
    ts_vault *other = given(OTHER);
    assert_works(ts_vault_seal(vault, "tk_1", "whsec_abc", sealed, &err), err);
    assert_works(ts_vault_seal(vault, "tk_1", "whsec_abc", again, &err), err);
    assert_string_not_equal(sealed, again);
    assert_works(ts_vault_unseal_text(vault, "tk_1", sealed, text, &err), err);
    assert_string_equal(text, "whsec_abc");
    assert_fails(ts_vault_unseal_text(vault, "tk_2", sealed, text, &err), err, TS_CONFIG);
    assert_string_equal(text, "");
    assert_fails(ts_vault_unseal_text(other, "tk_1", sealed, text, &err), err, TS_CONFIG);
    for (size_t i = 0; i < strlen(sealed); i++) {
        memcpy(again, sealed, sizeof(again));
        again[i] = again[i] == 'A' ? 'B' : 'A';
        assert_fails(ts_vault_unseal_text(vault, "tk_1", again, text, &err), err, TS_CONFIG);
        again[i] = '\0';
        assert_fails(ts_vault_unseal_text(vault, "tk_1", again, text, &err), err, TS_CONFIG);
    }
    static const char *const bad[] = {"", "1.", "1.!!!!", "2.AAAA", "1.AAAA", "x"};
    for (size_t i = 0; i < 6; i++)
        assert_fails(ts_vault_unseal_text(vault, "tk_1", bad[i], text, &err), err, TS_CONFIG);
    char long_one[66];
    memset(long_one, 'a', 65);
    long_one[64] = '\0';
    assert_fails(ts_vault_seal(vault, "tk_1", long_one, sealed, &err), err, TS_USAGE);
    long_one[63] = '\0';
    assert_works(ts_vault_seal(vault, "tk_1", long_one, sealed, &err), err);
    assert_works(ts_vault_unseal_text(vault, "tk_1", sealed, text, &err), err);
    assert_string_equal(text, long_one);
    char secret[TS_KEY_TEXT];
    assert_fails(ts_vault_unseal(vault, "tk_1", sealed, secret, &err), err,
                 TS_CONFIG); /* too long for a key's */
    assert_works(ts_vault_seal(vault, "tk_1", "", sealed, &err), err);
    assert_works(ts_vault_unseal_text(vault, "tk_1", sealed, text, &err), err);
    ts_vault_close(vault);
    ts_vault_close(other);
}

static void test_comparing(void **state)
{
    (void)state;
    assert_true(ts_secret_equal("", ""));
    assert_true(ts_secret_equal("abc", "abc"));
    assert_false(ts_secret_equal("abc", "abd"));
    assert_false(ts_secret_equal("xbc", "abc"));
    assert_false(ts_secret_equal("abc", "ab"));
    assert_false(ts_secret_equal("ab", "abc"));
    assert_false(ts_secret_equal("", "abc"));
    assert_false(ts_secret_equal("abc", ""));
}

/* ---- the key file -------------------------------------------------------------------------------- */

static void test_file_is_made_once(void **state)
{
    (void)state;
    ts_error err;
    ts_key key;
    ts_key_stored stored;
    char secret[TS_KEY_TEXT];
    char *folder = ts_test_folder();
    ts_vault *vault;
    assert_works(vault = ts_vault_open(folder, NULL, &err), err);
    assert_works(ts_key_make(vault, &key, &stored, &err), err);
    ts_vault_close(vault);
    assert_works(vault = ts_vault_open(folder, NULL, &err), err);
    assert_works(ts_vault_unseal(vault, key.id, stored.secret_sealed, secret, &err), err);
    assert_string_equal(secret, key.secret);
    ts_vault_close(vault);

    struct stat st;
    char *path = ts_test_path(folder, "secret.key");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, 65);
    assert_int_equal(st.st_nlink, 1);
    /* what is in the file can be given, too */
    char *text = ts_test_read(path, NULL);
    vault = given(text);
    assert_works(ts_vault_unseal(vault, key.id, stored.secret_sealed, secret, &err), err);
    ts_vault_close(vault);
    free(text);
    free(path);
    ts_test_folder_end(folder);
}

static void test_bad_files(void **state)
{
    (void)state;
    ts_error err;
    char *folder = ts_test_folder();
    char *path = ts_test_path(folder, "secret.key");
    static const char *const bad[] = {"",
                                      "\n",
                                      "short",
                                      GIVEN "00",
                                      "g" GIVEN,
                                      GIVEN " x",
                                      "g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"};
    for (size_t i = 0; i < 7; i++) {
        free(ts_test_file(folder, "secret.key", bad[i], strlen(bad[i])));
        assert_int_equal(chmod(path, 0600), 0);
        assert_fails(ts_vault_open(folder, NULL, &err), err, TS_CONFIG);
        assert_true(err.hint[0]);
        if (bad[i][0]) assert_fails(ts_vault_open(NULL, bad[i], &err), err, TS_CONFIG);
    }
    free(ts_test_file(folder, "secret.key", GIVEN "\n", 65));
    static const mode_t open_modes[] = {0640, 0604, 0620, 0601};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(chmod(path, open_modes[i]), 0);
        assert_fails(ts_vault_open(folder, NULL, &err), err, TS_CONFIG);
    }
    assert_int_equal(chmod(path, 0400), 0);
    ts_vault *vault;
    assert_works(vault = ts_vault_open(folder, NULL, &err), err);
    ts_vault_close(vault);
    /* neither a link nor a pipe */
    char *elsewhere = ts_test_path(folder, "elsewhere");
    assert_int_equal(rename(path, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, path), 0);
    assert_fails(ts_vault_open(folder, NULL, &err), err, TS_IO);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_fails(ts_vault_open(folder, NULL, &err), err, TS_CONFIG);
    assert_fails(ts_vault_open("/proc/nowhere", NULL, &err), err, TS_NOT_FOUND);
    free(elsewhere);
    free(path);
    ts_test_folder_end(folder);
}

static void *open_and_seal(void *folder)
{
    ts_vault *vault = ts_vault_open(folder, NULL, NULL);
    char *sealed = malloc(TS_KEY_SEALED);
    if (!vault || !ts_vault_seal(vault, "x", "text", sealed, NULL)) abort();
    ts_vault_close(vault);
    return sealed;
}

static void test_many_open_at_once(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    pthread_t threads[8];
    char text[64];
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, open_and_seal, folder), 0);
    ts_vault *vault = ts_vault_open(folder, NULL, NULL);
    for (unsigned i = 0; i < 8; i++) {
        void *sealed;
        pthread_join(threads[i], &sealed);
        assert_true(ts_vault_unseal_text(vault, "x", sealed, text, NULL));
        free(sealed);
    }
    ts_vault_close(vault);
    ts_test_folder_end(folder);
}

static void test_given_texts(void **state)
{
    (void)state;
    ts_error err;
    char sealed[TS_KEY_SEALED];
    char text[64];
    ts_vault *hex = given("  " GIVEN "\n");
    ts_vault *base64 = given(GIVEN64);
    assert_works(ts_vault_seal(hex, "x", "text", sealed, &err), err);
    assert_works(ts_vault_unseal_text(base64, "x", sealed, text, &err), err);
    ts_vault_close(hex);
    ts_vault_close(base64);
    assert_fails(ts_vault_open(NULL, "", &err), err, TS_CONFIG);
    assert_fails(ts_vault_open(NULL, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh!=", &err), err, TS_CONFIG);
}

/* ---- passwords and tokens ------------------------------------------------------------------------ */

static void test_passwords(void **state)
{
    (void)state;
    ts_error err;
    char hash[TS_PASSWORD_HASH];
    char again[TS_PASSWORD_HASH];
    char long_one[1002];
    assert_works(ts_password_hash("correct horse", hash, &err), err);
    assert_works(ts_password_hash("correct horse", again, &err), err);
    assert_string_not_equal(hash, again);
    assert_int_equal(strncmp(hash, "$argon2id$v=19$m=65536,t=3,p=1$", 31), 0);
    assert_true(ts_password_matches("correct horse", hash));
    assert_false(ts_password_matches("correct horsf", hash));
    assert_false(ts_password_matches("", hash));
    assert_false(ts_password_matches("correct horse", "nonsense"));
    memset(long_one, 'a', 1001);
    long_one[1001] = '\0';
    assert_fails(ts_password_hash(long_one, hash, &err), err, TS_USAGE);
    assert_false(ts_password_matches(long_one, hash));
    assert_fails(ts_password_hash("short", hash, &err), err, TS_USAGE);
    assert_fails(ts_password_hash("äöüäöüäöü", hash, &err), err, TS_USAGE); /* 18 bytes, 9 characters */
    assert_works(ts_password_hash("äöüäöüäöüß", hash, &err), err);
}

/* An unknown name takes about as long as a wrong password. */
static void test_nobody_takes_as_long(void **state)
{
    (void)state;
    char hash[TS_PASSWORD_HASH];
    assert_true(ts_password_hash("correct horse", hash, NULL));
    double start = ts_clock_ms();
    assert_false(ts_password_matches("wrong password", hash));
    double wrong = ts_clock_ms() - start;
    start = ts_clock_ms();
    assert_false(ts_password_matches("wrong password", NULL));
    assert_false(ts_password_matches("wrong password", ""));
    double nobody = (ts_clock_ms() - start) / 2;
    assert_true(nobody > wrong / 4 && nobody < wrong * 4);
    assert_true(wrong > 10);
}

static void test_tokens(void **state)
{
    (void)state;
    char a[TS_TOKEN_TEXT];
    char b[TS_TOKEN_TEXT];
    char csrf[TS_TOKEN_TEXT];
    ts_vault *vault = given(GIVEN);
    ts_vault *other = given(OTHER);
    ts_token_make("ts", a);
    ts_token_make("ts", b);
    check_text(a, "ts_", 32);
    assert_string_not_equal(a, b);
    ts_token_make("longer than eight", b);
    check_text(b, "longer t_", 32);
    ts_vault_csrf(vault, a, csrf);
    assert_int_equal(strlen(csrf), 43);
    assert_true(ts_vault_csrf_valid(vault, a, csrf));
    assert_false(ts_vault_csrf_valid(vault, b, csrf));
    assert_false(ts_vault_csrf_valid(other, a, csrf));
    assert_false(ts_vault_csrf_valid(vault, a, ""));
    csrf[42] ^= 1;
    assert_false(ts_vault_csrf_valid(vault, a, csrf));
    ts_vault_close(vault);
    ts_vault_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_hash_is_sha256),
        cmocka_unit_test(test_characters_are_even),
        cmocka_unit_test(test_sealing),
        cmocka_unit_test(test_comparing),
        cmocka_unit_test(test_file_is_made_once),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_many_open_at_once),
        cmocka_unit_test(test_given_texts),
        cmocka_unit_test(test_passwords),
        cmocka_unit_test(test_nobody_takes_as_long),
        cmocka_unit_test(test_tokens),
    };
    return cmocka_run_group_tests_name("people vault", tests, NULL, NULL);
}
