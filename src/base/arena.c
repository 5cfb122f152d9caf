/* base: the arena. A list of blocks; the newest is bumped, big requests get a block of their own.
 * A reset keeps one block, so a worker that tags picture after picture stops calling malloc. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)64 * 1024)
#define BIG ((size_t)4096)

typedef struct block {
    struct block *next;
    size_t size; /* usable bytes after the header */
    size_t used;
} block;

typedef struct deferred {
    struct deferred *next;
    void (*release)(void *object);
    void *object;
} deferred;

struct ts_arena {
    block *newest;
    deferred *deferred; /* latest first; lies in the blocks */
    size_t limit;
    size_t handed_out;
    bool failed;
};

ts_arena *ts_arena_new(size_t limit)
{
    ts_arena *arena = calloc(1, sizeof *arena);
    if (arena) arena->limit = limit;
    return arena;
}

static void free_blocks(block *b)
{
    while (b) {
        block *next = b->next;
        free(b);
        b = next;
    }
}

static void release_deferred(ts_arena *arena)
{
    for (deferred *d = arena->deferred; d; d = d->next) d->release(d->object);
    arena->deferred = NULL;
}

bool ts_arena_defer(ts_arena *arena, void (*release)(void *object), void *object)
{
    deferred *d = ts_arena_alloc(arena, sizeof *d);
    if (!d) return false;
    *d = (deferred){arena->deferred, release, object};
    arena->deferred = d;
    return true;
}

void ts_arena_free(ts_arena *arena)
{
    if (!arena) return;
    release_deferred(arena);
    free_blocks(arena->newest);
    free(arena);
}

void ts_arena_reset(ts_arena *arena)
{
    release_deferred(arena);
    block *keep = NULL;
    block *b = arena->newest;
    while (b) {
        block *next = b->next;
        if (!keep && b->size == BLOCK_SIZE) keep = b;
        else free(b);
        b = next;
    }
    if (keep) {
        keep->used = 0;
        keep->next = NULL;
    }
    arena->newest = keep;
    arena->handed_out = 0;
    arena->failed = false;
}

bool ts_arena_failed(const ts_arena *arena)
{
    return arena->failed;
}

size_t ts_arena_used(const ts_arena *arena)
{
    return arena->handed_out;
}

static unsigned char *block_bytes(block *b)
{
    return (unsigned char *)(b + 1);
}

static size_t padding_for(const block *b, size_t align)
{
    uintptr_t at = (uintptr_t)(b + 1) + b->used;
    return (size_t)(-at & (align - 1));
}

static block *add_block(ts_arena *arena, size_t size)
{
    size_t want = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    if (want > SIZE_MAX - sizeof(block)) return NULL;
    block *b = malloc(sizeof(block) + want);
    if (!b) return NULL;
    b->size = want;
    b->used = 0;
    /* A block of its own goes behind the newest, which small requests can still fill. */
    block **at = want > BLOCK_SIZE && arena->newest ? &arena->newest->next : &arena->newest;
    b->next = *at;
    *at = b;
    return b;
}

static void *take(block *b, size_t size, size_t align)
{
    size_t pad = padding_for(b, align);
    if (pad > b->size - b->used || size > b->size - b->used - pad) return NULL;
    void *p = block_bytes(b) + b->used + pad;
    b->used += pad + size;
    return p;
}

void *ts_arena_alloc(ts_arena *arena, size_t size)
{
    size_t align = size >= BIG ? 64 : _Alignof(max_align_t);
    bool over = arena->limit && size > arena->limit - arena->handed_out;
    void *p = NULL;
    if (!over && arena->newest) p = take(arena->newest, size, align);
    if (!over && !p && size <= SIZE_MAX - align) {
        block *b = add_block(arena, size + align);
        if (b) p = take(b, size, align);
    }
    if (!p) {
        arena->failed = true;
        return NULL;
    }
    arena->handed_out += size;
    return memset(p, 0, size);
}

void *ts_arena_array(ts_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        arena->failed = true;
        return NULL;
    }
    return ts_arena_alloc(arena, count * size);
}

char *ts_arena_strndup(ts_arena *arena, const char *text, size_t length)
{
    if (length == SIZE_MAX) {
        arena->failed = true;
        return NULL;
    }
    char *copy = ts_arena_alloc(arena, length + 1);
    if (copy) memcpy(copy, text, length);
    return copy;
}

char *ts_arena_strdup(ts_arena *arena, const char *text)
{
    return ts_arena_strndup(arena, text, strlen(text));
}

char *ts_arena_printf(ts_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = n < 0 ? NULL : ts_arena_alloc(arena, (size_t)n + 1);
    if (text) (void)vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}
