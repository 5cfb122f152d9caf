/* service: search: texts become vectors here, ids become numbers and numbers become pictures. */
#include "service/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/lab.h"
#include "service/choose.h"
#include "service/core.h"
#include "service/country_names.h"
#include "service/meaning.h"
#include "service/picture_read.h"

enum { wait_ms = 2000 };

/* ---- what is asked ----------------------------------------------------------------------------------- */

static bool set_text(ts_service *service, const char *text, ts_arena *arena, ts_find *find,
                     ts_question *question, ts_error *err)
{
    *question = (ts_question){0};
    if (!text || !text[0]) return true;
    if (!service->encoder) {
        (void)ts_fail(err, TS_MODEL, "search in plain words needs the text model, which is not installed");
        return ts_hint(err, "run: tagsmith models convert");
    }
    const ts_own_names own = {ts_service_own_names, service};
    if (!ts_meanings_ask(service->meanings, text, &own, arena, question, err)) return false;
    find->text_vector = question->vector;
    find->text_dims = question->dims;
    find->named = question->named;
    find->named_amounts = question->amounts;
    find->named_count = question->named_count;
    find->named_sure = question->named_sure;
    return true;
}

/* "Dogs in Japan" are looked for among the pictures of Japan, where there are any. */
static bool set_country(ts_service *service, const ts_find_ask *ask, ts_arena *arena, ts_find *find,
                        ts_error *err)
{
    ts_found there;
    const char *query = find->query ? find->query : "";
    const char *country =
        find->text_vector ? ts_country_in(service->country_names, service->vocab, ask->text) : NULL;
    if (!country || strlen(query) + strlen(country) + 16 > TS_QUERY_BYTES_MAX) return true;
    const char *place = ts_arena_printf(arena, "place:\"%s\"", country);
    if (!place) return ts_fail_memory(err);
    ts_find of_there = {.query = place, .with_held = find->with_held, .min_score = -1};
    if (!ts_index_find(service->index, &of_there, arena, &there, err)) return false;
    if (!there.total) return true;
    find->query = query[0] ? ts_arena_printf(arena, "(%s) %s", query, place) : place;
    return find->query || ts_fail_memory(err);
}

static bool set_similar(ts_service *service, const char *id, bool with_held, ts_arena *arena, ts_find *find,
                        ts_error *err)
{
    ts_picture_row row;
    if (!id || !id[0]) return true;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_picture_find(txn, id, with_held, arena, &row, err);
    ts_catalog_read_end(txn);
    if (ok) find->similar_number = (uint32_t)row.number;
    return ok;
}

static bool set_colour(const char *text, ts_arena *arena, ts_find *find, ts_error *err)
{
    ts_lab lab;
    if (!text || !text[0]) return true;
    if (!ts_lab_of_hex(text, &lab)) return ts_fail(err, TS_USAGE, "a colour is written #rrggbb");
    ts_index_colour *colour = TS_NEW(arena, ts_index_colour);
    if (!colour) return ts_fail_memory(err);
    *colour = (ts_index_colour){lab.l, lab.a, lab.b, 0};
    find->palette = colour;
    find->palette_count = 1;
    return true;
}

static bool set_sort(const char *sort, ts_find *find, ts_error *err)
{
    if (!sort || !sort[0]) return true;
    find->reverse = sort[0] == '-';
    if (ts_find_sort_of(sort + find->reverse, &find->sort)) return true;
    return ts_fail(err, TS_USAGE,
                   "results are sorted by relevance, taken, created, confidence, size or random");
}

static bool translate(ts_service *service, const ts_find_ask *ask, ts_arena *arena, ts_find *find,
                      ts_question *question, ts_error *err)
{
    *find = (ts_find){.query = ask->query,
                      .min_score = ask->min_score,
                      .similar_vector = ask->vector,
                      .similar_dims = ask->vector_dims,
                      .with_held = ask->with_held,
                      .seed = ask->seed,
                      .limit = ask->limit == 0    ? 50
                               : ask->limit > 200 ? 200
                                                  : ask->limit,
                      .cursor = ask->cursor && ask->cursor[0] ? ask->cursor : NULL,
                      .facet_values = ask->facet_values};
    return set_sort(ask->sort, find, err) && set_colour(ask->colour, arena, find, err) &&
           set_text(service, ask->text, arena, find, question, err) &&
           set_country(service, ask, arena, find, err) &&
           set_similar(service, ask->similar, ask->with_held, arena, find, err);
}

/* ---- what is found ----------------------------------------------------------------------------------- */

/* A picture may have gone, or been held, between the index and this snapshot: then it is not *there. */
static bool fill_one(ts_txn *txn, uint32_t number, bool with_held, ts_arena *arena, ts_picture_full *out,
                     bool *there, ts_error *err)
{
    ts_error gone = {0};
    *there = ts_picture_fill(txn, number, false, arena, out, &gone) &&
             (with_held || out->row.visibility == TS_VISIBLE);
    if (gone.code == TS_OK || gone.code == TS_NOT_FOUND) return true;
    if (err) *err = gone;
    return false;
}

static bool fill_rows(ts_txn *txn, const ts_found *found, bool with_held, ts_arena *arena,
                      ts_find_answer *out, ts_error *err)
{
    ts_find_row *rows = TS_NEW_ARRAY(arena, found->count, ts_find_row);
    if (!rows) return ts_fail_memory(err);
    for (size_t i = 0; i < found->count; i++) {
        bool there;
        ts_find_row *row = &rows[out->count];
        row->score = found->rows[i].score;
        if (!fill_one(txn, found->rows[i].number, with_held, arena, &row->picture, &there, err)) return false;
        out->count += there;
    }
    out->rows = rows;
    return true;
}

static bool may_find(const ts_actor *actor, bool with_held, ts_error *err)
{
    return ts_actor_may(actor, TS_SCOPE_READ, err) &&
           (!with_held || ts_actor_may(actor, TS_SCOPE_REVIEW, err));
}

/* The asker sees what the asker has just written. */
static void wait_if_wished(ts_service *service, const ts_find_ask *ask)
{
    if (ask->wait) (void)ts_feed_wait(service->feed, ts_catalog_last_seq(service->catalog), wait_ms);
}

bool ts_service_find(ts_service *service, const ts_actor *actor, const ts_find_ask *ask, ts_arena *arena,
                     ts_find_answer *out, ts_error *err)
{
    ts_find find;
    ts_found found;
    ts_question question;
    *out = (ts_find_answer){0};
    if (!may_find(actor, ask->with_held, err)) return false;
    if (!translate(service, ask, arena, &find, &question, err)) return false;
    wait_if_wished(service, ask);
    if (!ts_index_find(service->index, &find, arena, &found, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && fill_rows(txn, &found, ask->with_held, arena, out, err);
    ts_catalog_read_end(txn);
    out->total = found.total;
    out->facets = found.facets;
    out->facet_count = found.facet_count;
    out->next = found.next;
    out->hints = found.hints;
    out->hint_count = found.hint_count;
    return ok;
}

bool ts_service_shapes(ts_service *service, const ts_actor *actor, const ts_find_ask *ask, ts_arena *arena,
                       ts_shapes *out, ts_error *err)
{
    ts_find find;
    ts_question question;
    *out = (ts_shapes){0};
    if (!may_find(actor, ask->with_held, err)) return false;
    if (!translate(service, ask, arena, &find, &question, err)) return false;
    wait_if_wished(service, ask);
    return ts_index_shapes(service->index, &find, arena, out, err);
}

bool ts_service_pictures_numbered(ts_service *service, const ts_actor *actor, const uint32_t *numbers,
                                  size_t count, bool with_held, ts_arena *arena, ts_picture_page *out,
                                  ts_error *err)
{
    *out = (ts_picture_page){0};
    if (!may_find(actor, with_held, err)) return false;
    ts_picture_full *pictures = TS_NEW_ARRAY(arena, count, ts_picture_full);
    if (!pictures) return ts_fail_memory(err);
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        bool there = false;
        ok = fill_one(txn, numbers[i], with_held, arena, &pictures[out->count], &there, err);
        out->count += ok && there;
    }
    ts_catalog_read_end(txn);
    out->pictures = pictures;
    return ok;
}

/* ---- a choice ---------------------------------------------------------------------------------------- */

bool ts_choice_is_made(const ts_choice *choice)
{
    const char *const words[] = {choice->query, choice->text, choice->similar, choice->colour};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i] && words[i][0]) return true;
    return choice->by_number;
}

static int by_value(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Of what there is (ascending) those that were named. */
static bool keep_named(const ts_choice *choice, ts_arena *arena, const uint32_t *all, size_t all_count,
                       const uint32_t **numbers, size_t *count, ts_error *err)
{
    uint32_t *kept = TS_NEW_ARRAY(arena, choice->number_count, uint32_t);
    size_t n = 0, at = 0;
    if (!kept) return ts_fail_memory(err);
    if (choice->number_count) memcpy(kept, choice->numbers, choice->number_count * sizeof *kept);
    qsort(kept, choice->number_count, sizeof *kept, by_value);
    for (size_t i = 0; i < choice->number_count; i++) {
        while (at < all_count && all[at] < kept[i]) at++;
        if (at < all_count && all[at] == kept[i] && (n == 0 || kept[n - 1] != kept[i])) kept[n++] = kept[i];
    }
    *numbers = kept;
    *count = n;
    return true;
}

bool ts_service_choose(ts_service *service, const ts_choice *choice, ts_arena *arena,
                       const uint32_t **numbers, size_t *count, ts_error *err)
{
    ts_find find;
    ts_question question;
    ts_find_ask ask = {.min_score = -1, .with_held = choice->with_held, .wait = true};
    if (!choice->by_number) {
        ask.query = choice->query;
        ask.text = choice->text;
        ask.similar = choice->similar;
        ask.colour = choice->colour;
    }
    if (!translate(service, &ask, arena, &find, &question, err)) return false;
    wait_if_wished(service, &ask);
    if (!ts_index_select(service->index, &find, arena, numbers, count, err)) return false;
    return !choice->by_number || keep_named(choice, arena, *numbers, *count, numbers, count, err);
}

/* ---- places ------------------------------------------------------------------------------------------ */

/* Tags stand from the town to the country, unless somebody added them by hand; what names no country is no place here. */
static bool place_of(const ts_service *service, const ts_place_count *count, ts_language language,
                     ts_place_row *row)
{
    const char *const *names = count->names;
    size_t last = count->depth - 1;
    const char *country = ts_service_country(service, names[last], language);
    bool reversed = !country;
    if (reversed) country = ts_service_country(service, names[0], language);
    if (!country) return false;
    *row = (ts_place_row){.country = country, .pictures = count->pictures};
    if (count->depth > 1) row->region = names[1];
    if (count->depth == 2 && !reversed) row->region = names[0];
    if (count->depth == 3) row->city = names[reversed ? 2 : 0];
    return true;
}

bool ts_service_places(ts_service *service, const ts_actor *actor, const ts_find_ask *ask,
                       ts_language language, ts_arena *arena, const ts_place_row **rows, size_t *count,
                       ts_error *err)
{
    enum { PLACES_MAX = 2000 };
    ts_find find;
    ts_question question;
    const ts_place_count *found = NULL;
    size_t found_count = 0;
    *count = 0;
    if (!may_find(actor, ask->with_held, err)) return false;
    if (!translate(service, ask, arena, &find, &question, err)) return false;
    wait_if_wished(service, ask);
    if (!ts_index_places(service->index, &find, arena, &found, &found_count, err)) return false;
    size_t most = found_count < PLACES_MAX ? found_count : PLACES_MAX;
    ts_place_row *places = TS_NEW_ARRAY(arena, most, ts_place_row);
    if (!places) return ts_fail_memory(err);
    for (size_t i = 0; i < found_count && *count < most; i++)
        *count += place_of(service, &found[i], language, &places[*count]);
    *rows = places;
    return true;
}

/* ---- while typing ------------------------------------------------------------------------------------ */

bool ts_service_suggest(ts_service *service, const ts_actor *actor, const char *prefix, const char *language,
                        unsigned limit, ts_arena *arena, const ts_suggestion_row **rows, size_t *count,
                        ts_error *err)
{
    const ts_index_suggestion *found = NULL;
    ts_language in = TS_LANGUAGE_EN;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    if (language && language[0] && !ts_language_find(language, &in))
        return ts_fail(err, TS_USAGE, "languages are en, zh, fr, de, es, ja, ko");
    limit = limit == 0 ? 10 : limit > 100 ? 100 : limit;
    if (!ts_index_suggest(service->index, prefix, in, limit, arena, &found, count, err)) return false;
    ts_suggestion_row *out = TS_NEW_ARRAY(arena, *count, ts_suggestion_row);
    if (!out) return ts_fail_memory(err);
    for (size_t i = 0; i < *count; i++)
        out[i] = (ts_suggestion_row){found[i].text, found[i].concept, found[i].pictures};
    *rows = out;
    return true;
}

const char *ts_service_country(const ts_service *service, const char *name, ts_language language)
{
    return ts_country_said(service->country_names, name, ts_language_code(language));
}

const ts_vocab *ts_service_vocab(const ts_service *service)
{
    return service->vocab;
}
