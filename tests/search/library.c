/* tests/search: makes the random pictures of library.h. */
#include "tests/search/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const library_words[LIBRARY_WORDS] = {"summer",  "holiday", "garden",  "meeting", "naïve",
                                                  "running", "old",     "harbour", "犬",      "grandma's"};
const char *const library_free_words[LIBRARY_FREE_WORDS] = {"Acme 3000", "project x", "rooftop", "Ünal"};

static const char *const ids[LIBRARY_CONCEPTS] = {
    "object/dog",     "object/cat",     "object/animal",    "object/car",       "object/tree",
    "object/bicycle", "object/bird",    "object/flower",    "object/food",      "object/chair",
    "object/orange",  "object/horse",   "object/boat",      "object/furniture", "colour/orange",
    "colour/red",     "colour/blue",    "colour/navy",      "colour/green",     "mood/dark",
    "mood/bright",    "object/vehicle", "object/dalmatian", "object/sofa"};

uint64_t library_random(library *l)
{
    l->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t x = l->random;
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

uint32_t library_below(library *l, uint32_t limit)
{
    return (uint32_t)(library_random(l) >> 32) % limit;
}

void library_noise(library *l, float *vector, size_t dims)
{
    for (size_t i = 0; i < dims; i++) {
        vector[i] = 0;
        for (int k = 0; k < 6; k++) vector[i] += (float)library_below(l, 2001) / 1000 - 1;
    }
}

/* Concepts that the vocabulary may rename or drop fall back on some other one of it. */
ts_concept library_concept(library *l, uint32_t which)
{
    ts_concept concept = ts_vocab_find(l->vocab, ids[which]);
    return concept != TS_CONCEPT_NONE ? concept : which * 7 % (uint32_t)ts_vocab_count(l->vocab);
}

static bool has_tag(const sample *s, const ts_index_tag *tag)
{
    for (size_t i = 0; i < s->picture.tag_count; i++) {
        const ts_index_tag *other = &s->tags[i];
        if (tag->concept && other->concept && !strcmp(tag->concept, other->concept)) return true;
        if (tag->word && other->word && !strcmp(tag->word, other->word)) return true;
    }
    return false;
}

static void make_tags(library *l, sample *s)
{
    size_t wanted = library_below(l, LIBRARY_TAGS);
    for (size_t i = 0; i < wanted; i++) {
        ts_index_tag tag = {0};
        ts_concept concept = TS_CONCEPT_NONE;
        if (library_below(l, 8) == 0) {
            tag.word = library_free_words[library_below(l, LIBRARY_FREE_WORDS)];
        } else {
            concept = library_concept(l, library_below(l, LIBRARY_CONCEPTS));
            tag.concept = ts_vocab_id(l->vocab, concept);
        }
        tag.confidence = (float)library_below(l, 101) / 100;
        tag.state = (ts_index_state)(library_below(l, 10) ? library_below(l, 2) : TS_INDEX_REJECTED);
        tag.source = (ts_index_source)library_below(l, 3);
        tag.count = library_below(l, 3) ? 0 : library_below(l, 5);
        if (has_tag(s, &tag)) continue;
        s->concepts[s->picture.tag_count] = concept;
        s->tags[s->picture.tag_count++] = tag;
    }
    s->picture.tags = s->tags;
}

static void make_texts(library *l, sample *s)
{
    size_t words = library_below(l, 5);
    for (size_t i = 0; i < words; i++) {
        if (i) strcat(s->title, " ");
        strcat(s->title, library_words[library_below(l, LIBRARY_WORDS)]);
    }
    snprintf(s->name, sizeof s->name, "IMG_%u.JPG", library_below(l, 200));
    static const char *const folders[] = {"", "2024", "2024/Paris", "2023/paris/louvre", "work"};
    snprintf(s->folder, sizeof s->folder, "%s", folders[library_below(l, 5)]);
    s->picture.title = words ? s->title : NULL;
    s->picture.name = s->name;
    s->picture.folder = s->folder;
}

static void make_numbers(library *l, sample *s)
{
    ts_index_picture *p = &s->picture;
    p->width = library_below(l, 10) ? 100 + library_below(l, 4000) : 0;
    p->height = library_below(l, 4) ? 100 + library_below(l, 4000) : p->width;
    p->bytes = library_below(l, 5000000);
    p->faces = library_below(l, 4);
    p->format = library_below(l, 2) ? "jpeg" : "png";
    p->created_ms = INT64_C(1700000000000) + (int64_t)library_below(l, 1000000) * 60000;
    p->taken_ms = library_below(l, 4) ? INT64_C(1650000000000) + (int64_t)library_below(l, 1500000) * 60000
                                      : TS_TIME_UNKNOWN;
    p->has_place = library_below(l, 2);
    p->latitude = 48 + library_below(l, 1000) / 1000.0;
    p->longitude = 2 + library_below(l, 1000) / 1000.0;
    p->quality = library_below(l, 3) ? (float)library_below(l, 255) / 254 : -1;
    p->aesthetic = p->nsfw = -1;
    p->held = library_below(l, 10) == 0;
    p->needs_review = library_below(l, 6) == 0;
    p->owner = library_below(l, 2) ? "key1" : NULL;
    p->phash = library_random(l);
    p->text = library_below(l, 5) ? NULL : "STOP";
}

static void make_looks(library *l, sample *s)
{
    s->picture.colours = s->colours;
    s->picture.colour_count = library_below(l, 4);
    for (size_t i = 0; i < 3; i++)
        s->colours[i] =
            (ts_index_colour){(float)library_below(l, 100), (float)library_below(l, 160) - 80,
                              (float)library_below(l, 160) - 80, (float)library_below(l, 101) / 100};
    for (size_t i = 0; i < 24; i++) s->vector[i] = (float)library_below(l, 2001) / 1000 - 1;
    s->picture.vector = s->vector;
    s->picture.vector_dims = 24;
}

void library_replace(library *l, uint32_t number)
{
    sample *s = &l->samples[number];
    ts_error err;
    memset(s, 0, sizeof *s);
    s->live = true;
    s->picture.number = number;
    make_tags(l, s);
    make_texts(l, s);
    make_numbers(l, s);
    make_looks(l, s);
    assert_works(ts_index_put(l->index, &s->picture, &err), err);
}

void library_remove(library *l, uint32_t number)
{
    ts_error err;
    l->samples[number].live = false;
    assert_works(ts_index_remove(l->index, number, &err), err);
}

library *library_new(size_t count, uint64_t seed)
{
    ts_error err;
    library *l = calloc(1, sizeof *l);
    assert_non_null(l);
    assert_works(l->vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, &err), err);
    assert_works(l->index = ts_index_open(NULL, l->vocab, &err), err);
    l->random = seed;
    l->count = count;
    assert_non_null(l->samples = calloc(count, sizeof *l->samples));
    for (uint32_t i = 1; i < count; i++) library_replace(l, i);
    return l;
}

void library_free(library *l)
{
    ts_index_close(l->index);
    ts_vocab_close(l->vocab);
    free(l->samples);
    free(l);
}

ts_found library_ask(library *l, const ts_find *find, ts_arena *arena)
{
    ts_error err;
    ts_found found;
    assert_works(ts_index_find(l->index, find, arena, &found, &err), err);
    return found;
}
