/* image: where a view lies in the picture (stretch, crop, letterbox, parts). The pixels themselves are made
 * by the resampler. Must not know which network wants the view. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "image/resample.h"

/* A view side beyond this is a mistake of the caller, not a wish. */
#define MAX_VIEW_SIDE 16384

/* Where the picture's region lands in the view: the rest of the view stays black. */
typedef struct placement {
    ts_rect region;               /* in the picture */
    uint32_t x, y, width, height; /* in the view */
} placement;

static bool check_spec(const ts_pixels *pixels, const ts_view_spec *spec, ts_error *err)
{
    if (!pixels->data || pixels->width == 0 || pixels->height == 0 || pixels->stride / 4 < pixels->width) {
        return ts_fail(err, TS_INTERNAL, "a view of a picture without pixels");
    }
    if (spec->width == 0 || spec->height == 0 || spec->width > MAX_VIEW_SIDE ||
        spec->height > MAX_VIEW_SIDE) {
        return ts_fail(err, TS_INTERNAL, "a view of %ux%u pixels", spec->width, spec->height);
    }
    if (spec->fit == TS_FIT_CROP && !(spec->crop_share > 0 && spec->crop_share <= 1)) {
        return ts_fail(err, TS_INTERNAL, "a crop share of %g", (double)spec->crop_share);
    }
    return true;
}

/* The largest centred region of the view's aspect, times the crop share. */
static placement place_crop(ts_rect part, const ts_view_spec *spec)
{
    double scale = fmin((double)part.width / spec->width, (double)part.height / spec->height);
    double width = scale * spec->width * (double)spec->crop_share;
    double height = scale * spec->height * (double)spec->crop_share;
    return (placement){
        .region = {.x = (float)((double)part.x + ((double)part.width - width) / 2),
                   .y = (float)((double)part.y + ((double)part.height - height) / 2),
                   .width = (float)width,
                   .height = (float)height},
        .width = spec->width,
        .height = spec->height,
    };
}

static uint32_t side_within(double wanted, uint32_t limit)
{
    double side = nearbyint(wanted);
    return side < 1 ? 1 : side > limit ? limit : (uint32_t)side;
}

static placement place_letterbox(ts_rect part, const ts_view_spec *spec)
{
    double scale = fmin((double)spec->width / (double)part.width, (double)spec->height / (double)part.height);
    placement at = {.region = part};
    at.width = side_within((double)part.width * scale, spec->width);
    at.height = side_within((double)part.height * scale, spec->height);
    at.x = (spec->width - at.width) / 2;
    at.y = (spec->height - at.height) / 2;
    return at;
}

static placement place(ts_rect part, const ts_view_spec *spec)
{
    switch (spec->fit) {
    case TS_FIT_CROP:
        return place_crop(part, spec);
    case TS_FIT_LETTERBOX:
        return place_letterbox(part, spec);
    case TS_FIT_STRETCH:
        break;
    }
    return (placement){.region = part, .width = spec->width, .height = spec->height};
}

static ts_view_map map_of(const placement *at)
{
    ts_view_map map = {.scale_x = at->region.width / (float)at->width,
                       .scale_y = at->region.height / (float)at->height};
    map.offset_x = at->region.x - (float)at->x * map.scale_x;
    map.offset_y = at->region.y - (float)at->y * map.scale_y;
    return map;
}

static bool make_view(const ts_pixels *pixels, ts_rect part, const ts_view_spec *spec, uint8_t *out,
                      ts_view_map *map, ts_error *err)
{
    const placement at = place(part, spec);
    const size_t stride = (size_t)spec->width * 3;
    if (at.width < spec->width || at.height < spec->height) memset(out, 0, stride * spec->height);
    uint8_t *corner = out + at.y * stride + (size_t)at.x * 3;
    if (!ts_resample(pixels, at.region, at.width, at.height, spec->bgr, corner, stride, err)) return false;
    if (map) *map = map_of(&at);
    return true;
}

bool ts_view_make(const ts_pixels *pixels, const ts_view_spec *spec, uint8_t *out, ts_view_map *map,
                  ts_error *err)
{
    if (!check_spec(pixels, spec, err)) return false;
    const ts_rect whole = {.width = (float)pixels->width, .height = (float)pixels->height};
    return make_view(pixels, whole, spec, out, map, err);
}

/* The part of [from, from + extent) that lies in [0, limit); false when none does (or a number is none). */
static bool clip_span(float *from, float *extent, float limit)
{
    float start = fmaxf(*from, 0);
    float end = fminf(*from + *extent, limit);
    if (!(end > start) || !isfinite(*from) || !isfinite(*extent)) return false;
    *from = start;
    *extent = end - start;
    return true;
}

bool ts_view_make_part(const ts_pixels *pixels, ts_rect part, const ts_view_spec *spec, uint8_t *out,
                       ts_view_map *map, ts_error *err)
{
    if (!check_spec(pixels, spec, err)) return false;
    if (!clip_span(&part.x, &part.width, (float)pixels->width) ||
        !clip_span(&part.y, &part.height, (float)pixels->height)) {
        return ts_fail(err, TS_USAGE, "the part lies outside the picture");
    }
    return make_view(pixels, part, spec, out, map, err);
}
