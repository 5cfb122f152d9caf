/* image: XMP to plain facts. RDF may say one thing in several ways (attribute, element, list, nested description);
 * this reads those that programs write. Knows no bytes of files. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/metadata_parts.h"
#include "image/xmp_xml.h"

/* ---- RDF ------------------------------------------------------------------------------------------- */

/* The struct that a property holds: its own children (parseType="Resource"), or a nested description's. */
static const ts_xml_node *inner(const ts_xml_node *node)
{
    const ts_xml_node *description = ts_xml_child(node, TS_XML_RDF, "Description");
    return description ? description : node;
}

static const char *property_text(const ts_xml_node *node, ts_xml_space space, const char *name)
{
    const char *value = ts_xml_value(node, space, name);
    if (value) return value;
    const ts_xml_node *child = ts_xml_child(node, space, name);
    if (!child) return NULL;
    const char *resource = ts_xml_value(child, TS_XML_RDF, "value");
    return child->text[0] ? child->text : resource;
}

/* The items of a Bag, Seq or Alt; NULL when the property is no list. */
static const ts_xml_node *items(const ts_xml_node *property)
{
    static const char *const lists[] = {"Bag", "Seq", "Alt"};
    for (size_t i = 0; i < 3; i++) {
        const ts_xml_node *list = ts_xml_child(property, TS_XML_RDF, lists[i]);
        if (list) return list->children;
    }
    return NULL;
}

static bool is_item(const ts_xml_node *node)
{
    return ts_xml_is(node, TS_XML_RDF, "li");
}

/* Of a text in several languages the default one, else the first; of a plain property its text. */
static const char *localized(const ts_xml_node *description, ts_xml_space space, const char *name)
{
    const ts_xml_node *property = ts_xml_child(description, space, name);
    const ts_xml_node *first = items(property);
    const char *found = NULL;
    for (const ts_xml_node *item = first; item; item = item->next) {
        if (!is_item(item)) continue;
        const char *language = ts_xml_value(item, TS_XML_XML, "lang");
        if (language && strcmp(language, "x-default") == 0) return item->text;
        if (!found) found = item->text;
    }
    return found ? found : property_text(description, space, name);
}

/* ---- texts ----------------------------------------------------------------------------------------- */

static void set_text(ts_metadata_builder *b, const char **field, const char *text)
{
    if (text) ts_metadata_set(b, field, text, strlen(text));
}

static void read_creators(ts_metadata_builder *b, const ts_xml_node *description)
{
    char all[TS_METADATA_TEXT_MAX + 1];
    size_t used = 0;
    const ts_xml_node *item = items(ts_xml_child(description, TS_XML_DC, "creator"));
    for (; item; item = item->next) {
        size_t length = strlen(item->text), gap = used ? 2 : 0;
        if (!is_item(item) || length == 0 || used + gap + length > TS_METADATA_TEXT_MAX) continue;
        memcpy(all + used, ", ", gap);
        memcpy(all + used + gap, item->text, length);
        used += gap + length;
    }
    ts_metadata_set(b, &b->out->creator, all, used);
    set_text(b, &b->out->creator, property_text(description, TS_XML_DC, "creator"));
}

static void read_texts(ts_metadata_builder *b, const ts_xml_node *d)
{
    ts_metadata *out = b->out;
    const char *description = localized(d, TS_XML_DC, "description");
    set_text(b, &out->title, localized(d, TS_XML_DC, "title"));
    set_text(b, &out->title, property_text(d, TS_XML_PHOTOSHOP, "Headline"));
    if (description) ts_metadata_set_description(b, description, strlen(description));
    set_text(b, &out->copyright, localized(d, TS_XML_DC, "rights"));
    set_text(b, &out->label, property_text(d, TS_XML_XMP, "Label"));
    set_text(b, &out->city, property_text(d, TS_XML_PHOTOSHOP, "City"));
    set_text(b, &out->state, property_text(d, TS_XML_PHOTOSHOP, "State"));
    set_text(b, &out->country, property_text(d, TS_XML_PHOTOSHOP, "Country"));
    set_text(b, &out->sublocation, property_text(d, TS_XML_IPTC_CORE, "Location"));
    read_creators(b, d);
}

/* ---- keywords -------------------------------------------------------------------------------------- */

/* divider 0: plain keywords. */
static void read_list(ts_metadata_builder *b, const ts_xml_node *description, ts_xml_space space,
                      const char *name, char divider)
{
    const ts_xml_node *item = items(ts_xml_child(description, space, name));
    for (; item; item = item->next) {
        if (!is_item(item)) continue;
        if (divider) ts_metadata_add_path(b, item->text, strlen(item->text), divider);
        else ts_metadata_add_keyword(b, item->text, strlen(item->text));
    }
}

static void read_keywords(ts_metadata_builder *b, const ts_xml_node *description)
{
    read_list(b, description, TS_XML_DC, "subject", 0);
    read_list(b, description, TS_XML_LIGHTROOM, "hierarchicalSubject", '|');
    read_list(b, description, TS_XML_DIGIKAM, "TagsList", '/');
    read_list(b, description, TS_XML_MICROSOFT, "LastKeywordXMP", '/');
}

/* ---- numbers, dates, places ------------------------------------------------------------------------ */

static bool read_number(const char *text, double *out)
{
    char *end = NULL;
    if (!text || strlen(text) > 40) return false;
    *out = strtod(text, &end);
    while (*end == ' ') end++;
    return end != text && *end == '\0' && isfinite(*out);
}

static void read_rating(ts_metadata_builder *b, const ts_xml_node *description)
{
    double value = 0;
    if (read_number(property_text(description, TS_XML_XMP, "Rating"), &value))
        ts_metadata_set_rating(b, value < 0 ? -1 : value > 5 ? 5 : (int)(value + 0.5));
}

/* "48,51.5N", "48,51,30N" or degrees as a number; limit: 90 or 180. */
static bool read_angle(const char *text, double limit, double *out)
{
    double factor = 1, angle = 0;
    const char *at = text;
    if (read_number(text, out)) return fabs(*out) <= limit;
    for (int i = 0; at && i < 3; i++) {
        char *end = NULL;
        double value = strtod(at, &end);
        if (end == at || !(value >= 0 && value <= limit)) return false;
        angle += value * factor;
        factor /= 60;
        at = end;
        if (*at != ',') break;
        at++;
    }
    if (!at || !*at || at[1] || !strchr("NSEWnsew", *at)) return false;
    *out = strchr("SWsw", *at) ? -angle : angle;
    return angle <= limit;
}

static void read_gps(ts_metadata_builder *b, const ts_xml_node *description)
{
    double latitude = 0, longitude = 0;
    const char *north = property_text(description, TS_XML_EXIF, "GPSLatitude");
    const char *east = property_text(description, TS_XML_EXIF, "GPSLongitude");
    if (north && east && read_angle(north, 90, &latitude) && read_angle(east, 180, &longitude))
        ts_metadata_set_gps(b, latitude, longitude);
}

static void read_taken(ts_metadata_builder *b, const ts_xml_node *description)
{
    static const struct {
        ts_xml_space space;
        const char *name;
    } sources[] = {{TS_XML_EXIF, "DateTimeOriginal"}, {TS_XML_PHOTOSHOP, "DateCreated"}};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const char *text = property_text(description, sources[i].space, sources[i].name);
        if (text) ts_metadata_set_taken(b, text, strlen(text));
    }
    const char *created =
        property_text(description, TS_XML_XMP, "CreateDate"); /* of the file, often by its editor */
    if (created) ts_metadata_set_written(b, created, strlen(created));
}

static void read_orientation(ts_metadata_builder *b, const ts_xml_node *description)
{
    double value = 0;
    if (!read_number(property_text(description, TS_XML_TIFF, "Orientation"), &value)) return;
    if (b->out->orientation == 0 && value >= 1 && value <= 8) b->out->orientation = (unsigned)value;
}

/* ---- faces ----------------------------------------------------------------------------------------- */

static bool read_share(const ts_xml_node *area, const char *name, double *out)
{
    return read_number(property_text(area, TS_XML_AREA, name), out) && *out >= 0 && *out <= 1;
}

static void read_region(ts_metadata_builder *b, const ts_xml_node *item)
{
    ts_metadata *out = b->out;
    const ts_xml_node *region = inner(item);
    const char *type = property_text(region, TS_XML_MWG_REGIONS, "Type");
    const ts_xml_node *area = inner(ts_xml_child(region, TS_XML_MWG_REGIONS, "Area"));
    const char *unit = area ? property_text(area, TS_XML_AREA, "unit") : NULL;
    ts_face_region face = {.name = ""};
    if (!type || strcmp(type, "Face") != 0 || !area || (unit && strcmp(unit, "normalized") != 0)) return;
    if (!read_share(area, "x", &face.x) || !read_share(area, "y", &face.y) ||
        !read_share(area, "w", &face.width) || !read_share(area, "h", &face.height) ||
        out->face_count == TS_METADATA_FACES_MAX)
        return;
    if (!b->faces) b->faces = TS_NEW_ARRAY(b->arena, TS_METADATA_FACES_MAX, ts_face_region);
    if (!b->faces) return;
    set_text(b, &face.name, property_text(region, TS_XML_MWG_REGIONS, "Name"));
    out->faces = b->faces;
    b->faces[out->face_count++] = face;
}

/* A sidecar's faces stand instead of the file's, as two programs seldom agree on a rectangle. */
static void read_faces(ts_metadata_builder *b, const ts_xml_node *description)
{
    const ts_xml_node *regions = inner(ts_xml_child(description, TS_XML_MWG_REGIONS, "Regions"));
    const ts_xml_node *item = items(ts_xml_child(regions, TS_XML_MWG_REGIONS, "RegionList"));
    if (b->out->face_count > 0) return;
    for (; item; item = item->next)
        if (is_item(item)) read_region(b, item);
}

/* ---- ours ------------------------------------------------------------------------------------------ */

/* Every list of our namespace says what we wrote into the list of that name. */
static void read_ours(ts_metadata_builder *b, const ts_xml_node *description)
{
    for (const ts_xml_node *p = description->children; p; p = p->next) {
        if (p->space != TS_XML_TAGSMITH) continue;
        for (const ts_xml_node *item = items(p); item; item = item->next)
            if (is_item(item) && item->text[0]) ts_metadata_add_ours(b, item->text);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static void read_description(ts_metadata_builder *b, const ts_xml_node *description)
{
    read_texts(b, description);
    read_keywords(b, description);
    read_rating(b, description);
    read_gps(b, description);
    read_taken(b, description);
    read_orientation(b, description);
    read_faces(b, description);
}

bool ts_metadata_read_xmp(ts_metadata_builder *b, const char *text, size_t length)
{
    const ts_xml_node *root = ts_xml_parse(text, length, b->arena);
    if (!root) return false;
    bool bare = ts_xml_is(root, TS_XML_RDF, "RDF"); /* else within x:xmpmeta */
    const ts_xml_node *rdf = bare ? root : ts_xml_child(root, TS_XML_RDF, "RDF");
    if (!rdf)
        return strcmp(root->name, "xmpmeta") == 0 || strcmp(root->name, "xapmeta") == 0; /* an empty one */
    for (const ts_xml_node *d = rdf->children; d; d = d->next)
        if (ts_xml_is(d, TS_XML_RDF, "Description")) read_ours(b, d);
    for (const ts_xml_node *d = rdf->children; d; d = d->next)
        if (ts_xml_is(d, TS_XML_RDF, "Description")) read_description(b, d);
    return true;
}
