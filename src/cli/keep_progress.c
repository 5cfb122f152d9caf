/* cli: one line that counts, for work on whole data folders. */
#include "cli/keep_progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"

void ts_keep_view_init(ts_keep_view *view, bool quiet)
{
    *view = (ts_keep_view){.terminal = !quiet && isatty(STDERR_FILENO)};
}

void ts_keep_view_show(ts_keep_view *view, uint64_t done, uint64_t total, const char *what)
{
    enum { every_ms = 200 };
    double now = ts_clock_ms();
    if (!view->terminal || now - view->shown_at < every_ms) return;
    view->shown_at = now;
    view->drawn = true;
    if (total)
        (void)fprintf(stderr, "\r%s  %llu/%llu\033[K", what, (unsigned long long)done,
                      (unsigned long long)total);
    else (void)fprintf(stderr, "\r%s  %llu\033[K", what, (unsigned long long)done);
    (void)fflush(stderr);
}

void ts_keep_view_event(ts_keep_view *view, const json_t *data)
{
    ts_keep_view_show(view, (uint64_t)json_integer_value(json_object_get(data, "done")),
                      (uint64_t)json_integer_value(json_object_get(data, "total")),
                      ts_json_string_or(data, "what", ""));
}

void ts_keep_view_clear(ts_keep_view *view)
{
    if (!view->drawn) return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    view->drawn = false;
}
