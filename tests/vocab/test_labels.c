/* tests/vocab: the labels tables themselves: complete, tidy, in their language, one label for one concept. */
#include "vocab/vocab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "tests/support/support.h"

#define FIRST_OTHER TS_LANGUAGE_ZH /* English is the work of test_core.c */

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

typedef void label_check(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label);

static void each_label(const ts_vocab *vocab, label_check *check)
{
    for (unsigned l = FIRST_OTHER; l < TS_LANGUAGE_COUNT; l++)
        for (size_t i = 0; i < ts_vocab_count(vocab); i++)
            check(vocab, (ts_concept)i, (ts_language)l,
                  ts_vocab_label_in(vocab, (ts_concept)i, (ts_language)l, NULL));
}

static void fail_at(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *text,
                    const char *why)
{
    fail_msg("labels.%s.tsv, %s: \"%s\" %s", ts_language_code(language), ts_vocab_id(vocab, concept), text,
             why);
}

static void check_row(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label)
{
    bool fallback = true;
    (void)ts_vocab_label_in(vocab, concept, language, &fallback);
    if (fallback) fail_at(vocab, concept, language, label, "is English: the row is missing");
}

static void speaks_every_language(void **state)
{
    each_label(*state, check_row);
}

static void check_name(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *name)
{
    utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)name);
    if (!nfc || strcmp((const char *)nfc, name) != 0) fail_at(vocab, concept, language, name, "is not NFC");
    free(nfc);
    size_t length = strlen(name);
    if (length == 0 || name[0] == ' ' || name[length - 1] == ' ' || strstr(name, "  ") ||
        strstr(name, "\u00A0") || strstr(name, "\u3000"))
        fail_at(vocab, concept, language, name, "has a space too many");
    if (strpbrk(name, ",;/\"()<>|*~+=") || strstr(name, "\u2019"))
        fail_at(vocab, concept, language, name, "has a sign that no tag has");
}

static void check_tidy(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label)
{
    const char *plural = ts_vocab_plural_in(vocab, concept, language, NULL), *const *synonyms = NULL;
    check_name(vocab, concept, language, label);
    check_name(vocab, concept, language, plural);
    bool has_plurals = language == TS_LANGUAGE_FR || language == TS_LANGUAGE_DE || language == TS_LANGUAGE_ES;
    if (!has_plurals && strcmp(label, plural) != 0) fail_at(vocab, concept, language, plural, "is a plural");
    size_t count = ts_vocab_synonyms_in(vocab, concept, language, &synonyms);
    if (count > 3) fail_at(vocab, concept, language, label, "has more than three synonyms");
    for (size_t i = 0; i < count; i++) {
        check_name(vocab, concept, language, synonyms[i]);
        bool known = strcmp(synonyms[i], label) == 0 || strcmp(synonyms[i], plural) == 0;
        for (size_t j = 0; j < i; j++) known = known || strcmp(synonyms[i], synonyms[j]) == 0;
        if (known) fail_at(vocab, concept, language, synonyms[i], "is there already");
    }
}

static void keeps_names_tidy(void **state)
{
    each_label(*state, check_tidy);
}

static bool finds(ts_concepts found, ts_concept concept)
{
    for (size_t i = 0; i < found.count; i++)
        if (found.items[i] == concept) return true;
    return false;
}

static void check_found(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label)
{
    const char *plural = ts_vocab_plural_in(vocab, concept, language, NULL), *const *synonyms = NULL;
    size_t count = ts_vocab_synonyms_in(vocab, concept, language, &synonyms);
    for (size_t i = 0; i < 2 + count; i++) {
        const char *name = i == 0 ? label : i == 1 ? plural : synonyms[i - 2];
        if (!finds(ts_vocab_find_name_in(vocab, language, name), concept) ||
            !finds(ts_vocab_find_name(vocab, name), concept))
            fail_at(vocab, concept, language, name, "does not find it");
    }
}

static void finds_every_name(void **state)
{
    each_label(*state, check_found);
}

static bool same_text(const char *a, const char *b)
{
    utf8proc_uint8_t *x = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)a);
    utf8proc_uint8_t *y = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)b);
    bool same = x && y && strcmp((const char *)x, (const char *)y) == 0;
    free(x);
    free(y);
    return same;
}

static bool is_shared(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label)
{
    ts_concepts found = ts_vocab_find_name_in(vocab, language, label);
    for (size_t i = 0; i < found.count; i++) {
        ts_concept other = found.items[i];
        if (other == concept || ts_vocab_facet(vocab, other) != ts_vocab_facet(vocab, concept)) continue;
        if (same_text(ts_vocab_label_in(vocab, other, language, NULL), label)) return true;
    }
    return false;
}

static bool is_same(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label)
{
    (void)language;
    return same_text(label, ts_vocab_label(vocab, concept));
}

static bool is_own_sign(ts_language language, utf8proc_int32_t c)
{
    bool han = c >= 0x4E00 && c <= 0x9FFF, kana = c >= 0x3041 && c <= 0x30FF;
    if (language == TS_LANGUAGE_ZH) return han;
    if (language == TS_LANGUAGE_JA) return han || kana;
    return c >= 0xAC00 && c <= 0xD7A3; /* Hangul */
}

static bool lacks_script(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label)
{
    (void)vocab, (void)concept;
    if (language != TS_LANGUAGE_ZH && language != TS_LANGUAGE_JA && language != TS_LANGUAGE_KO) return false;
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)label;
    utf8proc_int32_t c = 0;
    for (utf8proc_ssize_t n; *s != '\0' && (n = utf8proc_iterate(s, -1, &c)) > 0; s += n)
        if (is_own_sign(language, c)) return false;
    return true;
}

/* A capital at the start in French and Spanish; no capital at all in a German noun. */
static bool is_odd_case(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label)
{
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)label;
    utf8proc_int32_t c = 0;
    if (language == TS_LANGUAGE_FR || language == TS_LANGUAGE_ES)
        return utf8proc_iterate(s, -1, &c) > 0 && utf8proc_category(c) == UTF8PROC_CATEGORY_LU;
    ts_facet facet = ts_vocab_facet(vocab, concept);
    if (language != TS_LANGUAGE_DE || (facet != TS_FACET_OBJECT && facet != TS_FACET_PEOPLE)) return false;
    for (utf8proc_ssize_t n; *s != '\0' && (n = utf8proc_iterate(s, -1, &c)) > 0; s += n)
        if (utf8proc_category(c) == UTF8PROC_CATEGORY_LU) return false;
    return true;
}

static const struct {
    const char *name; /* in reviewed.tsv */
    bool (*odd)(const ts_vocab *vocab, ts_concept concept, ts_language language, const char *label);
} checks[] = {{"case", is_odd_case}, {"same", is_same}, {"script", lacks_script}, {"shared", is_shared}};

/* One line of the list; the test walks both in the same order: check, language, id. */
static bool take_listed(char **rest, char *line, size_t size)
{
    char *text = strsep(rest, "\n");
    while (text && (text[0] == '#' || text[0] == '\0' || strncmp(text, "check\t", 6) == 0))
        text = strsep(rest, "\n");
    if (!text) return false;
    char *fields[3] = {strsep(&text, "\t"), strsep(&text, "\t"), strsep(&text, "\t")};
    (void)snprintf(line, size, "%s %s %s", fields[0], fields[1] ? fields[1] : "", fields[2] ? fields[2] : "");
    return true;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(a, b);
}

typedef char finding[160];

/* What breaks a rule, as "check language id", sorted; the caller frees. */
static finding *find_odd_labels(const ts_vocab *vocab, size_t *count)
{
    finding *found = NULL;
    *count = 0;
    for (size_t k = 0; k < sizeof checks / sizeof checks[0]; k++)
        for (unsigned l = FIRST_OTHER; l < TS_LANGUAGE_COUNT; l++)
            for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
                const char *label = ts_vocab_label_in(vocab, (ts_concept)i, (ts_language)l, NULL);
                if (!checks[k].odd(vocab, (ts_concept)i, (ts_language)l, label)) continue;
                found = realloc(found, (*count + 1) * sizeof *found);
                assert_non_null(found);
                (void)snprintf(found[(*count)++], sizeof *found, "%s %s %s", checks[k].name,
                               ts_language_code((ts_language)l), ts_vocab_id(vocab, (ts_concept)i));
            }
    if (*count > 0) qsort(found, *count, sizeof *found, compare_lines);
    return found;
}

static void breaks_rules_only_where_reviewed(void **state)
{
    size_t count = 0, at = 0;
    finding *found = find_odd_labels(*state, &count);
    char *text = ts_test_read(TS_TEST_REVIEWED, NULL), *rest = text;
    finding listed;
    while (take_listed(&rest, listed, sizeof listed)) {
        if (at == count || strcmp(listed, found[at]) < 0)
            fail_msg("reviewed.tsv lists \"%s\" without need", listed);
        if (strcmp(listed, found[at]) > 0) fail_msg("reviewed.tsv does not list \"%s\"", found[at]);
        at++;
    }
    if (at < count) fail_msg("reviewed.tsv does not list \"%s\"", found[at]);
    free(text);
    free(found);
}

static void check_sorted(const char *file)
{
    char *path = ts_test_path(TS_TEST_VOCAB_DIR, file);
    char *text = ts_test_read(path, NULL), *rest = text;
    const char *previous = "";
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        if (line[0] == '#' || strncmp(line, "id\t", 3) == 0) continue;
        line[strcspn(line, "\t")] = '\0';
        if (strcmp(previous, line) >= 0) fail_msg("%s: %s stands after %s", file, line, previous);
        previous = line;
    }
    free(text);
    free(path);
}

static void keeps_tables_sorted(void **state)
{
    (void)state;
    for (unsigned l = FIRST_OTHER; l < TS_LANGUAGE_COUNT; l++) {
        char file[32];
        (void)snprintf(file, sizeof file, "labels.%s.tsv", ts_language_code((ts_language)l));
        check_sorted(file);
    }
}

/* Words that a dictionary would get wrong, in the order zh fr de es ja ko. */
static const struct {
    const char *id;
    const char *labels[TS_LANGUAGE_COUNT - FIRST_OTHER];
} traps[] = {
#include "translations.inc"
};

static void means_the_right_thing(void **state)
{
    const ts_vocab *vocab = *state;
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        ts_concept concept = ts_vocab_find(vocab, traps[i].id);
        assert_int_not_equal(concept, TS_CONCEPT_NONE);
        for (unsigned l = FIRST_OTHER; l < TS_LANGUAGE_COUNT; l++)
            assert_string_equal(ts_vocab_label_in(vocab, concept, (ts_language)l, NULL),
                                traps[i].labels[l - FIRST_OTHER]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_every_language), cmocka_unit_test(keeps_names_tidy),
        cmocka_unit_test(finds_every_name),      cmocka_unit_test(breaks_rules_only_where_reviewed),
        cmocka_unit_test(keeps_tables_sorted),   cmocka_unit_test(means_the_right_thing),
    };
    return cmocka_run_group_tests(tests, open_core, close_core);
}
