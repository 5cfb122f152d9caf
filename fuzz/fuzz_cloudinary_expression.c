/* fuzz: any text as an expression of Cloudinary's search: it becomes a condition that pictures can be held against, or fails
 * with a column. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "api/cloudinary_expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void hold_against(const ts_sift *sift)
{
    ts_tag_row tag = {.key = "word/dog", .label = "dog at sea", .state = TS_LEDGER_ACCEPTED};
    ts_picture_row row = {.id = "id", .format = "jpeg", .width = 4, .height = 3, .created = 1700000000000};
    json_t *kept = json_pack("{s:{s:{s:s}}}", "extra", "context", "alt", "a dog");
    ts_sifted picture = {.row = &row, .tags = &tag, .tag_count = 1, .name = "pets/rex", .kept = kept};
    (void)ts_sift_fits(sift, &picture);
    json_decref(kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_error err = {0};
    const ts_sift *sift = NULL;
    char *text = malloc(length + 1);
    ts_arena *arena = ts_arena_new(0);
    if (text && arena) {
        memcpy(text, bytes, length);
        text[length] = '\0';
        bool good = ts_cloudinary_expression(text, 1700000000000, arena, &sift, &err);
        if (good) hold_against(sift);
        else if (err.code != TS_USAGE || !strstr(err.message, "Invalid search expression")) abort();
    }
    ts_arena_free(arena);
    free(text);
    return 0;
}
