/* vision: text. What is written in a picture, where, in reading order.
 *
 *   gate -> glance -> lines (one network over the picture) -> each line read (another network) -> order, language
 *
 * Both networks cost more than all others together, and most photographs hold no writing. So measures decide first
 * (text_gate.c): a page, drawn or full of lines, is looked at closely; at what only may hold writing the first network
 * glances, at small size, and what it sees there is read. Small writing needs more pixels than anything else; where the
 * decode was reduced too far, the analyser asks for a closer look, and reads then. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "vision/text.h"

#define CHARACTERS_BYTES_MAX ((size_t)1 << 20)

/* Shares of the picture (ts_writing) from which there is something to look at. */
typedef struct gate_rules {
    float drawn_flat, drawn_lines; /* drawn by a program, with lines */
    float blank_flat;              /* so bare that a word may be all that there is */
    float page_lines;              /* a page, however it was taken */
    float glance_lines;            /* worth a glance */
    size_t glance_boxes;           /* lines seen at a glance that make it a page */
    float hint_score;              /* of one of the classifier's classes of things with writing */
    const json_t *hints;           /* these classes' names */
} gate_rules;

typedef struct text_state {
    const ts_eye *finder;
    size_t map_at;
    ts_line_rules rules;
    ts_line_reader reader;
    uint32_t side,
        step; /* the finder's view of a page: shorter side at least, both sides multiples of step */
    uint32_t glance_side; /* the shorter side of its view at a glance */
    float pixels;         /* of a view, at most */
    float read_pixels;    /* of a decode that is read from, where the picture has so many */
    float mean, scale;
    gate_rules gate;
} text_state;

/* ---- opening ------------------------------------------------------------------------------------ */

static float number(const json_t *object, const char *key, double fallback)
{
    return (float)ts_json_number_or(object, key, fallback);
}

static const ts_model *model_for(const ts_packs *packs, const char *word, ts_error *err)
{
    for (size_t i = 0; i < ts_packs_count(packs); i++)
        if (strcmp(ts_packs_at(packs, i)->analyser, word) == 0) return ts_packs_at(packs, i);
    (void)ts_fail(err, TS_MODEL, "no manifest describes a model for \"%s\"", word);
    (void)ts_hint(err, "restore models/*.json");
    return NULL;
}

/* One character a line. */
static bool cut_characters(char *text, size_t length, ts_arena *arena, ts_line_reader *reader, ts_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += text[i] == '\n';
    const char **names = TS_NEW_ARRAY(arena, count + 1, const char *);
    if (!names) return ts_fail_memory(err);
    char *line = text;
    for (size_t i = 0; i < count; i++) {
        char *end = strchr(line, '\n');
        if (!end) return ts_fail(err, TS_MODEL, "the list of characters is damaged");
        *end = '\0';
        names[i] = line;
        line = end + 1;
    }
    reader->characters = names;
    reader->character_count = count;
    return true;
}

static bool read_characters(const ts_setup *setup, ts_line_reader *reader, ts_error *err)
{
    ts_buf buf = {0};
    const ts_model *model = model_for(setup->packs, "text-characters", err);
    bool ok =
        model && ts_model_verify(model, err) && ts_file_read(model->path, CHARACTERS_BYTES_MAX, &buf, err);
    char *text = ok ? ts_arena_strndup(setup->arena, buf.data, buf.length) : NULL;
    if (ok && !text) (void)ts_fail_memory(err);
    ok = text && cut_characters(text, buf.length, setup->arena, reader, err);
    ts_buf_free(&buf);
    return ok;
}

static bool open_reader(const ts_setup *setup, ts_line_reader *reader, ts_error *err)
{
    const ts_eye *eye = setup->second;
    if (!eye) return ts_fail(err, TS_MODEL, "no manifest describes a model for \"text-reading\"");
    const json_t *params = eye->model->params;
    *reader = (ts_line_reader){.eye = eye,
                               .height = (uint32_t)fmaxf(number(params, "height", 48), 8),
                               .width_step = (uint32_t)fmaxf(number(params, "width_step", 64), 8),
                               .width_max = (uint32_t)fmaxf(number(params, "width_max", 2400), 48),
                               .mean = number(params, "mean", 127.5),
                               .scale = number(params, "scale", 127.5),
                               .min_score = number(params, "min_score", 0.6)};
    return ts_eye_output(eye, "characters", &reader->output_at, err) && read_characters(setup, reader, err);
}

static void open_gate(const json_t *params, gate_rules *out)
{
    const json_t *object = json_object_get(params, "gate");
    *out = (gate_rules){.drawn_flat = number(object, "drawn_flat", 0.6),
                        .drawn_lines = number(object, "drawn_lines", 0.002),
                        .blank_flat = number(object, "blank_flat", 0.75),
                        .page_lines = number(object, "page_lines", 0.15),
                        .glance_lines = number(object, "glance_lines", 0.03),
                        .glance_boxes = (size_t)fmaxf(number(object, "glance_boxes", 12), 1),
                        .hint_score = number(object, "hint_score", 0.3),
                        .hints = json_object_get(object, "hints")};
}

static bool open_text(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    text_state *state = TS_NEW(setup->arena, text_state);
    if (!state) return ts_fail_memory(err);
    const json_t *params = eye->model->params;
    state->finder = eye;
    state->rules = (ts_line_rules){.threshold = number(params, "threshold", 0.3),
                                   .min_score = number(params, "min_score", 0.5),
                                   .unclip = number(params, "unclip", 1.6)};
    state->side = (uint32_t)fmaxf(number(params, "side", 736), 32);
    state->step = (uint32_t)fmaxf(number(params, "side_step", 32), 32);
    state->pixels = fmaxf(number(params, "pixels", 1e6), 1e4F);
    state->read_pixels = fmaxf(number(params, "read_pixels", 3e6), state->pixels);
    state->glance_side = (uint32_t)fmaxf(number(params, "glance_side", 256), 32);
    state->mean = number(params, "mean", 127.5);
    state->scale = number(params, "scale", 127.5);
    open_gate(params, &state->gate);
    *out = state;
    return ts_eye_output(eye, "map", &state->map_at, err) && open_reader(setup, &state->reader, err);
}

/* ---- whether to look ----------------------------------------------------------------------------- */

typedef enum sight { SIGHT_NONE = 0, SIGHT_GLANCE, SIGHT_PLAIN, SIGHT_PAGE } sight;

static bool is_hint(const gate_rules *rules, const char *label)
{
    for (size_t i = 0; i < json_array_size(rules->hints); i++) {
        const char *name = json_string_value(json_array_get(rules->hints, i));
        if (name && strcmp(name, label) == 0) return true;
    }
    return false;
}

/* Is it, for the classifier, something that has writing on it? */
static bool is_hinted(const gate_rules *rules, const ts_distribution *seen)
{
    float sum = 0;
    for (size_t i = 0; seen && i < seen->count; i++)
        if (seen->probabilities[i] >= 0.05F && is_hint(rules, seen->labels[i])) sum += seen->probabilities[i];
    return sum >= rules->hint_score;
}

static sight sight_for(const gate_rules *rules, const ts_writing *writing, const ts_seen *seen)
{
    if (writing->flat >= rules->drawn_flat && writing->lines >= rules->drawn_lines) return SIGHT_PAGE;
    if (writing->lines >= rules->page_lines) return SIGHT_PLAIN;
    bool perhaps = writing->lines >= rules->glance_lines || writing->flat >= rules->blank_flat ||
                   is_hinted(rules, seen->distribution);
    return perhaps ? SIGHT_GLANCE : SIGHT_NONE;
}

/* ---- finding lines ------------------------------------------------------------------------------ */

static uint32_t side_of(float side, uint32_t step)
{
    uint32_t steps = (uint32_t)lroundf(side / (float)step);
    return (steps ? steps : 1) * step;
}

/* How far a view is from the picture's own size. A page is enlarged until its shorter side is long enough; at a glance
 * the picture is made small. Neither is ever larger than the limit. */
static ts_view_spec view_of(const text_state *state, const ts_pixels *pixels, sight how)
{
    float width = (float)pixels->width, height = (float)pixels->height, shorter = fminf(width, height);
    float scale = 1;
    if (how == SIGHT_PAGE) scale = fmaxf(1, (float)state->side / shorter);
    if (how == SIGHT_GLANCE) scale = fminf(1, (float)state->glance_side / shorter);
    scale = fminf(scale, sqrtf(state->pixels / (width * height)));
    return (ts_view_spec){.width = side_of(width * scale, state->step),
                          .height = side_of(height * scale, state->step),
                          .fit = TS_FIT_STRETCH,
                          .bgr = true};
}

static bool fill(const text_state *state, const ts_pixels *pixels, const ts_view_spec *view, ts_arena *arena,
                 float *out, ts_error *err)
{
    size_t plane = (size_t)view->width * view->height;
    uint8_t *packed = TS_NEW_ARRAY(arena, 3 * plane, uint8_t);
    if (!packed) return ts_fail_memory(err);
    if (!ts_view_make(pixels, view, packed, NULL, err)) return false;
    float factor = 1 / state->scale;
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < plane; i++)
            out[c * plane + i] = ((float)packed[3 * i + c] - state->mean) * factor;
    return true;
}

static bool boxes_of(const text_state *state, const ts_request *request, ts_arena *arena, ts_line_box **boxes,
                     size_t *count, ts_error *err)
{
    ts_tensor map = ts_request_output(request, state->map_at);
    if (map.rank != 4 || map.shape[0] != 1 || map.shape[1] != 1 || map.shape[2] == 0 || map.shape[3] == 0)
        return ts_fail(err, TS_MODEL, "model %s gives no map of lines", state->finder->model->name);
    const ts_line_map lines = {.values = map.data, .width = map.shape[3], .height = map.shape[2]};
    return ts_lines_find(&lines, &state->rules, arena, boxes, count, err);
}

/* Boxes in pixels of `pixels`; a view is stretched by less than one step, which turns nothing visibly. */
static void to_pixels(const ts_pixels *pixels, const ts_view_spec *view, ts_line_box *boxes, size_t count)
{
    float sx = (float)pixels->width / (float)view->width, sy = (float)pixels->height / (float)view->height;
    for (size_t i = 0; i < count; i++) {
        ts_line_box *b = &boxes[i];
        float along = hypotf(b->along_x * sx, b->along_y * sy),
              across = hypotf(b->along_y * sx, b->along_x * sy);
        b->x *= sx;
        b->y *= sy;
        b->width *= along;
        b->height *= across;
        b->along_x *= sx / along;
        b->along_y *= sy / along;
    }
}

static bool find(const text_state *state, const ts_pixels *pixels, sight how, ts_arena *arena,
                 ts_line_box **boxes, size_t *count, ts_error *err)
{
    ts_view_spec view = view_of(state, pixels, how);
    ts_request *request = ts_network_acquire(state->finder->lenses[0].network);
    float *input = ts_request_shape(request, 0, (size_t[]){1, 3, view.height, view.width}, 4, err);
    bool ok = input && fill(state, pixels, &view, arena, input, err) && ts_request_run(request, err) &&
              boxes_of(state, request, arena, boxes, count, err);
    ts_network_release(request);
    if (ok) to_pixels(pixels, &view, *boxes, *count);
    return ok;
}

/* ---- reading them ------------------------------------------------------------------------------- */

static ts_rect scaled(ts_rect r, const ts_look *look)
{
    const ts_picture_info *info = &look->picture->info;
    float x0 = fminf(fmaxf(r.x * look->to_full, 0), (float)info->width);
    float y0 = fminf(fmaxf(r.y * look->to_full, 0), (float)info->height);
    float x1 = fminf(fmaxf((r.x + r.width) * look->to_full, x0), (float)info->width);
    float y1 = fminf(fmaxf((r.y + r.height) * look->to_full, y0), (float)info->height);
    return (ts_rect){.x = x0, .y = y0, .width = x1 - x0, .height = y1 - y0};
}

static void to_full_size(ts_text_line *line, const ts_look *look)
{
    ts_text_word *words = (ts_text_word *)line->words;
    line->box = scaled(line->box, look);
    for (size_t i = 0; i < line->word_count; i++) words[i].box = scaled(words[i].box, look);
}

/* A line on its way: where it stands among the others, and what it says. */
typedef struct draft {
    const ts_line_box *box;
    uint32_t width; /* of the reader's input */
    size_t place;
    bool read;
    ts_text_line line;
} draft;

static int by_width(const void *a, const void *b)
{
    const draft *x = a, *y = b;
    if (x->width != y->width) return x->width < y->width ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static int by_place(const void *a, const void *b)
{
    const draft *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

/* Lines of one width after each other: whenever it changes, the network has to be laid out anew, which costs a third of
 * a reading. */
static bool read_drafts(const text_state *state, const ts_pixels *pixels, draft *drafts, size_t count,
                        ts_arena *arena, ts_error *err)
{
    if (count == 0) return true;
    bool ok = true;
    ts_request *request = ts_network_acquire(state->reader.eye->lenses[0].network);
    qsort(drafts, count, sizeof *drafts, by_width);
    for (size_t i = 0; i < count && ok; i++) {
        draft *d = &drafts[i];
        ok = ts_line_read(&state->reader, request, pixels, d->box, arena, &d->line, &d->read, err);
    }
    ts_network_release(request);
    qsort(drafts, count, sizeof *drafts, by_place);
    return ok;
}

static bool read_boxes(const text_state *state, const ts_look *look, ts_line_box *boxes, size_t count,
                       ts_seen *seen, ts_error *err)
{
    size_t bytes = 0;
    draft *drafts = TS_NEW_ARRAY(seen->arena, count + 1, draft);
    ts_text_line *lines = TS_NEW_ARRAY(seen->arena, count + 1, ts_text_line);
    if (!lines || !drafts) return ts_fail_memory(err);
    ts_lines_order(boxes, count);
    for (size_t i = 0; i < count; i++)
        drafts[i] =
            (draft){.box = &boxes[i], .width = ts_line_input_width(&state->reader, &boxes[i]), .place = i};
    if (!read_drafts(state, &look->picture->pixels, drafts, count, seen->arena, err)) return false;
    seen->line_count = 0;
    for (size_t i = 0; i < count && bytes < TS_LINES_BYTES_MAX; i++) {
        if (!drafts[i].read) continue;
        ts_text_line *line = &lines[seen->line_count++];
        *line = drafts[i].line;
        to_full_size(line, look);
        bytes += strlen(line->text);
    }
    seen->lines = lines;
    seen->language = ts_lines_language(lines, seen->line_count);
    return true;
}

static bool find_and_read(const text_state *state, const ts_look *look, sight how, ts_seen *seen,
                          ts_error *err)
{
    ts_line_box *boxes = NULL;
    size_t count = 0;
    return find(state, &look->picture->pixels, how, seen->arena, &boxes, &count, err) &&
           read_boxes(state, look, boxes, count, seen, err);
}

/* ---- looking ------------------------------------------------------------------------------------ */

/* The shorter side of a decode that is worth reading from: finer than the finder's view, as letters are smaller than
 * lines. */
static uint32_t side_wanted(const text_state *state, const ts_picture_info *info)
{
    float width = (float)info->width, height = (float)info->height;
    float scale = fminf(1, sqrtf(state->read_pixels / (width * height)));
    return (uint32_t)ceilf(fminf(width, height) * scale);
}

/* With this decode where it is large enough, else with another one. */
static bool look_as(const text_state *state, const ts_look *look, sight how, ts_seen *seen, ts_error *err)
{
    const ts_pixels *pixels = &look->picture->pixels;
    uint32_t wanted = side_wanted(state, &look->picture->info);
    uint32_t side = pixels->width < pixels->height ? pixels->width : pixels->height;
    if (side >= wanted) return find_and_read(state, look, how, seen, err);
    seen->closer_side = wanted;
    return true;
}

/* A few large words are read as they are; of more there may be smaller ones besides. */
static bool glance(const text_state *state, const ts_look *look, ts_seen *seen, ts_error *err)
{
    ts_line_box *boxes = NULL;
    size_t count = 0;
    if (!find(state, &look->picture->pixels, SIGHT_GLANCE, seen->arena, &boxes, &count, err)) return false;
    if (count >= state->gate.glance_boxes) return look_as(state, look, SIGHT_PLAIN, seen, err);
    return read_boxes(state, look, boxes, count, seen, err);
}

static bool look_text(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                      ts_error *err)
{
    const text_state *state = opaque;
    ts_writing writing;
    seen->has_lines = true;
    seen->language = "";
    seen->text_source = &eye->source;
    if (!ts_writing_measure(&look->picture->pixels, seen->arena, &writing, err)) return false;
    sight how = sight_for(&state->gate, &writing, seen);
    if (how == SIGHT_GLANCE) return glance(state, look, seen, err);
    return how == SIGHT_NONE || look_as(state, look, how, seen, err);
}

static bool look_closer(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                        ts_error *err)
{
    (void)eye;
    return find_and_read(opaque, look, SIGHT_PAGE, seen, err);
}

const ts_analyser ts_analyser_text = {
    .name = "text",
    .help = "what is written in the picture: lines and words with boxes (Latin script, Chinese, Japanese)",
    .on_by_default = true,
    .model = "text-lines",
    .second_model = "text-reading",
    .wanted_side = 375,
    .open = open_text,
    .look = look_text,
    .look_closer = look_closer,
};
