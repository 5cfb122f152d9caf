/* Tests: what every test program needs. cmocka with its headers in the right order, a private folder
 * that cleans up after itself, and assertions about the error value. Knows no room above base.
 * Errors: helpers that cannot do their job end the test as failed; they never return half a result. */
#ifndef TS_TESTS_SUPPORT_H
#define TS_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above before it. */
#include <cmocka.h>

#include "tagsmith/error.h"

/* A fresh empty folder below TMPDIR (default /tmp). The text is owned by the caller: end it with
 * ts_test_folder_end. */
char *ts_test_folder(void);
/* Removes the folder and everything in it, frees the text. */
void ts_test_folder_end(char *folder);

/* FOLDER/NAME; the caller frees. */
char *ts_test_path(const char *folder, const char *name);
/* Writes a file FOLDER/NAME with these bytes and returns its path; the caller frees. */
char *ts_test_file(const char *folder, const char *name, const void *bytes, size_t length);
/* The whole file, NUL-terminated, its length in *length where that is not NULL; the caller frees. */
char *ts_test_read(const char *path, size_t *length);

/* The folder of shared test data (TAGSMITH_TESTDATA, default ../shared/data seen from the source tree), or
 * NULL when it is not there: then the test calls skip(). */
const char *ts_test_data(void);

/* The source tree, which holds models/ and vocab/ as an installation's share folder does. */
const char *ts_test_source(void);
/* DEPS/NAME below the folder that set-up filled (TAGSMITH_DEPS, default deps/ in the source tree): "models",
 * "photos/cat.png", ... Set-up always runs before the tests, so what is missing is a failure. The caller
 * frees. */
char *ts_test_dep(const char *name);

/* How many times longer than usual a step may take here: ThreadSanitizer slows everything down. */
#if defined(__SANITIZE_THREAD__)
#define TS_TEST_PATIENCE 5
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TS_TEST_PATIENCE 5
#endif
#endif
#ifndef TS_TEST_PATIENCE
#define TS_TEST_PATIENCE 1
#endif

/* What this process, libraries and children included, writes to standard output and error between the two
 * calls; the text is the caller's to free. Not nested. */
void ts_test_listen(void);
char *ts_test_heard(void);

/* The call failed with this code, and says why in one sentence: not empty, no newline, no full stop at its
 * end. */
#define assert_fails(call, err, expected)                                                                    \
    do {                                                                                                     \
        (err) = (ts_error){.code = TS_OK};                                                                   \
        assert_false(call);                                                                                  \
        ts_test_check_error(&(err), (expected), __FILE__, __LINE__);                                         \
    } while (0)

/* The call worked; if not, its message is the failure. */
#define assert_works(call, err)                                                                              \
    do {                                                                                                     \
        (err) = (ts_error){.code = TS_OK};                                                                   \
        if (!(call)) fail_msg("%s: %s: %s", #call, ts_code_name((err).code), (err).message);                 \
    } while (0)

void ts_test_check_error(const ts_error *err, ts_code expected, const char *file, int line);

#endif
