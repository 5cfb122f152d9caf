/* Tests of ontology/: a scheme on standard input, in any format, written in the one that is named.
 * usage: ontology_convert csv|turtle|ntriples */
#include <stdio.h>

#include "ontology/ontology.h"

int main(int argc, char **argv)
{
    char piece[4096];
    size_t n;
    ts_buf in = {0}, out = {0};
    ts_error err = {0};
    ts_scheme_format format;
    if (argc != 2 || !ts_scheme_format_find(argv[1], &format)) return 2;
    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0) (void)ts_buf_append(&in, piece, n);
    ts_scheme *scheme = ts_scheme_read("oracle", in.data ? in.data : "", in.length, TS_SCHEME_AUTO, &err);
    bool ok = scheme && ts_scheme_write(scheme, format, &out, &err);
    if (ok) ok = fwrite(out.data, 1, out.length, stdout) == out.length;
    else fprintf(stderr, "%s\n", err.message);
    ts_scheme_free(scheme);
    ts_buf_free(&in);
    ts_buf_free(&out);
    return ok ? 0 : 1;
}
