/* service (private): from what a user allows to the tagger's options. */
#ifndef TS_SERVICE_SETUP_H
#define TS_SERVICE_SETUP_H

#include <stdbool.h>

#include "base/arena.h"
#include "service/tag.h"
#include "tagging/tagging.h"

/* Fills the tagger's options: folders (the given ones, else the usual places), limits, and, where memory is
 * limited, fewer jobs and smaller decoders. Texts live in the arena. TS_USAGE when max_memory is too small
 * for even one picture at a time (the hint says what is needed), TS_NOT_FOUND when Tagsmith's own tables are
 * missing. */
bool ts_tagger_setup_apply(const ts_tagger_setup *setup, ts_arena *arena, ts_tagger_options *options,
                           ts_error *err);

#endif
