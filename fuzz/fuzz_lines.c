/* Fuzzer: what networks might answer about writing: any map of lines, any probabilities of characters. */
#include <stdint.h>
#include <string.h>

#include "vision/text.h"

#define FLOATS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    float values[FLOATS_MAX] = {0};
    ts_glyph glyphs[64];
    if (length < 2) return 0;
    size_t count = (length - 2) / sizeof(float), width = 1 + bytes[0];
    if (count > FLOATS_MAX) count = FLOATS_MAX;
    memcpy(values, bytes + 2, count * sizeof(float));
    ts_arena *arena = ts_arena_new(0);
    ts_line_map map = {.values = values, .width = width, .height = count / width};
    ts_line_rules rules = {.threshold = 0.3F, .min_score = (float)bytes[1] / 255, .unclip = 1.6F};
    ts_line_box *boxes = NULL;
    size_t found = 0;
    ts_error err = {0};
    if (arena && ts_lines_find(&map, &rules, arena, &boxes, &found, &err)) ts_lines_order(boxes, found);
    (void)ts_ctc_decode(values, count / width, width, glyphs, 64);
    ts_arena_free(arena);
    return 0;
}
