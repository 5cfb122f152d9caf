/* ontology: how deep the brackets of a Turtle document go. serd reads nested brackets by recursion, without a limit of its own:
 * some twenty thousand of them end the program. This is a second, smaller reading of the same grammar, which knows just
 * enough to tell brackets from text: strings, IRIs, comments, escapes. Where the two might disagree (an IRI or a short string
 * that goes over a line's end) the document is wrong and serd stops there; here the rest counts as bare, which can only refuse
 * too much. */
#include <string.h>

#include "ontology/private.h"
#include "ontology/rdf.h"

typedef struct scan {
    const char *at, *end;
    size_t line;
    unsigned depth;
} scan;

static void skip_comment(scan *s)
{
    while (s->at < s->end && *s->at != '\n' && *s->at != '\r') s->at++;
}

/* At the opening sign. */
static void skip_iri(scan *s)
{
    s->at++;
    while (s->at < s->end && !strchr("> \t\r\n<", *s->at)) s->at++;
    if (s->at < s->end && *s->at == '>') s->at++;
}

static bool is_long(const scan *s, char quote)
{
    return s->end - s->at >= 3 && s->at[1] == quote && s->at[2] == quote;
}

static void skip_string(scan *s)
{
    char quote = *s->at;
    bool lasting = is_long(s, quote);
    s->at += lasting ? 3 : 1;
    for (; s->at < s->end; s->at++) {
        if (*s->at == '\n') s->line++;
        if (*s->at == '\\' && s->end - s->at > 1 && s->at[1] != '\n') {
            s->at++;
        } else if (*s->at == quote && (!lasting || is_long(s, quote))) {
            s->at += lasting ? 3 : 1;
            return;
        } else if (!lasting && (*s->at == '\n' || *s->at == '\r')) {
            s->at++;
            return;
        }
    }
}

static void count_bracket(scan *s)
{
    if (*s->at == '\n') s->line++;
    if (*s->at == '[' || *s->at == '(') s->depth++;
    if ((*s->at == ']' || *s->at == ')') && s->depth > 0) s->depth--;
    s->at++;
}

bool ts_rdf_check_nesting(const char *bytes, size_t length, ts_error *err)
{
    scan s = {bytes, bytes + length, 1, 0};
    while (s.at < s.end) {
        if (*s.at == '#') skip_comment(&s);
        else if (*s.at == '<') skip_iri(&s);
        else if (*s.at == '"' || *s.at == '\'') skip_string(&s);
        else if (*s.at == '\\' && s.end - s.at > 1 && s.at[1] != '\n') s.at += 2;
        else count_bracket(&s);
        if (s.depth > TS_SCHEME_NESTING_MAX)
            return ts_fail(err, TS_CONFIG, "line %zu: brackets are nested more than %d deep", s.line,
                           TS_SCHEME_NESTING_MAX);
    }
    return true;
}
