/* Filling the error value. Contract: every setter accepts err == NULL and always returns false, so that
 * a failing function can `return ts_fail(err, ...)`. Texts that do not fit are cut at a UTF-8 boundary. */
#ifndef TS_BASE_ERROR_H
#define TS_BASE_ERROR_H

#include <stdbool.h>

#include "tagsmith/error.h"

bool ts_fail(ts_error *err, ts_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds what the user can do to an error that is already set. */
bool ts_hint(ts_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* TS_IO (or TS_NOT_FOUND, TS_NO_MEMORY where errno says so) with strerror(errno) after the text. */
bool ts_fail_errno(ts_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool ts_fail_memory(ts_error *err);

/* Puts "PREFIX: " before the message; code and hint stay. For callers that know the name of the thing. */
bool ts_fail_prefix(ts_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
