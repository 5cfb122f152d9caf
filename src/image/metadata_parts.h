/* Private to the image room: the parts of reading metadata. Blocks are found (metadata_blocks.c), each kind is read by
 * its file (metadata_xmp.c over xmp_xml.c, metadata_iptc.c, metadata_exif.c) into one builder, strongest first: what is
 * set already stays, keywords add up. All bytes are hostile; every reader is bounded and answers false for a damaged
 * block. A failed allocation shows in ts_arena_failed. */
#ifndef TS_IMAGE_METADATA_PARTS_H
#define TS_IMAGE_METADATA_PARTS_H

#include "image/image.h"
#include "image/metadata.h"

typedef struct ts_metadata_builder {
    ts_arena *arena;
    ts_metadata *out;
    const char **keywords; /* out->keywords, while they grow */
    const char **paths;
    ts_face_region *faces;
    char written[32]; /* when the file was written: for want of a date when the picture was taken */
    /* What Tagsmith itself wrote into this block or one before it (metadata_write.h): nobody's word, so not read. */
    const char **ours;
    size_t our_count;
} ts_metadata_builder;

/* ---- adding ---------------------------------------------------------------------------------------- */

/* A text as the rest may have it: valid UTF-8 (what is not is taken for Latin-1), without control bytes, trimmed, at
 * most `max` bytes; newlines stay only where `lines`. NULL when nothing is left. */
const char *ts_metadata_clean(ts_arena *arena, const char *text, size_t length, size_t max, bool lines);

/* Sets the text unless it is set. */
void ts_metadata_set(ts_metadata_builder *b, const char **field, const char *text, size_t length);
void ts_metadata_set_description(ts_metadata_builder *b, const char *text, size_t length);
void ts_metadata_set_rating(ts_metadata_builder *b, int rating);
void ts_metadata_set_gps(ts_metadata_builder *b, double latitude, double longitude);
/* "2024-05-31T18:02:11[.123][+02:00|Z]", "2024:05:31 18:02:11" or a date alone; anything else is ignored. */
void ts_metadata_set_taken(ts_metadata_builder *b, const char *text, size_t length);
void ts_metadata_set_written(ts_metadata_builder *b, const char *text, size_t length);
/* From now on such a keyword, path (with its own divider) or text is passed over. */
void ts_metadata_add_ours(ts_metadata_builder *b, const char *text);
void ts_metadata_add_keyword(ts_metadata_builder *b, const char *text, size_t length);
/* Levels are divided by `divider`; a path of one level is a keyword. */
void ts_metadata_add_path(ts_metadata_builder *b, const char *text, size_t length, char divider);

/* ---- blocks ---------------------------------------------------------------------------------------- */

typedef struct ts_metadata_block {
    const uint8_t *bytes; /* NULL: none */
    size_t length;
} ts_metadata_block;

/* Into the file's bytes; the XMP of a PNG may be unpacked nowhere and must be stored plain. */
typedef struct ts_metadata_blocks {
    ts_metadata_block xmp;
    ts_metadata_block iptc; /* IIM records */
    ts_metadata_block exif; /* from its TIFF header on */
} ts_metadata_blocks;

void ts_metadata_find_blocks(const uint8_t *bytes, size_t length, ts_metadata_blocks *out);
/* IIM records within Photoshop's image resources ("8BIM"). */
ts_metadata_block ts_metadata_find_iim(const uint8_t *bytes, size_t length);
/* ISO base media files (HEIC, AVIF): metadata_heif.c. */
void ts_metadata_find_heif(const uint8_t *bytes, size_t length, ts_metadata_blocks *out);

/* ---- readers --------------------------------------------------------------------------------------- */

bool ts_metadata_read_xmp(ts_metadata_builder *b, const char *text, size_t length);
bool ts_metadata_read_iptc(ts_metadata_builder *b, const uint8_t *bytes, size_t length);
bool ts_metadata_read_exif(ts_metadata_builder *b, const uint8_t *bytes, size_t length);
/* XMP and IPTC that a TIFF's first directory carries. */
void ts_metadata_find_in_tiff(const uint8_t *bytes, size_t length, ts_metadata_blocks *out);

#endif
