/* api (private): the document, for whoever shows it in another form. */
#ifndef TS_API_OPENAPI_H
#define TS_API_OPENAPI_H

#include <jansson.h>
#include <stddef.h>

#include "api/internal.h"
#include "api/route_doc.h"

/* All families, in the order in which they are read. */
size_t ts_family_count(void);
const ts_family *ts_family_at(size_t index);

/* A new reference; NULL when out of memory. */
json_t *ts_openapi_json(const ts_api *api);

#endif
