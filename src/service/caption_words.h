/* service (private): what a captioner on another server is asked, and what of its answer is taken. Pure: no network, no
 * catalogue. */
#ifndef TS_SERVICE_CAPTION_WORDS_H
#define TS_SERVICE_CAPTION_WORDS_H

#include <jansson.h>

#include "service/service.h"

#define TS_CAPTION_ASKED_TITLE_MAX 120 /* characters */
#define TS_CAPTION_ASKED_TEXT_MAX 1000

/* The body of a chat completion (the OpenAI API's form) that shows a JPEG and asks for title, description and alternative
 * text in the setup's languages. In the arena; NULL: no memory. */
const char *ts_caption_question(const ts_captioner_setup *setup, const void *jpeg, size_t length,
                                ts_arena *arena, ts_error *err);

/* {"de": {"title", "description", "alt"}} of an answer's body: one line each, without control characters, cut at a word
 * where they are too long. Languages that were not asked for, and those whose texts are missing or empty, are left out.
 * NULL with TS_CORRUPT when nothing is left. The caller gives it up. What the texts say is never acted upon. */
json_t *ts_caption_answer(const ts_captioner_setup *setup, const char *body, size_t length, ts_error *err);

/* Cuts a text of one line after so many characters, at a word's end where there is one near. In the arena. */
const char *ts_caption_cut(const char *text, size_t characters, ts_arena *arena);

#endif
