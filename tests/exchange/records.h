/* Tests of exchange: one record with something in every member. */
#ifndef TS_TESTS_EXCHANGE_RECORDS_H
#define TS_TESTS_EXCHANGE_RECORDS_H

#include "record/record.h"

static const ts_evidence test_evidence[] = {
    {"detect", "centernet", "1", "dog", 0.912345F},
    {"classify", "efficientnet", "2", NULL, 0.5F},
};
static const ts_rect test_boxes[] = {{10.04F, 20.06F, 30, 40}, {-1, 0, 5, 5}};
static const char *const test_ancestors[] = {"object/animal"};
static const ts_tag test_tags[] = {
    {"object/dog", "dog", "object", 0.98F, TS_TAG_ACCEPTED, test_evidence, 2, 2, test_boxes, 2,
     test_ancestors, 1, 1},
    {"scene/beach", "beach", "scene", 0.4F, TS_TAG_SUGGESTED, test_evidence, 1, 0, NULL, 0, NULL, 0, 0},
    {"object/ball", "ball", "object", 0.6F, TS_TAG_ACCEPTED, test_evidence, 1, 1, NULL, 0, NULL, 0, 0},
};
static const ts_point test_mesh[] = {{1, 2}, {3, 4}};
static const ts_face test_face = {
    {1, 2, 3, 4}, 0.75F, {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}}, test_mesh, 2};
static const ts_text_word test_words[] = {{"NO", {5, 6, 20, 10}, 0.9F}, {"<exit>", {30, 6, 40, 10}, 0.8F}};
static const ts_text_line test_lines[] = {{"NO <exit>", {5, 6, 65, 10}, 0.85F, test_words, 2}};
static const ts_picture_place test_place = {"", "", "Kärnten", "02", "Austria", "AT", 61.26F};
static const char *const test_warnings[] = {"the file is <truncated>"};
static const float test_embedding[] = {0.6F, -0.8F};
static const uint8_t test_thumbnail[] = {0xFF, 0xD8, 0xFF};

static inline ts_record test_record(void)
{
    ts_record record = {
        .path = "p/a.jpg",
        .picture = {.format = TS_FORMAT_WEBP, .width = 640, .height = 480, .orientation = 6, .bytes = 12345},
        .tags = test_tags,
        .tag_count = 3,
        .faces = &test_face,
        .face_count = 1,
        .has_faces = true,
        .has_colours = true,
        .nsfw = 0.25F,
        .has_safety = true,
        .quality = {.sharpness = 0.5F, .exposure = -1, .contrast = 1, .noise = 3.25F, .aesthetic = 0.125F},
        .has_quality = true,
        .lines = test_lines,
        .line_count = 1,
        .has_lines = true,
        .place = &test_place,
        .language = "en",
        .embedding = test_embedding,
        .embedding_size = 2,
        .warnings = test_warnings,
        .warning_count = 1,
        .thumbnail = test_thumbnail,
        .thumbnail_size = sizeof test_thumbnail,
        .ms = 12.34,
    };
    record.colours.count = 1;
    record.colours.swatches[0] = (ts_swatch){.r = 255, .g = 0, .b = 16, .share = 0.5F, .name = "red"};
    return record;
}

#endif
