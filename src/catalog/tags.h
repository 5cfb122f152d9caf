/* catalog: tags and their ledger.
 *
 * The ledger is the truth: a line for everything that was done to a tag of a picture, by whom, from what evidence.
 * Lines are never changed; they go only with their picture. The tag table is what the lines amount to, kept up to date
 * by one pure function (ts_tag_next in ledger_rules.h), which replay uses too: both always agree byte for byte.
 *
 * A tag of a picture is known by its key: the concept's id ("object/dog") or "word/" and the folded free word.
 *
 * Whose tag is it? The author of its last line. Tags of machines (MODEL, RULE, SYSTEM) change freely with each tagging
 * run. What an IMPORT or a PERSON said, no machine changes, and what a person said, no import changes. A tag that a
 * person rejected or removed is a tombstone: it stays rejected until a person adds, accepts or restores it.
 */
#ifndef TS_CATALOG_TAGS_H
#define TS_CATALOG_TAGS_H

#include "catalog/catalog.h"

/* All enums of this header are stored as numbers: never renumber. */

/* The same numbers as record.h's ts_tag_state. */
typedef enum ts_ledger_state {
    TS_LEDGER_SUGGESTED = 0,
    TS_LEDGER_ACCEPTED = 1,
    TS_LEDGER_REJECTED = 2
} ts_ledger_state;
const char *ts_ledger_state_name(ts_ledger_state state); /* "suggested" */

typedef enum ts_author_kind {
    TS_AUTHOR_MODEL = 0,
    TS_AUTHOR_RULE = 1, /* a policy, an ancestor, a threshold */
    TS_AUTHOR_SYSTEM = 2,
    TS_AUTHOR_IMPORT = 3, /* keywords found in a file: once said by some person */
    TS_AUTHOR_PERSON = 4  /* by page, API key or command */
} ts_author_kind;
const char *ts_author_kind_name(ts_author_kind kind); /* "model" */

/* Who wrote a line. Texts not NULL; "" where there is none. */
typedef struct ts_author {
    ts_author_kind kind;
    const char *id;   /* "tk_…", a person's id, a preset */
    const char *name; /* for people to read */
} ts_author;

typedef enum ts_ledger_action {
    TS_LEDGER_ADD = 0, /* a machine: with the state it gives; a person: accepted, lifts a tombstone */
    TS_LEDGER_CHANGE =
        1, /* a machine: other state, confidence or evidence; a person: label, place, payload */
    TS_LEDGER_ACCEPT = 2, /* like ADD; says that a suggestion was right */
    TS_LEDGER_REJECT =
        3, /* by a person: wrong, a tombstone; by a machine: rejected until it says otherwise */
    TS_LEDGER_REMOVE =
        4, /* by a person: not wanted, a tombstone; by others: gone, if it is theirs to remove */
    TS_LEDGER_RESTORE = 5, /* undo: the tag is again what it was after the line `restores` (0: not there) */
    TS_LEDGER_DROP = 6     /* gone without a tombstone, whoever owned it but a person: reset of a source */
} ts_ledger_action;
const char *ts_ledger_action_name(ts_ledger_action action); /* "add" */

/* What a caller says about a tag. */
typedef struct ts_tag_input {
    const char *concept; /* "object/dog", or NULL for a free word */
    const char *label;   /* the word as written; for concepts as shown then, may be NULL */
    const char *folded;  /* of a free word: the form that decides equality; NULL: label in lower-case ASCII */
    const char *facet;   /* "object"; NULL: what the concept's id begins with, "word" for free words */
    ts_ledger_state state; /* what a machine gives; ignored for people and imports (accepted) */
    double confidence;     /* 0..1; of people and imports 0 means 1 */
    double raw;            /* the strongest evidence's own score */
    const char *analyser, *model, *version; /* of the strongest evidence; NULL counts as "" */
    const char *payload;                    /* JSON object or NULL: all evidence, boxes, count, ancestors */
} ts_tag_input;

/* One tag as it stands. */
typedef struct ts_tag_row {
    int64_t picture;
    const char *key;
    const char *concept; /* NULL for a free word */
    const char *label;   /* may be NULL for a concept */
    const char *facet;
    ts_ledger_state state;
    double confidence;
    int64_t position;        /* rank given by the last run, from 0; people's own tags come after */
    ts_ledger_action action; /* of the last line: tells "removed" from "rejected" */
    ts_author author;        /* of the last line */
    int64_t seq;             /* the last line */
    int64_t evidence;        /* the line whose evidence stands */
    int64_t at;              /* of the last line */
    const char *analyser, *model, *version, *payload; /* of the evidence; payload may be NULL */
    double raw;
} ts_tag_row;

/* One line of the ledger. */
typedef struct ts_ledger_line {
    int64_t seq; /* from 1, grows over all pictures */
    int64_t picture;
    const char *key, *concept, *label, *facet;
    ts_ledger_action action;
    ts_author author;
    ts_ledger_state state;
    double confidence, raw;
    int64_t position;
    const char *analyser, *model, *version, *payload;
    const char *batch; /* lines that were one wish, or NULL */
    int64_t restores;  /* of RESTORE */
    int64_t at;
} ts_ledger_line;

/* ---- reading ------------------------------------------------------------------------------------- */

/* By position, then confidence downwards, then key. payload false: payload stays NULL (quicker). */
bool ts_tags_list(ts_txn *txn, int64_t picture, bool rejected, bool payload, ts_arena *arena,
                  const ts_tag_row **rows, size_t *count, ts_error *err);
/* The same of all pictures first .. last, rejected tags too, picture by picture: for whoever reads many. Authors have
 * a kind only, the evidence is left out, and the payload is there only where it counts something. */
bool ts_tags_between(ts_txn *txn, int64_t first, int64_t last, ts_arena *arena, const ts_tag_row **rows,
                     size_t *count, ts_error *err);
/* The picture's lines, newest first, seq < before (0: from the newest), up to limit. key NULL: of all its tags. */
bool ts_tags_history(ts_txn *txn, int64_t picture, const char *key, int64_t before, size_t limit,
                     ts_arena *arena, const ts_ledger_line **lines, size_t *count, ts_error *err);
/* Every tag that is not rejected, by picture ascending, from picture > after. Of the author only the kind is
 * read, of the evidence nothing. Rows live for the call of visit; false from it ends the scan (no error). */
typedef bool (*ts_tag_visit)(void *context, const ts_tag_row *row);
bool ts_tags_scan(ts_txn *txn, int64_t after, ts_tag_visit visit, void *context, ts_error *err);

/* ---- machines ------------------------------------------------------------------------------------ */

typedef enum ts_diff_kind {
    TS_DIFF_ADDED = 0,
    TS_DIFF_CHANGED = 1,
    TS_DIFF_REMOVED = 2,
    TS_DIFF_KEPT = 3 /* the run says otherwise, but a person or import has spoken: it stays as it is */
} ts_diff_kind;
const char *ts_diff_kind_name(ts_diff_kind kind); /* "added" */

typedef struct ts_diff_entry {
    ts_diff_kind kind;
    const ts_tag_row *before; /* NULL when added */
    const ts_tag_row *after;  /* NULL when removed; its seq, at are 0 in a dry run */
} ts_diff_entry;

typedef struct ts_tag_diff {
    const ts_diff_entry *entries;
    size_t count;
    size_t added, changed, removed, kept;
} ts_tag_diff;

/* A tagging run over one picture. Machine tags (MODEL and RULE) within its reach that it does not give again are removed.
 * Its reach: tags whose evidence comes from one of `analysers`, or all machine tags with reset or without analysers.
 * A tag that only moved in rank is not a change. */
typedef struct ts_tag_run_input {
    ts_author author;         /* MODEL or RULE, usually with a preset's name as id */
    const char *batch;        /* or NULL */
    const ts_tag_input *tags; /* in order of rank; a key given twice is TS_USAGE */
    size_t count;
    const char *const *analysers; /* what ran */
    size_t analyser_count;
    bool reset;
} ts_tag_run_input;

/* Writes. Records the run and says what it changed. TS_NOT_FOUND: no such picture. */
bool ts_tags_record_run(ts_txn *txn, int64_t picture, const ts_tag_run_input *run, ts_arena *arena,
                        ts_tag_diff *diff, ts_error *err);
/* The same without doing it; with any transaction. */
bool ts_tags_plan_run(ts_txn *txn, int64_t picture, const ts_tag_run_input *run, ts_arena *arena,
                      ts_tag_diff *diff, ts_error *err);

/* ---- people, imports, rules ---------------------------------------------------------------------- */

typedef struct ts_tag_edit {
    ts_ledger_action action; /* ADD, CHANGE, ACCEPT, REJECT, REMOVE or DROP */
    ts_tag_input tag;        /* for all but ADD and CHANGE concept or label/folded suffice */
} ts_tag_edit;

/* Writes. Does the edits in order; one that makes no difference writes no line. diff tells what they came to, one entry
 * for each key. TS_NOT_FOUND: no such picture. TS_USAGE: a tag without concept and label. */
bool ts_tags_edit(ts_txn *txn, int64_t picture, const ts_tag_edit *edits, size_t count,
                  const ts_author *author, const char *batch, ts_arena *arena, ts_tag_diff *diff,
                  ts_error *err);
/* What they would come to; with any transaction. */
bool ts_tags_plan_edit(ts_txn *txn, int64_t picture, const ts_tag_edit *edits, size_t count,
                       const ts_author *author, ts_arena *arena, ts_tag_diff *diff, ts_error *err);

/* Writes. Takes back what a batch, or a single line, did: each of its tags becomes what it was before, unless something
 * else was done to it since (skipped). Batches can be undone one after the other, newest first, and an undo can be
 * undone by its own batch. Goes through at most `limit` tags a call: call again with after = next until next is 0. */
typedef struct ts_tag_undo {
    const char *batch; /* of the lines to undo; NULL: the line `seq` */
    int64_t seq;
    const ts_author *author;
    const char *new_batch; /* of the lines that the undo writes, or NULL */
    int64_t after;
    size_t limit; /* 0: no limit */
    /* Called within the change for each picture of which a tag became another; false fails the undo. NULL: nobody asks. */
    bool (*touched)(void *context, ts_txn *txn, int64_t picture, ts_error *err);
    void *context;
} ts_tag_undo;
typedef struct ts_tag_undone {
    size_t undone, skipped; /* tags */
    int64_t next;
} ts_tag_undone;
/* TS_NOT_FOUND: no such batch or line. */
bool ts_tags_undo(ts_txn *txn, const ts_tag_undo *undo, ts_tag_undone *out, ts_error *err);

/* Is every line of the batch this author's (kind and id)? True where there is no such batch. */
bool ts_tags_batch_is_of(ts_txn *txn, const char *batch, const ts_author *author, bool *is, ts_error *err);

/* Writes. Drops every machine's tag whose evidence is of this analyser, model and version (NULL: any), of pictures
 * > after, through at most `pictures` of them; *next as in undo. Leaves no tombstones; undone by batch. */
typedef struct ts_tag_source {
    const char *analyser, *model, *version;
} ts_tag_source;
bool ts_tags_drop_source(ts_txn *txn, const ts_tag_source *source, const ts_author *author, const char *batch,
                         int64_t after, size_t pictures, size_t *dropped, int64_t *next, ts_error *err);

/* Writes. Makes the tag table anew from the ledger, for one picture or (0) all. For restore and repair. */
bool ts_tags_replay(ts_txn *txn, int64_t picture, ts_error *err);
/* Does the table equal the ledger's replay for this picture? */
bool ts_tags_replay_equal(ts_txn *txn, int64_t picture, bool *equal, ts_error *err);

#endif
