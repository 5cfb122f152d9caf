/* exchange: cards, and pages that can be continued. What a browser sees is tested in tests/cli. */
#include "exchange/report.h"
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/exchange/records.h"

static const ts_report_summary summary = {.tagged = 12345,
                                          .failed = 1,
                                          .seconds = 100,
                                          .title = "a <b>",
                                          .date = "2026-11-21 10:00",
                                          .program = "Tagsmith"};

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++) count++;
    return count;
}

static void add_cards(ts_report *report, int from, int to)
{
    ts_error err;
    for (int i = from; i < to; i++) {
        ts_buf card = {0};
        assert_true(ts_buf_printf(&card, "<article>card %d.</article>\n", i));
        assert_works(ts_report_add(report, &card, &err), err);
        ts_buf_free(&card);
    }
}

static ts_report *open_report(const char *path, ts_report_mark from, size_t page_cards)
{
    ts_error err = {0};
    ts_report *report = ts_report_open(path, from, page_cards, &err);
    if (!report) fail_msg("%s", err.message);
    return report;
}

/* The cards of page after page, as one text; fails when the number of pages is another. */
static char *all_cards(const char *folder, size_t pages)
{
    ts_buf text = {0};
    for (size_t page = 1; page <= pages + 1; page++) {
        char name[32];
        (void)snprintf(name, sizeof name, page > 1 ? "r-%zu.html" : "r.html", page);
        char *path = ts_test_path(folder, name);
        assert_int_equal(access(path, F_OK) == 0, page <= pages);
        if (page <= pages) {
            char *content = ts_test_read(path, NULL);
            const char *start = strstr(content, "<!--cards-->\n") + 13;
            assert_true(ts_buf_append(&text, start, (size_t)(strstr(start, "<!--/cards-->") - start)));
            free(content);
        }
        free(path);
    }
    return text.data;
}

static char *expected_cards(int count)
{
    ts_buf text = {0};
    for (int i = 0; i < count; i++) assert_true(ts_buf_printf(&text, "<article>card %d.</article>\n", i));
    return text.data;
}

static void check_cards(const char *folder, size_t pages, int count)
{
    char *found = all_cards(folder, pages);
    char *expected = expected_cards(count);
    assert_string_equal(found, expected);
    free(expected);
    free(found);
}

static void a_card_holds_the_record(void **state)
{
    (void)state;
    ts_record record = test_record();
    ts_buf card = {0};
    assert_true(ts_report_record_card(&record, "./a%22.jpg", &card));
    assert_non_null(strstr(card.data, "src=\"data:image/jpeg;base64,/9j/\""));
    assert_non_null(strstr(card.data, "the file is &lt;truncated&gt;"));
    assert_non_null(strstr(card.data, "viewBox=\"0 0 640 480\""));
    assert_non_null(strstr(card.data, "class=\"a c9\" data-c=98"));
    assert_non_null(strstr(card.data, "class=\"s c4\" data-c=40"));
    assert_int_equal(count_of(card.data, "<article"), 1);
    assert_non_null(strstr(card.data, "href=\"./a%22.jpg\"><bdi>a.jpg</bdi></a>"));
    assert_null(strstr(card.data, "veil"));
    record.nsfw = 0.8F;
    ts_buf_clear(&card);
    assert_true(ts_report_record_card(&record, NULL, &card));
    assert_non_null(strstr(card.data, "class=veiled"));
    ts_buf_free(&card);
}

static void odd_records_still_make_a_card(void **state)
{
    (void)state;
    ts_record empty = {0};
    ts_buf card = {0};
    assert_true(ts_report_record_card(&empty, NULL, &card));
    assert_non_null(strstr(card.data, "no thumbnail"));
    assert_non_null(strstr(card.data, "no tags"));
    ts_error err = {0};
    (void)ts_fail(&err, TS_CORRUPT, "<script>");
    assert_true(ts_report_error_card("\xFF<", NULL, &err, &card));
    assert_non_null(strstr(card.data, "%FF&lt;"));
    assert_null(strstr(card.data, "<script>"));
    ts_buf_free(&card);
}

static void pages_fill_and_are_written_at_the_end(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    char *path = ts_test_path(folder, "r.html");
    ts_error err;
    ts_report *report = open_report(path, (ts_report_mark){0}, 4);
    add_cards(report, 0, 10);
    assert_int_equal(access(path, F_OK), -1);
    assert_works(ts_report_finish(report, &summary, false, &err), err);
    ts_report_free(report);
    check_cards(folder, 3, 10);
    char *page = ts_test_read(path, NULL);
    assert_non_null(strstr(page, "a &lt;b&gt;"));
    assert_non_null(strstr(page, "12,346"));
    assert_non_null(strstr(page, "123.5")); /* pictures a second */
    free(page);
    report = open_report(path, (ts_report_mark){0}, 100); /* a shorter one takes the old pages away */
    add_cards(report, 0, 2);
    assert_works(ts_report_finish(report, &summary, false, &err), err);
    ts_report_free(report);
    check_cards(folder, 1, 2);
    free(path);
    ts_test_folder_end(folder);
}

static void foreign_files_are_left_alone(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    char *path = ts_test_path(folder, "r.html");
    char *foreign = ts_test_file(folder, "r-2.html", "mine", 4);
    ts_error err;
    ts_report *report = open_report(path, (ts_report_mark){0}, 0);
    add_cards(report, 0, 1);
    assert_works(ts_report_finish(report, &summary, false, &err), err);
    ts_report_free(report);
    assert_int_equal(access(foreign, F_OK), 0);
    free(foreign);
    free(path);
    ts_test_folder_end(folder);
}

/* Whatever was added after the mark is gone, whatever stood before it stays: with the part files of a run that died,
 * and from the pages of one that finished. */
static void continues_at_the_mark(void **state)
{
    (void)state;
    for (int died = 0; died < 2; died++)
        for (int at = 0; at <= 9; at++) {
            char *folder = ts_test_folder();
            char *path = ts_test_path(folder, "r.html");
            ts_error err;
            ts_report_mark mark = {0};
            ts_report *report = open_report(path, mark, 3);
            add_cards(report, 0, at);
            assert_works(ts_report_sync(report, &mark, &err), err);
            if (died) add_cards(report, 70, 72);
            else assert_works(ts_report_finish(report, &summary, false, &err), err);
            ts_report_free(report);
            report = open_report(path, mark, 3);
            add_cards(report, at, 10);
            assert_works(ts_report_finish(report, &summary, false, &err), err);
            ts_report_free(report);
            check_cards(folder, 4, 10);
            free(path);
            ts_test_folder_end(folder);
        }
}

static void a_lost_report_cannot_be_continued(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    char *path = ts_test_path(folder, "r.html");
    ts_error err;
    assert_fails(ts_report_open(path, (ts_report_mark){0, 500}, 0, &err), err, TS_NOT_FOUND);
    free(ts_test_file(folder, "r.html", "<p>other", 8));
    assert_fails(ts_report_open(path, (ts_report_mark){0, 500}, 0, &err), err, TS_IO);
    free(path);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_holds_the_record),
        cmocka_unit_test(odd_records_still_make_a_card),
        cmocka_unit_test(pages_fill_and_are_written_at_the_end),
        cmocka_unit_test(foreign_files_are_left_alone),
        cmocka_unit_test(continues_at_the_mark),
        cmocka_unit_test(a_lost_report_cannot_be_continued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
