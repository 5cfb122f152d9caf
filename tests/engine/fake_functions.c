/* tests/engine: every entry point that the engine looks for, as weak symbols that refuse. Makes a shared
 * library that loads and has all names, but is no OpenVINO. */
#include "engine/ov_api.h"

int ts_fake_refuses(void);
int ts_fake_refuses(void)
{
    return GENERAL_ERROR;
}

#define WEAK(name) __asm__(".weak " #name "\n.set " #name ", ts_fake_refuses");
OV_FUNCTIONS(WEAK)
