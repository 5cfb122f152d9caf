/* The user's own words: schemes (thesauri, catalogues, lists of tags) beside the core vocabulary, what their concepts mean
 * in it, and how they are to be used.
 *
 *     ts_scheme *scheme = ts_scheme_read("museum", bytes, length, TS_SCHEME_AUTO, &err);
 *     ts_scheme_propose(scheme, vocab, &count, &err);          // what its concepts may mean; a person confirms
 *     ts_scheme_hit hits[TS_SCHEME_HITS_MAX];
 *     size_t n = 0;
 *     ts_scheme_translate(scheme, "object/dog", ancestors, ancestor_count, 0.9F, hits, &n);
 *     puts(ts_entry_label(scheme, hits[0].entry, "de"));
 *     ts_scheme_free(scheme);
 *
 * A concept of a scheme is called an entry here, because a ts_concept is one of the core vocabulary. Entries name each
 * other, and core concepts, by id.
 *
 * Ownership: every entry, text and array belongs to its scheme and lives until ts_scheme_free. Threads: a scheme is built
 * and changed by one thread; once ts_scheme_seal has passed it is only read, by any number of threads. Texts are UTF-8
 * without control characters but line ends and tabs.
 *
 * This room must not know pictures, records, where schemes are kept, or who asks. */
#ifndef TS_ONTOLOGY_ONTOLOGY_H
#define TS_ONTOLOGY_ONTOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "vocab/vocab.h"

/* ---- limits: far above any thesaurus that we know -------------------------------------------------- */

#define TS_SCHEME_BYTES_MAX ((size_t)64 << 20) /* of a file */
#define TS_SCHEME_ENTRIES_MAX 200000
#define TS_SCHEME_ID_MAX 1000     /* bytes of an entry's id */
#define TS_SCHEME_TEXT_MAX 20000  /* bytes of one label or note */
#define TS_SCHEME_LINKS_MAX 1000  /* of one entry and kind */
#define TS_SCHEME_WORDS_MAX 500   /* of one entry */
#define TS_SCHEME_DEPTH_MAX 64    /* levels */
#define TS_SCHEME_NESTING_MAX 64  /* brackets within brackets in Turtle */
#define TS_SCHEME_LANGUAGE_MAX 35 /* bytes of a language tag */

/* ---- what a scheme is ------------------------------------------------------------------------------ */

typedef enum ts_words_kind {
    TS_WORDS_NOTATION = 0, /* its code in the scheme; without language; the first one is shown */
    TS_WORDS_LABEL,        /* skos:prefLabel, one a language */
    TS_WORDS_SYNONYM,      /* skos:altLabel */
    TS_WORDS_MISSPELT,     /* skos:hiddenLabel: found by search, never shown */
    TS_WORDS_DEFINITION,
    TS_WORDS_SCOPE_NOTE,
    TS_WORDS_NOTE,        /* skos:note, example, history, editorial and change notes */
    TS_WORDS_RENAMED,     /* the user's own label, shown in place of the scheme's; one a language */
    TS_WORDS_OWN_SYNONYM, /* the user's own synonym */
    TS_WORDS_KIND_COUNT
} ts_words_kind;

typedef struct ts_words {
    ts_words_kind kind;
    const char *language; /* "de-AT", as it came but lower case; "" for none */
    const char *text;
} ts_words;

/* How an entry stands to a core concept. */
typedef enum ts_match_relation {
    TS_MATCH_EXACT = 0, /* means the same */
    TS_MATCH_CLOSE,     /* means nearly the same: good enough for tags */
    TS_MATCH_BROADER,   /* the entry is wider: what shows the core concept shows the entry */
    TS_MATCH_NARROWER,  /* the entry is only a part of it: no tag follows, search finds it */
    TS_MATCH_RELATION_COUNT
} ts_match_relation;

typedef enum ts_match_state {
    TS_MATCH_CONFIRMED = 0, /* by a person, or by the scheme's own file */
    TS_MATCH_PROPOSED,      /* by the machine: not used until a person confirms it */
    TS_MATCH_REJECTED,      /* by a person: never proposed again */
    TS_MATCH_STATE_COUNT
} ts_match_state;

typedef struct ts_match {
    const char
        *core; /* "object/dog"; need not be known to this vocabulary, and may be an IRI of somebody else's */
    ts_match_relation relation;
    ts_match_state state;
    const char *why; /* of a fresh proposal: "the label \"Hund\" (de)"; else NULL. Not kept */
} ts_match;

typedef struct ts_entry {
    const char *id; /* an IRI, or any text without blanks at its ends */
    ts_words *words;
    size_t word_count;
    const char *
        *broader; /* the first one is the preferred path; those that are not in the scheme are kept, too */
    size_t broader_count;
    const char **related;
    size_t related_count;
    ts_match *matches;
    size_t match_count;
    const char *merged;        /* comes out as this entry; NULL */
    float threshold;           /* a tag of it is at least so sure; < 0: none */
    bool hidden;               /* no tag and no path shows it; what is narrower stays */
    bool never;                /* no tag is made of it nor of what is narrower */
    const struct ts_entry *up; /* the first broader one that is there, or NULL; after sealing */
    size_t line;               /* where the file speaks of it first; 0: not known */
} ts_entry;

typedef struct ts_scheme ts_scheme;

const char *ts_match_relation_name(ts_match_relation relation); /* "exact"; never NULL */
bool ts_match_relation_find(const char *name, ts_match_relation *relation);
const char *ts_match_state_name(ts_match_state state); /* "confirmed"; never NULL */
bool ts_match_state_find(const char *name, ts_match_state *state);

/* ---- making one ------------------------------------------------------------------------------------ */

/* 1 to 64 small letters, digits, dashes and underscores, the first a letter or digit. TS_USAGE. */
bool ts_scheme_name_is_fine(const char *name, ts_error *err);
/* An empty one. NULL: TS_USAGE for a bad name, TS_NO_MEMORY. */
ts_scheme *ts_scheme_new(const char *name, ts_error *err);
void ts_scheme_free(ts_scheme *scheme); /* NULL is fine */

/* All of these copy what they get, refuse what is over a limit, no text, or no language tag (TS_CONFIG), and unseal. */
bool ts_scheme_set_uri(ts_scheme *scheme, const char *uri, ts_error *err);
bool ts_scheme_set_version(ts_scheme *scheme, const char *version, ts_error *err);
/* One a language: the first stays. */
bool ts_scheme_add_title(ts_scheme *scheme, const char *language, const char *text, ts_error *err);
/* The entry with this id, made if need be. NULL on failure. */
ts_entry *ts_scheme_add(ts_scheme *scheme, const char *id, ts_error *err);
/* The same words twice are once. A second label or new name in a language is TS_CONFIG. */
bool ts_entry_add_words(ts_scheme *scheme, ts_entry *entry, ts_words_kind kind, const char *language,
                        const char *text, ts_error *err);
bool ts_entry_add_broader(ts_scheme *scheme, ts_entry *entry, const char *id, ts_error *err);
bool ts_entry_add_related(ts_scheme *scheme, ts_entry *entry, const char *id, ts_error *err);
/* Replaces the relation and state of a match with the same core concept. why is borrowed for the call, may be NULL. */
bool ts_entry_set_match(ts_scheme *scheme, ts_entry *entry, const char *core, ts_match_relation relation,
                        ts_match_state state, const char *why, ts_error *err);
bool ts_entry_set_merged(ts_scheme *scheme, ts_entry *entry, const char *id, ts_error *err); /* NULL: not */
/* A sentence for who imported it, such as what was left out. */
bool ts_scheme_note(ts_scheme *scheme, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Checks the whole and makes it ready to be asked: broader entries without a cycle and no deeper than the limit, merges
 * that end. What is not there is noted, not refused. TS_CONFIG naming the entry (and its line). */
bool ts_scheme_seal(ts_scheme *scheme, ts_error *err);

/* ---- reading and writing files --------------------------------------------------------------------- */

typedef enum ts_scheme_format {
    TS_SCHEME_AUTO = 0, /* by its content */
    TS_SCHEME_CSV,
    TS_SCHEME_TURTLE,
    TS_SCHEME_NTRIPLES,
    TS_SCHEME_RDFXML /* read only */
} ts_scheme_format;

/* "csv", "turtle" or "ttl", "ntriples" or "nt", "auto". */
bool ts_scheme_format_find(const char *name, ts_scheme_format *format);

/* docs/vocabularies.md describes the formats. NULL: TS_CONFIG with "line N: " or "row N, column \"broader\": " before what is
 * wrong, TS_TOO_LARGE, TS_UNSUPPORTED for JSON-LD (the hint says how to convert); for RDF/XML also what rdfxml.h says, TS_USAGE, TS_NO_MEMORY. Sealed. */
ts_scheme *ts_scheme_read(const char *name, const void *bytes, size_t length, ts_scheme_format format,
                          ts_error *err);
/* Appends. Read again it is the same scheme, settings and matches with their states included. */
bool ts_scheme_write(const ts_scheme *scheme, ts_scheme_format format, ts_buf *out, ts_error *err);

/* A newer edition comes in the old one's place: the user's settings and what a person said of matches go over to the
 * entries of the same id. Notes what found no entry. Unseals the fresh one. */
bool ts_scheme_take_over(ts_scheme *fresh, const ts_scheme *old, ts_error *err);

/* ---- schemes that come with the program ------------------------------------------------------------ */

/* "core" (the vocabulary itself) and those of vocab/codes.tsv: "google-product", "iptc-mediatopic". NULL with TS_NOT_FOUND for
 * any other name. vocab_dir is where codes.tsv lies. Sealed. */
ts_scheme *ts_scheme_built_in(const char *name, const ts_vocab *vocab, const char *vocab_dir, ts_error *err);
/* Their names; NULL behind the last. */
extern const char *const ts_scheme_built_ins[];
bool ts_scheme_is_built_in(const char *name);

/* ---- asking ---------------------------------------------------------------------------------------- */

const char *ts_scheme_name(const ts_scheme *scheme);
const char *ts_scheme_uri(const ts_scheme *scheme);     /* "" for none */
const char *ts_scheme_version(const ts_scheme *scheme); /* "" for none */
/* In the language, else any; its name where it has no title. */
const char *ts_scheme_title(const ts_scheme *scheme, const char *language);
size_t ts_scheme_count(const ts_scheme *scheme);
ts_entry *ts_scheme_at(const ts_scheme *scheme, size_t index); /* in the order of the file */
size_t ts_scheme_notes(const ts_scheme *scheme, const char *const **notes);

ts_entry *ts_scheme_find(const ts_scheme *scheme, const char *id); /* NULL: none */
/* As a person names it: by id, else by notation, else by a label or synonym in any language (compared as
 * ts_vocab_fold says). TS_NOT_FOUND; TS_CONFLICT where several are called so. */
ts_entry *ts_scheme_resolve(const ts_scheme *scheme, const char *text, ts_error *err);

/* The user's name for it, else its label: in the language ("de" takes "de-at" too), else in English, else any; else the
 * notation, else the id. Never NULL. */
const char *ts_entry_label(const ts_scheme *scheme, const ts_entry *entry, const char *language);
/* The first words of a kind, or NULL. */
const char *ts_entry_first(const ts_entry *entry, ts_words_kind kind);
/* What stands above it on the preferred path, topmost first, without hidden ones and itself. Returns how many. */
size_t ts_entry_path(const ts_scheme *scheme, const ts_entry *entry,
                     const ts_entry *path[TS_SCHEME_DEPTH_MAX]);

/* Which entries: those that stand directly under one (NULL: at the top), or where a name is given all of which a name
 * (label, synonym, notation; compared as ts_vocab_fold does) contains it. */
typedef struct ts_scheme_wish {
    const ts_entry *under;
    const char *name; /* NULL: go by under */
} ts_scheme_wish;
/* Up to `room` of them in the order of the file, from place `from` (0: the first) on; *next: where to go on, ts_scheme_count
 * at the end. Reads the whole scheme: milliseconds for tens of thousands. */
size_t ts_scheme_browse(const ts_scheme *scheme, const ts_scheme_wish *wish, size_t from,
                        const ts_entry **found, size_t room, size_t *next);
/* How many stand directly under it. */
size_t ts_entry_narrower(const ts_scheme *scheme, const ts_entry *entry);

/* ---- tags in it ------------------------------------------------------------------------------------ */

#define TS_SCHEME_HITS_MAX 8

typedef struct ts_scheme_hit {
    const ts_entry *entry;
    ts_match_relation relation; /* exact, close or broader */
} ts_scheme_hit;

typedef enum ts_scheme_verdict {
    TS_SCHEME_SAID = 0, /* there are hits */
    TS_SCHEME_SILENT,   /* the scheme has no word for it */
    TS_SCHEME_FORBIDDEN /* the user does not want to see it */
} ts_scheme_verdict;

/* What a tag is called in the scheme: what its concept matches exactly, else closely, else what is wider; else the same of the
 * nearest ancestor that matches, as something wider. Only confirmed matches count. An entry that wants more confidence is passed
 * over. core: the concept's id, ancestors: nearest first. Any thread. */
ts_scheme_verdict ts_scheme_translate(const ts_scheme *scheme, const char *core, const char *const *ancestors,
                                      size_t ancestor_count, float confidence,
                                      ts_scheme_hit hits[TS_SCHEME_HITS_MAX], size_t *count);

/* The core concepts that a name stands for in the scheme: those that match the entries of that name, and entries below
 * them. Calls found once for each, in no order; entries that are never used are left out. */
void ts_scheme_search(const ts_scheme *scheme, const char *name,
                      void (*found)(void *context, const char *core), void *context);

/* ---- proposals ------------------------------------------------------------------------------------- */

/* Looks for core concepts with the same name in any of the seven languages, or the same code (vocab_dir/codes.tsv and the
 * vocabulary's class lists), for every entry without a confirmed match. Replaces earlier proposals; what a person said stays.
 * *proposed: how many there are now. Leaves the scheme sealed. */
bool ts_scheme_propose(ts_scheme *scheme, const ts_vocab *vocab, const char *vocab_dir, size_t *proposed,
                       ts_error *err);

/* Matches as a table for people: "concept,label,core,core label,relation,state,why". state: a ts_match_state, or -1 for all. */
bool ts_matches_write(const ts_scheme *scheme, const ts_vocab *vocab, int state, ts_buf *out, ts_error *err);
/* And back: of each row, concept, core, relation and state (default: confirmed) count. TS_CONFIG naming row and column.
 * *set: rows taken. */
bool ts_matches_read(ts_scheme *scheme, const ts_vocab *vocab, const char *bytes, size_t length, size_t *set,
                     ts_error *err);

/* ---- settings -------------------------------------------------------------------------------------- */

/* Takes some of an entry's matches away into a new entry beside it (same broader ones), called `label` in English.
 * core: ids, each matched by the entry. TS_USAGE, TS_CONFLICT for an id that is there. */
bool ts_entry_split(ts_scheme *scheme, ts_entry *entry, const char *id, const char *label,
                    const char *const *core, size_t count, ts_error *err);
/* Removes the words of these kinds and, where it is not NULL, this language. */
void ts_entry_drop_words(ts_entry *entry, ts_words_kind kind, const char *language);

#endif
