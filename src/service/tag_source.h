/* service (private): pictures and paths that come through standard input. */
#ifndef TS_SERVICE_TAG_SOURCE_H
#define TS_SERVICE_TAG_SOURCE_H

#include "service/tag_run.h"

/* One entry read from standard input; false ends the reading. bytes: the picture itself (path "-"), may be
 * taken over by moving it out; else NULL and path names a file or folder. */
typedef bool (*ts_stdin_visit)(void *context, const char *path, ts_buf *bytes, const ts_error *problem);

/* Reads it to its end, or until the run is halted. */
bool ts_stdin_read(ts_tag_run *run, ts_stdin_visit visit, void *context);

#endif
