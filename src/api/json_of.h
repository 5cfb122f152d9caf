/* api (private): records as JSON, the one place. Every function gives a new reference, or NULL when memory ran out.
 * Texts that are no UTF-8 come out with U+FFFD in place of what is none. Times are ISO 8601 in UTC; null is "never". */
#ifndef TS_API_JSON_OF_H
#define TS_API_JSON_OF_H

#include <jansson.h>

#include "api/call.h"
#include "service/edit.h"
#include "service/find.h"
#include "service/hooks.h"
#include "service/keys.h"
#include "service/presets.h"
#include "service/schemes.h"
#include "service/watch.h"

/* What names and links need. */
typedef struct ts_json_view {
    const ts_vocab *vocab;
    const ts_languages *languages;
    const ts_scheme_words *words; /* NULL or none: tags carry no terms */
    const ts_service *service;
    ts_arena *arena;  /* of the request */
    const char *base; /* what links begin with; "" for relative ones */
} ts_json_view;
ts_json_view ts_json_view_of(const ts_call *call);

json_t *ts_json_of_text(const char *text); /* NULL: null */
json_t *ts_json_of_time(int64_t ms);       /* 0: null */

json_t *ts_json_of_picture(const ts_json_view *view, const ts_picture_full *full);
/* As much of it as a wall of pictures shows. */
json_t *ts_json_of_cell(const ts_json_view *view, const ts_picture_full *full);
json_t *ts_json_of_tag(const ts_json_view *view, const ts_tag_row *row);
json_t *ts_json_of_tags(const ts_json_view *view, const ts_tag_row *tags, size_t count);
json_t *ts_json_of_diff(const ts_json_view *view, const ts_tag_diff *diff);
json_t *ts_json_of_line(const ts_json_view *view, const ts_ledger_line *line);
json_t *ts_json_of_concept(const ts_json_view *view, ts_concept concept);
json_t *ts_json_of_facets(const ts_json_view *view, const ts_facet_count *facets, size_t count);

json_t *ts_json_of_scheme(const ts_scheme_row *row);
json_t *ts_json_of_entry(const ts_scheme *scheme, const ts_entry *entry, const char *language);
json_t *ts_json_of_preset(const ts_preset *preset);
json_t *ts_json_of_hook(const ts_hook *hook);
json_t *ts_json_of_delivery(const ts_delivery_row *row);
json_t *ts_json_of_scopes(uint32_t scopes); /* ["read", …] */
json_t *ts_json_of_key(const ts_key_row *row);
json_t *ts_json_of_usage(const ts_usage_row *row);
json_t *ts_json_of_job(const ts_job_full *job, int64_t now_ms);
json_t *ts_json_of_change(const ts_change *change);
json_t *ts_json_of_error(const ts_error *err);

#endif
