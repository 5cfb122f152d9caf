/* api: saved searches: everybody's own. Translation only. */
#include "api/call.h"
#include "api/json_of.h"
#include "service/searches.h"

static json_t *json_of_search(const ts_saved_search *search)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "id", search->id, "name", ts_json_of_text(search->name), "query",
                     ts_json_of_text(search->query), "created", ts_json_of_time(search->created));
}

static bool list(ts_call *call)
{
    const ts_saved_search *found = NULL;
    size_t count = 0;
    if (!ts_service_searches(call->service, &call->actor, call->arena, &found, &count, &call->err))
        return false;
    json_t *searches = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(searches, json_of_search(&found[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "searches", searches));
}

static bool keep(ts_call *call)
{
    ts_saved_search kept = {0};
    return ts_service_search_keep(call->service, &call->actor, ts_member_text(call->body, "name"),
                                  ts_member_text(call->body, "query"), call->arena, &kept, &call->err) &&
           ts_answer(call, 201, json_of_search(&kept));
}

static bool forget(ts_call *call)
{
    return ts_service_search_forget(call->service, &call->actor, ts_call_path(call, "id"), &call->err) &&
           ts_answer_nothing(call);
}

/* ---- the table -------------------------------------------------------------------------------- */

#define SEARCH "Search"

static const ts_route_doc list_doc = {
    .id = "listSearches",
    .family = SEARCH,
    .summary = "The searches that you keep.",
    .answers = {{200, "SavedSearches", NULL, "By name."}},
    .run = list,
};
static const ts_route_doc keep_doc = {
    .id = "keepSearch",
    .family = SEARCH,
    .summary = "Keep a search.",
    .about = "For the person, or the key, that asks: nobody else sees it. One of the same name is replaced. "
             "At most 200.",
    .body = "SearchWish",
    .answers = {{201, "SavedSearch", NULL, "Kept."}},
    .run = keep,
};
static const ts_route_doc forget_doc = {
    .id = "forgetSearch",
    .family = SEARCH,
    .summary = "Forget a search that you keep.",
    .answers = {{204, NULL, NULL, "Gone."}},
    .run = forget,
};

static const ts_route routes[] = {
    {"GET", "/api/searches", ts_call_route, TS_SCOPE_READ, .doc = &list_doc},
    {"POST", "/api/searches", ts_call_route, TS_SCOPE_READ, 0, TS_BODY_JSON, .doc = &keep_doc},
    {"DELETE", "/api/searches/{id}", ts_call_route, TS_SCOPE_READ, .doc = &forget_doc},
};
const ts_family ts_family_searches = {routes, TS_COUNT_OF(routes)};
