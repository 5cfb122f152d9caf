/* vision: which language lines of writing are in: by script, then by the small words that no text of a language can
 * do without. Knows no networks. A few words on a sign tell no language, and then it says none. */
#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "vision/text.h"

#define HITS_MIN 2 /* small words that it takes */

typedef struct tongue {
    const char *code;
    const char *words;   /* each between blanks */
    const char *letters; /* each between blanks, UTF-8; none of them in the other languages */
} tongue;

static const tongue tongues[] = {
    {"en",
     " the and of to in is you that it for on with are this be at or from your have not all can will but by "
     "was we "
     "our has more my new no out open ",
     " "},
    {"de",
     " der die und das den dem von zu mit ist des ein eine für auf im nicht sich auch es als bei oder nach "
     "wird aus "
     "zum zur sind wir ihre über bitte kein ",
     " ß ü ö ä "},
    {"fr",
     " le les la des du une et est en dans pour pas que qui sur au aux avec ce par vous nous votre sont plus "
     "ne se "
     "il elle être à ",
     " œ ê è ç à "},
    {"es",
     " el los las del y que es en un una por con para no se su lo como más pero sus al esta este hay ser muy "
     "sin de "
     "la ",
     " ñ ¿ á í ó ú "},
};

enum { TONGUES = sizeof tongues / sizeof *tongues, WORD_MAX = 24 };

typedef struct counts {
    unsigned han, kana;
    unsigned hits[TONGUES];
} counts;

static uint32_t code_point(const char *text, size_t n)
{
    const unsigned char *b = (const unsigned char *)text;
    if (n == 3) return (uint32_t)(b[0] & 15) << 12 | (uint32_t)(b[1] & 63) << 6 | (b[2] & 63);
    return n == 1 ? b[0] : 0; /* two and four bytes: neither Han nor kana that matter */
}

static void count_letter(const char *letter, size_t n, counts *c)
{
    char between[8] = " ";
    uint32_t code = code_point(letter, n);
    c->kana += code >= 0x3041 && code <= 0x30FA;
    c->han += code >= 0x4E00 && code <= 0x9FFF;
    if (n != 2) return;
    memcpy(between + 1, letter, n);
    between[n + 1] = ' ';
    for (size_t t = 0; t < TONGUES; t++) c->hits[t] += strstr(tongues[t].letters, between) != NULL;
}

static void count_letters(const char *text, counts *c)
{
    size_t left = strlen(text);
    while (left) {
        size_t n = ts_utf8_sequence(text, left);
        if (n) count_letter(text, n, c);
        else n = 1;
        text += n;
        left -= n;
    }
}

/* Without the marks around it, in lower case as far as ASCII goes, between blanks. */
static void count_word(const char *word, counts *c)
{
    char between[WORD_MAX + 3] = " ";
    size_t from = strspn(word, "\"'([.,;:!?"), n = 0;
    for (const char *p = word + from; *p && !strchr("\"')].,;:!?", *p); p++) {
        if (n == WORD_MAX) return;
        between[++n] = (char)tolower((unsigned char)*p);
    }
    if (n == 0) return;
    between[n + 1] = ' ';
    for (size_t t = 0; t < TONGUES; t++) c->hits[t] += strstr(tongues[t].words, between) != NULL;
}

static const char *most_likely(const counts *c)
{
    size_t best = 0;
    bool tie = false;
    for (size_t t = 1; t < TONGUES; t++) {
        if (c->hits[t] > c->hits[best]) {
            best = t;
            tie = false;
        } else if (c->hits[t] == c->hits[best]) {
            tie = true;
        }
    }
    return c->hits[best] >= HITS_MIN && !tie ? tongues[best].code : "";
}

const char *ts_lines_language(const ts_text_line *lines, size_t count)
{
    counts c = {0};
    for (size_t i = 0; i < count; i++) {
        count_letters(lines[i].text, &c);
        for (size_t w = 0; w < lines[i].word_count; w++) count_word(lines[i].words[w].text, &c);
    }
    const char *latin = most_likely(&c);
    if (c.kana >= 2 && c.kana * 8 >= c.han) return "ja";
    if (c.han >= 2 && (!*latin || c.han >= 8)) return "zh";
    return latin;
}
