/* service (private): an import under way, shared by those who find, take and watch. */
#ifndef TS_SERVICE_IMPORT_RUN_H
#define TS_SERVICE_IMPORT_RUN_H

#include <pthread.h>
#include <stdatomic.h>

#include "service/import_file.h"
#include "service/work_queue.h"

typedef struct ts_import_run {
    ts_import_job job;
    void (*news)(void *context, const ts_import_news *news);
    void *context;
    const atomic_int *stop;
    ts_work_queue *queue;
    pthread_mutex_t lock; /* guards the counts and the telling */
    uint64_t counts[TS_IMPORT_KIND_COUNT];
    uint64_t found, done;
    bool counted;
    double started_ms;
    bool walked; /* to the end: only then is what was not met gone */
} ts_import_run;

/* Counts one and tells it; one at a time. */
void ts_import_tell(ts_import_run *run, const char *path, const ts_import_outcome *outcome);

/* Opened before the first walk, so that nothing that happens meanwhile is missed. */
typedef struct ts_import_watch ts_import_watch;
ts_import_watch *ts_import_watch_open(const char *root, bool hidden, ts_error *err);
/* Until stop is set. */
bool ts_import_watch_follow(ts_import_watch *watch, ts_import_run *run, ts_error *err);
void ts_import_watch_close(ts_import_watch *watch); /* NULL is fine */

#endif
