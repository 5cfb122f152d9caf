/* service: an open data folder, put together and taken apart in the right order. */
#include "service/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "catalog/pictures.h"
#include "net/delivery.h"
#include "packs/packs.h"
#include "service/callees.h"
#include "service/caption_job.h"
#include "service/core.h"
#include "service/country_names.h"
#include "service/courier.h"
#include "service/meaning.h"
#include "service/origins.h"
#include "service/scheme_store.h"
#include "service/tag_job.h"
#include "service/twin_job.h"
#include "service/upkeep.h"

static void take_defaults(ts_service *service, const ts_service_options *options)
{
    ts_decode_limits usual = TS_DECODE_LIMITS_DEFAULT;
    ts_service_options *o = &service->options;
    *o = *options;
    if (!o->max_queue) o->max_queue = 100000;
    if (!o->max_waiting) o->max_waiting = 64;
    if (!o->sync_ms) o->sync_ms = 15000;
    if (!o->max_attempts) o->max_attempts = 3;
    if (!o->tagger.max_bytes) o->tagger.max_bytes = usual.max_bytes;
    if (!o->webhook_pauses_ms) {
        o->webhook_pauses_ms = ts_delivery_usual.pauses_ms;
        o->webhook_pause_count = ts_delivery_usual.pause_count;
    }
    service->log = options->log;
}

/* ---- parts, in the order in which they need each other ----------------------------------------------- */

static bool open_records(ts_service *service, ts_error *err)
{
    const char *dir = service->options.data_dir;
    /* Half of the posts may go to one host, and webhooks of one host may be all that is under way. */
    ts_net_options net = {.max_posts = 2 * TS_CALLS_MAX,
                          .guard = {.allow_private = service->options.allow_private_addresses,
                                    .allowed = service->options.allow_hosts,
                                    .allowed_count = service->options.allow_host_count}};
    service->catalog = ts_catalog_open(dir, NULL, err);
    if (!service->catalog) return false;
    service->blobs = ts_blobs_open_folder(dir, err);
    service->vault = service->blobs ? ts_vault_open(dir, getenv("TAGSMITH_SECRET_KEY"), err) : NULL;
    service->people = service->vault ? ts_people_open(service->catalog, service->vault, err) : NULL;
    service->net = service->people ? ts_net_new(&net, err) : NULL;
    service->meter = service->net ? ts_meter_new(service->catalog, err) : NULL;
    return service->meter != NULL;
}

static void tell_scheme(void *context, const ts_error *err)
{
    ts_log_trouble(((ts_service *)context)->log, TS_LOG_WARN, "a vocabulary cannot be used", err, NULL);
}

static bool open_networks(ts_service *service, const ts_tagger_options *tagger, ts_error *err)
{
    service->vocab = ts_vocab_open_with(tagger->vocab_dir, TS_LANGUAGE_ALL, err);
    if (!service->vocab) return false;
    service->captioner = ts_captioner_open(service->vocab, tagger->vocab_dir, TS_LANGUAGE_ALL, err);
    if (!service->captioner) return false;
    service->countries = ts_countries_open_in(tagger->vocab_dir, err);
    if (!service->countries) return false;
    service->country_names = ts_country_names_new(service->countries, service->arena, err);
    if (!service->country_names) return false;
    service->schemes = ts_scheme_store_new(service->catalog, service->vocab, tagger->vocab_dir, err);
    if (!service->schemes || !ts_scheme_store_load(service->schemes, tell_scheme, service, err)) return false;
    service->gate = ts_gate_new(tagger->jobs, service->options.max_waiting, err);
    if (!service->gate || service->options.without_tagger) return service->gate != NULL;
    service->tagger = ts_tagger_open(tagger, err);
    return service->tagger != NULL;
}

/* Without it there is search by words and concepts, so its absence is a warning. */
static void open_encoder(ts_service *service, const ts_tagger_options *tagger)
{
    ts_error err = {0};
    ts_text_options options = {.openvino = tagger->openvino_dir, .cache = tagger->cache_dir};
    ts_packs *packs = ts_packs_open(tagger->share_dir, tagger->models_dir, &err);
    if (packs) service->encoder = ts_text_open(packs, &options, &err);
    ts_packs_close(packs);
    if (!service->encoder)
        ts_log_trouble(service->log, TS_LOG_WARN, "no search in plain words: the text model did not load",
                       &err, NULL);
}

static bool give_meaning(ts_service *service, ts_error *err)
{
    if (!service->encoder) return true;
    service->meanings = ts_meanings_open(service->encoder, service->vocab, service->index, err);
    return service->meanings != NULL;
}

static bool resolve_id(void *context, const char *id, uint32_t *number)
{
    ts_service *service = context;
    ts_picture_row row;
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(service->catalog, NULL) : NULL;
    bool found = txn && strlen(id) < TS_ID_SIZE && ts_pictures_find(txn, id, arena, &row, NULL);
    found = found && row.visibility == TS_VISIBLE; /* a query tells nobody of a picture that is held */
    if (found) *number = (uint32_t)row.number;
    ts_catalog_read_end(txn);
    ts_arena_free(arena);
    return found;
}

void ts_service_own_names(void *context, const char *name, void (*found)(void *sink, const char *concept),
                          void *sink)
{
    ts_service *service = context;
    char place[160];
    const char *country = ts_country_said(service->country_names, name, "en");
    ts_scheme_store_search(service->schemes, name, found, sink);
    if (!country) return;
    (void)snprintf(place, sizeof place, "%s/%s", ts_facet_name(TS_FACET_PLACE), country);
    found(sink, place);
}

static bool open_search(ts_service *service, ts_error *err)
{
    ts_index_options options = {.resolve = resolve_id, .names = ts_service_own_names, .context = service};
    ts_feed_options feed = {.catalog = service->catalog, .log = service->log};
    feed.snapshot_dir = ts_path_join(service->arena, service->options.data_dir, "index");
    if (!feed.snapshot_dir) return ts_fail_memory(err);
    service->index = ts_index_open(&options, service->vocab, err);
    if (!service->index || !give_meaning(service, err)) return false;
    feed.index = service->index;
    service->feed = ts_dir_make(feed.snapshot_dir, err) ? ts_feed_open(&feed, err) : NULL;
    return service->feed != NULL;
}

static void on_job(void *context, const ts_job_event *event)
{
    ts_note_job(context, event);
}

static bool open_jobs(ts_service *service, unsigned turns, ts_error *err)
{
    enum { kinds = 4 };
    static const ts_job_schedule hourly = {.name = "upkeep", .kind = "upkeep", .every_s = 3600};
    ts_job_handler *handlers = TS_NEW_ARRAY(service->arena, kinds, ts_job_handler);
    if (!handlers) return ts_fail_memory(err);
    handlers[0] = (ts_job_handler){.kind = "tag", .run = ts_run_tag_job, .context = service};
    handlers[1] =
        (ts_job_handler){.kind = "upkeep", .run = ts_run_upkeep_job, .context = service, .concurrency = 1};
    handlers[2] =
        (ts_job_handler){.kind = "caption", .run = ts_run_caption_job, .context = service, .concurrency = 1};
    handlers[3] = (ts_job_handler){.kind = "twins", .run = ts_run_twins_job, .context = service};
    /* One worker more, so that a slow captioner holds up nobody's tagging. */
    unsigned more = service->options.captioner.url ? 1 : 0;
    ts_job_options options = {
        .workers = more + (service->options.job_workers ? service->options.job_workers : turns),
        .max_queued = service->options.max_queue,
        .max_attempts = service->options.max_attempts,
        .schedules = &hourly,
        .schedule_count = 1,
        .listener = on_job,
        .listener_context = service,
        .log = service->log,
        .paused = service->options.without_tagger};
    service->jobs = ts_job_queue_open(service->catalog, &options, handlers, kinds, err);
    return service->jobs != NULL;
}

static bool open_parts(ts_service *service, ts_error *err)
{
    ts_tagger_options tagger;
    if (!ts_tagger_setup_apply(&service->options.tagger, service->arena, &tagger, err)) return false;
    if (!open_records(service, err) || !open_networks(service, &tagger, err)) return false;
    if (!service->options.without_tagger) open_encoder(service, &tagger);
    if (!open_search(service, err) || !open_jobs(service, tagger.jobs, err)) return false;
    service->courier = ts_courier_open(service, err);
    service->origins = service->courier ? ts_origins_new(service->catalog, err) : NULL;
    return service->origins != NULL;
}

ts_service *ts_service_open(const ts_service_options *options, ts_error *err)
{
    ts_service *service = calloc(1, sizeof *service);
    if (service) service->arena = ts_arena_new(0);
    if (!service || !service->arena) {
        free(service);
        (void)ts_fail_memory(err);
        return NULL;
    }
    take_defaults(service, options);
    if (open_parts(service, err)) return service;
    ts_service_close(service);
    return NULL;
}

void ts_service_hush(ts_service *service)
{
    ts_feed_hush(service->feed);
}

void ts_service_drain(ts_service *service, uint32_t deadline_ms)
{
    double end = ts_clock_ms() + deadline_ms;
    ts_service_hush(service);
    (void)ts_job_queue_drain(service->jobs, deadline_ms);
    double left = end - ts_clock_ms();
    ts_courier_drain(service->courier, left > 0 ? (uint32_t)left : 0);
    ts_net_stop(service->net);
}

/* First whoever writes, then whoever follows what was written, then the records themselves. The meter's last counts are a
 * commit, and commits ring the courier's bell: it goes before it. */
void ts_service_close(ts_service *service)
{
    enum { grace_ms = 1000 }; /* for a delivery in hand, where nobody drained: of a command */
    if (!service) return;
    ts_job_queue_close(service->jobs);
    if (service->courier) ts_courier_drain(service->courier, grace_ms);
    if (service->net) ts_net_stop(service->net);
    ts_meter_free(service->meter);
    ts_courier_close(service->courier);
    ts_origins_free(service->origins);
    ts_feed_close(service->feed);
    ts_index_close(service->index);
    ts_people_close(service->people);
    ts_scheme_store_free(service->schemes);
    ts_catalog_close(service->catalog);
    ts_meanings_close(service->meanings);
    ts_text_close(service->encoder);
    ts_tagger_close(service->tagger);
    ts_gate_free(service->gate);
    ts_countries_close(service->countries);
    ts_captioner_close(service->captioner);
    ts_vocab_close(service->vocab);
    ts_net_free(service->net);
    ts_vault_close(service->vault);
    ts_blobs_close(service->blobs);
    ts_arena_free(service->arena);
    free(service);
}

ts_scheme_store *ts_service_scheme_store(ts_service *service)
{
    return service->schemes;
}

/* ---- ready? ------------------------------------------------------------------------------------------- */

static bool disk_has_room(const char *dir, ts_error *err)
{
    enum { least_mib = 64 };
    struct statvfs disk;
    if (statvfs(dir, &disk) != 0) return ts_fail_errno(err, "cannot look at the data folder");
    if ((uint64_t)disk.f_bavail * disk.f_frsize >= (uint64_t)least_mib << 20) return true;
    (void)ts_fail(err, TS_NO_SPACE, "less than %d MiB are free where the data folder is", least_mib);
    return ts_hint(err, "make room; uploads are refused until there is some");
}

bool ts_service_ready(ts_service *service, ts_error *err)
{
    enum { most_lag = 1000 };
    ts_job_statistics jobs;
    if (!disk_has_room(service->options.data_dir, err)) return false;
    if (ts_feed_lag(service->feed) > most_lag)
        return ts_fail(err, TS_BUSY, "the search index is catching up");
    ts_job_queue_statistics(service->jobs, &jobs);
    if (jobs.draining) return ts_fail(err, TS_BUSY, "the server is shutting down");
    return jobs.queued < service->options.max_queue || ts_fail(err, TS_BUSY, "the queue is full");
}
