/* image: what people and programs wrote into a picture file or beside it: titles, keywords, places, dates (EXIF, XMP,
 * IPTC, sidecars), as plain texts. Reading only. Must not know concepts or tags.
 *
 * Nothing here trusts the bytes: each block is capped (XMP and IPTC 1 MiB, EXIF as in exif.c), XMP is read by a small
 * strict parser of our own (xmp_xml.c) and not by a general library, because this runs on hostile bytes in our
 * process and reading plain lists needs no more. A damaged block is skipped; the others still count.
 * Threads: any. Memory: everything lives in the caller's arena. */
#ifndef TS_IMAGE_METADATA_H
#define TS_IMAGE_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum {
    TS_METADATA_KEYWORDS_MAX = 1000,
    TS_METADATA_TEXT_MAX = 1024, /* bytes of a keyword or name; description 16 KiB. Longer ones are cut */
    TS_METADATA_FACES_MAX = 200
};

/* A named region (mwg-rs): centre and size as shares of the picture, 0..1, in the file's stored orientation. */
typedef struct ts_face_region {
    const char *name; /* "" where nobody was named */
    double x, y, width, height;
} ts_face_region;

/* Texts are valid UTF-8 without control bytes other than newline and tab (descriptions), trimmed; "" where absent.
 * Where several blocks say the same thing: sidecar, then XMP, then IPTC, then EXIF; keywords are the union in that
 * order, each once. */
typedef struct ts_metadata {
    const char *title, *description, *creator, *copyright, *label;
    const char *city, *state, *country, *sublocation;
    int rating; /* -1 (rejected) .. 5; 0: not rated */
    bool has_rating;
    /* "2024-05-31T18:02:11" and "+02:00" where the zone is known. When the file was written stands in only where no
     * block says when the picture was taken. */
    char taken[32];
    bool has_gps;
    double latitude, longitude;
    unsigned orientation; /* EXIF 1..8; 0 where nobody says */
    const char *const *keywords;
    size_t keyword_count;
    const char *const *keyword_paths; /* hierarchies, "/" between levels, a "/" within a level as " " */
    size_t keyword_path_count;
    const ts_face_region *faces;
    size_t face_count;
    bool has_exif, has_xmp, has_iptc, has_sidecar; /* which blocks were there and readable */
    unsigned damaged;                              /* blocks that were there and not readable */
} ts_metadata;

/* From the whole file (any format that image.h decodes; others give an empty result). sidecar: the text of an .xmp
 * file, or NULL. False only for TS_NO_MEMORY. */
bool ts_metadata_read(const void *bytes, size_t length, const void *sidecar, size_t sidecar_length,
                      ts_arena *arena, ts_metadata *out, ts_error *err);

#endif
