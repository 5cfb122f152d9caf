/* search: threads for one question that is large enough to pay for them. */
#include "search/parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct part {
    void (*work)(void *context, unsigned part, unsigned parts);
    void *context;
    unsigned number, parts;
    pthread_t thread;
    bool started;
} part;

static void *run(void *argument)
{
    part *p = argument;
    p->work(p->context, p->number, p->parts);
    return NULL;
}

void ts_parallel(unsigned parts, void (*work)(void *context, unsigned part, unsigned parts), void *context)
{
    part all[TS_PARALLEL_MAX];
    if (parts > TS_PARALLEL_MAX) parts = TS_PARALLEL_MAX;
    for (unsigned i = 1; i < parts; i++) {
        all[i] = (part){.work = work, .context = context, .number = i, .parts = parts};
        all[i].started = pthread_create(&all[i].thread, NULL, run, &all[i]) == 0;
    }
    work(context, 0, parts ? parts : 1);
    for (unsigned i = 1; i < parts; i++) {
        if (all[i].started) pthread_join(all[i].thread, NULL);
        else run(&all[i]);
    }
}
