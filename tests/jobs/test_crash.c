/* tests/jobs: a process that is killed while it works: nothing is lost, a poisonous job ends in quarantine. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "house.h"

/* One byte a run into a file outside the catalogue: what the world saw of it. */
static void leave_trace(const house *h, const char *payload)
{
    char *path = ts_test_path(h->folder, payload);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, "x", 1) == 1);
    close(fd);
    free(path);
}

static long traces(const house *h, const char *payload)
{
    struct stat st;
    char *path = ts_test_path(h->folder, payload);
    long size = stat(path, &st) == 0 ? (long)st.st_size : 0;
    free(path);
    return size;
}

/* "poison" kills the process, as a crash in a codec would; others take a moment. */
static bool run_work(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    (void)run;
    (void)err;
    leave_trace(context, job->payload);
    if (strcmp(job->payload, "poison") == 0) (void)kill(getpid(), SIGKILL);
    usleep(2000);
    return true;
}

enum { JOBS = 40 };

static const char *name_of(int i, char out[16])
{
    (void)snprintf(out, 16, i == 7 ? "poison" : "job%d", i);
    return out;
}

/* The life of one process: opens the queue, works until it is done, or dies of it. */
static void live(const char *folder, bool add)
{
    house h = {.folder = (char *)(uintptr_t)folder, .arena = ts_arena_new(0)};
    const ts_job_handler handlers[] = {{.kind = "work", .run = run_work, .context = &h}};
    ts_job_row rows[JOBS] = {{0}};
    char names[JOBS][16];
    h.catalog = ts_catalog_open(folder, NULL, NULL);
    if (!h.catalog) _exit(3);
    h.queue = ts_job_queue_open(h.catalog, &(ts_job_options){.workers = 2, .backoff_base_ms = 1}, handlers, 1,
                                NULL);
    if (!h.queue) _exit(4);
    for (int i = 0; i < JOBS; i++) rows[i] = (ts_job_row){.kind = "work", .payload = name_of(i, names[i])};
    if (add && !ts_job_queue_add(h.queue, rows, JOBS, h.arena, NULL)) _exit(5);
    ts_job_statistics s;
    do {
        usleep(5000);
        ts_job_queue_statistics(h.queue, &s);
    } while (s.queued + s.running > 0);
    ts_job_queue_close(h.queue);
    ts_catalog_close(h.catalog);
    ts_arena_free(h.arena);
    _exit(0);
}

/* How the process ended: its signal, or 0. Killed from outside after so many ms, unless 0. */
static int live_and_die(const char *folder, bool add, useconds_t kill_after_ms)
{
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) live(folder, add);
    if (kill_after_ms) {
        usleep(kill_after_ms * 1000);
        (void)kill(pid, SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status)) assert_int_equal(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void a_poisonous_job_ends_in_quarantine(void **state)
{
    (void)state;
    house h = {.folder = ts_test_folder(), .arena = ts_arena_new(0)};
    ts_error err;
    int deaths = 0;
    while (live_and_die(h.folder, deaths == 0, 0) == SIGKILL) assert_true(++deaths <= 3);
    assert_int_equal(deaths, 3);
    assert_int_equal(traces(&h, "poison"), 3);
    for (int i = 0; i < JOBS; i++) {
        char name[16];
        if (i != 7) assert_in_range(traces(&h, name_of(i, name)), 1, 2);
    }
    assert_works((h.catalog = ts_catalog_open(h.folder, NULL, &err)) != NULL, err);
    int64_t counts[TS_JOB_STATE_COUNT];
    ts_txn *txn = ts_catalog_read_begin(h.catalog, &err);
    const ts_job_row *rows = NULL;
    size_t count = 0;
    assert_works(ts_jobs_counts(txn, NULL, 0, counts, &err), err);
    ts_job_filter filter = {.state = TS_JOB_QUARANTINED};
    assert_works(ts_jobs_list(txn, &filter, 0, 10, h.arena, &rows, &count, &err), err);
    assert_int_equal(counts[TS_JOB_QUARANTINED], 1);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].payload, "poison");
    assert_int_equal(rows[0].attempts, 3);
    /* Its neighbours in the other worker died with it, but only once each: then both ran alone. */
    assert_int_equal(counts[TS_JOB_DONE], JOBS - 1);
    ts_catalog_read_end(txn);
    ts_catalog_close(h.catalog);
    ts_arena_free(h.arena);
    ts_test_folder_end(h.folder);
}

/* Killed at many moments. Every job added is done in the end, and a job runs again only when it was in hand. */
static void nothing_is_lost(void **state)
{
    (void)state;
    house h = {.folder = ts_test_folder(), .arena = ts_arena_new(0)};
    ts_error err;
    const ts_job_handler handlers[] = {{.kind = "work", .run = run_work, .context = &h}};
    assert_works((h.catalog = ts_catalog_open(h.folder, NULL, &err)) != NULL, err);
    ts_job_row rows[JOBS];
    char names[JOBS][16];
    for (int i = 0; i < JOBS; i++) {
        (void)snprintf(names[i], sizeof names[i], "job%d", i);
        rows[i] = (ts_job_row){.kind = "work", .payload = names[i], .max_attempts = 100};
    }
    h.queue = ts_job_queue_open(h.catalog, &(ts_job_options){.paused = true}, handlers, 1, &err);
    assert_works(h.queue && ts_job_queue_add(h.queue, rows, JOBS, h.arena, &err), err);
    ts_job_queue_close(h.queue);
    ts_catalog_close(h.catalog);
    int kills = 0;
    for (useconds_t ms = 10; kills < 60 && live_and_die(h.folder, false, ms * TS_TEST_PATIENCE) == SIGKILL;
         ms += 3)
        kills++;
    assert_int_equal(live_and_die(h.folder, false, 0), 0);
    long extra = 0;
    for (int i = 0; i < JOBS; i++) {
        long runs = traces(&h, names[i]);
        assert_true(runs >= 1);
        extra += runs - 1;
    }
    assert_true(extra <= 2 * kills); /* two workers */
    print_message("# %d kills, %ld runs more than jobs\n", kills, extra);
    ts_arena_free(h.arena);
    ts_test_folder_end(h.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poisonous_job_ends_in_quarantine),
        cmocka_unit_test(nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
