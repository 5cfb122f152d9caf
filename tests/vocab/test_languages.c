/* tests/vocab: languages: names, fall-backs, look-ups in any of them, suggestions, and labels tables that are
 * wrong. */
#include "vocab/vocab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

static int open_core(void **state)
{
    ts_error err = {0};
    *state = ts_vocab_open(TS_TEST_VOCAB_DIR, &err);
    if (!*state) print_error("%s: %s\n", ts_code_name(err.code), err.message);
    return *state ? 0 : -1;
}

static int close_core(void **state)
{
    ts_vocab_close(*state);
    return 0;
}

static void names_languages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++) {
        ts_language language = TS_LANGUAGE_COUNT;
        assert_true(ts_language_find(ts_language_code((ts_language)i), &language));
        assert_int_equal(language, i);
        assert_string_not_equal(ts_language_name((ts_language)i), "");
    }
    assert_string_equal(ts_language_code(TS_LANGUAGE_COUNT), "unknown");
    assert_string_equal(ts_language_name(TS_LANGUAGE_COUNT), "unknown");
    ts_language language = TS_LANGUAGE_EN;
    assert_true(ts_language_find("DE", &language) && language == TS_LANGUAGE_DE);
    assert_true(ts_language_find("fr-CA", &language) && language == TS_LANGUAGE_FR);
    assert_true(ts_language_find("zh_CN.UTF-8", &language) && language == TS_LANGUAGE_ZH);
    static const char *const absent[] = {"", "-", "d", "deu", "d-e", "xx", "english"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_false(ts_language_find(absent[i], &language));
    assert_int_equal(language, TS_LANGUAGE_ZH);
}

static void speaks(void **state)
{
    const ts_vocab *vocab = *state;
    ts_concept dog = ts_vocab_find(vocab, "object/dog");
    bool fallback = true;
    assert_string_equal(ts_vocab_label_in(vocab, dog, TS_LANGUAGE_EN, &fallback), "dog");
    assert_false(fallback);
    fallback = true;
    assert_string_equal(ts_vocab_label_in(vocab, dog, TS_LANGUAGE_DE, &fallback), "Hund");
    assert_false(fallback);
    assert_string_equal(ts_vocab_plural_in(vocab, dog, TS_LANGUAGE_DE, NULL), "Hunde");
    assert_string_equal(ts_vocab_label_in(vocab, dog, TS_LANGUAGE_JA, NULL), "犬");
    assert_string_equal(ts_vocab_plural_in(vocab, dog, TS_LANGUAGE_JA, NULL), "犬");
    const char *const *names = NULL;
    assert_int_equal(ts_vocab_synonyms_in(vocab, dog, TS_LANGUAGE_FR, &names), 1);
    assert_string_equal(names[0], "chiot");
}

static const char *first_in(const ts_vocab *vocab, ts_language language, const char *name)
{
    ts_concepts found = ts_vocab_find_name_in(vocab, language, name);
    return found.count > 0 ? ts_vocab_id(vocab, found.items[0]) : "nothing";
}

static const char *first(const ts_vocab *vocab, const char *name)
{
    ts_concepts found = ts_vocab_find_name(vocab, name);
    return found.count > 0 ? ts_vocab_id(vocab, found.items[0]) : "nothing";
}

static void finds_names_of_all_languages(void **state)
{
    const ts_vocab *vocab = *state;
    assert_string_equal(first(vocab, "Hund"), "object/dog");
    assert_string_equal(first(vocab, "perros"), "object/dog");
    assert_string_equal(first(vocab, "小狗"), "object/dog");
    assert_string_equal(first(vocab, "강아지"), "object/dog");
    assert_string_equal(first_in(vocab, TS_LANGUAGE_DE, "Hund"), "object/dog");
    assert_string_equal(first_in(vocab, TS_LANGUAGE_DE, "dog"), "nothing");
    assert_string_equal(first_in(vocab, TS_LANGUAGE_EN, "Hund"), "nothing");
}

static void folds_as_unicode_does(void **state)
{
    const ts_vocab *vocab = *state;
    assert_string_equal(first(vocab, "ÉGLISE"), "object/church");
    assert_string_equal(first(vocab, "e\u0301glise"), "object/church"); /* e and a combining accent */
    assert_string_equal(first(vocab, "eglise"), "nothing");
    assert_string_equal(first(vocab, "WEISS"), "colour/white"); /* Weiß */
    assert_string_equal(first(vocab, "Ä\u0308"), "nothing");
    assert_string_equal(first(vocab, "ｼｰｽﾞｰ"), "object/shih-tzu"); /* half-width katakana */
    assert_string_equal(first(vocab, "ＤＯＧ"), "object/dog");     /* full-width letters */
    assert_string_equal(first(vocab, "porte\u2010avions"), "object/aircraft-carrier");
    assert_string_equal(first(vocab, "souris d\u2019ordinateur"), "object/computer-mouse");
}

static void folds(const char *text, const char *expected)
{
    char folded[64];
    assert_true(ts_vocab_fold(text, folded, sizeof folded));
    assert_string_equal(folded, expected);
}

static void folds_into_one_form(void **state)
{
    (void)state;
    folds("", "");
    folds(" - ", "");
    folds("・", "");
    folds("  T-Shirt ", "t shirt");
    folds("\u3000ＡＢ\u3000\u00A0Ｃ ", "ab c");
    folds("Straße", "strasse");
    folds("İ", "i\u0307");
    char exact[4], small[3];
    assert_true(ts_vocab_fold("abc", exact, sizeof exact));
    assert_false(ts_vocab_fold("abc", small, sizeof small));
    assert_true(ts_vocab_fold("é", small, sizeof small));
    assert_false(ts_vocab_fold("éa", small, sizeof small));
    assert_false(ts_vocab_fold("\xFF", exact, sizeof exact));
    assert_false(ts_vocab_fold("", small, 0));
}

static void forgives_dots_and_spaces_of_the_far_east(void **state)
{
    const ts_vocab *vocab = *state;
    assert_string_equal(first(vocab, "ゴールデンレトリバー"), "object/golden-retriever");
    assert_string_equal(first(vocab, "ゴールデン・レトリバー"), "object/golden-retriever");
    assert_string_equal(first(vocab, "골든 리트리버"), "object/golden-retriever");
    assert_string_equal(first(vocab, "골든리트리버"), "object/golden-retriever");
    assert_string_equal(first(vocab, "goldenretriever"), "nothing");
}

static void refuses_what_is_no_name(void **state)
{
    const ts_vocab *vocab = *state;
    static const char *const none[] = {"",       " ", "\xC3", "\xE7\x8B", "Hund\xFF", "\xED\xA0\x80",
                                       "\u0301", "・"};
    ts_suggestion out[4];
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(ts_vocab_find_name(vocab, none[i]).count, 0);
        assert_int_equal(ts_vocab_find_name_in(vocab, TS_LANGUAGE_FR, none[i]).count, 0);
    }
    assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_FR, "", 4, out), 0);
    assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_JA, "・", 4, out), 0);
    assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_FR, "\xC3", 4, out), 0);
    /* One Arabic ligature unfolds to 18 characters, so a short text may become a long one. */
    char text[4096] = "";
    for (size_t length = 0; length + 4 < sizeof text; length += 3) {
        memcpy(text + length, "\uFDFA", 4);
        assert_int_equal(ts_vocab_find_name(vocab, text).count, 0);
        assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_FR, text, 4, out), 0);
    }
    memset(text, 'a', sizeof text - 1);
    assert_int_equal(ts_vocab_find_name(vocab, text).count, 0);
}

static void gives_each_meaning_once_and_english_first(void **state)
{
    const ts_vocab *vocab = *state;
    assert_int_equal(ts_vocab_find_name(vocab, "Orange").count, 2); /* in English, French and German */
    assert_int_equal(ts_vocab_find_name(vocab, "Fliege").count, 2);
    static const struct {
        const char *name, *english, *other;
    } words[] = {{"boot", "object/boot", "object/boat"},
                 {"Mops", "object/mop", "object/pug"},
                 {"robe", "object/robe", "object/dress"},
                 {"papillon", "object/papillon", "object/butterfly"},
                 {"store", "scene/shop", "object/window-shade"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        ts_concepts found = ts_vocab_find_name(vocab, words[i].name);
        assert_int_equal(found.count, 2);
        assert_string_equal(ts_vocab_id(vocab, found.items[0]), words[i].english);
        assert_string_equal(ts_vocab_id(vocab, found.items[1]), words[i].other);
    }
}

static void assert_suggests(const ts_vocab *vocab, ts_language language, const char *prefix,
                            const char *const *names)
{
    ts_suggestion out[3];
    size_t count = ts_vocab_prefix(vocab, language, prefix, 3, out);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(names[i]);
        assert_string_equal(out[i].name, names[i]);
    }
    assert_null(names[count]);
}

static void suggests_while_typing(void **state)
{
    const ts_vocab *vocab = *state;
    assert_suggests(vocab, TS_LANGUAGE_EN, "dog", (const char *[]){"dog", "dogsled", "dog walking", NULL});
    assert_suggests(vocab, TS_LANGUAGE_EN, "shep", (const char *[]){"German shepherd", NULL});
    assert_suggests(vocab, TS_LANGUAGE_EN, "golden r", (const char *[]){"golden retriever", NULL});
    assert_suggests(
        vocab, TS_LANGUAGE_DE, "SCHÄF",
        (const char *[]){"Schäferhund", "Belgischer Schäferhund", "Belgischer Schäferhund", NULL});
    assert_suggests(vocab, TS_LANGUAGE_JA, "ゴールデンレ",
                    (const char *[]){"ゴールデン・レトリーバー", NULL});
    assert_suggests(vocab, TS_LANGUAGE_KO, "골든리", (const char *[]){"골든 리트리버", NULL});
    assert_suggests(vocab, TS_LANGUAGE_ZH, "寻回",
                    (const char *[]){"寻回犬", "卷毛寻回犬", "平毛寻回犬", NULL});
    assert_suggests(vocab, TS_LANGUAGE_FR, "eleph",
                    (const char *[]){"éléphant", "éléphant d'Asie", "éléphant d'Afrique", NULL});
    assert_suggests(vocab, TS_LANGUAGE_FR, "êleph",
                    (const char *[]){"éléphant", "éléphant d'Asie", "éléphant d'Afrique", NULL});
    assert_suggests(vocab, TS_LANGUAGE_FR, "boeu", (const char *[]){"bœuf", "char à bœufs", NULL});
    assert_suggests(vocab, TS_LANGUAGE_DE, "bar", (const char *[]){"Bär", "Bar", "Bart", NULL});
    assert_suggests(vocab, TS_LANGUAGE_DE, "schaf",
                    (const char *[]){"Schaf", "Schafbock", "Schäferhund", NULL});
    assert_suggests(vocab, TS_LANGUAGE_DE, "qzx", (const char *[]){NULL});
}

static void suggests_each_concept_once_and_no_more_than_asked(void **state)
{
    const ts_vocab *vocab = *state;
    ts_suggestion out[2 * TS_VOCAB_SUGGESTIONS_MAX];
    for (unsigned l = 0; l < TS_LANGUAGE_COUNT; l++) {
        size_t count = ts_vocab_prefix(vocab, (ts_language)l, l == TS_LANGUAGE_KO ? "이" : "a",
                                       sizeof out / sizeof out[0], out);
        assert_true(count <= TS_VOCAB_SUGGESTIONS_MAX);
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < i; j++) assert_int_not_equal(out[i].concept, out[j].concept);
    }
    assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_EN, "a", 200, out), TS_VOCAB_SUGGESTIONS_MAX);
    ts_suggestion seven[7];
    assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_EN, "a", 7, seven), 7);
    for (size_t i = 0; i < 7; i++) assert_int_equal(seven[i].concept, out[i].concept);
    assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_EN, "a", 0, out), 0);
}

#define CONCEPTS                                                                                             \
    "id\tlabel\tplural\tparents\tsynonyms\tflags\n"                                                          \
    "object/cat\tcat\tcats\t\tkitty\t\nobject/dog\tdog\tdogs\t\tpuppy\t\nobject/thing\tdodo\t\t\t\thidden\n"
#define MAPPINGS "scheme\tkey\tconcept\trelation\tname\n"
#define LABELS "id\tlabel\tplural\tsynonyms\n"

/* German only; NULL leaves the file out. */
static ts_vocab *open_texts(const char *german, uint32_t languages, ts_error *err)
{
    char *folder = ts_test_folder();
    free(ts_test_file(folder, "concepts.tsv", CONCEPTS, strlen(CONCEPTS)));
    free(ts_test_file(folder, "mappings.tsv", MAPPINGS, strlen(MAPPINGS)));
    if (german) free(ts_test_file(folder, "labels.de.tsv", german, strlen(german)));
    ts_vocab *vocab = ts_vocab_open_with(folder, languages, err);
    ts_test_folder_end(folder);
    return vocab;
}

static void falls_back_to_english(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_vocab *vocab = open_texts(LABELS "object/dog\tHund\tHunde\tWelpe\n", TS_LANGUAGE_ALL, &err);
    if (!vocab) fail_msg("%s", err.message);
    ts_concept cat = ts_vocab_find(vocab, "object/cat"), dog = ts_vocab_find(vocab, "object/dog");
    bool fallback = false;
    assert_string_equal(ts_vocab_label_in(vocab, cat, TS_LANGUAGE_DE, &fallback), "cat"); /* no row */
    assert_true(fallback);
    assert_string_equal(ts_vocab_plural_in(vocab, cat, TS_LANGUAGE_DE, NULL), "cats");
    assert_string_equal(ts_vocab_plural_in(vocab, dog, TS_LANGUAGE_DE, &fallback), "Hunde");
    assert_false(fallback);
    assert_string_equal(ts_vocab_label_in(vocab, dog, TS_LANGUAGE_FR, &fallback), "dog"); /* no table */
    assert_true(fallback);
    const char *const *names = NULL;
    assert_int_equal(ts_vocab_synonyms_in(vocab, dog, TS_LANGUAGE_FR, &names), 1);
    /* What is shown can be found. */
    assert_string_equal(first_in(vocab, TS_LANGUAGE_DE, "kitty"), "object/cat");
    assert_string_equal(first_in(vocab, TS_LANGUAGE_FR, "puppy"), "object/dog");
    assert_string_equal(first_in(vocab, TS_LANGUAGE_DE, "puppy"), "nothing");
    assert_int_equal(ts_vocab_find_name(vocab, "cat").count, 1);
    ts_vocab_close(vocab);
}

static void opens_only_the_languages_asked_for(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_vocab *vocab = open_texts(LABELS "broken", TS_LANGUAGE_BIT(TS_LANGUAGE_EN), &err);
    if (!vocab) fail_msg("%s", err.message);
    bool fallback = false;
    assert_string_equal(ts_vocab_label_in(vocab, 1, TS_LANGUAGE_DE, &fallback), "dog");
    assert_true(fallback);
    assert_string_equal(first(vocab, "Hund"), "nothing");
    ts_vocab_close(vocab);
}

static void never_suggests_hidden_concepts(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_vocab *vocab = open_texts(NULL, TS_LANGUAGE_ALL, &err);
    if (!vocab) fail_msg("%s", err.message);
    ts_suggestion out[3];
    assert_int_equal(ts_vocab_prefix(vocab, TS_LANGUAGE_EN, "do", 3, out), 1);
    assert_string_equal(out[0].name, "dog");
    ts_vocab_close(vocab);
}

static void refuse(const char *german, const char *message)
{
    ts_error err = {0};
    assert_null(open_texts(german, TS_LANGUAGE_ALL, &err));
    ts_test_check_error(&err, TS_CONFIG, message, 0);
    assert_string_equal(err.message, message);
    assert_string_not_equal(err.hint, "");
}

static void refuses_malformed_labels(void **state)
{
    (void)state;
    refuse("", "labels.de.tsv:1: the table is empty");
    refuse("id\tlabel\tplural\n", "labels.de.tsv:1: no column is called \"synonyms\"");
    refuse(LABELS "object/cow\tKuh\tKühe\t\n", "labels.de.tsv:2: there is no concept \"object/cow\"");
    refuse(LABELS "object/dog\t\t\t\n", "labels.de.tsv:2: object/dog has no label");
    refuse(LABELS "object/dog\tHund\n", "labels.de.tsv:2: 2 fields where the header names 4");
    refuse(LABELS "object/dog\tHund\t\ta||b\n", "labels.de.tsv:2: an empty synonym");
    refuse(LABELS "object/dog\tHund\t\t\nobject/dog\tKöter\t\t\n",
           "labels.de.tsv:3: object/dog stands in the table twice");
    refuse(LABELS "object/dog\tH\xFFnd\t\t\n", "labels.de.tsv:2: not UTF-8 text");
    char text[1024] = LABELS "object/dog\t";
    size_t at = strlen(text);
    memset(text + at, 'x', 600);
    (void)snprintf(text + at + 600, sizeof text - at - 600, "\t\t\n");
    refuse(text, "labels.de.tsv:2: object/dog has a name that is too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_languages),
        cmocka_unit_test(speaks),
        cmocka_unit_test(finds_names_of_all_languages),
        cmocka_unit_test(folds_as_unicode_does),
        cmocka_unit_test(folds_into_one_form),
        cmocka_unit_test(forgives_dots_and_spaces_of_the_far_east),
        cmocka_unit_test(refuses_what_is_no_name),
        cmocka_unit_test(gives_each_meaning_once_and_english_first),
        cmocka_unit_test(suggests_while_typing),
        cmocka_unit_test(suggests_each_concept_once_and_no_more_than_asked),
        cmocka_unit_test(falls_back_to_english),
        cmocka_unit_test(opens_only_the_languages_asked_for),
        cmocka_unit_test(never_suggests_hidden_concepts),
        cmocka_unit_test(refuses_malformed_labels),
    };
    return cmocka_run_group_tests(tests, open_core, close_core);
}
