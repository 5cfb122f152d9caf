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

/* What becomes of the evidence for one call. Start from TS_TAG_RULES_DEFAULT. */
typedef struct ts_tag_rules {
    float min_confidence; /* drop tags below; < 0: each facet's own default */
    unsigned max_tags;    /* keep the most telling ones; 0: no limit */
    uint32_t facets;      /* bit per facet (ts_vocab_facet_*); 0: all */
    uint32_t states;      /* bit per ts_tag_state to output; 0: all */
    uint32_t thumbnail;   /* side in pixels of a thumbnail to make; 0: none */
    bool embedding;       /* keep the picture's embedding in the record */
    bool phash;           /* fingerprint of how it looks */
    bool mesh;            /* keep face meshes (runs the mesh network) */
    bool others;          /* keep what was weighed and is not shown */
    bool hunches;         /* keep what the classifier leans to */
    uint32_t veil;        /* side in pixels of a second, unrecognisable thumbnail; 0: none */
    uint32_t left_out;    /* analysers that do not run this time (ts_tagger_analyser_bit); 0: none */
} ts_tag_rules;

#define TS_TAG_RULES_DEFAULT ((ts_tag_rules){.min_confidence = -1.0F, .max_tags = 50})

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
