/* service: tags changed by people: one picture, or all that a query finds, with preview and undo. */
#ifndef TS_SERVICE_EDIT_H
#define TS_SERVICE_EDIT_H

#include "service/find.h"

typedef enum ts_edit_action {
    TS_EDIT_ADD = 0, /* accepted, by this actor; brings a rejected tag back */
    TS_EDIT_REMOVE,  /* gone, and never brought back by a machine */
    TS_EDIT_ACCEPT,
    TS_EDIT_REJECT,
    TS_EDIT_REPLACE, /* exactly these tags of the actor's choice; others are removed. One without tag: no tags at all */
    TS_EDIT_ACTION_COUNT
} ts_edit_action;
const char *ts_edit_action_name(ts_edit_action action); /* "add" */

/* tag: a concept id, or a word in any of the seven languages: it becomes the concept it names when it names one, else
 * stays a free word. with: for REPLACE of one tag by another, else NULL. */
typedef struct ts_edit {
    ts_edit_action action;
    const char *tag;
    const char *with;
    bool as_given; /* as ts_upload.tags_as_given */
    const ts_rect
        *boxes; /* of ADD, on one picture: where it is, in place of the boxes it had. Pixels of the upright
                             picture; what lies outside is cut off. NULL: nothing is said of that */
    size_t box_count;
} ts_edit;

typedef struct ts_edit_result {
    const char *batch;          /* id for undo */
    size_t matched;             /* pictures that the query found */
    size_t changed;             /* pictures on which something changed or would */
    const ts_tag_diff *samples; /* of the first few */
    size_t sample_count;
} ts_edit_result;

/* Scope: write; to accept and reject, review is enough. Held pictures are edited by those with review only. */
bool ts_service_edit(ts_service *service, const ts_actor *actor, const char *id, const ts_edit *edits,
                     size_t count, int64_t if_version, ts_arena *arena, ts_picture_full *out, ts_error *err);

/* By question or numbers; with_held is not heard: it goes by the actor's scope. dry: counts and samples only. expect: TS_CHANGED when another number of pictures matches than the preview
 * showed; -1: whatever matches. Atomic in steps of 1,000 pictures under one batch id: when it fails half-way, result says
 * what is done already (changed > 0), and its batch can be undone. */
typedef struct ts_bulk_edit {
    ts_choice which;
    const ts_edit *edits;
    size_t count;
    bool dry;
    int64_t expect;
} ts_bulk_edit;
bool ts_service_bulk_edit(ts_service *service, const ts_actor *actor, const ts_bulk_edit *bulk,
                          ts_arena *arena, ts_edit_result *result, ts_error *err);

/* Scope: write; review is enough for a batch of one's own. Takes it back where nothing was changed since; `skipped` counts where something was. Tells picture.updated. */
typedef struct ts_undo_result {
    size_t undone, skipped;
} ts_undo_result;
bool ts_service_undo(ts_service *service, const ts_actor *actor, const char *batch, ts_undo_result *result,
                     ts_error *err);

/* The ledger of one picture, newest first. */
bool ts_service_history(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                        const ts_ledger_line **lines, size_t *count, ts_error *err);

#endif
