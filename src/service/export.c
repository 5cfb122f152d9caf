/* service: the catalogue written out, one line of JSON a picture. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/wallclock.h"
#include "catalog/pictures.h"
#include "service/core.h"
#include "service/keep.h"

typedef struct out {
    ts_txn *txn;
    int fd;
    ts_buf buf;
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

static bool flush(out *o)
{
    for (size_t at = 0; at < o->buf.length;) {
        ssize_t n = write(o->fd, o->buf.data + at, o->buf.length - at);
        if (n <= 0) return ts_fail_errno(o->err, "cannot write the export");
        at += (size_t)n;
    }
    ts_buf_clear(&o->buf);
    return true;
}

static bool write_row(void *context, const ts_picture_row *row)
{
    enum { flush_at = 1 << 20 };
    out *o = context;
    json_t *json = picture_json(o, row);
    char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;
    if (!line || !ts_buf_puts(&o->buf, line) || !ts_buf_putc(&o->buf, '\n'))
        o->failed = !ts_fail_memory(o->err);
    free(line);
    json_decref(json);
    ts_arena_reset(o->arena);
    if (!o->failed && o->buf.length > flush_at && !flush(o)) o->failed = true;
    if (o->progress && ++o->done % 100 == 0 && !o->progress(o->context, o->done, o->total, "pictures"))
        o->failed = !ts_fail(o->err, TS_INTERRUPTED, "stopped before the export was complete");
    return !o->failed;
}

typedef struct selection {
    const uint32_t *numbers;
    size_t count;
} selection;

/* Before the snapshot is taken: a query may need one of its own (near: names a picture by its id), and whoever holds one
 * while waiting for another may wait for himself. */
static bool select_rows(ts_service *service, const char *query, ts_arena *arena, selection *some,
                        ts_error *err)
{
    ts_find find = {.query = query, .min_score = -1, .with_held = true};
    (void)ts_feed_wait(service->feed, ts_catalog_last_seq(service->catalog), 2000);
    return ts_index_select(service->index, &find, arena, &some->numbers, &some->count, err);
}

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

static bool write_rows(ts_service *service, out *o, const char *query, ts_error *err)
{
    selection some = {0};
    ts_arena *found = ts_arena_new(0), *one = ts_arena_new(0);
    bool by_query = query && query[0];
    bool ok = (found && one) || ts_fail_memory(err);
    ok = ok && (!by_query || select_rows(service, query, found, &some, err));
    ok = ok && (o->txn = ts_catalog_read_begin(service->catalog, err)) != NULL;
    if (ok)
        ok = by_query ? write_selected(o, &some, one, err) : ts_pictures_scan(o->txn, 0, write_row, o, err);
    ts_catalog_read_end(o->txn);
    ts_arena_free(found);
    ts_arena_free(one);
    return ok && !o->failed;
}

bool ts_service_export(ts_service *service, const ts_actor *actor, const char *query, int fd,
                       ts_keep_progress progress, void *context, ts_error *err)
{
    out o = {.fd = fd, .progress = progress, .context = context, .err = err, .arena = ts_arena_new(0)};
    bool ok = o.arena || ts_fail_memory(err);
    ok = ok && ts_actor_may(actor, TS_SCOPE_ADMIN, err) && write_rows(service, &o, query, err) && flush(&o);
    ts_buf_free(&o.buf);
    ts_arena_free(o.arena);
    return ok;
}
