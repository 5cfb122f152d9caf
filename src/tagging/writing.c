/* tagging: what was read in a picture, as concepts of the text facet. What the words say is no tag: they are searched
 * as words. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "tagging/belief.h"

#define BOXES_MAX 50
#define FEW 3 /* letters: fewer may be a mark that only looks like one */
#define DOCUMENT_WORDS 40
#define DOCUMENT_SHARE 0.12F /* of the picture, under lines */
#define PROOF_MAX 0.97F

typedef struct writing {
    size_t letters, digits, words;
    float best, area; /* score of the surest line of some length; square pixels under lines */
} writing;

static void count_characters(const char *text, writing *w)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        w->digits += isdigit(*p) != 0;
        w->letters += isalpha(*p) || *p >= 0xC0; /* the first byte of every other character */
    }
}

static writing measure(const ts_seen *seen)
{
    writing w = {0};
    for (size_t i = 0; i < seen->line_count; i++) {
        const ts_text_line *line = &seen->lines[i];
        size_t before = w.letters + w.digits;
        count_characters(line->text, &w);
        w.words += line->word_count;
        w.area += line->box.width * line->box.height;
        float weight = w.letters + w.digits - before >= FEW ? 1 : 0.6F;
        w.best = fmaxf(w.best, weight * line->score);
    }
    return w;
}

static bool lend_boxes(ts_beliefs *beliefs, ts_concept concept, const ts_seen *seen, ts_error *err)
{
    ts_belief *belief = &beliefs->items[concept];
    size_t count = seen->line_count < BOXES_MAX ? seen->line_count : BOXES_MAX;
    belief->boxes = TS_NEW_ARRAY(beliefs->arena, count, ts_rect);
    if (!belief->boxes) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) belief->boxes[i] = seen->lines[i].box;
    belief->box_count = (uint32_t)count;
    return true;
}

static void witness(ts_beliefs *beliefs, const ts_seen *seen, const char *id, const char *label, float raw,
                    float p)
{
    ts_concept concept = ts_vocab_find(beliefs->vocab, id);
    ts_witness w = {
        .source = seen->text_source, .label = label, .raw = raw, .score = raw, .p = fminf(p, PROOF_MAX)};
    if (concept != TS_CONCEPT_NONE && p > 0) ts_beliefs_witness(beliefs, concept, &w);
}

bool ts_writing_add(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture, ts_error *err)
{
    ts_concept text = ts_vocab_find(beliefs->vocab, "text/text");
    if (seen->line_count == 0 || text == TS_CONCEPT_NONE) return true;
    writing w = measure(seen);
    float share = w.area / ((float)picture->width * (float)picture->height);
    witness(beliefs, seen, "text/text", "lines", w.best, w.best);
    if (w.words >= DOCUMENT_WORDS && share >= DOCUMENT_SHARE)
        witness(beliefs, seen, "text/document", "words", w.best, 0.5F + fminf(share, 0.4F));
    if (w.letters == 0 && w.digits >= FEW) witness(beliefs, seen, "text/number", "digits", w.best, w.best);
    return lend_boxes(beliefs, text, seen, err);
}
