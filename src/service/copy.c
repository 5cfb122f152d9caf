/* service: pictures copied. Knows no dialect. */
#include "service/copy.h"

#include "catalog/tags.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"
#include "service/revisions.h"

typedef struct copying {
    ts_service *service;
    const ts_actor *actor;
    const ts_copy *wish;
    ts_arena *arena;
    ts_picture_full *out;
} copying;

/* ---- the row ------------------------------------------------------------------------------------ */

/* A webhook that came with the first picture is not the copy's. */
static bool copy_extra(const copying *c, ts_picture_row *row, ts_error *err)
{
    const char *key;
    json_t *value;
    json_t *all = ts_json_of(row->extra), *own = json_object_get(all, "extra");
    (void)json_object_del(all, TS_CALLBACK);
    (void)json_object_del(all, TS_REVISION);
    if (!own) (void)json_object_set_new(all, "extra", own = json_object());
    json_object_foreach ((json_t *)(uintptr_t)c->wish->extra, key, value) {
        if (json_is_null(value)) (void)json_object_del(own, key);
        else (void)json_object_set_new(own, key, json_deep_copy(value));
    }
    row->extra = ts_json_dump(all, c->arena, err);
    json_decref(all);
    return row->extra != NULL;
}

/* Who has the name; 0: nobody, or it is no matter. */
static bool find_holder(const copying *c, ts_txn *txn, int64_t *holder, ts_error *err)
{
    ts_error missing = {0};
    *holder = 0;
    if (!c->wish->succeeds || ts_names_find(txn, c->wish->space, c->wish->alias, holder, &missing) ||
        missing.code == TS_NOT_FOUND)
        return true;
    if (err) *err = missing;
    return false;
}

/* *older: whose place the copy took, or 0. */
static bool take_place(const copying *c, ts_txn *txn, ts_picture_row *row, int64_t *older, ts_error *err)
{
    ts_picture_row holder;
    if (!find_holder(c, txn, older, err)) return false;
    return !*older || (ts_pictures_get(txn, *older, c->arena, &holder, err) &&
                       ts_revision_begin(txn, &holder, row, c->arena, err));
}

static bool copy_row(const copying *c, ts_txn *txn, const ts_picture_row *from, ts_picture_row *row,
                     ts_error *err)
{
    int64_t older = 0;
    *row = *from;
    row->number = row->version = 0;
    row->id = NULL;
    row->created = 0;
    if (from->path)
        return ts_fail(err, TS_UNSUPPORTED, "a picture that stays in its own folder cannot be copied here");
    if (from->state == TS_PICTURE_PENDING)
        return ts_fail(err, TS_BUSY, "this picture is not tagged yet: it can be copied in a moment");
    if (c->wish->name) row->name = c->wish->name;
    return copy_extra(c, row, err) && take_place(c, txn, row, &older, err) &&
           ts_pictures_insert(txn, row, c->arena, err) &&
           (!older || ts_revision_end(txn, older, row, c->arena, err));
}

/* ---- tags and vectors --------------------------------------------------------------------------- */

static bool is_machines(const ts_tag_row *row)
{
    return row->author.kind == TS_AUTHOR_MODEL || row->author.kind == TS_AUTHOR_RULE ||
           row->author.kind == TS_AUTHOR_SYSTEM;
}

static ts_tag_input input_of(const ts_tag_row *row)
{
    return (ts_tag_input){.concept = row->concept,
                          .label = row->label,
                          .folded = row->concept ? NULL : row->key + sizeof "word/" - 1,
                          .facet = row->facet,
                          .state = row->state,
                          .confidence = row->confidence,
                          .raw = row->raw,
                          .analyser = row->analyser,
                          .model = row->model,
                          .version = row->version,
                          .payload = row->payload};
}

static bool copy_machines_tags(ts_txn *txn, const ts_tag_row *rows, size_t count, int64_t to, ts_arena *arena,
                               ts_error *err)
{
    ts_tag_input *inputs = TS_NEW_ARRAY(arena, count, ts_tag_input);
    ts_tag_run_input run = {.tags = inputs};
    ts_tag_diff diff;
    if (!inputs) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!is_machines(&rows[i])) continue;
        run.author = rows[i].author;
        inputs[run.count++] = input_of(&rows[i]);
    }
    return run.count == 0 || ts_tags_record_run(txn, to, &run, arena, &diff, err);
}

static bool copy_peoples_tags(ts_txn *txn, const ts_tag_row *rows, size_t count, int64_t to, ts_arena *arena,
                              ts_error *err)
{
    ts_tag_diff diff;
    for (size_t i = 0; i < count; i++) {
        if (is_machines(&rows[i])) continue;
        bool removed = rows[i].action == TS_LEDGER_REMOVE;
        ts_ledger_action action = rows[i].state != TS_LEDGER_REJECTED ? TS_LEDGER_ADD
                                  : removed                           ? TS_LEDGER_REMOVE
                                                                      : TS_LEDGER_REJECT;
        ts_tag_edit edit = {.action = action, .tag = input_of(&rows[i])};
        if (!ts_tags_edit(txn, to, &edit, 1, &rows[i].author, NULL, arena, &diff, err)) return false;
    }
    return true;
}

static bool copy_tags(ts_txn *txn, int64_t from, int64_t to, ts_arena *arena, ts_error *err)
{
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    return ts_tags_list(txn, from, true, true, arena, &rows, &count, err) &&
           copy_machines_tags(txn, rows, count, to, arena, err) &&
           copy_peoples_tags(txn, rows, count, to, arena, err);
}

enum { vectors_max = 16 };

typedef struct vectors {
    int64_t of;
    ts_vector_row rows[vectors_max];
    size_t count;
    ts_arena *arena;
} vectors;

/* Rows live for this call; writing has to wait until the scan is over. */
static bool note_vector(void *context, const ts_vector_row *row)
{
    vectors *v = context;
    if (row->picture != v->of || v->count == vectors_max) return false;
    float *values = TS_NEW_ARRAY(v->arena, row->count, float);
    if (!values) return false;
    for (size_t i = 0; i < row->count; i++) values[i] = row->values[i];
    v->rows[v->count] = *row;
    v->rows[v->count].values = values;
    v->rows[v->count++].model = ts_arena_strdup(v->arena, row->model);
    return true;
}

static bool copy_vectors(ts_txn *txn, int64_t from, int64_t to, ts_arena *arena, ts_error *err)
{
    vectors v = {.of = from, .arena = arena};
    if (!ts_vectors_scan(txn, NULL, from - 1, note_vector, &v, err)) return false;
    if (ts_arena_failed(arena)) return ts_fail_memory(err);
    for (size_t i = 0; i < v.count; i++) {
        v.rows[i].picture = to;
        if (!ts_vectors_put(txn, &v.rows[i], err)) return false;
    }
    return true;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static bool commit_copy(ts_txn *txn, void *context, ts_error *err)
{
    const copying *c = context;
    ts_picture_row from, row;
    bool held = ts_scopes_cover(c->actor->scopes, TS_SCOPE_REVIEW);
    if (!ts_picture_find(txn, c->wish->id, held, c->arena, &from, err) || !copy_row(c, txn, &from, &row, err))
        return false;
    if (c->wish->space && !ts_names_put(txn, c->wish->space, c->wish->alias, row.number, false, err))
        return false;
    return copy_tags(txn, from.number, row.number, c->arena, err) &&
           copy_vectors(txn, from.number, row.number, c->arena, err) &&
           ts_picture_fill(txn, row.number, false, c->arena, c->out, err) &&
           (c->wish->silent ||
            ts_picture_tell(c->service, txn, ts_event_of(c->out->row.visibility), c->out, NULL, err));
}

bool ts_service_picture_copy(ts_service *service, const ts_actor *actor, const ts_copy *copy, ts_arena *arena,
                             ts_picture_full *out, ts_error *err)
{
    copying c = {service, actor, copy, arena, out};
    return ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
           ts_catalog_write(service->catalog, commit_copy, &c, err);
}
