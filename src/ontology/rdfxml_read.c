/* ontology: RDF/XML (W3C, 2014) to statements, by expat. Striped: elements are things and properties by turns. What it
 * leaves out: reification (rdf:ID of a property), and markup inside XML literals, whose text stays. Entities of the
 * document itself may stand for short plain texts, as namespaces are often abbreviated; nothing outside it is looked at. */
#include <expat.h>
#include <serd/serd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ontology/rdfxml_child.h"

#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define XML "http://www.w3.org/XML/1998/namespace"

typedef enum frame_kind { FRAME_RDF, FRAME_THING, FRAME_PROPERTY, FRAME_LIST, FRAME_MARKUP } frame_kind;

/* An open element. Its texts are its own; NULL where it has none. */
typedef struct frame {
    frame_kind kind;
    char *subject, *property, *datatype; /* as Turtle has them */
    char *tail;                          /* of a list */
    char *base, *language;
    unsigned items; /* rdf:li so far */
    bool has_object;
} frame;

typedef struct reader {
    XML_Parser parser;
    ts_speaker *speaker;
    char *why;
    bool failed;
    frame frames[TS_RDFXML_DEPTH_MAX];
    size_t depth;
    unsigned blanks;
    char *text; /* of the innermost property */
    size_t text_length, text_room;
} reader;

/* ---- what goes wrong ---------------------------------------------------------------------------------- */

static bool fail(reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool fail(reader *r, const char *format, ...)
{
    va_list list;
    if (r->failed) return false;
    int n = snprintf(r->why, TS_RDFXML_WHY, "line %lu: ", (unsigned long)XML_GetCurrentLineNumber(r->parser));
    va_start(list, format);
    if (n > 0 && n < TS_RDFXML_WHY) (void)vsnprintf(r->why + n, (size_t)(TS_RDFXML_WHY - n), format, list);
    va_end(list);
    r->failed = true;
    (void)XML_StopParser(r->parser, XML_FALSE);
    return false;
}

static bool fail_memory(reader *r)
{
    return fail(r, "the document needs more memory than it may");
}

/* ---- names ------------------------------------------------------------------------------------------------ */

static bool is_iri(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text <= ' ' || strchr("<>\"{}|^`\\", *text)) return false;
    return true;
}

typedef struct sink {
    char *text;
    size_t length, room;
} sink;

static size_t collect(const void *bytes, size_t length, void *stream)
{
    sink *s = stream;
    if (s->length + length + 2 > s->room) return 0;
    memcpy(s->text + s->length, bytes, length);
    s->length += length;
    return length;
}

/* "<IRI>" of a reference and what stands before or behind it ("#" for rdf:ID); NULL and failed. */
static char *iri_of(reader *r, const frame *f, const char *before, const char *reference)
{
    SerdURI base = SERD_URI_NULL, uri = SERD_URI_NULL, whole = SERD_URI_NULL;
    size_t room = strlen(before) + strlen(reference) + (f->base ? strlen(f->base) : 0) + 16;
    sink out = {.text = ts_pool_malloc(room), .room = room, .length = 1};
    char *joined = ts_pool_malloc(room);
    if (!out.text || !joined) return (void)fail_memory(r), NULL;
    (void)snprintf(joined, room, "%s%s", before, reference);
    out.text[0] = '<';
    bool ok = is_iri(joined) && serd_uri_parse((const uint8_t *)joined, &uri) == SERD_SUCCESS;
    if (ok && !uri.scheme.len) {
        ok = f->base && serd_uri_parse((const uint8_t *)f->base, &base) == SERD_SUCCESS && base.scheme.len;
        if (ok) serd_uri_resolve(&uri, &base, &whole);
        if (ok) (void)serd_uri_serialise(&whole, collect, &out);
    } else if (ok) {
        (void)collect(joined, strlen(joined), &out);
    }
    if (!ok) (void)fail(r, "\"%.60s\" is no IRI, and there is no xml:base", joined);
    ts_pool_free(joined);
    memcpy(out.text + out.length, ">", 2);
    return ok ? out.text : NULL;
}

static char *new_blank(reader *r)
{
    char name[24];
    (void)snprintf(name, sizeof name, "_:b%u", ++r->blanks);
    char *blank = ts_pool_strdup(name);
    if (!blank) (void)fail_memory(r);
    return blank;
}

/* A document's own name of a nameless thing, spelt so that every sign is allowed and none meets ours. */
static char *named_blank(reader *r, const char *name)
{
    size_t length = strlen(name);
    char *blank = length < 4096 ? ts_pool_malloc(length * 2 + 4) : NULL;
    if (!blank) return (void)fail_memory(r), NULL;
    memcpy(blank, "_:n", sizeof "_:n");
    for (size_t i = 0; i < length; i++) (void)snprintf(blank + 3 + i * 2, 3, "%02x", (unsigned char)name[i]);
    return blank;
}

/* ---- statements --------------------------------------------------------------------------------------------- */

static bool begin_statement(reader *r, const char *subject, const char *property)
{
    if (r->speaker->said > TS_RDFXML_SAID_MAX) return fail(r, "the document says too much");
    ts_speak_line(r->speaker, (unsigned long)XML_GetCurrentLineNumber(r->parser));
    ts_speak(r->speaker, subject);
    ts_speak(r->speaker, " ");
    ts_speak(r->speaker, property);
    ts_speak(r->speaker, " ");
    return true;
}

static bool say(reader *r, const char *subject, const char *property, const char *object)
{
    if (!begin_statement(r, subject, property)) return false;
    ts_speak(r->speaker, object);
    ts_speak(r->speaker, " . ");
    return true;
}

static bool is_language(const char *text)
{
    size_t length = strlen(text);
    bool letters = text[0] != '-' && (length == 0 || text[length - 1] != '-') && !strstr(text, "--");
    return letters && length <= 60 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

static bool say_text(reader *r, const frame *f, const char *property, const char *text, const char *datatype)
{
    if (!begin_statement(r, f->subject, property)) return false;
    ts_speak_literal(r->speaker, text, f->language ? f->language : "", datatype);
    ts_speak(r->speaker, " . ");
    return true;
}

/* ---- attributes ------------------------------------------------------------------------------------------------ */

static const char *attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0) return attributes[1];
    return NULL;
}

/* Those that say something of the thing itself: with a namespace, and neither RDF's own syntax nor XML's. */
static bool says_something(const char *name)
{
    static const char *const syntax[] = {"about",     "ID",       "nodeID", "resource",
                                         "parseType", "datatype", "bagID",  "type"};
    if (strncmp(name, XML, strlen(XML)) == 0 || !strpbrk(name, ":/#")) return false;
    if (strncmp(name, RDF, strlen(RDF)) != 0) return true;
    for (size_t i = 0; i < sizeof syntax / sizeof *syntax; i++)
        if (strcmp(name + strlen(RDF), syntax[i]) == 0) return false;
    return true;
}

static bool has_facts(const char **attributes)
{
    for (; *attributes; attributes += 2)
        if (says_something(attributes[0]) || strcmp(attributes[0], RDF "type") == 0) return true;
    return false;
}

/* What attributes say of the frame's subject. */
static bool say_attributes(reader *r, const frame *f, const char **attributes)
{
    for (; *attributes; attributes += 2) {
        bool is_type = strcmp(attributes[0], RDF "type") == 0;
        if (!is_type && !says_something(attributes[0])) continue;
        char *property = iri_of(r, f, "", attributes[0]);
        char *type = property && is_type ? iri_of(r, f, "", attributes[1]) : NULL;
        bool ok = property && (is_type ? type && say(r, f->subject, property, type)
                                       : say_text(r, f, property, attributes[1], NULL));
        ts_pool_free(property);
        ts_pool_free(type);
        if (!ok) return false;
    }
    return true;
}

/* ---- elements ----------------------------------------------------------------------------------------------------- */

static bool inherit(reader *r, frame *f, const char **attributes)
{
    const frame *up = r->depth ? f - 1 : NULL;
    const char *base = attribute(attributes, XML "base"), *language = attribute(attributes, XML "lang");
    if (!base && up) base = up->base;
    if (!language && up) language = up->language;
    if (language && !is_language(language)) return fail(r, "\"%.60s\" is no language tag", language);
    if (base && !(f->base = ts_pool_strdup(base))) return fail_memory(r);
    if (language && !(f->language = ts_pool_strdup(language))) return fail_memory(r);
    return true;
}

/* RDF's attribute, with its namespace or, as old files have it, without. */
static const char *own_attribute(const char **attributes, const char *name)
{
    const char *value = attribute(attributes, name);
    return value ? value : attribute(attributes, name + strlen(RDF));
}

static char *subject_of(reader *r, const frame *f, const char **attributes)
{
    const char *about = own_attribute(attributes, RDF "about"), *id = own_attribute(attributes, RDF "ID");
    const char *node = attribute(attributes, RDF "nodeID");
    if (about) return iri_of(r, f, "", about);
    if (id) return iri_of(r, f, "#", id);
    return node ? named_blank(r, node) : new_blank(r);
}

/* A thing inside a list: the next cell. */
static bool add_to_list(reader *r, frame *list, const char *item)
{
    char *cell = new_blank(r);
    if (!cell) return false;
    bool ok =
        list->tail ? say(r, list->tail, "<" RDF "rest>", cell) : say(r, list->subject, list->property, cell);
    ts_pool_free(list->tail);
    list->tail = cell;
    return ok && say(r, cell, "<" RDF "first>", item);
}

static bool start_thing(reader *r, frame *f, frame *up, const char *name, const char **attributes)
{
    f->kind = FRAME_THING;
    if (!(f->subject = subject_of(r, f, attributes))) return false;
    if (up && up->kind == FRAME_LIST && !add_to_list(r, up, f->subject)) return false;
    if (up && up->kind == FRAME_PROPERTY) {
        if (up->has_object) return fail(r, "a property has two things in it");
        up->has_object = true;
        if (!say(r, up->subject, up->property, f->subject)) return false;
    }
    if (strcmp(name, RDF "Description") != 0) {
        char *type = iri_of(r, f, "", name);
        bool ok = type && say(r, f->subject, "<" RDF "type>", type);
        ts_pool_free(type);
        if (!ok) return false;
    }
    return say_attributes(r, f, attributes);
}

static char *property_of(reader *r, const frame *f, frame *up, const char *name)
{
    char item[sizeof RDF + 16];
    if (strcmp(name, RDF "li") != 0) return iri_of(r, f, "", name);
    (void)snprintf(item, sizeof item, RDF "_%u", ++up->items);
    return iri_of(r, f, "", item);
}

/* The object that the property's own attributes name; *named: whether they do. */
static char *object_of(reader *r, const frame *f, const char **attributes, bool *named)
{
    const char *resource = own_attribute(attributes, RDF "resource"),
               *node = attribute(attributes, RDF "nodeID");
    *named = resource || node || has_facts(attributes);
    if (!*named) return NULL;
    if (resource) return iri_of(r, f, "", resource);
    return node ? named_blank(r, node) : new_blank(r);
}

static bool take_object(reader *r, frame *f, char *object, const char **attributes)
{
    char *owner = f->subject;
    bool ok = say(r, f->subject, f->property, object);
    f->has_object = true;
    f->subject = object; /* its attributes speak of the object */
    ok = ok && say_attributes(r, f, attributes);
    f->subject = owner;
    ts_pool_free(object);
    return ok;
}

/* parseType: a nameless thing whose properties follow, a list of things, or text with markup. */
static bool start_parsed(reader *r, frame *f, const char *how)
{
    if (strcmp(how, "Collection") == 0) {
        f->kind = FRAME_LIST;
        return true;
    }
    f->kind = strcmp(how, "Resource") == 0 ? FRAME_THING : FRAME_MARKUP;
    if (f->kind == FRAME_MARKUP) return true;
    char *thing = new_blank(r);
    bool ok = thing && say(r, f->subject, f->property, thing);
    ts_pool_free(f->subject);
    f->subject = thing;
    return ok;
}

static bool start_property(reader *r, frame *f, frame *up, const char *name, const char **attributes)
{
    const char *how = own_attribute(attributes, RDF "parseType"),
               *type = attribute(attributes, RDF "datatype");
    bool named = false;
    f->kind = FRAME_PROPERTY;
    r->text_length = 0;
    f->subject = ts_pool_strdup(up->subject);
    if (!f->subject) return fail_memory(r);
    if (!(f->property = property_of(r, f, up, name))) return false;
    if (how) return start_parsed(r, f, how);
    if (type && !(f->datatype = iri_of(r, f, "", type))) return false;
    if (type) return true;
    char *object = object_of(r, f, attributes, &named);
    return !named || (object && take_object(r, f, object, attributes));
}

static bool has_text(const reader *r)
{
    for (size_t i = 0; i < r->text_length; i++)
        if (!strchr(" \t\r\n", r->text[i])) return true;
    return false;
}

static bool start(reader *r, const char *name, const char **attributes)
{
    if (r->depth == TS_RDFXML_DEPTH_MAX)
        return fail(r, "elements are nested more than %d deep", TS_RDFXML_DEPTH_MAX);
    frame *f = &r->frames[r->depth], *up = r->depth ? f - 1 : NULL;
    *f = (frame){.kind = FRAME_MARKUP};
    if (!inherit(r, f, attributes)) return r->depth++, false;
    r->depth++;
    if (up && up->kind == FRAME_MARKUP) return true;
    if (!up && strcmp(name, RDF "RDF") == 0) {
        f->kind = FRAME_RDF;
        return true;
    }
    if (!up && !strpbrk(name, ":/#")) return fail(r, "this is XML, but not RDF/XML");
    if (up && up->kind == FRAME_THING) return start_property(r, f, up, name, attributes);
    if (up && up->kind == FRAME_PROPERTY && has_text(r)) return fail(r, "text and a thing in one property");
    return start_thing(r, f, up, name, attributes);
}

static bool end_list(reader *r, const frame *f)
{
    static const char nil[] = "<" RDF "nil>";
    return f->tail ? say(r, f->tail, "<" RDF "rest>", nil) : say(r, f->subject, f->property, nil);
}

/* Markup inside markup has no property of its own. */
static bool end_frame(reader *r, const frame *f)
{
    bool literal = f->property && !f->has_object && (f->kind == FRAME_PROPERTY || f->kind == FRAME_MARKUP);
    if (f->kind == FRAME_LIST) return end_list(r, f);
    if (!literal) return true;
    return say_text(r, f, f->property, r->text_length ? r->text : "", f->datatype);
}

static void pop(reader *r)
{
    frame *f = &r->frames[--r->depth];
    char *texts[] = {f->subject, f->property, f->datatype, f->tail, f->base, f->language};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) ts_pool_free(texts[i]);
}

static bool add_text(reader *r, const char *text, size_t length)
{
    if (r->text_length + length > TS_RDFXML_TEXT_MAX) return fail(r, "a text of more than 1 MiB");
    if (r->text_length + length + 1 > r->text_room) {
        size_t room = (r->text_length + length + 1) * 2;
        char *more = ts_pool_realloc(r->text, room);
        if (!more) return fail_memory(r);
        r->text = more;
        r->text_room = room;
    }
    memcpy(r->text + r->text_length, text, length);
    r->text_length += length;
    r->text[r->text_length] = '\0';
    return true;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r\n", text[i])) return false;
    return true;
}

/* ---- what expat calls ---------------------------------------------------------------------------------------------- */

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    reader *r = context;
    if (!r->failed) (void)start(r, name, attributes);
}

static void XMLCALL on_end(void *context, const char *name)
{
    reader *r = context;
    (void)name;
    if (r->failed || r->depth == 0) return;
    if (end_frame(r, &r->frames[r->depth - 1])) pop(r);
}

static void XMLCALL on_text(void *context, const char *text, int length)
{
    reader *r = context;
    const frame *f = r->depth ? &r->frames[r->depth - 1] : NULL;
    if (r->failed || !f) return;
    bool wanted = f->kind == FRAME_MARKUP || (f->kind == FRAME_PROPERTY && !f->has_object);
    if (wanted) (void)add_text(r, text, (size_t)length);
    else if (!is_blank(text, (size_t)length)) (void)fail(r, "text where a property or a thing is expected");
}

static bool is_short_text(const char *value, int length)
{
    return length <= TS_RDFXML_ENTITY_MAX && !memchr(value, '&', (size_t)length) &&
           !memchr(value, '%', (size_t)length) && !memchr(value, '<', (size_t)length);
}

static void XMLCALL on_entity(void *context, const char *name, int is_parameter, const char *value,
                              int length, const char *base, const char *system, const char *public,
                              const char *notation)
{
    reader *r = context;
    (void)base, (void)public, (void)notation;
    if (is_parameter || system || !value)
        (void)fail(r, "the entity \"%.40s\" lies outside the document, where nothing is looked at", name);
    else if (!is_short_text(value, length))
        (void)fail(r, "the entity \"%.40s\" is more than a short plain text", name);
}

static void XMLCALL on_skipped(void *context, const char *name, int is_parameter)
{
    if (!is_parameter) (void)fail(context, "there is no entity \"%.40s\"", name);
}

/* ---- the document ------------------------------------------------------------------------------------------------------ */

static bool parse_piece(reader *r, ts_rdfxml_source source, void *context, bool *more)
{
    enum { piece = 65536 };
    void *room = XML_GetBuffer(r->parser, piece);
    long length = room ? source(context, room, piece) : 0;
    if (!room) return fail_memory(r);
    if (length < 0) return fail(r, "the document cannot be read");
    *more = length > 0;
    if (XML_ParseBuffer(r->parser, (int)length, length == 0) != XML_STATUS_ERROR) return !r->failed;
    enum XML_Error code = XML_GetErrorCode(r->parser);
    if (code == XML_ERROR_NO_MEMORY) return fail_memory(r);
    return fail(r, "%s", XML_ErrorString(code));
}

/* Attributes of a namespace have its whole IRI before their names, as RDF wants it: the separator is "nothing". */
static XML_Parser new_parser(reader *r, unsigned long salt)
{
    static const XML_Memory_Handling_Suite memory = {ts_pool_malloc, ts_pool_realloc, ts_pool_free};
    XML_Parser parser = XML_ParserCreate_MM(NULL, &memory, "");
    if (!parser) return NULL;
    (void)XML_SetHashSalt(parser, salt);
    XML_SetUserData(parser, r);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetEntityDeclHandler(parser, on_entity);
    XML_SetSkippedEntityHandler(parser, on_skipped);
    return parser;
}

bool ts_rdfxml_read(ts_rdfxml_source source, void *context, unsigned long salt, ts_speaker *speaker,
                    char why[TS_RDFXML_WHY])
{
    static const char no_memory[] = "the document needs more memory than it may";
    bool more = true, ok;
    reader *r = ts_pool_malloc(sizeof *r);
    if (r) *r = (reader){.speaker = speaker, .why = why};
    if (r) r->parser = new_parser(r, salt);
    if (!r || !r->parser) {
        ts_pool_free(r);
        (void)snprintf(why, TS_RDFXML_WHY, "%s", no_memory);
        return false;
    }
    do {
        ok = parse_piece(r, source, context, &more);
    } while (ok && more);
    while (r->depth) pop(r);
    XML_ParserFree(r->parser);
    ts_pool_free(r->text);
    ts_pool_free(r);
    return ok;
}
