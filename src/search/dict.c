/* search: a dictionary of texts, by open addressing. Knows nothing of what the texts mean. */
#include "search/dict.h"

#include <stdlib.h>
#include <string.h>

/* Eight bytes at a time: each tag that comes in is looked up by its id. Never stored. */
static uint64_t hash_of(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ length;
    for (uint64_t word; length; text += 8) {
        size_t step = length < 8 ? length : 8;
        word = 0;
        if (step == 8) memcpy(&word, text, 8);
        else memcpy(&word, text, step);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
        length -= step;
    }
    return hash ^ hash >> 29;
}

/* Texts lie one behind the other: most are far shorter than what an allocation of their own would cost. */
typedef struct ts_dict_page {
    struct ts_dict_page *older;
    size_t used, capacity;
    char bytes[];
} ts_dict_page;

#define PAGE_BYTES ((size_t)16 << 10)

static const char *keep_text(ts_dict *dict, const char *text, size_t length)
{
    ts_dict_page *page = dict->pages;
    if (!page || page->capacity - page->used <= length) {
        size_t capacity = length < PAGE_BYTES / 4 ? PAGE_BYTES : length + 1;
        page = malloc(sizeof *page + capacity);
        if (!page) return NULL;
        *page = (ts_dict_page){.older = dict->pages, .capacity = capacity};
        dict->pages = page;
        dict->page_bytes += sizeof *page + capacity;
    }
    char *copy = page->bytes + page->used;
    memcpy(copy, text, length);
    copy[length] = '\0';
    page->used += length + 1;
    return copy;
}

void ts_dict_free(ts_dict *dict)
{
    for (ts_dict_page *page = dict->pages, *older; page; page = older) {
        older = page->older;
        free(page);
    }
    free(dict->entries);
    free(dict->slots);
    *dict = (ts_dict){0};
}

/* The slot that holds the text, or the free one where it would go. */
static size_t slot_of(const ts_dict *dict, const char *text, size_t length, uint64_t hash)
{
    size_t mask = dict->slot_count - 1, slot = hash & mask;
    for (; dict->slots[slot]; slot = (slot + 1) & mask) {
        const ts_dict_entry *entry = &dict->entries[dict->slots[slot] - 1];
        if (entry->hash == hash && entry->length == length && !memcmp(entry->text, text, length)) break;
    }
    return slot;
}

uint32_t ts_dict_find(const ts_dict *dict, const char *text, size_t length)
{
    if (!dict->slot_count) return TS_DICT_NONE;
    uint32_t found = dict->slots[slot_of(dict, text, length, hash_of(text, length))];
    return found ? found - 1 : TS_DICT_NONE;
}

static bool grow_slots(ts_dict *dict)
{
    size_t count = dict->slot_count ? dict->slot_count * 2 : 256;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < dict->count; i++) {
        size_t slot = dict->entries[i].hash & (count - 1);
        while (slots[slot]) slot = (slot + 1) & (count - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    free(dict->slots);
    dict->slots = slots;
    dict->slot_count = count;
    return true;
}

static bool grow_entries(ts_dict *dict)
{
    size_t capacity = dict->capacity ? dict->capacity * 2 : 128;
    ts_dict_entry *entries = reallocarray(dict->entries, capacity, sizeof *entries);
    if (!entries) return false;
    dict->entries = entries;
    dict->capacity = capacity;
    return true;
}

uint32_t ts_dict_add(ts_dict *dict, const char *text, size_t length, uint32_t value)
{
    if (dict->count * 2 >= dict->slot_count && !grow_slots(dict)) return TS_DICT_NONE;
    if (dict->count == dict->capacity && !grow_entries(dict)) return TS_DICT_NONE;
    uint64_t hash = hash_of(text, length);
    size_t slot = slot_of(dict, text, length, hash);
    if (dict->slots[slot]) return dict->slots[slot] - 1;
    const char *copy = length < UINT32_MAX ? keep_text(dict, text, length) : NULL;
    if (!copy) return TS_DICT_NONE;
    dict->entries[dict->count] = (ts_dict_entry){copy, (uint32_t)length, value, hash};
    dict->slots[slot] = (uint32_t)++dict->count;
    return (uint32_t)dict->count - 1;
}

size_t ts_dict_bytes(const ts_dict *dict)
{
    return dict->capacity * sizeof *dict->entries + dict->slot_count * sizeof *dict->slots + dict->page_bytes;
}
