/* service: the use case "teach". Knows no output form. */
#include "service/teach.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "service/head_file.h"
#include "service/label_table.h"
#include "service/labelled_run.h"
#include "service/setup.h"

typedef struct work {
    const ts_teach_request *request;
    ts_arena *arena;
    ts_label_table train, test;
    float **vectors; /* of the rows of both tables, one after the other; NULL: could not be read */
    size_t width;
    char *model;          /* its own memory: the run writes into the arena meanwhile */
    pthread_mutex_t lock; /* of width and model */
    bool mixed;           /* not all vectors are alike: never with one tagger */
    ts_teaching *out;
} work;

/* ---- seeing the pictures ------------------------------------------------------------------------------------------------- */

static void note_kind(work *w, const ts_record *record)
{
    (void)pthread_mutex_lock(&w->lock);
    if (!w->model) {
        w->model = strdup(record->embedding_model);
        w->width = record->embedding_size;
    }
    w->mixed = w->mixed || w->width != record->embedding_size;
    (void)pthread_mutex_unlock(&w->lock);
}

static void note_vector(void *context, size_t number, const ts_record *record)
{
    work *w = context;
    if (!record->embedding || !record->embedding_model) return;
    note_kind(w, record);
    w->vectors[number] = calloc(record->embedding_size, sizeof *w->vectors[number]);
    if (w->vectors[number])
        memcpy(w->vectors[number], record->embedding, record->embedding_size * sizeof(float));
}

static bool list_pictures(const work *w, ts_labelled *folder, ts_error *err)
{
    size_t count = w->train.count + w->test.count;
    ts_labelled_picture *pictures = TS_NEW_ARRAY(w->arena, count, ts_labelled_picture);
    if (!pictures) return ts_fail_memory(err);
    for (size_t i = 0; i < w->train.count; i++) pictures[i].path = w->train.rows[i].path;
    for (size_t i = 0; i < w->test.count; i++) pictures[w->train.count + i].path = w->test.rows[i].path;
    *folder = (ts_labelled){.pictures = pictures, .count = count};
    return true;
}

static bool see_with(work *w, ts_tagger *tagger, ts_error *err)
{
    ts_labelled folder;
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    rules.embedding = rules.many_views = true;
    if (!list_pictures(w, &folder, err)) return false;
    ts_labelled_run run = {.tagger = tagger,
                           .folder = &folder,
                           .rules = &rules,
                           .visit = note_vector,
                           .context = w,
                           .stop = w->request->stop,
                           .progress = w->request->progress,
                           .progress_context = w->request->context};
    bool ok = ts_labelled_see(&run, w->arena, err);
    w->out->failures = run.failures;
    w->out->failed = run.failed;
    if (ok && (!w->model || w->mixed)) return ts_fail(err, TS_MODEL, "the networks here make no embeddings");
    return ok;
}

static bool see(work *w, ts_error *err)
{
    ts_tagger_options options;
    ts_tagger_setup setup = w->request->setup;
    double start = ts_clock_ms();
    setup.analysers = "embed";
    w->vectors = calloc(w->train.count + w->test.count, sizeof *w->vectors);
    if (!w->vectors) return ts_fail_memory(err);
    if (!ts_tagger_setup_apply(&setup, w->arena, &options, err)) return false;
    ts_tagger *tagger = ts_tagger_open(&options, err);
    if (!tagger) return false;
    (void)pthread_mutex_init(&w->lock, NULL);
    bool ok = see_with(w, tagger, err);
    (void)pthread_mutex_destroy(&w->lock);
    ts_tagger_close(tagger);
    w->out->seeing_s = (ts_clock_ms() - start) / 1000;
    return ok;
}

/* ---- classes ------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *pa, const void *pb)
{
    const char *const *a = pa, *const *b = pb;
    return strcmp(*a, *b);
}

static size_t find_name(const ts_teaching *t, const char *name)
{
    size_t i = 0;
    while (i < t->name_count && strcmp(t->names[i], name) != 0) i++;
    return i;
}

/* The table's classes that some picture was read of and that have no name yet, behind those that have. */
static void add_names(const ts_label_table *table, float *const *vectors, const char **names, ts_teaching *t)
{
    size_t first = t->name_count;
    for (size_t i = 0; i < table->count; i++)
        if (vectors[i] && find_name(t, table->rows[i].class) == t->name_count)
            names[t->name_count++] = table->rows[i].class;
    qsort(names + first, t->name_count - first, sizeof *names, by_name);
}

static bool name_classes(const work *w, ts_error *err)
{
    ts_teaching *t = w->out;
    const char **names = TS_NEW_ARRAY(w->arena, w->train.count + w->test.count, const char *);
    if (!names) return ts_fail_memory(err);
    t->names = names;
    add_names(&w->train, w->vectors, names, t);
    t->class_count = t->name_count;
    add_names(&w->test, w->vectors + w->train.count, names, t);
    t->background = find_name(t, TS_BACKGROUND);
    if (t->class_count > 1) return true;
    (void)ts_fail(err, TS_USAGE, "%.200s has pictures of %zu class that could be read; two are needed",
                  w->request->labels, t->class_count);
    return ts_hint(err, "the class \"-\" is for pictures of anything else");
}

/* ---- lessons ------------------------------------------------------------------------------------------------------------- */

static bool make_lesson(const work *w, const ts_label_table *table, float *const *vectors, ts_lesson *lesson,
                        float **rows, ts_error *err)
{
    const char **paths = TS_NEW_ARRAY(w->arena, table->count, const char *);
    uint32_t *classes = TS_NEW_ARRAY(w->arena, table->count, uint32_t);
    *rows = ts_arena_array(w->arena, table->count, w->width * sizeof **rows);
    if (!paths || !classes || !*rows) return ts_fail_memory(err);
    for (size_t i = 0; i < table->count; i++) {
        if (!vectors[i]) continue;
        memcpy(*rows + lesson->count * w->width, vectors[i], w->width * sizeof **rows);
        paths[lesson->count] = table->rows[i].path;
        classes[lesson->count++] = (uint32_t)find_name(w->out, table->rows[i].class);
    }
    lesson->paths = paths;
    lesson->classes = classes;
    lesson->failed = table->count - lesson->count;
    return true;
}

static ts_choice choose(uint32_t truth, const double *p, size_t class_count)
{
    size_t said = ts_likeliest(p, class_count);
    return (ts_choice){truth, (uint32_t)said, p[said]};
}

static bool judge_held_out(const work *w, ts_error *err)
{
    ts_teaching *t = w->out;
    ts_choice *choices = TS_NEW_ARRAY(w->arena, t->train.count, ts_choice);
    if (!choices) return ts_fail_memory(err);
    if (!t->held_out.parts) return true;
    for (size_t i = 0; i < t->train.count; i++)
        choices[i] =
            choose(t->train.classes[i], t->held_out.probabilities + i * t->class_count, t->class_count);
    t->train.choices = choices;
    return ts_choice_figures_of(choices, t->train.count, t->name_count, &t->train.figures, err);
}

static bool judge_test(const work *w, const float *rows, ts_error *err)
{
    ts_teaching *t = w->out;
    ts_choice *choices = TS_NEW_ARRAY(w->arena, t->test.count, ts_choice);
    double *p = TS_NEW_ARRAY(w->arena, t->class_count, double);
    if (!choices || !p) return ts_fail_memory(err);
    for (size_t i = 0; i < t->test.count; i++) {
        ts_classifier_judge(&t->classifier, rows + i * w->width, p);
        choices[i] = choose(t->test.classes[i], p, t->class_count);
        t->seen_before += ts_label_table_find(&w->train, t->test.paths[i]) != NULL;
    }
    t->test.choices = choices;
    return ts_choice_figures_of(choices, t->test.count, t->name_count, &t->test.figures, err);
}

static bool train(const work *w, const float *rows, ts_error *err)
{
    ts_teaching *t = w->out;
    ts_examples examples = {.rows = rows,
                            .count = t->train.count,
                            .width = w->width,
                            .classes = t->train.classes,
                            .class_count = t->class_count};
    double start = ts_clock_ms();
    bool ok = ts_classifier_train(&examples, w->arena, &t->classifier, &t->held_out, err);
    t->training_s = (ts_clock_ms() - start) / 1000;
    return ok && judge_held_out(w, err);
}

static bool keep(const work *w, ts_error *err)
{
    ts_teaching *t = w->out;
    ts_taught_head head = {.name = t->name,
                           .model = w->model,
                           .classes = t->names,
                           .background = t->background,
                           .classifier = t->classifier};
    t->model = ts_arena_strdup(w->arena, w->model);
    if (!t->model) return ts_fail_memory(err);
    if (!ts_head_file_write(w->request->data, &head, w->arena, err)) return false;
    t->path = head.path;
    t->version = head.version;
    return true;
}

static bool learn(work *w, ts_error *err)
{
    float *rows = NULL, *test_rows = NULL;
    ts_teaching *t = w->out;
    return name_classes(w, err) && make_lesson(w, &w->train, w->vectors, &t->train, &rows, err) &&
           make_lesson(w, &w->test, w->vectors + w->train.count, &t->test, &test_rows, err) &&
           train(w, rows, err) && judge_test(w, test_rows, err) && keep(w, err);
}

static bool read_tables(work *w, ts_error *err)
{
    const ts_teach_request *r = w->request;
    if (!ts_head_name_fits(r->name)) {
        (void)ts_fail(err, TS_USAGE, "\"%.80s\" is no name of a head", r->name);
        return ts_hint(err, "1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first");
    }
    return ts_label_table_read(r->labels, w->arena, &w->train, err) &&
           (!r->test || ts_label_table_read(r->test, w->arena, &w->test, err));
}

bool ts_service_teach(const ts_teach_request *request, ts_arena *arena, ts_teaching *out, ts_error *err)
{
    work w = {.request = request, .arena = arena, .out = out};
    *out = (ts_teaching){.name = request->name, .has_test = request->test != NULL};
    bool ok = read_tables(&w, err) && see(&w, err) && learn(&w, err);
    for (size_t i = 0; w.vectors && i < w.train.count + w.test.count; i++) free(w.vectors[i]);
    free(w.vectors);
    free(w.model);
    return ok;
}
