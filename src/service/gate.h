/* service (private): turns for the networks. As many pictures are in hand as the tagger is laid out for; whoever waits
 * for an answer goes before background work; no more than so many wait. Threads: any. */
#ifndef TS_SERVICE_GATE_H
#define TS_SERVICE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_gate ts_gate;

typedef enum ts_turn { TS_TURN_WAITED_FOR = 0, TS_TURN_BACKGROUND } ts_turn;

/* turns: at once; max_waiting: of those waited for. NULL: no memory. */
ts_gate *ts_gate_new(unsigned turns, size_t max_waiting, ts_error *err);
void ts_gate_free(ts_gate *gate); /* nobody may be inside; NULL is fine */

/* Waits at most ms. TS_BUSY: too many wait already. TS_TIMEOUT: no turn in time. Background work is never refused. */
bool ts_gate_enter(ts_gate *gate, ts_turn turn, uint32_t ms, ts_error *err);
void ts_gate_leave(ts_gate *gate);

size_t ts_gate_waiting(ts_gate *gate);

#endif
