/* An arena: many small allocations that die together, such as everything known about one picture.
 *
 * Ownership: whatever comes from an arena lives until ts_arena_reset or ts_arena_free; nothing is freed
 * on its own. Threads: one thread at a time. Errors: NULL when memory or the arena's limit is exhausted;
 * after the first NULL `ts_arena_failed` stays true until the next reset, so a builder may check once. */
#ifndef TS_BASE_ARENA_H
#define TS_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ts_arena ts_arena;

/* limit: the most bytes it may hand out between resets; 0 means no limit. NULL when out of memory. */
ts_arena *ts_arena_new(size_t limit);
void ts_arena_free(ts_arena *arena); /* NULL is fine */
void ts_arena_reset(ts_arena *arena);
bool ts_arena_failed(const ts_arena *arena);
/* Bytes asked for since it was new or reset. */
size_t ts_arena_used(const ts_arena *arena);

/* Zeroed memory, aligned for any type (64 bytes from size 4096 upwards, for SIMD). size 0 gives a valid
 * pointer. */
void *ts_arena_alloc(ts_arena *arena, size_t size);
/* count * size, checked for overflow. */
void *ts_arena_array(ts_arena *arena, size_t count, size_t size);
char *ts_arena_strdup(ts_arena *arena, const char *text);
/* Exactly so many bytes, which text must have, and an end. */
char *ts_arena_strndup(ts_arena *arena, const char *text, size_t length);
char *ts_arena_printf(ts_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Calls release(object) when the arena is next reset or freed, latest first: for things that are not the arena's own,
 * such as a parsed JSON tree. False when memory is exhausted: then nothing will be called. */
bool ts_arena_defer(ts_arena *arena, void (*release)(void *object), void *object);

#define TS_NEW(arena, type) ((type *)ts_arena_alloc((arena), sizeof(type)))
#define TS_NEW_ARRAY(arena, count, type) ((type *)ts_arena_array((arena), (count), sizeof(type)))

#endif
