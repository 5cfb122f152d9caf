/* api: Cloudinary's search expressions: words, operators and parentheses. Knows no field and no picture.
 *
 *     either   = together { ("OR" | "||") together }
 *     together = single { ["AND" | "&&"] single }
 *     single   = ("NOT" | "-" | "!" | "+") single | "(" either ")" | term
 *     term     = [field (":" | "=" | "<" | "<=" | ">" | ">=")] value
 *     value    = word | "\"...\"" | "[" word "TO" word "]" | "(" either of values ")"
 */
#include "api/cloudinary_expression.h"

#include <string.h>

typedef struct reading {
    const char *text, *at;
    int64_t now_ms;
    ts_sift *(*make)(const ts_expression_term *term, int64_t now_ms, ts_arena *arena);
    unsigned depth, terms;
    ts_arena *arena;
    ts_error *err;
} reading;

static ts_sift *read_either(reading *r, const char *field);

static void *fail(const reading *r, const char *what)
{
    size_t column = 1;
    for (const char *c = r->text; c < r->at; c++) column += ((unsigned char)*c & 0xc0) != 0x80;
    (void)ts_fail(r->err, TS_USAGE, "Invalid search expression: column %zu: %s", column, what);
    return NULL;
}

static ts_sift *new_sift(const reading *r, ts_sift_kind kind, const ts_sift *child)
{
    ts_sift *sift = TS_NEW(r->arena, ts_sift);
    if (!sift) return (void)ts_fail_memory(r->err), NULL;
    *sift = (ts_sift){.kind = kind, .child = child};
    return sift;
}

/* ---- words --------------------------------------------------------------------------------------- */

static void skip_blanks(reading *r)
{
    while (*r->at == ' ' || (*r->at >= '\t' && *r->at <= '\r')) r->at++;
}

static bool is_blank_or_end(char c)
{
    return c == '\0' || c == ' ' || (c >= '\t' && c <= '\r');
}

/* The operator stands here as a word of its own: it is passed over. */
static bool take_word(reading *r, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(r->at, word, length) != 0) return false;
    char after = r->at[length];
    if (!is_blank_or_end(after) && after != '(' && after != ')' && after != '"') return false;
    r->at += length;
    skip_blanks(r);
    return true;
}

static bool take_sign(reading *r, const char *sign)
{
    size_t length = strlen(sign);
    if (strncmp(r->at, sign, length) != 0) return false;
    r->at += length;
    skip_blanks(r);
    return true;
}

static bool ends_word(const char *at, const char *ends)
{
    bool is_operator = (at[0] == '|' || at[0] == '&') && at[1] == at[0];
    return is_blank_or_end(*at) || strchr(ends, *at) || is_operator;
}

/* Up to an unescaped byte of `ends`, a blank or an operator, or to the closing quote. */
static const char *read_text(reading *r, const char *ends, bool *star)
{
    bool quoted = *r->at == '"';
    if (quoted) r->at++;
    char *out = ts_arena_alloc(r->arena, strlen(r->at) + 1), *put = out;
    if (!out) return (void)ts_fail_memory(r->err), NULL;
    while (*r->at && (quoted ? *r->at != '"' : !ends_word(r->at, ends))) {
        bool escaped = *r->at == '\\' && r->at[1];
        if (escaped) r->at++;
        if (star && !escaped && *r->at == '*') *star = true;
        *put++ = *r->at++;
    }
    *put = '\0';
    if (!quoted) return out;
    if (*r->at != '"') return fail(r, "a closing quote is missing");
    r->at++;
    return out;
}

/* ---- terms --------------------------------------------------------------------------------------- */

static ts_sift *make_term(reading *r, const ts_expression_term *term)
{
    if (++r->terms > TS_EXPRESSION_TERMS_MAX) return fail(r, "there are too many terms");
    ts_sift *sift = r->make(term, r->now_ms, r->arena);
    if (!sift) (void)ts_fail_memory(r->err);
    return sift;
}

static ts_sift *read_range(reading *r, const char *field)
{
    ts_expression_term term = {.field = field, .compare = TS_EXPRESSION_RANGE, .without_low = *r->at == '{'};
    r->at++;
    skip_blanks(r);
    if (!(term.text = read_text(r, "]}", NULL))) return NULL;
    skip_blanks(r);
    if (!take_word(r, "TO")) return fail(r, "a range is written [FROM TO UNTIL]");
    if (!(term.upper = read_text(r, "]}", NULL))) return NULL;
    skip_blanks(r);
    if (*r->at != ']' && *r->at != '}') return fail(r, "a closing bracket is missing");
    term.without_high = *r->at++ == '}';
    return make_term(r, &term);
}

static bool read_compare(reading *r, ts_expression_compare *out)
{
    char first = *r->at;
    if (first == '\0' || !strchr(":=<>", first)) return false;
    r->at++;
    bool or_is = *r->at == '=' && (first == '<' || first == '>' || first == ':');
    if (or_is) r->at++;
    if (first == '<') *out = or_is ? TS_EXPRESSION_LESS_IS : TS_EXPRESSION_LESS;
    else if (first == '>') *out = or_is ? TS_EXPRESSION_MORE_IS : TS_EXPRESSION_MORE;
    else *out = first == '=' || or_is ? TS_EXPRESSION_IS : TS_EXPRESSION_HAS;
    skip_blanks(r);
    return true;
}

static ts_sift *read_value(reading *r, ts_expression_term *term)
{
    if (term->field && (*r->at == '[' || *r->at == '{')) return read_range(r, term->field);
    if (term->field && *r->at == '(') {
        r->at++;
        ts_sift *inside = read_either(r, term->field);
        if (inside && *r->at != ')') return fail(r, "a closing parenthesis is missing");
        r->at += inside != NULL;
        return inside;
    }
    const char *start = r->at;
    if (!(term->text = read_text(r, "()", &term->has_star))) return NULL;
    return r->at == start ? fail(r, "a value is missing") : make_term(r, term);
}

/* Field: of a group of values, "tags:(a OR b)"; else NULL. */
static ts_sift *read_term(reading *r, const char *field)
{
    ts_expression_term term = {.field = field, .compare = TS_EXPRESSION_HAS};
    const char *start = r->at;
    if (take_word(r, "OR") || take_word(r, "AND")) {
        r->at = start;
        return fail(r, "a term is missing before the operator");
    }
    if (!field && *r->at != '"') {
        const char *name = read_text(r, "():=<>", NULL);
        if (!name) return NULL;
        if (read_compare(r, &term.compare)) {
            if (!name[0]) return fail(r, "a field's name is missing");
            term.field = name;
        } else {
            r->at = start;
        }
    }
    return read_value(r, &term);
}

/* ---- trees --------------------------------------------------------------------------------------- */

static ts_sift *read_inside(reading *r, const char *field)
{
    r->at++;
    ts_sift *inside = read_either(r, field);
    if (!inside) return NULL;
    if (*r->at != ')') return fail(r, "a closing parenthesis is missing");
    r->at++;
    return inside;
}

static ts_sift *read_single(reading *r, const char *field)
{
    ts_sift *sift = NULL;
    if (++r->depth > TS_EXPRESSION_DEPTH_MAX) return fail(r, "it is nested too deeply");
    if (take_word(r, "NOT") || take_sign(r, "-") || take_sign(r, "!")) {
        sift = read_single(r, field);
        if (sift) sift = new_sift(r, TS_SIFT_NOT, sift);
    } else if (take_sign(r, "+")) {
        sift = read_single(r, field);
    } else {
        sift = *r->at == '(' ? read_inside(r, field) : read_term(r, field);
    }
    r->depth--;
    skip_blanks(r);
    return sift;
}

static bool ends_list(const reading *r)
{
    bool is_or = strncmp(r->at, "||", 2) == 0 ||
                 (strncmp(r->at, "OR", 2) == 0 && (is_blank_or_end(r->at[2]) || r->at[2] == '('));
    return !*r->at || *r->at == ')' || is_or;
}

static ts_sift *read_together(reading *r, const char *field)
{
    ts_sift *first = read_single(r, field), *last = first;
    while (first && !ends_list(r)) {
        if (!take_word(r, "AND")) (void)take_sign(r, "&&");
        ts_sift *more = read_single(r, field);
        if (!more) return NULL;
        last->next = more;
        last = more;
    }
    return !first || first == last ? first : new_sift(r, TS_SIFT_AND, first);
}

static ts_sift *read_either(reading *r, const char *field)
{
    skip_blanks(r);
    ts_sift *first = read_together(r, field), *last = first;
    while (first && (take_word(r, "OR") || take_sign(r, "||"))) {
        ts_sift *more = read_together(r, field);
        if (!more) return NULL;
        last->next = more;
        last = more;
    }
    return !first || first == last ? first : new_sift(r, TS_SIFT_OR, first);
}

static bool read_all(reading *r, const ts_sift **out)
{
    r->at = r->text;
    skip_blanks(r);
    if (strlen(r->text) > TS_EXPRESSION_BYTES_MAX)
        return ts_fail(r->err, TS_USAGE, "Invalid search expression: it has more than %d bytes",
                       TS_EXPRESSION_BYTES_MAX);
    if (!*r->at || strcmp(r->at, "*") == 0) return (*out = new_sift(r, TS_SIFT_ALL, NULL)) != NULL;
    *out = read_either(r, NULL);
    if (*out && *r->at) *out = fail(r, "there is nothing open that could be closed");
    return *out != NULL;
}

bool ts_cloudinary_expression(const char *text, int64_t now_ms, ts_arena *arena, const ts_sift **out,
                              ts_error *err)
{
    reading r = {
        .text = text ? text : "", .now_ms = now_ms, .make = ts_cloudinary_term, .arena = arena, .err = err};
    return read_all(&r, out);
}

bool ts_cloudinary_folder_expression(const char *text, int64_t now_ms, ts_arena *arena, const ts_sift **out,
                                     ts_error *err)
{
    reading r = {.text = text ? text : "",
                 .now_ms = now_ms,
                 .make = ts_cloudinary_folder_term,
                 .arena = arena,
                 .err = err};
    return read_all(&r, out);
}
