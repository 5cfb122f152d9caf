/* service: the review queue: people say whether what machines suggested, or found sensitive, is right.
 *
 * What waits is what the tags say (catalog/reviews.h), what comes first and what answers do are rules (review/review.h);
 * here they meet the people. Whoever asks gets questions that nobody else has: they are lent to a desk (a browser's tab,
 * a program) until they are answered, given back, or the time is up. Answers are lines of the ledger by that person, in
 * the same commit as what is remembered of the call that brought them, so that a call that comes twice counts once.
 * Scope of all: review. */
#ifndef TS_SERVICE_REVIEW_H
#define TS_SERVICE_REVIEW_H

#include "service/pictures.h"

typedef struct ts_review_ask {
    const char *desk;  /* whose questions they become, beside the actor: 1 to 64 characters */
    bool of_concept;   /* pictures of one tag; else pictures with all that is asked about each */
    const char *tag;   /* key of that tag; NULL: the one that needs it most */
    unsigned count;    /* pictures, 1 to 50 */
    bool fresh;        /* what this desk still has is given back before */
    bool with_skipped; /* what this actor skipped comes again now */
} ts_review_ask;

typedef struct ts_review_item {
    ts_picture_full picture;
    const char *const *keys; /* of the tags that are asked about */
    size_t key_count;
} ts_review_item;

typedef struct ts_review_batch {
    const ts_review_item *items; /* what helps most first */
    size_t count;
    const char *tag; /* of_concept: which; NULL when nothing waits */
    int64_t until;   /* the questions are this desk's until then */
} ts_review_batch;

/* Nothing to ask is no error: count is 0. */
bool ts_service_review_next(ts_service *service, const ts_actor *actor, const ts_review_ask *ask,
                            ts_arena *arena, ts_review_batch *out, ts_error *err);

/* One answer; answer and outcome are numbers of review/review.h, by their names. */
typedef struct ts_review_said {
    const char *picture, *tag; /* the picture's id, the tag's key */
    const char *answer;        /* "yes" "no" "unsure" "skip" */
    const char *outcome;       /* out: "counted" "decided" "gone" */
} ts_review_said;

/* All in one commit. request: the client's own name for this call, 1 to 64 characters; the same again by the same actor
 * changes nothing and is answered alike (*repeated). said: 1 to 200. */
bool ts_service_review_answer(ts_service *service, const ts_actor *actor, const char *desk,
                              const char *request, ts_review_said *said, size_t count, ts_arena *arena,
                              bool *repeated, ts_error *err);

/* Takes a call of one's own back: its questions are this desk's again. undone and skipped: as ts_service_undo, in tags.
 * A second time changes nothing. TS_NOT_FOUND: there was no such call. */
typedef struct ts_review_undone {
    size_t undone, skipped;
} ts_review_undone;
bool ts_service_review_undo(ts_service *service, const ts_actor *actor, const char *desk, const char *request,
                            ts_review_undone *out, ts_error *err);

/* What the desk has goes back to the queue. */
bool ts_service_review_release(ts_service *service, const ts_actor *actor, const char *desk, ts_error *err);

/* Which tags have how many questions, most first. */
typedef struct ts_review_group {
    const char *key, *label, *facet; /* label of free words; NULL for concepts */
    int64_t waiting;
    bool sensitive;
} ts_review_group;
bool ts_service_review_groups(ts_service *service, const ts_actor *actor, unsigned limit, ts_arena *arena,
                              const ts_review_group **groups, size_t *count, ts_error *err);

/* open: questions left; done: answered since then, by anybody; mine: by this actor; skipped: put off by this actor. */
typedef struct ts_review_progress {
    int64_t open, done, mine, skipped;
} ts_review_progress;
bool ts_service_review_progress(ts_service *service, const ts_actor *actor, int64_t since_ms,
                                ts_review_progress *out, ts_error *err);

#endif
