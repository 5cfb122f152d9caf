/* tests/support: the common helpers. Plain libc, so that a broken room cannot break the tests of another. */
#include "tests/support/support.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *ts_test_folder(void)
{
    const char *base = getenv("TMPDIR");
    char *folder = ts_test_path(base && *base ? base : "/tmp", "tagsmith-test-XXXXXX");
    if (!mkdtemp(folder)) fail_msg("cannot make a folder like %s", folder);
    return folder;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

void ts_test_folder_end(char *folder)
{
    if (nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0) fail_msg("cannot remove %s", folder);
    free(folder);
}

char *ts_test_path(const char *folder, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0) fail_msg("out of memory");
    return path;
}

char *ts_test_file(const char *folder, const char *name, const void *bytes, size_t length)
{
    char *path = ts_test_path(folder, name);
    FILE *file = fopen(path, "wb");
    if (!file) fail_msg("cannot write %s", path);
    size_t written = fwrite(bytes, 1, length, file);
    if (fclose(file) != 0 || written != length) fail_msg("cannot write %s", path);
    return path;
}

char *ts_test_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("cannot open %s", path);
    char *bytes = NULL;
    size_t used = 0;
    size_t got = 1;
    while (got > 0) {
        char *more = realloc(bytes, used + 4096 + 1);
        if (!more) fail_msg("out of memory");
        bytes = more;
        got = fread(bytes + used, 1, 4096, file);
        used += got;
    }
    fclose(file);
    bytes[used] = '\0';
    if (length) *length = used;
    return bytes;
}

const char *ts_test_data(void)
{
    const char *folder = getenv("TAGSMITH_TESTDATA");
    if (!folder || !*folder) folder = TS_TEST_DATA_DEFAULT;
    return access(folder, R_OK) == 0 ? folder : NULL;
}

static int ear = -1;
static int kept[2] = {-1, -1};

void ts_test_listen(void)
{
    char path[] = "/tmp/tagsmith-test-XXXXXX";
    ear = mkstemp(path);
    if (ear < 0 || unlink(path) != 0) fail_msg("cannot make a file to listen to");
    fflush(NULL);
    for (int fd = 1; fd <= 2; fd++) {
        kept[fd - 1] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (kept[fd - 1] < 0 || dup2(ear, fd) != fd) fail_msg("cannot redirect output");
    }
}

char *ts_test_heard(void)
{
    fflush(NULL);
    for (int fd = 1; fd <= 2; fd++) {
        dup2(kept[fd - 1], fd);
        close(kept[fd - 1]);
    }
    off_t length = lseek(ear, 0, SEEK_END);
    char *text = length >= 0 ? calloc(1, (size_t)length + 1) : NULL;
    bool ok = text && pread(ear, text, (size_t)length, 0) == length;
    close(ear);
    if (!ok) fail_msg("cannot read what was written");
    return text;
}

const char *ts_test_source(void)
{
    return TS_TEST_SOURCE;
}

char *ts_test_dep(const char *name)
{
    const char *deps = getenv("TAGSMITH_DEPS");
    char *path = ts_test_path(deps && *deps ? deps : TS_TEST_SOURCE "/deps", name);
    if (access(path, R_OK) != 0) fail_msg("%s is missing: run scripts/setup", path);
    return path;
}

void ts_test_check_error(const ts_error *err, ts_code expected, const char *file, int line)
{
    const char *text = err->message;
    size_t length = strlen(text);
    bool sentence = length > 0 && !strchr(text, '\n') && text[length - 1] != '.';
    if (err->code == expected && sentence) return;
    print_error("%s:%d: expected %s, got %s: \"%s\"\n", file, line, ts_code_name(expected),
                ts_code_name(err->code), text);
    fail();
}
