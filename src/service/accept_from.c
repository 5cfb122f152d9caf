/* service: one caller's line between accepted and suggested. Knows no pictures. */
#include "service/accept_from.h"

#define MEMBER "accept_from"

void ts_accept_from_set(const double *line, ts_preset *preset)
{
    if (!line) return;
    preset->has_accept = true;
    preset->accept_from = (float)*line;
}

void ts_accept_from_read(const json_t *extra, ts_preset *preset)
{
    const json_t *line = json_object_get(extra, MEMBER);
    if (json_is_number(line)) ts_accept_from_set(&(double){json_number_value(line)}, preset);
}

bool ts_accept_from_write(const ts_preset *preset, json_t *extra)
{
    return !preset->has_accept ||
           json_object_set_new(extra, MEMBER, json_real((double)preset->accept_from)) == 0;
}

/* The models' own lines are about there. */
static const float usual_line = 0.5F;

void ts_accept_from_rules(const ts_preset *preset, ts_tag_rules *rules)
{
    if (!preset->has_accept || preset->accept_from >= usual_line) return;
    if (rules->line.kind == TS_LINE_DEFAULT)
        rules->line = (ts_line){.kind = TS_LINE_AT, .value = preset->accept_from};
}

static bool is_sensitive(const ts_vocab *vocab, const ts_tag *tag)
{
    ts_concept concept = vocab ? ts_vocab_find(vocab, tag->concept) : TS_CONCEPT_NONE;
    return concept != TS_CONCEPT_NONE && (ts_vocab_flags(vocab, concept) & TS_CONCEPT_RISKY);
}

bool ts_accept_from_apply(const ts_preset *preset, const ts_vocab *vocab, ts_arena *arena, ts_record *record,
                          ts_error *err)
{
    if (!preset->has_accept) return true;
    ts_tag *tags = TS_NEW_ARRAY(arena, record->tag_count, ts_tag);
    if (!tags) return ts_fail_memory(err);
    for (size_t i = 0; i < record->tag_count; i++) {
        tags[i] = record->tags[i];
        bool sure = tags[i].confidence >= preset->accept_from && !is_sensitive(vocab, &tags[i]);
        tags[i].state = sure ? TS_TAG_ACCEPTED : TS_TAG_SUGGESTED;
    }
    record->tags = tags;
    return true;
}
