/* service: a data folder made from a backup: copied, opened, checked, and only then put in its place. */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "blob/blob.h"
#include "catalog/pictures.h"
#include "service/keep.h"
#include "service/keep_files.h"

typedef struct restore {
    const char *backup, *target;
    ts_keep_progress progress;
    void *context;
    uint64_t done, findings;
    bool stopped;
    char first[256];
} restore;

static void note_finding(void *context, const char *text)
{
    restore *r = context;
    if (r->findings++ == 0) (void)snprintf(r->first, sizeof r->first, "%.250s", text);
}

/* ---- copying --------------------------------------------------------------------------------------------------------- */

static bool copy_part(restore *r, const char *name, bool needed, ts_error *err)
{
    char from[4096], to[4096];
    (void)snprintf(from, sizeof from, "%s/%s", r->backup, name);
    (void)snprintf(to, sizeof to, "%s/%s", r->target, name);
    if (!needed && !ts_file_exists(from)) return true;
    return ts_keep_copy(from, to, 0600, err);
}

static bool copy_original(void *context, const ts_blob_entry *entry)
{
    restore *r = context;
    char from[4096], to[4096];
    ts_error err = {0};
    if (entry->kind != TS_BLOB_ORIGINAL) return true;
    ts_keep_original_path(r->backup, entry->hash, from, sizeof from);
    ts_keep_original_path(r->target, entry->hash, to, sizeof to);
    if (!ts_keep_copy(from, to, 0600, &err)) note_finding(r, err.message);
    r->done++;
    r->stopped = r->progress && !r->progress(r->context, r->done, 0, "originals");
    return !r->stopped;
}

static bool copy_originals(restore *r, ts_error *err)
{
    char originals[4096];
    (void)snprintf(originals, sizeof originals, "%s/originals", r->backup);
    if (!ts_dir_exists(originals)) return true;
    ts_blobs *blobs = ts_blobs_open_folder(r->backup, err);
    bool ok = blobs && ts_blobs_walk(blobs, copy_original, r, err);
    ts_blobs_close(blobs);
    if (r->stopped) return ts_fail(err, TS_INTERRUPTED, "stopped; nothing was restored");
    return ok;
}

/* ---- checking --------------------------------------------------------------------------------------------------------- */

typedef struct missing {
    restore *r;
    ts_blobs *blobs;
} missing;

static bool check_original(void *context, const ts_picture_row *row)
{
    const missing *m = context;
    char text[256];
    if (row->path || ts_blobs_exists(m->blobs, &(ts_blob_name){.hash = row->sha256})) return true;
    (void)snprintf(text, sizeof text, "original missing: %s (picture %s)", row->sha256, row->id);
    note_finding(m->r, text);
    return true;
}

static bool check_blobs(restore *r, ts_catalog *catalog, ts_error *err)
{
    missing m = {r, ts_blobs_open_folder(r->target, err)};
    ts_txn *txn = m.blobs ? ts_catalog_read_begin(catalog, err) : NULL;
    bool ok = txn && ts_pictures_scan(txn, 0, check_original, &m, err);
    ts_catalog_read_end(txn);
    ts_blobs_close(m.blobs);
    return ok;
}

static bool check_all(restore *r, ts_error *err)
{
    uint64_t findings = 0;
    ts_catalog *catalog = ts_catalog_open(r->target, NULL, err);
    bool ok = catalog && ts_catalog_verify(catalog, note_finding, NULL, r, &findings, err) &&
              check_blobs(r, catalog, err);
    ts_catalog_close(catalog);
    if (!ok || r->findings == 0) return ok;
    (void)ts_fail(err, TS_CORRUPT, "the backup has %llu faults; the first: %.180s",
                  (unsigned long long)r->findings, r->first);
    return ts_hint(err, "nothing was restored; try another backup");
}

bool ts_restore(const char *backup, const char *data_dir, ts_keep_progress progress, void *context,
                ts_error *err)
{
    char partial[4096];
    restore r = {.backup = backup, .target = partial, .progress = progress, .context = context};
    if (snprintf(partial, sizeof partial, "%s.partial", data_dir) >= (int)sizeof partial - 100)
        return ts_fail(err, TS_USAGE, "the path is too long");
    if (ts_dir_exists(data_dir) || ts_dir_exists(partial)) {
        (void)ts_fail(err, TS_CONFLICT, "there is a folder at %.200s already", data_dir);
        return ts_hint(err, "restore into a folder that does not exist yet (and remove an old .partial one)");
    }
    bool ok = mkdir(partial, 0700) == 0 || ts_fail_errno(err, "cannot make the data folder");
    ok = ok && copy_part(&r, "catalog.db", true, err) && copy_part(&r, "secret.key", false, err) &&
         copy_originals(&r, err) && check_all(&r, err) && ts_keep_sync_tree(partial, err);
    ok = ok && (rename(partial, data_dir) == 0 || ts_fail_errno(err, "cannot finish restoring"));
    if (!ok) ts_keep_remove_tree(partial);
    return ok;
}
