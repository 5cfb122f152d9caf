/* catalog: does everything still fit together? Reads one snapshot, repairs nothing. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "catalog/sql.h"
#include "catalog/tags.h"

typedef struct verify_work {
    ts_txn *txn;
    ts_catalog_finding finding;
    ts_catalog_progress progress;
    void *context;
    uint64_t *findings;
} verify_work;

__attribute__((format(printf, 2, 3))) static void report(const verify_work *work, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ++*work->findings;
    if (work->finding) work->finding(work->context, text);
}

static bool check_file(const verify_work *work, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, work->txn, "SELECT integrity_check FROM pragma_integrity_check(100)", NO_ARGS,
                     err))
        return false;
    while (ts_sql_next(&rows)) {
        const char *text = ts_sql_text(&rows, NULL);
        if (!text || sqlite3_stricmp(text, "ok") != 0)
            report(work, "database file: %s", text ? text : "unreadable");
    }
    return ts_sql_close(&rows);
}

static bool check_references(const verify_work *work, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, work->txn,
                     "SELECT \"table\", coalesce(rowid, 0), parent FROM pragma_foreign_key_check", NO_ARGS,
                     err))
        return false;
    while (ts_sql_next(&rows)) {
        const char *table = ts_sql_text(&rows, NULL);
        int64_t row = ts_sql_int(&rows);
        const char *parent = ts_sql_text(&rows, NULL);
        report(work, "%s row %" PRId64 " belongs to none of %s", table ? table : "?", row,
               parent ? parent : "?");
    }
    return ts_sql_close(&rows);
}

static bool check_changes(const verify_work *work, ts_error *err)
{
    int64_t missing = 0;
    if (!ts_sql_value(work->txn, "SELECT max(seq) - min(seq) + 1 - count(*) FROM changes", NO_ARGS, &missing,
                      NULL, err))
        return false;
    if (missing) report(work, "change log: %" PRId64 " lines are missing", missing);
    return true;
}

static bool check_job_counts(const verify_work *work, ts_error *err)
{
    int64_t wrong = 0;
    if (!ts_sql_value(
            work->txn,
            "SELECT count(*) FROM (SELECT kind, state, count(*) FROM jobs GROUP BY kind, state EXCEPT"
            " SELECT kind, state, count FROM job_counts)",
            NO_ARGS, &wrong, NULL, err))
        return false;
    if (wrong) report(work, "jobs: %" PRId64 " running totals are wrong", wrong);
    return true;
}

static bool check_tags(const verify_work *work, ts_error *err)
{
    int64_t total = 0, picture = 0;
    if (!ts_sql_value(work->txn, "SELECT count(*) FROM pictures", NO_ARGS, &total, NULL, err)) return false;
    for (uint64_t done = 0;; done++) {
        bool found, equal;
        if (!ts_sql_value(work->txn, "SELECT number FROM pictures WHERE number > ? ORDER BY number LIMIT 1",
                          ARGS(I(picture)), &picture, &found, err))
            return false;
        if (!found) return true;
        if (!ts_tags_replay_equal(work->txn, picture, &equal, err)) return false;
        if (!equal) report(work, "picture %" PRId64 ": its tags are not what its ledger says", picture);
        if (work->progress && !work->progress(work->context, done + 1, (uint64_t)total))
            return ts_fail(err, TS_INTERRUPTED, "the check was stopped");
    }
}

bool ts_catalog_verify(ts_catalog *catalog, ts_catalog_finding finding, ts_catalog_progress progress,
                       void *context, uint64_t *findings, ts_error *err)
{
    static bool (*const checks[])(const verify_work *, ts_error *) = {
        check_file, check_references, check_changes, check_job_counts, check_tags};
    *findings = 0;
    ts_txn *txn = ts_catalog_read_begin(catalog, err);
    if (!txn) return false;
    verify_work work = {
        .txn = txn, .finding = finding, .progress = progress, .context = context, .findings = findings};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof checks / sizeof checks[0]; i++) {
        ts_error trouble = {0};
        if (checks[i](&work, &trouble)) continue;
        /* What cannot be read is itself what we were looking for. */
        if (trouble.code == TS_IO) report(&work, "%s", trouble.message);
        else ok = false;
        if (!ok && err) *err = trouble;
    }
    ts_catalog_read_end(txn);
    return ok;
}
