/* exchange: records as lines for people, and the text sidecar. What a terminal would obey is never sent to
 * it. */
#include <string.h>

#include "base/utf8.h"
#include "exchange/exchange.h"
#include "exchange/facets.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RED "\033[31m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

/* Control characters, C1 controls included, are shown as '?', torn UTF-8 as U+FFFD. */
static void put_shown(ts_buf *out, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        size_t n = ts_utf8_sequence(text + i, length - i);
        unsigned char byte = (unsigned char)text[i];
        bool control =
            byte < 0x20 || byte == 0x7F || (byte == 0xC2 && n == 2 && (unsigned char)text[i + 1] < 0xA0);
        if (n == 0) (void)ts_buf_puts(out, "\xEF\xBF\xBD");
        else if (control) (void)ts_buf_putc(out, '?');
        else (void)ts_buf_append(out, text + i, n);
        i += n ? n : 1;
    }
}

static void put_style(ts_buf *out, bool colour, const char *style)
{
    if (colour) (void)ts_buf_puts(out, style);
}

static void put_tag(ts_buf *out, const ts_tag *tag, bool colour)
{
    bool sure = tag->state == TS_TAG_ACCEPTED;
    put_style(out, colour, sure ? BOLD : DIM);
    put_shown(out, ts_tag_shown(tag));
    put_style(out, colour, PLAIN);
    (void)ts_buf_printf(out, " %.2f", (double)tag->confidence);
    if (!sure) (void)ts_buf_putc(out, '?');
    if (tag->count > 1) (void)ts_buf_printf(out, " \xC3\x97%u", tag->count);
}

static void put_facet(ts_buf *out, const ts_record *record, const char *facet, bool colour)
{
    put_style(out, colour, CYAN);
    (void)ts_buf_printf(out, "  %-9s", facet);
    put_style(out, colour, PLAIN);
    const char *separator = " ";
    for (size_t i = 0; i < record->tag_count; i++) {
        if (strcmp(record->tags[i].facet, facet) != 0) continue;
        (void)ts_buf_puts(out, separator);
        put_tag(out, &record->tags[i], colour);
        separator = ", ";
    }
    (void)ts_buf_putc(out, '\n');
}

/* In the first language that was asked for. */
static void put_title(ts_buf *out, const ts_record *record, bool colour)
{
    if (record->text_count == 0 || !*record->texts[0].title) return;
    put_style(out, colour, CYAN);
    (void)ts_buf_printf(out, "  %-9s ", "title");
    put_style(out, colour, PLAIN);
    put_shown(out, record->texts[0].title);
    (void)ts_buf_putc(out, '\n');
}

bool ts_text_record(const ts_record *record, bool colour, ts_buf *out)
{
    put_style(out, colour, BOLD);
    put_shown(out, record->path ? record->path : "-");
    put_style(out, colour, PLAIN DIM);
    (void)ts_buf_printf(out, "  %u\xC3\x97%u %s", record->picture.width, record->picture.height,
                        ts_format_name(record->picture.format));
    put_style(out, colour, PLAIN);
    (void)ts_buf_putc(out, '\n');
    put_title(out, record, colour);
    for (size_t i = 0; i < TS_FACET_COUNT; i++)
        if (ts_record_has_facet(record, ts_facet_shown(i))) put_facet(out, record, ts_facet_shown(i), colour);
    if (record->tag_count == 0) (void)ts_buf_puts(out, "  no tags\n");
    for (size_t i = 0; i < record->warning_count; i++) {
        (void)ts_buf_puts(out, "  note      ");
        put_shown(out, record->warnings[i]);
        (void)ts_buf_putc(out, '\n');
    }
    return !out->failed;
}

bool ts_text_error(const char *path, const ts_error *error, bool colour, ts_buf *out)
{
    put_style(out, colour, BOLD);
    put_shown(out, path ? path : "-");
    put_style(out, colour, PLAIN);
    (void)ts_buf_puts(out, "\n  ");
    put_style(out, colour, RED);
    (void)ts_buf_printf(out, "%-9s", "error");
    put_style(out, colour, PLAIN);
    (void)ts_buf_printf(out, " %s: ", ts_code_name(error->code));
    put_shown(out, error->message);
    if (error->hint[0]) {
        (void)ts_buf_puts(out, " (");
        put_shown(out, error->hint);
        (void)ts_buf_putc(out, ')');
    }
    (void)ts_buf_putc(out, '\n');
    return !out->failed;
}

bool ts_text_labels(const ts_record *record, ts_buf *out)
{
    for (size_t i = 0; i < record->tag_count; i++) {
        put_shown(out, ts_tag_shown(&record->tags[i]));
        (void)ts_buf_putc(out, '\n');
    }
    return !out->failed;
}
