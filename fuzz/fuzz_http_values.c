/* fuzz: the small readers of HTTP: media types, dispositions, percent codes, forms, cookies, ranges, entity tags, hosts,
 * forwarded addresses, base64 and data URIs. The first byte chooses; each checks what it promises of its result. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/data_uri.h"
#include "http/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void media_type(ts_arena *arena, const char *text)
{
    ts_media_type type;
    if (!ts_parse_media_type(arena, text, &type)) return;
    if (type.count > TS_MEDIA_PARAMS || !type.value) abort();
    for (size_t i = 0; i < type.count; i++)
        if (strlen(type.params[i].value) != type.params[i].length) abort();
    const char *name = ts_media_filename(arena, &type);
    if (name && !ts_utf8_valid(name, strlen(name))) abort();
    const ts_http_pair *boundary = ts_media_param(&type, "boundary");
    if (boundary && ts_boundary_valid(boundary->value, boundary->length) && boundary->length > 70) abort();
}

static void decode(ts_arena *arena, const char *text, size_t length)
{
    size_t out_length = 0;
    for (int mode = TS_DECODE_PATH; mode <= TS_DECODE_FORM; mode++) {
        const char *out = ts_percent_decode(arena, text, length, (ts_decode_mode)mode, &out_length);
        if (out && (out_length > length || strlen(out) != out_length || !ts_utf8_valid(out, out_length)))
            abort();
    }
}

static void form(ts_arena *arena, const char *text, size_t length)
{
    ts_http_pairs pairs;
    if (ts_parse_form(arena, text, length, &pairs))
        for (size_t i = 0; i < pairs.count; i++)
            if (strlen(pairs.items[i].value) != pairs.items[i].length) abort();
    if (ts_parse_cookies(arena, text, &pairs))
        for (size_t i = 0; i < pairs.count; i++)
            if (strlen(pairs.items[i].value) != pairs.items[i].length || !pairs.items[i].name[0]) abort();
}

static void range(const char *text)
{
    uint64_t first = 0;
    uint64_t last = 0;
    for (uint64_t size = 0; size < 3000; size = size * 3 + 1)
        if (ts_parse_range(text, size, &first, &last) == TS_RANGE_PART && (first > last || last >= size))
            abort();
    (void)ts_etag_listed(text, "abc", true);
    (void)ts_etag_listed(text, "", false);
}

static void address(const char *text)
{
    char name[64];
    char shown[48];
    unsigned char bytes[16];
    unsigned char again[16];
    ts_cidr range;
    if (ts_parse_host(text, name, sizeof name) && (!name[0] || strlen(name) >= sizeof name)) abort();
    if (ts_parse_cidr(text, &range) && (range.bits > 128 || !ts_cidr_has(&range, 1, range.bytes))) abort();
    range = (ts_cidr){.bits = 1};
    if (!ts_forwarded_client(text, &range, 1, bytes)) return;
    ts_format_address(bytes, shown);
    if (!ts_parse_address(shown, strlen(shown), again) || memcmp(bytes, again, sizeof bytes) != 0) abort();
}

static void base64(const char *text, size_t length)
{
    for (int kind = TS_BASE64_STANDARD; kind <= TS_BASE64_URL; kind++) {
        ts_buf out = {0};
        ts_buf back = {0};
        if (ts_base64_decode(text, length, (ts_base64_kind)kind, &out)) {
            if (!ts_base64_encode(out.data, out.length, (ts_base64_kind)kind, &back)) abort();
            if (back.length > length || (back.length && memcmp(back.data, text, back.length) != 0)) abort();
        }
        ts_buf_free(&out);
        ts_buf_free(&back);
    }
}

static void data_uri(const char *text, size_t length)
{
    char type[TS_DATA_URI_TYPE_MAX];
    ts_buf out = {0};
    ts_error err = {0};
    bool good = ts_data_uri_parse(text, length, 100, type, &out, &err);
    if (out.length > 100 || (good ? strlen(type) >= sizeof type : out.length != 0 || err.code == TS_OK))
        abort();
    ts_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_arena *arena = ts_arena_new(0);
    char *text = length ? malloc(length) : NULL;
    if (!arena || !text) goto cleanup;
    memcpy(text, bytes + 1, length - 1);
    text[length - 1] = '\0';
    if (bytes[0] % 7 == 0) media_type(arena, text);
    else if (bytes[0] % 7 == 1) decode(arena, text, length - 1);
    else if (bytes[0] % 7 == 2) form(arena, text, length - 1);
    else if (bytes[0] % 7 == 3) range(text);
    else if (bytes[0] % 7 == 4) address(text);
    else if (bytes[0] % 7 == 5) base64(text, length - 1);
    else data_uri(text, length - 1);

cleanup:
    free(text);
    ts_arena_free(arena);
    return 0;
}
