/* The tagging room: one picture's walk from bytes to a record.
 *
 *   bytes -> image/ (one decode) -> vision/ (what each analyser saw) -> judgement here -> record
 *
 * A tagger holds the decoder pool, the networks and the vocabulary. It knows nothing of files, folders,
 * catalogues or users: those feed it. Threads: after ts_tagger_open any number of threads may call
 * ts_tagger_tag at once; `jobs` says for how many the networks are laid out.
 */
#ifndef TS_TAGGING_TAGGING_H
#define TS_TAGGING_TAGGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "image/image.h"
#include "record/record.h"
#include "vocab/vocab.h"

typedef struct ts_tagger ts_tagger;

typedef struct ts_tagger_options {
    const char *share_dir;    /* holds models/NAME.json and models/labels/ (packs.h finds the default) */
    const char *models_dir;   /* weights */
    const char *vocab_dir;    /* concepts.tsv, mappings.tsv */
    const char *openvino_dir; /* where libopenvino_c lives; NULL: the default places */
    const char *cache_dir;    /* for compiled networks and precision verdicts; NULL: no cache */
    const char *analysers;    /* comma-separated names; NULL: every analyser that is on by default */
    const char *also;         /* further analysers beside those, or NULL; "mesh" for rules that ask for it */
    const char *precision;    /* "auto" (bf16 where it was checked), "f32" */
    unsigned jobs;            /* pictures in hand at once; 0: ts_tagger_usual_jobs() */
    bool decode_in_process;
    ts_decode_limits limits;
} ts_tagger_options;

#define TS_TAGGER_OPTIONS_DEFAULT                                                                            \
    ((ts_tagger_options){.precision = "auto", .limits = TS_DECODE_LIMITS_DEFAULT})

/* From which confidence on a tag is shown. */
typedef enum ts_line_kind {
    TS_LINE_DEFAULT = 0, /* the model's own, measured line */
    TS_LINE_AT,          /* from `value` on, 0 to 1 */
    TS_LINE_PRECISION    /* from where on a share of `value` of the tags is right, as measured on labelled
                          * pictures; where nothing was measured, from the confidence `value` on, which
                          * promises no less */
} ts_line_kind;

typedef struct ts_line {
    ts_line_kind kind;
    float value;
} ts_line;

/* A concept's own line; it holds for all kinds of it that have none. */
typedef struct ts_concept_line {
    ts_concept concept;
    ts_line line;
} ts_concept_line;

/* Which of "golden retriever, retriever, dog, animal" are tags; all are among the ancestors in any case. */
typedef enum ts_specificity {
    TS_SPECIFICITY_NATURAL =
        0,               /* golden retriever and dog: the most specific one that is sure, those below it
                                 * that may be, and the word that people would use */
    TS_SPECIFICITY_LEAF, /* golden retriever: nothing that another tag says already */
    TS_SPECIFICITY_ALL,  /* all four */
    TS_SPECIFICITY_COUNT
} ts_specificity;

/* What becomes of the evidence for one call. Start from TS_TAG_RULES_DEFAULT; the functions below fill what needs the
 * vocabulary. Arrays are borrowed.
 *
 * A tag is shown from its line on: the concept's own, else that of the nearest concept above that has one, else the
 * facet's, else `line`. Of those that are shown, the machine accepts what reaches the model's sure line; the rest is
 * suggested, and so is always what is sensitive (TS_CONCEPT_RISKY). */
typedef struct ts_tag_rules {
    float min_confidence; /* drop tags below, whatever their line; < 0: none are dropped for that */
    ts_line line;
    ts_line facet_lines[TS_FACET_COUNT]; /* TS_LINE_DEFAULT: as `line` */
    const ts_concept_line *concept_lines;
    size_t concept_line_count;
    ts_specificity specificity;
    unsigned max_per_facet[TS_FACET_COUNT]; /* the most telling ones; 0: no limit */
    unsigned
        min_per_facet[TS_FACET_COUNT]; /* filled up with what is likeliest below the line, as suggestions */
    const bool *only;                  /* closed vocabulary, by concept: no other is a tag; NULL: open */
    unsigned max_tags;                 /* keep the most telling ones; 0: no limit */
    uint32_t facets;                   /* bit per facet (ts_vocab_facet_*); 0: all */
    uint32_t states;                   /* bit per ts_tag_state to output; 0: all */
    uint32_t thumbnail;                /* side in pixels of a thumbnail to make; 0: none */
    bool embedding;                    /* keep the picture's embedding in the record */
    bool many_views;   /* that embedding is for teaching: slower, and to be compared with its like alone */
    bool phash;        /* fingerprint of how it looks */
    bool mesh;         /* keep face meshes (runs the mesh network) */
    bool others;       /* keep what was weighed and is not shown */
    bool hunches;      /* keep what the networks lean to */
    uint32_t veil;     /* side in pixels of a second, unrecognisable thumbnail; 0: none */
    uint32_t left_out; /* analysers that do not run this time (ts_tagger_analyser_bit); 0: none */
} ts_tag_rules;

#define TS_TAG_RULES_DEFAULT ((ts_tag_rules){.min_confidence = -1.0F, .max_tags = 50})

/* "default", "0.4", "95%" (a precision). TS_USAGE. */
bool ts_line_parse(const char *text, ts_line *out, ts_error *err);

/* Sets the line of a facet, or of a concept by id or by any of its names, to what the text says. TS_USAGE for a name that
 * is neither, with what may have been meant as the hint. Memory from the arena. */
bool ts_tag_rules_set_line(ts_tag_rules *rules, const ts_vocab *vocab, const char *name, ts_line line,
                           ts_arena *arena, ts_error *err);

/* Opens a word to the closed vocabulary: a concept by id or by any of its names; the first call closes it. A name of
 * several things opens all of them. TS_USAGE for a word that names nothing. Memory from the arena. */
bool ts_tag_rules_allow(ts_tag_rules *rules, const ts_vocab *vocab, const char *name, ts_arena *arena,
                        ts_error *err);
/* Each line of the text; empty ones and those that begin with # are passed over. TS_USAGE names the line. */
bool ts_tag_rules_allow_list(ts_tag_rules *rules, const ts_vocab *vocab, const char *text, ts_arena *arena,
                             ts_error *err);

/* A sentence on words that these rules name and that no model of the core packs can answer: how old somebody is, man or
 * woman. NULL where there are none. Constant. */
const char *ts_tag_rules_unanswered(const ts_tag_rules *rules, const ts_vocab *vocab);

/* "leaf", "natural", "all". */
const char *ts_specificity_name(ts_specificity specificity);
bool ts_specificity_find(const char *name, ts_specificity *out);

/* One a core and one more: while a picture's thread waits for its decoder process, another keeps the core busy
 * (5 to 11 % more pictures a second on two cores, docs/performance.md). */
unsigned ts_tagger_usual_jobs(void);

/* NULL and err on failure: TS_ENGINE, TS_MODEL, TS_CONFIG, TS_USAGE (unknown analyser), TS_NO_MEMORY. */
ts_tagger *ts_tagger_open(const ts_tagger_options *options, ts_error *err);
void ts_tagger_close(ts_tagger *tagger); /* NULL is fine; no call may be running */

/* Tags one encoded picture. path is only copied into the record (may be NULL). The record and what it
 * points to live in `arena`. Errors are about this picture (see ts_decode) or TS_ENGINE / TS_NO_MEMORY. */
bool ts_tagger_tag(ts_tagger *tagger, const char *path, const void *bytes, size_t length,
                   const ts_tag_rules *rules, ts_arena *arena, ts_record *record, ts_error *err);

const ts_vocab *ts_tagger_vocab(const ts_tagger *tagger);
unsigned ts_tagger_jobs(const ts_tagger *tagger);
ts_decoder_pool *ts_tagger_decoders(const ts_tagger *tagger);

/* Sentences on what was found at start, such as a network that fell back to f32; borrowed from the tagger. */
size_t ts_tagger_notes(const ts_tagger *tagger, const char *const **notes);

/* A one-line description of each analyser in the table, for --help: names[i], helps[i]; returns the count.
 * Arrays must hold TS_ANALYSERS_MAX. */
#define TS_ANALYSERS_MAX 32
size_t ts_tagger_analysers(const char **names, const char **helps, bool *on_by_default);

/* The bit of an analyser in ts_tag_rules.left_out; 0: there is none of that name. */
uint32_t ts_tagger_analyser_bit(const char *name);

#endif
