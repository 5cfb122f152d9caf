/* blob: opening below a folder without ever leaving it; private to the room. Pure; any thread. */
#ifndef TS_BLOB_BENEATH_H
#define TS_BLOB_BENEATH_H

#include <sys/types.h>

/* Like openat, but `path` may not lead out of `folder` nor through a symbolic link (ELOOP, EXDEV). O_CLOEXEC is added. */
int ts_open_beneath(int folder, const char *path, int flags, mode_t mode);

#endif
