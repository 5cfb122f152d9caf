/* base: counting the cores that are ours. */
#include "base/cores.h"

#include <sched.h>

unsigned ts_core_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (unsigned)n : 1;
}
