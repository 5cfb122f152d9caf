/* tests/text: the file of words. Whole files are read, damaged ones are one clear error and no reading outside. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tests/text/tiny.h"
#include "text/words.h"

static const tiny_piece few[] = {{"_a", -1}, {"a", -2}, {"ab", -2.5F}, {"\xC3\xA9", -3}};

/* The bytes at an address of their own size: a sanitizer sees any step beyond. */
static bool reads(const char *bytes, size_t length, ts_words *words, ts_error *err)
{
    char *exact = malloc(length ? length : 1);
    memcpy(exact, bytes, length);
    bool ok = ts_words_read(exact, length, words, err);
    if (ok) { /* whatever was taken can be walked without leaving it */
        size_t count = 0;
        for (unsigned byte = 0; byte < 256; byte++)
            (void)ts_words_step(words, ts_words_step(words, 0, (uint8_t)byte), 'b');
        (void)ts_words_rule(words, 0xFB01, &count);
    }
    free(exact);
    return ok;
}

static void pieces_rules_and_vectors_are_found(void **state)
{
    (void)state;
    ts_buf file = tiny_words(few, 4);
    ts_words words;
    ts_error err;
    assert_works(ts_words_read(file.data, file.length, &words, &err), err);
    uint32_t a = ts_words_step(&words, 0, 'a');
    assert_int_equal(words.piece[a], TINY_FIRST + 1);
    assert_int_equal(words.piece[ts_words_step(&words, a, 'b')], TINY_FIRST + 2);
    assert_int_equal(ts_words_step(&words, a, 'c'), 0);
    assert_int_equal(ts_words_step(&words, 0, 'z'), 0);
    uint32_t lead = ts_words_step(&words, 0, 0xC3);
    assert_int_equal(words.piece[lead], 0);
    assert_int_equal(words.piece[ts_words_step(&words, lead, 0xA9)], TINY_FIRST + 3);
    assert_float_equal(words.sizes.unknown_score, -13, 0);
    size_t count = 9;
    const uint32_t *rule = ts_words_rule(&words, 0xFB01, &count);
    assert_true(rule && count == 2 && rule[0] == 'f' && rule[1] == 'i');
    assert_true(ts_words_rule(&words, 0xAD, &count) && count == 0);
    assert_null(ts_words_rule(&words, 'f', &count));
    assert_null(ts_words_rule(&words, 0x10FFFF, &count));
    float vector[32];
    ts_words_vector(&words, 5, vector); /* scale 1/2; the first byte is 5 + 2: low 7, high 0 */
    assert_float_equal(vector[0], 0.5F * (7 - 8), 0);
    assert_float_equal(vector[16], 0.5F * (0 - 8), 0);
    assert_float_equal(vector[9], 0.5F * (0 - 8), 0); /* 16 = 0x10 */
    assert_float_equal(vector[25], 0.5F * (1 - 8), 0);
    ts_words_close(&words);
    ts_buf_free(&file);
}

static void a_file_cut_short_or_with_more_is_refused(void **state)
{
    (void)state;
    ts_buf file = tiny_words(few, 4);
    ts_words words;
    ts_error err;
    for (size_t length = 0; length < file.length; length++)
        assert_fails(reads(file.data, length, &words, &err), err, TS_MODEL);
    (void)ts_buf_putc(&file, 'x');
    assert_fails(reads(file.data, file.length, &words, &err), err, TS_MODEL);
    ts_buf_free(&file);
}

/* Every number of the file, made very large, one by one: refused, or harmless. */
static void wild_numbers_are_refused_or_harmless(void **state)
{
    (void)state;
    ts_buf file = tiny_words(few, 4);
    ts_words words;
    size_t refused = 0;
    static const uint32_t wild[] = {0xFFFFFFFF, 0x7FFFFFFF, 0x01000000, 0};
    for (size_t at = 0; at + 4 <= file.length; at += 4)
        for (size_t i = 0; i < 4; i++) {
            uint32_t before;
            memcpy(&before, file.data + at, 4);
            memcpy(file.data + at, &wild[i], 4);
            refused += !reads(file.data, file.length, &words, NULL);
            memcpy(file.data + at, &before, 4);
        }
    assert_true(refused > 100); /* the header's, the tree's and the rules' */
    assert_true(reads(file.data, file.length, &words, NULL));
    ts_buf_free(&file);
}

static void a_missing_an_empty_and_a_foreign_file_are_refused(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    char *missing = ts_test_path(folder, "missing");
    char *empty = ts_test_file(folder, "empty", "", 0);
    char *foreign = ts_test_file(folder, "foreign", "TSWORDS1 and no more", 20);
    ts_words words;
    ts_error err;
    assert_fails(ts_words_open(missing, &words, &err), err, TS_NOT_FOUND);
    assert_fails(ts_words_open(empty, &words, &err), err, TS_MODEL);
    assert_fails(ts_words_open(foreign, &words, &err), err, TS_MODEL);
    assert_false(ts_words_open(folder, &words, &err));
    ts_words_close(&words);
    free(missing);
    free(empty);
    free(foreign);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_rules_and_vectors_are_found),
        cmocka_unit_test(a_file_cut_short_or_with_more_is_refused),
        cmocka_unit_test(wild_numbers_are_refused_or_harmless),
        cmocka_unit_test(a_missing_an_empty_and_a_foreign_file_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
