/* Private to the tagging room: which beliefs become tags, in which state and order. */
#ifndef TS_TAGGING_JUDGE_H
#define TS_TAGGING_JUDGE_H

#include "tagging/belief.h"
#include "tagging/tagging.h"

/* Tags in order of what they tell; memory from beliefs->arena. */
bool ts_judge(const ts_beliefs *beliefs, const ts_picture_info *picture, const ts_tag_rules *rules,
              const ts_tag **tags, size_t *count, ts_error *err);

#endif
