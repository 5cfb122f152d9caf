/* service: what may be asked of a picture's tags, in the words of whoever asks: which of these words does it show, which
 * value fits a field, is there such a thing? Pure.
 *
 * A task is an object: "type": "select_tags" (with "vocabulary"; without one: of its own tags), "select_metadata" (with
 * "field"; without "vocabulary": of the field's options), both with "min_selections" and "max_selections"; or "yes_no" with
 * "instruction", a question, and "on_yes", "on_no", "on_unknown": {"add_tags": [..], "remove_tags": [..], "set_metadata":
 * [{"field", "value"}], "unset_metadata": [{"field"}]}. */
#ifndef TS_SERVICE_TASKS_H
#define TS_SERVICE_TASKS_H

#include <jansson.h>

#include "vocab/vocab.h"

typedef struct ts_task_tag {
    const char *label, *concept; /* concept NULL: a free word */
    bool machine, accepted;
    double confidence; /* 0..1 */
} ts_task_tag;
typedef struct ts_task_facts {
    const ts_task_tag *tags;
    size_t tag_count;
    const ts_vocab *vocab; /* NULL: words are compared as they are, and questions cannot be answered */
} ts_task_facts;

typedef enum ts_task_answer { TS_TASK_NO = 0, TS_TASK_YES, TS_TASK_UNKNOWN } ts_task_answer;
ts_task_answer ts_task_yes_no(const ts_task_facts *facts, const char *instruction);
/* The values of the vocabulary that the picture shows, surest first; new reference. */
json_t *ts_task_select(const ts_task_facts *facts, const json_t *task, const json_t *vocabulary);
/* What tasks come to: {"add": [..], "remove": [..], "set": {field: value, null: none}}. options: a new reference to the
 * values that a field takes ([]: any), NULL: there is no such field. New reference. */
json_t *ts_tasks_decide(const ts_task_facts *facts, const json_t *tasks,
                        json_t *(*options)(void *, const char *field), void *context);

#endif
