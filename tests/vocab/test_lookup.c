/* tests/vocab: finding concepts by id, name and model class; parents and ancestors. On the core vocabulary.
 */
#include "vocab/vocab.h"

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

static void finds_every_id(void **state)
{
    const ts_vocab *vocab = *state;
    for (size_t i = 0; i < ts_vocab_count(vocab); i++)
        assert_int_equal(ts_vocab_find(vocab, ts_vocab_id(vocab, (ts_concept)i)), i);
    static const char *const absent[] = {"",           "object", "object/", "object/do", "object/dogg",
                                         "Object/dog", "zzz"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_int_equal(ts_vocab_find(vocab, absent[i]), TS_CONCEPT_NONE);
}

static void assert_first(const ts_vocab *vocab, const char *name, const char *id)
{
    ts_concepts found = ts_vocab_find_name(vocab, name);
    if (found.count == 0) fail_msg("nothing is called %s", name);
    assert_string_equal(ts_vocab_id(vocab, found.items[0]), id);
}

static void finds_names_in_any_form(void **state)
{
    const ts_vocab *vocab = *state;
    assert_first(vocab, "dog", "object/dog");
    assert_first(vocab, "DOG", "object/dog");
    assert_first(vocab, "dogs", "object/dog");
    assert_first(vocab, "puppy", "object/dog");
    assert_first(vocab, "mobile phone", "object/cell-phone");
    assert_first(vocab, "Television", "object/tv");
    assert_first(vocab, "t shirt", "object/t-shirt");
    assert_first(vocab, "T_Shirt", "object/t-shirt");
    assert_first(vocab, "black-and-white", "style/black-and-white");
    assert_first(vocab, "violet", "colour/purple");
    assert_int_equal(ts_vocab_find_name(vocab, "").count, 0);
    assert_int_equal(ts_vocab_find_name(vocab, "do").count, 0);
    assert_first(vocab, " hot  dog ", "object/hot-dog");
    assert_first(vocab, "-Hot_-\tdog\n", "object/hot-dog");
    assert_int_equal(ts_vocab_find_name(vocab, "\xFF\xFF").count, 0);
    assert_null(ts_vocab_find_name(vocab, "no such thing").items);
}

static bool holds(const ts_vocab *vocab, ts_concepts found, const char *id)
{
    for (size_t i = 0; i < found.count; i++)
        if (strcmp(ts_vocab_id(vocab, found.items[i]), id) == 0) return true;
    return false;
}

/* Words that mean several things find them all, and labels stand before synonyms. */
static void finds_all_meanings(void **state)
{
    const ts_vocab *vocab = *state;
    ts_concepts orange = ts_vocab_find_name(vocab, "orange");
    assert_int_equal(orange.count, 2);
    assert_true(holds(vocab, orange, "object/orange") && holds(vocab, orange, "colour/orange"));
    ts_concepts crane = ts_vocab_find_name(vocab, "cranes");
    assert_int_equal(crane.count, 2);
    assert_true(holds(vocab, crane, "object/crane-bird") && holds(vocab, crane, "object/crane-machine"));
    ts_concepts kite = ts_vocab_find_name(vocab, "kite");
    assert_true(holds(vocab, kite, "object/kite") && holds(vocab, kite, "object/kite-bird"));
    ts_concepts husky = ts_vocab_find_name(vocab, "husky");
    assert_int_equal(husky.count, 2);
    assert_string_equal(ts_vocab_id(vocab, husky.items[0]), "object/husky");
    ts_concepts plane = ts_vocab_find_name(vocab, "plane");
    assert_true(holds(vocab, plane, "object/airplane") && holds(vocab, plane, "object/carpenters-plane"));
}

static void every_name_finds_its_concept(void **state)
{
    const ts_vocab *vocab = *state;
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
        ts_concept concept = (ts_concept)i;
        const char *id = ts_vocab_id(vocab, concept), *const *names = NULL;
        assert_true(holds(vocab, ts_vocab_find_name(vocab, ts_vocab_label(vocab, concept)), id));
        assert_true(holds(vocab, ts_vocab_find_name(vocab, ts_vocab_plural(vocab, concept)), id));
        size_t count = ts_vocab_synonyms(vocab, concept, &names);
        for (size_t s = 0; s < count; s++) assert_true(holds(vocab, ts_vocab_find_name(vocab, names[s]), id));
    }
}

static void maps_classes_with_their_relation(void **state)
{
    const ts_vocab *vocab = *state;
    ts_relation relation = TS_RELATION_BROADER;
    ts_concept laptop = ts_vocab_map_class(vocab, "imagenet1k", 620, &relation);
    assert_int_equal(relation, TS_RELATION_EXACT);
    assert_int_equal(laptop, ts_vocab_map(vocab, "coco80", "63", NULL));
    assert_int_equal(laptop, ts_vocab_map(vocab, "imagenet1k", "681", &relation));
    assert_int_equal(relation, TS_RELATION_NARROWER);
    assert_int_equal(ts_vocab_map(vocab, "imagenet1k", "744", &relation),
                     ts_vocab_find(vocab, "object/missile"));
    assert_int_equal(relation, TS_RELATION_BROADER);
    assert_string_equal(ts_vocab_id(vocab, ts_vocab_map(vocab, "colours", "light blue", NULL)),
                        "colour/light-blue");
    relation = TS_RELATION_NARROWER;
    assert_int_equal(ts_vocab_map_class(vocab, "coco80", 80, &relation), TS_CONCEPT_NONE);
    assert_int_equal(ts_vocab_map(vocab, "coco80", "016", &relation), TS_CONCEPT_NONE);
    assert_int_equal(ts_vocab_map(vocab, "coco", "16", &relation), TS_CONCEPT_NONE);
    assert_int_equal(relation, TS_RELATION_NARROWER);
}

static void knows_what_is_above_what(void **state)
{
    const ts_vocab *vocab = *state;
    ts_concept shepherd = ts_vocab_find(vocab, "object/german-shepherd");
    ts_concept dog = ts_vocab_find(vocab, "object/dog"), animal = ts_vocab_find(vocab, "object/animal");
    assert_true(ts_vocab_is_ancestor(vocab, dog, shepherd));
    assert_true(ts_vocab_is_ancestor(vocab, animal, shepherd));
    assert_false(ts_vocab_is_ancestor(vocab, shepherd, dog));
    assert_false(ts_vocab_is_ancestor(vocab, dog, dog));
    assert_int_equal(ts_vocab_depth(vocab, animal), 0);
    assert_int_equal(ts_vocab_depth(vocab, shepherd), 2);
    assert_int_equal(ts_vocab_parents(vocab, shepherd).count, 1);
    assert_int_equal(ts_vocab_parents(vocab, shepherd).items[0], dog);
    assert_int_equal(ts_vocab_parents(vocab, animal).count, 0);
}

static void counts_what_can_be_counted(void **state)
{
    const ts_vocab *vocab = *state;
    ts_concept sheep = ts_vocab_find(vocab, "object/sheep"), hay = ts_vocab_find(vocab, "object/hay");
    assert_true(ts_vocab_is_countable(vocab, sheep));
    assert_string_equal(ts_vocab_plural(vocab, sheep), "sheep");
    assert_false(ts_vocab_is_countable(vocab, hay));
    assert_string_equal(ts_vocab_plural(vocab, hay), "hay");
    assert_string_equal(ts_vocab_plural(vocab, ts_vocab_find(vocab, "people/person")), "people");
}

static void names_facets(void **state)
{
    const ts_vocab *vocab = *state;
    for (unsigned i = 0; i < TS_FACET_COUNT; i++) {
        ts_facet facet = TS_FACET_COUNT;
        assert_true(ts_facet_find(ts_facet_name((ts_facet)i), &facet));
        assert_int_equal(facet, i);
    }
    ts_facet facet = TS_FACET_MOOD;
    assert_false(ts_facet_find("color", &facet));
    assert_false(ts_facet_find("", &facet));
    assert_int_equal(facet, TS_FACET_MOOD);
    assert_string_equal(ts_facet_name(TS_FACET_COUNT), "unknown");
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
        const char *id = ts_vocab_id(vocab, (ts_concept)i);
        const char *name = ts_facet_name(ts_vocab_facet(vocab, (ts_concept)i));
        assert_memory_equal(id, name, strlen(name));
        assert_int_equal(id[strlen(name)], '/');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_id),
        cmocka_unit_test(finds_names_in_any_form),
        cmocka_unit_test(finds_all_meanings),
        cmocka_unit_test(every_name_finds_its_concept),
        cmocka_unit_test(maps_classes_with_their_relation),
        cmocka_unit_test(knows_what_is_above_what),
        cmocka_unit_test(counts_what_can_be_counted),
        cmocka_unit_test(names_facets),
    };
    return cmocka_run_group_tests(tests, open_core, close_core);
}
