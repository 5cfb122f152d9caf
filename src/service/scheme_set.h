/* service (private): the settings of one concept, as JSON (schemes.h says which). Pure. */
#ifndef TS_SERVICE_SCHEME_SET_H
#define TS_SERVICE_SCHEME_SET_H

#include <jansson.h>

#include "ontology/ontology.h"

/* TS_USAGE naming the member. After a failure the scheme is half changed: throw it away. */
bool ts_scheme_settings_apply(ts_scheme *scheme, ts_entry *entry, const ts_vocab *vocab,
                              const json_t *settings, ts_error *err);

#endif
