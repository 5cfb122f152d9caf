/* image: the pool's end of one worker process: shared memory, one exchange, deadline, death. Must not know
 * codecs. */
#include "image/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* Pages above this are given back after a picture; below it they are kept warm for the next. */
#define KEEP_WARM_BYTES ((size_t)32 << 20)

/* ---- shared memory ------------------------------------------------------------------------------- */

/* A sealed area: a worker that could shrink it would kill the pool's process with SIGBUS. */
static int make_area(size_t size, ts_error *err)
{
    int fd = memfd_create("tagsmith", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && ftruncate(fd, (off_t)size) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    (void)ts_fail_errno(err, "cannot make shared memory for decoding");
    if (fd >= 0) (void)close(fd);
    return -1;
}

static bool map_area(size_t size, int *fd, uint8_t **memory, ts_error *err)
{
    *fd = make_area(size, err);
    if (*fd < 0) return false;
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (mapped == MAP_FAILED) return ts_fail_errno(err, "cannot map shared memory for decoding");
    *memory = mapped;
    return true;
}

static void unmap_area(int *fd, uint8_t **memory, size_t size)
{
    if (*memory) (void)munmap(*memory, size);
    if (*fd >= 0) (void)close(*fd);
    *memory = NULL;
    *fd = -1;
}

static void trim_area(int fd, size_t used, size_t size)
{
    if (used <= KEEP_WARM_BYTES) return;
    (void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)KEEP_WARM_BYTES,
                    (off_t)(size - KEEP_WARM_BYTES));
}

void ts_process_trim_slot(ts_process *process, uint32_t slot, size_t used)
{
    trim_area(process->slot_fds[slot], used, process->slot_size);
}

bool ts_process_open(ts_process *process, const char *program, const ts_decode_limits *limits, ts_error *err)
{
    *process = (ts_process){.limits = limits, .program = program, .socket = -1, .input_fd = -1};
    process->input_size = limits->max_bytes > 4096 ? limits->max_bytes : 4096;
    process->slot_size = (size_t)limits->max_pixels * 4 + 4096;
    for (int i = 0; i < TS_WIRE_SLOTS; i++) process->slot_fds[i] = -1;
    bool ok = map_area(process->input_size, &process->input_fd, &process->input, err);
    for (int i = 0; ok && i < TS_WIRE_SLOTS; i++)
        ok = map_area(process->slot_size, &process->slot_fds[i], &process->slots[i], err);
    if (!ok) ts_process_close(process);
    return ok;
}

void ts_process_close(ts_process *process)
{
    if (!process->limits) return;
    (void)ts_process_stop(process);
    unmap_area(&process->input_fd, &process->input, process->input_size);
    for (int i = 0; i < TS_WIRE_SLOTS; i++)
        unmap_area(&process->slot_fds[i], &process->slots[i], process->slot_size);
    *process = (ts_process){0};
}

/* ---- messages ------------------------------------------------------------------------------------ */

static bool send_message(ts_process *process, const void *message, size_t size)
{
    return send(process->socket, message, size, MSG_NOSIGNAL) == (ssize_t)size;
}

typedef enum wait_result { WAIT_READY, WAIT_LATE, WAIT_BROKEN, WAIT_LIE } wait_result;

static wait_result wait_readable(int socket, double deadline_ms)
{
    for (;;) {
        double left = deadline_ms - ts_clock_ms();
        struct pollfd poll_fd = {.fd = socket, .events = POLLIN};
        int n = poll(&poll_fd, 1, left > 0 ? (int)left + 1 : 0);
        if (n > 0) return WAIT_READY;
        if (n == 0) return WAIT_LATE;
        if (errno != EINTR) return WAIT_BROKEN;
    }
}

static wait_result receive_message(ts_process *process, void *message, size_t size, uint32_t timeout_ms)
{
    wait_result result = wait_readable(process->socket, ts_clock_ms() + timeout_ms);
    if (result != WAIT_READY) return result;
    return recv(process->socket, message, size, 0) == (ssize_t)size ? WAIT_READY : WAIT_BROKEN;
}

/* ---- life and death ------------------------------------------------------------------------------ */

int ts_process_stop(ts_process *process)
{
    int status = -1;
    if (process->socket >= 0) (void)close(process->socket);
    process->socket = -1;
    process->greeted = false;
    if (process->pid == 0) return status;
    /* Not reaped yet, so the id is still its own. It holds nothing worth an orderly end. */
    (void)kill(process->pid, SIGKILL);
    pid_t got;
    do {
        got = waitpid(process->pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    if (got != process->pid) status = -1;
    process->pid = 0;
    return status;
}

static bool fail_hello(ts_process *process, const ts_wire_hello *hello, wait_result result, ts_error *err)
{
    (void)ts_process_stop(process);
    if (result == WAIT_LATE)
        return ts_fail(err, TS_DECODER_DIED, "the decoder process did not start in time");
    if (result == WAIT_BROKEN)
        return ts_fail(err, TS_DECODER_DIED, "the decoder process ended before it was ready");
    (void)ts_fail(err, TS_INTERNAL, "the decoder process cannot work: %.200s", hello->error.message);
    return ts_hint(err, "install tagsmith again: the program %.150s does not fit",
                   process->program ? process->program : "");
}

bool ts_process_greet(ts_process *process, ts_error *err)
{
    enum { start_timeout_ms = 15000 };
    ts_wire_hello hello = {0};
    wait_result result = receive_message(process, &hello, sizeof hello, start_timeout_ms);
    hello.error.message[sizeof hello.error.message - 1] = '\0';
    hello.confinement[sizeof hello.confinement - 1] = '\0';
    if (result != WAIT_READY || !hello.ok || strncmp(hello.version, TS_VERSION, sizeof hello.version) != 0)
        return fail_hello(process, &hello, result, err);
    memcpy(process->confinement, hello.confinement, sizeof hello.confinement);
    process->greeted = true;
    process->pictures = 0;
    process->busy_ms = 0;
    return true;
}

/* What a dead worker died of, for a person. */
static bool fail_dead(int status, ts_format format, ts_error *err)
{
    bool known = format != TS_FORMAT_UNKNOWN;
    const char *kind = known ? ts_format_name(format) : "", *space = known ? " " : "";
    if (status >= 0 && WIFSIGNALED(status)) {
        int number = WTERMSIG(status);
        const char *name = sigabbrev_np(number);
        const char *cause = number == SIGSYS    ? "asked the system for something that decoding does not need"
                            : number == SIGKILL ? "was killed from outside, perhaps for lack of memory"
                                                : "crashed";
        (void)ts_fail(err, TS_DECODER_DIED, "the %s%sdecoder %s (SIG%s) on this picture", kind, space, cause,
                      name ? name : "?");
    } else {
        (void)ts_fail(err, TS_DECODER_DIED, "the %s%sdecoder ended without an answer on this picture", kind,
                      space);
    }
    return ts_hint(err, "the file is damaged or malicious: open and save it with a picture editor you trust");
}

static bool fail_late(const ts_process *process, ts_error *err)
{
    (void)ts_fail(err, TS_TIMEOUT, "decoding took longer than the limit of %u ms",
                  process->limits->timeout_ms);
    return ts_hint(err, "raise the time limit for one picture, or scale the picture down first");
}

static bool died_of_lateness(int status)
{
    return status >= 0 && WIFSIGNALED(status) && (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGXCPU);
}

/* The status of a worker that hung up: its own end is wanted, not that of our kill. One that hangs up and
 * lives on is not waited for. */
static int status_of_broken(ts_process *process)
{
    enum { end_timeout_ms = 1000 };
    int status = -1;
    int fd = process->pid > 0 ? pidfd_open(process->pid, 0) : -1;
    if (fd < 0) return status;
    if (wait_readable(fd, ts_clock_ms() + end_timeout_ms) == WAIT_READY &&
        waitpid(process->pid, &status, WNOHANG) == process->pid)
        process->pid = 0;
    else status = -1;
    (void)close(fd);
    return status;
}

static bool fail_exchange(ts_process *process, wait_result result, ts_format format, ts_error *err)
{
    int status = result == WAIT_BROKEN ? status_of_broken(process) : -1;
    (void)ts_process_stop(process);
    /* Gets ready while the caller looks at the error; should it fail, the next picture tries again. */
    (void)ts_process_start(process, NULL);
    if (result == WAIT_LATE || died_of_lateness(status)) return fail_late(process, err);
    return fail_dead(status, format, err);
}

/* A worker may have been taken over by the picture it decoded: believe only what cannot hurt. */
static bool reply_is_sane(const ts_process *process, const ts_wire_request *request, ts_wire_reply *reply)
{
    reply->error.message[sizeof reply->error.message - 1] = '\0';
    reply->error.hint[sizeof reply->error.hint - 1] = '\0';
    ts_exif *exif = &reply->info.exif;
    uint8_t has_gps = 0;
    memcpy(&has_gps, &exif->has_gps,
           1); /* as a byte: a bool with another value than 0 and 1 must not be read */
    if (has_gps > 1) return false;
    exif->make[sizeof exif->make - 1] = '\0';
    exif->model[sizeof exif->model - 1] = '\0';
    exif->lens[sizeof exif->lens - 1] = '\0';
    exif->taken[sizeof exif->taken - 1] = '\0';
    exif->offset[sizeof exif->offset - 1] = '\0';
    exif->gps_time[sizeof exif->gps_time - 1] = '\0';
    if (!reply->ok) return reply->error.code > TS_OK && reply->error.code < TS_CODE_COUNT;
    if ((unsigned)reply->info.format >= TS_FORMAT_COUNT || reply->info.orientation - 1 > 7) return false;
    if (request->header_only) return true;
    uint64_t size = (uint64_t)reply->width * reply->height;
    return size > 0 && size <= process->slot_size / 4 && reply->width <= INT32_MAX &&
           reply->height <= INT32_MAX;
}

static bool ensure_running(ts_process *process, ts_error *err)
{
    bool tired = process->pictures >= TS_WORKER_PICTURES_MAX || process->busy_ms >= TS_WORKER_BUSY_MAX_MS;
    if (process->pid > 0 && process->greeted && tired) (void)ts_process_stop(process);
    if (process->pid == 0 && !ts_process_start(process, err)) return false;
    return process->greeted || ts_process_greet(process, err);
}

/* A worker that died while idle shows only here; the picture is not to blame, so try once more. */
static bool send_request(ts_process *process, const ts_wire_request *request, ts_error *err)
{
    if (!ensure_running(process, err)) return false;
    if (send_message(process, request, sizeof *request)) return true;
    (void)ts_process_stop(process);
    if (!ensure_running(process, err)) return false;
    if (send_message(process, request, sizeof *request)) return true;
    (void)ts_process_stop(process);
    return ts_fail(err, TS_DECODER_DIED, "the decoder process takes no pictures");
}

bool ts_process_decode(ts_process *process, const void *bytes, size_t length, const ts_wire_request *request,
                       ts_wire_reply *reply, ts_error *err)
{
    if (length > 0) memcpy(process->input, bytes, length);
    double start = ts_clock_ms();
    if (!send_request(process, request, err)) return false;
    wait_result result = receive_message(process, reply, sizeof *reply, process->limits->timeout_ms);
    process->pictures++;
    process->busy_ms += ts_clock_ms() - start;
    if (result == WAIT_READY && !reply_is_sane(process, request, reply)) result = WAIT_LIE;
    bool ok = result == WAIT_READY || fail_exchange(process, result, ts_format_sniff(bytes, length), err);
    trim_area(process->input_fd, length, process->input_size);
    return ok;
}
