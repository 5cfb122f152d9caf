/* image: metadata from a file and its sidecar, put together: texts made clean, the stronger source first. */
#include "image/metadata.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "image/metadata_parts.h"

enum { DESCRIPTION_MAX = 16 << 10 };

/* ---- clean texts ----------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* One character of the text to out; returns how many bytes it took. C1 controls are controls in both encodings. */
static size_t clean_character(const char *at, size_t left, bool utf8, bool lines, char **out)
{
    unsigned char c = (unsigned char)*at;
    size_t n = utf8 ? ts_utf8_sequence(at, left) : 1;
    if (c < ' ' || c == 127) {
        if (c == '\n' || c == '\t' || c == '\r') *(*out)++ = lines && c != '\r' ? (char)c : ' ';
    } else if (utf8) {
        bool control = c == 0xC2 && (unsigned char)at[1] < 0xA0;
        if (!control) memcpy(*out, at, n);
        *out += control ? 0 : n;
    } else if (c < 0x80) {
        *(*out)++ = (char)c;
    } else if (c >= 0xA0) {
        *(*out)++ = (char)(0xC0 | c >> 6);
        *(*out)++ = (char)(0x80 | (c & 63));
    }
    return n;
}

/* At most `max` bytes, no character cut in half. */
static size_t cut(const char *text, size_t length, size_t max)
{
    if (length <= max) return length;
    while (max > 0 && ((unsigned char)text[max] & 0xC0) == 0x80) max--;
    return max;
}

const char *ts_metadata_clean(ts_arena *arena, const char *text, size_t length, size_t max, bool lines)
{
    enum { SLACK = 256 }; /* for blanks and controls that go away */
    while (length > 0 && (is_blank(*text) || *text == '\r' || *text == '\0')) text++, length--;
    length = cut(text, length, max + SLACK);
    bool utf8 = ts_utf8_valid(text, length);
    char *clean = length > 0 ? ts_arena_alloc(arena, 2 * length + 1) : NULL;
    char *out = clean;
    for (size_t i = 0; clean && i < length;) i += clean_character(text + i, length - i, utf8, lines, &out);
    if (!clean) return NULL;
    size_t n = cut(clean, (size_t)(out - clean), max);
    size_t first = 0;
    while (n > 0 && is_blank(clean[n - 1])) n--;
    while (first < n && is_blank(clean[first])) first++;
    clean[n] = '\0';
    return n > first ? clean + first : NULL;
}

/* ---- the builder ----------------------------------------------------------------------------------- */

void ts_metadata_add_ours(ts_metadata_builder *b, const char *text)
{
    enum { OURS_MAX = 4 * TS_METADATA_KEYWORDS_MAX };
    if (!b->ours) b->ours = TS_NEW_ARRAY(b->arena, OURS_MAX, const char *);
    if (b->ours && b->our_count < OURS_MAX) b->ours[b->our_count++] = text;
}

static bool is_ours(const ts_metadata_builder *b, const char *text, size_t length)
{
    for (size_t i = 0; i < b->our_count; i++)
        if (strncmp(b->ours[i], text, length) == 0 && b->ours[i][length] == '\0') return true;
    return false;
}

static void set_once(ts_metadata_builder *b, const char **field, const char *text, size_t length, size_t max,
                     bool lines)
{
    if ((*field)[0] || length == 0 || is_ours(b, text, length)) return;
    const char *clean = ts_metadata_clean(b->arena, text, length, max, lines);
    if (clean) *field = clean;
}

void ts_metadata_set(ts_metadata_builder *b, const char **field, const char *text, size_t length)
{
    set_once(b, field, text, length, TS_METADATA_TEXT_MAX, false);
}

void ts_metadata_set_description(ts_metadata_builder *b, const char *text, size_t length)
{
    set_once(b, &b->out->description, text, length, DESCRIPTION_MAX, true);
}

void ts_metadata_set_rating(ts_metadata_builder *b, int rating)
{
    if (b->out->has_rating) return;
    b->out->has_rating = true;
    b->out->rating = rating;
}

/* Exactly 0, 0 is what a device without a fix writes; the Gulf of Guinea forgives. */
void ts_metadata_set_gps(ts_metadata_builder *b, double latitude, double longitude)
{
    if (b->out->has_gps || (latitude == 0 && longitude == 0)) return;
    b->out->has_gps = true;
    b->out->latitude = latitude;
    b->out->longitude = longitude;
}

/* "+02:00", "+0200" or "Z" to "+02:00" and the like; "" where there is none, false where it is something else. */
static bool read_zone(const char *text, char out[8])
{
    unsigned hours = 0, minutes = 0;
    char sign = 0;
    int used = 0;
    out[0] = '\0';
    if (*text == '.') text += 1 + strspn(text + 1, "0123456789");
    text += strspn(text, " ");
    if (!*text) return true;
    if ((*text == 'Z' || *text == 'z') && !text[1]) return snprintf(out, 8, "+00:00") > 0;
    if (sscanf(text, "%c%2u%*[:]%2u%n", &sign, &hours, &minutes, &used) != 3 &&
        sscanf(text, "%c%2u%2u%n", &sign, &hours, &minutes, &used) != 3)
        return false;
    if ((sign != '+' && sign != '-') || hours > 14 || minutes > 59) return false;
    (void)snprintf(out, 8, "%c%02u:%02u", sign, hours % 100, minutes % 100);
    return true;
}

static bool is_date(unsigned year, unsigned month, unsigned day)
{
    static const unsigned days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year >= 1826 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
           (month != 2 || day < 29 || leap);
}

/* "T18:02:11" with what may follow it, appended to the date in out. */
static bool read_time(const char *rest, char *out, size_t size)
{
    char zone[8];
    unsigned hour = 0, minute = 0, second = 0;
    int end = 0;
    if (*rest != 'T' && *rest != ' ') return false;
    if (sscanf(rest + 1, "%2u:%2u%n", &hour, &minute, &end) != 2 || end == 0) return false;
    rest += 1 + end;
    if (*rest == ':' && sscanf(rest, ":%2u%n", &second, &end) == 1) rest += end;
    if (hour > 23 || minute > 59 || second > 60 || !read_zone(rest, zone)) return false;
    (void)snprintf(out, size, "T%02u:%02u:%02u%s", hour % 100, minute % 100, second % 100, zone);
    return true;
}

static void set_date(char out[32], const char *text, size_t length)
{
    char copy[48], date[16], time[20] = "T00:00:00";
    unsigned year, month, day;
    int end = 0;
    if (out[0] || length >= sizeof copy) return;
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (sscanf(copy, "%4u%*[-:]%2u%*[-:]%2u%n", &year, &month, &day, &end) != 3 || end == 0) return;
    if (!is_date(year, month, day) || (copy[end] && !read_time(copy + end, time, sizeof time))) return;
    (void)snprintf(date, sizeof date, "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
    (void)snprintf(out, 32, "%s%s", date, time);
}

void ts_metadata_set_taken(ts_metadata_builder *b, const char *text, size_t length)
{
    set_date(b->out->taken, text, length);
}

void ts_metadata_set_written(ts_metadata_builder *b, const char *text, size_t length)
{
    set_date(b->written, text, length);
}

/* Appends unless it is there; the list is made with its largest size at first use. */
static void add_once(ts_metadata_builder *b, const char ***list, size_t *count, const char *text)
{
    if (!*list) *list = TS_NEW_ARRAY(b->arena, TS_METADATA_KEYWORDS_MAX + 1, const char *);
    if (!*list || *count == TS_METADATA_KEYWORDS_MAX) return;
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*list)[i], text) == 0) return;
    (*list)[(*count)++] = text;
}

void ts_metadata_add_keyword(ts_metadata_builder *b, const char *text, size_t length)
{
    if (b->out->keyword_count == TS_METADATA_KEYWORDS_MAX || is_ours(b, text, length)) return;
    const char *clean = ts_metadata_clean(b->arena, text, length, TS_METADATA_TEXT_MAX, false);
    if (clean) add_once(b, &b->keywords, &b->out->keyword_count, clean);
    b->out->keywords = b->keywords;
}

void ts_metadata_add_path(ts_metadata_builder *b, const char *text, size_t length, char divider)
{
    char path[TS_METADATA_TEXT_MAX + 1] = "";
    size_t used = 0;
    if (b->out->keyword_path_count == TS_METADATA_KEYWORDS_MAX || is_ours(b, text, length)) return;
    if (!memchr(text, divider, length)) {
        ts_metadata_add_keyword(b, text, length);
        return;
    }
    for (size_t i = 0; i < length && used < TS_METADATA_TEXT_MAX; i++) {
        bool edge = text[i] == divider;
        if (edge && (used == 0 || path[used - 1] == '/')) continue; /* empty levels go */
        path[used++] = edge ? '/' : text[i] == '/' ? ' ' : text[i];
    }
    while (used > 0 && path[used - 1] == '/') used--;
    if (used == 0) return;
    const char *clean = ts_metadata_clean(b->arena, path, used, TS_METADATA_TEXT_MAX, false);
    if (clean) add_once(b, &b->paths, &b->out->keyword_path_count, clean);
    b->out->keyword_paths = b->paths;
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static void note(ts_metadata *out, bool *has, bool readable)
{
    *has = readable;
    out->damaged += !readable;
}

bool ts_metadata_read(const void *bytes, size_t length, const void *sidecar, size_t sidecar_length,
                      ts_arena *arena, ts_metadata *out, ts_error *err)
{
    ts_metadata_builder b = {.arena = arena, .out = out};
    ts_metadata_blocks blocks;
    *out = (ts_metadata){.title = "",
                         .description = "",
                         .creator = "",
                         .copyright = "",
                         .label = "",
                         .city = "",
                         .state = "",
                         .country = "",
                         .sublocation = ""};
    ts_metadata_find_blocks(bytes, length, &blocks);
    if (sidecar && sidecar_length > 0)
        note(out, &out->has_sidecar, ts_metadata_read_xmp(&b, sidecar, sidecar_length));
    if (blocks.xmp.bytes)
        note(out, &out->has_xmp, ts_metadata_read_xmp(&b, (const char *)blocks.xmp.bytes, blocks.xmp.length));
    if (blocks.iptc.bytes)
        note(out, &out->has_iptc, ts_metadata_read_iptc(&b, blocks.iptc.bytes, blocks.iptc.length));
    if (blocks.exif.bytes)
        note(out, &out->has_exif, ts_metadata_read_exif(&b, blocks.exif.bytes, blocks.exif.length));
    if (!out->taken[0]) memcpy(out->taken, b.written, sizeof out->taken);
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}
