/* service: does a picture fulfil a condition? Pure: knows no catalogue and no dialect. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service/sift.h"

/* ---- texts --------------------------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* "*" stands for any run of bytes; in a loop, so that no pattern makes it slow or deep. */
static bool fits_pattern(const char *pattern, const char *text)
{
    const char *star = NULL, *mark = text;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            mark = text;
        } else if (*pattern && lower(*pattern) == lower(*text)) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++mark;
        } else {
            return false;
        }
    }
    while (*pattern == '*') pattern++;
    return *pattern == '\0';
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || ((unsigned char)c & 0x80) != 0;
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (is_word(text[length])) length++;
    return length;
}

static const char *next_word(const char *text)
{
    while (*text && !is_word(*text)) text++;
    return text;
}

/* Do the wanted words stand at this place? */
static bool words_stand(const char *wanted, const char *text)
{
    for (;;) {
        size_t want = word_length(wanted), have = word_length(text);
        bool open = wanted[want] == '*' && wanted[want + 1] == '\0';
        if (have < want || (have > want && !open) || strncasecmp(wanted, text, want) != 0) return false;
        wanted = next_word(wanted + want);
        if (!*wanted) return true;
        text = next_word(text + have);
        if (!*text) return false;
    }
}

static bool has_words(const char *wanted, const char *text)
{
    wanted = next_word(wanted);
    if (!*wanted) return false;
    for (text = next_word(text); *text; text = next_word(text + word_length(text)))
        if (words_stand(wanted, text)) return true;
    return false;
}

static bool is_number_within(const ts_sift *sift, const char *text)
{
    char *end;
    double number = strtod(text, &end);
    return end != text && !*end && number >= sift->low && number <= sift->high;
}

static bool is_between(const ts_sift *sift, const char *text)
{
    return (!sift->text || strcasecmp(text, sift->text) >= 0) &&
           (!sift->upper || strcasecmp(text, sift->upper) <= 0);
}

typedef struct looking {
    const ts_sift *sift;
    bool seen;
} looking;

static bool text_fits(void *context, const char *text)
{
    looking *look = context;
    const ts_sift *sift = look->sift;
    look->seen = true;
    switch (sift->kind) {
    case TS_SIFT_EQUAL:
        return strcasecmp(text, sift->text) == 0;
    case TS_SIFT_PATTERN:
        return fits_pattern(sift->text, text);
    case TS_SIFT_WORDS:
        return has_words(sift->text, text);
    case TS_SIFT_BEGINS:
        return strncasecmp(text, sift->text, strlen(sift->text)) == 0;
    case TS_SIFT_THERE:
        return true;
    case TS_SIFT_NUMBER:
        return is_number_within(sift, text);
    default:
        return is_between(sift, text);
    }
}

bool ts_sift_text_fits(const ts_sift *sift, const char *text)
{
    looking look = {.sift = sift};
    return text_fits(&look, text);
}

/* ---- trees --------------------------------------------------------------------------------------- */

/* The word first, which is quick; then whether it is a tag. */
static bool tag_fits(const ts_sift *sift, const ts_sifted *picture)
{
    looking look = {.sift = sift};
    for (size_t i = 0; i < picture->tag_count; i++) {
        const char *label = ts_fact_tag(&picture->tags[i], picture->vocab);
        if (label && text_fits(&look, label) && ts_fact_is_tag(picture, &picture->tags[i])) return true;
    }
    return false;
}

static bool leaf_fits(const ts_sift *sift, const ts_sifted *picture)
{
    looking look = {.sift = sift};
    double number;
    if (sift->fact >= TS_FACT_TEXTS) {
        if (!ts_fact_number(picture, sift->fact, &number)) return false;
        return sift->kind == TS_SIFT_THERE ||
               (sift->kind == TS_SIFT_NUMBER && number >= sift->low && number <= sift->high);
    }
    if (sift->fact == TS_FACT_TAG) return tag_fits(sift, picture);
    if (ts_fact_texts(picture, sift->fact, sift->member, text_fits, &look)) return true;
    return !look.seen && sift->fallback && text_fits(&look, sift->fallback);
}

static bool one_fits(const ts_sift *child, const ts_sifted *picture, bool wanted)
{
    for (; child; child = child->next)
        if (ts_sift_fits(child, picture) == wanted) return true;
    return false;
}

bool ts_sift_fits(const ts_sift *sift, const ts_sifted *picture)
{
    switch (sift->kind) {
    case TS_SIFT_ALL:
        return true;
    case TS_SIFT_NONE:
        return false;
    case TS_SIFT_AND:
        return !one_fits(sift->child, picture, false);
    case TS_SIFT_OR:
        return one_fits(sift->child, picture, true);
    case TS_SIFT_NOT:
        return !sift->child || !ts_sift_fits(sift->child, picture);
    default:
        return leaf_fits(sift, picture);
    }
}
