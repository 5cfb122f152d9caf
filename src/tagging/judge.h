/* Private to the tagging room: which beliefs become tags, in which state and order.
 *
 *   lines.c    from which confidence on a concept is a tag, and accepted
 *   judge.c    each concept held against its lines; the record's tags
 *   choose.c   of those that pass, the ones that are shown: specificity, limits, order
 */
#ifndef TS_TAGGING_JUDGE_H
#define TS_TAGGING_JUDGE_H

#include "tagging/belief.h"
#include "tagging/tagging.h"

/* Fills the record's tags, in order of what they tell, and its others; memory from beliefs->arena. */
bool ts_judge(const ts_beliefs *beliefs, const ts_picture_info *picture, const ts_tag_rules *rules,
              ts_record *record, ts_error *err);

/* Tags of where it was taken, where that was seen, and record->place. Called after ts_judge. TS_NO_MEMORY. */
bool ts_whereabouts_add(const ts_seen *seen, const ts_tag_rules *rules, ts_record *record, ts_error *err);

typedef struct ts_lines {
    float drop; /* a tag from here on */
    float sure; /* accepted from here on; > 1: never */
    bool fixed; /* drop is the caller's own line, not the models' */
} ts_lines;

ts_lines ts_lines_of(const ts_beliefs *beliefs, const ts_tag_rules *rules, ts_concept concept);

/* The line below which a witness alone makes no tag. */
float ts_drop_of(const ts_witness *witness);

/* A concept that may become a tag. */
typedef struct ts_verdict_on {
    ts_concept concept;
    ts_tag_state state;
    const char *because;
    ts_lines lines;
    float telling; /* sort key */
} ts_verdict_on;

/* Of the verdicts those that are shown, in their order; returns how many stand in front, or SIZE_MAX without memory. */
size_t ts_choose(const ts_beliefs *beliefs, const ts_picture_info *picture, const ts_tag_rules *rules,
                 ts_verdict_on *verdicts, size_t count);

#endif
