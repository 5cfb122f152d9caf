/* cli (private): how backup, restore and verify show how far they are, on standard error. */
#ifndef TS_CLI_KEEP_PROGRESS_H
#define TS_CLI_KEEP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

typedef struct ts_keep_view {
    bool terminal, drawn; /* nobody watches: nothing is shown */
    double shown_at;
} ts_keep_view;

void ts_keep_view_init(ts_keep_view *view, bool quiet);
/* total 0: not known. */
void ts_keep_view_show(ts_keep_view *view, uint64_t done, uint64_t total, const char *what);
/* The event "progress" of such a call. */
void ts_keep_view_event(ts_keep_view *view, const json_t *data);
void ts_keep_view_clear(ts_keep_view *view);

#endif
