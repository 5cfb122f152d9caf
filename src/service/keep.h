/* service: looking after a data folder: backup, restore, verify, export; all but restore while serving. */
#ifndef TS_SERVICE_KEEP_H
#define TS_SERVICE_KEEP_H

#include "service/find.h"

/* False ends the work: TS_INTERRUPTED, and nothing half made is left. */
typedef bool (*ts_keep_progress)(void *context, uint64_t done, uint64_t total, const char *what);

/* A folder with the database, the originals (hard links where possible) and the secret key file; complete or absent. */
bool ts_service_backup(ts_service *service, const ts_actor *actor, const char *target,
                       ts_keep_progress progress, void *context, ts_error *err);
/* Into a data folder that does not exist yet. Needs no service. Verifies before it says yes. */
bool ts_restore(const char *backup, const char *data_dir, ts_keep_progress progress, void *context,
                ts_error *err);

/* finding: "blob missing: ab12… (picture p…)". deep: hashes every original. True when the check itself ran. */
typedef struct ts_verify_result {
    uint64_t pictures, blobs, ledger_lines, findings;
} ts_verify_result;
bool ts_service_verify(ts_service *service, const ts_actor *actor, bool deep,
                       void (*finding)(void *context, const char *text), ts_keep_progress progress,
                       void *context, ts_verify_result *out, ts_error *err);

/* Pictures written out. format: "ndjson" (the record of docs/record.schema.json with id, state and provenance, where the
 * file is, held pictures too: scope admin), or what others read: "json" "csv" "coco" "xmp" (exchange/export.h; scope read,
 * and review for held ones). aside: a second file to write to and read back; NULL progress: nobody watches. */
typedef struct ts_export_ask {
    const char *format;   /* NULL: "ndjson" */
    ts_choice which;      /* nothing chosen: all */
    ts_language language; /* of tags' names */
    bool with_suggested;
    int fd, aside;
} ts_export_ask;
bool ts_service_export(ts_service *service, const ts_actor *actor, const ts_export_ask *ask,
                       ts_keep_progress progress, void *context, ts_error *err);
/* What a format's file is: "text/csv; charset=utf-8", "pictures.csv". TS_USAGE: there is no such format. */
bool ts_export_kind(const char *format, const char **media_type, const char **file_name, ts_error *err);

#endif
