/* exchange (private): what the forms of an export share. */
#ifndef TS_EXCHANGE_EXPORT_FORM_H
#define TS_EXCHANGE_EXPORT_FORM_H

#include "base/buf.h"
#include "exchange/export.h"

/* A file that is written from its start to its end. */
typedef struct ts_export_out {
    int fd;
    uint64_t written; /* and in the buffer */
    ts_buf buf;
} ts_export_out;

struct ts_exporter {
    ts_export_options options;
    ts_export_out out, aside;
    uint64_t count;     /* pictures so far */
    uint64_t parts;     /* coco: annotations so far; xmp: entries */
    json_t *categories; /* coco: key of a tag to its number; xmp: names that are taken */
};

typedef struct ts_export_form {
    const char *name, *media_type, *file_name;
    bool (*begin)(ts_exporter *exporter, ts_error *err); /* NULL: nothing */
    bool (*add)(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err);
    bool (*end)(ts_exporter *exporter, ts_error *err); /* NULL: nothing */
} ts_export_form;

extern const ts_export_form ts_export_csv, ts_export_coco, ts_export_xmp;

bool ts_export_bytes(ts_export_out *out, const void *bytes, size_t length, ts_error *err);
bool ts_export_text(ts_export_out *out, const char *text, ts_error *err);
bool ts_export_json(ts_export_out *out, const json_t *json, ts_error *err); /* compact */
/* All that went aside, behind what is in out. */
bool ts_export_append_aside(ts_exporter *exporter, ts_error *err);

const char *ts_export_member(const json_t *object, const char *name); /* "" where there is no text */
/* A tag's name in the language of the export. */
const char *ts_export_label(const ts_exporter *exporter, const json_t *tag);
bool ts_export_is(const json_t *tag, const char *state); /* "accepted" */

#endif
