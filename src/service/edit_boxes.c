/* service: where in a picture a person says that a tag is. Knows no actors. */
#include <math.h>
#include <string.h>

#include "service/edit_wish.h"
#include "service/picture_read.h"

/* The tag as it stands, also a rejected one; NULL where the picture has none of that name. */
static bool find_tag(ts_txn *txn, int64_t picture, const ts_tag_input *tag, ts_arena *arena,
                     const ts_tag_row **found, ts_error *err)
{
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    *found = NULL;
    if (!ts_tags_list(txn, picture, true, true, arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count && !*found; i++) {
        const char *own = tag->concept ? rows[i].concept : rows[i].key + strcspn(rows[i].key, "/") + 1;
        bool free_word = !rows[i].concept;
        if (tag->concept ? own && strcmp(own, tag->concept) == 0
                         : free_word && tag->folded && strcmp(own, tag->folded) == 0)
            *found = &rows[i];
    }
    return true;
}

static double clamp(double value, double most)
{
    return fmin(fmax(value, 0), most);
}

/* A tenth of a pixel is finer than any hand. */
static json_t *tenth(double value)
{
    return json_real(round(value * 10) / 10);
}

/* The part of the box that lies in the picture; NULL: less than a pixel. */
static json_t *json_of_box(const ts_rect *box, double width, double height)
{
    double left = clamp((double)box->x, width), top = clamp((double)box->y, height);
    double right = clamp((double)box->x + (double)box->width, width);
    double bottom = clamp((double)box->y + (double)box->height, height);
    if (!(right - left >= 1 && bottom - top >= 1)) return NULL;
    return json_pack("[o, o, o, o]", tenth(left), tenth(top), tenth(right - left), tenth(bottom - top));
}

static json_t *json_of_boxes(const ts_edit *edit, const ts_picture_row *row, ts_error *err)
{
    json_t *boxes = json_array();
    for (size_t i = 0; i < edit->box_count; i++) {
        json_t *box = json_of_box(&edit->boxes[i], (double)row->width, (double)row->height);
        if (box && json_array_append_new(boxes, box) == 0) continue;
        json_decref(boxes);
        (void)ts_fail(err, TS_USAGE, "box %zu lies outside the picture, or is smaller than a pixel", i + 1);
        return NULL;
    }
    return boxes;
}

bool ts_edit_put_boxes(ts_txn *txn, int64_t picture, const ts_edit *edit, ts_arena *arena, ts_tag_input *tag,
                       ts_error *err)
{
    ts_picture_row row;
    const ts_tag_row *now = NULL;
    if (!ts_pictures_get(txn, picture, arena, &row, err) || !find_tag(txn, picture, tag, arena, &now, err))
        return false;
    json_t *boxes = json_of_boxes(edit, &row, err);
    if (!boxes) return false;
    json_t *grounds = now && now->payload ? ts_json_of(now->payload) : NULL;
    if (!grounds) grounds = json_object();
    (void)json_object_set_new(grounds, "boxes", boxes);
    (void)json_object_set_new(grounds, "count", json_integer((json_int_t)edit->box_count));
    (void)json_object_del(grounds, "sure_count");
    tag->payload = ts_json_dump(grounds, arena, err);
    json_decref(grounds);
    if (!now) return tag->payload != NULL;
    tag->analyser = now->analyser;
    tag->model = now->model;
    tag->version = now->version;
    tag->raw = now->raw;
    return tag->payload != NULL;
}
