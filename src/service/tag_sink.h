/* service (private): everything a tagging run writes, kept in step with its state file. */
#ifndef TS_SERVICE_TAG_SINK_H
#define TS_SERVICE_TAG_SINK_H

#include "base/append.h"
#include "base/buf.h"
#include "exchange/report.h"
#include "service/run_state.h"
#include "service/tag.h"
#include "service/tally.h"

/* One finished picture, rendered by its worker. Buffers are reused from picture to picture. */
typedef struct ts_rendered {
    const char *path;
    bool failed;
    bool from_memory;    /* cannot be resumed, so it is not put into the state file */
    ts_buf line;         /* NDJSON */
    ts_buf text;         /* for people */
    ts_buf card;         /* of the report */
    const char **labels; /* of the sure tags; the array belongs to the picture's arena */
    size_t label_count;
} ts_rendered;

void ts_rendered_clear(ts_rendered *rendered);
void ts_rendered_free(ts_rendered *rendered);

typedef struct ts_tag_sink {
    const ts_tag_request *request;
    const ts_tag_hooks *hooks;
    ts_append output;
    ts_report *report;
    ts_run_state *state;
    ts_tally *tally;
    ts_run_mark mark;
    double committed_at; /* ts_clock_ms */
    bool writer_closed;
} ts_tag_sink;

/* Opens every output; continues them where the state file says. After a failure call ts_tag_sink_close too.
 */
bool ts_tag_sink_open(ts_tag_sink *sink, const ts_tag_request *request, const ts_tag_hooks *hooks,
                      ts_error *err);
/* Only reads what an existing state file says is done, for a dry run; opens no output. */
bool ts_tag_sink_peek(ts_tag_sink *sink, const ts_tag_request *request, ts_error *err);
/* Writes one finished picture everywhere. One thread at a time. False and err when an output broke; false
 * with sink->writer_closed when nobody reads hooks.write any more (the picture then counts as not done). */
bool ts_tag_sink_take(ts_tag_sink *sink, const ts_rendered *rendered, ts_error *err);
/* Makes everything durable and writes the report's pages. */
bool ts_tag_sink_finish(ts_tag_sink *sink, const ts_tag_summary *summary, ts_error *err);
void ts_tag_sink_close(ts_tag_sink *sink);

bool ts_tag_sink_done_before(const ts_tag_sink *sink, const char *path);

#endif
