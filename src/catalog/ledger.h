/* catalog (private): ledger lines and tags as rows. */
#ifndef TS_CATALOG_LEDGER_H
#define TS_CATALOG_LEDGER_H

#include "catalog/ledger_rules.h"
#include "catalog/sql.h"

#define TS_WORD_PREFIX "word/"

#define TS_SELECT_TAG                                                                                        \
    "SELECT t.picture, t.key, t.label, t.facet, t.state, t.confidence, t.position, t.action, a.kind, a.id, " \
    "a.name,"                                                                                                \
    " t.seq, t.evidence, t.at, o.analyser, o.model, o.version, l.raw, l.payload FROM tags t"                 \
    " JOIN authors a ON a.number = t.author JOIN ledger l ON l.seq = t.evidence"                             \
    " JOIN origins o ON o.number = l.origin "
#define TS_SELECT_LINE                                                                                       \
    "SELECT l.seq, l.picture, l.key, l.label, l.facet, l.action, a.kind, a.id, a.name, l.state, "            \
    "l.confidence, l.raw,"                                                                                   \
    " l.position, o.analyser, o.model, o.version, l.payload, b.id, l.restores, l.at FROM ledger l"           \
    " JOIN authors a ON a.number = l.author JOIN origins o ON o.number = l.origin"                           \
    " LEFT JOIN batches b ON b.number = l.batch "

/* ts_row_readers of what the two select: a ts_tag_row, a ts_ledger_line. */
void ts_tag_row_read(ts_rows *rows, ts_arena *arena, void *out);
void ts_ledger_line_read(ts_rows *rows, ts_arena *arena, void *out);

/* Writes. Appends the line; seq and at are set. */
bool ts_ledger_append(ts_txn *txn, ts_ledger_line *line, ts_error *err);
/* Writes. Makes the tag table say what stands for this tag. */
bool ts_tag_store(ts_txn *txn, int64_t picture, const char *key, const ts_standing *standing, ts_error *err);
/* Writes. The picture's tags changed: its version grows, the change is logged. */
bool ts_tags_touch(ts_txn *txn, int64_t picture, ts_error *err);
/* TS_NOT_FOUND when there is no such picture. */
bool ts_tags_picture_exists(ts_txn *txn, int64_t picture, ts_error *err);

/* All lines of a picture (key NULL) or of one of its tags, by key, then seq. */
bool ts_ledger_lines(ts_txn *txn, int64_t picture, const char *key, ts_arena *arena,
                     const ts_ledger_line **lines, size_t *count, ts_error *err);

#endif
