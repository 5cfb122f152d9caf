/* What tests of a service over a data folder of its own share: the folder, the service, who asks. */
#ifndef TS_TESTS_SERVICE_SHOP_H
#define TS_TESTS_SERVICE_SHOP_H

#include <stdlib.h>

#include "service/service.h"
#include "tests/support/support.h"

typedef struct shop {
    ts_service *service;
    ts_arena *arena;
    char *folder;
} shop;

static const ts_actor everybody = {
    .kind = TS_ACTOR_LOCAL, .id = "local", .name = "owner", .key_id = "", .scopes = TS_SCOPE_ALL};
static const ts_actor reader = {
    .kind = TS_ACTOR_LOCAL, .id = "reader", .name = "reader", .key_id = "", .scopes = TS_SCOPE_READ};

/* Setup and teardown of a cmocka test or group. */
static inline int open_shop(void **state)
{
    shop *s = calloc(1, sizeof *s);
    ts_error err;
    s->folder = ts_test_folder();
    s->arena = ts_arena_new(0);
    ts_service_options options = {.data_dir = s->folder, .tagger.models_dir = "/nonexistent"};
    assert_works(s->service = ts_service_open(&options, &err), err);
    *state = s;
    return s->arena ? 0 : -1;
}

static inline int close_shop(void **state)
{
    shop *s = *state;
    ts_service_close(s->service);
    ts_arena_free(s->arena);
    ts_test_folder_end(s->folder);
    free(s);
    return 0;
}

#endif
