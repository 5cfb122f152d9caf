/* net: the policy of deliveries: when to try again, when to stop. Knows no network and no clock. */
#include "net/delivery.h"

#define SECOND 1000LL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Together 22 hours and a half. */
static const int64_t usual_ms[] = {5 * SECOND, MINUTE,   5 * MINUTE, 30 * MINUTE,
                                   2 * HOUR,   6 * HOUR, 14 * HOUR};
const ts_delivery_policy ts_delivery_usual = {usual_ms, sizeof usual_ms / sizeof *usual_ms};

/* Everything that is no success is tried again: receivers answer 404 or 401 while they are being deployed, too. */
ts_delivery_verdict ts_delivery_judge(const ts_delivery_policy *policy, int status, bool refused,
                                      unsigned tries)
{
    if (refused) return TS_DELIVERY_GIVE_UP;
    if (status >= 200 && status < 300) return TS_DELIVERY_DONE;
    if (status == 410) return TS_DELIVERY_DISABLE;
    return tries > policy->pause_count ? TS_DELIVERY_GIVE_UP : TS_DELIVERY_RETRY;
}

static int64_t pause_after(const ts_delivery_policy *policy, unsigned tries)
{
    size_t step = tries ? tries - 1 : 0;
    if (policy->pause_count == 0) return 0;
    return policy->pauses_ms[step < policy->pause_count ? step : policy->pause_count - 1];
}

int64_t ts_delivery_delay_ms(const ts_delivery_policy *policy, unsigned tries, uint64_t random,
                             unsigned retry_after_s)
{
    int64_t wait_ms = pause_after(policy, tries);
    int64_t spread = wait_ms / 5; /* from 90 % to 110 % */
    wait_ms += (int64_t)(random % (uint64_t)(spread + 1)) - spread / 2;
    int64_t asked_ms = (int64_t)retry_after_s * SECOND;
    if (asked_ms > DAY) asked_ms = DAY;
    return asked_ms > wait_ms ? asked_ms : wait_ms;
}
