/* Private to the image room: changing single properties of an XMP text and leaving every other byte of it as it is.
 *
 * Why not parse and serialise: a general toolkit writes down its own idea of the whole (docs/decisions/0008). Here the
 * strict parser of xmp_xml.h says where things stand, and an edit is a list of places and what comes there instead, so
 * whatever others wrote, comments and white space included, stays. Threads: any. Memory: the arena's. */
#ifndef TS_IMAGE_XMP_EDIT_H
#define TS_IMAGE_XMP_EDIT_H

#include "base/buf.h"
#include "base/error.h"
#include "image/xmp_xml.h"

typedef enum ts_xmp_kind { TS_XMP_BAG = 0, TS_XMP_SEQ, TS_XMP_ALT } ts_xmp_kind;

/* A property that may be edited: its list kind where it is made anew, the prefix that people expect. */
typedef struct ts_xmp_name {
    ts_xml_space space;
    const char *prefix, *name;
    ts_xmp_kind kind;
} ts_xmp_name;

typedef struct ts_xmp_item {
    const char *language; /* "" where none is said */
    const char *text;
    const ts_xml_node *node; /* where it stands; NULL: not in the text, or not as an item of a list */
} ts_xmp_item;

typedef struct ts_xmp_items {
    ts_xmp_item *items;
    size_t count;
} ts_xmp_items;

typedef struct ts_xmp_patch {
    const char *begin, *end; /* what goes */
    const char *text;        /* what comes */
    struct ts_xmp_patch *next;
} ts_xmp_patch;

typedef struct ts_xmp_doc {
    ts_arena *arena;
    const char *text; /* UTF-8, whatever it was */
    size_t length;
    const ts_xml_node *root, *rdf, *description; /* description: the first; NULL: none */
    ts_xmp_patch *patches;
    ts_buf fresh; /* properties that are new, to go into the first description */
} ts_xmp_doc;

/* Text NULL or empty: a new sidecar or packet. It must outlive the document. UTF-16 with a byte order mark is turned
 * into UTF-8. TS_CORRUPT: not the XML that XMP allows, or over the limits of xmp_xml.h. */
bool ts_xmp_open(ts_xmp_doc *doc, const char *text, size_t length, ts_arena *arena, ts_error *err);
void ts_xmp_close(ts_xmp_doc *doc);

/* All items of the property, from every place where it stands. A plain value is one item. TS_CORRUPT: it stands there
 * in a form that cannot be a list of texts. */
bool ts_xmp_items_of(const ts_xmp_doc *doc, const ts_xmp_name *name, ts_xmp_items *out, ts_error *err);

/* The items that the property shall have: those of ts_xmp_items_of, left out or with another text, and new ones
 * without a node. */
bool ts_xmp_put(ts_xmp_doc *doc, const ts_xmp_name *name, const ts_xmp_items *wanted, ts_error *err);

/* The text with all that was put. */
bool ts_xmp_finish(ts_xmp_doc *doc, ts_buf *out, ts_error *err);

/* Whether two texts say the same but for those properties. */
bool ts_xmp_same_rest(const ts_xmp_doc *a, const ts_xmp_doc *b, const ts_xmp_name *names, size_t count);

#endif
