/* image: IPTC-IIM records to plain facts, and where Photoshop's blocks hide them. Knows no file formats. */
#include <stdio.h>
#include <string.h>

#include "image/metadata_parts.h"

static size_t be16(const uint8_t *p)
{
    return (size_t)p[0] << 8 | p[1];
}

static size_t be32(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

/* "8BIM", id, a Pascal text padded to even, size, data padded to even. */
ts_metadata_block ts_metadata_find_iim(const uint8_t *bytes, size_t length)
{
    enum { iptc_id = 0x0404 };
    size_t at = 0;
    while (length - at >= 12 && memcmp(bytes + at, "8BIM", 4) == 0) {
        size_t id = be16(bytes + at + 4);
        size_t name = ((size_t)bytes[at + 6] + 2) & ~(size_t)1;
        if (length - at < 6 + name + 4) break;
        size_t size = be32(bytes + at + 6 + name);
        at += 6 + name + 4;
        if (size > length - at) break;
        if (id == iptc_id) return (ts_metadata_block){bytes + at, size};
        size += size & 1;
        at += size < length - at ? size : length - at;
    }
    return (ts_metadata_block){0};
}

typedef struct iptc_date {
    char date[9];  /* CCYYMMDD */
    char time[12]; /* HHMMSS±HHMM */
} iptc_date;

static void copy_small(char *out, size_t size, const uint8_t *bytes, size_t length)
{
    size_t n = length < size - 1 ? length : size - 1;
    memcpy(out, bytes, n);
    out[n] = '\0';
}

static void set_taken(ts_metadata_builder *b, const iptc_date *d)
{
    char text[40];
    if (strspn(d->date, "0123456789") != 8) return;
    int n = snprintf(text, sizeof text, "%.4s-%.2s-%.2s", d->date, d->date + 4, d->date + 6);
    if (strspn(d->time, "0123456789") == 6)
        n +=
            snprintf(text + n, sizeof text - (size_t)n, "T%.2s:%.2s:%.2s", d->time, d->time + 2, d->time + 4);
    if (n > 10 && (d->time[6] == '+' || d->time[6] == '-') && strspn(d->time + 7, "0123456789") == 4)
        n += snprintf(text + n, sizeof text - (size_t)n, "%.3s:%.2s", d->time + 6, d->time + 9);
    ts_metadata_set_taken(b, text, (size_t)n);
}

/* Record 2, the only one that says something about the picture. */
static void take_dataset(ts_metadata_builder *b, unsigned number, const uint8_t *bytes, size_t length,
                         iptc_date *d)
{
    const char *text = (const char *)bytes;
    ts_metadata *out = b->out;
    switch (number) {
    case 5:
        ts_metadata_set(b, &out->title, text, length);
        break;
    case 25:
        ts_metadata_add_keyword(b, text, length);
        break;
    case 55:
        copy_small(d->date, sizeof d->date, bytes, length);
        break;
    case 60:
        copy_small(d->time, sizeof d->time, bytes, length);
        break;
    case 80:
        ts_metadata_set(b, &out->creator, text, length);
        break;
    case 90:
        ts_metadata_set(b, &out->city, text, length);
        break;
    case 92:
        ts_metadata_set(b, &out->sublocation, text, length);
        break;
    case 95:
        ts_metadata_set(b, &out->state, text, length);
        break;
    case 101:
        ts_metadata_set(b, &out->country, text, length);
        break;
    case 105:
        ts_metadata_set(b, &out->title, text, length);
        break;
    case 116:
        ts_metadata_set(b, &out->copyright, text, length);
        break;
    case 120:
        ts_metadata_set_description(b, text, length);
        break;
    default:
        break;
    }
}

/* Texts are UTF-8 or Latin-1; which one each text's own bytes tell better than the character set that record 1
 * declares, as many programs declare wrongly. */
bool ts_metadata_read_iptc(ts_metadata_builder *b, const uint8_t *bytes, size_t length)
{
    enum { iptc_max = 1 << 20, marker = 0x1C, extended = 0x8000 };
    iptc_date date = {{0}, {0}};
    size_t at = 0;
    if (length > iptc_max || length < 5 || bytes[0] != marker) return false;
    while (length - at >= 5 && bytes[at] == marker) {
        size_t size = be16(bytes + at + 3);
        const uint8_t *data = bytes + at + 5;
        if ((size & extended) || size > length - at - 5) break; /* nothing that we read is over 32 KiB */
        if (bytes[at + 1] == 2) take_dataset(b, bytes[at + 2], data, size, &date);
        at += 5 + size;
    }
    set_taken(b, &date);
    return true;
}
