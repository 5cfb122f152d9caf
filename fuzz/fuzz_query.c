/* fuzz: any text as a query: it parses into a tree within the limits or fails with a column, and what parses
 * can be asked of a small index without harm. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "search/search.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static ts_index *index_of_few; /* a fuzzer has no other place for what lasts */

static void put(ts_index *index, uint32_t number, const char *concept, const char *word)
{
    ts_index_tag tags[2] = {{.concept = concept, .confidence = 0.9f, .count = 2},
                            {.word = word, .confidence = 0.4f}};
    ts_index_colour colour = {53, 80, 67, 0.5f};
    float vector[4] = {1, (float)number, 0, 2};
    ts_index_picture picture = {.number = number,
                                .tags = tags,
                                .tag_count = 2,
                                .title = "Two dogs at the old harbour",
                                .name = "IMG_1.jpg",
                                .folder = "2024/paris",
                                .taken_ms = 1700000000000,
                                .width = 400,
                                .height = 300,
                                .format = "jpeg",
                                .colours = &colour,
                                .colour_count = 1,
                                .vector = vector,
                                .vector_dims = 4,
                                .has_place = true,
                                .latitude = 48.8,
                                .longitude = 2.3};
    if (!ts_index_put(index, &picture, NULL)) abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    ts_vocab *vocab = ts_vocab_open(TS_FUZZ_VOCAB_DIR, NULL);
    index_of_few = vocab ? ts_index_open(NULL, vocab, NULL) : NULL;
    if (!index_of_few) abort();
    put(index_of_few, 1, "object/dog", "Rooftop");
    put(index_of_few, 2, "object/sports-car", "project x");
    put(index_of_few, 70000, "scene/beach", "rooftop");
    return 0;
}

static void ask(const char *query)
{
    ts_arena *arena = ts_arena_new(0);
    ts_error err = {0};
    ts_found found;
    const ts_index_suggestion *rows;
    size_t count;
    ts_find find = {.query = query, .limit = 5, .facet_values = 3, .min_score = -1, .now_ms = 1700000000000};
    if (!arena) return;
    bool parses = ts_query_check(query, &err);
    if (!parses && (err.code != TS_USAGE || strncmp(err.message, "column ", 7) != 0)) abort();
    err = (ts_error){0};
    bool good = ts_index_find(index_of_few, &find, arena, &found, &err);
    if (good && (!parses || found.count > found.total || found.total > 3)) abort();
    if (!good && err.code != TS_USAGE && err.code != TS_NOT_FOUND) abort();
    if (!ts_index_suggest(index_of_few, query, TS_LANGUAGE_EN, 5, arena, &rows, &count, &err)) abort();
    ts_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *query = malloc(length + 1);
    if (!query) return 0;
    memcpy(query, bytes, length);
    query[length] = '\0';
    ask(query);
    free(query);
    return 0;
}
