/* service: backup and verification of a data folder in use. Restoring is restore.c's, exporting export.c's. */
#include "service/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "catalog/pictures.h"
#include "service/core.h"
#include "service/keep_files.h"

/* ---- backup ------------------------------------------------------------------------------------------------------ */

typedef struct backup {
    ts_service *service;
    const char *target;
    ts_keep_progress progress;
    void *context;
    uint64_t done, total;
    ts_error *err;
    bool failed;
} backup;

static bool on_rows(void *context, uint64_t done, uint64_t total)
{
    backup *b = context;
    return !b->progress || b->progress(b->context, done, total, "database");
}

/* Hard links cost nothing and originals never change; another disk gets copies. */
static bool keep_original(void *context, const ts_blob_entry *entry)
{
    backup *b = context;
    char from[4096], to[4096];
    if (entry->kind != TS_BLOB_ORIGINAL) return true;
    ts_keep_original_path(b->service->options.data_dir, entry->hash, from, sizeof from);
    ts_keep_original_path(b->target, entry->hash, to, sizeof to);
    if (!ts_keep_link_or_copy(from, to, b->err)) {
        /* One that was deleted meanwhile is none of the backup's. */
        b->failed = ts_blobs_exists(b->service->blobs, &(ts_blob_name){.hash = entry->hash});
        return !b->failed;
    }
    b->done++;
    if (!b->progress || b->progress(b->context, b->done, b->total, "originals")) return true;
    b->failed = !ts_fail(b->err, TS_INTERRUPTED, "stopped before the backup was complete");
    return false;
}

static bool keep_secret(const backup *b, ts_error *err)
{
    char from[4096], to[4096];
    (void)snprintf(from, sizeof from, "%s/secret.key", b->service->options.data_dir);
    (void)snprintf(to, sizeof to, "%s/secret.key", b->target);
    return !ts_file_exists(from) || ts_keep_copy(from, to, 0600, err);
}

/* The rows first: every original that they name is then still there to be kept, or was deleted since. */
static bool fill_backup(backup *b, ts_error *err)
{
    char path[4096];
    ts_blob_totals totals;
    (void)snprintf(path, sizeof path, "%s/catalog.db", b->target);
    if (!ts_catalog_backup(b->service->catalog, path, on_rows, b, err)) return false;
    if (!ts_blobs_totals(b->service->blobs, &totals, err)) return false;
    b->total = totals.originals;
    b->err = err;
    return ts_blobs_walk(b->service->blobs, keep_original, b, err) && !b->failed && keep_secret(b, err);
}

bool ts_service_backup(ts_service *service, const ts_actor *actor, const char *target,
                       ts_keep_progress progress, void *context, ts_error *err)
{
    char partial[4096];
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (snprintf(partial, sizeof partial, "%s.partial", target) >= (int)sizeof partial - 100)
        return ts_fail(err, TS_USAGE, "the path is too long");
    if (ts_file_exists(target) || ts_dir_exists(target) || ts_dir_exists(partial)) {
        (void)ts_fail(err, TS_CONFLICT, "there is something at %.200s already", target);
        return ts_hint(err, "name a folder that does not exist yet (and remove an old .partial one)");
    }
    backup b = {.service = service, .target = partial, .progress = progress, .context = context};
    bool ok = mkdir(partial, 0700) == 0 || ts_fail_errno(err, "cannot make the backup's folder");
    ok = ok && fill_backup(&b, err) && ts_keep_sync_tree(partial, err);
    ok = ok && (rename(partial, target) == 0 || ts_fail_errno(err, "cannot finish the backup"));
    if (!ok) ts_keep_remove_tree(partial);
    return ok;
}

/* ---- verification -------------------------------------------------------------------------------------------------- */

typedef struct check {
    ts_service *service;
    void (*finding)(void *context, const char *text);
    ts_keep_progress progress;
    void *context;
    ts_verify_result *out;
} check;

static void found_text(void *context, const char *text)
{
    check *c = context;
    c->out->findings++;
    c->finding(c->context, text);
}

static bool on_check(void *context, uint64_t done, uint64_t total)
{
    check *c = context;
    return !c->progress || c->progress(c->context, done, total, "catalogue");
}

static bool original_is_there(ts_service *service, const ts_picture_row *row)
{
    if (row->path) return row->gone || ts_file_exists(row->path);
    return ts_blobs_exists(service->blobs, &(ts_blob_name){.hash = row->sha256});
}

enum { page_rows = 1000 };

/* Pictures whose originals were not there, of a page of rows: short snapshots hold up nobody. */
typedef struct page {
    ts_service *service;
    int64_t suspects[page_rows];
    size_t suspect_count, seen;
    int64_t last;
} page;

static bool look_at_row(void *context, const ts_picture_row *row)
{
    page *p = context;
    p->last = row->number;
    if (!original_is_there(p->service, row)) p->suspects[p->suspect_count++] = row->number;
    return ++p->seen < page_rows;
}

static void tell_missing(check *c, const ts_picture_row *row)
{
    char text[512];
    if (row->path) (void)snprintf(text, sizeof text, "file missing: %.300s (picture %s)", row->path, row->id);
    else (void)snprintf(text, sizeof text, "original missing: %s (picture %s)", row->sha256, row->id);
    found_text(c, text);
}

/* A file goes after its row, and comes before it: what was missing a moment ago and still has its row, as it was, is a
 * finding; a picture that was deleted or moved between the two looks is none. */
static bool look_again(check *c, int64_t number, ts_arena *arena, ts_error *err)
{
    ts_picture_row first, then;
    ts_error gone = {0};
    for (int look = 0; look < 2; look++) {
        ts_picture_row *row = look == 0 ? &first : &then;
        ts_txn *txn = ts_catalog_read_begin(c->service->catalog, &gone);
        bool there = txn && ts_pictures_get(txn, number, arena, row, &gone);
        ts_catalog_read_end(txn);
        if (!there && gone.code == TS_NOT_FOUND) return true;
        if (!there && err) *err = gone;
        if (!there) return false;
        if (look == 0 && original_is_there(c->service, row)) return true;
    }
    bool moved = first.path && (!then.path || strcmp(first.path, then.path) != 0 || then.gone);
    if (!moved) tell_missing(c, &then);
    return true;
}

static bool look_again_at_all(check *c, const page *p, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena || ts_fail_memory(err);
    for (size_t i = 0; ok && i < p->suspect_count; i++) {
        ts_arena_reset(arena);
        ok = look_again(c, p->suspects[i], arena, err);
    }
    ts_arena_free(arena);
    return ok;
}

static bool check_originals(check *c, ts_error *err)
{
    page p = {.service = c->service};
    bool ok = true;
    do {
        p.suspect_count = p.seen = 0;
        ts_txn *txn = ts_catalog_read_begin(c->service->catalog, err);
        ok = txn && ts_pictures_scan(txn, p.last, look_at_row, &p, err);
        ts_catalog_read_end(txn);
        ok = ok && look_again_at_all(c, &p, err);
        c->out->pictures += p.seen;
        if (ok && c->progress && !c->progress(c->context, c->out->pictures, 0, "originals"))
            ok = ts_fail(err, TS_INTERRUPTED, "the check was stopped");
    } while (ok && p.seen == page_rows);
    return ok;
}

/* Of which picture? Of several with the same bytes the first; "none" when it belongs to nobody. */
static void find_owner(const check *c, const char *path, char id[TS_ID_SIZE])
{
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    char hash[65];
    const char *file = strrchr(path, '/');
    (void)snprintf(hash, sizeof hash, "%s", file ? file + 1 : path);
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(c->service->catalog, NULL) : NULL;
    bool known = txn && ts_pictures_find_sha256(txn, hash, arena, &rows, &count, NULL) && count > 0;
    (void)snprintf(id, TS_ID_SIZE, "%s", known ? rows[0].id : "none");
    ts_catalog_read_end(txn);
    ts_arena_free(arena);
}

static bool found_damage(void *context, ts_blob_damage damage, const char *path)
{
    char text[512], id[TS_ID_SIZE] = "none";
    if (damage != TS_BLOB_STRANGER) find_owner(context, path, id);
    (void)snprintf(text, sizeof text, "blob %s: %.300s (picture %s)", ts_blob_damage_name(damage), path, id);
    found_text(context, text);
    return true;
}

static bool check_blobs(check *c, bool deep, ts_error *err)
{
    ts_blob_verify result = {0};
    ts_blob_totals totals = {0};
    if (!check_originals(c, err) || !ts_blobs_totals(c->service->blobs, &totals, err)) return false;
    c->out->blobs = totals.originals;
    return (!deep || ts_blobs_verify(c->service->blobs, found_damage, c, &result, err));
}

bool ts_service_verify(ts_service *service, const ts_actor *actor, bool deep,
                       void (*finding)(void *context, const char *text), ts_keep_progress progress,
                       void *context, ts_verify_result *out, ts_error *err)
{
    check c = {service, finding, progress, context, out};
    uint64_t findings = 0;
    *out = (ts_verify_result){0};
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_catalog_verify(service->catalog, found_text, on_check, &c, &findings, err) &&
           check_blobs(&c, deep, err);
}
