/* The word that was probably meant, for "did you mean". */
#ifndef TS_BASE_NEAREST_H
#define TS_BASE_NEAREST_H

#include <stddef.h>

/* The name in `names` nearest to `word`, or NULL when none is near. Words over 48 bytes are near to nothing. */
const char *ts_nearest(const char *word, const char *const *names, size_t count);

#endif
