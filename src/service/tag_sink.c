/* service: the outputs of a tagging run. The order is always: outputs to the disk, then the state file. */
#include "service/tag_sink.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "exchange/exchange.h"

#define COMMIT_EVERY_MS 1000.0
#define TOP_LABELS 24

void ts_rendered_clear(ts_rendered *rendered)
{
    ts_buf_clear(&rendered->line);
    ts_buf_clear(&rendered->text);
    ts_buf_clear(&rendered->card);
    rendered->path = NULL;
    rendered->failed = rendered->from_memory = false;
    rendered->labels = NULL;
    rendered->label_count = 0;
}

void ts_rendered_free(ts_rendered *rendered)
{
    ts_buf_free(&rendered->line);
    ts_buf_free(&rendered->text);
    ts_buf_free(&rendered->card);
}

/* The settings that shape the outputs: a state file only fits a run with the same. */
static bool put_fingerprint(const ts_tag_request *r, ts_buf *out)
{
    const char *texts[] = {r->setup.analysers, r->facets, r->states, r->sidecar_dir, r->output, r->report};
    const char *names[] = {"analysers", "facets", "state", "out", "output", "report"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!texts[i]) continue;
        (void)ts_buf_printf(out, "--%s ", names[i]);
        (void)ts_path_escape(texts[i], " ", out);
        (void)ts_buf_putc(out, ' ');
    }
    if (r->sidecar) (void)ts_buf_printf(out, "--sidecar %s ", r->sidecar == TS_SIDECAR_TXT ? "txt" : "json");
    if (r->min_confidence >= 0) (void)ts_buf_printf(out, "--min-confidence %g ", (double)r->min_confidence);
    for (size_t i = 0; i < r->scheme_count; i++) (void)ts_buf_printf(out, "--scheme %s ", r->schemes[i].name);
    if (r->scheme_only) (void)ts_buf_puts(out, "--scheme-only ");
    if (r->product) (void)ts_buf_puts(out, "--product ");
    for (size_t i = 0; i < r->threshold_count; i++)
        (void)ts_buf_printf(out, "--threshold %s ", r->thresholds[i]);
    for (size_t i = 0; i < r->max_per_facet_count; i++)
        (void)ts_buf_printf(out, "--max-per-facet %s ", r->max_per_facet[i]);
    for (size_t i = 0; i < r->min_per_facet_count; i++)
        (void)ts_buf_printf(out, "--min-per-facet %s ", r->min_per_facet[i]);
    if (r->only) (void)ts_buf_printf(out, "--only %s ", r->only);
    if (r->specificity) (void)ts_buf_printf(out, "--specificity %s ", r->specificity);
    if (r->embedding) (void)ts_buf_puts(out, "--embedding ");
    if (r->mesh) (void)ts_buf_puts(out, "--mesh ");
    (void)ts_buf_printf(out, "--max-tags %u", r->max_tags);
    return !out->failed;
}

static void count_label(void *context, const char *label)
{
    (void)ts_tally_add(context, label);
}

static bool open_state(ts_tag_sink *sink, ts_error *err)
{
    if (!sink->request->state) return true;
    ts_buf fingerprint = {0};
    bool ok = put_fingerprint(sink->request, &fingerprint) || ts_fail_memory(err);
    if (ok) {
        sink->state = ts_run_state_open(sink->request->state, fingerprint.data, count_label, sink->tally,
                                        &sink->mark, err);
        ok = sink->state != NULL;
    }
    ts_buf_free(&fingerprint);
    return ok;
}

bool ts_tag_sink_open(ts_tag_sink *sink, const ts_tag_request *request, const ts_tag_hooks *hooks,
                      ts_error *err)
{
    *sink = (ts_tag_sink){.request = request, .hooks = hooks, .committed_at = ts_clock_ms()};
    sink->tally = ts_tally_new();
    if (!sink->tally) return ts_fail_memory(err);
    if (request->state && !ts_dir_make_for(request->state, err)) return false;
    if (!open_state(sink, err)) return false;
    if (request->output) {
        if (!ts_dir_make_for(request->output, err)) return false;
        if (!ts_append_open(&sink->output, request->output, sink->mark.output_bytes, err)) return false;
    }
    if (request->report) {
        ts_report_mark from = {sink->mark.report_page, sink->mark.report_bytes};
        if (!ts_dir_make_for(request->report, err)) return false;
        sink->report = ts_report_open(request->report, from, 0, err);
        if (!sink->report) return false;
    }
    return true;
}

bool ts_tag_sink_peek(ts_tag_sink *sink, const ts_tag_request *request, ts_error *err)
{
    *sink = (ts_tag_sink){.request = request};
    sink->tally = ts_tally_new();
    if (!sink->tally) return ts_fail_memory(err);
    return !request->state || !ts_file_exists(request->state) || open_state(sink, err);
}

bool ts_tag_sink_done_before(const ts_tag_sink *sink, const char *path)
{
    return sink->state && ts_run_state_done(sink->state, path);
}

static bool sync_report(ts_tag_sink *sink, ts_error *err)
{
    if (!sink->report) return true;
    ts_report_mark at = {0};
    if (!ts_report_sync(sink->report, &at, err)) return false;
    sink->mark.report_page = at.page;
    sink->mark.report_bytes = at.bytes;
    return true;
}

/* Without a state file nothing promises to survive a crash, so nothing waits for the disk. */
static bool commit(ts_tag_sink *sink, ts_error *err)
{
    sink->committed_at = ts_clock_ms();
    if (sink->output.open) {
        if (!ts_append_flush(&sink->output, sink->state != NULL, err))
            return ts_fail_prefix(err, "%s", sink->request->output);
        sink->mark.output_bytes = sink->output.length;
    }
    if (!sink->state) return true;
    return sync_report(sink, err) && ts_run_state_commit(sink->state, &sink->mark, err);
}

static bool emit(ts_tag_sink *sink, const ts_rendered *rendered)
{
    const ts_buf *text = sink->request->emit == TS_EMIT_NDJSON ? &rendered->line : &rendered->text;
    if (sink->request->emit == TS_EMIT_NOTHING || text->length == 0) return true;
    if (sink->hooks->write(sink->hooks->context, text->data, text->length)) return true;
    sink->writer_closed = true;
    return false;
}

static bool count_labels(ts_tag_sink *sink, const ts_rendered *rendered, ts_error *err)
{
    for (size_t i = 0; i < rendered->label_count; i++)
        if (!ts_tally_add(sink->tally, rendered->labels[i])) return ts_fail_memory(err);
    return true;
}

bool ts_tag_sink_take(ts_tag_sink *sink, const ts_rendered *rendered, ts_error *err)
{
    if (!emit(sink, rendered)) return false;
    if (sink->output.open && !ts_append_write(&sink->output, rendered->line.data, rendered->line.length, err))
        return ts_fail_prefix(err, "%s", sink->request->output);
    if (sink->report && !ts_report_add(sink->report, &rendered->card, err)) return false;
    if (!count_labels(sink, rendered, err)) return false;
    if (rendered->failed) sink->mark.failed++;
    else sink->mark.tagged++;
    if (sink->state && !rendered->from_memory &&
        !ts_run_state_add(sink->state, rendered->path, rendered->failed, rendered->labels,
                          sink->report ? rendered->label_count : 0, err))
        return false;
    return ts_clock_ms() - sink->committed_at < COMMIT_EVERY_MS || commit(sink, err);
}

/* The folder's own name; for "." and the like, that of the real one. */
static void put_name(const char *path, ts_buf *out)
{
    char *real = realpath(path, NULL);
    const char *name = ts_path_base(real ? real : path);
    if (strcmp(path, "-") == 0) name = "standard input";
    (void)ts_path_escape(*name ? name : path, "", out);
    free(real);
}

static void put_title(const ts_tag_request *request, ts_buf *out)
{
    for (size_t i = 0; i < request->path_count && i < 3; i++) {
        if (i) (void)ts_buf_puts(out, ", ");
        put_name(request->paths[i], out);
    }
    if (request->path_count > 3) (void)ts_buf_printf(out, " and %zu more", request->path_count - 3);
}

static bool finish_report(ts_tag_sink *sink, const ts_tag_summary *run, ts_error *err)
{
    if (!sink->report) return true;
    char date[32] = "";
    time_t now = time(NULL);
    struct tm parts;
    if (localtime_r(&now, &parts)) (void)strftime(date, sizeof date, "%Y-%m-%d %H:%M", &parts);
    ts_report_label labels[TOP_LABELS];
    ts_buf title = {0};
    put_title(sink->request, &title);
    ts_report_summary summary = {
        .tagged = sink->mark.tagged,
        .failed = sink->mark.failed,
        /* The time of earlier parts of a resumed run is not known. */
        .seconds = run->done_before ? 0 : run->seconds,
        .interrupted = run->interrupted,
        .title = title.data ? title.data : "",
        .date = date,
        .program = "Tagsmith " TS_VERSION,
        .labels = labels,
        .label_count = ts_tally_top(sink->tally, labels, TOP_LABELS),
    };
    bool ok = ts_report_finish(sink->report, &summary, sink->state && run->interrupted, err);
    ts_buf_free(&title);
    return ok;
}

bool ts_tag_sink_finish(ts_tag_sink *sink, const ts_tag_summary *summary, ts_error *err)
{
    bool ok = commit(sink, err) && finish_report(sink, summary, err);
    if (sink->output.open && !ts_append_close(&sink->output, ok ? err : NULL)) ok = false;
    return ok;
}

void ts_tag_sink_close(ts_tag_sink *sink)
{
    (void)ts_append_close(&sink->output, NULL);
    ts_report_free(sink->report);
    ts_run_state_free(sink->state);
    ts_tally_free(sink->tally);
    *sink = (ts_tag_sink){0};
}
