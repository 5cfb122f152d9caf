/* service (private): the job that compares a picture with those before it (twins.h). */
#ifndef TS_SERVICE_TWIN_JOB_H
#define TS_SERVICE_TWIN_JOB_H

#include "service/core.h"
#include "service/pictures.h"

/* Writes. Queues the job where the row asks for it and was looked at; else does nothing. */
bool ts_twins_queue(ts_txn *txn, const ts_picture_row *row, ts_arena *arena, ts_error *err);
/* After that commit, with the row as it was then: workers wake. */
void ts_twins_ring(ts_service *service, const ts_picture_row *row);
/* Handler of jobs of the kind "twins"; context is the service. */
bool ts_run_twins_job(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err);

#endif
