/* search: whether one picture fits one leaf of a query, from its columns and lists. */
#include <math.h>
#include <string.h>

#include "search/eval.h"

static double level(uint8_t value)
{
    return value == 255 ? NAN : value / 254.0;
}

static double column_of(const ts_block *b, uint32_t i, ts_column column)
{
    switch (column) {
    case TS_COLUMN_WIDTH:
        return b->width[i] ? (double)b->width[i] : (double)NAN;
    case TS_COLUMN_HEIGHT:
        return b->height[i] ? (double)b->height[i] : (double)NAN;
    case TS_COLUMN_BYTES:
        return (double)b->bytes[i];
    case TS_COLUMN_PIXELS:
        return b->width[i] && b->height[i] ? (double)b->width[i] * b->height[i] : NAN;
    case TS_COLUMN_RATIO:
        return b->width[i] && b->height[i] ? (double)b->width[i] / b->height[i] : NAN;
    case TS_COLUMN_FACES:
        return b->faces[i];
    case TS_COLUMN_TAKEN:
        return b->taken[i] == TS_TIME_UNKNOWN ? NAN : (double)b->taken[i];
    case TS_COLUMN_ADDED:
        return (double)b->created[i];
    case TS_COLUMN_QUALITY:
        return level(b->quality[i]);
    case TS_COLUMN_AESTHETIC:
        return level(b->aesthetic[i]);
    case TS_COLUMN_NSFW:
        return level(b->nsfw[i]);
    case TS_COLUMN_COUNT:
        break;
    }
    return NAN;
}

/* Levels are stored in 254 steps; a bound is moved by half a step so that what was given is what is found. */
static bool in_range(const ts_node *node, double value)
{
    bool is_level = node->column >= TS_COLUMN_QUALITY;
    double slack = is_level ? 0.5 / 254 : 0;
    return value >= node->low - slack && value <= node->high + slack; /* false for NAN: unknown */
}

static bool has_shade(const ts_lists *lists, const ts_node *node)
{
    for (size_t i = 0; i < lists->colour_count; i++) {
        uint32_t c = lists->colours[i];
        float l = (float)(int8_t)(c & 0xff) - node->lab[0], a = (float)(int8_t)(c >> 8 & 0xff) - node->lab[1];
        float b = (float)(int8_t)(c >> 16 & 0xff) - node->lab[2];
        /* Five hundredths of a picture are the least that anybody would call its colour. */
        if (c >> 24 >= 13 && l * l + a * a + b * b <= node->distance * node->distance) return true;
    }
    return false;
}

static bool is_near(const ts_block *b, uint32_t i, const ts_node *node)
{
    const double radian = M_PI / 180, radius = 6371.0088;
    if (!(b->flags[i] & 1u << TS_FLAG_GPS)) return false;
    double lat = b->latitude[i] * 1e-7 * radian, lon = b->longitude[i] * 1e-7 * radian;
    double lat0 = node->latitude * radian, lon0 = node->longitude * radian;
    if (fabs(lat - lat0) * radius > node->high + 0.001) return false;
    double s = sin((lat - lat0) / 2), t = sin((lon - lon0) / 2);
    double h = s * s + cos(lat) * cos(lat0) * t * t;
    return 2 * radius * asin(fmin(1, sqrt(h))) <= node->high;
}

/* Ends with '*': what begins so; else the whole. Both are folded. */
static bool fits_pattern(const char *text, const char *pattern)
{
    size_t length = strlen(pattern);
    if (length && pattern[length - 1] == '*') return !strncmp(text, pattern, length - 1);
    return !strcmp(text, pattern);
}

/* The same with the text in two parts, "folder/name". */
static bool fits_path(const char *folder, const char *name, const char *pattern)
{
    size_t length = strlen(folder);
    if (!length) return fits_pattern(name, pattern);
    size_t pattern_length = strlen(pattern);
    if (pattern_length && pattern[pattern_length - 1] == '*' && pattern_length - 1 <= length)
        return !strncmp(folder, pattern, pattern_length - 1);
    return !strncmp(folder, pattern, length) && pattern[length] == '/' &&
           fits_pattern(name, pattern + length + 1);
}

bool ts_match_row(const ts_question *q, const ts_node *node, uint32_t number)
{
    const ts_block *block = ts_block_of(q->index, number);
    uint32_t row = number % TS_BLOCK_ROWS;
    ts_lists lists;
    switch (node->kind) {
    case TS_NODE_RANGE:
        return in_range(node, column_of(block, row, node->column));
    case TS_NODE_NEAR:
        return is_near(block, row, node);
    case TS_NODE_SHADE:
        lists = ts_lists_of(q->index, number);
        return has_shade(&lists, node);
    case TS_NODE_NAME:
        if (!block->places[row].name) return false;
        return fits_pattern(ts_lists_of(q->index, number).name, node->text);
    case TS_NODE_PATH:
        return fits_path(q->index->folders.entries[block->folder[row]].text,
                         block->places[row].name ? ts_lists_of(q->index, number).name : "", node->text);
    default:
        return false;
    }
}

static bool is_counted(const ts_lists *lists, const ts_node *node, uint32_t term)
{
    double count = 0;
    for (size_t i = 0; i < lists->count_count; i++)
        if (TS_COUNT_TERM(lists->counts[i]) == term) count = TS_COUNT_VALUE(lists->counts[i]);
    return count >= node->low && count <= node->high && count > 0;
}

bool ts_match_tags(const ts_question *q, const ts_node *node, const uint8_t *accepted, uint32_t number)
{
    ts_lists lists = ts_lists_of(q->index, number);
    const ts_qualifier *active = &node->active;
    for (size_t i = 0; i < lists.tag_count; i++) {
        uint32_t tag = lists.tags[i], source = TS_TAG_SOURCE(tag);
        if (source == TS_SOURCE_IMPLIED) continue; /* nobody said them */
        if (!accepted[TS_TAG_TERM(tag)]) continue;
        if (TS_TAG_LEVEL(tag) < active->low || TS_TAG_LEVEL(tag) > active->high) continue;
        if (!(active->states >> TS_TAG_STATE(tag) & 1) || !(active->sources >> source & 1)) continue;
        if (node->kind != TS_NODE_COUNT || is_counted(&lists, node, TS_TAG_TERM(tag))) return true;
    }
    return false;
}

bool ts_match_phrase(const ts_question *q, const ts_wanted *wanted, uint32_t number)
{
    ts_lists lists = ts_lists_of(q->index, number);
    for (size_t i = 0; i + wanted->stem_count <= lists.word_count; i++) {
        size_t k = 0;
        while (k < wanted->stem_count && lists.words[i + k] != TS_WORD_GAP &&
               TS_WORD_STEM(lists.words[i + k]) == wanted->stems[k])
            k++;
        if (k == wanted->stem_count) return true;
    }
    return false;
}
