/* api: the dialects' tables: each route is documented, lies where its dialect's errors are rendered, and can be called. */
#include "api/dialect.h"
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void (*route_check)(const ts_dialect *dialect, const char *prefix, const ts_route *route,
                            void *context);

static size_t each_of(const ts_dialect *dialect, route_check check, void *context)
{
    size_t routes = 0;
    for (size_t g = 0; g < dialect->count; g++)
        for (size_t r = 0; r < dialect->groups[g].count; r++, routes++)
            check(dialect, dialect->groups[g].prefix, &dialect->groups[g].routes[r], context);
    for (size_t f = 0; f < dialect->family_count; f++)
        for (size_t r = 0; r < dialect->families[f].family->count; r++, routes++)
            check(dialect, dialect->families[f].prefix, &dialect->families[f].family->routes[r], context);
    return routes;
}

static size_t each_route(route_check check, void *context)
{
    size_t dialects = 0, routes = 0;
    const ts_dialect *const *list = ts_api_dialects(&dialects);
    for (size_t d = 0; d < dialects; d++) routes += each_of(list[d], check, context);
    return routes;
}

typedef struct paper {
    const char *text;
    size_t missing;
} paper;

/* "`GET /v1_1/{cloud}/ping`": method and pattern as in the table. */
static void look_up(const ts_dialect *dialect, const char *prefix, const ts_route *route, void *context)
{
    paper *docs = context;
    char line[256];
    (void)prefix;
    (void)snprintf(line, sizeof line, "`%s %s`", route->method, route->pattern);
    if (strstr(docs->text, line)) return;
    print_error("%s: %s is not in docs/dialects.md\n", dialect->name, line);
    docs->missing++;
}

static void test_every_route_is_documented(void **state)
{
    (void)state;
    char *path = ts_test_path(ts_test_source(), "docs/dialects.md");
    char *text = ts_test_read(path, NULL);
    paper docs = {.text = text};
    size_t routes = each_route(look_up, &docs);
    free(text);
    free(path);
    assert_true(routes > 0);
    assert_int_equal(docs.missing, 0);
}

static void check_place(const ts_dialect *dialect, const char *prefix, const ts_route *route, void *context)
{
    size_t length = strlen(prefix);
    (void)context;
    if (strncmp(route->pattern, prefix, length) == 0 && strchr("/", route->pattern[length])) return;
    fail_msg("%s: %s is not below %s", dialect->name, route->pattern, prefix);
}

/* Else its errors would come in somebody else's shape. */
static void test_every_route_lies_below_its_prefix(void **state)
{
    (void)state;
    assert_true(each_route(check_place, NULL) > 0);
}

static void check_handler(const ts_dialect *dialect, const char *prefix, const ts_route *route, void *context)
{
    (void)prefix;
    (void)context;
    bool good = dialect->render_error && route->handler && route->doc && route->doc->run && route->doc->id;
    if (!good) fail_msg("%s: %s %s lacks a part", dialect->name, route->method, route->pattern);
}

static void test_every_route_can_be_called(void **state)
{
    (void)state;
    assert_true(each_route(check_handler, NULL) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_route_is_documented),
        cmocka_unit_test(test_every_route_lies_below_its_prefix),
        cmocka_unit_test(test_every_route_can_be_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
