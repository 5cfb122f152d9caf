/* service (private): a set of paths, exact (no hashes standing in for paths). About 100 bytes a path. */
#ifndef TS_SERVICE_PATH_SET_H
#define TS_SERVICE_PATH_SET_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ts_path_set ts_path_set;

ts_path_set *ts_path_set_new(void);
void ts_path_set_free(ts_path_set *set);                  /* NULL is fine */
bool ts_path_set_add(ts_path_set *set, const char *path); /* false when out of memory */
bool ts_path_set_has(const ts_path_set *set, const char *path);
size_t ts_path_set_count(const ts_path_set *set);

#endif
