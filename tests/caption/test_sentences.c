/* Tests of caption: what is said of some eighty pictures, in each language, word for word. pictures.txt lists them,
 * expected.LANGUAGE.tsv holds the texts, read by people; say.c makes them anew. */
#include "house.h"
#include "pair.h"

static bool same(const char *line, const char *what, const char *said, const char *wanted)
{
    if (strcmp(said, wanted) == 0) return true;
    print_error("%s\n  %s is     %s\n  but wanted %s\n", line, what, said, wanted);
    return false;
}

/* line: picture, title, description, alternative text. */
static bool holds(char *line, ts_language language)
{
    char *fields[4] = {"", "", "", ""}, *rest = line;
    for (size_t i = 0; i < 4; i++) fields[i] = strsep(&rest, "\t");
    for (size_t i = 0; i < 4; i++) assert_non_null(fields[i]);
    said_picture picture;
    ts_caption caption;
    ts_error err = {0};
    ts_arena *arena = ts_arena_new(0);
    read_picture(&picture, vocab, fields[0]);
    if (!picture.known) print_error("%s: a concept that the vocabulary does not have\n", fields[0]);
    assert_true(ts_caption_write(captioner, &picture.input, language, arena, &caption, &err));
    bool ok = picture.known;
    ok = same(fields[0], "the title", caption.title, fields[1]) && ok;
    ok = same(fields[0], "the description", caption.description, fields[2]) && ok;
    ok = same(fields[0], "the alternative text", caption.alt_text, fields[3]) && ok;
    ts_arena_free(arena);
    return ok;
}

static void check_language(ts_language language)
{
    char path[512], line[4096];
    (void)snprintf(path, sizeof path, "%s/expected.%s.tsv", TS_TEST_EXPECTED_DIR, ts_language_code(language));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t rows = 0, wrong = 0;
    for (bool head = true; fgets(line, sizeof line, file); head = false) {
        line[strcspn(line, "\n")] = '\0';
        if (head || !line[0]) continue;
        rows++;
        wrong += !holds(line, language);
    }
    (void)fclose(file);
    assert_true(rows >= 40);
    assert_int_equal(wrong, 0);
}

#define LANGUAGE_TEST(name, language)                                                                        \
    static void speaks_##name(void **state)                                                                  \
    {                                                                                                        \
        (void)state;                                                                                         \
        check_language(language);                                                                            \
    }

LANGUAGE_TEST(english, TS_LANGUAGE_EN)
LANGUAGE_TEST(chinese, TS_LANGUAGE_ZH)
LANGUAGE_TEST(french, TS_LANGUAGE_FR)
LANGUAGE_TEST(german, TS_LANGUAGE_DE)
LANGUAGE_TEST(spanish, TS_LANGUAGE_ES)
LANGUAGE_TEST(japanese, TS_LANGUAGE_JA)
LANGUAGE_TEST(korean, TS_LANGUAGE_KO)

static void refuses_a_language_that_was_not_opened(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_caption caption;
    ts_arena *arena = ts_arena_new(0);
    ts_captioner *english =
        ts_captioner_open(vocab, TS_TEST_VOCAB_DIR, TS_LANGUAGE_BIT(TS_LANGUAGE_EN), &err);
    assert_non_null(english);
    assert_false(ts_caption_write(english, &(ts_caption_input){0}, TS_LANGUAGE_DE, arena, &caption, &err));
    assert_int_equal(err.code, TS_USAGE);
    ts_captioner_close(english);
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_english), cmocka_unit_test(speaks_chinese),
        cmocka_unit_test(speaks_french),  cmocka_unit_test(speaks_german),
        cmocka_unit_test(speaks_spanish), cmocka_unit_test(speaks_japanese),
        cmocka_unit_test(speaks_korean),  cmocka_unit_test(refuses_a_language_that_was_not_opened),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
