/* service (private): the JSON of a preset, read and checked. Pure. */
#ifndef TS_SERVICE_PRESET_PARSE_H
#define TS_SERVICE_PRESET_PARSE_H

#include "service/presets.h"

/* body is borrowed and must outlive what comes out. TS_USAGE naming the member. */
bool ts_preset_parse(const char *name, const json_t *body, ts_arena *arena, ts_preset *out, ts_error *err);
/* TS_USAGE for a name that is none: for presets that are put. In one that was kept it is passed over. */
bool ts_preset_check_analysers(const json_t *body, ts_error *err);
bool ts_preset_check_concepts(const ts_preset *preset, const ts_vocab *vocab, ts_arena *arena, ts_error *err);
/* Does it say that it is the default for this origin? */
bool ts_preset_is_default_for(const json_t *body, const char *origin);

#endif
