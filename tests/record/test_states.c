/* tests/record: the names of the tag states, which readers of records rely on. */
#include "record/record.h"

#include "tests/support/support.h"

static void every_state_has_its_name(void **state)
{
    (void)state;
    assert_int_equal(TS_TAG_STATE_COUNT, 3);
    assert_string_equal(ts_tag_state_name(TS_TAG_SUGGESTED), "suggested");
    assert_string_equal(ts_tag_state_name(TS_TAG_ACCEPTED), "accepted");
    assert_string_equal(ts_tag_state_name(TS_TAG_REJECTED), "rejected");
}

static void what_is_no_state_is_still_a_text(void **state)
{
    (void)state;
    assert_string_equal(ts_tag_state_name(TS_TAG_STATE_COUNT), "unknown");
    assert_string_equal(ts_tag_state_name((ts_tag_state)-1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_has_its_name),
        cmocka_unit_test(what_is_no_state_is_still_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
