/* Private to the tagging room: what the networks lean to. */
#ifndef TS_TAGGING_HUNCHES_H
#define TS_TAGGING_HUNCHES_H

#include "record/record.h"
#include "vision/vision.h"
#include "vocab/vocab.h"

#define TS_HUNCHES_MAX 14

/* Fills record->hunches: what the classifier leans to, and what the detector glimpsed that is no tag of the record,
 * which therefore must have been judged. None of what did not run. Memory from the arena. */
bool ts_hunches_take(const ts_vocab *vocab, const ts_seen *seen, ts_arena *arena, ts_record *record,
                     ts_error *err);

#endif
