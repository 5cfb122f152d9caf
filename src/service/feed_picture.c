/* service: one picture out of the catalogue, in the words of the search index. Knows no threads. */
#include "service/feed_picture.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "catalog/pictures.h"
#include "catalog/tags.h"
#include "image/lab.h"
#include "service/core.h"

static unsigned count_of(const char *payload)
{
    json_t *json = payload ? json_loads(payload, 0, NULL) : NULL;
    json_int_t count = json_integer_value(json_object_get(json, "count"));
    json_decref(json);
    return count > 0 && count < 100000 ? (unsigned)count : 0;
}

static ts_index_source source_of(ts_author_kind kind)
{
    if (kind == TS_AUTHOR_PERSON) return TS_INDEX_BY_PERSON;
    return kind == TS_AUTHOR_IMPORT ? TS_INDEX_BY_IMPORT : TS_INDEX_BY_MODEL;
}

static ts_index_tag tag_of(const ts_tag_row *row)
{
    return (ts_index_tag){.concept = row->concept,
                          .word = row->label,
                          .facet = row->facet,
                          .confidence = (float)row->confidence,
                          .state = (ts_index_state)row->state,
                          .source = source_of(row->author.kind),
                          .count = count_of(row->payload)};
}

/* A suggestion waits for somebody to say yes or no. */
static bool load_tags(ts_txn *txn, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    if (!ts_tags_list(txn, out->number, true, true, arena, &rows, &count, err)) return false;
    ts_index_tag *tags = TS_NEW_ARRAY(arena, count, ts_index_tag);
    if (!tags) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        tags[i] = tag_of(&rows[i]);
        if (rows[i].state == TS_LEDGER_SUGGESTED) out->needs_review = true;
    }
    out->tags = tags;
    out->tag_count = count;
    return true;
}

static bool colour_of(const json_t *swatch, ts_index_colour *out)
{
    ts_lab lab;
    if (!ts_lab_of_hex(ts_json_string_or(swatch, "hex", ""), &lab)) return false;
    *out = (ts_index_colour){lab.l, lab.a, lab.b, (float)ts_json_number_or(swatch, "share", 0)};
    return true;
}

static bool load_colours(const json_t *extra, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    const json_t *swatches = json_object_get(extra, "colours");
    ts_index_colour *colours = TS_NEW_ARRAY(arena, TS_INDEX_COLOURS_MAX, ts_index_colour);
    if (!colours) return ts_fail_memory(err);
    for (size_t i = 0; i < json_array_size(swatches) && out->colour_count < TS_INDEX_COLOURS_MAX; i++)
        if (colour_of(json_array_get(swatches, i), &colours[out->colour_count])) out->colour_count++;
    out->colours = colours;
    return true;
}

static bool load_measures(const char *text, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    json_t *extra = ts_json_of(text);
    const json_t *quality = json_object_get(extra, "quality");
    out->faces = (unsigned)json_array_size(json_object_get(extra, "faces"));
    out->nsfw = (float)ts_json_number_or(json_object_get(extra, "safety"), "nsfw", -1);
    out->quality = (float)ts_json_number_or(quality, "sharpness", -1);
    out->aesthetic = (float)ts_json_number_or(quality, "aesthetic", -1);
    const char *read = ts_json_string_or(extra, "text", NULL);
    out->text = read ? ts_arena_strdup(arena, read) : NULL;
    bool ok = load_colours(extra, arena, out, err);
    json_decref(extra);
    return ok;
}

/* The folder below its import root: what a person remembers of it. */
static const char *folder_of(const ts_picture_row *row, ts_arena *arena)
{
    if (!row->path) return "";
    size_t root = row->library ? strlen(row->library) : 0;
    const char *below = root && strncmp(row->path, row->library, root) == 0 ? row->path + root : row->path;
    while (*below == '/') below++;
    const char *slash = strrchr(below, '/');
    return slash ? ts_arena_strndup(arena, below, (size_t)(slash - below)) : "";
}

static void copy_row(const ts_picture_row *row, ts_arena *arena, ts_index_picture *out)
{
    *out = (ts_index_picture){.number = (uint32_t)row->number,
                              .title = row->title,
                              .description = row->description,
                              .name = row->name,
                              .folder = folder_of(row, arena),
                              .taken_ms = row->has_taken ? row->taken : TS_TIME_UNKNOWN,
                              .created_ms = row->created,
                              .width = (uint32_t)row->width,
                              .height = (uint32_t)row->height,
                              .bytes = (uint64_t)row->bytes,
                              .format = row->format,
                              .has_place = row->has_place,
                              .latitude = row->latitude,
                              .longitude = row->longitude,
                              .held = row->visibility != TS_VISIBLE,
                              .needs_review = row->visibility == TS_HELD,
                              .owner = row->owner,
                              .phash = row->has_phash ? row->phash : 0};
}

/* The vector of the model that last looked at it. */
static bool load_vector(ts_txn *txn, const char *model, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    ts_vector_row vector;
    ts_error missing = {0};
    if (!model || !ts_vectors_get(txn, out->number, model, arena, &vector, &missing)) {
        if (!model || missing.code == TS_NOT_FOUND) return true;
        if (err) *err = missing;
        return false;
    }
    out->vector = vector.values;
    out->vector_dims = vector.count;
    return true;
}

bool ts_feed_picture(ts_txn *txn, int64_t number, ts_arena *arena, ts_index_picture *out, bool *there,
                     ts_error *err)
{
    ts_picture_row row;
    ts_error missing = {0};
    *there = false;
    if (!ts_pictures_get(txn, number, arena, &row, &missing)) {
        if (missing.code == TS_NOT_FOUND) return true;
        if (err) *err = missing;
        return false;
    }
    if (row.state == TS_PICTURE_FAILED || row.gone) return true;
    copy_row(&row, arena, out);
    *there = true;
    json_t *extra = ts_json_of(row.extra);
    const char *model = ts_json_string_or(extra, "embedding_model", NULL);
    bool ok = load_vector(txn, model, arena, out, err);
    json_decref(extra);
    return ok && load_tags(txn, arena, out, err) && load_measures(row.extra, arena, out, err);
}
