/* service: the use cases of schemes. Knows no file and no request. */
#include "service/schemes.h"

#include <string.h>

#include "catalog/documents.h"
#include "service/scheme_set.h"
#include "service/scheme_store.h"

/* ---- looking --------------------------------------------------------------------------------------- */

static void count_matches(const ts_scheme *scheme, ts_scheme_row *row)
{
    size_t *const counts[TS_MATCH_STATE_COUNT] = {&row->confirmed, &row->proposed, &row->rejected};
    for (size_t i = 0; i < ts_scheme_count(scheme); i++) {
        const ts_entry *entry = ts_scheme_at(scheme, i);
        for (size_t k = 0; k < entry->match_count; k++) ++*counts[entry->matches[k].state];
    }
}

static bool copy_notes(const ts_scheme *scheme, ts_arena *arena, ts_scheme_row *row)
{
    const char *const *notes = NULL;
    row->note_count = ts_scheme_notes(scheme, &notes);
    const char **copies = TS_NEW_ARRAY(arena, row->note_count, const char *);
    if (!copies) return false;
    for (size_t i = 0; i < row->note_count; i++)
        if (!(copies[i] = ts_arena_strdup(arena, notes[i]))) return false;
    row->notes = copies;
    return true;
}

static bool fill_row(const ts_scheme_held *held, ts_arena *arena, ts_scheme_row *row, ts_error *err)
{
    const ts_scheme *scheme = held->scheme;
    *row = (ts_scheme_row){.name = ts_arena_strdup(arena, ts_scheme_name(scheme)),
                           .title = ts_arena_strdup(arena, ts_scheme_title(scheme, "en")),
                           .uri = ts_arena_strdup(arena, ts_scheme_uri(scheme)),
                           .edition = ts_arena_strdup(arena, ts_scheme_version(scheme)),
                           .version = held->version,
                           .updated = held->updated,
                           .built_in = ts_scheme_is_built_in(ts_scheme_name(scheme)),
                           .concepts = ts_scheme_count(scheme)};
    count_matches(scheme, row);
    bool ok = row->name && row->title && row->uri && row->edition && copy_notes(scheme, arena, row);
    return ok || ts_fail_memory(err);
}

static bool row_of(ts_scheme_store *store, const char *name, ts_arena *arena, ts_scheme_row *row,
                   ts_error *err)
{
    const ts_scheme_held *held = ts_scheme_hold(store, name, err);
    bool ok = held && fill_row(held, arena, row, err);
    ts_scheme_release(store, held);
    return ok;
}

bool ts_service_scheme_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_scheme_row **rows, size_t *count, ts_error *err)
{
    ts_scheme_store *store = ts_service_scheme_store(service);
    const char *const *names = NULL;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err) || !ts_scheme_names(store, arena, &names, count, err))
        return false;
    ts_scheme_row *list = TS_NEW_ARRAY(arena, *count, ts_scheme_row);
    if (!list) return ts_fail_memory(err);
    for (size_t i = 0; i < *count; i++)
        if (!row_of(store, names[i], arena, &list[i], err)) return false;
    *rows = list;
    return true;
}

bool ts_service_scheme(ts_service *service, const ts_actor *actor, const char *name, ts_arena *arena,
                       ts_scheme_row *row, ts_error *err)
{
    return ts_actor_may(actor, TS_SCOPE_READ, err) &&
           row_of(ts_service_scheme_store(service), name, arena, row, err);
}

bool ts_service_scheme_export(ts_service *service, const ts_actor *actor, const char *name,
                              ts_scheme_format format, ts_buf *out, ts_error *err)
{
    ts_scheme_view view = {0};
    bool ok = ts_service_scheme_view(service, actor, name, NULL, &view, err) &&
              ts_scheme_write(view.scheme, format, out, err);
    ts_service_scheme_release(service, &view);
    return ok;
}

bool ts_service_scheme_matches(ts_service *service, const ts_actor *actor, const char *name, int state,
                               ts_buf *out, ts_error *err)
{
    const ts_vocab *vocab = ts_scheme_store_vocab(ts_service_scheme_store(service));
    ts_scheme_view view = {0};
    bool ok = ts_service_scheme_view(service, actor, name, NULL, &view, err) &&
              ts_matches_write(view.scheme, vocab, state, out, err);
    ts_service_scheme_release(service, &view);
    return ok;
}

bool ts_service_scheme_view(ts_service *service, const ts_actor *actor, const char *name, const char *concept,
                            ts_scheme_view *view, ts_error *err)
{
    *view = (ts_scheme_view){0};
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    const ts_scheme_held *held = ts_scheme_hold(ts_service_scheme_store(service), name, err);
    if (!held) return false;
    *view = (ts_scheme_view){.scheme = held->scheme, .held = held, .version = held->version};
    if (!concept) return true;
    view->entry = ts_scheme_resolve(held->scheme, concept, err);
    if (!view->entry) ts_service_scheme_release(service, view);
    return view->entry != NULL;
}

void ts_service_scheme_release(ts_service *service, ts_scheme_view *view)
{
    if (view->held) ts_scheme_release(ts_service_scheme_store(service), view->held);
    *view = (ts_scheme_view){0};
}

/* ---- tags in them ---------------------------------------------------------------------------------- */

static bool hold_one(ts_service *service, const char *name, size_t length, bool passing,
                     ts_scheme_words *words, ts_error *err)
{
    char copy[65] = "";
    ts_error none = {0};
    if (words->how.count == TS_SCHEMES_MAX)
        return ts_fail(err, TS_USAGE, "at most %d vocabularies at once", TS_SCHEMES_MAX);
    memcpy(copy, name, length < sizeof copy ? length : 0);
    const ts_scheme_held *held = ts_scheme_hold(ts_service_scheme_store(service), copy, &none);
    if (!held && passing && none.code == TS_NOT_FOUND) return true;
    if (!held && err) *err = none;
    if (!held) return false;
    words->held[words->how.count] = held;
    words->how.schemes[words->how.count++] = held->scheme;
    return true;
}

bool ts_service_words_open(ts_service *service, const char *list, const char *language, bool passing,
                           ts_scheme_words *words, ts_error *err)
{
    *words = (ts_scheme_words){.how = {.language = language}};
    while (list && *list) {
        size_t length = strcspn(list, ",");
        if (!hold_one(service, list, length, passing, words, err)) return false;
        list += length + (list[length] == ',');
    }
    return true;
}

void ts_service_words_close(ts_service *service, ts_scheme_words *words)
{
    for (size_t i = 0; i < words->how.count; i++)
        ts_scheme_release(ts_service_scheme_store(service), words->held[i]);
    *words = (ts_scheme_words){0};
}

/* ---- changing -------------------------------------------------------------------------------------- */

/* A fault in the file is its sender's. */
static bool of_sender(ts_error *err)
{
    if (err && err->code == TS_CONFIG) err->code = TS_USAGE;
    return false;
}

/* A newer edition takes over; so it must be made from the one that is there when it is put. */
static bool succeed(ts_scheme_store *store, ts_scheme *fresh, int64_t *version, ts_error *err)
{
    ts_error none = {0};
    ts_scheme *old = ts_scheme_edit(store, ts_scheme_name(fresh), version, &none);
    bool ok = old ? ts_scheme_take_over(fresh, old, err) : none.code == TS_NOT_FOUND;
    if (!ok && !old && err) *err = none;
    ts_scheme_free(old);
    return ok;
}

static bool check_expected(const char *name, int64_t expected, int64_t there, ts_error *err)
{
    if (expected == TS_VERSION_ANY || expected == there) return true;
    (void)ts_fail(err, TS_CHANGED, "the scheme \"%s\" was changed meanwhile", name);
    return ts_hint(err, "read it again, then repeat the change");
}

bool ts_service_scheme_import(ts_service *service, const ts_actor *actor, const char *name, const void *bytes,
                              size_t length, ts_scheme_format format, int64_t if_version, ts_arena *arena,
                              ts_scheme_row *row, ts_error *err)
{
    ts_scheme_store *store = ts_service_scheme_store(service);
    int64_t version = 0;
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (ts_scheme_is_built_in(name))
        return ts_fail(err, TS_CONFLICT, "the scheme \"%s\" comes with Tagsmith: choose another name", name);
    ts_scheme *fresh = ts_scheme_read(name, bytes, length, format, err);
    if (!fresh) return of_sender(err);
    if (!succeed(store, fresh, &version, err) || !check_expected(name, if_version, version, err)) {
        ts_scheme_free(fresh);
        return false;
    }
    return ts_scheme_put(store, fresh, version, err) && row_of(store, name, arena, row, err);
}

bool ts_service_scheme_delete(ts_service *service, const ts_actor *actor, const char *name,
                              int64_t if_version, ts_error *err)
{
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_scheme_delete(ts_service_scheme_store(service), name, if_version, err);
}

bool ts_service_scheme_propose(ts_service *service, const ts_actor *actor, const char *name, ts_buf *out,
                               ts_error *err)
{
    ts_scheme_store *store = ts_service_scheme_store(service);
    const ts_vocab *vocab = ts_scheme_store_vocab(store);
    int64_t version = 0;
    size_t count = 0;
    ts_scheme *scheme =
        ts_actor_may(actor, TS_SCOPE_ADMIN, err) ? ts_scheme_edit(store, name, &version, err) : NULL;
    if (!scheme) return false;
    if (!ts_scheme_propose(scheme, vocab, ts_scheme_store_vocab_dir(store), &count, err) ||
        !ts_matches_write(scheme, vocab, TS_MATCH_PROPOSED, out, err)) {
        ts_scheme_free(scheme);
        return false;
    }
    return ts_scheme_put(store, scheme, version, err);
}

bool ts_service_scheme_judge(ts_service *service, const ts_actor *actor, const char *name, const void *bytes,
                             size_t length, size_t *taken, ts_error *err)
{
    ts_scheme_store *store = ts_service_scheme_store(service);
    int64_t version = 0;
    *taken = 0;
    ts_scheme *scheme =
        ts_actor_may(actor, TS_SCOPE_ADMIN, err) ? ts_scheme_edit(store, name, &version, err) : NULL;
    if (!scheme) return false;
    if (!ts_matches_read(scheme, ts_scheme_store_vocab(store), bytes, length, taken, err)) {
        ts_scheme_free(scheme);
        return of_sender(err);
    }
    return ts_scheme_put(store, scheme, version, err);
}

bool ts_service_scheme_set(ts_service *service, const ts_actor *actor, const char *name, const char *concept,
                           const json_t *settings, int64_t if_version, ts_error *err)
{
    ts_scheme_store *store = ts_service_scheme_store(service);
    int64_t version = 0;
    ts_scheme *scheme =
        ts_actor_may(actor, TS_SCOPE_ADMIN, err) ? ts_scheme_edit(store, name, &version, err) : NULL;
    ts_entry *entry = scheme ? ts_scheme_resolve(scheme, concept, err) : NULL;
    bool ok = entry && check_expected(name, if_version, version, err) &&
              ts_scheme_settings_apply(scheme, entry, ts_scheme_store_vocab(store), settings, err);
    if (ok) return ts_scheme_put(store, scheme, version, err);
    ts_scheme_free(scheme);
    return false;
}
