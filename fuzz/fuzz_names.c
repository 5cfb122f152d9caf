/* fuzz: any bytes as what someone types: folding must be stable, look-ups the same for both forms, and each
 * suggestion its own concept. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vocab/vocab.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const ts_vocab *core(void)
{
    static ts_vocab *vocab;
    if (!vocab) vocab = ts_vocab_open(TS_FUZZ_VOCAB_DIR, NULL);
    if (!vocab) abort();
    return vocab;
}

static void check_fold(const ts_vocab *vocab, const char *text)
{
    char once[4096], twice[4096];
    if (!ts_vocab_fold(text, once, sizeof once)) {
        if (ts_vocab_find_name(vocab, text).count > 0) abort();
        return;
    }
    if (strlen(once) > 512) return; /* longer than a text may be */
    if (!ts_vocab_fold(once, twice, sizeof twice) || strcmp(once, twice) != 0) abort();
    if (ts_vocab_find_name(vocab, text).items != ts_vocab_find_name(vocab, once).items) abort();
}

static void check_suggestions(const ts_vocab *vocab, const char *text, ts_language language, size_t limit)
{
    ts_suggestion out[TS_VOCAB_SUGGESTIONS_MAX];
    size_t count = ts_vocab_prefix(vocab, language, text, limit, out);
    if (count > limit) abort();
    for (size_t i = 0; i < count; i++) {
        if (ts_vocab_find_name_in(vocab, language, out[i].name).count == 0) abort();
        for (size_t j = 0; j < i; j++)
            if (out[j].concept == out[i].concept) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2 || length > 1024) return 0;
    const ts_vocab *vocab = core();
    char *text = calloc(1, length - 1);
    if (!text) return 0;
    memcpy(text, bytes + 2, length - 2);
    check_fold(vocab, text);
    check_suggestions(vocab, text, (ts_language)(bytes[0] % TS_LANGUAGE_COUNT),
                      bytes[1] % (TS_VOCAB_SUGGESTIONS_MAX + 1));
    free(text);
    return 0;
}
