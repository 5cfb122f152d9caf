/* service (private): walking folders for pictures, in sorted order, with memory bounded by the largest
 * folder. */
#ifndef TS_SERVICE_WALK_H
#define TS_SERVICE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_walk_options {
    const char *const *excludes; /* globs: without a slash for names, with one for paths below the root */
    size_t exclude_count;
    bool hidden; /* walk names that begin with a dot too */
    bool follow; /* walk folders behind symbolic links too */
} ts_walk_options;

typedef struct ts_walk_counts {
    uint64_t files;   /* visited */
    uint64_t skipped; /* excluded, hidden, or plainly no pictures */
    uint64_t folders_skipped;
    uint64_t nomedia; /* folders left out because of .nomedia */
} ts_walk_counts;

/* Called for every file to tag (problem NULL) and for every file or folder that cannot be reached. The path
 * lives for the call only. False ends the walk. */
typedef bool (*ts_walk_visit)(void *context, const char *path, const ts_error *problem);

/* Walks a folder, or visits a file, named by the user. Order: names of each folder sorted by bytes, folders
 * walked where they stand. A folder that holds `.nomedia` is left out. False when a visit ended it. Any
 * thread. */
bool ts_walk(const char *root, const ts_walk_options *options, ts_walk_visit visit, void *context,
             ts_walk_counts *counts);

#endif
