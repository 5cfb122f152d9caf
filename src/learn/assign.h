/* The assignment problem: each row one column of its own, at the least cost. Private to the room. */
#ifndef TS_LEARN_ASSIGN_H
#define TS_LEARN_ASSIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* costs[row * columns + column], finite; rows <= columns. column_of: by row. O(rows^2 columns).
 * TS_NO_MEMORY. */
bool ts_assign(const double *costs, size_t rows, size_t columns, size_t *column_of, ts_error *err);

#endif
