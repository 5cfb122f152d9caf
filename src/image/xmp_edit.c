/* image: single properties of an XMP text changed in their place. Knows RDF, not what the properties mean. */
#include "image/xmp_edit.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static const char *const kinds[] = {"Bag", "Seq", "Alt"};

#define RDF_URI "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

/* As other programs write sidecars: no packet wrapper. */
static const char empty_text[] =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"Tagsmith " TS_VERSION "\">\n"
    " <rdf:RDF xmlns:rdf=\"" RDF_URI "\">\n"
    "  <rdf:Description rdf:about=\"\"\n"
    "    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
    "    xmlns:lr=\"http://ns.adobe.com/lightroom/1.0/\"\n"
    "    xmlns:digiKam=\"http://www.digikam.org/ns/1.0/\"\n"
    "    xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\"\n"
    "    xmlns:tagsmith=\"urn:x-tagsmith:xmp:1#\">\n"
    "  </rdf:Description>\n"
    " </rdf:RDF>\n"
    "</x:xmpmeta>\n";

/* ---- opening --------------------------------------------------------------------------------------- */

static bool not_understood(ts_error *err, const char *why)
{
    (void)ts_fail(err, TS_CORRUPT, "the XMP that is there cannot be edited: %s", why);
    return ts_hint(err, "nothing was written; look at it with exiftool or xmllint, or move it away");
}

static size_t put_utf8(uint32_t c, char *out)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; c >>= 6) out[i] = (char)(0x80 | (c & 63));
    out[0] = (char)(n == 1 ? c : (c | lead[n]));
    return n;
}

/* UTF-16 behind its byte order mark to UTF-8; NULL when it is torn. */
static char *from_utf16(const unsigned char *bytes, size_t length, bool little, ts_arena *arena,
                        size_t *out_length)
{
    char *text = ts_arena_alloc(arena, length / 2 * 3 + 1);
    char *out = text;
    for (size_t i = 0; text && i + 1 < length; i += 2) {
        uint32_t c = little ? (uint32_t)bytes[i + 1] << 8 | bytes[i] : (uint32_t)bytes[i] << 8 | bytes[i + 1];
        if (c >= 0xDC00 && c < 0xE000) return NULL;
        if (c >= 0xD800 && c < 0xDC00) {
            if (i + 3 >= length) return NULL;
            uint32_t d = little ? (uint32_t)bytes[i + 3] << 8 | bytes[i + 2]
                                : (uint32_t)bytes[i + 2] << 8 | bytes[i + 3];
            if (d < 0xDC00 || d >= 0xE000) return NULL;
            c = 0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00);
            i += 2;
        }
        out += put_utf8(c, out);
    }
    *out_length = text ? (size_t)(out - text) : 0;
    return length % 2 ? NULL : text;
}

/* The encoding="..." of the XML declaration, with the blank before it; NULL: none. */
static const char *find_encoding(const char *text, size_t length, const char **end)
{
    if (length < 6 || memcmp(text, "<?xml ", 6) != 0) return NULL;
    const char *close = memmem(text, length, "?>", 2);
    const char *at = close ? memmem(text, (size_t)(close - text), " encoding", 9) : NULL;
    const char *quote = at;
    while (quote && quote < close && *quote != '"' && *quote != '\'') quote++;
    const char *last = quote && quote < close ? memchr(quote + 1, *quote, (size_t)(close - quote - 1)) : NULL;
    *end = last ? last + 1 : NULL;
    return last ? at : NULL;
}

static bool to_utf8(ts_xmp_doc *doc, const char *text, size_t length)
{
    const char *end = NULL;
    const unsigned char *bytes = (const unsigned char *)text;
    bool little = length >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE;
    bool big = length >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF;
    doc->text = text;
    doc->length = length;
    if (!little && !big) {
        size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        const char *encoding = find_encoding(text + mark, length - mark, &end);
        return !encoding || (end - encoding > 7 && strncasecmp(end - 6, "UTF-8", 5) == 0);
    }
    char *utf8 = from_utf16(bytes + 2, length - 2, little, doc->arena, &doc->length);
    doc->text = utf8;
    char *encoding = utf8 ? (char *)(uintptr_t)find_encoding(utf8, doc->length, &end) : NULL;
    if (encoding) { /* what is written will be UTF-8, the default */
        memmove(encoding, end, (size_t)(utf8 + doc->length - end));
        doc->length -= (size_t)(end - encoding);
    }
    return utf8 != NULL;
}

bool ts_xmp_open(ts_xmp_doc *doc, const char *text, size_t length, ts_arena *arena, ts_error *err)
{
    *doc = (ts_xmp_doc){.arena = arena};
    if (!text || length == 0) text = empty_text, length = sizeof empty_text - 1;
    if (!to_utf8(doc, text, length)) return not_understood(err, "its encoding is not UTF-8 or UTF-16");
    doc->root = ts_xml_parse(doc->text, doc->length, arena);
    if (!doc->root)
        return not_understood(err, "it is no XML, or more than Tagsmith reads (1 MiB, 32 levels)");
    bool bare = ts_xml_is(doc->root, TS_XML_RDF, "RDF");
    doc->rdf = bare ? doc->root : ts_xml_child(doc->root, TS_XML_RDF, "RDF");
    if (!doc->rdf) return not_understood(err, "it holds no rdf:RDF");
    doc->description = ts_xml_child(doc->rdf, TS_XML_RDF, "Description");
    return doc->description || !doc->rdf->children || not_understood(err, "it holds no rdf:Description");
}

void ts_xmp_close(ts_xmp_doc *doc)
{
    ts_buf_free(&doc->fresh);
}

/* ---- reading --------------------------------------------------------------------------------------- */

static const ts_xml_node *list_of(const ts_xml_node *property)
{
    for (size_t i = 0; i < 3; i++) {
        const ts_xml_node *list = ts_xml_child(property, TS_XML_RDF, kinds[i]);
        if (list) return list;
    }
    return NULL;
}

static bool is_ours(const ts_xml_node *node, const ts_xmp_name *name)
{
    return ts_xml_is(node, name->space, name->name);
}

static bool is_named(const ts_xml_attribute *a, const ts_xmp_name *name)
{
    return a->space == name->space && strcmp(a->name, name->name) == 0;
}

static size_t count_children(const ts_xml_node *node)
{
    size_t count = 0;
    for (const ts_xml_node *c = node ? node->children : NULL; c; c = c->next) count++;
    return count;
}

static size_t most_items(const ts_xmp_doc *doc, const ts_xmp_name *name)
{
    size_t count = 0;
    for (const ts_xml_node *d = doc->rdf->children; d; d = d->next) {
        for (const ts_xml_node *p = d->children; p; p = p->next)
            if (is_ours(p, name)) count += 1 + count_children(list_of(p));
        count++;
    }
    return count;
}

static bool read_list(const ts_xml_node *list, ts_xmp_items *out)
{
    for (const ts_xml_node *li = list->children; li; li = li->next) {
        if (!ts_xml_is(li, TS_XML_RDF, "li") || li->children) return false;
        const char *language = ts_xml_value(li, TS_XML_XML, "lang");
        out->items[out->count++] = (ts_xmp_item){language ? language : "", li->text, li};
    }
    return true;
}

static bool read_property(const ts_xml_node *property, ts_xmp_items *out)
{
    const ts_xml_node *list = list_of(property);
    if (list) return !list->next && property->children == list && read_list(list, out);
    if (property->children || ts_xml_value(property, TS_XML_RDF, "resource") ||
        ts_xml_value(property, TS_XML_RDF, "parseType"))
        return false;
    if (property->text[0]) out->items[out->count++] = (ts_xmp_item){"", property->text, NULL};
    return true;
}

bool ts_xmp_items_of(const ts_xmp_doc *doc, const ts_xmp_name *name, ts_xmp_items *out, ts_error *err)
{
    out->count = 0;
    out->items = TS_NEW_ARRAY(doc->arena, most_items(doc, name) + 1, ts_xmp_item);
    if (!out->items) return ts_fail_memory(err);
    for (const ts_xml_node *d = doc->rdf->children; d; d = d->next) {
        if (!ts_xml_is(d, TS_XML_RDF, "Description")) continue;
        const char *value = ts_xml_value(d, name->space, name->name);
        if (value && value[0]) out->items[out->count++] = (ts_xmp_item){"", value, NULL};
        for (const ts_xml_node *p = d->children; p; p = p->next) {
            if (!is_ours(p, name) || read_property(p, out)) continue;
            (void)ts_fail(err, TS_CORRUPT,
                          "the XMP that is there has %s:%s in a form that is no list of texts", name->prefix,
                          name->name);
            return ts_hint(err, "nothing was written; look at it with exiftool or xmllint");
        }
    }
    if (name->kind == TS_XMP_ALT) /* a text without a language is everybody's */
        for (size_t i = 0; i < out->count; i++)
            if (!out->items[i].language[0]) out->items[i].language = "x-default";
    return true;
}

/* ---- patches --------------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool patch(ts_xmp_doc *doc, const char *begin, const char *end, const char *text)
{
    ts_xmp_patch *p = TS_NEW(doc->arena, ts_xmp_patch);
    if (!p || !text) return false;
    *p = (ts_xmp_patch){begin, end, text, NULL};
    ts_xmp_patch **at = &doc->patches; /* in order of place; what was asked first comes first */
    while (*at && (*at)->begin <= begin) at = &(*at)->next;
    p->next = *at;
    *at = p;
    return true;
}

/* With the line that it stood on. */
static bool cut(ts_xmp_doc *doc, const ts_xml_node *node)
{
    const char *begin = node->begin;
    while (begin > doc->text && is_blank(begin[-1])) begin--;
    return patch(doc, begin, node->end, "");
}

static void put_escaped(ts_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&') (void)ts_buf_puts(out, "&amp;");
        else if (*text == '<') (void)ts_buf_puts(out, "&lt;");
        else if (*text == '>') (void)ts_buf_puts(out, "&gt;");
        else if (*text == '"') (void)ts_buf_puts(out, "&quot;");
        else if (*text == '\r') (void)ts_buf_puts(out, "&#xD;");
        else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t') (void)ts_buf_putc(out, *text);
    }
}

/* "rdf:" as this text writes it. */
static int rdf_prefix(const ts_xml_node *node)
{
    const char *colon = strchr(node->tag, ':');
    return colon ? (int)(colon - node->tag) + 1 : 0;
}

static void put_item(ts_buf *out, const ts_xmp_item *item, const char *tag, int prefix)
{
    (void)ts_buf_printf(out, "\n     <%.*sli", prefix, tag);
    if (item->language[0]) {
        (void)ts_buf_puts(out, " xml:lang=\"");
        put_escaped(out, item->language);
        (void)ts_buf_putc(out, '"');
    }
    (void)ts_buf_putc(out, '>');
    put_escaped(out, item->text);
    (void)ts_buf_printf(out, "</%.*sli>", prefix, tag);
}

static const char *text_of(ts_xmp_doc *doc, ts_buf *buf)
{
    const char *text =
        buf->failed ? NULL : ts_arena_strndup(doc->arena, buf->data ? buf->data : "", buf->length);
    ts_buf_free(buf);
    return text;
}

/* ---- lists ----------------------------------------------------------------------------------------- */

static const ts_xmp_item *item_at(const ts_xmp_items *items, const ts_xml_node *node)
{
    for (size_t i = 0; i < items->count; i++)
        if (items->items[i].node == node) return &items->items[i];
    return NULL;
}

static bool patch_item(ts_xmp_doc *doc, const ts_xml_node *li, const ts_xmp_item *wanted)
{
    ts_buf text = {0};
    if (!wanted) return cut(doc, li);
    if (strcmp(wanted->text, li->text) == 0) return true;
    bool empty = li->close == li->end; /* <rdf:li/> */
    if (empty) put_item(&text, wanted, li->tag, rdf_prefix(li));
    else put_escaped(&text, wanted->text);
    return patch(doc, empty ? li->begin : li->content, empty ? li->end : li->close, text_of(doc, &text));
}

static bool insert(ts_xmp_doc *doc, const char *at, ts_buf *text)
{
    bool ok = text->length == 0 || patch(doc, at, at, text_of(doc, text));
    ts_buf_free(text);
    return ok;
}

/* Others expect the default language first. */
static bool add_items(ts_xmp_doc *doc, const ts_xml_node *list, const ts_xmp_items *wanted)
{
    ts_buf first = {0}, last = {0};
    const char *end = list->content;
    for (const ts_xml_node *li = list->children; li; li = li->next) end = li->end;
    for (size_t i = 0; i < wanted->count; i++) {
        const ts_xmp_item *item = &wanted->items[i];
        bool leads = strcmp(item->language, "x-default") == 0;
        if (!item->node) put_item(leads ? &first : &last, item, list->tag, rdf_prefix(list));
    }
    bool ok = !first.failed && !last.failed;
    ok = insert(doc, list->content, &first) && ok;
    return insert(doc, end, &last) && ok;
}

static bool patch_list(ts_xmp_doc *doc, const ts_xml_node *list, const ts_xmp_items *wanted, bool adds)
{
    bool ok = true;
    for (const ts_xml_node *li = list->children; ok && li; li = li->next)
        ok = patch_item(doc, li, item_at(wanted, li));
    return ok && (!adds || add_items(doc, list, wanted));
}

/* ---- properties ------------------------------------------------------------------------------------ */

/* Of two declarations in one tag, which XML does not allow, the parser goes by the last. */
static const char *bound_to(const ts_xml_node *node, const char *prefix)
{
    const char *uri = NULL;
    for (const ts_xml_attribute *a = node ? node->declarations : NULL; a; a = a->next)
        if (strcmp(a->name, prefix) == 0) uri = a->value;
    return uri;
}

static bool is_in_scope(const ts_xmp_doc *doc, const ts_xmp_name *name)
{
    const ts_xml_node *around[] = {doc->description, doc->rdf, doc->root};
    for (size_t i = 0; i < 3; i++) {
        const char *uri = bound_to(around[i], name->prefix);
        if (uri) return strcmp(uri, ts_xml_uri(name->space)) == 0;
    }
    return false;
}

static void put_property(ts_xmp_doc *doc, const ts_xmp_name *name, const ts_xmp_items *wanted, ts_buf *out)
{
    int prefix = rdf_prefix(doc->rdf);
    const char *tag = doc->rdf->tag;
    (void)ts_buf_printf(out, "<%s:%s", name->prefix, name->name);
    if (!is_in_scope(doc, name))
        (void)ts_buf_printf(out, " xmlns:%s=\"%s\"", name->prefix, ts_xml_uri(name->space));
    (void)ts_buf_printf(out, ">\n    <%.*s%s>", prefix, tag, kinds[name->kind]);
    for (int later = 0; later < 2; later++)
        for (size_t i = 0; i < wanted->count; i++)
            if ((strcmp(wanted->items[i].language, "x-default") != 0) == later)
                put_item(out, &wanted->items[i], tag, prefix);
    (void)ts_buf_printf(out, "\n    </%.*s%s>\n   </%s:%s>", prefix, tag, kinds[name->kind], name->prefix,
                        name->name);
}

/* The first place of the property that is a list with a start and an end tag. */
static const ts_xml_node *home_of(const ts_xmp_doc *doc, const ts_xmp_name *name)
{
    for (const ts_xml_node *d = doc->rdf->children; d; d = d->next)
        for (const ts_xml_node *p = ts_xml_is(d, TS_XML_RDF, "Description") ? d->children : NULL; p;
             p = p->next) {
            const ts_xml_node *list = is_ours(p, name) ? list_of(p) : NULL;
            if (list && list->close != list->end) return list;
        }
    return NULL;
}

static bool keeps_any(const ts_xml_node *list, const ts_xmp_items *wanted)
{
    for (const ts_xml_node *li = list ? list->children : NULL; li; li = li->next)
        if (item_at(wanted, li)) return true;
    return false;
}

/* Every place of the property but `home` goes, unless it is a list that keeps something. */
static bool clear_others(ts_xmp_doc *doc, const ts_xmp_name *name, const ts_xmp_items *wanted,
                         const ts_xml_node *home)
{
    bool ok = true;
    for (const ts_xml_node *d = doc->rdf->children; ok && d; d = d->next) {
        if (!ts_xml_is(d, TS_XML_RDF, "Description")) continue;
        for (const ts_xml_attribute *a = d->attributes; ok && a; a = a->next)
            if (is_named(a, name)) ok = patch(doc, a->begin, a->end, "");
        for (const ts_xml_node *p = d->children; ok && p; p = p->next) {
            const ts_xml_node *list = is_ours(p, name) ? list_of(p) : home;
            if (!is_ours(p, name) || (list && list == home)) continue;
            ok = list && keeps_any(list, wanted) ? patch_list(doc, list, wanted, false) : cut(doc, p);
        }
    }
    return ok;
}

/* Plain values were items without a node: as part of a list they are new. */
static bool put_at_home(ts_xmp_doc *doc, const ts_xmp_name *name, const ts_xmp_items *wanted,
                        const ts_xml_node *home)
{
    if (home) return patch_list(doc, home, wanted, true);
    if (wanted->count == 0) return true;
    (void)ts_buf_puts(&doc->fresh, "\n   ");
    put_property(doc, name, wanted, &doc->fresh);
    return !doc->fresh.failed;
}

bool ts_xmp_put(ts_xmp_doc *doc, const ts_xmp_name *name, const ts_xmp_items *wanted, ts_error *err)
{
    const ts_xml_node *home = wanted->count ? home_of(doc, name) : NULL;
    bool ok = clear_others(doc, name, wanted, home) && put_at_home(doc, name, wanted, home);
    return ok || ts_fail_memory(err);
}

/* ---- the result ------------------------------------------------------------------------------------ */

static bool patch_in(ts_xmp_doc *doc, const ts_xml_node *node, const char *text)
{
    const char *end = node->content;
    if (node->close == node->end) /* <rdf:Description .../> */
        return patch(doc, node->end - 2, node->end,
                     ts_arena_printf(doc->arena, ">%s\n  </%s>", text, node->tag));
    for (const ts_xml_node *c = node->children; c; c = c->next) end = c->end;
    return patch(doc, end, end, text);
}

static bool place_fresh(ts_xmp_doc *doc)
{
    if (doc->fresh.length == 0) return true;
    const char *text = ts_arena_strndup(doc->arena, doc->fresh.data, doc->fresh.length);
    if (!text) return false;
    if (doc->description) return patch_in(doc, doc->description, text);
    int prefix = rdf_prefix(doc->rdf);
    const char *tag = doc->rdf->tag;
    char *whole = ts_arena_printf(doc->arena, "\n  <%.*sDescription %.*sabout=\"\">%s\n  </%.*sDescription>",
                                  prefix, tag, prefix ? prefix : 4, prefix ? tag : "rdf:", text, prefix, tag);
    return whole && patch_in(doc, doc->rdf, whole);
}

bool ts_xmp_finish(ts_xmp_doc *doc, ts_buf *out, ts_error *err)
{
    if (!place_fresh(doc)) return ts_fail_memory(err);
    const char *at = doc->text;
    for (const ts_xmp_patch *p = doc->patches; p; p = p->next) {
        if (p->begin > at) (void)ts_buf_append(out, at, (size_t)(p->begin - at));
        (void)ts_buf_puts(out, p->text);
        if (p->end > at) at = p->end;
    }
    (void)ts_buf_append(out, at, (size_t)(doc->text + doc->length - at));
    return !out->failed || ts_fail_memory(err);
}

/* ---- comparing ------------------------------------------------------------------------------------- */

static bool is_any(ts_xml_space space, const char *name, const ts_xmp_name *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].space == space && strcmp(names[i].name, name) == 0) return true;
    return false;
}

static const ts_xml_attribute *next_attribute(const ts_xml_attribute *a, const ts_xmp_name *names,
                                              size_t count)
{
    while (a && is_any(a->space, a->name, names, count)) a = a->next;
    return a;
}

static bool same_attributes(const ts_xml_node *a, const ts_xml_node *b, const ts_xmp_name *names,
                            size_t count)
{
    const ts_xml_attribute *x = next_attribute(a->attributes, names, count);
    const ts_xml_attribute *y = next_attribute(b->attributes, names, count);
    for (; x && y; x = next_attribute(x->next, names, count), y = next_attribute(y->next, names, count))
        if (x->space != y->space || strcmp(x->name, y->name) != 0 || strcmp(x->value, y->value) != 0)
            return false;
    return !x && !y;
}

static const ts_xml_node *next_node(const ts_xml_node *n, const ts_xmp_name *names, size_t count)
{
    while (n && is_any(n->space, n->name, names, count)) n = n->next;
    return n;
}

/* At most as deep as the parser goes. A description that became empty, or was one, has only blanks for its text. */
static bool same_nodes(const ts_xml_node *a, const ts_xml_node *b, int level, const ts_xmp_name *names,
                       size_t count)
{
    if (a->space != b->space || strcmp(a->tag, b->tag) != 0 || !same_attributes(a, b, names, count))
        return false;
    bool outer = level <= 2;
    if (!outer && !a->children && !b->children && strcmp(a->text, b->text) != 0) return false;
    const ts_xml_node *x = next_node(a->children, names, count), *y = next_node(b->children, names, count);
    for (; x && y; x = next_node(x->next, names, count), y = next_node(y->next, names, count))
        if (!same_nodes(x, y, level + 1, names, count)) return false;
    return !x && !y;
}

bool ts_xmp_same_rest(const ts_xmp_doc *a, const ts_xmp_doc *b, const ts_xmp_name *names, size_t count)
{
    /* The first description of a text that had none is ours. */
    if (!a->description) return !a->rdf->children;
    return same_nodes(a->root, b->root, a->root == a->rdf ? 1 : 0, names, count);
}
