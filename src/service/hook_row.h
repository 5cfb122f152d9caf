/* service (private): webhooks as documents, and the table of dialects. */
#ifndef TS_SERVICE_HOOK_ROW_H
#define TS_SERVICE_HOOK_ROW_H

#include "catalog/documents.h"
#include "service/core.h"
#include "service/hooks.h"

/* Members of a payload that are for dialects alone: our own webhooks leave them out. */
#define TS_HOOK_EXTRA "extra"
#define TS_HOOK_CHANGES "changes"
#define TS_HOOK_PART "part"
#define TS_HOOK_DIRECT "direct"

#define TS_HOOK_KIND "webhook"
#define TS_HOOK_DIALECTS_MAX 8

/* Everything in the arena. */
bool ts_hook_of_row(const ts_document_row *row, ts_arena *arena, ts_hook *out, ts_error *err);
bool ts_hook_wants(const ts_hook *hook, const char *event);

/* The dialect of that name; our own for NULL and "". NULL: not registered. */
const ts_hook_dialect *ts_hook_dialect_of(const ts_service *service, const char *name);

/* The headers of one delivery, "Name: value" lines. */
bool ts_hook_sign(ts_service *service, const ts_delivery_row *row, ts_buf *header_lines, ts_error *err);

#endif
