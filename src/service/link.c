/* service: relative links between real paths. Knows neither reports nor pictures. */
#include "service/link.h"

#include <stdlib.h>
#include <string.h>

/* How much of both paths is the same, in whole names; the slash behind them included. */
static size_t common_folders(const char *folder, const char *path)
{
    size_t same = 0;
    for (size_t i = 0;; i++) {
        bool folder_ends = folder[i] == '/' || folder[i] == '\0';
        if (folder_ends && path[i] == '/') same = i + 1;
        if (folder[i] == '\0' || folder[i] != path[i]) return same;
    }
}

static bool put_encoded(const char *path, ts_buf *out)
{
    bool ok = true;
    for (; *path && ok; path++) {
        unsigned char c = (unsigned char)*path;
        bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/", c);
        ok = plain ? ts_buf_putc(out, *path) : ts_buf_printf(out, "%%%02X", c);
    }
    return ok;
}

bool ts_link_append(const char *folder, const char *picture, ts_buf *out)
{
    char *real = realpath(picture, NULL);
    if (!real) return false;
    if (strcmp(folder, "/") == 0) folder = "";
    size_t same = common_folders(folder, real);
    bool ok = ts_buf_puts(out, "./"); /* so that no first name is taken for a scheme */
    size_t length = strlen(folder);
    for (size_t i = same; i < length && ok; i++)
        if (i == same || folder[i - 1] == '/') ok = ts_buf_puts(out, "../");
    ok = ok && put_encoded(real + same, out);
    free(real);
    return ok;
}
