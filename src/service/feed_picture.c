/* service: one picture out of the catalogue, in the words of the search index. Knows no threads. */
#include "service/feed_picture.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/json.h"
#include "catalog/pictures.h"
#include "catalog/tags.h"
#include "image/lab.h"
#include "service/core.h"

static json_t *payload_of(const ts_tag_row *row)
{
    return row->payload ? json_loads(row->payload, 0, NULL) : NULL;
}

static unsigned count_of(const json_t *payload)
{
    json_int_t count = json_integer_value(json_object_get(payload, "count"));
    return count > 0 && count < 100000 ? (unsigned)count : 0;
}

/* Of all boxes; where they lie over each other they count twice. */
static double area_of(const json_t *payload)
{
    const json_t *box, *boxes = json_object_get(payload, "boxes");
    double area = 0;
    size_t i;
    json_array_foreach (boxes, i, box)
        area += json_number_value(json_array_get(box, 2)) * json_number_value(json_array_get(box, 3));
    return area;
}

static ts_index_source source_of(ts_author_kind kind)
{
    if (kind == TS_AUTHOR_PERSON) return TS_INDEX_BY_PERSON;
    return kind == TS_AUTHOR_IMPORT ? TS_INDEX_BY_IMPORT : TS_INDEX_BY_MODEL;
}

static ts_index_tag tag_of(const ts_tag_row *row, unsigned count)
{
    return (ts_index_tag){.concept = row->concept,
                          .word = row->label,
                          .facet = row->facet,
                          .confidence = (float)row->confidence,
                          .state = (ts_index_state)row->state,
                          .source = source_of(row->author.kind),
                          .count = count};
}

static void set_people(const ts_tag_row *row, const json_t *payload, ts_index_picture *out)
{
    double all = (double)out->width * out->height;
    if (!row->concept || strcmp(row->concept, "people/person") != 0 || row->state == TS_LEDGER_REJECTED)
        return;
    out->people_share = all > 0 ? (float)fmin(area_of(payload) / all, 1) : 0;
}

/* A suggestion waits for somebody to say yes or no. The row has been copied. */
static bool set_tags(const ts_tag_row *rows, size_t count, ts_arena *arena, ts_index_picture *out,
                     ts_error *err)
{
    ts_index_tag *tags = TS_NEW_ARRAY(arena, count, ts_index_tag);
    if (!tags) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        json_t *payload = payload_of(&rows[i]);
        tags[i] = tag_of(&rows[i], count_of(payload));
        set_people(&rows[i], payload, out);
        json_decref(payload);
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

/* The lines of what was read, each on its own. NULL and true where there are none. */
static bool load_text(const json_t *extra, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    const json_t *lines = json_object_get(json_object_get(extra, "text"), "lines");
    ts_buf text = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(lines); i++)
        ok = ts_buf_puts(&text, ts_json_string_or(json_array_get(lines, i), "text", "")) &&
             ts_buf_putc(&text, '\n');
    if (ok && text.length) ok = (out->text = ts_arena_strndup(arena, text.data, text.length)) != NULL;
    ts_buf_free(&text);
    return ok || ts_fail_memory(err);
}

static bool load_hunches(const json_t *extra, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    const char *concept;
    json_t *strength, *kept = json_object_get(extra, "hunches");
    ts_index_hunch *hunches = TS_NEW_ARRAY(arena, TS_INDEX_HUNCHES_MAX, ts_index_hunch);
    if (!hunches) return ts_fail_memory(err);
    json_object_foreach (kept, concept, strength) {
        if (out->hunch_count == TS_INDEX_HUNCHES_MAX) break;
        const char *id = ts_arena_strdup(arena, concept);
        if (!id) return ts_fail_memory(err);
        hunches[out->hunch_count++] = (ts_index_hunch){id, (float)json_number_value(strength)};
    }
    out->hunches = hunches;
    return true;
}

/* "Canon" and "Canon EOS 5D" are one name, "NIKON CORPORATION" and "NIKON D90" are "NIKON D90". */
static const char *camera_of(const char *make, const char *model, ts_arena *arena)
{
    size_t brand = strcspn(make, " ,");
    if (!model[0]) return make;
    if (!make[0] || strncasecmp(model, make, brand) == 0) return model;
    return ts_arena_printf(arena, "%s %s", make, model);
}

static bool load_tools(const json_t *extra, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    const json_t *said = json_object_get(extra, "metadata");
    const char *camera =
        camera_of(ts_json_string_or(said, "make", ""), ts_json_string_or(said, "model", ""), arena);
    out->camera = camera ? ts_arena_strdup(arena, camera) : NULL;
    out->lens = ts_arena_strdup(arena, ts_json_string_or(said, "lens", ""));
    return (out->camera && out->lens) || ts_fail_memory(err);
}

static bool load_measures(const json_t *extra, ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    const json_t *quality = json_object_get(extra, "quality");
    out->faces = (unsigned)json_array_size(json_object_get(extra, "faces"));
    out->nsfw = (float)ts_json_number_or(json_object_get(extra, "safety"), "nsfw", -1);
    out->quality = (float)ts_json_number_or(quality, "sharpness", -1);
    out->aesthetic = (float)ts_json_number_or(quality, "aesthetic", -1);
    return load_text(extra, arena, out, err) && load_tools(extra, arena, out, err) &&
           load_colours(extra, arena, out, err) && load_hunches(extra, arena, out, err);
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

static bool fill(ts_txn *txn, const ts_picture_row *row, const ts_tag_row *tags, size_t tag_count,
                 ts_arena *arena, ts_index_picture *out, ts_error *err)
{
    copy_row(row, arena, out);
    json_t *extra = ts_json_of(row->extra);
    bool ok = set_tags(tags, tag_count, arena, out, err) && load_measures(extra, arena, out, err) &&
              load_vector(txn, ts_json_string_or(extra, "embedding_model", NULL), arena, out, err);
    json_decref(extra);
    return ok;
}

static bool is_to_be_found(const ts_picture_row *row)
{
    return row->state != TS_PICTURE_FAILED && !row->gone;
}

bool ts_feed_picture(ts_txn *txn, int64_t number, ts_arena *arena, ts_index_picture *out, bool *there,
                     ts_error *err)
{
    ts_picture_row row;
    ts_error missing = {0};
    const ts_tag_row *tags = NULL;
    size_t count = 0;
    *there = false;
    if (!ts_pictures_get(txn, number, arena, &row, &missing)) {
        if (missing.code == TS_NOT_FOUND) return true;
        if (err) *err = missing;
        return false;
    }
    if (!is_to_be_found(&row)) return true;
    *there = true;
    return ts_tags_between(txn, number, number, arena, &tags, &count, err) &&
           fill(txn, &row, tags, count, arena, out, err);
}

/* The run of tags that are the picture's, from *at on; *at moves behind it. */
static size_t run_of(const ts_tag_row *tags, size_t count, int64_t number, size_t *at)
{
    size_t begin = *at;
    while (begin < count && tags[begin].picture < number) begin++;
    *at = begin;
    while (*at < count && tags[*at].picture == number) ++*at;
    return begin;
}

static bool make_change(ts_txn *txn, const ts_picture_row *row, const ts_tag_row *tags, size_t count,
                        ts_arena *arena, ts_index_change *change, ts_error *err)
{
    *change = (ts_index_change){.kind = TS_INDEX_REMOVE, .number = (uint32_t)row->number};
    if (!is_to_be_found(row)) return true;
    ts_index_picture *picture = TS_NEW(arena, ts_index_picture);
    if (!picture) return ts_fail_memory(err);
    change->kind = TS_INDEX_PUT;
    change->picture = picture;
    return fill(txn, row, tags, count, arena, picture, err);
}

bool ts_feed_page(ts_txn *txn, int64_t after, size_t limit, ts_arena *arena, ts_index_change *changes,
                  size_t *count, ts_error *err)
{
    const ts_picture_row *rows = NULL;
    const ts_tag_row *tags = NULL;
    size_t tag_count = 0, at = 0;
    if (!ts_pictures_after(txn, after, limit, arena, &rows, count, err)) return false;
    if (*count &&
        !ts_tags_between(txn, rows[0].number, rows[*count - 1].number, arena, &tags, &tag_count, err))
        return false;
    for (size_t i = 0; i < *count; i++) {
        size_t begin = run_of(tags, tag_count, rows[i].number, &at);
        if (!make_change(txn, &rows[i], tags + begin, at - begin, arena, &changes[i], err)) return false;
    }
    return true;
}
