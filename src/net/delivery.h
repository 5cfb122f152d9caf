/* net: the policy of deliveries: when to try again, when to stop. Pure; any thread. */
#ifndef TS_NET_DELIVERY_H
#define TS_NET_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#define TS_DELIVERY_TRIES 8 /* over about a day */

typedef enum ts_delivery_verdict {
    TS_DELIVERY_DONE = 0,
    TS_DELIVERY_RETRY,
    TS_DELIVERY_GIVE_UP, /* a dead letter: kept, to be sent again by hand */
    TS_DELIVERY_DISABLE  /* a dead letter, and the webhook is switched off: its owner said 410 Gone */
} ts_delivery_verdict;

/* status: of the answer, 0 when none came. tries: how many were made, this one included. refused: it was our
 * own guard that said no (TS_REFUSED), which no repetition changes. */
ts_delivery_verdict ts_delivery_judge(int status, bool refused, unsigned tries);

/* How long to wait after try number `tries` (from 1), in milliseconds: about 5 s, 1, 5, 30 min, 2, 6, 14 h,
 * each 10 % up or down by `random` (any 64 bits), so that receivers that were down are not all called at
 * once. retry_after_s: what the receiver asked for (0: nothing); obeyed up to a day where it is longer. */
int64_t ts_delivery_delay_ms(unsigned tries, uint64_t random, unsigned retry_after_s);

#endif
