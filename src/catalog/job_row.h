/* catalog (private): the columns of a job's row, and what the files about jobs share. */
#ifndef TS_CATALOG_JOB_ROW_H
#define TS_CATALOG_JOB_ROW_H

#include "catalog/jobs.h"
#include "catalog/sql.h"

#define TS_SELECT_JOB                                                                                        \
    "SELECT number, id, kind, payload, priority, state, attempts, max_attempts, run_after, lease_until, "    \
    "worker, done,"                                                                                          \
    " total, parent, picture, key_id, error, result, created, started, finished FROM jobs "

/* A ts_row_reader; out is a ts_job_row. */
void ts_job_row_read(ts_rows *rows, ts_arena *arena, void *out);
/* Writes. Logs that this job changed. */
bool ts_job_log(ts_txn *txn, int64_t number, ts_error *err);

#endif
