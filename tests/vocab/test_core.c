/* tests/vocab: the core tables themselves: complete, tidy, and saying what people say. */
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

/* Change these figures together with the tables; they catch rows lost by accident. */
static void has_the_golden_size(void **state)
{
    const ts_vocab *vocab = *state;
    size_t in_facet[TS_FACET_COUNT] = {0};
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) in_facet[ts_vocab_facet(vocab, (ts_concept)i)]++;
    assert_int_equal(ts_vocab_count(vocab), 2477);
    assert_int_equal(in_facet[TS_FACET_COLOUR], 18);
    assert_int_equal(in_facet[TS_FACET_SCENE], 232);
    assert_int_equal(in_facet[TS_FACET_PEOPLE], 76);
}

static void maps_every_model_class(void **state)
{
    const ts_vocab *vocab = *state;
    for (size_t i = 0; i < 1000; i++)
        if (ts_vocab_map_class(vocab, "imagenet1k", i, NULL) == TS_CONCEPT_NONE)
            fail_msg("imagenet1k %zu", i);
    for (size_t i = 0; i < 80; i++)
        if (ts_vocab_map_class(vocab, "coco80", i, NULL) == TS_CONCEPT_NONE) fail_msg("coco80 %zu", i);
    assert_int_equal(ts_vocab_map_class(vocab, "imagenet1k", 1000, NULL), TS_CONCEPT_NONE);
}

static bool called(const ts_vocab *vocab, const char *name, ts_concept concept)
{
    ts_concepts found = ts_vocab_find_name(vocab, name);
    for (size_t i = 0; i < found.count; i++)
        if (found.items[i] == concept) return true;
    return false;
}

/* Calls check for each line of a label list: "index TAB [wnid TAB] name". */
static void each_label(const char *file, const ts_vocab *vocab,
                       void (*check)(const ts_vocab *vocab, size_t index, const char *wnid, const char *name))
{
    char *path = ts_test_path(TS_TEST_LABELS_DIR, file);
    char *text = ts_test_read(path, NULL);
    size_t rows = 0;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (line[0] < '0' || line[0] > '9') continue;
        char *first = strsep(&line, "\t"), *second = strsep(&line, "\t"), *third = strsep(&line, "\t");
        check(vocab, strtoul(first, NULL, 10), third ? second : NULL, third ? third : second);
        rows++;
    }
    assert_in_range(rows, 80, 1000);
    free(text);
    free(path);
}

static void check_coco(const ts_vocab *vocab, size_t index, const char *wnid, const char *name)
{
    (void)wnid;
    ts_relation relation = TS_RELATION_BROADER;
    ts_concept concept = ts_vocab_map_class(vocab, "coco80", index, &relation);
    assert_int_not_equal(concept, TS_CONCEPT_NONE);
    assert_string_equal(ts_vocab_label(vocab, concept), name);
    assert_int_equal(relation, TS_RELATION_EXACT);
}

/* People compare the tags with the COCO classes: the label is the class name, letter for letter. */
static void labels_coco_classes_by_their_name(void **state)
{
    each_label("coco80.tsv", *state, check_coco);
}

static void check_imagenet(const ts_vocab *vocab, size_t index, const char *wnid, const char *name)
{
    ts_concept concept = ts_vocab_map_class(vocab, "imagenet1k", index, NULL);
    assert_int_not_equal(concept, TS_CONCEPT_NONE);
    if (!called(vocab, name, concept))
        fail_msg("class %zu, %s, is mapped to %s, which has no such name", index, name,
                 ts_vocab_id(vocab, concept));
    if (wnid) assert_int_equal(ts_vocab_map(vocab, "wordnet", wnid, NULL), concept);
}

static void keeps_the_names_of_imagenet_classes(void **state)
{
    each_label("imagenet1k.tsv", *state, check_imagenet);
}

/* The few classes that belong under no word that people would search for. */
static const char *const rootless[] = {
    "object/balloon", "object/book",       "object/bubble",    "object/clock",
    "object/coil",    "object/fence",      "object/honeycomb", "object/mask",
    "object/sink",    "object/umbrella",   "scene/restaurant", "object/maze",
    "object/pole",    "object/spider-web", "scene/stage",      "people/person"};

static bool may_be_rootless(const char *id)
{
    for (size_t i = 0; i < sizeof rootless / sizeof rootless[0]; i++)
        if (strcmp(rootless[i], id) == 0) return true;
    return false;
}

static void gives_each_class_one_to_four_ancestors(void **state)
{
    const ts_vocab *vocab = *state;
    for (size_t i = 0; i < 1080; i++) {
        ts_concept concept = i < 1000 ? ts_vocab_map_class(vocab, "imagenet1k", i, NULL)
                                      : ts_vocab_map_class(vocab, "coco80", i - 1000, NULL);
        const char *id = ts_vocab_id(vocab, concept);
        size_t count = ts_vocab_ancestors(vocab, concept).count;
        if (count > 4) fail_msg("%s has %zu ancestors", id, count);
        bool top = strcmp(id, "object/fungus") == 0;
        if (count == 0 && !top && !may_be_rootless(id)) fail_msg("%s has no ancestors", id);
    }
}

/* Levels of the zoologist and of WordNet that nobody tags with. */
static void says_no_scholarly_words(void **state)
{
    const ts_vocab *vocab = *state;
    static const char *const words[] = {
        "carnivore", "placental", "vertebrate", "artifact", "instrumentality", "mammal",   "arthropod",
        "canid",     "feline",    "ungulate",   "device",   "implement",       "covering", "conveyance",
        "entity",    "object",    "structure",  "matter",   "substance",       "whole"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (ts_vocab_find_name(vocab, words[i]).count > 0) fail_msg("\"%s\" is in the vocabulary", words[i]);
}

static const char *file_order_key(char *line)
{
    line[strcspn(line, "\t")] = '\0';
    return line;
}

static void keeps_concepts_sorted(void **state)
{
    (void)state;
    char *path = ts_test_path(TS_TEST_VOCAB_DIR, "concepts.tsv");
    char *text = ts_test_read(path, NULL);
    char *rest = text;
    const char *previous = "";
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        if (line[0] == '#' || strncmp(line, "id\t", 3) == 0) continue;
        const char *id = file_order_key(line);
        if (strcmp(previous, id) >= 0) fail_msg("%s stands after %s", id, previous);
        previous = id;
    }
    free(text);
    free(path);
}

/* "German shepherd < dog < animal": the label and its ancestors' labels, as a user reads them. */
static void describe(const ts_vocab *vocab, ts_concept concept, char *text, size_t size)
{
    size_t at = (size_t)snprintf(text, size, "%s", ts_vocab_label(vocab, concept));
    ts_concepts above = ts_vocab_ancestors(vocab, concept);
    for (size_t i = 0; i < above.count && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, " < %s", ts_vocab_label(vocab, above.items[i]));
}

static const struct {
    unsigned index; /* imagenet1k */
    const char *expect;
} expectations[] = {
#include "expectations.inc"
};

static void says_what_people_say(void **state)
{
    const ts_vocab *vocab = *state;
    char text[256];
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
        describe(vocab, ts_vocab_map_class(vocab, "imagenet1k", expectations[i].index, NULL), text,
                 sizeof text);
        assert_string_equal(text, expectations[i].expect);
    }
}

/* Pairs of words that an English reader may confuse: each class must land on the right meaning. */
static void avoids_the_traps(void **state)
{
    const ts_vocab *vocab = *state;
    static const struct {
        const char *scheme;
        unsigned index;
        const char *id;
    } traps[] = {
        {"imagenet1k", 21, "object/kite-bird"},
        {"coco80", 33, "object/kite"},
        {"imagenet1k", 134, "object/crane-bird"},
        {"imagenet1k", 517, "object/crane-machine"},
        {"imagenet1k", 264, "object/cardigan-welsh-corgi"},
        {"imagenet1k", 474, "object/cardigan"},
        {"imagenet1k", 638, "object/maillot"},
        {"imagenet1k", 639, "object/maillot"},
        {"imagenet1k", 836, "object/sunglasses"},
        {"imagenet1k", 837, "object/sunglasses"},
        {"imagenet1k", 673, "object/computer-mouse"},
        {"coco80", 64, "object/computer-mouse"},
        {"imagenet1k", 726, "object/carpenters-plane"},
        {"coco80", 4, "object/airplane"},
        {"imagenet1k", 681, "object/laptop"},
        {"coco80", 63, "object/laptop"},
        {"imagenet1k", 487, "object/cell-phone"},
        {"coco80", 67, "object/cell-phone"},
        {"imagenet1k", 508, "object/computer-keyboard"},
        {"coco80", 66, "object/computer-keyboard"},
        {"imagenet1k", 998, "object/ear-of-corn"},
        {"imagenet1k", 989, "object/rose-hip"},
        {"imagenet1k", 667, "object/mortarboard"},
        {"imagenet1k", 666, "object/kitchen-mortar"},
        {"imagenet1k", 680, "object/baby-bottle"},
        {"imagenet1k", 982, "people/bridegroom"},
        {"imagenet1k", 408, "object/amphibious-vehicle"},
        {"imagenet1k", 458, "object/plaque"},
        {"imagenet1k", 829, "object/streetcar"},
        {"imagenet1k", 705, "object/passenger-car"},
        {"imagenet1k", 705, "object/passenger-car"},
        {"imagenet1k", 844, "object/light-switch"},
        {"imagenet1k", 840, "object/mop"},
        {"imagenet1k", 757, "object/recreational-vehicle"},
    };
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        ts_concept concept = ts_vocab_map_class(vocab, traps[i].scheme, traps[i].index, NULL);
        assert_string_equal(ts_vocab_id(vocab, concept), traps[i].id);
    }
}

static void flags_what_may_hurt(void **state)
{
    const ts_vocab *vocab = *state;
    static const char *const risky[] = {"object/rifle",    "object/revolver",  "object/missile",
                                        "object/bikini",   "object/brassiere", "object/abaya",
                                        "safety/explicit", "object/gun"};
    for (size_t i = 0; i < sizeof risky / sizeof risky[0]; i++)
        assert_true(ts_vocab_flags(vocab, ts_vocab_find(vocab, risky[i])) & TS_CONCEPT_RISKY);
    static const char *const dull[] = {"object/website",       "object/envelope", "object/matchstick",
                                       "object/menu",          "object/nematode", "object/hook",
                                       "object/nail-fastener", "object/spotlight"};
    for (size_t i = 0; i < sizeof dull / sizeof dull[0]; i++)
        assert_true(ts_vocab_flags(vocab, ts_vocab_find(vocab, dull[i])) & TS_CONCEPT_DULL);
    for (unsigned i = 151; i <= 268; i++) /* all the dog breeds */
        assert_true(ts_vocab_flags(vocab, ts_vocab_map_class(vocab, "imagenet1k", i, NULL)) &
                    TS_CONCEPT_FINE);
}

static void require_flag(const ts_vocab *vocab, const char *id, uint32_t flag)
{
    ts_concept concept = ts_vocab_find(vocab, id);
    assert_int_not_equal(concept, TS_CONCEPT_NONE);
    if (!(ts_vocab_flags(vocab, concept) & flag)) fail_msg("%s lacks a flag", id);
}

/* What a picture says about a person's age, gender, body, faith or ties is never a light guess. */
static void guards_guesses_about_people(void **state)
{
    static const char *const risky[] = {
        "people/woman",   "people/man",    "people/child",     "people/baby",           "people/teenager",
        "people/adult",   "people/family", "people/couple",    "people/elderly-person", "people/tattoo",
        "people/soldier", "people/foot",   "object/headscarf", "object/turban",         "activity/praying",
        "scene/slum",     "event/funeral", "text/passport",    "text/licence-plate",    "text/signature"};
    static const char *const dull[] = {"people/hand", "people/eye", "people/hair", "people/body-part"};
    for (size_t i = 0; i < sizeof risky / sizeof risky[0]; i++)
        require_flag(*state, risky[i], TS_CONCEPT_RISKY);
    for (size_t i = 0; i < sizeof dull / sizeof dull[0]; i++) require_flag(*state, dull[i], TS_CONCEPT_DULL);
}

static void holds_all_of_safety_and_its_like_risky(void **state)
{
    const ts_vocab *vocab = *state;
    static const char *const roots[] = {"object/weapon", "people/body-part", "safety/sensitive"};
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
        const char *id = ts_vocab_id(vocab, (ts_concept)i);
        if (ts_vocab_facet(vocab, (ts_concept)i) == TS_FACET_SAFETY && strcmp(id, "safety/safe") != 0)
            require_flag(vocab, id, TS_CONCEPT_RISKY);
    }
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        require_flag(vocab, roots[i], TS_CONCEPT_RISKY);
}

/* Splits a line of a table in place; returns how many fields there are. */
static size_t split(char *line, char **fields, size_t max)
{
    size_t count = 0;
    for (char *field; (field = strsep(&line, "\t")) != NULL; count++)
        if (count < max) fields[count] = field;
    return count;
}

/* Calls check for each row of a table and returns how many there were. */
static size_t each_row(const ts_vocab *vocab, const char *file,
                       void (*check)(const ts_vocab *vocab, char **fields))
{
    char *path = ts_test_path(TS_TEST_VOCAB_DIR, file);
    char *text = ts_test_read(path, NULL), *rest = text;
    size_t rows = 0;
    bool header = true;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (line[0] == '#' || line[0] == '\0') continue;
        char *fields[5];
        assert_int_equal(split(line, fields, 5), 5);
        if (!header) {
            check(vocab, fields);
            rows++;
        }
        header = false;
    }
    free(text);
    free(path);
    return rows;
}

static void check_code(const ts_vocab *vocab, char **fields)
{
    if (ts_vocab_find(vocab, fields[0]) == TS_CONCEPT_NONE) fail_msg("codes.tsv: there is no %s", fields[0]);
    bool iptc = strcmp(fields[1], "iptc-mediatopic") == 0;
    if (!iptc && strcmp(fields[1], "google-product") != 0) fail_msg("codes.tsv: no scheme %s", fields[1]);
    if (iptc && strncmp(fields[2], "medtop:", 7) != 0) fail_msg("codes.tsv: %s is no code", fields[2]);
    const char *digits = iptc ? fields[2] + 7 : fields[2];
    size_t length = strspn(digits, "0123456789");
    if (length == 0 || digits[length] != '\0' || (iptc && length != 8)) fail_msg("codes.tsv: %s", fields[2]);
    bool known = strcmp(fields[3], "exact") == 0 || strcmp(fields[3], "narrower") == 0 ||
                 strcmp(fields[3], "broader") == 0;
    if (!known || fields[4][0] == '\0') fail_msg("codes.tsv: %s is incomplete", fields[0]);
}

static void has_sound_codes(void **state)
{
    assert_in_range(each_row(*state, "codes.tsv", check_code), 100, 5000);
}

static void check_mapping(const ts_vocab *vocab, char **fields)
{
    static const char *const schemes[] = {"coco80",    "colours", "imagenet1k", "openimages",
                                          "places365", "ram",     "wordnet"};
    const size_t scheme_count = sizeof schemes / sizeof *schemes;
    size_t i = 0;
    while (i < scheme_count && strcmp(fields[0], schemes[i]) != 0) i++;
    if (i == scheme_count) fail_msg("mappings.tsv: README.md names no scheme %s", fields[0]);
    assert_string_equal(ts_vocab_id(vocab, ts_vocab_map(vocab, fields[0], fields[1], NULL)), fields[2]);
    bool noun = fields[1][0] == 'n' && strlen(fields[1]) == 9 && strspn(fields[1] + 1, "0123456789") == 8;
    if (strcmp(fields[0], "wordnet") == 0 && !noun) fail_msg("mappings.tsv: %s", fields[1]);
    bool entity = strncmp(fields[1], "/m/", 3) == 0 || strncmp(fields[1], "/g/", 3) == 0;
    if (strcmp(fields[0], "openimages") == 0 && !entity) fail_msg("mappings.tsv: %s", fields[1]);
}

/* 1000 + 80 + 18 classes of networks, 365 places, a synset for each class of ImageNet and many more, and
 * what is shared with the lists of Open Images and RAM. */
static void knows_every_scheme_and_loses_no_mapping(void **state)
{
    assert_int_equal(each_row(*state, "mappings.tsv", check_mapping), 6791);
}

/* A concept that is only shown when it is sure of itself needs something to be shown instead. */
static void gives_fine_concepts_a_parent(void **state)
{
    const ts_vocab *vocab = *state;
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
        ts_concept concept = (ts_concept)i;
        if (!(ts_vocab_flags(vocab, concept) & TS_CONCEPT_FINE)) continue;
        if (ts_vocab_parents(vocab, concept).count == 0) fail_msg("%s", ts_vocab_id(vocab, concept));
    }
}

/* A parent that another parent already implies says nothing and hides a slip. */
static void names_no_parent_twice_over(void **state)
{
    const ts_vocab *vocab = *state;
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
        ts_concepts parents = ts_vocab_parents(vocab, (ts_concept)i);
        for (size_t a = 0; a < parents.count; a++)
            for (size_t b = 0; b < parents.count; b++)
                if (ts_vocab_is_ancestor(vocab, parents.items[a], parents.items[b]))
                    fail_msg("%s: %s", ts_vocab_id(vocab, (ts_concept)i),
                             ts_vocab_id(vocab, parents.items[a]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_golden_size),
        cmocka_unit_test(maps_every_model_class),
        cmocka_unit_test(labels_coco_classes_by_their_name),
        cmocka_unit_test(keeps_the_names_of_imagenet_classes),
        cmocka_unit_test(gives_each_class_one_to_four_ancestors),
        cmocka_unit_test(says_no_scholarly_words),
        cmocka_unit_test(keeps_concepts_sorted),
        cmocka_unit_test(says_what_people_say),
        cmocka_unit_test(avoids_the_traps),
        cmocka_unit_test(flags_what_may_hurt),
        cmocka_unit_test(guards_guesses_about_people),
        cmocka_unit_test(holds_all_of_safety_and_its_like_risky),
        cmocka_unit_test(has_sound_codes),
        cmocka_unit_test(knows_every_scheme_and_loses_no_mapping),
        cmocka_unit_test(gives_fine_concepts_a_parent),
        cmocka_unit_test(names_no_parent_twice_over),
    };
    return cmocka_run_group_tests(tests, open_core, close_core);
}
