/* tests: the fake service's review queue: every suggested tag that is not lent; answers are remembered by their id. */
#include "fake_service.h"

#include <string.h>

#include "service/review.h"

/* What one picture of the fake asks about: its last tag, always. */
static bool put_item(ts_service *service, fake_picture *picture, ts_arena *arena, ts_review_item *item)
{
    const char **keys = TS_NEW_ARRAY(arena, 1, const char *);
    (void)service;
    if (!keys || picture->deleted || picture->tag_count == 0) return false;
    keys[0] = picture->tags[0].key;
    *item = (ts_review_item){
        .picture = {.row = picture->row, .tags = picture->tags, .tag_count = picture->tag_count},
        .keys = keys,
        .key_count = 1};
    return true;
}

bool ts_service_review_next(ts_service *service, const ts_actor *actor, const ts_review_ask *ask,
                            ts_arena *arena, ts_review_batch *out, ts_error *err)
{
    ts_review_item *items = TS_NEW_ARRAY(arena, ask->count, ts_review_item);
    (void)actor;
    if (!items) return ts_fail_memory(err);
    *out = (ts_review_batch){.items = items, .tag = ask->of_concept ? "object/dog" : NULL, .until = 1};
    (void)pthread_mutex_lock(&service->lock);
    for (size_t i = 0; i < service->picture_count && out->count < ask->count; i++)
        out->count += put_item(service, &service->pictures[i], arena, &items[out->count]);
    (void)pthread_mutex_unlock(&service->lock);
    return true;
}

bool ts_service_review_answer(ts_service *service, const ts_actor *actor, const char *desk,
                              const char *request, ts_review_said *said, size_t count, ts_arena *arena,
                              bool *repeated, ts_error *err)
{
    (void)service, (void)actor, (void)desk, (void)arena, (void)err;
    *repeated = strcmp(request, "again") == 0;
    for (size_t i = 0; i < count; i++) said[i].outcome = "counted";
    return true;
}

bool ts_service_review_undo(ts_service *service, const ts_actor *actor, const char *desk, const char *request,
                            ts_review_undone *out, ts_error *err)
{
    (void)service, (void)actor, (void)desk;
    *out = (ts_review_undone){.undone = 1};
    return strcmp(request, "nothing") != 0 || ts_fail(err, TS_NOT_FOUND, "no answers under this id");
}

bool ts_service_review_release(ts_service *service, const ts_actor *actor, const char *desk, ts_error *err)
{
    (void)service, (void)actor, (void)desk, (void)err;
    return true;
}

bool ts_service_review_groups(ts_service *service, const ts_actor *actor, unsigned limit, ts_arena *arena,
                              const ts_review_group **groups, size_t *count, ts_error *err)
{
    static const ts_review_group all[] = {{"object/dog", NULL, "object", 3, false},
                                          {"word/hot dog", "hot dog", "word", 2, false},
                                          {"safety/weapons", NULL, "safety", 1, true}};
    (void)service, (void)actor, (void)arena, (void)err;
    *groups = all;
    *count = limit < 3 ? limit : 3;
    return true;
}

bool ts_service_review_progress(ts_service *service, const ts_actor *actor, int64_t since_ms,
                                ts_review_progress *out, ts_error *err)
{
    (void)service, (void)actor, (void)since_ms, (void)err;
    *out = (ts_review_progress){.open = 6, .done = 4, .mine = 2, .skipped = 1};
    return true;
}
