/* service (private): what a tag request says about tags, as rules of the judgement. */
#ifndef TS_SERVICE_TAG_RULES_H
#define TS_SERVICE_TAG_RULES_H

#include "service/tag.h"
#include "tagging/tagging.h"

/* What can be told without a vocabulary, before any network is loaded. TS_USAGE. */
bool ts_tag_request_check(const ts_tag_request *request, ts_error *err);

/* TS_USAGE for names that are none; what reading the list of `only` says. Lives in the arena. */
bool ts_tag_request_rules(const ts_tag_request *request, const ts_vocab *vocab, ts_arena *arena,
                          ts_tag_rules *rules, ts_error *err);

#endif
