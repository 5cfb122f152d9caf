/* fuzz: metadata of files and sidecars. A first byte below 0x80 says that what follows is a file, else a sidecar. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "image/metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check(const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length > most || !ts_utf8_valid(text, length)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_metadata m;
    ts_arena *arena = ts_arena_new(0);
    if (!arena || length == 0) {
        ts_arena_free(arena);
        return 0;
    }
    bool sidecar = bytes[0] >= 0x80;
    if (!ts_metadata_read(sidecar ? NULL : bytes + 1, sidecar ? 0 : length - 1, sidecar ? bytes + 1 : NULL,
                          sidecar ? length - 1 : 0, arena, &m, NULL))
        abort();
    check(m.title, TS_METADATA_TEXT_MAX);
    check(m.description, 16 << 10);
    check(m.creator, TS_METADATA_TEXT_MAX);
    for (size_t i = 0; i < m.keyword_count; i++) check(m.keywords[i], TS_METADATA_TEXT_MAX);
    for (size_t i = 0; i < m.keyword_path_count; i++) check(m.keyword_paths[i], TS_METADATA_TEXT_MAX);
    if (m.keyword_count > TS_METADATA_KEYWORDS_MAX || m.orientation > 8 || m.rating < -1 || m.rating > 5)
        abort();
    if (m.has_gps && !(m.latitude >= -90 && m.latitude <= 90 && m.longitude >= -180 && m.longitude <= 180))
        abort();
    ts_arena_free(arena);
    return 0;
}
