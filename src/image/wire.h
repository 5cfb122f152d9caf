/* Private to the image room: what a decoder pool and its worker processes say to each other.
 *
 * One sequenced-packet socket a worker carries fixed-size messages: set-up and hello once, then request and
 * reply for each picture. File bytes and pixels never pass through it: they lie in shared memory (one input
 * area, a few pixel slots) that the pool creates, sizes and seals. The pool trusts nothing that a worker says
 * without checking. */
#ifndef TS_IMAGE_WIRE_H
#define TS_IMAGE_WIRE_H

#include "image/image.h"

/* Pixel slots of one worker: one to decode into while another is still being read by a caller. */
#define TS_WIRE_SLOTS 2

/* File descriptors in a worker. Everything from TS_WIRE_FD_END on is closed. */
enum {
    TS_WIRE_FD_SOCKET = 3,
    TS_WIRE_FD_INPUT,
    TS_WIRE_FD_SLOT,
    TS_WIRE_FD_END = TS_WIRE_FD_SLOT + TS_WIRE_SLOTS
};

typedef struct ts_wire_setup {
    char version[16]; /* TS_VERSION: an older worker program left on the disk must not be used */
    uint64_t input_size;
    uint64_t slot_size;
    ts_decode_limits limits;
} ts_wire_setup;

typedef struct ts_wire_hello {
    char version[16];
    char confinement[192]; /* what protects, or why not, for `tagsmith doctor` */
    uint32_t ok; /* no bool on the wire: a worker that was taken over could send one that is neither */
    ts_error error;
} ts_wire_hello;

typedef struct ts_wire_request {
    uint64_t length;
    uint32_t wanted;
    uint32_t slot;
    uint32_t header_only;
} ts_wire_request;

typedef struct ts_wire_reply {
    uint32_t ok;
    ts_picture_info info;
    uint32_t width;
    uint32_t height;
    ts_error error;
} ts_wire_reply;

/* Pictures after which the pool retires a worker, so that a leak in a codec stays small. */
#define TS_WORKER_PICTURES_MAX 1000
/* Busy time after which the pool retires a worker too. */
#define TS_WORKER_BUSY_MAX_MS 300000

/* The whole life of a worker, from set-up message to end of file; returns the exit status. The descriptors
 * above are open and nothing else is. */
int ts_worker_main(void);

/* Gives up every right that decoding does not need. extra_bytes: address space above the present one. What is
 * in force, or what is missing and why, goes into report: a container may forbid some of it, and decoding
 * goes on. */
void ts_sandbox_enter(size_t extra_bytes, uint32_t cpu_seconds, char *report, size_t report_size);

#endif
