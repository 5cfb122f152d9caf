/* base: base64 both ways, strict when it reads. Knows nothing of what the bytes are. */
#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char standard_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool ts_base64_encode(const void *bytes, size_t length, ts_base64_kind kind, ts_buf *out)
{
    const unsigned char *in = bytes;
    const char *letters = kind == TS_BASE64_URL ? url_letters : standard_letters;
    if (length > SIZE_MAX / 2 || !ts_buf_reserve(out, length / 3 * 4 + 5)) return false;
    out->data[out->length] = '\0'; /* also when nothing is appended */
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned word = (unsigned)in[i] << 16;
        if (left > 1) word |= (unsigned)in[i + 1] << 8;
        if (left > 2) word |= in[i + 2];
        char quad[4] = {letters[word >> 18], letters[word >> 12 & 63],
                        left > 1 ? letters[word >> 6 & 63] : '=', left > 2 ? letters[word & 63] : '='};
        size_t used = left >= 3 || kind == TS_BASE64_STANDARD ? 4 : left + 1;
        if (!ts_buf_append(out, quad, used)) return false;
    }
    return true;
}

/* The six bits of a letter, or 64. */
static unsigned bits_of(char c, ts_base64_kind kind)
{
    if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 26;
    if (c >= '0' && c <= '9') return (unsigned)(c - '0') + 52;
    if (c == (kind == TS_BASE64_URL ? '-' : '+')) return 62;
    if (c == (kind == TS_BASE64_URL ? '_' : '/')) return 63;
    return 64;
}

/* Length without padding; false when the padding cannot be right. */
static bool strip_padding(const char *text, size_t *length, ts_base64_kind kind)
{
    size_t n = *length;
    size_t padding = 0;
    while (padding < 2 && n > 0 && text[n - 1] == '=') {
        n--;
        padding++;
    }
    bool padded = *length % 4 == 0 && (padding == 0 || n % 4 == 4 - padding);
    bool bare = kind == TS_BASE64_URL && padding == 0;
    *length = n;
    return (padded || bare) && n % 4 != 1;
}

bool ts_base64_decode(const char *text, size_t length, ts_base64_kind kind, ts_buf *out)
{
    if (!strip_padding(text, &length, kind) || !ts_buf_reserve(out, length / 4 * 3 + 4)) return false;
    size_t before = out->length;
    unsigned char *to = (unsigned char *)out->data + before;
    uint32_t word = 0;
    unsigned have = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned bits = bits_of(text[i], kind);
        if (bits > 63) goto malformed;
        word = word << 6 | bits;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *to++ = (unsigned char)(word >> have);
        }
    }
    if (word & ((1u << have) - 1)) goto malformed;
    out->length = (size_t)(to - (unsigned char *)out->data);
    out->data[out->length] = '\0';
    return true;

malformed:
    out->data[before] = '\0';
    return false;
}
