/* The exchange room: records written out for other programs and for people.
 *
 * Every function here is pure: a record in, text appended to a buffer. Any thread may call them at once on
 * buffers of its own. Errors: false when the buffer could not grow (it then holds part of the text).
 * This room must not know files being walked, taggers, or who asked.
 */
#ifndef TS_EXCHANGE_EXCHANGE_H
#define TS_EXCHANGE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/record.h"

/* ---- paths --------------------------------------------------------------------------------------------- */

/* Linux paths are bytes; JSON is text. A path that is valid UTF-8 is written as it is. Any other path is
 * written with each byte that is no UTF-8, and each '%', as %XX (two upper-case hex digits), and the record
 * says "path_escaped": true. So: no such member, take the path literally; with it, percent-decode to get the
 * bytes. */
bool ts_path_is_text(const char *path);
/* Appends `path` escaped that way; bytes of `extra` (may be "") and control bytes are escaped too, whatever
 * they are. For logs and lines where a path must hold neither line ends nor separators. */
bool ts_path_escape(const char *path, const char *extra, ts_buf *out);
/* Undoes ts_path_escape. False when an escape is malformed or stands for a NUL. */
bool ts_path_unescape(const char *text, size_t length, ts_buf *out);

/* ---- one line of NDJSON -------------------------------------------------------------------------------- */

/* The line described by docs/record.schema.json, newline included. Members of analysers that did not run are
 * left out. A record without a path is written as path "-". */
bool ts_ndjson_record(const ts_record *record, ts_buf *out);
bool ts_ndjson_error(const char *path, const ts_error *error, ts_buf *out);

/* ---- parts of it, for whoever keeps them apart --------------------------------------------------------- */

/* {"evidence", "count", "boxes", "ancestors"} of a tag; {"faces", "colours", "safety", "quality", "warnings"} of a
 * record, each member as in the record's line. */
bool ts_json_tag_grounds(const ts_tag *tag, ts_buf *out);
bool ts_json_measures(const ts_record *record, ts_buf *out);
/* {"category", "type", "colours", "patterns", "materials"}. */
bool ts_json_product(const ts_product *product, ts_buf *out);

/* ---- for people ---------------------------------------------------------------------------------------- */

/* A block of lines: the path, then tags by facet with their confidence; '?' marks a suggested tag. Control
 * characters in any text are shown, not sent. colour: ANSI colours, for a terminal. */
bool ts_text_record(const ts_record *record, bool colour, ts_buf *out);
bool ts_text_error(const char *path, const ts_error *error, bool colour, ts_buf *out);

/* The text sidecar: the labels, one a line, most telling first. */
bool ts_text_labels(const ts_record *record, ts_buf *out);

/* What people are shown: a scheme's word, else the name in the first language that was asked for. */
const char *ts_tag_shown(const ts_tag *tag);

#endif
