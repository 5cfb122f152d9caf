/* service: one data folder in use: everything that an API call, a job or a command needs, wired together once.
 *
 *     ts_service *service = ts_service_open(&(ts_service_options){.data_dir = "data"}, &err);
 *     ts_upload upload = {.bytes = jpeg, .length = size, .name = "dog.jpg"};
 *     ts_upload_result result;
 *     ts_service_upload(service, &actor, &upload, arena, &result, &err);
 *     ts_service_close(service);
 *
 * A use case is one function that takes the service, who asks (ts_actor), a plain request, an arena for what it
 * gives back, and an error. It checks the actor's scope itself, so that no dialect can forget to. What it acknowledges
 * is committed. Threads: every use case may be called from any number of threads at once. Results live in the
 * caller's arena unless a header says otherwise.
 */
#ifndef TS_SERVICE_SERVICE_H
#define TS_SERVICE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "people/scope.h"
#include "service/setup.h"

typedef struct ts_service ts_service;

/* ---- who asks ------------------------------------------------------------------------------------ */

typedef enum ts_actor_kind {
    TS_ACTOR_SYSTEM = 0, /* the server itself: jobs, sweeps */
    TS_ACTOR_LOCAL,      /* a command on this machine by the owner of the data folder */
    TS_ACTOR_KEY,
    TS_ACTOR_PERSON
} ts_actor_kind;

/* Goes into every ledger line. Strings are borrowed for the call. */
typedef struct ts_actor {
    ts_actor_kind kind;
    const char *id;     /* "tk_…", a person's id, or "" */
    const char *name;   /* for people to read */
    const char *key_id; /* whose credits and usage this counts on, or "" */
    uint32_t scopes;
} ts_actor;

/* The one check: TS_FORBIDDEN naming the scope that is missing. */
bool ts_actor_may(const ts_actor *actor, ts_scope scope, ts_error *err);
/* The same where one of several scopes (bits) is enough. */
bool ts_actor_may_any(const ts_actor *actor, uint32_t scopes, ts_error *err);

/* ---- life ---------------------------------------------------------------------------------------- */

/* A captioner on another server, by the API that OpenAI made usual; url NULL: none. */
typedef struct ts_captioner_setup {
    const char *url;   /* "https://models.example.org/v1" */
    const char *model; /* as that server calls it */
    const char *key;   /* NULL: none */
    const char *const *languages;
    size_t language_count;
    uint32_t timeout_ms;
    uint32_t max_side; /* of the picture that is sent, in pixels */
} ts_captioner_setup;

/* Limits of the server; 0 means the default in brackets. */
typedef struct ts_service_options {
    const char *data_dir;
    const char *public_url;         /* what links begin with; NULL: relative links */
    ts_tagger_setup tagger;         /* models, precision, jobs, memory and decode limits */
    unsigned job_workers;           /* background pictures in hand at once [as many as the tagger's jobs] */
    size_t max_queue;               /* jobs waiting [100000] */
    size_t max_waiting;             /* synchronous uploads waiting for a turn [64]; over it TS_BUSY */
    uint32_t sync_ms;               /* how long a synchronous upload waits before it becomes a job [15000] */
    unsigned max_attempts;          /* before a picture is quarantined [3] */
    bool allow_private_addresses;   /* fetch from and call into private networks */
    const char *const *allow_hosts; /* further addresses that may be fetched from, as CIDR or HOST:PORT */
    size_t allow_host_count;
    uint32_t fetch_ms;   /* for fetching one address, redirects included [15000] */
    uint32_t webhook_ms; /* for one delivery, at most 55000 [15000] */
    const int64_t
        *webhook_pauses_ms; /* after each try that failed; one more try than pauses [NULL: over a day] */
    size_t webhook_pause_count;
    ts_captioner_setup captioner;
    bool without_tagger; /* for commands that only look after records: no networks are loaded */
    struct ts_log *log;  /* NULL: silent */
} ts_service_options;

/* Opens (and makes) the data folder, takes its lock, loads networks, vocabulary and index, starts job workers.
 * TS_CONFLICT when another process has it. */
ts_service *ts_service_open(const ts_service_options *options, ts_error *err);

/* The beginning of the end: whoever waits for news gets the answer that there are none. */
void ts_service_hush(ts_service *service);
/* Takes up no more jobs and deliveries, finishes those in hand within the deadline, gives back the rest; whoever still waits
 * for an answer from outside then waits no longer. */
void ts_service_drain(ts_service *service, uint32_t deadline_ms);
void ts_service_close(ts_service *service); /* NULL is fine */

/* True when the disk takes writes, the queue has room and the index is current; else why not. */
bool ts_service_ready(ts_service *service, ts_error *err);

#endif
