/* search: splits a query into tokens. Knows quotes, operators and where a field's name ends; not which fields
 * there are. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "search/query.h"

static size_t column_of(const ts_lexer *lexer, size_t at)
{
    size_t column = 1;
    for (size_t i = 0; i < at && i < lexer->length; i++)
        column += ((unsigned char)lexer->text[i] & 0xc0) != 0x80;
    return column;
}

bool ts_query_fail(const ts_lexer *lexer, size_t at, const char *format, ...)
{
    char text[TS_MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return ts_fail(lexer->err, TS_USAGE, "column %zu: %s", column_of(lexer, at), text);
}

static char peek(const ts_lexer *lexer, size_t ahead)
{
    return lexer->position + ahead < lexer->length ? lexer->text[lexer->position + ahead] : '\0';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Ends a word or an unquoted value. */
static bool is_delimiter(char c)
{
    return c == '\0' || is_space(c) || strchr("()\"|&", c);
}

static const char *keep(ts_lexer *lexer, size_t from, size_t to)
{
    const char *text = ts_arena_strndup(lexer->arena, lexer->text + from, to - from);
    if (!text) ts_fail_memory(lexer->err);
    return text;
}

/* The text up to the closing quote, where \" and \\ stand for themselves. */
static const char *read_quoted(ts_lexer *lexer)
{
    size_t begin = lexer->position++;
    char *out = ts_arena_alloc(lexer->arena, lexer->length - begin + 1);
    if (!out) return ts_fail_memory(lexer->err), NULL;
    size_t length = 0;
    while (lexer->position < lexer->length && lexer->text[lexer->position] != '"') {
        if (peek(lexer, 0) == '\\' && (peek(lexer, 1) == '"' || peek(lexer, 1) == '\\')) lexer->position++;
        out[length++] = lexer->text[lexer->position++];
    }
    if (lexer->position >= lexer->length) {
        ts_query_fail(lexer, begin, "this quote is never closed, expected another \"");
        return NULL;
    }
    lexer->position++;
    out[length] = '\0';
    return out;
}

static const char *read_bare(ts_lexer *lexer)
{
    size_t begin = lexer->position;
    while (!is_delimiter(peek(lexer, 0))) lexer->position++;
    return keep(lexer, begin, lexer->position);
}

static ts_compare read_compare(ts_lexer *lexer)
{
    char c = lexer->text[lexer->position++];
    if (c == ':' || c == '=') {
        if (c == ':' && (peek(lexer, 0) == '<' || peek(lexer, 0) == '>')) return read_compare(lexer);
        return TS_EQ;
    }
    bool equal = peek(lexer, 0) == '=';
    lexer->position += equal;
    return c == '<' ? (equal ? TS_LE : TS_LT) : (equal ? TS_GE : TS_GT);
}

/* Where a field's name at the position ends, or 0 when what stands there is no "name:", "name>" or "count(".
 * */
static size_t field_end(const ts_lexer *lexer)
{
    size_t i = lexer->position;
    while (i < lexer->length && (isalpha((unsigned char)lexer->text[i]) || strchr("._-", lexer->text[i])))
        i++;
    if (i == lexer->position || i >= lexer->length) return 0;
    if (lexer->text[i] == '(' && i - lexer->position == 5 &&
        !strncmp(lexer->text + lexer->position, "count", 5))
        return i;
    return strchr(":=<>", lexer->text[i]) ? i : 0;
}

/* The concept in "count(oak tree)". */
static bool read_argument(ts_lexer *lexer, ts_token *token)
{
    size_t begin = ++lexer->position;
    while (lexer->position < lexer->length && lexer->text[lexer->position] != ')') lexer->position++;
    if (lexer->position >= lexer->length) return ts_query_fail(lexer, begin, "expected ) after count(");
    size_t end = lexer->position++;
    while (begin < end && (is_space(lexer->text[begin]) || lexer->text[begin] == '"')) begin++;
    while (end > begin && (is_space(lexer->text[end - 1]) || lexer->text[end - 1] == '"')) end--;
    if (begin == end) return ts_query_fail(lexer, begin, "expected the name of a tag in count()");
    if (lexer->position >= lexer->length || !strchr(":=<>", lexer->text[lexer->position]))
        return ts_query_fail(lexer, lexer->position,
                             "expected a comparison after count(), as in count(dog)>=2");
    return (token->argument = keep(lexer, begin, end)) != NULL;
}

static bool read_field(ts_lexer *lexer, ts_token *token, size_t end)
{
    char *name = ts_arena_strndup(lexer->arena, lexer->text + lexer->position, end - lexer->position);
    if (!name) return ts_fail_memory(lexer->err);
    for (char *c = name; *c; c++) *c = (char)tolower((unsigned char)*c);
    token->kind = TS_TOKEN_FIELD;
    token->field = name;
    lexer->position = end;
    if (lexer->text[end] == '(' && !read_argument(lexer, token)) return false;
    token->compare = read_compare(lexer);
    token->value_at = lexer->position;
    token->quoted = peek(lexer, 0) == '"';
    token->text = token->quoted ? read_quoted(lexer) : read_bare(lexer);
    if (!token->text) return false;
    if (!token->text[0]) return ts_query_fail(lexer, token->value_at, "expected a value after \"%s\"", name);
    return true;
}

static bool read_word(ts_lexer *lexer, ts_token *token)
{
    token->kind = TS_TOKEN_WORD;
    if (!(token->text = read_bare(lexer))) return false;
    if (!strcmp(token->text, "AND")) token->kind = TS_TOKEN_AND;
    if (!strcmp(token->text, "OR")) token->kind = TS_TOKEN_OR;
    if (!strcmp(token->text, "NOT")) token->kind = TS_TOKEN_NOT;
    return true;
}

static bool read_operator(ts_lexer *lexer, ts_token *token)
{
    char c = lexer->text[lexer->position++];
    if ((c == '&' || c == '|') && peek(lexer, 0) == c) lexer->position++;
    token->kind = c == '('   ? TS_TOKEN_OPEN
                  : c == ')' ? TS_TOKEN_CLOSE
                  : c == '&' ? TS_TOKEN_AND
                             : TS_TOKEN_OR;
    return true;
}

bool ts_lexer_next(ts_lexer *lexer, ts_token *token)
{
    while (is_space(peek(lexer, 0))) lexer->position++;
    *token = (ts_token){.kind = TS_TOKEN_END, .at = lexer->position};
    if (lexer->position >= lexer->length) return true;
    char c = peek(lexer, 0);
    if (strchr("()&|", c)) return read_operator(lexer, token);
    if (c == '"') {
        token->kind = TS_TOKEN_PHRASE;
        token->quoted = true;
        return (token->text = read_quoted(lexer)) != NULL;
    }
    if ((c == '-' || c == '!') &&
        (!is_delimiter(peek(lexer, 1)) || peek(lexer, 1) == '(' || peek(lexer, 1) == '"')) {
        lexer->position++;
        token->kind = TS_TOKEN_NOT;
        return true;
    }
    size_t end = field_end(lexer);
    return end ? read_field(lexer, token, end) : read_word(lexer, token);
}
