/* tests/search: every term of the query language, alone and combined at random, against plain loops over the
 * same pictures; and facets, which both ways of counting must give the same. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "search/facets.h"
#include "tests/search/library.h"

enum { PICTURES = 400, TEXT = 4000 };

#define NOW INT64_C(1760000000000)

/* A random question: its text, and for each number whether it should be found. */
typedef struct question {
    char text[TEXT];
    bool found[PICTURES];
} question;

/* What the tags around a term must fulfil. */
typedef struct needs {
    float least;
    unsigned states, sources;
} needs;

static const needs no_needs = {0, 3, 7};

static bool fulfils(const needs *n, const ts_index_tag *tag)
{
    return tag->confidence >= n->least - 1e-4f && n->states >> tag->state & 1 &&
           n->sources >> tag->source & 1;
}

static bool is_kind_of(const library *l, ts_concept concept, ts_concept wanted)
{
    return concept == wanted ||
           (concept != TS_CONCEPT_NONE && ts_vocab_is_ancestor(l->vocab, wanted, concept));
}

static bool rejects(const sample *s, ts_concept wanted)
{
    for (size_t i = 0; i < s->picture.tag_count; i++)
        if (s->concepts[i] == wanted && s->tags[i].state == TS_INDEX_REJECTED) return true;
    return false;
}

static bool shows(const library *l, const sample *s, ts_concept wanted, const needs *n)
{
    for (size_t i = 0; i < s->picture.tag_count; i++) {
        if (!is_kind_of(l, s->concepts[i], wanted) || !fulfils(n, &s->tags[i])) continue;
        if (s->tags[i].state == TS_INDEX_REJECTED || !rejects(s, wanted) || n->states & 4) return true;
    }
    return false;
}

static bool any_shows(const library *l, const sample *s, const char *name, const needs *n)
{
    ts_concepts named = ts_vocab_find_name(l->vocab, name);
    for (size_t i = 0; i < named.count; i++)
        if (shows(l, s, named.items[i], n)) return true;
    return false;
}

static bool any_tag(const sample *s, const needs *n, const char *word)
{
    for (size_t i = 0; i < s->picture.tag_count; i++)
        if (fulfils(n, &s->tags[i]) && (!word || (s->tags[i].word && !strcmp(s->tags[i].word, word))))
            return true;
    return false;
}

static bool has_facet(const library *l, const sample *s, ts_facet facet, const needs *n)
{
    for (size_t i = 0; i < s->picture.tag_count; i++)
        if (s->concepts[i] != TS_CONCEPT_NONE && ts_vocab_facet(l->vocab, s->concepts[i]) == facet &&
            fulfils(n, &s->tags[i]))
            return true;
    return false;
}

/* Every word of the library's titles is its own stem or has only its own surface here. */
static bool has_word(const sample *s, const char *word)
{
    const char *at = strstr(s->title, word);
    size_t length = strlen(word);
    for (; at; at = strstr(at + 1, word))
        if ((at == s->title || at[-1] == ' ') && (!at[length] || at[length] == ' ')) return true;
    return false;
}

static double km_between(double lat1, double lon1, double lat2, double lon2)
{
    const double r = M_PI / 180;
    double c = sin(lat1 * r) * sin(lat2 * r) + cos(lat1 * r) * cos(lat2 * r) * cos((lon2 - lon1) * r);
    return 6371.0088 * acos(fmin(1, c));
}

#define FOR_ALL(expression)                                                                                  \
    for (uint32_t i = 1; i < l->count; i++) {                                                                \
        const sample *s = &l->samples[i];                                                                    \
        const ts_index_picture *p = &s->picture;                                                             \
        (void)p;                                                                                             \
        q->found[i] = s->live && (expression);                                                               \
    }

static void tag_term(library *l, question *q, const needs *n)
{
    ts_concept concept = library_concept(l, library_below(l, LIBRARY_CONCEPTS));
    const char *label = ts_vocab_label(l->vocab, concept),
               *word = library_free_words[library_below(l, LIBRARY_FREE_WORDS)];
    const char *plural = ts_vocab_plural(l->vocab, concept);
    ts_facet facet = ts_vocab_facet(l->vocab, concept);
    unsigned count = library_below(l, 4);
    switch (library_below(l, 7)) {
    case 0:
        snprintf(q->text, TEXT, "tag:\"%s\"", label);
        FOR_ALL(any_shows(l, s, label, n));
        break;
    case 1:
        snprintf(q->text, TEXT, "tag:\"%s\"", plural);
        FOR_ALL(any_shows(l, s, plural, n));
        break;
    case 2:
        snprintf(q->text, TEXT, "tag:%s", ts_vocab_id(l->vocab, concept));
        FOR_ALL(shows(l, s, concept, n));
        break;
    case 3:
        snprintf(q->text, TEXT, "%s:\"%s\"", ts_facet_name(facet), label);
        FOR_ALL(shows(l, s, concept, n));
        break;
    case 4:
        snprintf(q->text, TEXT, "tag:\"%s\"", word);
        FOR_ALL(any_tag(s, n, word));
        break;
    case 5:
        snprintf(q->text, TEXT, "facet:%s", ts_facet_name(facet));
        FOR_ALL(has_facet(l, s, facet, n));
        break;
    default:
        snprintf(q->text, TEXT, "count(%s)>=%u", ts_vocab_id(l->vocab, concept), count);
        FOR_ALL(false);
        for (uint32_t i = 1; i < l->count; i++) {
            const sample *s = &l->samples[i];
            for (size_t k = 0; k < s->picture.tag_count && s->live; k++)
                if (is_kind_of(l, s->concepts[k], concept) && s->tags[k].state != TS_INDEX_REJECTED &&
                    fulfils(n, &s->tags[k]) && s->tags[k].count >= count && s->tags[k].count > 0 &&
                    !rejects(s, concept))
                    q->found[i] = true;
        }
    }
}

static void word_term(library *l, question *q, const needs *n)
{
    bool open = !memcmp(n, &no_needs, sizeof no_needs);
    const char *a = library_words[library_below(l, LIBRARY_WORDS)],
               *b = library_words[library_below(l, LIBRARY_WORDS)];
    char phrase[64];
    if (library_below(l, 2)) {
        snprintf(q->text, TEXT, "%s", a);
        FOR_ALL(any_shows(l, s, a, n) || (open && has_word(s, a)));
        return;
    }
    snprintf(phrase, sizeof phrase, "%s %s", a, b);
    snprintf(q->text, TEXT, "\"%s\"", phrase);
    FOR_ALL(any_shows(l, s, phrase, n) || (open && has_word(s, phrase)));
}

static void number_term(library *l, question *q)
{
    uint32_t v = library_below(l, 4000), w = v + library_below(l, 2000);
    double mp = (double)library_below(l, 100) / 10;
    double level = (double)library_below(l, 255) / 254;
    switch (library_below(l, 10)) {
    case 0:
        snprintf(q->text, TEXT, "width>%u", v);
        FOR_ALL(p->width && p->width > v);
        break;
    case 1:
        snprintf(q->text, TEXT, "width<=%u", v);
        FOR_ALL(p->width && p->width <= v);
        break;
    case 2:
        snprintf(q->text, TEXT, "height:%u..%u", v, w);
        FOR_ALL(p->height >= v && p->height <= w && p->height);
        break;
    case 3:
        snprintf(q->text, TEXT, "bytes<%ukb", v);
        FOR_ALL(p->bytes < v * UINT64_C(1000));
        break;
    case 4:
        snprintf(q->text, TEXT, "megapixels>=%.1f", mp);
        FOR_ALL(p->width && p->height && (double)p->width * p->height >= strtod(q->text + 12, NULL) * 1e6);
        break;
    case 5:
        snprintf(q->text, TEXT, "ratio<1.2");
        FOR_ALL(p->width && p->height && (double)p->width / p->height < 1.2);
        break;
    case 6:
        snprintf(q->text, TEXT, "faces:%u", v % 4);
        FOR_ALL(p->faces == v % 4);
        break;
    case 7:
        snprintf(q->text, TEXT, "faces>=%u", v % 4);
        FOR_ALL(p->faces >= v % 4);
        break;
    case 8:
        snprintf(q->text, TEXT, "bytes:%u", v);
        FOR_ALL(p->bytes == v);
        break;
    default:
        snprintf(q->text, TEXT, "quality>=%.6f", level);
        FOR_ALL(p->quality >= 0 && (double)p->quality >= level - 0.5 / 254);
    }
}

static void time_term(library *l, question *q)
{
    int64_t day = INT64_C(86400000);
    switch (library_below(l, 6)) {
    case 0: /* 2023-05-01 .. 2024-02-29 */
        snprintf(q->text, TEXT, "taken:2023-05..2024-02");
        FOR_ALL(p->taken_ms >= INT64_C(1682899200000) && p->taken_ms < INT64_C(1709251200000));
        break;
    case 1:
        snprintf(q->text, TEXT, "taken>2023");
        FOR_ALL(p->taken_ms >= INT64_C(1704067200000));
        break;
    case 2:
        snprintf(q->text, TEXT, "taken<2023-06-15");
        FOR_ALL(p->taken_ms != TS_TIME_UNKNOWN && p->taken_ms < INT64_C(1686787200000));
        break;
    case 3:
        snprintf(q->text, TEXT, "added:300d");
        FOR_ALL(p->created_ms >= NOW - 300 * day);
        break;
    case 4:
        snprintf(q->text, TEXT, "taken:..2022");
        FOR_ALL(p->taken_ms != TS_TIME_UNKNOWN && p->taken_ms < INT64_C(1672531200000));
        break;
    default:
        snprintf(q->text, TEXT, "near:48.5,2.5,20km");
        FOR_ALL(p->has_place && km_between(48.5, 2.5, p->latitude, p->longitude) <= 20);
    }
}

static bool has_red(const sample *s)
{
    for (size_t i = 0; i < s->picture.colour_count; i++) {
        const ts_index_colour *c = &s->colours[i];
        double l = rintf(c->l) - 53.24f, a = rintf(c->a) - 80.09f, b = rintf(c->b) - 67.2f;
        if (lrintf(c->share * 255) >= 13 && l * l + a * a + b * b <= 45 * 45) return true;
    }
    return false;
}

static bool is_untagged(const sample *s)
{
    for (size_t i = 0; i < s->picture.tag_count; i++)
        if (s->tags[i].state != TS_INDEX_REJECTED) return false;
    return true;
}

static void plain_term(library *l, question *q)
{
    unsigned v = library_below(l, 20);
    char prefix[32];
    switch (library_below(l, 16)) {
    case 0:
        strcpy(q->text, "is:portrait");
        FOR_ALL(p->width && p->height && p->width < 0.98 * p->height);
        break;
    case 1:
        strcpy(q->text, "is:landscape");
        FOR_ALL(p->width && p->height && p->width > 1.02 * p->height);
        break;
    case 2:
        strcpy(q->text, "is:square");
        FOR_ALL(p->width && p->height && fabs((double)p->width / p->height - 1) <= 0.02);
        break;
    case 3:
        strcpy(q->text, "is:held");
        FOR_ALL(p->held);
        break;
    case 4:
        strcpy(q->text, "is:untagged");
        FOR_ALL(is_untagged(s));
        break;
    case 5:
        strcpy(q->text, "has:faces");
        FOR_ALL(p->faces > 0);
        break;
    case 6:
        strcpy(q->text, "has:text");
        FOR_ALL(p->text != NULL);
        break;
    case 7:
        strcpy(q->text, "has:gps");
        FOR_ALL(p->has_place);
        break;
    case 8:
        strcpy(q->text, "has:title");
        FOR_ALL(p->title != NULL);
        break;
    case 9:
        strcpy(q->text, "needs:review");
        FOR_ALL(p->needs_review);
        break;
    case 10:
        strcpy(q->text, "format:jpg");
        FOR_ALL(!strcmp(p->format, "jpeg"));
        break;
    case 11:
        strcpy(q->text, "folder:paris");
        FOR_ALL(strstr(s->folder, "aris") != NULL);
        break;
    case 12:
        strcpy(q->text, "folder:2024");
        FOR_ALL(!strncmp(s->folder, "2024", 4));
        break;
    case 13:
        snprintf(q->text, TEXT, "name:img_%u*", v);
        snprintf(prefix, sizeof prefix, "IMG_%u", v);
        FOR_ALL(!strncmp(s->name, prefix, strlen(prefix)));
        break;
    case 14:
        snprintf(q->text, TEXT, "path:2024/paris/IMG_%u*", v);
        snprintf(prefix, sizeof prefix, "IMG_%u", v);
        FOR_ALL(!strcmp(s->folder, "2024/Paris") && !strncmp(s->name, prefix, strlen(prefix)));
        break;
    default:
        strcpy(q->text, "color:#f00~45");
        FOR_ALL(has_red(s));
    }
}

static void term(library *l, question *q, const needs *n)
{
    switch (library_below(l, 6)) {
    case 0:
    case 1:
        tag_term(l, q, n);
        break;
    case 2:
        word_term(l, q, n);
        break;
    case 3:
        number_term(l, q);
        break;
    case 4:
        time_term(l, q);
        break;
    default:
        plain_term(l, q);
    }
}

static void ask(library *l, question *q, const needs *n, unsigned depth);

/* A group in which a qualifier stands beside a tag term. */
static void qualified(library *l, question *q)
{
    static const char *const states[] = {"suggested", "accepted", "rejected"}, *const sources[] = {"model",
                                                                                                   "person",
                                                                                                   "import"};
    needs n = no_needs;
    char qualifier[80];
    unsigned which = library_below(l, 3), percent = library_below(l, 101);
    switch (library_below(l, 3)) {
    case 0:
        n.states = 1u << which;
        snprintf(qualifier, sizeof qualifier, "state:%s", states[which]);
        break;
    case 1:
        n.sources = 1u << which;
        snprintf(qualifier, sizeof qualifier, "source:%s", sources[which]);
        break;
    default:
        n.least = (float)percent / 100;
        n.sources = 1u << which | 1;
        snprintf(qualifier, sizeof qualifier, "confidence>=%u%% source:model,%s", percent, sources[which]);
    }
    question *inner = calloc(1, sizeof *inner);
    assert_non_null(inner);
    if (library_below(l, 3) == 0) {
        snprintf(q->text, TEXT, "(%s)", qualifier);
        FOR_ALL(any_tag(s, &n, NULL));
    } else {
        tag_term(l, inner, &n);
        snprintf(q->text, TEXT, "(%s %.1000s)", qualifier, inner->text);
        memcpy(q->found, inner->found, sizeof q->found);
    }
    free(inner);
}

static void combined(library *l, question *q, const needs *n, unsigned depth)
{
    question *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    assert_true(a && b);
    unsigned kind = library_below(l, 4);
    ask(l, a, n, depth - 1);
    ask(l, b, n, depth - 1);
    static const char *const formats[] = {"(%.1000s) (%.1000s)", "(%.1000s) OR (%.1000s)",
                                          "(%.1000s) AND -(%.1000s)", "NOT ((%.1000s) | (%.1000s))"};
    snprintf(q->text, TEXT, formats[kind], a->text, b->text);
    for (uint32_t i = 1; i < l->count; i++) {
        bool x = a->found[i], y = b->found[i];
        q->found[i] = l->samples[i].live && (kind == 0   ? x && y
                                             : kind == 1 ? x || y
                                             : kind == 2 ? x && !y
                                                         : !(x || y));
    }
    free(a);
    free(b);
}

static void ask(library *l, question *q, const needs *n, unsigned depth)
{
    if (depth > 0 && library_below(l, 2)) combined(l, q, n, depth);
    else if (library_below(l, 4) == 0) qualified(l, q);
    else term(l, q, n);
}

static void check(library *l, const question *q, bool with_held)
{
    ts_error err;
    ts_arena *arena = ts_arena_new(0);
    const uint32_t *numbers;
    size_t count, at = 0;
    ts_find find = {.query = q->text, .with_held = with_held, .now_ms = NOW, .min_score = -1};
    assert_works(ts_index_select(l->index, &find, arena, &numbers, &count, &err), err);
    for (uint32_t i = 1; i < l->count; i++) {
        bool expected = q->found[i] && (with_held || !l->samples[i].picture.held);
        bool found = at < count && numbers[at] == i;
        at += found;
        if (expected != found)
            fail_msg("%s: picture %u should%s be found", q->text, i, expected ? "" : " not");
    }
    assert_int_equal(at, count);
    ts_arena_free(arena);
}

static void rounds(library *l, unsigned count, unsigned depth)
{
    question *q = calloc(1, sizeof *q);
    size_t hits = 0;
    assert_non_null(q);
    for (unsigned i = 0; i < count; i++) {
        memset(q, 0, sizeof *q);
        ask(l, q, &no_needs, depth);
        if (strlen(q->text) > 1500) continue;
        check(l, q, library_below(l, 2));
        for (uint32_t k = 1; k < l->count; k++) hits += q->found[k];
    }
    assert_true(hits > count); /* the questions were not all about nothing */
    free(q);
}

static void test_terms_alone(void **state)
{
    (void)state;
    library *l = library_new(PICTURES, 1);
    rounds(l, 1500 / TS_TEST_PATIENCE, 0);
    library_free(l);
}

static void test_terms_combined(void **state)
{
    (void)state;
    library *l = library_new(PICTURES, 2);
    rounds(l, 1500 / TS_TEST_PATIENCE, 3);
    library_free(l);
}

static void test_after_changes(void **state)
{
    (void)state;
    library *l = library_new(PICTURES, 3);
    for (unsigned i = 0; i < 20; i++) {
        for (unsigned k = 0; k < 60; k++) {
            uint32_t number = 1 + library_below(l, PICTURES - 1);
            if (library_below(l, 3)) library_replace(l, number);
            else library_remove(l, number);
        }
        rounds(l, 30, 2);
    }
    library_free(l);
}

static uint64_t count_of(library *l, const question *q, const ts_facet_count *facet)
{
    uint64_t pictures = 0;
    ts_concept concept = facet->concept ? ts_vocab_find(l->vocab, facet->concept) : TS_CONCEPT_NONE;
    for (uint32_t i = 1; i < l->count; i++) {
        const sample *s = &l->samples[i];
        if (!q->found[i] || s->picture.held) continue;
        pictures += concept != TS_CONCEPT_NONE ? shows(l, s, concept, &no_needs)
                                               : any_tag(s, &no_needs, facet->label);
    }
    return pictures;
}

static void check_facets(library *l, const question *q)
{
    ts_error err;
    ts_arena *arena = ts_arena_new(0);
    ts_found found;
    ts_find find = {.query = q->text, .now_ms = NOW, .min_score = -1, .facet_values = 5};
    assert_works(ts_index_find(l->index, &find, arena, &found, &err), err);
    for (size_t i = 0; i < found.facet_count; i++) {
        const ts_facet_count *f = &found.facets[i];
        assert_int_equal(f->pictures, count_of(l, q, f));
        bool same = i && !strcmp(f->facet, found.facets[i - 1].facet);
        if (same) assert_true(f->pictures <= found.facets[i - 1].pictures);
    }
    ts_arena_free(arena);
}

static void test_facets(void **state)
{
    (void)state;
    library *l = library_new(PICTURES, 4);
    question *q = calloc(1, sizeof *q);
    for (unsigned i = 0; i < 100; i++) {
        memset(q, 0, sizeof *q);
        ask(l, q, &no_needs, 1);
        check_facets(l, q);
    }
    free(q);
    library_free(l);
}

/* Lists and sets agree to the last value, whatever the size of the result. */
static void test_both_ways_of_counting(void **state)
{
    (void)state;
    library *l = library_new(PICTURES, 5);
    static const char *const queries[] = {"", "tag:dog", "width>2000", "tag:nothing-at-all", "-tag:cat"};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        ts_error err;
        ts_arena *arena = ts_arena_new(0);
        ts_candidates c = {0};
        const uint32_t *numbers;
        ts_found lists = {0}, sets = {0};
        ts_find find = {.query = queries[i], .min_score = -1, .with_held = true};
        assert_works(ts_index_select(l->index, &find, arena, &numbers, &c.count, &err), err);
        c.numbers = memcpy(malloc(c.count * 4 + 4), numbers, c.count * 4);
        ts_question q = {.index = l->index, .arena = arena, .err = &err};
        assert_true(ts_facets_count(&q, &c, 7, TS_FACETS_BY_LISTS, &lists));
        assert_true(ts_facets_count(&q, &c, 7, TS_FACETS_BY_SETS, &sets));
        assert_int_equal(lists.facet_count, sets.facet_count);
        for (size_t k = 0; k < lists.facet_count; k++) {
            assert_string_equal(lists.facets[k].label, sets.facets[k].label);
            assert_int_equal(lists.facets[k].pictures, sets.facets[k].pictures);
        }
        roaring_bitmap_free(c.set);
        free(c.numbers);
        ts_arena_free(arena);
    }
    library_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms_alone),           cmocka_unit_test(test_terms_combined),
        cmocka_unit_test(test_after_changes),         cmocka_unit_test(test_facets),
        cmocka_unit_test(test_both_ways_of_counting),
    };
    return cmocka_run_group_tests_name("search oracle", tests, NULL, NULL);
}
