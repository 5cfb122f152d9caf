/* api: the review queue: questions taken, answered, taken back. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/json_of.h"
#include "base/wallclock.h"
#include "service/review.h"

/* ---- questions ----------------------------------------------------------------------------------- */

static json_t *json_of_item(const ts_json_view *view, const ts_review_item *item)
{
    json_t *keys = json_array();
    for (size_t i = 0; i < item->key_count; i++)
        (void)json_array_append_new(keys, ts_json_of_text(item->keys[i]));
    return json_pack("{s:o, s:o}", "picture", ts_json_of_picture(view, &item->picture), "tags", keys);
}

static bool next(ts_call *call)
{
    const char *mode = ts_member_text(call->body, "mode");
    ts_review_batch batch = {0};
    ts_review_ask ask = {.desk = ts_member_text(call->body, "desk"),
                         .of_concept = strcmp(mode, "concept") == 0,
                         .tag = ts_member_text(call->body, "tag"),
                         .count = (unsigned)ts_member_int(call->body, "count", 0),
                         .fresh = ts_member_flag(call->body, "fresh"),
                         .with_skipped = ts_member_flag(call->body, "skipped")};
    if (!ts_service_review_next(call->service, &call->actor, &ask, call->arena, &batch, &call->err))
        return false;
    ts_json_view view = ts_json_view_of(call);
    json_t *items = json_array();
    for (size_t i = 0; i < batch.count; i++)
        (void)json_array_append_new(items, json_of_item(&view, &batch.items[i]));
    return ts_answer(call, 200,
                     json_pack("{s:s, s:o, s:o, s:o}", "mode", mode, "tag", ts_json_of_text(batch.tag),
                               "items", items, "until", ts_json_of_time(batch.count ? batch.until : 0)));
}

static bool release(ts_call *call)
{
    const char *desk = ts_member_text(call->body, "desk");
    return ts_service_review_release(call->service, &call->actor, desk, &call->err) &&
           ts_answer_nothing(call);
}

/* ---- answers ------------------------------------------------------------------------------------- */

static bool read_said(ts_call *call, ts_review_said **said, size_t *count)
{
    const json_t *list = json_object_get(call->body, "answers");
    *count = json_array_size(list);
    *said = TS_NEW_ARRAY(call->arena, *count, ts_review_said);
    if (!*said) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < *count; i++) {
        const json_t *one = json_array_get(list, i);
        (*said)[i] = (ts_review_said){.picture = ts_member_text(one, "picture"),
                                      .tag = ts_member_text(one, "tag"),
                                      .answer = ts_member_text(one, "answer")};
    }
    return true;
}

static bool answer(ts_call *call)
{
    ts_review_said *said = NULL;
    size_t count = 0;
    bool repeated = false;
    if (!read_said(call, &said, &count)) return false;
    if (!ts_service_review_answer(call->service, &call->actor, ts_member_text(call->body, "desk"),
                                  ts_member_text(call->body, "id"), said, count, call->arena, &repeated,
                                  &call->err))
        return false;
    json_t *outcomes = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(outcomes, ts_json_of_text(said[i].outcome));
    return ts_answer(call, 200, json_pack("{s:b, s:o}", "repeated", (int)repeated, "outcomes", outcomes));
}

static bool undo(ts_call *call)
{
    ts_review_undone undone = {0};
    if (!ts_service_review_undo(call->service, &call->actor, ts_member_text(call->body, "desk"),
                                ts_member_text(call->body, "id"), &undone, &call->err))
        return false;
    return ts_answer(
        call, 200,
        json_pack("{s:I, s:I}", "undone", (json_int_t)undone.undone, "skipped", (json_int_t)undone.skipped));
}

/* ---- how much there is --------------------------------------------------------------------------- */

static bool progress(ts_call *call)
{
    const int64_t day_ms = INT64_C(86400000), now = ts_wallclock_ms();
    ts_review_progress p = {0};
    int64_t since = ts_member_time(call->query, "since", now - now % day_ms);
    if (!ts_service_review_progress(call->service, &call->actor, since, &p, &call->err)) return false;
    return ts_answer(call, 200,
                     json_pack("{s:I, s:I, s:I, s:I}", "open", (json_int_t)p.open, "done", (json_int_t)p.done,
                               "mine", (json_int_t)p.mine, "skipped", (json_int_t)p.skipped));
}

/* Called what its tags are called. */
static json_t *label_of(const ts_json_view *view, const ts_review_group *group)
{
    bool word = strcmp(group->facet, "word") == 0;
    ts_tag_row row = {.key = group->key,
                      .concept = word ? NULL : group->key,
                      .label = group->label,
                      .facet = group->facet,
                      .author = {.id = "", .name = ""}};
    json_t *tag = ts_json_of_tag(view, &row);
    json_t *label = json_incref(json_object_get(tag, "label"));
    json_decref(tag);
    return label;
}

static bool concepts(ts_call *call)
{
    const ts_review_group *groups = NULL;
    size_t count = 0;
    unsigned limit = (unsigned)ts_member_int(call->query, "limit", 0);
    if (!ts_service_review_groups(call->service, &call->actor, limit, call->arena, &groups, &count,
                                  &call->err))
        return false;
    ts_json_view view = ts_json_view_of(call);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const ts_review_group *group = &groups[i];
        (void)json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:I, s:b}", "tag", ts_json_of_text(group->key), "label",
                            label_of(&view, group), "facet", ts_json_of_text(group->facet), "waiting",
                            (json_int_t)group->waiting, "sensitive", (int)group->sensitive));
    }
    return ts_answer(call, 200, json_pack("{s:o}", "concepts", list));
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define REVIEW "Review"

static const ts_route_doc next_doc = {
    .id = "takeReview",
    .family = REVIEW,
    .summary = "The next questions: pictures whose suggested or sensitive tags wait for a person.",
    .about = "What helps most comes first (doubt, how common the concept is, sensitive ones before all, "
             "variety). They are "
             "lent to the desk for ten minutes: nobody else is asked the same meanwhile.",
    .query = "LanguageQuery",
    .body = "ReviewWish",
    .answers = {{200, "ReviewBatch", NULL, "Yours now."}},
    .run = next,
};
static const ts_route_doc answer_doc = {
    .id = "answerReview",
    .family = REVIEW,
    .summary = "Answers, all in one commit.",
    .about = "An answer that comes late counts as long as the tag still waits; it overrules nobody. The same "
             "id again "
             "changes nothing.",
    .body = "ReviewAnswers",
    .answers = {{200, "ReviewTaken", NULL, "What became of each."}},
    .run = answer,
};
static const ts_route_doc undo_doc = {
    .id = "undoReview",
    .family = REVIEW,
    .summary = "Take a call with answers back.",
    .about = "Its questions are the desk's again. Where something was changed since, it stays.",
    .body = "ReviewUndo",
    .answers = {{200, "UndoResult", NULL, "Taken back, in tags."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = undo,
};
static const ts_route_doc release_doc = {
    .id = "releaseReview",
    .family = REVIEW,
    .summary = "Give back what the desk has.",
    .body = "ReviewRelease",
    .answers = {{204, NULL, NULL, "Others may be asked."}},
    .run = release,
};
static const ts_route_doc progress_doc = {
    .id = "reviewProgress",
    .family = REVIEW,
    .summary = "How much waits, and how much was done.",
    .query = "ReviewProgressQuery",
    .answers = {{200, "ReviewProgress", NULL, "In questions."}},
    .run = progress,
};
static const ts_route_doc concepts_doc = {
    .id = "listReviewConcepts",
    .family = REVIEW,
    .summary = "Which tags wait, and on how many pictures.",
    .query = "ReviewConceptsQuery",
    .answers = {{200, "ReviewConcepts", NULL, "Most first."}},
    .run = concepts,
};

static const ts_route routes[] = {
    {"GET", "/api/review", ts_call_route, TS_SCOPE_REVIEW, .doc = &progress_doc},
    {"GET", "/api/review/concepts", ts_call_route, TS_SCOPE_REVIEW, .doc = &concepts_doc},
    {"POST", "/api/review/next", ts_call_route, TS_SCOPE_REVIEW, 0, TS_BODY_JSON, .doc = &next_doc},
    {"POST", "/api/review/answers", ts_call_route, TS_SCOPE_REVIEW, 0, TS_BODY_JSON, .doc = &answer_doc},
    {"POST", "/api/review/undo", ts_call_route, TS_SCOPE_REVIEW, 0, TS_BODY_JSON, .doc = &undo_doc},
    {"POST", "/api/review/release", ts_call_route, TS_SCOPE_REVIEW, 0, TS_BODY_JSON, .doc = &release_doc},
};
const ts_family ts_family_review = {routes, TS_COUNT_OF(routes)};
