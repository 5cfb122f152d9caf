/* tests/tagging: evidence made by hand. A scene is a picture of 1000 x 800 pixels in which the test says what
 * each analyser saw; beliefs and tags are then formed by the room itself. */
#ifndef TS_TESTS_TAGGING_SCENE_H
#define TS_TESTS_TAGGING_SCENE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tagging/belief.h"
#include "tagging/judge.h"
#include "tests/support/support.h"

#define OBSERVATIONS_MAX 256
#define CLASSES 1000

typedef struct scene {
    ts_vocab *vocab;
    ts_arena *arena;
    ts_picture_info picture;
    ts_source classify, detect, faces, rules;
    ts_observation items[OBSERVATIONS_MAX];
    ts_face face[32];
    float probabilities[CLASSES];
    const char *labels[CLASSES];
    ts_distribution distribution;
    ts_search search;
    ts_seen seen;
    ts_beliefs beliefs;
} scene;

static inline ts_source source_of(const char *analyser, float drop, float sure)
{
    return (ts_source){
        .analyser = analyser, .model = "made-up", .version = "9", .slope = 1, .drop = drop, .sure = sure};
}

/* vocab_dir is only read. */
static inline scene *scene_new(const char *vocab_dir)
{
    scene *s = calloc(1, sizeof *s);
    ts_error err = {0};
    s->vocab = ts_vocab_open(vocab_dir, &err);
    if (!s->vocab) fail_msg("%s", err.message);
    s->arena = ts_arena_new(0);
    s->picture = (ts_picture_info){.format = TS_FORMAT_JPEG, .width = 1000, .height = 800, .orientation = 1};
    s->classify = source_of("classify", 0.2F, 0.5F);
    s->detect = source_of("detect", 0.4F, 0.6F);
    s->faces = source_of("faces", 0.1F, 0.5F);
    s->rules = source_of("colours", 0.3F, 0.6F);
    for (size_t i = 0; i < CLASSES; i++) s->labels[i] = "?";
    s->seen = (ts_seen){.arena = s->arena,
                        .items = s->items,
                        .capacity = OBSERVATIONS_MAX,
                        .faces = s->face,
                        .faces_source = &s->faces,
                        .colours_source = &s->rules,
                        .quality_source = &s->rules,
                        .safety_source = &s->rules};
    return s;
}

static inline scene *scene_with_core_vocabulary(void)
{
    char *dir = ts_test_path(ts_test_source(), "vocab");
    scene *s = scene_new(dir);
    free(dir);
    return s;
}

static inline void scene_free(scene *s)
{
    ts_vocab_close(s->vocab);
    ts_arena_free(s->arena);
    free(s);
}

/* The classifier gives this class this share. */
static inline void see_class(scene *s, size_t class_index, const char *label, float probability)
{
    s->probabilities[class_index] = probability;
    s->labels[class_index] = label;
    s->distribution = (ts_distribution){.source = &s->classify,
                                        .scheme = "imagenet1k",
                                        .labels = s->labels,
                                        .probabilities = s->probabilities,
                                        .count = CLASSES};
    s->seen.distribution = &s->distribution;
}

static inline void see_box(scene *s, uint32_t coco_class, const char *label, float raw, ts_rect box)
{
    s->items[s->seen.count++] = (ts_observation){.source = &s->detect,
                                                 .scheme = "coco80",
                                                 .label = label,
                                                 .key = coco_class,
                                                 .raw = raw,
                                                 .has_box = true,
                                                 .box = box};
}

static inline ts_rect box_at(float x, float y, float width, float height)
{
    return (ts_rect){.x = x, .y = y, .width = width, .height = height};
}

/* The detector ran over all its classes, whatever it found. */
static inline void search_everything(scene *s)
{
    s->search = (ts_search){.source = &s->detect, .scheme = "coco80", .class_count = 80};
    s->seen.search = &s->search;
}

static inline void see_face(scene *s, float score, float side)
{
    ts_face *face = &s->face[s->seen.face_count++];
    *face = (ts_face){.score = score, .box = {.x = 10, .y = 10, .width = side, .height = side}};
    s->seen.has_faces = true;
}

static inline void believe(scene *s)
{
    ts_error err;
    assert_works(ts_beliefs_form(s->vocab, &s->seen, &s->picture, s->arena, &s->beliefs, &err), err);
    assert_int_equal(s->beliefs.count, ts_vocab_count(s->vocab));
}

static inline const ts_belief *belief_in(const scene *s, const char *id)
{
    ts_concept concept = ts_vocab_find(s->vocab, id);
    if (concept == TS_CONCEPT_NONE) fail_msg("the vocabulary has no %s", id);
    return &s->beliefs.items[concept];
}

static inline void assert_belief(const scene *s, const char *id, float expected)
{
    float confidence = belief_in(s, id)->confidence;
    if (fabsf(confidence - expected) > 1e-4F)
        fail_msg("%s is %.5f, not %.5f", id, (double)confidence, (double)expected);
}

typedef struct tags {
    const ts_tag *items;
    size_t count;
    const ts_tag *others;
    size_t other_count;
} tags;

static inline tags judge(scene *s, ts_tag_rules rules)
{
    ts_record record = {0};
    ts_error err;
    believe(s);
    assert_works(ts_judge(&s->beliefs, &s->picture, &rules, &record, &err), err);
    return (tags){record.tags, record.tag_count, record.others, record.other_count};
}

static inline const ts_tag *tag_in(tags t, const char *id)
{
    for (size_t i = 0; i < t.count; i++)
        if (strcmp(t.items[i].concept, id) == 0) return &t.items[i];
    return NULL;
}

#endif
