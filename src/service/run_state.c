/* service: the state file. Its format is documented in run_state.h; it knows no tagger and no output. */
#include "service/run_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/append.h"
#include "exchange/exchange.h"
#include "service/path_set.h"

struct ts_run_state {
    ts_append log;
    ts_path_set *done;
};

typedef struct reader {
    ts_run_state *state;
    ts_run_label label;
    void *context;
    ts_run_mark *mark;
} reader;

static bool not_ours(const char *path, ts_error *err)
{
    (void)ts_fail(err, TS_USAGE, "%s is no state file of Tagsmith", path);
    return ts_hint(err, "name a new file for --resume");
}

static bool check_header(const char *line, const char *fingerprint, const char *path, ts_error *err)
{
    size_t magic = strlen(TS_RUN_STATE_MAGIC);
    if (strncmp(line, TS_RUN_STATE_MAGIC "\t", magic + 1) != 0) return not_ours(path, err);
    if (strcmp(line + magic + 1, fingerprint) == 0) return true;
    (void)ts_fail(err, TS_USAGE, "%s belongs to a run with other settings", path);
    return ts_hint(err, "repeat the options of that run (%s), or name a new file for --resume",
                   line + magic + 1);
}

static bool parse_mark(const char *line, ts_run_mark *mark)
{
    int used = 0;
    int n =
        sscanf(line, "c\t%" SCNu64 "\t%" SCNu64 "\t%" SCNu64 "\t%" SCNu64 "\t%" SCNu64 "%n", &mark->tagged,
               &mark->failed, &mark->output_bytes, &mark->report_page, &mark->report_bytes, &used);
    return n == 5 && line[used] == '\0';
}

/* Where the last whole "c" line ends, or where the header ends when there is none: first pass, before anything is
 * believed. */
static long find_end(FILE *file, char **line, size_t *size, ts_run_mark *mark)
{
    long end = ftell(file);
    for (;;) {
        ssize_t n = getline(line, size, file);
        if (n <= 0 || (*line)[n - 1] != '\n') return end;
        (*line)[n - 1] = '\0';
        ts_run_mark found;
        if ((*line)[0] == 'c' && parse_mark(*line, &found)) {
            *mark = found;
            end = ftell(file);
        }
    }
}

static bool take_entry(reader *r, char *line, ts_error *err)
{
    if (line[0] != 'd' && line[0] != 'e') return true;
    char *rest = line + 2;
    char *field = strsep(&rest, "\t");
    ts_buf path = {0};
    bool ok = ts_path_unescape(field, strlen(field), &path) && path.length > 0;
    if (ok && !ts_path_set_add(r->state->done, path.data)) ok = false;
    ts_buf_free(&path);
    if (!ok) return ts_fail(err, TS_CONFIG, "the state file holds a malformed path");
    while (rest && r->label) {
        field = strsep(&rest, "\t");
        ts_buf label = {0};
        if (*field && ts_path_unescape(field, strlen(field), &label)) r->label(r->context, label.data);
        ts_buf_free(&label);
    }
    return true;
}

static bool read_log(reader *r, FILE *file, const char *fingerprint, const char *path, long *end,
                     ts_error *err)
{
    char *line = NULL;
    size_t size = 0;
    bool ok = true;
    ssize_t n = getline(&line, &size, file);
    *end = 0;
    if (n <= 0) goto done; /* empty: a new run */
    if (line[n - 1] != '\n') {
        /* A header that was cut off in the middle: nothing can have been committed after it. */
        size_t known = strlen(TS_RUN_STATE_MAGIC);
        if (strncmp(line, TS_RUN_STATE_MAGIC, (size_t)n < known ? (size_t)n : known) != 0)
            ok = not_ours(path, err);
        goto done;
    }
    line[n - 1] = '\0';
    ok = check_header(line, fingerprint, path, err);
    if (!ok) goto done;
    long start = ftell(file);
    *end = find_end(file, &line, &size, r->mark);
    if (fseek(file, start, SEEK_SET) != 0) ok = ts_fail_errno(err, "cannot read %s", path);
    while (ok && ftell(file) < *end && (n = getline(&line, &size, file)) > 0) {
        line[n - 1] = '\0';
        if (n > 2) ok = take_entry(r, line, err);
    }
done:
    free(line);
    return ok;
}

static bool load(reader *r, const char *path, const char *fingerprint, long *end, ts_error *err)
{
    *end = 0;
    FILE *file = fopen(path, "rbe");
    if (!file) return errno == ENOENT || ts_fail_errno(err, "cannot read %s", path);
    bool ok = read_log(r, file, fingerprint, path, end, err);
    (void)fclose(file);
    return ok;
}

/* The lock is taken before reading, on a descriptor that only serves for it until the log is open. */
static int lock_file(const char *path, ts_error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        (void)ts_fail_errno(err, "cannot open the state file %s", path);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    (void)ts_fail(err, TS_USAGE, "another run is using the state file %s", path);
    (void)ts_hint(err, "wait for it, or name another file for --resume");
    close(fd);
    return -1;
}

static bool open_log(ts_run_state *state, const char *path, const char *fingerprint, long end, int lock,
                     ts_error *err)
{
    if (!ts_append_open(&state->log, path, (uint64_t)end, err)) return false;
    /* One open file description holds both the lock and the log, so the lock lives as long as the log. */
    if (dup3(lock, state->log.fd, O_CLOEXEC) < 0 || lseek(state->log.fd, (off_t)end, SEEK_SET) < 0)
        return ts_fail_errno(err, "cannot open the state file %s", path);
    if (end > 0) return true;
    ts_buf header = {0};
    bool ok = ts_buf_printf(&header, TS_RUN_STATE_MAGIC "\t%s\n", fingerprint);
    ok = ok ? ts_append_write(&state->log, header.data, header.length, err) : ts_fail_memory(err);
    ts_buf_free(&header);
    return ok && ts_append_flush(&state->log, true, err);
}

ts_run_state *ts_run_state_open(const char *path, const char *fingerprint, ts_run_label label, void *context,
                                ts_run_mark *mark, ts_error *err)
{
    *mark = (ts_run_mark){0};
    int lock = lock_file(path, err);
    if (lock < 0) return NULL;
    ts_run_state *state = calloc(1, sizeof *state);
    bool ok = state && (state->done = ts_path_set_new()) != NULL;
    if (!ok) (void)ts_fail_memory(err);
    long end = 0;
    reader r = {state, label, context, mark};
    ok = ok && load(&r, path, fingerprint, &end, err) && open_log(state, path, fingerprint, end, lock, err);
    close(lock);
    if (ok) return state;
    ts_run_state_free(state);
    return NULL;
}

void ts_run_state_free(ts_run_state *state)
{
    if (!state) return;
    if (state->log.open) {
        ts_buf_clear(&state->log.pending); /* not committed: not true */
        (void)ts_append_close(&state->log, NULL);
    }
    ts_path_set_free(state->done);
    free(state);
}

bool ts_run_state_done(const ts_run_state *state, const char *path)
{
    return ts_path_set_has(state->done, path);
}

bool ts_run_state_add(ts_run_state *state, const char *path, bool failed, const char *const *labels,
                      size_t label_count, ts_error *err)
{
    ts_buf line = {0};
    (void)ts_buf_puts(&line, failed ? "e\t" : "d\t");
    (void)ts_path_escape(path, "", &line);
    for (size_t i = 0; i < label_count; i++) {
        (void)ts_buf_putc(&line, '\t');
        (void)ts_path_escape(labels[i], "", &line);
    }
    bool ok = ts_buf_putc(&line, '\n') && !line.failed;
    ok = ok ? ts_append_write(&state->log, line.data, line.length, err) : ts_fail_memory(err);
    ts_buf_free(&line);
    return ok;
}

bool ts_run_state_commit(ts_run_state *state, const ts_run_mark *mark, ts_error *err)
{
    ts_buf line = {0};
    bool ok =
        ts_buf_printf(&line, "c\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
                      mark->tagged, mark->failed, mark->output_bytes, mark->report_page, mark->report_bytes);
    ok = ok ? ts_append_write(&state->log, line.data, line.length, err) : ts_fail_memory(err);
    ts_buf_free(&line);
    return ok && ts_append_flush(&state->log, true, err);
}
