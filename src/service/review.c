/* service: questions lent to people, their answers written to the ledger once. The rules are review/'s. */
#include "service/review.h"

#include <string.h>

#include "catalog/reviews.h"
#include "review/review.h"
#include "service/core.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"

enum { name_max = 64, pictures_max = 50, said_max = 200, groups_tried = 40 };

static bool check_name(const char *name, const char *what, ts_error *err)
{
    size_t length = name ? strlen(name) : 0;
    return (length > 0 && length <= name_max) ||
           ts_fail(err, TS_USAGE, "%s must have 1 to %d characters", what, name_max);
}

/* Two tabs of one person are two desks. */
static const char *holder_of(const ts_actor *actor, const char *desk, ts_arena *arena)
{
    return ts_arena_printf(arena, "%s/%s", actor->id, desk);
}

/* ---- the next questions -------------------------------------------------------------------------------- */

/* One picture and the keys that its desk gets. */
typedef struct loan {
    int64_t picture;
    const char **keys;
    size_t key_count;
} loan;

typedef struct taking {
    const ts_actor *actor;
    const ts_review_ask *ask;
    const char *holder;
    ts_arena *arena;
    const char *tag; /* of_concept: the one that it came to */
    loan *loans;
    size_t loan_count;
    int64_t until;
} taking;

static ts_open_ask open_ask(const taking *t, const char *key)
{
    return (ts_open_ask){.reviewer = t->actor->id,
                         .key = key,
                         .with_skipped = t->ask->with_skipped,
                         .limit = TS_REVIEW_PICTURES};
}

/* How many of the same concept wait: counted once for each. */
static bool count_waiting(ts_txn *txn, ts_review_candidate *list, size_t at, ts_error *err)
{
    for (size_t i = 0; i < at; i++) {
        if (strcmp(list[i].key, list[at].key) != 0) continue;
        list[at].waiting = list[i].waiting;
        return true;
    }
    return ts_open_count(txn, list[at].key, TS_REVIEW_CROWD, &list[at].waiting, err);
}

/* NULL: err says why. */
static ts_review_candidate *candidates_of(ts_txn *txn, const taking *t, const char *key, size_t *count,
                                          ts_error *err)
{
    const ts_open_tag *open = NULL;
    ts_open_ask ask = open_ask(t, key);
    if (!ts_open_tags(txn, &ask, t->arena, &open, count, err)) return NULL;
    ts_review_candidate *list = TS_NEW_ARRAY(t->arena, *count, ts_review_candidate);
    if (!list) return (void)ts_fail_memory(err), NULL;
    for (size_t i = 0; i < *count; i++) {
        list[i] = (ts_review_candidate){.picture = open[i].picture,
                                        .key = open[i].key,
                                        .confidence = open[i].confidence,
                                        .sensitive = open[i].sensitive,
                                        .phash = open[i].phash,
                                        .has_phash = open[i].has_phash};
        if (!count_waiting(txn, list, i, err)) return NULL;
    }
    return list;
}

static bool lend_tag(ts_txn *txn, const taking *t, loan *to, const char *key, ts_error *err)
{
    to->keys[to->key_count++] = key;
    return ts_lease_take(txn, to->picture, key, t->holder, t->until, err);
}

/* Of a picture: all that is open and nobody has. */
static bool lend_picture(ts_txn *txn, const taking *t, loan *to, ts_error *err)
{
    const ts_open_tag *open = NULL;
    size_t count = 0;
    ts_open_ask ask = open_ask(t, NULL);
    if (!ts_open_tags_of(txn, &ask, to->picture, t->arena, &open, &count, err)) return false;
    to->keys = TS_NEW_ARRAY(t->arena, count, const char *);
    if (!to->keys) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!lend_tag(txn, t, to, open[i].key, err)) return false;
    return true;
}

static bool lend_one(ts_txn *txn, taking *t, const ts_review_candidate *chosen, ts_error *err)
{
    loan *to = &t->loans[t->loan_count++];
    to->picture = chosen->picture;
    if (!t->ask->of_concept) return lend_picture(txn, t, to, err);
    to->keys = TS_NEW_ARRAY(t->arena, 1, const char *);
    return to->keys ? lend_tag(txn, t, to, chosen->key, err) : ts_fail_memory(err);
}

/* Of one key, or of all. */
static bool lend(ts_txn *txn, taking *t, const char *key, ts_error *err)
{
    size_t count = 0, chosen[pictures_max];
    ts_review_candidate *list = candidates_of(txn, t, key, &count, err);
    if (!list) return false;
    size_t n = ts_review_choose(list, count, t->ask->count, chosen);
    for (size_t i = 0; i < n; i++)
        if (!lend_one(txn, t, &list[chosen[i]], err)) return false;
    t->tag = n > 0 ? key : NULL;
    return true;
}

/* Sensitive ones first, then the largest; one whose questions are all with others is passed over. */
static bool lend_any_concept(ts_txn *txn, taking *t, ts_error *err)
{
    const ts_open_group *groups = NULL;
    size_t count = 0;
    if (!ts_open_groups(txn, groups_tried, t->arena, &groups, &count, err)) return false;
    for (int sensitive = 1; sensitive >= 0; sensitive--) {
        for (size_t i = 0; i < count && !t->tag; i++)
            if (groups[i].sensitive == (sensitive == 1) && !lend(txn, t, groups[i].key, err)) return false;
    }
    return true;
}

static bool take(ts_txn *txn, void *context, ts_error *err)
{
    taking *t = context;
    t->until = ts_txn_now(txn) + TS_REVIEW_LEASE_MS;
    if (!ts_lease_sweep(txn, err)) return false;
    if (t->ask->fresh && !ts_lease_end_all(txn, t->holder, err)) return false;
    if (t->ask->of_concept && !t->ask->tag) return lend_any_concept(txn, t, err);
    return lend(txn, t, t->ask->of_concept ? t->ask->tag : NULL, err);
}

/* One that went away since is none of the batch. */
static bool fill_items(ts_txn *txn, const taking *t, ts_review_item *items, size_t *count, ts_error *err)
{
    for (size_t i = 0; i < t->loan_count; i++) {
        ts_error gone = {0};
        ts_review_item *item = &items[*count];
        *item = (ts_review_item){.keys = t->loans[i].keys, .key_count = t->loans[i].key_count};
        if (ts_picture_fill(txn, t->loans[i].picture, false, t->arena, &item->picture, &gone)) {
            (*count)++;
        } else if (gone.code != TS_NOT_FOUND) {
            if (err) *err = gone;
            return false;
        }
    }
    return true;
}

static bool show(ts_service *service, const taking *t, ts_review_batch *out, ts_error *err)
{
    ts_review_item *items = TS_NEW_ARRAY(t->arena, t->loan_count, ts_review_item);
    if (!items) return ts_fail_memory(err);
    *out = (ts_review_batch){.items = items, .tag = t->ask->of_concept ? t->tag : NULL, .until = t->until};
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && fill_items(txn, t, items, &out->count, err);
    ts_catalog_read_end(txn);
    return ok;
}

bool ts_service_review_next(ts_service *service, const ts_actor *actor, const ts_review_ask *ask,
                            ts_arena *arena, ts_review_batch *out, ts_error *err)
{
    taking t = {.actor = actor, .ask = ask, .arena = arena};
    if (!ts_actor_may(actor, TS_SCOPE_REVIEW, err) || !check_name(ask->desk, "desk", err)) return false;
    if (ask->count == 0 || ask->count > pictures_max)
        return ts_fail(err, TS_USAGE, "1 to %d pictures at once", pictures_max);
    t.holder = holder_of(actor, ask->desk, arena);
    t.loans = TS_NEW_ARRAY(arena, ask->count, loan);
    if (!t.holder || !t.loans) return ts_fail_memory(err);
    return ts_catalog_write(service->catalog, take, &t, err) && show(service, &t, out, err);
}

/* ---- answers ---------------------------------------------------------------------------------------------- */

typedef struct hearing {
    ts_service *service;
    const ts_actor *actor;
    ts_author author;
    const char *holder, *request, *batch;
    ts_review_said *said;
    size_t count;
    ts_arena *arena;
    bool repeated;
} hearing;

static bool is_word(const char *key)
{
    return strncmp(key, "word/", strlen("word/")) == 0;
}

static bool write_verdict(const hearing *h, ts_txn *txn, int64_t picture, const char *key, const char *label,
                          bool yes, ts_error *err)
{
    ts_tag_diff diff;
    ts_picture_full now;
    ts_tag_edit edit = {.action = yes ? TS_LEDGER_ACCEPT : TS_LEDGER_REJECT,
                        .tag = {.concept = is_word(key) ? NULL : key,
                                .label = label,
                                .folded = is_word(key) ? key + strlen("word/") : NULL}};
    return ts_tags_edit(txn, picture, &edit, 1, &h->author, h->batch, h->arena, &diff, err) &&
           ts_picture_fill(txn, picture, false, h->arena, &now, err) &&
           ts_picture_tell(h->service, txn, "picture.updated", &now, NULL, err);
}

static bool hear_of_picture(const hearing *h, ts_txn *txn, int64_t picture, ts_review_said *said,
                            ts_review_answer answer, ts_error *err)
{
    ts_open_standing standing;
    if (!ts_open_look(txn, picture, said->tag, h->arena, &standing, err)) return false;
    ts_review_outcome outcome = ts_review_outcome_of(standing.open, standing.there);
    bool verdict = answer == TS_REVIEW_YES || answer == TS_REVIEW_NO;
    bool counts = verdict && outcome == TS_REVIEW_COUNTED;
    said->outcome = ts_review_outcome_name(outcome);
    ts_review_line line = {.reviewer = h->actor->id,
                           .request = h->request,
                           .picture = picture,
                           .key = said->tag,
                           .answer = (int)answer,
                           .outcome = (int)outcome,
                           .batch = counts ? h->batch : "",
                           .until = ts_review_put_off(answer, ts_txn_now(txn))};
    return (!counts ||
            write_verdict(h, txn, picture, said->tag, standing.label, answer == TS_REVIEW_YES, err)) &&
           ts_review_line_add(txn, &line, err) && ts_lease_end(txn, picture, said->tag, h->holder, err);
}

static bool find_picture(const hearing *h, ts_txn *txn, const ts_review_said *said, int64_t *number,
                         ts_error *err)
{
    ts_picture_row row;
    ts_error trouble = {0};
    *number = 0;
    if (ts_picture_find(txn, said->picture, true, h->arena, &row, &trouble)) {
        *number = row.number;
        return true;
    }
    if (trouble.code == TS_NOT_FOUND) return true;
    if (err) *err = trouble;
    return false;
}

static bool hear_one(const hearing *h, ts_txn *txn, ts_review_said *said, ts_error *err)
{
    int64_t picture;
    ts_review_answer answer = TS_REVIEW_SKIP;
    said->outcome = ts_review_outcome_name(TS_REVIEW_GONE);
    (void)ts_review_answer_of(said->answer, &answer);
    if (!find_picture(h, txn, said, &picture, err)) return false;
    return picture == 0 || hear_of_picture(h, txn, picture, said, answer, err);
}

/* What was answered the first time. */
static bool recall_one(const hearing *h, ts_txn *txn, const ts_review_line *lines, size_t count,
                       ts_review_said *said, ts_error *err)
{
    int64_t picture;
    said->outcome = ts_review_outcome_name(TS_REVIEW_GONE);
    if (!find_picture(h, txn, said, &picture, err)) return false;
    for (size_t i = 0; i < count; i++)
        if (lines[i].picture == picture && strcmp(lines[i].key, said->tag) == 0)
            said->outcome = ts_review_outcome_name((ts_review_outcome)lines[i].outcome);
    return true;
}

static bool hear(ts_txn *txn, void *context, ts_error *err)
{
    hearing *h = context;
    const ts_review_line *lines = NULL;
    size_t count = 0;
    if (!ts_review_lines_of(txn, h->actor->id, h->request, h->arena, &lines, &count, err)) return false;
    h->repeated = count > 0;
    for (size_t i = 0; i < h->count; i++) {
        bool ok = h->repeated ? recall_one(h, txn, lines, count, &h->said[i], err)
                              : hear_one(h, txn, &h->said[i], err);
        if (!ok) return false;
    }
    return true;
}

static bool check_said(const ts_review_said *said, size_t count, ts_error *err)
{
    ts_review_answer answer;
    if (count == 0 || count > said_max) return ts_fail(err, TS_USAGE, "1 to %d answers at once", said_max);
    for (size_t i = 0; i < count; i++) {
        if (!said[i].picture || !said[i].tag || !said[i].tag[0])
            return ts_fail(err, TS_USAGE, "answers[%zu] names no picture and tag", i);
        if (!ts_review_answer_of(said[i].answer, &answer))
            return ts_fail(err, TS_USAGE, "answers[%zu]: an answer is yes, no, unsure or skip", i);
        for (size_t j = 0; j < i; j++)
            if (strcmp(said[i].picture, said[j].picture) == 0 && strcmp(said[i].tag, said[j].tag) == 0)
                return ts_fail(err, TS_USAGE, "answers[%zu] answers what answers[%zu] did", i, j);
    }
    return true;
}

bool ts_service_review_answer(ts_service *service, const ts_actor *actor, const char *desk,
                              const char *request, ts_review_said *said, size_t count, ts_arena *arena,
                              bool *repeated, ts_error *err)
{
    hearing h = {.service = service,
                 .actor = actor,
                 .author = ts_author_of(actor),
                 .request = request,
                 .said = said,
                 .count = count,
                 .arena = arena};
    if (!ts_actor_may(actor, TS_SCOPE_REVIEW, err) || !check_name(desk, "desk", err) ||
        !check_name(request, "id", err) || !check_said(said, count, err))
        return false;
    h.holder = holder_of(actor, desk, arena);
    h.batch = ts_new_id(arena);
    if (!h.holder || !h.batch) return ts_fail_memory(err);
    bool ok = ts_catalog_write(service->catalog, hear, &h, err);
    *repeated = h.repeated;
    return ok;
}

/* ---- taken back ------------------------------------------------------------------------------------------ */

typedef struct taking_back {
    ts_service *service;
    const ts_actor *actor;
    ts_author author;
    const char *holder, *request;
    ts_arena *arena;
    ts_review_undone *out;
} taking_back;

static bool tell_again(void *context, ts_txn *txn, int64_t picture, ts_error *err)
{
    const taking_back *b = context;
    ts_picture_full now;
    return ts_picture_fill(txn, picture, false, b->arena, &now, err) &&
           ts_picture_tell(b->service, txn, "picture.updated", &now, NULL, err);
}

static bool undo_batch(taking_back *b, ts_txn *txn, const char *batch, ts_error *err)
{
    ts_tag_undone undone = {0};
    ts_tag_undo undo = {.batch = batch,
                        .author = &b->author,
                        .new_batch = ts_arena_printf(b->arena, "undo-%s", batch),
                        .touched = tell_again,
                        .context = b};
    if (!undo.new_batch) return ts_fail_memory(err);
    bool ok = ts_tags_undo(txn, &undo, &undone, err);
    b->out->undone += undone.undone;
    b->out->skipped += undone.skipped;
    return ok;
}

/* Its questions come back to the desk that asks for it, unless somebody else has them by now. */
static bool lend_again(const taking_back *b, ts_txn *txn, const ts_review_line *line, ts_error *err)
{
    const ts_open_tag *open = NULL;
    size_t count = 0;
    ts_open_ask ask = {.reviewer = b->actor->id};
    if (!ts_open_tags_of(txn, &ask, line->picture, b->arena, &open, &count, err)) return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(open[i].key, line->key) == 0)
            return ts_lease_take(txn, line->picture, line->key, b->holder,
                                 ts_txn_now(txn) + TS_REVIEW_LEASE_MS, err);
    return true;
}

static bool take_back(ts_txn *txn, void *context, ts_error *err)
{
    taking_back *b = context;
    const ts_review_line *lines = NULL;
    size_t count = 0;
    const char *batch = NULL;
    if (!ts_review_lines_of(txn, b->actor->id, b->request, b->arena, &lines, &count, err)) return false;
    if (count == 0) return ts_fail(err, TS_NOT_FOUND, "you sent no answers under the id \"%s\"", b->request);
    if (lines[0].undone) return true;
    for (size_t i = 0; i < count; i++)
        if (lines[i].batch[0]) batch = lines[i].batch;
    if (batch && !undo_batch(b, txn, batch, err)) return false;
    if (!ts_review_lines_undo(txn, b->actor->id, b->request, err)) return false;
    for (size_t i = 0; i < count; i++)
        if (!lend_again(b, txn, &lines[i], err)) return false;
    return true;
}

bool ts_service_review_undo(ts_service *service, const ts_actor *actor, const char *desk, const char *request,
                            ts_review_undone *out, ts_error *err)
{
    taking_back b = {
        .service = service, .actor = actor, .author = ts_author_of(actor), .request = request, .out = out};
    *out = (ts_review_undone){0};
    if (!ts_actor_may(actor, TS_SCOPE_REVIEW, err) || !check_name(desk, "desk", err) ||
        !check_name(request, "id", err))
        return false;
    b.arena = ts_arena_new(0);
    bool ok = b.arena || ts_fail_memory(err);
    b.holder = ok ? holder_of(actor, desk, b.arena) : NULL;
    ok = ok && (b.holder || ts_fail_memory(err)) && ts_catalog_write(service->catalog, take_back, &b, err);
    ts_arena_free(b.arena);
    return ok;
}

/* ---- given back ------------------------------------------------------------------------------------------ */

static bool give_back(ts_txn *txn, void *context, ts_error *err)
{
    return ts_lease_end_all(txn, context, err);
}

bool ts_service_review_release(ts_service *service, const ts_actor *actor, const char *desk, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_REVIEW, err) || !check_name(desk, "desk", err)) return false;
    ts_arena *arena = ts_arena_new(0);
    const char *holder = arena ? holder_of(actor, desk, arena) : NULL;
    bool ok = holder ? ts_catalog_write(service->catalog, give_back, (void *)(uintptr_t)holder, err)
                     : ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}

/* ---- how much there is ------------------------------------------------------------------------------------ */

static bool copy_groups(const ts_open_group *found, size_t count, ts_arena *arena,
                        const ts_review_group **groups, ts_error *err)
{
    ts_review_group *list = TS_NEW_ARRAY(arena, count, ts_review_group);
    if (!list) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        list[i] = (ts_review_group){.key = found[i].key,
                                    .label = found[i].label,
                                    .facet = found[i].facet,
                                    .waiting = found[i].waiting,
                                    .sensitive = found[i].sensitive};
    *groups = list;
    return true;
}

bool ts_service_review_groups(ts_service *service, const ts_actor *actor, unsigned limit, ts_arena *arena,
                              const ts_review_group **groups, size_t *count, ts_error *err)
{
    const ts_open_group *found = NULL;
    if (!ts_actor_may(actor, TS_SCOPE_REVIEW, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_open_groups(txn, limit, arena, &found, count, err);
    ts_catalog_read_end(txn);
    return ok && copy_groups(found, *count, arena, groups, err);
}

bool ts_service_review_progress(ts_service *service, const ts_actor *actor, int64_t since_ms,
                                ts_review_progress *out, ts_error *err)
{
    ts_review_figures figures;
    if (!ts_actor_may(actor, TS_SCOPE_REVIEW, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_review_count(txn, actor->id, since_ms, &figures, err);
    ts_catalog_read_end(txn);
    if (ok)
        *out = (ts_review_progress){
            .open = figures.open, .done = figures.done, .mine = figures.mine, .skipped = figures.skipped};
    return ok;
}
