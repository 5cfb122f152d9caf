/* service: the pictures before and after one in what a question finds. */
#include "service/find.h"
#include "service/picture_read.h"

static bool number_of(ts_service *service, const char *id, bool with_held, ts_arena *arena, int64_t *number,
                      ts_error *err)
{
    ts_picture_full picture;
    ts_picture_query query = {.id = id, .with_held = with_held};
    if (!ts_service_picture_of(service, &query, arena, &picture, err)) return false;
    *number = picture.row.number;
    return true;
}

/* The nearest one that is still there, from `from` on in steps of `step`; NULL at the end. */
static bool nearest(ts_service *service, const ts_actor *actor, const ts_shapes *found, size_t from, int step,
                    bool with_held, ts_arena *arena, const char **id, ts_error *err)
{
    enum { gone_max = 20 };
    ts_picture_page page = {0};
    *id = NULL;
    for (size_t i = from, tries = 0; i < found->count && tries < gone_max; i += (size_t)step, tries++) {
        if (!ts_service_pictures_numbered(service, actor, &found->shapes[i].number, 1, with_held, arena,
                                          &page, err))
            return false;
        if (page.count == 0) continue;
        *id = page.pictures[0].row.id;
        return true;
    }
    return true;
}

bool ts_service_neighbours(ts_service *service, const ts_actor *actor, const char *id, const ts_find_ask *ask,
                           ts_arena *arena, ts_neighbours *out, ts_error *err)
{
    ts_shapes found;
    int64_t number;
    *out = (ts_neighbours){0};
    if (!ts_service_shapes(service, actor, ask, arena, &found, err) ||
        !number_of(service, id, ask->with_held, arena, &number, err))
        return false;
    size_t at = 0;
    while (at < found.count && found.shapes[at].number != number) at++;
    out->total = found.total;
    if (at == found.count) return true;
    out->found = true;
    out->index = at;
    return nearest(service, actor, &found, at - 1, -1, ask->with_held, arena, &out->previous, err) &&
           nearest(service, actor, &found, at + 1, 1, ask->with_held, arena, &out->next, err);
}
