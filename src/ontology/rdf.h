/* ontology (private): what RDF needs on both ways. */
#ifndef TS_ONTOLOGY_RDF_H
#define TS_ONTOLOGY_RDF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define TS_RDF_TYPE "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#define TS_RDFS_LABEL "http://www.w3.org/2000/01/rdf-schema#label"
#define TS_DCT_TITLE "http://purl.org/dc/terms/title"
#define TS_DC_TITLE "http://purl.org/dc/elements/1.1/title"
#define TS_OWL_VERSION "http://www.w3.org/2002/07/owl#versionInfo"

/* Ids that are no IRI, and the scheme itself where it has none: "urn:tagsmith:entry:museum:T%C3%BCr". */
#define TS_ENTRY_IRI "urn:tagsmith:entry:"
#define TS_SCHEME_IRI "urn:tagsmith:scheme:"

/* Turtle's brackets are counted before serd, which recurses, sees them. TS_CONFIG naming the line. */
bool ts_rdf_check_nesting(const char *bytes, size_t length, ts_error *err);

/* What an entry, or what it matches, is called in RDF. Appended. */
void ts_rdf_put_entry_iri(ts_buf *out, const char *scheme, const char *id);
void ts_rdf_put_core_iri(ts_buf *out, const char *scheme, const char *core);
/* And back, in the arena; NULL: no memory. */
char *ts_rdf_id_of_iri(ts_arena *arena, const char *iri);

#endif
