/* Presets as documents: kept, listed, changed by version, and which one an upload gets that names none. */
#include "service/presets.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "service/core.h"
#include "tests/support/support.h"

/* A service that has no more than presets need. */
typedef struct shelf {
    ts_service service;
    ts_arena *arena;
    char *folder;
} shelf;

static int open_shelf(void **state)
{
    shelf *s = calloc(1, sizeof *s);
    ts_error err;
    s->folder = ts_test_folder();
    s->arena = ts_arena_new(0);
    assert_works(s->service.catalog = ts_catalog_open(s->folder, NULL, &err), err);
    *state = s;
    return s->arena ? 0 : -1;
}

static int close_shelf(void **state)
{
    shelf *s = *state;
    ts_catalog_close(s->service.catalog);
    ts_arena_free(s->arena);
    ts_test_folder_end(s->folder);
    free(s);
    return 0;
}

static bool try_put(shelf *s, const char *name, const char *text, int64_t if_version, ts_preset *out,
                    ts_error *err)
{
    json_t *body = json_loads(text, 0, NULL);
    bool ok =
        ts_service_preset_put(&s->service, &ts_actor_system, name, body, if_version, s->arena, out, err);
    json_decref(body);
    return ok;
}

static int64_t put(shelf *s, const char *name, const char *text)
{
    ts_error err;
    ts_preset preset;
    assert_works(try_put(s, name, text, -1, &preset, &err), err);
    assert_string_equal(preset.name, name);
    return preset.version;
}

static void gets(shelf *s, const char *name, const char *origin, const char *expected)
{
    ts_error err;
    ts_preset preset;
    assert_works(ts_service_preset(&s->service, name, origin, s->arena, &preset, &err), err);
    assert_string_equal(preset.name, expected);
}

static void default_is_there_from_the_start(void **state)
{
    shelf *s = *state;
    ts_error err;
    ts_preset preset;
    const ts_preset *list = NULL;
    size_t count = 0;
    gets(s, NULL, NULL, "default");
    gets(s, "default", "api", "default");
    assert_works(ts_service_preset_list(&s->service, &ts_actor_system, s->arena, &list, &count, &err), err);
    assert_int_equal(count, 1);
    assert_string_equal(list[0].name, "default");
    assert_fails(ts_service_preset(&s->service, "no", NULL, s->arena, &preset, &err), err, TS_NOT_FOUND);
}

/* Each kind of upload has its own default; what names a preset gets that one. */
static void a_default_for_each_kind_of_upload(void **state)
{
    shelf *s = *state;
    put(s, "strict", "{\"default_for\": [\"page\", \"api\"]}");
    put(s, "loose", "{\"default_for\": [\"import\"]}");
    gets(s, NULL, "page", "strict");
    gets(s, NULL, "api", "strict");
    gets(s, NULL, "import", "loose");
    gets(s, NULL, NULL, "default");
    gets(s, "loose", "page", "loose");
    gets(s, "default", "page", "default");
    put(s, "loose", "{}");
    gets(s, NULL, "import", "default");
}

static void default_can_be_put_and_taken_back(void **state)
{
    shelf *s = *state;
    ts_error err;
    ts_preset preset;
    const ts_preset *list = NULL;
    size_t count = 0;
    put(s, "default", "{\"max_tags\": 3}");
    assert_works(ts_service_preset(&s->service, NULL, "api", s->arena, &preset, &err), err);
    assert_int_equal(preset.rules.max_tags, 3);
    assert_works(ts_service_preset_list(&s->service, &ts_actor_system, s->arena, &list, &count, &err), err);
    assert_int_equal(count, 1);
    assert_works(ts_service_preset_delete(&s->service, &ts_actor_system, "default", -1, &err), err);
    assert_works(ts_service_preset(&s->service, NULL, "api", s->arena, &preset, &err), err);
    assert_int_equal(preset.rules.max_tags, 50);
}

static void changes_need_the_version_that_was_seen(void **state)
{
    shelf *s = *state;
    ts_error err;
    ts_preset preset;
    assert_int_equal(put(s, "p", "{}"), 1);
    assert_works(try_put(s, "p", "{\"about\": \"new\"}", 1, &preset, &err), err);
    assert_int_equal(preset.version, 2);
    assert_string_equal(json_string_value(json_object_get(preset.body, "about")), "new");
    assert_fails(try_put(s, "p", "{}", 1, &preset, &err), err, TS_CHANGED);
    assert_fails(ts_service_preset_delete(&s->service, &ts_actor_system, "p", 1, &err), err, TS_CHANGED);
    assert_works(ts_service_preset_delete(&s->service, &ts_actor_system, "p", 2, &err), err);
    assert_fails(ts_service_preset(&s->service, "p", NULL, s->arena, &preset, &err), err, TS_NOT_FOUND);
}

static void names_and_bodies_are_checked(void **state)
{
    shelf *s = *state;
    static const char *const names[] = {
        "",         "a b",  "a/b",
        "\xC3\xA9", "..\n", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
    ts_error err;
    ts_preset preset;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_fails(try_put(s, names[i], "{}", -1, &preset, &err), err, TS_USAGE);
    assert_fails(try_put(s, "p", "{\"max_tags\": -1}", -1, &preset, &err), err, TS_USAGE);
    assert_fails(ts_service_preset(&s->service, "p", NULL, s->arena, &preset, &err), err, TS_NOT_FOUND);
    put(s, "A-z_0.9", "{}");
}

static void only_administrators_change_them(void **state)
{
    shelf *s = *state;
    const ts_actor writer = {.id = "", .name = "", .key_id = "", .scopes = TS_SCOPE_READ | TS_SCOPE_WRITE};
    const ts_preset *list = NULL;
    ts_preset preset;
    size_t count = 0;
    ts_error err;
    json_t *body = json_object();
    assert_fails(ts_service_preset_put(&s->service, &writer, "p", body, -1, s->arena, &preset, &err), err,
                 TS_FORBIDDEN);
    assert_fails(ts_service_preset_delete(&s->service, &writer, "p", -1, &err), err, TS_FORBIDDEN);
    assert_works(ts_service_preset_list(&s->service, &writer, s->arena, &list, &count, &err), err);
    assert_fails(ts_service_preset_list(&s->service, &(ts_actor){0}, s->arena, &list, &count, &err), err,
                 TS_FORBIDDEN);
    json_decref(body);
}

#define ON_A_SHELF(test) cmocka_unit_test_setup_teardown(test, open_shelf, close_shelf)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_SHELF(default_is_there_from_the_start),   ON_A_SHELF(a_default_for_each_kind_of_upload),
        ON_A_SHELF(default_can_be_put_and_taken_back), ON_A_SHELF(changes_need_the_version_that_was_seen),
        ON_A_SHELF(names_and_bodies_are_checked),      ON_A_SHELF(only_administrators_change_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
