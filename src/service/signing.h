/* service: hashes and comparisons for dialects whose requests are signed in ways of their own. Pure but for the link token,
 * which needs the data folder's secret. Any thread. */
#ifndef TS_SERVICE_SIGNING_H
#define TS_SERVICE_SIGNING_H

#include "service/service.h"

typedef enum ts_digest { TS_DIGEST_SHA1 = 0, TS_DIGEST_SHA256 } ts_digest;
#define TS_DIGEST_HEX 65 /* room for either, lower case, with its NUL */
#define TS_LINK_TOKEN 33

bool ts_service_digest(ts_digest kind, const void *bytes, size_t length, char hex[TS_DIGEST_HEX]);
/* Equal, in a time that depends on the length of `theirs` alone. */
bool ts_service_same_text(const char *ours, const char *theirs);
/* What makes an address good for whoever has it: 32 hex digits that follow from the text and this folder's secret. */
void ts_service_link_token(const ts_service *service, const char *text, char token[TS_LINK_TOKEN]);

#endif
