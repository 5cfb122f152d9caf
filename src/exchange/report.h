/* The report: a contact sheet of a run as HTML files that need nothing beside them.
 *
 * Cards (one a picture, errors included) are rendered by any thread with the functions that take a buffer,
 * and added by one thread in the order in which they shall stand. Added cards go to `PATH.part`
 * (`PATH-2.part`, ... when a page is full), so memory stays flat however long the run; ts_report_finish puts
 * head, summary and cards together and replaces each page in one step. Until then no page is touched.
 */
#ifndef TS_EXCHANGE_REPORT_H
#define TS_EXCHANGE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/record.h"

#define TS_REPORT_PAGE_CARDS 1000 /* cards a page: some 20 MB, which a phone still scrolls */

typedef struct ts_report ts_report;

/* Where the cards stand, to continue an interrupted run. All zero: at the start. */
typedef struct ts_report_mark {
    uint64_t page;  /* 0 is the first */
    uint64_t bytes; /* of the cards on it */
} ts_report_mark;

typedef struct ts_report_label {
    const char *label;
    uint64_t count; /* pictures that carry it */
} ts_report_label;

typedef struct ts_report_summary {
    uint64_t tagged;
    uint64_t failed;
    double seconds; /* of tagging; 0 when not known */
    bool interrupted;
    const char *title;             /* shown at the top; UTF-8 */
    const char *date;              /* "2026-11-21 09:30" */
    const char *program;           /* "Tagsmith 0.1.0" */
    const ts_report_label *labels; /* the most common sure tags, most common first */
    size_t label_count;
} ts_report_summary;

/* One card. Every text in it is escaped: nothing from a path, a label or an error is ever markup. link: a URL
 * of the picture, already percent-encoded, or NULL for none. */
bool ts_report_record_card(const ts_record *record, const char *link, ts_buf *out);
bool ts_report_error_card(const char *path, const char *link, const ts_error *error, ts_buf *out);

/* path: of the first page. from: cards beyond it are cut off; TS_IO when fewer are there than it says.
 * page_cards: 0 for TS_REPORT_PAGE_CARDS. NULL and err on failure. */
ts_report *ts_report_open(const char *path, ts_report_mark from, size_t page_cards, ts_error *err);
bool ts_report_add(ts_report *report, const ts_buf *card, ts_error *err);
/* Hands the cards to the system and waits for the disk; *mark then says where they stand. */
bool ts_report_sync(ts_report *report, ts_report_mark *mark, ts_error *err);
/* Writes the pages. keep_parts: leaves the .part files, for a run that goes on later. */
bool ts_report_finish(ts_report *report, const ts_report_summary *summary, bool keep_parts, ts_error *err);
void ts_report_free(ts_report *report); /* without finish the .part files stay; NULL is fine */

#endif
