/* service (private): one tagging run, as its threads share it. */
#ifndef TS_SERVICE_TAG_RUN_H
#define TS_SERVICE_TAG_RUN_H

#include <pthread.h>

#include "service/tag_schemes.h"
#include "service/tag_sink.h"
#include "service/texts.h"
#include "service/walk.h"
#include "service/work_queue.h"
#include "tagging/tagging.h"

typedef struct ts_tag_run {
    /* Constant while the threads run. */
    const ts_tag_request *request;
    const ts_tag_hooks *hooks;
    ts_arena *arena; /* folder names, as long as the tagger */
    ts_tagger *tagger;
    ts_tag_rules rules;
    ts_tag_schemes schemes; /* of the user's words */
    ts_describer describer; /* of titles and descriptions */
    char *report_dir;       /* real path of the report's folder, or NULL */
    size_t max_bytes;       /* of one encoded picture */
    double started;         /* ts_clock_ms */

    ts_work_queue *queue;
    atomic_bool halted; /* no new pictures: stopped, an output broke, or nobody reads */

    /* Under `lock`. */
    pthread_mutex_t lock;
    pthread_cond_t finished; /* the last worker went home */
    ts_tag_sink sink;
    ts_tag_summary summary;
    ts_error err; /* what broke the run; code TS_OK while all is well */
    unsigned workers;
    uint64_t total;
    bool total_known;
} ts_tag_run;

/* Ends the search for pictures; those in hand are finished. Any thread. */
void ts_tag_run_halt(ts_tag_run *run);
bool ts_tag_run_halted(const ts_tag_run *run);

/* Thread bodies; `argument` is the run. */
void *ts_tag_find_thread(void *argument);  /* pushes every picture, then closes the queue */
void *ts_tag_count_thread(void *argument); /* walks ahead to learn the total */
void *ts_tag_work_thread(void *argument);

/* What the find thread does, with another visitor: for a dry run. */
void ts_tag_find(ts_tag_run *run, ts_walk_visit visit, void *context, ts_walk_counts *counts);

#endif
