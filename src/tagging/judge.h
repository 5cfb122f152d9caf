/* Private to the tagging room: which beliefs become tags, in which state and order. */
#ifndef TS_TAGGING_JUDGE_H
#define TS_TAGGING_JUDGE_H

#include "tagging/belief.h"
#include "tagging/tagging.h"

/* Fills the record's tags, in order of what they tell, and its others; memory from beliefs->arena. */
bool ts_judge(const ts_beliefs *beliefs, const ts_picture_info *picture, const ts_tag_rules *rules,
              ts_record *record, ts_error *err);

/* Tags of where it was taken, where that was seen, and record->place. Called after ts_judge. TS_NO_MEMORY. */
bool ts_whereabouts_add(const ts_seen *seen, const ts_tag_rules *rules, ts_record *record, ts_error *err);

#endif
