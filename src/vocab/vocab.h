/* The vocabulary: what a picture may be about, as concepts with names, parents and flags, and what each
 * model's classes mean in those concepts. Read once from the plain tables in vocab/ (see vocab/README.md).
 *
 *     ts_vocab *vocab = ts_vocab_open("vocab", &err);
 *     ts_relation relation;
 *     ts_concept dog = ts_vocab_map_class(vocab, "coco80", 16, &relation);
 *     printf("%s\n", ts_vocab_label(vocab, dog));              // "dog"
 *     puts(ts_vocab_label_in(vocab, dog, TS_LANGUAGE_JA, NULL)); // "犬"
 *     ts_concepts up = ts_vocab_ancestors(vocab, dog);         // object/animal
 *     ts_vocab_close(vocab);
 *
 * A concept is a dense index 0 .. ts_vocab_count - 1, in the order of the table. Indexes are only valid for
 * the vocabulary that gave them and must not be stored: store the id ("object/dog"), which never changes.
 *
 * Ownership: every string and array that these functions give belongs to the vocabulary and lives until
 * ts_vocab_close. Threads: immutable after ts_vocab_open, so any number of threads may read at once.
 * Text is UTF-8. Passing a concept that the vocabulary did not give is a bug (asserted), except that
 * TS_CONCEPT_NONE is what look-ups return for "nothing". */
#ifndef TS_VOCAB_VOCAB_H
#define TS_VOCAB_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_vocab ts_vocab;

typedef uint32_t ts_concept;
#define TS_CONCEPT_NONE UINT32_MAX

/* A run of concepts inside the vocabulary's memory; items may be NULL when count is 0. */
typedef struct ts_concepts {
    const ts_concept *items;
    size_t count;
} ts_concepts;

/* The kinds of things a tag can say, in the order in which people expect to read them. The first part of
 * each concept id names its facet. New facets go to the end. */
typedef enum ts_facet {
    TS_FACET_OBJECT = 0,
    TS_FACET_SCENE,
    TS_FACET_PEOPLE,
    TS_FACET_COLOUR,
    TS_FACET_STYLE,
    TS_FACET_MOOD,
    TS_FACET_QUALITY,
    TS_FACET_SAFETY,
    TS_FACET_TEXT,
    TS_FACET_PLACE,
    TS_FACET_TIME,
    TS_FACET_ACTIVITY,
    TS_FACET_EVENT,
    TS_FACET_COMPOSITION,
    TS_FACET_MATERIAL,
    TS_FACET_PATTERN,
    TS_FACET_COUNT
} ts_facet;

#define TS_FACET_BIT(facet) (UINT32_C(1) << (facet))
#define TS_FACET_ALL (TS_FACET_BIT(TS_FACET_COUNT) - 1)

/* "object", as ids begin; never NULL. */
const char *ts_facet_name(ts_facet facet);
/* False when no facet is called so (exact, lower case). */
bool ts_facet_find(const char *name, ts_facet *facet);

/* Hints to the judgement in tagging/; why each exists stands in vocab/README.md. */
typedef enum ts_concept_flag {
    TS_CONCEPT_DULL = 1 << 0,    /* often hallucinated or of little use: show only when very sure */
    TS_CONCEPT_FINE = 1 << 1,    /* hard to tell from its siblings: below high confidence show its parent */
    TS_CONCEPT_RISKY = 1 << 2,   /* embarrassing or hurtful if wrong: demand high confidence */
    TS_CONCEPT_HIDDEN = 1 << 3,  /* only there to hold the tree together: never shown as a tag */
    TS_CONCEPT_HOMONYM = 1 << 4, /* shares its label with another concept of its facet, on purpose */
} ts_concept_flag;

/* How a model's class relates to the concept it is mapped to. */
typedef enum ts_relation {
    TS_RELATION_EXACT = 0, /* the class means the concept */
    TS_RELATION_NARROWER,  /* the class is a kind of the concept: seeing it proves the concept */
    TS_RELATION_BROADER,   /* the class is wider than the concept: seeing it only suggests the concept */
} ts_relation;

/* The languages that the core vocabulary speaks. English is the first and always there. New ones go last. */
typedef enum ts_language {
    TS_LANGUAGE_EN = 0,
    TS_LANGUAGE_ZH, /* simplified characters */
    TS_LANGUAGE_FR,
    TS_LANGUAGE_DE,
    TS_LANGUAGE_ES,
    TS_LANGUAGE_JA,
    TS_LANGUAGE_KO,
    TS_LANGUAGE_COUNT
} ts_language;

#define TS_LANGUAGE_BIT(language) (UINT32_C(1) << (language))
#define TS_LANGUAGE_ALL (TS_LANGUAGE_BIT(TS_LANGUAGE_COUNT) - 1)

/* "de", as file names and the API write it; never NULL. */
const char *ts_language_code(ts_language language);
/* What its speakers call it, for menus: "Deutsch"; never NULL. */
const char *ts_language_name(ts_language language);
/* From a language tag in any letter case; only its first part counts ("de", "DE", "de-AT", "zh_CN"). False,
 * and *language untouched, for a language that the vocabulary does not speak. */
bool ts_language_find(const char *tag, ts_language *language);

/* Reads concepts.tsv, mappings.tsv, cues.tsv (which may be missing) and each labels.LANGUAGE.tsv from the folder and checks them: unique ids,
 * English labels unique in their facet, parents that exist, no cycle, keys mapped once. NULL on failure:
 * TS_NOT_FOUND, TS_IO, TS_TOO_LARGE, TS_NO_MEMORY, or TS_CONFIG with "concepts.tsv:LINE: " before what is
 * wrong. A labels table may be missing, or miss rows: such a concept has its English names in that language.
 */
ts_vocab *ts_vocab_open(const char *dir, ts_error *err);
/* The same, reading only the languages of the mask (TS_LANGUAGE_BIT) beside English; all others fall back. */
ts_vocab *ts_vocab_open_with(const char *dir, uint32_t languages, ts_error *err);
void ts_vocab_close(ts_vocab *vocab); /* NULL is fine */

size_t ts_vocab_count(const ts_vocab *vocab);

const char *ts_vocab_id(const ts_vocab *vocab, ts_concept concept);     /* "object/dog" */
const char *ts_vocab_label(const ts_vocab *vocab, ts_concept concept);  /* "dog" */
const char *ts_vocab_plural(const ts_vocab *vocab, ts_concept concept); /* "dogs" */
/* False for what cannot be counted ("furniture", "blue"): its plural is its label, and counts say nothing. */
bool ts_vocab_is_countable(const ts_vocab *vocab, ts_concept concept);
ts_facet ts_vocab_facet(const ts_vocab *vocab, ts_concept concept);
uint32_t ts_vocab_flags(const ts_vocab *vocab, ts_concept concept); /* TS_CONCEPT_* bits */
/* Other names in table order, without label and plural; returns how many, sets *names (NULL when none). */
size_t ts_vocab_synonyms(const ts_vocab *vocab, ts_concept concept, const char *const **names);

/* The same in a language. *fallback (may be NULL) becomes true when the vocabulary has no row for the concept
 * in that language, so that what comes is English. Languages without plurals, and words without, give the
 * label as plural. */
const char *ts_vocab_label_in(const ts_vocab *vocab, ts_concept concept, ts_language language,
                              bool *fallback);
const char *ts_vocab_plural_in(const ts_vocab *vocab, ts_concept concept, ts_language language,
                               bool *fallback);
size_t ts_vocab_synonyms_in(const ts_vocab *vocab, ts_concept concept, ts_language language,
                            const char *const **names);

/* Direct parents; the first one is the preferred path. */
ts_concepts ts_vocab_parents(const ts_vocab *vocab, ts_concept concept);
/* All that it is a kind of: the preferred path first, nearest first, each once. */
ts_concepts ts_vocab_ancestors(const ts_vocab *vocab, ts_concept concept);
/* Steps to the top along the preferred path; 0 for a concept without parents. */
unsigned ts_vocab_depth(const ts_vocab *vocab, ts_concept concept);
/* True when `ancestor` is a proper ancestor of `concept`; false for a concept and itself. */
bool ts_vocab_is_ancestor(const ts_vocab *vocab, ts_concept ancestor, ts_concept concept);

/* By exact id, or TS_CONCEPT_NONE. */
ts_concept ts_vocab_find(const ts_vocab *vocab, const char *id);
/* The form in which names are compared: Unicode case folding and NFKC; '-' and '_' are blanks; blanks at the
 * ends are dropped, several in a row become one space; the typographic apostrophe is the plain one; the
 * Japanese middle dot is left out. Accents stay. The result may be empty. False when the text is no UTF-8 or
 * longer than 512 bytes, or the result does not fit into `size` bytes. */
bool ts_vocab_fold(const char *text, char *folded, size_t size);

/* By name in any language that was opened, compared in the form above; spaces of Korean names may be left out.
 * English meanings come first: concepts with that label, then with that plural, then with that synonym; then
 * the same in each other language. Each concept once. Words may mean several things: "orange" is two concepts.
 * Text that is not UTF-8 is no name. */
ts_concepts ts_vocab_find_name(const ts_vocab *vocab, const char *name);
/* The same among the names of one language only, as ts_vocab_label_in and its sisters give them. */
ts_concepts ts_vocab_find_name_in(const ts_vocab *vocab, ts_language language, const char *name);

#define TS_VOCAB_SUGGESTIONS_MAX 100

typedef struct ts_suggestion {
    ts_concept concept;
    const char *name; /* that matched, as written in the table: label, plural or synonym */
} ts_suggestion;

/* What someone who has typed `prefix` may be about to write: names that begin with it, then names in which a
 * later word does (Chinese, Japanese and Korean: anywhere). The whole name first, labels before plurals before
 * synonyms, short before long; each concept once, hidden ones never. Compared as ts_vocab_find_name does, but
 * Latin letters match without their accents too: "elephant" suggests "éléphant". Fills at most `limit` of out
 * (and at most TS_VOCAB_SUGGESTIONS_MAX), returns how many. Nothing for an empty prefix. */
size_t ts_vocab_prefix(const ts_vocab *vocab, ts_language language, const char *prefix, size_t limit,
                       ts_suggestion *out);

/* What class `key` of `scheme` ("imagenet1k", "coco80", "wordnet") means; TS_CONCEPT_NONE when nothing.
 * *relation is set on success; it may be NULL. */
ts_concept ts_vocab_map(const ts_vocab *vocab, const char *scheme, const char *key, ts_relation *relation);
/* The same for schemes whose keys are class indexes (imagenet1k, coco80). */
ts_concept ts_vocab_map_class(const ts_vocab *vocab, const char *scheme, size_t index, ts_relation *relation);

/* One row of cues.tsv: a piece of evidence for or against a scene or an activity (vocab/README.md). */
typedef struct ts_cue {
    ts_concept concept;   /* what it speaks for */
    const char *relation; /* "always", "gist", "look", "seen", or how a person stands to the thing */
    const char *look;     /* the cue as the table writes it: a look's name, an id, or "" */
    ts_concept seen;      /* the concept that it names, or TS_CONCEPT_NONE */
    float weight;         /* added to the log-odds where the cue is beyond doubt */
} ts_cue;

/* All cues, those of one concept together; returns how many. */
size_t ts_vocab_cues(const ts_vocab *vocab, const ts_cue **cues);

#endif
