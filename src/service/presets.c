/* service: presets kept as documents. Knows no pictures. */
#include <string.h>

#include "catalog/documents.h"
#include "service/core.h"
#include "service/preset_parse.h"
#include "service/schemes.h"

static const char kind[] = "preset";
static const char standard[] = "default";

/* ---- reading --------------------------------------------------------------------------------------- */

static void give_up(void *json)
{
    json_decref(json);
}

/* The parsed body goes with the arena that the preset lives in. */
static const json_t *keep_json(const char *text, ts_arena *arena, ts_error *err)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (!json) {
        (void)ts_fail(err, TS_CORRUPT, "a preset in the catalogue is no JSON");
        return NULL;
    }
    if (ts_arena_defer(arena, give_up, json)) return json;
    json_decref(json);
    (void)ts_fail_memory(err);
    return NULL;
}

static bool parse_row(const ts_document_row *row, ts_arena *arena, ts_preset *out, ts_error *err)
{
    const json_t *body = keep_json(row->body, arena, err);
    if (!body || !ts_preset_parse(row->id, body, arena, out, err)) return false;
    out->version = row->version;
    return true;
}

static bool list_rows(ts_service *service, ts_arena *arena, const ts_document_row **rows, size_t *count,
                      ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_documents_list(txn, kind, arena, rows, count, err);
    ts_catalog_read_end(txn);
    return ok;
}

/* What there is when nobody has put anything: every tag the machine is sure of or suggests, nothing held. */
static bool fallback(ts_arena *arena, ts_preset *out, ts_error *err)
{
    return parse_row(&(ts_document_row){.id = standard, .body = "{}"}, arena, out, err);
}

static bool find_default(const ts_document_row *rows, size_t count, const char *origin, ts_arena *arena,
                         ts_preset *out, bool *found, ts_error *err)
{
    *found = false;
    for (size_t i = 0; i < count && !*found; i++) {
        if (!parse_row(&rows[i], arena, out, err)) return false;
        *found = ts_preset_is_default_for(out->body, origin);
    }
    return true;
}

bool ts_service_preset(ts_service *service, const char *name, const char *origin, ts_arena *arena,
                       ts_preset *out, ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t count = 0;
    bool found = false;
    if (!list_rows(service, arena, &rows, &count, err)) return false;
    if (!name && origin && !find_default(rows, count, origin, arena, out, &found, err)) return false;
    if (found) return true;
    const char *wanted = name ? name : standard;
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].id, wanted) == 0) return parse_row(&rows[i], arena, out, err);
    if (strcmp(wanted, standard) == 0) return fallback(arena, out, err);
    (void)ts_fail(err, TS_NOT_FOUND, "there is no preset \"%.80s\"", wanted);
    return ts_hint(err, "GET /api/presets lists them");
}

bool ts_service_preset_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_preset **out, size_t *count, ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t stored = 0, n = 0;
    bool has_standard = false;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err) || !list_rows(service, arena, &rows, &stored, err))
        return false;
    ts_preset *presets = TS_NEW_ARRAY(arena, stored + 1, ts_preset);
    if (!presets) return ts_fail_memory(err);
    for (size_t i = 0; i < stored; i++) {
        if (!parse_row(&rows[i], arena, &presets[n++], err)) return false;
        has_standard = has_standard || strcmp(rows[i].id, standard) == 0;
    }
    if (!has_standard && !fallback(arena, &presets[n++], err)) return false;
    *out = presets;
    *count = n;
    return true;
}

/* ---- changing -------------------------------------------------------------------------------------- */

typedef struct put_wish {
    const char *name, *body;
    int64_t expected, version;
} put_wish;

static bool put_document(ts_txn *txn, void *context, ts_error *err)
{
    put_wish *wish = context;
    return ts_documents_put(txn, kind, wish->name, wish->body, wish->expected, &wish->version, err);
}

static bool delete_document(ts_txn *txn, void *context, ts_error *err)
{
    put_wish *wish = context;
    return ts_documents_delete(txn, kind, wish->name, wish->expected, err);
}

static bool name_is_fine(const char *name, ts_error *err)
{
    size_t length = strlen(name);
    bool ok = length >= 1 && length <= 64 &&
              strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
    return ok || ts_fail(err, TS_USAGE,
                         "a preset's name has 1 to 64 letters, digits, dots, dashes and underscores");
}

static bool check_schemes(ts_service *service, const ts_preset *preset, ts_error *err)
{
    ts_scheme_words words;
    bool ok = ts_service_words_open(service, preset->scheme, "en", false, &words, err);
    ts_service_words_close(service, &words);
    if (!ok && err && err->code == TS_NOT_FOUND) err->code = TS_USAGE; /* the preset is what is wrong */
    return ok;
}

bool ts_service_preset_put(ts_service *service, const ts_actor *actor, const char *name, const json_t *body,
                           int64_t if_version, ts_arena *arena, ts_preset *out, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err) || !name_is_fine(name, err)) return false;
    if (!ts_preset_parse(name, body, arena, out, err) || !ts_preset_check_analysers(body, err) ||
        !ts_preset_check_concepts(out, service->vocab, arena, err) || !check_schemes(service, out, err))
        return false;
    put_wish wish = {.name = name, .body = ts_json_dump(body, arena, err), .expected = if_version};
    if (!wish.body || !ts_catalog_write(service->catalog, put_document, &wish, err)) return false;
    return parse_row(&(ts_document_row){.id = name, .version = wish.version, .body = wish.body}, arena, out,
                     err);
}

bool ts_service_preset_delete(ts_service *service, const ts_actor *actor, const char *name,
                              int64_t if_version, ts_error *err)
{
    put_wish wish = {.name = name, .expected = if_version};
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_catalog_write(service->catalog, delete_document, &wish, err);
}
