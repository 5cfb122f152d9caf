/* catalog: rows of accounts, sessions and invitations. Passwords, tokens and roles mean something in people/ only. */
#ifndef TS_CATALOG_PEOPLE_H
#define TS_CATALOG_PEOPLE_H

#include "catalog/catalog.h"

typedef struct ts_person_row {
    const char *id; /* public (base/random.h) */
    const char *name;
    const char *email;         /* unique, however it is written (ASCII letter case does not count) */
    const char *password_hash; /* opaque; "" : cannot sign in */
    const char *role;
    int64_t created, disabled; /* disabled 0: active */
} ts_person_row;

/* Writes. id and created are set when NULL and 0 (id in the arena). TS_CONFLICT: the address is taken. */
bool ts_people_insert(ts_txn *txn, ts_person_row *row, ts_arena *arena, ts_error *err);
/* Writes. All but id and created. */
bool ts_people_update(ts_txn *txn, const ts_person_row *row, ts_error *err);
/* Writes. With sessions. Ledger lines keep the id and lose the name. */
bool ts_people_delete(ts_txn *txn, const char *id, ts_error *err);
bool ts_people_get(ts_txn *txn, const char *id, ts_arena *arena, ts_person_row *out, ts_error *err);
bool ts_people_find_email(ts_txn *txn, const char *email, ts_arena *arena, ts_person_row *out, ts_error *err);
/* Oldest first. */
bool ts_people_list(ts_txn *txn, ts_arena *arena, const ts_person_row **rows, size_t *count, ts_error *err);

typedef struct ts_session_row {
    const char *token_hash;
    const char *person;
    const char *csrf;
    int64_t created, expires;
} ts_session_row;
bool ts_sessions_insert(ts_txn *txn, const ts_session_row *row, ts_error *err); /* Writes. */
/* Expired ones are not found. */
bool ts_sessions_find(ts_txn *txn, const char *token_hash, ts_arena *arena, ts_session_row *out,
                      ts_error *err);
bool ts_sessions_extend(ts_txn *txn, const char *token_hash, int64_t expires, ts_error *err); /* Writes. */
bool ts_sessions_delete(ts_txn *txn, const char *token_hash, ts_error *err); /* Writes. None is fine. */
/* Writes. All of a person, but not `except` (a token hash or NULL). */
bool ts_sessions_delete_of(ts_txn *txn, const char *person, const char *except, ts_error *err);
bool ts_sessions_expire(ts_txn *txn, size_t *expired, ts_error *err); /* Writes. */

typedef struct ts_invitation_row {
    const char *token_hash;
    const char *email; /* "" : for whoever has it */
    const char *role;
    const char *invited_by; /* person or key id */
    int64_t created, expires;
} ts_invitation_row;
bool ts_invitations_insert(ts_txn *txn, const ts_invitation_row *row, ts_error *err); /* Writes. */
/* Writes. Finds it and takes it away: it works once. TS_NOT_FOUND: unknown, used or expired. */
bool ts_invitations_take(ts_txn *txn, const char *token_hash, ts_arena *arena, ts_invitation_row *out,
                         ts_error *err);
bool ts_invitations_delete(ts_txn *txn, const char *token_hash, ts_error *err); /* Writes. None is fine. */
/* Open ones, newest first. */
bool ts_invitations_list(ts_txn *txn, ts_arena *arena, const ts_invitation_row **rows, size_t *count,
                         ts_error *err);

#endif
