/* api: what was seen in a picture, in the shapes of Cloudinary's add-ons: info.detection, .categorization, .ocr; colours,
 * faces, perceptual hash, quality. Only translation. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "api/cloudinary_models.h"
#include "base/json.h"

typedef struct seen {
    const ts_cld_view *view;
    const ts_picture_full *picture;
    const json_t *extra, *kept;
} seen;

static json_t *payload_of(const ts_tag_row *tag)
{
    json_t *payload = tag->payload ? json_loads(tag->payload, 0, NULL) : NULL;
    return payload ? payload : json_object();
}

/* ---- detection ------------------------------------------------------------------------------------ */

/* What the detector itself said of the tag; NULL: it did not see it. */
static const json_t *detected(const json_t *payload)
{
    size_t i;
    const json_t *evidence;
    json_array_foreach (json_object_get(payload, "evidence"), i, evidence)
        if (strcmp(ts_json_string_or(evidence, "analyser", ""), "detect") == 0) return evidence;
    return NULL;
}

static json_t *attributes_of(const ts_tag_row *tag)
{
    return json_pack("{s:s, s:s}", "facet", tag->facet, "state", ts_ledger_state_name(tag->state));
}

static json_t *find_of(const ts_tag_row *tag, const json_t *payload, const json_t *box, double confidence)
{
    json_t *find = json_object();
    if (box) (void)json_object_set(find, "bounding-box", (json_t *)(uintptr_t)box);
    const json_t *ancestors = json_object_get(payload, "ancestors");
    json_t *categories = json_array();
    size_t i;
    const json_t *ancestor;
    json_array_foreach ((json_t *)(uintptr_t)ancestors, i, ancestor) {
        const char *id = json_string_value(ancestor), *slash = id ? strchr(id, '/') : NULL;
        if (slash) (void)json_array_append_new(categories, json_string(slash + 1));
    }
    (void)json_object_set_new(find, "confidence", ts_json_rounded(confidence, 4));
    (void)json_object_set_new(find, "categories", categories);
    (void)json_object_set_new(find, "attributes", attributes_of(tag));
    return find;
}

/* One entry for each box; without boxes one for the whole picture. */
static json_t *finds_of(const ts_tag_row *tag, const json_t *payload, double confidence)
{
    size_t i;
    const json_t *box;
    json_t *finds = json_array();
    json_array_foreach (json_object_get(payload, "boxes"), i, box)
        (void)json_array_append_new(finds, find_of(tag, payload, box, confidence));
    if (json_array_size(finds) == 0)
        (void)json_array_append_new(finds, find_of(tag, payload, NULL, confidence));
    return finds;
}

static void add_found(const ts_tag_row *tag, ts_cld_model_kind kind, json_t *tags)
{
    json_t *payload = payload_of(tag);
    const json_t *said = detected(payload);
    bool boxes_only = kind == TS_CLD_MODEL_BOXES;
    const char *label = boxes_only ? ts_json_string_or(said, "label", tag->label) : tag->label;
    double confidence = boxes_only ? ts_json_number_or(said, "raw", tag->confidence) : tag->confidence;
    bool known = label && (said || !boxes_only) && tag->author.kind != TS_AUTHOR_PERSON;
    if (known && tag->state != TS_LEDGER_REJECTED && !json_object_get(tags, label))
        (void)json_object_set_new(tags, label, finds_of(tag, payload, confidence));
    json_decref(payload);
}

static json_t *objects_of(const seen *s, const ts_cld_chosen *chosen)
{
    json_t *tags = json_object();
    for (size_t i = 0; i < s->picture->tag_count; i++)
        add_found(&s->picture->tags[i], chosen->model->kind, tags);
    return json_pack("{s:s, s:i, s:f, s:o}", "model_name", chosen->model->name, "model_version",
                     (int)chosen->version, "schema_version", 1.0, "tags", tags);
}

static json_t *caption_of(const seen *s, const ts_cld_chosen *chosen)
{
    ts_picture_texts texts = {.description = ""};
    ts_error none = {0};
    if (!ts_service_picture_texts(s->view->service, s->picture, TS_LANGUAGE_EN, s->view->arena, &texts,
                                  &none))
        texts.description = "";
    const char *said = texts.description[0] ? texts.description : texts.title ? texts.title : "";
    return json_pack("{s:s, s:{s:o}, s:i, s:f}", "status", "complete", "data", "caption",
                     ts_json_repaired(said), "model_version", (int)chosen->version, "schema_version", 1.0);
}

static void add_detection(const seen *s, json_t *info)
{
    const char *list = ts_json_string_or(s->kept, "detection", NULL);
    json_t *detection = json_object(), *objects = json_object();
    ts_cld_chosen chosen;
    while (list && ts_cld_next_model(&list, &chosen)) {
        bool says = chosen.model->kind == TS_CLD_MODEL_CAPTION;
        if (says) (void)json_object_set_new(detection, "captioning", caption_of(s, &chosen));
        else (void)json_object_set_new(objects, chosen.model->name, objects_of(s, &chosen));
    }
    if (json_object_size(objects) > 0)
        (void)json_object_set_new(detection, "object_detection",
                                  json_pack("{s:s, s:O}", "status", "complete", "data", objects));
    if (json_object_size(detection) > 0) (void)json_object_set(info, "detection", detection);
    json_decref(objects);
    json_decref(detection);
}

/* ---- categorization ------------------------------------------------------------------------------- */

static json_t *labels_of(const seen *s)
{
    json_t *data = json_array();
    for (size_t i = 0; i < s->picture->tag_count; i++) {
        const ts_tag_row *tag = &s->picture->tags[i];
        bool said = tag->label && tag->author.kind != TS_AUTHOR_PERSON && tag->state != TS_LEDGER_REJECTED;
        if (said)
            (void)json_array_append_new(data, json_pack("{s:o, s:o}", "tag", ts_json_repaired(tag->label),
                                                        "confidence", ts_json_rounded(tag->confidence, 4)));
    }
    return data;
}

static void add_categorization(const seen *s, json_t *info)
{
    const char *list = ts_json_string_or(s->kept, "categorization", NULL);
    json_t *all = json_object();
    char name[TS_CLD_WORD_MAX];
    while (list && ts_cld_next_categorizer(&list, name))
        (void)json_object_set_new(all, name,
                                  json_pack("{s:s, s:o}", "status", "complete", "data", labels_of(s)));
    if (json_object_size(all) > 0) (void)json_object_set(info, "categorization", all);
    json_decref(all);
}

/* ---- what is written in it ------------------------------------------------------------------------ */

/* [x, y, width, height] as the four corners. */
static json_t *corners_of(const json_t *box)
{
    double x = json_number_value(json_array_get(box, 0)), y = json_number_value(json_array_get(box, 1));
    double right = x + json_number_value(json_array_get(box, 2));
    double bottom = y + json_number_value(json_array_get(box, 3));
    return json_pack("{s:[{s:f, s:f}, {s:f, s:f}, {s:f, s:f}, {s:f, s:f}]}", "vertices", "x", x, "y", y, "x",
                     right, "y", y, "x", right, "y", bottom, "x", x, "y", bottom);
}

static void add_words(const json_t *line, json_t *annotations)
{
    size_t i;
    const json_t *word;
    json_array_foreach (json_object_get(line, "words"), i, word)
        (void)json_array_append_new(
            annotations, json_pack("{s:s, s:o}", "description", ts_json_string_or(word, "text", ""),
                                   "boundingPoly", corners_of(json_object_get(word, "box"))));
}

/* The whole text first, then each word with where it stands. */
static void add_ocr(const seen *s, json_t *info)
{
    size_t i;
    const json_t *line, *text = json_object_get(s->extra, "text");
    if (!json_object_get(s->kept, "ocr")) return;
    ts_buf all = {0};
    json_t *annotations = json_array(), *data = json_array();
    json_array_foreach (json_object_get(text, "lines"), i, line) {
        (void)ts_buf_printf(&all, "%s\n", ts_json_string_or(line, "text", ""));
        add_words(line, annotations);
    }
    const char *whole = all.data ? all.data : "";
    if (json_array_size(annotations) > 0) {
        (void)json_array_insert_new(
            annotations, 0,
            json_pack("{s:s, s:s}", "locale", ts_json_string_or(text, "language", ""), "description", whole));
        (void)json_array_append_new(data, json_pack("{s:O, s:{s:s}}", "textAnnotations", annotations,
                                                    "fullTextAnnotation", "text", whole));
    }
    (void)json_object_set_new(info, "ocr",
                              json_pack("{s:{s:s, s:o}}", "adv_ocr", "status", "complete", "data", data));
    json_decref(annotations);
    ts_buf_free(&all);
}

/* ---- measures ------------------------------------------------------------------------------------- */

static json_t *shares_of(const json_t *swatches, const char *member, bool shout)
{
    size_t i;
    const json_t *swatch;
    json_t *list = json_array();
    json_array_foreach ((json_t *)(uintptr_t)swatches, i, swatch) {
        char word[32];
        (void)snprintf(word, sizeof word, "%.31s", ts_json_string_or(swatch, member, ""));
        for (char *at = word; shout && *at; at++)
            if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 'a' + 'A');
        double share = ts_json_number_or(swatch, "share", 0) * 100;
        (void)json_array_append_new(list, json_pack("[s, o]", word, ts_json_rounded(share, 1)));
    }
    return list;
}

static void add_colours(const seen *s, json_t *out)
{
    const json_t *swatches = json_object_get(s->extra, "colours");
    (void)json_object_set_new(out, "colors", shares_of(swatches, "hex", true));
    (void)json_object_set_new(out, "predominant",
                              json_pack("{s:o, s:o}", "google", shares_of(swatches, "name", false),
                                        "cloudinary", shares_of(swatches, "name", false)));
}

static void add_faces(const seen *s, json_t *out)
{
    size_t i;
    const json_t *face;
    json_t *faces = json_array();
    json_array_foreach (json_object_get(s->extra, "faces"), i, face)
        (void)json_array_append(faces, json_object_get(face, "box"));
    (void)json_object_set_new(out, "faces", faces);
}

static void add_quality(const seen *s, json_t *out)
{
    const json_t *quality = json_object_get(s->extra, "quality");
    double sharp = ts_json_number_or(quality, "sharpness", 0),
           looks = ts_json_number_or(quality, "aesthetic", 0);
    (void)json_object_set_new(
        out, "quality_analysis",
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "focus", ts_json_rounded(sharp, 4), "noise",
                  ts_json_rounded(ts_json_number_or(quality, "noise", 0), 3), "contrast",
                  ts_json_rounded(ts_json_number_or(quality, "contrast", 0), 4), "exposure",
                  ts_json_rounded(ts_json_number_or(quality, "exposure", 0), 4), "resolution",
                  ts_json_rounded(ts_json_number_or(quality, "resolution", 0), 3)));
    (void)json_object_set_new(out, "quality_score", ts_json_rounded((sharp + looks) / 2, 4));
}

static void add_phash(const seen *s, json_t *out)
{
    char hex[17];
    (void)snprintf(hex, sizeof hex, "%016" PRIx64, s->picture->row.phash);
    (void)json_object_set_new(out, "phash", s->picture->row.has_phash ? json_string(hex) : json_null());
}

bool ts_cld_add_details(const ts_cld_view *view, const ts_picture_full *picture, const json_t *extra,
                        json_t *resource)
{
    const json_t *kept = json_object_get(json_object_get(extra, "extra"), TS_CLD_EXTRA);
    seen s = {view, picture, extra, kept};
    json_t *info = json_object();
    if (!kept || picture->row.state != TS_PICTURE_READY) return json_decref(info), true;
    add_detection(&s, info);
    add_categorization(&s, info);
    add_ocr(&s, info);
    if (json_object_size(info) > 0) (void)json_object_set(resource, "info", info);
    json_decref(info);
    if (json_object_get(kept, "colors")) add_colours(&s, resource);
    if (json_object_get(kept, "faces")) add_faces(&s, resource);
    if (json_object_get(kept, "quality_analysis")) add_quality(&s, resource);
    if (json_object_get(kept, "phash")) add_phash(&s, resource);
    return true;
}
