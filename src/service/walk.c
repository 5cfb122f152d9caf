/* service: walking folders for pictures. Decides what is worth trying; knows nothing of tags. */
#include "service/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "service/picture_file.h"

#define DEPTH_MAX 256

/* The folders above the current one, to see a loop of links. */
typedef struct chain {
    const struct chain *above;
    dev_t device;
    ino_t inode;
    unsigned depth;
} chain;

typedef struct walk {
    const ts_walk_options *options;
    ts_walk_visit visit;
    void *context;
    ts_walk_counts *counts;
    size_t root_length; /* of the root's path and the slash after it */
} walk;

typedef struct names {
    char **items;
    size_t count;
    ts_arena *arena;
} names;

static bool excluded(const walk *w, const char *path)
{
    const char *name = ts_path_base(path);
    const char *below = strlen(path) > w->root_length ? path + w->root_length : name;
    for (size_t i = 0; i < w->options->exclude_count; i++) {
        const char *glob = w->options->excludes[i];
        if (fnmatch(glob, strchr(glob, '/') ? below : name, 0) == 0) return true;
    }
    return false;
}

static bool visit_file(walk *w, const char *path)
{
    w->counts->files++;
    return w->visit(w->context, path, NULL);
}

static bool visit_problem(walk *w, const char *path, const ts_error *problem)
{
    return w->visit(w->context, path, problem);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Grows by doubling inside the arena; the lost halves die with the folder. */
static bool add_name(names *list, size_t *capacity, const char *name)
{
    if (list->count == *capacity) {
        size_t more = *capacity ? *capacity * 2 : 64;
        char **items = TS_NEW_ARRAY(list->arena, more, char *);
        if (!items) return false;
        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        *capacity = more;
    }
    char *copy = ts_arena_strdup(list->arena, name);
    if (!copy) return false;
    list->items[list->count++] = copy;
    return true;
}

static bool read_names(DIR *dir, names *list, const char *path, ts_error *err)
{
    size_t capacity = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) break;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (!add_name(list, &capacity, entry->d_name)) return ts_fail_memory(err);
    }
    if (errno) return ts_fail_errno(err, "cannot list %s", path);
    if (list->count) qsort(list->items, list->count, sizeof *list->items, by_bytes);
    return true;
}

static bool has_nomedia(const names *list)
{
    char *key = (char[]){".nomedia"};
    return list->count && bsearch(&key, list->items, list->count, sizeof *list->items, by_bytes);
}

static bool in_chain(const chain *at, const struct stat *st)
{
    for (; at; at = at->above)
        if (at->device == st->st_dev && at->inode == st->st_ino) return true;
    return false;
}

static bool walk_folder(walk *w, ts_buf *path, const chain *above, const struct stat *st);

static bool walk_entry(walk *w, ts_buf *path, const char *name, const chain *here)
{
    if (name[0] == '.' && !w->options->hidden) {
        w->counts->skipped++;
        return true;
    }
    if (excluded(w, path->data)) {
        w->counts->skipped++;
        return true;
    }
    struct stat st;
    if (lstat(path->data, &st) != 0) return true; /* gone since the folder was listed */
    bool link = S_ISLNK(st.st_mode);
    if (link && stat(path->data, &st) != 0) {
        w->counts->skipped++; /* a link to nowhere */
        return true;
    }
    if (S_ISDIR(st.st_mode)) {
        bool enter = !link || w->options->follow;
        if (!enter || in_chain(here, &st)) w->counts->folders_skipped++;
        return !enter || in_chain(here, &st) || walk_folder(w, path, here, &st);
    }
    if (!S_ISREG(st.st_mode) || !ts_picture_file_likely(path->data)) {
        w->counts->skipped++;
        return true;
    }
    return visit_file(w, path->data);
}

static bool walk_names(walk *w, ts_buf *path, const names *list, const chain *here)
{
    size_t length = path->length;
    bool slash = length > 0 && path->data[length - 1] == '/';
    bool go_on = true;
    for (size_t i = 0; i < list->count && go_on; i++) {
        if (!slash) (void)ts_buf_putc(path, '/');
        (void)ts_buf_puts(path, list->items[i]);
        go_on = path->failed ? false : walk_entry(w, path, list->items[i], here);
        path->length = length;
        path->data[length] = '\0';
    }
    return go_on;
}

static bool walk_folder(walk *w, ts_buf *path, const chain *above, const struct stat *st)
{
    ts_error err = {0};
    chain here = {
        .above = above, .device = st->st_dev, .inode = st->st_ino, .depth = above ? above->depth + 1 : 0};
    if (here.depth > DEPTH_MAX) {
        (void)ts_fail(&err, TS_IO, "folders are nested more than %d deep", DEPTH_MAX);
        return visit_problem(w, path->data, &err);
    }
    DIR *dir = opendir(path->data);
    if (!dir) {
        (void)ts_fail_errno(&err, "cannot open the folder");
        return visit_problem(w, path->data, &err);
    }
    names list = {.arena = ts_arena_new(0)};
    bool listed = list.arena ? read_names(dir, &list, path->data, &err) : ts_fail_memory(&err);
    closedir(dir);
    bool go_on = true;
    if (!listed) go_on = visit_problem(w, path->data, &err);
    else if (has_nomedia(&list)) w->counts->nomedia++;
    else go_on = walk_names(w, path, &list, &here);
    ts_arena_free(list.arena);
    return go_on;
}

bool ts_walk(const char *root, const ts_walk_options *options, ts_walk_visit visit, void *context,
             ts_walk_counts *counts)
{
    size_t length = strlen(root);
    bool slash = length > 0 && root[length - 1] == '/';
    walk w = {options, visit, context, counts, length + (slash ? 0 : 1)};
    ts_error err = {0};
    struct stat st;
    if (stat(root, &st) != 0) {
        (void)ts_fail_errno(&err, "cannot open");
        if (err.code == TS_NOT_FOUND) (void)ts_hint(&err, "check the spelling of the path");
        return visit_problem(&w, root, &err);
    }
    if (excluded(&w, root)) {
        counts->skipped++;
        return true;
    }
    if (!S_ISDIR(st.st_mode)) return visit_file(&w, root);
    ts_buf path = {0};
    bool go_on = ts_buf_puts(&path, root) && walk_folder(&w, &path, NULL, &st);
    ts_buf_free(&path);
    return go_on;
}
