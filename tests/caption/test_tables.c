/* Tests of caption: the grammar tables have no hole: what the detector can see has a noun of its own in each language,
 * what the classifier can see has one or an ancestor's, and circumstances have a phrase in every language or in none. */
#include "caption/private.h"
#include "pair.h"

static void complain(ts_concept concept, unsigned language, const char *what)
{
    print_error("%s in %s: %s\n", ts_vocab_id(vocab, concept), ts_language_code((ts_language)language), what);
}

static void what_the_detector_sees_has_its_own_noun(void **state)
{
    (void)state;
    size_t holes = 0;
    for (size_t class = 0; class < 80; class ++) {
        ts_concept concept = ts_vocab_map_class(vocab, "coco80", class, NULL);
        assert_true(concept != TS_CONCEPT_NONE);
        for (unsigned language = 0; language < TS_LANGUAGE_COUNT; language++) {
            ts_noun noun;
            bool own = ts_grammar_noun(captioner, (ts_language)language, concept, &noun);
            if (own && noun.concept == concept) continue;
            complain(concept, language, "no noun of its own");
            holes++;
        }
    }
    assert_int_equal(holes, 0);
}

static bool is_spoken_of(ts_concept concept)
{
    const uint32_t silent = TS_CONCEPT_DULL | TS_CONCEPT_RISKY | TS_CONCEPT_HIDDEN;
    return captioner->kinds[concept] != TS_KIND_NEVER && captioner->kinds[concept] <= TS_KIND_HELD &&
           !(ts_vocab_flags(vocab, concept) & silent);
}

static void what_the_classifier_sees_has_a_noun(void **state)
{
    (void)state;
    size_t holes = 0;
    for (size_t class = 0; class < 1000; class ++) {
        ts_concept concept = ts_vocab_map_class(vocab, "imagenet1k", class, NULL);
        if (concept == TS_CONCEPT_NONE || !is_spoken_of(concept)) continue;
        for (unsigned language = 0; language < TS_LANGUAGE_COUNT; language++) {
            if (ts_captioner_can_say(captioner, concept, (ts_language)language)) continue;
            complain(concept, language, "neither it nor an ancestor has a noun");
            holes++;
        }
    }
    assert_int_equal(holes, 0);
}

static void a_noun_has_one_gender_where_it_needs_one(void **state)
{
    (void)state;
    static const ts_language gendered[] = {TS_LANGUAGE_DE, TS_LANGUAGE_FR, TS_LANGUAGE_ES};
    size_t wrong = 0;
    for (size_t l = 0; l < 3; l++)
        for (size_t c = 0; c < ts_vocab_count(vocab); c++) {
            const ts_grammar_row *row = ts_grammar_row_of(captioner, gendered[l], (ts_concept)c);
            if (!row || row->phrase || captioner->kinds[c] > TS_KIND_HELD) continue;
            bool any = row->traits & (TS_TRAIT_GENDERS | TS_TRAIT_PLURAL);
            bool two = (row->traits & TS_TRAIT_M) && (row->traits & TS_TRAIT_F);
            if (any && !two) continue;
            complain((ts_concept)c, gendered[l], "a noun without gender, or with two");
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static void circumstances_are_known_in_every_language(void **state)
{
    (void)state;
    size_t holes = 0;
    for (size_t c = 0; c < ts_vocab_count(vocab); c++) {
        const ts_grammar_row *english = ts_grammar_row_of(captioner, TS_LANGUAGE_EN, (ts_concept)c);
        bool wanted = english && english->phrase;
        for (unsigned language = 0; language < TS_LANGUAGE_COUNT; language++) {
            const ts_grammar_row *row = ts_grammar_row_of(captioner, (ts_language)language, (ts_concept)c);
            if ((row && row->phrase) == wanted) continue;
            complain((ts_concept)c, language, "a phrase here or in English, but not in both");
            holes++;
        }
    }
    assert_int_equal(holes, 0);
}

static void nobody_is_told_by_age_sex_or_calling(void **state)
{
    (void)state;
    static const char *const ids[] = {"people/bridegroom",     "people/woman", "people/boy",
                                      "people/elderly-person", "people/face",  "people/soldier"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        ts_concept concept = ts_vocab_find(vocab, ids[i]);
        if (concept != TS_CONCEPT_NONE) assert_int_equal(captioner->kinds[concept], TS_KIND_NEVER);
    }
    ts_concept person = ts_vocab_find(vocab, "people/person");
    assert_int_equal(captioner->kinds[person], TS_KIND_PERSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_detector_sees_has_its_own_noun),
        cmocka_unit_test(what_the_classifier_sees_has_a_noun),
        cmocka_unit_test(a_noun_has_one_gender_where_it_needs_one),
        cmocka_unit_test(circumstances_are_known_in_every_language),
        cmocka_unit_test(nobody_is_told_by_age_sex_or_calling),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
