/* Quality: every measure against pictures degraded on purpose, synthetic ones always, photographs where there
 * are any. */
#include "image/image.h"

#include <dirent.h>
#include <stdio.h>

#include "synthetic.h"
#include "tests/support/support.h"

static ts_quality measure(const ts_pixels *p)
{
    ts_quality q;
    ts_error err = {0};
    assert_true(ts_quality_measure(p, p->width, p->height, &q, &err));
    assert_true(q.sharpness >= 0 && q.sharpness <= 1);
    assert_true(q.exposure >= -1 && q.exposure <= 1);
    assert_true(q.contrast >= 0 && q.contrast <= 1);
    assert_true(q.noise >= 0 && q.noise <= 255);
    assert_true(q.clipped_dark >= 0 && q.clipped_dark + q.clipped_light <= 1.0001f);
    assert_true(q.aesthetic >= 0 && q.aesthetic <= 1);
    return q;
}

/* ---- degradations: each makes a new picture ---- */

static ts_pixels copy_of(const ts_pixels *p)
{
    ts_pixels out = synthetic_new(p->width, p->height, 0);
    for (uint32_t y = 0; y < p->height; y++)
        memcpy(synthetic_at(&out, 0, y), synthetic_at(p, 0, y), (size_t)p->width * 4);
    return out;
}

static size_t clamp_index(long i, size_t length)
{
    return i < 0 ? 0 : (size_t)i >= length ? length - 1 : (size_t)i;
}

/* One pass of a filter along samples `step` bytes apart. */
static void filter_line(uint8_t *line, size_t length, size_t step, const double *kernel, long radius,
                        uint8_t *scratch)
{
    for (size_t i = 0; i < length; i++) scratch[i] = line[i * step];
    for (size_t i = 0; i < length; i++) {
        double sum = 0;
        for (long k = -radius; k <= radius; k++)
            sum += kernel[k + radius] * scratch[clamp_index((long)i + k, length)];
        line[i * step] = (uint8_t)(sum + 0.5);
    }
}

static void filter(ts_pixels *p, const double *kernel, long radius, bool across, bool down)
{
    uint8_t *scratch = malloc(p->width + p->height);
    for (unsigned c = 0; c < 3; c++) {
        for (uint32_t y = 0; across && y < p->height; y++) {
            filter_line(synthetic_at(p, 0, y) + c, p->width, 4, kernel, radius, scratch);
        }
        for (uint32_t x = 0; down && x < p->width; x++) {
            filter_line(synthetic_at(p, x, 0) + c, p->height, p->stride, kernel, radius, scratch);
        }
    }
    free(scratch);
}

static ts_pixels blurred(const ts_pixels *p, double sigma)
{
    ts_pixels out = copy_of(p);
    double kernel[64], sum = 0;
    long radius = (long)ceil(sigma * 3);
    for (long k = -radius; k <= radius; k++)
        sum += kernel[k + radius] = exp(-(double)(k * k) / (2 * sigma * sigma));
    for (long k = 0; k <= 2 * radius; k++) kernel[k] /= sum;
    filter(&out, kernel, radius, true, true);
    return out;
}

static ts_pixels moved(const ts_pixels *p, double pixels)
{
    ts_pixels out = copy_of(p);
    double kernel[64];
    long radius = (long)pixels / 2;
    for (long k = 0; k <= 2 * radius; k++) kernel[k] = 1.0 / (double)(2 * radius + 1);
    filter(&out, kernel, radius, true, false);
    return out;
}

static uint8_t to_byte(double v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

/* The same for all three channels, so that it is noise of luma. */
static ts_pixels noisy(const ts_pixels *p, double sigma)
{
    ts_pixels out = copy_of(p);
    uint64_t seed = 77;
    for (size_t i = 0; i < (size_t)out.width * out.height; i++) {
        double sum = -6; /* twelve uniform numbers: near enough to a normal one */
        for (int k = 0; k < 12; k++) sum += synthetic_random(&seed) / 2147483648.0;
        for (unsigned c = 0; c < 3; c++) out.data[i * 4 + c] = to_byte(out.data[i * 4 + c] + sigma * sum);
    }
    return out;
}

static ts_pixels brightened(const ts_pixels *p, double gain)
{
    ts_pixels out = copy_of(p);
    for (size_t i = 0; i < (size_t)out.width * out.height * 4; i++) {
        if (i % 4 != 3) out.data[i] = to_byte(out.data[i] * gain);
    }
    return out;
}

/* ---- pictures ---- */

/* Rectangles of many sizes and shades over a slope: edges, flat parts, and a photograph's mean. */
static ts_pixels scene(uint32_t width, uint32_t height, uint64_t seed)
{
    ts_pixels p = synthetic_new(width, height, 0);
    for (uint32_t y = 0; y < height; y++) {
        uint8_t v = (uint8_t)(90 + y * 70 / height);
        for (uint32_t x = 0; x < width; x++) synthetic_put(&p, x, y, v, v, (uint8_t)(v + 10));
    }
    for (int i = 0; i < 90; i++) {
        uint32_t size = 8 + synthetic_random(&seed) % (width / 6), x = synthetic_random(&seed) % width;
        uint32_t y = synthetic_random(&seed) % height, shade = synthetic_random(&seed);
        synthetic_fill(&p, x, y, size, size, (uint8_t)(shade % 230), (uint8_t)((shade >> 8) % 230),
                       (uint8_t)((shade >> 16) % 230));
    }
    return p;
}

typedef struct scores {
    size_t count;
    ts_quality *all;
} scores;

static void add_score(scores *s, const ts_pixels *p)
{
    s->all = realloc(s->all, (s->count + 1) * sizeof *s->all);
    assert_non_null(s->all);
    s->all[s->count++] = measure(p);
}

static void add_and_free(scores *s, ts_pixels p)
{
    add_score(s, &p);
    synthetic_free(&p);
}

static float sharpness(const ts_quality *q)
{
    return q->sharpness;
}

static float noise(const ts_quality *q)
{
    return q->noise;
}

static float exposure(const ts_quality *q)
{
    return q->exposure;
}

static float aesthetic(const ts_quality *q)
{
    return q->aesthetic;
}

/* Probability that a random member of `high` scores above a random one of `low`. */
static double auc(const scores *low, const scores *high, float (*value)(const ts_quality *))
{
    double won = 0;
    for (size_t i = 0; i < low->count; i++) {
        for (size_t k = 0; k < high->count; k++) {
            float a = value(&low->all[i]), b = value(&high->all[k]);
            won += a < b ? 1 : a > b ? 0 : 0.5;
        }
    }
    return won / (double)(low->count * high->count);
}

typedef struct degraded {
    scores original, soft, moved, noisy, dark, bright;
} degraded;

static void degrade(degraded *d, const ts_pixels *p)
{
    add_score(&d->original, p);
    add_and_free(&d->soft, blurred(p, 2));
    add_and_free(&d->moved, moved(p, 9));
    add_and_free(&d->noisy, noisy(p, 15));
    add_and_free(&d->dark, brightened(p, 0.3));
    add_and_free(&d->bright, brightened(p, 2.5));
}

static void check_order_and_free(degraded *d)
{
    const struct {
        const char *what;
        const scores *low, *high;
        float (*value)(const ts_quality *);
    } rows[] = {
        {"sharpness, blurred", &d->soft, &d->original, sharpness},
        {"sharpness, moved", &d->moved, &d->original, sharpness},
        {"noise, noisy", &d->original, &d->noisy, noise},
        {"exposure, dark", &d->dark, &d->original, exposure},
        {"exposure, bright", &d->original, &d->bright, exposure},
        {"aesthetic, blurred", &d->soft, &d->original, aesthetic},
        {"aesthetic, dark", &d->dark, &d->original, aesthetic},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double a = auc(rows[i].low, rows[i].high, rows[i].value);
        print_message("%-20s AUC %.3f over %zu pictures\n", rows[i].what, a, d->original.count);
        if (a < 0.95) fail_msg("%s: AUC %.3f", rows[i].what, a);
    }
    scores *all[] = {&d->original, &d->soft, &d->moved, &d->noisy, &d->dark, &d->bright};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]->all);
}

static void tells_faults_from_good_synthetic_pictures(void **state)
{
    (void)state;
    degraded d = {0};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        ts_pixels p = scene(seed % 2 ? 480 : 320, seed % 3 ? 360 : 512, seed);
        degrade(&d, &p);
        synthetic_free(&p);
    }
    check_order_and_free(&d);
}

static ts_decoded decode_file(ts_decoder_pool *pool, const char *path)
{
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    ts_decoded decoded;
    ts_error err = {0};
    if (!ts_decode(pool, bytes, length, 0, &decoded, &err)) fail_msg("%s: %s", path, err.message);
    free(bytes);
    return decoded;
}

static void tells_faults_from_good_photographs(void **state)
{
    (void)state;
    const char *data = ts_test_data();
    if (!data) skip();
    char path[4096];
    snprintf(path, sizeof path, "%s/coco", data);
    struct dirent **names = NULL;
    int count = scandir(path, &names, NULL, alphasort);
    if (count < 0) skip();
    const ts_decoder_options options = {.limits = TS_DECODE_LIMITS_DEFAULT, .workers = 1, .in_process = true};
    ts_decoder_pool *pool = ts_decoder_pool_new(&options, NULL);
    assert_non_null(pool);
    degraded d = {0};
    for (int i = 0; i < count; i++) {
        if (strstr(names[i]->d_name, ".jpg") && i % 5 == 0) {
            snprintf(path, sizeof path, "%s/coco/%s", data, names[i]->d_name);
            ts_decoded decoded = decode_file(pool, path);
            degrade(&d, &decoded.pixels);
            ts_decoded_release(pool, &decoded);
        }
        free(names[i]);
    }
    free(names);
    ts_decoder_pool_free(pool);
    assert_true(d.original.count >= 20);
    check_order_and_free(&d);
}

static void more_blur_is_less_sharp(void **state)
{
    (void)state;
    for (uint64_t seed = 20; seed < 23; seed++) {
        ts_pixels p = scene(400, 300, seed);
        float before = measure(&p).sharpness;
        assert_true(before > 0.5f); /* a perfect step has H = 1/2 */
        for (double sigma = 0.7; sigma < 6; sigma *= 1.6) {
            ts_pixels soft = blurred(&p, sigma);
            float now = measure(&soft).sharpness;
            assert_true(now < before || now == 0);
            before = now;
            synthetic_free(&soft);
        }
        assert_true(before < 0.1f);
        synthetic_free(&p);
    }
}

/* Contrast and brightness are no sharpness. */
static void sharpness_ignores_contrast(void **state)
{
    (void)state;
    ts_pixels p = scene(400, 300, 5), faint = brightened(&p, 0.25);
    assert_float_equal(measure(&p).sharpness, measure(&faint).sharpness, 0.12);
    synthetic_free(&faint);
    synthetic_free(&p);
}

/* A portrait: a fifth of the picture in focus, the rest far out of it. */
static void shallow_depth_of_field_is_sharp(void **state)
{
    (void)state;
    ts_pixels p = scene(640, 480, 9), soft = blurred(&p, 8);
    float all = measure(&p).sharpness, none = measure(&soft).sharpness;
    for (uint32_t y = 100; y < 380; y++)
        memcpy(synthetic_at(&soft, 220, y), synthetic_at(&p, 220, y), 220 * 4);
    float part = measure(&soft).sharpness;
    print_message("all %.2f part %.2f none %.2f\n", (double)all, (double)part, (double)none);
    assert_true(none < 0.1f);
    assert_true(part > 0.4f && part > all - 0.2f);
    synthetic_free(&soft);
    synthetic_free(&p);
}

static void noise_is_measured_in_levels(void **state)
{
    (void)state;
    ts_pixels p = scene(500, 400, 31);
    assert_true(measure(&p).noise < 0.5f);
    static const double sigmas[] = {3, 6, 12, 25};
    for (size_t i = 0; i < 4; i++) {
        ts_pixels n = noisy(&p, sigmas[i]);
        float found = measure(&n).noise;
        if (fabs(found / sigmas[i] - 1) > 0.2) fail_msg("%g for %g", (double)found, sigmas[i]);
        synthetic_free(&n);
    }
    synthetic_free(&p);
}

static ts_quality measure_grey(uint8_t v)
{
    ts_pixels p = synthetic_new(100, 80, 0);
    synthetic_fill(&p, 0, 0, 100, 80, v, v, v);
    ts_quality q = measure(&p);
    synthetic_free(&p);
    return q;
}

static void blank_pictures_have_their_values(void **state)
{
    (void)state;
    ts_quality black = measure_grey(0), white = measure_grey(255), grey = measure_grey(115);
    assert_float_equal(black.exposure, -1, 1e-5);
    assert_float_equal(white.exposure, 1, 1e-5);
    assert_float_equal(black.clipped_dark, 1, 1e-6);
    assert_float_equal(white.clipped_light, 1, 1e-6);
    assert_float_equal(grey.clipped_dark + grey.clipped_light, 0, 1e-6);
    assert_float_equal(grey.contrast, 0, 1e-6);
    assert_float_equal(grey.sharpness, 0.5, 1e-6);
    assert_float_equal(grey.noise, 0, 1e-6);
}

static void exposure_grows_with_gain(void **state)
{
    (void)state;
    ts_pixels p = scene(400, 300, 40);
    float before = -1.1f;
    for (double gain = 0.05; gain < 8; gain *= 1.5) {
        ts_pixels g = brightened(&p, gain);
        float now = measure(&g).exposure;
        assert_true(now >= before);
        before = now;
        synthetic_free(&g);
    }
    assert_true(before > 0.7f);
    assert_true(fabsf(measure(&p).exposure) < 0.3f);
    synthetic_free(&p);
}

static void contrast_and_clipping_follow_the_histogram(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(256, 100, 0);
    for (uint32_t x = 0; x < 256; x++) synthetic_fill(&p, x, 0, 1, 100, (uint8_t)x, (uint8_t)x, (uint8_t)x);
    assert_true(measure(&p).contrast > 0.98f);
    assert_float_equal(measure(&p).clipped_dark, 3 / 256.0, 1e-4);
    assert_float_equal(measure(&p).clipped_light, 3 / 256.0, 1e-4);
    for (uint32_t x = 0; x < 256; x++) {
        uint8_t v = (uint8_t)(100 + x / 4);
        synthetic_fill(&p, x, 0, 1, 100, v, v, v);
    }
    assert_float_equal(measure(&p).contrast, 64 / 255.0f, 0.02f);
    synthetic_free(&p);
}

static void size_matters_little_but_for_resolution(void **state)
{
    (void)state;
    ts_pixels small = scene(640, 480, 60), large = synthetic_new(1920, 1440, 0);
    for (uint32_t y = 0; y < 1440; y++) {
        for (uint32_t x = 0; x < 1920; x++) {
            memcpy(synthetic_at(&large, x, y), synthetic_at(&small, x / 3, y / 3), 4);
        }
    }
    ts_quality a = measure(&small), b = measure(&large), c;
    assert_float_equal(a.sharpness, b.sharpness, 0.25);
    assert_float_equal(a.exposure, b.exposure, 0.05);
    assert_float_equal(a.contrast, b.contrast, 0.05);
    assert_true(ts_quality_measure(&small, 4000, 3000, &c, NULL));
    assert_true(c.aesthetic > a.aesthetic);
    synthetic_free(&small);
    synthetic_free(&large);
}

static void odd_sizes_are_measured(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1},   {2, 3000}, {3000, 2}, {17, 18},
                                        {35, 36}, {36, 36},  {37, 700}, {641, 33}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ts_pixels p = synthetic_new(sizes[i][0], sizes[i][1], 12);
        synthetic_noise(&p, i);
        measure(&p);
        synthetic_free(&p);
    }
    ts_quality q;
    ts_error err = {0};
    assert_false(ts_quality_measure(&(ts_pixels){0}, 1, 1, &q, &err));
    assert_int_equal(err.code, TS_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_faults_from_good_synthetic_pictures),
        cmocka_unit_test(tells_faults_from_good_photographs),
        cmocka_unit_test(more_blur_is_less_sharp),
        cmocka_unit_test(sharpness_ignores_contrast),
        cmocka_unit_test(shallow_depth_of_field_is_sharp),
        cmocka_unit_test(noise_is_measured_in_levels),
        cmocka_unit_test(blank_pictures_have_their_values),
        cmocka_unit_test(exposure_grows_with_gain),
        cmocka_unit_test(contrast_and_clipping_follow_the_histogram),
        cmocka_unit_test(size_matters_little_but_for_resolution),
        cmocka_unit_test(odd_sizes_are_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
