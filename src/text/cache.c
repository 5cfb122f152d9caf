/* text: vectors of fixed lists, kept on disk. Knows nothing of how a vector is made.
 *
 *   CACHE/text-KEY.vectors: "TSVECTS1", u32 count, u32 dims, SHA-256 of the numbers (64 hex digits), the numbers
 *
 * KEY is the checksum of the model's name and of every text, so a changed list or model is another file; the
 * checksum inside finds damage. Whatever is wrong with the file, the answer is to make it anew. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "text/encoder.h"

static const char magic[8] = {'T', 'S', 'V', 'E', 'C', 'T', 'S', '1'};

#define SUM_BYTES 64
#define HEADER_BYTES (sizeof magic + 2 * sizeof(uint32_t) + SUM_BYTES)

/* The model, the kind and all texts, each with its end: "a","bc" is another list than "ab","c". */
static bool key_of(const ts_text_encoder *encoder, const char *const *texts, size_t count, ts_text_kind kind,
                   char hex[65], ts_error *err)
{
    ts_buf all = {0};
    (void)ts_buf_printf(&all, "%s %d %zu", ts_text_model(encoder), (int)kind, count);
    for (size_t i = 0; i < count; i++) {
        (void)ts_buf_putc(&all, '\0');
        (void)ts_buf_puts(&all, texts[i]);
    }
    bool ok = all.failed ? ts_fail_memory(err) : ts_sha256_bytes(all.data, all.length, hex, err);
    ts_buf_free(&all);
    return ok;
}

static bool header_of(const float *vectors, size_t count, size_t dims, char out[HEADER_BYTES])
{
    char hex[65];
    uint32_t sizes[2] = {(uint32_t)count, (uint32_t)dims};
    if (!ts_sha256_bytes(vectors, count * dims * sizeof *vectors, hex, NULL)) return false;
    memcpy(out, magic, sizeof magic);
    memcpy(out + sizeof magic, sizes, sizeof sizes);
    memcpy(out + sizeof magic + sizeof sizes, hex, SUM_BYTES);
    return true;
}

static bool load(const char *path, size_t count, size_t dims, float *out)
{
    ts_buf file = {0};
    size_t bytes = count * dims * sizeof *out;
    char header[HEADER_BYTES];
    bool ok = ts_file_read(path, HEADER_BYTES + bytes, &file, NULL) && file.length == HEADER_BYTES + bytes;
    if (ok) memcpy(out, file.data + HEADER_BYTES, bytes);
    ok = ok && header_of(out, count, dims, header) && memcmp(header, file.data, HEADER_BYTES) == 0;
    ts_buf_free(&file);
    return ok;
}

static void store(const char *path, size_t count, size_t dims, const float *vectors)
{
    ts_buf file = {0};
    char header[HEADER_BYTES];
    bool ok = header_of(vectors, count, dims, header) && ts_buf_append(&file, header, sizeof header) &&
              ts_buf_append(&file, vectors, count * dims * sizeof *vectors) && ts_dir_make_for(path, NULL);
    if (ok) (void)ts_file_write_atomic(path, file.data, file.length, NULL);
    ts_buf_free(&file);
}

static bool encode_with(ts_text_encoder *encoder, ts_arena *arena, const char *const *texts, size_t count,
                        ts_text_kind kind, float *out, ts_error *err)
{
    char key[65];
    size_t dims = ts_text_dims(encoder);
    if (!key_of(encoder, texts, count, kind, key, err)) return false;
    const char *path = ts_arena_printf(arena, "%s/text-%.32s.vectors", ts_text_cache_folder(encoder), key);
    if (!path) return ts_fail_memory(err);
    if (load(path, count, dims, out)) return true;
    if (!ts_text_encode(encoder, texts, count, kind, out, err)) return false;
    store(path, count, dims, out);
    return true;
}

bool ts_text_encode_cached(ts_text_encoder *encoder, const char *const *texts, size_t count,
                           ts_text_kind kind, float *out, ts_error *err)
{
    if (!ts_text_cache_folder(encoder) || count == 0 || count > UINT32_MAX / (TS_TEXT_DIMS_MAX * sizeof *out))
        return ts_text_encode(encoder, texts, count, kind, out, err);
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    bool ok = encode_with(encoder, arena, texts, count, kind, out, err);
    ts_arena_free(arena);
    return ok;
}
