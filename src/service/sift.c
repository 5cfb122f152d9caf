/* service: pictures sifted: the index narrows, each picture that is left is looked at. Knows no dialect. */
#include "service/sift.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "service/named.h"
#include "service/picture_read.h"
#include "service/sift_order.h"

enum { batch_rows = 256, batch_span = 2048, index_wait_ms = 2000 };
enum { NEEDS_TAGS = 1, NEEDS_NAME = 2 };

/* Where a sifting stands. */
typedef struct sifting {
    ts_service *service;
    const ts_sift_ask *ask;
    bool ordered;            /* all are looked at and then put in order; else the first of them will do */
    const uint32_t *numbers; /* what the index left, ascending; NULL: all there are */
    size_t left;             /* of them, not looked at yet */
    size_t number_count;
    int64_t after; /* the last number looked at */
    size_t wanted; /* without order: so many are enough */
    bool done;
    unsigned needs;      /* NEEDS_*: what conditions and values look at beside the row */
    ts_sift_order order; /* what fits */
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

static bool narrow(const ts_sift *sift, ts_buf *out);

static bool narrow_list(const ts_sift *child, bool all, const char *joint, ts_buf *out)
{
    size_t start = out->length, narrowed = 0, count = 0;
    (void)ts_buf_putc(out, '(');
    for (; child; child = child->next, count++) {
        size_t before = out->length;
        if (narrowed) (void)ts_buf_puts(out, joint);
        if (narrow(child, out)) narrowed++;
        else if (out->data) out->data[out->length = before] = '\0';
    }
    bool good = narrowed > 0 && (!all || narrowed == count);
    if (good) (void)ts_buf_putc(out, ')');
    else if (out->data) out->data[out->length = start] = '\0';
    return good;
}

/* Appends a query that finds at least what fits. False: nothing shorter than everything. The index finds a tag by all its
 * names and those of narrower ones, which is more than its label. */
static bool narrow(const ts_sift *sift, ts_buf *out)
{
    if (sift->kind == TS_SIFT_AND) return narrow_list(sift->child, false, " ", out);
    if (sift->kind == TS_SIFT_OR) return narrow_list(sift->child, true, " OR ", out);
    if (sift->kind != TS_SIFT_EQUAL || sift->fact != TS_FACT_TAG || sift->fallback) return false;
    if (!sift->text[0] || strpbrk(sift->text, "\"\\*\n")) return false;
    return ts_buf_printf(out, "tag:\"%s\"", sift->text);
}

/* An index that is behind, or does not know the words, leaves all to be looked at. */
static void ask_index(sifting *s)
{
    ts_buf query = {0};
    ts_service *service = s->service;
    if (s->ask->root && narrow(s->ask->root, &query) && !query.failed &&
        ts_feed_wait(service->feed, ts_catalog_last_seq(service->catalog), index_wait_ms)) {
        ts_find find = {.query = query.data, .with_held = s->ask->with_held, .min_score = 0};
        if (!ts_index_select(service->index, &find, s->arena, &s->numbers, &s->number_count, NULL))
            s->numbers = NULL;
        else if (!s->numbers) s->done = true;
    }
    s->left = s->number_count;
    ts_buf_free(&query);
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
    if (!s->ask->root || ts_sift_fits(s->ask->root, &picture))
        ok = ts_sift_order_add(&s->order, &picture) || ts_fail_memory(s->err);
    json_decref(kept);
    if (!s->ordered && s->order.count >= s->wanted) s->done = true;
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

/* The next number that the index left, in the direction asked for. */
static bool next_number(sifting *s, int64_t *number)
{
    while (s->left > 0) {
        size_t at = s->ask->oldest_first ? s->number_count - s->left : s->left - 1;
        s->left--;
        *number = s->numbers[at];
        bool passed = s->after && (s->ask->oldest_first ? *number <= s->after : *number >= s->after);
        if (!passed) return true;
    }
    return false;
}

static bool read_numbers(sifting *s, ts_txn *txn, ts_arena *scratch, const ts_picture_row **rows,
                         size_t *count)
{
    int64_t number, first = 0;
    ts_picture_row *out = TS_NEW_ARRAY(scratch, batch_rows, ts_picture_row);
    *count = 0;
    if (!out) return ts_fail_memory(s->err);
    while (*count < batch_rows && next_number(s, &number)) {
        ts_error gone = {0};
        if (!first) first = number;
        if (llabs(number - first) > batch_span) {
            s->left++; /* the next batch begins with it */
            break;
        }
        bool there = ts_pictures_get(txn, number, scratch, &out[*count], &gone);
        if (!there && gone.code != TS_NOT_FOUND) return ts_fail(s->err, gone.code, "%s", gone.message);
        *count += there && !out[*count].gone && (s->ask->with_held || out[*count].visibility == TS_VISIBLE);
    }
    s->done = s->left == 0;
    *rows = out;
    return true;
}

static bool read_rows(sifting *s, ts_txn *txn, ts_arena *scratch, const ts_picture_row **rows, size_t *count)
{
    ts_picture_filter filter = {.state = -1, .visibility = s->ask->with_held ? -1 : TS_VISIBLE};
    if (!ts_pictures_list(txn, &filter, s->after, !s->ask->oldest_first, batch_rows, scratch, rows, count,
                          s->err))
        return false;
    s->done = *count < batch_rows;
    if (*count) s->after = (*rows)[*count - 1].number;
    return true;
}

/* Each batch in a snapshot of its own, which must be short. */
static bool look_at_batch(sifting *s, ts_arena *scratch)
{
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = ts_catalog_read_begin(s->service->catalog, s->err);
    bool ok = txn && (s->numbers ? read_numbers(s, txn, scratch, &rows, &count)
                                 : read_rows(s, txn, scratch, &rows, &count));
    batch_tags tags = {0};
    ok = ok && read_tags(s, txn, rows, count, scratch, &tags);
    for (size_t i = 0; ok && rows && i < count; i++) {
        ok = look_at(s, txn, &rows[i], &tags, scratch);
        if (!s->ordered && s->order.count >= s->wanted) break;
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

/* ---- the page ------------------------------------------------------------------------------------ */

static bool fill_page(const sifting *s, size_t from, size_t limit, ts_sift_answer *out)
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
    if (s->ordered && !ts_sift_order_sort(&s->order, s->ask->cursor, &from, s->err)) return false;
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
    s.ordered = ask->key_count || ask->count_count || ask->with_total;
    s.needs = needs_of(ask);
    *out = (ts_sift_answer){0};
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    if (ask->with_held && !ts_actor_may(actor, TS_SCOPE_REVIEW, err)) return false;
    if (!s.ordered && !ts_cursor_parse(ask->cursor, &s.after, err)) return false;
    ask_index(&s);
    bool ok =
        ts_sift_order_start(&s.order, ask, s.ordered, err) && look_at_all(&s) && cut_page(&s, limit, out);
    out->total = s.order.count;
    ok = ok && ts_sift_order_values(&s.order, arena, out, err);
    ts_sift_order_end(&s.order);
    return ok;
}
