/* Telling valid UTF-8 from mere bytes. */
#ifndef TS_BASE_UTF8_H
#define TS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Length (1..4) of the well-formed UTF-8 sequence at `text`, or 0 when there is none: overlong forms,
 * surrogates and code points over U+10FFFF are refused. `left` is how many bytes there are; at least 1. */
size_t ts_utf8_sequence(const char *text, size_t left);

bool ts_utf8_valid(const char *text, size_t length);

#endif
