/* service (private): the job that forgets what nobody needs any more, once an hour. */
#ifndef TS_SERVICE_UPKEEP_H
#define TS_SERVICE_UPKEEP_H

#include "service/core.h"

/* Handler of jobs of the kind "upkeep"; context is the service. Ended jobs and delivered webhooks of more than 30 days,
 * answers of repeatable requests of more than a day, change log lines of more than a week, pictures that have been gone
 * from their folders for 30 days, and originals that no picture refers to. */
bool ts_run_upkeep_job(void *service, const ts_job_row *job, ts_job_run *run, ts_error *err);

#endif
