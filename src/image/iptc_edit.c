/* image: IPTC-IIM brought in line with XMP: older programs read nothing else. Knows no file formats.
 *
 * A dataset is 1C, record, number, two bytes of length, bytes. Texts are UTF-8 where 1:90 says so; records that say
 * nothing and hold other bytes than ASCII are somebody's Latin-1 or something, and are left alone. */
#include "image/iptc_edit.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum {
    MARKER = 0x1C,
    HEAD = 5,
    CHARSET = 90,
    TITLE = 5,
    KEYWORD = 25,
    CAPTION = 120,
    KEYWORD_MAX = 64, /* bytes, by the standard */
    TITLE_MAX = 64,
    CAPTION_MAX = 2000
};

static const char utf8_mark[] = "\x1B%G";

typedef struct dataset {
    unsigned record, number;
    const char *text;
    size_t length;
    size_t whole; /* with its head */
} dataset;

static bool read_dataset(ts_metadata_block old, size_t at, dataset *out)
{
    const uint8_t *p = old.bytes + at;
    size_t left = old.length - at;
    if (left < HEAD || p[0] != MARKER) return false;
    size_t length = (size_t)p[3] << 8 | p[4];
    if ((length & 0x8000) || length > left - HEAD) return false;
    *out = (dataset){p[1], p[2], (const char *)p + HEAD, length, HEAD + length};
    return true;
}

/* ---- may it be edited? ------------------------------------------------------------------------------ */

static bool is_ascii(const dataset *d)
{
    for (size_t i = 0; i < d->length; i++)
        if ((unsigned char)d->text[i] >= 0x80) return false;
    return true;
}

typedef struct survey {
    bool declared, other_charset, foreign, sound;
} survey;

static survey look_at(ts_metadata_block old)
{
    survey s = {.sound = true};
    dataset d;
    size_t at = 0;
    for (; old.bytes && at < old.length && read_dataset(old, at, &d); at += d.whole) {
        bool charset = d.record == 1 && d.number == CHARSET;
        bool utf8 = charset && d.length == sizeof utf8_mark - 1 && memcmp(d.text, utf8_mark, d.length) == 0;
        s.declared = s.declared || utf8;
        s.other_charset = s.other_charset || (charset && !utf8);
        s.foreign = s.foreign || (d.record == 2 && !is_ascii(&d) && !ts_utf8_valid(d.text, d.length));
    }
    for (; old.bytes && at < old.length; at++) s.sound = s.sound && old.bytes[at] == 0; /* padding */
    return s;
}

/* ---- what changes ----------------------------------------------------------------------------------- */

/* At most `max` bytes, no character cut in half. */
static size_t cut(const char *text, size_t max)
{
    size_t length = strlen(text);
    if (length <= max) return length;
    while (max > 0 && ((unsigned char)text[max] & 0xC0) == 0x80) max--;
    return max;
}

static bool is_text(const dataset *d, const char *text, size_t max)
{
    size_t length = cut(text, max);
    return d->length == length && memcmp(d->text, text, length) == 0;
}

static bool has_text(const ts_xmp_items *items, const dataset *d)
{
    for (size_t i = 0; i < items->count; i++)
        if (is_text(d, items->items[i].text, KEYWORD_MAX)) return true;
    return false;
}

static bool holds(ts_metadata_block old, unsigned number, const char *text, size_t max)
{
    dataset d;
    for (size_t at = 0; old.bytes && at < old.length && read_dataset(old, at, &d); at += d.whole)
        if (d.record == 2 && d.number == number &&
            (!text || (d.length == cut(text, max) && strncasecmp(d.text, text, d.length) == 0)))
            return true;
    return false;
}

typedef struct editor {
    ts_metadata_block old;
    ts_plan *plan;
    const ts_metadata_wish *wish;
    ts_buf *out;
    bool changed;
} editor;

static void put_dataset(ts_buf *out, unsigned record, unsigned number, const void *bytes, size_t length)
{
    const uint8_t head[HEAD] = {MARKER, (uint8_t)record, (uint8_t)number, (uint8_t)(length >> 8),
                                (uint8_t)length};
    (void)ts_buf_append(out, head, HEAD);
    (void)ts_buf_append(out, bytes, length);
}

static void note(editor *e, const char *property, const char *text, size_t length, bool removed)
{
    const char *copy = ts_arena_strndup(e->plan->arena, text, length);
    if (!copy || !ts_plan_note(e->plan, property, "", copy, removed)) e->out->failed = true;
    e->changed = true;
}

static const struct {
    unsigned number;
    size_t max;
    ts_wish_text text;
    const char *property;
} mirrored[] = {
    {TITLE, TITLE_MAX, TS_WISH_TITLE, "IPTC:ObjectName"},
    {CAPTION, CAPTION_MAX, TS_WISH_DESCRIPTION, "IPTC:Caption-Abstract"},
};

/* A title or caption that is what we wrote follows; any other is a person's. False: it is none of these. */
static bool follow_text(editor *e, const dataset *d)
{
    for (size_t i = 0; i < 2; i++) {
        if (mirrored[i].number != d->number || e->wish->texts[mirrored[i].text].count == 0) continue;
        const char *before = e->plan->default_before[mirrored[i].text];
        const char *after = e->plan->default_after[mirrored[i].text];
        if (!before || !is_text(d, before, mirrored[i].max)) return false;
        if (after && is_text(d, after, mirrored[i].max)) return false;
        note(e, mirrored[i].property, d->text, d->length, true);
        if (!after) return true;
        size_t length = cut(after, mirrored[i].max);
        put_dataset(e->out, 2, d->number, after, length);
        note(e, mirrored[i].property, after, length, false);
        return true;
    }
    return false;
}

static void follow(editor *e, const dataset *d)
{
    bool keyword = d->record == 2 && d->number == KEYWORD;
    bool ours = keyword && has_text(&e->plan->written[TS_WISH_KEYWORDS], d);
    if (ours && !has_text(&e->plan->after[TS_WISH_KEYWORDS], d)) {
        note(e, "IPTC:Keywords", d->text, d->length, true);
        return;
    }
    if (d->record == 2 && follow_text(e, d)) return;
    put_dataset(e->out, d->record, d->number, d->text, d->length);
}

/* What XMP will hold because it was wished for, and IPTC does not. */
static void add_missing(editor *e)
{
    const ts_metadata_wish *wish = e->wish;
    for (size_t i = 0; i < wish->lists[TS_WISH_KEYWORDS].count; i++) {
        const char *text = wish->lists[TS_WISH_KEYWORDS].items[i];
        size_t length = cut(text, KEYWORD_MAX);
        if (!ts_plan_has(&e->plan->after[TS_WISH_KEYWORDS], text) ||
            holds(e->old, KEYWORD, text, KEYWORD_MAX))
            continue;
        put_dataset(e->out, 2, KEYWORD, text, length);
        note(e, "IPTC:Keywords", text, length, false);
    }
    for (size_t i = 0; i < 2; i++) {
        const char *text = e->plan->default_after[mirrored[i].text];
        if (!text || !wish->texts[mirrored[i].text].count || holds(e->old, mirrored[i].number, NULL, 0))
            continue;
        size_t length = cut(text, mirrored[i].max);
        put_dataset(e->out, 2, mirrored[i].number, text, length);
        note(e, mirrored[i].property, text, length, false);
    }
}

static void put_charset(editor *e, bool *done)
{
    if (!*done) put_dataset(e->out, 1, CHARSET, utf8_mark, sizeof utf8_mark - 1);
    *done = true;
}

static void rebuild(editor *e, bool declared)
{
    dataset d;
    bool added = false;
    if (!e->old.bytes) {
        put_charset(e, &declared);
        put_dataset(e->out, 2, 0, "\0\4", 2); /* the version of the standard */
    }
    for (size_t at = 0; e->old.bytes && at < e->old.length && read_dataset(e->old, at, &d); at += d.whole) {
        if (d.record > 1 || d.number > CHARSET) put_charset(e, &declared);
        if (d.record > 2 && !added) add_missing(e);
        added = added || d.record > 2;
        follow(e, &d);
    }
    put_charset(e, &declared);
    if (!added) add_missing(e);
}

/* Whether anything is said: a character set and a version alone are what is left of records that we once made. */
static bool says_anything(const ts_buf *records)
{
    const ts_metadata_block all = {(const uint8_t *)records->data, records->length};
    dataset d;
    for (size_t at = 0; at < all.length && read_dataset(all, at, &d); at += d.whole)
        if (d.record > 2 || (d.record == 2 && d.number != 0) || (d.record == 1 && d.number != CHARSET))
            return true;
    return false;
}

bool ts_iptc_edit(ts_metadata_block old, ts_plan *plan, const ts_metadata_wish *wish, ts_buf *out,
                  bool *changed, const char **left_out, ts_error *err)
{
    editor e = {old, plan, wish, out, false};
    survey s = look_at(old);
    *changed = false;
    if (!s.sound || s.other_charset || (s.foreign && !s.declared)) {
        *left_out = s.sound ? "its IPTC is in a character set that cannot be told, and was left as it is"
                            : "its IPTC is damaged, and was left as it is";
        return true;
    }
    rebuild(&e, s.declared);
    *changed = e.changed;
    if (out->failed) return ts_fail_memory(err);
    if (!e.changed || !says_anything(out)) ts_buf_clear(out);
    return true;
}
