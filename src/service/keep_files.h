/* service (private): files for backups: linked or copied, synced, removed. */
#ifndef TS_SERVICE_KEEP_FILES_H
#define TS_SERVICE_KEEP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Where a data folder or a backup has the original of these bytes. */
void ts_keep_original_path(const char *dir, const char *hash, char *out, size_t size);
/* Both make the folder of `to`; `to` must not exist. */
bool ts_keep_copy(const char *from, const char *to, mode_t mode, ts_error *err);
bool ts_keep_link_or_copy(const char *from, const char *to, ts_error *err);
/* Every file and folder below is on the disk afterwards. */
bool ts_keep_sync_tree(const char *path, ts_error *err);
/* Best effort; does not follow links. */
void ts_keep_remove_tree(const char *path);

#endif
