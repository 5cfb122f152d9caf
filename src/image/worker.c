/* image: the worker process: waits for a picture, decodes it into shared memory, answers. Must not know
 * threads or how many siblings it has.
 *
 * Order matters: shared memory is mapped and the codecs are prepared while the process may still do so; then
 * it gives up all rights; only then does it look at the first byte of a picture. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "image/codec.h"
#include "image/wire.h"

#ifdef TS_WORKER_TEST_HOOKS
#include "worker_test_hook.h"
#endif

typedef struct worker {
    ts_wire_setup setup;
    const uint8_t *input;
    uint8_t *slots[TS_WIRE_SLOTS];
} worker;

/* A message of exactly this size; anything else, or the end of the pool, ends the worker. */
static bool receive(void *message, size_t size)
{
    ssize_t n;
    do {
        n = recv(TS_WIRE_FD_SOCKET, message, size, 0);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)size;
}

static bool answer(const void *message, size_t size)
{
    return send(TS_WIRE_FD_SOCKET, message, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static void *map_shared(int fd, uint64_t size, int protection)
{
    void *memory = mmap(NULL, (size_t)size, protection, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static bool map_all(worker *w)
{
    w->input = map_shared(TS_WIRE_FD_INPUT, w->setup.input_size, PROT_READ);
    bool ok = w->input != NULL;
    for (int i = 0; i < TS_WIRE_SLOTS; i++) {
        w->slots[i] = map_shared(TS_WIRE_FD_SLOT + i, w->setup.slot_size, PROT_READ | PROT_WRITE);
        ok = ok && w->slots[i];
    }
    return ok;
}

/* The pool ends a late worker itself; this is for a worker whose pool has died, so that none outlives it for
 * long. */
static void set_alarm(uint32_t milliseconds)
{
    struct itimerval timer = {.it_value = {milliseconds / 1000, (milliseconds % 1000) * 1000}};
    (void)setitimer(ITIMER_REAL, &timer, NULL);
}

typedef struct slot_memory {
    uint8_t *data;
    size_t size;
} slot_memory;

static void *allocate_in_slot(void *context, size_t size)
{
    slot_memory *slot = context;
    return size <= slot->size ? slot->data : NULL;
}

static bool decode_request(worker *w, const ts_wire_request *request, ts_decoded *decoded, ts_error *err)
{
    slot_memory slot = {w->slots[request->slot], (size_t)w->setup.slot_size};
    ts_decode_job job = {
        .bytes = w->input,
        .length = (size_t)request->length,
        .wanted = request->wanted,
        .header_only = request->header_only != 0,
        .limits = &w->setup.limits,
        .memory = {allocate_in_slot, &slot},
    };
#ifdef TS_WORKER_TEST_HOOKS
    ts_worker_test_hook(job.bytes, job.length);
#endif
    return ts_decode_job_run(&job, decoded, err);
}

static bool serve_one(worker *w)
{
    ts_wire_request request;
    ts_wire_reply reply = {0};
    ts_decoded decoded;
    if (!receive(&request, sizeof request)) return false;
    if (request.length > w->setup.input_size || request.slot >= TS_WIRE_SLOTS) return false;
    enum { alarm_slack_ms = 2000 };
    set_alarm(w->setup.limits.timeout_ms + alarm_slack_ms);
    reply.ok = decode_request(w, &request, &decoded, &reply.error);
    set_alarm(0);
    reply.info = decoded.info;
    reply.width = decoded.pixels.width;
    reply.height = decoded.pixels.height;
    return answer(&reply, sizeof reply);
}

/* CPU seconds of one life: the pool retires a worker long before an honest one can use them up. */
static uint32_t cpu_allowance(const ts_decode_limits *limits)
{
    return TS_WORKER_BUSY_MAX_MS / 1000 * 2 + limits->timeout_ms / 1000 + 1;
}

static bool prepare(worker *w, ts_wire_hello *hello)
{
    if (!receive(&w->setup, sizeof w->setup)) return false;
    (void)snprintf(hello->version, sizeof hello->version, "%s", TS_VERSION);
    if (strncmp(w->setup.version, hello->version, sizeof hello->version) != 0)
        return ts_fail(&hello->error, TS_INTERNAL, "the decoder program is of version %s", TS_VERSION);
    if (!map_all(w)) return ts_fail_errno(&hello->error, "cannot map the decoder's shared memory");
    ts_codecs_prepare();
    ts_sandbox_enter(w->setup.limits.max_worker_bytes, cpu_allowance(&w->setup.limits), hello->confinement,
                     sizeof hello->confinement);
    return true;
}

int ts_worker_main(void)
{
    worker w = {0};
    ts_wire_hello hello = {0};
    hello.ok = prepare(&w, &hello);
    if (!answer(&hello, sizeof hello) || !hello.ok) return 1;
    while (serve_one(&w)) {
    }
    return 0;
}
