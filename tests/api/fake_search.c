/* tests: of the service in memory: whole results at once, and kept searches. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "fake_service.h"
#include "service/searches.h"

bool ts_service_shapes(ts_service *service, const ts_actor *actor, const ts_find_ask *ask, ts_arena *arena,
                       ts_shapes *out, ts_error *err)
{
    ts_find_answer found = {0};
    ts_find_ask whole = *ask;
    whole.limit = FAKE_MAX;
    if (!ts_service_find(service, actor, &whole, arena, &found, err)) return false;
    ts_shape *shapes = TS_NEW_ARRAY(arena, found.count, ts_shape);
    for (size_t i = 0; i < found.count; i++) {
        const ts_picture_row *row = &found.rows[i].picture.row;
        shapes[i] = (ts_shape){.number = (uint32_t)row->number,
                               .width = (uint32_t)row->width,
                               .height = (uint32_t)row->height,
                               .taken_ms = i % 2 ? TS_TIME_UNKNOWN : 0,
                               .has_colour = i % 2 == 0,
                               .l = 50,
                               .a = -3,
                               .b = 4};
    }
    *out = (ts_shapes){.shapes = shapes, .count = found.count, .total = found.count};
    return true;
}

bool ts_service_neighbours(ts_service *service, const ts_actor *actor, const char *id, const ts_find_ask *ask,
                           ts_arena *arena, ts_neighbours *out, ts_error *err)
{
    ts_find_answer found = {0};
    ts_find_ask whole = *ask;
    whole.limit = FAKE_MAX;
    if (!ts_service_find(service, actor, &whole, arena, &found, err)) return false;
    size_t at = 0;
    while (at < found.count && strcmp(found.rows[at].picture.row.id, id) != 0) at++;
    if (at == found.count) return fake_find(service, id, ask->with_held, err) != NULL;
    *out = (ts_neighbours){.found = true,
                           .previous = at > 0 ? found.rows[at - 1].picture.row.id : NULL,
                           .next = at + 1 < found.count ? found.rows[at + 1].picture.row.id : NULL,
                           .index = at,
                           .total = found.count};
    return true;
}

static const ts_find_row *row_of(const ts_find_answer *found, uint32_t number)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->rows[i].picture.row.number == number) return &found->rows[i];
    return NULL;
}

bool ts_service_pictures_numbered(ts_service *service, const ts_actor *actor, const uint32_t *numbers,
                                  size_t count, bool with_held, ts_arena *arena, ts_picture_page *out,
                                  ts_error *err)
{
    ts_find_answer all = {0};
    const ts_find_ask ask = {.limit = FAKE_MAX, .with_held = with_held};
    *out = (ts_picture_page){0};
    if (!ts_service_find(service, actor, &ask, arena, &all, err)) return false;
    ts_picture_full *pictures = TS_NEW_ARRAY(arena, count, ts_picture_full);
    for (size_t i = 0; i < count; i++) {
        const ts_find_row *row = row_of(&all, numbers[i]);
        if (row) pictures[out->count++] = row->picture;
    }
    out->pictures = pictures;
    return true;
}

bool ts_service_places(ts_service *service, const ts_actor *actor, const ts_find_ask *ask,
                       ts_language language, ts_arena *arena, const ts_place_row **rows, size_t *count,
                       ts_error *err)
{
    ts_find_answer found = {0};
    ts_find_ask whole = *ask;
    (void)language;
    whole.limit = FAKE_MAX;
    if (!ts_service_find(service, actor, &whole, arena, &found, err)) return false;
    ts_place_row *row = TS_NEW(arena, ts_place_row);
    *row = (ts_place_row){.country = "France", .region = NULL, .city = NULL, .pictures = found.total};
    *rows = row;
    *count = 1;
    return true;
}

/* ---- kept searches ------------------------------------------------------------------------------- */

bool ts_service_searches(ts_service *service, const ts_actor *actor, ts_arena *arena,
                         const ts_saved_search **out, size_t *count, ts_error *err)
{
    (void)err;
    pthread_mutex_lock(&service->lock);
    ts_saved_search *found = TS_NEW_ARRAY(arena, service->search_count, ts_saved_search);
    *count = 0;
    for (size_t i = 0; i < service->search_count; i++)
        if (strcmp(service->searches[i].owner, actor->id) == 0)
            found[(*count)++] = service->searches[i].search;
    pthread_mutex_unlock(&service->lock);
    *out = found;
    return true;
}

bool ts_service_search_keep(ts_service *service, const ts_actor *actor, const char *name, const char *query,
                            ts_arena *arena, ts_saved_search *out, ts_error *err)
{
    char id[TS_ID_SIZE];
    (void)arena;
    ts_id_new(id);
    pthread_mutex_lock(&service->lock);
    bool room = service->search_count < FAKE_SEARCHES;
    if (room) {
        *out = (ts_saved_search){.id = fake_text(service, id),
                                 .name = fake_text(service, name),
                                 .query = fake_text(service, query),
                                 .created = 1};
        service->searches[service->search_count++] = (fake_search){fake_text(service, actor->id), *out};
    }
    pthread_mutex_unlock(&service->lock);
    return room || ts_fail(err, TS_TOO_LARGE, "at most %d searches are kept", FAKE_SEARCHES);
}

bool ts_service_search_forget(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    bool found = false;
    pthread_mutex_lock(&service->lock);
    for (size_t i = 0; i < service->search_count && !found; i++) {
        fake_search *kept = &service->searches[i];
        found = strcmp(kept->search.id, id) == 0 && strcmp(kept->owner, actor->id) == 0;
        if (found) *kept = service->searches[--service->search_count];
    }
    pthread_mutex_unlock(&service->lock);
    return found || ts_fail(err, TS_NOT_FOUND, "there is no search %.64s", id);
}
