/* api (private): Cloudinary's search expressions as conditions on pictures. Pure; any thread. Texts of what comes out live
 * in the arena. */
#ifndef TS_API_CLOUDINARY_EXPRESSION_H
#define TS_API_CLOUDINARY_EXPRESSION_H

#include "service/sift.h"

#define TS_EXPRESSION_BYTES_MAX 8192
#define TS_EXPRESSION_DEPTH_MAX 32
#define TS_EXPRESSION_TERMS_MAX 512

/* cloudinary_expression.c: NULL or blank: everything. TS_USAGE with the column for what is no expression; fields that nobody
 * knows are no error, they fit nothing. now_ms: for relative dates. */
bool ts_cloudinary_expression(const char *text, int64_t now_ms, ts_arena *arena, const ts_sift **out,
                              ts_error *err);

/* As above, about folders: their name, path and created_at; a word alone stands in the path. A folder is asked about as a
 * picture whose name is its path. */
bool ts_cloudinary_folder_expression(const char *text, int64_t now_ms, ts_arena *arena, const ts_sift **out,
                                     ts_error *err);

/* How a value is compared with a field. */
typedef enum ts_expression_compare {
    TS_EXPRESSION_HAS = 0, /* ":" */
    TS_EXPRESSION_IS,      /* "=" */
    TS_EXPRESSION_LESS,
    TS_EXPRESSION_LESS_IS,
    TS_EXPRESSION_MORE,
    TS_EXPRESSION_MORE_IS,
    TS_EXPRESSION_RANGE /* text TO upper */
} ts_expression_compare;

typedef struct ts_expression_term {
    const char *field; /* NULL: a word on its own */
    ts_expression_compare compare;
    const char *text;
    bool has_star;                  /* an unescaped one */
    const char *upper;              /* of a range */
    bool without_low, without_high; /* "{" and "}": the ends themselves are not in it */
} ts_expression_term;

/* cloudinary_fields.c: NULL: no memory. */
ts_sift *ts_cloudinary_term(const ts_expression_term *term, int64_t now_ms, ts_arena *arena);
ts_sift *ts_cloudinary_folder_term(const ts_expression_term *term, int64_t now_ms, ts_arena *arena);
/* What results are sorted by and counted over. false: there is no such field. */
bool ts_cloudinary_key(const char *field, bool down, ts_arena *arena, ts_sift_key *out);

#endif
