/* service (private): what Chinese, Japanese and Korean put around names: counters, particles, signs of plurals. */
#ifndef TS_SERVICE_COUNTERS_H
#define TS_SERVICE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "vocab/vocab.h"

/* The bytes of the counter that the text begins with ("头" in "头牛", "마리" in "마리가"), or 0. Any thread. */
size_t ts_counter_at(ts_language language, const char *text);
/* The bytes of the sign of a plural that the text begins with ("들", "たち", "们"), or 0. Any thread. */
size_t ts_plural_at(ts_language language, const char *text);
/* Do these bytes, the rest of a Korean word behind a name, leave it that name? Nothing does, and particles do. Any
 * thread. */
bool ts_is_korean_ending(const char *text, size_t length);

#endif
