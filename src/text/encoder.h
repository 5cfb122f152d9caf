/* Private to the text room: what the cache asks of an encoder beyond text.h. */
#ifndef TS_TEXT_ENCODER_H
#define TS_TEXT_ENCODER_H

#include "text/text.h"

/* NULL when nothing is to be kept. */
const char *ts_text_cache_folder(const ts_text_encoder *encoder);

#endif
