/* service (private): the thread that sends what hooks.h has queued, tries again, and gives up when it must. */
#ifndef TS_SERVICE_COURIER_H
#define TS_SERVICE_COURIER_H

#include "service/core.h"

typedef struct ts_courier ts_courier;

/* Dialects are registered before the first delivery is due (ts_service_hook_dialect). */
ts_courier *ts_courier_open(ts_service *service, ts_error *err);
/* Takes up no more; waits for the deliveries in hand, but no longer than that. What is still queued goes out after the next
 * start. */
void ts_courier_drain(ts_courier *courier, uint32_t deadline_ms);
/* Ends after the deliveries in hand: at most a post's time-out later, at once after ts_net_stop. NULL is fine. */
void ts_courier_close(ts_courier *courier);

#endif
