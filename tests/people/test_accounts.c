/* Tests of accounts over a real catalogue: who may make whom, sessions that end when they should, invitations that work
 * once, and always one administrator left. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people/people.h"
#include "tests/support/support.h"

#define PASSWORD "correct horse"
#define GIVEN "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

typedef struct house {
    char *folder;
    ts_catalog *catalog;
    ts_vault *vault;
    ts_people *people;
    ts_arena *arena;
    ts_person ann; /* an administrator */
    ts_person bob; /* a tagger */
} house;

static const ts_people_by owner = {.id = "", .scopes = TS_SCOPE_ALL};

static ts_person add(const house *h, const char *name, const char *email, ts_role role)
{
    ts_error err;
    ts_person person;
    ts_person_new wish = {.name = name, .email = email, .password = PASSWORD, .role = role};
    assert_works(ts_people_create(h->people, &owner, &wish, h->arena, &person, &err), err);
    return person;
}

static int set_up(void **state)
{
    house *h = calloc(1, sizeof(*h));
    ts_error err;
    h->folder = ts_test_folder();
    h->arena = ts_arena_new(0);
    assert_works(h->catalog = ts_catalog_open(h->folder, NULL, &err), err);
    assert_works(h->vault = ts_vault_open(NULL, GIVEN, &err), err);
    assert_works(h->people = ts_people_open(h->catalog, h->vault, &err), err);
    h->ann = add(h, "Ann", "ann@example.org", TS_ROLE_ADMIN);
    h->bob = add(h, "Bob", "bob@example.org", TS_ROLE_TAGGER);
    *state = h;
    return 0;
}

static int tear_down(void **state)
{
    house *h = *state;
    ts_people_close(h->people);
    ts_people_close(NULL);
    ts_vault_close(h->vault);
    ts_catalog_close(h->catalog);
    ts_arena_free(h->arena);
    ts_test_folder_end(h->folder);
    free(h);
    return 0;
}

static ts_people_by as(const ts_person *person)
{
    return (ts_people_by){.id = person->id, .scopes = person->scopes};
}

static bool sign_in(const house *h, const char *email, const char *password, ts_session *session,
                    ts_error *err)
{
    static unsigned sources;
    char source[32];
    (void)snprintf(source, sizeof(source), "source %u", sources++);
    ts_sign_in wish = {.email = email, .password = password, .source = source};
    return ts_people_sign_in(h->people, &wish, h->arena, session, err);
}

/* ---- accounts ------------------------------------------------------------------------------------ */

static void test_making(void **state)
{
    const house *h = *state;
    ts_error err;
    ts_person person;
    const ts_person *all = NULL;
    size_t count = 0;
    assert_string_equal(h->ann.name, "Ann");
    assert_int_equal(h->ann.scopes, TS_SCOPE_ALL);
    assert_int_equal(h->bob.scopes, TS_SCOPE_READ | TS_SCOPE_WRITE);
    assert_string_not_equal(h->ann.id, h->bob.id);

    ts_person_new wish = {
        .name = "Eve", .email = "eve@example.org", .password = PASSWORD, .role = TS_ROLE_VIEWER};
    ts_people_by bob = as(&h->bob);
    ts_people_by ann = as(&h->ann);
    assert_fails(ts_people_create(h->people, &bob, &wish, h->arena, &person, &err), err, TS_FORBIDDEN);
    wish.email = "ANN@example.org";
    assert_fails(ts_people_create(h->people, &ann, &wish, h->arena, &person, &err), err, TS_CONFLICT);
    static const char *const bad[] = {"", "eve", "@x", "x@", "a@b@c", "a b@c", "a@b\nc"};
    for (size_t i = 0; i < 7; i++) {
        wish.email = bad[i];
        assert_fails(ts_people_create(h->people, &ann, &wish, h->arena, &person, &err), err, TS_USAGE);
    }
    wish.email = "eve@example.org";
    wish.password = "short";
    assert_fails(ts_people_create(h->people, &ann, &wish, h->arena, &person, &err), err, TS_USAGE);
    wish.password = NULL;
    wish.name = "";
    assert_fails(ts_people_create(h->people, &ann, &wish, h->arena, &person, &err), err, TS_USAGE);
    wish.name = "Eve";
    wish.role = TS_ROLE_COUNT;
    assert_fails(ts_people_create(h->people, &ann, &wish, h->arena, &person, &err), err, TS_FORBIDDEN);
    wish.role = TS_ROLE_VIEWER;
    assert_works(ts_people_create(h->people, &ann, &wish, h->arena, &person, &err), err);
    ts_session session;
    assert_fails(sign_in(h, "eve@example.org", "", &session, &err), err, TS_UNAUTHORIZED);

    assert_fails(ts_people_all(h->people, &bob, h->arena, &all, &count, &err), err, TS_FORBIDDEN);
    assert_works(ts_people_all(h->people, &ann, h->arena, &all, &count, &err), err);
    assert_int_equal(count, 3);
    assert_string_equal(all[2].email, "eve@example.org");
}

static void test_the_last_administrator_stays(void **state)
{
    const house *h = *state;
    ts_error err;
    const char *ann = h->ann.id;
    assert_fails(ts_people_set_role(h->people, &owner, ann, TS_ROLE_REVIEWER, &err), err, TS_CONFLICT);
    assert_fails(ts_people_disable(h->people, &owner, ann, true, &err), err, TS_CONFLICT);
    assert_fails(ts_people_remove(h->people, &owner, ann, &err), err, TS_CONFLICT);
    assert_works(ts_people_set_role(h->people, &owner, ann, TS_ROLE_ADMIN, &err), err);
    assert_works(ts_people_disable(h->people, &owner, ann, false, &err), err);
    ts_person cas = add(h, "Cas", "cas@example.org", TS_ROLE_ADMIN);
    assert_works(ts_people_disable(h->people, &owner, cas.id, true, &err), err);
    assert_fails(ts_people_remove(h->people, &owner, ann, &err), err,
                 TS_CONFLICT); /* who is disabled does not count */
    assert_works(ts_people_disable(h->people, &owner, cas.id, false, &err), err);
    assert_works(ts_people_remove(h->people, &owner, ann, &err), err);
    assert_fails(ts_people_remove(h->people, &owner, ann, &err), err, TS_NOT_FOUND);
    ts_people_by bob = as(&h->bob);
    assert_fails(ts_people_set_role(h->people, &bob, h->bob.id, TS_ROLE_ADMIN, &err), err, TS_FORBIDDEN);
    assert_fails(ts_people_disable(h->people, &bob, cas.id, true, &err), err, TS_FORBIDDEN);
    assert_fails(ts_people_remove(h->people, &bob, cas.id, &err), err, TS_FORBIDDEN);
    assert_fails(ts_people_set_role(h->people, &owner, cas.id, TS_ROLE_COUNT, &err), err, TS_USAGE);
}

/* ---- sessions ------------------------------------------------------------------------------------ */

static void test_sessions(void **state)
{
    const house *h = *state;
    ts_error err;
    ts_session session;
    ts_session again;
    assert_works(sign_in(h, "Bob@Example.org", PASSWORD, &session, &err), err);
    assert_string_equal(session.person.id, h->bob.id);
    assert_true(ts_people_csrf_valid(h->people, session.token, session.csrf));
    assert_works(ts_people_session(h->people, session.token, h->arena, &again, &err), err);
    assert_string_equal(again.person.email, "bob@example.org");
    assert_int_equal(again.person.scopes, TS_SCOPE_READ | TS_SCOPE_WRITE);
    assert_string_equal(again.csrf, session.csrf);
    assert_int_equal(again.expires, session.expires);

    ts_session other;
    assert_works(sign_in(h, "bob@example.org", PASSWORD, &other, &err), err);
    assert_string_not_equal(other.token, session.token);
    assert_false(ts_people_csrf_valid(h->people, other.token, session.csrf));
    assert_works(ts_people_sign_out(h->people, session.token, &err), err);
    assert_works(ts_people_sign_out(h->people, session.token, &err), err);
    assert_fails(ts_people_session(h->people, session.token, h->arena, &again, &err), err, TS_UNAUTHORIZED);
    assert_works(ts_people_session(h->people, other.token, h->arena, &again, &err), err);
    assert_fails(ts_people_session(h->people, "", h->arena, &again, &err), err, TS_UNAUTHORIZED);
    assert_fails(ts_people_session(h->people, "ts_made up", h->arena, &again, &err), err, TS_UNAUTHORIZED);
}

static void test_sign_in_says_the_same(void **state)
{
    const house *h = *state;
    ts_error wrong;
    ts_error nobody;
    ts_error disabled;
    ts_session session;
    assert_true(ts_people_disable(h->people, &owner, h->bob.id, true, NULL));
    assert_fails(sign_in(h, "ann@example.org", "wrong password", &session, &wrong), wrong, TS_UNAUTHORIZED);
    assert_fails(sign_in(h, "nobody@example.org", PASSWORD, &session, &nobody), nobody, TS_UNAUTHORIZED);
    assert_fails(sign_in(h, "bob@example.org", PASSWORD, &session, &disabled), disabled, TS_UNAUTHORIZED);
    assert_memory_equal(&wrong, &nobody, sizeof(wrong));
    assert_memory_equal(&wrong, &disabled, sizeof(wrong));
}

static void test_bad_ones_slow_down(void **state)
{
    const house *h = *state;
    ts_error err;
    ts_session session;
    ts_sign_in wish = {.email = "ann@example.org", .password = PASSWORD, .source = "192.0.2.1"};
    wish.password = "wrong password";
    unsigned tries = 0;
    do err = (ts_error){0}, (void)ts_people_sign_in(h->people, &wish, h->arena, &session, &err);
    while (err.code == TS_UNAUTHORIZED && ++tries < 30);
    assert_int_equal(err.code, TS_RATE_LIMITED);
    assert_true(tries >= 10 && tries <= 14);
    wish.source = "192.0.2.2";
    wish.password = PASSWORD;
    assert_works(ts_people_sign_in(h->people, &wish, h->arena, &session, &err), err);
}

/* Losing rights ends what was begun with them. */
static void test_sessions_end_with_the_right(void **state)
{
    const house *h = *state;
    ts_error err;
    ts_session session;
    ts_session seen;
    assert_works(sign_in(h, "bob@example.org", PASSWORD, &session, &err), err);
    assert_works(ts_people_set_role(h->people, &owner, h->bob.id, TS_ROLE_REVIEWER, &err), err);
    assert_works(ts_people_session(h->people, session.token, h->arena, &seen, &err), err);
    assert_int_equal(seen.person.role, TS_ROLE_REVIEWER); /* more rights count at once */
    assert_works(ts_people_set_role(h->people, &owner, h->bob.id, TS_ROLE_VIEWER, &err), err);
    assert_fails(ts_people_session(h->people, session.token, h->arena, &seen, &err), err, TS_UNAUTHORIZED);
    assert_works(sign_in(h, "bob@example.org", PASSWORD, &session, &err), err);
    assert_works(ts_people_disable(h->people, &owner, h->bob.id, true, &err), err);
    assert_works(ts_people_disable(h->people, &owner, h->bob.id, false, &err), err);
    assert_fails(ts_people_session(h->people, session.token, h->arena, &seen, &err), err, TS_UNAUTHORIZED);
    assert_works(sign_in(h, "bob@example.org", PASSWORD, &session, &err), err);
    assert_works(ts_people_remove(h->people, &owner, h->bob.id, &err), err);
    assert_fails(ts_people_session(h->people, session.token, h->arena, &seen, &err), err, TS_UNAUTHORIZED);
}

static void test_passwords(void **state)
{
    const house *h = *state;
    ts_error err;
    ts_session here;
    ts_session there;
    ts_session seen;
    ts_people_by bob = as(&h->bob);
    assert_works(sign_in(h, "bob@example.org", PASSWORD, &here, &err), err);
    assert_works(sign_in(h, "bob@example.org", PASSWORD, &there, &err), err);
    const char *fresh = "battery staple";
    assert_fails(ts_people_set_password(h->people, &bob, h->bob.id, "wrong one", fresh, NULL, &err), err,
                 TS_FORBIDDEN);
    assert_fails(ts_people_set_password(h->people, &bob, h->bob.id, NULL, fresh, NULL, &err), err,
                 TS_FORBIDDEN);
    assert_fails(ts_people_set_password(h->people, &bob, h->ann.id, PASSWORD, fresh, NULL, &err), err,
                 TS_FORBIDDEN);
    assert_fails(ts_people_set_password(h->people, &bob, h->bob.id, PASSWORD, "short", NULL, &err), err,
                 TS_USAGE);
    assert_works(ts_people_set_password(h->people, &bob, h->bob.id, PASSWORD, fresh, here.token, &err), err);
    assert_works(ts_people_session(h->people, here.token, h->arena, &seen, &err), err);
    assert_fails(ts_people_session(h->people, there.token, h->arena, &seen, &err), err, TS_UNAUTHORIZED);
    assert_fails(sign_in(h, "bob@example.org", PASSWORD, &seen, &err), err, TS_UNAUTHORIZED);
    assert_works(sign_in(h, "bob@example.org", fresh, &seen, &err), err);
    assert_works(ts_people_set_password(h->people, &owner, h->bob.id, NULL, PASSWORD, NULL, &err), err);
    assert_fails(ts_people_session(h->people, here.token, h->arena, &seen, &err), err, TS_UNAUTHORIZED);
    assert_fails(ts_people_set_password(h->people, &owner, "nobody", NULL, PASSWORD, NULL, &err), err,
                 TS_NOT_FOUND);
}

static void *sign_in_once(void *user)
{
    ts_session session;
    ts_arena *arena = ts_arena_new(0);
    const house *h = user;
    ts_sign_in wish = {.email = "ann@example.org", .password = PASSWORD, .source = "192.0.2.9"};
    bool ok = ts_people_sign_in(h->people, &wish, arena, &session, NULL) &&
              ts_people_session(h->people, session.token, arena, &session, NULL);
    ts_arena_free(arena);
    return ok ? user : NULL;
}

static void test_many_sign_in_at_once(void **state)
{
    pthread_t threads[6];
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sign_in_once, *state), 0);
    for (unsigned i = 0; i < 6; i++) {
        void *done = NULL;
        pthread_join(threads[i], &done);
        assert_non_null(done);
    }
}

/* ---- invitations --------------------------------------------------------------------------------- */

static void test_invitations(void **state)
{
    const house *h = *state;
    ts_error err;
    ts_person eve;
    char token[TS_TOKEN_TEXT];
    ts_people_by bob = as(&h->bob);
    ts_people_by ann = as(&h->ann);
    assert_fails(ts_people_invite(h->people, &bob, "eve@example.org", TS_ROLE_VIEWER, token, &err), err,
                 TS_FORBIDDEN);
    assert_fails(ts_people_invite(h->people, &ann, "no address", TS_ROLE_VIEWER, token, &err), err, TS_USAGE);
    assert_works(ts_people_invite(h->people, &ann, "eve@example.org", TS_ROLE_REVIEWER, token, &err), err);
    ts_person_new wish = {.name = "Eve", .password = PASSWORD, .role = TS_ROLE_ADMIN};
    wish.email = "other@example.org";
    assert_fails(ts_people_accept(h->people, token, &wish, h->arena, &eve, &err), err, TS_FORBIDDEN);
    wish.email = NULL;
    wish.password = NULL;
    assert_fails(ts_people_accept(h->people, token, &wish, h->arena, &eve, &err), err, TS_USAGE);
    wish.password = "short";
    assert_fails(ts_people_accept(h->people, token, &wish, h->arena, &eve, &err), err, TS_USAGE);
    wish.password = PASSWORD;
    assert_works(ts_people_accept(h->people, token, &wish, h->arena, &eve, &err), err);
    assert_string_equal(eve.email, "eve@example.org");
    assert_int_equal(eve.role, TS_ROLE_REVIEWER); /* what was offered, not what was asked for */
    assert_fails(ts_people_accept(h->people, token, &wish, h->arena, &eve, &err), err, TS_NOT_FOUND);
    assert_fails(ts_people_accept(h->people, "ti_guess", &wish, h->arena, &eve, &err), err, TS_NOT_FOUND);
    ts_session session;
    assert_works(sign_in(h, "eve@example.org", PASSWORD, &session, &err), err);
}

static void test_open_invitations(void **state)
{
    const house *h = *state;
    ts_error err;
    ts_person person;
    char token[TS_TOKEN_TEXT];
    assert_works(ts_people_invite(h->people, &owner, "", TS_ROLE_VIEWER, token, &err), err);
    ts_person_new wish = {.name = "Fay", .password = PASSWORD};
    assert_fails(ts_people_accept(h->people, token, &wish, h->arena, &person, &err), err, TS_USAGE);
    wish.email = "ann@example.org";
    assert_fails(ts_people_accept(h->people, token, &wish, h->arena, &person, &err), err, TS_CONFLICT);
    wish.email = "fay@example.org"; /* what failed has not used it up */
    assert_works(ts_people_accept(h->people, token, &wish, h->arena, &person, &err), err);
    assert_int_equal(person.role, TS_ROLE_VIEWER);
}

#define IN_A_HOUSE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_HOUSE(test_making),
        IN_A_HOUSE(test_the_last_administrator_stays),
        IN_A_HOUSE(test_sessions),
        IN_A_HOUSE(test_sign_in_says_the_same),
        IN_A_HOUSE(test_bad_ones_slow_down),
        IN_A_HOUSE(test_sessions_end_with_the_right),
        IN_A_HOUSE(test_passwords),
        IN_A_HOUSE(test_many_sign_in_at_once),
        IN_A_HOUSE(test_invitations),
        IN_A_HOUSE(test_open_invitations),
    };
    return cmocka_run_group_tests_name("people accounts", tests, NULL, NULL);
}
