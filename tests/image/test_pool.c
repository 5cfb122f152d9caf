/* tests/image: worker processes: confinement, crashes, deadlines, shared memory, threads, and what they leave
 * behind. */
#include "image/pool.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "encode.h"

static bool sanitized(const ts_decoder_pool *pool)
{
    return strstr(ts_decoder_pool_confinement(pool), "sanitizer") != NULL;
}

static ts_decoder_options options_of(unsigned workers)
{
    ts_decoder_options options = {.limits = TS_DECODE_LIMITS_DEFAULT, .workers = workers};
    options.limits.timeout_ms = 30000; /* only a worker that hangs should meet it, however busy the machine */
    return options;
}

/* program: of the worker, "" to fork. */
static ts_decoder_pool *pool_of(const ts_decoder_options *options, const char *program)
{
    ts_error err = {0};
    ts_decoder_pool *pool = ts_decoder_pool_new_with(options, program, &err);
    if (!pool) fail_msg("%s", err.message);
    return pool;
}

static ts_decoder_pool *test_pool(unsigned workers)
{
    ts_decoder_options options = options_of(workers);
    return pool_of(&options, TS_TEST_DECODER);
}

static void assert_decodes(ts_decoder_pool *pool, const encoded *e, const drawing *d)
{
    ts_decoded decoded;
    ts_error err;
    assert_works(ts_decode(pool, e->bytes, e->length, 0, &decoded, &err), err);
    assert_true(difference(&decoded.pixels, d) == 0);
    ts_decoded_release(pool, &decoded);
}

static encoded small_file(const drawing *d)
{
    return encode_png(d, &(png_options){2, 8, false, NULL});
}

static void pictures_and_errors_come_through(void **state)
{
    (void)state;
    drawing d = draw_corners(50, 40);
    encoded e = small_file(&d);
    ts_decoder_pool *pool = test_pool(2);
    ts_picture_info info;
    ts_decoded decoded;
    ts_error err;
    for (int i = 0; i < 5; i++) assert_decodes(pool, &e, &d);
    assert_works(ts_decode_header(pool, e.bytes, e.length, &info, &err), err);
    assert_int_equal(info.width, 50);
    assert_fails(ts_decode(pool, "<svg>", 5, 0, &decoded, &err), err, TS_UNSUPPORTED);
    assert_fails(ts_decode(pool, "", 0, 0, &decoded, &err), err, TS_NOT_PICTURE);
    assert_fails(ts_decode(pool, e.bytes, 60, 0, &decoded, &err), err, TS_CORRUPT);
    assert_null(decoded.pixels.data);
    assert_false(ts_decode(pool, e.bytes, 60, 0, &decoded, NULL));
    assert_decodes(pool, &e, &d);
    ts_decoder_pool_free(pool);
    encoded_free(&e);
    drawing_free(&d);
}

static void the_byte_limit_holds_before_anything_is_copied(void **state)
{
    (void)state;
    ts_decoder_options options = options_of(1);
    options.limits.max_bytes = 10;
    ts_decoder_pool *pool = pool_of(&options, TS_TEST_DECODER);
    ts_decoded decoded;
    ts_error err;
    assert_fails(ts_decode(pool, "GIF89a-----", 11, 0, &decoded, &err), err, TS_TOO_LARGE);
    ts_decoder_pool_free(pool);
}

static void senseless_options_are_refused(void **state)
{
    (void)state;
    ts_decoder_options options = options_of(0);
    ts_error err;
    assert_fails(ts_decoder_pool_new(&options, &err), err, TS_USAGE);
    options = options_of(1);
    options.limits.max_pixels = 0;
    assert_fails(ts_decoder_pool_new(&options, &err), err, TS_USAGE);
    options = options_of(1);
    assert_fails(ts_decoder_pool_new_with(&options, "/nonexistent/decoder", &err), err, TS_NOT_FOUND);
    assert_fails(ts_decoder_pool_new_with(&options, "/bin/true", &err), err, TS_DECODER_DIED);
}

/* ---- misbehaviour -------------------------------------------------------------------------------- */

static void assert_survives(ts_decoder_pool *pool, const char *request, ts_code code, const char *part)
{
    drawing d = draw_corners(50, 40);
    encoded e = small_file(&d);
    ts_decoded decoded;
    ts_error err;
    assert_fails(ts_decode(pool, request, strlen(request), 0, &decoded, &err), err, code);
    if (!strstr(err.message, part)) fail_msg("%s: \"%s\" lacks \"%s\"", request, err.message, part);
    double start = ts_clock_ms();
    assert_decodes(pool, &e, &d);
    double took = ts_clock_ms() - start;
    if (took > (sanitized(pool) ? 5000 : 1000)) fail_msg("%s: the next picture took %.0f ms", request, took);
    encoded_free(&e);
    drawing_free(&d);
}

static void a_dead_worker_is_one_error(void **state)
{
    (void)state;
    ts_decoder_pool *pool = test_pool(1);
    for (int i = 0; i < 3; i++) {
        /* a sanitizer turns these two into an exit of its own */
        assert_survives(pool, "TSTEST:segv", TS_DECODER_DIED,
                        sanitized(pool) ? "decoder" : "crashed (SIGSEGV)");
        assert_survives(pool, "TSTEST:wild", TS_DECODER_DIED,
                        sanitized(pool) ? "decoder" : "crashed (SIGSEGV)");
        assert_survives(pool, "TSTEST:abort", TS_DECODER_DIED,
                        sanitized(pool) ? "decoder" : "crashed (SIGABRT)");
        assert_survives(pool, "TSTEST:exit", TS_DECODER_DIED, "ended without an answer");
        assert_survives(pool, "TSTEST:lie", TS_DECODER_DIED, "ended without an answer");
    }
    ts_decoder_pool_free(pool);
}

static void a_hanging_worker_is_stopped_at_the_deadline(void **state)
{
    (void)state;
    ts_decoder_options options = options_of(1);
    options.limits.timeout_ms = 1000;
    ts_decoder_pool *pool = pool_of(&options, TS_TEST_DECODER);
    double start = ts_clock_ms();
    assert_survives(pool, "TSTEST:hang", TS_TIMEOUT, "1000 ms");
    assert_true(ts_clock_ms() - start < 20000);
    ts_decoder_pool_free(pool);
}

static void memory_is_bounded(void **state)
{
    (void)state;
    ts_decoder_options options = options_of(1);
    options.limits.max_worker_bytes = (size_t)128 << 20;
    ts_decoder_pool *pool = pool_of(&options, TS_TEST_DECODER);
    if (sanitized(pool)) {
        ts_decoder_pool_free(pool);
        skip();
    }
    assert_survives(pool, "TSTEST:memory", TS_DECODER_DIED, "crashed (SIGABRT)");
    ts_decoder_pool_free(pool);
}

static void forbidden_calls_end_the_worker(void **state)
{
    (void)state;
    ts_decoder_pool *pool = test_pool(1);
    if (strstr(ts_decoder_pool_confinement(pool), "no seccomp")) {
        ts_decoder_pool_free(pool);
        skip();
    }
    static const char *const requests[] = {"TSTEST:socket", "TSTEST:exec", "TSTEST:code", "TSTEST:kill"};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        assert_survives(pool, requests[i], TS_DECODER_DIED, "SIGSYS");
    /* A refused open is no crime; the hook exits by itself, with no file in hand. */
    assert_survives(pool, "TSTEST:open", TS_DECODER_DIED, "ended without an answer");
    ts_decoder_pool_free(pool);
}

/* ---- processes ----------------------------------------------------------------------------------- */

enum { children_max = 16 };

static char state_of(pid_t pid, pid_t *parent)
{
    char path[64], text[512] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    size_t n = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[n] = '\0';
    const char *after = strrchr(text, ')');
    int ppid = 0;
    char c = 0;
    if (!after || sscanf(after + 1, " %c %d", &c, &ppid) != 2) return 0;
    *parent = ppid;
    return c;
}

static size_t children(pid_t *out)
{
    size_t count = 0;
    DIR *proc = opendir("/proc");
    assert_non_null(proc);
    for (struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
        pid_t pid = (pid_t)atoi(entry->d_name), parent = 0;
        if (pid > 0 && state_of(pid, &parent) && parent == getpid() && count < children_max)
            out[count++] = pid;
    }
    (void)closedir(proc);
    return count;
}

static size_t open_files(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder)) count++;
    (void)closedir(folder);
    return count;
}

static void nothing_is_left_behind(void **state)
{
    (void)state;
    pid_t pids[children_max];
    size_t files = open_files();
    ts_decoder_pool *pool = test_pool(3);
    assert_int_equal(children(pids), 3);
    assert_survives(pool, "TSTEST:exit", TS_DECODER_DIED, "decoder");
    assert_survives(pool, "TSTEST:segv", TS_DECODER_DIED, "decoder");
    ts_decoder_pool_free(pool);
    assert_int_equal(children(pids), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(open_files(), files);
}

/* Until all its threads have ended (a sanitizer adds one): the first thread alone may already be gone while
 * another still holds the socket open, and that worker takes a picture with it. */
static void kill_idle(pid_t pid)
{
    siginfo_t ended;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT), 0);
}

static void a_worker_killed_while_idle_goes_unnoticed(void **state)
{
    (void)state;
    drawing d = draw_corners(50, 40);
    encoded e = small_file(&d);
    ts_decoder_pool *pool = test_pool(1);
    pid_t before[children_max], after[children_max];
    assert_int_equal(children(before), 1);
    kill_idle(before[0]);
    assert_decodes(pool, &e, &d);
    assert_int_equal(children(after), 1);
    assert_int_not_equal(before[0], after[0]);
    ts_decoder_pool_free(pool);
    encoded_free(&e);
    drawing_free(&d);
}

static void workers_retire_after_many_pictures(void **state)
{
    (void)state;
    drawing d = draw_corners(4, 4);
    encoded e = small_file(&d);
    ts_decoder_pool *pool = test_pool(1);
    pid_t before[children_max], after[children_max];
    assert_int_equal(children(before), 1);
    for (int i = 0; i < 1000; i++) assert_decodes(pool, &e, &d);
    assert_int_equal(children(after), 1);
    assert_int_equal(before[0], after[0]);
    assert_decodes(pool, &e, &d);
    assert_int_equal(children(after), 1);
    assert_int_not_equal(before[0], after[0]);
    ts_decoder_pool_free(pool);
    encoded_free(&e);
    drawing_free(&d);
}

/* A child makes a pool, tells its worker's id and dies without a word. */
static void workers_die_with_their_pool(void **state)
{
    (void)state;
    int tell[2];
    pid_t worker[children_max] = {0};
    assert_int_equal(pipe(tell), 0);
    pid_t child = fork();
    if (child == 0) {
        ts_decoder_options options = options_of(1);
        ts_decoder_pool *pool = ts_decoder_pool_new_with(&options, TS_TEST_DECODER, NULL);
        if (pool && children(worker) == 1) (void)!write(tell[1], worker, sizeof worker[0]);
        _exit(0);
    }
    (void)close(tell[1]); /* or a child that says nothing would be waited for in vain */
    assert_int_equal(read(tell[0], worker, sizeof worker[0]), sizeof worker[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    double deadline = ts_clock_ms() + 3000;
    pid_t parent = 0;
    char life = 'R';
    while (life && life != 'Z' && ts_clock_ms() < deadline) {
        life = state_of(worker[0], &parent);
        (void)usleep(1000);
    }
    assert_true(life == 0 || life == 'Z');
    (void)close(tell[0]);
}

static void workers_can_be_forked_where_the_program_is_missing(void **state)
{
    (void)state;
    drawing d = draw_corners(50, 40);
    encoded e = small_file(&d);
    ts_decoder_options options = options_of(2);
    ts_decoder_pool *pool = pool_of(&options, "");
    assert_non_null(strstr(ts_decoder_pool_confinement(pool), "forked"));
    for (int i = 0; i < 5; i++) assert_decodes(pool, &e, &d);
    pid_t pids[children_max];
    assert_int_equal(children(pids), 2);
    kill_idle(pids[0]);
    for (int i = 0; i < 5; i++) assert_decodes(pool, &e, &d);
    ts_decoder_pool_free(pool);
    encoded_free(&e);
    drawing_free(&d);
}

/* ---- memory and threads -------------------------------------------------------------------------- */

static void held_pictures_stay_as_they_are(void **state)
{
    (void)state;
    enum { held = 12 };
    ts_decoder_pool *pool = test_pool(2);
    drawing drawings[held];
    ts_decoded decoded[held];
    ts_error err;
    for (uint32_t i = 0; i < held; i++) {
        drawings[i] = draw_corners(30 + i, 20 + 2 * i);
        encoded e = small_file(&drawings[i]);
        assert_works(ts_decode(pool, e.bytes, e.length, 0, &decoded[i], &err), err);
        encoded_free(&e);
        if (i % 5 == 4) assert_survives(pool, "TSTEST:exit", TS_DECODER_DIED, "decoder");
    }
    for (int i = 0; i < held; i++) {
        assert_true(difference(&decoded[i].pixels, &drawings[i]) == 0);
        ts_decoded_release(pool, &decoded[i]);
        drawing_free(&drawings[i]);
    }
    ts_decoder_pool_free(pool);
}

typedef struct share {
    ts_decoder_pool *pool;
    uint32_t number;
    bool ok;
} share;

/* cmocka's assertions belong to the main thread: this only says whether all went well. */
static void *decode_many(void *argument)
{
    share *s = argument;
    s->ok = true;
    for (uint32_t i = 0; i < 60; i++) {
        uint8_t file[54 + 4 * 4] = {'B', 'M', [10] = 54, [14] = 40, [18] = 4, [22] = 1, [26] = 1, [28] = 32};
        memset(file + 54, (int)(s->number * 60 + i), 16);
        ts_decoded decoded = {0};
        bool ok = ts_decode(s->pool, file, sizeof file, 0, &decoded, NULL);
        s->ok = s->ok && ok && decoded.pixels.width == 4 && decoded.pixels.data[5] == file[54];
        ts_decoded_release(s->pool, &decoded);
        if (i % 20 == 7 && s->number % 2) (void)ts_decode(s->pool, "TSTEST:exit", 11, 0, &decoded, NULL);
    }
    return NULL;
}

static void many_threads_share_few_workers(void **state)
{
    (void)state;
    enum { threads = 6 };
    ts_decoder_pool *pool = test_pool(2);
    pthread_t ids[threads];
    share shares[threads];
    for (uint32_t i = 0; i < threads; i++) {
        shares[i] = (share){pool, i, false};
        assert_int_equal(pthread_create(&ids[i], NULL, decode_many, &shares[i]), 0);
    }
    for (int i = 0; i < threads; i++) {
        assert_int_equal(pthread_join(ids[i], NULL), 0);
        assert_true(shares[i].ok);
    }
    ts_decoder_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_and_errors_come_through),
        cmocka_unit_test(the_byte_limit_holds_before_anything_is_copied),
        cmocka_unit_test(senseless_options_are_refused),
        cmocka_unit_test(a_dead_worker_is_one_error),
        cmocka_unit_test(a_hanging_worker_is_stopped_at_the_deadline),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(forbidden_calls_end_the_worker),
        cmocka_unit_test(nothing_is_left_behind),
        cmocka_unit_test(a_worker_killed_while_idle_goes_unnoticed),
        cmocka_unit_test(workers_retire_after_many_pictures),
        cmocka_unit_test(workers_die_with_their_pool),
        cmocka_unit_test(workers_can_be_forked_where_the_program_is_missing),
        cmocka_unit_test(held_pictures_stay_as_they_are),
        cmocka_unit_test(many_threads_share_few_workers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
