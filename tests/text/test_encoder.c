/* tests/text: vectors. They are the model's own, they rank what belongs together first, and bad texts, models and
 * many threads at once change nothing about that. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/support/support.h"
#include "text/text.h"

#define DIMS 384

typedef struct room {
    ts_packs *packs;
    ts_text_encoder *encoder;
} room;

static ts_packs *open_packs(const char *models)
{
    ts_error err;
    ts_packs *packs = NULL;
    assert_works(packs = ts_packs_open(ts_test_source(), models, &err), err);
    return packs;
}

static int set_up(void **state)
{
    room *r = calloc(1, sizeof *r);
    ts_error err;
    char *models = ts_test_dep("models");
    r->packs = open_packs(models);
    assert_works(r->encoder = ts_text_open(r->packs, &(ts_text_options){.streams = 2}, &err), err);
    free(models);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    room *r = *state;
    ts_text_close(r->encoder);
    ts_packs_close(r->packs);
    free(r);
    return 0;
}

static void encode(const room *r, const char *const *texts, size_t count, ts_text_kind kind, float *out)
{
    ts_error err;
    assert_works(ts_text_encode(r->encoder, texts, count, kind, out, &err), err);
}

static double cosine(const float *a, const float *b)
{
    double sum = 0;
    for (size_t d = 0; d < DIMS; d++) sum += (double)a[d] * (double)b[d];
    return sum;
}

/* The first numbers of the vectors that the package's own program gives. */
static const struct {
    const char *text;
    ts_text_kind kind;
    float first[8];
} golden[] = {
    {"dog, beach, sea",
     TS_TEXT_QUERY,
     {0.05249F, -0.01830F, -0.00172F, -0.08010F, 0.06888F, -0.06166F, 0.03753F, 0.02208F}},
    {"ein Hund am Strand",
     TS_TEXT_QUERY,
     {0.07170F, -0.04581F, -0.04464F, -0.06485F, 0.10657F, -0.04348F, 0.03498F, 0.00564F}},
    {"砂浜の犬",
     TS_TEXT_QUERY,
     {0.06326F, -0.04916F, -0.01662F, -0.06157F, 0.06409F, -0.05176F, 0.02823F, 0.01796F}},
    {"해변의 개",
     TS_TEXT_QUERY,
     {0.07383F, -0.05411F, -0.04166F, -0.05941F, 0.09430F, -0.03271F, 0.00047F, 0.04080F}},
    {"un chien sur la plage",
     TS_TEXT_QUERY,
     {0.00376F, -0.02855F, -0.02236F, -0.08991F, 0.12098F, -0.05282F, -0.01099F, 0.00667F}},
    {"dog, beach, sea",
     TS_TEXT_PASSAGE,
     {0.02541F, 0.00548F, 0.03231F, -0.08295F, 0.07559F, -0.03513F, 0.03516F, -0.01119F}},
};
#define GOLDEN (sizeof golden / sizeof *golden)

static void vectors_are_the_models_own(void **state)
{
    /* Cosines of the first five with each other, from the same program. */
    static const double cosines[5][5] = {{1, 0.9117, 0.8811, 0.8169, 0.9125},
                                         {0.9117, 1, 0.9081, 0.8303, 0.9276},
                                         {0.8811, 0.9081, 1, 0.8349, 0.8704},
                                         {0.8169, 0.8303, 0.8349, 1, 0.8214},
                                         {0.9125, 0.9276, 0.8704, 0.8214, 1}};
    float vectors[GOLDEN][DIMS];
    assert_int_equal(ts_text_dims(((room *)*state)->encoder), DIMS);
    for (size_t i = 0; i < GOLDEN; i++) {
        encode(*state, &golden[i].text, 1, golden[i].kind, vectors[i]);
        assert_float_equal(cosine(vectors[i], vectors[i]), 1, 1e-5);
        for (size_t d = 0; d < 8; d++) assert_float_equal(vectors[i][d], golden[i].first[d], 4e-3);
    }
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 5; k++)
            assert_float_equal(cosine(vectors[i], vectors[k]), cosines[i][k], 2e-3);
}

static void any_language_ranks_the_right_labels_first(void **state)
{
    static const char *const labels[] = {
        "dog, beach, sea",      "a red car in the city", "cat, sofa",
        "pizza, plate, food",   "mountain, snow, ski",   "airplane, sky",
        "office, laptop, desk", "rose, flower, garden",  "train station at night",
        "football, stadium",    "baby, bed, toy",        "horse, meadow"};
    static const char *const questions[] = {"ein Hund am Strand",
                                            "砂浜の犬",
                                            "해변의 개",
                                            "un chien sur la plage",
                                            "un perro en la playa",
                                            "um cachorro na praia",
                                            "un cane sulla spiaggia"};
    enum { LABELS = sizeof labels / sizeof *labels, QUESTIONS = sizeof questions / sizeof *questions };
    float found[LABELS][DIMS], asked[QUESTIONS][DIMS];
    encode(*state, labels, LABELS, TS_TEXT_QUERY, found[0]);
    encode(*state, questions, QUESTIONS, TS_TEXT_QUERY, asked[0]);
    for (size_t q = 0; q < QUESTIONS; q++)
        for (size_t i = 1; i < LABELS; i++)
            if (cosine(asked[q], found[i]) >= cosine(asked[q], found[0]))
                fail_msg("\"%s\" is nearer to \"%s\"", questions[q], labels[i]);
}

/* Long and short ones, so that rows of several texts and rows of one occur. */
static void a_vector_does_not_depend_on_its_neighbours(void **state)
{
    char text[3][600] = {""};
    while (strlen(text[1]) < 500) strcat(text[1], "a picture of a house by the sea, ");
    const char *const texts[] = {"dog", text[1], "", "cat on a sofa", "砂浜の犬", "dog", text[1], "x"};
    enum { COUNT = sizeof texts / sizeof *texts };
    float together[COUNT][DIMS], alone[DIMS];
    encode(*state, texts, COUNT, TS_TEXT_PASSAGE, together[0]);
    for (size_t i = 0; i < COUNT; i++) {
        encode(*state, &texts[i], 1, TS_TEXT_PASSAGE, alone);
        assert_true(cosine(together[i], alone) > 0.999);
        assert_float_equal(cosine(together[i], together[i]), 1, 1e-5);
    }
    assert_true(cosine(together[0], together[5]) > 0.999);
    assert_true(cosine(together[0], together[1]) < 0.95);
}

static void long_texts_are_cut_and_endless_ones_refused(void **state)
{
    room *r = *state;
    char *text = calloc(1, TS_TEXT_BYTES_MAX + 2);
    float cut[2][DIMS];
    ts_error err;
    for (size_t i = 0; i < TS_TEXT_BYTES_MAX; i++) text[i] = "dog "[i % 4];
    encode(r, &(const char *){text}, 1, TS_TEXT_QUERY, cut[0]);
    text[4000] = '\0';
    encode(r, &(const char *){text}, 1, TS_TEXT_QUERY, cut[1]);
    assert_true(cosine(cut[0], cut[1]) > 0.9999);
    memset(text, 'x', TS_TEXT_BYTES_MAX + 1);
    assert_fails(ts_text_encode(r->encoder, &(const char *){text}, 1, TS_TEXT_QUERY, cut[0], &err), err,
                 TS_USAGE);
    free(text);
}

static void bytes_that_are_no_text_are_refused_by_number(void **state)
{
    room *r = *state;
    const char *const texts[] = {"dog", "c\xFFt"};
    float vectors[2][DIMS];
    ts_error err;
    assert_fails(ts_text_encode(r->encoder, texts, 2, TS_TEXT_QUERY, vectors[0], &err), err, TS_USAGE);
    assert_non_null(strstr(err.message, "text 2 of 2"));
    assert_non_null(strstr(err.message, "byte 2"));
    assert_false(ts_text_encode(r->encoder, texts, 2, TS_TEXT_QUERY, vectors[0], NULL));
    encode(r, texts, 1, TS_TEXT_QUERY, vectors[0]); /* and the encoder is as good as before */
}

static void no_texts_are_no_work(void **state)
{
    float untouched = 7;
    encode(*state, NULL, 0, TS_TEXT_QUERY, &untouched);
    assert_float_equal(untouched, 7, 0);
}

typedef struct thread {
    pthread_t id;
    const room *room;
    size_t number;
    float vectors[GOLDEN][DIMS];
} thread;

static void *encode_all(void *opaque)
{
    thread *t = opaque;
    for (size_t round = 0; round < 3; round++)
        for (size_t i = 0; i < GOLDEN; i++) {
            size_t k = (i + t->number) % GOLDEN;
            if (!ts_text_encode(t->room->encoder, &golden[k].text, 1, golden[k].kind, t->vectors[k], NULL))
                return t;
        }
    return NULL;
}

static void many_threads_get_their_own_vectors(void **state)
{
    enum { THREADS = 6 };
    thread *threads = calloc(THREADS, sizeof *threads);
    for (size_t i = 0; i < THREADS; i++) {
        threads[i].room = *state;
        threads[i].number = i;
        assert_int_equal(pthread_create(&threads[i].id, NULL, encode_all, &threads[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i].id, &failed), 0);
        assert_null(failed);
        for (size_t k = 0; k < GOLDEN; k++)
            assert_true(cosine(threads[i].vectors[k], threads[0].vectors[k]) > 0.9999);
    }
    free(threads);
}

static void missing_and_foreign_files_are_refused(void **state)
{
    (void)state;
    ts_error err;
    char *folder = ts_test_folder();
    ts_packs *packs = open_packs(folder);
    assert_fails(ts_text_open(packs, &(ts_text_options){0}, &err), err, TS_MODEL);
    assert_non_null(strstr(err.message, "missing"));
    char *foreign = ts_test_file(folder, "multilingual-e5-small-words.bin", "TSWORDS1", 8);
    assert_fails(ts_text_open(packs, &(ts_text_options){0}, &err), err, TS_MODEL);
    assert_non_null(strstr(err.message, "damaged"));
    free(foreign);
    ts_packs_close(packs);
    ts_test_folder_end(folder);
    ts_text_close(NULL);
}

static void manifests_without_texts_are_refused(void **state)
{
    (void)state;
    ts_error err;
    char *folder = ts_test_folder(), *models = ts_test_path(folder, "models"), *from = NULL;
    size_t length = 0;
    assert_works(ts_dir_make(models, &err), err);
    from = ts_test_path(ts_test_source(), "models/open-nsfw.json");
    char *manifest = ts_test_read(from, &length);
    char *to = ts_test_file(models, "open-nsfw.json", manifest, length);
    ts_packs *packs = NULL;
    assert_works(packs = ts_packs_open(folder, folder, &err), err);
    assert_fails(ts_text_open(packs, &(ts_text_options){0}, &err), err, TS_MODEL);
    ts_packs_close(packs);
    free(to);
    free(manifest);
    free(from);
    free(models);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_the_models_own),
        cmocka_unit_test(any_language_ranks_the_right_labels_first),
        cmocka_unit_test(a_vector_does_not_depend_on_its_neighbours),
        cmocka_unit_test(long_texts_are_cut_and_endless_ones_refused),
        cmocka_unit_test(bytes_that_are_no_text_are_refused_by_number),
        cmocka_unit_test(no_texts_are_no_work),
        cmocka_unit_test(many_threads_get_their_own_vectors),
        cmocka_unit_test(missing_and_foreign_files_are_refused),
        cmocka_unit_test(manifests_without_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
