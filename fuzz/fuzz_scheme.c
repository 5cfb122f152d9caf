/* Fuzzing of schemes that people bring: tables, Turtle and N-Triples by the first byte. What can be read is written in each
 * format, read again, and must be the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ontology/ontology.h"

static char *text_of(const ts_scheme *scheme, ts_scheme_format format)
{
    ts_buf out = {0};
    ts_error err = {0};
    if (!ts_scheme_write(scheme, format, &out, &err)) abort();
    return out.data;
}

static void go_round(const ts_scheme *scheme, const char *csv, ts_scheme_format format)
{
    ts_error err = {0};
    char *text = text_of(scheme, format);
    ts_scheme *again = ts_scheme_read("f", text, strlen(text), format, &err);
    if (!again) abort();
    char *back = text_of(again, TS_SCHEME_CSV);
    if (strcmp(csv, back) != 0) abort();
    free(back);
    free(text);
    ts_scheme_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ts_scheme_format formats[] = {TS_SCHEME_AUTO, TS_SCHEME_CSV, TS_SCHEME_TURTLE,
                                               TS_SCHEME_NTRIPLES};
    ts_error err = {0};
    if (size == 0) return 0;
    ts_scheme *scheme = ts_scheme_read("f", data + 1, size - 1, formats[data[0] % 4], &err);
    if (!scheme) {
        if (err.code == TS_OK || !err.message[0]) abort();
        return 0;
    }
    char *csv = text_of(scheme, TS_SCHEME_CSV);
    for (size_t i = 1; i < 4; i++) go_round(scheme, csv, formats[i]);
    free(csv);
    ts_scheme_free(scheme);
    return 0;
}
