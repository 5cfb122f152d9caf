/* Private to the image room: keywords, title and caption of IPTC-IIM follow what the XMP beside them will say. */
#ifndef TS_IMAGE_IPTC_EDIT_H
#define TS_IMAGE_IPTC_EDIT_H

#include "image/metadata_parts.h"
#include "image/metadata_plan.h"

/* The records anew, every other dataset as it was. *changed false: nothing to do, out untouched. Records that cannot be
 * edited safely (damaged, or in a character set that cannot be told) stay, and *note says so. */
bool ts_iptc_edit(ts_metadata_block old, ts_plan *plan, const ts_metadata_wish *wish, ts_buf *out,
                  bool *changed, const char **note, ts_error *err);

#endif
