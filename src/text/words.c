/* text: the file of words. Knows its form; not how a text is cut into pieces. */
#include "text/words.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_BYTES 64
#define ALIGNMENT 64
#define COUNT_MAX ((uint32_t)1 << 24) /* of anything counted: no multiplication below can overflow */
#define DIMS_MAX 4096
#define BLOCK_WEIGHTS 32
#define BLOCK_BYTES 18 /* f16 scale and 32 times 4 bits */

/* ---- reading ------------------------------------------------------------------------------------ */

typedef struct cursor {
    const uint8_t *bytes;
    size_t length;
    size_t at;
    bool failed;
} cursor;

/* The next section, or NULL past the end. */
static const void *section(cursor *c, size_t bytes)
{
    size_t at = (c->at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (c->failed || at > c->length || bytes > c->length - at) {
        c->failed = true;
        return NULL;
    }
    c->at = at + bytes;
    return c->bytes + at;
}

static bool read_sizes(const uint8_t *header, ts_words_sizes *out)
{
    uint32_t n[9];
    memcpy(n, header + 8, sizeof n);
    memcpy(&out->unknown_score, header + 8 + sizeof n, sizeof out->unknown_score);
    *out = (ts_words_sizes){.pieces = n[0],
                            .nodes = n[1],
                            .rules = n[2],
                            .rule_points = n[3],
                            .positions = n[4],
                            .dims = n[5],
                            .begin = n[6],
                            .end = n[7],
                            .unknown = n[8],
                            .unknown_score = out->unknown_score};
    for (size_t i = 0; i < 5; i++)
        if (n[i] > COUNT_MAX) return false;
    bool marks = out->begin < out->pieces && out->end < out->pieces && out->unknown < out->pieces;
    return marks && out->nodes > 0 && out->positions > 0 && out->dims > 0 && out->dims <= DIMS_MAX &&
           out->dims % BLOCK_WEIGHTS == 0 && isfinite(out->unknown_score);
}

static bool find_sections(cursor *c, ts_words *out)
{
    const ts_words_sizes *n = &out->sizes;
    out->scores = section(c, sizeof(float) * n->pieces);
    out->first = section(c, sizeof(uint32_t) * ((size_t)n->nodes + 1));
    out->label = section(c, n->nodes);
    out->piece = section(c, sizeof(uint32_t) * n->nodes);
    out->rule_point = section(c, sizeof(uint32_t) * n->rules);
    out->rule_begin = section(c, sizeof(uint32_t) * ((size_t)n->rules + 1));
    out->rule_points = section(c, sizeof(uint32_t) * n->rule_points);
    out->position = section(c, sizeof(float) * n->positions * n->dims);
    out->vectors = section(c, (size_t)n->pieces * (n->dims / BLOCK_WEIGHTS) * BLOCK_BYTES);
    return !c->failed && c->at == c->length;
}

static bool find_all(const void *bytes, size_t length, ts_words *out)
{
    memset(out, 0, sizeof *out);
    if (length < HEADER_BYTES || memcmp(bytes, "TSWORDS1", 8) != 0) return false;
    if (!read_sizes(bytes, &out->sizes)) return false;
    cursor c = {.bytes = bytes, .length = length, .at = HEADER_BYTES};
    return find_sections(&c, out);
}

static bool ascends(const uint32_t *values, size_t count, uint32_t limit)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] > limit || (i > 0 && values[i] < values[i - 1])) return false;
    return true;
}

static bool indices_fit(const ts_words *words)
{
    const ts_words_sizes *n = &words->sizes;
    for (size_t i = 0; i < n->nodes; i++)
        if (words->piece[i] >= n->pieces || words->first[i] <= i) return false;
    for (size_t i = 0; i < n->rule_points; i++)
        if (words->rule_points[i] > 0x10FFFF) return false;
    return ascends(words->first, (size_t)n->nodes + 1, n->nodes) &&
           ascends(words->rule_begin, (size_t)n->rules + 1, n->rule_points);
}

bool ts_words_read(const void *bytes, size_t length, ts_words *out, ts_error *err)
{
    return (find_all(bytes, length, out) && indices_fit(out)) ||
           ts_fail(err, TS_MODEL, "these %zu bytes are no file of words", length);
}

bool ts_words_open(const char *path, ts_words *out, ts_error *err)
{
    memset(out, 0, sizeof *out);
    struct stat status;
    void *map = MAP_FAILED;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fstat(fd, &status) == 0;
    size_t length = ok && status.st_size > 0 ? (size_t)status.st_size : 0;
    if (length > 0) map = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
    if (!ok || (length > 0 && map == MAP_FAILED)) (void)ts_fail_errno(err, "cannot read %s", path);
    if (fd >= 0) close(fd);
    if (!ok || (length > 0 && map == MAP_FAILED)) return false;
    /* The indices are as they were written, by the checksum: looking at them all would make 8 MB of the file
     * resident. */
    if (length > 0 && find_all(map, length, out)) {
        (void)madvise(map, length, MADV_RANDOM);
        out->map = map;
        out->map_bytes = length;
        return true;
    }
    if (length > 0) (void)munmap(map, length);
    memset(out, 0, sizeof *out);
    return ts_fail(err, TS_MODEL, "%s is no file of words", path);
}

void ts_words_rest(const ts_words *words)
{
    if (words->map) (void)madvise(words->map, words->map_bytes, MADV_DONTNEED);
}

void ts_words_close(ts_words *words)
{
    if (words->map) (void)munmap(words->map, words->map_bytes);
    memset(words, 0, sizeof *words);
}

/* ---- looking up --------------------------------------------------------------------------------- */

uint32_t ts_words_step(const ts_words *words, uint32_t node, uint8_t byte)
{
    uint32_t first = words->first[node];
    const uint8_t *found = memchr(words->label + first, byte, words->first[node + 1] - first);
    return found ? (uint32_t)(found - words->label) : 0;
}

const uint32_t *ts_words_rule(const ts_words *words, uint32_t point, size_t *count)
{
    size_t low = 0, high = words->sizes.rules;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (words->rule_point[middle] < point) low = middle + 1;
        else high = middle;
    }
    if (low == words->sizes.rules || words->rule_point[low] != point) return NULL;
    *count = words->rule_begin[low + 1] - words->rule_begin[low];
    return words->rule_points + words->rule_begin[low];
}

static float from_half(uint16_t half)
{
    float sign = half & 0x8000 ? -1.0F : 1.0F;
    int exponent = half >> 10 & 31;
    int fraction = half & 1023;
    if (exponent == 31) return fraction ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * ldexpf((float)fraction, -24);
    return sign * ldexpf((float)(fraction + 1024), exponent - 25);
}

void ts_words_vector(const ts_words *words, uint32_t piece, float *out)
{
    size_t blocks = words->sizes.dims / BLOCK_WEIGHTS;
    const uint8_t *block = words->vectors + (size_t)piece * blocks * BLOCK_BYTES;
    for (size_t b = 0; b < blocks; b++, block += BLOCK_BYTES, out += BLOCK_WEIGHTS) {
        float scale = from_half((uint16_t)(block[0] | block[1] << 8));
        for (size_t i = 0; i < BLOCK_WEIGHTS / 2; i++) {
            out[i] = scale * (float)((block[2 + i] & 15) - 8);
            out[i + BLOCK_WEIGHTS / 2] = scale * (float)((block[2 + i] >> 4) - 8);
        }
    }
}
