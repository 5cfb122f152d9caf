/* http: the multipart state machine. Knows nothing of connections, limits of the server, or what parts are for. */
#include "http/multipart.h"

#include <stdint.h>
#include <string.h>

#include "http/values.h"

#define PREAMBLE_MAX (64 * 1024)

typedef enum state {
    PREAMBLE,  /* looking for the first boundary; what comes before is thrown away */
    CONTENT,   /* inside a part, looking for the next boundary */
    LINE_END,  /* behind a boundary: "--", or spaces and CRLF */
    LINE_LF,   /* the CR of that line is read */
    LAST_DASH, /* one "-" behind a boundary is read */
    HEADER,    /* up to the empty line */
    CLOSED,    /* what follows is thrown away */
} state;

struct ts_multipart {
    ts_arena *arena;
    ts_multipart_sink sink;
    ts_multipart_limits limits;
    state state;
    bool padded;        /* spaces were read behind the boundary: "--" may not follow */
    char delimiter[76]; /* CRLF "--" boundary */
    size_t delimiter_length;
    size_t matched;  /* of the delimiter, at the end of what was fed */
    size_t preamble; /* bytes thrown away so far */
    size_t parts;
    size_t files;
    char *header; /* limits.header + 1 */
    size_t header_length;
};

ts_multipart *ts_multipart_new(ts_arena *arena, const char *boundary, const ts_multipart_limits *limits,
                               const ts_multipart_sink *sink)
{
    ts_multipart *multipart = TS_NEW(arena, ts_multipart);
    size_t length = strlen(boundary);
    if (!multipart || length > 70) return NULL;
    multipart->arena = arena;
    multipart->sink = *sink;
    multipart->limits = *limits;
    multipart->header = ts_arena_alloc(arena, limits->header + 1);
    if (!multipart->header) return NULL;
    memcpy(multipart->delimiter, "\r\n--", 4);
    memcpy(multipart->delimiter + 4, boundary, length);
    multipart->delimiter_length = length + 4;
    /* The first boundary may stand at the very beginning: as if its CRLF had been read. */
    multipart->matched = 2;
    return multipart;
}

static bool malformed(ts_error *err, const char *what)
{
    return ts_fail(err, TS_USAGE, "malformed multipart body: %s", what);
}

static bool emit(ts_multipart *m, const char *bytes, size_t length, ts_error *err)
{
    if (length == 0) return true;
    if (m->state == CONTENT) return m->sink.data(m->sink.context, bytes, length, err);
    m->preamble += length;
    return m->preamble <= PREAMBLE_MAX || malformed(err, "no boundary at its beginning");
}

/* Looks for the delimiter. CR occurs only at its beginning, so a failed match can only begin anew at the byte that
 * failed: no table, no going back. *used: bytes consumed; the state changes when the delimiter was found. */
static bool scan_content(ts_multipart *m, const char *bytes, size_t length, size_t *used, ts_error *err)
{
    size_t carried = m->matched; /* how much of the match lies before `bytes` */
    size_t i = 0;
    while (i < length) {
        if (m->matched == 0) {
            const char *cr = memchr(bytes + i, '\r', length - i);
            if (!cr) break;
            i = (size_t)(cr - bytes) + 1;
            m->matched = 1;
            continue;
        }
        if (bytes[i] == m->delimiter[m->matched]) {
            i++;
            if (++m->matched == m->delimiter_length) goto found;
            continue;
        }
        /* What an earlier call held back was content after all (the CRLF before the preamble never was there). */
        if (carried && !emit(m, m->delimiter, carried, err)) return false;
        carried = 0;
        m->matched = 0;
    }
    *used = length;
    size_t held = m->matched - carried; /* possible delimiter at the end of these bytes */
    return emit(m, bytes, length - held, err);

found:
    *used = i;
    size_t own = m->delimiter_length - carried;
    if (!emit(m, bytes, i - own, err)) return false;
    if (m->state == CONTENT && !m->sink.end(m->sink.context, err)) return false;
    m->matched = 0;
    m->padded = false;
    m->state = LINE_END;
    return true;
}

/* One byte behind a boundary. */
static bool line_byte(ts_multipart *m, char c, ts_error *err)
{
    if (m->state == LINE_LF && c == '\n') {
        m->state = HEADER;
        m->header_length = 0;
    } else if (m->state == LAST_DASH && c == '-') {
        m->state = CLOSED;
    } else if (m->state == LINE_END && c == '\r') {
        m->state = LINE_LF;
    } else if (m->state == LINE_END && c == '-' && !m->padded) {
        m->state = LAST_DASH;
    } else if (m->state == LINE_END && (c == ' ' || c == '\t')) {
        m->padded = true;
    } else {
        return malformed(err, "something stands behind a boundary");
    }
    return true;
}

static bool read_disposition(ts_multipart *m, const char *value, ts_http_part *head, ts_error *err)
{
    ts_media_type disposition;
    if (!ts_parse_media_type(m->arena, value, &disposition))
        return malformed(err, "a part's Content-Disposition cannot be read");
    const ts_http_pair *name = ts_media_param(&disposition, "name");
    if (name && !ts_utf8_valid(name->value, name->length))
        return malformed(err, "a part's name is not UTF-8");
    head->name = name ? name->value : "";
    head->filename = ts_media_filename(m->arena, &disposition);
    return true;
}

static bool read_type(ts_multipart *m, const char *value, ts_http_part *head, ts_error *err)
{
    ts_media_type type;
    if (!ts_parse_media_type(m->arena, value, &type))
        return malformed(err, "a part's Content-Type cannot be read");
    head->type = type.value;
    return true;
}

static bool read_encoding(const char *value, ts_error *err)
{
    size_t length = strcspn(value, " \t;");
    if (ts_same_text(value, length, "binary") || ts_same_text(value, length, "8bit") ||
        ts_same_text(value, length, "7bit"))
        return true;
    (void)malformed(err, "a part has a transfer encoding");
    return ts_hint(err, "send parts as they are, without base64 or quoted-printable");
}

/* One "Name: value" line, NUL-terminated. */
static bool read_line(ts_multipart *m, char *line, ts_http_part *head, ts_error *err)
{
    size_t length = 0;
    while (ts_is_token_char(line[length])) length++;
    if (length == 0 || line[length] != ':')
        return malformed(err, "a part's header has a line without a name");
    const char *value = line + length + 1;
    value += strspn(value, " \t");
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < ' ' && *p != '\t')
            return malformed(err, "a control character in a part's header");
    if (ts_same_text(line, length, "Content-Disposition")) return read_disposition(m, value, head, err);
    if (ts_same_text(line, length, "Content-Type")) return read_type(m, value, head, err);
    if (ts_same_text(line, length, "Content-Transfer-Encoding")) return read_encoding(value, err);
    return true;
}

static bool count_part(ts_multipart *m, const ts_http_part *head, ts_error *err)
{
    m->parts++;
    if (head->filename) m->files++;
    if (m->parts > m->limits.parts)
        return ts_fail(err, TS_USAGE, "the multipart body has more than %zu parts", m->limits.parts);
    if (m->files > m->limits.files)
        return ts_fail(err, TS_USAGE, "the multipart body has more than %zu files", m->limits.files);
    return true;
}

/* The whole header is there, with the CRLF of its last line but not the empty line. */
static bool finish_header(ts_multipart *m, ts_error *err)
{
    ts_http_part head = {.name = "", .type = ""};
    char *line = m->header;
    char *end = m->header + m->header_length;
    if (memchr(line, '\0', m->header_length)) return malformed(err, "a NUL in a part's header");
    while (line < end) {
        char *stop = memchr(line, '\r', (size_t)(end - line));
        if (!stop || stop[1] != '\n') return malformed(err, "a part's header has a bare CR");
        *stop = '\0';
        if (!read_line(m, line, &head, err)) return false;
        line = stop + 2;
    }
    m->header_length = 0;
    m->state = CONTENT;
    /* An empty part's boundary may follow at once: its CRLF is the header's. */
    m->matched = 0;
    return count_part(m, &head, err) && m->sink.begin(m->sink.context, &head, err);
}

static bool header_byte(ts_multipart *m, char c, ts_error *err)
{
    if (m->header_length >= m->limits.header)
        return ts_fail(err, TS_USAGE, "a part's header has more than %zu bytes", m->limits.header);
    m->header[m->header_length++] = c;
    m->header[m->header_length] = '\0';
    if (c != '\n') return true;
    size_t n = m->header_length;
    if (n < 2 || m->header[n - 2] != '\r') return malformed(err, "a part's header has a bare LF");
    bool empty_line = n == 2 || (n >= 4 && m->header[n - 3] == '\n');
    if (!empty_line) return true;
    m->header_length = n - 2;
    return finish_header(m, err);
}

bool ts_multipart_feed(ts_multipart *m, const void *data, size_t length, ts_error *err)
{
    const char *bytes = data;
    size_t i = 0;
    while (i < length && m->state != CLOSED) {
        bool good = true;
        if (m->state == PREAMBLE || m->state == CONTENT) {
            size_t used = 0;
            good = scan_content(m, bytes + i, length - i, &used, err);
            i += used;
        } else if (m->state == HEADER) {
            good = header_byte(m, bytes[i++], err);
        } else {
            good = line_byte(m, bytes[i++], err);
        }
        if (!good) return false;
    }
    return true;
}

bool ts_multipart_finish(const ts_multipart *m, ts_error *err)
{
    if (m->state == CLOSED) return true;
    (void)malformed(err, "it ends before its closing boundary");
    return ts_hint(err, "the upload was cut short: send it again");
}
