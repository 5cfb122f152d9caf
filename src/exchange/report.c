/* exchange: the report's pages. Cards stream to part files; heads are put before them at the end, when the
 * counts are known. Knows no record: cards are text by now. */
#include "exchange/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/append.h"
#include "base/file.h"
#include "exchange/report_page.h"

#define CARD_START "<article"
#define COPY_CHUNK ((size_t)256 * 1024)

struct ts_report {
    char *path;
    ts_append part; /* of the last page */
    uint64_t page;
    size_t cards; /* on the last page */
    size_t page_cards;
};

/* ---- names --------------------------------------------------------------------------------------------- */

/* "report.html", "report-2.html", ...; with the ending put behind. */
static bool page_name(const char *path, uint64_t page, const char *ending, ts_buf *out)
{
    const char *dot = strrchr(ts_path_base(path), '.');
    size_t stem = dot && dot != ts_path_base(path) ? (size_t)(dot - path) : strlen(path);
    bool ok = ts_buf_append(out, path, stem);
    if (page > 0) ok = ok && ts_buf_printf(out, "-%llu", (unsigned long long)page + 1);
    return ok && ts_buf_puts(out, path + stem) && ts_buf_puts(out, ending);
}

/* ---- reading cards back -------------------------------------------------------------------------------- */

/* Copies what stands between the marks of a finished page into its part file: a later run adds to the page.
 */
static bool part_from_page(const char *page_path, const char *part_path, ts_error *err)
{
    ts_buf page = {0};
    bool ok = ts_file_read(page_path, 0, &page, err);
    const char *start = ok ? strstr(page.data, TS_REPORT_CARDS_BEGIN) : NULL;
    const char *end = start ? strstr(start, TS_REPORT_CARDS_END) : NULL;
    if (ok && !end) ok = ts_fail(err, TS_IO, "%s is no report that could be continued", page_path);
    if (ok) {
        start += strlen(TS_REPORT_CARDS_BEGIN);
        ok = ts_file_write_atomic(part_path, start, (size_t)(end - start), err);
    }
    if (!ok) (void)ts_hint(err, "start over: name a new file for --resume");
    ts_buf_free(&page);
    return ok;
}

static size_t count_cards(const char *path, uint64_t bytes)
{
    ts_buf part = {0};
    size_t count = 0;
    if (ts_file_read(path, 0, &part, NULL)) {
        if (bytes < part.length) part.data[bytes] = '\0';
        for (const char *at = part.data; (at = strstr(at, CARD_START)) != NULL; at++) count++;
    }
    ts_buf_free(&part);
    return count;
}

/* Pages up to the mark's must have their part file again, the last one cut to the mark. */
static bool reopen_parts(ts_report *report, ts_report_mark from, ts_error *err)
{
    bool ok = true;
    ts_buf part = {0};
    ts_buf page = {0};
    for (uint64_t i = 0; i <= from.page && ok; i++) {
        ts_buf_clear(&part);
        ts_buf_clear(&page);
        ok = page_name(report->path, i, "", &page) && page_name(report->path, i, ".part", &part);
        if (!ok) (void)ts_fail_memory(err);
        bool empty = i == from.page && from.bytes == 0;
        if (ok && !empty && !ts_file_exists(part.data)) ok = part_from_page(page.data, part.data, err);
    }
    if (ok && from.bytes) report->cards = count_cards(part.data, from.bytes);
    ok = ok && ts_append_open(&report->part, part.data, from.bytes, err);
    ts_buf_free(&page);
    ts_buf_free(&part);
    return ok;
}

ts_report *ts_report_open(const char *path, ts_report_mark from, size_t page_cards, ts_error *err)
{
    ts_report *report = calloc(1, sizeof *report);
    if (report) report->path = strdup(path);
    if (!report || !report->path) {
        free(report);
        (void)ts_fail_memory(err);
        return NULL;
    }
    report->page = from.page;
    report->page_cards = page_cards ? page_cards : TS_REPORT_PAGE_CARDS;
    if (reopen_parts(report, from, err)) return report;
    ts_report_free(report);
    return NULL;
}

/* ---- adding -------------------------------------------------------------------------------------------- */

static bool next_page(ts_report *report, ts_error *err)
{
    if (!ts_append_flush(&report->part, true, err) || !ts_append_close(&report->part, err)) return false;
    ts_buf name = {0};
    report->page++;
    report->cards = 0;
    bool ok = page_name(report->path, report->page, ".part", &name) || ts_fail_memory(err);
    ok = ok && ts_append_open(&report->part, name.data, 0, err);
    ts_buf_free(&name);
    return ok;
}

bool ts_report_add(ts_report *report, const ts_buf *card, ts_error *err)
{
    if (report->cards >= report->page_cards && !next_page(report, err)) return false;
    if (!ts_append_write(&report->part, card->data, card->length, err))
        return ts_fail_prefix(err, "%s", report->path);
    report->cards++;
    return true;
}

bool ts_report_sync(ts_report *report, ts_report_mark *mark, ts_error *err)
{
    if (!ts_append_flush(&report->part, true, err)) return ts_fail_prefix(err, "%s", report->path);
    *mark = (ts_report_mark){report->page, report->part.length};
    return true;
}

/* ---- finishing ----------------------------------------------------------------------------------------- */

static bool copy_part(const char *part, ts_append *page, ts_error *err)
{
    int fd = open(part, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return ts_fail_errno(err, "cannot read %s", part);
    char *chunk = malloc(COPY_CHUNK);
    bool ok = chunk || ts_fail_memory(err);
    while (ok) {
        ssize_t n = read(fd, chunk, COPY_CHUNK);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) ok = ts_fail_errno(err, "cannot read %s", part);
        if (n <= 0) break;
        ok = ts_append_write(page, chunk, (size_t)n, err);
    }
    free(chunk);
    close(fd);
    return ok;
}

static bool fill_page(ts_append *page, const char *part, const ts_buf *head, const ts_buf *tail,
                      ts_error *err)
{
    return ts_append_write(page, head->data, head->length, err) && copy_part(part, page, err) &&
           ts_append_write(page, tail->data, tail->length, err) && ts_append_flush(page, true, err);
}

typedef struct page_files {
    ts_buf name, part, fresh;
} page_files;

static void free_files(page_files *files)
{
    ts_buf_free(&files->name);
    ts_buf_free(&files->part);
    ts_buf_free(&files->fresh);
}

static bool name_files(const ts_report *report, uint64_t page, page_files *files)
{
    return page_name(report->path, page, "", &files->name) &&
           page_name(report->path, page, ".part", &files->part) &&
           page_name(report->path, page, ".tmp", &files->fresh);
}

static bool write_page(const ts_report *report, uint64_t page, const ts_report_summary *summary,
                       ts_error *err)
{
    page_files files = {0};
    ts_buf head = {0};
    ts_buf tail = {0};
    ts_append out = {0};
    bool ok = name_files(report, page, &files);
    ok = ok && ts_report_page_head(report->path, page, report->page + 1, summary, &head);
    ok = (ok && ts_report_page_tail(report->path, page, report->page + 1, summary, &tail)) ||
         ts_fail_memory(err);
    ok = ok && ts_append_open(&out, files.fresh.data, 0, err) &&
         fill_page(&out, files.part.data, &head, &tail, err);
    if (!ts_append_close(&out, ok ? err : NULL)) ok = false;
    if (ok && rename(files.fresh.data, files.name.data) != 0)
        ok = ts_fail_errno(err, "cannot write %s", files.name.data);
    if (!ok && files.fresh.data) (void)unlink(files.fresh.data);
    ts_buf_free(&tail);
    ts_buf_free(&head);
    free_files(&files);
    return ok;
}

static bool is_our_page(const char *path)
{
    char start[sizeof TS_REPORT_SIGN] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t n = read(fd, start, sizeof start - 1);
    close(fd);
    return n == (ssize_t)(sizeof start - 1) && memcmp(start, TS_REPORT_SIGN, sizeof start - 1) == 0;
}

/* Pages of an earlier, longer report under the same name would be found by nobody but by mistake. */
static void remove_stale_pages(const ts_report *report)
{
    ts_buf name = {0};
    for (uint64_t page = report->page + 1;; page++) {
        ts_buf_clear(&name);
        if (!page_name(report->path, page, "", &name) || !is_our_page(name.data) || unlink(name.data) != 0)
            break;
    }
    ts_buf_free(&name);
}

static void remove_parts(const ts_report *report)
{
    ts_buf name = {0};
    for (uint64_t page = 0; page <= report->page; page++) {
        ts_buf_clear(&name);
        if (page_name(report->path, page, ".part", &name)) (void)unlink(name.data);
    }
    ts_buf_free(&name);
}

bool ts_report_finish(ts_report *report, const ts_report_summary *summary, bool keep_parts, ts_error *err)
{
    if (!ts_append_flush(&report->part, true, err)) return false;
    for (uint64_t page = 0; page <= report->page; page++)
        if (!write_page(report, page, summary, err)) return false;
    remove_stale_pages(report);
    if (!keep_parts) remove_parts(report);
    return true;
}

void ts_report_free(ts_report *report)
{
    if (!report) return;
    (void)ts_append_close(&report->part, NULL);
    free(report->path);
    free(report);
}
