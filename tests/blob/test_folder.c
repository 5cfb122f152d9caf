/* Tests of blobs in a folder: what goes in comes out under its hash, once, whole or not at all; nothing that a name says
 * leads out of it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob/blob.h"
#include "tests/support/support.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

typedef struct store {
    char *folder;
    ts_blobs *blobs;
} store;

static int set_up(void **state)
{
    store *s = calloc(1, sizeof(*s));
    ts_error err = {0};
    s->folder = ts_test_folder();
    s->blobs = ts_blobs_open_folder(s->folder, &err);
    *state = s;
    return s->blobs ? 0 : -1;
}

static int tear_down(void **state)
{
    store *s = *state;
    ts_blobs_close(s->blobs);
    ts_test_folder_end(s->folder);
    free(s);
    return 0;
}

static ts_blob_name original(const char *hash)
{
    return (ts_blob_name){.kind = TS_BLOB_ORIGINAL, .hash = hash};
}

static unsigned files_in(const char *folder, const char *name)
{
    char *path = ts_test_path(folder, name);
    DIR *listing = opendir(path);
    unsigned count = 0;
    for (struct dirent *e; listing && (e = readdir(listing));) count += e->d_name[0] != '.';
    if (listing) closedir(listing);
    free(path);
    return count;
}

static char *path_of(const store *s, const char *hash)
{
    char name[128];
    (void)snprintf(name, sizeof(name), "originals/%.2s/%s", hash, hash);
    return ts_test_path(s->folder, name);
}

/* ---- putting and getting ------------------------------------------------------------------------- */

static void check_content(const store *s, const ts_blob_name *name, const void *bytes, size_t length)
{
    ts_error err;
    uint64_t size = 0;
    int fd;
    assert_works((fd = ts_blobs_open(s->blobs, name, &size, &err)) >= 0, err);
    assert_int_equal(size, length);
    char *got = malloc(length + 1);
    assert_int_equal(read(fd, got, length + 1), length);
    assert_memory_equal(got, bytes, length);
    free(got);
    close(fd);
}

static void test_put_and_open(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_put put;
    ts_blob_name name = original(ABC);
    assert_false(ts_blobs_exists(s->blobs, &name));
    assert_works(ts_blobs_put(s->blobs, "abc", 3, &put, &err), err);
    assert_string_equal(put.hash, ABC);
    assert_int_equal(put.length, 3);
    assert_false(put.was_there);
    check_content(s, &name, "abc", 3);
    assert_true(ts_blobs_exists(s->blobs, &name));
    assert_works(ts_blobs_put(s->blobs, "abc", 3, &put, &err), err);
    assert_true(put.was_there);
    assert_works(ts_blobs_put(s->blobs, "", 0, &put, &err), err);
    assert_string_equal(put.hash, NOTHING);
    assert_works(ts_blobs_put(s->blobs, "abc", 3, NULL, &err), err);
    assert_int_equal(files_in(s->folder, "spool"), 0);

    struct stat st;
    char *path = path_of(s, ABC);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    free(path);
}

static void test_hash(void **state)
{
    (void)state;
    ts_error err;
    char hash[TS_BLOB_HASH];
    assert_works(ts_blob_hash("abc", 3, hash, &err), err);
    assert_string_equal(hash, ABC);
    assert_works(ts_blob_hash("", 0, hash, &err), err);
    assert_string_equal(hash, NOTHING);
}

static void test_put_fd(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_put put;
    size_t length = 3000001;
    char *bytes = malloc(length);
    for (size_t i = 0; i < length; i++) bytes[i] = (char)(i * i >> 3);
    char *path = ts_test_file(s->folder, "upload", bytes, length);
    int fd = open(path, O_RDONLY);
    assert_works(ts_blobs_put_fd(s->blobs, fd, length, &put, &err), err);
    assert_int_equal(put.length, length);
    char hash[TS_BLOB_HASH];
    assert_true(ts_blob_hash(bytes, length, hash, NULL));
    assert_string_equal(put.hash, hash);
    ts_blob_name name = original(put.hash);
    check_content(s, &name, bytes, length);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_fails(ts_blobs_put_fd(s->blobs, fd, length - 1, &put, &err), err, TS_TOO_LARGE);
    close(fd);
    fd = open(s->folder, O_RDONLY | O_DIRECTORY); /* opens, but cannot be read */
    assert_fails(ts_blobs_put_fd(s->blobs, fd, 0, &put, &err), err, TS_IO);
    close(fd);
    assert_int_equal(files_in(s->folder, "spool"), 0);
    free(path);
    free(bytes);
}

static void test_writer(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_put put;
    ts_blob_writer *writer;
    char start[4] = {0};
    assert_works(writer = ts_blob_writer_new(s->blobs, 3, &err), err);
    assert_works(ts_blob_writer_write(writer, "a", 1, &err), err);
    assert_works(ts_blob_writer_write(writer, "", 0, &err), err);
    assert_works(ts_blob_writer_write(writer, "bc", 2, &err), err);
    assert_int_equal(pread(ts_blob_writer_fd(writer), start, 3, 0), 3);
    assert_string_equal(start, "abc");
    assert_int_equal(files_in(s->folder, "originals"), 0);
    assert_works(ts_blob_writer_commit(writer, &put, &err), err);
    assert_string_equal(put.hash, ABC);
    assert_fails(ts_blob_writer_commit(writer, &put, &err), err, TS_INTERNAL);
    ts_blob_writer_end(writer);

    assert_works(writer = ts_blob_writer_new(s->blobs, 3, &err), err);
    assert_fails(ts_blob_writer_write(writer, "abcd", 4, &err), err, TS_TOO_LARGE);
    assert_fails(ts_blob_writer_write(writer, "a", 1, &err), err, TS_INTERNAL);
    assert_fails(ts_blob_writer_commit(writer, &put, &err), err, TS_INTERNAL);
    ts_blob_writer_end(writer);
    assert_works(writer = ts_blob_writer_new(s->blobs, 0, &err), err);
    assert_works(ts_blob_writer_write(writer, "gone", 4, &err), err);
    ts_blob_writer_end(writer);
    ts_blob_writer_end(NULL);
    assert_int_equal(files_in(s->folder, "spool"), 0);
}

static void test_thumbnails(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_name small = {TS_BLOB_THUMBNAIL, ABC, 256};
    ts_blob_name large = {TS_BLOB_THUMBNAIL, ABC, 1024};
    ts_blob_name other = {TS_BLOB_THUMBNAIL, NOTHING, 256};
    assert_works(ts_blobs_put_thumbnail(s->blobs, ABC, 256, "one", 3, &err), err);
    assert_works(ts_blobs_put_thumbnail(s->blobs, ABC, 1024, "big", 3, &err), err);
    assert_works(ts_blobs_put_thumbnail(s->blobs, NOTHING, 256, "not", 3, &err), err);
    check_content(s, &small, "one", 3);
    assert_works(ts_blobs_put_thumbnail(s->blobs, ABC, 256, "drawn anew", 10, &err), err);
    check_content(s, &small, "drawn anew", 10);
    assert_works(ts_blobs_put(s->blobs, "abc", 3, NULL, &err), err);
    assert_works(ts_blobs_remove_all(s->blobs, ABC, &err), err);
    ts_blob_name name = original(ABC);
    assert_false(ts_blobs_exists(s->blobs, &name));
    assert_false(ts_blobs_exists(s->blobs, &small));
    assert_false(ts_blobs_exists(s->blobs, &large));
    assert_true(ts_blobs_exists(s->blobs, &other));
    assert_works(ts_blobs_remove_all(s->blobs, ABC, &err), err);
    assert_works(ts_blobs_remove(s->blobs, &other, &err), err);
    assert_fails(ts_blobs_open(s->blobs, &other, NULL, &err) >= 0, err, TS_NOT_FOUND);
    assert_int_equal(files_in(s->folder, "spool"), 0);
}

/* ---- names --------------------------------------------------------------------------------------- */

static void test_bad_names(void **state)
{
    const store *s = *state;
    ts_error err;
    static const char *const bad[] = {"",
                                      "..",
                                      "../../etc/passwd",
                                      "/etc/passwd",
                                      "ba",
                                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
                                      (ABC "0"),
                                      "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                                      "../816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2001/ad",
                                      "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                                      (ABC "\n"),
                                      (ABC "/.."),
                                      (" " ABC)};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        for (unsigned kind = 0; kind < 2; kind++) {
            ts_blob_name name = {(ts_blob_kind)kind, bad[i], 256};
            assert_false(ts_blobs_exists(s->blobs, &name));
            assert_fails(ts_blobs_open(s->blobs, &name, NULL, &err) >= 0, err, TS_USAGE);
            assert_fails(ts_blobs_remove(s->blobs, &name, &err), err, TS_USAGE);
        }
        assert_fails(ts_blobs_remove_all(s->blobs, bad[i], &err), err, TS_USAGE);
        assert_fails(ts_blobs_put_thumbnail(s->blobs, bad[i], 256, "x", 1, &err), err, TS_USAGE);
    }
    assert_fails(ts_blobs_remove_all(s->blobs, NULL, &err), err, TS_USAGE);
    assert_fails(ts_blobs_put_thumbnail(s->blobs, ABC, 0, "x", 1, &err), err, TS_USAGE);
    assert_fails(ts_blobs_put_thumbnail(s->blobs, ABC, 65536, "x", 1, &err), err, TS_USAGE);
    assert_int_equal(files_in(s->folder, "originals") + files_in(s->folder, "thumbnails"), 0);
}

/* Links that an intruder or a careless hand has left are never followed, and never written through. */
static void test_links(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_name name = original(ABC);
    char *outside = ts_test_folder();
    char *secret = ts_test_file(outside, ABC, "abc", 3);
    char *shard = ts_test_path(s->folder, "originals/ba");
    char *file = path_of(s, ABC);

    /* a shard that is a link */
    assert_int_equal(symlink(outside, shard), 0);
    assert_false(ts_blobs_exists(s->blobs, &name));
    assert_fails(ts_blobs_open(s->blobs, &name, NULL, &err) >= 0, err, TS_IO);
    assert_fails(ts_blobs_put(s->blobs, "abc", 3, NULL, &err), err, TS_IO);
    (void)ts_blobs_remove(s->blobs, &name, NULL);
    assert_int_equal(access(secret, F_OK), 0);
    assert_int_equal(unlink(shard), 0);

    /* a file that is a link: not read; the good bytes take its place, its target stays as it is */
    assert_int_equal(mkdir(shard, 0700), 0);
    assert_int_equal(symlink(secret, file), 0);
    assert_fails(ts_blobs_open(s->blobs, &name, NULL, &err) >= 0, err, TS_IO);
    ts_blob_put put;
    assert_works(ts_blobs_put(s->blobs, "abc", 3, &put, &err), err);
    assert_false(put.was_there);
    struct stat st;
    assert_int_equal(lstat(file, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    check_content(s, &name, "abc", 3);
    assert_int_equal(access(secret, F_OK), 0);

    /* neither a folder nor a pipe under a blob's name is one */
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkfifo(file, 0600), 0);
    assert_fails(ts_blobs_open(s->blobs, &name, NULL, &err) >= 0, err, TS_IO);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_fails(ts_blobs_open(s->blobs, &name, NULL, &err) >= 0, err, TS_IO);
    assert_fails(ts_blobs_put(s->blobs, "abc", 3, NULL, &err), err, TS_IO);
    assert_int_equal(files_in(s->folder, "spool"), 0);
    free(file);
    free(shard);
    free(secret);
    ts_test_folder_end(outside);
}

static void test_parts_that_are_links(void **state)
{
    (void)state;
    ts_error err;
    char *folder = ts_test_folder();
    char *outside = ts_test_folder();
    char *originals = ts_test_path(folder, "originals");
    assert_int_equal(symlink(outside, originals), 0);
    assert_fails(ts_blobs_open_folder(folder, &err), err, TS_IO);
    assert_int_equal(unlink(originals), 0);
    free(ts_test_file(folder, "originals", "", 0));
    assert_fails(ts_blobs_open_folder(folder, &err), err, TS_NOT_FOUND);
    assert_fails(ts_blobs_open_folder("/proc/nowhere/data", &err), err, TS_NOT_FOUND);
    ts_blobs_close(NULL);
    free(originals);
    ts_test_folder_end(outside);
    ts_test_folder_end(folder);
}

/* ---- damage that heals --------------------------------------------------------------------------- */

static void test_a_short_one_is_replaced(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_put put;
    ts_blob_name name = original(ABC);
    char *file = path_of(s, ABC);
    assert_works(ts_blobs_put(s->blobs, "abc", 3, NULL, &err), err);
    assert_int_equal(truncate(file, 1), 0);
    assert_works(ts_blobs_put(s->blobs, "abc", 3, &put, &err), err);
    assert_false(put.was_there);
    check_content(s, &name, "abc", 3);
    free(file);
}

static void test_a_damaged_one_is_replaced(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_put put;
    ts_blob_name name = original(ABC);
    char *file = path_of(s, ABC);
    assert_works(ts_blobs_put(s->blobs, "abc", 3, NULL, &err), err);
    assert_true(ts_blobs_holds(s->blobs, ABC, "abc", 3));
    free(ts_test_file(s->folder, "originals/ba/" ABC, "abd", 3));
    assert_false(ts_blobs_holds(s->blobs, ABC, "abc", 3));
    assert_works(ts_blobs_put(s->blobs, "abc", 3, &put, &err), err);
    assert_false(put.was_there);
    check_content(s, &name, "abc", 3);
    assert_true(ts_blobs_holds(s->blobs, ABC, "abc", 3));
    assert_int_equal(unlink(file), 0);
    assert_false(ts_blobs_holds(s->blobs, ABC, "abc", 3));
    free(file);
}

static void test_spool_is_cleaned(void **state)
{
    store *s = *state;
    ts_error err;
    char *spool = ts_test_path(s->folder, "spool");
    free(ts_test_file(spool, "put-1-2", "half", 4));
    free(ts_test_file(spool, "other", "not ours", 8));
    ts_blobs_close(s->blobs);
    assert_works(s->blobs = ts_blobs_open_folder(s->folder, &err), err);
    assert_int_equal(files_in(s->folder, "spool"), 1);
    free(spool);
}

/* ---- no space ------------------------------------------------------------------------------------ */

static void test_no_space(void **state)
{
    const store *s = *state;
    ts_error err;
    struct rlimit old;
    static char bytes[300000];
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit small = {.rlim_cur = 100000, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    ts_error first = {0};
    bool put = ts_blobs_put(s->blobs, bytes, sizeof(bytes), NULL, &first);
    bool fits = ts_blobs_put(s->blobs, bytes, 1000, NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, handler);
    assert_false(put);
    assert_int_equal(first.code, TS_NO_SPACE);
    assert_true(first.hint[0]);
    assert_true(fits);
    assert_int_equal(files_in(s->folder, "spool"), 0);
    ts_blob_totals totals;
    assert_works(ts_blobs_totals(s->blobs, &totals, &err), err);
    assert_int_equal(totals.originals, 1);
    assert_works(ts_blobs_put(s->blobs, bytes, sizeof(bytes), NULL, &err), err);
}

/* Which assertion failed in the child, as its exit status. */
#define CHECK(condition)                                                                                     \
    if (!(condition)) _exit(__LINE__ % 200 + 1)
#define CANNOT_MOUNT 250

/* A disk of 1 MiB of its own: fills it, sees that nothing half is left, makes room, goes on. */
static void fill_small_disk(const char *folder)
{
    static char bytes[200000];
    ts_error err = {0};
    ts_blob_put first = {0};
    unsigned count = 0;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        _exit(CANNOT_MOUNT);
    if (mount("tmpfs", folder, "tmpfs", 0, "size=1m") != 0) _exit(CANNOT_MOUNT);
    ts_blobs *blobs = ts_blobs_open_folder(folder, &err);
    CHECK(blobs);
    for (ts_blob_put put; count < 20; count++) {
        bytes[0] = (char)count;
        if (!ts_blobs_put(blobs, bytes, sizeof(bytes), &put, &err)) break;
        if (count == 0) first = put;
    }
    CHECK(count >= 3 && count < 20 && err.code == TS_NO_SPACE);
    CHECK(files_in(folder, "spool") == 0);
    ts_blob_verify verified = {0};
    CHECK(ts_blobs_verify(blobs, NULL, NULL, &verified, &err));
    CHECK(verified.checked == count && verified.damaged == 0);
    ts_blob_name name = original(first.hash);
    CHECK(ts_blobs_remove(blobs, &name, &err));
    CHECK(ts_blobs_put(blobs, bytes, sizeof(bytes), NULL, &err));
    ts_blobs_close(blobs);
    _exit(0);
}

static void test_full_disk(void **state)
{
    const store *s = *state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) fill_small_disk(s->folder);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CANNOT_MOUNT) skip(); /* only root may mount */
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- many at once -------------------------------------------------------------------------------- */

typedef struct crowd {
    const store *s;
    unsigned seed, made;
} crowd;

static void *put_the_same(void *user)
{
    crowd *c = user;
    char text[64];
    for (unsigned i = 0; i < 60; i++) {
        ts_blob_put put;
        int length = snprintf(text, sizeof(text), "picture %u", (i + c->seed) % 60);
        if (!ts_blobs_put(c->s->blobs, text, (size_t)length, &put, NULL)) return NULL;
        c->made += !put.was_there;
        ts_blob_name name = original(put.hash);
        if (!ts_blobs_exists(c->s->blobs, &name)) return NULL;
    }
    return c;
}

static void test_many_put_the_same(void **state)
{
    const store *s = *state;
    ts_error err;
    pthread_t threads[8];
    crowd crowds[8];
    unsigned made = 0;
    for (unsigned i = 0; i < 8; i++) {
        crowds[i] = (crowd){.s = s, .seed = i * 7};
        assert_int_equal(pthread_create(&threads[i], NULL, put_the_same, &crowds[i]), 0);
    }
    for (unsigned i = 0; i < 8; i++) {
        void *done = NULL;
        pthread_join(threads[i], &done);
        assert_non_null(done);
        made += crowds[i].made;
    }
    assert_int_equal(made, 60);
    ts_blob_totals totals;
    assert_works(ts_blobs_totals(s->blobs, &totals, &err), err);
    assert_int_equal(totals.originals, 60);
    assert_int_equal(files_in(s->folder, "spool"), 0);
}

/* ---- kill -9 ------------------------------------------------------------------------------------- */

/* Puts without end; says each hash that is acknowledged. */
static void put_until_killed(const char *folder, int tell, unsigned round)
{
    ts_blobs *blobs = ts_blobs_open_folder(folder, NULL);
    size_t length = 200000;
    char *bytes = calloc(1, length);
    for (unsigned i = 0; blobs && bytes; i++) {
        ts_blob_put put;
        (void)snprintf(bytes, length, "%u %u", round, i);
        memset(bytes + 32, (int)i, length - 32);
        if (!ts_blobs_put(blobs, bytes, 1000 + i * 997 % (length - 1000), &put, NULL)) break;
        if (write(tell, put.hash, 64) != 64) break;
    }
    _exit(1);
}

static bool count_damage(void *user, ts_blob_damage damage, const char *path)
{
    (void)damage;
    (void)path;
    ++*(unsigned *)user;
    return true;
}

static void test_killed_while_putting(void **state)
{
    store *s = *state;
    ts_error err;
    char hash[TS_BLOB_HASH] = {0};
    unsigned acknowledged = 0;
    ts_blobs_close(s->blobs);
    for (unsigned round = 0; round < 30; round++) {
        int pipe_fds[2];
        assert_int_equal(pipe(pipe_fds), 0);
        pid_t child = fork();
        if (child == 0) put_until_killed(s->folder, pipe_fds[1], round);
        close(pipe_fds[1]);
        usleep(5000 + round * 1700 % 23000);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_works(s->blobs = ts_blobs_open_folder(s->folder, &err), err);
        while (read(pipe_fds[0], hash, 64) == 64) {
            ts_blob_name name = original(hash);
            assert_true(ts_blobs_exists(s->blobs, &name));
            acknowledged++;
        }
        close(pipe_fds[0]);
        assert_int_equal(files_in(s->folder, "spool"), 0);
        if (round < 29) ts_blobs_close(s->blobs);
    }
    unsigned damaged = 0;
    ts_blob_verify result;
    assert_works(ts_blobs_verify(s->blobs, count_damage, &damaged, &result, &err), err);
    assert_int_equal(damaged, 0);
    assert_true(acknowledged > 0 && result.checked >= acknowledged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_put_and_open, set_up, tear_down),
        cmocka_unit_test(test_hash),
        cmocka_unit_test_setup_teardown(test_put_fd, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_writer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_thumbnails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
        cmocka_unit_test(test_parts_that_are_links),
        cmocka_unit_test_setup_teardown(test_a_short_one_is_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_damaged_one_is_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spool_is_cleaned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_space, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_put_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_killed_while_putting, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("blob folder", tests, NULL, NULL);
}
