/* tests/lib: one handle in many threads gives what it gives in one. */
#include <pthread.h>
#include <stdio.h>

#include "tests/lib/handle.h"

#define THREADS 4
#define PHOTOS 8

static const char *const names[PHOTOS] = {"photos/astronaut.png", "photos/cameraman.png", "photos/cat.png",
                                          "photos/clock.png",     "photos/coffee.png",    "photos/flower.jpg",
                                          "photos/rocket.jpg",    "photos/temple.jpg"};

typedef struct course {
    tagsmith *handle;
    char *paths[PHOTOS];
    char *expected[PHOTOS];
    size_t first;
    size_t different;
} course;

/* The record without its last member, the time that it took; the caller frees. NULL when the picture failed. */
static char *tag_as_text(tagsmith *handle, const char *path)
{
    tagsmith_picture *picture = tagsmith_tag_file(handle, path, NULL);
    if (!picture) return NULL;
    char *text = strdup(tagsmith_picture_json(picture));
    char *ms = strstr(text, "\"ms\":");
    if (ms) *ms = '\0';
    tagsmith_picture_free(picture);
    return text;
}

static void *tag_all(void *opaque)
{
    course *c = opaque;
    for (size_t i = 0; i < PHOTOS; i++) {
        size_t at = (i + c->first) % PHOTOS;
        char *text = tag_as_text(c->handle, c->paths[at]);
        c->different += !text || strcmp(text, c->expected[at]) != 0;
        free(text);
    }
    return NULL;
}

static void run(const char *analysers, unsigned jobs, bool in_process)
{
    tagsmith_options options = options_of(analysers, jobs);
    options.decode_in_process = in_process;
    course base = {.handle = open_handle(&options)};
    for (size_t i = 0; i < PHOTOS; i++) {
        base.paths[i] = ts_test_dep(names[i]);
        base.expected[i] = tag_as_text(base.handle, base.paths[i]);
        assert_non_null(base.expected[i]);
        assert_non_null(strstr(base.expected[i], "safety/safe"));
    }
    course each[THREADS];
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        each[i] = base;
        each[i].first = i * 2;
        assert_int_equal(pthread_create(&threads[i], NULL, tag_all, &each[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(each[i].different, 0);
    tagsmith_close(base.handle);
    for (size_t i = 0; i < PHOTOS; i++) {
        free(base.paths[i]);
        free(base.expected[i]);
    }
}

static void as_many_jobs_as_threads(void **state)
{
    (void)state;
    run(NULL, THREADS, false);
}

/* The others wait for their turn, none is lost. */
static void fewer_jobs_than_threads(void **state)
{
    (void)state;
    run("safety,colours", 1, false);
}

static void decoding_in_this_process(void **state)
{
    (void)state;
    run("safety,faces", 2, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_jobs_as_threads),
        cmocka_unit_test(fewer_jobs_than_threads),
        cmocka_unit_test(decoding_in_this_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
