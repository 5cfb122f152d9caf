/* service (private): the state file of `--resume`, which makes a long run continue where it was.
 *
 * An append-only log. Lines "d PATH" (tagged) and "e PATH" (failed) collect in memory; a commit writes them
 * after the run's outputs are on the disk, closed by a line "c" with how long each output was at that moment,
 * and waits for the disk. Opening the file again takes everything up to the last whole "c" line, cuts the log
 * there, and says to what lengths the outputs must be cut. So whatever moment a run dies at, no finished
 * picture is lost from the outputs and none stands in them twice.
 *
 * Threads: one at a time, except ts_run_state_done, which any thread may call.
 */
#ifndef TS_SERVICE_RUN_STATE_H
#define TS_SERVICE_RUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define TS_RUN_STATE_MAGIC "tagsmith-state 1"

/* Where a run stands: what a commit records and an opening gives back. */
typedef struct ts_run_mark {
    uint64_t tagged;
    uint64_t failed;
    uint64_t output_bytes;
    uint64_t report_page;
    uint64_t report_bytes;
} ts_run_mark;

typedef struct ts_run_state ts_run_state;

/* Called on opening for each label of each finished picture. */
typedef void (*ts_run_label)(void *context, const char *label);

/* fingerprint: the settings that shape the outputs, one line; TS_USAGE when the file was begun with others.
 * Locks the file: TS_USAGE when another run holds it. *mark: where the run stands (all 0 for a new one). */
ts_run_state *ts_run_state_open(const char *path, const char *fingerprint, ts_run_label label, void *context,
                                ts_run_mark *mark, ts_error *err);
void ts_run_state_free(ts_run_state *state); /* what was not committed is forgotten; NULL is fine */

/* Finished in an earlier run. */
bool ts_run_state_done(const ts_run_state *state, const char *path);
/* labels: of the sure tags, for the report's summary. */
bool ts_run_state_add(ts_run_state *state, const char *path, bool failed, const char *const *labels,
                      size_t label_count, ts_error *err);
bool ts_run_state_commit(ts_run_state *state, const ts_run_mark *mark, ts_error *err);

#endif
