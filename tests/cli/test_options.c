/* cli: reading options, and guessing what was meant. */
#include "cli/command.h"
#include "tests/support/support.h"

#include <string.h>

typedef struct settings {
    bool flag;
    const char *text;
    ts_option_list list, more;
    unsigned count;
    uint64_t size;
    float real;
    unsigned choice;
    ts_option_order order;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    {"flag", 'f', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(flag), "h"},
    {"text", 't', TS_OPTION_TEXT, "T", NULL, 0, 0, FIELD(text), "h"},
    {"list", 'l', TS_OPTION_LIST, "L", NULL, 0, 0, FIELD(list), "h"},
    {"more", 0, TS_OPTION_LIST, "L", NULL, 0, 0, FIELD(more), "h"},
    {"count", 'c', TS_OPTION_COUNT, "N", NULL, 1, 9, FIELD(count), "h"},
    {"size", 0, TS_OPTION_SIZE, "S", NULL, 0, 0, FIELD(size), "h"},
    {"real", 0, TS_OPTION_REAL, "X", NULL, 0, 1, FIELD(real), "h"},
    {"choice", 0, TS_OPTION_CHOICE, "C", "one|two|three", 0, 0, FIELD(choice), "h"},
    {"order", 0, TS_OPTION_ORDER, "O", "up|down", 0, 0, FIELD(order), "h"},
};

static const ts_command command = {
    .name = "test", .options = options, .option_count = sizeof options / sizeof *options};

#define ROOM 16

typedef struct parsed {
    settings s;
    const char *args[ROOM];
    const char *lists[2 * ROOM];
    ts_call call;
    bool help;
    ts_error err;
} parsed;

static bool parse(parsed *p, const char *const *words)
{
    char *argv[ROOM];
    int argc = 0;
    *p = (parsed){0};
    for (; words[argc]; argc++) argv[argc] = (char *)(uintptr_t)words[argc];
    return ts_options_parse(&command, argc, argv, &p->s, p->args, p->lists, &p->call, &p->help, &p->err);
}

#define PARSE(p, ...) parse(&(p), (const char *const[]){__VA_ARGS__, NULL})

static void every_kind_and_every_spelling(void **state)
{
    (void)state;
    parsed p;
    assert_true(PARSE(p, "a", "--flag", "--text=x=y", "--list", "1", "-l2", "--more", "3", "-l", "4",
                      "--count=9", "b"));
    assert_true(p.s.flag);
    assert_string_equal(p.s.text, "x=y");
    assert_int_equal(p.s.list.count, 3);
    assert_string_equal(p.s.list.items[1], "2");
    assert_int_equal(p.s.more.count, 1);
    assert_string_equal(p.s.more.items[0], "3");
    assert_int_equal(p.s.count, 9);
    assert_int_equal(p.call.arg_count, 2);
    assert_string_equal(p.call.args[1], "b");
    assert_true(PARSE(p, "-fc3", "-", "--", "-t", "--flag"));
    assert_int_equal(p.s.count, 3);
    assert_null(p.s.text);
    assert_int_equal(p.call.arg_count, 3);
    assert_true(PARSE(p, "--choice", "three", "--real", "0.25", "--text", ""));
    assert_int_equal(p.s.choice, 3);
    assert_true(p.s.real == 0.25F);
    assert_string_equal(p.s.text, "");
}

static void an_order_is_turned_round_by_a_dash(void **state)
{
    (void)state;
    parsed p;
    assert_true(PARSE(p, "--order", "-down", "x"));
    assert_int_equal(p.s.order.choice, 2);
    assert_true(p.s.order.reverse);
    assert_int_equal(p.call.arg_count, 1);
    assert_true(PARSE(p, "--order=up"));
    assert_int_equal(p.s.order.choice, 1);
    assert_false(p.s.order.reverse);
    assert_false(PARSE(p, "--order", "--up"));
    assert_false(PARSE(p, "--order", "-"));
    assert_false(PARSE(p, "--choice", "-one"));
}

static void sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {{"1", 1},
                {"512", 512},
                {"2K", 2048},
                {"1.5M", 1572864},
                {"2g", 2147483648U},
                {"1T", 1ULL << 40},
                {"700MB", 734003200U},
                {"64MiB", 67108864U},
                {"9B", 9}};
    parsed p;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(PARSE(p, "--size", good[i].text));
        assert_int_equal(p.s.size, good[i].bytes);
    }
    const char *const bad[] = {"", "M", "-1", "0", "5Q", "1MM", "inf", "nan", "1e30", "99999999T"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (PARSE(p, "--size", bad[i]))
            fail_msg("%s was taken as %llu", bad[i], (unsigned long long)p.s.size);
}

static void check_wrong(parsed *p, const char *message, const char *hint)
{
    assert_int_equal(p->err.code, TS_USAGE);
    if (!strstr(p->err.message, message)) fail_msg("\"%s\" lacks \"%s\"", p->err.message, message);
    if (!strstr(p->err.hint, hint)) fail_msg("\"%s\" lacks \"%s\"", p->err.hint, hint);
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    parsed p;
    assert_false(PARSE(p, "--flg"));
    check_wrong(&p, "unknown option --flg", "did you mean --flag?");
    assert_false(PARSE(p, "--chioce=one"));
    check_wrong(&p, "unknown option", "did you mean --choice?");
    assert_false(PARSE(p, "-z"));
    check_wrong(&p, "unknown option -z", "--help");
    assert_false(PARSE(p, "--text"));
    check_wrong(&p, "wants a value", "--help");
    assert_false(PARSE(p, "-t"));
    check_wrong(&p, "wants a value", "--help");
    assert_false(PARSE(p, "--flag=yes"));
    check_wrong(&p, "takes no value", "");
    assert_false(PARSE(p, "--choice", "four"));
    check_wrong(&p, "cannot be \"four\"", "one|two|three");
    assert_false(PARSE(p, "--choice", ""));
    const char *const counts[] = {"0", "10", "-1", "+1", "1x", "", " 1", "99999999999999999999"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (PARSE(p, "--count", counts[i])) fail_msg("\"%s\" was taken", counts[i]);
    const char *const reals[] = {"1.1", "-0.1", "x", "", "nan", "0.5x"};
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
        if (PARSE(p, "--real", reals[i])) fail_msg("\"%s\" was taken", reals[i]);
}

static void help_wins_where_it_stands(void **state)
{
    (void)state;
    parsed p;
    assert_true(PARSE(p, "a", "--help", "--nonsense"));
    assert_true(p.help);
    assert_true(PARSE(p, "-fh"));
    assert_true(p.help);
    assert_true(PARSE(p, "--", "--help"));
    assert_false(p.help);
}

static void near_words(void **state)
{
    (void)state;
    const char *const names[] = {"tag", "models", "doctor", "max-tags", "max-memory"};
    assert_string_equal(ts_nearest("tga", names, 5), "tag");
    assert_string_equal(ts_nearest("model", names, 5), "models");
    assert_string_equal(ts_nearest("dcotr", names, 5), "doctor");
    assert_string_equal(ts_nearest("maxtags", names, 5), "max-tags");
    assert_string_equal(ts_nearest("max-mem", names, 5), "max-memory");
    assert_null(ts_nearest("photographs", names, 5));
    assert_null(ts_nearest("", names, 5));
    assert_null(ts_nearest("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", names, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_and_every_spelling),
        cmocka_unit_test(an_order_is_turned_round_by_a_dash),
        cmocka_unit_test(sizes),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(help_wins_where_it_stands),
        cmocka_unit_test(near_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
