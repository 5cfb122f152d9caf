/* cli (private): how a long run shows itself on standard error. */
#ifndef TS_CLI_PROGRESS_H
#define TS_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "service/tag.h"

typedef struct ts_progress_view {
    bool quiet;
    bool terminal;   /* a bar that is redrawn; else a plain line now and then */
    bool drawn;      /* a bar stands on the last line */
    double shown_at; /* seconds of the run at the last plain line or bar */
    double rate;     /* pictures/s, smoothed */
    double rate_at;
    uint64_t rate_done;
} ts_progress_view;

void ts_progress_init(ts_progress_view *view, bool quiet);
/* Before the first picture: networks are being loaded, which takes long when they must be compiled first. */
void ts_progress_starting(ts_progress_view *view);
void ts_progress_show(ts_progress_view *view, const ts_tag_progress *progress);
/* Takes the bar away, before other text goes to the terminal or at the end. */
void ts_progress_clear(ts_progress_view *view);

/* For a use case that only counts: begun before it, shown as its progress hook. */
typedef struct ts_count_watch {
    ts_progress_view view;
    double started;
} ts_count_watch;

void ts_count_watch_begin(ts_count_watch *watch, bool quiet);
void ts_count_watch_show(void *context, size_t done, size_t total); /* context: the watch */

/* The line itself, `columns` wide at most; returns its length in bytes. For tests. */
size_t ts_progress_line(const ts_tag_progress *progress, double rate, unsigned columns, bool bar, char *out,
                        size_t size);

#endif
