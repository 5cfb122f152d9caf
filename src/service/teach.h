/* The use case "teach": from pictures that people sorted into classes to a head, a small classifier on the classifier
 * network's features, kept as a new version below the data folder.
 *
 * The labels are a table: a picture's path, a tab, its class. A relative path is looked for beside the table, then in the
 * working folder. The class "-" is background: pictures of none of the classes, so that the head can say "none of these".
 * Five examples a class are enough to begin with.
 */
#ifndef TS_SERVICE_TEACH_H
#define TS_SERVICE_TEACH_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/json.h"
#include "learn/choices.h"
#include "learn/classifier.h"
#include "service/tag.h"

#define TS_BACKGROUND "-"

typedef struct ts_teach_request {
    ts_tagger_setup setup; /* its analysers are of no account */
    const char *name;      /* of the head: 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit */
    const char *labels;    /* the table */
    const char *test;      /* another, of pictures that are only judged; or NULL */
    const char *data;      /* the data folder; made where it is missing */
    const atomic_int *stop;
    void (*progress)(void *context, size_t done, size_t total); /* may be NULL */
    void *context;
} ts_teach_request;

/* The pictures of a table that could be read, and what the head says of them. */
typedef struct ts_lesson {
    const char *const *paths;
    const uint32_t *classes;  /* places in the names of ts_teaching */
    const ts_choice *choices; /* NULL: nobody judged them */
    size_t count;
    ts_choice_figures figures;
    size_t failed; /* pictures that could not be read */
} ts_lesson;

typedef struct ts_teaching {
    const char *name, *path; /* of the head and of its file */
    unsigned version;
    const char *model;        /* whose features: name@version/views */
    const char *const *names; /* of classes; those after class_count are in the test alone */
    size_t class_count, name_count;
    size_t background; /* place of TS_BACKGROUND; name_count: there is none */
    ts_classifier classifier;
    ts_held_out held_out;
    ts_lesson train; /* choices: by fits that had not seen the picture */
    ts_lesson test;  /* choices: by the head that was kept */
    bool has_test;
    size_t seen_before;          /* pictures of the test that were examples, too */
    const char *const *failures; /* "path: why", of both tables */
    size_t failed;
    double seeing_s, training_s;
} ts_teaching;

/* Everything lives in the arena. TS_USAGE: a bad name, a line without a tab, a picture in two classes, fewer than two
 * classes with a picture that could be read. */
bool ts_service_teach(const ts_teach_request *request, ts_arena *arena, ts_teaching *out, ts_error *err);

/* The report, the caller's to give up; NULL: no memory. docs/teaching.md says what its members mean. */
json_t *ts_teaching_json(const ts_teaching *teaching);

#endif
