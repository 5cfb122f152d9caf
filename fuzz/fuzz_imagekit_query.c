/* fuzz: any text as an ImageKit search query: it becomes a tree within the limits or fails with a column, and what became a
 * tree can judge a file and be told to the index. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/imagekit_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char file_text[] = "{\"name\":\"a.jpg\",\"filePath\":\"/b/"
                                "a.jpg\",\"width\":3,\"size\":9,\"createdAt\":\"2026-01-01T00:00:00Z\","
                                "\"tags\":[\"x\",\"y\"],\"AITags\":[{\"name\":\"Dog\"}],\"customMetadata\":{"
                                "\"a\":1,\"b\":\"c\",\"d\":[1,\"e\"]}}";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_arena *arena = ts_arena_new(0);
    char *text = malloc(length + 1);
    json_t *file = json_loads(file_text, 0, NULL);
    ts_error err = {0};
    if (!arena || !text || !file) abort();
    if (length) memcpy(text, bytes, length);
    text[length] = '\0';
    const ts_ik_node *query = ts_ik_query_parse(text, INT64_C(1767225600000), arena, &err);
    if (!query && err.code == TS_OK) abort();
    if (query) {
        (void)ts_ik_query_matches(query, file);
        (void)ts_ik_query_speaks_of(query, "type");
        (void)ts_ik_query_narrow(query, arena);
    }
    json_decref(file);
    free(text);
    ts_arena_free(arena);
    return 0;
}
