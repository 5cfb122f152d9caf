/* place: the nearest towns, found on a grid. Must not know pictures or tags. Format of the file, all numbers little
 * endian (scripts/tagsmith_models/converters/geonames.py writes it):
 *
 *   "TSPLACE1", u32 cities, u32 regions, u32 bytes of names
 *   u32 first city of each cell of one degree, row by row from 90 S 180 W, and one behind the last: 180 * 360 + 1
 *   cities by cell: i32 latitude, i32 longitude (1e-5 degrees), u32 name, u32 slug, u32 region
 *   regions: u32 name, u32 code, 2 bytes of country, 2 of nothing
 *   names: UTF-8, each ended by NUL
 *
 * Everything is checked once, when it is opened: after that every offset is good. */
#include "place/place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "place/countries.h"

#define FILE_MAX ((size_t)64 << 20)
#define ROWS 180
#define COLUMNS 360
#define CELLS (ROWS * COLUMNS)
#define HEAD 20
#define CITY 20
#define REGION 12
#define NEAR_KM 50.0
#define WITNESSES 8 /* points that are asked where none is near */
#define WITNESSES_MIN 4
#define REACH_KM 600.0
#define KM_PER_DEGREE 111.195
#define RADIANS (3.14159265358979323846 / 180)

struct ts_places {
    ts_buf file;
    ts_countries *countries;
    const uint8_t *cells, *cities, *regions;
    const char *names;
    uint32_t city_count, region_count, name_bytes;
};

/* ---- the file ----------------------------------------------------------------------------------- */

static uint32_t u32_at(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static double degrees_at(const uint8_t *p)
{
    return (double)(int32_t)u32_at(p) * 1e-5;
}

static bool lay_out(ts_places *places)
{
    const uint8_t *bytes = (const uint8_t *)places->file.data;
    size_t length = places->file.length;
    if (length < HEAD || memcmp(bytes, "TSPLACE1", 8) != 0) return false;
    places->city_count = u32_at(bytes + 8);
    places->region_count = u32_at(bytes + 12);
    places->name_bytes = u32_at(bytes + 16);
    size_t cells = (size_t)(CELLS + 1) * 4, cities = (size_t)places->city_count * CITY;
    size_t regions = (size_t)places->region_count * REGION;
    if (length != HEAD + cells + cities + regions + places->name_bytes) return false;
    places->cells = bytes + HEAD;
    places->cities = places->cells + cells;
    places->regions = places->cities + cities;
    places->names = (const char *)(places->regions + regions);
    return places->name_bytes > 0 && places->names[places->name_bytes - 1] == '\0';
}

static bool check_cells(const ts_places *places)
{
    uint32_t before = 0;
    for (size_t i = 0; i <= CELLS; i++) {
        uint32_t first = u32_at(places->cells + 4 * i);
        if (first < before || first > places->city_count) return false;
        before = first;
    }
    return before == places->city_count;
}

static bool check_rows(const ts_places *places)
{
    for (size_t i = 0; i < places->city_count; i++) {
        const uint8_t *city = places->cities + i * CITY;
        if (!(fabs(degrees_at(city)) <= 90) || !(fabs(degrees_at(city + 4)) <= 180)) return false;
        if (u32_at(city + 8) >= places->name_bytes || u32_at(city + 12) >= places->name_bytes) return false;
        if (u32_at(city + 16) >= places->region_count) return false;
    }
    for (size_t i = 0; i < places->region_count; i++) {
        const uint8_t *region = places->regions + i * REGION;
        if (u32_at(region) >= places->name_bytes || u32_at(region + 4) >= places->name_bytes) return false;
    }
    return true;
}

ts_places *ts_places_open(const char *path, const char *countries, ts_error *err)
{
    ts_places *places = calloc(1, sizeof *places);
    if (!places) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    bool ok = ts_file_read(path, FILE_MAX, &places->file, err);
    if (ok && !(lay_out(places) && check_cells(places) && check_rows(places))) {
        ok = ts_fail(err, TS_MODEL, "%s is no list of places", path);
        (void)ts_hint(err, "run scripts/setup again");
    }
    if (ok) places->countries = ts_countries_open(countries, err);
    if (places->countries) return places;
    ts_places_close(places);
    return NULL;
}

void ts_places_close(ts_places *places)
{
    if (!places) return;
    ts_countries_close(places->countries);
    ts_buf_free(&places->file);
    free(places);
}

const char *ts_places_country(const ts_places *places, const char *code, const char *language)
{
    return ts_countries_name(places->countries, code, language);
}

/* ---- near ones ---------------------------------------------------------------------------------- */

typedef struct point {
    double latitude, longitude;
} point;

typedef struct neighbour {
    uint32_t city;
    double km;
    double bearing; /* radians, any full turn */
} neighbour;

typedef struct nearest {
    neighbour items[WITNESSES]; /* nearest first */
    size_t count;
} nearest;

/* Haversine. */
static neighbour measure(point from, point to, uint32_t city)
{
    double a = from.latitude * RADIANS, b = to.latitude * RADIANS,
           turn = (to.longitude - from.longitude) * RADIANS;
    double v = sin((b - a) / 2), h = sin(turn / 2);
    double s = fmin(v * v + cos(a) * cos(b) * h * h, 1);
    return (neighbour){.city = city,
                       .km = 2 * asin(sqrt(s)) * KM_PER_DEGREE / RADIANS,
                       .bearing = atan2(sin(turn) * cos(b), cos(a) * sin(b) - sin(a) * cos(b) * cos(turn))};
}

static void keep(nearest *list, neighbour n)
{
    size_t at = list->count;
    if (at == WITNESSES && n.km >= list->items[at - 1].km) return;
    if (at < WITNESSES) list->count++;
    else at--;
    for (; at > 0 && list->items[at - 1].km > n.km; at--) list->items[at] = list->items[at - 1];
    list->items[at] = n;
}

static void look_into_cell(const ts_places *places, point from, size_t cell, double reach, nearest *list)
{
    uint32_t end = u32_at(places->cells + 4 * (cell + 1));
    for (uint32_t i = u32_at(places->cells + 4 * cell); i < end; i++) {
        const uint8_t *city = places->cities + (size_t)i * CITY;
        neighbour n = measure(from, (point){degrees_at(city), degrees_at(city + 4)}, i);
        if (n.km <= reach) keep(list, n);
    }
}

static int cell_of(double degrees, int count)
{
    int cell = (int)floor(degrees + count / 2.0);
    return cell < 0 ? 0 : cell >= count ? count - 1 : cell;
}

/* All cells that a circle of that radius touches; towards the poles these are more columns, in the end all. */
static void look_around(const ts_places *places, point from, double reach, nearest *list)
{
    int rows = (int)ceil(reach / KM_PER_DEGREE), row = cell_of(from.latitude, ROWS);
    double widest = cos(fmin(fabs(from.latitude) + rows, 89.9) * RADIANS);
    double wanted = ceil(reach / KM_PER_DEGREE / widest);
    const int most = COLUMNS / 2 - 1;
    int columns = wanted < (double)most ? (int)wanted : most, column = cell_of(from.longitude, COLUMNS);
    list->count = 0;
    for (int y = row - rows; y <= row + rows; y++) {
        if (y < 0 || y >= ROWS) continue;
        for (int x = column - columns; x <= column + columns + (columns == most); x++)
            look_into_cell(places, from, (size_t)y * COLUMNS + (size_t)((x + COLUMNS) % COLUMNS), reach,
                           list);
    }
}

/* ---- names -------------------------------------------------------------------------------------- */

static uint32_t region_of(const ts_places *places, const neighbour *n)
{
    return u32_at(places->cities + (size_t)n->city * CITY + 16);
}

static const uint8_t *country_of(const ts_places *places, const neighbour *n)
{
    return places->regions + (size_t)region_of(places, n) * REGION + 8;
}

static const char *name_at(const ts_places *places, const uint8_t *offset)
{
    return places->names + u32_at(offset);
}

/* False: the country has no name here. */
static bool name_country(const ts_places *places, const neighbour *n, ts_place *out)
{
    const uint8_t *letters = country_of(places, n);
    *out = (ts_place){.city = "", .city_slug = "", .region = "", .region_code = "", .km = (float)n->km};
    return ts_countries_find(places->countries, (const char *)letters, &out->country_code, &out->country);
}

static void name_region(const ts_places *places, const neighbour *n, ts_place *out)
{
    const uint8_t *region = places->regions + (size_t)region_of(places, n) * REGION;
    out->region = name_at(places, region);
    out->region_code = name_at(places, region + 4);
}

static void name_city(const ts_places *places, const neighbour *n, ts_place *out)
{
    const uint8_t *city = places->cities + (size_t)n->city * CITY;
    out->city = name_at(places, city + 8);
    out->city_slug = name_at(places, city + 12);
}

static int by_bearing(const void *pa, const void *pb)
{
    const double *a = pa, *b = pb;
    return (*a > *b) - (*a < *b);
}

/* Do they stand all round, without half a turn between two of them? From the sea a coast is on one side. */
static bool stand_around(const nearest *list)
{
    double bearings[WITNESSES], widest = 0;
    if (list->count < WITNESSES_MIN) return false;
    for (size_t i = 0; i < list->count; i++) bearings[i] = list->items[i].bearing;
    qsort(bearings, list->count, sizeof *bearings, by_bearing);
    for (size_t i = 1; i < list->count; i++) widest = fmax(widest, bearings[i] - bearings[i - 1]);
    widest = fmax(widest, bearings[0] + 360 * RADIANS - bearings[list->count - 1]);
    return widest < 160 * RADIANS;
}

static bool agree_on_country(const ts_places *places, const nearest *list)
{
    for (size_t i = 1; i < list->count; i++)
        if (memcmp(country_of(places, &list->items[i]), country_of(places, &list->items[0]), 2) != 0)
            return false;
    return true;
}

/* Of the nearest half: a region's border is never far. */
static bool agree_on_region(const ts_places *places, const nearest *list)
{
    for (size_t i = 1; i < list->count / 2; i++)
        if (region_of(places, &list->items[i]) != region_of(places, &list->items[0])) return false;
    return true;
}

bool ts_places_find(const ts_places *places, double latitude, double longitude, ts_place *out)
{
    nearest list = {.count = 0};
    point from = {latitude, longitude};
    if (!(fabs(latitude) <= 90) || !(fabs(longitude) <= 180)) return false;
    look_around(places, from, NEAR_KM, &list);
    if (list.count > 0) {
        if (!name_country(places, &list.items[0], out)) return false;
        name_region(places, &list.items[0], out);
        name_city(places, &list.items[0], out);
        return true;
    }
    look_around(places, from, REACH_KM, &list);
    if (!stand_around(&list) || !agree_on_country(places, &list)) return false;
    if (!name_country(places, &list.items[0], out)) return false;
    if (agree_on_region(places, &list)) name_region(places, &list.items[0], out);
    return true;
}
