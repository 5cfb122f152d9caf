/* Base32 with the digits 0-9a-v (RFC 4648's "extended hex", lower case): text sorts as its bytes do. No padding. */
#ifndef TS_BASE_BASE32_H
#define TS_BASE_BASE32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters that stand for so many bytes, without the NUL. */
#define TS_BASE32_LENGTH(bytes) (((bytes)*8 + 4) / 5)

/* out: TS_BASE32_LENGTH(length) + 1 bytes. */
void ts_base32_encode(const uint8_t *bytes, size_t length, char *out);
/* out: length * 5 / 8 bytes; how many in *count. False on a foreign character or on bits that no encoder leaves. */
bool ts_base32_decode(const char *text, size_t length, uint8_t *out, size_t *count);

#endif
