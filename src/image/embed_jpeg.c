/* image: XMP and IPTC exchanged in a JPEG; every other segment and the scans are copied. Knows no XML. */
#include <string.h>

#include "image/embed.h"

enum {
    SOI_SIZE = 2,
    APP0 = 0xE0,
    APP1 = 0xE1,
    APP2 = 0xE2,
    APP13 = 0xED,
    SOS = 0xDA,
    PAYLOAD_MAX = 65533,
    IPTC_ID = 0x0404,
    DIGEST_ID = 0x0425 /* of the IPTC that goes: readers would believe that another program had changed it */
};

static const char xmp_head[] = "http://ns.adobe.com/xap/1.0/";
static const char extended_head[] = "http://ns.adobe.com/xmp/extension/";
static const char photoshop_head[] = "Photoshop 3.0";

typedef struct segment {
    const uint8_t *begin, *data, *end; /* data: behind the length */
    unsigned marker;
} segment;

typedef struct layout {
    segment xmp, photoshop;
    size_t xmps, photoshops;
    bool extended, several_pictures;
    size_t place; /* of new segments: behind JFIF's and EXIF's */
    bool complete;
} layout;

static size_t be16(const uint8_t *p)
{
    return (size_t)p[0] << 8 | p[1];
}

static bool begins(const segment *s, const char *head, size_t size)
{
    return (size_t)(s->end - s->data) >= size && memcmp(s->data, head, size) == 0;
}

/* The segment at `at`; false at the first scan, and where the file is not what it should be. */
static bool read_segment(const uint8_t *bytes, size_t length, size_t at, segment *out)
{
    size_t first = at;
    while (length - at >= 4 && bytes[at] == 0xFF && bytes[at + 1] == 0xFF) at++; /* fill bytes */
    if (length - at < 4 || bytes[at] != 0xFF || bytes[at + 1] == SOS) return false;
    size_t size = be16(bytes + at + 2);
    if (bytes[at + 1] < 0xC0 || size < 2 || size > length - at - 2) return false;
    *out = (segment){bytes + first, bytes + at + 4, bytes + at + 2 + size, bytes[at + 1]};
    return true;
}

static void look_at(const segment *s, const uint8_t *bytes, layout *out)
{
    bool exif = s->marker == APP1 && begins(s, "Exif", 5);
    if (s->marker == APP1 && begins(s, xmp_head, sizeof xmp_head)) {
        if (out->xmps++ == 0) out->xmp = *s;
    } else if (s->marker == APP13 && begins(s, photoshop_head, sizeof photoshop_head)) {
        if (out->photoshops++ == 0) out->photoshop = *s;
    }
    if (s->marker == APP1 && begins(s, extended_head, sizeof extended_head)) out->extended = true;
    if (s->marker == APP2 && begins(s, "MPF", 4)) out->several_pictures = true;
    if ((s->marker == APP0 && (size_t)(s->begin - bytes) == out->place) || exif)
        out->place = (size_t)(s->end - bytes);
}

static void walk(const uint8_t *bytes, size_t length, layout *out)
{
    size_t at = SOI_SIZE;
    segment s;
    *out = (layout){.place = SOI_SIZE};
    while (read_segment(bytes, length, at, &s)) {
        look_at(&s, bytes, out);
        at = (size_t)(s.end - bytes);
    }
    out->complete = length - at >= 4 && bytes[at] == 0xFF && bytes[at + 1] == SOS;
}

/* ---- Photoshop's resources ------------------------------------------------------------------------- */

/* The length of the resource at `at`, without padding; 0: not what it should be. */
static size_t resource_size(const uint8_t *at, size_t left)
{
    if (left < 12 || memcmp(at, "8BIM", 4) != 0) return 0;
    size_t name = ((size_t)at[6] + 2) & ~(size_t)1;
    if (left < 6 + name + 4) return 0;
    const uint8_t *p = at + 6 + name;
    size_t size = be16(p) << 16 | be16(p + 2);
    return size > left - 6 - name - 4 ? 0 : 6 + name + 4 + size;
}

/* Everything but IPTC and its digest; false: damaged. */
static bool put_other_resources(const segment *s, ts_buf *out)
{
    const uint8_t *at = s->data + sizeof photoshop_head;
    while (at < s->end) {
        size_t left = (size_t)(s->end - at), size = resource_size(at, left);
        if (size == 0) return false;
        size_t padded = size + (size & 1) <= left ? size + (size & 1) : size;
        size_t id = be16(at + 4);
        if (id != IPTC_ID && id != DIGEST_ID) {
            (void)ts_buf_append(out, at, size);
            if (size & 1) (void)ts_buf_putc(out, 0);
        }
        at += padded;
    }
    return !out->failed;
}

bool ts_embed_jpeg_iptc(const uint8_t *bytes, size_t length, ts_metadata_block *iim)
{
    layout l;
    ts_buf others = {0};
    *iim = (ts_metadata_block){0};
    walk(bytes, length, &l);
    if (!l.complete || l.photoshops > 1) return false;
    if (l.photoshops == 0) return true;
    *iim = ts_metadata_find_iim(l.photoshop.data + sizeof photoshop_head,
                                (size_t)(l.photoshop.end - l.photoshop.data) - sizeof photoshop_head);
    bool sound = put_other_resources(&l.photoshop, &others);
    ts_buf_free(&others);
    return sound;
}

static void put_resource(const ts_embed_blocks *blocks, ts_buf *out)
{
    size_t n = blocks->iptc_length;
    const uint8_t head[12] = {'8',
                              'B',
                              'I',
                              'M',
                              IPTC_ID >> 8,
                              IPTC_ID & 255,
                              0,
                              0,
                              (uint8_t)(n >> 24),
                              (uint8_t)(n >> 16),
                              (uint8_t)(n >> 8),
                              (uint8_t)n};
    if (n == 0) return;
    (void)ts_buf_append(out, head, sizeof head);
    (void)ts_buf_append(out, blocks->iptc, n);
    if (n & 1) (void)ts_buf_putc(out, 0);
}

/* ---- writing --------------------------------------------------------------------------------------- */

static void put_segment(ts_buf *out, uint8_t marker, const char *head, size_t head_size, const void *data,
                        size_t size)
{
    size_t all = head_size + size + 2;
    const uint8_t start[4] = {0xFF, marker, (uint8_t)(all >> 8), (uint8_t)all};
    (void)ts_buf_append(out, start, sizeof start);
    (void)ts_buf_append(out, head, head_size);
    (void)ts_buf_append(out, data, size);
}

static void put_xmp(const ts_embed_blocks *blocks, ts_buf *out)
{
    if (blocks->xmp_length)
        put_segment(out, APP1, xmp_head, sizeof xmp_head, blocks->xmp, blocks->xmp_length);
}

/* What a segment becomes; false: what it would become is too long. */
static bool put_photoshop(const segment *old, const ts_embed_blocks *blocks, ts_buf *out)
{
    ts_buf resources = {0};
    if (old) (void)put_other_resources(old, &resources);
    put_resource(blocks, &resources);
    bool fits = resources.length + sizeof photoshop_head <= PAYLOAD_MAX;
    if (fits && resources.length)
        put_segment(out, APP13, photoshop_head, sizeof photoshop_head, resources.data, resources.length);
    ts_buf_free(&resources);
    return fits;
}

static bool check(const layout *l, const ts_embed_blocks *blocks, ts_error *err)
{
    if (!l->complete) return ts_embed_refuse(err, "its segments are damaged");
    if (l->extended) return ts_embed_refuse(err, "it has extended XMP");
    if (l->several_pictures) return ts_embed_refuse(err, "it holds several pictures (MPF)");
    if (l->xmps > 1) return ts_embed_refuse(err, "it has several XMP blocks");
    if (blocks->xmp_length + sizeof xmp_head > PAYLOAD_MAX)
        return ts_embed_refuse(err, "its XMP would be larger than a JPEG can hold");
    return true;
}

bool ts_embed_jpeg(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                   ts_error *err)
{
    layout l;
    segment s;
    walk(bytes, length, &l);
    if (!check(&l, blocks, err)) return false;
    size_t at = SOI_SIZE;
    bool fits = true;
    (void)ts_buf_reserve(out, length + blocks->xmp_length + blocks->iptc_length + 256);
    (void)ts_buf_append(out, bytes, SOI_SIZE);
    for (bool more = true; more;) {
        if (at == l.place && !l.xmps) put_xmp(blocks, out);
        if (at == l.place && !l.photoshops && blocks->with_iptc)
            fits = put_photoshop(NULL, blocks, out) && fits;
        more = read_segment(bytes, length, at, &s);
        if (!more) break;
        if (l.xmps && s.begin == l.xmp.begin) put_xmp(blocks, out);
        else if (l.photoshops && s.begin == l.photoshop.begin && blocks->with_iptc)
            fits = put_photoshop(&s, blocks, out) && fits;
        else (void)ts_buf_append(out, s.begin, (size_t)(s.end - s.begin));
        at = (size_t)(s.end - bytes);
    }
    (void)ts_buf_append(out, bytes + at, length - at);
    if (!fits) return ts_embed_refuse(err, "its IPTC would be larger than a JPEG can hold");
    return !out->failed || ts_fail_memory(err);
}
