/* ontology (private): inside the process that reads RDF/XML. One document, one thread, then its end: memory is one piece
 * that was got before the first byte, as the process may ask for none later. Knows no scheme. */
#ifndef TS_ONTOLOGY_RDFXML_CHILD_H
#define TS_ONTOLOGY_RDFXML_CHILD_H

#include <stdbool.h>
#include <stddef.h>

/* ---- rdfxml_pool.c: memory of this process. The parser library hands no context over, so it is a global. ---- */

/* Once, before anything else. False: no memory. */
bool ts_pool_open(size_t bytes);
void *ts_pool_malloc(size_t size); /* NULL: used up */
void *ts_pool_realloc(void *memory, size_t size);
void ts_pool_free(void *memory);
char *ts_pool_strdup(const char *text);

/* ---- rdfxml_say.c: statements out ---- */

typedef struct ts_speaker {
    void (*write)(void *context, const char *bytes, size_t length);
    void *context;
    unsigned long line; /* that is being written, from 1 */
    size_t said;        /* bytes */
    size_t used;
    char buffer[16384];
} ts_speaker;

/* Goes on to the line of the document; never back. */
void ts_speak_line(ts_speaker *s, unsigned long line);
void ts_speak(ts_speaker *s, const char *text);
/* "text" with its language ("" for none) or datatype (NULL for none). */
void ts_speak_literal(ts_speaker *s, const char *text, const char *language, const char *datatype);
void ts_speak_end(ts_speaker *s); /* flushes */

/* ---- rdfxml_read.c ---- */

#define TS_RDFXML_DEPTH_MAX 256
#define TS_RDFXML_TEXT_MAX ((size_t)1 << 20) /* bytes of one literal or name */
#define TS_RDFXML_ENTITY_MAX 1024            /* bytes that an entity of the document stands for */
#define TS_RDFXML_SAID_MAX ((size_t)255 << 20)

/* The next bytes of the document into a piece of `size`; 0 at its end, < 0 where it cannot be read. */
typedef long (*ts_rdfxml_source)(void *context, char *piece, size_t size);
/* Reads the whole document. salt: whatever cannot be guessed. False: *why says what is wrong, with the line. */
#define TS_RDFXML_WHY 160
bool ts_rdfxml_read(ts_rdfxml_source source, void *context, unsigned long salt, ts_speaker *speaker,
                    char why[TS_RDFXML_WHY]);

#endif
