/* fuzz: keywords into sidecars and pictures that are anything. A first byte below 0x80 says that what follows is a
 * picture, else a sidecar. What was written must read back as nothing left to do. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/metadata_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static bool edit(bool sidecar, const void *bytes, size_t length, ts_arena *arena, ts_metadata_edit *out,
                 ts_error *err)
{
    static const char *const words[] = {"dog", "oak tree", "\xE7\x8A\xAC & <more>"};
    static const char *const paths[] = {"animal|dog", "plant|tree|oak tree"};
    static const ts_language_text titles[] = {{"x-default", "A \"dog\""}, {"de", "Ein Hund"}};
    const ts_metadata_wish wish = {.lists = {{words, 3}, {paths, 2}}, .texts = {{titles, 2}}};
    return sidecar ? ts_metadata_edit_sidecar(bytes, length, &wish, arena, out, err)
                   : ts_metadata_edit_picture(bytes, length, &wish, arena, out, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_metadata_edit first = {{0}}, second = {{0}};
    ts_error err = {0};
    ts_arena *arena = ts_arena_new(64 << 20);
    bool sidecar = length > 0 && bytes[0] >= 0x80;
    bool ok = arena && length > 0 && edit(sidecar, bytes + 1, length - 1, arena, &first, &err);
    if (!ok && err.code == TS_INTERNAL) abort(); /* our own check found our own mistake */
    if (ok && first.changed &&
        (!edit(sidecar, first.bytes.data, first.bytes.length, arena, &second, &err) || second.changed) &&
        err.code != TS_NO_MEMORY)
        abort();
    ts_metadata_edit_free(&first);
    ts_metadata_edit_free(&second);
    ts_arena_free(arena);
    return 0;
}
