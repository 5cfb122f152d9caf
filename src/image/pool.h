/* Private to the image room: a pool with a worker program of the test's choice. */
#ifndef TS_IMAGE_POOL_H
#define TS_IMAGE_POOL_H

#include "image/image.h"

/* As ts_decoder_pool_new; program: path of the worker program, "" to fork this process instead. */
ts_decoder_pool *ts_decoder_pool_new_with(const ts_decoder_options *options, const char *program,
                                          ts_error *err);

#endif
