/* Tests of ontology/: what they share: small schemes from a text. */
#ifndef TS_TESTS_ONTOLOGY_HOUSE_H
#define TS_TESTS_ONTOLOGY_HOUSE_H

#include <stdlib.h>
#include <string.h>

#include "../support/support.h"
#include "ontology/ontology.h"

/* Reads it; a failure is the test's. The caller frees. */
static inline ts_scheme *scheme_of(const char *text, ts_scheme_format format)
{
    ts_error err = {0};
    ts_scheme *scheme = ts_scheme_read("s", text, strlen(text), format, &err);
    if (!scheme) fail_msg("%s: %s", ts_code_name(err.code), err.message);
    return scheme;
}

/* It cannot be read, and the message holds `said`. */
static inline void refuses(const char *text, ts_scheme_format format, ts_code code, const char *said)
{
    ts_error err = {0};
    ts_scheme *scheme = ts_scheme_read("s", text, strlen(text), format, &err);
    if (scheme) fail_msg("was read: %s", text);
    ts_test_check_error(&err, code, __FILE__, __LINE__);
    if (!strstr(err.message, said)) fail_msg("\"%s\" does not say \"%s\"", err.message, said);
}

/* As CSV, NUL-terminated; the caller frees. */
static inline char *text_of(const ts_scheme *scheme, ts_scheme_format format)
{
    ts_buf out = {0};
    ts_error err = {0};
    assert_works(ts_scheme_write(scheme, format, &out, &err), err);
    return out.data;
}

#define CSV(text) scheme_of(text, TS_SCHEME_CSV)

#endif
