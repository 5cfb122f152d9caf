/* tests/service: whom a line of the change log is for, and what they are told of it. */
#include "service/watch.h"
#include "tests/support/support.h"

/* What someone is told: the kind's name, or "" for nothing. */
static const char *told(ts_change_kind kind, ts_change_sight sight, uint32_t scopes)
{
    ts_change change;
    ts_news news = {.change = {.kind = kind, .sight = sight, .id = "x"}, .key_id = "theirs"};
    return ts_news_for(&news, scopes, "mine", &change) ? ts_change_kind_name(change.kind) : "";
}

static void held_pictures_are_for_review(void **state)
{
    (void)state;
    const uint32_t reader = TS_SCOPE_READ | TS_SCOPE_WRITE, reviewer = TS_SCOPE_READ | TS_SCOPE_REVIEW;
    assert_string_equal(told(TS_CHANGE_PICTURE, TS_CHANGE_FOR_ALL, reader), "picture");
    assert_string_equal(told(TS_CHANGE_PICTURE, TS_CHANGE_HIDDEN, reader), "");
    assert_string_equal(told(TS_CHANGE_TAGS, TS_CHANGE_HIDDEN, reader), "");
    assert_string_equal(told(TS_CHANGE_PICTURE, TS_CHANGE_WITHDRAWN, reader), "picture_deleted");
    assert_string_equal(told(TS_CHANGE_PICTURE_DELETED, TS_CHANGE_HIDDEN, reader), "");
    assert_string_equal(told(TS_CHANGE_PICTURE_DELETED, TS_CHANGE_FOR_ALL, reader), "picture_deleted");
    assert_string_equal(told(TS_CHANGE_PICTURE, TS_CHANGE_HIDDEN, reviewer), "picture");
    assert_string_equal(told(TS_CHANGE_PICTURE, TS_CHANGE_WITHDRAWN, TS_SCOPE_ADMIN), "picture");
}

static void jobs_are_for_whom_they_run(void **state)
{
    (void)state;
    ts_change change;
    ts_news news = {.change = {.kind = TS_CHANGE_JOB, .id = "x"}, .key_id = "mine"};
    assert_true(ts_news_for(&news, TS_SCOPE_READ, "mine", &change));
    assert_false(ts_news_for(&news, TS_SCOPE_READ, "other", &change));
    assert_true(ts_news_for(&news, TS_SCOPE_REVIEW, "other", &change));
    news.key_id = NULL;
    assert_false(ts_news_for(&news, TS_SCOPE_READ, "mine", &change));
}

static void the_rest_is_for_admins_or_nobody(void **state)
{
    (void)state;
    static const ts_change_kind kinds[] = {TS_CHANGE_DOCUMENT, TS_CHANGE_DOCUMENT_DELETED, TS_CHANGE_KEY,
                                           TS_CHANGE_PERSON};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_string_equal(told(kinds[i], TS_CHANGE_FOR_ALL, TS_SCOPE_READ | TS_SCOPE_REVIEW), "");
        assert_string_not_equal(told(kinds[i], TS_CHANGE_FOR_ALL, TS_SCOPE_ADMIN), "");
    }
    assert_string_equal(told(TS_CHANGE_VECTOR, TS_CHANGE_FOR_ALL, TS_SCOPE_ALL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_pictures_are_for_review),
        cmocka_unit_test(jobs_are_for_whom_they_run),
        cmocka_unit_test(the_rest_is_for_admins_or_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
