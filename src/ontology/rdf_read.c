/* ontology: a scheme from SKOS in Turtle or N-Triples, read by serd. Must not know tables.
 *
 * Statements come one by one in any order. What they say of a subject goes to an entry of that name at once, whatever the
 * subject is; its types are kept beside it. At the end concepts stay, the words of the scheme itself become its titles, and what
 * is left over (collections, persons, licences) is dropped and counted. */
#include <serd/serd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ontology/private.h"
#include "ontology/rdf.h"

enum { ROLE_CONCEPT = 1, ROLE_SCHEME = 2, ROLE_OTHER = 4 };

typedef struct reader {
    ts_scheme *scheme;
    ts_arena *scratch;
    SerdEnv *env;
    ts_map roles;    /* ROLE_* by id */
    ts_map versions; /* the address of what owl:versionInfo says, by id */
    const char *uri; /* of the scheme; "" until it is met */
    const char *at, *end;
    size_t line;
    size_t blank, unknown, second_labels, not_text;
    const char *first_unknown; /* a property that was left out */
    ts_error err;              /* the first thing that went wrong */
} reader;

/* ---- IRIs ------------------------------------------------------------------------------------------ */

static bool is_safe(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/", c);
}

static void put_encoded(ts_buf *out, const char *text)
{
    for (; *text; text++) {
        if (is_safe((unsigned char)*text)) (void)ts_buf_putc(out, *text);
        else (void)ts_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

/* A scheme of letters, digits and a few signs, and behind the colon nothing that ends an IRI in a file. */
static bool is_iri(const char *id)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
    if (strspn(id, letters) == 0 || id[strspn(id, others)] != ':') return false;
    return !strpbrk(id, " <>\"{}|^`\\") && strncmp(id, TS_CORE_IRI, strlen(TS_CORE_IRI)) != 0;
}

void ts_rdf_put_entry_iri(ts_buf *out, const char *scheme, const char *id)
{
    if (is_iri(id)) {
        (void)ts_buf_puts(out, id);
        return;
    }
    (void)ts_buf_printf(out, TS_ENTRY_IRI "%s:", scheme);
    put_encoded(out, id);
}

void ts_rdf_put_core_iri(ts_buf *out, const char *scheme, const char *core)
{
    (void)scheme;
    if (is_iri(core)) {
        (void)ts_buf_puts(out, core);
        return;
    }
    (void)ts_buf_puts(out, TS_CORE_IRI);
    put_encoded(out, core);
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *decoded(ts_arena *arena, const char *text)
{
    char *copy = ts_arena_strdup(arena, text), *to = copy;
    for (const char *from = copy; from && *from; from++) {
        int high = *from == '%' ? hex_of(from[1]) : -1;
        int low = high >= 0 ? hex_of(from[2]) : -1;
        bool escape = low >= 0 && (high || low);
        *to++ = escape ? (char)(high * 16 + low) : *from;
        if (escape) from += 2;
    }
    if (copy) *to = '\0';
    return copy;
}

char *ts_rdf_id_of_iri(ts_arena *arena, const char *iri)
{
    if (strncmp(iri, TS_ENTRY_IRI, strlen(TS_ENTRY_IRI)) == 0) {
        const char *id = strchr(iri + strlen(TS_ENTRY_IRI), ':');
        if (id) return decoded(arena, id + 1);
    } else if (strncmp(iri, TS_CORE_IRI, strlen(TS_CORE_IRI)) == 0)
        return decoded(arena, iri + strlen(TS_CORE_IRI));
    return ts_arena_strdup(arena, iri);
}

/* ---- what a statement says ------------------------------------------------------------------------- */

typedef struct statement {
    const char *subject, *property, *object; /* IRIs, or a literal's text */
    bool literal;
    const char *language;
} statement;

static ts_entry *entry_named(reader *r, const char *iri, ts_error *err)
{
    char *id = ts_rdf_id_of_iri(r->scratch, iri);
    ts_entry *entry = id ? ts_scheme_add(r->scheme, id, err) : NULL;
    if (!id) (void)ts_fail_memory(err);
    if (entry && !entry->line) entry->line = r->line;
    return entry;
}

static bool add_role(reader *r, const char *subject, size_t role, ts_error *err)
{
    char *id = ts_rdf_id_of_iri(r->scheme->arena, subject);
    size_t known = id ? ts_map_find(&r->roles, id) : TS_MAP_NONE;
    return (id && ts_map_put(&r->roles, r->scheme->arena, id, (known == TS_MAP_NONE ? 0 : known) | role)) ||
           ts_fail_memory(err);
}

static bool take_version(reader *r, const statement *s, ts_error *err)
{
    char *id = ts_rdf_id_of_iri(r->scheme->arena, s->subject);
    char *version = ts_arena_strdup(r->scheme->arena, s->object);
    if (!id || !version || !ts_map_put(&r->versions, r->scheme->arena, id, (size_t)(uintptr_t)version))
        return ts_fail_memory(err);
    return true;
}

static bool take_type(reader *r, const statement *s, ts_error *err)
{
    size_t role = strcmp(s->object, TS_SKOS_IRI "Concept") == 0         ? ROLE_CONCEPT
                  : strcmp(s->object, TS_SKOS_IRI "ConceptScheme") == 0 ? ROLE_SCHEME
                                                                        : ROLE_OTHER;
    if (role == ROLE_SCHEME && !r->uri[0]) r->uri = ts_arena_strdup(r->scheme->arena, s->subject);
    if (!r->uri) return ts_fail_memory(err);
    if (role == ROLE_CONCEPT && !entry_named(r, s->subject, err)) return false;
    return add_role(r, s->subject, role, err);
}

static bool has_label(const ts_entry *entry, ts_words_kind kind, const char *language)
{
    for (size_t i = 0; i < entry->word_count; i++)
        if (entry->words[i].kind == kind && strcasecmp(entry->words[i].language, language) == 0) return true;
    return false;
}

static bool take_words(reader *r, const statement *s, ts_words_kind kind, ts_error *err)
{
    if (!s->literal) {
        r->not_text++;
        return true;
    }
    ts_entry *entry = entry_named(r, s->subject, err);
    if (!entry || !s->object[strspn(s->object, " \t\r\n")]) return entry != NULL;
    /* SKOS allows one preferred label a language; thesauri in use do not always keep to it. */
    if (kind == TS_WORDS_LABEL && has_label(entry, kind, s->language)) {
        kind = TS_WORDS_SYNONYM;
        r->second_labels++;
    }
    return ts_entry_add_words(r->scheme, entry, kind, s->language, s->object, err);
}

static bool take_broader(reader *r, const statement *s, bool turned, ts_error *err)
{
    ts_entry *entry = entry_named(r, turned ? s->object : s->subject, err);
    char *id = entry ? ts_rdf_id_of_iri(r->scratch, turned ? s->subject : s->object) : NULL;
    if (entry && !id) return ts_fail_memory(err);
    return entry && ts_entry_add_broader(r->scheme, entry, id, err);
}

static bool take_related(reader *r, const statement *s, ts_error *err)
{
    ts_entry *entry = entry_named(r, s->subject, err);
    char *id = entry ? ts_rdf_id_of_iri(r->scratch, s->object) : NULL;
    if (entry && !id) return ts_fail_memory(err);
    return entry && ts_entry_add_related(r->scheme, entry, id, err);
}

static bool take_match(reader *r, const statement *s, ts_match_relation relation, ts_match_state state,
                       ts_error *err)
{
    ts_entry *entry = entry_named(r, s->subject, err);
    char *core = entry ? ts_rdf_id_of_iri(r->scratch, s->object) : NULL;
    if (entry && !core) return ts_fail_memory(err);
    return entry && ts_entry_set_match(r->scheme, entry, core, relation, state, NULL, err);
}

/* ---- which property says what ------------------------------------------------------------------------ */

/* SKOS says what the other one is: a match whose other side is narrower makes the entry the wider one. */
static const struct {
    const char *property;
    ts_match_relation relation;
} skos_matches[] = {{TS_SKOS_IRI "exactMatch", TS_MATCH_EXACT},
                    {TS_SKOS_IRI "closeMatch", TS_MATCH_CLOSE},
                    {TS_SKOS_IRI "narrowMatch", TS_MATCH_BROADER},
                    {TS_SKOS_IRI "broadMatch", TS_MATCH_NARROWER}};

static const char *const other_notes[] = {TS_SKOS_IRI "example", TS_SKOS_IRI "historyNote",
                                          TS_SKOS_IRI "editorialNote", TS_SKOS_IRI "changeNote"};

static bool words_of(const char *property, ts_words_kind *kind)
{
    for (int i = 0; i < TS_WORDS_KIND_COUNT; i++) {
        *kind = (ts_words_kind)i;
        if (strcmp(ts_words_docs[i].property, property) == 0) return true;
    }
    *kind = TS_WORDS_NOTE;
    for (size_t i = 0; i < sizeof other_notes / sizeof *other_notes; i++)
        if (strcmp(other_notes[i], property) == 0) return true;
    return false;
}

/* "urn:tagsmith:term:proposed-exact" */
static bool match_of(const char *property, ts_match_relation *relation, ts_match_state *state)
{
    char word[32];
    *state = TS_MATCH_CONFIRMED;
    for (size_t i = 0; i < sizeof skos_matches / sizeof *skos_matches; i++) {
        *relation = skos_matches[i].relation;
        if (strcmp(skos_matches[i].property, property) == 0) return true;
    }
    if (strncmp(property, TS_TERM_IRI, strlen(TS_TERM_IRI)) != 0) return false;
    property += strlen(TS_TERM_IRI);
    size_t length = strcspn(property, "-");
    if (!property[length] || length >= sizeof word) return false;
    memcpy(word, property, length);
    word[length] = '\0';
    return ts_match_state_find(word, state) && ts_match_relation_find(property + length + 1, relation);
}

static bool take_threshold(ts_entry *entry, const char *text, ts_error *err)
{
    char *end = NULL;
    double value = strtod(text, &end);
    entry->threshold = (float)value;
    return (end != text && !*end && value >= 0 && value <= 1) ||
           ts_fail(err, TS_CONFIG, "the threshold \"%.40s\" is no number from 0 to 1", text);
}

/* *known becomes false for what is no setting. */
static bool take_setting(reader *r, const statement *s, bool *known, ts_error *err)
{
    const char *name = s->property;
    *known = strncmp(name, TS_TERM_IRI, strlen(TS_TERM_IRI)) == 0;
    ts_entry *entry = *known ? entry_named(r, s->subject, err) : NULL;
    if (!entry) return !*known;
    name += strlen(TS_TERM_IRI);
    if (strcmp(name, "hidden") == 0) entry->hidden = strcmp(s->object, "true") == 0;
    else if (strcmp(name, "never") == 0) entry->never = strcmp(s->object, "true") == 0;
    else if (strcmp(name, "threshold") == 0) return take_threshold(entry, s->object, err);
    else if (strcmp(name, "mergedInto") == 0) {
        char *id = ts_rdf_id_of_iri(r->scratch, s->object);
        return id ? ts_entry_set_merged(r->scheme, entry, id, err) : ts_fail_memory(err);
    } else *known = false;
    return true;
}

static bool take_title(reader *r, const statement *s, ts_error *err)
{
    ts_entry *entry = entry_named(r, s->subject, err); /* sorted out at the end, by its type */
    return entry && (!s->literal || has_label(entry, TS_WORDS_LABEL, s->language) ||
                     ts_entry_add_words(r->scheme, entry, TS_WORDS_LABEL, s->language, s->object, err));
}

static bool is_one_of(const char *property, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(property, *list) == 0) return true;
    return false;
}

static bool leave_out(reader *r, const statement *s, ts_error *err)
{
    if (r->unknown++ == 0) r->first_unknown = ts_arena_strdup(r->scheme->arena, s->property);
    return r->first_unknown || ts_fail_memory(err);
}

static bool take_link(reader *r, const statement *s, bool *known, ts_error *err)
{
    /* Said by the broader links already, or by being in the file at all. */
    static const char *const implied[] = {TS_SKOS_IRI "inScheme", TS_SKOS_IRI "topConceptOf",
                                          TS_SKOS_IRI "hasTopConcept", NULL};
    *known = true;
    if (is_one_of(s->property, implied)) return true;
    if (strcmp(s->property, TS_SKOS_IRI "broader") == 0) return take_broader(r, s, false, err);
    if (strcmp(s->property, TS_SKOS_IRI "narrower") == 0) return take_broader(r, s, true, err);
    if (strcmp(s->property, TS_SKOS_IRI "related") == 0) return take_related(r, s, err);
    *known = false;
    return true;
}

static bool take(reader *r, const statement *s, ts_error *err)
{
    static const char *const titles[] = {TS_DCT_TITLE, TS_DC_TITLE, TS_RDFS_LABEL, NULL};
    ts_words_kind kind;
    ts_match_relation relation;
    ts_match_state state;
    bool known;
    if (words_of(s->property, &kind)) return take_words(r, s, kind, err);
    if (is_one_of(s->property, titles)) return take_title(r, s, err);
    if (strcmp(s->property, TS_OWL_VERSION) == 0) return take_version(r, s, err);
    if (!s->literal && strcmp(s->property, TS_RDF_TYPE) == 0) return take_type(r, s, err);
    if (!s->literal && match_of(s->property, &relation, &state))
        return take_match(r, s, relation, state, err);
    if (!s->literal) {
        if (!take_link(r, s, &known, err)) return false;
        if (known) return true;
    }
    if (!take_setting(r, s, &known, err)) return false;
    return known || leave_out(r, s, err);
}

/* ---- serd ------------------------------------------------------------------------------------------ */

static SerdStatus stop(reader *r, const ts_error *why)
{
    if (r->err.code == TS_OK) {
        r->err = *why;
        (void)ts_fail_prefix(&r->err, "line %zu", r->line);
    }
    return SERD_ERR_BAD_ARG;
}

/* The whole IRI of a node; NULL for blank nodes, and with err for a prefix that is not declared or an address without a base. */
static const char *iri_of(reader *r, const SerdNode *node, ts_error *err)
{
    if (node->type != SERD_URI && node->type != SERD_CURIE) return NULL;
    SerdNode whole = serd_env_expand_node(r->env, node);
    const char *text = (const char *)whole.buf, *copy = NULL;
    if (!text || !serd_uri_string_has_scheme(whole.buf))
        (void)ts_fail(err, TS_CONFIG,
                      node->type == SERD_CURIE ? "the prefix of \"%.80s\" is not declared"
                                               : "the address <%.80s> is not whole and there is no @base",
                      (const char *)node->buf);
    else if (!(copy = ts_arena_strdup(r->scratch, text))) (void)ts_fail_memory(err);
    serd_node_free(&whole);
    return copy;
}

static SerdStatus on_base(void *handle, const SerdNode *uri)
{
    return serd_env_set_base_uri(((reader *)handle)->env, uri);
}

static SerdStatus on_prefix(void *handle, const SerdNode *name, const SerdNode *uri)
{
    return serd_env_set_prefix(((reader *)handle)->env, name, uri);
}

static SerdStatus on_statement(void *handle, SerdStatementFlags flags, const SerdNode *graph,
                               const SerdNode *subject, const SerdNode *predicate, const SerdNode *object,
                               const SerdNode *datatype, const SerdNode *lang)
{
    reader *r = handle;
    ts_error err = {0};
    (void)flags, (void)graph, (void)datatype;
    ts_arena_reset(r->scratch);
    statement s = {.literal = object->type == SERD_LITERAL, .language = ""};
    s.subject = iri_of(r, subject, &err);
    s.property = err.code == TS_OK ? iri_of(r, predicate, &err) : NULL;
    if (s.literal) s.object = (const char *)object->buf;
    else if (err.code == TS_OK) s.object = iri_of(r, object, &err);
    if (lang && lang->buf) s.language = (const char *)lang->buf;
    if (err.code != TS_OK) return stop(r, &err);
    if (!s.subject || !s.property || !s.object) {
        r->blank++;
        return SERD_SUCCESS;
    }
    return take(r, &s, &err) ? SERD_SUCCESS : stop(r, &err);
}

static SerdStatus on_error(void *handle, const SerdError *error)
{
    reader *r = handle;
    char text[TS_MESSAGE_MAX];
    if (r->err.code != TS_OK) return SERD_SUCCESS;
    /* serd began the list and ends it; nobody reads it after us. */
    (void)vsnprintf(text, sizeof text, error->fmt, *error->args); /* NOLINT: the checker sees no va_start */
    text[strcspn(text, "\n")] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = '?';
    (void)ts_fail(&r->err, TS_CONFIG, "line %u: %s", error->line, text);
    return SERD_SUCCESS;
}

/* Byte by byte, so that the line of whatever comes next is known. */
static size_t read_byte(void *to, size_t size, size_t count, void *handle)
{
    reader *r = handle;
    (void)size, (void)count;
    if (r->at == r->end) return 0;
    if (*r->at == '\n') r->line++;
    *(char *)to = *r->at++;
    return 1;
}

static int no_error(void *handle)
{
    (void)handle;
    return 0;
}

static bool run(reader *r, bool turtle, ts_error *err)
{
    r->env = serd_env_new(NULL);
    SerdReader *serd = serd_reader_new(turtle ? SERD_TURTLE : SERD_NTRIPLES, r, NULL, on_base, on_prefix,
                                       on_statement, NULL);
    if (!r->env || !serd) (void)ts_fail_memory(&r->err);
    bool ok = r->env && serd;
    if (ok) {
        serd_reader_set_strict(serd, true);
        serd_reader_set_error_sink(serd, on_error, r);
        SerdStatus status = serd_reader_read_source(serd, read_byte, no_error, r, (const uint8_t *)"", 1);
        ok = status <= SERD_FAILURE && r->err.code == TS_OK;
        if (!ok && r->err.code == TS_OK)
            (void)ts_fail(&r->err, TS_CONFIG, "line %zu: %s", r->line, (const char *)serd_strerror(status));
    }
    serd_reader_free(serd);
    serd_env_free(r->env);
    if (!ok && err) *err = r->err;
    return ok;
}

/* ---- what stays ------------------------------------------------------------------------------------ */

static size_t role_of(const reader *r, const ts_entry *entry)
{
    size_t role = ts_map_find(&r->roles, entry->id);
    return role == TS_MAP_NONE ? 0 : role;
}

static bool take_titles(reader *r, const ts_entry *entry, ts_error *err)
{
    for (size_t i = 0; i < entry->word_count; i++)
        if (entry->words[i].kind == TS_WORDS_LABEL &&
            !ts_scheme_add_title(r->scheme, entry->words[i].language, entry->words[i].text, err))
            return false;
    return true;
}

static bool sort_out(reader *r, ts_error *err)
{
    ts_scheme *scheme = r->scheme;
    size_t kept = 0, dropped = 0;
    for (size_t i = 0; i < scheme->count; i++) {
        ts_entry *entry = scheme->entries[i];
        size_t role = role_of(r, entry);
        bool is_scheme = (role & ROLE_SCHEME) != 0;
        bool stays = (role & ROLE_CONCEPT) || (!role && ts_entry_first(entry, TS_WORDS_LABEL));
        if (is_scheme && !take_titles(r, entry, err)) return false;
        if (stays && !is_scheme) scheme->entries[kept++] = entry;
        else dropped += !is_scheme;
    }
    scheme->count = kept;
    scheme->by_id = (ts_map){0};
    for (size_t i = 0; i < kept; i++)
        if (!ts_map_put(&scheme->by_id, scheme->arena, scheme->entries[i]->id, i)) return ts_fail_memory(err);
    if (dropped) (void)ts_scheme_note(scheme, "%zu subjects that are no concepts are left out", dropped);
    return true;
}

static void add_notes(reader *r)
{
    ts_scheme *scheme = r->scheme;
    if (r->unknown)
        (void)ts_scheme_note(scheme, "%zu statements are left out, with properties such as <%.120s>",
                             r->unknown, r->first_unknown);
    if (r->blank) (void)ts_scheme_note(scheme, "%zu statements about nameless things are left out", r->blank);
    if (r->not_text)
        (void)ts_scheme_note(scheme, "%zu labels and notes that are no text are left out", r->not_text);
    if (r->second_labels)
        (void)ts_scheme_note(scheme, "%zu second labels in a language are synonyms now", r->second_labels);
}

static bool keep_uri(reader *r, ts_error *err)
{
    bool ours = strncmp(r->uri, TS_SCHEME_IRI, strlen(TS_SCHEME_IRI)) == 0;
    char *id = ts_rdf_id_of_iri(r->scratch, r->uri);
    size_t version = id ? ts_map_find(&r->versions, id) : TS_MAP_NONE;
    if (!id) return ts_fail_memory(err);
    if (version != TS_MAP_NONE && !ts_scheme_set_version(r->scheme, (const char *)(uintptr_t)version, err))
        return false;
    return !r->uri[0] || ours || ts_scheme_set_uri(r->scheme, r->uri, err);
}

bool ts_rdf_read_scheme(ts_scheme *scheme, const char *bytes, size_t length, bool turtle, ts_error *err)
{
    reader r = {.scheme = scheme, .uri = "", .at = bytes, .end = bytes + length, .line = 1};
    if (!ts_utf8_valid(bytes, length) || memchr(bytes, '\0', length))
        return ts_fail(err, TS_CONFIG, "the file is no UTF-8 text");
    if (turtle && !ts_rdf_check_nesting(bytes, length, err)) return false;
    r.scratch = ts_arena_new(0);
    bool ok = r.scratch || ts_fail_memory(err);
    ok = ok && run(&r, turtle, err) && sort_out(&r, err) && keep_uri(&r, err);
    if (ok) add_notes(&r);
    ts_arena_free(r.scratch);
    return ok;
}
