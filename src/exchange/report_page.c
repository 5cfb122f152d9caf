/* exchange: head and foot of the report's pages. The style and the script are files of their own (report.css,
 * report.js), embedded at build time with the hashes by which the page's content policy admits them alone:
 * nothing else on the page, whatever a path or a label says, can run or load anything. */
#include "exchange/report_page.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "exchange/html.h"
#include "exchange/json_out.h"
#include "report_assets.h"

static void put_policy(ts_buf *out)
{
    (void)ts_buf_puts(
        out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
             "style-src '" TS_REPORT_CSS_HASH "'; script-src '" TS_REPORT_JS_HASH "'; base-uri 'none'; "
             "form-action 'none'\">\n");
}

static void put_head(const ts_report_summary *summary, ts_buf *out)
{
    (void)ts_buf_puts(out, TS_REPORT_SIGN "\n<html lang=en>\n<head>\n<meta charset=utf-8>\n");
    put_policy(out);
    (void)ts_buf_puts(
        out, "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=color-scheme content=\"light dark\">\n<meta name=referrer content=no-referrer>\n"
             "<title>");
    ts_html_text(out, summary->title);
    (void)ts_buf_puts(out, " \xE2\x80\x93 Tagsmith report</title>\n<style>");
    (void)ts_buf_append(out, ts_report_css, sizeof ts_report_css);
    (void)ts_buf_puts(out, "</style>\n</head>\n<body>\n");
}

/* 12345 as "12,345". */
static void put_grouped(ts_buf *out, uint64_t value)
{
    char digits[24];
    size_t n = sizeof digits;
    for (unsigned i = 0; value || i == 0; i++, value /= 10) {
        if (i && i % 3 == 0) digits[--n] = ',';
        digits[--n] = (char)('0' + value % 10);
    }
    (void)ts_buf_append(out, digits + n, sizeof digits - n);
}

static void put_duration(ts_buf *out, double seconds)
{
    unsigned long s = (unsigned long)seconds;
    if (seconds < 60) (void)ts_buf_printf(out, "%.1f s", seconds);
    else if (s < 3600) (void)ts_buf_printf(out, "%lu:%02lu min", s / 60, s % 60);
    else (void)ts_buf_printf(out, "%lu:%02lu h", s / 3600, s / 60 % 60);
}

static void put_stats(const ts_report_summary *s, ts_buf *out)
{
    uint64_t all = s->tagged + s->failed;
    (void)ts_buf_puts(out, "<dl class=stats><div><dt>pictures<dd>");
    put_grouped(out, all);
    (void)ts_buf_puts(out, "</div><div><dt>tagged<dd>");
    put_grouped(out, s->tagged);
    (void)ts_buf_printf(out, "</div><div%s><dt>failed<dd>", s->failed ? " class=bad" : "");
    put_grouped(out, s->failed);
    (void)ts_buf_puts(out, "</div>");
    if (s->seconds > 0 && all > 0) {
        (void)ts_buf_puts(out, "<div><dt>pictures a second<dd>");
        ts_put_fixed(out, (double)all / s->seconds, 1);
        (void)ts_buf_puts(out, "</div><div><dt>time<dd>");
        put_duration(out, s->seconds);
        (void)ts_buf_puts(out, "</div>");
    }
    (void)ts_buf_puts(out, "</dl>\n");
}

static void put_common(const ts_report_summary *s, ts_buf *out)
{
    if (!s->label_count) return;
    (void)ts_buf_puts(out, "<div class=common><h2>Most common tags</h2><ul>");
    for (size_t i = 0; i < s->label_count; i++) {
        (void)ts_buf_puts(out, "<li><button type=button data-find=\"");
        ts_html_text(out, s->labels[i].label);
        (void)ts_buf_puts(out, "\">");
        ts_html_text(out, s->labels[i].label);
        (void)ts_buf_puts(out, " <b>");
        put_grouped(out, s->labels[i].count);
        (void)ts_buf_puts(out, "</b></button></li>");
    }
    (void)ts_buf_puts(out, "</ul></div>\n");
}

/* A relative link to another page; percent-encoded, so that no file name can be anything but a file name. */
static void put_link(const char *path, uint64_t page, ts_buf *out)
{
    const char *name = ts_path_base(path);
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    (void)ts_buf_puts(out, "./");
    for (size_t i = 0; i <= strlen(name); i++) {
        if (i == stem && page > 0) (void)ts_buf_printf(out, "-%llu", (unsigned long long)page + 1);
        unsigned char c = (unsigned char)name[i];
        bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._", c);
        if (c && plain) (void)ts_buf_putc(out, (char)c);
        else if (c) (void)ts_buf_printf(out, "%%%02X", c);
    }
}

static void put_page_link(const char *path, uint64_t target, const char *text, const char *relation,
                          ts_buf *out)
{
    (void)ts_buf_puts(out, "<a href=\"");
    put_link(path, target, out);
    (void)ts_buf_printf(out, "\"%s>%s</a>", relation, text);
}

/* First, last and two pages to each side. */
static bool is_listed(uint64_t target, uint64_t page, uint64_t pages)
{
    uint64_t far = target > page ? target - page : page - target;
    return target == 0 || target + 1 == pages || far <= 2;
}

static void put_pages(const char *path, uint64_t page, uint64_t pages, ts_buf *out)
{
    if (pages < 2) return;
    bool gap = false;
    (void)ts_buf_puts(out, "<nav class=pages aria-label=Pages>");
    if (page > 0) put_page_link(path, page - 1, "&lsaquo; previous", " rel=prev", out);
    for (uint64_t i = 0; i < pages; i++) {
        if (!is_listed(i, page, pages)) {
            if (!gap) (void)ts_buf_puts(out, "<span>&hellip;</span>");
            gap = true;
            continue;
        }
        char number[24];
        (void)snprintf(number, sizeof number, "%llu", (unsigned long long)i + 1);
        put_page_link(path, i, number, i == page ? " aria-current=page" : "", out);
        gap = false;
    }
    if (page + 1 < pages) put_page_link(path, page + 1, "next &rsaquo;", " rel=next", out);
    (void)ts_buf_puts(out, "</nav>\n");
}

static void put_tools(uint64_t pages, const ts_report_summary *s, ts_buf *out)
{
    (void)ts_buf_printf(
        out,
        "<div class=tools role=search>\n"
        "<input type=search id=find placeholder=\"Filter%s: dog, beach, .png, red \xE2\x80\xA6\" "
        "aria-label=\"Filter pictures by tag, path or colour\" autocomplete=off spellcheck=false>\n"
        "<label class=least>surer than <output id=level>0</output> %%"
        "<input type=range id=least min=0 max=95 step=5 value=0></label>\n"
        "<label><input type=checkbox id=suggested checked> suggested</label>\n"
        "<label><input type=checkbox id=boxes> boxes</label>\n",
        pages > 1 ? " this page" : "");
    if (s->failed) (void)ts_buf_puts(out, "<label><input type=checkbox id=failed> only failed</label>\n");
    (void)ts_buf_puts(out, "<output id=shown aria-live=polite></output>\n</div>\n");
}

static const char mark_svg[] = "<svg class=mark viewBox=\"0 0 32 32\" aria-hidden=true><path d=\"M4 6a2 2 0 "
                               "0 1 2-2h9.5a2 2 0 0 1 1.4.6l10.5 "
                               "10.5a2 2 0 0 1 0 2.8l-9.5 9.5a2 2 0 0 1-2.8 0L4.6 16.9A2 2 0 0 1 4 "
                               "15.500z\"/><circle cx=10.500 cy=10.500 "
                               "r=2.500 /></svg>";

bool ts_report_page_head(const char *path, uint64_t page, uint64_t pages, const ts_report_summary *s,
                         ts_buf *out)
{
    put_head(s, out);
    (void)ts_buf_printf(out, "<header>\n<div class=brand>%s<span>Tagsmith</span></div>\n<h1>", mark_svg);
    ts_html_text(out, s->title);
    (void)ts_buf_puts(out, "</h1>\n<p class=sub>");
    ts_html_text(out, s->date);
    if (s->interrupted) (void)ts_buf_puts(out, " &middot; stopped before the end");
    if (pages > 1)
        (void)ts_buf_printf(out, " &middot; page %llu of %llu", (unsigned long long)page + 1,
                            (unsigned long long)pages);
    (void)ts_buf_puts(out,
                      "</p>\n<button type=button id=theme aria-label=\"Light or dark\">&#9680;</button>\n");
    put_stats(s, out);
    put_common(s, out);
    (void)ts_buf_puts(out, "</header>\n");
    put_tools(pages, s, out);
    put_pages(path, page, pages, out);
    (void)ts_buf_puts(out, "<main>\n" TS_REPORT_CARDS_BEGIN);
    return !out->failed;
}

bool ts_report_page_tail(const char *path, uint64_t page, uint64_t pages, const ts_report_summary *s,
                         ts_buf *out)
{
    (void)ts_buf_puts(out, TS_REPORT_CARDS_END
                      "\n<p class=nothing hidden>Nothing here matches the filter.</p>\n</main>\n");
    put_pages(path, page, pages, out);
    (void)ts_buf_puts(
        out, "<footer><p>Solid chips are accepted tags, dashed ones are suggestions for a person to judge; "
             "the number is the probability, in percent, that the tag is right. Point at a picture or a "
             "chip to see where.</p><p>");
    ts_html_text(out, s->program);
    (void)ts_buf_puts(out, " &middot; this file loads nothing from anywhere</p></footer>\n<script>");
    (void)ts_buf_append(out, ts_report_js, sizeof ts_report_js);
    (void)ts_buf_puts(out, "</script>\n</body>\n</html>\n");
    return !out->failed;
}
