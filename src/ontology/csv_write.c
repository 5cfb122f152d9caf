/* ontology: a scheme as a table: csv_read.c reads the same scheme from it. Must not know RDF. */
#include <stdio.h>
#include <string.h>

#include "ontology/csv.h"
#include "ontology/private.h"

typedef struct column {
    ts_words_kind kind;
    const char *language;
} column;

/* What any entry has, in the order of the kinds. */
typedef struct columns {
    column *items;
    size_t count;
    bool broader, related, matches, hide, never, threshold, merged;
} columns;

static bool has_column(const columns *c, const ts_words *words)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].kind == words->kind && strcmp(c->items[i].language, words->language) == 0)
            return true;
    return false;
}

static bool collect_words(const ts_scheme *scheme, ts_words_kind kind, ts_arena *arena, columns *c)
{
    for (size_t i = 0; i < scheme->count; i++) {
        const ts_entry *entry = scheme->entries[i];
        for (size_t k = 0; k < entry->word_count; k++) {
            const ts_words *words = &entry->words[k];
            if (words->kind != kind || has_column(c, words)) continue;
            column *larger = ts_grow(arena, c->items, c->count, sizeof *larger);
            if (!larger) return false;
            larger[c->count++] = (column){kind, words->language};
            c->items = larger;
        }
    }
    return true;
}

static bool collect(const ts_scheme *scheme, ts_arena *arena, columns *c)
{
    for (int kind = 0; kind < TS_WORDS_KIND_COUNT; kind++)
        if (!collect_words(scheme, (ts_words_kind)kind, arena, c)) return false;
    for (size_t i = 0; i < scheme->count; i++) {
        const ts_entry *entry = scheme->entries[i];
        c->broader = c->broader || entry->broader_count;
        c->related = c->related || entry->related_count;
        c->matches = c->matches || entry->match_count;
        c->hide = c->hide || entry->hidden;
        c->never = c->never || entry->never;
        c->threshold = c->threshold || entry->threshold >= 0;
        c->merged = c->merged || entry->merged;
    }
    return true;
}

/* ---- the head -------------------------------------------------------------------------------------- */

/* Titles hold no line ends, so the rest of the line is the value. */
static void put_comment(ts_buf *out, const char *key, const char *language, const char *value)
{
    (void)ts_buf_printf(out, "# %s%s%s: %s\r\n", key, language[0] ? "@" : "", language, value);
}

static void put_about(const ts_scheme *scheme, ts_buf *out)
{
    if (scheme->uri[0]) put_comment(out, "uri", "", scheme->uri);
    if (scheme->version[0]) put_comment(out, "version", "", scheme->version);
    for (size_t i = 0; i < scheme->title_count; i++)
        put_comment(out, "title", scheme->titles[i].language, scheme->titles[i].text);
}

static void put_header(const columns *c, ts_buf *out)
{
    bool first = true;
    ts_csv_put(out, "id", &first);
    for (size_t i = 0; i < c->count; i++) {
        char name[64 + TS_SCHEME_LANGUAGE_MAX];
        (void)snprintf(name, sizeof name, "%s%s%s", ts_words_docs[c->items[i].kind].column,
                       c->items[i].language[0] ? "@" : "", c->items[i].language);
        ts_csv_put(out, name, &first);
    }
    if (c->broader) ts_csv_put(out, "broader", &first);
    if (c->related) ts_csv_put(out, "related", &first);
    if (c->matches) ts_csv_put(out, "matches", &first);
    if (c->hide) ts_csv_put(out, "hide", &first);
    if (c->never) ts_csv_put(out, "never", &first);
    if (c->threshold) ts_csv_put(out, "threshold", &first);
    if (c->merged) ts_csv_put(out, "merge_into", &first);
    ts_csv_end(out, &first);
}

/* ---- rows ------------------------------------------------------------------------------------------ */

static void put_list(ts_buf *out, ts_buf *list, bool *first)
{
    ts_csv_put(out, list->data ? list->data : "", first);
    out->failed = out->failed || list->failed;
    ts_buf_clear(list);
}

static void put_words(const ts_entry *entry, const column *c, ts_buf *list, ts_buf *out, bool *first)
{
    bool listed = ts_words_docs[c->kind].listed;
    ts_buf_clear(list);
    for (size_t i = 0; i < entry->word_count; i++) {
        const ts_words *words = &entry->words[i];
        if (words->kind != c->kind || strcmp(words->language, c->language) != 0) continue;
        if (listed) ts_csv_put_item(list, words->text);
        else (void)ts_buf_puts(list, words->text);
    }
    put_list(out, list, first);
}

static void put_links(const char *const *ids, size_t count, ts_buf *list, ts_buf *out, bool *first)
{
    ts_buf_clear(list);
    for (size_t i = 0; i < count; i++) ts_csv_put_item(list, ids[i]);
    put_list(out, list, first);
}

static void put_matches(const ts_entry *entry, ts_buf *list, ts_buf *out, bool *first)
{
    static const char *const signs[TS_MATCH_STATE_COUNT] = {"", "?", "!"};
    char item[TS_SCHEME_ID_MAX + 64];
    ts_buf_clear(list);
    for (size_t i = 0; i < entry->match_count; i++) {
        const ts_match *match = &entry->matches[i];
        (void)snprintf(item, sizeof item, "%s%s %s", signs[match->state],
                       ts_match_relation_name(match->relation), match->core);
        ts_csv_put_item(list, item);
    }
    put_list(out, list, first);
}

static void put_settings(const ts_entry *entry, const columns *c, ts_buf *out, bool *first)
{
    char number[TS_SHARE_SIZE] = "";
    if (entry->threshold >= 0) ts_put_share(entry->threshold, number);
    if (c->hide) ts_csv_put(out, entry->hidden ? "yes" : "", first);
    if (c->never) ts_csv_put(out, entry->never ? "yes" : "", first);
    if (c->threshold) ts_csv_put(out, number, first);
    if (c->merged) ts_csv_put(out, entry->merged ? entry->merged : "", first);
}

static void put_entry(const ts_entry *entry, const columns *c, ts_buf *list, ts_buf *out)
{
    bool first = true;
    ts_csv_put(out, entry->id, &first);
    for (size_t i = 0; i < c->count; i++) put_words(entry, &c->items[i], list, out, &first);
    if (c->broader) put_links(entry->broader, entry->broader_count, list, out, &first);
    if (c->related) put_links(entry->related, entry->related_count, list, out, &first);
    if (c->matches) put_matches(entry, list, out, &first);
    put_settings(entry, c, out, &first);
    ts_csv_end(out, &first);
}

bool ts_csv_write_scheme(const ts_scheme *scheme, ts_buf *out, ts_error *err)
{
    columns c = {0};
    ts_buf list = {0};
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena && collect(scheme, arena, &c);
    if (ok && c.count + 8 > TS_CSV_FIELDS_MAX) {
        ts_arena_free(arena);
        return ts_fail(err, TS_UNSUPPORTED, "the scheme has too many languages for a table");
    }
    if (ok) {
        put_about(scheme, out);
        put_header(&c, out);
        for (size_t i = 0; i < scheme->count; i++) put_entry(scheme->entries[i], &c, &list, out);
        ok = !out->failed;
    }
    ts_buf_free(&list);
    ts_arena_free(arena);
    return ok || ts_fail_memory(err);
}
