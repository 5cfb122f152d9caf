/* Private to the image room: putting metadata blocks into files without touching anything else in them.
 *
 * Each format's file walks the file's own units (segments, chunks, directory entries), copies them as they are, and
 * exchanges only the ones named here. Whatever it is not sure of it refuses with TS_UNSUPPORTED and the reason,
 * before a byte is made: the caller writes a sidecar instead. All bytes are hostile. */
#ifndef TS_IMAGE_EMBED_H
#define TS_IMAGE_EMBED_H

#include "base/buf.h"
#include "image/metadata_parts.h"

typedef struct ts_embed_blocks {
    const char *xmp; /* length 0: taken out */
    size_t xmp_length;
    bool with_iptc;      /* else IPTC stays as it is */
    const uint8_t *iptc; /* IIM records; length 0: taken out */
    size_t iptc_length;
} ts_embed_blocks;

bool ts_embed_jpeg(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                   ts_error *err);
bool ts_embed_png(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                  ts_error *err);
bool ts_embed_webp(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                   ts_error *err);
bool ts_embed_tiff(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                   ts_error *err);

/* Whether the IPTC of a JPEG can be exchanged, and the records that it has. */
bool ts_embed_jpeg_iptc(const uint8_t *bytes, size_t length, ts_metadata_block *iim);

/* The one for the file's format; TS_UNSUPPORTED for all others. */
bool ts_embed(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out, ts_error *err);

/* Whether two files are the same but for XMP and IPTC: a check on the above. */
bool ts_embed_same_rest(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length, ts_error *err);

bool ts_embed_refuse(ts_error *err, const char *why);

#endif
