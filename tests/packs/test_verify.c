/* tests/packs: is a model file what its manifest says? And SHA-256 against the published vectors (FIPS
 * 180-4). */
#include "packs/packs.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static int set_up(void **state)
{
    *state = ts_test_folder();
    return 0;
}

static int tear_down(void **state)
{
    ts_test_folder_end(*state);
    return 0;
}

static void known_vectors(void **state)
{
    (void)state;
    char *million = malloc(1000000);
    memset(million, 'a', 1000000);
    const struct {
        const char *text;
        size_t length;
        const char *hex;
    } rows[] = {
        {"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 3, SHA_ABC},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char hex[65];
        ts_error err;
        assert_works(ts_sha256_bytes(rows[i].text, rows[i].length, hex, &err), err);
        assert_string_equal(hex, rows[i].hex);
    }
    free(million);
}

/* Around the size of the pieces in which files are read. */
static void a_file_has_the_digest_of_its_bytes(void **state)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 200000};
    char *bytes = malloc(200000);
    for (size_t i = 0; i < 200000; i++) bytes[i] = (char)(i * 31 + i / 251);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *path = ts_test_file(*state, "file", bytes, sizes[i]);
        char of_file[65], of_bytes[65];
        ts_error err;
        assert_works(ts_sha256_file(path, of_file, &err), err);
        assert_works(ts_sha256_bytes(bytes, sizes[i], of_bytes, &err), err);
        assert_string_equal(of_file, of_bytes);
        free(path);
    }
    free(bytes);
}

static void files_that_cannot_be_read_are_errors(void **state)
{
    char hex[65];
    ts_error err;
    char *missing = ts_test_path(*state, "missing");
    assert_fails(ts_sha256_file(missing, hex, &err), err, TS_NOT_FOUND);
    assert_fails(ts_sha256_file(*state, hex, &err), err, TS_IO);
    free(missing);
}

static ts_model model_of(const char *path)
{
    return (ts_model){.name = "abc", .path = path, .sha256 = SHA_ABC, .bytes = 3};
}

static void the_right_file_passes(void **state)
{
    char *path = ts_test_file(*state, "abc.onnx", "abc", 3);
    ts_model model = model_of(path);
    ts_error err;
    assert_works(ts_model_verify(&model, &err), err);
    free(path);
}

static void assert_refused(const ts_model *model, const char *word)
{
    ts_error err;
    assert_fails(ts_model_verify(model, &err), err, TS_MODEL);
    assert_non_null(strstr(err.message, "model abc"));
    assert_non_null(strstr(err.message, model->path));
    if (!strstr(err.message, word)) fail_msg("\"%s\" does not say \"%s\"", err.message, word);
    assert_non_null(strstr(err.hint, "setup"));
    assert_false(ts_model_verify(model, NULL));
}

static void a_missing_file_is_said_to_be_missing(void **state)
{
    char *path = ts_test_path(*state, "abc.onnx");
    ts_model model = model_of(path);
    assert_refused(&model, "missing");
    model.path = *state; /* a folder is no file */
    assert_refused(&model, "missing");
    free(path);
}

static void another_size_or_content_is_damage(void **state)
{
    static const char *const contents[] = {"", "ab", "abcd", "abd", "ABC"};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        char *path = ts_test_file(*state, "abc.onnx", contents[i], strlen(contents[i]));
        ts_model model = model_of(path);
        assert_refused(&model, "damaged");
        free(path);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(known_vectors),
        TEST(a_file_has_the_digest_of_its_bytes),
        TEST(files_that_cannot_be_read_are_errors),
        TEST(the_right_file_passes),
        TEST(a_missing_file_is_said_to_be_missing),
        TEST(another_size_or_content_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
