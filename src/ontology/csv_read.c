/* ontology: a scheme from a table (docs/vocabularies.md). Must not know RDF. */
#include <stdlib.h>
#include <string.h>

#include "ontology/csv.h"
#include "ontology/private.h"

/* What a column that is no text says. */
typedef enum field_kind {
    FIELD_WORDS = 0,
    FIELD_ID,
    FIELD_BROADER,
    FIELD_RELATED,
    FIELD_MATCHES,
    FIELD_HIDE,
    FIELD_NEVER,
    FIELD_THRESHOLD,
    FIELD_MERGE,
    FIELD_UNKNOWN
} field_kind;

static const struct {
    const char *name;
    field_kind kind;
} plain_columns[] = {{"id", FIELD_ID},           {"uri", FIELD_ID},
                     {"broader", FIELD_BROADER}, {"related", FIELD_RELATED},
                     {"matches", FIELD_MATCHES}, {"hide", FIELD_HIDE},
                     {"never", FIELD_NEVER},     {"threshold", FIELD_THRESHOLD},
                     {"merge_into", FIELD_MERGE}};

typedef struct column {
    char *name; /* as the header writes it */
    field_kind kind;
    ts_words_kind words;
    const char *language;
} column;

typedef struct reader {
    ts_scheme *scheme;
    ts_csv csv;
    ts_arena *row; /* one row's fields */
    column *columns;
    size_t count;
} reader;

/* ---- the header ------------------------------------------------------------------------------------ */

static bool in_column(const reader *r, const char *name, ts_error *err)
{
    return ts_fail_prefix(err, "row %zu, column \"%.60s\"", r->csv.row, name);
}

/* "label@de": what stands before the sign, and the language behind it. */
static bool read_words_column(reader *r, const char *name, column *out, ts_error *err)
{
    size_t length = strcspn(name, "@");
    for (int kind = 0; kind < TS_WORDS_KIND_COUNT; kind++) {
        const ts_words_doc *doc = &ts_words_docs[kind];
        if (strlen(doc->column) != length || strncmp(doc->column, name, length) != 0) continue;
        const char *language = name[length] ? name + length + 1 : "";
        out->kind = FIELD_WORDS;
        out->words = (ts_words_kind)kind;
        out->language = ts_language_tag(r->scheme->arena, language, strlen(language), err);
        return out->language || in_column(r, name, err);
    }
    return true;
}

static bool read_column(reader *r, const char *field, column *out, ts_error *err)
{
    size_t length;
    field += strspn(field, " \t");
    for (length = strlen(field); length > 0 && strchr(" \t", field[length - 1]);) length--;
    *out = (column){.kind = FIELD_UNKNOWN, .name = ts_arena_strndup(r->scheme->arena, field, length)};
    if (!out->name) return ts_fail_memory(err);
    for (size_t i = 0; i < sizeof plain_columns / sizeof *plain_columns; i++)
        if (strcmp(plain_columns[i].name, out->name) == 0) out->kind = plain_columns[i].kind;
    if (out->kind == FIELD_UNKNOWN && !read_words_column(r, out->name, out, err)) return false;
    if (out->kind == FIELD_UNKNOWN && out->name[0])
        (void)ts_scheme_note(r->scheme, "the column \"%.60s\" is left out: it says nothing to Tagsmith",
                             out->name);
    return true;
}

static bool read_header(reader *r, ts_error *err)
{
    bool named = false;
    r->columns = TS_NEW_ARRAY(r->scheme->arena, r->csv.count, column);
    if (!r->columns) return ts_fail_memory(err);
    for (r->count = 0; r->count < r->csv.count; r->count++) {
        column *c = &r->columns[r->count];
        if (!read_column(r, r->csv.fields[r->count], c, err)) return false;
        named = named || c->kind == FIELD_ID ||
                (c->kind == FIELD_WORDS && (c->words == TS_WORDS_LABEL || c->words == TS_WORDS_NOTATION));
        for (size_t i = 0; i < r->count; i++)
            if (c->kind != FIELD_UNKNOWN && strcmp(r->columns[i].name, c->name) == 0)
                return ts_fail(err, TS_CONFIG, "row %zu: two columns are called \"%.60s\"", r->csv.row,
                               c->name);
    }
    if (named) return true;
    (void)ts_fail(err, TS_CONFIG, "row %zu: no column is called id, notation or label", r->csv.row);
    return ts_hint(err, "the first row names the columns: id, notation, label@en, broader, ...");
}

/* "# title@de: Museum", "# uri: https://...", "# version: 3"; other comments say nothing. */
static bool read_comment(reader *r, ts_error *err)
{
    char *key = r->csv.comment + 1, *value = strchr(key, ':');
    if (!value) return true;
    *value++ = '\0';
    key += strspn(key, " \t");
    value += strspn(value, " \t");
    bool ok = true;
    if (!*value) return true;
    if (strcmp(key, "uri") == 0) ok = ts_scheme_set_uri(r->scheme, value, err);
    else if (strcmp(key, "version") == 0) ok = ts_scheme_set_version(r->scheme, value, err);
    else if (strcmp(key, "title") == 0) ok = ts_scheme_add_title(r->scheme, "", value, err);
    else if (strncmp(key, "title@", 6) == 0) ok = ts_scheme_add_title(r->scheme, key + 6, value, err);
    return ok || ts_fail_prefix(err, "row %zu", r->csv.row);
}

/* ---- rows ------------------------------------------------------------------------------------------ */

static const char *field_at(const reader *r, size_t i)
{
    const char *text = i < r->csv.count ? r->csv.fields[i] : "";
    return text + strspn(text, " \t\r\n");
}

/* The id, else the notation, else the first label. */
static const char *id_of_row(const reader *r)
{
    static const struct {
        field_kind kind;
        ts_words_kind words;
    } ways[] = {{FIELD_ID, 0}, {FIELD_WORDS, TS_WORDS_NOTATION}, {FIELD_WORDS, TS_WORDS_LABEL}};
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        for (size_t i = 0; i < r->count; i++) {
            bool fits =
                r->columns[i].kind == ways[way].kind && (way == 0 || r->columns[i].words == ways[way].words);
            if (fits && *field_at(r, i)) return field_at(r, i);
        }
    }
    return NULL;
}

static ts_entry *entry_of_row(reader *r, ts_error *err)
{
    const char *text = id_of_row(r);
    size_t length = text ? strlen(text) : 0;
    while (length > 0 && strchr(" \t\r\n", text[length - 1])) length--;
    char *id = ts_arena_strndup(r->row, text ? text : "", length);
    if (!id) return (void)ts_fail_memory(err), NULL;
    if (length == 0) {
        (void)ts_fail(err, TS_CONFIG, "row %zu has neither id nor notation nor label", r->csv.row);
        return NULL;
    }
    const ts_entry *old = ts_scheme_find(r->scheme, id);
    if (old) {
        (void)ts_fail(err, TS_CONFIG, "row %zu: \"%.100s\" stands in row %zu already", r->csv.row, id,
                      old->line);
        return NULL;
    }
    ts_entry *entry = ts_scheme_add(r->scheme, id, err);
    if (entry) entry->line = r->csv.row;
    else (void)in_column(r, "id", err);
    return entry;
}

static bool read_flag(const char *text, bool *flag, ts_error *err)
{
    static const char *const yes[] = {"yes", "true", "1", "x"}, *const no[] = {"no", "false", "0", ""};
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(text, yes[i]) != 0 && strcmp(text, no[i]) != 0) continue;
        *flag = strcmp(text, yes[i]) == 0;
        return true;
    }
    return ts_fail(err, TS_CONFIG, "\"%.40s\" is neither yes nor no", text);
}

static bool read_threshold(const char *text, float *threshold, ts_error *err)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value <= 1))
        return ts_fail(err, TS_CONFIG, "\"%.40s\" is no number from 0 to 1", text);
    *threshold = (float)value;
    return true;
}

/* "exact object/dog", "?close object/wolf", "!exact object/cat". */
static bool read_match(ts_scheme *scheme, ts_entry *entry, char *item, ts_error *err)
{
    ts_match_relation relation;
    ts_match_state state = item[0] == '?'   ? TS_MATCH_PROPOSED
                           : item[0] == '!' ? TS_MATCH_REJECTED
                                            : TS_MATCH_CONFIRMED;
    char *word = item + (state != TS_MATCH_CONFIRMED), *core = strchr(word, ' ');
    if (core) *core++ = '\0';
    if (core && ts_match_relation_find(word, &relation))
        return ts_entry_set_match(scheme, entry, core + strspn(core, " "), relation, state, NULL, err);
    (void)ts_fail(err, TS_CONFIG, "\"%.60s\" is no match", item);
    return ts_hint(err, "write exact, close, broader or narrower and a concept: exact object/dog");
}

typedef bool (*item_taker)(reader *r, ts_entry *entry, const column *c, char *item, ts_error *err);

static bool take_words(reader *r, ts_entry *entry, const column *c, char *item, ts_error *err)
{
    return ts_entry_add_words(r->scheme, entry, c->words, c->language, item, err);
}

static bool take_broader(reader *r, ts_entry *entry, const column *c, char *item, ts_error *err)
{
    (void)c;
    return ts_entry_add_broader(r->scheme, entry, item, err);
}

static bool take_related(reader *r, ts_entry *entry, const column *c, char *item, ts_error *err)
{
    (void)c;
    return ts_entry_add_related(r->scheme, entry, item, err);
}

static bool take_match(reader *r, ts_entry *entry, const column *c, char *item, ts_error *err)
{
    (void)c;
    return read_match(r->scheme, entry, item, err);
}

static bool each_item(reader *r, ts_entry *entry, const column *c, const char *text, item_taker take,
                      ts_error *err)
{
    ts_error none = {0};
    char *item;
    while ((item = ts_csv_item(&text, r->row, &none)))
        if (!take(r, entry, c, item, err)) return false;
    return none.code == TS_OK || ts_fail_memory(err);
}

static bool read_field(reader *r, ts_entry *entry, const column *c, const char *text, ts_error *err)
{
    switch (c->kind) {
    case FIELD_WORDS:
        if (ts_words_docs[c->words].listed) return each_item(r, entry, c, text, take_words, err);
        return ts_entry_add_words(r->scheme, entry, c->words, c->language, text, err);
    case FIELD_BROADER:
        return each_item(r, entry, c, text, take_broader, err);
    case FIELD_RELATED:
        return each_item(r, entry, c, text, take_related, err);
    case FIELD_MATCHES:
        return each_item(r, entry, c, text, take_match, err);
    case FIELD_HIDE:
        return read_flag(text, &entry->hidden, err);
    case FIELD_NEVER:
        return read_flag(text, &entry->never, err);
    case FIELD_THRESHOLD:
        return read_threshold(text, &entry->threshold, err);
    case FIELD_MERGE:
        return ts_entry_set_merged(r->scheme, entry, text, err);
    case FIELD_ID:
    case FIELD_UNKNOWN:
        break;
    }
    return true;
}

static bool read_row(reader *r, ts_error *err)
{
    if (r->csv.count > r->count)
        return ts_fail(err, TS_CONFIG, "row %zu has %zu columns, the first row names %zu", r->csv.row,
                       r->csv.count, r->count);
    ts_entry *entry = entry_of_row(r, err);
    if (!entry) return false;
    for (size_t i = 0; i < r->count; i++) {
        const char *text = field_at(r, i);
        if (!*text || read_field(r, entry, &r->columns[i], text, err)) continue;
        return in_column(r, r->columns[i].name, err);
    }
    return true;
}

/* ---- links by other names than the id ---------------------------------------------------------------- */

/* A name that two entries share stands for none. */
static bool learn_name(ts_map *names, ts_arena *arena, const char *text, size_t entry)
{
    size_t known = ts_map_find(names, text);
    if (known == entry) return true;
    return ts_map_put(names, arena, text, known == TS_MAP_NONE ? entry : SIZE_MAX - 1);
}

static bool learn_names(const ts_scheme *scheme, ts_map *names, ts_arena *arena)
{
    for (size_t i = 0; i < scheme->count; i++) {
        const ts_entry *entry = scheme->entries[i];
        for (size_t k = 0; k < entry->word_count; k++) {
            bool name = entry->words[k].kind == TS_WORDS_NOTATION || entry->words[k].kind == TS_WORDS_LABEL;
            if (name && !learn_name(names, arena, entry->words[k].text, i)) return false;
        }
    }
    return true;
}

/* What has a colon is taken for an IRI, which may well be of somebody else's scheme. */
static bool resolve(const reader *r, const ts_map *names, const ts_entry *entry, const char *field,
                    const char **id, ts_error *err)
{
    if (!*id || ts_scheme_find(r->scheme, *id)) return true;
    size_t at = ts_map_find(names, *id);
    if (at < r->scheme->count) *id = r->scheme->entries[at]->id;
    else if (at != TS_MAP_NONE)
        return ts_fail(err, TS_CONFIG, "row %zu, column \"%s\": several concepts are called \"%.80s\"",
                       entry->line, field, *id);
    else if (!strchr(*id, ':'))
        return ts_fail(err, TS_CONFIG, "row %zu, column \"%s\": there is no concept \"%.80s\"", entry->line,
                       field, *id);
    return true;
}

static bool resolve_links(reader *r, ts_error *err)
{
    ts_map names = {0};
    ts_arena_reset(r->row);
    if (!learn_names(r->scheme, &names, r->row)) return ts_fail_memory(err);
    for (size_t i = 0; i < r->scheme->count; i++) {
        ts_entry *entry = r->scheme->entries[i];
        for (size_t k = 0; k < entry->broader_count; k++)
            if (!resolve(r, &names, entry, "broader", &entry->broader[k], err)) return false;
        for (size_t k = 0; k < entry->related_count; k++)
            if (!resolve(r, &names, entry, "related", &entry->related[k], err)) return false;
        if (!resolve(r, &names, entry, "merge_into", &entry->merged, err)) return false;
    }
    return true;
}

static bool read_all(reader *r, ts_error *err)
{
    ts_error trouble = {0};
    while (ts_csv_next(&r->csv, r->row, r->columns == NULL, &trouble)) {
        bool ok = r->csv.comment ? read_comment(r, err) : r->columns ? read_row(r, err) : read_header(r, err);
        if (!ok) return false;
    }
    if (trouble.code != TS_OK) {
        if (err) *err = trouble;
        return false;
    }
    if (!r->columns) return ts_fail(err, TS_CONFIG, "the table is empty");
    return resolve_links(r, err);
}

bool ts_csv_read_scheme(ts_scheme *scheme, const char *bytes, size_t length, ts_error *err)
{
    reader r = {.scheme = scheme, .row = ts_arena_new(0)};
    bool ok = r.row || ts_fail_memory(err);
    ok = ok && ts_csv_open(&r.csv, bytes, length, err) && read_all(&r, err);
    ts_arena_free(r.row);
    return ok;
}
