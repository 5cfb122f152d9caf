/* service (private): which files of a picture metadata goes to. */
#ifndef TS_SERVICE_WRITE_TARGET_H
#define TS_SERVICE_WRITE_TARGET_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"

/* The picture's own file, links followed, as it is now. TS_NOT_FOUND, or TS_IO for what is no regular file. */
bool ts_write_find_picture(const char *path, ts_arena *arena, const char **real, struct stat *st,
                           ts_error *err);

/* The sidecar to write: PICTURE.jpg.xmp if it is there; else PICTURE.xmp if it is there and no other file shares its
 * name; else PICTURE.jpg.xmp, to be made. NULL: no memory. */
const char *ts_write_sidecar_path(const char *picture, ts_arena *arena);

/* Why the picture itself shall not be written, whatever is in it: raw by its name, write-protected, linked elsewhere.
 * NULL: it may be. */
const char *ts_write_protected(const char *picture, const struct stat *st);

#endif
