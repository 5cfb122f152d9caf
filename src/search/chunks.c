/* search: checksummed chunks of a snapshot. Knows nothing of what is in them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "search/snapshot.h"

#define CHUNK_BYTES ((size_t)1 << 20)

typedef struct chunk_head {
    uint64_t sum;
    uint32_t length, magic;
} chunk_head;

#define CHUNK_MAGIC 0x4b4e4843u

bool ts_chunks_open(ts_chunks *chunks, int fd)
{
    *chunks = (ts_chunks){.fd = fd, .buffer = malloc(CHUNK_BYTES)};
    return chunks->buffer != NULL;
}

void ts_chunks_close(ts_chunks *chunks)
{
    free(chunks->buffer);
    chunks->buffer = NULL;
}

/* Eight bytes at a time; enough against damage, not against malice. */
static uint64_t sum_of(const unsigned char *bytes, size_t length, uint64_t number)
{
    uint64_t sum = number * UINT64_C(0x9e3779b97f4a7c15) + length, word;
    for (; length >= 8; bytes += 8, length -= 8) {
        memcpy(&word, bytes, 8);
        sum = (sum ^ word) * UINT64_C(0xff51afd7ed558ccd);
        sum ^= sum >> 32;
    }
    for (; length; bytes++, length--) sum = (sum ^ *bytes) * UINT64_C(0x100000001b3);
    return sum ^ sum >> 29;
}

static bool write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length) {
        ssize_t n = write(fd, at, length);
        if (n <= 0) return false;
        at += n;
        length -= (size_t)n;
    }
    return true;
}

static bool read_all(int fd, void *bytes, size_t length)
{
    char *at = bytes;
    while (length) {
        ssize_t n = read(fd, at, length);
        if (n <= 0) return false;
        at += n;
        length -= (size_t)n;
    }
    return true;
}

bool ts_chunks_flush(ts_chunks *c)
{
    if (c->failed || !c->used) return !c->failed;
    chunk_head head = {sum_of(c->buffer, c->used, c->number++), (uint32_t)c->used, CHUNK_MAGIC};
    c->failed = !write_all(c->fd, &head, sizeof head) || !write_all(c->fd, c->buffer, c->used);
    c->used = 0;
    return !c->failed;
}

bool ts_chunks_put(ts_chunks *c, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length && !c->failed) {
        size_t n = CHUNK_BYTES - c->used < length ? CHUNK_BYTES - c->used : length;
        memcpy(c->buffer + c->used, at, n);
        c->used += n;
        at += n;
        length -= n;
        if (c->used == CHUNK_BYTES) ts_chunks_flush(c);
    }
    return !c->failed;
}

static bool next_chunk(ts_chunks *c)
{
    chunk_head head;
    c->position = c->used = 0;
    c->failed = c->failed || !read_all(c->fd, &head, sizeof head) || head.magic != CHUNK_MAGIC ||
                head.length == 0 || head.length > CHUNK_BYTES || !read_all(c->fd, c->buffer, head.length) ||
                sum_of(c->buffer, head.length, c->number++) != head.sum;
    if (!c->failed) c->used = head.length;
    return !c->failed;
}

bool ts_chunks_get(ts_chunks *c, void *bytes, size_t length)
{
    char *at = bytes;
    while (length) {
        if (c->position == c->used && !next_chunk(c)) return false;
        size_t n = c->used - c->position < length ? c->used - c->position : length;
        memcpy(at, c->buffer + c->position, n);
        c->position += n;
        at += n;
        length -= n;
    }
    return true;
}

bool ts_chunks_at_end(ts_chunks *c)
{
    char byte;
    return !c->failed && c->position == c->used && read(c->fd, &byte, 1) == 0;
}
