/* service: the use case "calibrate". Knows no output form. */
#include "service/calibrate.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "learn/figures.h"
#include "service/labelled_run.h"
#include "service/setup.h"

enum { models_max = 32, folds = 5, least = 20, bins = 10 };

/* What one model said of one asked concept in one picture. */
typedef struct said {
    float score, p;
    bool is_said;
} said;

/* The tag itself: how sure, and whose word was the surest. */
typedef struct tagged {
    float confidence;
    size_t leader; /* place of a model; models_max: none */
} tagged;

typedef struct model {
    const char *name, *analyser; /* of the manifests: they outlive the records */
} model;

typedef struct work {
    const ts_calibrate_request *request;
    ts_tagger *tagger;
    const ts_labelled *folder;
    ts_arena *arena;
    const char *models_dir;
    model models[models_max];
    size_t model_count;
    pthread_mutex_t lock; /* of models */
    said *all;            /* picture by picture, asked concept by asked concept, model by model */
    tagged *tags;         /* picture by picture, asked concept by asked concept */
} work;

static said *said_of(const work *w, size_t picture, size_t place, size_t number)
{
    return &w->all[(picture * w->folder->asked_count + place) * models_max + number];
}

/* ---- listening --------------------------------------------------------------------------------------------------------- */

/* The models' place; models_max when there is no room. Rules without a network have nothing to fit. */
static size_t place_of(work *w, const ts_evidence *e)
{
    (void)pthread_mutex_lock(&w->lock);
    size_t i = 0;
    while (i < w->model_count && strcmp(w->models[i].name, e->model) != 0) i++;
    if (i == w->model_count && i < models_max) w->models[w->model_count++] = (model){e->model, e->analyser};
    (void)pthread_mutex_unlock(&w->lock);
    return i;
}

static void note_tag(work *w, size_t picture, const ts_tag *tag)
{
    size_t place = ts_labelled_place(w->folder, ts_tagger_vocab(w->tagger), tag->concept);
    if (place == w->folder->asked_count) return;
    for (size_t k = 0; k < tag->evidence_count; k++) {
        size_t number = place_of(w, &tag->evidence[k]);
        if (number < models_max)
            *said_of(w, picture, place, number) = (said){tag->evidence[k].score, tag->evidence[k].p, true};
    }
}

static void note_record(void *context, size_t number, const ts_record *record)
{
    work *w = context;
    for (size_t i = 0; i < record->tag_count; i++) note_tag(w, number, &record->tags[i]);
    for (size_t i = 0; i < record->other_count; i++) note_tag(w, number, &record->others[i]);
}

/* ---- fitting ----------------------------------------------------------------------------------------------------------- */

typedef struct sample {
    ts_scored *scores; /* what was said by one model */
    ts_claim *before, *after;
    size_t count;
} sample;

static void gather(const work *w, size_t number, sample *s)
{
    s->count = 0;
    for (size_t i = 0; i < w->folder->count; i++) {
        for (size_t k = 0; k < w->folder->asked_count; k++) {
            const said *one = said_of(w, i, k, number);
            bool right = w->folder->pictures[i].there[k];
            if (!one->is_said) continue;
            s->scores[s->count] = (ts_scored){(double)one->score, right};
            s->before[s->count] = (ts_claim){(double)one->p, right, (uint32_t)i};
            s->count++;
        }
    }
}

/* The claims of the pictures of one part are judged by a fit of all others. */
static bool judge_part(const sample *s, unsigned part, ts_scored *scratch, ts_error *err)
{
    size_t n = 0;
    ts_platt fit;
    for (size_t i = 0; i < s->count; i++)
        if (s->before[i].group % folds != part) scratch[n++] = s->scores[i];
    if (!ts_fit_platt(scratch, n, &fit, err)) return false;
    for (size_t i = 0; i < s->count; i++)
        if (s->before[i].group % folds == part)
            s->after[i] =
                (ts_claim){ts_platt_of(&fit, s->scores[i].raw), s->scores[i].right, s->before[i].group};
    return true;
}

static bool judge_unseen(const sample *s, ts_error *err)
{
    ts_scored *scratch = calloc(s->count + 1, sizeof *scratch);
    bool ok = scratch || ts_fail_memory(err);
    for (unsigned part = 0; ok && part < folds; part++) ok = judge_part(s, part, scratch, err);
    free(scratch);
    return ok;
}

static double loss_of(const ts_claim *claims, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double p = fmin(fmax(claims[i].p, 1e-6), 1 - 1e-6);
        sum -= log(claims[i].right ? p : 1 - p);
    }
    return count ? sum / (double)count : 0;
}

static bool fit_model(const sample *s, ts_model_fit *out, ts_error *err)
{
    ts_reliability diagram[bins];
    ts_error few = {0};
    out->claims = s->count;
    for (size_t i = 0; i < s->count; i++) out->right += s->scores[i].right;
    if (out->right < least || s->count - out->right < least) return true;
    if (!judge_unseen(s, &few)) return few.code == TS_USAGE || ts_fail_memory(err);
    if (!ts_fit_platt(s->scores, s->count, &out->fit, err)) return false;
    out->loss_before = loss_of(s->before, s->count);
    out->loss_after = loss_of(s->after, s->count);
    out->error_before = ts_calibration_error(s->before, s->count, diagram, bins);
    out->error_after = ts_calibration_error(s->after, s->count, diagram, bins);
    out->enough = true;
    return true;
}

/* ---- precision ---------------------------------------------------------------------------------------------------------- */

/* Of the claims of a facet that a model leads, those from a confidence on, and how many of them are right. */
static size_t count_from(const work *w, size_t leader, ts_facet facet, float line, size_t *right)
{
    const ts_vocab *vocab = ts_tagger_vocab(w->tagger);
    size_t made = 0;
    *right = 0;
    for (size_t i = 0; i < w->folder->count * w->folder->asked_count; i++) {
        size_t place = i % w->folder->asked_count;
        if (w->tags[i].leader != leader || !(w->tags[i].confidence >= line)) continue;
        if (ts_vocab_facet(vocab, w->folder->asked[place]) != facet) continue;
        made++;
        *right += w->folder->pictures[i / w->folder->asked_count].there[place];
    }
    return made;
}

/* [[confidence, share right from there on], ..] of one facet; NULL where there are too few claims to say. */
static json_t *steps_of(const work *w, size_t leader, ts_facet facet)
{
    static const float lines[] = {0.2F, 0.3F,  0.4F, 0.5F,  0.6F,  0.7F,  0.75F,
                                  0.8F, 0.85F, 0.9F, 0.93F, 0.95F, 0.97F, 0.99F};
    json_t *steps = json_array();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t right, made = count_from(w, leader, facet, lines[i], &right);
        double share = round((double)right / (double)(made ? made : 1) * 1e3) / 1e3;
        if (made >= least)
            (void)json_array_append_new(steps,
                                        json_pack("[f, f]", round((double)lines[i] * 100) / 100, share));
    }
    if (json_array_size(steps)) return steps;
    json_decref(steps);
    return NULL;
}

static json_t *measured_of(const work *w, size_t leader)
{
    json_t *measured = json_object();
    for (int facet = 0; facet < TS_FACET_COUNT; facet++) {
        json_t *steps = steps_of(w, leader, (ts_facet)facet);
        if (steps) (void)json_object_set_new(measured, ts_facet_name((ts_facet)facet), steps);
    }
    return measured;
}

/* ---- keeping ------------------------------------------------------------------------------------------------------------ */

static bool write_fit(const work *w, size_t number, ts_model_fit *fit, ts_error *err)
{
    const char *data = ts_arena_printf(w->arena, "%zu claims, %zu of them right, on %zu pictures of %s",
                                       fit->claims, fit->right, w->folder->count, w->request->dir);
    const char *path = ts_arena_printf(w->arena, "%s/%s.calibration.json", w->models_dir, fit->model);
    json_t *json =
        data ? json_pack("{s:s, s:f, s:f, s:s, s:o}", "kind", "platt", "slope", fit->fit.slope, "offset",
                         fit->fit.offset, "data", data, "measured", measured_of(w, number))
             : NULL;
    char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
    bool ok = text && path ? ts_file_write_atomic(path, text, strlen(text), err) : ts_fail_memory(err);
    if (ok) fit->written = path;
    free(text);
    json_decref(json);
    return ok;
}

static bool fit_one(const work *w, size_t number, sample *s, ts_model_fit *out, ts_error *err)
{
    *out = (ts_model_fit){.model = ts_arena_strdup(w->arena, w->models[number].name),
                          .analyser = ts_arena_strdup(w->arena, w->models[number].analyser)};
    if (!out->model || !out->analyser) return ts_fail_memory(err);
    gather(w, number, s);
    return fit_model(s, out, err) && (!w->request->write || !out->enough || write_fit(w, number, out, err));
}

static bool fit_all(const work *w, ts_calibration *out, ts_error *err)
{
    size_t most = w->folder->count * w->folder->asked_count + 1;
    ts_model_fit *fits = TS_NEW_ARRAY(w->arena, w->model_count, ts_model_fit);
    sample s = {calloc(most, sizeof *s.scores), calloc(most, sizeof *s.before), calloc(most, sizeof *s.after),
                0};
    bool ok = (fits && s.scores && s.before && s.after) || ts_fail_memory(err);
    for (size_t i = 0; ok && i < w->model_count; i++) ok = fit_one(w, i, &s, &fits[i], err);
    free(s.scores);
    free(s.before);
    free(s.after);
    out->models = fits;
    out->count = ok ? w->model_count : 0;
    return ok;
}

/* ---- the whole of it ------------------------------------------------------------------------------------------------------ */

static bool listen_to_all(work *w, ts_calibration *out, ts_error *err)
{
    ts_labelled_run run = {.tagger = w->tagger,
                           .folder = w->folder,
                           .visit = note_record,
                           .context = w,
                           .stop = w->request->stop,
                           .progress = w->request->progress,
                           .progress_context = w->request->context};
    size_t asked = w->folder->count * w->folder->asked_count;
    if (asked > SIZE_MAX / models_max / sizeof *w->all) return ts_fail_memory(err);
    w->all = calloc(asked * models_max + 1, sizeof *w->all);
    w->tags = calloc(asked + 1, sizeof *w->tags);
    for (size_t i = 0; w->tags && i < asked; i++) w->tags[i].leader = models_max;
    bool ok = w->all && w->tags ? ts_labelled_see(&run, w->arena, err) : ts_fail_memory(err);
    out->pictures = w->folder->count - run.failed;
    out->failed = run.failed;
    out->failures = run.failures;
    return ok;
}

bool ts_service_calibrate(const ts_calibrate_request *request, ts_arena *arena, ts_calibration *out,
                          ts_error *err)
{
    ts_tagger_options options;
    ts_labelled folder;
    work w = {.request = request, .folder = &folder, .arena = arena};
    *out = (ts_calibration){0};
    if (!ts_tagger_setup_apply(&request->setup, arena, &options, err)) return false;
    w.models_dir = options.models_dir;
    w.tagger = ts_tagger_open(&options, err);
    if (!w.tagger) return false;
    (void)pthread_mutex_init(&w.lock, NULL);
    bool ok = ts_labelled_read(request->dir, ts_tagger_vocab(w.tagger), arena, &folder, err) &&
              listen_to_all(&w, out, err) && fit_all(&w, out, err);
    (void)pthread_mutex_destroy(&w.lock);
    free(w.all);
    free(w.tags);
    ts_tagger_close(w.tagger);
    return ok;
}
