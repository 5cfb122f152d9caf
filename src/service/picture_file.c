/* service: which files of a folder are worth trying. */
#include "service/picture_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "image/image.h"
#include "service/run_state.h"

/* Sorted, for bsearch. */
static const char *const picture_names[] = {"avif", "bmp", "gif", "heic", "heif", "jfif", "jpe",
                                            "jpeg", "jpg", "png", "tif",  "tiff", "webp"};
static const char *const other_names[] = {
    "7z",   "aac",  "aae",  "avi", "bak",  "bin",    "bz2", "c",    "cfg",  "conf",   "css",  "csv",   "dat",
    "db",   "doc",  "docx", "exe", "flac", "gz",     "h",   "html", "ini",  "js",     "json", "jsonl", "lock",
    "log",  "m4a",  "m4v",  "md",  "mkv",  "mov",    "mp3", "mp4",  "mpg",  "ndjson", "ods",  "odt",   "ogg",
    "onnx", "opus", "part", "py",  "sh",   "sqlite", "srt", "tar",  "tmp",  "toml",   "ts",   "tsv",   "txt",
    "url",  "wav",  "webm", "xls", "xlsx", "xml",    "xmp", "xz",   "yaml", "yml",    "zip",  "zst"};

static int compare_names(const void *key, const void *item)
{
    return strcasecmp((const char *)key, *(const char *const *)item);
}

static bool is_one_of(const char *ending, const char *const *list, size_t count)
{
    return bsearch(ending, list, count, sizeof *list, compare_names) != NULL;
}

static size_t read_start(const char *path, uint8_t *start, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return 0;
    ssize_t n = read(fd, start, size);
    close(fd);
    return n > 0 ? (size_t)n : 0;
}

bool ts_picture_file_likely(const char *path)
{
    const char *dot = strrchr(ts_path_base(path), '.');
    const char *ending = dot ? dot + 1 : "";
    if (is_one_of(ending, picture_names, sizeof picture_names / sizeof *picture_names)) return true;
    uint8_t start[1024];
    size_t length = read_start(path, start, sizeof start);
    if (ts_format_is_decoded(ts_format_sniff(start, length))) return true;
    if (length >= strlen(TS_RUN_STATE_MAGIC) &&
        memcmp(start, TS_RUN_STATE_MAGIC, strlen(TS_RUN_STATE_MAGIC)) == 0)
        return false; /* our own state file, kept among the pictures */
    return !is_one_of(ending, other_names, sizeof other_names / sizeof *other_names);
}

bool ts_picture_file_certain(const char *path)
{
    uint8_t start[1024];
    size_t length = read_start(path, start, sizeof start);
    return length > 0 && ts_format_sniff(start, length) != TS_FORMAT_UNKNOWN;
}
