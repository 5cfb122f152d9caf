/* tests/http: a call without a network takes the same steps as one over a connection. Also what a bad table says. */
#include "http/http.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"

static void show(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    size_t length = 0;
    const void *body = ts_request_body(request, &length);
    const char *id = ts_request_param(request, "id");
    json_t *root = json_pack("{s:s, s:s, s:s, s:s%, s:s}", "method", ts_request_method(request), "id",
                             id ? id : "", "who", ts_request_identity(request)->name, "body",
                             body ? body : "", length, "peer", ts_request_peer(request));
    ts_respond_created(response, "/there", root);
}

static void answer_file(void *context, ts_request *request, ts_response *response)
{
    (void)request;
    ts_response_file(response, "text/plain", dup(fileno(context)), 2, 5);
}

static void stream(void *context, ts_request *request, ts_response *response)
{
    ts_error err = {0};
    (void)context;
    (void)request;
    if (!ts_response_events(response, &err)) ts_respond_problem(response, &err);
}

static void say_nothing(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    (void)request;
    (void)response;
}

static void split_header(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    (void)request;
    ts_respond_redirect(response, 303, "/a\r\nX-Evil: 1");
}

static const ts_route rows[] = {
    {"POST", "/things/{id}", show, .bodies = TS_BODY_JSON, .max_body = 100},
    {"GET", "/file", answer_file},
    {"GET", "/events", stream},
    {"GET", "/nothing", say_nothing},
    {"GET", "/split", split_header},
    {"GET", "/local", say_nothing, .flags = TS_ROUTE_LOCAL},
};

static ts_http_answer call(void *context, const char *method, const char *target, const char *type,
                           const char *body)
{
    ts_route_group group = {
        .prefix = "/", .routes = rows, .count = sizeof rows / sizeof rows[0], .context = context};
    ts_http_routes table = {&group, 1};
    ts_http_pair header = {"Content-Type", type ? type : "", 0};
    ts_http_call asked = {method, target, &header, type ? 1 : 0, body, body ? strlen(body) : 0};
    ts_http_answer answer;
    ts_error err = {0};
    assert_true(ts_http_dispatch(NULL, &table, &asked, &answer, &err));
    return answer;
}

static void expect(void *context, const char *method, const char *target, const char *type, const char *body,
                   int status, const char *inside)
{
    ts_http_answer answer = call(context, method, target, type, body);
    assert_int_equal(answer.status, status);
    if (inside) assert_non_null(strstr(answer.body.data ? answer.body.data : "", inside));
    ts_http_answer_free(&answer);
}

static void runs_the_handler(void **state)
{
    (void)state;
    ts_http_answer answer = call(NULL, "POST", "/things/a%20b?x=1", "application/json", "{\"a\":1}");
    assert_int_equal(answer.status, 201);
    assert_string_equal(answer.type, "application/json");
    assert_string_equal(answer.location, "/there");
    assert_string_equal(answer.body.data,
                        "{\"method\":\"POST\",\"id\":\"a b\",\"who\":\"local\",\"body\":\"{\\\"a\\\":1}\","
                        "\"peer\":\"local\"}");
    ts_http_answer_free(&answer);
}

static void refuses_alike(void **state)
{
    char large[200];
    (void)state;
    memset(large, ' ', sizeof large);
    large[sizeof large - 1] = '\0';
    expect(NULL, "GET", "/none", NULL, NULL, 404, "\"code\":\"not_found\"");
    expect(NULL, "PUT", "/file", NULL, NULL, 405, "method_not_allowed");
    expect(NULL, "POST", "/things/a", "text/plain", "x", 415, "unsupported");
    expect(NULL, "POST", "/things/a", "application/json", large, 413, "too_large");
    expect(NULL, "GET", "/things/%00", NULL, NULL, 400, "bad_path");
    expect(NULL, "GET", "/events", NULL, NULL, 415, "running server");
    expect(NULL, "GET", "/nothing", NULL, NULL, 204, NULL);
    expect(NULL, "GET", "/local", NULL, NULL, 204, NULL);
}

static void reads_files(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite("0123456789", 1, 10, file), 10);
    assert_int_equal(fflush(file), 0);
    expect(file, "GET", "/file", NULL, NULL, 200, "23456");
    (void)fclose(file);
}

static void no_header_can_be_split(void **state)
{
    (void)state;
    ts_http_answer answer = call(NULL, "GET", "/split", NULL, NULL);
    assert_string_equal(answer.location, "/aX-Evil: 1");
    ts_http_answer_free(&answer);
}

static void bad_tables(void **state)
{
    static const char *const patterns[] = {"x", "//", "/a//b", "/{", "/{}", "/{a}b", "/{a...}/b", ""};
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        ts_route route = {"GET", patterns[i], show, .flags = 0};
        ts_route_group group = {.prefix = "/", .routes = &route, .count = 1};
        ts_http_routes table = {&group, 1};
        ts_http_call asked = {.method = "GET", .target = "/"};
        ts_http_answer answer;
        ts_error err = {0};
        assert_fails(ts_http_dispatch(NULL, &table, &asked, &answer, &err), err, TS_CONFIG);
    }
    ts_route twice[] = {{"GET", "/{a}", show, .flags = 0}, {"GET", "/{b}", show, .flags = 0}};
    ts_route_group group = {.prefix = "/", .routes = twice, .count = 2};
    ts_http_routes table = {&group, 1};
    ts_http_call asked = {.method = "GET", .target = "/x"};
    ts_http_answer answer;
    ts_error err = {0};
    assert_fails(ts_http_dispatch(NULL, &table, &asked, &answer, &err), err, TS_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_the_handler), cmocka_unit_test(refuses_alike),
        cmocka_unit_test(reads_files),      cmocka_unit_test(no_header_can_be_split),
        cmocka_unit_test(bad_tables),
    };
    return cmocka_run_group_tests_name("dispatch", tests, NULL, NULL);
}
