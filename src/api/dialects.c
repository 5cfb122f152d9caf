/* api: the list of dialects. Apart from the way of their requests, so that a server without them does not need what they need. */
#include "api/dialect.h"

static const ts_dialect *const dialects[] = {&ts_dialect_cloudinary, &ts_dialect_imagekit,
                                             &ts_dialect_imagetag};

const ts_dialect *const *ts_api_dialects(size_t *count)
{
    *count = TS_COUNT_OF(dialects);
    return dialects;
}
