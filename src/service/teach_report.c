/* service: what came of teaching, as JSON. Computes nothing but what sums up a class. */
#include <stdlib.h>

#include "service/teach.h"

enum { mistakes_max = 20, decimals = 4 };

static json_t *interval_of(ts_interval at)
{
    return json_pack("[o, o]", ts_json_rounded(at.low, decimals), ts_json_rounded(at.high, decimals));
}

/* Rows: what it is; columns: what was said. */
static json_t *confusion_of(const ts_teaching *t, const ts_lesson *lesson)
{
    json_t *rows = json_array();
    for (size_t k = 0; k < t->name_count; k++) {
        json_t *row = json_array();
        for (size_t other = 0; other < t->class_count; other++) {
            size_t count = 0;
            for (size_t i = 0; i < lesson->count; i++)
                count += lesson->choices[i].truth == k && lesson->choices[i].said == other;
            (void)json_array_append_new(row, json_integer((json_int_t)count));
        }
        (void)json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *classes_of(const ts_teaching *t, const ts_lesson *lesson)
{
    json_t *classes = json_array();
    for (size_t k = 0; k < t->name_count; k++) {
        size_t count = 0, said = 0, right = 0;
        for (size_t i = 0; i < lesson->count; i++) {
            bool is = lesson->classes[i] == k;
            count += is;
            said += lesson->choices && lesson->choices[i].said == k;
            right += lesson->choices && is && lesson->choices[i].said == k;
        }
        json_t *one = json_pack("{s:s, s:I}", "class", t->names[k], "pictures", (json_int_t)count);
        if (lesson->choices && said)
            (void)json_object_set_new(one, "precision", ts_json_rounded(ts_share(right, said), decimals));
        if (lesson->choices && count)
            (void)json_object_set_new(one, "recall", ts_json_rounded(ts_share(right, count), decimals));
        (void)json_array_append_new(classes, one);
    }
    return classes;
}

/* The surest wrong one that is less sure than the last, which is NULL at first; equal ones in the table's order. */
static const ts_choice *next_mistake(const ts_lesson *lesson, const ts_choice *last)
{
    const ts_choice *best = NULL;
    for (size_t i = 0; i < lesson->count; i++) {
        const ts_choice *one = &lesson->choices[i];
        bool after = !last || one->p < last->p || (one->p <= last->p && one > last);
        if (one->truth != one->said && after && (!best || one->p > best->p)) best = one;
    }
    return best;
}

static json_t *mistakes_of(const ts_teaching *t, const ts_lesson *lesson)
{
    json_t *mistakes = json_array();
    const ts_choice *one = NULL;
    for (int i = 0; i < mistakes_max && (one = next_mistake(lesson, one)); i++)
        (void)json_array_append_new(mistakes,
                                    json_pack("{s:o, s:s, s:s, s:o}", "path",
                                              ts_json_repaired(lesson->paths[one - lesson->choices]), "class",
                                              t->names[one->truth], "said", t->names[one->said], "p",
                                              ts_json_rounded(one->p, decimals)));
    return mistakes;
}

static json_t *lesson_of(const ts_teaching *t, const ts_lesson *lesson)
{
    json_t *json = json_pack("{s:I, s:I, s:o}", "pictures", (json_int_t)lesson->count, "failed",
                             (json_int_t)lesson->failed, "classes", classes_of(t, lesson));
    const ts_choice_figures *f = &lesson->figures;
    if (!json || !lesson->choices) return json;
    json_t *judged =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "accuracy", ts_json_rounded(f->accuracy, decimals),
                  "accuracy_interval", interval_of(f->accuracy_at), "balanced_accuracy",
                  ts_json_rounded(f->balanced_accuracy, decimals), "balanced_accuracy_interval",
                  interval_of(f->balanced_accuracy_at), "calibration_error",
                  ts_json_rounded(f->calibration_error, decimals), "confusion", confusion_of(t, lesson),
                  "mistakes", mistakes_of(t, lesson));
    (void)json_object_update(json, judged);
    json_decref(judged);
    return json;
}

static json_t *tried_of(const ts_teaching *t)
{
    json_t *tried = json_array();
    for (size_t i = 0; t->held_out.parts && i < TS_CLASSIFIER_STRENGTHS; i++)
        (void)json_array_append_new(tried, json_pack("{s:f, s:o}", "c", ts_classifier_strengths[i], "loss",
                                                     ts_json_rounded(t->held_out.losses[i], decimals)));
    return tried;
}

static json_t *failures_of(const ts_teaching *t)
{
    json_t *failures = json_array();
    for (size_t i = 0; i < t->failed; i++)
        (void)json_array_append_new(failures, ts_json_repaired(t->failures[i]));
    return failures;
}

static json_t *head_of(const ts_teaching *t)
{
    return json_pack("{s:s, s:I, s:o, s:s, s:I, s:I, s:b, s:f, s:o}", "name", t->name, "version",
                     (json_int_t)t->version, "path", ts_json_repaired(t->path), "model", t->model, "width",
                     (json_int_t)t->classifier.width, "classes", (json_int_t)t->class_count, "background",
                     t->background < t->class_count, "c", t->classifier.c, "scale",
                     ts_json_rounded(t->classifier.scale, decimals));
}

json_t *ts_teaching_json(const ts_teaching *t)
{
    json_t *held_out = lesson_of(t, &t->train);
    if (held_out) {
        (void)json_object_set_new(held_out, "parts", json_integer(t->held_out.parts));
        (void)json_object_set_new(held_out, "tried", tried_of(t));
    }
    json_t *json =
        json_pack("{s:o, s:o, s:o, s:{s:o, s:o}}", "head", head_of(t), "cross_validation", held_out,
                  "failures", failures_of(t), "seconds", "seeing", ts_json_rounded(t->seeing_s, decimals),
                  "training", ts_json_rounded(t->training_s, decimals));
    if (!json || !t->has_test) return json;
    json_t *test = lesson_of(t, &t->test);
    if (test) (void)json_object_set_new(test, "seen_before", json_integer((json_int_t)t->seen_before));
    if (!test || json_object_set_new(json, "test", test) == 0) return json;
    json_decref(json);
    return NULL;
}
