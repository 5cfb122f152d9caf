/* search: the fields of the query language, in one table, and how each reads its value. To add a field, add
 * a line. Knows no index: a leaf says what is wanted, eval.c finds it. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/query.h"
#include "search/text.h"

typedef struct maker {
    const ts_lexer *lexer;
    const ts_token *token;
    int64_t now_ms;
    ts_node *node;
} maker;

typedef struct field {
    const char *name;
    bool (*make)(const maker *m, int detail);
    int detail;
} field;

static bool fail_value(const maker *m, const char *expected)
{
    return ts_query_fail(m->lexer, m->token->value_at, "\"%s\" is no value of %s:, expected %s",
                         m->token->text, m->token->field, expected);
}

static bool only_equal(const maker *m)
{
    if (m->token->compare == TS_EQ) return true;
    return ts_query_fail(m->lexer, m->token->at, "%s: takes no comparison, expected %s:VALUE",
                         m->token->field, m->token->field);
}

/* The range that a comparison with first..last (a number: first = last) means. */
static void set_range(ts_node *node, ts_compare compare, double first, double last)
{
    node->low = compare == TS_GT                       ? nextafter(last, INFINITY)
                : compare == TS_LT || compare == TS_LE ? -INFINITY
                                                       : first;
    node->high = compare == TS_LT                       ? nextafter(first, -INFINITY)
                 : compare == TS_GT || compare == TS_GE ? INFINITY
                                                        : last;
}

typedef bool (*reader)(const maker *m, const char *text, double *first, double *last);

/* VALUE, or A..B with either end open. */
static bool read_range(const maker *m, reader read, const char *expected)
{
    const char *dots = strstr(m->token->text, "..");
    double first = 0, last = 0;
    ts_node *node = m->node;
    if (!dots) {
        if (!read(m, m->token->text, &first, &last)) return fail_value(m, expected);
        set_range(node, m->token->compare, first, last);
        return true;
    }
    if (!only_equal(m)) return false;
    char *low = ts_arena_strndup(m->lexer->arena, m->token->text, (size_t)(dots - m->token->text));
    if (!low) return ts_fail_memory(m->lexer->err);
    node->low = -INFINITY;
    node->high = INFINITY;
    if ((!*low && !dots[2]) || (*low && !read(m, low, &node->low, &last)) ||
        (dots[2] && !read(m, dots + 2, &first, &node->high)))
        return fail_value(m, expected);
    if (node->low <= node->high) return true;
    return ts_query_fail(m->lexer, m->token->value_at, "the range ends before it begins, expected LOW..HIGH");
}

static bool read_plain(const maker *m, const char *text, double *first, double *last)
{
    (void)m;
    return ts_value_number(text, first) && (*last = *first, true);
}

static bool read_bytes(const maker *m, const char *text, double *first, double *last)
{
    (void)m;
    return ts_value_bytes(text, first) && (*last = *first, true);
}

/* A ratio is never met to the last bit: 16/9 is 1.78 within half a percent. */
static bool read_ratio(const maker *m, const char *text, double *first, double *last)
{
    if (!ts_value_ratio(text, first)) return false;
    *last = *first;
    if (m->token->compare == TS_EQ) *first *= 0.995, *last *= 1.005;
    return true;
}

/* 12 megapixels are what rounds to 12.0: within half a tenth. */
static bool read_megapixels(const maker *m, const char *text, double *first, double *last)
{
    if (!ts_value_number(text, first)) return false;
    *last = *first;
    if (m->token->compare == TS_EQ && !strstr(m->token->text, "..")) *first -= 0.05, *last += 0.05;
    *first *= 1e6;
    *last *= 1e6;
    return true;
}

static bool read_time(const maker *m, const char *text, double *first, double *last)
{
    double span;
    if (ts_value_date(text, first, last)) return true;
    if (!ts_value_span(text, &span)) return false;
    *first = (double)m->now_ms - span;
    *last = m->token->compare == TS_EQ ? INFINITY : *first;
    return true;
}

static bool make_number(const maker *m, int column)
{
    m->node->kind = TS_NODE_RANGE;
    m->node->column = (ts_column)column;
    switch (column) {
    case TS_COLUMN_BYTES:
        return read_range(m, read_bytes, "a size such as 2mb or 500kb");
    case TS_COLUMN_RATIO:
        return read_range(m, read_ratio, "width over height, such as 1.5 or 16/9");
    case TS_COLUMN_PIXELS:
        return read_range(m, read_megapixels, "a number such as 12");
    case TS_COLUMN_TAKEN:
    case TS_COLUMN_ADDED:
        return read_range(m, read_time, "a time such as 2024, 2024-05, 2024-05-17, 2024-05..2024-07 or 7d");
    default:
        return read_range(m, read_plain, "a number or a range such as 2..4");
    }
}

static bool make_text(const maker *m, int kind)
{
    m->node->kind = (ts_node_kind)kind;
    m->node->text = m->token->text;
    return only_equal(m);
}

/* camera:canon, facet.lens:50mm */
static bool make_fact(const maker *m, const char *facet, const char *text)
{
    m->node->kind = TS_NODE_FACT;
    m->node->facet = facet;
    m->node->text = text;
    return only_equal(m);
}

static bool make_own_fact(const maker *m, int detail)
{
    (void)detail;
    return make_fact(m, m->token->field, m->token->text);
}

static bool make_facet(const maker *m, int detail)
{
    (void)detail;
    if (ts_facet_is_fact(m->token->text)) return make_fact(m, m->token->text, "*");
    m->node->kind = TS_NODE_FACET;
    m->node->facet = m->token->text;
    return only_equal(m);
}

static bool make_colour(const maker *m, int detail)
{
    (void)detail;
    ts_node *node = m->node;
    char hex[8] = {0};
    if (m->token->text[0] != '#') {
        node->facet = ts_facet_name(TS_FACET_COLOUR);
        return make_text(m, TS_NODE_TAG);
    }
    const char *tilde = strchr(m->token->text, '~');
    size_t length = tilde ? (size_t)(tilde - m->token->text) : strlen(m->token->text);
    double distance = 20;
    if (length >= sizeof hex || (tilde && !ts_value_number(tilde + 1, &distance)))
        return fail_value(m, "a name, #rrggbb or #rrggbb~DISTANCE");
    memcpy(hex, m->token->text, length);
    if (!ts_value_colour(hex, node->lab) || distance < 0)
        return fail_value(m, "a name, #rrggbb or #rrggbb~DISTANCE");
    node->kind = TS_NODE_SHADE;
    node->distance = (float)distance;
    return only_equal(m);
}

static bool make_confidence(const maker *m, int detail)
{
    (void)detail;
    const char *expected = "a number from 0 to 1 or a percentage";
    ts_node *node = m->node;
    size_t length = strlen(m->token->text);
    char text[40] = {0};
    double value = 0;
    bool percent = length && m->token->text[length - 1] == '%';
    node->kind = TS_NODE_QUALIFIER;
    node->qualifier = TS_NO_QUALIFIER;
    if (strstr(m->token->text, "..")) {
        if (!read_range(m, read_plain, expected)) return false;
        node->qualifier.low = ts_level_of((float)node->low);
        node->qualifier.high = ts_level_of((float)node->high);
        return true;
    }
    if (length - percent >= sizeof text) return fail_value(m, expected);
    memcpy(text, m->token->text, length - percent);
    if (!ts_value_number(text, &value)) return fail_value(m, expected);
    if (percent) value /= 100;
    if (value < 0 || value > 1) return fail_value(m, expected);
    unsigned level = ts_level_of((float)value);
    ts_compare compare = m->token->compare;
    if (compare == TS_EQ || compare == TS_GE) node->qualifier.low = level;
    if (compare == TS_GT) node->qualifier.low = level + 1; /* 256: nothing is surer than sure */
    if (compare == TS_EQ || compare == TS_LE) node->qualifier.high = level;
    if (compare == TS_LT) {
        node->qualifier.high = level ? level - 1 : 0;
        if (!level) node->qualifier.low = 256;
    }
    return true;
}

/* The bits of a comma list of names. */
static bool read_mask(const maker *m, const char *const *names, size_t count, unsigned *mask,
                      const char *expected)
{
    *mask = 0;
    for (const char *c = m->token->text; *c;) {
        size_t length = strcspn(c, ","), i = 0;
        while (i < count && (strlen(names[i]) != length || memcmp(names[i], c, length) != 0)) i++;
        if (i == count) return fail_value(m, expected);
        *mask |= 1u << i;
        c += length + (c[length] == ',');
    }
    return only_equal(m) && (*mask || fail_value(m, expected));
}

static bool make_state(const maker *m, int detail)
{
    (void)detail;
    static const char *const names[] = {"suggested", "accepted", "rejected"};
    m->node->kind = TS_NODE_QUALIFIER;
    m->node->qualifier = TS_NO_QUALIFIER;
    return read_mask(m, names, 3, &m->node->qualifier.states, "suggested, accepted or rejected");
}

static bool make_source(const maker *m, int detail)
{
    (void)detail;
    static const char *const names[] = {"model", "person", "import"};
    m->node->kind = TS_NODE_QUALIFIER;
    m->node->qualifier = TS_NO_QUALIFIER;
    return read_mask(m, names, 3, &m->node->qualifier.sources, "model, person or import");
}

static bool make_near(const maker *m, int detail)
{
    (void)detail;
    ts_node *node = m->node;
    node->kind = TS_NODE_NEAR;
    if (!ts_value_near(m->token->text, &node->latitude, &node->longitude, &node->high))
        return fail_value(m, "LATITUDE,LONGITUDE,DISTANCE such as 48.85,2.35,10km");
    return only_equal(m);
}

static const struct {
    const char *field, *value;
    ts_flag flag;
} flags[] = {
    {"is", "portrait", TS_FLAG_PORTRAIT}, {"is", "landscape", TS_FLAG_LANDSCAPE},
    {"is", "square", TS_FLAG_SQUARE},     {"is", "bw", TS_FLAG_BW},
    {"is", "held", TS_FLAG_HELD},         {"is", "untagged", TS_FLAG_UNTAGGED},
    {"has", "faces", TS_FLAG_FACES},      {"has", "text", TS_FLAG_TEXT},
    {"has", "gps", TS_FLAG_GPS},          {"has", "title", TS_FLAG_TITLE},
    {"has", "taken", TS_FLAG_TAKEN},      {"needs", "review", TS_FLAG_REVIEW},
};

static bool make_flag(const maker *m, int detail)
{
    static const char *const expected[] = {"portrait, landscape, square, bw, held or untagged",
                                           "faces, text, gps, taken or title", "review"};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(flags[i].field, m->token->field) != 0 || strcmp(flags[i].value, m->token->text) != 0)
            continue;
        m->node->kind = TS_NODE_FLAG;
        m->node->flag = flags[i].flag;
        return only_equal(m);
    }
    return fail_value(m, expected[detail]);
}

static bool make_count(const maker *m, int detail)
{
    (void)detail;
    if (!m->token->argument)
        return ts_query_fail(m->lexer, m->token->at, "expected count(TAG), as in count(dog)>=2");
    m->node->kind = TS_NODE_COUNT;
    m->node->text = m->token->argument;
    return read_range(m, read_plain, "a number or a range such as 2..4");
}

/* "quality" is a number and a facet: what can be compared is the number. */
static bool make_quality(const maker *m, int detail)
{
    double number;
    if (m->token->compare != TS_EQ || ts_value_number(m->token->text, &number) ||
        strstr(m->token->text, ".."))
        return make_number(m, detail);
    m->node->facet = ts_facet_name(TS_FACET_QUALITY);
    return make_text(m, TS_NODE_TAG);
}

static const field fields[] = {
    {"tag", make_text, TS_NODE_TAG},
    {"facet", make_facet, 0},
    {"colour", make_colour, 0},
    {"color", make_colour, 0},
    {"confidence", make_confidence, 0},
    {"state", make_state, 0},
    {"source", make_source, 0},
    {"width", make_number, TS_COLUMN_WIDTH},
    {"height", make_number, TS_COLUMN_HEIGHT},
    {"bytes", make_number, TS_COLUMN_BYTES},
    {"megapixels", make_number, TS_COLUMN_PIXELS},
    {"ratio", make_number, TS_COLUMN_RATIO},
    {"faces", make_number, TS_COLUMN_FACES},
    {"taken", make_number, TS_COLUMN_TAKEN},
    {"added", make_number, TS_COLUMN_ADDED},
    {"created", make_number, TS_COLUMN_ADDED},
    {"quality", make_quality, TS_COLUMN_QUALITY},
    {"aesthetic", make_number, TS_COLUMN_AESTHETIC},
    {"nsfw", make_number, TS_COLUMN_NSFW},
    {"count", make_count, 0},
    {"near", make_near, 0},
    {TS_FACET_CAMERA, make_own_fact, 0},
    {TS_FACET_LENS, make_own_fact, 0},
    {"is", make_flag, 0},
    {"has", make_flag, 1},
    {"needs", make_flag, 2},
    {"format", make_text, TS_NODE_FORMAT},
    {"name", make_text, TS_NODE_NAME},
    {"path", make_text, TS_NODE_PATH},
    {"folder", make_text, TS_NODE_FOLDER},
    {"similar", make_text, TS_NODE_SIMILAR},
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

static bool fail_field(const ts_lexer *lexer, const ts_token *token)
{
    const char *near = NULL;
    size_t best = 3;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        size_t distance = ts_text_distance(token->field, fields[i].name, best);
        if (distance < best) best = distance, near = fields[i].name;
    }
    if (near)
        ts_query_fail(lexer, token->at, "there is no field \"%s\", did you mean \"%s:\"?", token->field,
                      near);
    else
        ts_query_fail(lexer, token->at,
                      "there is no field \"%s\", expected tag:, facet:, taken:, width: or another",
                      token->field);
    return ts_hint(lexer->err, "put words that hold a colon in quotes");
}

/* "scene:beach", "facet.scene:beach": the facet's name, or NULL. */
static const char *facet_of(const char *name)
{
    ts_facet facet;
    if (!strncmp(name, "facet.", 6) && name[6]) return name + 6;
    return ts_facet_find(name, &facet) || !strcmp(name, "word") ? name : NULL;
}

ts_node *ts_term_make(const ts_lexer *lexer, const ts_token *token, int64_t now_ms)
{
    ts_node *node = TS_NEW(lexer->arena, ts_node);
    if (!node) return ts_fail_memory(lexer->err), NULL;
    maker m = {.lexer = lexer, .token = token, .now_ms = now_ms, .node = node};
    node->at = token->at;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (!strcmp(fields[i].name, token->field)) return fields[i].make(&m, fields[i].detail) ? node : NULL;
    if (!(node->facet = facet_of(token->field))) {
        fail_field(lexer, token);
        return NULL;
    }
    bool made =
        ts_facet_is_fact(node->facet) ? make_fact(&m, node->facet, token->text) : make_text(&m, TS_NODE_TAG);
    return made ? node : NULL;
}

bool ts_term_is_tag(ts_node_kind kind)
{
    return kind == TS_NODE_WORD || kind == TS_NODE_PHRASE || kind == TS_NODE_TAG || kind == TS_NODE_FACET ||
           kind == TS_NODE_COUNT;
}
