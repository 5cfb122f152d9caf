/* vision: place. Where the picture was taken, by the coordinates that its file carries: no pixel is looked at. */
#include <string.h>

#include "place/place.h"
#include "vision/analyser.h"

typedef struct place_state {
    ts_places *places;
    ts_source source;
} place_state;

static const ts_model *list_of_places(const ts_packs *packs)
{
    for (size_t i = 0; i < ts_packs_count(packs); i++)
        if (strcmp(ts_packs_at(packs, i)->analyser, "place") == 0) return ts_packs_at(packs, i);
    return NULL;
}

static void close_places(void *places)
{
    ts_places_close(places);
}

static bool open_place(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    (void)eye;
    place_state *state = TS_NEW(setup->arena, place_state);
    char *countries = ts_arena_printf(setup->arena, "%s/vocab/countries.tsv", setup->share);
    const ts_model *model = list_of_places(setup->packs);
    if (!state || !countries) return ts_fail_memory(err);
    if (!model) {
        (void)ts_fail(err, TS_MODEL, "no manifest describes a list for \"place\"");
        return ts_hint(err, "leave it out with --analysers, or restore models/*.json");
    }
    if (!ts_model_verify(model, err)) return false;
    state->source = (ts_source){.analyser = "place",
                                .model = model->name,
                                .version = model->version,
                                .slope = 1,
                                .drop = 0.3F,
                                .sure = 0.6F};
    state->places = ts_places_open(model->path, countries, err);
    if (!state->places) return false;
    *out = state;
    if (ts_arena_defer(setup->arena, close_places, state->places)) return true;
    ts_places_close(state->places);
    return ts_fail_memory(err);
}

static bool look_place(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                       ts_error *err)
{
    (void)eye;
    const place_state *state = opaque;
    const ts_exif *exif = &look->picture->info.exif;
    ts_place at;
    if (!exif->has_gps || !ts_places_find(state->places, exif->latitude, exif->longitude, &at)) return true;
    ts_picture_place *place = TS_NEW(seen->arena, ts_picture_place);
    if (!place) return ts_fail_memory(err);
    *place = (ts_picture_place){.city = at.city,
                                .city_slug = at.city_slug,
                                .region = at.region,
                                .region_code = at.region_code,
                                .country = at.country,
                                .country_code = at.country_code,
                                .km = at.km};
    seen->place = place;
    seen->place_source = &state->source;
    return true;
}

const ts_analyser ts_analyser_place = {
    .name = "place",
    .help = "place, region and country, by the coordinates in the file (GeoNames, offline)",
    .on_by_default = true,
    .wanted_side = 1,
    .open = open_place,
    .look = look_place,
};
