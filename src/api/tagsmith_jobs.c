/* api: background jobs and the stream of changes. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/events.h"
#include "api/json_of.h"
#include "base/wallclock.h"

static int state_of(const char *name)
{
    for (int i = 0; name && i < TS_JOB_STATE_COUNT; i++) {
        if (strcmp(ts_job_state_name((ts_job_state)i), name) == 0) return i;
    }
    return -1;
}

static json_t *json_of_counts(const int64_t counts[TS_JOB_STATE_COUNT])
{
    json_t *all = json_object();
    for (int i = 0; i < TS_JOB_STATE_COUNT; i++) {
        (void)json_object_set_new(all, ts_job_state_name((ts_job_state)i), json_integer(counts[i]));
    }
    return all;
}

static bool list(ts_call *call)
{
    ts_job_page page = {0};
    ts_job_query query = {.kind = ts_member_text(call->query, "kind"),
                          .picture = ts_member_text(call->query, "picture"),
                          .state = state_of(ts_member_text(call->query, "state")),
                          .cursor = ts_member_text(call->query, "cursor"),
                          .limit = (unsigned)ts_member_int(call->query, "limit", 0)};
    if (!ts_service_job_list(call->service, &call->actor, &query, call->arena, &page, &call->err))
        return false;
    int64_t now = ts_wallclock_ms();
    json_t *jobs = json_array();
    for (size_t i = 0; i < page.count; i++)
        (void)json_array_append_new(jobs, ts_json_of_job(&page.jobs[i], now));
    return ts_answer(call, 200,
                     json_pack("{s:o, s:o, s:o}", "jobs", jobs, "counts", json_of_counts(page.counts), "next",
                               ts_json_of_text(page.next)));
}

static bool get(ts_call *call)
{
    ts_job_full job = {0};
    return ts_service_job(call->service, &call->actor, ts_call_path(call, "id"), call->arena, &job,
                          &call->err) &&
           ts_answer(call, 200, ts_json_of_job(&job, ts_wallclock_ms()));
}

static bool cancel(ts_call *call)
{
    return ts_service_job_cancel(call->service, &call->actor, ts_call_path(call, "id"), &call->err) &&
           get(call);
}

static bool requeue(ts_call *call)
{
    return ts_service_job_requeue(call->service, &call->actor, ts_call_path(call, "id"), &call->err) &&
           get(call);
}

static bool stream_events(ts_call *call)
{
    if (atomic_load(&call->api->stop)) return ts_fail(&call->err, TS_BUSY, "the server is about to stop");
    ts_event_stream *stream = ts_response_events(call->response, &call->err);
    if (!stream) return false;
    return ts_events_join(call->api->events, stream, &call->actor, ts_request_last_event(call->request),
                          &call->err);
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define JOBS "Jobs and events"

static const ts_route_doc list_doc = {
    .id = "listJobs",
    .family = JOBS,
    .summary = "Background jobs; with state=quarantined those that wait for a person.",
    .about = "Those of your own key, or everybody's with the scope review.",
    .query = "JobQuery",
    .answers = {{200, "JobList", NULL, "Newest first."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = list,
};
static const ts_route_doc get_doc = {
    .id = "getJob",
    .family = JOBS,
    .summary = "How far a job is.",
    .answers = {{200, "Job", NULL, "The job."}},
    .run = get,
};
static const ts_route_doc cancel_doc = {
    .id = "cancelJob",
    .family = JOBS,
    .summary = "Stop a job.",
    .answers = {{200, "Job", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = cancel,
};
static const ts_route_doc requeue_doc = {
    .id = "requeueJob",
    .family = JOBS,
    .summary = "Try a failed, quarantined or cancelled job anew.",
    .answers = {{200, "Job", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = requeue,
};
static const ts_route_doc events_doc = {
    .id = "streamEvents",
    .family = JOBS,
    .summary = "Every change as it happens.",
    .about =
        "Server-sent events: the event's name is the kind of change, its data a Change. Who reconnects with "
        "Last-Event-ID misses nothing; the event reset says that too much was missed: read anew.",
    .headers = TS_TAKES_LAST_EVENT,
    .answers = {{200, NULL, "text/event-stream", "A stream that stays open."}},
    .run = stream_events,
};

#define ALL "/api/jobs"
#define ONE ALL "/{id}"
static const ts_route routes[] = {
    {"GET", ALL, ts_call_route, TS_SCOPE_READ, .doc = &list_doc},
    {"GET", ONE, ts_call_route, TS_SCOPE_READ, .doc = &get_doc},
    {"POST", ONE "/cancel", ts_call_route, TS_SCOPE_WRITE, .doc = &cancel_doc},
    {"POST", ONE "/requeue", ts_call_route, TS_SCOPE_WRITE, .doc = &requeue_doc},
    {"GET", "/api/events", ts_call_route, TS_SCOPE_READ, TS_ROUTE_QUERY_KEY, .doc = &events_doc},
};
const ts_family ts_family_jobs = {routes, TS_COUNT_OF(routes)};
