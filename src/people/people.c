/* people: the handle, and what every account must satisfy. Knows no session and no invitation. */
#include "people/people.h"

#include <stdlib.h>
#include <string.h>

#include "people/accounts.h"

#define HASHING_MAX 2
#define WAITING_MAX 32
#define TEXT_MAX 254

ts_people *ts_people_open(ts_catalog *catalog, const ts_vault *vault, ts_error *err)
{
    ts_people *people = calloc(1, sizeof(*people));
    if (!people) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    people->catalog = catalog;
    people->vault = vault;
    pthread_mutex_init(&people->mutex, NULL);
    pthread_cond_init(&people->done, NULL);
    people->attempts = ts_attempts_new(0, err);
    if (people->attempts) return people;
    ts_people_close(people);
    return NULL;
}

void ts_people_close(ts_people *people)
{
    if (!people) return;
    ts_attempts_free(people->attempts);
    pthread_cond_destroy(&people->done);
    pthread_mutex_destroy(&people->mutex);
    free(people);
}

/* ---- checks -------------------------------------------------------------------------------------- */

bool ts_people_check_admin(const ts_people_by *by, ts_error *err)
{
    if (ts_scopes_cover(by->scopes, TS_SCOPE_ADMIN)) return true;
    return ts_fail(err, TS_FORBIDDEN, "only an administrator may do this");
}

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F) return false;
    return true;
}

bool ts_people_check_email(const char *email, ts_error *err)
{
    const char *at = strchr(email, '@');
    bool ok = at && at != email && at[1] != '\0' && !strchr(at + 1, '@') && !strchr(email, ' ');
    if (ok && is_printable(email) && strlen(email) <= TEXT_MAX) return true;
    return ts_fail(err, TS_USAGE, "'%.80s' is no e-mail address", is_printable(email) ? email : "");
}

bool ts_people_check_name(const char *name, ts_error *err)
{
    if (name && name[0] != '\0' && strlen(name) <= TEXT_MAX && is_printable(name)) return true;
    return ts_fail(err, TS_USAGE, "a person's name has 1 to %d bytes and no control characters", TEXT_MAX);
}

/* ---- passwords ----------------------------------------------------------------------------------- */

static bool begin_hashing(ts_people *people, ts_error *err)
{
    pthread_mutex_lock(&people->mutex);
    bool room = people->waiting < WAITING_MAX;
    if (room) {
        people->waiting++;
        while (people->hashing == HASHING_MAX) pthread_cond_wait(&people->done, &people->mutex);
        people->waiting--;
        people->hashing++;
    }
    pthread_mutex_unlock(&people->mutex);
    return room || ts_fail(err, TS_BUSY, "too many people sign in just now");
}

static void end_hashing(ts_people *people)
{
    pthread_mutex_lock(&people->mutex);
    people->hashing--;
    pthread_cond_signal(&people->done);
    pthread_mutex_unlock(&people->mutex);
}

bool ts_people_hash_password(ts_people *people, const char *password, char hash[TS_PASSWORD_HASH],
                             ts_error *err)
{
    if (!begin_hashing(people, err)) return false;
    bool ok = ts_password_hash(password, hash, err);
    end_hashing(people);
    return ok;
}

bool ts_people_try_password(ts_people *people, const char *password, const char *hash, bool *matches,
                            ts_error *err)
{
    if (!begin_hashing(people, err)) return false;
    *matches = ts_password_matches(password, hash);
    end_hashing(people);
    return true;
}

/* ---- rows ---------------------------------------------------------------------------------------- */

/* A role that this version does not know (any more) may do nothing but look. */
ts_person ts_person_of(const ts_person_row *row)
{
    ts_person person = {.id = row->id, .name = row->name, .email = row->email, .created = row->created};
    person.disabled = row->disabled != 0;
    if (!ts_role_parse(row->role ? row->role : "", &person.role, NULL)) person.role = TS_ROLE_VIEWER;
    person.scopes = person.disabled ? 0 : ts_role_scopes(person.role);
    return person;
}

bool ts_person_keep(ts_person *person, ts_arena *arena)
{
    person->id = ts_arena_strdup(arena, person->id);
    person->name = ts_arena_strdup(arena, person->name ? person->name : "");
    person->email = ts_arena_strdup(arena, person->email);
    return person->id && person->name && person->email;
}
