/* tests/engine: several threads on one network. Whoever runs it, the same view gives the same numbers. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/specs.h"

#define VIEWS 6
#define THREADS 5
#define STREAMS 3

typedef struct course {
    ts_network *network;
    float expected[VIEWS][1000];
    atomic_uint out; /* requests out at this moment */
    atomic_uint most;
    atomic_uint differences;
    atomic_uint failures;
} course;

static bool run_view(course *c, uint32_t seed, float *logits)
{
    ts_request *request = ts_network_acquire(c->network);
    unsigned now = atomic_fetch_add(&c->out, 1) + 1;
    for (unsigned most = atomic_load(&c->most); now > most;)
        if (atomic_compare_exchange_weak(&c->most, &most, now)) break;
    paint(ts_request_input(request), CLASSIFIER_PIXELS, seed);
    bool ok = ts_request_run(request, NULL);
    if (ok) memcpy(logits, ts_request_output(request, 0).data, sizeof(float) * 1000);
    atomic_fetch_sub(&c->out, 1);
    ts_network_release(request);
    return ok;
}

static void *run_all(void *opaque)
{
    course *c = opaque;
    for (uint32_t seed = 0; seed < VIEWS; seed++) {
        float logits[1000];
        if (!run_view(c, seed, logits)) atomic_fetch_add(&c->failures, 1);
        else if (memcmp(logits, c->expected[seed], sizeof logits) != 0) atomic_fetch_add(&c->differences, 1);
    }
    return NULL;
}

static void threads_get_what_one_thread_gets(void **state)
{
    (void)state;
    char *path = ts_test_dep("models/efficientnet-lite2.onnx");
    ts_engine *engine = open_engine(NULL, STREAMS);
    ts_network_spec spec = classifier(path);
    course c = {0};
    ts_error err;
    assert_works(c.network = ts_network_open(engine, &spec, &err), err);
    for (uint32_t seed = 0; seed < VIEWS; seed++) assert_true(run_view(&c, seed, c.expected[seed]));
    for (uint32_t seed = 1; seed < VIEWS; seed++)
        assert_memory_not_equal(c.expected[0], c.expected[seed], sizeof c.expected[0]);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, run_all, &c), 0);
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&c.failures), 0);
    assert_int_equal(atomic_load(&c.differences), 0);
    assert_in_range(atomic_load(&c.most), 1, STREAMS); /* never more out than there are */
    ts_network_close(c.network);
    ts_engine_close(engine);
    free(path);
}

/* Each request has its own tensors: what one run wrote stays while another runs. */
static void requests_do_not_share_tensors(void **state)
{
    (void)state;
    char *path = ts_test_dep("models/efficientnet-lite2.onnx");
    ts_engine *engine = open_engine(NULL, 2);
    ts_network_spec spec = classifier(path);
    ts_error err;
    ts_network *network = NULL;
    assert_works(network = ts_network_open(engine, &spec, &err), err);
    ts_request *a = ts_network_acquire(network);
    ts_request *b = ts_network_acquire(network);
    assert_ptr_not_equal(a, b);
    assert_ptr_not_equal(ts_request_input(a), ts_request_input(b));
    paint(ts_request_input(a), CLASSIFIER_PIXELS, 1);
    paint(ts_request_input(b), CLASSIFIER_PIXELS, 2);
    assert_works(ts_request_run(a, &err), err);
    float first[1000];
    memcpy(first, ts_request_output(a, 0).data, sizeof first);
    assert_works(ts_request_run(b, &err), err);
    assert_memory_equal(ts_request_output(a, 0).data, first, sizeof first);
    assert_memory_not_equal(ts_request_output(b, 0).data, first, sizeof first);
    ts_network_release(a);
    ts_network_release(b);
    ts_network_close(network);
    ts_engine_close(engine);
    free(path);
}

#define ROWS 12
#define COURSES 3

/* What the text encoder gives for rows of this value: floats of sizes of their own, not a view. */
static bool run_rows(ts_request *request, float value, float *sum)
{
    float *embedded = ts_request_shape(request, 0, (size_t[]){ROWS, 384}, 2, NULL);
    float *apart = ts_request_shape(request, 1, (size_t[]){ROWS, ROWS}, 2, NULL);
    if (!embedded || !apart) return false;
    for (size_t i = 0; i < ROWS * 384; i++) embedded[i] = value * (float)(i % 384 % 7);
    memset(apart, 0, ROWS * ROWS * sizeof *apart);
    if (!ts_request_run(request, NULL)) return false;
    ts_tensor out = ts_request_output(request, 0);
    *sum = 0;
    for (size_t i = 0; i < out.size; i++) *sum += out.data[i] * (float)(i % 5);
    return true;
}

typedef struct rows_course {
    ts_network *network;
    float expected[COURSES];
    atomic_uint differences;
} rows_course;

static void *run_all_rows(void *opaque)
{
    rows_course *c = opaque;
    for (size_t i = 0; i < COURSES; i++) {
        ts_request *request = ts_network_acquire(c->network);
        float sum = 0;
        if (!run_rows(request, (float)(i + 1), &sum) || sum != c->expected[i])
            atomic_fetch_add(&c->differences, 1);
        ts_network_release(request);
    }
    return NULL;
}

/* Of a network of many sizes there is one copy at first; who waits long enough gets a further one, which says the
 * same. */
static void who_waits_long_gets_a_copy_of_their_own(void **state)
{
    (void)state;
    char *path = ts_test_dep("models/multilingual-e5-small.onnx");
    ts_engine *engine = open_engine(NULL, 2);
    ts_network_spec spec = texts(path);
    ts_error err;
    rows_course c = {0};
    assert_works(c.network = ts_network_open(engine, &spec, &err), err);
    memset(&spec, 0, sizeof spec); /* what it pointed to is the caller's: a copy is made without it */
    memset(path, '!', strlen(path));
    ts_request *a = ts_network_acquire(c.network);
    for (size_t i = 0; i < COURSES; i++) assert_true(run_rows(a, (float)(i + 1), &c.expected[i]));
    ts_request *b = ts_network_acquire(c.network); /* a stays out: without a copy this would wait forever */
    assert_ptr_not_equal(a, b);
    for (size_t i = 0; i < COURSES; i++) {
        float sum = 0;
        assert_true(run_rows(b, (float)(i + 1), &sum));
        assert_true(sum == c.expected[i]);
    }
    ts_network_release(a);
    ts_network_release(b);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_all_rows, &c), 0);
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&c.differences), 0);
    ts_network_close(c.network);
    ts_engine_close(engine);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_get_what_one_thread_gets),
        cmocka_unit_test(requests_do_not_share_tensors),
        cmocka_unit_test(who_waits_long_gets_a_copy_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
