/* service (private): the schemes that one tagging run speaks in. */
#ifndef TS_SERVICE_TAG_SCHEMES_H
#define TS_SERVICE_TAG_SCHEMES_H

#include "service/scheme_tags.h"
#include "service/tag.h"

/* Immutable once open, for any number of threads. All zero does nothing. */
typedef struct ts_tag_schemes {
    ts_vocab *vocab;
    ts_scheme *owned[TS_SCHEMES_MAX];
    ts_scheme *taxonomy; /* of goods; NULL when not asked for */
    ts_scheme_tags how;
    char language[8];
} ts_tag_schemes;

/* TS_USAGE for too many or one twice; else what ts_scheme_read says, with the file's name before it. After a failure call
 * ts_tag_schemes_close too. */
bool ts_tag_schemes_open(ts_tag_schemes *schemes, const ts_tag_request *request, const char *vocab_dir,
                         ts_error *err);
void ts_tag_schemes_close(ts_tag_schemes *schemes);
bool ts_tag_schemes_apply(const ts_tag_schemes *schemes, ts_arena *arena, ts_record *record, ts_error *err);

#endif
