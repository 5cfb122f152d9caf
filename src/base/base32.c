/* base: base32 whose text sorts as its bytes do. */
#include "base/base32.h"

#include <string.h>

static const char digits[33] = "0123456789abcdefghijklmnopqrstuv";

void ts_base32_encode(const uint8_t *bytes, size_t length, char *out)
{
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < length; i++) {
        bits = (bits << 8 | bytes[i]) & 0xFFFF;
        for (held += 8; held >= 5; held -= 5) *out++ = digits[bits >> (held - 5) & 31];
    }
    if (held > 0) *out++ = digits[bits << (5 - held) & 31];
    *out = '\0';
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'v' ? c - 'a' + 10 : -1;
}

bool ts_base32_decode(const char *text, size_t length, uint8_t *out, size_t *count)
{
    unsigned bits = 0, held = 0;
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        int value = digit_value(text[i]);
        if (value < 0) return false;
        bits = (bits << 5 | (unsigned)value) & 0xFFFF;
        held += 5;
        if (held < 8) continue;
        held -= 8;
        out[n++] = (uint8_t)(bits >> held);
    }
    *count = n;
    return held < 5 && (bits & ((1u << held) - 1)) == 0;
}
