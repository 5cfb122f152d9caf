/* service: the thread that carries the change log into the search index. What a change log line says is only *that*
 * something changed; what it is now is read anew, so lines may be joined, and applying one twice does no harm. */
#include "service/feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/wait.h"
#include "catalog/changes.h"
#include "catalog/pictures.h"
#include "service/feed_picture.h"

enum {
    page_size = 256, /* lines read at once, applied in one step */
    rebuild_size =
        2048, /* pictures applied in one step when all are read anew: what the index takes at once */
    rebuild_bytes = 48 << 20, /* of the arena; pictures with much writing come in smaller steps */
    snapshot_every_ms = 300000,
};

struct ts_feed {
    ts_feed_options options;
    ts_arena *arena;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t news, progress; /* for the thread; for those who wait */
    int64_t known;                 /* last seq committed */
    int64_t applied;               /* last seq in the index */
    bool hushed;                   /* nobody is to wait for news any more */
    atomic_bool stop;
    double saved_at;
    int64_t saved_seq;
};

static void on_commit(void *context, int64_t last_seq)
{
    ts_feed *feed = context;
    (void)pthread_mutex_lock(&feed->lock);
    feed->known = last_seq;
    (void)pthread_cond_signal(&feed->news);
    (void)pthread_mutex_unlock(&feed->lock);
}

static void set_applied(ts_feed *feed, int64_t seq)
{
    (void)pthread_mutex_lock(&feed->lock);
    feed->applied = seq;
    (void)pthread_cond_broadcast(&feed->progress);
    (void)pthread_mutex_unlock(&feed->lock);
}

static bool concerns_picture(const ts_change *change)
{
    return change->kind == TS_CHANGE_PICTURE || change->kind == TS_CHANGE_PICTURE_DELETED ||
           change->kind == TS_CHANGE_TAGS || change->kind == TS_CHANGE_VECTOR;
}

/* Only the last line about a picture counts: it is read as it is now anyway. */
static bool is_last_of_picture(const ts_change_page *page, size_t at)
{
    for (size_t i = at + 1; i < page->count; i++)
        if (concerns_picture(&page->changes[i]) && page->changes[i].number == page->changes[at].number)
            return false;
    return true;
}

static bool add_change(ts_feed *feed, ts_txn *txn, int64_t number, ts_index_change *change, ts_error *err)
{
    bool there = false;
    ts_index_picture *picture = TS_NEW(feed->arena, ts_index_picture);
    if (!picture) return ts_fail_memory(err);
    if (!ts_feed_picture(txn, number, feed->arena, picture, &there, err)) return false;
    *change = there ? (ts_index_change){.kind = TS_INDEX_PUT, .number = (uint32_t)number, .picture = picture}
                    : (ts_index_change){.kind = TS_INDEX_REMOVE, .number = (uint32_t)number};
    return true;
}

static bool apply_page(ts_feed *feed, ts_txn *txn, const ts_change_page *page, ts_error *err)
{
    size_t count = 0;
    ts_index_change *changes = TS_NEW_ARRAY(feed->arena, page->count, ts_index_change);
    if (!changes) return ts_fail_memory(err);
    for (size_t i = 0; i < page->count; i++) {
        if (!concerns_picture(&page->changes[i]) || !is_last_of_picture(page, i)) continue;
        if (!add_change(feed, txn, page->changes[i].number, &changes[count++], err)) return false;
    }
    return ts_index_apply(feed->options.index, changes, count, (uint64_t)page->last, err);
}

/* ---- reading everything anew --------------------------------------------------------------------- */

/* What is in the index, and what of that has no row any more: the log lines that told of their end may be pruned. */
typedef struct stale {
    const uint32_t *indexed;
    size_t count, at;
    uint32_t *numbers;
    size_t stale_count;
} stale;

static void pass_until(stale *s, int64_t number)
{
    while (s->at < s->count && s->indexed[s->at] < number) s->numbers[s->stale_count++] = s->indexed[s->at++];
}

static bool compare_row(void *context, const ts_picture_row *row)
{
    stale *s = context;
    pass_until(s, row->number);
    s->at += s->at < s->count && s->indexed[s->at] == row->number;
    return true;
}

static bool remove_stale(ts_feed *feed, ts_txn *txn, ts_arena *arena, ts_error *err)
{
    stale s = {0};
    ts_find all = {.query = "*", .min_score = -1, .with_held = true};
    if (!ts_index_select(feed->options.index, &all, arena, &s.indexed, &s.count, err)) return false;
    if (s.count == 0) return true;
    s.numbers = TS_NEW_ARRAY(arena, s.count, uint32_t);
    if (!s.numbers) return ts_fail_memory(err);
    if (!ts_pictures_scan(txn, 0, compare_row, &s, err)) return false;
    pass_until(&s, INT64_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < s.stale_count; i++)
        ok = ts_index_remove(feed->options.index, s.numbers[i], err);
    return ok;
}

static bool remove_what_is_gone(ts_feed *feed, ts_txn *txn, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena ? remove_stale(feed, txn, arena, err) : ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}

/* The next pictures after *after, page by page. *end: there are no more. */
static bool read_step(ts_feed *feed, ts_txn *txn, int64_t *after, ts_index_change *changes, size_t *count,
                      bool *end, ts_error *err)
{
    *count = 0;
    while (!*end && *count + page_size <= rebuild_size && ts_arena_used(feed->arena) < rebuild_bytes) {
        size_t read = 0;
        if (!ts_feed_page(txn, *after, page_size, feed->arena, changes + *count, &read, err)) return false;
        *count += read;
        *end = read < page_size;
        if (*count) *after = changes[*count - 1].number;
    }
    return true;
}

static bool apply_all(ts_feed *feed, ts_txn *txn, ts_index_change *changes, ts_error *err)
{
    ts_index *index = feed->options.index;
    int64_t after = 0;
    for (bool end = false; !end && !feed->stop;) {
        size_t count = 0;
        ts_arena_reset(feed->arena);
        if (!read_step(feed, txn, &after, changes, &count, &end, err) ||
            !ts_index_apply(index, changes, count, ts_index_seq(index), err))
            return false;
    }
    return true;
}

static bool rebuild(ts_feed *feed, ts_txn *txn, ts_error *err)
{
    int64_t seq = 0;
    ts_log_info(feed->options.log, "search index is read anew from the catalogue");
    if (!ts_changes_last(txn, &seq, err) || !remove_what_is_gone(feed, txn, err)) return false;
    ts_index_change *changes = calloc(rebuild_size, sizeof *changes);
    bool ok = changes ? apply_all(feed, txn, changes, err) : ts_fail_memory(err);
    free(changes);
    return ok && (feed->stop || ts_index_apply(feed->options.index, NULL, 0, (uint64_t)seq, err));
}

/* ---- following ------------------------------------------------------------------------------------ */

/* One page further. *more: there may be another. */
static bool step(ts_feed *feed, bool *more, ts_error *err)
{
    ts_change_page page;
    int64_t after = (int64_t)ts_index_seq(feed->options.index);
    ts_arena_reset(feed->arena);
    ts_txn *txn = ts_catalog_read_begin(feed->options.catalog, err);
    if (!txn) return false;
    bool ok = ts_changes_read(txn, after, page_size, feed->arena, &page, err);
    if (ok && (page.lost || (after == 0 && page.count == page_size))) ok = rebuild(feed, txn, err);
    else if (ok && page.count) ok = apply_page(feed, txn, &page, err);
    ts_catalog_read_end(txn);
    *more = ok && page.count == page_size;
    if (ok) set_applied(feed, (int64_t)ts_index_seq(feed->options.index));
    return ok;
}

static void save(ts_feed *feed)
{
    ts_error err = {0};
    int64_t seq = (int64_t)ts_index_seq(feed->options.index);
    feed->saved_at = ts_clock_ms();
    if (seq == feed->saved_seq) return;
    feed->saved_seq = seq;
    if (!ts_index_save(feed->options.index, feed->options.snapshot_dir,
                       ts_catalog_uuid(feed->options.catalog), &err))
        ts_log_trouble(feed->options.log, TS_LOG_WARN, "search index was not saved", &err, NULL);
}

/* Until there is news or it is time for a snapshot. A missed signal costs at most the time-out. */
static bool wait_for_news(ts_feed *feed)
{
    struct timespec until = ts_moment_in(10000);
    (void)pthread_mutex_lock(&feed->lock);
    if (!feed->stop && feed->applied >= feed->known)
        (void)ts_cond_wait_until(&feed->news, &feed->lock, &until);
    bool go_on = !feed->stop;
    (void)pthread_mutex_unlock(&feed->lock);
    return go_on;
}

static void *follow(void *context)
{
    ts_feed *feed = context;
    bool more = true;
    while (more || wait_for_news(feed)) {
        ts_error err = {0};
        if (!step(feed, &more, &err)) {
            ts_log_trouble(feed->options.log, TS_LOG_ERROR, "search index cannot follow the catalogue", &err,
                           NULL);
            (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        }
        if (ts_clock_ms() - feed->saved_at > snapshot_every_ms) save(feed);
        if (feed->stop) break;
    }
    return NULL;
}

/* ---- life ----------------------------------------------------------------------------------------- */

static void make_signals(ts_feed *feed)
{
    (void)pthread_mutex_init(&feed->lock, NULL);
    (void)ts_cond_init(&feed->news);
    (void)ts_cond_init(&feed->progress);
}

static void load_snapshot(ts_feed *feed)
{
    ts_error err = {0};
    const ts_feed_options *o = &feed->options;
    if (ts_index_load(o->index, o->snapshot_dir, ts_catalog_uuid(o->catalog), &err)) {
        feed->saved_seq = (int64_t)ts_index_seq(o->index);
    } else if (err.code != TS_NOT_FOUND) {
        ts_log_trouble(o->log, TS_LOG_WARN, "search index is made anew", &err, NULL);
    }
    feed->applied = (int64_t)ts_index_seq(o->index);
    feed->known = ts_catalog_last_seq(o->catalog);
    feed->saved_at = ts_clock_ms();
}

ts_feed *ts_feed_open(const ts_feed_options *options, ts_error *err)
{
    ts_feed *feed = calloc(1, sizeof *feed);
    if (feed) feed->arena = ts_arena_new(0);
    if (!feed || !feed->arena) {
        free(feed);
        (void)ts_fail_memory(err);
        return NULL;
    }
    feed->options = *options;
    make_signals(feed);
    load_snapshot(feed);
    bool ok = ts_catalog_subscribe(options->catalog, on_commit, feed) ||
              ts_fail(err, TS_INTERNAL, "the catalogue has too many listeners");
    if (ok) feed->started = pthread_create(&feed->thread, NULL, follow, feed) == 0;
    if (ok && feed->started) return feed;
    if (ok) (void)ts_fail(err, TS_NO_MEMORY, "cannot start a thread for the search index");
    ts_feed_close(feed);
    return NULL;
}

/* Only when nothing is written any more: the catalogue would go on calling on_commit. */
void ts_feed_close(ts_feed *feed)
{
    if (!feed) return;
    (void)pthread_mutex_lock(&feed->lock);
    feed->stop = true;
    (void)pthread_cond_broadcast(&feed->news);
    (void)pthread_cond_broadcast(&feed->progress);
    (void)pthread_mutex_unlock(&feed->lock);
    if (feed->started) {
        (void)pthread_join(feed->thread, NULL);
        save(feed);
    }
    (void)pthread_cond_destroy(&feed->news);
    (void)pthread_cond_destroy(&feed->progress);
    (void)pthread_mutex_destroy(&feed->lock);
    ts_arena_free(feed->arena);
    free(feed);
}

static bool wait_until_applied(ts_feed *feed, int64_t seq, uint32_t ms, bool unless_hushed)
{
    struct timespec until = ts_moment_in(ms);
    bool in_time = true;
    (void)pthread_mutex_lock(&feed->lock);
    while (feed->applied < seq && !feed->stop && !(unless_hushed && feed->hushed) && in_time)
        in_time = ts_cond_wait_until(&feed->progress, &feed->lock, &until);
    bool there = feed->applied >= seq;
    (void)pthread_mutex_unlock(&feed->lock);
    return there;
}

bool ts_feed_wait(ts_feed *feed, int64_t seq, uint32_t ms)
{
    return wait_until_applied(feed, seq, ms, false);
}

bool ts_feed_wait_news(ts_feed *feed, int64_t seq, uint32_t ms)
{
    return wait_until_applied(feed, seq, ms, true);
}

void ts_feed_hush(ts_feed *feed)
{
    (void)pthread_mutex_lock(&feed->lock);
    feed->hushed = true;
    (void)pthread_cond_broadcast(&feed->progress);
    (void)pthread_mutex_unlock(&feed->lock);
}

int64_t ts_feed_lag(ts_feed *feed)
{
    (void)pthread_mutex_lock(&feed->lock);
    int64_t lag = feed->known - feed->applied;
    (void)pthread_mutex_unlock(&feed->lock);
    return lag > 0 ? lag : 0;
}
