/* tests/base: settings: every kind, the order of strength, origins, strictness, the template and the search path. */
#include "base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/support.h"

static const char *const colours[] = {"red", "green", NULL};
static const ts_setting table[] = {
    {"server.listen", TS_SETTING_TEXT, "127.0.0.1:8080", "Address and port"},
    {"server.max_upload", TS_SETTING_SIZE, "32M", "Largest upload", .min = 1024, .max = 1099511627776},
    {"server.timeout", TS_SETTING_DURATION, "30s", "Patience", .min = 1, .max = 86400000},
    {"server.threads", TS_SETTING_INT, "4", "Threads", .min = 1, .max = 64},
    {"server.offset", TS_SETTING_INT, "0", "May be negative"},
    {"server.secret", TS_SETTING_TEXT, "", "A token", .secret = true},
    {"tags.threshold", TS_SETTING_REAL, "0.5", "From here on", .max = 1},
    {"tags.people", TS_SETTING_BOOL, "yes", "Whether to look for people"},
    {"tags.languages", TS_SETTING_LIST, "en, de", "Languages of labels"},
    {"tags.colour", TS_SETTING_CHOICE, "red", "Which", .choices = colours},
    {"server.motto", TS_SETTING_TEXT, "",
     "Any text; it may be long and then this help goes over several lines of the "
     "template, each of which begins as a comment does"},
};
enum { COUNT = sizeof table / sizeof *table };

static ts_config *fresh(void)
{
    ts_error err;
    ts_config *config = NULL;
    assert_works((config = ts_config_new(table, COUNT, &err)) != NULL, err);
    return config;
}

static ts_config *with_text(const char *text)
{
    ts_error err;
    ts_config *config = fresh();
    assert_works(ts_config_read_text(config, text, strlen(text), "f", &err), err);
    return config;
}

static void has_defaults(void **state)
{
    (void)state;
    ts_config *c = fresh();
    size_t count = 0;
    assert_string_equal(ts_config_text(c, "server.listen"), "127.0.0.1:8080");
    assert_int_equal(ts_config_int(c, "server.max_upload"), 32 << 20);
    assert_int_equal(ts_config_int(c, "server.timeout"), 30000);
    assert_true(ts_config_real(c, "tags.threshold") == 0.5);
    assert_true(ts_config_bool(c, "tags.people"));
    const char *const *list = ts_config_list(c, "tags.languages", &count);
    assert_int_equal(count, 2);
    assert_string_equal(list[0], "en");
    assert_string_equal(list[1], "de");
    assert_null(list[2]);
    assert_int_equal(ts_config_choice(c, "tags.colour"), 0);
    assert_true(ts_config_is_default(c, "tags.colour"));
    ts_config_free(c);
}

static void fails_with(const char *text, const char *message, const char *hint)
{
    ts_error err = {0};
    ts_config *c = fresh();
    assert_fails(ts_config_read_text(c, text, strlen(text), "f", &err), err, TS_CONFIG);
    if (strcmp(err.message, message) != 0) fail_msg("\"%s\" is not \"%s\"", err.message, message);
    assert_string_equal(err.hint, hint);
    for (size_t i = 0; i < COUNT; i++) assert_string_equal(ts_config_origin(c, table[i].name), "default");
    ts_config_free(c);
}

/* The second line, below [server], is what is wrong. */
#define WRONG(line, message) fails_with("[server]\n" line, "f:2: " message, "")

static void understands_values(void **state)
{
    (void)state;
    ts_config *c =
        with_text("[server]\nlisten = \"[::1]:80 # \\\"not\\\" a comment\"  ; one\r\nmax_upload=1.5G\n"
                  "timeout = 90\noffset = -3\n[tags]\nlanguages = \"a,b\", c d ,\"e\\\"\"\npeople=OFF\n"
                  "colour = Green\n[server]\nmotto = don't;stop # tell\nthreads = 8");
    size_t count = 0;
    assert_string_equal(ts_config_text(c, "server.listen"), "[::1]:80 # \"not\" a comment");
    assert_int_equal(ts_config_int(c, "server.max_upload"), 1610612736);
    assert_int_equal(ts_config_int(c, "server.timeout"), 90000);
    assert_int_equal(ts_config_int(c, "server.offset"), -3);
    assert_int_equal(ts_config_int(c, "server.threads"), 8);
    const char *const *list = ts_config_list(c, "tags.languages", &count);
    assert_int_equal(count, 3);
    assert_string_equal(list[0], "a,b");
    assert_string_equal(list[1], "c d");
    assert_string_equal(list[2], "e\"");
    assert_false(ts_config_bool(c, "tags.people"));
    assert_int_equal(ts_config_choice(c, "tags.colour"), 1);
    assert_string_equal(ts_config_text(c, "tags.colour"), "green");
    assert_string_equal(ts_config_text(c, "server.motto"), "don't;stop");
    assert_string_equal(ts_config_origin(c, "server.threads"), "f:12");
    ts_config_free(c);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    fails_with("[server]\nlisten = a\nlisen = b\n", "f:3: there is no setting \"server.lisen\"",
               "did you mean server.listen?");
    fails_with("[sever]\n", "f:1: there is no section [sever]", "did you mean [server]?");
    fails_with("[server]\nthreads=1\n#\nthreads=2\n", "f:4: server.threads was set in line 2 already", "");
    WRONG("threads=65", "server.threads must be from 1 to 64, not 65");
    WRONG("max_upload = 1", "server.max_upload must be from 1K to 1T, not 1");
    WRONG("threads = four", "server.threads must be a whole number, not \"four\"");
    WRONG("threads = 1.5", "server.threads must be a whole number, not \"1.5\"");
    WRONG("threads = 0x10", "server.threads must be a whole number, not \"0x10\"");
    WRONG("offset = 99999999999999999999", "server.offset: 99999999999999999999 is too large");
    WRONG("timeout = 5 years", "server.timeout must be a duration such as 30s or 5m, not \"5 years\"");
    fails_with("[tags]\npeople = maybe", "f:2: tags.people must be yes or no, not \"maybe\"", "");
    fails_with("[tags]\ncolour = blue", "f:2: tags.colour must be one of red, green, not \"blue\"", "");
    fails_with("[tags]\nlanguages = a,,b",
               "f:2: tags.languages must be a list separated by commas, not \"a,,b\"", "");
    fails_with("threads = 1", "f:1: a [section] must come first", "");
    WRONG("threads", "a setting looks like key = value");
    fails_with("[server", "f:1: a section looks like [name]", "");
    WRONG("listen = \"a", "server.listen: the quotes do not close, or \\ stands before what it cannot");
    WRONG("listen = \"a\" b", "server.listen: the quotes do not close, or \\ stands before what it cannot");
    WRONG("listen = \xff", "not valid UTF-8");
    WRONG("listen = \x01", "a control byte (0x01)");
}

static void an_error_changes_nothing(void **state)
{
    (void)state;
    ts_error err;
    ts_config *c = with_text("[server]\nthreads = 7\n");
    static const char text[] = "[server]\nthreads = 9\nnonsense = 1\n";
    assert_fails(ts_config_read_text(c, text, sizeof text - 1, "g", &err), err, TS_CONFIG);
    assert_int_equal(ts_config_int(c, "server.threads"), 7);
    assert_string_equal(ts_config_origin(c, "server.threads"), "f:2");
    char *bad[] = {"TAGSMITH_SERVER_LISTEN=x", "TAGSMITH_SERVER_THREADS=x", NULL};
    assert_fails(ts_config_read_environment(c, bad, &err), err, TS_CONFIG);
    assert_string_equal(err.message,
                        "$TAGSMITH_SERVER_THREADS: server.threads must be a whole number, not \"x\"");
    assert_string_equal(ts_config_text(c, "server.listen"), "127.0.0.1:8080");
    ts_config_free(c);
}

static void the_stronger_wins(void **state)
{
    (void)state;
    ts_error err;
    ts_config *c = with_text("[server]\nthreads = 7\nlisten = file\nmotto = file\n");
    char *environment[] = {"HOME=/",
                           "TAGSMITH_SERVER_LISTEN=environment # all of it",
                           "TAGSMITH_SERVER_THREADS=",
                           "TAGSMITH_SERVER_MOTTO=environment",
                           "TAGSMITH_UNKNOWN=1",
                           NULL};
    assert_works(ts_config_read_environment(c, environment, &err), err);
    assert_works(ts_config_set(c, "server.motto", "\"flag\"", "--motto", &err), err);
    assert_int_equal(ts_config_int(c, "server.threads"), 7);
    assert_string_equal(ts_config_origin(c, "server.threads"), "f:2");
    assert_string_equal(ts_config_text(c, "server.listen"), "environment # all of it");
    assert_string_equal(ts_config_origin(c, "server.listen"), "$TAGSMITH_SERVER_LISTEN");
    assert_string_equal(ts_config_text(c, "server.motto"), "\"flag\"");
    assert_string_equal(ts_config_origin(c, "server.motto"), "--motto");
    assert_fails(ts_config_set(c, "server.moto", "x", "--moto", &err), err, TS_CONFIG);
    assert_string_equal(err.hint, "did you mean server.motto?");
    assert_fails(ts_config_set(c, "server.motto", "a\x01", "--motto", &err), err, TS_CONFIG);
    ts_config_free(c);
}

static void the_template_says_nothing_and_then_everything(void **state)
{
    (void)state;
    ts_error err;
    ts_buf text = {0};
    assert_true(ts_config_write_template(table, COUNT, &text));
    ts_config *c = with_text(text.data);
    for (size_t i = 0; i < COUNT; i++) assert_true(ts_config_is_default(c, table[i].name));
    ts_config_free(c);
    /* The # before each setting taken away: every default read back as itself. */
    for (char *line = text.data; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (line[0] == '#' && line[1] != ' ') line[0] = ' ';
    }
    c = fresh();
    assert_works(ts_config_read_text(c, text.data, text.length, "t", &err), err);
    ts_config *plain = fresh();
    for (size_t i = 0; i < COUNT; i++) assert_false(ts_config_is_default(c, table[i].name));
    assert_int_equal(ts_config_int(c, "server.timeout"), ts_config_int(plain, "server.timeout"));
    assert_string_equal(ts_config_text(c, "server.listen"), ts_config_text(plain, "server.listen"));
    ts_config_free(plain);
    ts_config_free(c);
    ts_buf_free(&text);
}

static void explains_without_secrets(void **state)
{
    (void)state;
    ts_error err;
    ts_buf text = {0};
    ts_config *c = with_text("[server]\nsecret = hunter2\nthreads = 5");
    assert_true(ts_config_explain(c, &text));
    assert_null(strstr(text.data, "hunter2"));
    assert_non_null(strstr(text.data, "***"));
    assert_non_null(strstr(text.data, "# f:3\n"));
    static const char secret_number[] = "[server]\nsecret = \"abc";
    assert_fails(ts_config_read_text(c, secret_number, sizeof secret_number - 1, "f", &err), err, TS_CONFIG);
    assert_null(strstr(err.message, "abc"));
    ts_buf_free(&text);
    ts_config_free(c);
}

static void refuses_a_bad_table(void **state)
{
    (void)state;
    ts_error err;
    static const ts_setting bad[][2] = {
        {{"a.b", TS_SETTING_INT, "", "h"}, {"a.c", TS_SETTING_TEXT, "", "h"}},
        {{"a.b", TS_SETTING_TEXT, "", "h"}, {"a.b", TS_SETTING_TEXT, "", "h"}},
        {{"a.b_c", TS_SETTING_TEXT, "", "h"}, {"a_b.c", TS_SETTING_TEXT, "", "h"}},
        {{"a", TS_SETTING_TEXT, "", "h"}, {"a.b", TS_SETTING_TEXT, "", "h"}},
        {{"A.b", TS_SETTING_TEXT, "", "h"}, {"a.b", TS_SETTING_TEXT, "", "h"}},
        {{"a.b", TS_SETTING_TEXT, NULL, "h"}, {"a.c", TS_SETTING_TEXT, "", "h"}},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (ts_error){0};
        assert_null(ts_config_new(bad[i], 2, &err));
        assert_int_equal(err.code, TS_INTERNAL);
    }
}

static void finds_the_file(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_arena *arena = ts_arena_new(0);
    char *folder = ts_test_folder();
    char *xdg = ts_test_path(folder, "tagsmith");
    assert_int_equal(mkdir(xdg, 0700), 0);
    unsetenv("TAGSMITH_CONFIG");
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("HOME", folder, 1);
    const char *none = ts_config_find_file(arena, &err);
    assert_true(!none || strcmp(none, "/etc/tagsmith/config") == 0);
    char *path = ts_test_file(folder, "tagsmith/config", "[server]\nthreads = 3\n", 21);
    assert_string_equal(ts_config_find_file(arena, &err), path);
    setenv("TAGSMITH_CONFIG", "/nowhere/at/all", 1);
    assert_fails(ts_config_find_file(arena, &err) != NULL, err, TS_NOT_FOUND);
    setenv("TAGSMITH_CONFIG", path, 1);
    assert_string_equal(ts_config_find_file(arena, &err), path);
    ts_config *c = fresh();
    assert_works(ts_config_read_file(c, path, &err), err);
    assert_int_equal(ts_config_int(c, "server.threads"), 3);
    assert_fails(ts_config_read_file(c, folder, &err), err, TS_IO);
    ts_config_free(c);
    free(path);
    free(xdg);
    ts_test_folder_end(folder);
    ts_arena_free(arena);
    unsetenv("TAGSMITH_CONFIG");
}

static void refuses_a_huge_file(void **state)
{
    (void)state;
    ts_error err;
    size_t length = ((size_t)1 << 20) + 1;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, '\n', length);
    ts_config *c = fresh();
    assert_fails(ts_config_read_text(c, text, length, "f", &err), err, TS_CONFIG);
    assert_works(ts_config_read_text(c, text, length - 1, "f", &err), err);
    ts_config_free(c);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(understands_values),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(an_error_changes_nothing),
        cmocka_unit_test(the_stronger_wins),
        cmocka_unit_test(the_template_says_nothing_and_then_everything),
        cmocka_unit_test(explains_without_secrets),
        cmocka_unit_test(refuses_a_bad_table),
        cmocka_unit_test(finds_the_file),
        cmocka_unit_test(refuses_a_huge_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
