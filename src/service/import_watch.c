/* service: a folder watched with inotify. What an event says is only that something happened at a path; what is so is
 * looked up when the folder has been quiet for a moment, so half-written files and moves settle first. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "service/import_run.h"
#include "service/picture_file.h"

enum {
    quiet_ms = 800,
    depth_max = 64,
    events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR,
};

/* Folders by watch descriptor. */
struct ts_import_watch {
    int fd;
    bool hidden;
    char **folders;
    size_t room;
    char **touched; /* paths that something happened to */
    size_t count, touched_room;
    bool overflow; /* events were lost: look at everything */
    char *root;
};

/* ---- watching folders ------------------------------------------------------------------------------------------- */

static bool remember_folder(ts_import_watch *watch, int descriptor, const char *path)
{
    size_t at = (size_t)descriptor;
    if (at >= watch->room) {
        size_t room = (at + 1) * 2;
        char **folders = realloc(watch->folders, room * sizeof *folders);
        if (!folders) return false;
        memset(folders + watch->room, 0, (room - watch->room) * sizeof *folders);
        watch->folders = folders;
        watch->room = room;
    }
    free(watch->folders[at]);
    watch->folders[at] = strdup(path);
    return watch->folders[at] != NULL;
}

static bool is_wanted(const ts_import_watch *watch, const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && (watch->hidden || name[0] != '.');
}

static bool is_folder(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool watch_folder(ts_import_watch *watch, const char *path, int depth, ts_error *err);

static bool watch_below(ts_import_watch *watch, const char *path, int depth, ts_error *err)
{
    DIR *dir = opendir(path);
    bool ok = true;
    for (struct dirent *entry; ok && dir && (entry = readdir(dir));) {
        char below[PATH_MAX];
        if (!is_wanted(watch, entry->d_name)) continue;
        int length = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (length > 0 && (size_t)length < sizeof below && is_folder(below))
            ok = watch_folder(watch, below, depth + 1, err);
    }
    if (dir) (void)closedir(dir);
    return ok;
}

static bool has_nomedia(const char *path)
{
    char below[PATH_MAX];
    int length = snprintf(below, sizeof below, "%s/.nomedia", path);
    return length > 0 && (size_t)length < sizeof below && ts_file_exists(below);
}

/* A folder that vanished or may not be read is passed over; too many folders is an error. */
static bool watch_folder(ts_import_watch *watch, const char *path, int depth, ts_error *err)
{
    if (depth > depth_max || has_nomedia(path)) return true;
    int descriptor = inotify_add_watch(watch->fd, path, events);
    if (descriptor >= 0)
        return (remember_folder(watch, descriptor, path) || ts_fail_memory(err)) &&
               watch_below(watch, path, depth, err);
    if (errno != ENOSPC && errno != ENOMEM) return true;
    (void)ts_fail_errno(err, "cannot watch so many folders");
    return ts_hint(err, "raise /proc/sys/fs/inotify/max_user_watches");
}

/* ---- events ----------------------------------------------------------------------------------------------------- */

static void touch(ts_import_watch *watch, const char *path)
{
    for (size_t i = 0; i < watch->count; i++)
        if (strcmp(watch->touched[i], path) == 0) return;
    if (watch->count == watch->touched_room) {
        size_t room = watch->touched_room ? watch->touched_room * 2 : 64;
        char **touched = realloc(watch->touched, room * sizeof *touched);
        if (!touched) {
            watch->overflow = true;
            return;
        }
        watch->touched = touched;
        watch->touched_room = room;
    }
    char *copy = strdup(path);
    if (copy) watch->touched[watch->count++] = copy;
    else watch->overflow = true;
}

/* The picture of a sidecar: "a.jpg" of "a.jpg.xmp". */
static void touch_owner(ts_import_watch *watch, const char *path)
{
    size_t length = strlen(path);
    if (length < 5 || strcmp(path + length - 4, ".xmp") != 0) return;
    char owner[PATH_MAX];
    (void)snprintf(owner, sizeof owner, "%.*s", (int)(length - 4), path);
    if (ts_file_exists(owner)) touch(watch, owner);
}

static void take_event(ts_import_watch *watch, const struct inotify_event *event)
{
    char path[PATH_MAX];
    if (event->mask & IN_Q_OVERFLOW) watch->overflow = true;
    const char *folder = event->wd >= 0 && (size_t)event->wd < watch->room ? watch->folders[event->wd] : NULL;
    if (!folder || event->len == 0 || !is_wanted(watch, event->name)) return;
    if ((event->mask & IN_CREATE) && !(event->mask & IN_ISDIR)) return; /* IN_CLOSE_WRITE follows */
    int length = snprintf(path, sizeof path, "%s/%s", folder, event->name);
    if (length <= 0 || (size_t)length >= sizeof path) return;
    touch(watch, path);
    touch_owner(watch, path);
}

/* Waits at most ms for events and takes them. True when there were any. */
static bool take_events(ts_import_watch *watch, int ms)
{
    _Alignas(struct inotify_event) char buffer[16384];
    struct pollfd ready = {.fd = watch->fd, .events = POLLIN};
    if (poll(&ready, 1, ms) <= 0) return false;
    ssize_t n = read(watch->fd, buffer, sizeof buffer);
    for (ssize_t at = 0; at < n;) {
        const struct inotify_event *event = (const struct inotify_event *)(const void *)(buffer + at);
        take_event(watch, event);
        at += (ssize_t)(sizeof *event + event->len);
    }
    return n > 0;
}

/* ---- what came of them -------------------------------------------------------------------------------------------- */

static void settle_file(ts_import_run *run, const char *path, ts_arena *arena)
{
    ts_import_outcome outcome = {.kind = TS_IMPORT_FAILED};
    if (!ts_picture_file_likely(path)) return;
    ts_import_file(&run->job, path, arena, &outcome);
    run->found++;
    ts_import_tell(run, path, &outcome);
}

static void settle_gone(ts_import_run *run, const char *path)
{
    ts_import_outcome outcome = {.kind = TS_IMPORT_GONE};
    bool gone = false;
    if (!run->job.import->in_place || !ts_import_mark_gone(run->job.service, path, &gone, &outcome.error) ||
        !gone)
        return;
    run->found++;
    ts_import_tell(run, path, &outcome);
}

static void settle_folder(ts_import_watch *watch, ts_import_run *run, const char *path, ts_arena *arena)
{
    DIR *dir = has_nomedia(path) ? NULL : opendir(path);
    (void)watch_folder(watch, path, 0, NULL);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char below[PATH_MAX];
        if (!is_wanted(watch, entry->d_name)) continue;
        int length = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (length <= 0 || (size_t)length >= sizeof below) continue;
        if (is_folder(below)) settle_folder(watch, run, below, arena);
        else settle_file(run, below, arena);
        ts_arena_reset(arena);
    }
    if (dir) (void)closedir(dir);
}

/* New things first: a file that moved is then recognised by its content while its old path is known to be empty. */
static void settle(ts_import_watch *watch, ts_import_run *run, ts_arena *arena)
{
    char **touched = watch->touched;
    size_t count = watch->count;
    watch->touched = NULL;
    watch->count = watch->touched_room = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_folder(touched[i])) settle_folder(watch, run, touched[i], arena);
        else if (ts_file_exists(touched[i])) settle_file(run, touched[i], arena);
        ts_arena_reset(arena);
    }
    for (size_t i = 0; i < count; i++) {
        if (!ts_file_exists(touched[i]) && !is_folder(touched[i])) settle_gone(run, touched[i]);
        free(touched[i]);
    }
    free(touched);
}

bool ts_import_watch_follow(ts_import_watch *watch, ts_import_run *run, ts_error *err)
{
    double last_event = ts_clock_ms();
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    while (!run->stop || atomic_load(run->stop) == 0) {
        if (take_events(watch, quiet_ms / 4)) last_event = ts_clock_ms();
        bool quiet = ts_clock_ms() - last_event > quiet_ms;
        if (quiet && watch->count > 0) settle(watch, run, arena);
        if (quiet && watch->overflow) {
            watch->overflow = false;
            settle_folder(watch, run, watch->root, arena);
        }
    }
    ts_arena_free(arena);
    return true;
}

/* ---- life --------------------------------------------------------------------------------------------------------- */

ts_import_watch *ts_import_watch_open(const char *root, bool hidden, ts_error *err)
{
    ts_import_watch *watch = calloc(1, sizeof *watch);
    if (!watch) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    watch->hidden = hidden;
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    watch->root = strdup(root);
    bool ok = watch->root || ts_fail_memory(err);
    if (ok && watch->fd < 0) ok = ts_fail_errno(err, "cannot watch folders");
    if (ok && watch_folder(watch, root, 0, err)) return watch;
    ts_import_watch_close(watch);
    return NULL;
}

void ts_import_watch_close(ts_import_watch *watch)
{
    if (!watch) return;
    if (watch->fd >= 0) (void)close(watch->fd);
    for (size_t i = 0; i < watch->room; i++) free(watch->folders[i]);
    for (size_t i = 0; i < watch->count; i++) free(watch->touched[i]);
    free(watch->folders);
    free(watch->touched);
    free(watch->root);
    free(watch);
}
