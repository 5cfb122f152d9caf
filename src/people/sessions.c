/* people: sessions: signed in, recognised by their token, ended. Knows no cookie. */
#include <string.h>

#include "base/clock.h"
#include "base/wallclock.h"
#include "people/accounts.h"

#define LONGEST_MS (90 * TS_DAY_MS) /* however much it is used */

typedef struct session_change {
    const ts_session_row *row;
    const char *token_hash;
    int64_t expires;
} session_change;

static bool insert(ts_txn *txn, void *context, ts_error *err)
{
    const session_change *change = context;
    return ts_sessions_insert(txn, change->row, err);
}

static bool extend(ts_txn *txn, void *context, ts_error *err)
{
    const session_change *change = context;
    return ts_sessions_extend(txn, change->token_hash, change->expires, err);
}

static bool end(ts_txn *txn, void *context, ts_error *err)
{
    const session_change *change = context;
    return ts_sessions_delete(txn, change->token_hash, err);
}

/* ---- signing in ---------------------------------------------------------------------------------- */

/* *found stays false for an address that nobody has: no error, so that nobody learns it. */
static bool find_person(ts_people *people, const char *email, ts_arena *arena, ts_person_row *row,
                        bool *found, ts_error *err)
{
    ts_error own = {0};
    ts_txn *txn = ts_catalog_read_begin(people->catalog, err);
    if (!txn) return false;
    *found = ts_people_find_email(txn, email, arena, row, &own);
    ts_catalog_read_end(txn);
    if (*found || own.code == TS_NOT_FOUND) return true;
    if (err) *err = own;
    return false;
}

static bool check_password(ts_people *people, const ts_sign_in *wish, ts_arena *arena, ts_person_row *row,
                           ts_error *err)
{
    bool found = false;
    bool matches = false;
    if (!find_person(people, wish->email, arena, row, &found, err)) return false;
    const char *hash = found ? row->password_hash : NULL;
    if (!ts_people_try_password(people, wish->password, hash, &matches, err)) return false;
    if (found && matches && row->disabled == 0) return true;
    return ts_fail(err, TS_UNAUTHORIZED, "this address and password do not belong together");
}

static bool start_session(ts_people *people, const ts_person_row *person, ts_arena *arena, ts_session *out,
                          ts_error *err)
{
    char token[TS_TOKEN_TEXT];
    char csrf[TS_TOKEN_TEXT];
    char hash[TS_KEY_HASH];
    int64_t now = ts_wallclock_ms();
    ts_token_make("ts", token);
    ts_key_hash(token, hash);
    ts_vault_csrf(people->vault, token, csrf);
    ts_session_row row = {.token_hash = hash, .person = person->id, .csrf = csrf, .created = now};
    row.expires = now + TS_SESSION_DAYS * TS_DAY_MS;
    session_change change = {.row = &row};
    if (!ts_catalog_write(people->catalog, insert, &change, err)) return false;
    *out = (ts_session){.person = ts_person_of(person), .expires = row.expires};
    out->token = ts_arena_strdup(arena, token);
    out->csrf = ts_arena_strdup(arena, csrf);
    return (out->token && out->csrf) || ts_fail_memory(err);
}

bool ts_people_sign_in(ts_people *people, const ts_sign_in *wish, ts_arena *arena, ts_session *out,
                       ts_error *err)
{
    ts_person_row row;
    double now_ms = ts_clock_ms();
    if (!ts_attempts_begin(people->attempts, wish->source, now_ms, NULL, err)) return false;
    if (!check_password(people, wish, arena, &row, err)) return false;
    ts_attempts_good(people->attempts, wish->source, now_ms);
    return start_session(people, &row, arena, out, err);
}

/* ---- afterwards ---------------------------------------------------------------------------------- */

static bool fail_session(ts_error *err)
{
    (void)ts_fail(err, TS_UNAUTHORIZED, "the session has ended");
    return ts_hint(err, "sign in again");
}

static bool read_session(ts_people *people, const char *hash, ts_arena *arena, ts_session_row *session,
                         ts_person_row *person, ts_error *err)
{
    ts_error own = {0};
    ts_txn *txn = ts_catalog_read_begin(people->catalog, err);
    if (!txn) return false;
    bool ok = ts_sessions_find(txn, hash, arena, session, &own) &&
              ts_people_get(txn, session->person, arena, person, &own);
    ts_catalog_read_end(txn);
    if (!ok && own.code == TS_NOT_FOUND) return fail_session(err);
    if (!ok && err) *err = own;
    return ok;
}

/* At most once a day, and never a reason to turn somebody away. */
static void live_on(ts_people *people, const char *hash, ts_session *session, int64_t now)
{
    int64_t wanted = now + TS_SESSION_DAYS * TS_DAY_MS;
    session_change change = {.token_hash = hash, .expires = wanted};
    if (wanted - session->expires < TS_DAY_MS) return;
    if (ts_catalog_write(people->catalog, extend, &change, NULL)) session->expires = wanted;
}

bool ts_people_session(ts_people *people, const char *token, ts_arena *arena, ts_session *out, ts_error *err)
{
    char hash[TS_KEY_HASH];
    ts_session_row session = {0};
    ts_person_row person = {0};
    int64_t now = ts_wallclock_ms();
    ts_key_hash(token, hash);
    if (!read_session(people, hash, arena, &session, &person, err)) return false;
    if (person.disabled != 0 || session.expires <= now || now - session.created > LONGEST_MS)
        return fail_session(err);
    *out = (ts_session){.person = ts_person_of(&person), .csrf = session.csrf, .expires = session.expires};
    live_on(people, hash, out, now);
    return true;
}

bool ts_people_csrf_valid(const ts_people *people, const char *session_token, const char *csrf)
{
    return ts_vault_csrf_valid(people->vault, session_token, csrf);
}

bool ts_people_sign_out(ts_people *people, const char *token, ts_error *err)
{
    char hash[TS_KEY_HASH];
    session_change change = {.token_hash = hash};
    ts_key_hash(token, hash);
    return ts_catalog_write(people->catalog, end, &change, err);
}
