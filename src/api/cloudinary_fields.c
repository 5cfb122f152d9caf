/* api: the fields of Cloudinary's search as facts of pictures. Knows no expression. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/cloudinary_expression.h"
#include "api/route_doc.h"
#include "base/wallclock.h"

typedef enum field_kind { TEXT, NUMBER, BYTES, RATIO, DATE, OPEN } field_kind;

typedef struct field {
    const char *name;
    field_kind kind;
    ts_fact fact;
    const char *member, *fallback;
} field;

/* Where a picture says nothing, it is what every picture of ours is. */
static const field fields[] = {
    {"tags", TEXT, TS_FACT_TAG, NULL, NULL},
    {"public_id", TEXT, TS_FACT_NAME, NULL, NULL},
    {"filename", TEXT, TS_FACT_BASE, NULL, NULL},
    {"original_filename", TEXT, TS_FACT_FILE, NULL, NULL},
    {"display_name", TEXT, TS_FACT_KEPT, "cloudinary.display_name", NULL},
    {"asset_id", TEXT, TS_FACT_ID, NULL, NULL},
    {"format", TEXT, TS_FACT_FORMAT, NULL, NULL},
    {"title", TEXT, TS_FACT_TITLE, NULL, NULL},
    {"description", TEXT, TS_FACT_DESCRIPTION, NULL, NULL},
    {"colors", TEXT, TS_FACT_COLOUR, NULL, NULL},
    {"color", TEXT, TS_FACT_COLOUR, NULL, NULL},
    {"predominant", TEXT, TS_FACT_COLOUR, NULL, NULL},
    {"text", TEXT, TS_FACT_READ, NULL, NULL},
    {"ocr", TEXT, TS_FACT_READ, NULL, NULL},
    {"etag", TEXT, TS_FACT_HASH, NULL, NULL},
    {"upload_preset", TEXT, TS_FACT_KEPT, "cloudinary.upload_preset", NULL},
    {"resource_type", TEXT, TS_FACT_KEPT, "cloudinary.resource_type", "image"},
    {"type", TEXT, TS_FACT_KEPT, "cloudinary.type", "upload"},
    {"status", TEXT, TS_FACT_KEPT, "cloudinary.status", "active"},
    {"access_mode", TEXT, TS_FACT_KEPT, "cloudinary.access_mode", "public"},
    {"context", TEXT, TS_FACT_KEPT, "context", NULL},
    {"metadata", TEXT, TS_FACT_KEPT, "metadata", NULL},
    {"pages", OPEN, TS_FACT_KEPT, "cloudinary.pages", "1"},
    {"width", NUMBER, TS_FACT_WIDTH, NULL, NULL},
    {"height", NUMBER, TS_FACT_HEIGHT, NULL, NULL},
    {"image_pixels", NUMBER, TS_FACT_PIXELS, NULL, NULL},
    {"pixels", NUMBER, TS_FACT_PIXELS, NULL, NULL},
    {"face_count", NUMBER, TS_FACT_FACES, NULL, NULL},
    {"tag_count", NUMBER, TS_FACT_TAG_COUNT, NULL, NULL},
    {"bytes", BYTES, TS_FACT_BYTES, NULL, NULL},
    {"aspect_ratio", RATIO, TS_FACT_RATIO, NULL, NULL},
    {"created_at", DATE, TS_FACT_CREATED, NULL, NULL},
    {"uploaded_at", DATE, TS_FACT_CREATED, NULL, NULL},
    {"updated_at", DATE, TS_FACT_UPDATED, NULL, NULL},
    {"last_updated", DATE, TS_FACT_UPDATED, NULL, NULL},
    {"taken_at", DATE, TS_FACT_TAKEN, NULL, NULL},
};

static bool find_field(const char *name, ts_arena *arena, field *out)
{
    static const char *const open[] = {"context.", "metadata."};
    for (size_t i = 0; i < TS_COUNT_OF(fields); i++) {
        if (strcasecmp(fields[i].name, name) != 0) continue;
        *out = fields[i];
        return true;
    }
    for (size_t i = 0; i < TS_COUNT_OF(open); i++) {
        if (strncmp(name, open[i], strlen(open[i])) != 0 || !name[strlen(open[i])]) continue;
        *out = (field){.kind = OPEN, .fact = TS_FACT_KEPT, .member = ts_arena_strdup(arena, name)};
        return true;
    }
    return false;
}

/* ---- values -------------------------------------------------------------------------------------- */

static bool read_number(const char *text, const char **rest, double *out)
{
    char *end;
    if (!text[0] || !strchr("+-.0123456789", text[0])) return false;
    *out = strtod(text, &end);
    *rest = end;
    return end != text && isfinite(*out);
}

static bool read_bytes(const char *text, double *out)
{
    static const struct {
        const char *name;
        double factor;
    } units[] = {{"", 1},         {"b", 1},       {"kb", 1024},      {"k", 1024},
                 {"mb", 1048576}, {"m", 1048576}, {"gb", 1073741824}};
    const char *rest;
    if (!read_number(text, &rest, out)) return false;
    for (size_t i = 0; i < TS_COUNT_OF(units); i++) {
        if (strcasecmp(rest, units[i].name) != 0) continue;
        *out *= units[i].factor;
        return true;
    }
    return false;
}

static bool read_ratio(const char *text, double *out)
{
    double below;
    const char *rest;
    if (!read_number(text, &rest, out)) return false;
    if (*rest != ':' && *rest != '/') return !*rest;
    if (!read_number(rest + 1, &rest, &below) || *rest || below <= 0) return false;
    *out /= below;
    return true;
}

/* "1d", "2w": so long before now. */
static bool read_ago(const char *text, int64_t now_ms, double *out)
{
    static const struct {
        char unit;
        double ms;
    } units[] = {{'h', 3.6e6}, {'d', 8.64e7}, {'w', 6.048e8}, {'m', 2.592e9}, {'y', 3.1536e10}};
    const char *rest;
    if (!read_number(text, &rest, out) || !rest[0] || rest[1]) return false;
    for (size_t i = 0; i < TS_COUNT_OF(units); i++) {
        if (*rest != units[i].unit) continue;
        *out = (double)now_ms - *out * units[i].ms;
        return true;
    }
    return false;
}

/* The first and the last millisecond of a year, a month, a day, or a moment. */
static bool read_date(const char *text, double *first, double *last)
{
    char whole[16];
    int year, month = 1, used = 0;
    int64_t from, until;
    if (ts_iso8601_parse(text, strlen(text), &from)) {
        *first = (double)from;
        *last = *first + (strchr(text, ':') ? 0 : 8.64e7 - 1);
        return true;
    }
    bool is_month = sscanf(text, "%4d-%2d%n", &year, &month, &used) == 2 && !text[used];
    if (!is_month && (sscanf(text, "%4d%n", &year, &used) != 1 || used != 4 || text[used])) return false;
    if (year < 1 || year > 9998 || month < 1 || month > 12) return false;
    int n = snprintf(whole, sizeof whole, "%04d-%02d-01", year, month);
    bool ok = n == 10 && ts_iso8601_parse(whole, 10, &from);
    int next = is_month && month < 12 ? year : year + 1;
    n = snprintf(whole, sizeof whole, "%04d-%02d-01", next, is_month && month < 12 ? month + 1 : 1);
    ok = ok && n == 10 && ts_iso8601_parse(whole, 10, &until);
    *first = ok ? (double)from : 0;
    *last = ok ? (double)until - 1 : 0;
    return ok;
}

/* What a value of this kind spans; most are one number. */
static bool read_span(field_kind kind, const char *text, int64_t now_ms, double *first, double *last)
{
    const char *rest;
    bool ok;
    if (kind == DATE) {
        if (read_date(text, first, last)) return true;
        ok = read_ago(text, now_ms, first);
    } else if (kind == BYTES) {
        ok = read_bytes(text, first);
    } else if (kind == RATIO) {
        ok = read_ratio(text, first);
    } else {
        ok = read_number(text, &rest, first) && !*rest;
    }
    *last = *first;
    return ok;
}

/* ---- conditions ---------------------------------------------------------------------------------- */

static double above(double value)
{
    return nextafter(value, DBL_MAX);
}

static double below(double value)
{
    return nextafter(value, -DBL_MAX);
}

static bool is_open_end(const char *text)
{
    return strcmp(text, "*") == 0 || text[0] == '\0';
}

static bool set_range(const ts_expression_term *term, field_kind kind, int64_t now_ms, ts_sift *out)
{
    double first, last;
    out->low = -DBL_MAX;
    out->high = DBL_MAX;
    if (!is_open_end(term->text)) {
        if (!read_span(kind, term->text, now_ms, &first, &last)) return false;
        out->low = term->without_low ? above(last) : first;
    }
    if (!is_open_end(term->upper)) {
        if (!read_span(kind, term->upper, now_ms, &first, &last)) return false;
        out->high = term->without_high ? below(first) : last;
    }
    return true;
}

/* "is 1d" means within the last day, "is 16:9" what looks so. */
static void set_equal(field_kind kind, double first, double last, int64_t now_ms, const char *text,
                      ts_sift *out)
{
    double ago;
    out->low = first;
    out->high = last;
    if (kind == DATE && read_ago(text, now_ms, &ago)) out->high = DBL_MAX;
    if (kind == RATIO) out->low = first - 0.005, out->high = last + 0.005;
}

static bool set_number(const ts_expression_term *term, field_kind kind, int64_t now_ms, ts_sift *out)
{
    double first, last;
    out->kind = TS_SIFT_NUMBER;
    if (term->compare == TS_EXPRESSION_RANGE) return set_range(term, kind, now_ms, out);
    if (is_open_end(term->text)) return out->kind = TS_SIFT_THERE, true;
    if (!read_span(kind, term->text, now_ms, &first, &last)) return false;
    out->low = -DBL_MAX;
    out->high = DBL_MAX;
    switch (term->compare) {
    case TS_EXPRESSION_LESS:
        out->high = below(first);
        break;
    case TS_EXPRESSION_LESS_IS:
        out->high = last;
        break;
    case TS_EXPRESSION_MORE:
        out->low = above(last);
        break;
    case TS_EXPRESSION_MORE_IS:
        out->low = first;
        break;
    default:
        set_equal(kind, first, last, now_ms, term->text, out);
        break;
    }
    return true;
}

static bool has_word(const char *text)
{
    for (; *text; text++) {
        bool is_letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
        if (is_letter || (*text >= '0' && *text <= '9') || ((unsigned char)*text & 0x80)) return true;
    }
    return false;
}

static void set_text(const ts_expression_term *term, ts_arena *arena, ts_sift *out)
{
    const char *star = strchr(term->text, '*');
    bool whole = term->compare == TS_EXPRESSION_IS, ends = star && !star[1];
    out->text = term->text;
    if (is_open_end(term->text)) out->kind = term->has_star ? TS_SIFT_THERE : TS_SIFT_EQUAL;
    else if (whole) out->kind = term->has_star ? TS_SIFT_PATTERN : TS_SIFT_EQUAL;
    else if ((!term->has_star || ends) && has_word(term->text)) out->kind = TS_SIFT_WORDS;
    else if (!term->has_star) out->kind = TS_SIFT_EQUAL;
    else {
        out->kind = TS_SIFT_PATTERN;
        out->text = ts_arena_printf(arena, "*%s*", term->text);
        if (!out->text) out->kind = TS_SIFT_NONE; /* the arena remembers */
    }
}

/* Texts in the order of their bytes, which is that of dates as they are written. */
static void set_between(const ts_expression_term *term, ts_sift *out)
{
    bool range = term->compare == TS_EXPRESSION_RANGE;
    bool more = term->compare == TS_EXPRESSION_MORE || term->compare == TS_EXPRESSION_MORE_IS;
    const char *low = range || more ? term->text : "*", *high = range ? term->upper : more ? "*" : term->text;
    out->kind = TS_SIFT_BETWEEN;
    out->text = is_open_end(low) ? NULL : low;
    out->upper = is_open_end(high) ? NULL : high;
}

static void set_field(const ts_expression_term *term, const field *is, int64_t now_ms, ts_arena *arena,
                      ts_sift *out)
{
    bool compares = term->compare >= TS_EXPRESSION_LESS;
    *out = (ts_sift){.fact = is->fact, .member = is->member, .fallback = is->fallback};
    if (is->kind == TEXT || (is->kind == OPEN && !compares)) {
        if (compares) set_between(term, out);
        else set_text(term, arena, out);
    } else if (!set_number(term, is->kind, now_ms, out)) {
        if (is->kind == OPEN) set_between(term, out);
        else out->kind = TS_SIFT_NONE;
    }
}

/* ---- what is said otherwise there ---------------------------------------------------------------- */

static ts_sift *either(ts_arena *arena, ts_sift *a, ts_sift *b)
{
    ts_sift *out = TS_NEW(arena, ts_sift);
    if (!out || !a || !b) return NULL;
    a->next = b;
    *out = (ts_sift){.kind = TS_SIFT_OR, .child = a};
    return out;
}

static ts_sift *leaf(const ts_expression_term *term, const field *is, int64_t now_ms, ts_arena *arena)
{
    ts_sift *out = TS_NEW(arena, ts_sift);
    if (out) set_field(term, is, now_ms, arena, out);
    return out;
}

/* The folder that the name says, or the one that the picture was put into. "folder:a" is the folder a itself. */
static ts_sift *folder_term(const ts_expression_term *term, ts_arena *arena)
{
    static const field named = {"folder", TEXT, TS_FACT_FOLDER, NULL, NULL};
    static const field given = {"asset_folder", TEXT, TS_FACT_KEPT, "cloudinary.asset_folder", NULL};
    ts_expression_term whole = *term;
    if (whole.compare == TS_EXPRESSION_HAS) whole.compare = TS_EXPRESSION_IS;
    ts_sift *both = either(arena, leaf(&whole, &named, 0, arena), leaf(&whole, &given, 0, arena));
    size_t length = strlen(term->text);
    if (!term->has_star || length < 3 || strcmp(term->text + length - 2, "/*") != 0) return both;
    /* all below a, and a itself */
    ts_expression_term self = whole;
    self.text = ts_arena_strndup(arena, term->text, length - 2);
    self.has_star = false;
    if (!self.text) return NULL;
    ts_sift *selves = either(arena, leaf(&self, &named, 0, arena), leaf(&self, &given, 0, arena));
    return either(arena, both, selves);
}

static ts_sift *plain(ts_arena *arena, ts_sift_kind kind, ts_fact fact, const char *text)
{
    ts_sift *out = TS_NEW(arena, ts_sift);
    if (out) *out = (ts_sift){.kind = kind, .fact = fact, .text = text};
    return out;
}

static ts_sift *moderation_term(const ts_expression_term *term, ts_arena *arena)
{
    static const field given = {"moderation_status", TEXT, TS_FACT_KEPT, "cloudinary.moderation_status",
                                NULL};
    ts_sift *kept = leaf(term, &given, 0, arena);
    if (strcasecmp(term->text, "pending") == 0)
        return either(arena, kept, plain(arena, TS_SIFT_EQUAL, TS_FACT_VISIBILITY, "held"));
    if (strcasecmp(term->text, "rejected") == 0)
        return either(arena, kept, plain(arena, TS_SIFT_EQUAL, TS_FACT_VISIBILITY, "rejected"));
    return kept;
}

/* Theirs is "jpg". */
static ts_sift *format_term(ts_expression_term term, const field *is, ts_arena *arena)
{
    static const char *const names[][2] = {{"jpg", "jpeg"}, {"tif", "tiff"}};
    for (size_t i = 0; i < TS_COUNT_OF(names); i++)
        if (strcasecmp(term.text, names[i][0]) == 0) term.text = names[i][1];
    return leaf(&term, is, 0, arena);
}

ts_sift *ts_cloudinary_term(const ts_expression_term *term, int64_t now_ms, ts_arena *arena)
{
    static const field any = {"", TEXT, TS_FACT_ANY, NULL, NULL};
    field is;
    if (!term->field) return leaf(term, &any, now_ms, arena);
    if (term->compare != TS_EXPRESSION_RANGE) {
        if (strcmp(term->field, "folder") == 0 || strcmp(term->field, "asset_folder") == 0)
            return folder_term(term, arena);
        if (strcmp(term->field, "moderation_status") == 0) return moderation_term(term, arena);
    }
    if (!find_field(term->field, arena, &is)) return plain(arena, TS_SIFT_NONE, TS_FACT_ANY, NULL);
    if (is.fact == TS_FACT_FORMAT) return format_term(*term, &is, arena);
    return leaf(term, &is, now_ms, arena);
}

/* Of paths the whole is meant, of names words; of what has no field any part of the path. */
ts_sift *ts_cloudinary_folder_term(const ts_expression_term *term, int64_t now_ms, ts_arena *arena)
{
    static const field known[] = {{"name", TEXT, TS_FACT_BASE, NULL, NULL},
                                  {"path", TEXT, TS_FACT_NAME, NULL, NULL},
                                  {"created_at", DATE, TS_FACT_CREATED, NULL, NULL}};
    ts_expression_term wish = *term;
    if (!term->field) {
        const char *part = ts_arena_printf(arena, "*%s*", term->text);
        return part ? plain(arena, TS_SIFT_PATTERN, TS_FACT_NAME, part) : NULL;
    }
    if (wish.compare == TS_EXPRESSION_HAS && (strcasecmp(term->field, "path") == 0 || term->has_star))
        wish.compare = TS_EXPRESSION_IS;
    for (size_t i = 0; i < TS_COUNT_OF(known); i++)
        if (strcasecmp(known[i].name, term->field) == 0) return leaf(&wish, &known[i], now_ms, arena);
    return plain(arena, TS_SIFT_NONE, TS_FACT_ANY, NULL);
}

bool ts_cloudinary_key(const char *name, bool down, ts_arena *arena, ts_sift_key *out)
{
    field found;
    if (strcmp(name, "folder") == 0) found = (field){.fact = TS_FACT_FOLDER};
    else if (strcmp(name, "asset_folder") == 0) found = (field){.fact = TS_FACT_FOLDER};
    else if (!find_field(name, arena, &found)) return false;
    *out =
        (ts_sift_key){.fact = found.fact, .member = found.member, .fallback = found.fallback, .down = down};
    return true;
}
