/* Tests of service: whom the courier may call: receivers that hold those who call them leave room for the others. */
#include "service/callees.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"

typedef struct house {
    ts_callees *callees;
    ts_arena *arena;
    ts_delivery_avoid avoid;
    ts_error err;
} house;

static house open_house(void)
{
    house h = {.arena = ts_arena_new(0)};
    h.callees = ts_callees_new(&h.err);
    assert_non_null(h.callees);
    return h;
}

static void close_house(house *h)
{
    ts_callees_free(h->callees);
    ts_arena_free(h->arena);
}

static bool may_call(house *h, const char *hook, const char *url)
{
    assert_true(ts_callees_avoid(h->callees, h->arena, &h->avoid, &h->err));
    if (!hook[0] && h->avoid.addresses) return false;
    for (size_t i = 0; i < h->avoid.count; i++)
        if (strcmp(h->avoid.targets[i], hook[0] ? hook : url) == 0) return false;
    return true;
}

static size_t call(house *h, const char *hook, const char *url)
{
    size_t number = SIZE_MAX;
    assert_true(ts_callees_begin(h->callees, hook, url, &number, &h->err));
    assert_true(number < TS_CALLS_MAX);
    return number;
}

/* Calls it as often as it may be called at once. */
static size_t call_often(house *h, const char *hook, const char *url)
{
    size_t calls = 0;
    while (may_call(h, hook, url)) {
        (void)call(h, hook, url);
        calls++;
    }
    return calls;
}

static void make_slow(house *h, const char *hook)
{
    ts_callees_end(h->callees, call(h, hook, ""), TS_CALLS_SLOW_MS);
}

static void two_that_fall_silent_leave_half(void **state)
{
    (void)state;
    house h = open_house();
    assert_int_equal(call_often(&h, "a", ""), TS_CALLS_OF_ONE);
    assert_int_equal(call_often(&h, "b", ""), TS_CALLS_OF_ONE);
    assert_int_equal(call_often(&h, "c", ""), 1);
    assert_int_equal(call_often(&h, "d", ""), 1);
    close_house(&h);
}

static void who_was_slow_is_called_by_one_until_it_is_quick(void **state)
{
    (void)state;
    house h = open_house();
    make_slow(&h, "a");
    size_t number = call(&h, "a", "");
    assert_false(may_call(&h, "a", ""));
    ts_callees_end(h.callees, number, TS_CALLS_SLOW_MS - 1);
    assert_int_equal(call_often(&h, "a", ""), TS_CALLS_OF_ONE);
    close_house(&h);
}

static void all_slow_ones_have_half(void **state)
{
    (void)state;
    house h = open_house();
    char names[TS_CALLS_MAX + 4][8];
    size_t called = 0;
    for (size_t i = 0; i < TS_CALLS_MAX + 4; i++) {
        (void)snprintf(names[i], sizeof names[i], "s%zu", i);
        make_slow(&h, names[i]);
    }
    for (size_t i = 0; i < TS_CALLS_MAX + 4; i++) called += call_often(&h, names[i], "");
    assert_int_equal(called, TS_CALLS_MAX / 2);
    assert_int_equal(call_often(&h, "quick", ""), 1);
    close_house(&h);
}

static void addresses_of_pictures_have_half(void **state)
{
    (void)state;
    house h = open_house();
    char url[64];
    size_t called = 0;
    for (size_t i = 0; i < TS_CALLS_MAX; i++) {
        (void)snprintf(url, sizeof url, "https://host-%zu.example/", i);
        called += call_often(&h, "", url);
    }
    assert_int_equal(called, TS_CALLS_MAX / 2);
    assert_int_equal(call_often(&h, "hook", ""), 1);
    close_house(&h);
}

static void memory_of_the_slow_is_bounded(void **state)
{
    (void)state;
    house h = open_house();
    char name[16];
    make_slow(&h, "first");
    make_slow(&h, "first");
    for (size_t i = 0; i < TS_CALLEES_REMEMBERED; i++) {
        (void)snprintf(name, sizeof name, "s%zu", i);
        make_slow(&h, name);
    }
    assert_int_equal(call_often(&h, "first", ""), TS_CALLS_OF_ONE);
    assert_int_equal(call_often(&h, "s1", ""), 1);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_that_fall_silent_leave_half),
        cmocka_unit_test(who_was_slow_is_called_by_one_until_it_is_quick),
        cmocka_unit_test(all_slow_ones_have_half),
        cmocka_unit_test(addresses_of_pictures_have_half),
        cmocka_unit_test(memory_of_the_slow_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
