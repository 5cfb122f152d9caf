/* What words mean: the concepts that a question names in any language, and the vector that it becomes. With the text
 * model and a vocabulary of a few words, so that it is quick. */
#include "service/meaning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/support/support.h"

static const char concepts[] = "id\tlabel\tplural\tparents\tsynonyms\tflags\n"
                               "colour/blue\tblue\t\t\t\t\n"
                               "object/car\tcar\tcars\t\tautomobile\t\n"
                               "object/dog\tdog\tdogs\t\tpuppy\t\n"
                               "object/grass\tgrass\t\t\t\t\n"
                               "object/sports-car\tsports car\tsports cars\tobject/car\t\t\n"
                               "object/stove\tstove\tstoves\t\t\t\n"
                               "people/couple\tcouple\tcouples\t\t\t\n"
                               "people/head\thead\theads\t\t\t\n"
                               "scene/beach\tbeach\tbeaches\t\t\t\n";
static const char german[] = "id\tlabel\tplural\tsynonyms\n"
                             "object/dog\tHund\tHunde\t\n"
                             "object/grass\tGras\tGräser\t\n"
                             "object/stove\tHerd\tHerde\t\n"
                             "scene/beach\tStrand\tStrände\t\n";
static const char french[] = "id\tlabel\tplural\tsynonyms\n"
                             "object/dog\tchien\tchiens\t\n"
                             "object/grass\therbe\t\t\n";
static const char japanese[] = "id\tlabel\tplural\tsynonyms\n"
                               "object/dog\t犬\t\tイヌ\n"
                               "scene/beach\tビーチ\t\t砂浜\n";
static const char korean[] = "id\tlabel\tplural\tsynonyms\n"
                             "object/car\t자동차\t\t차\n"
                             "object/dog\t개\t\t강아지\n"
                             "object/grass\t잔디\t\t\n"
                             "scene/beach\t해변\t\t\n";
static const char chinese[] = "id\tlabel\tplural\tsynonyms\n"
                              "object/car\t汽车\t\t\n"
                              "object/dog\t狗\t\t\n"
                              "people/head\t头\t\t\n"
                              "scene/beach\t海滩\t\t\n";

typedef struct room {
    char *folder;
    ts_vocab *vocab;
    ts_text_encoder *encoder;
    ts_index *index;
    ts_meanings *meanings;
    ts_arena *arena;
} room;

static void open_vocab(room *r)
{
    ts_error err;
    r->folder = ts_test_folder();
    free(ts_test_file(r->folder, "concepts.tsv", concepts, sizeof concepts - 1));
    free(ts_test_file(r->folder, "labels.de.tsv", german, sizeof german - 1));
    free(ts_test_file(r->folder, "labels.fr.tsv", french, sizeof french - 1));
    free(ts_test_file(r->folder, "labels.ja.tsv", japanese, sizeof japanese - 1));
    free(ts_test_file(r->folder, "labels.ko.tsv", korean, sizeof korean - 1));
    free(ts_test_file(r->folder, "labels.zh.tsv", chinese, sizeof chinese - 1));
    free(ts_test_file(r->folder, "mappings.tsv", "scheme\tkey\tconcept\trelation\tname\n", 33));
    assert_works(r->vocab = ts_vocab_open(r->folder, &err), err);
}

static void open_encoder(room *r)
{
    ts_error err;
    ts_packs *packs;
    char *models = ts_test_dep("models");
    assert_works(packs = ts_packs_open(ts_test_source(), models, &err), err);
    assert_works(r->encoder = ts_text_open(packs, &(ts_text_options){0}, &err), err);
    ts_packs_close(packs);
    free(models);
}

static int open_room(void **state)
{
    room *r = calloc(1, sizeof *r);
    ts_error err;
    open_vocab(r);
    open_encoder(r);
    assert_works(r->index = ts_index_open(&(ts_index_options){0}, r->vocab, &err), err);
    assert_works(r->meanings = ts_meanings_open(r->encoder, r->vocab, r->index, &err), err);
    r->arena = ts_arena_new(0);
    *state = r;
    return r->arena ? 0 : -1;
}

static int close_room(void **state)
{
    room *r = *state;
    ts_arena_free(r->arena);
    ts_meanings_close(r->meanings);
    ts_index_close(r->index);
    ts_text_close(r->encoder);
    ts_vocab_close(r->vocab);
    ts_test_folder_end(r->folder);
    free(r);
    return 0;
}

/* A shop's words: one in two languages, one for two things, one for a place. */
static void find_own(void *context, const char *name, void (*found)(void *sink, const char *concept),
                     void *sink)
{
    (void)context;
    if (!strcasecmp(name, "Wauwau") || !strcasecmp(name, "barking goods")) found(sink, "object/dog");
    if (!strcasecmp(name, "Gassi")) found(sink, "object/dog"), found(sink, "object/grass");
    if (!strcasecmp(name, "Atlantis")) found(sink, "place/Atlantis");
}
static const ts_own_names own_names = {find_own, NULL};

static ts_question ask(room *r, const char *text)
{
    ts_error err;
    ts_question question;
    assert_works(ts_meanings_ask(r->meanings, text, &own_names, r->arena, &question, &err), err);
    assert_int_equal(question.dims, ts_text_dims(r->encoder));
    return question;
}

/* What a text names, as ids with blanks between them; what only orders stands in parentheses. */
static void names(room *r, const char *text, const char *expected)
{
    char said[512] = "";
    ts_question question = ask(r, text);
    for (size_t i = 0; i < question.named_count; i++) {
        const char *id = ts_vocab_id(r->vocab, question.named[i]);
        size_t used = strlen(said);
        (void)snprintf(said + used, sizeof said - used, i < question.named_sure ? "%s%s" : "%s(%s)",
                       i ? " " : "", id);
    }
    assert_string_equal(said, expected);
}

static void names_are_heard_in_sentences(void **state)
{
    names(*state, "dog", "object/dog");
    names(*state, "a puppy, on the beach!", "object/dog scene/beach");
    names(*state, "Ein Hund am STRAND", "object/dog scene/beach");
    names(*state, "  dogs  ", "object/dog");
    names(*state, "(dog)/[beach]", "object/dog scene/beach");
    names(*state, "un chien sur l'herbe", "object/dog object/grass");
}

/* How many of each are meant, in the order of the names; '+' for more than one, 'b' for a bare name. */
static void amounts(room *r, const char *text, const char *expected)
{
    char said[64] = "";
    ts_question question = ask(r, text);
    for (size_t i = 0; i < question.named_count; i++) {
        char number[8];
        (void)snprintf(number, sizeof number, "%u", (unsigned)question.amounts[i]);
        if (question.amounts[i] == TS_AMOUNT_BARE) (void)snprintf(number, sizeof number, "b");
        strcat(said, question.amounts[i] == TS_AMOUNT_SEVERAL ? "+" : number);
    }
    assert_string_equal(said, expected);
}

static void amounts_are_heard(void **state)
{
    amounts(*state, "dog", "0");
    amounts(*state, "a dog", "1");
    amounts(*state, "dogs", "+");
    amounts(*state, "A couple of wet dogs on the beach", "20");
    amounts(*state, "one dog, three cars and a beach", "131");
    amounts(*state, "several cars next to the dog", "+0");
    amounts(*state, "4 dogs and 1 puppy", "4"); /* the first time counts */
    amounts(*state, "Zwei Hunde an einem Strand", "21");
    amounts(*state, "deux chiens dans l'herbe", "20");
    amounts(*state, "二頭の犬", "2");
    amounts(*state, "blue dogs", "+0"); /* looks come last */
}

static void words_are_known_by_their_forms(void **state)
{
    names(*state, "mit den Hunden auf den Stränden", "object/dog scene/beach");
    names(*state, "der Bauch des Hundes", "object/dog");
    names(*state, "ein Strandhund", "object/dog scene/beach");
    names(*state, "der Hund bei der Hundeherde am Strand",
          "object/dog scene/beach"); /* a herd is no stove there */
    amounts(*state, "der Strand mit einer Hundeherde", "0+");
    amounts(*state, "der Strand mit zwei Hunden", "02");
    names(*state, "ein Xyzhund", "");
    names(*state, "a dog, a car and a Strandhund", "object/dog object/car"); /* not in English */
}

static void the_longest_name_counts(void **state)
{
    names(*state, "a red sports car", "object/sports-car");
    names(*state, "sports and a car", "object/car");
}

/* "A couple of" counts; a couple is two people. */
static void a_couple_of_things_is_no_couple(void **state)
{
    names(*state, "a couple of dogs on the beach", "object/dog scene/beach");
    amounts(*state, "a couple of dogs on the beach", "20");
    names(*state, "a couple on the beach", "people/couple scene/beach");
}

/* A name of one syllable is a part of most Korean words: only a whole word, but for a particle, is that name. */
static void korean_words_are_names_with_particles(void **state)
{
    names(*state, "해변에 개가 있다", "scene/beach object/dog");
    names(*state, "개", "object/dog");
    names(*state, "번개가 치는 해변", "scene/beach"); /* lightning is no dog */
    names(*state, "개성 있는 강아지", "object/dog");  /* nor is character; a puppy is one */
    names(*state, "해변의 강아지들", "scene/beach object/dog");
    names(*state, "해변자동차", "scene/beach object/car"); /* a compound of two names */
}

/* Where counters stand the number may stand behind what it counts; and a counter is no name. */
static void counters_belong_to_numbers(void **state)
{
    amounts(*state, "해변의 개 두 마리", "b2");
    amounts(*state, "세 마리의 개와 해변", "3b");
    amounts(*state, "해변의 강아지들", "b+");
    names(*state, "자동차 여러 개", "object/car"); /* a counter here, not dogs */
    amounts(*state, "海滩上有两头狗", "02");
    names(*state, "海滩上有两头狗", "scene/beach object/dog");
    amounts(*state, "一群狗在海滩上", "+0");
    amounts(*state, "ビーチに犬が二匹", "b2");
    amounts(*state, "二匹の犬がいるビーチ", "2b");
    amounts(*state, "ビーチのイヌたち", "b+");
    amounts(*state, "犬", "0"); /* a word alone tells nothing */
}

/* Written without blanks: names are found inside. */
static void scripts_without_blanks(void **state)
{
    names(*state, "砂浜の犬", "scene/beach object/dog");
    names(*state, "ビーチとイヌ", "scene/beach object/dog");
    names(*state, "dog と砂浜", "object/dog scene/beach");              /* an English word among others */
    names(*state, "WiiのあるビーチでTVと犬", "scene/beach object/dog"); /* which end where others begin */
}

/* A text is in one language: a herd is no stove. */
static void one_language_at_a_time(void **state)
{
    names(*state, "a herd of dogs", "object/dog");
    names(*state, "Ein Herd und ein Hund", "object/stove object/dog");
    names(*state, "herd", "object/stove"); /* nothing else tells */
}

static void own_words_are_heard(void **state)
{
    names(*state, "Ein Wauwau am Strand", "object/dog scene/beach");
    names(*state, "barking goods on the beach", "object/dog scene/beach");
    names(*state, "gassi", "object/dog object/grass");
    names(*state, "atlantis", "");
}

/* How it looks is not what it shows: it orders, and is no reason to be found. */
static void looks_only_order(void **state)
{
    names(*state, "blue", "(colour/blue)");
    names(*state, "a blue car", "object/car (colour/blue)");
}

static void what_names_nothing(void **state)
{
    names(*state, "something altogether different", "");
    names(*state, "hotdogs", ""); /* a part of a word is no name */
    names(*state, "", "");
    names(*state, " ,.! ", "");
}

static void each_is_named_once(void **state)
{
    names(*state, "dog dog puppy dog beach dogs", "object/dog scene/beach");
}

static double cosine(const ts_question *a, const ts_question *b)
{
    double sum = 0, left = 0, right = 0;
    for (size_t k = 0; k < a->dims; k++) {
        sum += (double)a->vector[k] * (double)b->vector[k];
        left += (double)a->vector[k] * (double)a->vector[k];
        right += (double)b->vector[k] * (double)b->vector[k];
    }
    return sum / sqrt(left * right);
}

/* A foreign word alone is nearer to its concept than the encoder by itself would have it. */
static void named_concepts_are_mixed_in(void **state)
{
    room *r = *state;
    ts_error err;
    static const char *const word = "犬";
    ts_question dog = ask(r, "dog"), foreign = ask(r, word), alone = foreign;
    float vector[TS_TEXT_DIMS_MAX];
    alone.vector = vector;
    assert_works(ts_text_encode(r->encoder, &word, 1, TS_TEXT_QUERY, vector, &err), err);
    assert_true(cosine(&dog, &foreign) > cosine(&dog, &alone) + 0.01);
    ts_question nothing = ask(r, "something altogether different");
    assert_true(cosine(&dog, &foreign) > cosine(&dog, &nothing));
}

static void what_is_no_text_is_refused(void **state)
{
    room *r = *state;
    ts_error err;
    ts_question question;
    assert_fails(ts_meanings_ask(r->meanings, "dog \xFF", NULL, r->arena, &question, &err), err, TS_USAGE);
}

static void put_picture(room *r, uint32_t number, const char *concept)
{
    ts_error err;
    ts_index_tag tag = {.concept = concept, .confidence = 0.9F, .state = TS_INDEX_ACCEPTED};
    ts_index_picture picture = {.number = number, .tags = &tag, .tag_count = 1};
    assert_works(ts_index_put(r->index, &picture, &err), err);
}

/* The index has heard of the concepts: a question without a name finds what comes near it. */
static void the_index_knows_what_concepts_mean(void **state)
{
    room *r = *state;
    ts_error err;
    ts_found found;
    put_picture(r, 1, "object/car");
    put_picture(r, 2, "object/dog");
    put_picture(r, 3, "scene/beach");
    ts_question question = ask(r, "an animal that barks");
    assert_int_equal(question.named_count, 0);
    ts_find find = {.text_vector = question.vector, .text_dims = question.dims, .limit = 9, .min_score = 0};
    assert_works(ts_index_find(r->index, &find, r->arena, &found, &err), err);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.rows[0].number, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_heard_in_sentences),
        cmocka_unit_test(amounts_are_heard),
        cmocka_unit_test(words_are_known_by_their_forms),
        cmocka_unit_test(the_longest_name_counts),
        cmocka_unit_test(a_couple_of_things_is_no_couple),
        cmocka_unit_test(korean_words_are_names_with_particles),
        cmocka_unit_test(counters_belong_to_numbers),
        cmocka_unit_test(scripts_without_blanks),
        cmocka_unit_test(what_names_nothing),
        cmocka_unit_test(each_is_named_once),
        cmocka_unit_test(one_language_at_a_time),
        cmocka_unit_test(own_words_are_heard),
        cmocka_unit_test(looks_only_order),
        cmocka_unit_test(named_concepts_are_mixed_in),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(the_index_knows_what_concepts_mean),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
