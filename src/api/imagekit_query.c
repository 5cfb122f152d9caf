/* api: ImageKit's search language read into a tree. Knows nothing of files but what their members are
 * called. */
#include "api/imagekit_query.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/route_doc.h"
#include "base/utf8.h"
#include "base/wallclock.h"

/* ---- fields ------------------------------------------------------------------------------------- */

/* In the language; in the file object (NULL: the same). */
static const struct field {
    const char *name, *member;
    ts_ik_kind kind;
} fields[] = {
    {"name", NULL, TS_IK_KIND_TEXT},
    {"createdAt", NULL, TS_IK_KIND_DATE},
    {"updatedAt", NULL, TS_IK_KIND_DATE},
    {"height", NULL, TS_IK_KIND_NUMBER},
    {"width", NULL, TS_IK_KIND_NUMBER},
    {"size", NULL, TS_IK_KIND_SIZE},
    {"format", NULL, TS_IK_KIND_TEXT},
    {"mime", NULL, TS_IK_KIND_TEXT},
    {"tags", NULL, TS_IK_KIND_TEXTS},
    {"AITags", NULL, TS_IK_KIND_TEXTS},
    {"type", NULL, TS_IK_KIND_TEXT},
    {"fileType", NULL, TS_IK_KIND_TEXT},
    {"path", "filePath", TS_IK_KIND_PATH},
    {"filePath", NULL, TS_IK_KIND_TEXT},
    {"private", "isPrivateFile", TS_IK_KIND_FLAG},
    {"isPrivateFile", NULL, TS_IK_KIND_FLAG},
    {"published", "isPublished", TS_IK_KIND_FLAG},
    {"isPublished", NULL, TS_IK_KIND_FLAG},
    {"transparency", "hasAlpha", TS_IK_KIND_FLAG},
    {"hasAlpha", NULL, TS_IK_KIND_FLAG},
    {"description", NULL, TS_IK_KIND_TEXT},
    {"fileId", NULL, TS_IK_KIND_TEXT},
    {"id", "fileId", TS_IK_KIND_TEXT},
    {"customCoordinates", NULL, TS_IK_KIND_TEXT},
    {"file.size", NULL, TS_IK_KIND_SIZE},
    {"file.mime", NULL, TS_IK_KIND_TEXT},
    {"mediaMetadata.width", NULL, TS_IK_KIND_NUMBER},
    {"mediaMetadata.height", NULL, TS_IK_KIND_NUMBER},
    {"mediaMetadata.duration", NULL, TS_IK_KIND_NUMBER},
    {"mediaMetadata.bitRate", NULL, TS_IK_KIND_NUMBER},
    {"mediaMetadata.videoCodec", NULL, TS_IK_KIND_TEXT},
    {"mediaMetadata.audioCodec", NULL, TS_IK_KIND_TEXT},
    {"request.folder", NULL, TS_IK_KIND_PATH},
};

static bool find_field(const char *name, ts_ik_term *term)
{
    static const char *const families[] = {"customMetadata.", "embeddedMetadata.", "request."};
    for (size_t i = 0; i < TS_COUNT_OF(fields); i++) {
        if (strcmp(fields[i].name, name) != 0) continue;
        term->field = fields[i].member ? fields[i].member : fields[i].name;
        term->kind = fields[i].kind;
        return true;
    }
    for (size_t i = 0; i < TS_COUNT_OF(families); i++) {
        if (strncmp(families[i], name, strlen(families[i])) != 0 || !name[strlen(families[i])]) continue;
        term->field = name;
        term->kind = TS_IK_KIND_FREE;
        return true;
    }
    return false;
}

/* ---- pieces ------------------------------------------------------------------------------------- */

typedef enum piece_kind { PIECE_END, PIECE_WORD, PIECE_QUOTED, PIECE_SIGN } piece_kind;

typedef struct piece {
    piece_kind kind;
    const char *text; /* in the arena; of a sign the sign itself */
    const char *at;
} piece;

typedef struct parser {
    const char *start, *at;
    piece next;
    int64_t now_ms;
    unsigned depth;
    size_t terms, values;
    ts_arena *arena;
    ts_error *err;
} parser;

static const void *complain(const parser *p, const char *at, const char *what)
{
    size_t column = 1;
    for (const char *c = p->start; c < at; c++) column += ((unsigned char)*c & 0xC0) != 0x80;
    (void)ts_fail(p->err, TS_USAGE, "Invalid searchQuery: column %zu: %s", column, what);
    (void)ts_hint(p->err, "such as: createdAt > \"7d\" AND (name : \"dog\" OR tags IN [\"a\", \"b\"])");
    return NULL;
}

static bool out_of_memory(const parser *p)
{
    return ts_fail_memory(p->err);
}

/* A backslash before a quote or a backslash takes its meaning. */
static bool read_quoted(parser *p)
{
    char quote = *p->at;
    const char *from = p->at + 1;
    char *out = ts_arena_strndup(p->arena, from, strlen(from));
    if (!out) return out_of_memory(p);
    p->next = (piece){PIECE_QUOTED, out, p->at};
    for (p->at = from; *p->at && *p->at != quote; p->at++) {
        if (*p->at == '\\' && (p->at[1] == quote || p->at[1] == '\\')) p->at++;
        *out++ = *p->at;
    }
    *out = '\0';
    if (!*p->at) return complain(p, p->next.at, "this quote is not closed") != NULL;
    p->at++;
    return true;
}

static bool read_sign(parser *p)
{
    static const char *const signs[] = {"<=", ">=", "!=", "==", "<", ">", "=", ":", "(", ")", "[", "]", ","};
    for (size_t i = 0; i < TS_COUNT_OF(signs); i++) {
        if (strncmp(p->at, signs[i], strlen(signs[i])) != 0) continue;
        p->next = (piece){PIECE_SIGN, signs[i], p->at};
        p->at += strlen(signs[i]);
        return true;
    }
    return complain(p, p->at, "this character was not expected") != NULL;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || strchr("._-+/%@", c) || (unsigned char)c >= 0x80;
}

static bool advance(parser *p)
{
    while (*p->at && isspace((unsigned char)*p->at)) p->at++;
    if (!*p->at) {
        p->next = (piece){PIECE_END, "", p->at};
        return true;
    }
    if (*p->at == '"' || *p->at == '\'') return read_quoted(p);
    if (!is_word_char(*p->at)) return read_sign(p);
    const char *from = p->at;
    while (*p->at && is_word_char(*p->at)) p->at++;
    p->next = (piece){PIECE_WORD, ts_arena_strndup(p->arena, from, (size_t)(p->at - from)), from};
    return p->next.text || out_of_memory(p);
}

static bool is_sign(const parser *p, const char *sign)
{
    return p->next.kind == PIECE_SIGN && strcmp(p->next.text, sign) == 0;
}

static bool is_keyword(const parser *p, const char *word)
{
    return p->next.kind == PIECE_WORD && strcasecmp(p->next.text, word) == 0;
}

/* ---- values ------------------------------------------------------------------------------------- */

/* "1d" of the past, an ISO 8601 date or time. */
static bool read_date(const parser *p, const char *text, double *out)
{
    static const struct {
        const char *unit;
        double days;
    } units[] = {{"h", 1.0 / 24}, {"d", 1}, {"w", 7}, {"m", 30}, {"y", 365}};
    int64_t ms = 0;
    char *end = NULL;
    if (ts_iso8601_parse(text, strlen(text), &ms)) {
        *out = (double)ms;
        return true;
    }
    double amount = strtod(text, &end);
    for (size_t i = 0; i < TS_COUNT_OF(units); i++) {
        if (end == text || strcasecmp(end, units[i].unit) != 0 || !(amount >= 0 && amount < 1e6)) continue;
        *out = (double)p->now_ms - amount * units[i].days * 86400e3;
        return true;
    }
    return false;
}

static bool read_size(const char *text, double *out)
{
    static const struct {
        const char *unit;
        double bytes;
    } units[] = {{"", 1}, {"b", 1}, {"kb", 1024}, {"mb", 1048576}, {"gb", 1073741824}};
    char *end = NULL;
    double amount = strtod(text, &end);
    while (end != text && *end == ' ') end++;
    for (size_t i = 0; i < TS_COUNT_OF(units); i++) {
        if (end == text || strcasecmp(end, units[i].unit) != 0 || !isfinite(amount)) continue;
        *out = amount * units[i].bytes;
        return true;
    }
    return false;
}

static bool read_number(const char *text, double *out)
{
    char *end = NULL;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out);
}

/* "true" and "false" are 1 and 0. */
static bool read_flag(const char *text, double *out)
{
    *out = strcasecmp(text, "true") == 0;
    return *out > 0 || strcasecmp(text, "false") == 0;
}

static bool fits(const parser *p, ts_ik_kind kind, ts_ik_value *value)
{
    switch (kind) {
    case TS_IK_KIND_NUMBER:
        return value->is_number = read_number(value->text, &value->number);
    case TS_IK_KIND_SIZE:
        return value->is_number = read_size(value->text, &value->number);
    case TS_IK_KIND_DATE:
        return value->is_number = read_date(p, value->text, &value->number);
    case TS_IK_KIND_FLAG:
        return value->is_number = read_flag(value->text, &value->number);
    case TS_IK_KIND_FREE:
        value->is_number = read_number(value->text, &value->number);
        return true;
    case TS_IK_KIND_TEXT:
    case TS_IK_KIND_TEXTS:
    case TS_IK_KIND_PATH:
        break;
    }
    return true;
}

static bool read_value(parser *p, ts_ik_kind kind, ts_ik_value *value)
{
    static const char *const wanted[] = {[TS_IK_KIND_NUMBER] = "a number was expected",
                                         [TS_IK_KIND_SIZE] = "a size such as \"2mb\" was expected",
                                         [TS_IK_KIND_DATE] = "a date or an age such as \"7d\" was expected",
                                         [TS_IK_KIND_FLAG] = "true or false was expected",
                                         [TS_IK_KIND_FREE] = ""};
    if (p->next.kind != PIECE_WORD && p->next.kind != PIECE_QUOTED)
        return complain(p, p->next.at, "a value was expected") != NULL;
    *value = (ts_ik_value){.text = p->next.text, .quoted = p->next.kind == PIECE_QUOTED};
    if (!fits(p, kind, value)) return complain(p, p->next.at, wanted[kind]) != NULL;
    if (++p->values > TS_IK_QUERY_VALUES) return complain(p, p->next.at, "too many values") != NULL;
    return advance(p);
}

/* "[a, b]"; a comma before the bracket is forgiven. */
static bool read_list(parser *p, ts_ik_term *term)
{
    enum { most = TS_IK_QUERY_VALUES };
    size_t room = 8;
    ts_ik_value *values = TS_NEW_ARRAY(p->arena, room, ts_ik_value);
    if (!values) return out_of_memory(p);
    if (!advance(p)) return false;
    while (!is_sign(p, "]")) {
        if (term->count == room) {
            ts_ik_value *more = room < most ? TS_NEW_ARRAY(p->arena, room * 2, ts_ik_value) : NULL;
            if (!more) return out_of_memory(p);
            memcpy(more, values, room * sizeof *values);
            values = more;
            room *= 2;
        }
        if (!read_value(p, term->kind, &values[term->count])) return false;
        term->count++;
        if (is_sign(p, ",")) {
            if (!advance(p)) return false;
        } else if (!is_sign(p, "]")) {
            return complain(p, p->next.at, "\",\" or \"]\" was expected") != NULL;
        }
    }
    term->values = values;
    return advance(p);
}

static bool read_values(parser *p, ts_ik_term *term)
{
    if (is_sign(p, "[")) return read_list(p, term);
    ts_ik_value *value = TS_NEW(p->arena, ts_ik_value);
    if (!value) return out_of_memory(p);
    term->values = value;
    term->count = 1;
    return read_value(p, term->kind, value);
}

/* ---- terms -------------------------------------------------------------------------------------- */

static const ts_ik_node *node_of(parser *p, ts_ik_node_kind kind, const ts_ik_node *left,
                                 const ts_ik_node *right)
{
    ts_ik_node *node = TS_NEW(p->arena, ts_ik_node);
    if (node) *node = (ts_ik_node){.kind = kind, .left = left, .right = right};
    else (void)out_of_memory(p);
    return node;
}

static bool is_measured(ts_ik_kind kind)
{
    return kind == TS_IK_KIND_NUMBER || kind == TS_IK_KIND_SIZE || kind == TS_IK_KIND_DATE ||
           kind == TS_IK_KIND_FREE;
}

/* *negated also by "!=". */
static bool read_operator(parser *p, ts_ik_term *term, bool *negated)
{
    static const struct {
        const char *sign;
        ts_ik_op op;
    } signs[] = {{"=", TS_IK_EQUAL},  {"==", TS_IK_EQUAL},        {":", TS_IK_BEGINS},
                 {"<", TS_IK_LESS},   {"<=", TS_IK_LESS_EQUAL},   {">", TS_IK_GREATER},
                 {"!=", TS_IK_EQUAL}, {">=", TS_IK_GREATER_EQUAL}};
    for (size_t i = 0; i < TS_COUNT_OF(signs); i++) {
        if (!is_sign(p, signs[i].sign)) continue;
        term->op = signs[i].op;
        *negated = *negated != (signs[i].sign[0] == '!');
        if (term->op >= TS_IK_LESS && !is_measured(term->kind))
            return complain(p, p->next.at, "this field cannot be measured") != NULL;
        return advance(p);
    }
    if (is_keyword(p, "IN")) term->op = TS_IK_EQUAL;
    else if (is_keyword(p, "HAS")) term->op = TS_IK_HAS;
    else return complain(p, p->next.at, "an operator was expected") != NULL;
    return advance(p);
}

static const ts_ik_node *read_term(parser *p)
{
    bool negated = false;
    ts_ik_node *node = TS_NEW(p->arena, ts_ik_node);
    if (!node) return (void)out_of_memory(p), NULL;
    node->kind = TS_IK_TERM;
    if (p->next.kind != PIECE_WORD && p->next.kind != PIECE_QUOTED)
        return complain(p, p->next.at, "a field was expected");
    if (!find_field(p->next.text, &node->term)) return complain(p, p->next.at, "there is no such field");
    if (++p->terms > TS_IK_QUERY_TERMS) return complain(p, p->next.at, "too many terms");
    if (!advance(p)) return NULL;
    if (is_keyword(p, "NOT")) {
        negated = true;
        if (!advance(p)) return NULL;
    }
    if (is_keyword(p, "EXISTS")) {
        node->term.op = TS_IK_EXISTS;
        if (!advance(p)) return NULL;
    } else if (!read_operator(p, &node->term, &negated) || !read_values(p, &node->term)) {
        return NULL;
    }
    return negated ? node_of(p, TS_IK_NOT, node, NULL) : node;
}

/* ---- groups ------------------------------------------------------------------------------------- */

static const ts_ik_node *read_any(parser *p);

static const ts_ik_node *read_one(parser *p)
{
    if (is_keyword(p, "NOT")) {
        if (++p->depth > TS_IK_QUERY_DEPTH) return complain(p, p->next.at, "nested too deep");
        const ts_ik_node *inner = advance(p) ? read_one(p) : NULL;
        p->depth--;
        return inner ? node_of(p, TS_IK_NOT, inner, NULL) : NULL;
    }
    if (!is_sign(p, "(")) return read_term(p);
    if (++p->depth > TS_IK_QUERY_DEPTH) return complain(p, p->next.at, "nested too deep");
    const ts_ik_node *inner = advance(p) ? read_any(p) : NULL;
    if (!inner) return NULL;
    if (!is_sign(p, ")")) return complain(p, p->next.at, "\")\" was expected");
    p->depth--;
    return advance(p) ? inner : NULL;
}

static const ts_ik_node *read_all(parser *p)
{
    const ts_ik_node *left = read_one(p);
    while (left && is_keyword(p, "AND")) {
        const ts_ik_node *right = advance(p) ? read_one(p) : NULL;
        left = right ? node_of(p, TS_IK_AND, left, right) : NULL;
    }
    return left;
}

static const ts_ik_node *read_any(parser *p)
{
    const ts_ik_node *left = read_all(p);
    while (left && is_keyword(p, "OR")) {
        const ts_ik_node *right = advance(p) ? read_all(p) : NULL;
        left = right ? node_of(p, TS_IK_OR, left, right) : NULL;
    }
    return left;
}

const ts_ik_node *ts_ik_query_parse(const char *text, int64_t now_ms, ts_arena *arena, ts_error *err)
{
    ts_error own = {0};
    parser p = {.start = text, .at = text, .now_ms = now_ms, .arena = arena, .err = err ? err : &own};
    size_t length = strlen(text);
    if (length > TS_IK_QUERY_BYTES || !ts_utf8_valid(text, length)) {
        (void)ts_fail(err, TS_USAGE, "Invalid searchQuery: at most %d bytes of UTF-8", TS_IK_QUERY_BYTES);
        return NULL;
    }
    const ts_ik_node *node = advance(&p) ? read_any(&p) : NULL;
    if (node && p.next.kind != PIECE_END) return complain(&p, p.next.at, "AND, OR or the end was expected");
    return node;
}
