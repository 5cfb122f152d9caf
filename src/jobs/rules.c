/* jobs: the decisions that need no queue: what no retry can mend, how long to wait, how long it will take. */
#include <jansson.h>
#include <stdlib.h>

#include "jobs/queue.h"

bool ts_job_is_permanent(ts_code code)
{
    switch (code) {
    case TS_USAGE:
    case TS_NOT_FOUND:
    case TS_UNSUPPORTED:
    case TS_NOT_PICTURE:
    case TS_CORRUPT:
    case TS_TOO_LARGE:
    case TS_CONFIG:
    case TS_UNAUTHORIZED:
    case TS_FORBIDDEN:
    case TS_CONFLICT:
    case TS_NO_CREDIT:
    case TS_REFUSED:
        return true;
    /* Moments pass, disks are emptied, models are installed, and a decoder may have died of another's hunger. */
    case TS_OK:
    case TS_IO:
    case TS_TIMEOUT:
    case TS_DECODER_DIED:
    case TS_NO_MEMORY:
    case TS_MODEL:
    case TS_ENGINE:
    case TS_INTERRUPTED:
    case TS_INTERNAL:
    case TS_CHANGED:
    case TS_RATE_LIMITED:
    case TS_BUSY:
    case TS_NO_SPACE:
    case TS_CODE_COUNT:
        return false;
    }
    return false;
}

bool ts_job_has_ended(ts_job_state state)
{
    return state != TS_JOB_QUEUED && state != TS_JOB_RUNNING;
}

/* Doubles with each attempt up to the cap, then a quarter up or down, so that what failed together does not come back
 * together. */
int64_t ts_job_backoff(uint32_t base_ms, uint32_t cap_ms, int64_t attempt, uint64_t random)
{
    uint64_t delay = base_ms;
    for (int64_t i = 1; i < attempt && delay < cap_ms; i++) delay *= 2;
    if (delay > cap_ms) delay = cap_ms;
    uint64_t spread = delay / 2;
    return (int64_t)(delay - spread / 2 + (spread ? random % (spread + 1) : 0));
}

int64_t ts_job_eta(const ts_job_row *job, int64_t now)
{
    int64_t since = job->started ? job->started : job->created;
    if (ts_job_has_ended(job->state)) return 0;
    if (job->done <= 0 || job->total <= 0 || since <= 0 || now < since) return -1;
    if (job->done >= job->total) return 0;
    return (int64_t)((double)(now - since) / (double)job->done * (double)(job->total - job->done));
}

const char *ts_job_error_json(const ts_error *error, ts_arena *arena)
{
    json_t *object = json_pack("{s:s, s:s, s:s}", "code", ts_code_name(error->code), "message",
                               error->message, "hint", error->hint);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    const char *copy = text ? ts_arena_strdup(arena, text) : NULL;
    free(text);
    json_decref(object);
    return copy;
}

unsigned ts_job_retry_after(double seconds_a_job, unsigned workers, size_t max_queued)
{
    double jobs = max_queued > 100 ? (double)max_queued / 100 : 1;
    double seconds = seconds_a_job > 0 ? seconds_a_job * jobs / workers : 5;
    return seconds < 1 ? 1 : seconds > 60 ? 60 : (unsigned)(seconds + 0.999);
}
