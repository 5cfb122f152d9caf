/* people: DATA/secret.key: the one secret of a data folder, made once. Knows not what it is for. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "people/private.h"

#define NAME "secret.key"

bool ts_secret_text_read(const char *text, uint8_t master[TS_VAULT_KEY])
{
    char copy[80];
    size_t used = 0;
    text += strspn(text, " \t\r\n");
    size_t length = strcspn(text, " \t\r\n");
    if (text[length + strspn(text + length, " \t\r\n")] != '\0' || length >= sizeof(copy)) return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    bool ok = length == 64 ? sodium_hex2bin(master, TS_VAULT_KEY, copy, 64, NULL, &used, NULL) == 0
                           : length == 44 && sodium_base642bin(master, TS_VAULT_KEY, copy, 44, NULL, &used,
                                                               NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    sodium_memzero(copy, sizeof(copy));
    return ok && used == TS_VAULT_KEY;
}

static bool fail_file(ts_error *err, const char *what)
{
    (void)ts_fail(err, TS_CONFIG, "the file secret.key of the data folder %s", what);
    return ts_hint(err,
                   "restore it from the backup, with mode 0600; without it stored secrets cannot be read");
}

static bool read_open(int fd, uint8_t master[TS_VAULT_KEY], ts_error *err)
{
    struct stat st;
    char text[128] = {0};
    if (fstat(fd, &st) != 0) return ts_fail_errno(err, "cannot look at secret.key");
    if (!S_ISREG(st.st_mode)) return fail_file(err, "is no regular file");
    if ((st.st_mode & 077) != 0) return fail_file(err, "can be read by other users");
    ssize_t n = read(fd, text, sizeof(text) - 1);
    bool ok = n > 0 && ts_secret_text_read(text, master);
    sodium_memzero(text, sizeof(text));
    return ok || fail_file(err, "is damaged");
}

static bool write_new(int folder, const char *temporary, ts_error *err)
{
    uint8_t master[TS_VAULT_KEY];
    char text[2 * TS_VAULT_KEY + 2];
    int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return ts_fail_errno(err, "cannot make secret.key");
    randombytes_buf(master, sizeof(master));
    (void)sodium_bin2hex(text, sizeof(text), master, sizeof(master));
    text[2 * TS_VAULT_KEY] = '\n';
    bool ok = write(fd, text, 2 * TS_VAULT_KEY + 1) == 2 * TS_VAULT_KEY + 1 && fsync(fd) == 0;
    if (!ok) (void)ts_fail_errno(err, "cannot write secret.key");
    sodium_memzero(master, sizeof(master));
    sodium_memzero(text, sizeof(text));
    close(fd);
    return ok;
}

/* Whole or not at all, and never in place of one that is there: linked under its name once it is on the disk. */
static bool make_file(int folder, ts_error *err)
{
    char temporary[48];
    char random[9];
    ts_random_text(random, 8);
    (void)snprintf(temporary, sizeof(temporary), "%s.%s", NAME, random);
    bool ok = write_new(folder, temporary, err);
    if (ok && linkat(folder, temporary, folder, NAME, 0) != 0 && errno != EEXIST)
        ok = ts_fail_errno(err, "cannot make secret.key");
    (void)unlinkat(folder, temporary, 0);
    if (ok && fsync(folder) != 0) ok = ts_fail_errno(err, "cannot write the data folder");
    return ok;
}

bool ts_secret_file_read(const char *data_dir, uint8_t master[TS_VAULT_KEY], ts_error *err)
{
    int folder = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return ts_fail_errno(err, "cannot open the data folder %s", data_dir);
    bool ok = false;
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int fd = openat(folder, NAME, flags);
    if (fd < 0 && errno == ENOENT) {
        if (!make_file(folder, err)) goto done;
        fd = openat(folder, NAME, flags);
    }
    if (fd < 0) {
        (void)ts_fail_errno(err, "cannot open secret.key in the data folder");
        goto done;
    }
    ok = read_open(fd, master, err);
    close(fd);
done:
    close(folder);
    return ok;
}
