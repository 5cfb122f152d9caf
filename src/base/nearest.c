/* base: the word that was probably meant. */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

#define WORD_MAX 48

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Edits (insert, delete, replace, swap of neighbours) from one word to the other. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    if (n > WORD_MAX || m > WORD_MAX) return WORD_MAX;
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0];
    size_t *above = rows[1];
    size_t *row = rows[2];
    for (size_t j = 0; j <= m; j++) above[j] = before[j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < row[j]) row[j] = before[j - 2] + 1;
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[m];
}

const char *ts_nearest(const char *word, const char *const *names, size_t count)
{
    size_t length = strlen(word);
    size_t best = length < 4 ? 2 : length / 3 + 2; /* a third of the letters may be wrong */
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        bool begins = length >= 3 && strncmp(names[i], word, length) == 0;
        size_t far = begins ? 1 : distance(word, names[i]);
        if (far >= best) continue;
        best = far;
        found = names[i];
    }
    return found;
}
