/* Private to the vision room: writing in pictures. Where lines of it are, what they say, in which order and language
 * they are read. Everything here is bounds-checked against what a network may answer: its outputs are not trusted.
 *
 * Lengths are pixels of whatever was looked at; y grows downwards. Memory comes from arenas. Any thread. */
#ifndef TS_VISION_TEXT_H
#define TS_VISION_TEXT_H

#include "vision/analyser.h"

#define TS_LINES_MAX 200         /* of a picture, the surest ones */
#define TS_LINE_GLYPHS_MAX 400   /* characters of a line; the rest is not read */
#define TS_LINES_BYTES_MAX 16000 /* UTF-8 of a picture; lines behind them are not kept */

/* ---- where (text_detect.c) ------------------------------------------------------------------------ */

/* A line of writing: a rectangle, perhaps turned. */
typedef struct ts_line_box {
    float x, y;             /* its centre */
    float width, height;    /* along the line, and across it */
    float along_x, along_y; /* the direction of reading, length 1; "below" is (-along_y, along_x) */
    float score;            /* 0..1 */
} ts_line_box;

/* How likely each pixel belongs to the core of a line; row-major. */
typedef struct ts_line_map {
    const float *values;
    size_t width, height;
} ts_line_map;

typedef struct ts_line_rules {
    float threshold; /* from which a pixel is of a line */
    float min_score; /* mean over its rectangle that a line needs */
    float unclip; /* a core is grown by area * unclip / circumference: the network is taught shrunken lines */
} ts_line_rules;

/* Rectangles in pixels of the map, surest first, at most TS_LINES_MAX. *boxes is in the arena. */
bool ts_lines_find(const ts_line_map *map, const ts_line_rules *rules, ts_arena *arena, ts_line_box **boxes,
                   size_t *count, ts_error *err);
/* The upright rectangle round it. */
ts_rect ts_line_bounds(const ts_line_box *box);

/* ---- what (text_read.c) --------------------------------------------------------------------------- */

/* One character of a line. */
typedef struct ts_glyph {
    uint32_t character; /* its class; 0 is no character */
    uint32_t step;      /* where along the line */
    float p;
} ts_glyph;

/* Connectionist temporal classification, the likeliest class of each step: class 0 separates, the same class in
 * neighbouring steps is one character. values: steps x classes. Returns how many glyphs there are, at most capacity. */
size_t ts_ctc_decode(const float *values, size_t steps, size_t classes, ts_glyph *out, size_t capacity);

typedef struct ts_line_reader {
    const ts_eye *eye;
    const char *const *characters; /* of class 1 on; the class behind the last one is a blank */
    size_t character_count;
    size_t output_at;
    uint32_t height, width_step, width_max;
    float mean, scale;
    float min_score; /* mean probability that a line needs to be kept */
} ts_line_reader;

/* Reads what lies in the box, in pixels of `pixels`, with a request of the reader's network. *read is false, and line
 * untouched, where nothing legible is. Boxes of line and words are in pixels of `pixels`. */
bool ts_line_read(const ts_line_reader *reader, ts_request *request, const ts_pixels *pixels,
                  const ts_line_box *box, ts_arena *arena, ts_text_line *line, bool *read, ts_error *err);

/* How wide the network's input is for this line: a run of one width after another of the same is quicker, and each new
 * width has to be learned, so there are few. 0: nothing. */
uint32_t ts_line_input_width(const ts_line_reader *reader, const ts_line_box *box);

/* ---- in which order and language (text_order.c, text_language.c) ------------------------------------ */

/* From top to bottom, and from left to right what stands side by side. */
void ts_lines_order(ts_line_box *boxes, size_t count);

/* "en", "de", "fr", "es", "zh" or "ja": by script and frequent words; "" where there is too little to tell. */
const char *ts_lines_language(const ts_text_line *lines, size_t count);

/* ---- whether at all (text_gate.c) ------------------------------------------------------------------- */

/* Both in shares of the picture, 0..1. */
typedef struct ts_writing {
    float lines; /* that looks as lines of writing do */
    float flat;  /* of one colour to the last bit: drawn by a program, or without any detail */
} ts_writing;

/* Costs a fraction of what any network does. */
bool ts_writing_measure(const ts_pixels *pixels, ts_arena *arena, ts_writing *out, ts_error *err);

#endif
