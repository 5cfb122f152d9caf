/* service: compares the two precisions on pictures. It reads records, so it sees just what users would see.
 */
#include "service/precision.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "tagging/tagging.h"

#define DETECTOR_CLASSES 80
#define SURE_CLASS 0.5F

enum { CLASSIFY, DETECT, FACES };

static const char *const analysers[TS_PRECISION_ANALYSERS] = {"classify", "detect", "faces"};

/* What one precision said of one picture; lives in the comparison's arena. */
typedef struct said {
    bool decoded;
    const char *class; /* the strongest, and its score */
    float class_score;
    const char **things; /* the detector's classes that are shown */
    size_t thing_count;
    bool face;      /* shown */
    bool face_sure; /* accepted */
    float nsfw;
} said;

static void note_evidence(const ts_tag *tag, const ts_evidence *e, ts_arena *arena, said *out)
{
    if (strcmp(e->analyser, "classify") == 0 && e->raw > out->class_score) {
        out->class_score = e->raw;
        out->class = ts_arena_strdup(arena, e->label);
    }
    /* Its own class, not the more general words that the class stands for as well. */
    if (strcmp(e->analyser, "detect") == 0 && strcmp(e->label, tag->label) == 0)
        out->things[out->thing_count++] = ts_arena_strdup(arena, e->label);
    if (strcmp(tag->concept, "people/face") == 0) {
        out->face = true;
        out->face_sure = out->face_sure || tag->state == TS_TAG_ACCEPTED;
    }
}

static bool note_tags(const ts_record *record, ts_arena *arena, said *out, ts_error *err)
{
    out->things = TS_NEW_ARRAY(arena, record->tag_count, const char *);
    if (!out->things) return ts_fail_memory(err);
    out->nsfw = record->nsfw;
    for (size_t i = 0; i < record->tag_count; i++)
        for (size_t k = 0; k < record->tags[i].evidence_count; k++)
            note_evidence(&record->tags[i], &record->tags[i].evidence[k], arena, out);
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

static bool ask(ts_tagger *tagger, const char *path, ts_arena *keep, said *out, ts_error *err)
{
    ts_buf file = {0};
    ts_arena *arena = ts_arena_new(0);
    ts_record record;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    bool ok = arena != NULL;
    if (!ok) (void)ts_fail_memory(err);
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

static bool has_thing(const said *s, const char *thing)
{
    for (size_t i = 0; i < s->thing_count; i++)
        if (strcmp(s->things[i], thing) == 0) return true;
    return false;
}

static size_t count_missing(const said *from, const said *in)
{
    size_t missing = 0;
    for (size_t i = 0; i < from->thing_count; i++) missing += !has_thing(in, from->things[i]);
    return missing;
}

static bool class_differs(const said *a, const said *b)
{
    if (a->class_score < SURE_CLASS && b->class_score < SURE_CLASS) return false;
    return !a->class || !b->class || strcmp(a->class, b->class) != 0;
}

static bool face_differs(const said *a, const said *b)
{
    return (a->face_sure && !b->face) || (b->face_sure && !a->face);
}

static void sum_up(const said *exact, const said *fast, size_t count, ts_precision_report *out)
{
    *out = (ts_precision_report){0};
    for (size_t i = 0; i < count; i++) {
        const said *a = &exact[i], *b = &fast[i];
        if (!a->decoded || !b->decoded) continue;
        out->pictures++;
        out->agreements[CLASSIFY].different += class_differs(a, b);
        out->agreements[DETECT].different += count_missing(a, b) + count_missing(b, a);
        out->agreements[FACES].different += face_differs(a, b);
        out->nsfw_apart = fmax(out->nsfw_apart, fabs((double)a->nsfw - (double)b->nsfw));
    }
    for (size_t k = 0; k < TS_PRECISION_ANALYSERS; k++) {
        out->agreements[k].analyser = analysers[k];
        out->agreements[k].decisions = out->pictures * (k == DETECT ? DETECTOR_CLASSES : 1);
    }
}

bool ts_precision_compare(const ts_tagger_options *options, const char *const *files, size_t count,
                          ts_precision_report *out, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    said *exact = arena ? TS_NEW_ARRAY(arena, count, said) : NULL;
    said *fast = arena ? TS_NEW_ARRAY(arena, count, said) : NULL;
    bool ok = exact && fast;
    if (!ok) (void)ts_fail_memory(err);
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
        double expected = TS_PRECISION_TOLERANCE * (double)a->decisions;
        if ((double)a->different > expected + 2 * sqrt(expected)) return false;
    }
    return report->nsfw_apart <= 0.05;
}
