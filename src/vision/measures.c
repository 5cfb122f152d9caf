/* vision: colours, layout and quality. No network: the image room measures, this file makes it an observation. */
#include "vision/analyser.h"

static const ts_source colours_rule = {
    .analyser = "colours", .model = "palette", .version = "1", .slope = 1, .drop = 0.5F, .sure = 0.6F};
static const ts_source quality_rule = {
    .analyser = "quality", .model = "measures", .version = "1", .slope = 1, .drop = 0.5F, .sure = 0.6F};

static bool look_colours(const ts_eye *eye, const void *state, const ts_look *look, ts_seen *seen,
                         ts_error *err)
{
    (void)eye;
    (void)state;
    ts_layout *layout = TS_NEW_ARRAY(seen->arena, 1, ts_layout);
    if (!layout) return ts_fail_memory(err);
    seen->colours_source = &colours_rule;
    seen->layout = layout;
    seen->has_colours = ts_colours_measure(&look->picture->pixels, &seen->colours, err) &&
                        ts_layout_measure(&look->picture->pixels, layout, err);
    return seen->has_colours;
}

static bool look_quality(const ts_eye *eye, const void *state, const ts_look *look, ts_seen *seen,
                         ts_error *err)
{
    (void)eye;
    (void)state;
    const ts_picture_info *info = &look->picture->info;
    seen->quality_source = &quality_rule;
    seen->has_quality =
        ts_quality_measure(&look->picture->pixels, info->width, info->height, &seen->quality, err);
    return seen->has_quality;
}

const ts_analyser ts_analyser_colours = {
    .name = "colours",
    .help = "palette with shares and names, black-and-white, warm or cool",
    .on_by_default = true,
    .wanted_side = 128,
    .look = look_colours,
};

const ts_analyser ts_analyser_quality = {
    .name = "quality",
    .help = "sharpness, exposure, contrast, noise, resolution and a simple aesthetic score",
    .on_by_default = true,
    .wanted_side = 375,
    .look = look_quality,
};
