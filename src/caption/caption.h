/* The caption room: a picture's tags as a title, a description and an alternative text, in seven grammars.
 *
 *     ts_captioner *captioner = ts_captioner_open(vocab, "vocab", TS_LANGUAGE_ALL, &err);
 *     ts_caption_tag tags[] = {{.concept = dog, .confidence = 0.97F, .accepted = true, .count = 2, .area = 0.2F},
 *                              {.concept = beach, .confidence = 0.91F, .accepted = true}};
 *     ts_caption_input input = {.tags = tags, .tag_count = 2};
 *     ts_caption caption;
 *     ts_caption_write(captioner, &input, TS_LANGUAGE_DE, arena, &caption, &err);
 *     puts(caption.title);        // "Zwei Hunde am Strand"
 *     puts(caption.description);  // "Das Bild zeigt zwei Hunde am Strand."
 *     ts_captioner_close(captioner);
 *
 * What a text says comes from the tags alone: no network, no guess. Only accepted tags are spoken of, never one of
 * the safety facet, a risky, dull or hidden one, and never age, sex or descent. Where there is nothing to say the texts
 * are "". How words bend stands in vocab/grammar.tsv and vocab/grammar.LANGUAGE.tsv (see vocab/README.md); how
 * sentences are built, in one file a language. The room knows concepts and words; no record, file or picture.
 *
 * Threads: a captioner is immutable after opening; any number of threads may write at once, each in its own arena.
 * The same input always gives the same texts. */
#ifndef TS_CAPTION_CAPTION_H
#define TS_CAPTION_CAPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "vocab/vocab.h"

/* An alternative text has at most so many characters (code points): screen readers cut longer ones. */
#define TS_CAPTION_ALT_MAX 125
/* A title has at most so many. */
#define TS_CAPTION_TITLE_MAX 100
/* Bytes of a place's name that are looked at. */
#define TS_CAPTION_PLACE_MAX 200

typedef struct ts_captioner ts_captioner;

/* What is known of one concept in the picture. */
typedef struct ts_caption_tag {
    ts_concept concept;
    float confidence;    /* 0..1; anything else counts as 0 */
    bool accepted;       /* only accepted tags are spoken of */
    uint32_t count;      /* boxes that were seen; 0: not known */
    uint32_t sure_count; /* boxes of them beyond doubt; a number is only said when no box is in doubt */
    float area;          /* share of the picture under the boxes, 0..1; 0: not known */
} ts_caption_tag;

typedef struct ts_caption_input {
    const ts_caption_tag *tags; /* most telling first; order breaks ties */
    size_t tag_count;
    uint32_t
        faces; /* faces seen beyond doubt; people are counted as the larger of these and the boxes of persons */
    const char *place; /* a place's name as written in the language asked for, UTF-8, or NULL */
} ts_caption_input;

/* Valid UTF-8 without line ends; "" where nothing can be said; in the arena. */
typedef struct ts_caption {
    const char *title;       /* a phrase without a full stop: "Two dogs on a beach" */
    const char *description; /* one to three sentences */
    const char *alt_text;    /* up to TS_CAPTION_ALT_MAX characters */
} ts_caption;

/* Reads the grammar tables of the languages of the mask (TS_LANGUAGE_BIT) from the folder. The vocabulary must be opened
 * with these languages and outlive the captioner. Rows of concepts that the vocabulary does not have are passed over. NULL
 * on failure: TS_NOT_FOUND, TS_IO, TS_TOO_LARGE, TS_NO_MEMORY, or TS_CONFIG with "grammar.de.tsv:LINE: ". */
ts_captioner *ts_captioner_open(const ts_vocab *vocab, const char *dir, uint32_t languages, ts_error *err);
void ts_captioner_close(ts_captioner *captioner); /* NULL is fine */

/* Writes the three texts. TS_USAGE when the captioner was not opened with the language; TS_NO_MEMORY. */
bool ts_caption_write(const ts_captioner *captioner, const ts_caption_input *input, ts_language language,
                      ts_arena *arena, ts_caption *out, ts_error *err);

/* ---- for tests and for those who edit the tables ----------------------------------------------------- */

/* True when the language has what a sentence needs to speak of the concept itself, or by the name of something that it
 * is a kind of; else it only stands in lists. */
bool ts_captioner_can_say(const ts_captioner *captioner, ts_concept concept, ts_language language);

#endif
