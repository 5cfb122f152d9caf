/* vision: what a line of writing says (PP-OCR's recogniser: a strip of fixed height in, for each step along it a
 * probability for every character out). Must not know where lines come from. */
#include <math.h>
#include <string.h>

#include "vision/text.h"

#define SAMPLES_MAX 4  /* a side, for one pixel of the strip */
#define STEPS_ALIKE 8  /* of widths: then they are twice as far apart, and so on */
#define LONE_MIN 0.97F /* a single character is more often a thing that looks like one */

/* ---- the strip ---------------------------------------------------------------------------------- */

typedef struct strip {
    const ts_pixels *pixels;
    float x, y;             /* of its upper left corner */
    float step_x, step_y;   /* one pixel of the strip to the right */
    float below_x, below_y; /* one pixel down */
    uint32_t width;         /* of what is filled */
    unsigned samples;       /* a side: more where the picture is finer than the strip */
} strip;

/* One sample, between the four pixels around it; outside the picture is what its edge shows. */
static void add_sample(const ts_pixels *pixels, float x, float y, float weight, float colour[3])
{
    x = fminf(fmaxf(x - 0.5F, 0), (float)pixels->width - 1);
    y = fminf(fmaxf(y - 0.5F, 0), (float)pixels->height - 1);
    size_t x0 = (size_t)x, y0 = (size_t)y;
    size_t x1 = x0 + 1 < pixels->width ? x0 + 1 : x0, y1 = y0 + 1 < pixels->height ? y0 + 1 : y0;
    float fx = x - (float)x0, fy = y - (float)y0;
    const uint8_t *above = pixels->data + y0 * pixels->stride, *below = pixels->data + y1 * pixels->stride;
    for (size_t c = 0; c < 3; c++) {
        float top = (float)above[4 * x0 + c] * (1 - fx) + (float)above[4 * x1 + c] * fx;
        float bottom = (float)below[4 * x0 + c] * (1 - fx) + (float)below[4 * x1 + c] * fx;
        colour[c] += weight * (top * (1 - fy) + bottom * fy);
    }
}

static void sample(const strip *s, uint32_t column, uint32_t row, float colour[3])
{
    float share = 1 / (float)s->samples;
    colour[0] = colour[1] = colour[2] = 0;
    for (unsigned j = 0; j < s->samples; j++)
        for (unsigned i = 0; i < s->samples; i++) {
            float u = (float)column + ((float)i + 0.5F) * share, v = (float)row + ((float)j + 0.5F) * share;
            add_sample(s->pixels, s->x + u * s->step_x + v * s->below_x,
                       s->y + u * s->step_y + v * s->below_y, share * share, colour);
        }
}

static strip strip_of(const ts_pixels *pixels, const ts_line_box *box, uint32_t width, uint32_t height)
{
    float along = box->width / (float)width, across = box->height / (float)height;
    float samples = fminf(fmaxf(ceilf(fmaxf(along, across) - 0.25F), 1), SAMPLES_MAX);
    return (strip){.pixels = pixels,
                   .x = box->x - box->along_x * box->width / 2 + box->along_y * box->height / 2,
                   .y = box->y - box->along_y * box->width / 2 - box->along_x * box->height / 2,
                   .step_x = box->along_x * along,
                   .step_y = box->along_y * along,
                   .below_x = -box->along_y * across,
                   .below_y = box->along_x * across,
                   .width = width,
                   .samples = (unsigned)samples};
}

/* Planes of blue, green and red; what is behind the strip's end is grey, the network's zero. */
static void fill(const ts_line_reader *reader, const strip *s, uint32_t padded, float *out)
{
    size_t plane = (size_t)padded * reader->height;
    memset(out, 0, 3 * plane * sizeof *out);
    for (uint32_t row = 0; row < reader->height; row++)
        for (uint32_t column = 0; column < s->width; column++) {
            float colour[3];
            sample(s, column, row, colour);
            for (size_t c = 0; c < 3; c++)
                out[c * plane + (size_t)row * padded + column] = (colour[c] - reader->mean) / reader->scale;
        }
}

/* ---- characters --------------------------------------------------------------------------------- */

/* Eight maxima side by side: the compiler makes a vector of them. What is no number is never a maximum. */
static float largest(const float *values, size_t count)
{
    float lanes[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (size_t k = 0; k < 8; k++) lanes[k] = values[i + k] > lanes[k] ? values[i + k] : lanes[k];
    for (; i < count; i++) lanes[0] = values[i] > lanes[0] ? values[i] : lanes[0];
    for (size_t k = 1; k < 8; k++) lanes[0] = lanes[k] > lanes[0] ? lanes[k] : lanes[0];
    return lanes[0];
}

static uint32_t class_with(const float *values, size_t count, float value)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] >= value) return (uint32_t)i;
    return 0;
}

size_t ts_ctc_decode(const float *values, size_t steps, size_t classes, ts_glyph *out, size_t capacity)
{
    uint32_t before = 0;
    size_t count = 0;
    for (size_t t = 0; t < steps && count < capacity; t++) {
        const float *row = values + t * classes;
        float p = largest(row, classes);
        uint32_t class = class_with(row, classes, p);
        if (class != 0 && class != before)
            out[count++] = (ts_glyph){.character = class, .step = (uint32_t)t, .p = fminf(p, 1)};
        before = class;
    }
    return count;
}

/* ---- words -------------------------------------------------------------------------------------- */

typedef struct reading {
    const ts_line_reader *reader;
    const ts_line_box *box;
    const ts_glyph *glyphs;
    size_t count;
    float step; /* of the network, in shares of the line's length */
    bool wide;  /* has Chinese or Japanese characters */
} reading;

static const char *character_of(const reading *r, size_t i)
{
    uint32_t character = r->glyphs[i].character;
    return character <= r->reader->character_count ? r->reader->characters[character - 1] : " ";
}

/* From three bytes of UTF-8; 0 for fewer. */
static uint32_t code_of(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;
    return (b[0] & 0xF0) == 0xE0 ? (uint32_t)(b[0] & 15) << 12 | (uint32_t)(b[1] & 63) << 6 | (b[2] & 63) : 0;
}

static bool has_wide(const reading *r)
{
    bool wide = false;
    for (size_t i = 0; i < r->count && !wide; i++) {
        uint32_t code = code_of(character_of(r, i));
        wide = code >= 0x2E80 && code < 0xFF00;
    }
    return wide;
}

/* The network likes the wide forms of commas and brackets, in Latin script too, where nobody would type them. */
static const char *text_of(const reading *r, size_t i)
{
    static const char narrow[] = "!\0\"\0#\0$\0%\0&\0'\0(\0)\0*\0+\0,\0-\0.\0/\0"
                                 "0\0"
                                 "1\0"
                                 "2\0"
                                 "3\0"
                                 "4\0"
                                 "5\0"
                                 "6\0"
                                 "7\0"
                                 "8\0"
                                 "9\0"
                                 ":\0;\0<\0=\0>\0?\0@";
    enum { FIRST = 0xFF01, LAST = 0xFF20 };
    const char *text = character_of(r, i);
    uint32_t code = code_of(text);
    return r->wide || code < FIRST || code > LAST ? text : narrow + 2 * (code - FIRST);
}

static bool is_blank(const reading *r, size_t i)
{
    const char *text = text_of(r, i);
    return strcmp(text, " ") == 0 || strcmp(text, "\u3000") == 0;
}

static float mean_p(const reading *r, size_t from, size_t to)
{
    float sum = 0;
    for (size_t i = from; i < to; i++) sum += r->glyphs[i].p;
    return to > from ? sum / (float)(to - from) : 0;
}

static char *join(const reading *r, size_t from, size_t to, ts_arena *arena)
{
    size_t length = 0, at = 0;
    for (size_t i = from; i < to; i++) length += strlen(text_of(r, i));
    char *text = TS_NEW_ARRAY(arena, length + 1, char);
    for (size_t i = from; text && i < to; i++) {
        size_t n = strlen(text_of(r, i));
        memcpy(text + at, text_of(r, i), n);
        at += n;
    }
    return text;
}

/* The part of the line's box between two places along it, as an upright rectangle. */
static ts_rect part_of(const ts_line_box *box, float from, float to)
{
    ts_line_box part = *box;
    float middle = (fmaxf(from, 0) + fminf(to, 1)) / 2 - 0.5F;
    part.x += middle * box->width * box->along_x;
    part.y += middle * box->width * box->along_y;
    part.width = fmaxf(fminf(to, 1) - fmaxf(from, 0), 0) * box->width;
    return ts_line_bounds(&part);
}

/* A character's step is somewhere in its middle; half a character's width lies to either side. */
static ts_rect box_of(const reading *r, size_t from, size_t to)
{
    float first = (float)r->glyphs[from].step * r->step, last = (float)(r->glyphs[to - 1].step + 1) * r->step;
    float half = to - from > 1 ? (last - first) / (float)(2 * (to - from)) : r->step;
    return part_of(r->box, first - half / 2, last + half / 2);
}

static size_t count_words(const reading *r)
{
    size_t words = 0;
    for (size_t i = 0; i < r->count; i++) words += !is_blank(r, i) && (i == 0 || is_blank(r, i - 1));
    return words;
}

static bool split(const reading *r, ts_arena *arena, ts_text_line *line)
{
    ts_text_word *words = TS_NEW_ARRAY(arena, count_words(r), ts_text_word);
    size_t count = 0;
    if (!words) return false;
    for (size_t i = 0; i < r->count;) {
        size_t end = i;
        while (end < r->count && !is_blank(r, end)) end++;
        if (end > i)
            words[count++] = (ts_text_word){
                .text = join(r, i, end, arena), .box = box_of(r, i, end), .score = mean_p(r, i, end)};
        i = end + 1;
    }
    line->words = words;
    line->word_count = count;
    return !ts_arena_failed(arena);
}

/* Without blanks at its ends. */
static void trim(reading *r)
{
    while (r->count && is_blank(r, r->count - 1)) r->count--;
    while (r->count && is_blank(r, 0)) {
        r->glyphs++;
        r->count--;
    }
}

static bool keep(reading *r, ts_arena *arena, ts_text_line *line, bool *read, ts_error *err)
{
    trim(r);
    float least = r->count > 1 ? r->reader->min_score : LONE_MIN;
    *read = r->count > 0 && mean_p(r, 0, r->count) >= least;
    if (!*read) return true;
    *line = (ts_text_line){
        .text = join(r, 0, r->count, arena), .box = ts_line_bounds(r->box), .score = mean_p(r, 0, r->count)};
    return (line->text && split(r, arena, line)) || ts_fail_memory(err);
}

/* ---- one line ----------------------------------------------------------------------------------- */

static bool decode(const ts_line_reader *reader, const ts_request *request, const ts_line_box *box,
                   float filled, ts_arena *arena, ts_text_line *line, bool *read, ts_error *err)
{
    ts_glyph glyphs[TS_LINE_GLYPHS_MAX];
    ts_tensor values = ts_request_output(request, reader->output_at);
    if (values.rank != 3 || values.shape[0] != 1 || values.shape[2] != reader->character_count + 2)
        return ts_fail(err, TS_MODEL, "model %s reads other characters than its list holds",
                       reader->eye->model->name);
    reading r = {.reader = reader, .box = box, .glyphs = glyphs};
    r.count = ts_ctc_decode(values.data, values.shape[1], values.shape[2], glyphs, TS_LINE_GLYPHS_MAX);
    r.wide = has_wide(&r);
    r.step = values.shape[1] ? 1 / ((float)values.shape[1] * filled) : 1;
    return keep(&r, arena, line, read, err);
}

/* Of the strip that shows the line. */
static uint32_t strip_width(const ts_line_reader *reader, const ts_line_box *box)
{
    if (!(box->width >= 1 && box->height >= 1)) return 0;
    float wanted = fminf(ceilf((float)reader->height * box->width / box->height), (float)reader->width_max);
    return wanted < 8 ? 8 : (uint32_t)wanted;
}

uint32_t ts_line_input_width(const ts_line_reader *reader, const ts_line_box *box)
{
    uint32_t width = strip_width(reader, box), step = reader->width_step;
    while (width > STEPS_ALIKE * step) step *= 2;
    return (width + step - 1) / step * step;
}

bool ts_line_read(const ts_line_reader *reader, ts_request *request, const ts_pixels *pixels,
                  const ts_line_box *box, ts_arena *arena, ts_text_line *line, bool *read, ts_error *err)
{
    uint32_t width = strip_width(reader, box), padded = ts_line_input_width(reader, box);
    *read = false;
    if (width == 0) return true;
    strip s = strip_of(pixels, box, width, reader->height);
    float *input = ts_request_shape(request, 0, (size_t[]){1, 3, reader->height, padded}, 4, err);
    if (input) fill(reader, &s, padded, input);
    return input && ts_request_run(request, err) &&
           decode(reader, request, box, (float)width / (float)padded, arena, line, read, err);
}
