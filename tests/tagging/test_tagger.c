/* tests/tagging: the tagger as a whole: what a record holds, what was asked for and what not, trouble with one picture,
 * many threads. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>

#include "tests/tagging/real.h"

static int set_up(void **state)
{
    ts_tagger_options options = tagger_options();
    options.jobs = 3;
    *state = tagger_new(&options);
    return 0;
}

static int tear_down(void **state)
{
    ts_tagger_close(*state);
    return 0;
}

/* ---- records ------------------------------------------------------------------------------------ */

static void check_tag(const ts_vocab *vocab, const ts_record *record, const ts_tag *tag)
{
    ts_concept concept = ts_vocab_find(vocab, tag->concept);
    assert_int_not_equal(concept, TS_CONCEPT_NONE);
    assert_string_equal(tag->label, ts_vocab_label(vocab, concept));
    assert_string_equal(tag->facet, ts_facet_name(ts_vocab_facet(vocab, concept)));
    assert_true(tag->confidence > 0 && tag->confidence <= 1);
    assert_true(tag->state == TS_TAG_ACCEPTED || tag->state == TS_TAG_SUGGESTED);
    assert_true(tag->evidence_count >= 1);
    for (size_t i = 0; i < tag->evidence_count; i++) {
        const ts_evidence *e = &tag->evidence[i];
        assert_true(e->analyser && *e->analyser && e->model && *e->model && e->version && *e->version);
        assert_true(e->label && *e->label && isfinite(e->raw));
    }
    for (size_t i = 0; i < tag->box_count; i++) {
        assert_true(tag->boxes[i].width > 0 && tag->boxes[i].height > 0);
        assert_true(tag->boxes[i].x < (float)record->picture.width &&
                    tag->boxes[i].y < (float)record->picture.height);
    }
    for (size_t i = 0; i < tag->ancestor_count; i++)
        assert_true(ts_vocab_is_ancestor(vocab, ts_vocab_find(vocab, tag->ancestors[i]), concept));
}

static void records_are_complete(void **state)
{
    const char *names[PHOTOS_MAX];
    size_t count = photos(names);
    for (size_t i = 0; i < count; i++) {
        ts_arena *arena = ts_arena_new(0);
        ts_record record;
        assert_true(tag_photo(*state, names[i], &TS_TAG_RULES_DEFAULT, arena, &record));
        assert_string_equal(record.path, names[i]);
        assert_true(record.picture.width >= 100 && record.picture.height >= 100 &&
                    record.picture.bytes > 1000);
        assert_true(record.has_faces && record.has_colours && record.has_safety && record.has_quality);
        assert_true(record.nsfw >= 0 && record.nsfw <= 1);
        assert_true(record.ms > 0);
        assert_in_range(record.tag_count, 3, 50);
        for (size_t k = 0; k < record.tag_count; k++) {
            check_tag(ts_tagger_vocab(*state), &record, &record.tags[k]);
            for (size_t m = 0; m < k; m++)
                assert_string_not_equal(record.tags[m].concept, record.tags[k].concept);
        }
        assert_null(record.thumbnail);
        assert_null(record.embedding);
        for (size_t k = 0; k < record.face_count; k++) assert_null(record.faces[k].mesh);
        ts_arena_free(arena);
    }
}

static void what_was_asked_for_is_added(void **state)
{
    ts_tagger_options options = tagger_options();
    options.analysers = "classify,detect,faces,mesh,embed";
    ts_tagger *tagger = tagger_new(&options);
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    rules.thumbnail = 64;
    rules.embedding = true;
    rules.mesh = true;
    ts_arena *arena = ts_arena_new(0);
    ts_record record;
    assert_true(tag_photo(tagger, "astronaut.png", &rules, arena, &record));
    assert_non_null(record.thumbnail);
    assert_true(record.thumbnail_size > 200 && record.thumbnail_size < 20000);
    assert_memory_equal(record.thumbnail, "\xff\xd8\xff", 3);
    assert_int_equal(record.embedding_size, 1280);
    assert_int_equal(record.face_count, 1);
    assert_int_equal(record.faces[0].mesh_count, 468);
    assert_false(record.has_colours || record.has_safety || record.has_quality);
    assert_null(find_tag(&record, "safety/safe"));
    assert_non_null(find_tag(&record, "people/person"));
    ts_arena_free(arena);
    ts_tagger_close(tagger);
    (void)state;
}

static bool says(const ts_record *record, const char *analyser)
{
    for (size_t i = 0; i < record->tag_count; i++)
        for (size_t k = 0; k < record->tags[i].evidence_count; k++)
            if (strcmp(record->tags[i].evidence[k].analyser, analyser) == 0) return true;
    return false;
}

static void what_is_left_out_does_not_run(void **state)
{
    ts_arena *arena = ts_arena_new(0);
    ts_record all, some;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    rules.embedding = true;
    assert_true(tag_photo(*state, "coffee.png", &rules, arena, &all));
    assert_true(says(&all, "detect") && says(&all, "classify") && all.has_safety && all.has_faces);
    rules.left_out = ts_tagger_analyser_bit("detect") | ts_tagger_analyser_bit("safety") |
                     ts_tagger_analyser_bit("faces") | ts_tagger_analyser_bit("colours");
    assert_true(tag_photo(*state, "coffee.png", &rules, arena, &some));
    assert_true(says(&some, "classify") && !says(&some, "detect") && !says(&some, "safety"));
    assert_false(some.has_safety || some.has_faces || some.has_colours);
    assert_int_equal(some.embedding_size, all.embedding_size);
    assert_int_equal(ts_tagger_analyser_bit("smell"), 0);
    ts_arena_free(arena);
}

static void rules_hold_on_real_pictures(void **state)
{
    ts_arena *arena = ts_arena_new(0);
    ts_record all, some;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    assert_true(tag_photo(*state, "coffee.png", &rules, arena, &all));
    rules.max_tags = 3;
    assert_true(tag_photo(*state, "coffee.png", &rules, arena, &some));
    assert_int_equal(some.tag_count, 3);
    for (size_t i = 0; i < 3; i++) assert_string_equal(some.tags[i].concept, all.tags[i].concept);
    rules = TS_TAG_RULES_DEFAULT;
    rules.facets = TS_FACET_BIT(TS_FACET_COLOUR);
    rules.min_confidence = 0.6F;
    assert_true(tag_photo(*state, "coffee.png", &rules, arena, &some));
    assert_true(some.tag_count >= 1 && some.tag_count < all.tag_count);
    for (size_t i = 0; i < some.tag_count; i++) {
        assert_string_equal(some.tags[i].facet, "colour");
        assert_true(some.tags[i].confidence >= 0.6F);
    }
    ts_arena_free(arena);
}

/* ---- trouble ------------------------------------------------------------------------------------ */

static void a_bad_picture_is_its_own_trouble_only(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        ts_code code;
    } rows[] = {
        {"", 0, TS_NOT_PICTURE},
        {"just a text, no picture", 23, TS_NOT_PICTURE},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", 41, TS_UNSUPPORTED},
        {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0", 20, TS_CORRUPT},
    };
    ts_arena *arena = ts_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ts_record record;
        ts_error err;
        assert_fails(ts_tagger_tag(*state, "x", rows[i].bytes, rows[i].length, &TS_TAG_RULES_DEFAULT, arena,
                                   &record, &err),
                     err, rows[i].code);
        assert_true(tag_photo(*state, "cat.png", &TS_TAG_RULES_DEFAULT, arena, &record));
        assert_non_null(find_tag(&record, "object/cat"));
    }
    ts_arena_free(arena);
}

static void a_tagger_that_cannot_open_says_why(void **state)
{
    (void)state;
    ts_error err;
    ts_tagger_options options = tagger_options();
    options.vocab_dir = "/no/such/folder";
    assert_fails(ts_tagger_open(&options, &err), err, TS_NOT_FOUND);
    assert_non_null(strstr(err.message, "/no/such/folder"));
    options = tagger_options();
    options.analysers = "smell";
    assert_fails(ts_tagger_open(&options, &err), err, TS_USAGE);
    options = tagger_options();
    options.models_dir = "/no/such/folder";
    assert_fails(ts_tagger_open(&options, &err), err, TS_MODEL);
    options = tagger_options();
    options.openvino_dir = "/no/such/folder";
    assert_fails(ts_tagger_open(&options, &err), err, TS_ENGINE);
    ts_tagger_close(NULL);
}

/* ---- threads ------------------------------------------------------------------------------------ */

#define THREADS 4

typedef struct course {
    ts_tagger *tagger;
    const char *names[PHOTOS_MAX];
    size_t count;
    char *expected[PHOTOS_MAX];
    size_t first; /* each thread begins elsewhere */
    bool same;
} course;

/* Everything that matters of a record, as text. */
static char *text_of(const ts_record *record)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    for (size_t i = 0; i < record->tag_count; i++) {
        const ts_tag *t = &record->tags[i];
        fprintf(out, "%s %a %d %u %zu\n", t->concept, (double)t->confidence, t->state, t->count,
                t->evidence_count);
        for (size_t k = 0; k < t->box_count; k++)
            fprintf(out, " %a %a\n", (double)t->boxes[k].x, (double)t->boxes[k].width);
    }
    for (size_t i = 0; i < record->face_count; i++)
        fprintf(out, "face %a %a\n", (double)record->faces[i].score, (double)record->faces[i].landmarks[0].x);
    for (size_t i = 0; i < record->embedding_size; i++) fprintf(out, "%a ", (double)record->embedding[i]);
    fprintf(out, "%a %a\n", (double)record->nsfw, (double)record->quality.sharpness);
    fclose(out);
    return text;
}

static char *tag_as_text(ts_tagger *tagger, const char *name)
{
    ts_arena *arena = ts_arena_new(0);
    ts_record record;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    rules.embedding = true;
    char *text = tag_photo(tagger, name, &rules, arena, &record) ? text_of(&record) : NULL;
    ts_arena_free(arena);
    return text;
}

static void *tag_all(void *opaque)
{
    course *c = opaque;
    c->same = true;
    for (size_t i = 0; i < c->count; i++) {
        size_t at = (i + c->first) % c->count;
        char *text = tag_as_text(c->tagger, c->names[at]);
        c->same = c->same && text && strcmp(text, c->expected[at]) == 0;
        free(text);
    }
    return NULL;
}

static void threads_tag_as_one_thread_does(void **state)
{
    course base = {.tagger = *state};
    base.count = photos(base.names);
    for (size_t i = 0; i < base.count; i++) {
        base.expected[i] = tag_as_text(base.tagger, base.names[i]);
        assert_non_null(base.expected[i]);
        assert_true(strlen(base.expected[i]) > 1000);
    }
    course each[THREADS];
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        each[i] = base;
        each[i].first = i * 3;
        assert_int_equal(pthread_create(&threads[i], NULL, tag_all, &each[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < THREADS; i++) assert_true(each[i].same);
    for (size_t i = 0; i < base.count; i++) free(base.expected[i]);
}

static void the_tagger_tells_about_itself(void **state)
{
    assert_int_equal(ts_tagger_jobs(*state), 3);
    const char *const *notes = NULL;
    assert_int_equal(ts_tagger_notes(*state, &notes), 0);
    const char *names[TS_ANALYSERS_MAX], *helps[TS_ANALYSERS_MAX];
    bool on[TS_ANALYSERS_MAX];
    size_t count = ts_tagger_analysers(names, helps, on);
    assert_in_range(count, 8, TS_ANALYSERS_MAX);
    for (size_t i = 0; i < count; i++) assert_int_equal(on[i], strcmp(names[i], "mesh") != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_complete),
        cmocka_unit_test(what_was_asked_for_is_added),
        cmocka_unit_test(what_is_left_out_does_not_run),
        cmocka_unit_test(rules_hold_on_real_pictures),
        cmocka_unit_test(a_bad_picture_is_its_own_trouble_only),
        cmocka_unit_test(a_tagger_that_cannot_open_says_why),
        cmocka_unit_test(threads_tag_as_one_thread_does),
        cmocka_unit_test(the_tagger_tells_about_itself),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
