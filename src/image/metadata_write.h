/* image: keywords and texts written into a sidecar's XMP or into a picture file, as plain strings: bytes in, bytes out,
 * no file is touched here. Must not know concepts, and not where files are.
 *
 *     ts_metadata_wish wish = {.lists[TS_WISH_KEYWORDS] = {keywords, count}};
 *     ts_metadata_edit edit;
 *     if (ts_metadata_edit_sidecar(old, length, &wish, arena, &edit, &err) && edit.changed) ...edit.bytes...
 *     ts_metadata_edit_free(&edit);
 *
 * Whose keyword is it? What Tagsmith writes it also notes in its own namespace (urn:x-tagsmith:xmp:1#, a list beside
 * each list). So of a list, what others wrote always stays; what we wrote goes when it is no longer wished for; and what
 * we wrote and somebody has taken out since does not come back (unless `again`). A text in a language is ours while it
 * is what we wrote; once a person changed it, it is theirs.
 *
 * What is promised of the bytes: everything but those properties stays as it was, byte for byte, and pixels are never
 * coded anew. The result was read back and compared before it is handed out.
 * Threads: any. Memory: the arena's, but for edit.bytes. */
#ifndef TS_IMAGE_METADATA_WRITE_H
#define TS_IMAGE_METADATA_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

typedef enum ts_wish_list {
    TS_WISH_KEYWORDS = 0, /* dc:subject, and IPTC keywords in JPEG */
    TS_WISH_HIERARCHY,    /* lr:hierarchicalSubject: "plant|tree|oak tree" */
    TS_WISH_TAGS_LIST,    /* digiKam:TagsList: "plant/tree/oak tree" */
    TS_WISH_LIST_COUNT
} ts_wish_list;

typedef enum ts_wish_text {
    TS_WISH_TITLE = 0,   /* dc:title, and IPTC's object name in JPEG */
    TS_WISH_DESCRIPTION, /* dc:description, and IPTC's caption in JPEG */
    TS_WISH_ALT,         /* Iptc4xmpCore:AltTextAccessibility */
    TS_WISH_TEXT_COUNT
} ts_wish_text;

typedef struct ts_language_text {
    const char *language; /* BCP 47, or "x-default" */
    const char *text;     /* valid UTF-8, not "" */
} ts_language_text;

typedef struct ts_metadata_wish {
    struct {
        const char *const *items; /* valid UTF-8, not "", each once */
        size_t count;
    } lists[TS_WISH_LIST_COUNT]; /* complete: what is not in it is not wished for */
    struct {
        const ts_language_text *items;
        size_t count;
    } texts[TS_WISH_TEXT_COUNT]; /* none: left as it is */
    bool again;                  /* what others removed or changed is written again */
} ts_metadata_wish;

typedef struct ts_metadata_change {
    const char *property; /* "dc:subject" */
    const char *language; /* "" of lists */
    const char *text;
    bool removed; /* else added */
} ts_metadata_change;

typedef struct ts_metadata_edit {
    ts_buf bytes; /* the new content; empty when nothing changed */
    bool changed;
    const ts_metadata_change *changes;
    size_t change_count;
    const char *note; /* a sentence about what was left out, or NULL */
} ts_metadata_edit;

void ts_metadata_edit_free(ts_metadata_edit *edit);

/* length 0: a new sidecar. TS_CORRUPT: it is no XMP that can be edited safely. */
bool ts_metadata_edit_sidecar(const void *bytes, size_t length, const ts_metadata_wish *wish, ts_arena *arena,
                              ts_metadata_edit *edit, ts_error *err);

/* JPEG, PNG, WebP and TIFF. TS_UNSUPPORTED, with the reason: this picture cannot, or not surely, be written
 * without harm; a sidecar can. */
bool ts_metadata_edit_picture(const void *bytes, size_t length, const ts_metadata_wish *wish, ts_arena *arena,
                              ts_metadata_edit *edit, ts_error *err);

#endif
