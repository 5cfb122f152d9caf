/* service (private): one caller's own line for what a machine may accept: tags as sure as that are accepted, the others
 * suggested. Kept with the picture, so that tagging it again keeps to it. */
#ifndef TS_SERVICE_ACCEPT_FROM_H
#define TS_SERVICE_ACCEPT_FROM_H

#include "service/presets.h"
#include "vocab/vocab.h"

/* From an upload's or retagging's wish (NULL: nothing is changed), from and to the object of a row's extra. */
void ts_accept_from_set(const double *line, ts_preset *preset);
void ts_accept_from_read(const json_t *extra, ts_preset *preset);
bool ts_accept_from_write(const ts_preset *preset, json_t *extra);

/* Before looking: what is below the models' lines is shown, too, where the caller's lies lower. */
void ts_accept_from_rules(const ts_preset *preset, ts_tag_rules *rules);
/* After it. What is sensitive stays a suggestion. Memory from the arena. */
bool ts_accept_from_apply(const ts_preset *preset, const ts_vocab *vocab, ts_arena *arena, ts_record *record,
                          ts_error *err);

#endif
