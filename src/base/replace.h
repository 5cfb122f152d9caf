/* base: a file that somebody else made, replaced by a changed copy: nothing is lost whatever happens in between.
 *
 * The copy is written beside it, under a name of its own that is locked (two programs of ours never write one file at
 * once, and what a killed one left is taken over by the next), waits for the disk, is read back from there and compared,
 * gets the mode, owner and extended attributes of the old file, and takes its place in one step. Whoever looks sees the
 * old content or the new, never a part. */
#ifndef TS_BASE_REPLACE_H
#define TS_BASE_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"

typedef struct ts_replacement {
    const char *path; /* of a regular file or of nothing; no symbolic link is followed */
    const void *bytes;
    size_t length;
    const struct stat
        *seen; /* as it was when it was read: TS_CHANGED if it is not any more; NULL: it must not be there */
    bool keep_times; /* the new file gets the old one's times */
} ts_replacement;

/* TS_BUSY: another program of ours is at it. TS_IO, TS_NO_SPACE: the old file is as it was. */
bool ts_file_replace(const ts_replacement *replacement, ts_error *err);

/* Takes away what a killed run left beside a file that needs no replacing (any more). */
void ts_file_replace_tidy(const char *path);

#endif
