/* api: tags changed by people: of one picture, or of all that a query finds, with preview and undo. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/json_of.h"
#include "service/edit.h"

/* ---- edits --------------------------------------------------------------------------------------- */

static ts_edit_action action_of(const char *name)
{
    for (int i = 0; i < TS_EDIT_ACTION_COUNT; i++) {
        if (strcmp(ts_edit_action_name((ts_edit_action)i), name) == 0) return (ts_edit_action)i;
    }
    return TS_EDIT_ADD; /* the schema lets no other name through */
}

static float side_of(const json_t *box, size_t index)
{
    enum { most = 1 << 24 }; /* beyond any picture, and exact in a float */
    double value = json_number_value(json_array_get(box, index));
    return (float)(value > most ? most : value < -most ? -most : value);
}

/* An empty list says something else than none. */
static bool read_boxes(ts_call *call, const json_t *list, ts_edit *edit)
{
    edit->box_count = json_array_size(list);
    if (!list) return true;
    ts_rect *boxes = TS_NEW_ARRAY(call->arena, edit->box_count + 1, ts_rect);
    if (!boxes) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < edit->box_count; i++) {
        const json_t *box = json_array_get(list, i);
        boxes[i] = (ts_rect){side_of(box, 0), side_of(box, 1), side_of(box, 2), side_of(box, 3)};
    }
    edit->boxes = boxes;
    return true;
}

static bool read_edits(ts_call *call, const ts_edit **edits, size_t *count)
{
    const json_t *list = json_object_get(call->body, "edits");
    *count = json_array_size(list);
    ts_edit *read = TS_NEW_ARRAY(call->arena, *count, ts_edit);
    if (!read) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < *count; i++) {
        const json_t *edit = json_array_get(list, i);
        read[i] = (ts_edit){.action = action_of(ts_member_text(edit, "action")),
                            .tag = ts_member_text(edit, "tag"),
                            .with = ts_member_text(edit, "with")};
        if (!read_boxes(call, json_object_get(edit, "boxes"), &read[i])) return false;
        if ((read[i].action == TS_EDIT_REPLACE) == (read[i].with != NULL)) continue;
        return ts_fail(&call->err, TS_USAGE, "edits[%zu]: \"with\" belongs to replace, and to nothing else",
                       i);
    }
    *edits = read;
    return true;
}

/* The same action for each of a list of tags. */
static bool edits_of_texts(ts_call *call, ts_edit_action action, const json_t *object, const char *name,
                           const ts_edit **edits, size_t *count)
{
    const char *const *texts = NULL;
    if (!ts_member_texts(call->arena, object, name, &texts, count, &call->err)) return false;
    ts_edit *made = TS_NEW_ARRAY(call->arena, *count, ts_edit);
    if (!made) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < *count; i++) made[i] = (ts_edit){.action = action, .tag = texts[i]};
    *edits = made;
    return true;
}

static bool apply(ts_call *call, const ts_edit *edits, size_t count)
{
    ts_picture_full picture = {0};
    int64_t version;
    if (!ts_call_if_version(call, &version)) return false;
    if (!ts_service_edit(call->service, &call->actor, ts_call_path(call, "id"), edits, count, version,
                         call->arena, &picture, &call->err)) {
        return false;
    }
    ts_json_view view = ts_json_view_of(call);
    return ts_answer_version(call, 200, picture.row.version, ts_json_of_picture(&view, &picture));
}

/* ---- one picture --------------------------------------------------------------------------------- */

static bool list(ts_call *call)
{
    ts_picture_full picture = {0};
    ts_picture_query query = {.id = ts_call_path(call, "id"),
                              .with_rejected = ts_member_flag(call->query, "rejected"),
                              .with_held = ts_member_flag(call->query, "held")};
    if (!ts_service_picture(call->service, &call->actor, &query, call->arena, &picture, &call->err))
        return false;
    ts_json_view view = ts_json_view_of(call);
    json_t *tags = ts_json_of_tags(&view, picture.tags, picture.tag_count);
    return ts_answer_version(call, 200, picture.row.version, json_pack("{s:o}", "tags", tags));
}

static bool edit(ts_call *call)
{
    const ts_edit *edits = NULL;
    size_t count = 0;
    return read_edits(call, &edits, &count) && apply(call, edits, count);
}

static bool replace_all(ts_call *call)
{
    static const ts_edit none = {.action = TS_EDIT_REPLACE};
    const ts_edit *edits = NULL;
    size_t count = 0;
    if (!edits_of_texts(call, TS_EDIT_REPLACE, call->body, "tags", &edits, &count)) return false;
    return count > 0 ? apply(call, edits, count) : apply(call, &none, 1);
}

static bool remove_some(ts_call *call)
{
    const ts_edit *edits = NULL;
    size_t count = 0;
    return edits_of_texts(call, TS_EDIT_REMOVE, call->query, "tag", &edits, &count) &&
           apply(call, edits, count);
}

/* ---- many ---------------------------------------------------------------------------------------- */

static bool edit_many(ts_call *call)
{
    ts_edit_result result = {0};
    ts_bulk_edit bulk = {.dry = ts_member_flag(call->body, "dry"),
                         .expect = ts_member_int(call->body, "expect", -1)};
    if (!read_edits(call, &bulk.edits, &bulk.count)) return false;
    if (!ts_call_choice(call, call->body, "query", &bulk.which)) return false;
    if (!ts_service_bulk_edit(call->service, &call->actor, &bulk, call->arena, &result, &call->err)) {
        if (result.changed > 0) ts_response_problem_member(call->response, "batch", result.batch);
        return false;
    }
    ts_json_view view = ts_json_view_of(call);
    json_t *samples = json_array();
    for (size_t i = 0; i < result.sample_count; i++) {
        (void)json_array_append_new(samples, ts_json_of_diff(&view, &result.samples[i]));
    }
    const char *batch = bulk.dry ? NULL : result.batch;
    return ts_answer(call, 200,
                     json_pack("{s:o, s:I, s:I, s:o}", "batch", ts_json_of_text(batch), "matched",
                               (json_int_t)result.matched, "changed", (json_int_t)result.changed, "samples",
                               samples));
}

static bool undo(ts_call *call)
{
    ts_undo_result result = {0};
    if (!ts_service_undo(call->service, &call->actor, ts_call_path(call, "id"), &result, &call->err))
        return false;
    return ts_answer(
        call, 200,
        json_pack("{s:I, s:I}", "undone", (json_int_t)result.undone, "skipped", (json_int_t)result.skipped));
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define TAGS "Tags"
#define EDITED                                                                                               \
    {                                                                                                        \
        200, "Picture", NULL, "The picture as it is now."                                                    \
    }

static const ts_route_doc list_doc = {
    .id = "listTags",
    .family = TAGS,
    .summary = "A picture's tags.",
    .query = "PictureQuery",
    .answers = {{200, "TagList", NULL, "Most telling first."}, {304, NULL, NULL, "You have them already."}},
    .run = list,
};
static const ts_route_doc edit_doc = {
    .id = "editTags",
    .family = TAGS,
    .summary = "Add, remove, accept, reject and replace tags.",
    .about = "All edits or none. What a person rejects or removes, no machine brings back. To accept and "
             "reject, the "
             "scope review is enough; all else needs write.",
    .query = "LanguageQuery",
    .body = "TagEdits",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {EDITED},
    .run = edit,
};
static const ts_route_doc replace_doc = {
    .id = "replaceTags",
    .family = TAGS,
    .summary = "Exactly these tags from now on.",
    .query = "LanguageQuery",
    .body = "TagReplacement",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {EDITED},
    .run = replace_all,
};
static const ts_route_doc remove_doc = {
    .id = "removeTags",
    .family = TAGS,
    .summary = "Remove tags.",
    .query = "TagRemovalQuery",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {EDITED},
    .run = remove_some,
};
static const ts_route_doc bulk_doc = {
    .id = "editManyTags",
    .family = TAGS,
    .summary = "Edit the tags of all pictures that a query finds.",
    .about =
        "First dry, to see how many match; then with expect, so that nothing else is changed than was shown. "
        "The batch can be undone, also one that failed half-way: then the problem's batch names it. To "
        "accept and reject, "
        "the scope review is enough.",
    .query = "LanguageQuery",
    .body = "BulkEdit",
    .answers = {{200, "BulkEditResult", NULL, "What changed or would."}},
    .errors = TS_SAYS_CHANGED | TS_SAYS_NOT_FOUND,
    .run = edit_many,
};
static const ts_route_doc undo_doc = {
    .id = "undoBatch",
    .family = TAGS,
    .summary = "Take a batch of edits back.",
    .about =
        "Where something was changed since, it stays. For a batch of one's own the scope review is enough.",
    .answers = {{200, "UndoResult", NULL, "Taken back."}},
    .errors = TS_SAYS_CONFLICT,
    .run = undo,
};

#define ONE "/api/pictures/{id}/tags"
static const ts_route routes[] = {
    {"GET", ONE, ts_call_route, TS_SCOPE_READ, .doc = &list_doc},
    {"POST", ONE, ts_call_route, TS_SCOPE_WRITE | TS_SCOPE_REVIEW, 0, TS_BODY_JSON, .doc = &edit_doc},
    {"PUT", ONE, ts_call_route, TS_SCOPE_WRITE, 0, TS_BODY_JSON, .doc = &replace_doc},
    {"DELETE", ONE, ts_call_route, TS_SCOPE_WRITE, .doc = &remove_doc},
    {"POST", "/api/tags/edit", ts_call_route, TS_SCOPE_WRITE | TS_SCOPE_REVIEW, 0, TS_BODY_JSON,
     .doc = &bulk_doc},
    {"POST", "/api/batches/{id}/undo", ts_call_route, TS_SCOPE_WRITE | TS_SCOPE_REVIEW, .doc = &undo_doc},
};
const ts_family ts_family_tags = {routes, TS_COUNT_OF(routes)};
