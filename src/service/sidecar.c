/* service: where a sidecar goes, and writing it. What stands in it is exchange/'s matter. */
#include "service/sidecar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "exchange/exchange.h"

static bool climbs(const char *path)
{
    for (const char *at = path; (at = strstr(at, "..")) != NULL; at += 2) {
        bool begins = at == path || at[-1] == '/';
        if (begins && (at[2] == '/' || at[2] == '\0')) return true;
    }
    return false;
}

/* The path without "/", "./" and doubled slashes at its start. */
static const char *strip_start(const char *path)
{
    for (;;) {
        if (path[0] == '/') path++;
        else if (path[0] == '.' && path[1] == '/') path += 2;
        else return path;
    }
}

bool ts_sidecar_path(const char *picture, ts_sidecar_kind kind, const char *dir, ts_buf *out, ts_error *err)
{
    const char *ending = kind == TS_SIDECAR_TXT ? ".txt" : ".json";
    if (strcmp(picture, "-") == 0) picture = "stdin";
    if (!dir) return (ts_buf_puts(out, picture) && ts_buf_puts(out, ending)) || ts_fail_memory(err);
    char *real = NULL;
    if (climbs(picture)) {
        real = realpath(picture, NULL);
        if (!real) return ts_fail_errno(err, "cannot find the folder of %s", picture);
        picture = real;
    }
    bool ok = ts_buf_printf(out, "%s/%s%s", dir, strip_start(picture), ending);
    free(real);
    return ok || ts_fail_memory(err);
}

/* Others write PICTURE.json too (photo exports do): what does not begin as our records do is not ours to replace. */
static bool check_ours(const char *path, ts_error *err)
{
    static const char begin[] = "{\"path\":\"";
    char start[sizeof begin] = "";
    FILE *file = fopen(path, "rbe");
    if (!file) return true; /* nothing there, or the writing will say what is wrong */
    size_t n = fread(start, 1, sizeof begin - 1, file);
    (void)fclose(file);
    if (n == 0 || strcmp(start, begin) == 0) return true;
    (void)ts_fail(err, TS_IO, "%s is there already and is no record of Tagsmith", path);
    return ts_hint(err, "put the sidecars elsewhere with --out DIR");
}

bool ts_sidecar_write(const ts_record *record, const char *picture, ts_sidecar_kind kind, const char *dir,
                      ts_error *err)
{
    ts_buf path = {0};
    ts_buf text = {0};
    bool ok = ts_sidecar_path(picture, kind, dir, &path, err) && (!dir || ts_dir_make_for(path.data, err));
    if (ok && kind == TS_SIDECAR_JSON) ok = check_ours(path.data, err);
    if (ok && !(kind == TS_SIDECAR_TXT ? ts_text_labels(record, &text) : ts_ndjson_record(record, &text)))
        ok = ts_fail_memory(err);
    if (ok) ok = ts_file_write_atomic(path.data, text.data ? text.data : "", text.length, err);
    if (!ok && err && err->code == TS_IO && !err->hint[0])
        (void)ts_hint(err, "sidecars need a folder that can be written: try --out DIR");
    ts_buf_free(&text);
    ts_buf_free(&path);
    return ok;
}
