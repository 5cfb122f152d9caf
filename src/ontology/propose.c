/* ontology: what an entry of a scheme may mean in the core vocabulary. Must not know what a person makes of it.
 *
 * Two kinds of reasons: the same name in the same language, and the same code in a list whose codes the vocabulary has. A label
 * that is the label (or plural) of just one concept proposes it as exact; a synonym on either side, or a name of several
 * concepts, as close; a code as what its table says. Words without a language are taken for any. */
#include <stdio.h>
#include <string.h>

#include "ontology/codes.h"
#include "ontology/private.h"

#define PROPOSALS_MAX 8 /* for one entry: more is noise */

typedef struct proposer {
    ts_scheme *scheme;
    const ts_vocab *vocab;
    size_t count;
    ts_error *err;
} proposer;

/* What is neither the machine's nor weaker is left alone. */
static bool propose(proposer *p, ts_entry *entry, const char *core, ts_match_relation relation,
                    const char *why)
{
    size_t proposals = 0;
    for (size_t i = 0; i < entry->match_count; i++) {
        const ts_match *match = &entry->matches[i];
        proposals += match->state == TS_MATCH_PROPOSED;
        if (strcmp(match->core, core) != 0) continue;
        if (match->state != TS_MATCH_PROPOSED || match->relation <= relation) return true;
        proposals = 0;
        break;
    }
    if (proposals >= PROPOSALS_MAX) return true;
    return ts_entry_set_match(p->scheme, entry, core, relation, TS_MATCH_PROPOSED, why, p->err);
}

/* ---- by name --------------------------------------------------------------------------------------- */

static bool is_label_of(const proposer *p, ts_concept concept, ts_language language, const char *folded)
{
    char label[512], plural[512];
    if (ts_vocab_fold(ts_vocab_label_in(p->vocab, concept, language, NULL), label, sizeof label) &&
        strcmp(label, folded) == 0)
        return true;
    return ts_vocab_fold(ts_vocab_plural_in(p->vocab, concept, language, NULL), plural, sizeof plural) &&
           strcmp(plural, folded) == 0;
}

static size_t count_labels(const proposer *p, ts_concepts named, ts_language language, const char *folded)
{
    size_t count = 0;
    for (size_t i = 0; i < named.count; i++) count += is_label_of(p, named.items[i], language, folded);
    return count;
}

static bool by_name_in(proposer *p, ts_entry *entry, const ts_words *words, ts_language language)
{
    char folded[512], why[128];
    if (!ts_vocab_fold(words->text, folded, sizeof folded) || !folded[0]) return true;
    ts_concepts named = ts_vocab_find_name_in(p->vocab, language, words->text);
    size_t labels = count_labels(p, named, language, folded);
    bool is_label = words->kind == TS_WORDS_LABEL;
    (void)snprintf(why, sizeof why, "%s \"%.60s\" (%s)", is_label ? "label" : "synonym", words->text,
                   ts_language_code(language));
    for (size_t i = 0; i < named.count; i++) {
        bool same = is_label && labels == 1 && is_label_of(p, named.items[i], language, folded);
        /* Where the name is the label of a concept, those of which it is but a synonym are less likely meant. */
        if (labels && !is_label_of(p, named.items[i], language, folded)) continue;
        if (!propose(p, entry, ts_vocab_id(p->vocab, named.items[i]), same ? TS_MATCH_EXACT : TS_MATCH_CLOSE,
                     why))
            return false;
    }
    return true;
}

static bool by_name(proposer *p, ts_entry *entry)
{
    for (size_t i = 0; i < entry->word_count; i++) {
        const ts_words words = entry->words[i];
        ts_language language;
        if (!ts_words_docs[words.kind].found) continue;
        bool known = words.language[0] && ts_language_find(words.language, &language);
        for (unsigned k = 0; k < TS_LANGUAGE_COUNT; k++) {
            bool fits = words.language[0] ? known && language == (ts_language)k : true;
            if (fits && !by_name_in(p, entry, &words, (ts_language)k)) return false;
        }
    }
    return true;
}

/* ---- by code --------------------------------------------------------------------------------------- */

/* "20000851" of ".../mediatopic/20000851" and of "medtop:20000851". */
static const char *tail_of(const char *id)
{
    const char *tail = id;
    for (const char *c = id; *c; c++)
        if ((*c == '/' || *c == ':' || *c == '#') && c[1]) tail = c + 1;
    return tail;
}

static bool has_name(const ts_entry *entry, const char *name)
{
    char wanted[512], folded[512];
    if (!ts_vocab_fold(name, wanted, sizeof wanted)) return false;
    for (size_t i = 0; i < entry->word_count; i++)
        if (ts_words_docs[entry->words[i].kind].found &&
            ts_vocab_fold(entry->words[i].text, folded, sizeof folded) && strcmp(folded, wanted) == 0)
            return true;
    return false;
}

/* A bare number means something else in every list: then the name must be the code's own, too. */
static bool has_code(const ts_entry *entry, const ts_code_row *row)
{
    const char *notation = ts_entry_first(entry, TS_WORDS_NOTATION);
    bool whole = strcmp(entry->id, row->code) == 0 || (notation && strcmp(notation, row->code) == 0);
    bool tail = strcmp(tail_of(entry->id), tail_of(row->code)) == 0 ||
                (notation && strcmp(tail_of(notation), tail_of(row->code)) == 0);
    return (whole && strchr(row->code, ':')) || ((whole || tail) && has_name(entry, row->name));
}

static bool by_code(void *context, const ts_code_row *row)
{
    proposer *p = context;
    char why[128];
    if (ts_vocab_find(p->vocab, row->concept) == TS_CONCEPT_NONE) return true;
    (void)snprintf(why, sizeof why, "code %.60s of %.40s", row->code, row->scheme);
    for (size_t i = 0; i < p->scheme->count; i++)
        if (has_code(p->scheme->entries[i], row) &&
            !propose(p, p->scheme->entries[i], row->concept, row->relation, why))
            return false;
    return true;
}

/* WordNet's synset ids ("n02084071") mean the same wherever they stand. */
static bool by_synset(proposer *p, ts_entry *entry)
{
    static const ts_match_relation relations[] = {[TS_RELATION_EXACT] = TS_MATCH_EXACT,
                                                  [TS_RELATION_NARROWER] = TS_MATCH_NARROWER,
                                                  [TS_RELATION_BROADER] = TS_MATCH_BROADER};
    const char *notation = ts_entry_first(entry, TS_WORDS_NOTATION);
    const char *const codes[] = {notation ? notation : "", tail_of(entry->id)};
    for (size_t i = 0; i < 2; i++) {
        ts_relation relation;
        char why[64];
        ts_concept concept = ts_vocab_map(p->vocab, "wordnet", codes[i], &relation);
        if (concept == TS_CONCEPT_NONE) continue;
        (void)snprintf(why, sizeof why, "WordNet's %.40s", codes[i]);
        return propose(p, entry, ts_vocab_id(p->vocab, concept), relations[relation], why);
    }
    return true;
}

/* ---- all ------------------------------------------------------------------------------------------- */

static void drop_proposals(ts_entry *entry)
{
    size_t kept = 0;
    for (size_t i = 0; i < entry->match_count; i++)
        if (entry->matches[i].state != TS_MATCH_PROPOSED) entry->matches[kept++] = entry->matches[i];
    entry->match_count = kept;
}

static bool is_settled(const ts_entry *entry)
{
    for (size_t i = 0; i < entry->match_count; i++)
        if (entry->matches[i].state == TS_MATCH_CONFIRMED &&
            !strchr(entry->matches[i].core, ':')) /* an IRI of somebody else's settles nothing here */
            return true;
    return false;
}

static void count_proposals(const ts_scheme *scheme, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < scheme->count; i++)
        for (size_t k = 0; k < scheme->entries[i]->match_count; k++)
            *count += scheme->entries[i]->matches[k].state == TS_MATCH_PROPOSED;
}

bool ts_scheme_propose(ts_scheme *scheme, const ts_vocab *vocab, const char *vocab_dir, size_t *proposed,
                       ts_error *err)
{
    proposer p = {.scheme = scheme, .vocab = vocab, .err = err};
    for (size_t i = 0; i < scheme->count; i++) {
        ts_entry *entry = scheme->entries[i];
        drop_proposals(entry);
        if (!is_settled(entry) && (!by_synset(&p, entry) || !by_name(&p, entry))) return false;
    }
    if (!ts_codes_read(vocab_dir, by_code, &p, err)) return false;
    for (size_t i = 0; i < scheme->count; i++)
        if (is_settled(scheme->entries[i])) drop_proposals(scheme->entries[i]);
    count_proposals(scheme, proposed);
    scheme->sealed = false;
    return ts_scheme_seal(scheme, err);
}
