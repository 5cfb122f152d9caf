/* service (private): the thread that sends what hooks.h has queued, tries again, and gives up when it must. */
#ifndef TS_SERVICE_COURIER_H
#define TS_SERVICE_COURIER_H

#include "service/core.h"

typedef struct ts_courier ts_courier;

/* Dialects are registered before the first delivery is due (ts_service_hook_dialect). */
ts_courier *ts_courier_open(ts_service *service, ts_error *err);
/* Ends after the deliveries in hand, at most a post's time-out later. NULL is fine. */
void ts_courier_close(ts_courier *courier);

#endif
