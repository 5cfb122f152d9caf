/* ontology (private): how a scheme lies in memory, and the steps that build it. */
#ifndef TS_ONTOLOGY_PRIVATE_H
#define TS_ONTOLOGY_PRIVATE_H

#include "base/arena.h"
#include "ontology/ontology.h"

/* Texts to what they stand for: open addressing, no removal. Keys are borrowed. */
typedef struct ts_map_slot {
    const char *key; /* NULL: free */
    size_t value;
} ts_map_slot;

typedef struct ts_map {
    ts_map_slot *slots;
    size_t count, capacity; /* capacity: a power of two, or 0 */
} ts_map;

/* The value of the key; TS_MAP_NONE when it has none. */
#define TS_MAP_NONE ((size_t)-1)
size_t ts_map_find(const ts_map *map, const char *key);
/* Puts or replaces. False: no memory. */
bool ts_map_put(ts_map *map, ts_arena *arena, const char *key, size_t value);

/* One match of one entry, in the order of core concepts. */
typedef struct ts_core_match {
    const char *core;
    const ts_entry *entry;
    ts_match_relation relation;
} ts_core_match;

/* One name of one entry. */
typedef struct ts_entry_name {
    const char *folded;
    ts_entry *entry;
} ts_entry_name;

struct ts_scheme {
    ts_arena *arena;
    const char *name, *uri, *version;
    ts_words *titles; /* kind is not used */
    size_t title_count;
    ts_entry **entries;
    size_t count;
    ts_map by_id;
    const char **notes;
    size_t note_count;
    /* Made by sealing. */
    bool sealed;
    ts_core_match *matches; /* confirmed ones, sorted by core id, then relation, then the entry's place */
    size_t match_count;
    ts_entry_name *names; /* sorted by folded name */
    size_t name_count;
    const ts_entry **below; /* entries with `up`, sorted by it, so that what stands under one is a run */
    size_t below_count;
};

/* Where in `below` those under `up` begin. */
size_t ts_scheme_first_below(const ts_scheme *scheme, const ts_entry *up);

/* An array in the arena with room for one more item behind count; NULL: no memory. */
void *ts_grow(ts_arena *arena, void *items, size_t count, size_t size);

/* How words of each kind are called in files: table columns and RDF properties. */
typedef struct ts_words_doc {
    const char *column;   /* "label", in files "label@de" */
    const char *property; /* IRI */
    bool listed;          /* several in one field, joined by bars */
    bool spoken;          /* has a language */
    bool found;           /* search finds entries by it */
} ts_words_doc;
extern const ts_words_doc ts_words_docs[TS_WORDS_KIND_COUNT];

/* A language tag in lower case, in the arena: NULL and TS_CONFIG when it is none; "" is "". */
const char *ts_language_tag(ts_arena *arena, const char *text, size_t length, ts_error *err);
/* "de" fits "de" and "de-at"; "" fits nothing but "". */
bool ts_language_fits(const char *tag, const char *wanted);
/* Fails with TS_CONFIG unless it is UTF-8 of 1 to `most` bytes without control characters (line ends and tabs are fine
 * where `lines`). */
bool ts_check_text(const char *text, size_t most, bool lines, const char *what, ts_error *err);

/* A number from 0 to 1 in the fewest digits that give it back. */
#define TS_SHARE_SIZE 32
void ts_put_share(float value, char text[TS_SHARE_SIZE]);

/* What core concepts are called in RDF: "urn:tagsmith:object/dog". */
#define TS_CORE_IRI "urn:tagsmith:"
#define TS_TERM_IRI "urn:tagsmith:term:"
#define TS_SKOS_IRI "http://www.w3.org/2004/02/skos/core#"

/* ---- the formats ---- */
bool ts_csv_read_scheme(ts_scheme *scheme, const char *bytes, size_t length, ts_error *err);
bool ts_csv_write_scheme(const ts_scheme *scheme, ts_buf *out, ts_error *err);
bool ts_rdf_read_scheme(ts_scheme *scheme, const char *bytes, size_t length, bool turtle, ts_error *err);
bool ts_rdf_write_scheme(const ts_scheme *scheme, bool turtle, ts_buf *out, ts_error *err);

#endif
