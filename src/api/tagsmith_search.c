/* api: search, facets, suggestions and the vocabulary. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/json_of.h"
#include "base/json.h"

static bool find(ts_call *call, const ts_find_ask *ask, ts_find_answer *answer)
{
    return ts_service_find(call->service, &call->actor, ask, call->arena, answer, &call->err);
}

static json_t *json_of_rows(const ts_json_view *view, const ts_find_answer *answer)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < answer->count; i++) {
        const ts_find_row *row = &answer->rows[i];
        json_t *picture = ts_json_of_picture(view, &row->picture);
        (void)json_array_append_new(
            rows,
            json_pack("{s:o, s:o}", "score", ts_json_rounded((double)row->score, 4), "picture", picture));
    }
    return rows;
}

static json_t *json_of_hints(const ts_find_answer *answer)
{
    json_t *hints = json_array();
    for (size_t i = 0; i < answer->hint_count; i++)
        (void)json_array_append_new(hints, ts_json_of_text(answer->hints[i]));
    return hints;
}

static bool search(ts_call *call)
{
    const json_t *query = call->query;
    ts_find_answer answer = {0};
    ts_find_ask ask = {.query = ts_member_text(query, "q"),
                       .text = ts_member_text(query, "text"),
                       .similar = ts_member_text(query, "similar"),
                       .colour = ts_member_text(query, "colour"),
                       .sort = ts_member_text(query, "sort"),
                       .cursor = ts_member_text(query, "cursor"),
                       .limit = (unsigned)ts_member_int(query, "limit", 0),
                       .facet_values = (unsigned)ts_member_int(query, "facets", 0),
                       .min_score = (float)ts_member_number(query, "min_score", -1),
                       .seed = (uint64_t)ts_member_int(query, "seed", 0),
                       .with_held = ts_member_flag(query, "held"),
                       .wait = true};
    if (!find(call, &ask, &answer)) return false;
    ts_json_view view = ts_json_view_of(call);
    return ts_answer(call, 200,
                     json_pack("{s:o, s:I, s:o, s:o, s:o}", "results", json_of_rows(&view, &answer), "total",
                               (json_int_t)answer.total, "facets",
                               ts_json_of_facets(&view, answer.facets, answer.facet_count), "next",
                               ts_json_of_text(answer.next), "hints", json_of_hints(&answer)));
}

static bool facets(ts_call *call)
{
    ts_find_answer answer = {0};
    ts_find_ask ask = {.query = ts_member_text(call->query, "q"),
                       .text = ts_member_text(call->query, "text"),
                       .similar = ts_member_text(call->query, "similar"),
                       .colour = ts_member_text(call->query, "colour"),
                       .limit = 1,
                       .facet_values = (unsigned)ts_member_int(call->query, "values", 0),
                       .min_score = -1,
                       .with_held = ts_member_flag(call->query, "held"),
                       .wait = true};
    if (!find(call, &ask, &answer)) return false;
    ts_json_view view = ts_json_view_of(call);
    return ts_answer(call, 200,
                     json_pack("{s:I, s:o, s:o}", "total", (json_int_t)answer.total, "facets",
                               ts_json_of_facets(&view, answer.facets, answer.facet_count), "hints",
                               json_of_hints(&answer)));
}

static bool suggest(ts_call *call)
{
    const ts_suggestion_row *rows = NULL;
    size_t count = 0;
    if (!ts_service_suggest(call->service, &call->actor, ts_member_text(call->query, "prefix"),
                            ts_member_text(call->query, "lang"),
                            (unsigned)ts_member_int(call->query, "limit", 0), call->arena, &rows, &count,
                            &call->err)) {
        return false;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(list, json_pack("{s:o, s:o, s:I}", "text", ts_json_of_text(rows[i].text),
                                                    "concept", ts_json_of_text(rows[i].concept), "pictures",
                                                    (json_int_t)rows[i].pictures));
    }
    return ts_answer(call, 200, json_pack("{s:o}", "suggestions", list));
}

/* ---- vocabulary ---------------------------------------------------------------------------------- */

/* under: a concept's id, "top", NULL for anywhere. Goes by the preferred path, so that the tree has each once. */
static bool stands_under(const ts_vocab *vocab, ts_concept concept, const char *under)
{
    if (!under) return true;
    ts_concepts parents = ts_vocab_parents(vocab, concept);
    if (parents.count == 0) return strcmp(under, "top") == 0;
    return strcmp(ts_vocab_id(vocab, parents.items[0]), under) == 0;
}

/* What the list asks for: a facet, a name, a place in the tree, some of them or none. */
static bool is_wanted(const ts_call *call, const ts_vocab *vocab, ts_concept concept, ts_concepts named)
{
    const char *facet = ts_member_text(call->query, "facet");
    if (ts_vocab_flags(vocab, concept) & TS_CONCEPT_HIDDEN) return false;
    if (facet && strcmp(facet, ts_facet_name(ts_vocab_facet(vocab, concept))) != 0) return false;
    if (!stands_under(vocab, concept, ts_member_text(call->query, "under"))) return false;
    if (!ts_member_text(call->query, "name")) return true;
    for (size_t i = 0; i < named.count; i++) {
        if (named.items[i] == concept) return true;
    }
    return false;
}

static bool vocabulary(ts_call *call)
{
    ts_json_view view = ts_json_view_of(call);
    const ts_vocab *vocab = view.vocab;
    const char *cursor = ts_member_text(call->query, "cursor"), *name = ts_member_text(call->query, "name");
    const char *next = NULL, *last = NULL;
    size_t limit = (size_t)ts_member_int(call->query, "limit", 0), at = 0;
    ts_concepts named = name ? ts_vocab_find_name(vocab, name) : (ts_concepts){0};
    if (cursor) {
        ts_concept after = ts_vocab_find(vocab, cursor);
        if (after == TS_CONCEPT_NONE) return ts_fail(&call->err, TS_USAGE, "cursor names no concept");
        at = (size_t)after + 1;
    }
    json_t *concepts = json_array();
    for (; at < ts_vocab_count(vocab) && !next; at++) {
        ts_concept concept = (ts_concept)at;
        if (!is_wanted(call, vocab, concept, named)) continue;
        if (json_array_size(concepts) == limit) {
            next = last;
            break;
        }
        last = ts_vocab_id(vocab, concept);
        (void)json_array_append_new(concepts, ts_json_of_concept(&view, concept));
    }
    return ts_answer(call, 200, json_pack("{s:o, s:o}", "concepts", concepts, "next", ts_json_of_text(next)));
}

static bool concept(ts_call *call)
{
    ts_json_view view = ts_json_view_of(call);
    const char *id =
        ts_arena_printf(call->arena, "%s/%s", ts_call_path(call, "facet"), ts_call_path(call, "slug"));
    if (!id) return ts_fail_memory(&call->err);
    ts_concept found = ts_vocab_find(view.vocab, id);
    if (found == TS_CONCEPT_NONE) return ts_fail(&call->err, TS_NOT_FOUND, "no concept is called %.100s", id);
    return ts_answer(call, 200, ts_json_of_concept(&view, found));
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define SEARCH "Search"

static const ts_route_doc search_doc = {
    .id = "searchPictures",
    .family = SEARCH,
    .summary = "Find pictures.",
    .about = "By the query language (q), in plain words (text), by likeness (similar), by colour, or several "
             "at once. "
             "Nothing relevant gives no results, not the nearest noise.",
    .query = "SearchQuery",
    .answers = {{200, "SearchAnswer", NULL, "A page of results."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = search,
};
static const ts_route_doc facets_doc = {
    .id = "countFacets",
    .family = SEARCH,
    .summary = "What is in the pictures that a question finds.",
    .query = "FacetQuery",
    .answers = {{200, "FacetAnswer", NULL, "Counts."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = facets,
};
static const ts_route_doc suggest_doc = {
    .id = "suggest",
    .family = SEARCH,
    .summary = "What someone who types may be about to write.",
    .query = "SuggestQuery",
    .answers = {{200, "Suggestions", NULL, "The most frequent first."}},
    .run = suggest,
};
static const ts_route_doc vocabulary_doc = {
    .id = "listConcepts",
    .family = SEARCH,
    .summary = "The vocabulary.",
    .query = "VocabularyQuery",
    .answers = {{200, "Vocabulary", NULL, "A page of concepts."}},
    .run = vocabulary,
};
static const ts_route_doc concept_doc = {
    .id = "getConcept",
    .family = SEARCH,
    .summary = "One concept.",
    .query = "LanguageQuery",
    .answers = {{200, "Concept", NULL, "The concept."}},
    .run = concept,
};

static const ts_route routes[] = {
    {"GET", "/api/search", ts_call_route, TS_SCOPE_READ, .doc = &search_doc},
    {"GET", "/api/facets", ts_call_route, TS_SCOPE_READ, .doc = &facets_doc},
    {"GET", "/api/suggest", ts_call_route, TS_SCOPE_READ, .doc = &suggest_doc},
    {"GET", "/api/vocabulary", ts_call_route, TS_SCOPE_READ, .doc = &vocabulary_doc},
    {"GET", "/api/vocabulary/{facet}/{slug}", ts_call_route, TS_SCOPE_READ, .doc = &concept_doc},
};
const ts_family ts_family_search = {routes, TS_COUNT_OF(routes)};
