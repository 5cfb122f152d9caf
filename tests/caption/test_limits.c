/* Tests of caption: whatever comes in, what goes out is short, valid text, and the same each time. */
#include "tests/support/support.h"

#include <math.h>

#include "base/utf8.h"
#include "house.h"

#define ROUNDS 3000

static uint32_t seed = 20261121;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % below;
}

static float any_share(void)
{
    static const float odd[] = {0, 1, -1, 2, 1e30F};
    uint32_t kind = any(8);
    if (kind == 0) return NAN;
    return kind < 3 ? odd[any(5)] : (float)any(1001) / 1000;
}

static void fill_tags(const ts_vocab *vocab, ts_caption_tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tags[i] = (ts_caption_tag){.confidence = any(4) ? 0.95F : any_share(),
                                   .accepted = any(5) > 0,
                                   .count = any(3) ? any(15) : any(UINT32_MAX >> 8),
                                   .sure_count = any(15),
                                   .area = any_share()};
        tags[i].concept = any(50) ? any((uint32_t)ts_vocab_count(vocab)) : TS_CONCEPT_NONE;
    }
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static void check_text(const char *text, size_t most)
{
    assert_true(ts_utf8_valid(text, strlen(text)));
    assert_true(characters(text) <= most);
    assert_null(strpbrk(text, "\n\r\t"));
    assert_null(strstr(text, "  "));
    assert_true(text[0] != ' ');
}

static void check_same(const ts_caption *a, const ts_caption *b)
{
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->description, b->description);
    assert_string_equal(a->alt_text, b->alt_text);
}

static void write_once(const ts_captioner *captioner, const ts_caption_input *input, ts_arena *arena)
{
    for (unsigned language = 0; language < TS_LANGUAGE_COUNT; language++) {
        ts_caption first, second;
        assert_true(ts_caption_write(captioner, input, (ts_language)language, arena, &first, NULL));
        assert_true(ts_caption_write(captioner, input, (ts_language)language, arena, &second, NULL));
        check_same(&first, &second);
        check_text(first.title, TS_CAPTION_TITLE_MAX);
        check_text(first.description, 2000);
        check_text(first.alt_text, TS_CAPTION_ALT_MAX);
    }
}

static void anything_gives_short_valid_text(void **state)
{
    (void)state;
    enum { MOST = 90 };
    static ts_caption_tag tags[MOST];
    static const char *const places[] = {NULL, "", "Brighton", "Z\xC3\xBCrich", "\xFF\xFE", "東京"};
    ts_vocab *vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, NULL);
    ts_captioner *captioner = ts_captioner_open(vocab, TS_TEST_VOCAB_DIR, TS_LANGUAGE_ALL, NULL);
    ts_arena *arena = ts_arena_new(0);
    assert_non_null(captioner);
    for (int round = 0; round < ROUNDS; round++) {
        ts_caption_input input = {.tags = tags, .tag_count = any(any(4) ? 12 : MOST), .faces = any(20)};
        input.place = places[any(6)];
        fill_tags(vocab, tags, input.tag_count);
        write_once(captioner, &input, arena);
        ts_arena_reset(arena);
    }
    ts_arena_free(arena);
    ts_captioner_close(captioner);
    ts_vocab_close(vocab);
}

static void a_small_arena_is_an_error_not_a_crash(void **state)
{
    (void)state;
    ts_vocab *vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, NULL);
    ts_captioner *captioner = ts_captioner_open(vocab, TS_TEST_VOCAB_DIR, TS_LANGUAGE_ALL, NULL);
    ts_arena *arena = ts_arena_new(4);
    ts_caption caption;
    ts_error err = {0};
    said_picture picture;
    read_picture(&picture, vocab, "object/dog*2:30 scene/beach");
    assert_false(ts_caption_write(captioner, &picture.input, TS_LANGUAGE_EN, arena, &caption, &err));
    assert_int_equal(err.code, TS_NO_MEMORY);
    ts_arena_free(arena);
    ts_captioner_close(captioner);
    ts_vocab_close(vocab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_gives_short_valid_text),
        cmocka_unit_test(a_small_arena_is_an_error_not_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
