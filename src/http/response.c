/* http: building an answer in memory. Knows nothing of how it is sent. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "http/stream.h"

static void drop_body(ts_response *response)
{
    ts_buf_free(&response->buf);
    if (response->fd >= 0) (void)close(response->fd);
    if (response->stream) ts_stream_close(response->stream);
    response->stream = NULL;
    response->fd = -1;
    response->bytes = NULL;
    response->length = 0;
    response->offset = 0;
    response->kind = TS_BODY_EMPTY;
}

void ts_response_reset(ts_response *response)
{
    drop_body(response);
    response->header_count = 0;
    response->status = 0;
    response->etag = NULL;
    response->user_file = false;
}

void ts_response_status(ts_response *response, int status)
{
    response->status = status;
}

int ts_response_get_status(const ts_response *response)
{
    return response->status;
}

/* No control character may reach the wire: it could begin another header. */
static char *clean_value(ts_arena *arena, const char *value)
{
    char *copy = ts_arena_strdup(arena, value);
    char *to = copy;
    for (const char *p = value; copy && *p; p++)
        if ((unsigned char)*p >= ' ' && *p != 0x7f) *to++ = *p;
    if (to) *to = '\0';
    return copy;
}

void ts_response_add_header(ts_response *response, const char *name, const char *value)
{
    ts_arena *arena = response->request->arena;
    if (response->header_count == response->header_room) {
        size_t room = response->header_room ? response->header_room * 2 : 16;
        ts_http_pair *grown = TS_NEW_ARRAY(arena, room, ts_http_pair);
        if (!grown) goto failed;
        if (response->header_count) memcpy(grown, response->headers, response->header_count * sizeof *grown);
        response->headers = grown;
        response->header_room = room;
    }
    char *copy = clean_value(arena, value);
    char *copied_name = ts_arena_strdup(arena, name);
    if (!copy || !copied_name) goto failed;
    response->headers[response->header_count++] = (ts_http_pair){copied_name, copy, strlen(copy)};
    return;

failed:
    response->failed = true;
}

static void remove_header(ts_response *response, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < response->header_count; i++)
        if (strcasecmp(response->headers[i].name, name) != 0)
            response->headers[kept++] = response->headers[i];
    response->header_count = kept;
}

void ts_response_header(ts_response *response, const char *name, const char *value)
{
    remove_header(response, name);
    ts_response_add_header(response, name, value);
}

void ts_response_headerf(ts_response *response, const char *name, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0) {
        response->failed = true;
        return;
    }
    ts_response_header(response, name, text);
}

const char *ts_response_find(const ts_response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (strcasecmp(response->headers[i].name, name) == 0) return response->headers[i].value;
    return NULL;
}

void ts_response_bytes(ts_response *response, const char *type, const void *bytes, size_t length)
{
    ts_buf copy = {0};
    if (!ts_buf_append(&copy, bytes, length)) {
        response->failed = true;
        return;
    }
    ts_response_buf(response, type, &copy);
}

void ts_response_text(ts_response *response, const char *type, const char *text)
{
    ts_response_bytes(response, type, text, strlen(text));
}

void ts_response_buf(ts_response *response, const char *type, ts_buf *buf)
{
    drop_body(response);
    if (buf->failed) response->failed = true;
    response->buf = *buf;
    *buf = (ts_buf){0};
    response->kind = TS_BODY_BUFFER;
    response->length = response->buf.length;
    ts_response_header(response, "Content-Type", type);
}

void ts_response_static(ts_response *response, const char *type, const void *bytes, size_t length)
{
    drop_body(response);
    response->kind = TS_BODY_CONST;
    response->bytes = bytes;
    response->length = length;
    ts_response_header(response, "Content-Type", type);
}

void ts_response_file(ts_response *response, const char *type, int fd, uint64_t offset, uint64_t length)
{
    drop_body(response);
    response->kind = TS_BODY_FILE;
    response->fd = fd;
    response->offset = offset;
    response->length = length;
    ts_response_header(response, "Content-Type", type);
}

void ts_response_etag(ts_response *response, const char *etag)
{
    char *copy = clean_value(response->request->arena, etag);
    for (char *p = copy; p && *p; p++)
        if (*p == '"') *p = '\'';
    if (!copy) response->failed = true;
    response->etag = copy;
}

/* A name that every client shows right: ASCII in filename, all of it in filename* (RFC 6266). */
void ts_response_user_file(ts_response *response, const char *filename)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    response->user_file = true;
    if (!filename) return;
    ts_buf value = {0};
    (void)ts_buf_puts(&value, "attachment; filename=\"");
    for (const char *p = filename; *p; p++) {
        bool odd = (unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f || strchr("\"\\/%;", *p);
        (void)ts_buf_putc(&value, odd ? '_' : *p);
    }
    (void)ts_buf_puts(&value, "\"; filename*=UTF-8''");
    for (const char *p = filename; *p; p++) {
        if (strchr(plain, *p)) (void)ts_buf_putc(&value, *p);
        else (void)ts_buf_printf(&value, "%%%02X", (unsigned char)*p);
    }
    if (value.failed) response->failed = true;
    else ts_response_header(response, "Content-Disposition", value.data);
    ts_buf_free(&value);
}

void ts_respond_json(ts_response *response, int status, json_t *root)
{
    char *text = root ? json_dumps(root, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(root);
    if (!text) {
        response->failed = true;
        return;
    }
    size_t length = strlen(text);
    /* jansson's default allocator is malloc, and so is the buffer's. */
    ts_buf buf = {.data = text, .length = length, .capacity = length + 1};
    ts_response_buf(response, "application/json", &buf);
    response->status = status;
}

void ts_respond_created(ts_response *response, const char *location, json_t *root)
{
    ts_respond_json(response, 201, root);
    ts_response_header(response, "Location", location);
}

void ts_respond_no_content(ts_response *response)
{
    drop_body(response);
    remove_header(response, "Content-Type");
    response->status = 204;
}

void ts_respond_redirect(ts_response *response, int status, const char *location)
{
    drop_body(response);
    response->status = status;
    ts_response_header(response, "Location", location);
}
