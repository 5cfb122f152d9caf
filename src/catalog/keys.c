/* catalog: keys and their credits. Knows no hash function and no secret. */
#include "catalog/keys.h"

#include "base/error.h"
#include "catalog/changes.h"
#include "catalog/sql.h"

#define SELECT_KEY                                                                                           \
    "SELECT id, name, key_hash, key_prefix, secret_hash, secret_sealed, scopes, rate_per_min, credits, "     \
    "origins, owner,"                                                                                        \
    " created, expires, revoked, last_used FROM keys "

static void read_key(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_key_row *row = out;
    row->id = ts_sql_text(rows, arena);
    row->name = ts_sql_text(rows, arena);
    row->key_hash = ts_sql_text(rows, arena);
    row->key_prefix = ts_sql_text(rows, arena);
    row->secret_hash = ts_sql_text(rows, arena);
    row->secret_sealed = ts_sql_text(rows, arena);
    row->scopes = (uint32_t)ts_sql_int(rows);
    row->rate_per_min = (uint32_t)ts_sql_int(rows);
    row->credits = ts_sql_int(rows);
    row->origins = ts_sql_text(rows, arena);
    row->owner = ts_sql_text(rows, arena);
    row->created = ts_sql_int(rows);
    row->expires = ts_sql_int(rows);
    row->revoked = ts_sql_int(rows);
    row->last_used = ts_sql_int(rows);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

bool ts_keys_insert(ts_txn *txn, const ts_key_row *row, ts_error *err)
{
    ts_check_writes(txn);
    if (row->credits < TS_CREDITS_UNLIMITED) return ts_fail(err, TS_USAGE, "credits cannot be below zero");
    return ts_sql_run(txn, "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      ARGS(T(row->id), T(or_empty(row->name)), T(row->key_hash), T(or_empty(row->key_prefix)),
                           T(row->secret_hash), T(or_empty(row->secret_sealed)), I(row->scopes),
                           I(row->rate_per_min), I(row->credits), T(row->origins), T(or_empty(row->owner)),
                           I(row->created ? row->created : txn->now), I(row->expires), I(row->revoked),
                           I(row->last_used)),
                      err) &&
           ts_changes_add(txn, TS_CHANGE_KEY, 0, row->id, err);
}

/* After an UPDATE of one key. */
static bool key_changed(ts_txn *txn, const char *id, ts_error *err)
{
    if (ts_sql_changed(txn) == 0) return ts_fail(err, TS_NOT_FOUND, "there is no such key");
    return ts_changes_add(txn, TS_CHANGE_KEY, 0, id, err);
}

bool ts_keys_update(ts_txn *txn, const ts_key_row *row, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE keys SET name = ?, scopes = ?, rate_per_min = ?, origins = ?, expires = ? "
                      "WHERE id = ?",
                      ARGS(T(or_empty(row->name)), I(row->scopes), I(row->rate_per_min), T(row->origins),
                           I(row->expires), T(row->id)),
                      err) &&
           key_changed(txn, row->id, err);
}

bool ts_keys_revoke(ts_txn *txn, const char *id, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE keys SET revoked = CASE revoked WHEN 0 THEN ? ELSE revoked END WHERE id = ?",
                      ARGS(I(txn->now), T(id)), err) &&
           key_changed(txn, id, err);
}

bool ts_keys_get(ts_txn *txn, const char *id, ts_arena *arena, ts_key_row *out, ts_error *err)
{
    return ts_sql_one(txn, SELECT_KEY "WHERE id = ?", ARGS(T(id)), read_key, arena, out, "key", err);
}

bool ts_keys_find_hash(ts_txn *txn, const char *key_hash, ts_arena *arena, ts_key_row *out, ts_error *err)
{
    return ts_sql_one(txn, SELECT_KEY "WHERE key_hash = ?", ARGS(T(key_hash)), read_key, arena, out, "key",
                      err);
}

bool ts_keys_find_secret(ts_txn *txn, const char *secret_hash, ts_arena *arena, ts_key_row *out,
                         ts_error *err)
{
    return ts_sql_one(txn, SELECT_KEY "WHERE secret_hash = ?", ARGS(T(secret_hash)), read_key, arena, out,
                      "key", err);
}

bool ts_keys_list(ts_txn *txn, ts_arena *arena, const ts_key_row **rows, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn, SELECT_KEY "ORDER BY created, id", NO_ARGS, read_key, sizeof(ts_key_row), arena,
                         &found, count, err);
    *rows = found;
    return ok;
}

/* ---- credits ------------------------------------------------------------------------------------- */

static bool get_credits(ts_txn *txn, const char *id, int64_t *credits, ts_error *err)
{
    bool found;
    if (!ts_sql_value(txn, "SELECT credits FROM keys WHERE id = ?", ARGS(T(id)), credits, &found, err))
        return false;
    return found || ts_fail(err, TS_NOT_FOUND, "there is no such key");
}

static bool put_credits(ts_txn *txn, const char *id, int64_t credits, int64_t *left, ts_error *err)
{
    if (left) *left = credits;
    return ts_sql_run(txn, "UPDATE keys SET credits = ? WHERE id = ?", ARGS(I(credits), T(id)), err) &&
           ts_changes_add(txn, TS_CHANGE_KEY, 0, id, err);
}

bool ts_keys_spend(ts_txn *txn, const char *id, int64_t amount, int64_t *left, ts_error *err)
{
    ts_check_writes(txn);
    int64_t credits;
    if (amount < 0) return ts_fail(err, TS_USAGE, "spending needs an amount of at least 0");
    if (!get_credits(txn, id, &credits, err)) return false;
    if (left) *left = credits;
    if (credits == TS_CREDITS_UNLIMITED || amount == 0) return true;
    if (credits < amount) {
        (void)ts_fail(err, TS_NO_CREDIT, "the key has %lld credits left, this needs %lld", (long long)credits,
                      (long long)amount);
        return ts_hint(err, "ask the owner of the server for more credits");
    }
    return put_credits(txn, id, credits - amount, left, err);
}

bool ts_keys_credit(ts_txn *txn, const char *id, int64_t amount, int64_t *left, ts_error *err)
{
    ts_check_writes(txn);
    int64_t credits, sum;
    if (!get_credits(txn, id, &credits, err)) return false;
    if (left) *left = credits;
    if (credits == TS_CREDITS_UNLIMITED) return true;
    if (__builtin_add_overflow(credits, amount, &sum)) sum = INT64_MAX;
    return put_credits(txn, id, sum < 0 ? 0 : sum, left, err);
}

bool ts_keys_set_credits(ts_txn *txn, const char *id, int64_t credits, ts_error *err)
{
    ts_check_writes(txn);
    int64_t old;
    if (credits < TS_CREDITS_UNLIMITED) return ts_fail(err, TS_USAGE, "credits cannot be below zero");
    return get_credits(txn, id, &old, err) && put_credits(txn, id, credits, NULL, err);
}
