/* service: what a preset makes of a record: which tags stay, which wait for a person, and whether the picture may be
 * seen. Pure. */
#include <stdio.h>
#include <string.h>

#include "service/presets.h"

/* Safety looks for the sake of moderation, too: what only it saw is no tag unless it was chosen. */
static bool is_seen_by_chosen(const ts_preset *preset, const ts_tag *tag)
{
    for (size_t i = 0; i < tag->evidence_count; i++)
        if (!(ts_tagger_analyser_bit(tag->evidence[i].analyser) & preset->left_out)) return true;
    return false;
}

static bool wants_review(const ts_preset *preset, const ts_tag *tag, ts_facet facet)
{
    return tag->confidence < preset->review_below || (preset->review_facets & TS_FACET_BIT(facet));
}

static bool copy_tags(const ts_preset *preset, const ts_record *record, ts_arena *arena, ts_record *out,
                      ts_error *err)
{
    size_t count = 0;
    ts_tag *tags = TS_NEW_ARRAY(arena, record->tag_count, ts_tag);
    if (!tags) return ts_fail_memory(err);
    for (size_t i = 0; i < record->tag_count; i++) {
        ts_facet facet = TS_FACET_OBJECT;
        const ts_tag *tag = &record->tags[i];
        if (!ts_facet_find(tag->facet, &facet)) continue;
        if (preset->left_out && !is_seen_by_chosen(preset, tag)) continue;
        tags[count] = *tag;
        if (tag->state == TS_TAG_ACCEPTED && wants_review(preset, tag, facet)) {
            tags[count].state = TS_TAG_SUGGESTED;
            tags[count].because = TS_BECAUSE_PRESET;
        }
        count++;
    }
    out->tags = tags;
    out->tag_count = count;
    return true;
}

/* ---- verdict --------------------------------------------------------------------------------------- */

static void worsen(ts_verdict *verdict, ts_visibility visibility, const char *reason)
{
    if (visibility <= verdict->visibility) return;
    verdict->visibility = visibility;
    verdict->reason = reason;
}

ts_safety_level ts_safety_level_of(float nsfw)
{
    return nsfw >= 0.8F ? TS_SAFETY_EXPLICIT : nsfw >= 0.5F ? TS_SAFETY_SUGGESTIVE : TS_SAFETY_SAFE;
}

const char *ts_safety_level_name(ts_safety_level level)
{
    static const char *const names[] = {"safe", "suggestive", "explicit"};
    return (unsigned)level < TS_SAFETY_LEVELS ? names[level] : names[TS_SAFETY_SAFE];
}

static void judge_level(const ts_preset *preset, const ts_record *record, ts_arena *arena,
                        ts_verdict *verdict)
{
    ts_safety_level level = ts_safety_level_of(record->nsfw);
    ts_policy policy = preset->levels[level];
    const char *reason = ts_arena_printf(arena, "%s %.2f", ts_safety_level_name(level), (double)record->nsfw);
    verdict->blurred = policy == TS_POLICY_BLUR;
    if (verdict->blurred) verdict->reason = reason;
    if (policy == TS_POLICY_REVIEW) worsen(verdict, TS_HELD, reason);
    if (policy == TS_POLICY_REJECT) worsen(verdict, TS_REJECTED, reason);
}

static void judge_safety(const ts_preset *preset, const ts_record *record, ts_arena *arena,
                         ts_verdict *verdict)
{
    if (!record->has_safety) return;
    judge_level(preset, record, arena, verdict);
    const char *reason = ts_arena_printf(arena, "nsfw %.2f", (double)record->nsfw);
    if (record->nsfw >= preset->hold_nsfw) worsen(verdict, TS_HELD, reason);
    if (record->nsfw >= preset->reject_nsfw) worsen(verdict, TS_REJECTED, reason);
}

/* The verdict on a concept, or on one that it is a kind of. */
static const char *verdict_on(const json_t *verdicts, const ts_tag *tag)
{
    const json_t *verdict = json_object_get(verdicts, tag->concept);
    for (size_t i = 0; !verdict && i < tag->ancestor_count; i++)
        verdict = json_object_get(verdicts, tag->ancestors[i]);
    return json_string_value(verdict);
}

static void judge_tag(const ts_preset *preset, const ts_tag *tag, ts_arena *arena, ts_verdict *verdict)
{
    const char *text = tag->concept ? verdict_on(preset->concept_verdicts, tag) : NULL;
    if (!text) return;
    const char *reason = ts_arena_printf(arena, "%s %.2f", tag->label, (double)tag->confidence);
    worsen(verdict, strcmp(text, "reject") == 0 ? TS_REJECTED : TS_HELD, reason);
}

/* What the preset drops as a tag is in the picture all the same. */
static void judge_concepts(const ts_preset *preset, const ts_record *record, ts_arena *arena,
                           ts_verdict *verdict)
{
    if (!preset->concept_verdicts) return;
    for (size_t i = 0; i < record->tag_count; i++) judge_tag(preset, &record->tags[i], arena, verdict);
    for (size_t i = 0; i < record->other_count; i++)
        if (record->others[i].likely) judge_tag(preset, &record->others[i], arena, verdict);
}

bool ts_preset_apply(const ts_preset *preset, const ts_record *record, ts_arena *arena, ts_record *out,
                     ts_verdict *verdict, ts_error *err)
{
    *out = *record;
    *verdict = (ts_verdict){.visibility = TS_VISIBLE, .reason = ""};
    judge_safety(preset, record, arena, verdict);
    judge_concepts(preset, record, arena, verdict);
    if (!verdict->reason) return ts_fail_memory(err);
    return copy_tags(preset, record, arena, out, err);
}
