/* Pictures made by rule, for the tests of this room. Every function aborts the test on failure. */
#ifndef TS_TESTS_IMAGE_SYNTHETIC_H
#define TS_TESTS_IMAGE_SYNTHETIC_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "image/image.h"

/* A small generator of its own: the same pictures on every machine. */
static inline uint32_t synthetic_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Grey 0 everywhere, X = 255; rows carry `padding` spare bytes of 0xEE. Free with synthetic_free. */
static inline ts_pixels synthetic_new(uint32_t width, uint32_t height, size_t padding)
{
    ts_pixels p = {.width = width, .height = height, .stride = (size_t)width * 4 + padding};
    p.data = malloc(p.stride * height);
    assert_non_null(p.data);
    memset(p.data, 0xEE, p.stride * height);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) memcpy(p.data + y * p.stride + (size_t)x * 4, "\0\0\0\377", 4);
    }
    return p;
}

static inline void synthetic_free(ts_pixels *p)
{
    free(p->data);
    *p = (ts_pixels){0};
}

static inline uint8_t *synthetic_at(const ts_pixels *p, uint32_t x, uint32_t y)
{
    return p->data + y * p->stride + (size_t)x * 4;
}

static inline void synthetic_put(ts_pixels *p, uint32_t x, uint32_t y, uint8_t r, uint8_t g, uint8_t b)
{
    uint8_t *at = synthetic_at(p, x, y);
    at[0] = b;
    at[1] = g;
    at[2] = r;
}

static inline void synthetic_fill(ts_pixels *p, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
                                  uint8_t r, uint8_t g, uint8_t b)
{
    for (uint32_t j = y; j < y + height && j < p->height; j++) {
        for (uint32_t i = x; i < x + width && i < p->width; i++) synthetic_put(p, i, j, r, g, b);
    }
}

static inline void synthetic_noise(ts_pixels *p, uint64_t seed)
{
    for (uint32_t y = 0; y < p->height; y++) {
        for (uint32_t x = 0; x < p->width; x++) {
            uint32_t v = synthetic_random(&seed);
            synthetic_put(p, x, y, (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16));
        }
    }
}

#endif
