/* service: compares the two precisions on pictures. It reads records, so it sees just what users would see.
 */
#include "service/precision.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "tagging/tagging.h"

static const char *const analysers[TS_PRECISION_ANALYSERS] = {"classify", "detect", "faces"};

/* One tag as one precision gave it. */
typedef struct claim {
    const char *concept;
    bool accepted;
    bool by[TS_PRECISION_ANALYSERS];
} claim;

/* What one precision said of one picture; lives in the comparison's arena. */
typedef struct said {
    bool decoded;
    claim *claims;
    size_t count;
    float nsfw;
} said;

static bool has_evidence(const ts_tag *tag, const char *analyser)
{
    for (size_t i = 0; i < tag->evidence_count; i++)
        if (strcmp(tag->evidence[i].analyser, analyser) == 0) return true;
    return false;
}

static bool note_tags(const ts_record *record, ts_arena *arena, said *out, ts_error *err)
{
    out->claims = TS_NEW_ARRAY(arena, record->tag_count, claim);
    if (!out->claims) return ts_fail_memory(err);
    out->count = record->tag_count;
    out->nsfw = record->nsfw;
    for (size_t i = 0; i < record->tag_count; i++) {
        const ts_tag *tag = &record->tags[i];
        out->claims[i].concept = ts_arena_strdup(arena, tag->concept);
        out->claims[i].accepted = tag->state == TS_TAG_ACCEPTED;
        for (size_t k = 0; k < TS_PRECISION_ANALYSERS; k++)
            out->claims[i].by[k] = has_evidence(tag, analysers[k]);
    }
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

static bool ask(ts_tagger *tagger, const char *path, ts_arena *keep, said *out, ts_error *err)
{
    ts_buf file = {0};
    ts_arena *arena = ts_arena_new(0);
    ts_record record;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    bool ok = arena || ts_fail_memory(err);
    out->decoded = ok && ts_file_read(path, 0, &file, NULL) &&
                   ts_tagger_tag(tagger, path, file.data, file.length, &rules, arena, &record, NULL);
    ok = ok && (!out->decoded || note_tags(&record, keep, out, err));
    ts_arena_free(arena);
    ts_buf_free(&file);
    return ok;
}

static bool ask_all(const ts_tagger_options *options, const char *precision, const char *const *files,
                    size_t count, ts_arena *keep, said *out, ts_error *err)
{
    ts_tagger_options with = *options;
    with.precision = precision;
    ts_tagger *tagger = ts_tagger_open(&with, err);
    bool ok = tagger != NULL;
    for (size_t i = 0; ok && i < count; i++) ok = ask(tagger, files[i], keep, &out[i], err);
    ts_tagger_close(tagger);
    return ok;
}

static bool shows(const said *other, const char *concept)
{
    for (size_t i = 0; i < other->count; i++)
        if (strcmp(other->claims[i].concept, concept) == 0) return true;
    return false;
}

static void count_lost(const said *one, const said *other, ts_precision_report *out)
{
    for (size_t i = 0; i < one->count; i++) {
        const claim *c = &one->claims[i];
        if (!c->accepted) continue;
        bool lost = !shows(other, c->concept);
        for (size_t k = 0; k < TS_PRECISION_ANALYSERS; k++) {
            out->agreements[k].sure += c->by[k];
            out->agreements[k].lost += c->by[k] && lost;
        }
    }
}

static void sum_up(const said *exact, const said *fast, size_t count, ts_precision_report *out)
{
    *out = (ts_precision_report){0};
    for (size_t k = 0; k < TS_PRECISION_ANALYSERS; k++) out->agreements[k].analyser = analysers[k];
    for (size_t i = 0; i < count; i++) {
        if (!exact[i].decoded || !fast[i].decoded) continue;
        out->pictures++;
        count_lost(&exact[i], &fast[i], out);
        count_lost(&fast[i], &exact[i], out);
        out->nsfw_apart = fmax(out->nsfw_apart, fabs((double)exact[i].nsfw - (double)fast[i].nsfw));
    }
}

bool ts_precision_compare(const ts_tagger_options *options, const char *const *files, size_t count,
                          ts_precision_report *out, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    said *exact = arena ? TS_NEW_ARRAY(arena, count, said) : NULL;
    said *fast = arena ? TS_NEW_ARRAY(arena, count, said) : NULL;
    bool ok = (exact && fast) || ts_fail_memory(err);
    ok = ok && ask_all(options, "f32", files, count, arena, exact, err) &&
         ask_all(options, "bf16", files, count, arena, fast, err);
    if (ok) sum_up(exact, fast, count, out);
    ts_arena_free(arena);
    return ok;
}

bool ts_precision_agrees(const ts_precision_report *report)
{
    for (size_t k = 0; k < TS_PRECISION_ANALYSERS; k++) {
        const ts_agreement *a = &report->agreements[k];
        if (a->lost > 1 && (double)a->lost > TS_PRECISION_TOLERANCE * (double)a->sure) return false;
    }
    return report->nsfw_apart <= 0.05;
}
