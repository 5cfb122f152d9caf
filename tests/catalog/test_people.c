/* tests/catalog: accounts, sessions, invitations, and requests that take effect once. */
#include <string.h>

#include "catalog/idempotency.h"
#include "catalog/people.h"
#include "house.h"

typedef struct wish {
    ts_person_row person;
    ts_session_row session;
    ts_invitation_row invitation;
    ts_arena *arena;
    const char *text, *fingerprint;
    ts_idempotent_answer answer;
    bool found;
    int status;
    size_t count;
    int64_t age;
} wish;

CHANGE(insert, wish)
{
    return ts_people_insert(txn, &in->person, in->arena, err);
}
CHANGE(update, wish)
{
    return ts_people_update(txn, &in->person, err);
}
CHANGE(erase, wish)
{
    return ts_people_delete(txn, in->person.id, err);
}
CHANGE(sign_in, wish)
{
    return ts_sessions_insert(txn, &in->session, err);
}
CHANGE(sign_out_others, wish)
{
    return ts_sessions_delete_of(txn, in->person.id, in->text, err);
}
CHANGE(expire_sessions, wish)
{
    return ts_sessions_expire(txn, &in->count, err);
}
CHANGE(invite, wish)
{
    return ts_invitations_insert(txn, &in->invitation, err);
}
CHANGE(accept, wish)
{
    return ts_invitations_take(txn, in->text, in->arena, &in->invitation, err);
}
CHANGE(claim, wish)
{
    return ts_idempotency_claim(txn, "tk", in->text, in->fingerprint, 1000, in->arena, &in->answer,
                                &in->found, err);
}
CHANGE(store, wish)
{
    return ts_idempotency_store(txn, "tk", in->text, in->status, "{\"id\":1}", err);
}
CHANGE(drop, wish)
{
    return ts_idempotency_drop(txn, "tk", in->text, err);
}
CHANGE(expire, wish)
{
    return ts_idempotency_expire(txn, in->age, 10, &in->count, err);
}

static bool signed_in(house *h, const char *token)
{
    ts_error err = {0};
    ts_session_row row;
    ts_txn *txn = house_read(h);
    bool found = ts_sessions_find(txn, token, h->arena, &row, &err);
    ts_catalog_read_end(txn);
    if (!found) assert_int_equal(err.code, TS_NOT_FOUND);
    return found;
}

static void accounts_and_their_sessions(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = {.arena = h->arena,
              .person = {.name = "Ann", .email = "ann@a.example", .password_hash = "x", .role = "admin"}};
    house_write(h, insert, &w);
    wish twin = {.arena = h->arena, .person = {.name = "B", .email = "ANN@a.example"}};
    house_refuses(h, insert, &twin, TS_CONFLICT);
    w.person.role = "viewer";
    w.person.disabled = 5;
    house_write(h, update, &w);
    ts_error err;
    ts_person_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_people_find_email(txn, "Ann@A.example", h->arena, &row, &err), err);
    assert_string_equal(row.role, "viewer");
    assert_int_equal(row.disabled, 5);
    assert_works(ts_people_get(txn, w.person.id, h->arena, &row, &err), err);
    assert_string_equal(row.name, "Ann");
    ts_catalog_read_end(txn);
    static const char *const tokens[] = {"t1", "t2", "t3"};
    for (size_t i = 0; i < 3; i++) {
        w.session = (ts_session_row){.token_hash = tokens[i],
                                     .person = w.person.id,
                                     .csrf = "c",
                                     .expires = atomic_load(&h->now) + (int64_t)(i + 1) * 100};
        house_write(h, sign_in, &w);
    }
    w.text = "t2";
    house_write(h, sign_out_others, &w);
    assert_false(signed_in(h, "t1") || signed_in(h, "t3"));
    assert_true(signed_in(h, "t2"));
    atomic_fetch_add(&h->now, 200);
    assert_false(signed_in(h, "t2"));
    house_write(h, expire_sessions, &w);
    assert_int_equal(w.count, 1);
    w.session.expires = INT64_MAX;
    house_write(h, sign_in, &w);
    house_write(h, erase, &w);
    assert_false(signed_in(h, "t3"));
    house_refuses(h, erase, &w, TS_NOT_FOUND);
    house_refuses(h, update, &w, TS_NOT_FOUND);
    house_verify(h);
    house_close(h);
}

static void invitations_work_once(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = {.arena = h->arena,
              .text = "i1",
              .invitation = {.token_hash = "i1",
                             .email = "b@a.example",
                             .role = "tagger",
                             .invited_by = "p1",
                             .expires = atomic_load(&h->now) + 10}};
    house_write(h, invite, &w);
    ts_error err;
    const ts_invitation_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_invitations_list(txn, h->arena, &rows, &count, &err), err);
    ts_catalog_read_end(txn);
    assert_int_equal(count, 1);
    house_write(h, accept, &w);
    assert_string_equal(w.invitation.role, "tagger");
    house_refuses(h, accept, &w, TS_NOT_FOUND);
    house_write(h, invite, &w);
    atomic_fetch_add(&h->now, 10);
    house_refuses(h, accept, &w, TS_NOT_FOUND);
    house_close(h);
}

static void a_request_takes_effect_once(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = {.arena = h->arena, .text = "k1", .fingerprint = "f1", .status = 201};
    house_write(h, claim, &w);
    assert_false(w.found);
    house_refuses(h, claim, &w, TS_CONFLICT);
    w.fingerprint = "f2";
    house_refuses(h, claim, &w, TS_REFUSED);
    w.fingerprint = "f1";
    house_write(h, store, &w);
    house_write(h, claim, &w);
    assert_true(w.found);
    assert_int_equal(w.answer.status, 201);
    assert_string_equal(w.answer.body, "{\"id\":1}");
    w.fingerprint = "f2";
    house_refuses(h, claim, &w, TS_REFUSED);
    house_write(h, drop, &w); /* an answer is not dropped */
    house_refuses(h, claim, &w, TS_REFUSED);
    w.text = "k2";
    house_refuses(h, store, &w, TS_NOT_FOUND);
    house_write(h, claim, &w);
    house_write(h, drop, &w);
    house_write(h, claim, &w);
    assert_false(w.found);
    atomic_fetch_add(&h->now, 1000); /* whoever claimed it died */
    house_write(h, claim, &w);
    assert_false(w.found);
    w.age = 1000;
    house_write(h, expire, &w);
    assert_int_equal(w.count, 0);
    atomic_fetch_add(&h->now, 1);
    house_write(h, expire, &w);
    assert_int_equal(w.count, 1); /* k1 */
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_and_their_sessions),
        cmocka_unit_test(invitations_work_once),
        cmocka_unit_test(a_request_takes_effect_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
