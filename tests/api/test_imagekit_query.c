/* tests/api: ImageKit's search language: what a query finds, what is no query, and what our index hears of it. */
#include "api/imagekit_query.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"

#define NOW 1767225600000 /* 2026-01-01 */

static const char file_text[] =
    "{\"type\":\"file\",\"name\":\"Dog-at-sea.jpg\",\"createdAt\":\"2025-12-30T00:00:00Z\",\"updatedAt\":"
    "\"2026-01-"
    "01T00:00:00Z\","
    "\"height\":300,\"width\":400,\"size\":2000000,\"format\":\"jpg\",\"mime\":\"image/"
    "jpeg\",\"tags\":[\"pets\",\"big "
    "sale\"],"
    "\"AITags\":[{\"name\":\"Dog\",\"confidence\":90}],\"isPrivateFile\":false,\"isPublished\":true,"
    "\"description\":\"\","
    "\"filePath\":\"/shop/animals/"
    "Dog-at-sea.jpg\",\"customMetadata\":{\"price\":7,\"brand\":\"Acme\",\"sold\":true,"
    "\"day\":\"2026-01-05\"}}";

static const struct {
    const char *query;
    bool finds;
} cases[] = {
    {"name = \"Dog-at-sea.jpg\"", true},
    {"name = \"dog-at-sea.jpg\"", false},
    {"name : \"dog\"", true},
    {"name : \"sea\"", false},
    {"name HAS \"SEA\"", true},
    {"name != 'x'", true},
    {"name NOT = 'Dog-at-sea.jpg'", false},
    {"NOT name : 'dog'", false},
    {"createdAt > \"7d\"", true},
    {"createdAt > \"1d\"", false},
    {"createdAt >= 2w", true},
    {"createdAt < \"2025-12-31\"", true},
    {"updatedAt >= \"2026-01-01T00:00:00Z\"", true},
    {"updatedAt > \"2026-01-01T00:00:00Z\"", false},
    {"size < \"2mb\"", true},
    {"size < 2000000", false},
    {"size <= 2000000", true},
    {"size > \"1953kb\"", true},
    {"size > \"1954kb\"", false},
    {"width = 400", true},
    {"width IN [100, 400]", true},
    {"height > 300", false},
    {"tags = \"pets\"", true},
    {"tags IN [\"a\", \"big sale\",]", true},
    {"tags NOT IN [\"pets\"]", false},
    {"tags NOT IN [\"cats\"]", true},
    {"tags : \"pe\"", true},
    {"tags IN []", false},
    {"AITags = \"Dog\"", true},
    {"AITags HAS \"o\"", true},
    {"private = false", true},
    {"\"published\" = true AND private = true", false},
    {"path = \"/shop/animals/\"", true},
    {"path = \"shop/animals\"", true},
    {"path = \"/shop\"", false},
    {"path : \"/shop/\"", true},
    {"path : \"/sho\"", false},
    {"path : \"/\"", true},
    {"path HAS \"animal\"", true},
    {"\"customMetadata.price\" >= 7", true},
    {"customMetadata.price > 7", false},
    {"\"customMetadata.brand\" IN [\"Acme\", \"Other\"]", true},
    {"\"customMetadata.sold\" = true", true},
    {"\"customMetadata.sold\" = false", false},
    {"\"customMetadata.day\" < \"2026-02-01\"", true},
    {"\"customMetadata.day\" > \"2026-02-01\"", false},
    {"\"customMetadata.nothing\" = 1", false},
    {"\"customMetadata.price\" EXISTS", true},
    {"\"customMetadata.nothing\" NOT EXISTS", true},
    {"description EXISTS", false},
    {"name : \"cat\" OR name : \"dog\" AND width = 400", true},
    {"(name : \"cat\" OR name : \"dog\") AND width = 401", false},
    {"name : \"cat\" or not (width = 401)", true},
    {"type = \"file\"", true},
    {"format NOT = \"png\"", true},
    {"name = \"a\\\"b\"", false},
};

static void test_finds(void **state)
{
    (void)state;
    json_t *file = json_loads(file_text, 0, NULL);
    assert_non_null(file);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ts_arena *arena = ts_arena_new(0);
        ts_error err = {0};
        const ts_ik_node *query = ts_ik_query_parse(cases[i].query, NOW, arena, &err);
        if (!query) fail_msg("%s: %s", cases[i].query, err.message);
        if (ts_ik_query_matches(query, file) != cases[i].finds) fail_msg("%s", cases[i].query);
        ts_arena_free(arena);
    }
    json_decref(file);
}

static const struct {
    const char *query, *column;
} faults[] = {
    {"", "column 1"},
    {"name", "column 5"},
    {"name =", "column 7"},
    {"name = \"a", "column 8"},
    {"colour = 1", "column 1"},
    {"width = wide", "column 9"},
    {"size < 2zb", "column 8"},
    {"createdAt > yesterday", "column 13"},
    {"(name = a", "column 10"},
    {"name = a b", "column 10"},
    {"name = a AND", "column 13"},
    {"tags IN [a b]", "column 12"},
    {"tags IN [a", "column 11"},
    {"name > a", "column 6"},
    {"private = maybe", "column 11"},
    {"name ~ a", "column 6"},
    {"customMetadata. = 1", "column 1"},
    {"NOT", "column 4"},
    {"name = ä $", "column 10"},
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        ts_arena *arena = ts_arena_new(0);
        ts_error err = {0};
        assert_null(ts_ik_query_parse(faults[i].query, NOW, arena, &err));
        assert_int_equal(err.code, TS_USAGE);
        char wanted[32];
        (void)snprintf(wanted, sizeof wanted, "%s:", faults[i].column);
        if (!strstr(err.message, wanted)) fail_msg("%s: %s", faults[i].query, err.message);
        ts_arena_free(arena);
    }
}

static void test_limits(void **state)
{
    (void)state;
    char text[TS_IK_QUERY_BYTES + 8];
    ts_arena *arena = ts_arena_new(0);
    memset(text, '(', 100);
    text[100] = '\0';
    assert_null(ts_ik_query_parse(text, NOW, arena, NULL));
    memset(text, 'a', sizeof text);
    text[TS_IK_QUERY_BYTES + 1] = '\0';
    assert_null(ts_ik_query_parse(text, NOW, arena, NULL));
    assert_null(ts_ik_query_parse("name = \"\xff\"", NOW, arena, NULL));
    ts_arena_free(arena);
}

static size_t narrowed(const char *text, const ts_sift **first)
{
    static ts_arena *arena;
    ts_arena_free(arena);
    arena = ts_arena_new(0);
    size_t count = 0;
    if (!text) return ts_arena_free(arena), arena = NULL, count;
    const ts_ik_node *query = ts_ik_query_parse(text, NOW, arena, NULL);
    assert_non_null(query);
    *first = ts_ik_query_narrow(query, arena);
    for (const ts_sift *s = *first; s; s = s->next) count++;
    return count;
}

static void test_narrow(void **state)
{
    (void)state;
    const ts_sift *first = NULL;
    assert_int_equal(narrowed("width > 300 AND (size <= \"1kb\" AND name : \"a\")", &first), 2);
    assert_int_equal(first->fact, TS_FACT_WIDTH);
    assert_true(first->low == 300 && first->next->fact == TS_FACT_BYTES && first->next->high == 1024);
    assert_int_equal(narrowed("createdAt >= \"7d\"", &first), 1);
    assert_true(first->low <= NOW - 7 * 86400e3 && first->low >= NOW - 8 * 86400e3);
    static const char *const nothing[] = {"width > 300 OR height > 2", "NOT width > 300", "width = 3",
                                          "name : 'a'"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        assert_int_equal(narrowed(nothing[i], &first), 0);
    (void)narrowed(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_finds), cmocka_unit_test(test_faults),
                                       cmocka_unit_test(test_limits), cmocka_unit_test(test_narrow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
