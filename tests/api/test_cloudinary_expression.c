/* tests: api: Cloudinary's search expressions: what they find among a few pictures, and what is none. */
#include <string.h>

#include <jansson.h>

#include "api/cloudinary_expression.h"
#include "base/wallclock.h"
#include "tests/support/support.h"

#define DAY 86400000LL

typedef struct shelf {
    ts_arena *arena;
    int64_t now;
    ts_picture_row rows[3];
    ts_sifted pictures[3];
    json_t *kept[3];
} shelf;

static const ts_tag_row tags_of_a[] = {
    {.key = "word/dog", .label = "dog", .state = TS_LEDGER_ACCEPTED},
    {.key = "word/red car", .label = "Red Car", .state = TS_LEDGER_ACCEPTED},
    {.key = "word/cat", .label = "cat", .state = TS_LEDGER_SUGGESTED},
};
static const ts_tag_row tags_of_b[] = {{.key = "word/cat", .label = "cat", .state = TS_LEDGER_ACCEPTED}};

static void put(shelf *s, size_t at, const char *name, const ts_picture_row *row, const char *kept)
{
    s->rows[at] = *row;
    s->kept[at] = json_loads(kept, 0, NULL);
    assert_non_null(s->kept[at]);
    s->pictures[at] = (ts_sifted){.row = &s->rows[at], .name = name, .kept = s->kept[at]};
}

static int fill(void **state)
{
    static shelf s;
    s = (shelf){.arena = ts_arena_new(0)};
    assert_true(ts_iso8601_parse("2024-06-15T12:00:00Z", 20, &s.now));
    put(&s, 0, "pets/dogs/rex",
        &(ts_picture_row){.id = "ida",
                          .format = "jpeg",
                          .width = 1600,
                          .height = 900,
                          .bytes = 3000000,
                          .created = s.now - DAY / 2,
                          .updated = s.now,
                          .name = "IMG 1.jpg",
                          .visibility = TS_VISIBLE,
                          .title = "Our Rex"},
        "{\"faces\":[{},{}],\"colours\":[{\"name\":\"blue\"}],\"text\":{\"lines\":[{\"text\":\"EXIT "
        "here\"}]},"
        "\"extra\":{\"context\":{\"alt\":\"a good dog\",\"price\":\"12\"},\"metadata\":{\"sku\":\"A-1\"}}}");
    s.pictures[0].tags = tags_of_a, s.pictures[0].tag_count = 3;
    put(&s, 1, "cat_b",
        &(ts_picture_row){.id = "idb",
                          .format = "png",
                          .width = 500,
                          .height = 500,
                          .bytes = 20000,
                          .created = s.now - 10 * DAY,
                          .updated = s.now - DAY,
                          .visibility = TS_HELD},
        "{\"extra\":{\"cloudinary\":{\"type\":\"private\",\"asset_folder\":\"zoo\"},\"metadata\":{\"when\":"
        "\"2024-01-05\"}}}");
    s.pictures[1].tags = tags_of_b, s.pictures[1].tag_count = 1;
    put(&s, 2, "c*d",
        &(ts_picture_row){.id = "idc",
                          .format = "webp",
                          .width = 900,
                          .height = 1600,
                          .bytes = 500,
                          .created = s.now - 400 * DAY,
                          .updated = s.now - 2 * DAY,
                          .visibility = TS_REJECTED},
        "{\"extra\":{}}");
    *state = &s;
    return 0;
}

static int clear(void **state)
{
    shelf *s = *state;
    for (size_t i = 0; i < 3; i++) json_decref(s->kept[i]);
    ts_arena_free(s->arena);
    return 0;
}

static void check(shelf *s, const char *expression, const char *wanted)
{
    char found[4] = "";
    size_t n = 0;
    ts_error err = {0};
    const ts_sift *sift = NULL;
    if (!ts_cloudinary_expression(expression, s->now, s->arena, &sift, &err))
        fail_msg("%s: %s", expression, err.message);
    for (size_t i = 0; i < 3; i++)
        if (ts_sift_fits(sift, &s->pictures[i])) found[n++] = "abc"[i];
    found[n] = '\0';
    if (strcmp(found, wanted) != 0) fail_msg("%s finds \"%s\", not \"%s\"", expression, found, wanted);
}

static const char *const cases[][2] = {
    {"", "abc"},
    {"*", "abc"},
    {"dog", "a"},
    {"rex", "a"},
    {"tags:dog", "a"},
    {"tags=dog", "a"},
    {"tags:DOG", "a"},
    {"tags:do", ""},
    {"tags:do*", "a"},
    {"tags=do*", "a"},
    {"tags:cat", "b"}, /* a's is but a suggestion */
    {"tags:car", "a"},
    {"tags=car", ""},
    {"tags=\"red car\"", "a"},
    {"tags:(cat OR dog)", "ab"},
    {"tags:(dog AND car)", "a"},
    {"tags:*", "ab"},
    {"NOT tags:dog", "bc"},
    {"-tags:dog", "bc"},
    {"!tags:dog -tags:cat", "c"},
    {"tags:dog tags:cat", ""},
    {"tags:dog OR tags:cat", "ab"},
    {"tags:dog||tags:cat", "ab"},
    {"tags:dog OR tags:cat AND width:500", "ab"},
    {"(tags:dog OR tags:cat) AND width:500", "b"},
    {"tags:dog && width>1000", "a"},
    {"public_id:pets/*", "a"},
    {"public_id=pets/*", "a"},
    {"public_id=\"pets/dogs/rex\"", "a"},
    {"public_id=pets", ""},
    {"public_id=cat_b OR public_id=idc", "b"},
    {"public_id=c\\*d", "c"},
    {"public_id=c*", "bc"},
    {"folder=pets", ""},
    {"folder=pets/dogs", "a"},
    {"folder:pets/*", "a"},
    {"folder=pets/dogs/*", "a"},
    {"asset_folder=zoo", "b"},
    {"folder=\"\"", "bc"},
    {"format:jpg", "a"},
    {"format=png OR format=webp", "bc"},
    {"width:500", "b"},
    {"width>500", "ac"},
    {"width>=500", "abc"},
    {"width<900", "b"},
    {"width<=900", "bc"},
    {"width:[600 TO 1600]", "ac"},
    {"width:{900 TO 1600]", "a"},
    {"width:[900 TO 1600}", "c"},
    {"width:[* TO 600]", "b"},
    {"width:abc", ""},
    {"bytes>1mb", "a"},
    {"bytes:[1kb TO 1mb]", "b"},
    {"aspect_ratio:16:9", "a"},
    {"aspect_ratio=\"16:9\"", "a"},
    {"aspect_ratio=1", "b"},
    {"aspect_ratio<1", "c"},
    {"created_at>1d", "a"},
    {"created_at:1d", "a"},
    {"uploaded_at<1d", "bc"},
    {"uploaded_at>2w", "ab"},
    {"uploaded_at:[2w TO 1d]", "b"},
    {"created_at:2024", "ab"},
    {"created_at:2024-06", "ab"},
    {"created_at:2024-06-15", "a"},
    {"created_at=\"2024-06-15T00:00:00Z\"", "a"},
    {"created_at<2024", "c"},
    {"created_at>=2024-06-15", "a"},
    {"created_at>nonsense", ""},
    {"context.alt:good", "a"},
    {"context.alt=\"a good dog\"", "a"},
    {"context.alt=good", ""},
    {"context:alt", "a"},
    {"context.price>10", "a"},
    {"context.price>12", ""},
    {"metadata.sku=A-1", "a"},
    {"metadata.when>2024-01-01", "b"},
    {"metadata.when<2024-01-01", ""},
    {"metadata.when:[2024-01-01 TO 2024-02-01]", "b"},
    {"resource_type:image", "abc"},
    {"resource_type=video", ""},
    {"NOT resource_type:image", ""},
    {"type:upload", "ac"},
    {"type=private", "b"},
    {"status:active", "abc"},
    {"pages:1", "abc"},
    {"pages>1", ""},
    {"moderation_status:pending", "b"},
    {"moderation_status=rejected", "c"},
    {"face_count>1", "a"},
    {"face_count:0", "bc"},
    {"colors:blue", "a"},
    {"text:exit", "a"},
    {"nosuchfield:dog", ""},
    {"nosuchfield>3", ""},
    {"NOT nosuchfield:dog", "abc"},
    {"asset_id=idb", "b"},
    {"+dog -cat", "a"},
};

static void finds(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check(*state, cases[i][0], cases[i][1]);
}

static void refuses(void **state)
{
    static const char *const bad[][2] = {
        {"(dog", "column 5"},        {"dog)", "column 4"},        {"tags:", "column 6"},
        {"tags:\"dog", "column 10"}, {"dog AND", "column 8"},     {"OR dog", "column 1"},
        {"width:[1 2]", "column"},   {"width:[1 TO 2", "column"}, {"tags:(dog", "column"},
        {":dog", "column"},          {"NOT", "column"},           {"()", "column 2"},
    };
    shelf *s = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ts_error err = {0};
        const ts_sift *sift = NULL;
        if (ts_cloudinary_expression(bad[i][0], s->now, s->arena, &sift, &err))
            fail_msg("%s is an expression", bad[i][0]);
        assert_int_equal(err.code, TS_USAGE);
        if (!strstr(err.message, bad[i][1])) fail_msg("%s: %s", bad[i][0], err.message);
    }
}

static void has_limits(void **state)
{
    shelf *s = *state;
    static char deep[200], long_one[TS_EXPRESSION_BYTES_MAX + 2];
    const ts_sift *sift = NULL;
    memset(deep, '(', sizeof deep - 1);
    memset(long_one, 'a', sizeof long_one - 1);
    assert_false(ts_cloudinary_expression(deep, s->now, s->arena, &sift, NULL));
    assert_false(ts_cloudinary_expression(long_one, s->now, s->arena, &sift, NULL));
    long_one[TS_EXPRESSION_BYTES_MAX] = '\0';
    assert_true(ts_cloudinary_expression(long_one, s->now, s->arena, &sift, NULL));
    for (size_t i = 0; i + 2 < TS_EXPRESSION_BYTES_MAX; i += 2) memcpy(long_one + i, "a ", 2);
    assert_false(ts_cloudinary_expression(long_one, s->now, s->arena, &sift, NULL));
}

static void keys(void **state)
{
    shelf *s = *state;
    ts_sift_key key;
    assert_true(ts_cloudinary_key("created_at", true, s->arena, &key));
    assert_int_equal(key.fact, TS_FACT_CREATED);
    assert_true(key.down);
    assert_true(ts_cloudinary_key("metadata.sku", false, s->arena, &key));
    assert_string_equal(key.member, "metadata.sku");
    assert_false(ts_cloudinary_key("nonsense", false, s->arena, &key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds), cmocka_unit_test(refuses),
                                       cmocka_unit_test(has_limits), cmocka_unit_test(keys)};
    return cmocka_run_group_tests(tests, fill, clear);
}
