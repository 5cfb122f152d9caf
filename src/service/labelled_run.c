/* service: the pictures of a labelled folder through the tagger. Knows no labels. */
#include "service/labelled_run.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/file.h"

enum { picture_arena = 256 << 20, threads_max = 256 };

typedef struct work {
    ts_labelled_run *run;
    ts_arena *arena; /* under the lock */
    pthread_mutex_t lock;
    size_t next, done;
} work;

static bool see(const ts_labelled_run *run, size_t number, ts_error *err)
{
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    ts_record record;
    ts_buf file = {0};
    ts_arena *arena = ts_arena_new(picture_arena);
    rules.others = true;
    if (run->rules) rules = *run->rules;
    bool ok = (arena || ts_fail_memory(err)) &&
              ts_file_read(run->folder->pictures[number].path, 0, &file, err) &&
              ts_tagger_tag(run->tagger, NULL, file.data, file.length, &rules, arena, &record, err);
    if (ok) run->visit(run->context, number, &record);
    ts_buf_free(&file);
    ts_arena_free(arena);
    return ok;
}

static bool take_next(work *w, size_t *number)
{
    const atomic_int *stop = w->run->stop;
    (void)pthread_mutex_lock(&w->lock);
    *number = w->next;
    bool more = w->next < w->run->folder->count && !(stop && atomic_load(stop));
    if (more) w->next++;
    (void)pthread_mutex_unlock(&w->lock);
    return more;
}

static void note_done(work *w, size_t number, const ts_error *trouble)
{
    ts_labelled_run *run = w->run;
    (void)pthread_mutex_lock(&w->lock);
    w->done++;
    if (trouble)
        run->failures[run->failed++] =
            ts_arena_printf(w->arena, "%s: %s", run->folder->pictures[number].path, trouble->message);
    if (run->progress) run->progress(run->progress_context, w->done, run->folder->count);
    (void)pthread_mutex_unlock(&w->lock);
}

static void *work_on(void *context)
{
    work *w = context;
    for (size_t number; take_next(w, &number);) {
        ts_error trouble = {0};
        bool ok = see(w->run, number, &trouble);
        note_done(w, number, ok ? NULL : &trouble);
    }
    return NULL;
}

static bool see_all(work *w, ts_error *err)
{
    pthread_t threads[threads_max];
    unsigned wanted = ts_tagger_jobs(w->run->tagger), started = 0;
    if (wanted > threads_max) wanted = threads_max;
    while (started < wanted && pthread_create(&threads[started], NULL, work_on, w) == 0) started++;
    for (unsigned i = 0; i < started; i++) (void)pthread_join(threads[i], NULL);
    return started > 0 || ts_fail(err, TS_NO_MEMORY, "cannot start a thread");
}

bool ts_labelled_see(ts_labelled_run *run, ts_arena *arena, ts_error *err)
{
    work w = {.run = run, .arena = arena};
    size_t count = run->folder->count;
    run->failed = 0;
    run->failures = TS_NEW_ARRAY(arena, count, const char *);
    if (!run->failures) return ts_fail_memory(err);
    (void)pthread_mutex_init(&w.lock, NULL);
    bool ok = see_all(&w, err);
    (void)pthread_mutex_destroy(&w.lock);
    if (ok && w.done < count) return ts_fail(err, TS_INTERRUPTED, "stopped before all pictures were seen");
    if (ok && run->failed == count) return ts_fail(err, TS_NOT_PICTURE, "none of the pictures could be read");
    return ok;
}
