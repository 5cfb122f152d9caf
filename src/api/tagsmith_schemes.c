/* api: the user's own vocabularies. Translation only. */
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/json_of.h"

static const char *scheme_of(const ts_call *call)
{
    return ts_call_path(call, "scheme");
}

/* Checked against the schema already. */
static ts_scheme_format format_of(const ts_call *call, ts_scheme_format fallback)
{
    const char *name = ts_member_text(call->query, "format");
    ts_scheme_format format = fallback;
    if (name) (void)ts_scheme_format_find(name, &format);
    return format;
}

static const void *bytes_of(const ts_call *call, size_t *length)
{
    const void *bytes = ts_request_body(call->request, length);
    return bytes ? bytes : "";
}

static bool answer_scheme(ts_call *call)
{
    ts_scheme_row row;
    return ts_service_scheme(call->service, &call->actor, scheme_of(call), call->arena, &row, &call->err) &&
           ts_answer_version(call, 200, row.version, ts_json_of_scheme(&row));
}

static bool list(ts_call *call)
{
    const ts_scheme_row *rows = NULL;
    size_t count = 0;
    if (!ts_service_scheme_list(call->service, &call->actor, call->arena, &rows, &count, &call->err))
        return false;
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(all, ts_json_of_scheme(&rows[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "schemes", all));
}

static bool put(ts_call *call)
{
    int64_t version;
    size_t length = 0;
    ts_scheme_row row;
    const void *bytes = bytes_of(call, &length);
    return ts_call_if_version(call, &version) &&
           ts_service_scheme_import(call->service, &call->actor, scheme_of(call), bytes, length,
                                    format_of(call, TS_SCHEME_AUTO), version, call->arena, &row,
                                    &call->err) &&
           ts_answer_version(call, 200, row.version, ts_json_of_scheme(&row));
}

static bool delete (ts_call *call)
{
    int64_t version;
    return ts_call_if_version(call, &version) &&
           ts_service_scheme_delete(call->service, &call->actor, scheme_of(call), version, &call->err) &&
           ts_answer_nothing(call);
}

/* ---- files ----------------------------------------------------------------------------------------- */

#define CSV_TYPE "text/csv; charset=utf-8"

static bool answer_text(ts_call *call, bool ok, const char *type, ts_buf *text)
{
    if (ok) ts_response_buf(call->response, type, text);
    ts_buf_free(text);
    return ok;
}

static bool get_file(ts_call *call)
{
    static const char *const types[] = {[TS_SCHEME_CSV] = CSV_TYPE,
                                        [TS_SCHEME_TURTLE] = "text/turtle; charset=utf-8",
                                        [TS_SCHEME_NTRIPLES] = "application/n-triples"};
    ts_buf text = {0};
    ts_scheme_format format = format_of(call, TS_SCHEME_CSV);
    if (format == TS_SCHEME_AUTO) format = TS_SCHEME_CSV;
    bool ok =
        ts_service_scheme_export(call->service, &call->actor, scheme_of(call), format, &text, &call->err);
    return answer_text(call, ok, types[format], &text);
}

static bool get_matches(ts_call *call)
{
    ts_buf text = {0};
    ts_match_state state = TS_MATCH_STATE_COUNT;
    const char *name = ts_member_text(call->query, "state");
    bool all = !name || !ts_match_state_find(name, &state);
    bool ok = ts_service_scheme_matches(call->service, &call->actor, scheme_of(call), all ? -1 : (int)state,
                                        &text, &call->err);
    return answer_text(call, ok, CSV_TYPE, &text);
}

static bool propose(ts_call *call)
{
    ts_buf text = {0};
    bool ok = ts_service_scheme_propose(call->service, &call->actor, scheme_of(call), &text, &call->err);
    return answer_text(call, ok, CSV_TYPE, &text);
}

static bool judge(ts_call *call)
{
    size_t length = 0, taken = 0;
    const void *bytes = bytes_of(call, &length);
    return ts_service_scheme_judge(call->service, &call->actor, scheme_of(call), bytes, length, &taken,
                                   &call->err) &&
           answer_scheme(call);
}

static const char *language_of(const ts_call *call)
{
    return ts_language_code(call->languages.count ? call->languages.items[0] : TS_LANGUAGE_EN);
}

/* ---- many concepts --------------------------------------------------------------------------------- */

static json_t *json_of_found(const ts_scheme *scheme, const ts_entry *entry, const char *language)
{
    json_int_t matches = 0;
    for (size_t i = 0; i < entry->match_count; i++) matches += entry->matches[i].state == TS_MATCH_CONFIRMED;
    return json_pack("{s:s, s:o, s:s, s:I, s:I, s:b, s:b}", "id", entry->id, "notation",
                     ts_json_of_text(ts_entry_first(entry, TS_WORDS_NOTATION)), "label",
                     ts_entry_label(scheme, entry, language), "narrower",
                     (json_int_t)ts_entry_narrower(scheme, entry), "matches", matches, "hide",
                     (int)entry->hidden, "never", (int)entry->never);
}

/* Where a list goes on: its place in the file, which holds for one edition. */
static bool place_of(ts_call *call, size_t *place)
{
    const char *cursor = ts_member_text(call->query, "cursor");
    char *end = NULL;
    *place = cursor ? (size_t)strtoul(cursor, &end, 10) : 0;
    return !cursor || (end != cursor && !*end) ||
           ts_fail(&call->err, TS_USAGE, "cursor is none that this list gave");
}

static json_t *json_of_page(ts_call *call, const ts_scheme_view *view, size_t from)
{
    ts_scheme_wish wish = {.under = view->entry, .name = ts_member_text(call->query, "name")};
    size_t limit = (size_t)ts_member_int(call->query, "limit", 0), next = 0;
    const ts_entry **found = TS_NEW_ARRAY(call->arena, limit + 1, const ts_entry *);
    size_t count = found ? ts_scheme_browse(view->scheme, &wish, from, found, limit, &next) : 0;
    const char *cursor =
        next < ts_scheme_count(view->scheme) ? ts_arena_printf(call->arena, "%zu", next) : NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, json_of_found(view->scheme, found[i], language_of(call)));
    return json_pack("{s:o, s:o}", "concepts", list, "next", ts_json_of_text(cursor));
}

static bool browse(ts_call *call)
{
    size_t from;
    ts_scheme_view view;
    if (!place_of(call, &from) ||
        !ts_service_scheme_view(call->service, &call->actor, scheme_of(call),
                                ts_member_text(call->query, "under"), &view, &call->err))
        return false;
    json_t *json = json_of_page(call, &view, from);
    int64_t version = view.version;
    ts_service_scheme_release(call->service, &view);
    return ts_answer_version(call, 200, version, json);
}

/* ---- one concept ----------------------------------------------------------------------------------- */

static bool get_concept(ts_call *call)
{
    ts_scheme_view view;
    if (!ts_service_scheme_view(call->service, &call->actor, scheme_of(call),
                                ts_member_text(call->query, "concept"), &view, &call->err))
        return false;
    json_t *json = ts_json_of_entry(view.scheme, view.entry, language_of(call));
    int64_t version = view.version;
    ts_service_scheme_release(call->service, &view);
    return ts_answer_version(call, 200, version, json);
}

static bool set_concept(ts_call *call)
{
    int64_t version;
    return ts_call_if_version(call, &version) &&
           ts_service_scheme_set(call->service, &call->actor, scheme_of(call),
                                 ts_member_text(call->query, "concept"), call->body, version, &call->err) &&
           get_concept(call);
}

/* ---- the table ------------------------------------------------------------------------------------- */

#define SCHEMES "Vocabularies"
#define FILES "text/csv"

static const ts_route_doc list_doc = {
    .id = "listSchemes",
    .family = SCHEMES,
    .summary = "All vocabularies: yours and those that come with Tagsmith.",
    .answers = {{200, "SchemeList", NULL, "Those that come with Tagsmith first."}},
    .run = list,
};
static const ts_route_doc get_doc = {
    .id = "getScheme",
    .family = SCHEMES,
    .summary = "One vocabulary: its size and how much of it is matched.",
    .answers = {{200, "Scheme", NULL, "About it."}, {304, NULL, NULL, "You have it already."}},
    .run = answer_scheme,
};
static const ts_route_doc put_doc = {
    .id = "putScheme",
    .family = SCHEMES,
    .summary = "Bring in a vocabulary, or a newer edition of one.",
    .about =
        "The body is the file: a table (CSV), SKOS as Turtle, N-Triples or RDF/XML. A newer edition takes "
        "over the matches "
        "and settings "
        "of the one before. `docs/vocabularies.md` describes the files.",
    .query = "SchemeFormatQuery",
    .raw = FILES,
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{200, "Scheme", NULL, "As it is now; `notes` say what was left out."}},
    .errors = TS_SAYS_CONFLICT | TS_SAYS_PICTURE,
    .run = put,
};
static const ts_route_doc delete_doc = {
    .id = "deleteScheme",
    .family = SCHEMES,
    .summary = "Delete a vocabulary; one that comes with Tagsmith loses your settings.",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{204, NULL, NULL, "Gone."}},
    .errors = TS_SAYS_CONFLICT,
    .run = delete,
};
static const ts_route_doc file_doc = {
    .id = "exportScheme",
    .family = SCHEMES,
    .summary = "A vocabulary as a file, matches and settings included.",
    .query = "SchemeFormatQuery",
    .answers = {{200, NULL, "text/csv", "In the format that was asked for."},
                {200, NULL, "text/turtle", ""},
                {200, NULL, "application/n-triples", ""}},
    .run = get_file,
};
static const ts_route_doc matches_doc = {
    .id = "listMatches",
    .family = SCHEMES,
    .summary = "What its concepts mean in the core vocabulary, as a table.",
    .query = "SchemeMatchQuery",
    .answers = {{200, NULL, "text/csv", "concept, label, core, core label, relation, state, why."}},
    .run = get_matches,
};
static const ts_route_doc propose_doc = {
    .id = "proposeMatches",
    .family = SCHEMES,
    .summary = "Look for what its concepts may mean.",
    .about = "By names in seven languages and by codes. Proposals are kept and count for nothing until they "
             "are sent "
             "back as confirmed.",
    .answers = {{200, NULL, "text/csv", "The proposals as a table."}},
    .errors = TS_SAYS_CONFLICT,
    .run = propose,
};
static const ts_route_doc judge_doc = {
    .id = "judgeMatches",
    .family = SCHEMES,
    .summary = "Confirm, change and reject matches: the table, sent back.",
    .about = "Of each row count concept, core, relation (default exact) and state (default confirmed).",
    .raw = FILES,
    .answers = {{200, "Scheme", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = judge,
};
static const ts_route_doc browse_doc = {
    .id = "listSchemeConcepts",
    .family = SCHEMES,
    .summary = "A vocabulary level by level, or by a part of a name.",
    .query = "SchemeBrowseQuery",
    .answers = {{200, "SchemeConcepts", NULL, "In the order of its file."},
                {304, NULL, NULL, "You have it already."}},
    .errors = TS_SAYS_CONFLICT,
    .run = browse,
};
static const ts_route_doc concept_doc = {
    .id = "getSchemeConcept",
    .family = SCHEMES,
    .summary = "One concept of a vocabulary: by id, notation or any of its names.",
    .query = "SchemeConceptQuery",
    .answers = {{200, "SchemeConcept", NULL, "The concept."}, {304, NULL, NULL, "You have it already."}},
    .errors = TS_SAYS_CONFLICT,
    .run = get_concept,
};
static const ts_route_doc set_doc = {
    .id = "setSchemeConcept",
    .family = SCHEMES,
    .summary = "Hide, rename, merge or split a concept, give it synonyms, a threshold, matches.",
    .query = "SchemeConceptQuery",
    .body = "SchemeSettings",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{200, "SchemeConcept", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = set_concept,
};

#define ONE "/api/schemes/{scheme}"
static const ts_route routes[] = {
    {"GET", "/api/schemes", ts_call_route, TS_SCOPE_READ, .doc = &list_doc},
    {"GET", ONE, ts_call_route, TS_SCOPE_READ, .doc = &get_doc},
    {"PUT", ONE, ts_call_route, TS_SCOPE_ADMIN, TS_ROUTE_LONG, TS_BODY_RAW, .max_body = TS_SCHEME_BYTES_MAX,
     .doc = &put_doc},
    {"DELETE", ONE, ts_call_route, TS_SCOPE_ADMIN, .doc = &delete_doc},
    {"GET", ONE "/file", ts_call_route, TS_SCOPE_READ, TS_ROUTE_LONG, .doc = &file_doc},
    {"GET", ONE "/matches", ts_call_route, TS_SCOPE_READ, TS_ROUTE_LONG, .doc = &matches_doc},
    {"POST", ONE "/matches", ts_call_route, TS_SCOPE_ADMIN, TS_ROUTE_LONG, TS_BODY_RAW,
     .max_body = TS_SCHEME_BYTES_MAX, .doc = &judge_doc},
    {"POST", ONE "/proposals", ts_call_route, TS_SCOPE_ADMIN, TS_ROUTE_LONG, .doc = &propose_doc},
    {"GET", ONE "/concepts", ts_call_route, TS_SCOPE_READ, .doc = &browse_doc},
    {"GET", ONE "/concept", ts_call_route, TS_SCOPE_READ, .doc = &concept_doc},
    {"PATCH", ONE "/concept", ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &set_doc},
};
const ts_family ts_family_schemes = {routes, TS_COUNT_OF(routes)};
