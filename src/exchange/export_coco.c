/* exchange: an export in the COCO format: images as they come, annotations aside until all images are there, and the
 * categories that occurred last. */
#include "exchange/export_form.h"

static bool begin(ts_exporter *exporter, ts_error *err)
{
    return ts_export_text(&exporter->out,
                          "{\"info\":{\"description\":\"Tagsmith\",\"version\":\"1\"},\"images\":[", err);
}

/* Numbers from 1, in the order in which they occur. */
static bool category_of(ts_exporter *exporter, const json_t *tag, json_int_t *number, ts_error *err)
{
    const char *id = ts_export_member(tag, "concept"), *label = ts_export_label(exporter, tag);
    const char *key = id[0] ? id : label;
    json_t *known = json_object_get(exporter->categories, key);
    *number = known ? json_integer_value(json_object_get(known, "id"))
                    : (json_int_t)json_object_size(exporter->categories) + 1;
    if (known) return true;
    json_t *made = json_pack("{s:I, s:s, s:s}", "id", *number, "name", label, "supercategory",
                             ts_export_member(tag, "facet"));
    return json_object_set_new(exporter->categories, key, made) == 0 || ts_fail_memory(err);
}

static bool add_box(ts_exporter *exporter, json_int_t category, const json_t *tag, const json_t *box,
                    ts_error *err)
{
    double area = json_number_value(json_array_get(box, 2)) * json_number_value(json_array_get(box, 3));
    json_int_t image = (json_int_t)exporter->count + 1, number = (json_int_t)++exporter->parts;
    json_t *json = json_pack("{s:I, s:I, s:I, s:O, s:f, s:i, s:O?}", "id", number, "image_id", image,
                             "category_id", category, "bbox", box, "area", area, "iscrowd", 0, "score",
                             json_object_get(tag, "confidence"));
    bool ok = ts_export_text(&exporter->aside, number > 1 ? ",\n" : "\n", err) &&
              ts_export_json(&exporter->aside, json, err);
    json_decref(json);
    return ok;
}

static bool add_boxes(ts_exporter *exporter, const json_t *tag, ts_error *err)
{
    const json_t *boxes = json_object_get(tag, "boxes"), *box;
    json_int_t category;
    size_t i;
    if (json_array_size(boxes) == 0) return true;
    if (!category_of(exporter, tag, &category, err)) return false;
    json_array_foreach ((json_t *)(uintptr_t)boxes, i, box) {
        if (json_array_size(box) == 4 && !add_box(exporter, category, tag, box, err)) return false;
    }
    return true;
}

static bool counts(const ts_exporter *exporter, const json_t *tag)
{
    return ts_export_is(tag, "accepted") ||
           (exporter->options.with_suggested && ts_export_is(tag, "suggested"));
}

static bool add_image(ts_exporter *exporter, const json_t *record, json_t *names, ts_error *err)
{
    const json_t *picture = json_object_get(record, "picture");
    json_t *json =
        json_pack("{s:I, s:s, s:O?, s:O?, s:s, s:s, s:O}", "id", (json_int_t)exporter->count + 1, "file_name",
                  ts_export_member(record, "name"), "width", json_object_get(picture, "width"), "height",
                  json_object_get(picture, "height"), "date_captured", ts_export_member(record, "taken"),
                  "tagsmith_id", ts_export_member(record, "id"), "tags", names);
    bool ok = ts_export_text(&exporter->out, exporter->count ? ",\n" : "\n", err) &&
              ts_export_json(&exporter->out, json, err);
    json_decref(json);
    return ok;
}

static bool add(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err)
{
    json_t *names = json_array();
    const json_t *tag;
    size_t i;
    bool ok = names || ts_fail_memory(err);
    (void)arena;
    json_array_foreach ((json_t *)(uintptr_t)json_object_get(record, "tags"), i, tag) {
        if (!counts(exporter, tag)) continue;
        if (ok) (void)json_array_append_new(names, json_string(ts_export_label(exporter, tag)));
        ok = ok && add_boxes(exporter, tag, err);
    }
    ok = ok && add_image(exporter, record, names, err);
    json_decref(names);
    return ok;
}

static bool end(ts_exporter *exporter, ts_error *err)
{
    const char *key;
    json_t *category;
    bool first = true, ok = ts_export_text(&exporter->out, "\n],\"annotations\":[", err) &&
                            ts_export_append_aside(exporter, err) &&
                            ts_export_text(&exporter->out, "\n],\"categories\":[", err);
    json_object_foreach (exporter->categories, key, category) {
        ok = ok && ts_export_text(&exporter->out, first ? "\n" : ",\n", err) &&
             ts_export_json(&exporter->out, category, err);
        first = false;
    }
    return ok && ts_export_text(&exporter->out, "\n]}\n", err);
}

const ts_export_form ts_export_coco = {"coco", "application/json", "pictures.coco.json", begin, add, end};
