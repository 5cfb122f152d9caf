/* tests/engine: opening networks. Good files give good tensors, everything else one clear sentence and no
 * output. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/specs.h"

typedef struct room {
    char *folder;
    char *classifier;
    char *faces;
    char *texts;
    ts_engine *engine;
} room;

static int set_up(void **state)
{
    room *r = calloc(1, sizeof *r);
    r->folder = ts_test_folder();
    r->classifier = ts_test_dep("models/efficientnet-lite2.onnx");
    r->faces = ts_test_dep("models/blazeface-full-range.tflite");
    r->texts = ts_test_dep("models/multilingual-e5-small.onnx");
    r->engine = open_engine(NULL, 1);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    room *r = *state;
    ts_engine_close(r->engine);
    ts_test_folder_end(r->folder);
    free(r->texts);
    free(r->faces);
    free(r->classifier);
    free(r);
    return 0;
}

static void refuse(ts_engine *engine, const ts_network_spec *spec, const char *what)
{
    ts_error err = {0};
    ts_test_listen();
    ts_network *network = ts_network_open(engine, spec, &err);
    char *heard = ts_test_heard();
    if (network) fail_msg("%s was taken for a network", what);
    ts_test_check_error(&err, TS_MODEL, __FILE__, __LINE__);
    if (!strstr(err.message, spec->name)) fail_msg("%s: \"%s\" does not name the network", what, err.message);
    if (*heard) fail_msg("%s: printed \"%s\"", what, heard);
    free(heard);
    assert_null(ts_network_open(engine, spec, NULL));
}

static void good_files_give_the_tensors_they_promise(void **state)
{
    room *r = *state;
    ts_network_spec specs[] = {classifier(r->classifier), faces(r->faces)};
    static const size_t sizes[2][2] = {{1000, 1280}, {2304 * 16, 2304}};
    for (size_t i = 0; i < 2; i++) {
        ts_error err;
        ts_network *network = NULL;
        assert_works(network = ts_network_open(r->engine, &specs[i], &err), err);
        ts_request *request = ts_network_acquire(network);
        paint(ts_request_input(request), (size_t)specs[i].width * specs[i].height, 1);
        assert_works(ts_request_run(request, &err), err);
        for (size_t k = 0; k < 2; k++) {
            ts_tensor out = ts_request_output(request, k);
            size_t product = 1;
            for (size_t d = 0; d < out.rank; d++) product *= out.shape[d];
            assert_int_equal(out.size, sizes[i][k]);
            assert_int_equal(product, out.size);
            double sum = 0;
            for (size_t n = 0; n < out.size; n++) sum += fabs((double)out.data[n]);
            assert_true(isfinite(sum) && sum > 0);
        }
        ts_network_release(request);
        ts_network_close(network);
    }
}

/* The order is the caller's, not the file's. */
static void outputs_come_in_the_order_asked_for(void **state)
{
    room *r = *state;
    ts_network_spec spec = classifier(r->classifier);
    spec.outputs[0] = "features";
    spec.outputs[1] = "logits";
    ts_error err;
    ts_network *network = NULL;
    assert_works(network = ts_network_open(r->engine, &spec, &err), err);
    ts_request *request = ts_network_acquire(network);
    assert_int_equal(ts_request_output(request, 0).size, 1280);
    assert_int_equal(ts_request_output(request, 1).size, 1000);
    ts_network_release(request);
    ts_network_close(network);
}

/* (x - mean) / scale happens inside: a brighter view with a higher mean is the same to the network. */
static void the_view_is_normalised_inside(void **state)
{
    room *r = *state;
    float logits[2][1000];
    for (int shifted = 0; shifted < 2; shifted++) {
        ts_network_spec spec = classifier(r->classifier);
        for (int c = 0; c < 3; c++) spec.mean[c] += shifted ? (float)(10 * (c + 1)) : 0;
        ts_error err;
        ts_network *network = NULL;
        assert_works(network = ts_network_open(r->engine, &spec, &err), err);
        ts_request *request = ts_network_acquire(network);
        uint8_t *view = ts_request_input(request);
        for (size_t i = 0; i < CLASSIFIER_PIXELS * 3; i++)
            view[i] = (uint8_t)(i / 3 % 200 + i % 3 * 7 + (shifted ? 10 * (i % 3 + 1) : 0));
        assert_works(ts_request_run(request, &err), err);
        memcpy(logits[shifted], ts_request_output(request, 0).data, sizeof logits[0]);
        ts_network_release(request);
        ts_network_close(network);
    }
    for (size_t i = 0; i < 1000; i++) assert_float_equal(logits[0][i], logits[1][i], 0.001F);
}

static void files_that_are_no_networks_are_refused(void **state)
{
    room *r = *state;
    uint8_t noise[5000];
    for (size_t i = 0; i < sizeof noise; i++) noise[i] = (uint8_t)(i * i * 31 + i * 7 + i / 13);
    static const char *const names[] = {"x.onnx", "x.tflite", "x.xml", "x"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        static const size_t lengths[] = {0, 1, 64, sizeof noise};
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            char *path = ts_test_file(r->folder, names[i], noise, lengths[k]);
            ts_network_spec spec = classifier(path);
            char what[64];
            (void)snprintf(what, sizeof what, "%zu random bytes as %s", lengths[k], names[i]);
            refuse(r->engine, &spec, what);
            free(path);
        }
    }
}

static void a_missing_file_and_a_folder_are_refused(void **state)
{
    room *r = *state;
    char *missing = ts_test_path(r->folder, "missing.onnx");
    ts_network_spec spec = classifier(missing);
    refuse(r->engine, &spec, "a missing file");
    spec.path = r->folder;
    refuse(r->engine, &spec, "a folder");
    free(missing);
}

static void a_real_network_cut_short_is_refused(void **state)
{
    room *r = *state;
    size_t length = 0;
    char *bytes = ts_test_read(r->classifier, &length);
    const size_t cuts[] = {100, length / 2, length - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        char *path = ts_test_file(r->folder, "cut.onnx", bytes, cuts[i]);
        ts_network_spec spec = classifier(path);
        char what[64];
        (void)snprintf(what, sizeof what, "the first %zu bytes", cuts[i]);
        refuse(r->engine, &spec, what);
        free(path);
    }
    free(bytes);
}

static void an_output_that_the_file_lacks_is_refused(void **state)
{
    room *r = *state;
    ts_network_spec spec = classifier(r->classifier);
    spec.outputs[1] = "no such output";
    refuse(r->engine, &spec, "a wrong output name");
}

static void a_view_of_another_size_is_refused(void **state)
{
    room *r = *state;
    ts_network_spec spec = faces(r->faces);
    spec.width = 200;
    refuse(r->engine, &spec, "a wrong width");
    spec = classifier(r->classifier);
    spec.height = 64;
    refuse(r->engine, &spec, "a wrong height");
}

static void more_outputs_than_there_is_room_for_are_refused(void **state)
{
    room *r = *state;
    ts_network_spec spec = classifier(r->classifier);
    spec.output_count = TS_NETWORK_OUTPUTS_MAX + 1;
    ts_error err;
    assert_fails(ts_network_open(r->engine, &spec, &err), err, TS_MODEL);
}

/* The sum of all outputs for `rows` rows of this value. */
static double sum_of_rows(ts_request *request, size_t rows, float value)
{
    ts_error err;
    float *embedded = NULL, *apart = NULL;
    assert_works(embedded = ts_request_shape(request, 0, (size_t[]){rows, 384}, 2, &err), err);
    assert_works(apart = ts_request_shape(request, 1, (size_t[]){rows, rows}, 2, &err), err);
    for (size_t i = 0; i < rows * 384; i++) embedded[i] = value * (float)(i % 384 % 7);
    memset(apart, 0, rows * rows * sizeof *apart);
    assert_works(ts_request_run(request, &err), err);
    ts_tensor out = ts_request_output(request, 0);
    assert_int_equal(out.rank, 2);
    assert_int_equal(out.shape[0], rows);
    assert_int_equal(out.shape[1], 384);
    assert_int_equal(out.size, rows * 384);
    double sum = 0;
    for (size_t i = 0; i < out.size; i++) sum += fabs((double)out.data[i]);
    return sum;
}

static void float_inputs_may_change_their_size_from_run_to_run(void **state)
{
    room *r = *state;
    ts_network_spec spec = texts(r->texts);
    ts_error err;
    ts_network *network = NULL;
    assert_works(network = ts_network_open(r->engine, &spec, &err), err);
    ts_request *request = ts_network_acquire(network);
    static const size_t rows[] = {3, 40, 1, 17, 3};
    double one = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double sum = sum_of_rows(request, rows[i], 1);
        /* Rows that are all the same see nothing but themselves: each gives what one alone does. */
        if (i == 0) one = sum / 3;
        assert_true(sum > 0 && fabs(sum / (double)rows[i] - one) < 0.05 * one);
    }
    assert_true(fabs(sum_of_rows(request, 3, 2) - 3 * one) < 0.05 * one); /* normalised inside */
    static const size_t sizes[7] = {3, 384};
    assert_fails(ts_request_shape(request, 2, sizes, 2, &err), err, TS_INTERNAL);
    assert_fails(ts_request_shape(request, 0, sizes, 7, &err), err, TS_INTERNAL);
    ts_network_release(request);
    ts_network_close(network);
}

static void an_input_that_the_file_lacks_is_refused(void **state)
{
    room *r = *state;
    ts_network_spec spec = texts(r->texts);
    spec.inputs[1] = "no such input";
    refuse(r->engine, &spec, "a wrong input name");
    spec = texts(r->texts);
    spec.outputs[0] = "no such output";
    refuse(r->engine, &spec, "a wrong output name");
    spec = texts(r->texts);
    spec.input_count = TS_NETWORK_INPUTS_MAX + 1;
    ts_error err;
    assert_fails(ts_network_open(r->engine, &spec, &err), err, TS_MODEL);
}

/* After all that trouble the engine is as good as before. */
static void the_engine_survives_bad_networks(void **state)
{
    room *r = *state;
    a_missing_file_and_a_folder_are_refused(state);
    ts_network_spec spec = faces(r->faces);
    ts_error err;
    ts_network *network = NULL;
    assert_works(network = ts_network_open(r->engine, &spec, &err), err);
    ts_network_close(network);
    ts_network_close(NULL);
    ts_network_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_give_the_tensors_they_promise),
        cmocka_unit_test(outputs_come_in_the_order_asked_for),
        cmocka_unit_test(the_view_is_normalised_inside),
        cmocka_unit_test(files_that_are_no_networks_are_refused),
        cmocka_unit_test(a_missing_file_and_a_folder_are_refused),
        cmocka_unit_test(a_real_network_cut_short_is_refused),
        cmocka_unit_test(an_output_that_the_file_lacks_is_refused),
        cmocka_unit_test(a_view_of_another_size_is_refused),
        cmocka_unit_test(more_outputs_than_there_is_room_for_are_refused),
        cmocka_unit_test(float_inputs_may_change_their_size_from_run_to_run),
        cmocka_unit_test(an_input_that_the_file_lacks_is_refused),
        cmocka_unit_test(the_engine_survives_bad_networks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
