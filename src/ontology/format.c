/* ontology: which format a file has, and reading and writing by it. */
#include <string.h>
#include <strings.h>

#include "ontology/private.h"
#include "ontology/rdfxml.h"

bool ts_scheme_format_find(const char *name, ts_scheme_format *format)
{
    static const struct {
        const char *name;
        ts_scheme_format format;
    } names[] = {{"auto", TS_SCHEME_AUTO},     {"csv", TS_SCHEME_CSV},           {"turtle", TS_SCHEME_TURTLE},
                 {"ttl", TS_SCHEME_TURTLE},    {"ntriples", TS_SCHEME_NTRIPLES}, {"nt", TS_SCHEME_NTRIPLES},
                 {"rdfxml", TS_SCHEME_RDFXML}, {"rdf", TS_SCHEME_RDFXML}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].name, name) != 0) continue;
        *format = names[i].format;
        return true;
    }
    return false;
}

/* The first sign that says something: past a byte order mark, blanks and comments. */
static const char *first_sign(const char *at, const char *end)
{
    if (end - at >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) at += 3;
    while (at < end) {
        if (strchr(" \t\r\n", *at) && *at) at++;
        else if (*at == '#') {
            const char *line_end = memchr(at, '\n', (size_t)(end - at));
            at = line_end ? line_end : end;
        } else break;
    }
    return at;
}

static bool begins(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && strncasecmp(at, word, length) == 0;
}

/* Turtle is told by its directives or by an IRI; N-Triples is Turtle, too. */
static ts_scheme_format guess(const char *bytes, size_t length)
{
    const char *end = bytes + length, *at = first_sign(bytes, end);
    if (begins(at, end, "<?xml") || begins(at, end, "<rdf:RDF") || begins(at, end, "<!") ||
        begins(at, end, "<RDF "))
        return TS_SCHEME_RDFXML;
    bool turtle = begins(at, end, "@prefix") || begins(at, end, "@base") || begins(at, end, "prefix ") ||
                  begins(at, end, "base ") || begins(at, end, "<") || begins(at, end, "_:") ||
                  begins(at, end, "[");
    return turtle ? TS_SCHEME_TURTLE : TS_SCHEME_CSV;
}

static bool refuse_others(const char *bytes, size_t length, ts_error *err)
{
    const char *end = bytes + length, *at = first_sign(bytes, end);
    if (begins(at, end, "{") || (begins(at, end, "[") && begins(first_sign(at + 1, end), end, "{"))) {
        (void)ts_fail(err, TS_UNSUPPORTED, "this is JSON, which is not read");
        return ts_hint(err, "convert JSON-LD to Turtle first: riot --output=turtle FILE > FILE.ttl");
    }
    return true;
}

static bool read_rdfxml(ts_scheme *scheme, const char *bytes, size_t length, ts_error *err)
{
    ts_buf turtle = {0};
    bool ok = ts_rdfxml_to_turtle(bytes, length, &turtle, err) &&
              ts_rdf_read_scheme(scheme, turtle.data, turtle.length, true, err);
    ts_buf_free(&turtle);
    return ok;
}

static bool read_into(ts_scheme *scheme, const char *bytes, size_t length, ts_scheme_format format,
                      ts_error *err)
{
    if (format == TS_SCHEME_AUTO) format = guess(bytes, length);
    bool ok = format == TS_SCHEME_CSV ? ts_csv_read_scheme(scheme, bytes, length, err)
              : format == TS_SCHEME_RDFXML
                  ? read_rdfxml(scheme, bytes, length, err)
                  : ts_rdf_read_scheme(scheme, bytes, length, format == TS_SCHEME_TURTLE, err);
    if (!ok) return false;
    if (scheme->count == 0) {
        (void)ts_fail(err, TS_CONFIG, "there is no concept in it");
        return ts_hint(err, "concepts are rows of a table, or subjects of the type skos:Concept");
    }
    return ts_scheme_seal(scheme, err);
}

ts_scheme *ts_scheme_read(const char *name, const void *bytes, size_t length, ts_scheme_format format,
                          ts_error *err)
{
    if (length > TS_SCHEME_BYTES_MAX) {
        (void)ts_fail(err, TS_TOO_LARGE, "a scheme's file has at most %zu MiB", TS_SCHEME_BYTES_MAX >> 20);
        return NULL;
    }
    if (!refuse_others(bytes, length, err)) return NULL;
    ts_scheme *scheme = ts_scheme_new(name, err);
    if (!scheme || read_into(scheme, bytes, length, format, err)) return scheme;
    ts_scheme_free(scheme);
    return NULL;
}

bool ts_scheme_write(const ts_scheme *scheme, ts_scheme_format format, ts_buf *out, ts_error *err)
{
    if (format == TS_SCHEME_RDFXML) return ts_fail(err, TS_USAGE, "RDF/XML is read and not written");
    if (format == TS_SCHEME_AUTO || format == TS_SCHEME_CSV) return ts_csv_write_scheme(scheme, out, err);
    return ts_rdf_write_scheme(scheme, format == TS_SCHEME_TURTLE, out, err);
}
