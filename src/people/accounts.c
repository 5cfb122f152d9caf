/* people: accounts: made, listed, changed and removed by administrators. Knows no key. */
#include <string.h>

#include "base/clock.h"
#include "people/accounts.h"

/* One change of an account on its way to the writer's thread. */
typedef struct account_change {
    const char *id;
    ts_role role;
    bool disabled;
    const char *password_hash;
    const char *spare_session; /* its token's hash, or NULL */
    ts_person_row *row;
    ts_arena *arena;
} account_change;

/* ---- making and listing -------------------------------------------------------------------------- */

static bool insert(ts_txn *txn, void *context, ts_error *err)
{
    account_change *change = context;
    return ts_people_insert(txn, change->row, change->arena, err);
}

static bool check_new(const ts_people_by *by, const ts_person_new *wish, ts_error *err)
{
    if (!ts_people_check_admin(by, err) || !ts_people_check_name(wish->name, err) ||
        !ts_people_check_email(wish->email, err))
        return false;
    return ts_scopes_may_give(by->scopes, ts_role_scopes(wish->role)) ||
           ts_fail(err, TS_FORBIDDEN, "nobody can give more than they may do themselves");
}

bool ts_people_create(ts_people *people, const ts_people_by *by, const ts_person_new *wish, ts_arena *arena,
                      ts_person *out, ts_error *err)
{
    char hash[TS_PASSWORD_HASH] = "";
    if (!check_new(by, wish, err)) return false;
    if (wish->password && !ts_people_hash_password(people, wish->password, hash, err)) return false;
    ts_person_row row = {
        .name = wish->name, .email = wish->email, .password_hash = hash, .role = ts_role_name(wish->role)};
    account_change change = {.row = &row, .arena = arena};
    if (!ts_catalog_write(people->catalog, insert, &change, err)) return false;
    *out = ts_person_of(&row);
    return ts_person_keep(out, arena) || ts_fail_memory(err);
}

bool ts_people_all(ts_people *people, const ts_people_by *by, ts_arena *arena, const ts_person **out,
                   size_t *count, ts_error *err)
{
    const ts_person_row *rows = NULL;
    if (!ts_people_check_admin(by, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(people->catalog, err);
    if (!txn) return false;
    bool ok = ts_people_list(txn, arena, &rows, count, err);
    ts_catalog_read_end(txn);
    if (!ok) return false;
    ts_person *persons = TS_NEW_ARRAY(arena, *count, ts_person);
    if (!persons) return ts_fail_memory(err);
    for (size_t i = 0; i < *count; i++) persons[i] = ts_person_of(&rows[i]);
    *out = persons;
    return true;
}

/* ---- changing ------------------------------------------------------------------------------------ */

/* Is there an administrator besides this one? Asked within the change, so that two cannot both be the other's. */
static bool check_other_admin(ts_txn *txn, const char *id, ts_arena *arena, ts_error *err)
{
    const ts_person_row *rows = NULL;
    size_t count = 0;
    if (!ts_people_list(txn, arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        ts_person person = ts_person_of(&rows[i]);
        if (strcmp(person.id, id) != 0 && ts_scopes_cover(person.scopes, TS_SCOPE_ADMIN)) return true;
    }
    (void)ts_fail(err, TS_CONFLICT, "this is the last administrator");
    return ts_hint(err, "make somebody else an administrator first");
}

/* The account as it is, and whether taking its rights away leaves an administrator. */
static bool read_account(ts_txn *txn, const account_change *change, uint32_t keeps, ts_person_row *row,
                         ts_error *err)
{
    if (!ts_people_get(txn, change->id, change->arena, row, err)) return false;
    bool admin = ts_scopes_cover(ts_person_of(row).scopes, TS_SCOPE_ADMIN);
    if (!admin || ts_scopes_cover(keeps, TS_SCOPE_ADMIN)) return true;
    return check_other_admin(txn, change->id, change->arena, err);
}

static bool change_role(ts_txn *txn, void *context, ts_error *err)
{
    const account_change *change = context;
    ts_person_row row;
    uint32_t after = ts_role_scopes(change->role);
    if (!read_account(txn, change, after, &row, err)) return false;
    uint32_t before = ts_person_of(&row).scopes;
    row.role = ts_role_name(change->role);
    if (!ts_people_update(txn, &row, err)) return false;
    return (before & ~after) == 0 || ts_sessions_delete_of(txn, change->id, NULL, err);
}

static bool change_disabled(ts_txn *txn, void *context, ts_error *err)
{
    const account_change *change = context;
    ts_person_row row;
    if (!read_account(txn, change, change->disabled ? 0 : TS_SCOPE_ADMIN, &row, err)) return false;
    if (!change->disabled) row.disabled = 0;
    else if (row.disabled == 0) row.disabled = ts_txn_now(txn);
    if (!ts_people_update(txn, &row, err)) return false;
    return !change->disabled || ts_sessions_delete_of(txn, change->id, NULL, err);
}

static bool remove_account(ts_txn *txn, void *context, ts_error *err)
{
    const account_change *change = context;
    ts_person_row row;
    return read_account(txn, change, 0, &row, err) && ts_people_delete(txn, change->id, err);
}

static bool change_password(ts_txn *txn, void *context, ts_error *err)
{
    const account_change *change = context;
    ts_person_row row;
    if (!ts_people_get(txn, change->id, change->arena, &row, err)) return false;
    row.password_hash = change->password_hash;
    return ts_people_update(txn, &row, err) &&
           ts_sessions_delete_of(txn, change->id, change->spare_session, err);
}

static bool apply(ts_people *people, ts_catalog_change how, account_change *change, ts_error *err)
{
    change->arena = ts_arena_new(0);
    if (!change->arena) return ts_fail_memory(err);
    bool ok = ts_catalog_write(people->catalog, how, change, err);
    ts_arena_free(change->arena);
    return ok;
}

bool ts_people_set_role(ts_people *people, const ts_people_by *by, const char *id, ts_role role,
                        ts_error *err)
{
    account_change change = {.id = id, .role = role};
    if (!ts_people_check_admin(by, err)) return false;
    if (ts_role_scopes(role) == 0) return ts_fail(err, TS_USAGE, "there is no such role");
    return apply(people, change_role, &change, err);
}

bool ts_people_disable(ts_people *people, const ts_people_by *by, const char *id, bool disabled,
                       ts_error *err)
{
    account_change change = {.id = id, .disabled = disabled};
    return ts_people_check_admin(by, err) && apply(people, change_disabled, &change, err);
}

bool ts_people_remove(ts_people *people, const ts_people_by *by, const char *id, ts_error *err)
{
    account_change change = {.id = id};
    return ts_people_check_admin(by, err) && apply(people, remove_account, &change, err);
}

/* ---- passwords ----------------------------------------------------------------------------------- */

static bool read_hash(ts_people *people, const char *id, char hash[TS_PASSWORD_HASH], ts_error *err)
{
    ts_person_row row;
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(people->catalog, err) : NULL;
    if (!arena) (void)ts_fail_memory(err);
    bool ok = txn && ts_people_get(txn, id, arena, &row, err);
    ts_catalog_read_end(txn);
    if (ok && strlen(row.password_hash) >= TS_PASSWORD_HASH)
        ok = ts_fail(err, TS_CORRUPT, "the stored password of %.30s is damaged", id);
    if (ok) memcpy(hash, row.password_hash, strlen(row.password_hash) + 1);
    ts_arena_free(arena);
    return ok;
}

static bool check_old(ts_people *people, const char *id, const char *old, ts_error *err)
{
    char hash[TS_PASSWORD_HASH];
    bool matches = false;
    unsigned wait_s;
    double now_ms = ts_clock_ms();
    if (!ts_attempts_begin(people->attempts, id, now_ms, &wait_s, err)) return false;
    if (!read_hash(people, id, hash, err) || !ts_people_try_password(people, old, hash, &matches, err))
        return false;
    if (!matches) return ts_fail(err, TS_FORBIDDEN, "the old password is not right");
    ts_attempts_good(people->attempts, id, now_ms);
    return true;
}

bool ts_people_set_password(ts_people *people, const ts_people_by *by, const char *id, const char *old,
                            const char *password, const char *session_token, ts_error *err)
{
    char hash[TS_PASSWORD_HASH];
    char spare[TS_KEY_HASH];
    account_change change = {.id = id, .password_hash = hash};
    bool own = strcmp(by->id, id) == 0;
    if (old && !own) return ts_fail(err, TS_FORBIDDEN, "this is somebody else's password");
    if (!(old ? check_old(people, id, old, err) : ts_people_check_admin(by, err))) return false;
    if (!ts_people_hash_password(people, password, hash, err)) return false;
    if (session_token) {
        ts_key_hash(session_token, spare);
        change.spare_session = spare;
    }
    return apply(people, change_password, &change, err);
}
