/* Files: whole reads with a limit, atomic replacement, folders.
 * Paths are bytes, as Linux has them; nothing here assumes UTF-8. */
#ifndef TS_BASE_FILE_H
#define TS_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/* Appends the whole file to buf. TS_TOO_LARGE when it holds more than `limit` bytes (0: no limit);
 * a directory, device or FIFO is TS_IO. */
bool ts_file_read(const char *path, size_t limit, ts_buf *buf, ts_error *err);

/* Replaces the file in one step: temporary file in the same folder, fsync, rename, fsync of the folder.
 * A crash leaves the old content or the new, never a part. Parent folders must exist. */
bool ts_file_write_atomic(const char *path, const void *bytes, size_t length, ts_error *err);

/* Makes the folder and its parents; fine if it is there. */
bool ts_dir_make(const char *path, ts_error *err);
/* The same for the folder that a file is to lie in. */
bool ts_dir_make_for(const char *path, ts_error *err);

bool ts_file_exists(const char *path);
bool ts_dir_exists(const char *path);
/* Size in bytes of a regular file, or -1. */
int64_t ts_file_size(const char *path);

/* "A/B" (or B alone where B is absolute); memory from the arena, NULL when it is exhausted. */
char *ts_path_join(ts_arena *arena, const char *a, const char *b);
/* The part after the last slash; never NULL. Points into path. */
const char *ts_path_base(const char *path);

#endif
