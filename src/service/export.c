/* service: pictures of the catalogue written out: each made into a record, which exchange/ puts into its form. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/wallclock.h"
#include "catalog/pictures.h"
#include "exchange/export.h"
#include "service/choose.h"
#include "service/core.h"
#include "service/keep.h"

typedef struct out {
    ts_txn *txn;
    ts_exporter *exporter;
    bool whole; /* the record with all that is known */
    bool with_held;
    ts_arena *arena;
    ts_keep_progress progress;
    void *context;
    uint64_t done, total;
    ts_error *err;
    bool failed;
} out;

static json_t *tag_json(const ts_tag_row *tag)
{
    json_t *json = json_pack(
        "{s:s?, s:o, s:s, s:o, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:I}", "concept", tag->concept, "label",
        ts_json_repaired(tag->label), "facet", tag->facet, "confidence", ts_json_rounded(tag->confidence, 4),
        "state", ts_ledger_state_name(tag->state), "source", ts_author_kind_name(tag->author.kind), "by",
        ts_json_repaired(tag->author.name), "analyser", tag->analyser, "model", tag->model, "version",
        tag->version, "raw", ts_json_rounded(tag->raw, 5), "at", (json_int_t)tag->at);
    json_t *grounds = ts_json_of(tag->payload);
    if (json) (void)json_object_update_missing(json, grounds);
    json_decref(grounds);
    return json;
}

static json_t *tags_json(out *o, int64_t picture)
{
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    json_t *tags = json_array();
    if (!ts_tags_list(o->txn, picture, true, true, o->arena, &rows, &count, o->err)) o->failed = true;
    for (size_t i = 0; tags && i < count; i++) (void)json_array_append_new(tags, tag_json(&rows[i]));
    return tags;
}

static json_t *picture_json(out *o, const ts_picture_row *row)
{
    char created[TS_ISO8601_SIZE];
    ts_iso8601_format(row->created, created);
    json_t *json = json_pack(
        "{s:o, s:s, s:s, s:s, s:I, s:s, s:s, s:o, s:o, s:o, s:s, s:{s:I, s:I, s:s, s:I, s:I}, s:o}", "path",
        ts_json_repaired(row->path ? row->path : row->name), "id", row->id, "sha256", row->sha256, "created",
        created, "version", (json_int_t)row->version, "state", ts_picture_state_name(row->state),
        "visibility", ts_visibility_name(row->visibility), "title", ts_json_repaired(row->title),
        "description", ts_json_repaired(row->description), "alt", ts_json_repaired(row->alt), "preset",
        row->preset, "picture", "width", (json_int_t)row->width, "height", (json_int_t)row->height, "format",
        row->format, "bytes", (json_int_t)row->bytes, "orientation", (json_int_t)row->orientation, "tags",
        tags_json(o, row->number));
    json_t *extra = ts_json_of(row->extra);
    if (json) (void)json_object_update_missing(json, extra);
    json_decref(extra);
    return json;
}

/* What the forms of other programs ask for beside the record; where a file lies is none of their readers' business. */
static void put_facts(json_t *json, const ts_picture_row *row)
{
    char taken[TS_ISO8601_SIZE];
    (void)json_object_set_new(json, "path", ts_json_repaired(row->name));
    (void)json_object_set_new(json, "name", ts_json_repaired(row->name));
    if (row->has_taken) {
        ts_iso8601_format(row->taken, taken);
        (void)json_object_set_new(json, "taken", json_string(taken));
    }
    if (!row->has_place) return;
    (void)json_object_set_new(json, "latitude", json_real(row->latitude));
    (void)json_object_set_new(json, "longitude", json_real(row->longitude));
}

static bool write_row(void *context, const ts_picture_row *row)
{
    out *o = context;
    if (!o->with_held && row->visibility != TS_VISIBLE) return true;
    json_t *json = picture_json(o, row);
    if (!json) o->failed = !ts_fail_memory(o->err);
    else if (!o->whole) put_facts(json, row);
    if (!o->failed) o->failed = !ts_exporter_add(o->exporter, json, o->arena, o->err);
    json_decref(json);
    ts_arena_reset(o->arena);
    if (!o->failed && o->progress && ++o->done % 100 == 0 &&
        !o->progress(o->context, o->done, o->total, "pictures"))
        o->failed = !ts_fail(o->err, TS_INTERRUPTED, "stopped before the export was complete");
    return !o->failed;
}

typedef struct selection {
    const uint32_t *numbers;
    size_t count;
} selection;

/* One that was deleted since it was found is none of the export's. */
static bool write_selected(out *o, const selection *some, ts_arena *one, ts_error *err)
{
    o->total = some->count;
    for (size_t i = 0; i < some->count && !o->failed; i++) {
        ts_picture_row row;
        ts_error trouble = {0};
        ts_arena_reset(one);
        if (ts_pictures_get(o->txn, some->numbers[i], one, &row, &trouble)) {
            (void)write_row(o, &row);
        } else if (trouble.code != TS_NOT_FOUND) {
            if (err) *err = trouble;
            return false;
        }
    }
    return true;
}

/* The choice is made before the snapshot is taken: a query may need one of its own (near: names a picture by its id), and
 * whoever holds one while waiting for another may wait for himself. */
static bool write_rows(ts_service *service, out *o, const ts_choice *which, ts_error *err)
{
    selection some = {0};
    ts_arena *found = ts_arena_new(0), *one = ts_arena_new(0);
    bool chosen = ts_choice_is_made(which);
    bool ok = (found && one) || ts_fail_memory(err);
    ok = ok && (!chosen || ts_service_choose(service, which, found, &some.numbers, &some.count, err));
    ok = ok && (o->txn = ts_catalog_read_begin(service->catalog, err)) != NULL;
    if (ok) ok = chosen ? write_selected(o, &some, one, err) : ts_pictures_scan(o->txn, 0, write_row, o, err);
    ts_catalog_read_end(o->txn);
    ts_arena_free(found);
    ts_arena_free(one);
    return ok && !o->failed;
}

static bool check_ask(const ts_actor *actor, const ts_export_ask *ask, ts_export_format *format,
                      ts_error *err)
{
    if (!ts_export_format_of(ask->format ? ask->format : "ndjson", format))
        return ts_fail(err, TS_USAGE, "pictures are exported as ndjson, json, csv, coco or xmp");
    if (*format == TS_EXPORT_NDJSON) return ts_actor_may(actor, TS_SCOPE_ADMIN, err);
    return ts_actor_may(actor, TS_SCOPE_READ, err) &&
           (!ask->which.with_held || ts_actor_may(actor, TS_SCOPE_REVIEW, err));
}

bool ts_service_export(ts_service *service, const ts_actor *actor, const ts_export_ask *ask,
                       ts_keep_progress progress, void *context, ts_error *err)
{
    ts_export_format format;
    ts_choice which = ask->which;
    if (!check_ask(actor, ask, &format, err)) return false;
    out o = {.progress = progress, .context = context, .err = err, .whole = format == TS_EXPORT_NDJSON};
    o.with_held = which.with_held = which.with_held || o.whole;
    ts_export_options options = {.format = format,
                                 .vocab = service->vocab,
                                 .language = ask->language,
                                 .with_suggested = ask->with_suggested,
                                 .fd = ask->fd,
                                 .aside = ask->aside};
    o.arena = ts_arena_new(0);
    o.exporter = o.arena ? ts_exporter_open(&options, err) : NULL;
    bool ok = o.arena || ts_fail_memory(err);
    ok = ok && o.exporter && write_rows(service, &o, &which, err) && ts_exporter_end(o.exporter, err);
    ts_exporter_free(o.exporter);
    ts_arena_free(o.arena);
    return ok;
}

bool ts_export_kind(const char *format, const char **media_type, const char **file_name, ts_error *err)
{
    ts_export_format known;
    if (!ts_export_format_of(format ? format : "ndjson", &known))
        return ts_fail(err, TS_USAGE, "there is no form \"%s\"", format);
    *media_type = ts_export_media_type(known);
    *file_name = ts_export_file_name(known);
    return true;
}
