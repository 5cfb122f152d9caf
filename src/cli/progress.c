/* cli: the progress bar, and its plain form where nobody watches a terminal. */
#include "cli/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PLAIN_EVERY_S 10.0
#define BAR_EVERY_S 0.2
#define RATE_WINDOW_S 2.0

void ts_progress_init(ts_progress_view *view, bool quiet)
{
    const char *term = getenv("TERM");
    *view = (ts_progress_view){.quiet = quiet};
    view->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

static unsigned terminal_columns(void)
{
    struct winsize size = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

/* "1:05:09" or "0:42". */
static void put_duration(char *out, size_t size, double seconds)
{
    unsigned long s = seconds < 359999 ? (unsigned long)(seconds + 0.5) : 359999;
    if (s >= 3600) (void)snprintf(out, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else (void)snprintf(out, size, "%lu:%02lu", s / 60, s % 60);
}

static size_t put_facts(const ts_tag_progress *p, double rate, char *out, size_t size)
{
    char total[48] = "";
    char rest[48] = "";
    char errors[48] = "";
    if (p->total)
        (void)snprintf(total, sizeof total, "/%llu%s", (unsigned long long)p->total,
                       p->total_known ? "" : "+");
    if (p->total_known && rate > 0 && p->total > p->done) {
        char time[24];
        put_duration(time, sizeof time, (double)(p->total - p->done) / rate);
        (void)snprintf(rest, sizeof rest, "  ETA %s", time);
    }
    if (p->failed)
        (void)snprintf(errors, sizeof errors, "  %llu error%s", (unsigned long long)p->failed,
                       p->failed > 1 ? "s" : "");
    int n = snprintf(out, size, "%llu%s pictures  %.1f/s%s%s%s", (unsigned long long)p->done, total, rate,
                     rest, errors, p->stopping ? "  stopping" : "");
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

/* Eighths of a cell, so that the bar moves smoothly. */
static size_t put_bar(double share, unsigned cells, char *out, size_t size)
{
    static const char *const eighths[] = {" ",      "\u258F", "\u258E", "\u258D",
                                          "\u258C", "\u258B", "\u258A", "\u2589"};
    unsigned filled = (unsigned)(share * cells * 8 + 0.5);
    size_t length = 0;
    for (unsigned i = 0; i < cells; i++) {
        unsigned part = filled >= (i + 1) * 8 ? 8 : filled > i * 8 ? filled - i * 8 : 0;
        const char *cell = part == 8 ? "\u2588" : eighths[part];
        size_t n = strlen(cell);
        if (length + n >= size) break;
        memcpy(out + length, cell, n);
        length += n;
    }
    out[length] = '\0';
    return length;
}

size_t ts_progress_line(const ts_tag_progress *p, double rate, unsigned columns, bool bar, char *out,
                        size_t size)
{
    char facts[256];
    size_t facts_length = put_facts(p, rate, facts, sizeof facts);
    if (facts_length > columns) {
        facts_length = columns;
        facts[columns] = '\0';
    }
    unsigned cells = columns > facts_length + 12 ? columns - (unsigned)facts_length - 10 : 0;
    if (cells > 30) cells = 30;
    if (!bar || !p->total_known || !p->total || cells < 6) {
        int n = snprintf(out, size, "%s", facts);
        return n < 0 ? 0 : (size_t)n;
    }
    double share = (double)p->done / (double)p->total;
    if (share > 1) share = 1;
    char drawn[128];
    (void)put_bar(share, cells, drawn, sizeof drawn);
    int n = snprintf(out, size, "\u2595%s\u258F %3.0f%%  %s", drawn, share * 100, facts);
    return n < 0 ? 0 : (size_t)n;
}

/* A moving rate: what counts for the ETA is how fast it goes now. */
static void update_rate(ts_progress_view *view, const ts_tag_progress *p)
{
    double passed = p->seconds - view->rate_at;
    if (passed < RATE_WINDOW_S) {
        if (view->rate_at <= 0 && p->seconds > 0) view->rate = (double)p->done / p->seconds;
        return;
    }
    double now = (double)(p->done - view->rate_done) / passed;
    view->rate = view->rate_at > 0 ? view->rate * 0.7 + now * 0.3 : now;
    view->rate_at = p->seconds;
    view->rate_done = p->done;
}

void ts_progress_starting(ts_progress_view *view)
{
    if (view->quiet || !view->terminal) return;
    (void)fputs("\rloading the networks (the first time takes longer) ...\033[K", stderr);
    (void)fflush(stderr);
    view->drawn = true;
}

void ts_progress_show(ts_progress_view *view, const ts_tag_progress *p)
{
    if (view->quiet) return;
    update_rate(view, p);
    double every = view->terminal ? BAR_EVERY_S : PLAIN_EVERY_S;
    if (p->seconds - view->shown_at < every) return;
    view->shown_at = p->seconds;
    char line[512];
    unsigned columns = view->terminal ? terminal_columns() - 1 : 200;
    (void)ts_progress_line(p, view->rate, columns, view->terminal, line, sizeof line);
    (void)fprintf(stderr, view->terminal ? "\r%s\033[K" : "%s\n", line);
    (void)fflush(stderr);
    view->drawn = view->terminal;
}

void ts_progress_clear(ts_progress_view *view)
{
    if (!view->drawn) return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    view->drawn = false;
}

void ts_count_watch_begin(ts_count_watch *watch, bool quiet)
{
    watch->started = ts_clock_ms();
    ts_progress_init(&watch->view, quiet);
    ts_progress_starting(&watch->view);
}

void ts_count_watch_show(void *context, size_t done, size_t total)
{
    ts_count_watch *watch = context;
    ts_tag_progress progress = {
        .done = done, .total = total, .total_known = true, .seconds = (ts_clock_ms() - watch->started) / 1e3};
    ts_progress_show(&watch->view, &progress);
}
