/* service (private): what an open data folder is made of, and the small things that every use case needs. */
#ifndef TS_SERVICE_CORE_H
#define TS_SERVICE_CORE_H

#include <jansson.h>
#include <stdatomic.h>

#include "base/log.h"
#include "blob/blob.h"
#include "caption/caption.h"
#include "catalog/catalog.h"
#include "catalog/tags.h"
#include "jobs/jobs.h"
#include "net/net.h"
#include "people/people.h"
#include "people/vault.h"
#include "place/countries.h"
#include "search/search.h"
#include "service/feed.h"
#include "service/gate.h"
#include "service/service.h"
#include "service/usage.h"
#include "tagging/tagging.h"
#include "text/text.h"
#include "vocab/vocab.h"

struct ts_courier; /* courier.h: sends what hooks.h has queued */

struct ts_service {
    ts_service_options options; /* defaults filled in */
    ts_arena *arena;            /* of what lives as long as the service; only while opening */
    ts_catalog *catalog;
    ts_blobs *blobs;
    ts_vault *vault;
    ts_people *people;
    ts_net *net;
    ts_vocab *vocab;
    ts_captioner *captioner; /* in all languages */
    ts_countries *countries; /* what they are called, for captions */
    struct ts_country_names *country_names;
    struct ts_scheme_store *schemes;
    ts_tagger *tagger; /* NULL with without_tagger */
    ts_gate *gate;
    ts_text_encoder *encoder;     /* NULL where the model is missing: search by words alone */
    struct ts_meanings *meanings; /* NULL without encoder */
    ts_index *index;
    ts_feed *feed;
    ts_meter *meter;
    ts_job_queue *jobs;
    struct ts_courier *courier;
    const struct ts_hook_dialect *dialects[8]; /* registered before serving; our own is always there */
    size_t dialect_count;
    struct ts_origins *origins;                  /* origins.h: who may read answers from a page */
    atomic_uint_fast64_t tagged, failed, tag_us; /* pictures since the start; time inside the tagger */
    ts_log *log;
};

/* ---- who ------------------------------------------------------------------------------------------ */

extern const ts_actor ts_actor_system;
/* How an actor signs the ledger: people, keys and commands are persons there. */
ts_author ts_author_of(const ts_actor *actor);

/* ---- own words ------------------------------------------------------------------------------------- */

/* What a name means in the user's vocabularies, and the country that it is: as ts_index_options.names. context: the
 * service. */
void ts_service_own_names(void *context, const char *name, void (*found)(void *sink, const char *concept),
                          void *sink);

/* ---- small things ---------------------------------------------------------------------------------- */

/* A JSON text in the arena (compact); NULL with TS_NO_MEMORY. */
const char *ts_json_dump(const json_t *json, ts_arena *arena, ts_error *err);
/* The object of a row's JSON text; an empty object for NULL or damage. The caller gives it up. */
json_t *ts_json_of(const char *text);
/* {"code","message","hint"}; NULL: no memory. The caller gives it up. */
json_t *ts_error_object(const ts_error *error);
/* Pages of rows by number: the cursor of the row that a page ended with, NULL: no memory; and back. No cursor: 0. */
const char *ts_cursor_of(int64_t number, ts_arena *arena);
bool ts_cursor_parse(const char *cursor, int64_t *number, ts_error *err);
/* A new id in the arena, or NULL. */
const char *ts_new_id(ts_arena *arena);

#endif
