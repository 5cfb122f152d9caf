/* cli (private): a password from a person or a script. */
#ifndef TS_CLI_PASSWORD_H
#define TS_CLI_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* From a terminal without showing it, asked twice; else the first line of standard input. Never an argument, where
 * others could read it. */
bool ts_password_read(char *out, size_t size, ts_error *err);

#endif
