/* service (private): a link from the report to a picture. */
#ifndef TS_SERVICE_LINK_H
#define TS_SERVICE_LINK_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends a relative URL that leads from `folder` (a real path: absolute, no links in it) to the picture, percent-
 * encoded so that it is nothing but a path, whatever bytes it holds. False when the picture is not there. */
bool ts_link_append(const char *folder, const char *picture, ts_buf *out);

#endif
