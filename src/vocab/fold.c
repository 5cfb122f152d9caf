/* vocab: the form in which names are compared, so that "T_SHIRT" is "t-shirt". Must not know any concept. */
#include <string.h>
#include <utf8proc.h>

#include "vocab/private.h"

enum { HYPHEN = 0x2010, NO_BREAK_HYPHEN = 0x2011, APOSTROPHE = 0x2019, KATAKANA_DOT = 0x30FB };

/* Signs between words; NFKC has made spaces of all kinds one. */
static bool is_blank(utf8proc_int32_t c)
{
    return c == ' ' || c == '-' || c == '_' || (c >= '\t' && c <= '\r') || c == HYPHEN ||
           c == NO_BREAK_HYPHEN;
}

/* Most names and queries are ASCII, which needs no tables. False when there is more to the text. */
static bool fold_ascii(const char *text, char *folded, size_t size)
{
    size_t kept = 0;
    for (; *text != '\0'; text++) {
        char c = *text;
        if ((unsigned char)c >= 0x80 || kept + 1 >= size) return false;
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (is_blank(c)) c = ' ';
        if (c == ' ' && (kept == 0 || folded[kept - 1] == ' ')) continue;
        folded[kept++] = c;
    }
    if (kept > 0 && folded[kept - 1] == ' ') kept--;
    folded[kept] = '\0';
    return true;
}

/* What the eye takes for one sign becomes one; the dot between katakana words is often left out. */
static utf8proc_ssize_t unify_signs(utf8proc_int32_t *points, utf8proc_ssize_t count)
{
    utf8proc_ssize_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        utf8proc_int32_t c = points[i];
        if (c == KATAKANA_DOT) continue;
        if (c == APOSTROPHE) c = '\'';
        if (is_blank(c)) c = ' ';
        if (c == ' ' && (kept == 0 || points[kept - 1] == ' ')) continue;
        points[kept++] = c;
    }
    return kept > 0 && points[kept - 1] == ' ' ? kept - 1 : kept;
}

bool ts_vocab_fold(const char *text, char *folded, size_t size)
{
    if (size == 0) return false;
    if (fold_ascii(text, folded, size)) return true;
    utf8proc_int32_t points[TS_VOCAB_FOLDED_MAX];
    const utf8proc_option_t form = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    const utf8proc_ssize_t room = TS_VOCAB_FOLDED_MAX - 1; /* re-encoding writes a NUL behind the points */
    if (strlen(text) > TS_VOCAB_FOLDED_MAX) return false;
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)text, 0, points, room, UTF8PROC_NULLTERM | form);
    if (count < 0 || count > room) return false;
    count = utf8proc_reencode(points, unify_signs(points, count), form);
    if (count < 0 || (size_t)count >= size) return false;
    memcpy(folded, points, (size_t)count + 1);
    return true;
}

/* Puts a letter without its accents; those that Unicode does not take apart are spelt out. */
static size_t put_bare(utf8proc_int32_t c, char *out)
{
    static const struct {
        utf8proc_int32_t letter;
        char bare[3];
    } spelt[] = {{0xE6, "ae"}, {0xF8, "o"}, {0x142, "l"}, {0x153, "oe"}};
    for (size_t i = 0; i < sizeof spelt / sizeof spelt[0]; i++) {
        if (c != spelt[i].letter) continue;
        memcpy(out, spelt[i].bare, sizeof spelt[i].bare);
        return strlen(out);
    }
    return (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out);
}

bool ts_vocab_bare(const char *folded, char *bare, size_t size)
{
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)folded;
    bool ascii = true;
    for (const utf8proc_uint8_t *t = s; *t != '\0'; t++) {
        if (*t > 0xCC) return false; /* the lead bytes behind Latin letters and combining accents */
        ascii = ascii && *t < 0x80;
    }
    utf8proc_int32_t points[TS_VOCAB_FOLDED_MAX];
    if (ascii || strlen(folded) >= TS_VOCAB_FOLDED_MAX / 2) return false;
    utf8proc_ssize_t count =
        utf8proc_decompose(s, 0, points, TS_VOCAB_FOLDED_MAX,
                           UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
    if (count < 0 || count > TS_VOCAB_FOLDED_MAX) return false;
    size_t at = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (at + 5 > size) return false;
        at += put_bare(points[i], bare + at);
    }
    bare[at] = '\0';
    return true;
}
