/* Helpers for the tests of the captions: a picture written as one line of text. */
#ifndef TS_TESTS_CAPTION_HOUSE_H
#define TS_TESTS_CAPTION_HOUSE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caption/caption.h"

#define SAID_TAGS_MAX 32

typedef struct said_picture {
    ts_caption_tag tags[SAID_TAGS_MAX];
    ts_caption_input input;
    char text[512];
    bool known; /* every concept is in the vocabulary */
} said_picture;

/* "object/dog*2:20": two boxes over 20 % of the picture; "object/dog*3~1": three boxes, one of them beyond doubt; "object/dog?": only suggested; "object/dog!60": confidence 60 %
 * (else 95); "faces=3"; "place=Brighton" (to the end of the line). */
static inline void read_tag(said_picture *picture, const ts_vocab *vocab, char *word)
{
    ts_caption_tag tag = {.confidence = 0.95F, .accepted = true};
    char *marks = word + strcspn(word, "*~:?!");
    char kind = *marks;
    if (kind) *marks++ = '\0';
    while (kind) {
        char *end = marks;
        double value = strtod(marks, &end);
        if (kind == '*') tag.count = tag.sure_count = (uint32_t)value;
        else if (kind == '~') tag.sure_count = (uint32_t)value;
        else if (kind == ':') tag.area = (float)value / 100;
        else if (kind == '!') tag.confidence = (float)value / 100;
        else tag.accepted = false;
        kind = *end;
        marks = kind ? end + 1 : end;
    }
    tag.concept = ts_vocab_find(vocab, word);
    if (tag.concept == TS_CONCEPT_NONE) picture->known = false;
    else if (picture->input.tag_count < SAID_TAGS_MAX) picture->tags[picture->input.tag_count++] = tag;
}

static inline void read_picture(said_picture *picture, const ts_vocab *vocab, const char *line)
{
    *picture = (said_picture){.known = true};
    (void)snprintf(picture->text, sizeof picture->text, "%s", line);
    picture->input.tags = picture->tags;
    char *place = strstr(picture->text, "place=");
    if (place) {
        picture->input.place = place + strlen("place=");
        if (place > picture->text) place[-1] = '\0';
        else return;
    }
    char *rest = picture->text;
    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        if (*word == '\0') continue;
        if (strncmp(word, "faces=", 6) == 0) picture->input.faces = (uint32_t)strtoul(word + 6, NULL, 10);
        else read_tag(picture, vocab, word);
    }
}

#endif
