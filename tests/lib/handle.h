/* tests/lib: handles as a guest in a program would open them: the set-up's models, no cache outside the test. */
#ifndef TS_TESTS_LIB_HANDLE_H
#define TS_TESTS_LIB_HANDLE_H

#include <stdlib.h>
#include <string.h>

#include <tagsmith.h>

#include "tests/support/support.h"

static inline tagsmith_options options_of(const char *analysers, unsigned jobs)
{
    static char *models;
    if (!models) models = ts_test_dep("models");
    return (tagsmith_options){.models = models, .cache = "", .analysers = analysers, .jobs = jobs};
}

static inline tagsmith *open_handle(const tagsmith_options *options)
{
    ts_error err = {0};
    tagsmith *handle = tagsmith_open(options, &err);
    if (!handle) fail_msg("%s", err.message);
    return handle;
}

static inline const tagsmith_tag *find_tag(const tagsmith_picture *picture, const char *concept)
{
    for (size_t i = 0; i < tagsmith_tag_count(picture); i++)
        if (strcmp(tagsmith_tag_at(picture, i)->concept, concept) == 0) return tagsmith_tag_at(picture, i);
    return NULL;
}

#endif
