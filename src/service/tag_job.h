/* service (private): the job that tags a picture which is kept already, and tagging again on request. */
#ifndef TS_SERVICE_TAG_JOB_H
#define TS_SERVICE_TAG_JOB_H

#include "service/core.h"

/* Handler of jobs of the kind "tag"; context is the service. Payload: {"first": true} for an upload (its credits are
 * given back when it fails for good), {"preset": NAME, "reset": true} for a re-tagging. */
bool ts_run_tag_job(void *service, const ts_job_row *job, ts_job_run *run, ts_error *err);

/* Listener's part: a job that ended without success marks its picture as failed and gives credits back. */
void ts_note_job(ts_service *service, const ts_job_event *event);

#endif
