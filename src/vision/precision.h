/* Private to the vision room: which arithmetic a network runs in.
 *
 * bf16 is twice as fast where the processor has it, and usually right. Usually is not enough: the first
 * time that a network meets a processor and an OpenVINO version, both arithmetics look at the same test
 * views; if they disagree, the network stays in f32 and a note says so. The verdict is kept in the cache
 * folder, so later starts only read it. */
#ifndef TS_VISION_PRECISION_H
#define TS_VISION_PRECISION_H

#include "vision/analyser.h"

/* wish: "auto", "f32" or "bf16". note: a sentence when auto fell back, else "". */
bool ts_precision_choose(ts_engine *engine, const ts_eye *eye, const char *cache, const char *wish,
                         ts_precision *out, char *note, size_t note_size, ts_error *err);

#endif
