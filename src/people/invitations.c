/* people: invitations: a link that makes one account. Knows no mail. */
#include <string.h>
#include <strings.h>

#include "base/wallclock.h"
#include "people/accounts.h"

typedef struct invitation_change {
    const ts_invitation_row *row;
    const char *token_hash;
    const ts_person_new *wish;
    const char *password_hash;
    ts_arena *arena;
    ts_person_row made;
} invitation_change;

static bool insert(ts_txn *txn, void *context, ts_error *err)
{
    const invitation_change *change = context;
    return ts_invitations_insert(txn, change->row, err);
}

bool ts_people_invite(ts_people *people, const ts_people_by *by, const char *email, ts_role role,
                      char token[TS_TOKEN_TEXT], ts_error *err)
{
    char hash[TS_KEY_HASH];
    int64_t now = ts_wallclock_ms();
    if (!ts_people_check_admin(by, err)) return false;
    if (email[0] != '\0' && !ts_people_check_email(email, err)) return false;
    if (!ts_scopes_may_give(by->scopes, ts_role_scopes(role)))
        return ts_fail(err, TS_FORBIDDEN, "nobody can give more than they may do themselves");
    ts_token_make("ti", token);
    ts_key_hash(token, hash);
    ts_invitation_row row = {.token_hash = hash,
                             .email = email,
                             .role = ts_role_name(role),
                             .invited_by = by->id,
                             .created = now,
                             .expires = now + TS_INVITATION_DAYS * TS_DAY_MS};
    invitation_change change = {.row = &row};
    return ts_catalog_write(people->catalog, insert, &change, err);
}

/* ---- accepting ----------------------------------------------------------------------------------- */

static bool fail_invitation(ts_error *err)
{
    (void)ts_fail(err, TS_NOT_FOUND, "this invitation was used, has ended or never was");
    return ts_hint(err, "ask for a new one");
}

/* Looked at before the password is hashed, so that only who holds an invitation can make us work. */
static bool check_open(ts_people *people, const char *hash, ts_arena *arena, ts_error *err)
{
    const ts_invitation_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = ts_catalog_read_begin(people->catalog, err);
    if (!txn) return false;
    bool ok = ts_invitations_list(txn, arena, &rows, &count, err);
    ts_catalog_read_end(txn);
    if (!ok) return false;
    for (size_t i = 0; i < count; i++)
        if (ts_secret_equal(rows[i].token_hash, hash)) return true;
    return fail_invitation(err);
}

static bool take(ts_txn *txn, void *context, ts_error *err)
{
    invitation_change *change = context;
    ts_invitation_row row;
    ts_error own = {0};
    const char *email = change->wish->email;
    if (!ts_invitations_take(txn, change->token_hash, change->arena, &row, &own)) {
        if (own.code == TS_NOT_FOUND) return fail_invitation(err);
        if (err) *err = own;
        return false;
    }
    bool named = row.email && row.email[0] != '\0';
    if (named && email && strcasecmp(row.email, email) != 0)
        return ts_fail(err, TS_FORBIDDEN, "this invitation is for another address");
    if (!named && !email) return ts_fail(err, TS_USAGE, "an account needs an e-mail address");
    change->made = (ts_person_row){.name = change->wish->name,
                                   .email = named ? row.email : email,
                                   .password_hash = change->password_hash,
                                   .role = row.role};
    return ts_people_insert(txn, &change->made, change->arena, err);
}

bool ts_people_accept(ts_people *people, const char *token, const ts_person_new *wish, ts_arena *arena,
                      ts_person *out, ts_error *err)
{
    char token_hash[TS_KEY_HASH];
    char password_hash[TS_PASSWORD_HASH];
    if (!ts_people_check_name(wish->name, err)) return false;
    if (wish->email && !ts_people_check_email(wish->email, err)) return false;
    if (!wish->password) return ts_fail(err, TS_USAGE, "an account needs a password");
    ts_key_hash(token, token_hash);
    if (!check_open(people, token_hash, arena, err)) return false;
    if (!ts_people_hash_password(people, wish->password, password_hash, err)) return false;
    invitation_change change = {
        .token_hash = token_hash, .wish = wish, .password_hash = password_hash, .arena = arena};
    if (!ts_catalog_write(people->catalog, take, &change, err)) return false;
    *out = ts_person_of(&change.made);
    return ts_person_keep(out, arena) || ts_fail_memory(err);
}
