/* bench: makes the pictures of search_library.h. Concepts and words are distributed as Zipf found them,
 * vectors lie in groups, times over fifteen years. */
#include "search_library.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t maker_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

double maker_uniform(uint64_t *state)
{
    return (double)(maker_random(state) >> 11) * 0x1p-53;
}

/* Sum of eight uniform ones: normal enough, and quick. */
static float bell(uint64_t *state)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t x = maker_random(state);
        sum += (double)(x & 0xffffffff) + (double)(x >> 32);
    }
    return (float)((sum * 0x1p-32 - 4) * 1.2247);
}

static double *zipf(size_t count)
{
    double *cumulative = calloc(count, sizeof *cumulative), sum = 0;
    for (size_t i = 0; cumulative && i < count; i++) cumulative[i] = sum += 1.0 / (double)(i + 1);
    for (size_t i = 0; cumulative && i < count; i++) cumulative[i] /= sum;
    return cumulative;
}

static size_t draw(const double *cumulative, size_t count, uint64_t *state)
{
    double wanted = maker_uniform(state);
    size_t low = 0, high = count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (cumulative[middle] < wanted) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void fill(float *values, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) values[i] = bell(&seed);
}

bool maker_open(maker *m, const ts_vocab *vocab, uint64_t seed)
{
    size_t count = ts_vocab_count(vocab);
    *m = (maker){.vocab = vocab, .seed = seed};
    m->ranks = calloc(count, sizeof *m->ranks);
    m->cumulative = zipf(count);
    m->words = zipf(MADE_DICTIONARY);
    m->centres = calloc((size_t)MADE_CLUSTERS * MADE_DIMS, sizeof *m->centres);
    m->concept_vectors = calloc(count * MADE_TEXT_DIMS, sizeof *m->concept_vectors);
    if (!m->ranks || !m->cumulative || !m->words || !m->centres || !m->concept_vectors) return false;
    for (size_t i = 0; i < count; i++) m->ranks[i] = (ts_concept)i;
    uint64_t state = seed;
    for (size_t i = count; i-- > 1;) {
        size_t k = maker_random(&state) % (i + 1);
        ts_concept swap = m->ranks[i];
        m->ranks[i] = m->ranks[k];
        m->ranks[k] = swap;
    }
    fill(m->centres, (size_t)MADE_CLUSTERS * MADE_DIMS, seed + 1);
    fill(m->concept_vectors, count * MADE_TEXT_DIMS, seed + 2);
    return true;
}

void maker_close(maker *m)
{
    free(m->ranks);
    free(m->cumulative);
    free(m->words);
    free(m->centres);
    free(m->concept_vectors);
}

const char *maker_word(uint32_t rank, char text[16])
{
    /* Letters from the rank, so that stems differ: "bakolu" */
    static const char consonants[] = "bdfgklmnprtvz", vowels[] = "aou";
    size_t length = 0;
    for (uint32_t i = 0, x = rank; i < 4; i++, x /= 39) {
        text[length++] = consonants[x % 13];
        text[length++] = vowels[x / 13 % 3];
    }
    text[length] = '\0';
    return text;
}

static void make_tags(const maker *m, made *p, uint64_t *state)
{
    size_t count = ts_vocab_count(m->vocab), used = 0;
    while (used < MADE_TAGS) {
        ts_concept concept = m->ranks[draw(m->cumulative, count, state)];
        bool again = false;
        for (size_t i = 0; i < used; i++) again = again || p->concepts[i] == concept;
        if (again) continue;
        double confidence = maker_uniform(state);
        p->concepts[used] = concept;
        p->tags[used++] = (ts_index_tag){.concept = ts_vocab_id(m->vocab, concept),
                                         .confidence = (float)(0.3 + 0.7 * sqrt(confidence)),
                                         .state = confidence > 0.4 ? TS_INDEX_ACCEPTED : TS_INDEX_SUGGESTED};
    }
    p->picture.tags = p->tags;
    p->picture.tag_count = used;
}

static void make_texts(const maker *m, made *p, uint32_t number, uint64_t *state)
{
    char word[16];
    size_t used = 0;
    p->title[0] = '\0';
    for (size_t i = 0; i < MADE_WORDS && used < sizeof p->title; i++)
        used += (size_t)snprintf(p->title + used, sizeof p->title - used, "%s ",
                                 maker_word((uint32_t)draw(m->words, MADE_DICTIONARY, state), word));
    snprintf(p->name, sizeof p->name, "img_%07u.jpg", number);
    snprintf(p->folder, sizeof p->folder, "%u/%02u", 2010 + number % 15, 1 + number / 15 % 12);
    p->picture.title = p->title;
    p->picture.name = p->name;
    p->picture.folder = p->folder;
}

static void make_looks(const maker *m, made *p, uint64_t *state)
{
    const float *centre = m->centres + maker_random(state) % MADE_CLUSTERS * MADE_DIMS;
    for (size_t i = 0; i < MADE_DIMS; i++) p->vector[i] = centre[i] + bell(state);
    for (size_t i = 0; i < 5; i++)
        p->colours[i] =
            (ts_index_colour){(float)(100 * maker_uniform(state)), (float)(80 * maker_uniform(state) - 40),
                              (float)(80 * maker_uniform(state) - 40), 0.2f};
    p->picture.vector = p->vector;
    p->picture.vector_dims = MADE_DIMS;
    p->picture.colours = p->colours;
    p->picture.colour_count = 5;
}

void maker_make(const maker *m, uint32_t number, made *p)
{
    uint64_t state = m->seed * UINT64_C(0x2545f4914f6cdd1d) + number;
    p->picture = (ts_index_picture){.number = number};
    make_tags(m, p, &state);
    make_texts(m, p, number, &state);
    make_looks(m, p, &state);
    ts_index_picture *out = &p->picture;
    out->taken_ms = INT64_C(1262304000000) + (int64_t)(maker_uniform(&state) * 15 * 365.25 * 86400e3);
    out->created_ms = INT64_C(1735689600000) + (int64_t)number * 1000;
    out->width = 1000 + (uint32_t)(maker_random(&state) % 5000);
    out->height = 1000 + (uint32_t)(maker_random(&state) % 3000);
    out->bytes = maker_random(&state) % 8000000;
    out->format = maker_random(&state) % 10 ? "jpeg" : "png";
    out->faces = maker_random(&state) % 4 ? 0 : (unsigned)(maker_random(&state) % 5);
    out->quality = (float)maker_uniform(&state);
    out->aesthetic = out->nsfw = -1;
    out->phash = maker_random(&state);
}
