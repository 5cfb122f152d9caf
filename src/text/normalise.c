/* text: characters in the form that the vocabulary knows. Knows no pieces.
 *
 * SentencePiece's "nmt_nfkc" rules are a table from strings to strings, 225,000 rows of it. All but 4,900 say what
 * composing two neighbours says as well, so the file of words brings the rules for single code points and the
 * others are composed here (tests/text/test_oracle.py compares with the table itself). It is not NFC: marks are
 * never put in order, and a letter that came composed takes no further mark. */
#include "text/tokens.h"

#include <string.h>
#include <utf8proc.h>

/* U+2581, what a blank is written as. */
#define BLANK "\xE2\x96\x81"
#define BLANK_BYTES 3
/* No second half of a composed character lies below. */
#define FIRST_MARK 0x300

typedef struct writer {
    const ts_words *words;
    ts_buf *out;
    size_t begin;     /* of this text in `out` */
    uint32_t held;    /* the last code point; 0: none */
    bool closed;      /* it takes no mark */
    bool after_blank; /* leading blanks count as a run */
} writer;

static void put(writer *w)
{
    if (w->held == 0) return;
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)w->held, bytes);
    (void)ts_buf_append(w->out, bytes, (size_t)length);
    w->held = 0;
}

static bool compose(writer *w, uint32_t point)
{
    if (point < FIRST_MARK || w->held == 0 || w->closed) return false;
    utf8proc_int32_t pair[2] = {(utf8proc_int32_t)w->held, (utf8proc_int32_t)point};
    if (utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE) != 1) return false;
    w->held = (uint32_t)pair[0];
    return true;
}

static bool is_composed(uint32_t point)
{
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)point);
    return property->decomp_seqindex != UINT16_MAX && property->decomp_type == 0;
}

static void add(writer *w, uint32_t point, bool closed)
{
    if (compose(w, point)) return;
    put(w);
    w->closed = closed;
    if (point != ' ') {
        if (w->out->length == w->begin) (void)ts_buf_append(w->out, BLANK, BLANK_BYTES);
        w->held = point;
    } else if (!w->after_blank) {
        (void)ts_buf_append(w->out, BLANK, BLANK_BYTES);
    }
    w->after_blank = point == ' ';
}

static void add_normal(writer *w, uint32_t point)
{
    size_t count = 0;
    const uint32_t *points = ts_words_rule(w->words, point, &count);
    if (!points) {
        add(w, point, is_composed(point));
        return;
    }
    if (count == 0) put(w); /* what vanishes still keeps its neighbours apart */
    for (size_t i = 0; i < count; i++) add(w, points[i], false);
}

static bool add_text(writer *w, const char *text, size_t length, ts_error *err)
{
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t point = -1;
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &point);
        if (n < 1) return ts_fail(err, TS_USAGE, "the text is not UTF-8 at byte %zu", i + 1);
        add_normal(w, (uint32_t)point);
        i += (size_t)n;
    }
    return true;
}

bool ts_text_normalise(const ts_words *words, const char *prefix, const char *text, size_t length,
                       ts_buf *out, ts_error *err)
{
    writer w = {.words = words, .out = out, .begin = out->length, .after_blank = true};
    if (!add_text(&w, prefix, strlen(prefix), err) || !add_text(&w, text, length, err)) return false;
    put(&w);
    if (out->failed) return ts_fail_memory(err);
    if (w.after_blank && out->length > w.begin) {
        out->length -= BLANK_BYTES;
        out->data[out->length] = '\0';
    }
    return true;
}
