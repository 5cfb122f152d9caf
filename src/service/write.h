/* service: tags written into sidecars or pictures, from the lines of `tagsmith tag` or of the catalogue's export.
 *
 *     ts_writer *writer = ts_writer_open(&options, &err);
 *     while (next line) ts_writer_line(writer, line, length, told, context);
 *     ts_writer_close(writer);
 *
 * A line names a picture; where its keywords go (its sidecar, itself, or both) is decided here, what changes there by
 * image/metadata_write.h, and how files are replaced by base/replace.h. A file that already says what it should is not
 * touched, so the same run again continues one that was stopped. Threads: one at a time. */
#ifndef TS_SERVICE_WRITE_H
#define TS_SERVICE_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "image/metadata_write.h"

typedef struct ts_write_options {
    const char *base;     /* what relative paths are relative to; NULL: the current folder */
    const char *language; /* of keywords; NULL: "en" */
    const char *facets;   /* comma-separated; "all"; NULL: the usual ones (exchange/keywords.h) */
    float min_confidence; /* 0: as the tags' own states say */
    bool in_file; /* into the picture where that is safe; a sidecar that is there is kept in line too */
    bool with_suggested, with_ancestors, without_texts;
    bool again; /* what others removed or changed since is written again */
    bool keep_times;
    bool dry; /* only tell */
} ts_write_options;

typedef enum ts_write_outcome {
    TS_WRITE_WRITTEN = 0, /* or, dry, would be */
    TS_WRITE_UNCHANGED,
    TS_WRITE_SKIPPED, /* the line is of no picture with a file of the user's */
    TS_WRITE_FAILED,
    TS_WRITE_OUTCOME_COUNT
} ts_write_outcome;
const char *ts_write_outcome_name(ts_write_outcome outcome);

/* What happened to one file; texts live for the call. */
typedef struct ts_write_news {
    ts_write_outcome outcome;
    const char *picture; /* as the line names it */
    const char *target;  /* the file that was or would be written; NULL: none was found */
    bool sidecar;        /* target is one */
    const ts_metadata_change *changes;
    size_t change_count;
    const char *note;      /* why a sidecar instead, what was left as it is; NULL: nothing to say */
    const ts_error *error; /* of FAILED */
} ts_write_news;

typedef void (*ts_write_told)(void *context, const ts_write_news *news);

typedef struct ts_writer ts_writer;

/* Loads the vocabulary. TS_USAGE: a language or facet that does not exist. */
ts_writer *ts_writer_open(const ts_write_options *options, ts_error *err);
void ts_writer_close(ts_writer *writer); /* NULL is fine */

/* One line, without its end; blank ones are fine. Whatever goes wrong with its picture is told, and no reason to stop:
 * false only for a line that is no record (TS_CONFIG) and for want of memory. */
bool ts_writer_line(ts_writer *writer, const char *line, size_t length, ts_write_told told, void *context,
                    ts_error *err);

#endif
