/* search: the query language: what parses, and where the errors point. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "search/query.h"
#include "tests/support/support.h"

static void test_good_queries(void **state)
{
    (void)state;
    static const char *const good[] = {
        "",
        "   ",
        "dog",
        "dog beach",
        "\"oak tree\"",
        "dog AND beach",
        "dog & beach | cat",
        "dog OR (cat AND -people)",
        "NOT dog",
        "-dog",
        "-(dog cat)",
        "-\"oak tree\"",
        "tag:dog",
        "tag:\"oak tree\"",
        "facet:scene",
        "scene:beach",
        "facet.scene:beach",
        "facet.brand:acme",
        "colour:red",
        "color:#ff0000~20",
        "colour:#f00",
        "confidence>=0.8",
        "confidence>80%",
        "confidence:0.5..0.9",
        "state:suggested",
        "state:suggested,rejected",
        "source:person",
        "width>2000",
        "height<=100",
        "bytes>2mb",
        "bytes:500kb..1.5mib",
        "megapixels>12",
        "ratio>1.5",
        "ratio:16/9",
        "faces:2",
        "faces:2..",
        "count(dog)>=2",
        "count(oak tree):1..3",
        "taken:2024",
        "taken:2024-05..2024-07",
        "taken>2024",
        "taken:2024-02-29",
        "added:7d",
        "near:48.85,2.35,10km",
        "near:-33.9,18.4,500m",
        "is:portrait",
        "has:gps",
        "needs:review",
        "format:jpeg",
        "name:IMG_12*",
        "path:2024/*",
        "folder:paris",
        "similar:42",
        "quality>0.5",
        "quality:blurry",
        "tag:犬",
        "犬 海",
        "dog!",
        "a - b",
        "\"a \\\" quote\"",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ts_error err = {0};
        if (!ts_query_check(good[i], &err)) fail_msg("\"%s\": %s", good[i], err.message);
    }
}

static void test_bad_queries_point_at_the_column(void **state)
{
    (void)state;
    static const struct {
        const char *query, *begins, *holds;
    } bad[] = {
        {"dog AND", "column 8: ", "expected a term"},
        {"(dog", "column 1: ", "never closed"},
        {"dog (cat OR (tree)", "column 5: ", "never closed"},
        {"dog)", "column 4: ", "closes nothing"},
        {"()", "column 2: ", "expected a term before )"},
        {"OR dog", "column 1: ", "before OR"},
        {"dog \"oak", "column 5: ", "never closed"},
        {"dgo:cat", "column 1: ", "no field \"dgo\""},
        {"widht>20", "column 1: ", "did you mean \"width:\""},
        {"dog width>big", "column 11: ", "expected a number"},
        {"tag:", "column 5: ", "expected a value"},
        {"taken:2024-13", "column 7: ", "2024-05-17"},
        {"taken:2023-02-29", "column 7: ", "2024-05-17"},
        {"taken:2024..2023", "column 7: ", "LOW..HIGH"},
        {"is:round", "column 4: ", "portrait"},
        {"tag>dog", "column 1: ", "takes no comparison"},
        {"confidence>=1.5", "column 13: ", "from 0 to 1"},
        {"near:91,0,1km", "column 6: ", "LATITUDE"},
        {"color:#ff00", "column 7: ", "#rrggbb"},
        {"dog OR similar:4", "column 8: ", "not inside OR"},
        {"-similar:4", "column 2: ", "not inside OR"},
        {"count(dog", "column 7: ", "expected )"},
        {"count(dog) > 2", "column 11: ", "comparison"},
        {"é dgo:x", "column 3: ", "no field"},
        {"ok \xff", "column 4: ", "UTF-8"},
        {"state:maybe", "column 7: ", "suggested"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ts_error err = {0};
        if (ts_query_check(bad[i].query, &err)) fail_msg("\"%s\" parsed", bad[i].query);
        assert_int_equal(err.code, TS_USAGE);
        if (strncmp(err.message, bad[i].begins, strlen(bad[i].begins)) != 0 ||
            !strstr(err.message, bad[i].holds))
            fail_msg("\"%s\": %s", bad[i].query, err.message);
    }
}

static void test_limits(void **state)
{
    (void)state;
    char query[TS_QUERY_BYTES_MAX + 2];
    ts_error err = {0};
    memset(query, '(', sizeof query);
    query[TS_QUERY_DEPTH_MAX + 1] = '\0';
    assert_false(ts_query_check(query, &err));
    assert_non_null(strstr(err.message, "nested deeper"));
    for (size_t i = 0; i < TS_QUERY_TERMS_MAX + 1; i++) memcpy(query + 2 * i, "a ", 3);
    assert_false(ts_query_check(query, &err));
    assert_non_null(strstr(err.message, "more than"));
    memset(query, 'a', sizeof query - 1);
    query[sizeof query - 1] = '\0';
    assert_false(ts_query_check(query, &err));
    assert_non_null(strstr(err.message, "bytes long"));
    memset(query, '-', TS_QUERY_BYTES_MAX);
    memcpy(query + TS_QUERY_BYTES_MAX - 4, "a", 2);
    assert_true(ts_query_check(query, &err)); /* thousands of NOT need no stack */
}

/* The tree in brackets: what binds to what. */
static void show(const ts_node *node, char *out, size_t size)
{
    size_t used = strlen(out);
    static const char *const names[] = {
        [TS_NODE_ALL] = "all", [TS_NODE_AND] = "&", [TS_NODE_OR] = "|", [TS_NODE_NOT] = "!"};
    if (node->kind > TS_NODE_NOT) {
        snprintf(out + used, size - used, "%s", node->text ? node->text : "?");
        return;
    }
    snprintf(out + used, size - used, "%s(", names[node->kind]);
    for (const ts_node *child = node->child; child; child = child->next) {
        show(child, out, size);
        if (child->next) strncat(out, ",", size - strlen(out) - 1);
    }
    strncat(out, ")", size - strlen(out) - 1);
}

static void test_tree(void **state)
{
    (void)state;
    static const struct {
        const char *query, *tree;
    } cases[] = {
        {"", "all()"},
        {"a", "a"},
        {"a b", "&(a,b)"},
        {"a AND b", "&(a,b)"},
        {"a OR b c", "|(a,&(b,c))"},
        {"a b OR c d", "|(&(a,b),&(c,d))"},
        {"(a OR b) c", "&(|(a,b),c)"},
        {"-a b", "&(!(a),b)"},
        {"NOT NOT a", "a"},
        {"-(a | b)", "!(|(a,b))"},
        {"a AND (b OR c) NOT d", "&(a,|(b,c),!(d))"},
        {"tag:\"x y\" z", "&(x y,z)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char tree[256] = "";
        ts_error err = {0};
        ts_arena *arena = ts_arena_new(0);
        const ts_node *root = ts_query_parse(cases[i].query, 0, arena, &err);
        assert_non_null(root);
        show(root, tree, sizeof tree);
        assert_string_equal(tree, cases[i].tree);
        ts_arena_free(arena);
    }
}

static const ts_node *leaf(ts_arena *arena, const char *query)
{
    ts_error err = {0};
    const ts_node *node = ts_query_parse(query, INT64_C(1700000000000), arena, &err);
    if (!node) fail_msg("\"%s\": %s", query, err.message);
    return node;
}

static void test_values(void **state)
{
    (void)state;
    ts_arena *arena = ts_arena_new(0);
    const ts_node *n = leaf(arena, "taken:2024-05..2024-07");
    assert_true(n->low == 1714521600000.0 && n->high == 1722470399999.0);
    n = leaf(arena, "taken>2024");
    assert_true(n->low > 1735689599999.0 && n->low < 1735689600001.0 && isinf(n->high));
    n = leaf(arena, "taken<2024-03-01");
    assert_true(n->high < 1709251200000.0 && n->high > 1709251199998.0);
    n = leaf(arena, "added:7d");
    assert_true(n->low == 1700000000000.0 - 7 * 86400000.0 && isinf(n->high));
    n = leaf(arena, "bytes>2mb");
    assert_true(n->low > 2e6 && n->low < 2e6 + 1);
    n = leaf(arena, "megapixels>=12");
    assert_true(n->low == 12e6);
    n = leaf(arena, "near:48.85,2.35,500m");
    assert_true(n->high == 0.5 && n->latitude == 48.85);
    n = leaf(arena, "color:#ff0000~15");
    assert_float_equal(n->lab[0], 53.24f, 0.1f);
    assert_float_equal(n->lab[1], 80.09f, 0.1f);
    assert_float_equal(n->distance, 15, 0);
    n = leaf(arena, "dog confidence>=0.8 state:accepted source:person");
    assert_int_equal(n->qualifier.low, 204);
    assert_int_equal(n->qualifier.states, 2);
    assert_int_equal(n->qualifier.sources, 2);
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_queries), cmocka_unit_test(test_bad_queries_point_at_the_column),
        cmocka_unit_test(test_limits),       cmocka_unit_test(test_tree),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests_name("search query", tests, NULL, NULL);
}
