/* exchange (private): what stands before and after the cards of a page of the report. */
#ifndef TS_EXCHANGE_REPORT_PAGE_H
#define TS_EXCHANGE_REPORT_PAGE_H

#include "exchange/report.h"

/* The first bytes of every page, by which a report is known again. */
#define TS_REPORT_SIGN "<!doctype html><!-- Tagsmith report -->"
/* Cards cannot hold these: every '<' of a value in them is escaped. */
#define TS_REPORT_CARDS_BEGIN "<!--cards-->\n"
#define TS_REPORT_CARDS_END "<!--/cards-->"

/* path: of the first page; page counts from 0, of `pages`. False when out of memory. */
bool ts_report_page_head(const char *path, uint64_t page, uint64_t pages, const ts_report_summary *summary,
                         ts_buf *out);
bool ts_report_page_tail(const char *path, uint64_t page, uint64_t pages, const ts_report_summary *summary,
                         ts_buf *out);

#endif
