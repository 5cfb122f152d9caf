/* image: what a user should know about a decoded picture, as sentences. Must not know codecs. */
#include "image/image.h"

typedef struct warning_row {
    uint32_t flag;
    const char *text;
} warning_row;

/* Only what may explain a surprising result; alpha, depth, ink and profile are handled and need no word. */
static const warning_row warning_table[] = {
    {TS_PICTURE_TRUNCATED, "the file is damaged or cut short: it was decoded as far as it goes"},
    {TS_PICTURE_ANIMATED, "the file has several frames or pages: only the first was looked at"},
    {TS_PICTURE_BAD_ICC, "the colour profile is unusable and was ignored: colours may be off"},
    {TS_PICTURE_BAD_EXIF, "the EXIF block is unusable and was ignored"},
};

size_t ts_picture_warnings(const ts_picture_info *info, const char **out)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof warning_table / sizeof warning_table[0]; i++)
        if (info->flags & warning_table[i].flag) out[count++] = warning_table[i].text;
    return count;
}
