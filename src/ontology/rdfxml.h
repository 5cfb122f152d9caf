/* ontology (private): RDF/XML, read by a confined process of its own (rdfxml_main.c) that says it again as Turtle. */
#ifndef TS_ONTOLOGY_RDFXML_H
#define TS_ONTOLOGY_RDFXML_H

#include "base/buf.h"
#include "base/error.h"

/* Appends the document's statements as Turtle without prefixes, each on the line on which it stands in the document.
 * TS_CONFIG naming the line, TS_TOO_LARGE, TS_TIMEOUT, TS_DECODER_DIED, TS_UNSUPPORTED where the program is missing or
 * cannot be confined, TS_IO, TS_NO_MEMORY. */
bool ts_rdfxml_to_turtle(const char *bytes, size_t length, ts_buf *out, ts_error *err);

/* How what the process writes ends: this line, or one with what was wrong. No line of Turtle begins so. */
#define TS_RDFXML_DONE "\n#done\n"
#define TS_RDFXML_WRONG "\n!"
/* What it cannot do here, in place of what is wrong. */
#define TS_RDFXML_UNCONFINED "cannot be confined"

#endif
