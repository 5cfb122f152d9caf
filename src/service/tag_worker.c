/* service: a worker of a tagging run: read, tag, render, hand over; everything but the hand-over without the
 * lock. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "exchange/exchange.h"
#include "service/link.h"
#include "service/sidecar.h"
#include "service/tag_run.h"

#define ARENA_LIMIT ((size_t)64 << 20) /* far above any honest record */
#define KEEP_BUFFER ((size_t)8 << 20)  /* a larger file's buffer is given back at once */

typedef struct worker {
    ts_tag_run *run;
    ts_arena *arena;
    ts_buf file;
    ts_rendered out;
} worker;

static bool tag_work(worker *w, const ts_work *work, ts_record *record, ts_error *err)
{
    if (work->problem) {
        *err = *work->problem;
        return false;
    }
    const ts_buf *bytes = &work->bytes;
    if (!work->from_memory) {
        if (!ts_file_read(work->path, w->run->max_bytes, &w->file, err)) return false;
        bytes = &w->file;
    }
    const void *data = bytes->data ? bytes->data : "";
    if (!ts_tagger_tag(w->run->tagger, work->path, data, bytes->length, &w->run->rules, w->arena, record,
                       err))
        return false;
    if (!ts_tag_schemes_apply(&w->run->schemes, w->arena, record, err)) return false;
    if (!ts_describer_record(&w->run->describer, w->arena, record, err)) return false;
    const ts_tag_request *request = w->run->request;
    return !request->sidecar ||
           ts_sidecar_write(record, work->path, request->sidecar, request->sidecar_dir, err);
}

/* The summary counts what pictures show; that most are "sharp" and "safe" tells nobody anything. */
static bool tells_content(const ts_tag *tag)
{
    static const ts_facet facets[] = {TS_FACET_OBJECT, TS_FACET_SCENE, TS_FACET_PEOPLE, TS_FACET_ACTIVITY,
                                      TS_FACET_EVENT,  TS_FACET_TEXT,  TS_FACET_PLACE};
    for (size_t i = 0; i < sizeof facets / sizeof *facets; i++)
        if (strcmp(tag->facet, ts_facet_name(facets[i])) == 0) return tag->state == TS_TAG_ACCEPTED;
    return false;
}

static void collect_labels(worker *w, const ts_record *record)
{
    w->out.labels = TS_NEW_ARRAY(w->arena, record->tag_count, const char *);
    if (!w->out.labels) return;
    for (size_t i = 0; i < record->tag_count; i++)
        if (tells_content(&record->tags[i]))
            w->out.labels[w->out.label_count++] = ts_tag_shown(&record->tags[i]);
}

static bool wants_line(const ts_tag_request *request)
{
    return request->output || request->emit == TS_EMIT_NDJSON;
}

static bool wants_text(const ts_tag_request *request)
{
    return request->emit == TS_EMIT_TEXT || request->emit == TS_EMIT_COLOUR_TEXT;
}

/* The card with a link to its picture, where there is one to link to. */
static bool render_card(worker *w, const char *path, const ts_record *record, const ts_error *error)
{
    ts_buf link = {0};
    bool linked =
        w->run->report_dir && !w->out.from_memory && ts_link_append(w->run->report_dir, path, &link);
    const char *url = linked ? link.data : NULL;
    bool ok = record ? ts_report_record_card(record, url, &w->out.card)
                     : ts_report_error_card(path, url, error, &w->out.card);
    ts_buf_free(&link);
    return ok;
}

static bool render_record(worker *w, const ts_record *record)
{
    const ts_tag_request *request = w->run->request;
    bool colour = request->emit == TS_EMIT_COLOUR_TEXT;
    bool ok = true;
    if (wants_line(request)) ok = ts_ndjson_record(record, &w->out.line);
    if (ok && wants_text(request)) ok = ts_text_record(record, colour, &w->out.text);
    if (ok && request->report) {
        ok = render_card(w, w->out.path, record, NULL);
        collect_labels(w, record);
    }
    return ok;
}

static bool render_error(worker *w, const char *path, const ts_error *error)
{
    const ts_tag_request *request = w->run->request;
    bool colour = request->emit == TS_EMIT_COLOUR_TEXT;
    bool ok = true;
    if (wants_line(request)) ok = ts_ndjson_error(path, error, &w->out.line);
    if (ok && (wants_text(request) || request->emit == TS_EMIT_ERRORS))
        ok = ts_text_error(path, error, colour, &w->out.text);
    if (ok && request->report) ok = render_card(w, path, NULL, error);
    return ok;
}

static void hand_over(worker *w)
{
    ts_tag_run *run = w->run;
    pthread_mutex_lock(&run->lock);
    /* After an output broke, what the other workers finish is not written either: the state file would lie.
     */
    bool ok = run->err.code == TS_OK && !run->summary.writer_closed;
    bool taken = ok && ts_tag_sink_take(&run->sink, &w->out, &run->err);
    if (taken && w->out.failed) run->summary.failed++;
    else if (taken) run->summary.tagged++;
    if (run->sink.writer_closed) run->summary.writer_closed = true;
    pthread_mutex_unlock(&run->lock);
    if (!taken) ts_tag_run_halt(run);
}

static void do_work(worker *w, const ts_work *work)
{
    ts_error err = {0};
    ts_record record = {0};
    ts_rendered_clear(&w->out);
    w->out.path = work->path;
    w->out.from_memory = work->from_memory;
    bool tagged = tag_work(w, work, &record, &err);
    if (tagged && !render_record(w, &record)) tagged = ts_fail_memory(&err);
    if (!tagged) {
        ts_rendered_clear(&w->out);
        w->out.path = work->path;
        w->out.from_memory = work->from_memory;
        w->out.failed = true;
        (void)render_error(w, work->path, &err);
    }
    hand_over(w);
    ts_arena_reset(w->arena);
    if (w->file.capacity > KEEP_BUFFER) ts_buf_free(&w->file);
    else ts_buf_clear(&w->file);
}

void *ts_tag_work_thread(void *argument)
{
    ts_tag_run *run = argument;
    worker w = {.run = run, .arena = ts_arena_new(ARENA_LIMIT)};
    ts_work work = {0};
    while (w.arena && ts_work_queue_pop(run->queue, &work)) {
        do_work(&w, &work);
        ts_work_free(&work);
    }
    ts_rendered_free(&w.out);
    ts_buf_free(&w.file);
    pthread_mutex_lock(&run->lock);
    if (!w.arena && run->err.code == TS_OK) (void)ts_fail_memory(&run->err);
    if (--run->workers == 0) pthread_cond_broadcast(&run->finished);
    pthread_mutex_unlock(&run->lock);
    if (!w.arena) ts_tag_run_halt(run);
    ts_arena_free(w.arena);
    return NULL;
}
