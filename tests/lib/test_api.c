/* tests/lib: the public API, used as its header says. */
#include <jansson.h>
#include <math.h>

#include "tests/lib/handle.h"

static int set_up(void **state)
{
    tagsmith_options options = options_of(NULL, 2);
    *state = open_handle(&options);
    return 0;
}

static int tear_down(void **state)
{
    tagsmith_close(*state);
    return 0;
}

static tagsmith_picture *tag(tagsmith *handle, const char *photo)
{
    char *path = ts_test_dep(photo);
    ts_error err;
    tagsmith_picture *picture = NULL;
    assert_works(picture = tagsmith_tag_file(handle, path, &err), err);
    free(path);
    return picture;
}

static void a_file_is_tagged(void **state)
{
    tagsmith_picture *picture = tag(*state, "photos/cat.png");
    assert_int_equal(tagsmith_picture_width(picture), 451);
    assert_int_equal(tagsmith_picture_height(picture), 300);
    const tagsmith_tag *cat = find_tag(picture, "object/cat");
    assert_non_null(cat);
    assert_string_equal(cat->label, "cat");
    assert_string_equal(cat->facet, "object");
    assert_true(cat->accepted && cat->confidence > 0.9F && cat->confidence <= 1);
    assert_int_equal(cat->count, 1);
    assert_int_equal(cat->box_count, 1);
    assert_true(cat->boxes[0].width > 250 && cat->boxes[0].height > 200);
    assert_int_equal(cat->ancestor_count, 1);
    assert_string_equal(cat->ancestors[0], "object/animal");
    assert_null(tagsmith_tag_at(picture, tagsmith_tag_count(picture)));
    assert_null(tagsmith_tag_at(picture, SIZE_MAX));
    tagsmith_picture_free(picture);
}

static void the_json_says_the_same(void **state)
{
    tagsmith_picture *picture = tag(*state, "photos/coffee.png");
    const char *text = tagsmith_picture_json(picture);
    assert_null(strchr(text, '\n'));
    json_t *record = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(record);
    json_t *tags = json_object_get(record, "tags");
    assert_int_equal(json_array_size(tags), tagsmith_tag_count(picture));
    for (size_t i = 0; i < tagsmith_tag_count(picture); i++) {
        const tagsmith_tag *t = tagsmith_tag_at(picture, i);
        json_t *item = json_array_get(tags, i);
        assert_string_equal(json_string_value(json_object_get(item, "concept")), t->concept);
        assert_string_equal(json_string_value(json_object_get(item, "label")), t->label);
        assert_float_equal(json_number_value(json_object_get(item, "confidence")), t->confidence, 0.0001);
        assert_int_equal(json_array_size(json_object_get(item, "boxes")), t->box_count);
        const char *state_name = json_string_value(json_object_get(item, "state"));
        assert_string_equal(state_name, t->accepted ? "accepted" : "suggested");
    }
    assert_true(json_array_size(tags) >= 5);
    json_decref(record);
    tagsmith_picture_free(picture);
}

static void bytes_are_tagged_like_the_file(void **state)
{
    tagsmith_picture *from_file = tag(*state, "photos/temple.jpg");
    char *path = ts_test_dep("photos/temple.jpg");
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    ts_error err;
    tagsmith_picture *from_bytes = NULL;
    assert_works(from_bytes = tagsmith_tag_bytes(*state, bytes, length, &err), err);
    memset(bytes, 0, length); /* they are only read during the call */
    free(bytes);
    assert_int_equal(tagsmith_tag_count(from_bytes), tagsmith_tag_count(from_file));
    for (size_t i = 0; i < tagsmith_tag_count(from_file); i++) {
        assert_string_equal(tagsmith_tag_at(from_bytes, i)->concept, tagsmith_tag_at(from_file, i)->concept);
        assert_true(tagsmith_tag_at(from_bytes, i)->confidence == tagsmith_tag_at(from_file, i)->confidence);
    }
    tagsmith_picture_free(from_bytes);
    tagsmith_picture_free(from_file);
    free(path);
}

/* "Everything reached through a picture lives as long as the picture": the handle may go first. */
static void a_picture_outlives_its_handle(void **state)
{
    (void)state;
    tagsmith_options options = options_of("detect,colours", 1);
    tagsmith *handle = open_handle(&options);
    tagsmith_picture *picture = tag(handle, "photos/cat.png");
    tagsmith_close(handle);
    const tagsmith_tag *cat = find_tag(picture, "object/cat");
    assert_non_null(cat);
    assert_string_equal(cat->label, "cat");
    assert_string_equal(cat->ancestors[0], "object/animal");
    assert_string_equal(find_tag(picture, "colour/brown")->facet, "colour");
    assert_non_null(strstr(tagsmith_picture_json(picture), "\"object/cat\""));
    tagsmith_picture_free(picture);
}

static void a_picture_is_not_changed_by_the_next_one(void **state)
{
    tagsmith_picture *first = tag(*state, "photos/cat.png");
    char *before = strdup(tagsmith_picture_json(first));
    tagsmith_picture *second = tag(*state, "photos/coffee.png");
    assert_string_equal(tagsmith_picture_json(first), before);
    assert_non_null(find_tag(first, "object/cat"));
    assert_null(find_tag(second, "object/cat"));
    tagsmith_picture_free(first);
    assert_non_null(find_tag(second, "object/cup"));
    tagsmith_picture_free(second);
    free(before);
}

/* ---- trouble ------------------------------------------------------------------------------------ */

static void trouble_with_one_picture_is_no_trouble_for_the_next(void **state)
{
    char *folder = ts_test_folder();
    char *missing = ts_test_path(folder, "missing.jpg");
    char *text = ts_test_file(folder, "text.jpg", "no picture at all", 17);
    char *empty = ts_test_file(folder, "empty.jpg", "", 0);
    ts_error err;
    assert_fails(tagsmith_tag_file(*state, missing, &err), err, TS_NOT_FOUND);
    assert_non_null(strstr(err.message, missing));
    assert_fails(tagsmith_tag_file(*state, folder, &err), err, TS_IO);
    assert_fails(tagsmith_tag_file(*state, text, &err), err, TS_NOT_PICTURE);
    assert_fails(tagsmith_tag_file(*state, empty, &err), err, TS_NOT_PICTURE);
    assert_fails(tagsmith_tag_bytes(*state, NULL, 0, &err), err, TS_NOT_PICTURE);
    assert_fails(tagsmith_tag_bytes(*state, "\xff\xd8\xff\xe0 and no more", 17, &err), err, TS_CORRUPT);
    assert_null(tagsmith_tag_file(*state, missing, NULL));
    assert_null(tagsmith_tag_bytes(*state, "x", 1, NULL));
    tagsmith_picture *picture = tag(*state, "photos/cat.png");
    assert_non_null(find_tag(picture, "object/cat"));
    tagsmith_picture_free(picture);
    free(empty);
    free(text);
    free(missing);
    ts_test_folder_end(folder);
}

static void limits_are_obeyed(void **state)
{
    (void)state;
    tagsmith_options options = options_of("colours", 1);
    char *path = ts_test_dep("photos/cat.png");
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    options.max_bytes = 10000;
    tagsmith *handle = open_handle(&options);
    ts_error err;
    assert_fails(tagsmith_tag_file(handle, path, &err), err, TS_TOO_LARGE);
    assert_fails(tagsmith_tag_bytes(handle, bytes, length, &err), err, TS_TOO_LARGE);
    tagsmith_close(handle);
    options.max_bytes = 0;
    options.max_pixels = 451 * 300 - 1;
    handle = open_handle(&options);
    assert_fails(tagsmith_tag_file(handle, path, &err), err, TS_TOO_LARGE);
    tagsmith_close(handle);
    options.max_pixels++;
    handle = open_handle(&options);
    tagsmith_picture_free(tag(handle, "photos/cat.png"));
    tagsmith_close(handle);
    free(bytes);
    free(path);
}

static void a_handle_that_cannot_open_says_why(void **state)
{
    (void)state;
    ts_error err;
    tagsmith_options options = options_of("smell", 1);
    assert_fails(tagsmith_open(&options, &err), err, TS_USAGE);
    assert_non_null(strstr(err.message, "smell"));
    assert_string_not_equal(err.hint, "");
    options = options_of(NULL, 1);
    options.models = "/no/such/folder";
    assert_fails(tagsmith_open(&options, &err), err, TS_MODEL);
    assert_null(tagsmith_open(&options, NULL));
    setenv("TAGSMITH_SHARE", "/no/such/folder", 1);
    assert_fails(tagsmith_open(&options, &err), err, TS_NOT_FOUND);
    unsetenv("TAGSMITH_SHARE");
}

/* ---- options ------------------------------------------------------------------------------------ */

static void options_choose_what_is_returned(void **state)
{
    (void)state;
    tagsmith_options options = options_of("colours,quality", 1);
    options.max_tags = 2;
    options.decode_in_process = true;
    tagsmith *handle = open_handle(&options);
    tagsmith_picture *picture = tag(handle, "photos/coffee.png");
    assert_int_equal(tagsmith_tag_count(picture), 2);
    tagsmith_picture_free(picture);
    tagsmith_close(handle);
    options.max_tags = 0;
    options.min_confidence = 0.9F;
    handle = open_handle(&options);
    picture = tag(handle, "photos/coffee.png");
    assert_true(tagsmith_tag_count(picture) >= 1);
    for (size_t i = 0; i < tagsmith_tag_count(picture); i++)
        assert_true(tagsmith_tag_at(picture, i)->confidence >= 0.9F);
    tagsmith_picture_free(picture);
    tagsmith_close(handle);
}

static void two_handles_live_side_by_side(void **state)
{
    tagsmith_options options = options_of("detect", 1);
    tagsmith *second = open_handle(&options);
    tagsmith_picture *a = tag(*state, "photos/cat.png");
    tagsmith_picture *b = tag(second, "photos/cat.png");
    assert_non_null(find_tag(a, "colour/brown"));
    assert_null(find_tag(b, "colour/brown"));
    assert_non_null(find_tag(b, "object/cat"));
    tagsmith_close(second);
    tagsmith_picture *c = tag(*state, "photos/cat.png");
    assert_int_equal(tagsmith_tag_count(c), tagsmith_tag_count(a));
    tagsmith_picture_free(c);
    tagsmith_picture_free(b);
    tagsmith_picture_free(a);
}

static void nothing_may_be_closed_and_freed(void **state)
{
    (void)state;
    tagsmith_close(NULL);
    tagsmith_picture_free(NULL);
}

static void the_version_has_three_numbers(void **state)
{
    (void)state;
    const char *version = tagsmith_version();
    size_t numbers = 1;
    for (const char *p = version; *p; p++) numbers += *p == '.';
    assert_int_equal(numbers, 3);
    assert_int_equal(strspn(version, "0123456789."), strlen(version));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_tagged),
        cmocka_unit_test(the_json_says_the_same),
        cmocka_unit_test(bytes_are_tagged_like_the_file),
        cmocka_unit_test(a_picture_outlives_its_handle),
        cmocka_unit_test(a_picture_is_not_changed_by_the_next_one),
        cmocka_unit_test(trouble_with_one_picture_is_no_trouble_for_the_next),
        cmocka_unit_test(limits_are_obeyed),
        cmocka_unit_test(a_handle_that_cannot_open_says_why),
        cmocka_unit_test(options_choose_what_is_returned),
        cmocka_unit_test(two_handles_live_side_by_side),
        cmocka_unit_test(nothing_may_be_closed_and_freed),
        cmocka_unit_test(the_version_has_three_numbers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
