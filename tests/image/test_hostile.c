/* tests/image: a collection of odd, damaged and dangerous files (shared test data; skipped where it is
 * absent). Each is decoded twice: by a confined worker, and in this process, so that the sanitizers see it
 * too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "encode.h"

typedef struct tally {
    unsigned decode, decode_ok; /* files that should decode, and those that did */
    unsigned files;
} tally;

static const double file_ms_max = 5000.0 * TS_TEST_PATIENCE, reject_ms_max = 200.0 * TS_TEST_PATIENCE;

static bool present(void)
{
    if (!ts_test_data()) return false;
    char *table = ts_test_path(ts_test_data(), "hostile/expected.tsv");
    bool there = access(table, R_OK) == 0;
    free(table);
    return there;
}

static void check_answer(const char *name, const char *expect, bool ok, const ts_error *err, double ms)
{
    bool slow = ms > file_ms_max || (strcmp(expect, "reject") == 0 && ms > reject_ms_max);
    if (slow) fail_msg("%s took %.0f ms", name, ms);
    if (strcmp(expect, "reject") == 0 && ok) fail_msg("%s was decoded", name);
    if (ok) return;
    if (err->code == TS_OK || err->message[0] == '\0') fail_msg("%s: no reason given", name);
    ts_test_check_error(err, err->code, name, 0);
}

static void try_file(ts_decoder_pool *pool, const char *folder, const char *name, const char *expect,
                     tally *t)
{
    char *path = ts_test_path(folder, name);
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    char *exact = malloc(length ? length : 1); /* without a spare byte: a sanitizer sees a read past it */
    assert_non_null(exact);
    memcpy(exact, bytes, length);
    ts_decoded decoded = {0};
    ts_error err = {0};
    double start = ts_clock_ms();
    bool ok = ts_decode(pool, exact, length, t->files % 2 ? 300 : 0, &decoded, &err);
    check_answer(name, expect, ok, &err, ts_clock_ms() - start);
    ts_decoded_release(pool, &decoded);
    t->files++;
    if (strcmp(expect, "decode") == 0) {
        t->decode++;
        t->decode_ok += ok;
        if (!ok) print_message("%s: %s\n", name, err.message);
    }
    free(exact);
    free(bytes);
    free(path);
}

/* Each line: file, kind, expectation, note, with tabs between. */
static tally try_all(ts_decoder_pool *pool, const char *folder)
{
    tally t = {0};
    char *path = ts_test_path(folder, "expected.tsv");
    char *table = ts_test_read(path, NULL);
    char *rest = table;
    (void)strsep(&rest, "\n");
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        char *name = strsep(&line, "\t");
        (void)strsep(&line, "\t");
        const char *expect = strsep(&line, "\t");
        if (expect) try_file(pool, folder, name, expect, &t);
    }
    free(table);
    free(path);
    return t;
}

static void try_collection(bool in_process)
{
    if (!present()) skip();
    char *folder = ts_test_path(ts_test_data(), "hostile");
    ts_error err = {0};
    ts_decoder_options options = {.limits = TS_DECODE_LIMITS_DEFAULT, .workers = 2, .in_process = in_process};
    ts_decoder_pool *pool = ts_decoder_pool_new(&options, &err);
    assert_non_null(pool);
    tally t = try_all(pool, folder);
    ts_decoder_pool_free(pool);
    free(folder);
    assert_true(t.files > 1000);
    print_message("%u of %u files that should decode did\n", t.decode_ok, t.decode);
    assert_true(t.decode_ok * 100 >= t.decode * 99);
}

static void confined_workers_answer_every_file(void **state)
{
    (void)state;
    try_collection(false);
}

static void this_process_survives_every_file(void **state)
{
    (void)state;
    try_collection(true);
}

/* Peak memory of the workers that have ended, in KiB; a pool that is freed has reaped its own. */
static long workers_peak(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    return usage.ru_maxrss;
}

/* Runs first: the peak is that of all children so far. */
static void bombs_cost_little_memory(void **state)
{
    (void)state;
    static const char *const names[] = {"bomb_60000x60000_1bit.png", "bomb_gif_65535.gif",
                                        "bomb_header_2147483647.png", "bomb_jpeg_65500.jpg",
                                        "bomb_ztxt_200MB.png"};
    if (!present()) skip();
    char *folder = ts_test_path(ts_test_data(), "hostile/generated");
    ts_error err = {0};
    ts_decoder_options options = {.limits = TS_DECODE_LIMITS_DEFAULT, .workers = 1};
    ts_decoder_pool *pool = ts_decoder_pool_new(&options, &err);
    assert_non_null(pool);
    bool sanitized = strstr(ts_decoder_pool_confinement(pool), "sanitizer") != NULL;
    tally t = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        try_file(pool, folder, names[i], i < 4 ? "reject" : "decode", &t);
    ts_decoder_pool_free(pool);
    free(folder);
    assert_int_equal(t.decode_ok, 1);
    print_message("peak of the worker: %ld KiB\n", workers_peak());
    if (!sanitized) assert_true(workers_peak() < 64 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bombs_cost_little_memory),
        cmocka_unit_test(confined_workers_answer_every_file),
        cmocka_unit_test(this_process_survives_every_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
