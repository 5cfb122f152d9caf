/* text: from texts to vectors.
 *
 *   texts -> pieces -> [ <s> text </s> <s> text </s> ... ] -> word and position vectors -> network -> a mean each
 *
 * Several texts share one run: the network takes a row of tokens and, between any two of them, whether they may see
 * each other. So short texts cost what their tokens cost, with one network for one text and for a thousand. The
 * row's length is rounded up, because the engine prepares itself for each new length. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/engine.h"
#include "text/encoder.h"
#include "text/tokens.h"

#define ROW_STEP 8
#define LONG_LIST 64      /* texts: so many look at pages all over the file */
#define FAR_APART (-1e9F) /* added to an attention: none is left of it */

typedef enum input { EMBEDDED = 0, APART } input;

struct ts_text_encoder {
    ts_arena *arena;
    ts_words words;
    ts_engine *engine;
    ts_network *network;
    const char *model;
    const char *cache;
    const char *prefix[2]; /* by kind */
};

/* Texts that go through the network together. */
typedef struct row {
    uint32_t pieces[TS_TEXT_TOKENS_MAX];
    uint16_t text[TS_TEXT_TOKENS_MAX];     /* which text of the row a token belongs to */
    uint16_t position[TS_TEXT_TOKENS_MAX]; /* in that text */
    size_t tokens, texts;
} row;

/* ---- opening ------------------------------------------------------------------------------------ */

static const ts_model *model_for(const ts_packs *packs, const char *analyser, ts_error *err)
{
    for (size_t i = 0; i < ts_packs_count(packs); i++)
        if (strcmp(ts_packs_at(packs, i)->analyser, analyser) == 0) return ts_packs_at(packs, i);
    (void)ts_fail(err, TS_MODEL, "no manifest describes a model for \"%s\"", analyser);
    (void)ts_hint(err, "restore models/*.json");
    return NULL;
}

static bool keep_texts(ts_text_encoder *encoder, const ts_model *model, const ts_model *words,
                       const ts_text_options *options, ts_error *err)
{
    ts_arena *arena = encoder->arena;
    encoder->model = ts_arena_printf(arena, "%s %s %.16s %.16s", model->name, model->version, model->sha256,
                                     words->sha256);
    encoder->prefix[TS_TEXT_QUERY] = ts_arena_strdup(arena, ts_json_string_or(model->params, "query", ""));
    encoder->prefix[TS_TEXT_PASSAGE] =
        ts_arena_strdup(arena, ts_json_string_or(model->params, "passage", ""));
    encoder->cache = options->cache ? ts_arena_strdup(arena, options->cache) : NULL;
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

static bool open_words(ts_text_encoder *encoder, const ts_model *model, ts_error *err)
{
    if (!ts_model_verify(model, err) || !ts_words_open(model->path, &encoder->words, err)) return false;
    const ts_words_sizes *sizes = &encoder->words.sizes;
    return (sizes->dims <= TS_TEXT_DIMS_MAX && sizes->positions >= TS_TEXT_TOKENS_MAX) ||
           ts_fail(err, TS_MODEL, "model %s has vectors or texts of another size than this program knows",
                   model->name);
}

static bool open_network(ts_text_encoder *encoder, const ts_model *model, const ts_text_options *options,
                         ts_error *err)
{
    ts_engine_options engine = {
        .library_dir = options->openvino, .cache_dir = options->cache, .streams = options->streams};
    ts_network_spec spec = {.name = model->name,
                            .path = model->path,
                            .outputs = {model->outputs[0].name},
                            .output_count = 1,
                            .input_count = 2};
    const json_t *inputs = json_object_get(model->params, "inputs");
    for (size_t i = 0; i < spec.input_count; i++)
        spec.inputs[i] = json_string_value(json_array_get(inputs, i));
    if (!spec.inputs[EMBEDDED] || !spec.inputs[APART])
        return ts_fail(err, TS_CONFIG, "the manifest of %s names no two inputs", model->name);
    if (!ts_model_verify(model, err)) return false;
    encoder->engine = ts_engine_open(&engine, err);
    encoder->network = encoder->engine ? ts_network_open(encoder->engine, &spec, err) : NULL;
    return encoder->network != NULL;
}

/* The first run makes the engine prepare itself, a fifth of a second that no query should wait for; and it shows
 * whether the two files belong together. */
static bool try_out(ts_text_encoder *encoder, ts_error *err)
{
    float vector[TS_TEXT_DIMS_MAX];
    const char *text = "";
    return ts_text_encode(encoder, &text, 1, TS_TEXT_QUERY, vector, err);
}

ts_text_encoder *ts_text_open(const ts_packs *packs, const ts_text_options *options, ts_error *err)
{
    ts_text_encoder *encoder = calloc(1, sizeof *encoder);
    if (encoder) encoder->arena = ts_arena_new(0);
    if (!encoder || !encoder->arena) {
        free(encoder);
        (void)ts_fail_memory(err);
        return NULL;
    }
    const ts_model *model = model_for(packs, "text", err);
    const ts_model *words = model ? model_for(packs, "text-words", err) : NULL;
    bool ok = words && keep_texts(encoder, model, words, options, err) && open_words(encoder, words, err) &&
              open_network(encoder, model, options, err) && try_out(encoder, err);
    if (ok) return encoder;
    ts_text_close(encoder);
    return NULL;
}

void ts_text_close(ts_text_encoder *encoder)
{
    if (!encoder) return;
    ts_network_close(encoder->network);
    ts_engine_close(encoder->engine);
    ts_words_close(&encoder->words);
    ts_arena_free(encoder->arena);
    free(encoder);
}

size_t ts_text_dims(const ts_text_encoder *encoder)
{
    return encoder->words.sizes.dims;
}

const char *ts_text_model(const ts_text_encoder *encoder)
{
    return encoder->model;
}

const char *ts_text_cache_folder(const ts_text_encoder *encoder)
{
    return encoder->cache;
}

/* ---- rows --------------------------------------------------------------------------------------- */

static bool tokenize(const ts_text_encoder *encoder, const char *prefix, const char *text, ts_buf *scratch,
                     uint32_t *pieces, size_t *count, ts_error *err)
{
    const ts_words *words = &encoder->words;
    size_t length = strnlen(text, TS_TEXT_BYTES_MAX + 1);
    if (length > TS_TEXT_BYTES_MAX)
        return ts_fail(err, TS_USAGE, "the text is longer than %d bytes", TS_TEXT_BYTES_MAX);
    ts_buf_clear(scratch);
    size_t content = 0;
    bool ok =
        ts_text_normalise(words, prefix, text, length, scratch, err) &&
        ts_text_cut(words, scratch->data, scratch->length, pieces + 1, TS_TEXT_TOKENS_MAX - 2, &content, err);
    if (!ok) return false;
    pieces[0] = words->sizes.begin;
    pieces[content + 1] = words->sizes.end;
    *count = content + 2;
    return true;
}

static void append(row *r, const uint32_t *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        r->pieces[r->tokens] = pieces[i];
        r->text[r->tokens] = (uint16_t)r->texts;
        r->position[r->tokens++] = (uint16_t)i;
    }
    r->texts++;
}

static void fill_embedded(const ts_words *words, const row *r, float *out, size_t length)
{
    size_t dims = words->sizes.dims;
    for (size_t t = 0; t < r->tokens; t++, out += dims) {
        ts_words_vector(words, r->pieces[t], out);
        const float *position = words->position + r->position[t] * dims;
        for (size_t d = 0; d < dims; d++) out[d] += position[d];
    }
    memset(out, 0, (length - r->tokens) * dims * sizeof *out);
}

/* Tokens see those of their own text; what fills the row up sees itself, and nobody sees it. */
static void fill_apart(const row *r, float *out, size_t length)
{
    for (size_t a = 0; a < length; a++)
        for (size_t b = 0; b < length; b++) {
            bool together = a < r->tokens && b < r->tokens ? r->text[a] == r->text[b] : a == b;
            out[a * length + b] = together ? 0 : FAR_APART;
        }
}

static void scale_to_length_one(float *vector, size_t dims)
{
    double square = 0;
    for (size_t d = 0; d < dims; d++) square += (double)vector[d] * (double)vector[d];
    double scale = square > 0 ? 1 / sqrt(square) : 0;
    for (size_t d = 0; d < dims; d++) vector[d] = (float)(vector[d] * scale);
}

/* A text's vector is the mean of its tokens'; the length is made 1, so the sum does as well. */
static void pool(const row *r, const float *hidden, size_t dims, float *out)
{
    memset(out, 0, r->texts * dims * sizeof *out);
    for (size_t t = 0; t < r->tokens; t++)
        for (size_t d = 0; d < dims; d++) out[r->text[t] * dims + d] += hidden[t * dims + d];
    for (size_t i = 0; i < r->texts; i++) scale_to_length_one(out + i * dims, dims);
}

static bool run_on(const ts_text_encoder *encoder, ts_request *request, const row *r, float *out,
                   ts_error *err)
{
    size_t dims = encoder->words.sizes.dims;
    size_t length = (r->tokens + ROW_STEP - 1) / ROW_STEP * ROW_STEP;
    float *embedded = ts_request_shape(request, EMBEDDED, (size_t[]){length, dims}, 2, err);
    float *apart = embedded ? ts_request_shape(request, APART, (size_t[]){length, length}, 2, err) : NULL;
    if (!apart) return false;
    fill_embedded(&encoder->words, r, embedded, length);
    fill_apart(r, apart, length);
    if (!ts_request_run(request, err)) return false;
    ts_tensor hidden = ts_request_output(request, 0);
    if (hidden.size != length * dims)
        return ts_fail(err, TS_MODEL, "the text network gives %zu numbers for %zu tokens", hidden.size,
                       length);
    pool(r, hidden.data, dims, out);
    return true;
}

static bool run(const ts_text_encoder *encoder, row *r, float *out, ts_error *err)
{
    if (r->texts == 0) return true;
    ts_request *request = ts_network_acquire(encoder->network);
    bool ok = run_on(encoder, request, r, out, err);
    ts_network_release(request);
    r->tokens = r->texts = 0;
    return ok;
}

bool ts_text_encode(ts_text_encoder *encoder, const char *const *texts, size_t count, ts_text_kind kind,
                    float *out, ts_error *err)
{
    row r = {0};
    ts_buf scratch = {0};
    size_t dims = encoder->words.sizes.dims;
    size_t done = 0;
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        uint32_t pieces[TS_TEXT_TOKENS_MAX];
        size_t tokens = 0;
        ok = tokenize(encoder, encoder->prefix[kind], texts[i], &scratch, pieces, &tokens, err);
        if (!ok && count > 1) (void)ts_fail_prefix(err, "text %zu of %zu", i + 1, count);
        if (ok && r.tokens + tokens > TS_TEXT_TOKENS_MAX) {
            ok = run(encoder, &r, out + done * dims, err);
            done = i;
        }
        if (ok) append(&r, pieces, tokens);
    }
    ok = ok && run(encoder, &r, out + done * dims, err);
    if (count >= LONG_LIST) ts_words_rest(&encoder->words);
    ts_buf_free(&scratch);
    return ok;
}
