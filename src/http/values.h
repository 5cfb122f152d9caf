/* http: readers of the small languages inside HTTP: percent codes, forms, cookies, media types, ranges, hosts,
 * addresses. Private to the room. Pure functions over untrusted text; all linear. */
#ifndef TS_HTTP_VALUES_H
#define TS_HTTP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "http/request.h"

/* --- text.c --- */
bool ts_is_token_char(char c);
/* Case-insensitive equality of `length` bytes with a whole string. */
bool ts_same_text(const char *text, size_t length, const char *other);

typedef enum ts_decode_mode {
    TS_DECODE_PATH, /* a broken code is an error */
    TS_DECODE_FORM, /* "+" is a space; a broken code stands for itself, as browsers do */
} ts_decode_mode;

/* Decoded copy in the arena, length in *out_length (NULL: not wanted). NULL when a code is broken (path), the result
 * holds a NUL or is no UTF-8, or memory is out. */
char *ts_percent_decode(ts_arena *arena, const char *text, size_t length, ts_decode_mode mode,
                        size_t *out_length);

#define TS_PAIRS_MAX 10000

/* "a=1&b=2" in order. false when it holds NUL, no UTF-8 or more than TS_PAIRS_MAX pairs. */
bool ts_parse_form(ts_arena *arena, const char *text, size_t length, ts_http_pairs *out);
/* One Cookie header; parts without "=" are skipped. */
bool ts_parse_cookies(ts_arena *arena, const char *text, ts_http_pairs *out);
/* First value of that name, or NULL. */
const char *ts_pair_value(ts_http_pairs pairs, const char *name);

/* --- media_type.c --- */
#define TS_MEDIA_PARAMS 16

/* "form-data; name=a; filename*=UTF-8''b" or "text/plain; charset=utf-8". Names lower case, values unquoted. */
typedef struct ts_media_type {
    char *value; /* lower case */
    ts_http_pair params[TS_MEDIA_PARAMS];
    size_t count;
} ts_media_type;

/* false when it is malformed, has more than TS_MEDIA_PARAMS parameters, or one twice. */
bool ts_parse_media_type(ts_arena *arena, const char *text, ts_media_type *out);
const ts_http_pair *ts_media_param(const ts_media_type *type, const char *name);
/* The file name: filename* (UTF-8 or ISO-8859-1) before filename; not UTF-8 is read as ISO-8859-1; NULL if none. */
char *ts_media_filename(ts_arena *arena, const ts_media_type *disposition);
/* 1 to 70 characters of RFC 2046, no space at the end. */
bool ts_boundary_valid(const char *boundary, size_t length);

/* --- range.c --- */
typedef enum ts_range_kind { TS_RANGE_NONE, TS_RANGE_PART, TS_RANGE_UNSATISFIABLE } ts_range_kind;

/* The Range header against a body of `size` bytes. Several ranges, other units and nonsense are TS_RANGE_NONE. */
ts_range_kind ts_parse_range(const char *text, uint64_t size, uint64_t *first, uint64_t *last);
/* Does If-None-Match / If-Match name this ETag (without quotes)? "*" names all. Weak comparison where asked. */
bool ts_etag_listed(const char *text, const char *etag, bool weak);

/* --- address.c --- */
/* Host: name, IPv4 or [IPv6], optional port. On success the name without port and brackets, lower case. */
bool ts_parse_host(const char *text, char *name, size_t size);

typedef struct ts_cidr {
    unsigned char bytes[16]; /* IPv4 is mapped */
    unsigned bits;
} ts_cidr;

bool ts_parse_cidr(const char *text, ts_cidr *out);
bool ts_cidr_has(const ts_cidr *list, size_t count, const unsigned char bytes[16]);
/* A bare address, with or without brackets; IPv4 is mapped. */
bool ts_parse_address(const char *text, size_t length, unsigned char bytes[16]);
bool ts_sockaddr_bytes(const struct sockaddr *address, unsigned char bytes[16]);
/* "192.0.2.1" or "2001:db8::1"; out has room for 46 + 1. */
void ts_format_address(const unsigned char bytes[16], char out[48]);
/* X-Forwarded-For read from the right: the first address that is not a trusted proxy. false: nothing usable. */
bool ts_forwarded_client(const char *text, const ts_cidr *trusted, size_t count, unsigned char bytes[16]);

#endif
