/* The place room: from coordinates to the names of the place, its region and its country, without asking anybody.
 *
 *     ts_places *places = ts_places_open("geonames-cities.bin", "vocab/countries.tsv", &err);
 *     ts_place at;
 *     if (ts_places_find(places, 45.76, 4.83, &at)) printf("%s, %s\n", at.city, at.country);
 *     ts_places_close(places);
 *
 * Places are points, towns and villages of GeoNames; there are no borders and no coasts. So the nearest point within
 * 50 km gives its names; farther out, where points lie on all sides, what the nearest ones agree on: region and country,
 * or the country alone; at sea, where they lie on one side, nothing.
 *
 * Ownership: texts belong to the places. Threads: constant after opening. It knows no picture and no tag. */
#ifndef TS_PLACE_PLACE_H
#define TS_PLACE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_places ts_places;

typedef struct ts_place {
    const char *city;         /* "Lyon"; "" far from any */
    const char *city_slug;    /* "lyon": a-z, 0-9 and hyphens; "" as well */
    const char *region;       /* "Auvergne-Rhône-Alpes"; "" where there is none or it is not certain */
    const char *region_code;  /* "84": its code within the country */
    const char *country;      /* "France", English */
    const char *country_code; /* "FR": ISO 3166 alpha 2 */
    float km;                 /* to the nearest point */
} ts_place;

/* path: what scripts/models.py made of GeoNames; countries: names by code (vocab/countries.tsv). NULL: TS_NOT_FOUND,
 * TS_IO, TS_NO_MEMORY, or TS_MODEL for a damaged file. */
ts_places *ts_places_open(const char *path, const char *countries, ts_error *err);
void ts_places_close(ts_places *places); /* NULL is fine */

/* Degrees, north and east positive. False: nothing is known there, or these are no coordinates. */
bool ts_places_find(const ts_places *places, double latitude, double longitude, ts_place *out);

/* Name of a country in a language ("de", "fr", "es", "ja", "ko", "zh"; others: English), by its code; NULL: unknown. */
const char *ts_places_country(const ts_places *places, const char *code, const char *language);

#endif
