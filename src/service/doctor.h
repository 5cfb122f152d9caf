/* The use case "doctor": is everything in place to tag pictures on this machine, and if not, what to do? */
#ifndef TS_SERVICE_DOCTOR_H
#define TS_SERVICE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "service/tag.h"

typedef enum ts_check_status {
    TS_CHECK_GOOD = 0,
    TS_CHECK_WARNING, /* it works, but worse than it could */
    TS_CHECK_PROBLEM  /* tagging does not work */
} ts_check_status;

/* "good", "warning", "problem". */
const char *ts_check_status_name(ts_check_status status);

/* One thing looked at. Texts live for the call. */
typedef struct ts_check {
    const char *name; /* "models" */
    ts_check_status status;
    const char *detail; /* what was found */
    const char *advice; /* what to do; "" when there is nothing */
} ts_check;

typedef void (*ts_check_visit)(void *context, const ts_check *check);

/* Looks at everything, in an order in which the first problem explains those after it; tags a picture of its own
 * drawing through the whole line; and, where the processor has bf16, compares both precisions on `pictures` (files or
 * folders; none: the photographs that set-up fetched). Returns the worst status. Takes some seconds. */
ts_check_status ts_service_doctor(const ts_tagger_setup *setup, const char *const *pictures,
                                  size_t picture_count, ts_check_visit visit, void *context);

#endif
