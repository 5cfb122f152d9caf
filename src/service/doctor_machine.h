/* service (private): what the machine is and can. */
#ifndef TS_SERVICE_DOCTOR_MACHINE_H
#define TS_SERVICE_DOCTOR_MACHINE_H

#include "base/buf.h"

/* "AMD EPYC ..., 2 cores: avx2 avx512 vnni bf16 amx"; what is missing stands behind "without". */
void ts_machine_describe(ts_buf *out);
/* Has the processor what the engine needs to be fast (AVX2 or Arm's NEON)? */
bool ts_machine_is_fast(void);
/* Memory in MiB that can be had, or 0 when not known. */
unsigned long ts_machine_free_mib(void);

#endif
