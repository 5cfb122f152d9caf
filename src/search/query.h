/* search, private to the room: the query language as a tree. lexer.c makes tokens, parser.c the tree,
 * terms.c the leaves, values.c reads numbers, times, colours and places. None of them knows the index. */
#ifndef TS_SEARCH_QUERY_H
#define TS_SEARCH_QUERY_H

#include <math.h>

#include "search/search.h"

typedef enum ts_compare { TS_EQ, TS_LT, TS_LE, TS_GT, TS_GE } ts_compare;

typedef enum ts_token_kind {
    TS_TOKEN_END,
    TS_TOKEN_OPEN,
    TS_TOKEN_CLOSE,
    TS_TOKEN_AND,
    TS_TOKEN_OR,
    TS_TOKEN_NOT,
    TS_TOKEN_WORD,
    TS_TOKEN_PHRASE, /* in quotes */
    TS_TOKEN_FIELD   /* field, compare, text; "count(dog)" has its argument in `argument` */
} ts_token_kind;

typedef struct ts_token {
    ts_token_kind kind;
    ts_compare compare;
    bool quoted;
    size_t at;            /* byte where it begins */
    size_t value_at;      /* byte where a field's value begins */
    const char *field;    /* lower case */
    const char *argument; /* of count(...) */
    const char *text;     /* word, phrase or value */
} ts_token;

typedef struct ts_lexer {
    const char *text;
    size_t length, position;
    ts_arena *arena;
    ts_error *err;
} ts_lexer;

bool ts_lexer_next(ts_lexer *lexer, ts_token *token);
/* "column N: ...", N counting characters from 1. Always false. */
bool ts_query_fail(const ts_lexer *lexer, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

typedef enum ts_node_kind {
    TS_NODE_ALL, /* everything */
    TS_NODE_AND, /* a group: children, and what its tags must fulfil */
    TS_NODE_OR,
    TS_NODE_NOT,
    TS_NODE_QUALIFIER, /* confidence, state, source: moves into the group around it */
    TS_NODE_WORD,      /* a concept or a word of a text */
    TS_NODE_PHRASE,
    TS_NODE_TAG,   /* text, facet or NULL */
    TS_NODE_FACET, /* has any tag of facet */
    TS_NODE_FACT,  /* text in a facet of what files say of themselves; "*": anything */
    TS_NODE_COUNT, /* text and a range */
    TS_NODE_SHADE, /* colour and distance */
    TS_NODE_RANGE, /* a column and a range */
    TS_NODE_FLAG,
    TS_NODE_FORMAT,
    TS_NODE_NAME,
    TS_NODE_PATH,
    TS_NODE_FOLDER,
    TS_NODE_NEAR,
    TS_NODE_SIMILAR
} ts_node_kind;

typedef enum ts_column {
    TS_COLUMN_WIDTH,
    TS_COLUMN_HEIGHT,
    TS_COLUMN_BYTES,
    TS_COLUMN_PIXELS,
    TS_COLUMN_RATIO,
    TS_COLUMN_FACES,
    TS_COLUMN_TAKEN,
    TS_COLUMN_ADDED,
    TS_COLUMN_QUALITY,
    TS_COLUMN_AESTHETIC,
    TS_COLUMN_NSFW,
    TS_COLUMN_COUNT
} ts_column;

/* What is: has: needs: ask. In the order of the bits that a picture's row keeps (store.h). */
typedef enum ts_flag {
    TS_FLAG_HELD,
    TS_FLAG_REVIEW,
    TS_FLAG_UNTAGGED,
    TS_FLAG_PORTRAIT,
    TS_FLAG_LANDSCAPE,
    TS_FLAG_SQUARE,
    TS_FLAG_BW,
    TS_FLAG_FACES,
    TS_FLAG_TEXT,
    TS_FLAG_GPS,
    TS_FLAG_TITLE,
    TS_FLAG_TAKEN,
    TS_FLAG_COUNT
} ts_flag;

/* names.c: what files say of themselves, as free words of a facet: what they were taken with. No tags: nobody judged. */
#define TS_FACET_CAMERA "camera"
#define TS_FACET_LENS "lens"
bool ts_facet_is_fact(const char *facet);

#define TS_STATE_BIT(state) (1u << (state))
#define TS_ALL_STATES 7u
#define TS_SHOWN_STATES 3u /* suggested and accepted */
#define TS_ALL_SOURCES 7u

/* What a tag must fulfil to count. Confidences are 0..255. */
typedef struct ts_qualifier {
    unsigned low, high;
    unsigned states, sources; /* masks */
} ts_qualifier;

/* One rounding for what is stored and what is asked, so that a tag of 0.3 is among confidence>=0.3. */
static inline unsigned ts_level_of(float confidence)
{
    return !(confidence > 0) ? 0 : confidence >= 1 ? 255 : (unsigned)lrintf(confidence * 255);
}

#define TS_NO_QUALIFIER ((ts_qualifier){.high = 255, .states = TS_SHOWN_STATES, .sources = TS_ALL_SOURCES})

static inline bool ts_qualifier_is_open(const ts_qualifier *q)
{
    return q->low == 0 && q->high == 255 && q->states == TS_SHOWN_STATES && q->sources == TS_ALL_SOURCES;
}

typedef struct ts_wanted ts_wanted;
typedef struct ts_node ts_node;
struct ts_node {
    ts_node_kind kind;
    size_t at; /* byte in the query */
    ts_node *child, *next;
    const char *text, *facet;
    double low, high; /* inclusive; of near: kilometres in high */
    double latitude, longitude;
    float lab[3], distance;
    ts_column column;
    ts_flag flag;
    bool qualified; /* AND: a qualifier was named */
    bool is_name;   /* AND: the words of one name, which resolve.c has taken care of */
    ts_qualifier qualifier;
    ts_wanted *wanted;   /* resolve.c: what the names of this index mean by the text */
    ts_qualifier active; /* resolve.c: the qualifiers of all groups around */
};

/* The tree of a query; NULL and the error when it does not parse. now_ms: for relative times. */
ts_node *ts_query_parse(const char *text, int64_t now_ms, ts_arena *arena, ts_error *err);

/* terms.c: a field's leaf. NULL and the error when there is no such field or value. */
ts_node *ts_term_make(const ts_lexer *lexer, const ts_token *token, int64_t now_ms);
/* True for leaves that a qualifier speaks about. */
bool ts_term_is_tag(ts_node_kind kind);

/* values.c: each reads the whole text or returns false. */
bool ts_value_number(const char *text, double *number);
bool ts_value_bytes(const char *text, double *bytes); /* 2mb, 500kb, 1.5gib, 2000 */
bool ts_value_ratio(const char *text, double *ratio); /* 1.5, 16/9 */
/* 2024, 2024-05, 2024-05-17: its first and last millisecond. */
bool ts_value_date(const char *text, double *first, double *last);
/* 7d, 3w, 6m, 1y: milliseconds. */
bool ts_value_span(const char *text, double *ms);
bool ts_value_colour(const char *text, float lab[3]);                                  /* #rgb, #rrggbb */
bool ts_value_near(const char *text, double *latitude, double *longitude, double *km); /* 48.85,2.35,10km */

#endif
