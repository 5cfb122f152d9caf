/* catalog (private): the columns of a picture's row in the order in which they are read. */
#ifndef TS_CATALOG_PICTURE_ROW_H
#define TS_CATALOG_PICTURE_ROW_H

#include "catalog/pictures.h"
#include "catalog/sql.h"

#define TS_SELECT_PICTURE                                                                                    \
    "SELECT number, id, version, sha256, bytes, format, width, height, orientation, name, path, file_mtime," \
    " library, title, description, alt, created, updated, taken, latitude, longitude, owner, preset, state," \
    " visibility, reason, gone, phash, extra, error FROM pictures "

/* A ts_row_reader; out is a ts_picture_row. */
void ts_picture_row_read(ts_rows *rows, ts_arena *arena, void *out);

#endif
