/* service: what the server is doing: background jobs, the stream of changes, figures. */
#ifndef TS_SERVICE_WATCH_H
#define TS_SERVICE_WATCH_H

#include "catalog/changes.h"
#include "catalog/jobs.h"
#include "service/models.h"
#include "service/service.h"

/* ---- jobs ---------------------------------------------------------------------------------------- */

typedef struct ts_job_full {
    ts_job_row row;
    const char *picture; /* public id of row.picture, or "" */
} ts_job_full;

/* Those of the actor's own key, or everybody's for scopes review and admin. A job of another key is TS_NOT_FOUND. */
bool ts_service_job(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                    ts_job_full *out, ts_error *err);

/* Newest first. cursor: NULL or what the last call gave; next is NULL on the last page. The quarantine is the list
 * with state TS_JOB_QUARANTINED. TS_USAGE: a cursor that this list did not give. */
typedef struct ts_job_query {
    const char *kind;    /* NULL: all */
    const char *picture; /* public id; NULL: all */
    int state;           /* ts_job_state, or -1: all */
    const char *cursor;
    unsigned limit; /* 1 to 200 */
} ts_job_query;
typedef struct ts_job_page {
    const ts_job_full *jobs;
    size_t count;
    const char *next;
    int64_t counts[TS_JOB_STATE_COUNT]; /* of all jobs that the actor may see, whatever the query */
} ts_job_page;
bool ts_service_job_list(ts_service *service, const ts_actor *actor, const ts_job_query *query,
                         ts_arena *arena, ts_job_page *out, ts_error *err);

/* TS_CONFLICT when it has ended (cancel), or is not failed, quarantined or cancelled (requeue). Scope: write. */
bool ts_service_job_cancel(ts_service *service, const ts_actor *actor, const char *id, ts_error *err);
bool ts_service_job_requeue(ts_service *service, const ts_actor *actor, const char *id, ts_error *err);

/* ---- changes ------------------------------------------------------------------------------------- */

/* A line of the change log and whom it is for. */
typedef struct ts_news {
    ts_change change;   /* pictures have their public id in `id`, whatever the kind */
    const char *key_id; /* of a job: on whose behalf, "" nobody's, NULL: forgotten since */
} ts_news;
typedef struct ts_news_page {
    const ts_news *news; /* ascending */
    size_t count;
    int64_t last; /* as in ts_change_page */
    bool lost;
} ts_news_page;

/* Up to limit lines of the change log after `after`, whoever they are for; none yet: waits for one up to wait_ms. Wakes
 * early, with an empty page, when the service drains. after -1: nothing but `last`, where the log stands now. Scope: admin:
 * it is read once for all who listen, and ts_news_for says what each of them is told. */
bool ts_service_changes(ts_service *service, const ts_actor *actor, int64_t after, size_t limit,
                        unsigned wait_ms, ts_arena *arena, ts_news_page *out, ts_error *err);

/* What someone with these scopes and this key is told of it; false: nothing. Pictures that are held are there for the scope
 * review alone: for others one that is withdrawn is deleted. Jobs are for the key that they run for, for review and admin;
 * keys, people, presets and webhooks for admin. Pure. */
bool ts_news_for(const ts_news *news, uint32_t scopes, const char *key_id, ts_change *told);

/* ---- figures ------------------------------------------------------------------------------------- */

typedef struct ts_service_stats {
    int64_t pictures;                 /* in the catalogue */
    int64_t jobs[TS_JOB_STATE_COUNT]; /* by state */
    int64_t deliveries[3];            /* waiting, delivered, dead */
    uint64_t tagged, failed;          /* pictures since the start */
    double tag_seconds;               /* wall time inside the tagger since the start, over all its jobs */
    unsigned waiting;                 /* synchronous uploads that wait for a turn */
    uint64_t index_pictures, index_bytes, index_seq, change_seq;
    uint64_t free_bytes; /* of the disk that the data folder lies on */
} ts_service_stats;
/* Quick (milliseconds): for /metrics. No scope: the caller guards it. */
bool ts_service_stats_of(ts_service *service, ts_service_stats *out, ts_error *err);

/* Visits the networks that this server has or could have, sorted by name. No scope: the caller guards it. */
bool ts_service_own_models(ts_service *service, ts_model_visit visit, void *context, ts_error *err);

#endif
