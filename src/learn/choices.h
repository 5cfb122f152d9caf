/* Figures on choices between classes that exclude each other. Numbers in, numbers out. Any thread. */
#ifndef TS_LEARN_CHOICES_H
#define TS_LEARN_CHOICES_H

#include "learn/figures.h"

/* One example: its class, the class that was said, and how sure. */
typedef struct ts_choice {
    uint32_t truth, said;
    double p;
} ts_choice;

typedef struct ts_choice_figures {
    double accuracy; /* share of right ones; 0 of none */
    double
        balanced_accuracy; /* mean, over the classes that there are examples of, of their share of right ones */
    ts_interval accuracy_at,
        balanced_accuracy_at; /* 95 %: from 2.5 to 97.5 %, by drawing the examples again */
    double calibration_error; /* of the p of what was said, ten bins */
} ts_choice_figures;

bool ts_choice_figures_of(const ts_choice *choices, size_t count, size_t class_count, ts_choice_figures *out,
                          ts_error *err);

double ts_accuracy(const ts_choice *choices, size_t count);
/* TS_NO_MEMORY. */
bool ts_balanced_accuracy(const ts_choice *choices, size_t count, size_t class_count, double *out,
                          ts_error *err);

#endif
