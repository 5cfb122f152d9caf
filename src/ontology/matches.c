/* ontology: matches as a table that a person can go through, and back. */
#include <string.h>

#include "ontology/csv.h"
#include "ontology/private.h"

/* ---- out ------------------------------------------------------------------------------------------- */

static const char *const columns[] = {"concept", "label", "core", "core label", "relation", "state", "why"};
enum {
    COLUMN_CONCEPT,
    COLUMN_LABEL,
    COLUMN_CORE,
    COLUMN_CORE_LABEL,
    COLUMN_RELATION,
    COLUMN_STATE,
    COLUMN_WHY,
    COLUMNS
};

static void put_match(const ts_scheme *scheme, const ts_vocab *vocab, const ts_entry *entry,
                      const ts_match *match, ts_buf *out)
{
    bool first = true;
    ts_concept concept = ts_vocab_find(vocab, match->core);
    ts_csv_put(out, entry->id, &first);
    ts_csv_put(out, ts_entry_label(scheme, entry, "en"), &first);
    ts_csv_put(out, match->core, &first);
    ts_csv_put(out, concept == TS_CONCEPT_NONE ? "" : ts_vocab_label(vocab, concept), &first);
    ts_csv_put(out, ts_match_relation_name(match->relation), &first);
    ts_csv_put(out, ts_match_state_name(match->state), &first);
    ts_csv_put(out, match->why ? match->why : "", &first);
    ts_csv_end(out, &first);
}

bool ts_matches_write(const ts_scheme *scheme, const ts_vocab *vocab, int state, ts_buf *out, ts_error *err)
{
    bool first = true;
    for (size_t i = 0; i < COLUMNS; i++) ts_csv_put(out, columns[i], &first);
    ts_csv_end(out, &first);
    for (size_t i = 0; i < scheme->count; i++) {
        const ts_entry *entry = scheme->entries[i];
        for (size_t k = 0; k < entry->match_count; k++)
            if (state < 0 || entry->matches[k].state == (ts_match_state)state)
                put_match(scheme, vocab, entry, &entry->matches[k], out);
    }
    return !out->failed || ts_fail_memory(err);
}

/* ---- in -------------------------------------------------------------------------------------------- */

typedef struct reader {
    ts_scheme *scheme;
    const ts_vocab *vocab;
    ts_csv csv;
    ts_arena *row;
    size_t at[COLUMNS]; /* where each column stands; SIZE_MAX: nowhere */
    bool headed;
} reader;

static bool read_header(reader *r, ts_error *err)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        r->at[i] = SIZE_MAX;
        for (size_t k = 0; k < r->csv.count; k++)
            if (strcmp(r->csv.fields[k], columns[i]) == 0) r->at[i] = k;
    }
    r->headed = true;
    for (size_t i = COLUMN_CONCEPT; i <= COLUMN_CORE; i += COLUMN_CORE - COLUMN_CONCEPT)
        if (r->at[i] == SIZE_MAX)
            return ts_fail(err, TS_CONFIG, "row %zu: no column is called \"%s\"", r->csv.row, columns[i]);
    return true;
}

static const char *field(const reader *r, size_t column, const char *fallback)
{
    bool there = r->at[column] < r->csv.count && r->csv.fields[r->at[column]][0];
    return there ? r->csv.fields[r->at[column]] : fallback;
}

static bool in_column(const reader *r, size_t column, ts_error *err)
{
    return ts_fail_prefix(err, "row %zu, column \"%s\"", r->csv.row, columns[column]);
}

static bool read_row(reader *r, ts_error *err)
{
    ts_match_relation relation;
    ts_match_state state;
    const char *core = field(r, COLUMN_CORE, "");
    ts_entry *entry = ts_scheme_resolve(r->scheme, field(r, COLUMN_CONCEPT, ""), err);
    if (!entry && err) err->code = err->code == TS_NO_MEMORY ? err->code : TS_CONFIG; /* of the table */
    if (!entry) return in_column(r, COLUMN_CONCEPT, err);
    if (!ts_match_relation_find(field(r, COLUMN_RELATION, "exact"), &relation)) {
        (void)ts_fail(err, TS_CONFIG, "there is no relation \"%.40s\"", field(r, COLUMN_RELATION, ""));
        (void)ts_hint(err, "relations are exact, close, broader and narrower");
        return in_column(r, COLUMN_RELATION, err);
    }
    if (!ts_match_state_find(field(r, COLUMN_STATE, "confirmed"), &state)) {
        (void)ts_fail(err, TS_CONFIG, "there is no state \"%.40s\"", field(r, COLUMN_STATE, ""));
        (void)ts_hint(err, "states are confirmed, proposed and rejected");
        return in_column(r, COLUMN_STATE, err);
    }
    if (ts_vocab_find(r->vocab, core) == TS_CONCEPT_NONE && !strchr(core, ':')) {
        (void)ts_fail(err, TS_CONFIG, "the core vocabulary has no concept \"%.80s\"", core);
        return in_column(r, COLUMN_CORE, err);
    }
    return ts_entry_set_match(r->scheme, entry, core, relation, state, NULL, err);
}

static bool read_all(reader *r, size_t *set, ts_error *err)
{
    ts_error trouble = {0};
    while (ts_csv_next(&r->csv, r->row, !r->headed, &trouble)) {
        if (r->csv.comment) continue;
        bool counts = r->headed;
        if (!(r->headed ? read_row(r, err) : read_header(r, err))) return false;
        *set += counts;
    }
    if (trouble.code == TS_OK) return r->headed || ts_fail(err, TS_CONFIG, "the table is empty");
    if (err) *err = trouble;
    return false;
}

bool ts_matches_read(ts_scheme *scheme, const ts_vocab *vocab, const char *bytes, size_t length, size_t *set,
                     ts_error *err)
{
    reader r = {.scheme = scheme, .vocab = vocab, .row = ts_arena_new(0)};
    *set = 0;
    bool ok = r.row || ts_fail_memory(err);
    ok = ok && ts_csv_open(&r.csv, bytes, length, err) && read_all(&r, set, err);
    ts_arena_free(r.row);
    return ok && ts_scheme_seal(scheme, err);
}
