/* Drawing samples, and what a figure's values over many samples amount to. Private to the room. */
#ifndef TS_LEARN_SAMPLE_H
#define TS_LEARN_SAMPLE_H

#include "learn/figures.h"

/* splitmix64 (Steele, Lea, Flood, 2014): the same everywhere for a seed. */
uint64_t ts_sample_next(uint64_t *state);

/* How often each of `count` things was drawn, in `count` draws with replacement. */
void ts_sample_draw(uint64_t *state, uint32_t *times, size_t count);

/* 5 % and 95 % points; sorts the values. (NAN, NAN) of none. */
ts_interval ts_sample_interval(double *values, size_t count);

#endif
