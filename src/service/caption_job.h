/* service (private): the job that asks a captioner on another server for a picture's texts. */
#ifndef TS_SERVICE_CAPTION_JOB_H
#define TS_SERVICE_CAPTION_JOB_H

#include "catalog/pictures.h"
#include "service/core.h"

/* Member of a row's extra: {"by": "captioner MODEL", "texts": {"de": {...}}}. */
#define TS_CAPTIONS "captions"

/* Queues it for a picture that has just been tagged and may be seen; nothing where no captioner is set. Best effort: a picture
 * without these texts has those that its tags make. */
void ts_caption_wish(ts_service *service, const ts_picture_row *row);

/* A handler of the job queue. One at a time: others' tagging goes on meanwhile. */
bool ts_run_caption_job(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err);

#endif
