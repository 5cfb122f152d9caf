/* api: a whole result at once, for a wall of any number of pictures: its shapes, its cells as they come into sight, and its places.
 * Translation only. */
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/json_of.h"

enum { HEAD_BYTES = 12, PICTURE_BYTES = 11, CELLS_MAX = 200 };
static const int64_t day_ms = INT64_C(86400000);
static const int64_t first_day = -25567; /* 1900-01-01, counted from 1970-01-01 */

/* ---- shapes ----------------------------------------------------------------------------------- */

static void put_16(unsigned char *at, uint32_t value)
{
    at[0] = (unsigned char)(value & 0xff);
    at[1] = (unsigned char)(value >> 8 & 0xff);
}

static void put_32(unsigned char *at, uint32_t value)
{
    put_16(at, value & 0xffff);
    put_16(at + 2, value >> 16);
}

/* In thousandths. */
static uint32_t ratio_of(const ts_shape *shape)
{
    if (!shape->width || !shape->height) return 1000;
    double ratio = 1000.0 * shape->width / shape->height;
    return ratio < 1 ? 1 : ratio > 65535 ? 65535 : (uint32_t)(ratio + 0.5);
}

static uint32_t day_of(const ts_shape *shape)
{
    if (shape->taken_ms == TS_TIME_UNKNOWN) return 0;
    int64_t day = shape->taken_ms / day_ms - (shape->taken_ms % day_ms < 0) - first_day + 1;
    return day < 1 || day > 65535 ? 0 : (uint32_t)day;
}

/* Column by column, as a page reads them without a loop. */
static void write_layout(const ts_shapes *layout, unsigned char *bytes)
{
    unsigned char *numbers = bytes + HEAD_BYTES, *ratios = numbers + 4 * layout->count;
    unsigned char *days = ratios + 2 * layout->count, *colours = days + 2 * layout->count;
    put_32(bytes, 1);
    put_32(bytes + 4, layout->total > UINT32_MAX ? UINT32_MAX : (uint32_t)layout->total);
    put_32(bytes + 8, (uint32_t)layout->count);
    for (size_t i = 0; i < layout->count; i++) {
        const ts_shape *shape = &layout->shapes[i];
        put_32(numbers + 4 * i, shape->number);
        put_16(ratios + 2 * i, ratio_of(shape));
        put_16(days + 2 * i, day_of(shape));
        colours[3 * i] = (unsigned char)(shape->has_colour ? shape->l : -1);
        colours[3 * i + 1] = (unsigned char)shape->a;
        colours[3 * i + 2] = (unsigned char)shape->b;
    }
}

static ts_find_ask ask_of(const json_t *query)
{
    return (ts_find_ask){.query = ts_member_text(query, "q"),
                         .text = ts_member_text(query, "text"),
                         .similar = ts_member_text(query, "similar"),
                         .colour = ts_member_text(query, "colour"),
                         .sort = ts_member_text(query, "sort"),
                         .min_score = (float)ts_member_number(query, "min_score", -1),
                         .seed = (uint64_t)ts_member_int(query, "seed", 0),
                         .with_held = ts_member_flag(query, "held"),
                         .wait = true};
}

static bool layout(ts_call *call)
{
    ts_shapes found;
    ts_find_ask ask = ask_of(call->query);
    if (!ts_service_shapes(call->service, &call->actor, &ask, call->arena, &found, &call->err)) return false;
    ts_buf bytes = {0};
    size_t length = HEAD_BYTES + PICTURE_BYTES * found.count;
    if (!ts_buf_reserve(&bytes, length)) return ts_fail_memory(&call->err);
    write_layout(&found, (unsigned char *)bytes.data);
    bytes.length = length;
    ts_response_buf(call->response, "application/octet-stream", &bytes);
    return true;
}

/* ---- cells ------------------------------------------------------------------------------------ */

static size_t read_numbers(const char *text, uint32_t *numbers)
{
    size_t count = 0;
    while (*text && count < CELLS_MAX) {
        char *end;
        numbers[count++] = (uint32_t)strtoul(text, &end, 10);
        text = *end == ',' ? end + 1 : end;
    }
    return count;
}

static bool cells(ts_call *call)
{
    uint32_t numbers[CELLS_MAX];
    ts_picture_page found;
    size_t count = read_numbers(ts_member_text(call->query, "numbers"), numbers);
    if (!ts_service_pictures_numbered(call->service, &call->actor, numbers, count,
                                      ts_member_flag(call->query, "held"), call->arena, &found, &call->err))
        return false;
    ts_json_view view = ts_json_view_of(call);
    json_t *list = json_array();
    for (size_t i = 0; i < found.count; i++)
        (void)json_array_append_new(list, ts_json_of_cell(&view, &found.pictures[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "cells", list));
}

/* ---- neighbours ------------------------------------------------------------------------------- */

static json_t *id_or_null(const char *id)
{
    return id ? ts_json_of_text(id) : json_null();
}

static bool neighbours(ts_call *call)
{
    ts_neighbours near = {0};
    ts_find_ask ask = ask_of(call->query);
    if (!ts_service_neighbours(call->service, &call->actor, ts_call_path(call, "id"), &ask, call->arena,
                               &near, &call->err))
        return false;
    json_t *index = near.found ? json_integer((json_int_t)near.index) : json_null();
    return ts_answer(call, 200,
                     json_pack("{s:o, s:o, s:o, s:I}", "previous", id_or_null(near.previous), "next",
                               id_or_null(near.next), "index", index, "total", (json_int_t)near.total));
}

/* ---- places ----------------------------------------------------------------------------------- */

static bool places(ts_call *call)
{
    const ts_place_row *rows = NULL;
    size_t count = 0;
    ts_language language = call->languages.count > 0 ? call->languages.items[0] : TS_LANGUAGE_EN;
    const ts_find_ask ask = ask_of(call->query);
    if (!ts_service_places(call->service, &call->actor, &ask, language, call->arena, &rows, &count,
                           &call->err))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:I}", "country", ts_json_of_text(rows[i].country), "region",
                            ts_json_of_text(rows[i].region), "city", ts_json_of_text(rows[i].city),
                            "pictures", (json_int_t)rows[i].pictures));
    return ts_answer(call, 200, json_pack("{s:o}", "places", list));
}

/* ---- the table -------------------------------------------------------------------------------- */

#define SEARCH "Search"

static const ts_route_doc layout_doc = {
    .id = "layoutPictures",
    .family = SEARCH,
    .summary = "The whole result of a question, compactly.",
    .about =
        "For pages that show any number of pictures: little-endian numbers, column by column. Three of 32 "
        "bits: "
        "the version of this form (1), the pictures found, and N, how many follow (at most 200,000). Then N "
        "picture numbers of 32 bits in the question's order; N widths over heights in thousandths, of 16 "
        "bits; "
        "N days on which they were taken, of 16 bits (1 is 1900-01-01, 0 unknown); and N main colours, three "
        "bytes of CIELAB: L (255: unknown), a and b (signed).",
    .query = "LayoutQuery",
    .answers = {{200, NULL, "application/octet-stream", "The columns."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = layout,
};
static const ts_route_doc cells_doc = {
    .id = "getCells",
    .family = SEARCH,
    .summary = "What a wall of pictures shows of some.",
    .about = "By the numbers of a layout; those that have gone since are left out.",
    .query = "CellQuery",
    .answers = {{200, "Cells", NULL, "In the order asked for."}},
    .run = cells,
};

static const ts_route_doc neighbours_doc = {
    .id = "getNeighbours",
    .family = SEARCH,
    .summary = "The pictures before and after one in what a question finds.",
    .query = "LayoutQuery",
    .answers = {{200, "Neighbours", NULL, "Where it stands, and what is beside it."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = neighbours,
};
static const ts_route_doc places_doc = {
    .id = "listPlaces",
    .family = SEARCH,
    .summary = "Where the pictures of a question were taken.",
    .about = "Towns with their regions and countries, the most frequent first, at most 2,000.",
    .query = "PlaceQuery",
    .answers = {{200, "Places", NULL, "Places and how many pictures."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = places,
};

static const ts_route routes[] = {
    {"GET", "/api/layout", ts_call_route, TS_SCOPE_READ, .doc = &layout_doc},
    {"GET", "/api/pictures/{id}/neighbours", ts_call_route, TS_SCOPE_READ, .doc = &neighbours_doc},
    {"GET", "/api/cells", ts_call_route, TS_SCOPE_READ, .doc = &cells_doc},
    {"GET", "/api/places", ts_call_route, TS_SCOPE_READ, .doc = &places_doc},
};
const ts_family ts_family_layout = {routes, TS_COUNT_OF(routes)};
