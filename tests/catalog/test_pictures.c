/* tests/catalog: rows of pictures, their vectors and names. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/changes.h"
#include "house.h"

typedef struct wish {
    ts_picture_row row;
    int64_t expected;
    ts_arena *arena;
    ts_vector_row vector;
    const char *space, *name;
    bool replace;
} wish;

CHANGE(insert, wish)
{
    return ts_pictures_insert(txn, &in->row, in->arena, err);
}

CHANGE(update, wish)
{
    return ts_pictures_update(txn, &in->row, in->expected, err);
}

CHANGE(erase, wish)
{
    return ts_pictures_delete(txn, in->row.number, in->expected, err);
}

CHANGE(put_vector, wish)
{
    return ts_vectors_put(txn, &in->vector, err);
}

CHANGE(put_name, wish)
{
    return ts_names_put(txn, in->space, in->name, in->row.number, in->replace, err);
}

static const char *hash_of(house *h, unsigned tag)
{
    char *sha256 = TS_NEW_ARRAY(h->arena, 65, char);
    assert_non_null(sha256);
    house_sha256(tag, sha256);
    return sha256;
}

/* A row in which no field is empty, put; it is picture 1. */
static wish put_full(house *h)
{
    wish w = {.arena = h->arena,
              .expected = -1,
              .row = {.sha256 = hash_of(h, 7),
                      .bytes = 12345,
                      .format = "webp",
                      .width = 4000,
                      .height = 3000,
                      .orientation = 6,
                      .name = "Urlaub \303\274ber.webp",
                      .path = "/srv/a.webp",
                      .file_mtime = 1234567890123456789,
                      .library = "lib1",
                      .title = "T",
                      .description = "D",
                      .alt = "A",
                      .taken = -5000,
                      .has_taken = true,
                      .latitude = -33.25,
                      .longitude = 151.5,
                      .has_place = true,
                      .owner = "tk_1",
                      .preset = "default",
                      .state = TS_PICTURE_FAILED,
                      .visibility = TS_HELD,
                      .reason = "nsfw 0.8",
                      .gone = 17,
                      .phash = UINT64_C(0xFEDCBA9876543210),
                      .has_phash = true,
                      .extra = "{\"a\":1}",
                      .error = "{\"code\":\"corrupt\"}"}};
    house_write(h, insert, &w);
    return w;
}

static void check_full(const ts_picture_row *row, const ts_picture_row *put)
{
    assert_int_equal(row->number, put->number);
    assert_string_equal(row->id, put->id);
    assert_string_equal(row->sha256, put->sha256);
    assert_int_equal(row->bytes, 12345);
    assert_string_equal(row->format, "webp");
    assert_int_equal(row->width, 4000);
    assert_int_equal(row->height, 3000);
    assert_int_equal(row->orientation, 6);
    assert_string_equal(row->name, put->name);
    assert_string_equal(row->path, "/srv/a.webp");
    assert_int_equal(row->file_mtime, 1234567890123456789);
    assert_string_equal(row->library, "lib1");
    assert_string_equal(row->title, "T");
    assert_string_equal(row->description, "D");
    assert_string_equal(row->alt, "A");
    assert_true(row->has_taken && row->taken == -5000);
    assert_true(row->has_place && row->latitude == -33.25 && row->longitude == 151.5);
    assert_string_equal(row->owner, "tk_1");
    assert_string_equal(row->preset, "default");
    assert_int_equal(row->state, TS_PICTURE_FAILED);
    assert_int_equal(row->visibility, TS_HELD);
    assert_string_equal(row->reason, "nsfw 0.8");
    assert_int_equal(row->gone, 17);
    assert_true(row->has_phash && row->phash == UINT64_C(0xFEDCBA9876543210));
    assert_string_equal(row->extra, "{\"a\":1}");
    assert_string_equal(row->error, "{\"code\":\"corrupt\"}");
}

static void every_field_comes_back(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = put_full(h);
    assert_int_equal(w.row.number, 1);
    assert_int_equal(strlen(w.row.id), 20);
    ts_error err;
    ts_picture_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_pictures_get(txn, 1, h->arena, &row, &err), err);
    check_full(&row, &w.row);
    assert_int_equal(row.version, 1);
    assert_int_equal(row.created, atomic_load(&h->now));
    assert_works(ts_pictures_find(txn, w.row.id, h->arena, &row, &err), err);
    check_full(&row, &w.row);
    assert_works(ts_pictures_find_path(txn, "/srv/a.webp", h->arena, &row, &err), err);
    check_full(&row, &w.row);
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    assert_works(ts_pictures_find_sha256(txn, w.row.sha256, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 1);
    check_full(rows, &w.row);
    assert_fails(ts_pictures_get(txn, 2, h->arena, &row, &err), err, TS_NOT_FOUND);
    assert_fails(ts_pictures_find(txn, "x", h->arena, &row, &err), err, TS_NOT_FOUND);
    ts_catalog_read_end(txn);
    house_close(h);
}

static void little_is_enough(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = {.arena = h->arena, .row = {.sha256 = hash_of(h, 7)}};
    house_write(h, insert, &w);
    ts_error err;
    ts_picture_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_pictures_get(txn, 1, h->arena, &row, &err), err);
    ts_catalog_read_end(txn);
    assert_string_equal(row.title, "");
    assert_null(row.path);
    assert_null(row.library);
    assert_null(row.extra);
    assert_false(row.has_taken || row.has_place || row.has_phash);
    w.row.sha256 = "short";
    house_refuses(h, insert, &w, TS_USAGE);
    house_close(h);
}

static void ids_and_paths_are_unique(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = put_full(h);
    w.row.id = NULL;
    house_refuses(h, insert, &w, TS_CONFLICT);
    w.row.path = NULL;
    house_write(h, insert, &w);
    house_refuses(h, insert, &w, TS_CONFLICT); /* the id is set now */
    house_close(h);
}

static void updates_need_the_version_that_was_seen(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = put_full(h);
    atomic_fetch_add(&h->now, 50);
    w.row.title = "other";
    w.row.has_taken = false;
    w.expected = 1;
    house_write(h, update, &w);
    assert_int_equal(w.row.version, 2);
    house_refuses(h, update, &w, TS_CHANGED);
    house_refuses(h, erase, &w, TS_CHANGED);
    w.expected = -1;
    house_write(h, update, &w);
    ts_error err;
    ts_picture_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_pictures_get(txn, 1, h->arena, &row, &err), err);
    ts_catalog_read_end(txn);
    assert_string_equal(row.title, "other");
    assert_false(row.has_taken);
    assert_int_equal(row.version, 3);
    assert_int_equal(row.updated - row.created, 50);
    w.row.number = 9;
    house_refuses(h, update, &w, TS_NOT_FOUND);
    house_close(h);
}

static void numbers_are_never_used_again(void **state)
{
    (void)state;
    house *h = house_open();
    (void)house_picture(h, 1);
    wish w = {.row = {.number = house_picture(h, 2)}, .expected = -1};
    house_write(h, erase, &w);
    house_refuses(h, erase, &w, TS_NOT_FOUND);
    house_reopen(h);
    assert_int_equal(house_picture(h, 3), 3);
    house_close(h);
}

static void near_hashes_are_found(void **state)
{
    (void)state;
    house *h = house_open();
    uint64_t base = UINT64_C(0x0123456789ABCDEF), random = 88172645463325252u;
    /* For each distance 0..12 some hashes that many bits away, spread at random. */
    unsigned expected[13] = {0};
    for (unsigned i = 0; i < 130; i++) {
        uint64_t hash = base;
        unsigned distance = i % 13;
        while ((unsigned)__builtin_popcountll(hash ^ base) < distance) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            hash ^= UINT64_C(1) << (random >> 58);
            if ((unsigned)__builtin_popcountll(hash ^ base) > distance) hash = base;
        }
        wish w = {.arena = h->arena, .row = {.sha256 = hash_of(h, i), .phash = hash, .has_phash = true}};
        house_write(h, insert, &w);
        expected[distance]++;
    }
    ts_error err;
    ts_txn *txn = house_read(h);
    for (unsigned distance = 0, sum = 0; distance <= 7; distance++) {
        const ts_picture_near *found = NULL;
        size_t count = 0;
        sum += expected[distance];
        assert_works(ts_pictures_near(txn, base, distance, h->arena, &found, &count, &err), err);
        assert_int_equal(count, sum);
        for (size_t i = 1; i < count; i++) assert_true(found[i - 1].distance <= found[i].distance);
    }
    const ts_picture_near *found = NULL;
    size_t count = 0;
    assert_fails(ts_pictures_near(txn, base, 8, h->arena, &found, &count, &err), err, TS_USAGE);
    ts_catalog_read_end(txn);
    wish gone = {.row = {.number = 1}, .expected = -1}; /* at distance 0 */
    house_write(h, erase, &gone);
    txn = house_read(h);
    assert_works(ts_pictures_near(txn, base, 0, h->arena, &found, &count, &err), err);
    assert_int_equal(count, expected[0] - 1);
    ts_catalog_read_end(txn);
    house_close(h);
}

static void pages_and_counts(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 1; i <= 7; i++) {
        wish w = {.arena = h->arena,
                  .row = {.sha256 = hash_of(h, i),
                          .library = i % 2 ? "odd" : NULL,
                          .gone = i == 7,
                          .visibility = i == 3 ? TS_HELD : TS_VISIBLE}};
        house_write(h, insert, &w);
    }
    ts_error err;
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_pictures_list(txn, NULL, 0, true, 3, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].number, 7);
    assert_works(ts_pictures_list(txn, NULL, rows[2].number, true, 30, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 4);
    assert_int_equal(rows[3].number, 1);
    assert_works(ts_pictures_list(txn, NULL, 5, false, 0, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 2);
    ts_picture_filter odd = {.library = "odd", .state = -1, .visibility = TS_VISIBLE};
    assert_works(ts_pictures_list(txn, &odd, 0, false, 0, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 2); /* 1 and 5: 3 is held, 7 is gone */
    int64_t number = 0;
    assert_works(ts_pictures_count(txn, &odd, &number, &err), err);
    assert_int_equal(number, 2);
    odd.with_gone = true;
    assert_works(ts_pictures_count(txn, &odd, &number, &err), err);
    assert_int_equal(number, 3);
    assert_works(ts_pictures_count(txn, NULL, &number, &err), err);
    assert_int_equal(number, 7);
    ts_catalog_read_end(txn);
    house_close(h);
}

static bool sum_vector(void *context, const ts_vector_row *row)
{
    *(double *)context += (double)row->values[0] + 100.0 * (double)row->picture;
    return true;
}

static void vectors_go_with_their_picture(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 1; i <= 2; i++) {
        float values[3] = {(float)i, 0.5f, -1e-20f};
        wish w = {.vector = {.picture = house_picture(h, i), .model = "m@1", .values = values, .count = 3}};
        house_write(h, put_vector, &w);
        w.vector.model = "n@1";
        house_write(h, put_vector, &w);
        values[0] = 9;
        house_write(h, put_vector, &w);
    }
    ts_error err;
    ts_vector_row row;
    double sum = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_vectors_get(txn, 2, "m@1", h->arena, &row, &err), err);
    assert_int_equal(row.count, 3);
    assert_true(row.values[0] == 2.0f && row.values[1] == 0.5f && row.values[2] == -1e-20f);
    assert_fails(ts_vectors_get(txn, 2, "x", h->arena, &row, &err), err, TS_NOT_FOUND);
    assert_works(ts_vectors_scan(txn, "n@1", 0, sum_vector, &sum, &err), err);
    assert_true(fabs(sum - 318) < 1e-9);
    ts_catalog_read_end(txn);
    wish w = {.row = {.number = 2}, .expected = -1};
    house_write(h, erase, &w);
    sum = 0;
    txn = house_read(h);
    assert_works(ts_vectors_scan(txn, NULL, 0, sum_vector, &sum, &err), err);
    assert_true(fabs(sum - 210) < 1e-9);
    ts_catalog_read_end(txn);
    w.vector = (ts_vector_row){.picture = 2, .model = "m@1", .values = (float[]){1}, .count = 1};
    house_refuses(h, put_vector, &w, TS_NOT_FOUND);
    house_verify(h);
    house_close(h);
}

static void names_belong_to_one(void **state)
{
    (void)state;
    house *h = house_open();
    (void)house_picture(h, 1);
    (void)house_picture(h, 2);
    wish w = {.space = "cloudinary", .name = "pets/rex", .row = {.number = 1}, .expected = -1};
    house_write(h, put_name, &w);
    house_write(h, put_name, &w);
    w.row.number = 2;
    house_refuses(h, put_name, &w, TS_CONFLICT);
    w.replace = true;
    house_write(h, put_name, &w);
    ts_error err;
    int64_t picture = 0;
    const char *name = NULL;
    ts_txn *txn = house_read(h);
    assert_works(ts_names_find(txn, "cloudinary", "pets/rex", &picture, &err), err);
    assert_int_equal(picture, 2);
    assert_works(ts_names_of(txn, "cloudinary", 2, h->arena, &name, &err), err);
    assert_string_equal(name, "pets/rex");
    assert_fails(ts_names_find(txn, "imagekit", "pets/rex", &picture, &err), err, TS_NOT_FOUND);
    ts_catalog_read_end(txn);
    house_write(h, erase, &w);
    txn = house_read(h);
    assert_fails(ts_names_find(txn, "cloudinary", "pets/rex", &picture, &err), err, TS_NOT_FOUND);
    ts_catalog_read_end(txn);
    house_close(h);
}

static void lists(house *h, ts_names_ask ask, const char *expected)
{
    ts_error err;
    const ts_name_row *rows = NULL;
    size_t count = 0;
    char got[200] = "";
    ask.space = "cloudinary";
    ask.after = ask.after ? ask.after : "";
    ts_txn *txn = house_read(h);
    assert_works(ts_names_list(txn, &ask, h->arena, &rows, &count, &err), err);
    ts_catalog_read_end(txn);
    for (size_t i = 0; i < count; i++) {
        strcat(got, rows[i].name);
        strcat(got, " ");
    }
    assert_string_equal(got, expected);
}

static void names_are_listed_by_prefix_and_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"a",   "pets/rex", "pets/old/tom", "pets/new/kit", "pets\303\251",
                                        "pets"};
    house *h = house_open();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        wish w = {
            .space = "cloudinary", .name = names[i], .row = {.number = house_picture(h, (unsigned)i + 1)}};
        house_write(h, put_name, &w);
    }
    wish other = {.space = "imagekit", .name = "pets/else", .row = {.number = 1}};
    house_write(h, put_name, &other);
    lists(h, (ts_names_ask){.prefix = ""}, "a pets pets/new/kit pets/old/tom pets/rex pets\303\251 ");
    lists(h, (ts_names_ask){.prefix = "pets"}, "pets pets/new/kit pets/old/tom pets/rex pets\303\251 ");
    lists(h, (ts_names_ask){.prefix = "pets/"}, "pets/new/kit pets/old/tom pets/rex ");
    lists(h, (ts_names_ask){.prefix = "pets/", .direct = true}, "pets/rex ");
    lists(h, (ts_names_ask){.prefix = "", .direct = true}, "a pets pets\303\251 ");
    lists(h, (ts_names_ask){.prefix = "pets", .after = "pets/old/tom", .limit = 1}, "pets/rex ");
    lists(h, (ts_names_ask){.prefix = "nobody"}, "");
    ts_error err;
    const char *const *folders = NULL;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_names_folders(txn, "cloudinary", "pets/", h->arena, &folders, &count, &err), err);
    assert_int_equal(count, 2);
    assert_string_equal(folders[0], "new");
    assert_string_equal(folders[1], "old");
    assert_works(ts_names_folders(txn, "cloudinary", "", h->arena, &folders, &count, &err), err);
    assert_int_equal(count, 1);
    assert_string_equal(folders[0], "pets");
    ts_catalog_read_end(txn);
    house_close(h);
}

static void names_of_held_pictures_are_listed_on_request(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = {.arena = h->arena, .row = {.sha256 = hash_of(h, 3), .visibility = TS_HELD}};
    house_write(h, insert, &w);
    w.space = "cloudinary";
    w.name = "rude";
    house_write(h, put_name, &w);
    lists(h, (ts_names_ask){.prefix = ""}, "");
    lists(h, (ts_names_ask){.prefix = "", .with_held = true}, "rude ");
    house_close(h);
}

static void a_picture_may_take_the_place_of_another(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = put_full(h);
    w.row.created = 0;
    house_write(h, update, &w);
    assert_int_equal(w.row.version, 2);
    house_write(h, erase, &w);
    w.row.version = 3;
    house_write(h, insert, &w);
    assert_int_equal(w.row.version, 3);
    assert_int_equal(w.row.number, 2);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_comes_back),
        cmocka_unit_test(little_is_enough),
        cmocka_unit_test(ids_and_paths_are_unique),
        cmocka_unit_test(updates_need_the_version_that_was_seen),
        cmocka_unit_test(numbers_are_never_used_again),
        cmocka_unit_test(near_hashes_are_found),
        cmocka_unit_test(pages_and_counts),
        cmocka_unit_test(vectors_go_with_their_picture),
        cmocka_unit_test(names_belong_to_one),
        cmocka_unit_test(names_are_listed_by_prefix_and_folder),
        cmocka_unit_test(names_of_held_pictures_are_listed_on_request),
        cmocka_unit_test(a_picture_may_take_the_place_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
