/* service: sends webhooks. A few threads, so that slow receivers do not hold up the others (callees.h says how many they may
 * have); what is due and whose turn it is, the catalogue says. */
#include "service/courier.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "base/wait.h"
#include "base/wallclock.h"
#include "net/delivery.h"
#include "service/callees.h"
#include "service/hook_row.h"

enum { threads = TS_CALLS_MAX };
enum { lease_ms = 60000, idle_ms = 1000, nap_ms = 50, headers_max = 16 };

struct ts_courier {
    ts_service *service;
    ts_callees *callees;
    pthread_t threads[threads];
    size_t started;
    pthread_mutex_t choosing; /* one at a time looks for what is next, and sees what the others took */
    pthread_mutex_t lock;
    pthread_cond_t bell;
    pthread_cond_t calm;
    unsigned busy; /* threads that look or deliver */
    uint64_t rung; /* so many commits: one that comes while a thread looks is not missed */
    bool stop;
};

/* ---- one delivery --------------------------------------------------------------------------------------- */

static size_t split_lines(char *text, const char **lines)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line && count < headers_max;
         line = strtok_r(NULL, "\n", &rest))
        lines[count++] = line;
    return count;
}

static bool post(ts_service *service, const ts_delivery_row *row, ts_post_result *result, ts_error *err)
{
    ts_buf headers = {0};
    const char *lines[headers_max];
    bool ok = ts_hook_sign(service, row, &headers, err);
    if (ok) {
        ts_post post = {.url = row->url,
                        .headers = lines,
                        .body = row->body,
                        .length = strlen(row->body),
                        .total_ms = service->options.webhook_ms};
        post.header_count = split_lines(headers.data, lines);
        ok = ts_net_post(service->net, &post, result, err);
    }
    ts_buf_free(&headers);
    return ok;
}

typedef struct outcome {
    const ts_delivery_row *row;
    ts_delivery_outcome outcome;
    bool disable;
    ts_arena *arena;
} outcome;

/* 410 Gone: the receiver wants no more. What still waited for it can be sent again by hand. */
static bool pause_hook(ts_txn *txn, const outcome *o, ts_error *err)
{
    ts_document_row row;
    ts_error missing = {0};
    if (!o->row->hook[0]) return true;
    if (!ts_documents_get(txn, TS_HOOK_KIND, o->row->hook, o->arena, &row, &missing)) return true;
    json_t *body = ts_json_of(row.body);
    (void)json_object_set_new(body, "paused", json_true());
    const char *text = ts_json_dump(body, o->arena, err);
    json_decref(body);
    size_t killed = 0;
    return text && ts_documents_put(txn, TS_HOOK_KIND, row.id, text, TS_VERSION_ANY, NULL, err) &&
           ts_deliveries_kill(txn, row.id, &killed, err);
}

static bool record_outcome(ts_txn *txn, void *context, ts_error *err)
{
    outcome *o = context;
    ts_error missing = {0};
    if (!ts_deliveries_record(txn, o->row->number, &o->outcome, &missing) && missing.code != TS_NOT_FOUND) {
        if (err) *err = missing;
        return false;
    }
    return !o->disable || pause_hook(txn, o, err);
}

static ts_delivery_policy policy_of(const ts_service *service)
{
    return (ts_delivery_policy){service->options.webhook_pauses_ms, service->options.webhook_pause_count};
}

static ts_delivery_outcome outcome_of(const ts_delivery_policy *policy, const ts_delivery_row *row,
                                      const ts_post_result *result, ts_delivery_verdict verdict)
{
    unsigned tries = (unsigned)row->attempts + 1;
    ts_delivery_outcome out = {.status = result->status, .error = result->error};
    out.state = verdict == TS_DELIVERY_DONE    ? TS_DELIVERY_DELIVERED
                : verdict == TS_DELIVERY_RETRY ? TS_DELIVERY_WAITING
                                               : TS_DELIVERY_DEAD;
    if (verdict == TS_DELIVERY_RETRY)
        out.retry_at =
            ts_wallclock_ms() + ts_delivery_delay_ms(policy, tries, ts_random_u64(), result->retry_after_s);
    return out;
}

static bool release(ts_txn *txn, void *context, ts_error *err)
{
    const ts_delivery_row *row = context;
    return ts_deliveries_release(txn, row->number, err);
}

static void keep_outcome(ts_service *service, outcome *o)
{
    ts_error err = {0};
    if (!ts_catalog_write(service->catalog, record_outcome, o, &err))
        ts_log_trouble(service->log, TS_LOG_ERROR, "a delivery's outcome could not be kept", &err, NULL);
    if (o->outcome.state == TS_DELIVERY_DEAD)
        ts_log_warn(service->log, "webhook given up", ts_kv_text("delivery", o->row->id),
                    ts_kv_text("event", o->row->event), ts_kv_int("status", o->outcome.status),
                    ts_kv_text("error", o->outcome.error));
}

/* Milliseconds that the receiver took. */
static double deliver(ts_service *service, const ts_delivery_row *row, ts_arena *arena)
{
    ts_error err = {0};
    ts_post_result result = {0};
    ts_delivery_policy policy = policy_of(service);
    bool answered = post(service, row, &result, &err);
    if (!answered && err.code == TS_BUSY) return 0; /* not a try: it is due again when the lease ends */
    if (!answered && !result.error[0]) memcpy(result.error, err.message, sizeof result.error);
    if (!answered &&
        err.code == TS_INTERRUPTED) { /* neither: the server stops, and sends it after the next start */
        (void)ts_catalog_write(service->catalog, release, (void *)(uintptr_t)row, NULL);
        return 0;
    }
    bool refused =
        !answered && (err.code == TS_REFUSED || err.code == TS_USAGE || err.code == TS_UNAUTHORIZED);
    ts_delivery_verdict verdict =
        ts_delivery_judge(&policy, result.status, refused, (unsigned)row->attempts + 1);
    outcome o = {.row = row, .disable = verdict == TS_DELIVERY_DISABLE, .arena = arena};
    o.outcome = outcome_of(&policy, row, &result, verdict);
    keep_outcome(service, &o);
    return result.ms;
}

/* ---- the threads ----------------------------------------------------------------------------------------- */

typedef struct claim {
    int64_t number;
    ts_arena *arena;
    const ts_delivery_row *rows;
    size_t count;
    size_t call; /* its number among the callees */
} claim;

static bool claim_one(ts_txn *txn, void *context, ts_error *err)
{
    claim *c = context;
    return ts_deliveries_claim(txn, c->number, lease_ms, 1, c->arena, &c->rows, &c->count, err);
}

/* Looking needs no write: only what is due is claimed. */
static int64_t find_next(ts_courier *courier, ts_arena *arena)
{
    ts_delivery_avoid avoid;
    int64_t number = 0;
    if (!ts_callees_avoid(courier->callees, arena, &avoid, NULL)) return 0;
    ts_txn *txn = ts_catalog_read_begin(courier->service->catalog, NULL);
    if (!txn || !ts_deliveries_next(txn, &avoid, &number, NULL)) number = 0;
    ts_catalog_read_end(txn);
    return number;
}

/* Without memory to note whom we call, the delivery waits until its lease ends. */
static bool take_next(ts_courier *courier, claim *c)
{
    c->count = 0;
    (void)pthread_mutex_lock(&courier->choosing);
    c->number = find_next(courier, c->arena);
    bool taken = c->number && ts_catalog_write(courier->service->catalog, claim_one, c, NULL) &&
                 c->count > 0 &&
                 ts_callees_begin(courier->callees, c->rows[0].hook, c->rows[0].url, &c->call, NULL);
    (void)pthread_mutex_unlock(&courier->choosing);
    return taken;
}

static void deliver_claimed(ts_courier *courier, const claim *c)
{
    double ms = deliver(courier->service, &c->rows[0], c->arena);
    ts_callees_end(courier->callees, c->call, ms);
}

/* How long to wait when nothing can be taken: until the next one is due, if the bell does not ring before. What has been due
 * for long waits for a busy target, whose outcome is a commit and rings. */
static uint64_t idle_for(ts_service *service)
{
    int64_t now = ts_wallclock_ms(), at = 0;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, NULL);
    bool waits = txn && ts_deliveries_due_after(txn, now - nap_ms, &at, NULL) && at != 0;
    ts_catalog_read_end(txn);
    if (!waits || at - now > idle_ms) return idle_ms;
    return at > now ? (uint64_t)(at - now) : nap_ms;
}

static bool wait_for_bell(ts_courier *courier, uint64_t heard, uint64_t ms)
{
    struct timespec until = ts_moment_in(ms);
    (void)pthread_mutex_lock(&courier->lock);
    if (!courier->stop && courier->rung == heard)
        (void)ts_cond_wait_until(&courier->bell, &courier->lock, &until);
    bool go_on = !courier->stop;
    (void)pthread_mutex_unlock(&courier->lock);
    return go_on;
}

static bool take_up(ts_courier *courier, uint64_t *rung)
{
    (void)pthread_mutex_lock(&courier->lock);
    bool go_on = !courier->stop;
    courier->busy += go_on;
    *rung = courier->rung;
    (void)pthread_mutex_unlock(&courier->lock);
    return go_on;
}

static void put_down(ts_courier *courier)
{
    (void)pthread_mutex_lock(&courier->lock);
    if (--courier->busy == 0) (void)pthread_cond_broadcast(&courier->calm);
    (void)pthread_mutex_unlock(&courier->lock);
}

static void *carry(void *context)
{
    ts_courier *courier = context;
    claim c = {.arena = ts_arena_new(0)};
    uint64_t rung = 0;
    while (c.arena && take_up(courier, &rung)) {
        bool taken = take_next(courier, &c);
        if (taken) deliver_claimed(courier, &c);
        ts_arena_reset(c.arena);
        put_down(courier);
        if (!taken && !wait_for_bell(courier, rung, idle_for(courier->service))) break;
    }
    ts_arena_free(c.arena);
    return NULL;
}

static void on_commit(void *context, int64_t last_seq)
{
    ts_courier *courier = context;
    (void)last_seq;
    (void)pthread_mutex_lock(&courier->lock);
    courier->rung++;
    (void)pthread_cond_signal(&courier->bell);
    (void)pthread_mutex_unlock(&courier->lock);
}

/* ---- life ------------------------------------------------------------------------------------------------ */

static bool recover_change(ts_txn *txn, void *context, ts_error *err)
{
    return ts_deliveries_recover(txn, context, err);
}

/* Only one process sends, so whatever is in hand before it begins is so in no hand at all. */
static bool recover(ts_service *service, ts_error *err)
{
    size_t recovered = 0;
    if (!ts_catalog_write(service->catalog, recover_change, &recovered, err)) return false;
    if (recovered)
        ts_log_warn(service->log, "deliveries left in hand by an earlier process",
                    ts_kv_int("deliveries", (int64_t)recovered));
    return true;
}

ts_courier *ts_courier_open(ts_service *service, ts_error *err)
{
    if (!recover(service, err)) return NULL;
    ts_courier *courier = calloc(1, sizeof *courier);
    if (!courier) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    courier->service = service;
    (void)pthread_mutex_init(&courier->lock, NULL);
    (void)pthread_mutex_init(&courier->choosing, NULL);
    (void)ts_cond_init(&courier->bell);
    (void)ts_cond_init(&courier->calm);
    courier->callees = ts_callees_new(err);
    bool ok = courier->callees && ts_catalog_subscribe(service->catalog, on_commit, courier);
    while (ok && courier->started < threads) {
        ok = pthread_create(&courier->threads[courier->started], NULL, carry, courier) == 0;
        courier->started += ok;
    }
    if (ok) return courier;
    ts_courier_close(courier);
    (void)ts_fail(err, TS_NO_MEMORY, "cannot start threads for webhooks");
    return NULL;
}

void ts_courier_drain(ts_courier *courier, uint32_t deadline_ms)
{
    struct timespec until = ts_moment_in(deadline_ms);
    bool in_time = true;
    (void)pthread_mutex_lock(&courier->lock);
    courier->stop = true;
    (void)pthread_cond_broadcast(&courier->bell);
    while (courier->busy > 0 && in_time) in_time = ts_cond_wait_until(&courier->calm, &courier->lock, &until);
    (void)pthread_mutex_unlock(&courier->lock);
}

void ts_courier_close(ts_courier *courier)
{
    if (!courier) return;
    ts_courier_drain(courier, 0);
    for (size_t i = 0; i < courier->started; i++) (void)pthread_join(courier->threads[i], NULL);
    (void)pthread_cond_destroy(&courier->bell);
    (void)pthread_cond_destroy(&courier->calm);
    (void)pthread_mutex_destroy(&courier->choosing);
    (void)pthread_mutex_destroy(&courier->lock);
    ts_callees_free(courier->callees);
    free(courier);
}

/* ---- a test ---------------------------------------------------------------------------------------------- */

bool ts_service_hook_test(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                          ts_hook_test *out, ts_error *err)
{
    ts_hook hook;
    ts_buf body = {0};
    ts_error trouble = {0};
    ts_post_result result = {0};
    if (!ts_service_hook(service, actor, id, arena, &hook, err)) return false;
    const ts_hook_dialect *dialect = ts_hook_dialect_of(service, hook.dialect);
    json_t *payload = json_pack("{s:s}", "hello", "this is a test");
    bool ok = dialect && payload && dialect->body(service, "ping", payload, &body, err);
    json_decref(payload);
    if (ok) {
        ts_delivery_row row = {.id = ts_new_id(arena),
                               .url = hook.url,
                               .key_id = hook.key_id,
                               .dialect = hook.dialect,
                               .event = "ping",
                               .body = body.data};
        if (!post(service, &row, &result, &trouble) && !result.error[0])
            memcpy(result.error, trouble.message, sizeof result.error);
    }
    ts_buf_free(&body);
    *out = (ts_hook_test){
        .status = result.status, .ms = result.ms, .error = ts_arena_strdup(arena, result.error)};
    return ok;
}
