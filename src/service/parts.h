/* service: uploads that come in several requests. The parts lie in the spool folder until the last one has come; what is not
 * finished within an hour of its latest part is dropped. */
#ifndef TS_SERVICE_PARTS_H
#define TS_SERVICE_PARTS_H

#include "base/buf.h"
#include "service/service.h"

enum { TS_PARTS_UNFINISHED_MAX = 200 }; /* uploads under way at once, of all keys */

typedef struct ts_part {
    const char *upload; /* what its sender calls the whole: any text; of another key it is another upload */
    const void *bytes;
    size_t length;
    uint64_t offset; /* where the part begins */
    int64_t total;   /* of the whole; -1: not known yet */
} ts_part;

/* Adds the next part. *done: it was the last one (offset + length = total), and the whole is appended to `whole`; the
 * parts are gone then. TS_USAGE: it does not begin where the parts before it ended (one that came before is fine, when it
 * is the latest again); TS_TOO_LARGE: more than a picture may have; TS_BUSY: too many unfinished ones.
 * Scope: write. */
bool ts_service_part_add(ts_service *service, const ts_actor *actor, const ts_part *part, ts_buf *whole,
                         bool *done, ts_error *err);

#endif
