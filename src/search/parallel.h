/* search, private to the room: one piece of work in several threads. */
#ifndef TS_SEARCH_PARALLEL_H
#define TS_SEARCH_PARALLEL_H

/* Runs work(context, part, parts) for part 0 .. parts-1, the first in the calling thread, and returns when
 * all have ended. Where a thread cannot be started its part runs in the caller. About 30 us for each further
 * thread. */
void ts_parallel(unsigned parts, void (*work)(void *context, unsigned part, unsigned parts), void *context);

#define TS_PARALLEL_MAX 16u

#endif
