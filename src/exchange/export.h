/* exchange: pictures written out in the forms of other programs, one after the other: however many there are, what is known
 * of one is forgotten before the next.
 *
 *     ts_exporter *exporter = ts_exporter_open(&options, &err);
 *     while (next record) ts_exporter_add(exporter, record, arena, &err);
 *     ts_exporter_end(exporter, &err);
 *     ts_exporter_free(exporter);
 *
 * A record is a line of docs/record.schema.json, or of the catalogue's export, with four members more where they are known:
 * name, taken (ISO 8601), latitude, longitude. Must not know where records come from.
 *
 * ndjson  the record as it is, a line each
 * json    the same as one array
 * csv     RFC 4180 in UTF-8 with a head: one row a picture, its tags' names joined by "; ". A cell that a spreadsheet would
 *         take for a formula begins with an apostrophe
 * coco    the COCO format for object detection: images, categories and annotations; tags without a box are in the image's
 *         own member "tags"
 * xmp     a zip of sidecars, NAME.xmp, as `tagsmith write` makes them (stored, zip64 where it must be)
 * Threads: one exporter, one thread. */
#ifndef TS_EXCHANGE_EXPORT_H
#define TS_EXCHANGE_EXPORT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "vocab/vocab.h"

typedef enum ts_export_format {
    TS_EXPORT_NDJSON = 0,
    TS_EXPORT_JSON,
    TS_EXPORT_CSV,
    TS_EXPORT_COCO,
    TS_EXPORT_XMP,
    TS_EXPORT_FORMAT_COUNT
} ts_export_format;
bool ts_export_format_of(const char *name, ts_export_format *format); /* "csv" */
const char *ts_export_media_type(ts_export_format format);            /* "text/csv; charset=utf-8" */
const char *ts_export_file_name(ts_export_format format);             /* "pictures.csv" */

typedef struct ts_export_options {
    ts_export_format format;
    const ts_vocab *vocab;
    ts_language language; /* of tags' names in csv, coco and xmp */
    bool with_suggested;  /* else accepted tags only in coco and xmp; csv has a column for either */
    int fd;               /* written in order; stays the caller's */
    int aside; /* another one, read back from its start at the end: what a form has after its pictures; stays the caller's */
} ts_export_options;

typedef struct ts_exporter ts_exporter;

ts_exporter *ts_exporter_open(const ts_export_options *options, ts_error *err);
/* arena: for what is needed of this one. */
bool ts_exporter_add(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err);
/* Writes what comes last. Without it what was written is a part. */
bool ts_exporter_end(ts_exporter *exporter, ts_error *err);
void ts_exporter_free(ts_exporter *exporter); /* NULL is fine */

#endif
