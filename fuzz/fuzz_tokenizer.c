/* fuzz: any bytes as a text. UTF-8 is cut into pieces that say the text again, whatever else is one clear error. A
 * vocabulary of a few pieces, so that known and unknown, rules and marks all come up. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tests/text/tiny.h"
#include "text/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const tiny_piece pieces[] = {
    {"_", -3},
    {"_a", -1},
    {"a", -2},
    {"ab", -2.5F},
    {"b", -1},
    {"abc", -6.5F},
    {"c", -4},
    {"f", -2},
    {"fi", -2},
    {"\xC3\xA9", -3},
    {"\xEA\xB0\x80", -2},
    {"\xF0\x9F\x98\x80", -5},
    {"__", -9},
    {"e", -3},
    {"i", -3},
    {"\xCC\x81", -8},
};
#define UNKNOWN 2

static void check_cut(const ts_words *words, const ts_buf *normal)
{
    size_t count = 0, again = 0;
    uint32_t *cut = calloc(normal->length + 1, sizeof *cut);
    if (!cut || !ts_text_cut(words, normal->data, normal->length, cut, normal->length + 1, &count, NULL))
        abort();
    if ((count == 0) != (normal->length == 0)) abort();
    for (size_t i = 0; i < count; i++) {
        if (cut[i] < UNKNOWN || cut[i] >= words->sizes.pieces) abort();
        if (i > 0 && cut[i] == UNKNOWN && cut[i - 1] == UNKNOWN) abort();
    }
    /* A shorter answer is the beginning of the longer one. */
    uint32_t *head = calloc(count + 1, sizeof *head);
    if (!head || !ts_text_cut(words, normal->data, normal->length, head, count / 2, &again, NULL)) abort();
    if (again != count / 2 || memcmp(head, cut, again * sizeof *cut) != 0) abort();
    free(head);
    free(cut);
}

static void check_text(const ts_words *words, const char *text, size_t length)
{
    ts_buf normal = {0};
    ts_error err = {0};
    bool ok = ts_text_normalise(words, "query: ", text, length, &normal, &err);
    if (ok != ts_utf8_valid(text, length)) abort();
    if (!ok && err.code != TS_USAGE) abort();
    if (ok && !ts_utf8_valid(normal.data, normal.length)) abort();
    if (ok) check_cut(words, &normal);
    ts_buf_free(&normal);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static ts_buf file; /* made once; lives as long as the fuzzer */
    ts_words words;
    if (!file.data) file = tiny_words(pieces, sizeof pieces / sizeof *pieces);
    if (!ts_words_read(file.data, file.length, &words, NULL)) abort();
    check_text(&words, (const char *)bytes, length);
    /* The same bytes written over the file of words: refused, or used without harm. */
    char *damaged = malloc(file.length);
    if (!damaged || length < 2) {
        free(damaged);
        return 0;
    }
    memcpy(damaged, file.data, file.length);
    size_t at = ((size_t)bytes[0] * 16 + bytes[1] % 16) % file.length;
    size_t most = file.length - at < length - 2 ? file.length - at : length - 2;
    memcpy(damaged + at, bytes + 2, most);
    if (ts_words_read(damaged, file.length, &words, NULL)) {
        ts_buf normal = {0};
        uint32_t cut[64];
        float vector[4096];
        size_t count = 0;
        if (ts_text_normalise(&words, "", "ab fi c", 7, &normal, NULL))
            (void)ts_text_cut(&words, normal.data, normal.length, cut, 64, &count, NULL);
        for (size_t i = 0; i < count; i++) ts_words_vector(&words, cut[i], vector);
        ts_buf_free(&normal);
    }
    free(damaged);
    return 0;
}
