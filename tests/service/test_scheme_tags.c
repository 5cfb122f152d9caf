/* Tests of service/: tags said in the user's schemes, and what a picture of goods shows. */
#include <string.h>

#include "../support/support.h"
#include "service/scheme_tags.h"

static ts_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = ts_arena_new(0);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    ts_arena_free(arena);
    return 0;
}

static ts_scheme *scheme_of(const char *name, const char *text)
{
    ts_error err = {0};
    ts_scheme *scheme = ts_scheme_read(name, text, strlen(text), TS_SCHEME_CSV, &err);
    if (!scheme) fail_msg("%s", err.message);
    return scheme;
}

static const char *const of_dogs[] = {"object/dog", "object/animal"}, *const of_clothes[] = {
                                                                          "object/clothing"};
static const ts_rect whole = {0, 0, 100, 100}, corner = {0, 0, 10, 10};

static const ts_tag tags[] = {
    {.concept = "object/poodle",
     .label = "poodle",
     .facet = "object",
     .confidence = 0.6F,
     .ancestors = of_dogs,
     .ancestor_count = 2},
    {.concept = "object/dog",
     .label = "dog",
     .facet = "object",
     .confidence = 0.9F,
     .ancestors = of_dogs + 1,
     .ancestor_count = 1},
    {.concept = "object/knife", .label = "knife", .facet = "object", .confidence = 0.9F},
    {.concept = "colour/red", .label = "red", .facet = "colour", .confidence = 0.5F},
};

static const char zoo[] =
    "id,label,broader,matches,hide\nd,Dogs,,exact object/dog,\nk,Knives,,exact object/knife,yes\n";

static void each_word_is_said_once(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_record record = {.tags = tags, .tag_count = 4};
    ts_scheme_tags how = {.schemes = {scheme_of("zoo", zoo)}, .count = 1, .language = "en", .relabel = true};
    assert_works(ts_scheme_tags_apply(&how, arena, &record, &err), err);
    assert_int_equal(record.tag_count, 3); /* knives are hidden */
    assert_string_equal(record.tags[0].label, "Dogs");
    assert_string_equal(record.tags[0].terms[0].relation, "broader");
    assert_string_equal(record.tags[1].label, "dog"); /* the word is taken */
    assert_string_equal(record.tags[1].terms[0].relation, "exact");
    assert_int_equal(record.tags[2].term_count, 0);
    record = (ts_record){.tags = tags, .tag_count = 4};
    how.only = true;
    assert_works(ts_scheme_tags_apply(&how, arena, &record, &err), err);
    assert_int_equal(record.tag_count, 2);
    record = (ts_record){.tags = tags, .tag_count = 4};
    how.once = true;
    assert_works(ts_scheme_tags_apply(&how, arena, &record, &err), err);
    assert_int_equal(record.tag_count, 1);
    ts_scheme_free((ts_scheme *)(uintptr_t)how.schemes[0]);
}

static void another_scheme_may_have_a_word(void **state)
{
    (void)state;
    ts_error err = {0};
    ts_record record = {.tags = tags, .tag_count = 4};
    ts_scheme *first = scheme_of("zoo", zoo),
              *second = scheme_of("kitchen", "id,label,matches\nk,Knives,exact object/knife\n");
    ts_scheme_tags how = {.schemes = {first, second}, .count = 2, .language = "en"};
    assert_works(ts_scheme_tags_apply(&how, arena, &record, &err), err);
    assert_int_equal(record.tag_count, 4);
    assert_int_equal(record.tags[2].term_count, 1);
    assert_string_equal(record.tags[2].terms[0].scheme, "kitchen");
    assert_string_equal(record.tags[2].label, "knife"); /* relabelling was not asked for */
    ts_scheme_free(first);
    ts_scheme_free(second);
}

static const char goods[] =
    "id,notation,label,broader,matches\n1604,1604,Clothing,,exact object/clothing\n"
    "212,212,Shirts & Tops,1604,broader object/t-shirt\n3032,3032,Handbags,,exact object/handbag\n";

static const ts_product *product_of(const ts_tag *list, size_t count)
{
    ts_error err = {0};
    ts_record record = {.tags = list, .tag_count = count, .picture = {.width = 100, .height = 100}};
    ts_scheme *scheme = scheme_of("goods", goods);
    assert_works(ts_product_find(scheme, "en", arena, &record, &err), err);
    ts_scheme_free(scheme);
    return record.product;
}

static void the_good_fills_the_picture(void **state)
{
    (void)state;
    static const ts_tag list[] = {
        {.concept = "object/clothing",
         .label = "clothing",
         .facet = "object",
         .confidence = 0.9F,
         .boxes = &whole,
         .box_count = 1},
        {.concept = "object/handbag",
         .label = "handbag",
         .facet = "object",
         .confidence = 0.95F,
         .boxes = &corner,
         .box_count = 1},
        {.concept = "object/t-shirt",
         .label = "T-shirt",
         .facet = "object",
         .confidence = 0.5F,
         .ancestors = of_clothes,
         .ancestor_count = 1},
        {.concept = "colour/white", .label = "white", .facet = "colour", .confidence = 0.3F},
        {.concept = "colour/blue", .label = "blue", .facet = "colour", .confidence = 0.8F},
        {.concept = "colour/grey", .label = "grey", .facet = "colour", .confidence = 0.2F},
        {.concept = "colour/red", .label = "red", .facet = "colour", .confidence = 0.4F},
        {.concept = "pattern/striped", .label = "striped", .facet = "pattern", .confidence = 0.7F},
    };
    const ts_product *product = product_of(list, sizeof list / sizeof *list);
    assert_string_equal(product->type->label, "T-shirt");
    assert_string_equal(product->category->notation, "212");
    assert_string_equal(product->category->path[0], "Clothing");
    assert_int_equal(product->colour_count, 3);
    assert_string_equal(product->colours[0]->label, "blue");
    assert_string_equal(product->colours[1]->label, "red");
    assert_string_equal(product->colours[2]->label, "white");
    assert_int_equal(product->pattern_count, 1);
    assert_int_equal(product->material_count, 0);
}

static void no_good_no_category(void **state)
{
    (void)state;
    const ts_product *product = product_of(tags, 4);
    assert_null(product->type);
    assert_null(product->category);
    assert_int_equal(product->colour_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests_here[] = {
        cmocka_unit_test(each_word_is_said_once),
        cmocka_unit_test(another_scheme_may_have_a_word),
        cmocka_unit_test(the_good_fills_the_picture),
        cmocka_unit_test(no_good_no_category),
    };
    return cmocka_run_group_tests(tests_here, open_arena, close_arena);
}
