/* api (private): the page for people: files that were built from web/ and lie in the program. */
#ifndef TS_API_WEB_H
#define TS_API_WEB_H

#include "api/route_doc.h"

/* Its routes, below "/" and no part of the OpenAPI document. Where it was not built, "/" leads to the document. */
extern const ts_family ts_web;

#endif
