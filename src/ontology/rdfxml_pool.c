/* ontology: memory of the process that reads RDF/XML: one piece, blocks of powers of two, freed ones kept by size. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "ontology/rdfxml_child.h"

enum { CLASSES = 40, LEAST = 5 }; /* 32 bytes and up */

typedef union block {
    struct {
        uint32_t class;
        union block *next;
    } head;
    _Alignas(16) char room[16];
} block;

static struct pool {
    char *at, *end;
    block *free[CLASSES];
} pool;

bool ts_pool_open(size_t bytes)
{
    void *memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return false;
    pool = (struct pool){.at = memory, .end = (char *)memory + bytes};
    return true;
}

static uint32_t class_of(size_t size)
{
    uint32_t class = LEAST;
    while (((size_t)1 << class) < size && class + 1 < CLASSES) class ++;
    return class;
}

void *ts_pool_malloc(size_t size)
{
    if (size > SIZE_MAX / 4) return NULL;
    uint32_t class = class_of(size + sizeof(block));
    size_t room = (size_t)1 << class;
    block *found = pool.free[class];
    if (room < size + sizeof(block)) return NULL;
    if (found) {
        pool.free[class] = found->head.next;
    } else {
        if (room > (size_t)(pool.end - pool.at)) return NULL;
        found = (block *)(void *)pool.at;
        pool.at += room;
    }
    found->head.class = class;
    return found + 1;
}

void ts_pool_free(void *memory)
{
    if (!memory) return;
    block *freed = (block *)memory - 1;
    uint32_t class = freed->head.class;
    freed->head.next = pool.free[class];
    pool.free[class] = freed;
}

void *ts_pool_realloc(void *memory, size_t size)
{
    if (!memory) return ts_pool_malloc(size);
    size_t room = ((size_t)1 << ((block *)memory - 1)->head.class) - sizeof(block);
    if (size <= room) return memory;
    void *larger = ts_pool_malloc(size);
    if (!larger) return NULL;
    memcpy(larger, memory, room);
    ts_pool_free(memory);
    return larger;
}

char *ts_pool_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = ts_pool_malloc(size);
    if (copy) memcpy(copy, text, size);
    return copy;
}
