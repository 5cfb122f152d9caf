/* How many processor cores this process may use. */
#ifndef TS_BASE_CORES_H
#define TS_BASE_CORES_H

/* At least 1. Respects the affinity mask (taskset, cpusets), which the number of cores in the machine does not. */
unsigned ts_core_count(void);

#endif
