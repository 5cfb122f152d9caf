/* Private to the image room: the XML that XMP needs, and no more. Well-formed UTF-8, namespaces, the five named entities
 * and character references. Refused: document types and so all other entities (no billion laughs), more than 1 MiB, 32
 * levels, 20,000 elements or 64 namespaces in force. Text is kept of elements without children only: in RDF that is all
 * the text there is. */
#ifndef TS_IMAGE_XMP_XML_H
#define TS_IMAGE_XMP_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The namespaces that metadata is read from. */
typedef enum ts_xml_space {
    TS_XML_NONE = 0,
    TS_XML_OTHER,
    TS_XML_XML,
    TS_XML_RDF,
    TS_XML_DC,
    TS_XML_XMP,
    TS_XML_PHOTOSHOP,
    TS_XML_LIGHTROOM,
    TS_XML_DIGIKAM,
    TS_XML_MICROSOFT,
    TS_XML_EXIF,
    TS_XML_TIFF,
    TS_XML_IPTC_CORE,
    TS_XML_MWG_REGIONS,
    TS_XML_AREA,
    TS_XML_TAGSMITH
} ts_xml_space;

typedef struct ts_xml_attribute {
    ts_xml_space space; /* NONE without a prefix */
    const char *name, *value;
    const char *begin, *end; /* in the text, with the blanks before it */
    struct ts_xml_attribute *next;
} ts_xml_attribute;

typedef struct ts_xml_node {
    ts_xml_space space;
    const char *name;
    const char *text; /* "" where there are children */
    ts_xml_attribute *attributes;
    ts_xml_attribute *declarations; /* namespaces: name is the prefix, value the URI */
    /* In the text: '<', behind the start tag, '<' of the end tag, behind it. An empty tag has all but the first behind
     * it, and tag is its name as written. */
    const char *begin, *content, *close, *end;
    const char *tag;
    struct ts_xml_node *children, *next;
} ts_xml_node;

/* The root element, in the arena; NULL when the text is refused. What follows the root (padding) is not looked at. */
ts_xml_node *ts_xml_parse(const char *text, size_t length, ts_arena *arena);

bool ts_xml_is(const ts_xml_node *node, ts_xml_space space, const char *name);
/* The URI of a namespace that metadata is read from; "" for the others. */
const char *ts_xml_uri(ts_xml_space space);
/* The first child or attribute of that name; NULL: none. node may be NULL. */
const ts_xml_node *ts_xml_child(const ts_xml_node *node, ts_xml_space space, const char *name);
const char *ts_xml_value(const ts_xml_node *node, ts_xml_space space, const char *name);

#endif
