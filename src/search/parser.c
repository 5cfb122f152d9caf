/* search: the grammar of queries, by recursive descent with limits on depth and terms. Knows no field.
 *
 *     or    = and { "OR" and }
 *     and   = not { ["AND"] not }
 *     not   = { "NOT" } first
 *     first = "(" or ")" | word | phrase | field
 */
#include <string.h>
#include <utf8proc.h>

#include "base/error.h"
#include "search/query.h"

typedef struct parser {
    ts_lexer lexer;
    ts_token token; /* the one to be read next */
    int64_t now_ms;
    unsigned depth, terms;
} parser;

static ts_node *parse_or(parser *p);

static ts_node *new_node(parser *p, ts_node_kind kind, size_t at)
{
    ts_node *node = TS_NEW(p->lexer.arena, ts_node);
    if (!node) return ts_fail_memory(p->lexer.err), NULL;
    node->kind = kind;
    node->at = at;
    node->qualifier = TS_NO_QUALIFIER;
    return node;
}

static bool advance(parser *p)
{
    return ts_lexer_next(&p->lexer, &p->token);
}

static ts_node *parse_group(parser *p)
{
    size_t at = p->token.at;
    if (++p->depth > TS_QUERY_DEPTH_MAX) {
        ts_query_fail(&p->lexer, at, "nested deeper than %d levels", TS_QUERY_DEPTH_MAX);
        return NULL;
    }
    if (!advance(p)) return NULL;
    ts_node *node = parse_or(p);
    if (!node) return NULL;
    if (p->token.kind != TS_TOKEN_CLOSE) {
        ts_query_fail(&p->lexer, at, "this ( is never closed, expected a )");
        return NULL;
    }
    p->depth--;
    return advance(p) ? node : NULL;
}

static ts_node *parse_leaf(parser *p)
{
    ts_node *node = NULL;
    if (++p->terms > TS_QUERY_TERMS_MAX) {
        ts_query_fail(&p->lexer, p->token.at, "more than %d terms", TS_QUERY_TERMS_MAX);
        return NULL;
    }
    if (p->token.kind == TS_TOKEN_FIELD) {
        node = ts_term_make(&p->lexer, &p->token, p->now_ms);
    } else {
        node = new_node(p, p->token.kind == TS_TOKEN_WORD ? TS_NODE_WORD : TS_NODE_PHRASE, p->token.at);
        if (node) node->text = p->token.text;
    }
    return node && advance(p) ? node : NULL;
}

static ts_node *parse_first(parser *p)
{
    switch (p->token.kind) {
    case TS_TOKEN_OPEN:
        return parse_group(p);
    case TS_TOKEN_WORD:
    case TS_TOKEN_PHRASE:
    case TS_TOKEN_FIELD:
        return parse_leaf(p);
    case TS_TOKEN_CLOSE:
        ts_query_fail(&p->lexer, p->token.at, "expected a term before )");
        return NULL;
    case TS_TOKEN_END:
        ts_query_fail(&p->lexer, p->token.at, "expected a term, found the end");
        return NULL;
    default:
        ts_query_fail(&p->lexer, p->token.at, "expected a term before %s",
                      p->token.kind == TS_TOKEN_AND ? "AND" : "OR");
        return NULL;
    }
}

static ts_node *parse_not(parser *p)
{
    bool negative = false, any = false;
    size_t at = p->token.at;
    while (p->token.kind == TS_TOKEN_NOT) {
        negative = !negative;
        any = true;
        if (!advance(p)) return NULL;
    }
    ts_node *node = parse_first(p);
    if (!node || !any || !negative) return node;
    ts_node *not = new_node(p, TS_NODE_NOT, at);
    if (not ) not ->child = node;
    return not ;
}

static bool begins_term(ts_token_kind kind)
{
    return kind != TS_TOKEN_END && kind != TS_TOKEN_CLOSE && kind != TS_TOKEN_OR && kind != TS_TOKEN_AND;
}

/* Two qualifiers of a group hold together. */
static void narrow(ts_node *group, const ts_node *leaf)
{
    ts_qualifier *q = &group->qualifier;
    const ts_qualifier *more = &leaf->qualifier;
    /* Naming a state lifts the silent "not the rejected ones", the first time. */
    if (more->states != TS_SHOWN_STATES)
        q->states = q->states == TS_SHOWN_STATES ? more->states : q->states & more->states;
    q->sources &= more->sources;
    if (more->low > q->low) q->low = more->low;
    if (more->high < q->high) q->high = more->high;
    group->qualified = true;
}

static ts_node *parse_and(parser *p)
{
    ts_node *group = new_node(p, TS_NODE_AND, p->token.at);
    if (!group) return NULL;
    ts_node **end = &group->child;
    for (;;) {
        ts_node *node = parse_not(p);
        if (!node) return NULL;
        if (node->kind == TS_NODE_QUALIFIER) {
            narrow(group, node);
        } else {
            *end = node;
            end = &node->next;
        }
        if (p->token.kind == TS_TOKEN_AND) {
            if (!advance(p)) return NULL;
        } else if (!begins_term(p->token.kind)) {
            break;
        }
    }
    if (group->child && !group->child->next && !group->qualified) return group->child;
    return group;
}

static ts_node *parse_or(parser *p)
{
    ts_node *first = parse_and(p);
    if (!first || p->token.kind != TS_TOKEN_OR) return first;
    ts_node * or = new_node(p, TS_NODE_OR, first->at);
    if (! or) return NULL;
    or->child = first;
    for (ts_node *last = first; p->token.kind == TS_TOKEN_OR; last = last->next)
        if (!advance(p) || !(last->next = parse_and(p))) return NULL;
    return or ;
}

/* A qualifier that NOT stands before speaks for itself: a group without terms. */
static bool wrap_lone_qualifiers(parser *p, ts_node *node)
{
    for (ts_node *child = node->child; child; child = child->next)
        if (!wrap_lone_qualifiers(p, child)) return false;
    if (node->kind != TS_NODE_NOT || !node->child || node->child->kind != TS_NODE_QUALIFIER) return true;
    ts_node *group = new_node(p, TS_NODE_AND, node->at);
    if (!group) return false;
    narrow(group, node->child);
    node->child = group;
    return true;
}

/* similar: ranks the whole answer, so it stands beside the other terms and not inside OR, NOT or a second
 * time. */
static bool check_similar(const parser *p, const ts_node *node, bool allowed, unsigned *seen)
{
    if (node->kind == TS_NODE_SIMILAR && (!allowed || ++*seen > 1))
        return ts_query_fail(&p->lexer, node->at,
                             "similar: stands once, beside the other terms, not inside OR or NOT");
    for (const ts_node *child = node->child; child; child = child->next)
        if (!check_similar(p, child, allowed && node->kind == TS_NODE_AND, seen)) return false;
    return true;
}

static size_t bad_utf8(const char *text, size_t length)
{
    utf8proc_int32_t code;
    for (size_t i = 0; i < length;) {
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &code);
        if (n <= 0) return i;
        i += (size_t)n;
    }
    return length;
}

ts_node *ts_query_parse(const char *text, int64_t now_ms, ts_arena *arena, ts_error *err)
{
    parser p = {.lexer = {.text = text, .length = strlen(text), .arena = arena, .err = err},
                .now_ms = now_ms};
    if (p.lexer.length > TS_QUERY_BYTES_MAX) {
        ts_query_fail(&p.lexer, TS_QUERY_BYTES_MAX, "a query is at most %d bytes long", TS_QUERY_BYTES_MAX);
        return NULL;
    }
    size_t bad = bad_utf8(text, p.lexer.length);
    if (bad < p.lexer.length) {
        ts_query_fail(&p.lexer, bad, "not UTF-8");
        return NULL;
    }
    if (!advance(&p)) return NULL;
    if (p.token.kind == TS_TOKEN_END) return new_node(&p, TS_NODE_ALL, 0);
    ts_node *root = parse_or(&p);
    if (!root) return NULL;
    if (p.token.kind != TS_TOKEN_END) {
        ts_query_fail(&p.lexer, p.token.at, "this ) closes nothing");
        return NULL;
    }
    unsigned similar = 0;
    return wrap_lone_qualifiers(&p, root) && check_similar(&p, root, true, &similar) ? root : NULL;
}

bool ts_query_check(const char *query, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    bool good = ts_query_parse(query ? query : "", 0, arena, err) != NULL;
    ts_arena_free(arena);
    return good;
}
