/* net: the policy of deliveries: when to try again, when to stop. Knows no network and no clock. */
#include "net/delivery.h"

#define SECOND 1000LL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* After try 1, 2, ...: together 22 hours and a half. */
static const int64_t waits_ms[TS_DELIVERY_TRIES - 1] = {
    5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 14 * HOUR,
};

/* Everything that is no success is tried again: receivers answer 404 or 401 while they are being deployed, too. */
ts_delivery_verdict ts_delivery_judge(int status, bool refused, unsigned tries)
{
    if (refused) return TS_DELIVERY_GIVE_UP;
    if (status >= 200 && status < 300) return TS_DELIVERY_DONE;
    if (status == 410) return TS_DELIVERY_DISABLE;
    return tries >= TS_DELIVERY_TRIES ? TS_DELIVERY_GIVE_UP : TS_DELIVERY_RETRY;
}

int64_t ts_delivery_delay_ms(unsigned tries, uint64_t random, unsigned retry_after_s)
{
    unsigned last = TS_DELIVERY_TRIES - 2;
    unsigned step = tries == 0 ? 0 : tries - 1 < last ? tries - 1 : last;
    int64_t wait_ms = waits_ms[step];
    int64_t spread = wait_ms / 5; /* from 90 % to 110 % */
    wait_ms += (int64_t)(random % (uint64_t)(spread + 1)) - spread / 2;
    int64_t asked_ms = (int64_t)retry_after_s * SECOND;
    if (asked_ms > DAY) asked_ms = DAY;
    return asked_ms > wait_ms ? asked_ms : wait_ms;
}
