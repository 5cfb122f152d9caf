/* tests/search: the index on disk and back; damage of every byte's neighbourhood; other catalogues. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/search/library.h"

static ts_index *fresh(library *l)
{
    ts_error err;
    ts_index *index;
    assert_works(index = ts_index_open(NULL, l->vocab, &err), err);
    return index;
}

/* Everything that can be asked gives the same. */
static void check_same(ts_index *a, ts_index *b)
{
    static const char *const queries[] = {"",
                                          "tag:animal",
                                          "summer garden",
                                          "\"old harbour\"",
                                          "tag:\"project x\"",
                                          "width>900",
                                          "folder:paris",
                                          "name:img_1*",
                                          "state:rejected",
                                          "format:png",
                                          "count(dog)>=1",
                                          "tag:dog confidence>=0.7",
                                          "color:#f00~60",
                                          "is:held",
                                          "taken:2022"};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        ts_error err;
        ts_arena *arena = ts_arena_new(0);
        ts_found x, y;
        ts_find find = {
            .query = queries[i], .limit = 1000, .facet_values = 20, .with_held = true, .min_score = -1};
        assert_works(ts_index_find(a, &find, arena, &x, &err), err);
        assert_works(ts_index_find(b, &find, arena, &y, &err), err);
        assert_int_equal(x.total, y.total);
        assert_int_equal(x.facet_count, y.facet_count);
        for (size_t k = 0; k < x.count; k++) assert_memory_equal(&x.rows[k], &y.rows[k], sizeof x.rows[k]);
        for (size_t k = 0; k < x.facet_count; k++) {
            assert_string_equal(x.facets[k].label, y.facets[k].label);
            assert_int_equal(x.facets[k].pictures, y.facets[k].pictures);
        }
        ts_arena_free(arena);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    ts_error err;
    char *dir = ts_test_folder();
    library *l = library_new(1500, 31);
    for (uint32_t i = 5; i < 1500; i += 40) library_remove(l, i);
    assert_works(ts_index_apply(l->index, NULL, 0, 77, &err), err);
    assert_works(ts_index_save(l->index, dir, "cat-1", &err), err);
    ts_index *back = fresh(l);
    assert_works(ts_index_load(back, dir, "cat-1", &err), err);
    assert_int_equal(ts_index_seq(back), 77);
    check_same(l->index, back);
    ts_index *old = l->index; /* what was read can be changed on, and saved again */
    l->index = back;
    for (uint32_t i = 1; i < 300; i++) library_replace(l, i);
    assert_works(ts_index_save(l->index, dir, "cat-1", &err), err);
    ts_index_close(old);
    ts_index *again = fresh(l);
    assert_works(ts_index_load(again, dir, "cat-1", &err), err);
    check_same(back, again);
    ts_index_close(again);
    library_free(l);
    ts_test_folder_end(dir);
}

static void test_foreign_snapshots(void **state)
{
    (void)state;
    ts_error err;
    char *dir = ts_test_folder();
    library *l = library_new(50, 32);
    ts_index *back = fresh(l);
    assert_fails(ts_index_load(back, dir, "cat-1", &err), err, TS_NOT_FOUND);
    assert_works(ts_index_save(l->index, dir, "cat-1", &err), err);
    assert_fails(ts_index_load(back, dir, "cat-2", &err), err, TS_CONFLICT);
    assert_int_equal(ts_index_seq(back), 0);
    assert_works(ts_index_load(back, dir, "cat-1", &err), err);
    ts_index_close(back);
    library_free(l);
    ts_test_folder_end(dir);
}

static void check_empty(ts_index *index)
{
    ts_index_stats stats;
    ts_index_stats_of(index, &stats);
    assert_int_equal(stats.pictures, 0);
    assert_int_equal(stats.tags, 0);
    assert_int_equal(stats.seq, 0);
}

static void test_damage_is_seen(void **state)
{
    (void)state;
    ts_error err;
    size_t length;
    char *dir = ts_test_folder();
    library *l = library_new(60, 33);
    assert_works(ts_index_save(l->index, dir, "cat-1", &err), err);
    char *path = ts_test_path(dir, "index.snapshot"), *bytes = ts_test_read(path, &length);
    ts_index *back = fresh(l);
    for (unsigned i = 0; i < 60 / TS_TEST_PATIENCE; i++) {
        size_t at = i < 20 ? i : library_random(l) % length, cut = i % 3 ? length : at;
        bytes[at] = (char)(bytes[at] ^ 0x10);
        free(ts_test_file(dir, "index.snapshot", bytes, cut));
        assert_false(ts_index_load(back, dir, "cat-1", &err));
        assert_true(err.code == TS_CORRUPT || err.code == TS_CONFLICT);
        check_empty(back);
        bytes[at] = (char)(bytes[at] ^ 0x10);
    }
    free(ts_test_file(dir, "index.snapshot", bytes, length));
    assert_works(ts_index_load(back, dir, "cat-1", &err), err);
    check_same(l->index, back);
    ts_index *old = l->index; /* an index that refused a snapshot is as good as new */
    l->index = back;
    library_replace(l, 5);
    ts_index_close(old);
    free(bytes);
    free(path);
    library_free(l);
    ts_test_folder_end(dir);
}

static void test_applying_twice_does_no_harm(void **state)
{
    (void)state;
    ts_error err;
    library *l = library_new(100, 34);
    ts_index *other = fresh(l);
    ts_index_change changes[300];
    for (uint32_t round = 0; round < 3; round++)
        for (uint32_t i = 0; i < 100; i++)
            changes[round * 100 + i] =
                i == 0 ? (ts_index_change){.kind = TS_INDEX_REMOVE, .number = 7}
                       : (ts_index_change){.kind = TS_INDEX_PUT, .picture = &l->samples[i].picture};
    assert_works(ts_index_apply(other, changes, 300, 9, &err), err);
    assert_works(ts_index_apply(other, changes, 300, 5, &err), err);
    assert_int_equal(ts_index_seq(other), 9);
    check_same(l->index, other);
    ts_index_stats a, b;
    ts_index_stats_of(l->index, &a);
    ts_index_stats_of(other, &b);
    assert_int_equal(a.tags, b.tags);
    assert_int_equal(a.pictures, b.pictures);
    ts_index_close(other);
    library_free(l);
}

static void test_bad_changes(void **state)
{
    (void)state;
    ts_error err;
    library *l = library_new(10, 35);
    ts_index_picture zero = {.number = 0}, other = l->samples[3].picture;
    assert_fails(ts_index_put(l->index, &zero, &err), err, TS_USAGE);
    other.vector_dims = 12;
    assert_fails(ts_index_put(l->index, &other, &err), err, TS_USAGE);
    assert_works(ts_index_remove(l->index, 4000000, &err), err);
    library_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_foreign_snapshots),
        cmocka_unit_test(test_damage_is_seen), cmocka_unit_test(test_applying_twice_does_no_harm),
        cmocka_unit_test(test_bad_changes),
    };
    return cmocka_run_group_tests_name("search snapshot", tests, NULL, NULL);
}
