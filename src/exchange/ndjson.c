/* exchange: the NDJSON record, one line a picture (docs/record.schema.json). Knows the record, no file, no
 * run. */
#include "exchange/exchange.h"
#include "exchange/json_out.h"

static void put_path(ts_json_out *out, const char *path)
{
    if (!path) path = "-";
    ts_json_key(out, "path");
    if (ts_path_is_text(path)) {
        ts_json_text(out, path);
        return;
    }
    ts_buf escaped = {0};
    if (!ts_path_escape(path, "", &escaped)) out->buf->failed = true;
    ts_json_text(out, escaped.data);
    ts_json_key(out, "path_escaped");
    (void)ts_buf_puts(out->buf, "true");
    out->comma = true;
    ts_buf_free(&escaped);
}

static void put_named_text(ts_json_out *out, const char *key, const char *text)
{
    ts_json_key(out, key);
    ts_json_text(out, text);
}

static void put_named_uint(ts_json_out *out, const char *key, uint64_t value)
{
    ts_json_key(out, key);
    ts_json_uint(out, value);
}

static void put_named_fixed(ts_json_out *out, const char *key, double value, unsigned decimals)
{
    ts_json_key(out, key);
    ts_json_fixed(out, value, decimals);
}

static void put_picture(ts_json_out *out, const ts_picture_info *info)
{
    ts_json_key(out, "picture");
    ts_json_open(out, '{');
    put_named_uint(out, "width", info->width);
    put_named_uint(out, "height", info->height);
    put_named_text(out, "format", ts_format_name(info->format));
    put_named_uint(out, "bytes", info->bytes);
    put_named_uint(out, "orientation", info->orientation);
    ts_json_close(out, '}');
}

/* A tenth of a pixel is finer than any detector. */
static void put_rect(ts_json_out *out, ts_rect rect)
{
    ts_json_open(out, '[');
    ts_json_fixed(out, (double)rect.x, 1);
    ts_json_fixed(out, (double)rect.y, 1);
    ts_json_fixed(out, (double)rect.width, 1);
    ts_json_fixed(out, (double)rect.height, 1);
    ts_json_close(out, ']');
}

static void put_evidence(ts_json_out *out, const ts_evidence *evidence)
{
    ts_json_open(out, '{');
    put_named_text(out, "analyser", evidence->analyser);
    put_named_text(out, "model", evidence->model);
    put_named_text(out, "version", evidence->version);
    if (evidence->label) put_named_text(out, "label", evidence->label);
    put_named_fixed(out, "raw", (double)evidence->raw, 5);
    ts_json_close(out, '}');
}

/* Which rule decided its state. */
static void put_rule(ts_json_out *out, const ts_tag *tag)
{
    if (!tag->because) return;
    ts_json_key(out, "rule");
    ts_json_open(out, '{');
    put_named_text(out, "because", tag->because);
    put_named_fixed(out, "shown_from", (double)tag->shown_from, 3);
    if (tag->accepted_from <= 1) put_named_fixed(out, "accepted_from", (double)tag->accepted_from, 3);
    ts_json_close(out, '}');
}

/* Why, how many, where, and of what kind. */
static void put_tag_grounds(ts_json_out *out, const ts_tag *tag)
{
    ts_json_key(out, "evidence");
    ts_json_open(out, '[');
    for (size_t i = 0; i < tag->evidence_count; i++) put_evidence(out, &tag->evidence[i]);
    ts_json_close(out, ']');
    put_rule(out, tag);
    put_named_uint(out, "count", tag->count);
    put_named_uint(out, "sure_count", tag->sure_count);
    ts_json_key(out, "boxes");
    ts_json_open(out, '[');
    for (size_t i = 0; i < tag->box_count; i++) put_rect(out, tag->boxes[i]);
    ts_json_close(out, ']');
    ts_json_key(out, "ancestors");
    ts_json_open(out, '[');
    for (size_t i = 0; i < tag->ancestor_count; i++) ts_json_text(out, tag->ancestors[i]);
    ts_json_close(out, ']');
}

static void put_term(ts_json_out *out, const ts_tag_term *term)
{
    ts_json_open(out, '{');
    put_named_text(out, "scheme", term->scheme);
    put_named_text(out, "id", term->id);
    if (term->notation) put_named_text(out, "notation", term->notation);
    put_named_text(out, "label", term->label);
    put_named_text(out, "relation", term->relation);
    ts_json_key(out, "path");
    ts_json_open(out, '[');
    for (size_t i = 0; i < term->path_count; i++) ts_json_text(out, term->path[i]);
    ts_json_close(out, ']');
    ts_json_close(out, '}');
}

static void put_terms(ts_json_out *out, const ts_tag *tag)
{
    if (tag->term_count == 0) return;
    ts_json_key(out, "terms");
    ts_json_open(out, '[');
    for (size_t i = 0; i < tag->term_count; i++) put_term(out, &tag->terms[i]);
    ts_json_close(out, ']');
}

/* In the languages that were asked for. */
static void put_labels(ts_json_out *out, const ts_tag *tag)
{
    if (tag->label_count == 0) return;
    ts_json_key(out, "labels");
    ts_json_open(out, '{');
    for (size_t i = 0; i < tag->label_count; i++)
        put_named_text(out, tag->labels[i].language, tag->labels[i].label);
    ts_json_close(out, '}');
}

/* What it says and how surely: the members that every tag begins with. */
static void put_name(ts_json_out *out, const ts_tag *tag)
{
    put_named_text(out, "concept", tag->concept);
    put_named_text(out, "label", tag->label);
    put_named_fixed(out, "confidence", (double)tag->confidence, 4);
}

static void put_tag(ts_json_out *out, const ts_tag *tag)
{
    ts_json_open(out, '{');
    put_name(out, tag);
    put_labels(out, tag);
    put_named_text(out, "facet", tag->facet);
    put_named_text(out, "state", ts_tag_state_name(tag->state));
    put_tag_grounds(out, tag);
    put_terms(out, tag);
    ts_json_close(out, '}');
}

/* ---- goods ------------------------------------------------------------------------------------------ */

static void put_named_tag(ts_json_out *out, const ts_tag *tag)
{
    ts_json_open(out, '{');
    put_name(out, tag);
    ts_json_close(out, '}');
}

static void put_tag_list(ts_json_out *out, const char *key, const ts_tag *const *tags, size_t count)
{
    ts_json_key(out, key);
    ts_json_open(out, '[');
    for (size_t i = 0; i < count; i++) put_named_tag(out, tags[i]);
    ts_json_close(out, ']');
}

static void put_null(ts_json_out *out)
{
    (void)ts_buf_puts(out->buf, "null");
    out->comma = true;
}

static void put_product_of(ts_json_out *out, const ts_product *product)
{
    ts_json_open(out, '{');
    ts_json_key(out, "category");
    if (product->category) put_term(out, product->category);
    else put_null(out);
    ts_json_key(out, "type");
    if (product->type) put_named_tag(out, product->type);
    else put_null(out);
    put_tag_list(out, "colours", product->colours, product->colour_count);
    put_tag_list(out, "patterns", product->patterns, product->pattern_count);
    put_tag_list(out, "materials", product->materials, product->material_count);
    ts_json_close(out, '}');
}

static void put_product(ts_json_out *out, const ts_product *product)
{
    if (!product) return;
    ts_json_key(out, "product");
    put_product_of(out, product);
}

static void put_points(ts_json_out *out, const char *key, const ts_point *points, size_t count)
{
    ts_json_key(out, key);
    ts_json_open(out, '[');
    for (size_t i = 0; i < count; i++) {
        ts_json_open(out, '[');
        ts_json_fixed(out, (double)points[i].x, 1);
        ts_json_fixed(out, (double)points[i].y, 1);
        ts_json_close(out, ']');
    }
    ts_json_close(out, ']');
}

static void put_face(ts_json_out *out, const ts_face *face)
{
    ts_json_open(out, '{');
    ts_json_key(out, "box");
    put_rect(out, face->box);
    put_named_fixed(out, "score", (double)face->score, 4);
    put_points(out, "landmarks", face->landmarks, TS_FACE_LANDMARKS);
    if (face->mesh) put_points(out, "mesh", face->mesh, face->mesh_count);
    ts_json_close(out, '}');
}

static void put_swatch(ts_json_out *out, const ts_swatch *swatch)
{
    static const char digits[] = "0123456789abcdef";
    char hex[8] = {'#',
                   digits[swatch->r >> 4],
                   digits[swatch->r & 15],
                   digits[swatch->g >> 4],
                   digits[swatch->g & 15],
                   digits[swatch->b >> 4],
                   digits[swatch->b & 15],
                   '\0'};
    ts_json_open(out, '{');
    put_named_text(out, "name", swatch->name);
    put_named_text(out, "hex", hex);
    put_named_fixed(out, "share", (double)swatch->share, 4);
    ts_json_close(out, '}');
}

static void put_quality(ts_json_out *out, const ts_record *record)
{
    const ts_quality *q = &record->quality;
    ts_json_key(out, "quality");
    ts_json_open(out, '{');
    put_named_fixed(out, "sharpness", (double)q->sharpness, 4);
    put_named_fixed(out, "exposure", (double)q->exposure, 4);
    put_named_fixed(out, "contrast", (double)q->contrast, 4);
    put_named_fixed(out, "noise", (double)q->noise, 3);
    put_named_fixed(out, "clipped_dark", (double)q->clipped_dark, 4);
    put_named_fixed(out, "clipped_light", (double)q->clipped_light, 4);
    put_named_fixed(out, "resolution", (double)record->picture.width * (double)record->picture.height / 1e6,
                    3);
    put_named_fixed(out, "aesthetic", (double)q->aesthetic, 4);
    ts_json_close(out, '}');
}

static void put_word(ts_json_out *out, const ts_text_word *word)
{
    ts_json_open(out, '{');
    put_named_text(out, "text", word->text);
    put_named_fixed(out, "confidence", (double)word->score, 4);
    ts_json_key(out, "box");
    put_rect(out, word->box);
    ts_json_close(out, '}');
}

static void put_line(ts_json_out *out, const ts_text_line *line)
{
    ts_json_open(out, '{');
    put_named_text(out, "text", line->text);
    put_named_fixed(out, "confidence", (double)line->score, 4);
    ts_json_key(out, "box");
    put_rect(out, line->box);
    ts_json_key(out, "words");
    ts_json_open(out, '[');
    for (size_t i = 0; i < line->word_count; i++) put_word(out, &line->words[i]);
    ts_json_close(out, ']');
    ts_json_close(out, '}');
}

static void put_lines(ts_json_out *out, const ts_record *record)
{
    ts_json_key(out, "text");
    ts_json_open(out, '{');
    put_named_text(out, "language", record->language);
    ts_json_key(out, "lines");
    ts_json_open(out, '[');
    for (size_t i = 0; i < record->line_count; i++) put_line(out, &record->lines[i]);
    ts_json_close(out, ']');
    ts_json_close(out, '}');
}

static void put_place(ts_json_out *out, const ts_picture_place *place)
{
    ts_json_key(out, "place");
    ts_json_open(out, '{');
    if (place->city[0]) put_named_text(out, "city", place->city);
    if (place->region[0]) put_named_text(out, "region", place->region);
    put_named_text(out, "country", place->country);
    put_named_text(out, "country_code", place->country_code);
    put_named_fixed(out, "km", (double)place->km, 1);
    ts_json_close(out, '}');
}

static void put_measures(ts_json_out *out, const ts_record *record)
{
    if (record->has_faces) {
        ts_json_key(out, "faces");
        ts_json_open(out, '[');
        for (size_t i = 0; i < record->face_count; i++) put_face(out, &record->faces[i]);
        ts_json_close(out, ']');
    }
    if (record->has_colours) {
        ts_json_key(out, "colours");
        ts_json_open(out, '[');
        for (size_t i = 0; i < record->colours.count; i++) put_swatch(out, &record->colours.swatches[i]);
        ts_json_close(out, ']');
    }
    if (record->has_safety) {
        ts_json_key(out, "safety");
        ts_json_open(out, '{');
        put_named_fixed(out, "nsfw", (double)record->nsfw, 4);
        ts_json_close(out, '}');
    }
    if (record->has_quality) put_quality(out, record);
    if (record->has_lines) put_lines(out, record);
    if (record->place) put_place(out, record->place);
}

static void put_text(ts_json_out *out, const ts_picture_text *text)
{
    ts_json_key(out, text->language);
    ts_json_open(out, '{');
    put_named_text(out, "title", text->title);
    put_named_text(out, "description", text->description);
    put_named_text(out, "alt_text", text->alt_text);
    ts_json_close(out, '}');
}

static void put_texts(ts_json_out *out, const ts_record *record)
{
    if (record->text_count == 0) return;
    ts_json_key(out, "texts");
    ts_json_open(out, '{');
    for (size_t i = 0; i < record->text_count; i++) put_text(out, &record->texts[i]);
    ts_json_close(out, '}');
}

static void put_embedding(ts_json_out *out, const ts_record *record)
{
    if (!record->embedding) return;
    ts_json_key(out, "embedding");
    ts_json_open(out, '[');
    for (size_t i = 0; i < record->embedding_size; i++) ts_json_fixed(out, (double)record->embedding[i], 6);
    ts_json_close(out, ']');
}

static void put_warnings(ts_json_out *out, const ts_record *record)
{
    ts_json_key(out, "warnings");
    ts_json_open(out, '[');
    for (size_t i = 0; i < record->warning_count; i++) ts_json_text(out, record->warnings[i]);
    ts_json_close(out, ']');
}

bool ts_json_tag_grounds(const ts_tag *tag, ts_buf *buf)
{
    ts_json_out out = {.buf = buf};
    ts_json_open(&out, '{');
    put_tag_grounds(&out, tag);
    ts_json_close(&out, '}');
    return !buf->failed;
}

bool ts_json_measures(const ts_record *record, ts_buf *buf)
{
    ts_json_out out = {.buf = buf};
    ts_json_open(&out, '{');
    put_measures(&out, record);
    put_warnings(&out, record);
    ts_json_close(&out, '}');
    return !buf->failed;
}

bool ts_json_product(const ts_product *product, ts_buf *buf)
{
    ts_json_out out = {.buf = buf};
    put_product_of(&out, product);
    return !buf->failed;
}

bool ts_ndjson_record(const ts_record *record, ts_buf *buf)
{
    ts_json_out out = {.buf = buf};
    ts_json_open(&out, '{');
    put_path(&out, record->path);
    put_picture(&out, &record->picture);
    ts_json_key(&out, "tags");
    ts_json_open(&out, '[');
    for (size_t i = 0; i < record->tag_count; i++) put_tag(&out, &record->tags[i]);
    ts_json_close(&out, ']');
    put_texts(&out, record);
    put_product(&out, record->product);
    put_measures(&out, record);
    put_embedding(&out, record);
    put_warnings(&out, record);
    put_named_fixed(&out, "ms", record->ms, 1);
    ts_json_close(&out, '}');
    (void)ts_buf_putc(buf, '\n');
    return !buf->failed;
}

bool ts_ndjson_error(const char *path, const ts_error *error, ts_buf *buf)
{
    ts_json_out out = {.buf = buf};
    ts_json_open(&out, '{');
    put_path(&out, path);
    ts_json_key(&out, "error");
    ts_json_open(&out, '{');
    put_named_text(&out, "code", ts_code_name(error->code));
    put_named_text(&out, "message", error->message);
    put_named_text(&out, "hint", error->hint);
    ts_json_close(&out, '}');
    ts_json_close(&out, '}');
    (void)ts_buf_putc(buf, '\n');
    return !buf->failed;
}
