/* service: conditions of a sifting answered by indexes: names, times and what dialects keep by the catalogue's, tags and
 * measures by the search index. Each condition becomes the numbers of the pictures that may fulfil it; these are joined as
 * the conditions are. Knows no dialect. */
#include "service/sift_narrow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "catalog/numbers.h"
#include "service/core.h"

typedef struct narrowing {
    const ts_service *service;
    ts_txn *txn;
    const ts_sift_ask *ask;
    bool with_index;
    int64_t end; /* above all numbers */
    ts_error *err;
} narrowing;

/* One condition while its index is read. */
typedef struct leaf {
    const ts_sift *sift;
    ts_narrowed *out;
    ts_number_set others; /* of tags: what machines say */
} leaf;

static bool narrow(const narrowing *n, const ts_sift *sift, ts_narrowed *out);

void ts_narrowed_free(ts_narrowed *narrowed)
{
    ts_number_set_free(&narrowed->numbers);
}

static bool make_set(const narrowing *n, ts_number_set *set)
{
    return ts_number_set_make(set, n->end) || ts_fail_memory(n->err);
}

static bool start(const narrowing *n, bool exact, ts_narrowed *out)
{
    *out = (ts_narrowed){.exact = exact};
    return make_set(n, &out->numbers);
}

static bool anything(ts_narrowed *out)
{
    *out = (ts_narrowed){.every = true};
    return true;
}

static bool add_number(void *context, int64_t number, const char *text)
{
    (void)text;
    ts_number_set_add(context, number);
    return true;
}

static bool remove_number(void *context, int64_t number, const char *text)
{
    (void)text;
    ts_number_set_remove(context, number);
    return true;
}

/* ---- what texts begin with ------------------------------------------------------------------------ */

typedef struct beginning {
    char text[TS_NUMBERS_TEXT_MAX];
} beginning;

/* "" where nothing is known of how it begins. Cut where it may be cut: more begins so. */
static const char *beginning_of(const ts_sift *sift, beginning *out)
{
    bool known = sift->kind == TS_SIFT_EQUAL || sift->kind == TS_SIFT_BEGINS || sift->kind == TS_SIFT_PATTERN;
    size_t length = !known || !sift->text           ? 0
                    : sift->kind == TS_SIFT_PATTERN ? strcspn(sift->text, "*")
                                                    : strlen(sift->text);
    if (length >= sizeof out->text / 4) length = sizeof out->text / 4;
    memcpy(out->text, known && sift->text ? sift->text : "", length);
    out->text[length] = '\0';
    return out->text;
}

/* ---- names ---------------------------------------------------------------------------------------- */

static bool add_named(void *context, int64_t number, const char *text)
{
    leaf *l = context;
    ts_picture_row none = {.id = ""};
    ts_sifted picture = {.row = &none, .name = text};
    if (text && ts_sift_fits(l->sift, &picture)) ts_number_set_add(&l->out->numbers, number);
    return true;
}

static bool narrow_name(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    beginning begins;
    leaf l = {.sift = sift, .out = out};
    const char *prefix = sift->fact == TS_FACT_BASE ? "" : beginning_of(sift, &begins);
    return start(n, true, out) && ts_numbers_named(n->txn, n->ask->space, prefix, add_named, &l, n->err);
}

static bool narrow_id(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    bool ok = true;
    ts_error none = {0};
    ts_picture_row row;
    if (sift->kind != TS_SIFT_EQUAL) return anything(out);
    ts_arena *arena = ts_arena_new(0);
    ok = (arena || ts_fail_memory(n->err)) && start(n, true, out);
    if (ok && ts_pictures_find(n->txn, sift->text, arena, &row, &none))
        ts_number_set_add(&out->numbers, row.number);
    ts_arena_free(arena);
    return ok;
}

/* ---- what dialects keep --------------------------------------------------------------------------- */

/* A text that was too long to be known wholly may fit or not. */
static bool add_kept(void *context, int64_t number, const char *text)
{
    leaf *l = context;
    bool whole = text && strlen(text) < TS_NUMBERS_TEXT_MAX;
    if (!whole) l->out->exact = false;
    if (!whole || ts_sift_text_fits(l->sift, text)) ts_number_set_add(&l->out->numbers, number);
    return true;
}

/* Whoever says nothing says the fallback. */
static bool add_silent(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    ts_number_set silent = {0};
    bool ok = make_set(n, &silent) && ts_numbers_all(n->txn, add_number, &silent, n->err) &&
              ts_numbers_kept(n->txn, sift->member, "", remove_number, &silent, n->err);
    if (ok) ts_number_set_or(&out->numbers, &silent);
    ts_number_set_free(&silent);
    return ok;
}

static bool narrow_kept(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    beginning begins;
    leaf l = {.sift = sift, .out = out};
    const char *place = sift->member ? sift->member : "";
    if (!*place || !ts_numbers_knows(place)) return anything(out);
    if (!start(n, true, out) ||
        !ts_numbers_kept(n->txn, place, beginning_of(sift, &begins), add_kept, &l, n->err))
        return false;
    return !sift->fallback || !ts_sift_text_fits(sift, sift->fallback) || add_silent(n, sift, out);
}

/* ---- times, verdicts ------------------------------------------------------------------------------ */

static int64_t whole(double value, bool up)
{
    if (value <= -9e18) return INT64_MIN;
    if (value >= 9e18) return INT64_MAX;
    return (int64_t)(up ? ceil(value) : floor(value));
}

static bool narrow_created(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    bool there = sift->kind == TS_SIFT_THERE;
    if (!there && sift->kind != TS_SIFT_NUMBER) return anything(out);
    return start(n, true, out) && ts_numbers_created(n->txn, there ? INT64_MIN : whole(sift->low, true),
                                                     there ? INT64_MAX : whole(sift->high, false), add_number,
                                                     &out->numbers, n->err);
}

static bool add_apart(void *context, int64_t number, const char *text)
{
    leaf *l = context;
    if (ts_sift_text_fits(l->sift, text)) ts_number_set_add(&l->out->numbers, number);
    return true;
}

static bool narrow_visibility(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    leaf l = {.sift = sift, .out = out};
    /* A visible one may be gone, which is another matter. */
    if (sift->kind != TS_SIFT_EQUAL || ts_sift_text_fits(sift, "visible")) return anything(out);
    return start(n, true, out) && ts_numbers_apart(n->txn, add_apart, &l, n->err);
}

/* ---- tags and measures: the search index ----------------------------------------------------------- */

static bool has_wide(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text & 0x80) return true;
    return false;
}

static bool name_fits(void *context, const char *name)
{
    const leaf *l = context;
    return ts_sift_text_fits(l->sift, name);
}

/* People's tags are everybody's; machines' are kept apart, for some pictures do not show them. */
static void add_tagged(void *context, uint32_t number, bool by_person)
{
    leaf *l = context;
    ts_number_set_add(by_person ? &l->out->numbers : &l->others, number);
}

typedef struct members {
    const char *name;
    ts_number_set *set;
} members;

static bool add_member(void *context, int64_t number, const char *text)
{
    const members *m = context;
    return strcmp(text, m->name) == 0 ? add_number(m->set, number, NULL) : true;
}

static bool remove_member(void *context, int64_t number, const char *text)
{
    const members *m = context;
    return strcmp(text, m->name) == 0 ? remove_number(m->set, number, NULL) : true;
}

/* Pictures that keep something of the space's but not the member: as ts_fact_people_only. */
static bool drop_people_only(const narrowing *n, ts_number_set *set)
{
    ts_number_set only = {0};
    members have = {n->ask->space, &only}, lack = {n->ask->machine_member, &only};
    bool ok = make_set(n, &only) && ts_numbers_kept(n->txn, "", have.name, add_member, &have, n->err) &&
              ts_numbers_kept(n->txn, have.name, lack.name, remove_member, &lack, n->err);
    if (ok) ts_number_set_without(set, &only);
    ts_number_set_free(&only);
    return ok;
}

static bool narrow_tag(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    bool exact = false;
    leaf l = {.sift = sift, .out = out};
    ts_tagged ask = {.fits = name_fits, .found = add_tagged, .context = &l};
    if (!n->with_index || sift->fallback || has_wide(sift->text) || has_wide(sift->upper))
        return anything(out);
    bool ok = start(n, true, out) && make_set(n, &l.others) &&
              ts_index_tagged(n->service->index, &ask, &exact, n->err);
    bool rule_known = !n->ask->machine_member || ts_numbers_knows(n->ask->space);
    if (ok && n->ask->machine_member && rule_known) ok = drop_people_only(n, &l.others);
    if (ok) ts_number_set_or(&out->numbers, &l.others);
    out->exact = exact && rule_known;
    ts_number_set_free(&l.others);
    return ok;
}

static const char *column_of(ts_fact fact)
{
    return fact == TS_FACT_WIDTH    ? "width"
           : fact == TS_FACT_HEIGHT ? "height"
           : fact == TS_FACT_BYTES  ? "bytes"
           : fact == TS_FACT_FACES  ? "faces"
                                    : NULL;
}

/* In whole numbers round about what is asked. */
static bool write_measure(const ts_sift *sift, ts_buf *query)
{
    const double most = 4e9;
    bool low = sift->low > 0, high = sift->high < most;
    if (sift->kind != TS_SIFT_NUMBER || sift->low > most || sift->high < 0 || sift->low > sift->high)
        return false;
    return ts_buf_printf(query, "%s:", column_of(sift->fact)) &&
           (!low || ts_buf_printf(query, "%.0f", floor(sift->low))) && ts_buf_puts(query, "..") &&
           (!high || ts_buf_printf(query, "%.0f", ceil(sift->high))) && (low || high);
}

static bool narrow_measure(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    ts_buf query = {0};
    const uint32_t *numbers = NULL;
    size_t count = 0;
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena || ts_fail_memory(n->err);
    ts_find find = {.with_held = true};
    bool asks = ok && n->with_index && write_measure(sift, &query);
    find.query = query.data;
    if (!ok || !asks) ok = ok && anything(out);
    else if (!ts_index_select(n->service->index, &find, arena, &numbers, &count, NULL)) ok = anything(out);
    else ok = start(n, false, out);
    for (size_t i = 0; ok && !out->every && i < count; i++) ts_number_set_add(&out->numbers, numbers[i]);
    ts_buf_free(&query);
    ts_arena_free(arena);
    return ok;
}

bool ts_sift_asks_index(const ts_sift *sift)
{
    if (sift->kind > TS_SIFT_NOT) return sift->fact == TS_FACT_TAG || column_of(sift->fact);
    if (sift->kind <= TS_SIFT_NONE) return false;
    for (const ts_sift *child = sift->child; child; child = child->next)
        if (ts_sift_asks_index(child)) return true;
    return false;
}

static bool narrow_leaf(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    switch (sift->fact) {
    case TS_FACT_TAG:
        return narrow_tag(n, sift, out);
    case TS_FACT_NAME:
    case TS_FACT_FOLDER:
    case TS_FACT_BASE:
        return narrow_name(n, sift, out);
    case TS_FACT_ID:
        return narrow_id(n, sift, out);
    case TS_FACT_KEPT:
        return narrow_kept(n, sift, out);
    case TS_FACT_VISIBILITY:
        return narrow_visibility(n, sift, out);
    case TS_FACT_CREATED:
        return narrow_created(n, sift, out);
    default:
        return column_of(sift->fact) ? narrow_measure(n, sift, out) : anything(out);
    }
}

/* ---- trees ---------------------------------------------------------------------------------------- */

/* What both say. Whoever says nothing for certain leaves the rest as it is. */
static void join_and(ts_narrowed *all, ts_narrowed *one)
{
    bool exact = all->exact && one->exact;
    if (all->every && !one->every) {
        ts_narrowed swap = *all;
        *all = *one;
        *one = swap;
    } else if (!one->every) {
        ts_number_set_and(&all->numbers, &one->numbers);
    }
    all->exact = exact;
}

static void join_or(ts_narrowed *all, ts_narrowed *one)
{
    bool exact = all->every || one->every ? (all->every && all->exact) || (one->every && one->exact)
                                          : all->exact && one->exact;
    if (!all->every && !one->every) ts_number_set_or(&all->numbers, &one->numbers);
    else ts_narrowed_free(all), all->every = true;
    all->exact = exact;
}

static bool narrow_list(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    bool either = sift->kind == TS_SIFT_OR;
    if (either ? !start(n, true, out) : !(anything(out) && (out->exact = true))) return false;
    for (const ts_sift *child = sift->child; child; child = child->next) {
        ts_narrowed one = {0};
        bool ok = narrow(n, child, &one);
        if (ok && either) join_or(out, &one);
        else if (ok) join_and(out, &one);
        ts_narrowed_free(&one);
        if (!ok) return false;
    }
    return true;
}

/* Of what only may fit nothing is known of the rest. */
static bool narrow_not(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    ts_narrowed inside = {.every = true};
    bool ok = !sift->child || narrow(n, sift->child, &inside);
    if (ok && !sift->child) ok = anything(out) && (out->exact = true);
    else if (ok && !inside.exact) ok = anything(out);
    else if (ok) {
        ok = start(n, true, out) &&
             (inside.every || ts_numbers_all(n->txn, add_number, &out->numbers, n->err));
        if (ok && !inside.every) ts_number_set_without(&out->numbers, &inside.numbers);
    }
    ts_narrowed_free(&inside);
    return ok;
}

static bool narrow(const narrowing *n, const ts_sift *sift, ts_narrowed *out)
{
    *out = (ts_narrowed){0};
    switch (sift->kind) {
    case TS_SIFT_ALL:
        *out = (ts_narrowed){.every = true, .exact = true};
        return true;
    case TS_SIFT_NONE:
        return start(n, true, out);
    case TS_SIFT_AND:
    case TS_SIFT_OR:
        return narrow_list(n, sift, out);
    case TS_SIFT_NOT:
        return narrow_not(n, sift, out);
    default:
        return narrow_leaf(n, sift, out);
    }
}

bool ts_sift_narrow(const ts_service *service, ts_txn *txn, const ts_sift_ask *ask, bool with_index,
                    ts_narrowed *out, ts_error *err)
{
    static const ts_sift all = {.kind = TS_SIFT_ALL};
    narrowing n = {.service = service, .txn = txn, .ask = ask, .with_index = with_index, .err = err};
    *out = (ts_narrowed){0};
    if (!ts_numbers_end(txn, &n.end, err)) return false;
    if (narrow(&n, ask->root ? ask->root : &all, out)) return true;
    ts_narrowed_free(out);
    return false;
}

bool ts_narrowed_spell_out(ts_txn *txn, ts_narrowed *narrowed, ts_error *err)
{
    int64_t end = 0;
    if (!narrowed->every) return true;
    narrowed->every = false;
    return ts_numbers_end(txn, &end, err) &&
           (ts_number_set_make(&narrowed->numbers, end) || ts_fail_memory(err)) &&
           ts_numbers_all(txn, add_number, &narrowed->numbers, err);
}

typedef struct dropping {
    bool with_held;
    ts_number_set *set;
} dropping;

static bool drop_one(void *context, int64_t number, const char *text)
{
    const dropping *d = context;
    if (!d->with_held || strcmp(text, "gone") == 0) ts_number_set_remove(d->set, number);
    return true;
}

bool ts_narrowed_drop_apart(ts_txn *txn, bool with_held, ts_narrowed *narrowed, ts_error *err)
{
    dropping d = {.with_held = with_held, .set = &narrowed->numbers};
    return ts_numbers_apart(txn, drop_one, &d, err);
}
