/* search: folding, words, stems and spelling distance. Knows no index. */
#include "search/text.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80) return false;
    return true;
}

static bool fold_ascii(const char *text, ts_buf *out)
{
    size_t length = strlen(text);
    if (!ts_buf_append(out, text, length)) return false;
    for (char *c = out->data + out->length - length; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
    return true;
}

static bool fold_with(const char *text, utf8proc_option_t more, ts_buf *out)
{
    if (is_ascii(text)) return fold_ascii(text, out);
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
                                           UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                               UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | more);
    if (length == UTF8PROC_ERROR_NOMEM) return false;
    if (length < 0) return fold_ascii(text, out);
    bool good = ts_buf_append(out, folded, (size_t)length);
    free(folded);
    return good;
}

bool ts_text_fold(const char *text, ts_buf *out)
{
    return fold_with(text, 0, out);
}

bool ts_text_fold_plain(const char *text, ts_buf *out)
{
    return fold_with(text, UTF8PROC_STRIPMARK, out);
}

static bool is_ideograph(int32_t c)
{
    return (c >= 0x3041 && c <= 0x30ff && c != 0x30fb) || (c >= 0x3400 && c <= 0x9fff) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x323af) || c == 0x3005;
}

static bool is_word_character(int32_t c)
{
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_SO:
        return true; /* emoji are words, too */
    default:
        return false;
    }
}

/* Decodes at c; bytes that are no UTF-8 are characters of their own that belong to no word. */
static size_t decode(const char *c, int32_t *code)
{
    if ((unsigned char)*c < 0x80) {
        *code = (unsigned char)*c;
        return 1;
    }
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)c, (utf8proc_ssize_t)strnlen(c, 4), code);
    if (n > 0) return (size_t)n;
    *code = 0xfffd;
    return 1;
}

/* "dog's" is one word for the stemmer, a quote at the end is none. */
static bool joins(const char *c, size_t *length)
{
    int32_t next;
    size_t n = *c == '\'' ? 1 : !strncmp(c, "\xe2\x80\x99", 3) ? 3 : 0;
    if (!n || !c[n]) return false;
    size_t more = decode(c + n, &next);
    *length = n + more;
    return is_word_character(next) && !is_ideograph(next);
}

bool ts_text_next_word(const char **cursor, ts_word *word)
{
    const char *c = *cursor, *begin = c;
    int32_t code = 0;
    size_t n = 0;
    while (*c && (n = decode(c, &code), !is_word_character(code))) c += n;
    *cursor = c;
    if (!*c) return false;
    *word = (ts_word){.text = c, .length = n, .glued = c == begin};
    c += n;
    while (!is_ideograph(code) && *c) {
        n = decode(c, &code);
        bool inside = is_word_character(code) && !is_ideograph(code);
        if (!inside && !joins(c, &n)) break;
        c += n;
        code = 'a';
        if ((size_t)(c - word->text) <= TS_WORD_BYTES_MAX) word->length = (size_t)(c - word->text);
    }
    *cursor = c;
    return true;
}

struct ts_stemmer {
    struct sb_stemmer *english;
};

ts_stemmer *ts_stemmer_new(void)
{
    ts_stemmer *stemmer = calloc(1, sizeof *stemmer);
    if (stemmer) stemmer->english = sb_stemmer_new("english", NULL);
    if (stemmer && !stemmer->english) {
        free(stemmer);
        return NULL;
    }
    return stemmer;
}

void ts_stemmer_free(ts_stemmer *stemmer)
{
    if (stemmer) sb_stemmer_delete(stemmer->english);
    free(stemmer);
}

bool ts_stemmer_knows(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)word[i] >= 0x80 || (word[i] >= '0' && word[i] <= '9')) return false;
    return true;
}

const char *ts_stemmer_stem(ts_stemmer *stemmer, const char *word, size_t length, size_t *stem_length)
{
    *stem_length = length;
    if (!ts_stemmer_knows(word, length)) return word;
    const sb_symbol *stem = sb_stemmer_stem(stemmer->english, (const sb_symbol *)word, (int)length);
    if (!stem || sb_stemmer_length(stemmer->english) <= 0) return word;
    *stem_length = (size_t)sb_stemmer_length(stemmer->english);
    return (const char *)stem;
}

bool ts_text_is_stop_word(const char *word)
{
    static const char *const words[] = {"a",   "an",   "and", "are",  "as",  "at",   "by",
                                        "for", "from", "in",  "is",   "it",  "of",   "on",
                                        "or",  "so",   "to",  "that", "the", "this", "with"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (!strcmp(words[i], word)) return true;
    return false;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t ts_text_distance(const char *a, const char *b, size_t limit)
{
    enum { MAX = 48 };
    size_t la = strlen(a), lb = strlen(b), rows[3][MAX + 1];
    if (la > MAX || lb > MAX || (la > lb ? la - lb : lb - la) >= limit) return limit;
    for (size_t j = 0; j <= lb; j++) rows[0][j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3], best = row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
            best = least(best, row[j]);
        }
        if (best >= limit) return limit;
    }
    return least(rows[la % 3][lb], limit);
}

uint64_t ts_text_hash(const void *bytes, size_t length)
{
    const unsigned char *c = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) hash = (hash ^ c[i]) * UINT64_C(0x100000001b3);
    hash = (hash ^ hash >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}
