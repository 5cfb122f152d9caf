/* service: taught heads written and read again, and files that are no heads. */
#include "service/head_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/support/support.h"

enum { width = 5, class_count = 3 };

typedef struct place {
    char *data;
    ts_arena *arena;
} place;

static int set_up(void **state)
{
    static place p;
    p = (place){ts_test_folder(), ts_arena_new(0)};
    assert_true(p.data && p.arena);
    *state = &p;
    return 0;
}

static int tear_down(void **state)
{
    place *p = *state;
    ts_arena_free(p->arena);
    ts_test_folder_end(p->data);
    return 0;
}

static const char *const names[] = {"-", "Hüte", "shoes \"and\" more"};

static ts_taught_head make_head(double *weights)
{
    for (size_t i = 0; i < class_count * (width + 1); i++)
        weights[i] = sin((double)i * 7.3) * exp(-(double)i);
    return (ts_taught_head){.name = "garments",
                            .model = "net@1/views-1",
                            .classes = names,
                            .background = 0,
                            .classifier = {width, class_count, weights, 1.75, 10}};
}

static void what_was_written_judges_alike(void **state)
{
    place *p = *state;
    static const float row[width] = {0.1F, -0.7F, 0.2F, 0.6F, 0.3F};
    double weights[class_count * (width + 1)], before[class_count], after[class_count];
    ts_taught_head head = make_head(weights), back;
    assert_true(ts_head_file_write(p->data, &head, p->arena, NULL));
    assert_int_equal(head.version, 1);
    assert_true(ts_head_file_read(p->data, "garments", 0, p->arena, &back, NULL));
    assert_string_equal(back.path, head.path);
    assert_string_equal(back.name, "garments");
    assert_string_equal(back.model, head.model);
    assert_int_equal(back.background, 0);
    assert_int_equal(back.classifier.class_count, class_count);
    assert_int_equal(back.classifier.width, width);
    for (size_t i = 0; i < class_count; i++) assert_string_equal(back.classes[i], names[i]);
    ts_classifier_judge(&head.classifier, row, before);
    ts_classifier_judge(&back.classifier, row, after);
    for (size_t i = 0; i < class_count; i++) assert_true(fabs(before[i] - after[i]) < 1e-6);
}

static void versions_count_up_and_stay(void **state)
{
    place *p = *state;
    double weights[class_count * (width + 1)];
    ts_taught_head head = make_head(weights), back;
    for (unsigned version = 1; version <= 11; version++) {
        head.classifier.c = version;
        assert_true(ts_head_file_write(p->data, &head, p->arena, NULL));
        assert_int_equal(head.version, version);
    }
    assert_true(ts_head_file_read(p->data, "garments", 0, p->arena, &back, NULL));
    assert_int_equal(back.version, 11); /* by number: 9 sorts behind 11 */
    assert_true(ts_head_file_read(p->data, "garments", 3, p->arena, &back, NULL));
    assert_true(back.version == 3 && back.classifier.c > 2.9 && back.classifier.c < 3.1);
}

static void what_is_not_there_is_not_found(void **state)
{
    place *p = *state;
    ts_taught_head back;
    ts_error err = {0};
    assert_false(ts_head_file_read(p->data, "garments", 0, p->arena, &back, &err));
    assert_int_equal(err.code, TS_NOT_FOUND);
    assert_false(ts_head_file_read(p->data, "../garments", 1, p->arena, &back, &err));
    assert_int_equal(err.code, TS_USAGE);
}

#define HEAD(width, classes)                                                                                 \
    "{\"kind\":\"tagsmith head 1\",\"name\":\"g\",\"version\":1,\"model\":\"m\",\"width\":" width            \
    ",\"classes\":" classes "}"
#define GOOD "{\"name\":\"a\",\"bias\":0,\"weights\":[1,2]}"

static void what_is_no_head_is_refused(void **state)
{
    place *p = *state;
    static const char *const bad[] = {
        "",
        "[]",
        "{\"kind\":\"tagsmith head 1\"}",
        HEAD("2", "[" GOOD "]"),                                                   /* one class */
        HEAD("0", "[" GOOD "," GOOD "]"),                                          /* of no width */
        HEAD("3", "[" GOOD "," GOOD "]"),                                          /* too few weights */
        HEAD("2", "[" GOOD ",{\"name\":\"b\",\"weights\":[1,2]}]"),                /* no bias */
        HEAD("2", "[" GOOD ",{\"name\":\"b\",\"bias\":0,\"weights\":[1,\"2\"]}]"), /* no number */
        HEAD("2", "[" GOOD ",{\"bias\":0,\"weights\":[1,2]}]"),                    /* no name */
    };
    static const char good[] = HEAD("2", "[" GOOD "," GOOD "]");
    ts_taught_head back;
    char *folder = ts_test_path(p->data, "heads/g");
    assert_true(ts_dir_make(folder, NULL));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ts_error err = {0};
        free(ts_test_file(folder, "1.json", bad[i], strlen(bad[i])));
        assert_false(ts_head_file_read(p->data, "g", 0, p->arena, &back, &err));
        assert_int_equal(err.code, TS_CONFIG);
    }
    free(ts_test_file(folder, "1.json", good, strlen(good)));
    assert_true(ts_head_file_read(p->data, "g", 0, p->arena, &back, NULL));
    assert_int_equal(back.background, 2); /* none */
    free(folder);
}

static void names_are_names_of_files(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "Garments-2.b_c", "7"};
    static const char *const bad[] = {"", ".", "..", "-a", "a/b", "a b", "é", "_x"};
    char longest[66];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(ts_head_name_fits(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(ts_head_name_fits(bad[i]));
    memset(longest, 'a', sizeof longest);
    longest[65] = '\0';
    assert_false(ts_head_name_fits(longest));
    longest[64] = '\0';
    assert_true(ts_head_name_fits(longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_written_judges_alike, set_up, tear_down),
        cmocka_unit_test_setup_teardown(versions_count_up_and_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_not_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_head_is_refused, set_up, tear_down),
        cmocka_unit_test(names_are_names_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
