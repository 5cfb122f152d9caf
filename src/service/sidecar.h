/* service (private): the file beside a picture (or mirrored elsewhere) that holds its tags. */
#ifndef TS_SERVICE_SIDECAR_H
#define TS_SERVICE_SIDECAR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/record.h"
#include "service/tag.h"

/* "PATH.json" beside the picture, or "DIR/PATH.json": the path as given below DIR, leading slashes dropped,
 * and where it climbs with ".." the real path instead, so that nothing lands outside DIR. */
bool ts_sidecar_path(const char *picture, ts_sidecar_kind kind, const char *dir, ts_buf *out, ts_error *err);

/* Renders and writes it in one step (base/file.h); makes the folders it needs below DIR. */
bool ts_sidecar_write(const ts_record *record, const char *picture, ts_sidecar_kind kind, const char *dir,
                      ts_error *err);

#endif
