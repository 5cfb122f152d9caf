/* tests/text: from characters to pieces, on a vocabulary small enough to reckon by hand and on the real one. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tests/text/tiny.h"
#include "text/tokens.h"

#define U "\xE2\x96\x81" /* U+2581 */

typedef struct room {
    ts_buf tiny;
    ts_words few;
    ts_words real;
} room;

enum { U_A = TINY_FIRST, A, AB, B, C, U_, E_ACUTE, ABC, XY, YZ, X, Y, Z };
static const tiny_piece pieces[] = {{"_a", -1}, {"a", -2},        {"ab", -2.5F},  {"b", -1},  {"c", -4},
                                    {"_", -3},  {"\xC3\xA9", -3}, {"abc", -6.5F}, {"xy", -2}, {"yz", -2},
                                    {"x", -3},  {"y", -3},        {"z", -3}};

static int set_up(void **state)
{
    room *r = calloc(1, sizeof *r);
    r->tiny = tiny_words(pieces, sizeof pieces / sizeof *pieces);
    char *path = ts_test_dep("models/multilingual-e5-small-words.bin");
    ts_error err;
    assert_works(ts_words_read(r->tiny.data, r->tiny.length, &r->few, &err), err);
    assert_works(ts_words_open(path, &r->real, &err), err);
    free(path);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    room *r = *state;
    ts_words_close(&r->few);
    ts_words_close(&r->real);
    ts_buf_free(&r->tiny);
    free(r);
    return 0;
}

static void check_normal(const ts_words *words, const char *text, const char *expected)
{
    ts_buf out = {0};
    ts_error err;
    assert_works(ts_text_normalise(words, "", text, strlen(text), &out, &err), err);
    if (strcmp(out.length ? out.data : "", expected) != 0 || out.length != strlen(expected))
        fail_msg("\"%s\" became \"%.*s\" instead of \"%s\"", text, (int)out.length, out.data, expected);
    ts_buf_free(&out);
}

static void check_pieces(const ts_words *words, const char *text, const uint32_t *expected,
                         size_t expected_count)
{
    ts_buf normal = {0};
    ts_error err;
    uint32_t got[64];
    size_t count = 0;
    assert_works(ts_text_normalise(words, "", text, strlen(text), &normal, &err), err);
    assert_works(ts_text_cut(words, normal.data, normal.length, got, 64, &count, &err), err);
    ts_buf_free(&normal);
    bool same = count == expected_count && memcmp(got, expected, count * sizeof *got) == 0;
    if (!same) {
        for (size_t i = 0; i < count; i++) print_error("%u ", got[i]);
        fail_msg("are the pieces of \"%s\"", text);
    }
}
#define CHECK_PIECES(words, text, ...)                                                                       \
    check_pieces(words, text, (const uint32_t[]){__VA_ARGS__},                                               \
                 sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void blanks_collapse_and_begin_a_word(void **state)
{
    const ts_words *words = &((room *)*state)->few;
    check_normal(words, "ab", U "ab");
    check_normal(words, "  a   b ", U "a" U "b");
    check_normal(words, "a\t\xC2\xA0 b", U "a" U "b");
    check_normal(words, "", "");
    check_normal(words, " \t ", "");
    check_normal(words, " \xC2\xAD ", ""); /* what vanishes leaves nothing behind */
    check_normal(words,
                 "a\xC2\xAD"
                 "b",
                 U "ab");
}

static void characters_take_their_normal_form(void **state)
{
    const ts_words *words = &((room *)*state)->few;
    check_normal(words, "\xEF\xAC\x81", U "fi");
    check_normal(words, "e\xCC\x81", U "\xC3\xA9");
    check_normal(words, "e\xCC\xA3\xCC\x82", U "\xE1\xBB\x87"); /* twice: e, dot below, circumflex */
    check_normal(words, "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", U "\xEA\xB0\x81"); /* Hangul of three */
    check_normal(words, "\xC3\xAA\xCC\x81", U "\xC3\xAA\xCC\x81"); /* came composed: takes no further mark */
    /* Marks are not put in order: shadda and fatha stay as they were written. */
    check_normal(words, "\xD8\xA8\xD9\x91\xD9\x8E", U "\xD8\xA8\xD9\x91\xD9\x8E");
    /* What stood between them, even if it vanishes, keeps letter and mark apart. */
    check_normal(words, "e\xC2\xAD\xCC\x81", U "e\xCC\x81");
}

static void the_likeliest_way_wins(void **state)
{
    const ts_words *words = &((room *)*state)->few;
    CHECK_PIECES(words, "a", U_A);
    CHECK_PIECES(words, "ab", U_A, B);       /* -1 -1, not -3 -2.5 */
    CHECK_PIECES(words, "cab", U_, C, AB);   /* -2.5, not -2 -1 */
    CHECK_PIECES(words, "cabc", U_, C, ABC); /* -6.5 either way: the piece that began first */
    CHECK_PIECES(words, "a b\xC3\xA9", U_A, U_, B, E_ACUTE);
    CHECK_PIECES(words, "xyz", U_, X, YZ);
}

static void unknown_characters_are_one_piece_a_run(void **state)
{
    const ts_words *words = &((room *)*state)->few;
    CHECK_PIECES(words, "?", U_, 2);
    CHECK_PIECES(words, "??\xE7\xA0\x82\xF0\x9F\x98\x80", U_, 2);
    CHECK_PIECES(words, "?a?", U_, 2, A, 2);
    CHECK_PIECES(words, "? ?", U_, 2, U_, 2);
}

static void the_first_pieces_are_kept(void **state)
{
    const ts_words *words = &((room *)*state)->few;
    uint32_t got[2];
    size_t count = 0;
    ts_error err;
    assert_works(ts_text_cut(words, U "a" U "b" U "c", 12, got, 2, &count, &err), err);
    assert_int_equal(count, 2);
    assert_true(got[0] == U_A && got[1] == U_);
    assert_works(ts_text_cut(words, NULL, 0, got, 2, &count, &err), err);
    assert_int_equal(count, 0);
}

static void bytes_that_are_no_utf8_are_refused_with_their_place(void **state)
{
    const ts_words *words = &((room *)*state)->few;
    static const char *const bad[] = {"ab\x80",         "ab\xFFzz",           "ab\xC3",    "ab\xC0\x80",
                                      "ab\xED\xA0\x80", "ab\xF4\x90\x80\x80", "ab\xE2\x82"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ts_buf out = {0};
        ts_error err;
        assert_fails(ts_text_normalise(words, "", bad[i], strlen(bad[i]), &out, &err), err, TS_USAGE);
        assert_non_null(strstr(err.message, "byte 3"));
        ts_buf_free(&out);
    }
}

/* Numbers that SentencePiece gives for the same vocabulary and rules. */
static void the_real_vocabulary_cuts_as_sentencepiece_does(void **state)
{
    const ts_words *words = &((room *)*state)->real;
    CHECK_PIECES(words, "query: ein Hund am Strand", 41, 1294, 12, 599, 49083, 444, 42233);
    CHECK_PIECES(words, "砂浜の犬", 6, 103267, 175332, 154, 37084);
    CHECK_PIECES(words, "  x   y ", 1022, 113);
    CHECK_PIECES(words,
                 "a\tb\xC2\xA0"
                 "c",
                 10, 876, 501);
    CHECK_PIECES(words, "\xC3\xA9 e\xCC\x81 \xEA\xB0\x80 \xE1\x84\x80\xE1\x85\xA1", 393, 393, 6081, 6081);
    CHECK_PIECES(words, "ﬁne Ⅷ ①", 5885, 32896, 106);
    CHECK_PIECES(words, "😀😀 dog 😀", 21119, 244218, 10269, 21119);
    CHECK_PIECES(words, "<s> </s> <mask> <unk>", 4426, 7, 2740, 6, 42946, 7, 2740, 4426, 1510, 92, 2740, 4426,
                 3678, 2740);
    CHECK_PIECES(words, "한국어 ｶﾞ ﾃﾞｰﾀ", 193751, 6, 26618, 6, 45465);
    CHECK_PIECES(words, "قطة على السرير", 5081, 30728, 556, 106225, 4320);
    CHECK_PIECES(words, "กำลังเดินทาง", 101806, 40867);
    CHECK_PIECES(words, "кошка на диване", 31834, 415, 29, 159577, 103);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_collapse_and_begin_a_word),
        cmocka_unit_test(characters_take_their_normal_form),
        cmocka_unit_test(the_likeliest_way_wins),
        cmocka_unit_test(unknown_characters_are_one_piece_a_run),
        cmocka_unit_test(the_first_pieces_are_kept),
        cmocka_unit_test(bytes_that_are_no_utf8_are_refused_with_their_place),
        cmocka_unit_test(the_real_vocabulary_cuts_as_sentencepiece_does),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
