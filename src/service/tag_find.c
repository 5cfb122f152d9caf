/* service: the threads that find pictures: one feeds the workers, one runs ahead to count. */
#include <stdlib.h>
#include <string.h>

#include "service/path_set.h"
#include "service/tag_run.h"
#include "service/tag_source.h"

typedef struct finder {
    ts_tag_run *run;
    ts_walk_visit visit; /* of files and folders */
    void *context;
    ts_walk_counts *counts;
} finder;

static ts_walk_options walk_options(const ts_tag_request *request)
{
    return (ts_walk_options){
        .excludes = request->excludes,
        .exclude_count = request->exclude_count,
        .hidden = request->hidden,
        .follow = request->follow,
    };
}

static bool push_picture(ts_tag_run *run, ts_buf *bytes)
{
    ts_work work = {.path = strdup("-"), .bytes = *bytes, .from_memory = true};
    *bytes = (ts_buf){0};
    bool pushed = work.path && ts_work_queue_push(run->queue, &work);
    ts_work_free(&work);
    return pushed;
}

static bool take_stdin(void *context, const char *path, ts_buf *bytes, const ts_error *problem)
{
    finder *f = context;
    if (bytes) {
        f->counts->files++;
        return f->run->queue ? push_picture(f->run, bytes) : f->visit(f->context, path, NULL);
    }
    if (problem) return f->visit(f->context, path, problem);
    ts_walk_options options = walk_options(f->run->request);
    return ts_walk(path, &options, f->visit, f->context, f->counts);
}

void ts_tag_find(ts_tag_run *run, ts_walk_visit visit, void *context, ts_walk_counts *counts)
{
    const ts_tag_request *request = run->request;
    finder f = {run, visit, context, counts};
    ts_walk_options options = walk_options(request);
    ts_path_set *seen = ts_path_set_new(); /* the same PATH twice is one */
    bool go_on = seen != NULL;
    for (size_t i = 0; i < request->path_count && go_on; i++) {
        const char *path = request->paths[i];
        if (ts_path_set_has(seen, path)) continue;
        go_on = ts_path_set_add(seen, path);
        if (!go_on) break;
        if (strcmp(path, "-") == 0) go_on = ts_stdin_read(run, take_stdin, &f);
        else go_on = ts_walk(path, &options, visit, context, counts);
    }
    ts_path_set_free(seen);
}

typedef struct feeder {
    ts_tag_run *run;
    uint64_t done_before;
} feeder;

static bool feed(void *context, const char *path, const ts_error *problem)
{
    feeder *f = context;
    if (ts_tag_run_halted(f->run)) return false;
    if (ts_tag_sink_done_before(&f->run->sink, path)) {
        f->done_before++;
        return true;
    }
    ts_work work = {.path = strdup(path)};
    if (problem) work.problem = malloc(sizeof *work.problem);
    if (problem && work.problem) *work.problem = *problem;
    bool pushed = work.path && (!problem || work.problem) && ts_work_queue_push(f->run->queue, &work);
    ts_work_free(&work);
    return pushed;
}

void *ts_tag_find_thread(void *argument)
{
    ts_tag_run *run = argument;
    ts_walk_counts counts = {0};
    feeder f = {run, 0};
    ts_tag_find(run, feed, &f, &counts);
    ts_work_queue_close(run->queue, false);
    pthread_mutex_lock(&run->lock);
    run->summary.done_before = f.done_before;
    run->summary.skipped = counts.skipped + counts.folders_skipped;
    run->summary.nomedia = counts.nomedia;
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static bool count_one(void *context, const char *path, const ts_error *problem)
{
    ts_tag_run *run = context;
    (void)problem;
    if (ts_tag_run_halted(run)) return false;
    if (ts_tag_sink_done_before(&run->sink, path)) return true;
    pthread_mutex_lock(&run->lock);
    run->total++;
    pthread_mutex_unlock(&run->lock);
    return true;
}

void *ts_tag_count_thread(void *argument)
{
    ts_tag_run *run = argument;
    ts_walk_counts counts = {0};
    ts_tag_find(run, count_one, run, &counts);
    pthread_mutex_lock(&run->lock);
    run->total_known = !ts_tag_run_halted(run);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}
