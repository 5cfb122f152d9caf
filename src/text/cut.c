/* text: the likeliest pieces of a text. Knows scores, not characters' meaning nor vectors.
 *
 * A unigram model: a text's probability is the product of its pieces', so the best way to each place in the text is
 * the best way to some earlier place and one piece more. One pass from left to right, walking the trie from every
 * place that a character begins at. */
#include <math.h>
#include <stdlib.h>

#include "text/tokens.h"

typedef struct place {
    float score;    /* of the best way here */
    uint32_t from;  /* where its last piece begins */
    uint32_t piece; /* that piece */
} place;

static size_t character_bytes(uint8_t lead)
{
    return lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static void offer(place *to, float score, uint32_t from, uint32_t piece)
{
    /* Of equals the earliest begun stays, as in SentencePiece. */
    if (score > to->score) *to = (place){.score = score, .from = from, .piece = piece};
}

static void walk_from(const ts_words *words, const uint8_t *text, size_t length, place *places, size_t at)
{
    size_t one = character_bytes(text[at]);
    float before = places[at].score;
    bool known = false;
    uint32_t node = 0;
    for (size_t i = at; i < length && (node = ts_words_step(words, node, text[i])) != 0; i++) {
        uint32_t piece = words->piece[node];
        if (piece == 0) continue;
        offer(&places[i + 1], before + words->scores[piece], (uint32_t)at, piece);
        known = known || i + 1 - at == one;
    }
    if (!known)
        offer(&places[at + one], before + words->sizes.unknown_score, (uint32_t)at, words->sizes.unknown);
}

/* The best way is linked backwards; this turns the links round, so that it can be read from its beginning:
 * afterwards places[i].from is where the piece that begins at i ends. */
static void turn_round(place *places, size_t length)
{
    size_t at = length;
    uint32_t next = (uint32_t)length, piece = 0;
    for (;;) {
        place *here = &places[at];
        uint32_t before = here->from, last = here->piece;
        here->from = next;
        here->piece = piece;
        if (at == 0) return;
        next = (uint32_t)at;
        piece = last;
        at = before;
    }
}

static size_t read_off(const ts_words *words, const place *places, size_t length, uint32_t *pieces,
                       size_t capacity)
{
    size_t count = 0;
    for (size_t at = 0; at < length; at = places[at].from) {
        uint32_t piece = places[at].piece;
        bool again = piece == words->sizes.unknown && count > 0 && pieces[count - 1] == piece;
        if (again) continue;
        if (count == capacity) break;
        pieces[count++] = piece;
    }
    return count;
}

bool ts_text_cut(const ts_words *words, const char *normal, size_t length, uint32_t *pieces, size_t capacity,
                 size_t *count, ts_error *err)
{
    *count = 0;
    if (length == 0) return true;
    if (length >= UINT32_MAX) return ts_fail(err, TS_TOO_LARGE, "the text is too long");
    place *places = calloc(length + 1, sizeof *places);
    if (!places) return ts_fail_memory(err);
    for (size_t i = 1; i <= length; i++) places[i].score = -INFINITY;
    const uint8_t *text = (const uint8_t *)normal;
    for (size_t at = 0; at < length; at += character_bytes(text[at]))
        if (places[at].score > -INFINITY) walk_from(words, text, length, places, at);
    turn_round(places, length);
    *count = read_off(words, places, length, pieces, capacity);
    free(places);
    return true;
}
