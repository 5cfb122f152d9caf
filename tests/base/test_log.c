/* tests/base: log lines: both forms, levels, what cannot be forged or leaked, cutting, threads, a stuck reader. */
#include "base/log.h"

#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/support/support.h"

static int to[2];

static int open_pipe(void **state)
{
    (void)state;
    if (pipe2(to, O_CLOEXEC) != 0) return -1;
    return fcntl(to[0], F_SETFL, O_NONBLOCK);
}

static int close_pipe(void **state)
{
    (void)state;
    close(to[0]);
    close(to[1]);
    return 0;
}

static ts_log *new_log(ts_log_level level, ts_log_format format, bool journal)
{
    ts_error err;
    ts_log *log = NULL;
    ts_log_options options = {.fd = to[1], .level = level, .format = format, .journal = journal};
    assert_works((log = ts_log_new(&options, &err)) != NULL, err);
    return log;
}

/* What was written since the last look. */
static const char *heard(void)
{
    static char text[65536];
    ssize_t n = read(to[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static const char *after_time(const char *line)
{
    assert_true(strlen(line) > 25);
    const char *blank = strchr(line, ' ');
    assert_non_null(blank);
    return blank + 1;
}

static void writes_text(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_INFO, TS_LOG_FORMAT_TEXT, false);
    ts_log_info(log, "ready");
    assert_string_equal(after_time(heard()), "info  ready\n");
    ts_log_warn(log, "picture tagged", ts_kv_text("id", "p1"), ts_kv_int("tags", -12), ts_kv_real("ms", 4.25),
                ts_kv_bool("new", true), ts_kv_text("name", "a b=\"c\""), ts_kv_text("none", NULL));
    assert_string_equal(after_time(heard()), "warn  picture tagged id=p1 tags=-12 ms=4.25 new=true "
                                             "name=\"a b=\\\"c\\\"\" none=\"\"\n");
    ts_log_free(log);
}

static void writes_json(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_INFO, TS_LOG_FORMAT_JSON, false);
    ts_log_error(log, "dünn \"x\"\n", ts_kv_text("id", "p\x01\xff\xc3\xa4"), ts_kv_int("n", INT64_MIN),
                 ts_kv_real("r", 0.0 / 0.0 * 1), ts_kv_bool("b", false), ts_kv_real("e", 1e300));
    const char *line = heard();
    assert_int_equal(line[strlen(line) - 1], '\n');
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "level")), "error");
    assert_string_equal(json_string_value(json_object_get(object, "message")), "dünn \"x\"\n");
    assert_string_equal(json_string_value(json_object_get(object, "id")), "p\x01\xef\xbf\xbd\xc3\xa4");
    assert_int_equal(json_integer_value(json_object_get(object, "n")), INT64_MIN);
    assert_true(json_is_null(json_object_get(object, "r")));
    assert_true(json_is_false(json_object_get(object, "b")));
    assert_true(json_real_value(json_object_get(object, "e")) == 1e300);
    json_decref(object);
    ts_log_free(log);
}

static void never_shows_a_secret(void **state)
{
    (void)state;
    for (int format = 0; format < 2; format++) {
        ts_log *log = new_log(TS_LOG_DEBUG, (ts_log_format)format, false);
        ts_log_info(log, "key", ts_kv_secret("secret", "hunter2"), ts_kv_secret("none", ""));
        const char *line = heard();
        assert_null(strstr(line, "hunter2"));
        assert_non_null(strstr(line, "***"));
        ts_log_free(log);
    }
}

static void nobody_forges_a_line(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_INFO, TS_LOG_FORMAT_TEXT, false);
    ts_log_info(log, "x\n2026 info  forged\r\x1b[31m", ts_kv_text("name", "a\nb\x7f"));
    const char *line = heard();
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    for (const char *c = line; c[1]; c++) assert_true(*c >= ' ' && *c != 127);
    ts_log_free(log);
}

static void keeps_to_its_level(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_WARN, TS_LOG_FORMAT_TEXT, false);
    ts_log_info(log, "no");
    ts_log_debug(log, "no");
    assert_string_equal(heard(), "");
    assert_false(ts_log_wants(log, TS_LOG_INFO));
    ts_log_set_level(log, TS_LOG_DEBUG);
    ts_log_debug(log, "yes");
    assert_non_null(strstr(heard(), "debug yes"));
    ts_log_write(log, (ts_log_level)99, "no", NULL);
    assert_string_equal(heard(), "");
    ts_log_free(log);
    ts_log_error(NULL, "silent");
    assert_false(ts_log_wants(NULL, TS_LOG_ERROR));
}

static void speaks_to_the_journal(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_DEBUG, TS_LOG_FORMAT_TEXT, true);
    ts_log_error(log, "bad", ts_kv_int("n", 1));
    assert_string_equal(heard(), "<3>bad n=1\n");
    ts_log_debug(log, "small");
    assert_string_equal(heard(), "<7>small\n");
    ts_log_free(log);
    struct stat st;
    char stream[64];
    assert_int_equal(fstat(to[1], &st), 0);
    (void)snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    assert_true(ts_log_is_journal(to[1]));
    setenv("JOURNAL_STREAM", "1:2", 1);
    assert_false(ts_log_is_journal(to[1]));
    unsetenv("JOURNAL_STREAM");
    assert_false(ts_log_is_journal(to[1]));
}

static void cuts_long_lines_well_formed(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_INFO, TS_LOG_FORMAT_JSON, false);
    char *text = malloc(20001);
    assert_non_null(text);
    for (size_t length = 7990; length <= 8200; length++) {
        for (size_t i = 0; i < length; i++) text[i] = (char)(i % 3 ? 'a' : '"');
        text[length] = '\0';
        ts_log_info(log, length % 2 ? text : "m", ts_kv_text("long", text), ts_kv_int("after", 123456789));
        json_t *object = json_loads(heard(), 0, NULL);
        if (!object) fail_msg("no JSON at %zu", length);
        json_decref(object);
    }
    free(text);
    ts_log_free(log);
}

static void tells_of_trouble(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_INFO, TS_LOG_FORMAT_TEXT, false);
    ts_error trouble = {0};
    ts_fail(&trouble, TS_CORRUPT, "the data is damaged");
    ts_hint(&trouble, "save it again");
    const ts_log_field fields[] = {ts_kv_text("id", "p1"), {0}};
    ts_log_trouble(log, TS_LOG_WARN, "picture failed", &trouble, fields);
    assert_string_equal(after_time(heard()),
                        "warn  picture failed id=p1 code=corrupt error=\"the data is damaged\" "
                        "hint=\"save it again\"\n");
    ts_log_free(log);
}

enum { THREADS = 4, LINES = 200 };

static void *write_lines(void *log)
{
    for (int i = 0; i < LINES; i++)
        ts_log_info(log, "line", ts_kv_text("t", "aaaaaaaaaaaaaaaa"), ts_kv_int("i", i));
    return NULL;
}

static void threads_do_not_mix(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_INFO, TS_LOG_FORMAT_TEXT, true);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, log), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    int lines = 0;
    char copy[65536];
    (void)snprintf(copy, sizeof copy, "%s", heard());
    for (char *rest = NULL, *line = strtok_r(copy, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest), lines++)
        assert_true(strncmp(line, "<6>line t=aaaaaaaaaaaaaaaa i=", 29) == 0 && strlen(line) <= 32);
    assert_int_equal(lines, THREADS * LINES);
    ts_log_free(log);
}

static void a_stuck_reader_stops_nobody(void **state)
{
    (void)state;
    ts_log *log = new_log(TS_LOG_INFO, TS_LOG_FORMAT_TEXT, false);
    assert_int_equal(fcntl(to[1], F_SETFL, O_NONBLOCK), 0);
    char block[4096];
    memset(block, 'x', sizeof block);
    while (write(to[1], block, sizeof block) > 0) {
    }
    ts_log_info(log, "dropped");
    assert_int_equal(ts_log_dropped(log), 1);
    ts_log_free(log);
}

#define WITH_PIPE(test) cmocka_unit_test_setup_teardown(test, open_pipe, close_pipe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PIPE(writes_text),          WITH_PIPE(writes_json),
        WITH_PIPE(never_shows_a_secret), WITH_PIPE(nobody_forges_a_line),
        WITH_PIPE(keeps_to_its_level),   WITH_PIPE(speaks_to_the_journal),
        WITH_PIPE(tells_of_trouble),     WITH_PIPE(cuts_long_lines_well_formed),
        WITH_PIPE(threads_do_not_mix),   WITH_PIPE(a_stuck_reader_stops_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
