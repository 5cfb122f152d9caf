/* image: a small strict XML parser for XMP. Knows elements and namespaces, nothing of what they mean. */
#include "image/xmp_xml.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

enum {
    BYTES_MAX = 1 << 20,
    DEPTH_MAX = 32,
    NODES_MAX = 20000,
    ATTRIBUTES_MAX = 50000,
    SPACES_MAX = 64,
    NAME_MAX_BYTES = 128
};

typedef struct span {
    const char *at;
    size_t length;
} span;

typedef struct binding {
    span prefix;
    ts_xml_space space;
    int depth;
} binding;

typedef struct level {
    ts_xml_node *node;
    ts_xml_node *last_child;
    span tag;            /* prefix:name as written, for the end tag */
    const char *content; /* after the start tag */
} level;

typedef struct parser {
    const char *at, *end;
    ts_arena *arena;
    level stack[DEPTH_MAX];
    int depth;
    binding spaces[SPACES_MAX];
    size_t space_count;
    size_t nodes, attributes;
    ts_xml_node *root;
} parser;

static const struct {
    const char *uri;
    ts_xml_space space;
} known[] = {
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", TS_XML_RDF},
    {"http://purl.org/dc/elements/1.1/", TS_XML_DC},
    {"http://ns.adobe.com/xap/1.0/", TS_XML_XMP},
    {"http://ns.adobe.com/photoshop/1.0/", TS_XML_PHOTOSHOP},
    {"http://ns.adobe.com/lightroom/1.0/", TS_XML_LIGHTROOM},
    {"http://www.digikam.org/ns/1.0/", TS_XML_DIGIKAM},
    {"http://ns.microsoft.com/photo/1.0/", TS_XML_MICROSOFT},
    {"http://ns.microsoft.com/photo/1.0", TS_XML_MICROSOFT},
    {"http://ns.adobe.com/exif/1.0/", TS_XML_EXIF},
    {"http://ns.adobe.com/tiff/1.0/", TS_XML_TIFF},
    {"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", TS_XML_IPTC_CORE},
    {"http://www.metadataworkinggroup.com/schemas/regions/", TS_XML_MWG_REGIONS},
    {"http://ns.adobe.com/xmp/sType/Area#", TS_XML_AREA},
    {"urn:x-tagsmith:xmp:1#", TS_XML_TAGSMITH},
};

/* ---- characters ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

static void skip_blanks(parser *p)
{
    while (p->at < p->end && is_blank(*p->at)) p->at++;
}

static bool begins(const parser *p, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(p->end - p->at) >= length && memcmp(p->at, text, length) == 0;
}

/* Moves behind the next `text`. */
static bool skip_past(parser *p, const char *text)
{
    const char *found = memmem(p->at, (size_t)(p->end - p->at), text, strlen(text));
    if (!found) return false;
    p->at = found + strlen(text);
    return true;
}

static bool same(span a, const char *text)
{
    return strlen(text) == a.length && memcmp(a.at, text, a.length) == 0;
}

static bool same_spans(span a, span b)
{
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* ---- text ------------------------------------------------------------------------------------------ */

static size_t put_code_point(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 63));
    out[2] = (char)(0x80 | (c >> 6 & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}

static bool read_code_point(span digits, uint32_t *out)
{
    bool hex = digits.length > 0 && digits.at[0] == 'x';
    uint32_t value = 0;
    if (hex) digits.at++, digits.length--;
    if (digits.length == 0 || digits.length > 8) return false;
    for (size_t i = 0; i < digits.length; i++) {
        char c = digits.at[i];
        int digit = c >= '0' && c <= '9'          ? c - '0'
                    : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                  : -1;
        if (digit < 0) return false;
        value = value * (hex ? 16 : 10) + (uint32_t)digit;
    }
    *out = value;
    bool allowed = value >= ' ' || value == '\t' || value == '\n' || value == '\r';
    return allowed && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

/* What stands between & and ;. Returns the bytes written, 0 for an entity that is not ours. */
static size_t expand(span name, char *out)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    uint32_t c = 0;
    if (name.length > 1 && name.at[0] == '#')
        return read_code_point((span){name.at + 1, name.length - 1}, &c) ? put_code_point(c, out) : 0;
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (!same(name, entities[i].name)) continue;
        *out = entities[i].c;
        return 1;
    }
    return 0;
}

/* The longest reference is "#x0010FFFF": what it stands for is never longer than itself. */
static bool take_reference(const char **at, const char *end, char **out)
{
    enum { LONGEST = 12 };
    size_t left = (size_t)(end - *at);
    const char *semicolon = memchr(*at, ';', left < LONGEST ? left : LONGEST);
    if (!semicolon) return false;
    size_t n = expand((span){*at + 1, (size_t)(semicolon - *at) - 1}, *out);
    *out += n;
    *at = semicolon + 1;
    return n > 0;
}

/* Text with references, CDATA sections and comments resolved; NULL when it is not well-formed. */
static const char *decode(ts_arena *arena, const char *at, size_t length)
{
    static const char open[] = "<![CDATA[";
    const char *end = at + length;
    char *text = ts_arena_alloc(arena, length + 1);
    char *out = text;
    while (text && at < end) {
        size_t left = (size_t)(end - at);
        if (*at == '&') {
            if (!take_reference(&at, end, &out)) return NULL;
        } else if (*at != '<') {
            *out++ = *at++;
        } else if (left > sizeof open && memcmp(at, open, sizeof open - 1) == 0) {
            const char *close = memmem(at, left, "]]>", 3);
            if (!close) return NULL;
            size_t n = (size_t)(close - at) - (sizeof open - 1);
            memcpy(out, at + sizeof open - 1, n);
            out += n;
            at = close + 3;
        } else { /* the parser let only comments and processing instructions through */
            const char *close = memmem(at, left, at[1] == '!' ? "-->" : "?>", at[1] == '!' ? 3 : 2);
            if (!close) return NULL;
            at = close + (at[1] == '!' ? 3 : 2);
        }
    }
    if (text) *out = '\0';
    return text;
}

/* ---- names ----------------------------------------------------------------------------------------- */

static bool read_name(parser *p, span *whole, span *prefix, span *local)
{
    const char *first = p->at;
    const char *colon = NULL;
    for (; p->at < p->end && (is_name_byte(*p->at) || (*p->at == ':' && !colon)); p->at++)
        if (*p->at == ':') colon = p->at;
    *whole = (span){first, (size_t)(p->at - first)};
    *prefix = (span){first, colon ? (size_t)(colon - first) : 0};
    *local = colon ? (span){colon + 1, (size_t)(p->at - colon) - 1} : *whole;
    return local->length > 0 && whole->length <= NAME_MAX_BYTES && (!colon || prefix->length > 0);
}

static bool find_space(const parser *p, span prefix, ts_xml_space *out)
{
    if (same(prefix, "xml")) {
        *out = TS_XML_XML;
        return true;
    }
    for (size_t i = p->space_count; i-- > 0;) {
        if (!same_spans(p->spaces[i].prefix, prefix)) continue;
        *out = p->spaces[i].space;
        return true;
    }
    *out = TS_XML_NONE;
    return prefix.length == 0;
}

static bool bind(parser *p, span prefix, const char *uri)
{
    if (p->space_count == SPACES_MAX) return false;
    ts_xml_space space = *uri ? TS_XML_OTHER : TS_XML_NONE;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].uri, uri) == 0) space = known[i].space;
    p->spaces[p->space_count++] = (binding){prefix, space, p->depth};
    return true;
}

/* ---- tags ------------------------------------------------------------------------------------------ */

typedef struct raw_attribute {
    span prefix, local;
    const char *value;
    const char *begin, *end;
} raw_attribute;

static bool read_attribute(parser *p, raw_attribute *out)
{
    span whole;
    if (!read_name(p, &whole, &out->prefix, &out->local)) return false;
    skip_blanks(p);
    if (p->at == p->end || *p->at++ != '=') return false;
    skip_blanks(p);
    if (p->at == p->end || (*p->at != '"' && *p->at != '\'')) return false;
    char quote = *p->at++;
    const char *close = memchr(p->at, quote, (size_t)(p->end - p->at));
    if (!close || memchr(p->at, '<', (size_t)(close - p->at))) return false;
    out->value = decode(p->arena, p->at, (size_t)(close - p->at));
    p->at = close + 1;
    return out->value != NULL;
}

/* Namespaces count for the whole tag, also for attributes that stand before them: so two rounds. */
static bool keep_attributes(parser *p, ts_xml_node *node, const raw_attribute *raw, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        bool plain = raw[i].prefix.length == 0 && same(raw[i].local, "xmlns");
        bool declaration = plain || same(raw[i].prefix, "xmlns");
        ts_xml_attribute **list = declaration ? &node->declarations : &node->attributes;
        ts_xml_attribute *a = TS_NEW(p->arena, ts_xml_attribute);
        if (!a || ++p->attributes > ATTRIBUTES_MAX) return false;
        if (!declaration && raw[i].prefix.length > 0 && !find_space(p, raw[i].prefix, &a->space))
            return false;
        a->name = plain ? "" : ts_arena_strndup(p->arena, raw[i].local.at, raw[i].local.length);
        a->value = raw[i].value;
        a->begin = raw[i].begin;
        a->end = raw[i].end;
        a->next = *list;
        *list = a;
        if (!a->name) return false;
    }
    return true;
}

static bool read_attributes(parser *p, raw_attribute *raw, size_t *count)
{
    enum { PER_TAG = 256 };
    for (;;) {
        const char *begin = p->at;
        bool blank = p->at < p->end && is_blank(*p->at);
        skip_blanks(p);
        if (p->at == p->end) return false;
        if (*p->at == '>' || *p->at == '/') return true;
        if (!blank || *count == PER_TAG || !read_attribute(p, &raw[*count])) return false;
        raw_attribute *a = &raw[(*count)++];
        a->begin = begin;
        a->end = p->at;
        if (same(a->prefix, "xmlns") && !bind(p, a->local, a->value)) return false;
        if (a->prefix.length == 0 && same(a->local, "xmlns") && !bind(p, a->prefix, a->value)) return false;
    }
}

static void attach(parser *p, ts_xml_node *node)
{
    if (p->depth == 0) {
        p->root = node;
        return;
    }
    level *parent = &p->stack[p->depth - 1];
    if (parent->last_child) parent->last_child->next = node;
    else parent->node->children = node;
    parent->last_child = node;
}

static void unbind(parser *p)
{
    while (p->space_count > 0 && p->spaces[p->space_count - 1].depth >= p->depth) p->space_count--;
}

/* Behind '<'. */
static bool read_start(parser *p)
{
    raw_attribute raw[256];
    size_t count = 0;
    span tag, prefix, local;
    if (p->depth == DEPTH_MAX || ++p->nodes > NODES_MAX) return false;
    ts_xml_node *node = TS_NEW(p->arena, ts_xml_node);
    if (node) node->begin = p->at - 1;
    if (!node || !read_name(p, &tag, &prefix, &local) || !read_attributes(p, raw, &count)) return false;
    if (!keep_attributes(p, node, raw, count) || !find_space(p, prefix, &node->space)) return false;
    node->name = ts_arena_strndup(p->arena, local.at, local.length);
    node->tag = ts_arena_strndup(p->arena, tag.at, tag.length);
    node->text = "";
    if (!node->name || !node->tag) return false;
    attach(p, node);
    bool empty = *p->at == '/';
    if (empty && (++p->at == p->end || *p->at != '>')) return false;
    p->at++;
    node->content = node->close = node->end = p->at;
    if (empty) unbind(p);
    else p->stack[p->depth++] = (level){node, NULL, tag, p->at};
    return true;
}

/* Behind "</". */
static bool read_end(parser *p)
{
    span tag, prefix, local;
    const char *content_end = p->at - 2;
    if (p->depth == 0 || !read_name(p, &tag, &prefix, &local)) return false;
    skip_blanks(p);
    if (p->at == p->end || *p->at++ != '>') return false;
    level *top = &p->stack[--p->depth];
    if (!same_spans(top->tag, tag)) return false;
    top->node->close = content_end;
    top->node->end = p->at;
    if (!top->node->children)
        top->node->text = decode(p->arena, top->content, (size_t)(content_end - top->content));
    unbind(p);
    return top->node->text != NULL;
}

static bool read_markup(parser *p)
{
    if (begins(p, "<!--")) return skip_past(p, "-->");
    if (begins(p, "<![CDATA[")) return p->depth > 0 && skip_past(p, "]]>");
    if (begins(p, "<?")) return skip_past(p, "?>");
    if (begins(p, "<!")) return false; /* DOCTYPE and whatever else may define an entity */
    p->at++;
    if (p->at < p->end && *p->at == '/') {
        p->at++;
        return read_end(p);
    }
    return read_start(p);
}

static bool check_bytes(const char *text, size_t length)
{
    if (length > BYTES_MAX || !ts_utf8_valid(text, length)) return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' && !is_blank(text[i])) return false;
    return true;
}

ts_xml_node *ts_xml_parse(const char *text, size_t length, ts_arena *arena)
{
    while (length > 0 && text[length - 1] == '\0') length--;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, length -= 3;
    if (!check_bytes(text, length)) return NULL;
    parser p = {.at = text, .end = text + length, .arena = arena};
    while (!p.root || p.depth > 0) {
        const char *next = memchr(p.at, '<', (size_t)(p.end - p.at));
        if (!next) return NULL;
        for (; p.depth == 0 && p.at < next; p.at++)
            if (!is_blank(*p.at)) return NULL;
        p.at = next;
        if (!read_markup(&p)) return NULL;
    }
    return p.root;
}

/* ---- looking --------------------------------------------------------------------------------------- */

const char *ts_xml_uri(ts_xml_space space)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].space == space) return known[i].uri;
    return "";
}

bool ts_xml_is(const ts_xml_node *node, ts_xml_space space, const char *name)
{
    return node->space == space && strcmp(node->name, name) == 0;
}

const ts_xml_node *ts_xml_child(const ts_xml_node *node, ts_xml_space space, const char *name)
{
    for (const ts_xml_node *c = node ? node->children : NULL; c; c = c->next)
        if (ts_xml_is(c, space, name)) return c;
    return NULL;
}

const char *ts_xml_value(const ts_xml_node *node, ts_xml_space space, const char *name)
{
    for (const ts_xml_attribute *a = node ? node->attributes : NULL; a; a = a->next)
        if (a->space == space && strcmp(a->name, name) == 0) return a->value;
    return NULL;
}
