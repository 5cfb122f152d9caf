/* ontology: a scheme as SKOS in Turtle or N-Triples: rdf_read.c reads the same scheme from it. Must not know tables. */
#include <stdio.h>
#include <string.h>

#include "ontology/private.h"
#include "ontology/rdf.h"

typedef struct writer {
    const ts_scheme *scheme;
    ts_buf *out;
    ts_buf subject; /* the IRI that is spoken of */
    bool turtle;
    bool begun; /* Turtle: the subject stands there */
} writer;

/* ---- terms ----------------------------------------------------------------------------------------- */

static const struct {
    const char *prefix, *iri;
} prefixes[] = {{"skos", TS_SKOS_IRI},
                {"ts", TS_TERM_IRI},
                {"dct", "http://purl.org/dc/terms/"},
                {"owl", "http://www.w3.org/2002/07/owl#"},
                {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
#define PREFIXES (sizeof prefixes / sizeof *prefixes)

/* Ids hold none of the signs that end an IRI (ts_rdf_put_entry_iri sees to that). */
static void put_iri(const writer *w, const char *iri)
{
    (void)ts_buf_printf(w->out, "<%s>", iri);
}

/* Of the few that we write ourselves. */
static void put_name(const writer *w, const char *iri)
{
    for (size_t i = 0; w->turtle && i < PREFIXES; i++) {
        size_t length = strlen(prefixes[i].iri);
        if (strncmp(iri, prefixes[i].iri, length) != 0) continue;
        (void)ts_buf_printf(w->out, "%s:%s", prefixes[i].prefix, iri + length);
        return;
    }
    if (w->turtle && strcmp(iri, TS_RDF_TYPE) == 0) (void)ts_buf_putc(w->out, 'a');
    else put_iri(w, iri);
}

static void put_string(const writer *w, const char *text)
{
    (void)ts_buf_putc(w->out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') (void)ts_buf_printf(w->out, "\\%c", *text);
        else if (*text == '\n') (void)ts_buf_puts(w->out, "\\n");
        else if (*text == '\r') (void)ts_buf_puts(w->out, "\\r");
        else if (*text == '\t') (void)ts_buf_puts(w->out, "\\t");
        else (void)ts_buf_putc(w->out, *text);
    }
    (void)ts_buf_putc(w->out, '"');
}

/* ---- statements ------------------------------------------------------------------------------------ */

/* Everything up to the object. */
static void begin(writer *w, const char *property)
{
    if (w->turtle && w->begun) (void)ts_buf_puts(w->out, " ;\n    ");
    else {
        put_iri(w, w->subject.data ? w->subject.data : "");
        (void)ts_buf_puts(w->out, w->turtle ? "\n    " : " ");
    }
    put_name(w, property);
    (void)ts_buf_putc(w->out, ' ');
    w->begun = true;
}

static void end(const writer *w)
{
    if (!w->turtle) (void)ts_buf_puts(w->out, " .\n");
}

static void end_subject(writer *w)
{
    if (w->turtle && w->begun) (void)ts_buf_puts(w->out, " .\n\n");
    w->out->failed = w->out->failed || w->subject.failed;
    w->begun = false;
    ts_buf_clear(&w->subject);
}

static void say_name(writer *w, const char *property, const char *iri)
{
    begin(w, property);
    put_name(w, iri);
    end(w);
}

static void say_text(writer *w, const char *property, const char *text, const char *language)
{
    begin(w, property);
    put_string(w, text);
    if (language[0]) (void)ts_buf_printf(w->out, "@%s", language);
    end(w);
}

static void say_typed(writer *w, const char *property, const char *text, const char *type)
{
    begin(w, property);
    put_string(w, text);
    (void)ts_buf_puts(w->out, "^^");
    put_name(w, type);
    end(w);
}

typedef void (*iri_maker)(ts_buf *out, const char *scheme, const char *id);

static void say_link(writer *w, const char *property, iri_maker make, const char *id)
{
    ts_buf iri = {0};
    make(&iri, w->scheme->name, id);
    begin(w, property);
    put_iri(w, iri.data ? iri.data : "");
    end(w);
    w->out->failed = w->out->failed || iri.failed;
    ts_buf_free(&iri);
}

/* ---- the scheme ------------------------------------------------------------------------------------ */

static void put_scheme_iri(ts_buf *out, const char *scheme, const char *uri)
{
    if (uri[0]) ts_rdf_put_entry_iri(out, scheme, uri);
    else (void)ts_buf_printf(out, TS_SCHEME_IRI "%s", scheme);
}

static void put_scheme(writer *w)
{
    const ts_scheme *scheme = w->scheme;
    put_scheme_iri(&w->subject, scheme->name, scheme->uri);
    say_name(w, TS_RDF_TYPE, TS_SKOS_IRI "ConceptScheme");
    for (size_t i = 0; i < scheme->title_count; i++)
        say_text(w, TS_DCT_TITLE, scheme->titles[i].text, scheme->titles[i].language);
    if (scheme->version[0]) say_text(w, TS_OWL_VERSION, scheme->version, "");
    end_subject(w);
}

static void put_matches(writer *w, const ts_entry *entry)
{
    static const char *const confirmed[TS_MATCH_RELATION_COUNT] = {
        TS_SKOS_IRI "exactMatch", TS_SKOS_IRI "closeMatch", TS_SKOS_IRI "narrowMatch",
        TS_SKOS_IRI "broadMatch"};
    for (size_t i = 0; i < entry->match_count; i++) {
        const ts_match *match = &entry->matches[i];
        char property[64];
        (void)snprintf(property, sizeof property, TS_TERM_IRI "%s-%s", ts_match_state_name(match->state),
                       ts_match_relation_name(match->relation));
        say_link(w, match->state == TS_MATCH_CONFIRMED ? confirmed[match->relation] : property,
                 ts_rdf_put_core_iri, match->core);
    }
}

static void put_settings(writer *w, const ts_entry *entry)
{
    char number[TS_SHARE_SIZE];
    if (entry->hidden) say_typed(w, TS_TERM_IRI "hidden", "true", "http://www.w3.org/2001/XMLSchema#boolean");
    if (entry->never) say_typed(w, TS_TERM_IRI "never", "true", "http://www.w3.org/2001/XMLSchema#boolean");
    if (entry->threshold >= 0) {
        ts_put_share(entry->threshold, number);
        say_typed(w, TS_TERM_IRI "threshold", number, "http://www.w3.org/2001/XMLSchema#double");
    }
    if (entry->merged) say_link(w, TS_TERM_IRI "mergedInto", ts_rdf_put_entry_iri, entry->merged);
}

static void put_entry(writer *w, const ts_entry *entry)
{
    ts_rdf_put_entry_iri(&w->subject, w->scheme->name, entry->id);
    say_name(w, TS_RDF_TYPE, TS_SKOS_IRI "Concept");
    say_link(w, TS_SKOS_IRI "inScheme", put_scheme_iri, w->scheme->uri);
    if (entry->broader_count == 0) say_link(w, TS_SKOS_IRI "topConceptOf", put_scheme_iri, w->scheme->uri);
    for (size_t i = 0; i < entry->word_count; i++)
        say_text(w, ts_words_docs[entry->words[i].kind].property, entry->words[i].text,
                 entry->words[i].language);
    for (size_t i = 0; i < entry->broader_count; i++)
        say_link(w, TS_SKOS_IRI "broader", ts_rdf_put_entry_iri, entry->broader[i]);
    for (size_t i = 0; i < entry->related_count; i++)
        say_link(w, TS_SKOS_IRI "related", ts_rdf_put_entry_iri, entry->related[i]);
    put_matches(w, entry);
    put_settings(w, entry);
    end_subject(w);
}

bool ts_rdf_write_scheme(const ts_scheme *scheme, bool turtle, ts_buf *out, ts_error *err)
{
    writer w = {.scheme = scheme, .out = out, .turtle = turtle};
    for (size_t i = 0; turtle && i < PREFIXES; i++)
        (void)ts_buf_printf(out, "@prefix %s: <%s> .\n", prefixes[i].prefix, prefixes[i].iri);
    if (turtle) (void)ts_buf_putc(out, '\n');
    put_scheme(&w);
    for (size_t i = 0; i < scheme->count && !out->failed; i++) put_entry(&w, scheme->entries[i]);
    ts_buf_free(&w.subject);
    return !out->failed || ts_fail_memory(err);
}
