/* service (private): how often each label was given, for the report's summary. Bounded by the vocabulary. */
#ifndef TS_SERVICE_TALLY_H
#define TS_SERVICE_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "exchange/report.h"

typedef struct ts_tally ts_tally;

ts_tally *ts_tally_new(void);
void ts_tally_free(ts_tally *tally); /* NULL is fine */
bool ts_tally_add(ts_tally *tally, const char *label);
/* The `most` most common ones, most common first, ties by name. Texts live as long as the tally; out holds
 * `most`. */
size_t ts_tally_top(ts_tally *tally, ts_report_label *out, size_t most);

#endif
