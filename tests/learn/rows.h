/* Rows made by a rule, so that other programs can make the same: chance, and a little more at every class's own places. */
#ifndef TS_TESTS_LEARN_ROWS_H
#define TS_TESTS_LEARN_ROWS_H

#include "learn/logistic.h"
#include "made.h"

enum { row_count = 90, row_width = 37, row_classes = 3 };

typedef struct made_rows {
    float rows[row_count * row_width];
    uint32_t classes[row_count];
} made_rows;

static inline uint32_t of_seven(size_t i) /* four, two and one of seven */
{
    return i % 7 < 4 ? 0 : i % 7 < 6 ? 1 : 2;
}

static inline uint32_t of_three(size_t i)
{
    return i % 3 == 0;
}

static inline ts_examples make_rows(made_rows *made, uint32_t (*class_of)(size_t), size_t class_count,
                                    double more)
{
    uint64_t state = 12345;
    for (size_t i = 0; i < row_count; i++) {
        made->classes[i] = class_of(i);
        for (size_t k = 0; k < row_width; k++)
            made->rows[i * row_width + k] =
                (float)(made_random(&state) + (k % class_count == made->classes[i] ? more : 0));
    }
    return (ts_examples){made->rows, row_count, row_width, made->classes, class_count};
}

#endif
