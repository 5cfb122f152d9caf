/* service: schemes as documents and in memory. Knows no actor. */
#include "service/scheme_store.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/documents.h"

static const char kind[] = "scheme";

typedef struct edition {
    ts_scheme_held held; /* first: what is given out is this */
    size_t readers;      /* the store's list counts as one */
} edition;

struct ts_scheme_store {
    ts_catalog *catalog;
    const ts_vocab *vocab;
    char *vocab_dir;
    pthread_mutex_t lock; /* of what follows; never held over a call of the catalogue */
    edition **editions;   /* the newest of each name that was asked for */
    size_t count, capacity;
};

ts_scheme_store *ts_scheme_store_new(ts_catalog *catalog, const ts_vocab *vocab, const char *vocab_dir,
                                     ts_error *err)
{
    ts_scheme_store *store = calloc(1, sizeof *store);
    if (store) store->vocab_dir = strdup(vocab_dir);
    if (!store || !store->vocab_dir) {
        free(store);
        (void)ts_fail_memory(err);
        return NULL;
    }
    store->catalog = catalog;
    store->vocab = vocab;
    (void)pthread_mutex_init(&store->lock, NULL);
    return store;
}

static void let_go(edition *e)
{
    if (--e->readers > 0) return;
    ts_scheme_free((ts_scheme *)(uintptr_t)e->held.scheme);
    free(e);
}

void ts_scheme_store_free(ts_scheme_store *store)
{
    if (!store) return;
    for (size_t i = 0; i < store->count; i++) let_go(store->editions[i]);
    free(store->editions);
    free(store->vocab_dir);
    (void)pthread_mutex_destroy(&store->lock);
    free(store);
}

const ts_vocab *ts_scheme_store_vocab(const ts_scheme_store *store)
{
    return store->vocab;
}

const char *ts_scheme_store_vocab_dir(const ts_scheme_store *store)
{
    return store->vocab_dir;
}

/* ---- in memory, under the lock --------------------------------------------------------------------- */

static size_t place_of(const ts_scheme_store *store, const char *name)
{
    size_t i = 0;
    while (i < store->count && strcmp(ts_scheme_name(store->editions[i]->held.scheme), name) != 0) i++;
    return i;
}

static bool make_room(ts_scheme_store *store)
{
    if (store->count < store->capacity) return true;
    size_t capacity = store->capacity ? store->capacity * 2 : 8;
    edition **larger = realloc(store->editions, capacity * sizeof *larger);
    if (!larger) return false;
    store->editions = larger;
    store->capacity = capacity;
    return true;
}

/* An older edition that was read meanwhile does not come in a newer one's place. Without room it just is not kept. */
static void remember(ts_scheme_store *store, edition *e)
{
    size_t at = place_of(store, ts_scheme_name(e->held.scheme));
    if (at == store->count && !make_room(store)) return;
    if (at < store->count && store->editions[at]->held.version > e->held.version) return;
    if (at < store->count) let_go(store->editions[at]);
    else store->count++;
    store->editions[at] = e;
    e->readers++;
}

static void forget(ts_scheme_store *store, const char *name)
{
    size_t at = place_of(store, name);
    if (at == store->count) return;
    let_go(store->editions[at]);
    store->editions[at] = store->editions[--store->count];
}

/* Takes the scheme. One reader: the caller. */
static edition *edition_of(ts_scheme *scheme, int64_t version, int64_t updated, ts_error *err)
{
    edition *e = scheme ? calloc(1, sizeof *e) : NULL;
    if (!e) {
        if (scheme) (void)ts_fail_memory(err);
        ts_scheme_free(scheme);
        return NULL;
    }
    *e = (edition){.held = {.scheme = scheme, .version = version, .updated = updated}, .readers = 1};
    return e;
}

/* ---- from the catalogue ---------------------------------------------------------------------------- */

static ts_scheme *parse_row(const ts_document_row *row, ts_error *err)
{
    json_t *body = json_loads(row->body, 0, NULL);
    const json_t *text = json_object_get(body, "csv");
    ts_scheme *scheme = NULL;
    if (json_is_string(text))
        scheme =
            ts_scheme_read(row->id, json_string_value(text), json_string_length(text), TS_SCHEME_CSV, err);
    else (void)ts_fail(err, TS_CORRUPT, "the scheme %s in the catalogue cannot be read", row->id);
    json_decref(body);
    return scheme;
}

/* The program's own scheme with what the user has set on it. */
static ts_scheme *built_in_with(ts_scheme_store *store, const char *name, const ts_scheme *own, ts_error *err)
{
    ts_scheme *scheme = ts_scheme_built_in(name, store->vocab, store->vocab_dir, err);
    if (!scheme || !own) return scheme;
    if (ts_scheme_take_over(scheme, own, err) && ts_scheme_seal(scheme, err)) return scheme;
    ts_scheme_free(scheme);
    return NULL;
}

static bool read_row(ts_scheme_store *store, const char *name, ts_arena *arena, ts_document_row *row,
                     ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(store->catalog, err);
    bool ok = txn && ts_documents_get(txn, kind, name, arena, row, err);
    ts_catalog_read_end(txn);
    return ok;
}

static bool fail_missing(const char *name, ts_error *err)
{
    (void)ts_fail(err, TS_NOT_FOUND, "there is no scheme \"%.80s\"", name);
    return ts_hint(err, "tagsmith vocab list shows them; tagsmith vocab import brings one in");
}

/* A fresh copy as it stands in the catalogue. */
static ts_scheme *load(ts_scheme_store *store, const char *name, int64_t *version, int64_t *updated,
                       ts_error *err)
{
    ts_error trouble = {0};
    ts_document_row row = {0};
    ts_scheme *own = NULL, *scheme = NULL;
    ts_arena *arena = ts_arena_new(0);
    bool built_in = ts_scheme_is_built_in(name);
    bool found = arena && read_row(store, name, arena, &row, &trouble);
    if (found) own = parse_row(&row, err);
    *version = found ? row.version : 0;
    *updated = found ? row.updated : 0;
    if (!arena) (void)ts_fail_memory(err);
    else if (!found && trouble.code != TS_NOT_FOUND && err) *err = trouble;
    else if (!found && !built_in) (void)fail_missing(name, err);
    else if (built_in && (own || !found)) scheme = built_in_with(store, name, own, err);
    else scheme = own;
    if (own != scheme) ts_scheme_free(own);
    ts_arena_free(arena);
    return scheme;
}

const ts_scheme_held *ts_scheme_hold(ts_scheme_store *store, const char *name, ts_error *err)
{
    int64_t version = 0, updated = 0;
    (void)pthread_mutex_lock(&store->lock);
    size_t at = place_of(store, name);
    edition *e = at < store->count ? store->editions[at] : NULL;
    if (e) e->readers++;
    (void)pthread_mutex_unlock(&store->lock);
    if (e) return &e->held;
    ts_scheme *scheme = load(store, name, &version, &updated, err);
    e = edition_of(scheme, version, updated, err);
    if (!e) return NULL;
    (void)pthread_mutex_lock(&store->lock);
    remember(store, e);
    (void)pthread_mutex_unlock(&store->lock);
    return &e->held;
}

void ts_scheme_release(ts_scheme_store *store, const ts_scheme_held *held)
{
    if (!held) return;
    (void)pthread_mutex_lock(&store->lock);
    let_go((edition *)(uintptr_t)held);
    (void)pthread_mutex_unlock(&store->lock);
}

ts_scheme *ts_scheme_edit(ts_scheme_store *store, const char *name, int64_t *version, ts_error *err)
{
    int64_t updated;
    return load(store, name, version, &updated, err);
}

bool ts_scheme_names(ts_scheme_store *store, ts_arena *arena, const char *const **names, size_t *count,
                     ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t stored = 0, n = 0;
    ts_txn *txn = ts_catalog_read_begin(store->catalog, err);
    bool ok = txn && ts_documents_list(txn, kind, arena, &rows, &stored, err);
    ts_catalog_read_end(txn);
    while (ts_scheme_built_ins[n]) n++;
    const char **list = ok ? TS_NEW_ARRAY(arena, stored + n, const char *) : NULL;
    if (!list) return ok ? ts_fail_memory(err) : false;
    memcpy(list, ts_scheme_built_ins, n * sizeof *list);
    for (size_t i = 0; i < stored; i++)
        if (!ts_scheme_is_built_in(rows[i].id)) list[n++] = rows[i].id;
    *names = list;
    *count = n;
    return true;
}

bool ts_scheme_store_load(ts_scheme_store *store, void (*trouble)(void *context, const ts_error *err),
                          void *context, ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t count = 0;
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(store->catalog, err) : NULL;
    bool ok = txn && ts_documents_list(txn, kind, arena, &rows, &count, err);
    ts_catalog_read_end(txn);
    for (size_t i = 0; ok && i < count; i++) {
        ts_error odd = {0};
        const ts_scheme_held *held = ts_scheme_hold(store, rows[i].id, &odd);
        if (!held) trouble(context, &odd);
        ts_scheme_release(store, held);
    }
    if (!arena) (void)ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}

void ts_scheme_store_search(ts_scheme_store *store, const char *name,
                            void (*found)(void *sink, const char *core), void *sink)
{
    (void)pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->count; i++)
        if (store->editions[i]->held.version > 0)
            ts_scheme_search(store->editions[i]->held.scheme, name, found, sink);
    (void)pthread_mutex_unlock(&store->lock);
}

/* ---- to the catalogue ------------------------------------------------------------------------------ */

typedef struct wish {
    const char *name;
    char *body;
    int64_t expected, version, now;
} wish;

static bool put_document(ts_txn *txn, void *context, ts_error *err)
{
    wish *w = context;
    w->now = ts_txn_now(txn);
    return ts_documents_put(txn, kind, w->name, w->body, w->expected, &w->version, err);
}

static bool delete_document(ts_txn *txn, void *context, ts_error *err)
{
    wish *w = context;
    return ts_documents_delete(txn, kind, w->name, w->expected, err);
}

static char *body_of(const ts_scheme *scheme, ts_error *err)
{
    ts_buf csv = {0};
    char *body = NULL;
    if (ts_scheme_write(scheme, TS_SCHEME_CSV, &csv, err)) {
        json_t *json = json_pack("{s:s%}", "csv", csv.data, csv.length);
        body = json ? json_dumps(json, JSON_COMPACT) : NULL;
        json_decref(json);
        if (!body) (void)ts_fail_memory(err);
    }
    ts_buf_free(&csv);
    return body;
}

bool ts_scheme_put(ts_scheme_store *store, ts_scheme *scheme, int64_t expected, ts_error *err)
{
    wish w = {.name = ts_scheme_name(scheme), .expected = expected};
    bool ok = ts_scheme_seal(scheme, err);
    w.body = ok ? body_of(scheme, err) : NULL;
    ok = w.body && ts_catalog_write(store->catalog, put_document, &w, err);
    free(w.body);
    edition *e = ok ? edition_of(scheme, w.version, w.now, err) : NULL;
    if (!ok) ts_scheme_free(scheme);
    if (!e) return false;
    (void)pthread_mutex_lock(&store->lock);
    remember(store, e);
    let_go(e);
    (void)pthread_mutex_unlock(&store->lock);
    return true;
}

bool ts_scheme_delete(ts_scheme_store *store, const char *name, int64_t expected, ts_error *err)
{
    wish w = {.name = name, .expected = expected};
    if (!ts_catalog_write(store->catalog, delete_document, &w, err)) return false;
    (void)pthread_mutex_lock(&store->lock);
    forget(store, name);
    (void)pthread_mutex_unlock(&store->lock);
    return true;
}
