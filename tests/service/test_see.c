/* One picture seen: words as tags, what lies beside the file, and the thumbnail that is kept. */
#include "service/see.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/support.h"

/* ---- words as tags --------------------------------------------------------------------------------- */

typedef struct words {
    ts_vocab *vocab;
    ts_arena *arena;
} words;

static int open_vocab(void **state)
{
    words *w = calloc(1, sizeof *w);
    ts_error err;
    char *folder = ts_test_path(ts_test_source(), "vocab");
    assert_works(w->vocab = ts_vocab_open(folder, &err), err);
    w->arena = ts_arena_new(0);
    free(folder);
    *state = w;
    return w->arena ? 0 : -1;
}

static int close_vocab(void **state)
{
    words *w = *state;
    ts_vocab_close(w->vocab);
    ts_arena_free(w->arena);
    free(w);
    return 0;
}

static ts_tag_input tag_of(words *w, const char *word)
{
    ts_error err;
    ts_tag_input tag;
    assert_works(ts_tag_of_word(w->vocab, word, w->arena, &tag, &err), err);
    assert_int_equal(tag.state, TS_LEDGER_ACCEPTED);
    assert_true(tag.confidence == 1);
    return tag;
}

static void names(words *w, const char *word, const char *concept)
{
    ts_tag_input tag = tag_of(w, word);
    if (!tag.concept) fail_msg("\"%s\" is a free word", word);
    assert_string_equal(tag.concept, concept);
    assert_int_equal(strncmp(concept, tag.facet, strlen(tag.facet)), 0);
    assert_string_equal(tag.label, ts_vocab_label(w->vocab, ts_vocab_find(w->vocab, concept)));
}

static void names_in_all_languages(void **state)
{
    static const char *const dogs[] = {"object/dog", "dog",   "dogs", "puppy", "狗",    "小狗",
                                       "chien",      "chiot", "Hund", "Hunde", "perro", "perros",
                                       "犬",         "イヌ",  "개",   "강아지"};
    static const char *const beaches[] = {"scene/beach", "beach", "beaches", "海滩", "plage",
                                          "Strand",      "playa", "ビーチ",  "해변"};
    for (size_t i = 0; i < sizeof dogs / sizeof *dogs; i++) names(*state, dogs[i], "object/dog");
    for (size_t i = 0; i < sizeof beaches / sizeof *beaches; i++) names(*state, beaches[i], "scene/beach");
}

static void written_in_any_way(void **state)
{
    names(*state, "DOG", "object/dog");
    names(*state, "  dog ", "object/dog");
    names(*state, "ＤＯＧ", "object/dog");
    names(*state, "domestic-cat", "object/cat");
    names(*state, "Domestic_Cat", "object/cat");
    names(*state, "domestic\tcat", "object/cat");
    names(*state, "HUND", "object/dog");
    names(*state, "ÉLÉPHANT", "object/elephant");
    names(*state, "e\xCC\x81le\xCC\x81phant", "object/elephant"); /* the accents apart */
}

/* A word that means several things is the first of them; the others have ids. */
static void homonyms(void **state)
{
    words *w = *state;
    ts_concepts oranges = ts_vocab_find_name(w->vocab, "orange"),
                cranes = ts_vocab_find_name(w->vocab, "crane");
    assert_true(oranges.count >= 2 && cranes.count >= 2);
    names(w, "orange", ts_vocab_id(w->vocab, oranges.items[0]));
    names(w, "crane", ts_vocab_id(w->vocab, cranes.items[0]));
    names(w, "object/orange", "object/orange");
    names(w, "colour/orange", "colour/orange");
    names(w, "object/crane-bird", "object/crane-bird");
    names(w, "object/crane-machine", "object/crane-machine");
}

static void is_free(words *w, const char *word, const char *folded)
{
    ts_tag_input tag = tag_of(w, word);
    assert_null(tag.concept);
    assert_string_equal(tag.label, word);
    assert_string_equal(tag.folded, folded);
    assert_string_equal(tag.facet, "word");
}

static void other_words_are_free(void **state)
{
    is_free(*state, "Acme 3000", "acme 3000");
    is_free(*state, "Acme_3000", "acme 3000");
    is_free(*state, "Ünal's", "ünal's");
    is_free(*state, "Ünal\xE2\x80\x99s", "ünal's");
    is_free(*state, "object/no-such-thing", "object/no such thing");
    is_free(*state, "OBJECT/DOG", "object/dog"); /* ids are exact */
}

static void refused(words *w, const char *word)
{
    ts_error err;
    ts_tag_input tag;
    assert_fails(ts_tag_of_word(w->vocab, word, w->arena, &tag, &err), err, TS_USAGE);
}

static void what_is_no_text_is_refused(void **state)
{
    refused(*state, "");
    refused(*state, "\xFF");
    refused(*state, "dog\xC3");
    refused(*state, "  ");
    refused(*state, "\t-_");         /* between words these are blanks */
    refused(*state, "\xC0\xAF");     /* a slash written too long */
    refused(*state, "\xED\xA0\x80"); /* half a character of UTF-16 */
}

static void of_one_to_200_bytes(void **state)
{
    char text[256] = "";
    memset(text, 'x', 201);
    refused(*state, text);
    text[200] = '\0';
    is_free(*state, text, text);
    text[1] = '\0';
    is_free(*state, text, "x");
    text[0] = '\0';
    for (int i = 0; i < 66; i++) strcat(text, "\xEF\xB7\xBA"); /* one sign that folds into eighteen */
    refused(*state, text);
}

/* ---- what lies beside the file --------------------------------------------------------------------- */

#define XMP(word)                                                                                            \
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "                                                        \
    "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"                                             \
    "<rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:subject><rdf:Bag><rdf:li>" word      \
    "</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"

/* A service that has no more than looking at a picture needs. */
typedef struct eye {
    ts_service service;
    ts_arena *arena;
    char *folder;
} eye;

static int open_eye(void **state)
{
    eye *e = calloc(1, sizeof *e);
    ts_error err;
    e->folder = ts_test_folder();
    e->arena = ts_arena_new(0);
    assert_works(e->service.tagger = ts_tagger_open(&TS_TAGGER_OPTIONS_DEFAULT, &err), err);
    assert_works(e->service.gate = ts_gate_new(1, 1, &err), err);
    assert_works(e->service.blobs = ts_blobs_open_folder(e->folder, &err), err);
    *state = e;
    return e->arena ? 0 : -1;
}

static int close_eye(void **state)
{
    eye *e = *state;
    ts_blobs_close(e->service.blobs);
    ts_gate_free(e->service.gate);
    ts_tagger_close(e->service.tagger);
    ts_arena_free(e->arena);
    ts_test_folder_end(e->folder);
    free(e);
    return 0;
}

static void see(eye *e, ts_look look, ts_sight *sight)
{
    ts_error err;
    const ts_preset all = {.rules = TS_TAG_RULES_DEFAULT, .hold_nsfw = 2, .reject_nsfw = 2};
    look.bytes = "picture";
    look.length = 7;
    assert_works(ts_service_see(&e->service, &all, &look, e->arena, sight, &err), err);
}

/* The keyword that seeing FOLDER/NAME finds beside it; "" for none. */
static const char *beside(eye *e, const char *name)
{
    ts_sight sight;
    char *path = ts_test_path(e->folder, name);
    see(e, (ts_look){.beside = path}, &sight);
    free(path);
    assert_int_equal(sight.metadata.has_sidecar, sight.metadata.keyword_count > 0);
    return sight.metadata.keyword_count ? sight.metadata.keywords[0] : "";
}

static void put_sidecar(eye *e, const char *name, const char *text)
{
    free(ts_test_file(e->folder, name, text, strlen(text)));
}

static void a_sidecar_is_read(void **state)
{
    eye *e = *state;
    put_sidecar(e, "one.jpg.xmp", XMP("whole"));
    put_sidecar(e, "two.xmp", XMP("short"));
    put_sidecar(e, "both.jpg.xmp", XMP("whole"));
    put_sidecar(e, "both.xmp", XMP("short"));
    put_sidecar(e, "bare.xmp", XMP("bare"));
    assert_string_equal(beside(e, "one.jpg"), "whole");
    assert_string_equal(beside(e, "two.jpg"), "short");
    assert_string_equal(beside(e, "both.jpg"), "whole"); /* the one that names the file itself */
    assert_string_equal(beside(e, "bare"), "bare");
    assert_string_equal(beside(e, "none.jpg"), "");
}

/* The dot of a folder's name ends no file's name. */
static void a_sidecar_of_the_folder_is_none_of_the_picture(void **state)
{
    eye *e = *state;
    char *folder = ts_test_path(e->folder, "a.b");
    assert_int_equal(mkdir(folder, 0700), 0);
    free(folder);
    put_sidecar(e, "a.xmp", XMP("foreign"));
    assert_string_equal(beside(e, "a.b/c"), "");
    put_sidecar(e, "a.b/c.xmp", XMP("own"));
    assert_string_equal(beside(e, "a.b/c"), "own");
    assert_string_equal(beside(e, "a.b/c.jpg"), "own");
}

static void a_damaged_sidecar_does_no_harm(void **state)
{
    eye *e = *state;
    ts_sight sight;
    put_sidecar(e, "x.jpg.xmp", "<x:xmpmeta");
    char *path = ts_test_path(e->folder, "x.jpg");
    see(e, (ts_look){.beside = path}, &sight);
    free(path);
    assert_int_equal(sight.metadata.keyword_count, 0);
    assert_true(sight.full.tag_count > 0);
}

/* ---- what is kept ---------------------------------------------------------------------------------- */

static void the_thumbnail_is_kept_under_the_hash(void **state)
{
    eye *e = *state;
    ts_error err;
    ts_sight sight;
    uint64_t length = 0;
    see(e, (ts_look){0}, &sight);
    assert_true(sight.full.thumbnail_size > 0);
    assert_works(ts_sight_put_thumbnail(&e->service, &sight, &err), err);
    assert_works(ts_sight_put_thumbnail(&e->service, &sight, &err), err); /* a picture may be seen again */
    const ts_blob_name name = {.kind = TS_BLOB_THUMBNAIL, .hash = sight.sha256, .size = TS_THUMBNAIL_SIDE};
    int fd = ts_blobs_open(e->service.blobs, &name, &length, &err);
    if (fd < 0) fail_msg("%s", err.message);
    assert_int_equal(close(fd), 0);
    assert_int_equal(length, sight.full.thumbnail_size);
}

static void no_thumbnail_is_nothing_to_keep(void **state)
{
    eye *e = *state;
    ts_error err;
    ts_sight sight = {.sha256 = "not even a hash"};
    assert_works(ts_sight_put_thumbnail(&e->service, &sight, &err), err);
    sight.full.thumbnail = (const uint8_t *)"jpeg";
    sight.full.thumbnail_size = 4;
    assert_fails(ts_sight_put_thumbnail(&e->service, &sight, &err), err, TS_USAGE);
}

static void without_networks_nothing_is_seen(void **state)
{
    eye *e = *state;
    ts_error err;
    ts_sight sight;
    ts_service blind = {.gate = e->service.gate};
    const ts_preset all = {.rules = TS_TAG_RULES_DEFAULT};
    assert_fails(ts_service_see(&blind, &all, &(ts_look){.bytes = "x", .length = 1}, e->arena, &sight, &err),
                 err, TS_INTERNAL);
    assert_false(sight.had_turn);
}

static void as_given(words *w, const char *word, const char *concept)
{
    ts_error err;
    ts_tag_input tag;
    assert_works(ts_tag_as_given(w->vocab, word, w->arena, &tag, &err), err);
    if (concept) assert_string_equal(tag.concept, concept);
    else {
        assert_null(tag.concept);
        assert_string_equal(tag.label, word);
        assert_string_equal(tag.facet, "word");
    }
}

static void words_of_dialects_come_back_as_they_are(void **state)
{
    words *w = *state;
    ts_error err;
    ts_tag_input tag;
    as_given(w, "dog", "object/dog");
    as_given(w, "object/dog", "object/dog");
    as_given(w, "Dog", NULL);
    as_given(w, "puppy", NULL);
    as_given(w, "mine", NULL);
    as_given(w, "\347\213\227", NULL);
    assert_fails(ts_tag_as_given(w->vocab, "", w->arena, &tag, &err), err, TS_USAGE);
}

int main(void)
{
    const struct CMUnitTest as_tags[] = {
        cmocka_unit_test(names_in_all_languages),
        cmocka_unit_test(written_in_any_way),
        cmocka_unit_test(homonyms),
        cmocka_unit_test(other_words_are_free),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(of_one_to_200_bytes),
        cmocka_unit_test(words_of_dialects_come_back_as_they_are),
    };
    const struct CMUnitTest seen[] = {
        cmocka_unit_test_setup_teardown(a_sidecar_is_read, open_eye, close_eye),
        cmocka_unit_test_setup_teardown(a_sidecar_of_the_folder_is_none_of_the_picture, open_eye, close_eye),
        cmocka_unit_test_setup_teardown(a_damaged_sidecar_does_no_harm, open_eye, close_eye),
        cmocka_unit_test_setup_teardown(the_thumbnail_is_kept_under_the_hash, open_eye, close_eye),
        cmocka_unit_test_setup_teardown(no_thumbnail_is_nothing_to_keep, open_eye, close_eye),
        cmocka_unit_test_setup_teardown(without_networks_nothing_is_seen, open_eye, close_eye),
    };
    int failed = cmocka_run_group_tests(as_tags, open_vocab, close_vocab);
    return failed + cmocka_run_group_tests(seen, NULL, NULL);
}
