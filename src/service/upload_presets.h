/* service: upload presets: named sets of what an upload is to do, which an upload names instead of saying it all; some may be
 * named without a key. What the settings mean is said by the dialect that reads them. One kind of document for all. */
#ifndef TS_SERVICE_UPLOAD_PRESETS_H
#define TS_SERVICE_UPLOAD_PRESETS_H

#include <jansson.h>

#include "service/service.h"

typedef struct ts_upload_preset {
    const char *name; /* 1 to 128 bytes of UTF-8, no "/" */
    int64_t version, created, updated;
    bool without_key;       /* whoever names it may upload: on behalf of key_id */
    const char *key_id;     /* who put it; its credits are spent by uploads without a key */
    const json_t *settings; /* object: a parameter's name to its value */
} ts_upload_preset;

/* By name. Scope: read. */
bool ts_service_upload_presets(ts_service *service, const ts_actor *actor, ts_arena *arena,
                               const ts_upload_preset **out, size_t *count, ts_error *err);
/* TS_NOT_FOUND. Nobody is asked for a scope: an upload without a key needs it. */
bool ts_service_upload_preset(ts_service *service, const char *name, ts_arena *arena, ts_upload_preset *out,
                              ts_error *err);
/* The default for a kind of upload ("image": settings have "default_for" with it). false and TS_OK: none. */
bool ts_service_upload_preset_default(ts_service *service, const char *what, ts_arena *arena,
                                      ts_upload_preset *out, ts_error *err);
/* fresh: TS_CONFLICT when the name is taken; else replaces. key_id NULL: the actor's. Scope: admin. */
bool ts_service_upload_preset_put(ts_service *service, const ts_actor *actor, const ts_upload_preset *preset,
                                  bool fresh, ts_error *err);
bool ts_service_upload_preset_delete(ts_service *service, const ts_actor *actor, const char *name,
                                     ts_error *err);

#endif
