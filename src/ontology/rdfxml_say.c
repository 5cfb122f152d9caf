/* ontology: statements as Turtle without prefixes, on the lines of the document that they were read from. */
#include <string.h>

#include "ontology/rdfxml_child.h"

static void flush(ts_speaker *s)
{
    if (s->used) s->write(s->context, s->buffer, s->used);
    s->said += s->used;
    s->used = 0;
}

static void put(ts_speaker *s, char c)
{
    if (s->used == sizeof s->buffer) flush(s);
    s->buffer[s->used++] = c;
}

void ts_speak(ts_speaker *s, const char *text)
{
    for (; *text; text++) put(s, *text);
}

void ts_speak_line(ts_speaker *s, unsigned long line)
{
    for (; s->line < line; s->line++) put(s, '\n');
}

void ts_speak_literal(ts_speaker *s, const char *text, const char *language, const char *datatype)
{
    put(s, '"');
    for (; *text; text++) {
        const char *from = "\"\\\n\r\t", *found = strchr(from, *text);
        if (found) put(s, '\\');
        put(s, found ? "\"\\nrt"[found - from] : *text);
    }
    put(s, '"');
    if (datatype) {
        ts_speak(s, "^^");
        ts_speak(s, datatype);
    } else if (*language) {
        put(s, '@');
        ts_speak(s, language);
    }
}

void ts_speak_end(ts_speaker *s)
{
    flush(s);
}
