/* Reads agreement.tsv: one table or one pair of lists of boxes after the other, and what others say of it. */
#ifndef TS_TESTS_LEARN_FIXTURE_H
#define TS_TESTS_LEARN_FIXTURE_H

#include "learn/agreement.h"
#include "learn/boxes.h"

enum { fixture_ratings = 1000, fixture_expectations = 400, fixture_boxes = 64, fixture_sets = 64 };

typedef struct expectation {
    char figure[32];
    uint32_t a, b; /* of what: raters, items, values */
    double value;
} expectation;

typedef struct fixture {
    char name[64];
    ts_ratings ratings; /* 0 of them where there are boxes */
    ts_sets sets;
    size_t set_count;
    ts_marked_box first[fixture_boxes], second[fixture_boxes];
    size_t first_count, second_count;
    double least;     /* of boxes */
    double smoothing; /* of a fit of Dawid and Skene's */
    unsigned rounds;  /* 0: none is there */
    expectation expected[fixture_expectations];
    size_t expected_count;
    struct fixture_file *file;
} fixture;

/* A failing file fails the test. */
fixture *fixture_open(void);
bool fixture_next(fixture *f); /* false behind the last */
void fixture_close(fixture *f);

#endif
