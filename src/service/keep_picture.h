/* service (private): from a sight or mere bytes to what is kept: blob, row, tags, vector, credits, webhooks and the answer
 * of a repeatable request, all in one commit. */
#ifndef TS_SERVICE_KEEP_PICTURE_H
#define TS_SERVICE_KEEP_PICTURE_H

#include "service/idempotent.h"
#include "service/see.h"
#include "service/upload.h"

/* Member of a row's extra: who gave its verdict, when a person did. */
#define TS_JUDGED_BY "judged_by"
/* Member of a row's extra: which preset gave it, "NAME@VERSION". */
#define TS_POLICY "policy"

typedef struct ts_keep {
    ts_service *service;
    const ts_actor *actor;
    const ts_upload *ask;
    const ts_preset *preset;
    const ts_sight *sight; /* NULL: not looked at yet */
    const void *bytes;
    size_t length;
    const char *hash, *name;
    ts_idempotent *idempotent;
    bool once;     /* another picture of the same bytes is not wanted */
    bool judge;    /* but one of another policy is (ts_keep_known) */
    int64_t *left; /* out: credits of the key once it has paid; TS_CREDITS_UNLIMITED: of who pays nothing */
    const ts_picture_row *twin; /* out: that picture, when it is why nothing was kept (TS_CONFLICT) */
    int64_t older;              /* out: the picture that became an older revision for this one, or 0 */
    const char *replaced;       /* out: the original whose picture's place was taken, or NULL */
    ts_arena *arena;
} ts_keep;

/* TS_NO_CREDIT before any work is done for a key that has none left. *left as in ts_keep. */
bool ts_keep_check_credits(ts_service *service, const ts_actor *actor, uint32_t credits, int64_t *left,
                           ts_error *err);

/* Of pictures of the same bytes the one that is meant by "there already": the first; with a preset, one that a person
 * judged or else that this preset did, as it is now. NULL: none. */
const ts_picture_row *ts_keep_known(const ts_picture_row *rows, size_t count, const ts_preset *policy);

/* Seen and kept. */
bool ts_keep_tagged(ts_keep *keep, ts_picture_full *out, ts_error *err);
/* Kept, to be seen by a job. */
bool ts_keep_pending(ts_keep *keep, ts_picture_full *out, const char **job, ts_error *err);
/* Seen and forgotten: only the credits are spent. out gets the row without number and id, and the tags. */
bool ts_keep_nothing(ts_keep *keep, ts_picture_full *out, ts_error *err);

/* Removes the original and the thumbnails of these bytes unless a picture refers to them. */
void ts_keep_forget(ts_service *service, const char *sha256);

/* Within a change: queues the event for the hooks that want it and for the address that came with the picture. error: why
 * it failed, or NULL. */
bool ts_picture_tell(ts_service *service, ts_txn *txn, const char *event, const ts_picture_full *picture,
                     const ts_error *error, ts_error *err);

/* Within a change: likewise, for one address alone, as if it had come with the picture. */
bool ts_picture_tell_to(ts_service *service, ts_txn *txn, const char *event, const ts_picture_full *picture,
                        const char *url, const char *key_id, const char *dialect, ts_error *err);
/* Member of a row's extra: the address that came with a picture, whose secret signs, and who writes. */
#define TS_CALLBACK "callback"
json_t *ts_callback_json(const char *url, const char *key_id, const char *dialect);
/* That it was changed (picture.updated), and how: for dialects that tell only that. */
typedef struct ts_picture_change {
    const ts_tag_diff *tags;     /* or NULL */
    const json_t *before;        /* what dialects kept, where that changed; or NULL */
    const char *space, *renamed; /* what it was called there; or NULL */
} ts_picture_change;
bool ts_picture_tell_change(ts_service *service, ts_txn *txn, const ts_picture_full *picture,
                            const ts_picture_change *change, ts_error *err);

/* Within a change: the outcome of a (re-)tagging written to an existing row (given as it was read in this change), and
 * told. `event` may be NULL. */
bool ts_keep_again(ts_service *service, ts_txn *txn, const ts_preset *preset, const ts_sight *sight,
                   bool reset, const char *event, ts_picture_row *row, ts_arena *arena, ts_tag_diff *diff,
                   ts_error *err);

/* The event that tells a verdict: picture.tagged, picture.held, picture.rejected. */
const char *ts_event_of(ts_visibility visibility);

#endif
