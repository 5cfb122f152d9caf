/* exchange: the block for people, and the label file. */
#include "exchange/exchange.h"
#include "tests/support/support.h"

#include <string.h>

#include "base/error.h"
#include "tests/exchange/records.h"

static void a_block_groups_by_facet(void **state)
{
    (void)state;
    ts_record record = test_record();
    ts_buf out = {0};
    assert_true(ts_text_record(&record, false, &out));
    assert_string_equal(out.data, "p/a.jpg  640\xC3\x97"
                                  "480 WebP\n"
                                  "  object    dog 0.98 \xC3\x97"
                                  "2, ball 0.60\n"
                                  "  scene     beach 0.40?\n"
                                  "  note      the file is <truncated>\n");
    ts_buf_free(&out);
}

static void colour_is_only_for_those_who_asked(void **state)
{
    (void)state;
    ts_record record = test_record();
    ts_buf out = {0};
    assert_true(ts_text_record(&record, true, &out));
    assert_non_null(strchr(out.data, '\033'));
    ts_buf_free(&out);
}

static void a_terminal_gets_nothing_to_obey(void **state)
{
    (void)state;
    ts_error err = {0};
    (void)ts_fail(&err, TS_CORRUPT,
                  "evil \033]0;title\007 \xC2\x9B"
                  "31m");
    ts_buf out = {0};
    assert_true(ts_text_error("a\033[2J\n\x7F.jpg", &err, false, &out));
    assert_string_equal(out.data, "a?[2J??.jpg\n  error     corrupt: evil ?]0;title? ?31m\n");
    ts_buf_free(&out);
}

static void no_tags_is_said(void **state)
{
    (void)state;
    ts_record record = test_record();
    record.tag_count = 0;
    ts_buf out = {0};
    assert_true(ts_text_record(&record, false, &out));
    assert_non_null(strstr(out.data, "no tags"));
    ts_buf_free(&out);
}

static void labels_stand_one_a_line(void **state)
{
    (void)state;
    ts_record record = test_record();
    ts_buf out = {0};
    assert_true(ts_text_labels(&record, &out));
    assert_string_equal(out.data, "dog\nbeach\nball\n");
    ts_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_groups_by_facet),
        cmocka_unit_test(colour_is_only_for_those_who_asked),
        cmocka_unit_test(a_terminal_gets_nothing_to_obey),
        cmocka_unit_test(no_tags_is_said),
        cmocka_unit_test(labels_stand_one_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
