/* ontology: the schemes that come with the program: the core vocabulary itself, and the lists of vocab/codes.tsv. */
#include <string.h>

#include "ontology/codes.h"
#include "ontology/private.h"

static const char core[] = "core";
const char *const ts_scheme_built_ins[] = {core, "google-product", "iptc-mediatopic", NULL};

bool ts_scheme_is_built_in(const char *name)
{
    for (size_t i = 0; ts_scheme_built_ins[i]; i++)
        if (strcmp(ts_scheme_built_ins[i], name) == 0) return true;
    return false;
}

/* ---- the vocabulary itself --------------------------------------------------------------------------- */

static bool add_names(ts_scheme *scheme, ts_entry *entry, const ts_vocab *vocab, ts_concept concept,
                      ts_language language, ts_error *err)
{
    bool fallback = false;
    const char *const *synonyms = NULL;
    const char *code = ts_language_code(language);
    const char *label = ts_vocab_label_in(vocab, concept, language, &fallback);
    if (fallback) return true;
    if (!ts_entry_add_words(scheme, entry, TS_WORDS_LABEL, code, label, err)) return false;
    size_t count = ts_vocab_synonyms_in(vocab, concept, language, &synonyms);
    for (size_t i = 0; i < count; i++)
        if (!ts_entry_add_words(scheme, entry, TS_WORDS_SYNONYM, code, synonyms[i], err)) return false;
    return true;
}

static bool add_concept(ts_scheme *scheme, const ts_vocab *vocab, ts_concept concept, ts_error *err)
{
    const char *id = ts_vocab_id(vocab, concept);
    ts_concepts parents = ts_vocab_parents(vocab, concept);
    ts_entry *entry = ts_scheme_add(scheme, id, err);
    if (!entry || !ts_entry_set_match(scheme, entry, id, TS_MATCH_EXACT, TS_MATCH_CONFIRMED, NULL, err))
        return false;
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++)
        if (!add_names(scheme, entry, vocab, concept, (ts_language)i, err)) return false;
    for (size_t i = 0; i < parents.count; i++)
        if (!ts_entry_add_broader(scheme, entry, ts_vocab_id(vocab, parents.items[i]), err)) return false;
    entry->hidden = (ts_vocab_flags(vocab, concept) & TS_CONCEPT_HIDDEN) != 0;
    return true;
}

static bool fill_core(ts_scheme *scheme, const ts_vocab *vocab, ts_error *err)
{
    if (!ts_scheme_add_title(scheme, "en", "Tagsmith's core vocabulary", err)) return false;
    for (size_t i = 0; i < ts_vocab_count(vocab); i++)
        if (!add_concept(scheme, vocab, (ts_concept)i, err)) return false;
    return true;
}

/* ---- other people's lists ---------------------------------------------------------------------------- */

typedef struct fill {
    ts_scheme *scheme;
    ts_error *err;
} fill;

static bool take_code(void *context, const ts_code_row *row)
{
    const fill *f = context;
    if (strcmp(row->scheme, f->scheme->name) != 0) return true;
    ts_entry *entry = ts_scheme_add(f->scheme, row->code, f->err);
    return entry && ts_entry_add_words(f->scheme, entry, TS_WORDS_NOTATION, "", row->code, f->err) &&
           (ts_entry_first(entry, TS_WORDS_LABEL) ||
            ts_entry_add_words(f->scheme, entry, TS_WORDS_LABEL, "en", row->name, f->err)) &&
           ts_entry_set_match(f->scheme, entry, row->concept, row->relation, TS_MATCH_CONFIRMED, NULL,
                              f->err);
}

static bool fill_codes(ts_scheme *scheme, const char *vocab_dir, ts_error *err)
{
    static const struct {
        const char *name, *title;
    } titles[] = {{"google-product", "Google product taxonomy (common goods)"},
                  {"iptc-mediatopic", "IPTC Media Topics (culture, sport)"}};
    fill f = {scheme, err};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i].name, scheme->name) == 0 &&
            !ts_scheme_add_title(scheme, "en", titles[i].title, err))
            return false;
    return ts_codes_read(vocab_dir, take_code, &f, err);
}

ts_scheme *ts_scheme_built_in(const char *name, const ts_vocab *vocab, const char *vocab_dir, ts_error *err)
{
    if (!ts_scheme_is_built_in(name)) {
        (void)ts_fail(err, TS_NOT_FOUND, "no scheme \"%.80s\" comes with Tagsmith", name);
        return NULL;
    }
    ts_scheme *scheme = ts_scheme_new(name, err);
    bool ok = scheme &&
              (strcmp(name, core) == 0 ? fill_core(scheme, vocab, err) : fill_codes(scheme, vocab_dir, err));
    if (ok && ts_scheme_seal(scheme, err)) return scheme;
    ts_scheme_free(scheme);
    return NULL;
}
