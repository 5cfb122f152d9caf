/* fuzz: any bytes as a state file: taken or refused, and what was taken is taken again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "service/run_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char head[] = TS_RUN_STATE_MAGIC "\tx\n";
    int fd = memfd_create("state", MFD_CLOEXEC);
    if (fd < 0) return 0;
    /* Most inputs begin well, or nothing behind the first line would ever be reached. */
    bool whole = length > 0 && bytes[0] != 0;
    if (whole && write(fd, head, sizeof head - 1) < 0) abort();
    if (write(fd, bytes, length) < 0) abort();
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ts_run_mark first;
    ts_run_mark second;
    ts_run_state *state = ts_run_state_open(path, "x", NULL, NULL, &first, NULL);
    ts_run_state_free(state);
    if (state) {
        state = ts_run_state_open(path, "x", NULL, NULL, &second, NULL);
        if (!state || memcmp(&first, &second, sizeof first) != 0) abort();
        ts_run_state_free(state);
    }
    close(fd);
    return 0;
}
