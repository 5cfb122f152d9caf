/* tests/packs: where Tagsmith looks for its own folders, and what it says when they are not there. */
#include "packs/packs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/support.h"

typedef struct place {
    char *folder;
    ts_arena *arena;
    ts_folders found;
} place;

static const char *const variables[] = {"TAGSMITH_SHARE", "TAGSMITH_MODELS", "TAGSMITH_CACHE",
                                        "TAGSMITH_DEPS",  "XDG_DATA_HOME",   "XDG_CACHE_HOME"};

static int set_up(void **state)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) unsetenv(variables[i]);
    place *p = calloc(1, sizeof *p);
    p->folder = ts_test_folder();
    p->arena = ts_arena_new(0);
    setenv("HOME", p->folder, 1);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    place *p = *state;
    ts_arena_free(p->arena);
    ts_test_folder_end(p->folder);
    free(p);
    return 0;
}

/* Makes FOLDER/NAME, one level at a time; the path lives in the arena. */
static const char *make(place *p, const char *name)
{
    char *path = ts_arena_printf(p->arena, "%s/%s", p->folder, name);
    for (char *slash = path + strlen(p->folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    assert_int_equal(mkdir(path, 0777), 0);
    return path;
}

/* A folder that looks like an installed share folder. */
static const char *make_share(place *p, const char *name)
{
    const char *share = make(p, name);
    const char *vocab = make(p, ts_arena_printf(p->arena, "%s/vocab", name));
    free(ts_test_file(vocab, "concepts.tsv", "", 0));
    return share;
}

static void find(place *p)
{
    ts_error err;
    assert_works(ts_folders_find(p->arena, &p->found, &err), err);
}

static void the_build_knows_its_source_tree(void **state)
{
    find(*state);
    assert_string_equal(((place *)*state)->found.share, ts_test_source());
}

static void the_share_folder_may_be_given(void **state)
{
    place *p = *state;
    const char *share = make_share(p, "share");
    setenv("TAGSMITH_SHARE", share, 1);
    find(p);
    assert_string_equal(p->found.share, share);
}

/* A wrong setting must not be papered over with another folder: the user would search long for the reason. */
static void a_given_share_folder_that_is_none_is_an_error(void **state)
{
    place *p = *state;
    ts_error err;
    setenv("TAGSMITH_SHARE", make(p, "empty"), 1);
    assert_fails(ts_folders_find(p->arena, &p->found, &err), err, TS_NOT_FOUND);
    assert_non_null(strstr(err.hint, "TAGSMITH_SHARE"));
    setenv("TAGSMITH_SHARE", "/no/such/folder", 1);
    assert_fails(ts_folders_find(p->arena, &p->found, &err), err, TS_NOT_FOUND);
    assert_false(ts_folders_find(p->arena, &p->found, NULL));
}

static void an_empty_variable_is_none(void **state)
{
    setenv("TAGSMITH_SHARE", "", 1);
    setenv("TAGSMITH_MODELS", "", 1);
    setenv("TAGSMITH_CACHE", "", 1);
    find(*state);
    assert_string_equal(((place *)*state)->found.share, ts_test_source());
    assert_true(((place *)*state)->found.weights[0] == '/');
    assert_true(((place *)*state)->found.cache[0] == '/');
}

/* From the least to the most particular: each one added must win over those before it. */
static void weights_are_looked_for_in_order(void **state)
{
    place *p = *state;
    setenv("TAGSMITH_SHARE", make_share(p, "share"), 1);
    const char *fallback = ts_arena_printf(p->arena, "%s/share/deps/models", p->folder);
    find(p);
    assert_string_equal(p->found.weights, fallback);

    const char *installed = make(p, "share/weights");
    find(p);
    assert_string_equal(p->found.weights, installed);

    const char *home = make(p, ".local/share/tagsmith/models");
    find(p);
    assert_string_equal(p->found.weights, home);

    const char *data_home = make(p, "data/tagsmith/models");
    setenv("XDG_DATA_HOME", ts_arena_printf(p->arena, "%s/data", p->folder), 1);
    find(p);
    assert_string_equal(p->found.weights, data_home);

    assert_string_equal(make(p, "share/deps/models"), fallback);
    find(p);
    assert_string_equal(p->found.weights, fallback);

    const char *deps = make(p, "deps/models");
    setenv("TAGSMITH_DEPS", ts_arena_printf(p->arena, "%s/deps", p->folder), 1);
    find(p);
    assert_string_equal(p->found.weights, deps);

    setenv("TAGSMITH_MODELS", "/given/even/if/missing", 1);
    find(p);
    assert_string_equal(p->found.weights, "/given/even/if/missing");
}

static void the_cache_follows_the_desktop_rules(void **state)
{
    place *p = *state;
    find(p);
    assert_string_equal(p->found.cache, ts_arena_printf(p->arena, "%s/.cache/tagsmith", p->folder));
    setenv("XDG_CACHE_HOME", "/xdg", 1);
    find(p);
    assert_string_equal(p->found.cache, "/xdg/tagsmith");
    setenv("TAGSMITH_CACHE", "/own", 1);
    find(p);
    assert_string_equal(p->found.cache, "/own");
}

/* A service may run without HOME. A fixed name below /tmp would let any other user put networks there. */
static void without_a_home_nobody_elses_folder_is_used(void **state)
{
    place *p = *state;
    unsetenv("HOME");
    find(p);
    assert_true(p->found.cache[0] == '/');
    assert_int_not_equal(strncmp(p->found.cache, "/tmp", 4), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_build_knows_its_source_tree),
        TEST(the_share_folder_may_be_given),
        TEST(a_given_share_folder_that_is_none_is_an_error),
        TEST(an_empty_variable_is_none),
        TEST(weights_are_looked_for_in_order),
        TEST(the_cache_follows_the_desktop_rules),
        TEST(without_a_home_nobody_elses_folder_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
