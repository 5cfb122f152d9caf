/* Private to the image room: the pool's end of one worker process.
 *
 * Threads: one thread at a time for each ts_process, except `held`, which the pool guards with its own lock.
 * Shared memory belongs to the ts_process and outlives the process in it: pixels that a caller still holds
 * stay valid when the worker dies. */
#ifndef TS_IMAGE_PROCESS_H
#define TS_IMAGE_PROCESS_H

#include <sys/types.h>

#include "image/wire.h"

typedef struct ts_process {
    const ts_decode_limits *limits;
    const char *program; /* the worker program, or NULL: fork this one */
    pid_t pid;           /* 0: none running */
    bool greeted;        /* it has said hello */
    int socket;
    int input_fd;
    int slot_fds[TS_WIRE_SLOTS];
    uint8_t *input;
    uint8_t *slots[TS_WIRE_SLOTS];
    bool held[TS_WIRE_SLOTS]; /* a caller still reads it */
    size_t input_size;
    size_t slot_size;
    unsigned pictures; /* of the running process */
    double busy_ms;
    char confinement[192];
} ts_process;

/* Makes the shared memory; starts nothing. program, limits: borrowed. On failure nothing need be closed. */
bool ts_process_open(ts_process *process, const char *program, const ts_decode_limits *limits, ts_error *err);
/* Ends the worker and unmaps everything. Safe on zeroed memory. */
void ts_process_close(ts_process *process);

/* Starts the worker without waiting for it. */
bool ts_process_start(ts_process *process, ts_error *err);
/* Waits for its hello. */
bool ts_process_greet(ts_process *process, ts_error *err);
/* Kills and reaps; returns its wait status, or -1 when unknown. */
int ts_process_stop(ts_process *process);

/* One picture. bytes go into shared memory, pixels end up in `slot`. A worker that is late, dies or lies is
 * stopped and err says so; the next call starts another. */
bool ts_process_decode(ts_process *process, const void *bytes, size_t length, const ts_wire_request *request,
                       ts_wire_reply *reply, ts_error *err);

/* Gives memory of an unusually big picture back to the system. */
void ts_process_trim_slot(ts_process *process, uint32_t slot, size_t used);

/* Where the worker program is: $TAGSMITH_DECODER, beside this program, beside the library, or where it was
 * installed. False when there is none. */
bool ts_process_find_program(char *path, size_t size);

#endif
