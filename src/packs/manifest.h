/* Private to the packs room: one manifest into one ts_model. */
#ifndef TS_PACKS_MANIFEST_H
#define TS_PACKS_MANIFEST_H

#include "packs/packs.h"

/* Texts are borrowed from `root` where possible, else from the arena; `root` must outlive the model. */
bool ts_manifest_parse(const json_t *root, const char *weights, ts_arena *arena, ts_model *out,
                       ts_error *err);

#endif
