/* search, private to the room: texts and the dense numbers that stand for them, from 0. Entries are never
 * removed. Threads: look-ups from any number of threads while nobody adds. Zeroed memory is an empty
 * dictionary. */
#ifndef TS_SEARCH_DICT_H
#define TS_SEARCH_DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TS_DICT_NONE UINT32_MAX

typedef struct ts_dict_entry {
    const char *text; /* terminated */
    uint32_t length, value;
    uint64_t hash;
} ts_dict_entry;

typedef struct ts_dict {
    ts_dict_entry *entries;
    size_t count, capacity;
    uint32_t *slots; /* entry + 1, 0: free */
    size_t slot_count;
    struct ts_dict_page *pages; /* of text, the newest first */
    size_t page_bytes;
} ts_dict;

void ts_dict_free(ts_dict *dict);
/* The entry's number, or TS_DICT_NONE. */
uint32_t ts_dict_find(const ts_dict *dict, const char *text, size_t length);
/* The same, adding it with the value where it is new; TS_DICT_NONE when memory is out. */
uint32_t ts_dict_add(ts_dict *dict, const char *text, size_t length, uint32_t value);
size_t ts_dict_bytes(const ts_dict *dict);

#endif
