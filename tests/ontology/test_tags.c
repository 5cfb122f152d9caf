/* Tests of ontology/: tags in a scheme, names for search, proposals, settings. */
#include <stdio.h>

#include "house.h"

static const char zoo[] = "id,label@de,label@en,broader,matches,hide,never,threshold,merge_into\n"
                          "animals,Tiere,Animals,,exact object/animal,,,,\n"
                          "guide,<nach Art>,<by kind>,animals,,yes,,,\n"
                          "dogs,Hunde,Dogs,guide,exact object/dog,,,,\n"
                          "lab,Labrador,Labradors,dogs,exact object/labrador,,,0.8,\n"
                          "wolf,Wolf,Wolves,animals,close object/wolf|exact object/fox,,,,\n"
                          "wolf2,Isegrim,Isegrim,animals,?exact object/wolf,,,,\n"
                          "hats,Hüte,Hats,,broader object/beanie|narrower object/crown,,,,\n"
                          "arms,Waffen,Arms,,broader object/weapon,,yes,,\n"
                          "knife,Messer,Knives,arms,exact object/knife,,,,\n"
                          "old,Alt,Old,,exact object/cat,,,,dogs\n"
                          "ugly,H,U,,exact object/worm,yes,,,\n";

static ts_scheme_verdict say(const ts_scheme *scheme, const char *core, const char *up, float confidence,
                             ts_scheme_hit *hits, size_t *count)
{
    const char *ancestors[] = {up, "object/animal"};
    return ts_scheme_translate(scheme, core, ancestors, up ? 2 : 0, confidence, hits, count);
}

static void check(const ts_scheme *scheme, const char *core, const char *up, float confidence,
                  const char *expected)
{
    ts_scheme_hit hits[TS_SCHEME_HITS_MAX];
    size_t count = 9;
    char got[300] = "";
    ts_scheme_verdict verdict = say(scheme, core, up, confidence, hits, &count);
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(got);
        (void)snprintf(got + used, sizeof got - used, "%s%s %s", i ? "," : "",
                       ts_match_relation_name(hits[i].relation), hits[i].entry->id);
    }
    if (verdict == TS_SCHEME_SILENT) assert_int_equal(count, 0);
    if (verdict == TS_SCHEME_SILENT) (void)snprintf(got, sizeof got, "silent");
    if (verdict == TS_SCHEME_FORBIDDEN) (void)snprintf(got, sizeof got, "forbidden");
    if (strcmp(got, expected) != 0) fail_msg("%s: \"%s\", expected \"%s\"", core, got, expected);
}

static void tags_in_a_scheme(void **state)
{
    (void)state;
    ts_scheme *scheme = CSV(zoo);
    check(scheme, "object/dog", "object/pet", 0.5F, "exact dogs");
    check(scheme, "object/wolf", "object/pet", 0.5F, "close wolf"); /* the proposal does not count */
    check(scheme, "object/poodle", "object/dog", 0.5F, "broader dogs");
    check(scheme, "object/horse", "object/pet", 0.5F, "broader animals");
    check(scheme, "object/car", NULL, 0.5F, "silent");
    check(scheme, "object/beanie", NULL, 0.5F, "broader hats");
    check(scheme, "object/crown", NULL, 0.5F, "silent"); /* a part of it is no tag */
    check(scheme, "object/labrador", "object/dog", 0.9F, "exact lab");
    check(scheme, "object/labrador", "object/dog", 0.7F,
          "broader dogs"); /* not sure enough for the narrower word */
    check(scheme, "object/knife", "object/tool", 0.9F, "forbidden"); /* below what is never used */
    check(scheme, "object/rifle", "object/weapon", 0.9F, "forbidden");
    check(scheme, "object/worm", "object/pet", 0.9F, "forbidden"); /* hidden: it does not come as animal */
    check(scheme, "object/cat", "object/pet", 0.9F, "exact dogs"); /* merged */
    ts_scheme_free(scheme);
}

static void paths_leave_hidden_ones_out(void **state)
{
    (void)state;
    ts_scheme *scheme = CSV(zoo);
    const ts_entry *path[TS_SCHEME_DEPTH_MAX];
    assert_int_equal(ts_entry_path(scheme, ts_scheme_find(scheme, "lab"), path), 2);
    assert_string_equal(path[0]->id, "animals");
    assert_string_equal(path[1]->id, "dogs");
    assert_int_equal(ts_entry_path(scheme, ts_scheme_find(scheme, "animals"), path), 0);
    ts_scheme_free(scheme);
}

static void check_browse(const ts_scheme *scheme, const char *under, const char *name, const char *expected)
{
    ts_scheme_wish wish = {.under = under ? ts_scheme_find(scheme, under) : NULL, .name = name};
    const ts_entry *found[2];
    char got[300] = "";
    for (size_t next = 0; next < ts_scheme_count(scheme);) {
        size_t count = ts_scheme_browse(scheme, &wish, next, found, 2, &next);
        for (size_t i = 0; i < count; i++) {
            size_t used = strlen(got);
            (void)snprintf(got + used, sizeof got - used, "%s%s", used ? " " : "", found[i]->id);
        }
    }
    assert_string_equal(got, expected);
}

static void a_scheme_is_walked_level_by_level(void **state)
{
    (void)state;
    ts_scheme *scheme = CSV(zoo);
    check_browse(scheme, NULL, NULL, "animals hats arms old ugly");
    check_browse(scheme, "animals", NULL, "guide wolf wolf2");
    check_browse(scheme, "lab", NULL, "");
    check_browse(scheme, NULL, "HÜT", "hats");
    check_browse(scheme, NULL, "WOL", "wolf");
    check_browse(scheme, NULL, "nothing", "");
    assert_int_equal(ts_entry_narrower(scheme, ts_scheme_find(scheme, "animals")), 3);
    assert_int_equal(ts_entry_narrower(scheme, ts_scheme_find(scheme, "lab")), 0);
    ts_scheme_free(scheme);
}

static void gather(void *context, const char *core)
{
    ts_buf *out = context;
    (void)ts_buf_printf(out, "%s ", core);
}

static void check_search(const ts_scheme *scheme, const char *name, const char *expected)
{
    ts_buf out = {0};
    (void)ts_buf_puts(&out, "");
    ts_scheme_search(scheme, name, gather, &out);
    assert_string_equal(out.data ? out.data : "", expected);
    ts_buf_free(&out);
}

static void names_find_concepts(void **state)
{
    (void)state;
    ts_scheme *scheme = CSV(zoo);
    ts_error err = {0};
    check_search(scheme, "hunde", "object/dog object/labrador ");
    check_search(scheme, "HATS", "object/beanie object/crown ");
    check_search(scheme, "Isegrim", "");             /* only proposed */
    check_search(scheme, "Messer", "object/knife "); /* `never` of what is above is looked at from above */
    check_search(scheme, "Waffen", "");
    check_search(scheme, "nothing", "");
    assert_ptr_equal(ts_scheme_resolve(scheme, "dogs", &err), ts_scheme_find(scheme, "dogs"));
    assert_ptr_equal(ts_scheme_resolve(scheme, "Hüte", &err), ts_scheme_find(scheme, "hats"));
    assert_fails(ts_scheme_resolve(scheme, "Elche", &err), err, TS_NOT_FOUND);
    ts_scheme_free(scheme);
}

static void the_users_own_names_come_first(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_scheme *scheme = CSV(zoo);
    ts_entry *dogs = ts_scheme_find(scheme, "dogs");
    assert_works(ts_entry_add_words(scheme, dogs, TS_WORDS_RENAMED, "de", "Wauwaus", &err), err);
    assert_works(ts_entry_add_words(scheme, dogs, TS_WORDS_OWN_SYNONYM, "en", "doggies", &err), err);
    assert_fails(ts_entry_add_words(scheme, dogs, TS_WORDS_RENAMED, "de", "Köter", &err), err, TS_CONFIG);
    assert_works(ts_scheme_seal(scheme, &err), err);
    assert_string_equal(ts_entry_label(scheme, dogs, "de"), "Wauwaus");
    assert_string_equal(ts_entry_label(scheme, dogs, "en"), "Dogs");
    check_search(scheme, "wauwaus", "object/dog object/labrador ");
    check_search(scheme, "Doggies", "object/dog object/labrador ");
    check_search(scheme, "Hunde", "object/dog object/labrador ");
    ts_entry_drop_words(dogs, TS_WORDS_RENAMED, NULL);
    assert_string_equal(ts_entry_label(scheme, dogs, "de"), "Hunde");
    ts_scheme_free(scheme);
}

static void an_entry_is_split(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_scheme *scheme = CSV(zoo);
    static const char *const fox[] = {"object/fox"}, *const none[] = {"object/crow"};
    ts_entry *wolf = ts_scheme_find(scheme, "wolf");
    assert_fails(ts_entry_split(scheme, wolf, "x", NULL, none, 1, &err), err, TS_USAGE);
    assert_fails(ts_entry_split(scheme, wolf, "dogs", NULL, fox, 1, &err), err, TS_CONFLICT);
    assert_works(ts_entry_split(scheme, wolf, "fox", "Foxes", fox, 1, &err), err);
    assert_works(ts_scheme_seal(scheme, &err), err);
    check(scheme, "object/fox", NULL, 1, "exact fox");
    check(scheme, "object/wolf", NULL, 1, "close wolf");
    assert_string_equal(ts_scheme_find(scheme, "fox")->broader[0], "animals");
    ts_scheme_free(scheme);
}

static void a_newer_edition_keeps_what_people_said(void **state)
{
    (void)state;
    ts_error err = {0};
    const char *const *notes;
    ts_scheme *old = CSV("id,label,matches,hide,threshold,renamed@de,own_synonyms@de\n"
                         "a,A,exact object/dog|!close object/cat,yes,0.5,Ah,Aa\n"
                         "b,B,exact object/car,,,,\n");
    ts_scheme *fresh = CSV("id,label,matches\na,A new,close object/dog\nc,C,\n");
    assert_works(ts_scheme_take_over(fresh, old, &err) && ts_scheme_seal(fresh, &err), err);
    const ts_entry *a = ts_scheme_find(fresh, "a");
    assert_int_equal(a->match_count, 2);
    assert_int_equal(a->matches[0].relation, TS_MATCH_CLOSE); /* the file's own word goes first */
    assert_int_equal(a->matches[1].state, TS_MATCH_REJECTED);
    assert_true(a->hidden);
    assert_float_equal(a->threshold, 0.5F, 1e-6);
    assert_string_equal(ts_entry_label(fresh, a, "de"), "Ah");
    assert_string_equal(ts_entry_label(fresh, a, "en"), "A new");
    assert_int_equal(ts_scheme_notes(fresh, &notes), 1);
    assert_non_null(strstr(notes[0], "the first is b"));
    ts_scheme_free(old);
    ts_scheme_free(fresh);
}

/* ---- proposals --------------------------------------------------------------------------------------- */

static ts_vocab *vocab;

static int open_vocab(void **state)
{
    (void)state;
    ts_error err = {0};
    vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, &err);
    return vocab ? 0 : -1;
}

static int close_vocab(void **state)
{
    (void)state;
    ts_vocab_close(vocab);
    return 0;
}

static void check_match(const ts_scheme *scheme, const char *id, const char *core, int relation,
                        int match_state)
{
    const ts_entry *entry = ts_scheme_find(scheme, id);
    for (size_t i = 0; i < entry->match_count; i++) {
        const ts_match *match = &entry->matches[i];
        if (strcmp(match->core, core) != 0) continue;
        if (relation < 0) fail_msg("%s matches %s", id, core);
        assert_int_equal(match->relation, relation);
        assert_int_equal(match->state, match_state);
        return;
    }
    if (relation >= 0) fail_msg("%s does not match %s", id, core);
}

static void names_and_codes_propose(void **state)
{
    (void)state;
    ts_error err = {0};
    size_t count = 0;
    ts_scheme *scheme = CSV("id,notation,label@de,label@en,label@ja,synonyms@fr,label,matches\n"
                            "1,,Hund,,,,,\n"
                            "2,,,,\xE7\x8C\xAB,,,\n"
                            "3,,,,,vélo,,\n"
                            "4,,,crane,,,,\n"
                            "5,,,,,,Pferd,\n"
                            "6,,Auto,,,,,exact object/truck\n"
                            "7,,Katze,,,,,!exact object/cat\n"
                            "8,173,,Hats,,,,\n"
                            "9,173,,Something else,,,,\n"
                            "http://cv.iptc.org/newscodes/mediatopic/20000824,,,archery,,,,\n"
                            "medtop:20000847,,,shuttlecocks,,,,\n"
                            "12,,,nonsense that nobody says,,,,\n");
    assert_works(ts_scheme_propose(scheme, vocab, TS_TEST_VOCAB_DIR, &count, &err), err);
    check_match(scheme, "1", "object/dog", TS_MATCH_EXACT, TS_MATCH_PROPOSED);
    check_match(scheme, "2", "object/cat", TS_MATCH_EXACT, TS_MATCH_PROPOSED);
    check_match(scheme, "3", "object/bicycle", TS_MATCH_CLOSE, TS_MATCH_PROPOSED);
    check_match(scheme, "5", "object/horse", TS_MATCH_EXACT, TS_MATCH_PROPOSED);
    check_match(scheme, "6", "object/car", -1, 0); /* somebody knows better already */
    check_match(scheme, "7", "object/cat", TS_MATCH_EXACT, TS_MATCH_REJECTED);
    check_match(scheme, "8", "object/beanie", TS_MATCH_BROADER, TS_MATCH_PROPOSED);
    check_match(scheme, "9", "object/beanie", -1, 0); /* a bare number is no code */
    check_match(scheme, "http://cv.iptc.org/newscodes/mediatopic/20000824", "activity/archery",
                TS_MATCH_EXACT, TS_MATCH_PROPOSED);
    check_match(scheme, "medtop:20000847", "activity/badminton", TS_MATCH_EXACT, TS_MATCH_PROPOSED);
    const ts_entry *crane = ts_scheme_find(scheme, "4");
    assert_true(crane->match_count >= 2); /* the bird and the machine */
    for (size_t i = 0; i < crane->match_count; i++)
        assert_int_equal(crane->matches[i].relation, TS_MATCH_CLOSE);
    assert_int_equal(ts_scheme_find(scheme, "12")->match_count, 0);
    check(scheme, "object/dog", NULL, 1, "silent"); /* nothing counts before a person confirms it */
    size_t again = 0;
    assert_works(ts_scheme_propose(scheme, vocab, TS_TEST_VOCAB_DIR, &again, &err), err);
    assert_int_equal(again, count);
    ts_scheme_free(scheme);
}

static void a_table_of_matches_goes_out_and_in(void **state)
{
    (void)state;
    ts_error err = {0};
    size_t count = 0;
    ts_buf out = {0};
    ts_scheme *scheme = CSV("id,label@de\n1,Hund\n2,\"Katze, klein\"\n3,Pferd\n");
    assert_works(ts_scheme_propose(scheme, vocab, TS_TEST_VOCAB_DIR, &count, &err), err);
    assert_works(ts_matches_write(scheme, vocab, TS_MATCH_PROPOSED, &out, &err), err);
    assert_non_null(strstr(out.data, "1,Hund,object/dog,dog,exact,proposed,"));
    ts_buf_free(&out);
    static const char answer[] = "concept;core;relation;state\n1;object/dog;;\n2;object/cat;close;confirmed\n"
                                 "Pferd;object/horse;exact;rejected\n";
    assert_works(ts_matches_read(scheme, vocab, answer, strlen(answer), &count, &err), err);
    assert_int_equal(count, 3);
    check(scheme, "object/dog", NULL, 1, "exact 1");
    check(scheme, "object/cat", NULL, 1, "close 2");
    check(scheme, "object/horse", NULL, 1, "silent");
    static const struct {
        const char *text, *said;
    } bad[] = {{"concept,relation\n", "row 1: no column is called \"core\""},
               {"concept,core\n9,object/dog\n", "row 2, column \"concept\": s has no concept \"9\""},
               {"concept,core\n1,object/dgo\n", "row 2, column \"core\""},
               {"concept,core,relation\n1,object/dog,same\n", "row 2, column \"relation\""},
               {"concept,core,state\n1,object/dog,sure\n", "row 2, column \"state\""},
               {"", "empty"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_fails(ts_matches_read(scheme, vocab, bad[i].text, strlen(bad[i].text), &count, &err), err,
                     TS_CONFIG);
        if (!strstr(err.message, bad[i].said))
            fail_msg("\"%s\" does not say \"%s\"", err.message, bad[i].said);
    }
    ts_scheme_free(scheme);
}

static void schemes_come_with_the_program(void **state)
{
    (void)state;
    ts_error err = {0};
    for (size_t i = 0; ts_scheme_built_ins[i]; i++) {
        ts_scheme *scheme = ts_scheme_built_in(ts_scheme_built_ins[i], vocab, TS_TEST_VOCAB_DIR, &err);
        if (!scheme) fail_msg("%s: %s", ts_scheme_built_ins[i], err.message);
        assert_true(ts_scheme_count(scheme) > 30);
        /* Every code is of a concept that there is. */
        for (size_t k = 0; k < ts_scheme_count(scheme); k++) {
            const ts_entry *entry = ts_scheme_at(scheme, k);
            assert_true(entry->match_count > 0);
            for (size_t m = 0; m < entry->match_count; m++)
                assert_int_not_equal(ts_vocab_find(vocab, entry->matches[m].core), TS_CONCEPT_NONE);
        }
        ts_scheme_free(scheme);
    }
    ts_scheme *core = ts_scheme_built_in("core", vocab, TS_TEST_VOCAB_DIR, &err);
    assert_int_equal(ts_scheme_count(core), ts_vocab_count(vocab));
    check(core, "object/dog", NULL, 1, "exact object/dog");
    assert_string_equal(ts_entry_label(core, ts_scheme_find(core, "object/dog"), "de"), "Hund");
    char *csv = text_of(core, TS_SCHEME_CSV), *turtle = text_of(core, TS_SCHEME_TURTLE);
    ts_scheme *again = ts_scheme_read("core", turtle, strlen(turtle), TS_SCHEME_AUTO, &err);
    if (!again) fail_msg("%s", err.message);
    char *csv2 = text_of(again, TS_SCHEME_CSV);
    assert_string_equal(csv, csv2);
    free(csv), free(csv2), free(turtle);
    ts_scheme_free(again);
    ts_scheme_free(core);
    assert_fails(ts_scheme_built_in("aat", vocab, TS_TEST_VOCAB_DIR, &err), err, TS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_in_a_scheme),
        cmocka_unit_test(paths_leave_hidden_ones_out),
        cmocka_unit_test(a_scheme_is_walked_level_by_level),
        cmocka_unit_test(names_find_concepts),
        cmocka_unit_test(the_users_own_names_come_first),
        cmocka_unit_test(an_entry_is_split),
        cmocka_unit_test(a_newer_edition_keeps_what_people_said),
        cmocka_unit_test(names_and_codes_propose),
        cmocka_unit_test(a_table_of_matches_goes_out_and_in),
        cmocka_unit_test(schemes_come_with_the_program),
    };
    return cmocka_run_group_tests(tests, open_vocab, close_vocab);
}
