/* people: what accounts, sessions and invitations share; private to the room. */
#ifndef TS_PEOPLE_ACCOUNTS_H
#define TS_PEOPLE_ACCOUNTS_H

#include <pthread.h>

#include "catalog/people.h"
#include "people/attempts.h"
#include "people/people.h"

struct ts_people {
    ts_catalog *catalog;
    const ts_vault *vault;
    ts_attempts *attempts;
    pthread_mutex_t mutex; /* of the next two */
    pthread_cond_t done;
    unsigned hashing; /* passwords in hand: each takes 64 MiB */
    unsigned waiting;
};

/* TS_FORBIDDEN unless `by` is an administrator. */
bool ts_people_check_admin(const ts_people_by *by, ts_error *err);
/* One @ with something on either side, no blanks. */
bool ts_people_check_email(const char *email, ts_error *err);
bool ts_people_check_name(const char *name, ts_error *err);

/* Passwords hash two at a time; TS_BUSY when many wait already. */
bool ts_people_hash_password(ts_people *people, const char *password, char hash[TS_PASSWORD_HASH],
                             ts_error *err);
/* *matches: whether it does. hash NULL: nobody's. */
bool ts_people_try_password(ts_people *people, const char *password, const char *hash, bool *matches,
                            ts_error *err);

/* From the catalogue's row, texts shared with it. */
ts_person ts_person_of(const ts_person_row *row);
/* Copies texts into the arena; false when it is exhausted. */
bool ts_person_keep(ts_person *person, ts_arena *arena);

#define TS_DAY_MS (24LL * 60 * 60 * 1000)

#endif
