/* The vocabulary and a captioner over it, for tests that only read them: open_all and close_all are a group's. */
#ifndef TS_TESTS_CAPTION_PAIR_H
#define TS_TESTS_CAPTION_PAIR_H

#include "caption/caption.h"
#include "tests/support/support.h"

static ts_vocab *vocab;
static ts_captioner *captioner;

static int open_all(void **state)
{
    (void)state;
    ts_error err = {0};
    vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, &err);
    captioner = vocab ? ts_captioner_open(vocab, TS_TEST_VOCAB_DIR, TS_LANGUAGE_ALL, &err) : NULL;
    if (!captioner) print_error("%s\n", err.message);
    return captioner ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    ts_captioner_close(captioner);
    ts_vocab_close(vocab);
    return 0;
}

#endif
