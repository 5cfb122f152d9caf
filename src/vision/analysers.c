/* vision: the table of analysers, and opening and running those that were chosen.
 *
 * To add an analyser, write its file, declare its descriptor in analyser.h and add a line to the table.
 * The order is the order in which they look: an analyser may use what those before it saw. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vision/analyser.h"
#include "vision/precision.h"

static const ts_analyser *const table[] = {
    &ts_analyser_classify, &ts_analyser_detect,  &ts_analyser_faces, &ts_analyser_mesh, &ts_analyser_safety,
    &ts_analyser_colours,  &ts_analyser_quality, &ts_analyser_embed, &ts_analyser_text, &ts_analyser_place,
};

#define TABLE_COUNT (sizeof table / sizeof *table)
#define EYES_MAX (2 * TABLE_COUNT)
#define NOTES_MAX 16

typedef struct place {
    const ts_analyser *analyser;
    uint32_t bit; /* its place in the table */
    ts_eye *eye;  /* shared by analysers of one model; NULL without a network */
    ts_eye *second;
    void *state;
} place;

struct ts_vision {
    ts_arena *arena;
    ts_packs *packs;
    ts_engine *engine;
    place places[TABLE_COUNT];
    size_t place_count;
    ts_eye eyes[EYES_MAX];
    size_t eye_count;
    const char *notes[NOTES_MAX];
    size_t note_count;
};

/* ---- choosing ----------------------------------------------------------------------------------- */

static bool is_in_list(const char *list, const char *name, size_t length)
{
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");
        if (n == length && strncmp(p, name, n) == 0) return true;
        p += n + (p[n] == ',');
    }
    return false;
}

static bool check_list(const char *list, ts_error *err)
{
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");
        bool known = false;
        for (size_t i = 0; i < TABLE_COUNT && !known; i++)
            known = strlen(table[i]->name) == n && strncmp(table[i]->name, p, n) == 0;
        if (!known) {
            (void)ts_fail(err, TS_USAGE, "there is no analyser \"%.*s\"", (int)n, p);
            return ts_hint(err, "choose from classify, detect, faces, mesh, safety, colours, quality, embed, "
                                "text, place");
        }
        p += n + (p[n] == ',');
    }
    return true;
}

static bool choose(ts_vision *vision, const char *list, const char *also, ts_error *err)
{
    if (also && !check_list(also, err)) return false;
    if (list && !check_list(list, err)) return false;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        size_t length = strlen(table[i]->name);
        bool wanted = list ? is_in_list(list, table[i]->name, length) : table[i]->on_by_default;
        wanted = wanted || (also && is_in_list(also, table[i]->name, length));
        if (wanted)
            vision->places[vision->place_count++] = (place){.analyser = table[i], .bit = UINT32_C(1) << i};
    }
    return vision->place_count > 0 || ts_fail(err, TS_USAGE, "no analyser was chosen");
}

/* ---- networks ----------------------------------------------------------------------------------- */

static const ts_model *model_for(const ts_packs *packs, const char *word)
{
    for (size_t i = 0; i < ts_packs_count(packs); i++)
        if (strcmp(ts_packs_at(packs, i)->analyser, word) == 0) return ts_packs_at(packs, i);
    return NULL;
}

static const ts_model *second_model_for(const ts_packs *packs, const ts_analyser *analyser)
{
    return analyser->second_model ? model_for(packs, analyser->second_model) : NULL;
}

static ts_eye *eye_of_model(ts_vision *vision, const ts_analyser *analyser, const ts_model *model)
{
    for (size_t i = 0; i < vision->eye_count; i++)
        if (vision->eyes[i].model == model) return &vision->eyes[i];
    ts_eye *eye = &vision->eyes[vision->eye_count++];
    ts_eye_describe(eye, analyser->name, model);
    return eye;
}

static bool assign_eyes(ts_vision *vision, ts_error *err)
{
    for (size_t i = 0; i < vision->place_count; i++) {
        place *p = &vision->places[i];
        if (!p->analyser->model) continue;
        const ts_model *model = model_for(vision->packs, p->analyser->model);
        if (!model) {
            (void)ts_fail(err, TS_MODEL, "analyser %s has no model in any manifest", p->analyser->name);
            return ts_hint(err, "leave it out with --analysers, or restore models/*.json");
        }
        p->eye = eye_of_model(vision, p->analyser, model);
        const ts_model *second = second_model_for(vision->packs, p->analyser);
        if (second) p->second = eye_of_model(vision, p->analyser, second);
    }
    return true;
}

typedef struct load_job {
    pthread_t thread;
    bool started;
    bool ok;
    ts_eye *eye;
    ts_engine *engine;
    const char *cache;
    const char *precision;
    char note[TS_MESSAGE_MAX];
    ts_error err;
} load_job;

static void *load_eye(void *opaque)
{
    load_job *job = opaque;
    ts_precision precision = TS_PRECISION_F32;
    job->ok = ts_model_verify(job->eye->model, &job->err) &&
              ts_precision_choose(job->engine, job->eye, job->cache, job->precision, &precision, job->note,
                                  sizeof job->note, &job->err) &&
              ts_eye_load(job->eye, job->engine, precision, &job->err);
    return NULL;
}

static void add_note(ts_vision *vision, const char *note)
{
    if (!note[0] || vision->note_count == NOTES_MAX) return;
    const char *copy = ts_arena_strdup(vision->arena, note);
    if (copy) vision->notes[vision->note_count++] = copy;
}

/* Networks are read, checked and compiled side by side: the first tag comes sooner. */
static bool load_eyes(ts_vision *vision, const ts_vision_options *options, ts_error *err)
{
    load_job jobs[EYES_MAX] = {0};
    bool ok = true;
    for (size_t i = 0; i < vision->eye_count; i++) {
        jobs[i].eye = &vision->eyes[i];
        jobs[i].engine = vision->engine;
        jobs[i].cache = options->cache;
        jobs[i].precision = options->precision;
        jobs[i].started = pthread_create(&jobs[i].thread, NULL, load_eye, &jobs[i]) == 0;
        if (!jobs[i].started) (void)load_eye(&jobs[i]);
    }
    for (size_t i = 0; i < vision->eye_count; i++) {
        if (jobs[i].started) (void)pthread_join(jobs[i].thread, NULL);
        if (!jobs[i].ok && ok && err) *err = jobs[i].err;
        ok = ok && jobs[i].ok;
        add_note(vision, jobs[i].note);
    }
    return ok;
}

static bool start_engine(ts_vision *vision, const ts_vision_options *options, ts_error *err)
{
    if (vision->eye_count == 0) return true;
    ts_engine_options engine = {
        .library_dir = options->openvino, .cache_dir = options->cache, .streams = options->streams};
    vision->engine = ts_engine_open(&engine, err);
    return vision->engine && load_eyes(vision, options, err);
}

static bool open_places(ts_vision *vision, const char *share, ts_error *err)
{
    ts_setup setup = {.packs = vision->packs, .share = share, .arena = vision->arena};
    for (size_t i = 0; i < vision->place_count; i++) {
        place *p = &vision->places[i];
        setup.second = p->second;
        if (p->analyser->open && !p->analyser->open(&setup, p->eye, &p->state, err)) return false;
    }
    return true;
}

/* ---- the room's face ---------------------------------------------------------------------------- */

ts_vision *ts_vision_open(const ts_vision_options *options, ts_error *err)
{
    ts_vision *vision = calloc(1, sizeof *vision);
    if (vision) vision->arena = ts_arena_new(0);
    if (!vision || !vision->arena) {
        free(vision);
        (void)ts_fail_memory(err);
        return NULL;
    }
    bool ok = choose(vision, options->analysers, options->also, err);
    if (ok) vision->packs = ts_packs_open(options->share, options->weights, err);
    ok = ok && vision->packs && assign_eyes(vision, err) && start_engine(vision, options, err) &&
         open_places(vision, options->share, err);
    if (ok) return vision;
    ts_vision_close(vision);
    return NULL;
}

void ts_vision_close(ts_vision *vision)
{
    if (!vision) return;
    for (size_t i = 0; i < vision->eye_count; i++) ts_eye_unload(&vision->eyes[i]);
    ts_engine_close(vision->engine);
    ts_packs_close(vision->packs);
    ts_arena_free(vision->arena);
    free(vision);
}

bool ts_vision_look(const ts_vision *vision, const ts_decoded *picture, ts_look_wishes wishes, ts_seen *seen,
                    ts_error *err)
{
    ts_look look = {.picture = picture, .wishes = wishes};
    look.to_full = (float)picture->info.width / (float)picture->pixels.width;
    for (size_t i = 0; i < vision->place_count; i++) {
        const place *p = &vision->places[i];
        if (wishes.left_out & p->bit) continue;
        if (!p->analyser->look(p->eye, p->state, &look, seen, err)) return false;
    }
    return true;
}

bool ts_vision_look_closer(const ts_vision *vision, const ts_decoded *picture, ts_look_wishes wishes,
                           ts_seen *seen, ts_error *err)
{
    ts_look look = {.picture = picture, .wishes = wishes};
    look.to_full = (float)picture->info.width / (float)picture->pixels.width;
    for (size_t i = 0; i < vision->place_count; i++) {
        const place *p = &vision->places[i];
        if (!p->analyser->look_closer || (wishes.left_out & p->bit)) continue;
        if (!p->analyser->look_closer(p->eye, p->state, &look, seen, err)) return false;
    }
    return true;
}

uint32_t ts_vision_wanted_side(const ts_vision *vision)
{
    uint32_t side = 0;
    for (size_t i = 0; i < vision->place_count; i++)
        if (vision->places[i].analyser->wanted_side > side) side = vision->places[i].analyser->wanted_side;
    return side;
}

size_t ts_vision_notes(const ts_vision *vision, const char *const **notes)
{
    *notes = vision->notes;
    return vision->note_count;
}

size_t ts_vision_analysers(ts_analyser_info *out, size_t capacity)
{
    for (size_t i = 0; i < TABLE_COUNT && i < capacity; i++)
        out[i] = (ts_analyser_info){table[i]->name, table[i]->help, table[i]->on_by_default};
    return TABLE_COUNT;
}
