/* tests/tagging: the whole line on the demo photographs, against what a person saw in them. Confidences leave room for
 * both arithmetics; what is not listed is not judged here. */
#include <stdio.h>

#include "tests/tagging/real.h"

typedef struct expectation {
    const char *photo;
    struct {
        const char *concept;
        float at_least;
        int count; /* 0: not asked */
    } there[10];
    const char *absent[10];
    size_t faces;
} expectation;

static const expectation expectations[] = {
    /* A smiling astronaut in an orange suit, a helmet, a flag, a model of the shuttle. */
    {.photo = "astronaut.png",
     .there = {{"people/person", 0.9F, 1},
               {"people/face", 0.7F, 1},
               {"colour/orange", 0.3F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"people/group", "people/crowd", "object/animal", "style/black-and-white", "quality/blurred",
                "mood/dark"},
     .faces = 1},
    /* A man in a black coat behind a camera on a tripod, on a lawn; black and white. */
    {.photo = "cameraman.png",
     .there = {{"people/person", 0.9F, 1},
               {"object/tripod", 0.7F, 0},
               {"style/black-and-white", 0.9F, 0},
               {"style/monochrome", 0.9F, 0},
               {"colour/grey", 0.6F, 0},
               {"quality/sharp", 0.5F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"people/group", "mood/warm", "mood/vibrant", "colour/red", "colour/blue", "object/animal"},
     .faces = 1},
    /* The face of a tabby cat, very near. */
    {.photo = "cat.png",
     .there = {{"object/cat", 0.9F, 1},
               {"object/egyptian-cat", 0.4F, 0},
               {"colour/brown", 0.6F, 0},
               {"mood/warm", 0.4F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"people/person", "people/face", "style/black-and-white", "object/vehicle", "object/food"},
     .faces = 0},
    /* A wall clock, moved while the shutter was open: a bright smear on grey. */
    {.photo = "clock.png",
     .there = {{"quality/blurred", 0.7F, 0},
               {"style/black-and-white", 0.9F, 0},
               {"colour/grey", 0.8F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"quality/sharp", "people/person", "people/face", "mood/warm", "object/animal"},
     .faces = 0},
    /* Espresso in a red cup on a saucer, a spoon, a wooden table. */
    {.photo = "coffee.png",
     .there = {{"object/espresso", 0.8F, 0},
               {"object/cup", 0.8F, 1},
               {"object/coffee", 0.8F, 0},
               {"object/drink", 0.8F, 0},
               {"colour/brown", 0.7F, 0},
               {"mood/warm", 0.7F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"people/person", "people/face", "object/animal", "style/black-and-white", "quality/blurred",
                "mood/cold"},
     .faces = 0},
    /* An orange dahlia before dark green. */
    {.photo = "flower.jpg",
     .there = {{"colour/orange", 0.3F, 0},
               {"colour/green", 0.3F, 0},
               {"mood/vibrant", 0.4F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"people/person", "people/face", "object/animal", "style/black-and-white", "mood/muted"},
     .faces = 0},
    /* Hundreds of galaxies, mostly black. */
    {.photo = "galaxies.jpg",
     .there = {{"colour/black", 0.8F, 0}, {"mood/dark", 0.8F, 0}, {"safety/safe", 0.9F, 0}},
     .absent = {"people/person", "people/face", "object/animal", "mood/bright", "quality/overexposed",
                "mood/vibrant"},
     .faces = 0},
    /* An old lady in a navy uniform and cap before a flag. */
    {.photo = "grace-hopper.jpg",
     .there = {{"people/person", 0.9F, 1},
               {"people/face", 0.6F, 1},
               {"people/portrait", 0.5F, 0},
               {"colour/black", 0.5F, 0},
               {"colour/blue", 0.4F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"people/group", "people/crowd", "object/animal", "style/black-and-white", "object/food"},
     .faces = 1},
    /* A rocket on its pad under a deep blue evening sky. */
    {.photo = "rocket.jpg",
     .there = {{"colour/blue", 0.7F, 0}, {"quality/sharp", 0.5F, 0}, {"safety/safe", 0.9F, 0}},
     .absent = {"people/person", "people/face", "object/animal", "mood/bright", "mood/warm",
                "style/black-and-white"},
     .faces = 0},
    /* A Chinese pavilion among trees above a lake. */
    {.photo = "temple.jpg",
     .there = {{"object/building", 0.5F, 0},
               {"object/architecture", 0.5F, 0},
               {"object/palace", 0.35F, 0},
               {"quality/sharp", 0.5F, 0},
               {"safety/safe", 0.9F, 0}},
     .absent = {"people/person", "people/face", "object/cat", "object/dog", "style/black-and-white",
                "mood/dark"},
     .faces = 0},
};

#define COUNT (sizeof expectations / sizeof *expectations)

static void check(const expectation *e, const ts_record *record)
{
    for (size_t i = 0; i < 10 && e->there[i].concept; i++) {
        const ts_tag *tag = find_tag(record, e->there[i].concept);
        if (!tag) fail_msg("%s: no %s", e->photo, e->there[i].concept);
        if (tag->confidence < e->there[i].at_least)
            fail_msg("%s: %s only %.2f", e->photo, tag->concept, (double)tag->confidence);
        if (e->there[i].count && (int)tag->count != e->there[i].count)
            fail_msg("%s: %u of %s", e->photo, tag->count, tag->concept);
    }
    for (size_t i = 0; i < 10 && e->absent[i]; i++)
        if (find_tag(record, e->absent[i])) fail_msg("%s: %s", e->photo, e->absent[i]);
    if (record->face_count != e->faces) fail_msg("%s: %zu faces", e->photo, record->face_count);
    if (find_tag(record, "safety/nsfw")) fail_msg("%s: not safe", e->photo);
}

static void check_all(const char *precision)
{
    ts_tagger_options options = tagger_options();
    options.precision = precision;
    ts_tagger *tagger = tagger_new(&options);
    const ts_vocab *vocab = ts_tagger_vocab(tagger);
    ts_tag_rules every_level = TS_TAG_RULES_DEFAULT;
    every_level.specificity = TS_SPECIFICITY_ALL;
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < 10; k++) { /* a slip in the table above would make a test that cannot fail */
            if (expectations[i].absent[k])
                assert_int_not_equal(ts_vocab_find(vocab, expectations[i].absent[k]), TS_CONCEPT_NONE);
        }
        ts_arena *arena = ts_arena_new(0);
        ts_record record;
        assert_true(tag_photo(tagger, expectations[i].photo, &every_level, arena, &record));
        check(&expectations[i], &record);
        ts_arena_free(arena);
    }
    ts_tagger_close(tagger);
}

static void in_full_precision(void **state)
{
    (void)state;
    check_all("f32");
}

/* bf16 where this processor has it and agrees. */
static void in_the_fastest_precision(void **state)
{
    (void)state;
    check_all("auto");
}

/* A photograph that joins the set must be looked at by a person, too. */
static void every_demo_photograph_is_expected(void **state)
{
    (void)state;
    const char *names[PHOTOS_MAX];
    size_t count = photos(names);
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t k = 0; k < COUNT && !known; k++) known = strcmp(expectations[k].photo, names[i]) == 0;
        if (!known) fail_msg("%s has no expectations", names[i]);
    }
    assert_int_equal(count, COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_full_precision),
        cmocka_unit_test(in_the_fastest_precision),
        cmocka_unit_test(every_demo_photograph_is_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
