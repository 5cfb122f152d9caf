/* Tests of the image room: a worker program that misbehaves on request. Compiled into the test's own worker
 * only. */
#ifndef TS_TESTS_IMAGE_WORKER_TEST_HOOK_H
#define TS_TESTS_IMAGE_WORKER_TEST_HOOK_H

#include <stddef.h>
#include <stdint.h>

/* "TSTEST:segv" and the like do what they say; other bytes are left to the decoder. */
void ts_worker_test_hook(const uint8_t *bytes, size_t length);

#endif
