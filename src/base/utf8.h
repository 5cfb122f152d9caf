/* Telling valid UTF-8 from mere bytes. */
#ifndef TS_BASE_UTF8_H
#define TS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Length (1..4) of the well-formed UTF-8 sequence at `text`, or 0 when there is none: overlong forms,
 * surrogates and code points over U+10FFFF are refused. `left` is how many bytes there are; at least 1. */
size_t ts_utf8_sequence(const char *text, size_t left);

/* Appends the text with U+FFFD in place of every byte that belongs to no sequence. False: no memory. */
bool ts_utf8_repair(const char *text, size_t length, ts_buf *out);

bool ts_utf8_valid(const char *text, size_t length);

#endif
