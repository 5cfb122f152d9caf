/* service (private): is a file met in a folder worth handing to the decoder? */
#ifndef TS_SERVICE_PICTURE_FILE_H
#define TS_SERVICE_PICTURE_FILE_H

#include <stdbool.h>

/* True for names that say picture, for content that says picture whatever the name, and for anything unknown:
 * only files that plainly are something else (texts, sidecars, videos, sound, archives, programs) are left
 * out, so that a damaged picture is reported and a folder's notes.txt is not. Opens the file only when the
 * name is not enough. */
bool ts_picture_file_likely(const char *path);

/* An existing file whose content is a picture of any known kind: nothing to write an output over. */
bool ts_picture_file_certain(const char *path);

#endif
