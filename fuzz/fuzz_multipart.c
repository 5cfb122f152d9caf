/* fuzz: any bytes as a multipart body under any boundary: however it is cut, the same parts come out, in the same order,
 * and no more bytes than went in. The first byte gives the boundary's length, the second the cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "http/multipart.h"
#include "http/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static bool on_begin(void *context, const ts_http_part *head, ts_error *err)
{
    (void)err;
    if (!head->name || !head->type || !ts_utf8_valid(head->name, strlen(head->name))) abort();
    if (head->filename && !ts_utf8_valid(head->filename, strlen(head->filename))) abort();
    return ts_buf_printf(context, "\n[%s|%s|%s]", head->name, head->filename ? head->filename : "",
                         head->type);
}

static bool on_data(void *context, const void *data, size_t length, ts_error *err)
{
    (void)err;
    return ts_buf_append(context, data, length);
}

static bool on_end(void *context, ts_error *err)
{
    (void)err;
    return ts_buf_puts(context, "[end]");
}

static bool parse(const char *boundary, const uint8_t *bytes, size_t length, size_t piece, ts_buf *out)
{
    static const ts_multipart_limits limits = {20, 10, 500};
    ts_arena *arena = ts_arena_new(0);
    ts_multipart_sink sink = {out, on_begin, on_data, on_end};
    ts_multipart *multipart = arena ? ts_multipart_new(arena, boundary, &limits, &sink) : NULL;
    if (!multipart) abort();
    ts_error err = {0};
    bool good = true;
    for (size_t at = 0; good && at < length; at += piece)
        good = ts_multipart_feed(multipart, bytes + at, length - at < piece ? length - at : piece, &err);
    good = good && ts_multipart_finish(multipart, &err);
    if (!good && (err.code == TS_OK || err.message[0] == '\0')) abort();
    ts_arena_free(arena);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2) return 0;
    char boundary[71] = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";
    boundary[bytes[0] % 4 + 1] = '\0';
    size_t piece = (size_t)bytes[1] + 1;
    ts_buf whole = {0};
    ts_buf cut = {0};
    bool one = parse(boundary, bytes + 2, length - 2, length, &whole);
    bool other = parse(boundary, bytes + 2, length - 2, piece, &cut);
    if (one != other) abort();
    if (one &&
        (whole.length != cut.length || (whole.length && memcmp(whole.data, cut.data, cut.length) != 0)))
        abort();
    ts_buf_free(&whole);
    ts_buf_free(&cut);
    return 0;
}
