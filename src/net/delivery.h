/* net: the policy of deliveries: when to try again, when to stop. Pure; any thread. */
#ifndef TS_NET_DELIVERY_H
#define TS_NET_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long to wait after try 1, 2, ...: as many tries as pauses, and one more. */
typedef struct ts_delivery_policy {
    const int64_t *pauses_ms;
    size_t pause_count;
} ts_delivery_policy;

/* 5 s, 1, 5, 30 min, 2, 6, 14 h: 8 tries over about a day. */
extern const ts_delivery_policy ts_delivery_usual;

typedef enum ts_delivery_verdict {
    TS_DELIVERY_DONE = 0,
    TS_DELIVERY_RETRY,
    TS_DELIVERY_GIVE_UP, /* a dead letter: kept, to be sent again by hand */
    TS_DELIVERY_DISABLE  /* a dead letter, and the webhook is switched off: its owner said 410 Gone */
} ts_delivery_verdict;

/* status: of the answer, 0 when none came. tries: how many were made, this one included. refused: it was our
 * own guard that said no (TS_REFUSED), which no repetition changes. */
ts_delivery_verdict ts_delivery_judge(const ts_delivery_policy *policy, int status, bool refused,
                                      unsigned tries);

/* How long to wait after try number `tries` (from 1), in milliseconds: the policy's pause, 10 % up or down by `random`
 * (any 64 bits), so that receivers that were down are not all called at once. retry_after_s: what the receiver asked for
 * (0: nothing); obeyed up to a day where it is longer. */
int64_t ts_delivery_delay_ms(const ts_delivery_policy *policy, unsigned tries, uint64_t random,
                             unsigned retry_after_s);

#endif
