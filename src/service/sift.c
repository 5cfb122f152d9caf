/* service: pictures sifted: indexes narrow, each picture that is left is looked at. Knows no dialect. */
#include "service/sift.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/numbers.h"
#include "service/core.h"
#include "service/named.h"
#include "service/picture_read.h"
#include "service/sift_narrow.h"
#include "service/sift_order.h"

enum { batch_rows = 256, batch_span = 2048, index_wait_ms = 2000 };
enum { NEEDS_TAGS = 1, NEEDS_NAME = 2 };

/* Where a sifting stands. */
typedef struct sifting {
    ts_service *service;
    const ts_sift_ask *ask;
    bool ordered; /* all that fit are put in order; else they come by their numbers */
    ts_narrowed narrowed;
    int64_t after; /* without order: the last number of the page before */
    int64_t at;    /* the last number looked at */
    size_t wanted; /* without order: so many are enough */
    bool done;
    unsigned needs;      /* NEEDS_*: what conditions and values look at beside the row */
    ts_sift_order order; /* what fits */
    uint64_t total, looked_at;
    ts_arena *arena;
    ts_error *err;
} sifting;

/* ---- what is needed ------------------------------------------------------------------------------ */

static unsigned needs_of_fact(ts_fact fact)
{
    switch (fact) {
    case TS_FACT_TAG:
    case TS_FACT_TAG_COUNT:
        return NEEDS_TAGS;
    case TS_FACT_NAME:
    case TS_FACT_FOLDER:
    case TS_FACT_BASE:
        return NEEDS_NAME;
    case TS_FACT_ANY:
        return NEEDS_TAGS | NEEDS_NAME;
    default:
        return 0;
    }
}

static unsigned needs_of_tree(const ts_sift *sift)
{
    bool inner = sift->kind <= TS_SIFT_NOT;
    unsigned needs = inner ? 0 : needs_of_fact(sift->fact);
    for (const ts_sift *child = inner ? sift->child : NULL; child; child = child->next)
        needs |= needs_of_tree(child);
    return needs;
}

static unsigned needs_of(const ts_sift_ask *ask)
{
    unsigned needs = ask->root ? needs_of_tree(ask->root) : 0;
    for (size_t i = 0; i < ask->key_count; i++) needs |= needs_of_fact(ask->keys[i].fact);
    for (size_t i = 0; i < ask->count_count; i++) needs |= needs_of_fact(ask->counts[i].fact);
    return needs;
}

/* ---- narrowing ----------------------------------------------------------------------------------- */

static bool is_by_creation(const ts_sift_ask *ask)
{
    return ask->key_count == 1 && ask->keys[0].fact == TS_FACT_CREATED && ask->count_count == 0;
}

/* Are the numbers of what fits all that is needed? */
static bool knows_all(const sifting *s)
{
    return s->narrowed.exact && (!s->ordered || is_by_creation(s->ask));
}

/* An index that is behind is not asked. */
static bool narrow(sifting *s, ts_txn *txn, bool with_index)
{
    ts_narrowed *all = &s->narrowed;
    if (!ts_sift_narrow(s->service, txn, s->ask, with_index, all, s->err)) return false;
    bool spells = knows_all(s) && (s->ask->with_total || s->ordered);
    if (spells && !ts_narrowed_spell_out(txn, all, s->err)) return false;
    if (all->every) return true;
    if (!ts_narrowed_drop_apart(txn, s->ask->with_held, all, s->err)) return false;
    if (knows_all(s)) s->total = ts_number_set_size(&all->numbers);
    return true;
}

static bool narrow_all(sifting *s)
{
    ts_service *service = s->service;
    bool asks = s->ask->root && ts_sift_asks_index(s->ask->root);
    bool there = asks && ts_feed_wait(service->feed, ts_catalog_last_seq(service->catalog), index_wait_ms);
    ts_txn *txn = ts_catalog_read_begin(service->catalog, s->err);
    bool ok = txn && narrow(s, txn, there);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- what is known to fit -------------------------------------------------------------------------- */

static bool is_full(const sifting *s)
{
    return s->order.count >= s->wanted;
}

static bool take_numbers(sifting *s)
{
    int64_t number = s->after;
    while (!is_full(s) &&
           (number = ts_number_set_next(&s->narrowed.numbers, number, s->ask->oldest_first)) != 0)
        if (!ts_sift_order_put(&s->order, number, NULL)) return ts_fail_memory(s->err);
    return true;
}

static bool take_made(void *context, int64_t number, int64_t at)
{
    sifting *s = context;
    double value = (double)at;
    if (ts_number_set_has(&s->narrowed.numbers, number) && !ts_sift_order_put(&s->order, number, &value))
        return ts_fail_memory(s->err);
    return !is_full(s);
}

static bool take_by_creation(sifting *s)
{
    double value = 0;
    bool down = s->ask->keys[0].down;
    int64_t at = down ? INT64_MAX : INT64_MIN, number = at;
    ts_error wrong = {0};
    if (ts_sift_order_after(&s->order, s->ask->cursor, &value, &number, &wrong)) at = (int64_t)value;
    else if (wrong.code != TS_OK) return *s->err = wrong, false;
    ts_txn *txn = ts_catalog_read_begin(s->service->catalog, s->err);
    bool ok = txn && ts_numbers_by_created(txn, at, number, down, take_made, s, s->err) &&
              !ts_arena_failed(s->order.arena);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- looking ------------------------------------------------------------------------------------- */

/* The tags of a batch, picture by picture, and which of them comes next. */
typedef struct batch_tags {
    const ts_tag_row *rows;
    size_t count;
} batch_tags;

/* Those of one picture: whatever the direction, rows are by picture. */
static void set_tags(const batch_tags *tags, int64_t number, ts_sifted *out)
{
    size_t low = 0, high = tags->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tags->rows[middle].picture < number) low = middle + 1;
        else high = middle;
    }
    out->tags = tags->rows + low;
    while (low + out->tag_count < tags->count && tags->rows[low + out->tag_count].picture == number)
        out->tag_count++;
}

static bool passed(const sifting *s, int64_t number)
{
    return s->after && (s->ask->oldest_first ? number <= s->after : number >= s->after);
}

/* For a total all count, and only those of the page are kept. */
static bool take(sifting *s, const ts_sifted *picture)
{
    s->total++;
    bool kept = s->ordered || (!is_full(s) && !passed(s, picture->row->number));
    return !kept || ts_sift_order_add(&s->order, picture);
}

static bool look_at(sifting *s, ts_txn *txn, const ts_picture_row *row, const batch_tags *tags,
                    ts_arena *scratch)
{
    bool ok = true;
    json_t *kept = NULL;
    ts_sifted picture = {.row = row,
                         .name = row->id,
                         .lazy = &kept,
                         .vocab = s->service->vocab,
                         .space = s->ask->space,
                         .machine_member = s->ask->machine_member};
    if (s->needs & NEEDS_TAGS) set_tags(tags, row->number, &picture);
    if ((s->needs & NEEDS_NAME) && !ts_named_of(txn, s->ask->space, row, scratch, &picture.name, s->err))
        return false;
    if (s->narrowed.exact || !s->ask->root || ts_sift_fits(s->ask->root, &picture))
        ok = take(s, &picture) || ts_fail_memory(s->err);
    json_decref(kept);
    s->looked_at++;
    s->done = s->done || (!s->ordered && !s->ask->with_total && is_full(s));
    return ok;
}

/* All between the first and the last: a batch lies close together (batch_span). */
static bool read_tags(const sifting *s, ts_txn *txn, const ts_picture_row *rows, size_t count,
                      ts_arena *scratch, batch_tags *out)
{
    int64_t first = INT64_MAX, last = 0;
    *out = (batch_tags){0};
    if (!rows || !(s->needs & NEEDS_TAGS)) return true;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].number < first) first = rows[i].number;
        if (rows[i].number > last) last = rows[i].number;
    }
    return count == 0 || ts_tags_between(txn, first, last, scratch, &out->rows, &out->count, s->err);
}

/* Close together (batch_span), and no more than may be wanted. */
static bool read_numbers(sifting *s, ts_txn *txn, ts_arena *scratch, const ts_picture_row **rows,
                         size_t *count)
{
    int64_t number, first = 0;
    ts_picture_row *out = TS_NEW_ARRAY(scratch, batch_rows, ts_picture_row);
    *count = 0;
    if (!out) return ts_fail_memory(s->err);
    while (*count < batch_rows) {
        ts_error gone = {0};
        number = ts_number_set_next(&s->narrowed.numbers, s->at, s->ask->oldest_first);
        if (number == 0) s->done = true;
        if (number == 0 || (first && llabs(number - first) > batch_span)) break;
        if (!first) first = number;
        s->at = number;
        bool there = ts_pictures_get(txn, number, scratch, &out[*count], &gone);
        if (!there && gone.code != TS_NOT_FOUND) return ts_fail(s->err, gone.code, "%s", gone.message);
        *count += there && !out[*count].gone && (s->ask->with_held || out[*count].visibility == TS_VISIBLE);
    }
    *rows = out;
    return true;
}

/* Of all there are. Where nothing is asked of them a page needs no more than it shows. */
static bool read_rows(sifting *s, ts_txn *txn, ts_arena *scratch, const ts_picture_row **rows, size_t *count)
{
    ts_picture_filter filter = {.state = -1, .visibility = s->ask->with_held ? -1 : TS_VISIBLE};
    size_t most = !s->ordered && s->narrowed.exact && s->wanted < batch_rows ? s->wanted : batch_rows;
    if (!ts_pictures_list(txn, &filter, s->at, !s->ask->oldest_first, most, scratch, rows, count, s->err))
        return false;
    s->done = *count < most;
    if (*count) s->at = (*rows)[*count - 1].number;
    return true;
}

/* Each batch in a snapshot of its own, which must be short. */
static bool look_at_batch(sifting *s, ts_arena *scratch)
{
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = ts_catalog_read_begin(s->service->catalog, s->err);
    bool ok = txn && (s->narrowed.every ? read_rows(s, txn, scratch, &rows, &count)
                                        : read_numbers(s, txn, scratch, &rows, &count));
    batch_tags tags = {0};
    ok = ok && read_tags(s, txn, rows, count, scratch, &tags);
    for (size_t i = 0; ok && rows && i < count; i++) {
        ok = look_at(s, txn, &rows[i], &tags, scratch);
        if (!s->ordered && !s->ask->with_total && is_full(s)) break;
    }
    ts_catalog_read_end(txn);
    return ok;
}

static bool look_at_all(sifting *s)
{
    ts_arena *scratch = ts_arena_new(0);
    bool ok = scratch || ts_fail_memory(s->err);
    while (ok && !s->done) {
        ts_arena_reset(scratch);
        ok = look_at_batch(s, scratch);
    }
    ts_arena_free(scratch);
    return ok;
}

static bool gather(sifting *s)
{
    if (knows_all(s) && !s->narrowed.every) return s->ordered ? take_by_creation(s) : take_numbers(s);
    if (!s->ask->with_total) s->at = s->after;
    return look_at_all(s);
}

/* ---- the page ------------------------------------------------------------------------------------ */

static bool fill_page(sifting *s, size_t from, size_t limit, ts_sift_answer *out)
{
    ts_sift_row *rows = TS_NEW_ARRAY(s->arena, limit, ts_sift_row);
    ts_txn *txn = rows ? ts_catalog_read_begin(s->service->catalog, s->err) : NULL;
    bool ok = txn || (!rows && ts_fail_memory(s->err));
    out->rows = rows;
    for (size_t i = from; ok && i < s->order.count && i < from + limit; i++) {
        ts_error gone = {0};
        ts_sift_row *row = &rows[out->count];
        if (ts_picture_fill(txn, s->order.items[i].number, false, s->arena, &row->picture, &gone)) {
            ok = ts_named_of(txn, s->ask->space, &row->picture.row, s->arena, &row->name, s->err);
            out->count++;
            s->looked_at++;
        } else if (gone.code != TS_NOT_FOUND) {
            ok = ts_fail(s->err, gone.code, "%s", gone.message);
        }
    }
    ts_catalog_read_end(txn);
    return ok;
}

static bool cut_page(sifting *s, size_t limit, ts_sift_answer *out)
{
    size_t from = 0;
    bool sorts = s->ordered && !(knows_all(s) && !s->narrowed.every);
    if (sorts && !ts_sift_order_sort(&s->order, s->ask->cursor, &from, s->err)) return false;
    if (!fill_page(s, from, limit, out)) return false;
    if (s->order.count <= from + limit) return true;
    const ts_sift_item *last = &s->order.items[from + limit - 1];
    out->next =
        s->ordered ? ts_sift_order_cursor(&s->order, last, s->arena) : ts_cursor_of(last->number, s->arena);
    return out->next || ts_fail_memory(s->err);
}

bool ts_service_sift(ts_service *service, const ts_actor *actor, const ts_sift_ask *ask, ts_arena *arena,
                     ts_sift_answer *out, ts_error *err)
{
    size_t limit = ask->limit == 0 ? 50 : ask->limit > TS_SIFT_LIMIT_MAX ? TS_SIFT_LIMIT_MAX : ask->limit;
    sifting s = {.service = service, .ask = ask, .arena = arena, .err = err, .wanted = limit + 1};
    s.ordered = ask->key_count || ask->count_count;
    s.needs = needs_of(ask);
    *out = (ts_sift_answer){0};
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    if (ask->with_held && !ts_actor_may(actor, TS_SCOPE_REVIEW, err)) return false;
    if (!s.ordered && !ts_cursor_parse(ask->cursor, &s.after, err)) return false;
    bool ok = narrow_all(&s) && ts_sift_order_start(&s.order, ask, s.ordered, err) && gather(&s) &&
              cut_page(&s, limit, out);
    out->total = s.total;
    out->looked_at = s.looked_at;
    ok = ok && ts_sift_order_values(&s.order, arena, out, err);
    ts_sift_order_end(&s.order);
    ts_narrowed_free(&s.narrowed);
    return ok;
}
