/* tests/tagging: a tagger with the real models and vocabulary, and the demo photographs. */
#ifndef TS_TESTS_TAGGING_REAL_H
#define TS_TESTS_TAGGING_REAL_H

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "tagging/tagging.h"
#include "tests/support/support.h"

static inline ts_tagger_options tagger_options(void)
{
    static char *weights, *vocab;
    if (!weights) weights = ts_test_dep("models");
    if (!vocab) vocab = ts_test_path(ts_test_source(), "vocab");
    ts_tagger_options options = TS_TAGGER_OPTIONS_DEFAULT;
    options.share_dir = ts_test_source();
    options.models_dir = weights;
    options.vocab_dir = vocab;
    options.precision = "f32";
    options.jobs = 1;
    options.decode_in_process = true;
    return options;
}

static inline ts_tagger *tagger_new(const ts_tagger_options *options)
{
    ts_error err = {0};
    ts_tagger *tagger = ts_tagger_open(options, &err);
    if (!tagger) fail_msg("%s", err.message);
    return tagger;
}

/* Safe in any thread: false instead of a failed assertion. */
static inline bool tag_photo(ts_tagger *tagger, const char *photo, const ts_tag_rules *rules, ts_arena *arena,
                             ts_record *record)
{
    char *name = ts_test_path("photos", photo);
    char *path = ts_test_dep(name);
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    bool ok = ts_tagger_tag(tagger, photo, bytes, length, rules, arena, record, NULL);
    free(bytes);
    free(path);
    free(name);
    return ok;
}

static inline const ts_tag *find_tag(const ts_record *record, const char *concept)
{
    for (size_t i = 0; i < record->tag_count; i++)
        if (strcmp(record->tags[i].concept, concept) == 0) return &record->tags[i];
    return NULL;
}

#define PHOTOS_MAX 64

/* Names of all pictures in the photographs' folder, sorted; they live as long as the process. */
static inline size_t photos(const char **out)
{
    static struct dirent **found;
    static int all;
    char *folder = ts_test_dep("photos");
    if (!found) all = scandir(folder, &found, NULL, alphasort);
    size_t count = 0;
    for (int i = 0; i < all && count < PHOTOS_MAX; i++) {
        const char *dot = strrchr(found[i]->d_name, '.');
        if (dot && (strcmp(dot, ".jpg") == 0 || strcmp(dot, ".png") == 0)) out[count++] = found[i]->d_name;
    }
    free(folder);
    if (count < 5) fail_msg("only %zu demo photographs", count);
    return count;
}

#endif
