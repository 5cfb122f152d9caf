/* Private to the tagging room: what the classifier leans to. */
#ifndef TS_TAGGING_HUNCHES_H
#define TS_TAGGING_HUNCHES_H

#include "record/record.h"
#include "vision/vision.h"
#include "vocab/vocab.h"

#define TS_HUNCHES_MAX 10

/* Fills record->hunches from a distribution; none without one (NULL). Memory from the arena. */
bool ts_hunches_take(const ts_vocab *vocab, const ts_distribution *seen, ts_arena *arena, ts_record *record,
                     ts_error *err);

#endif
