/* exchange: pictures written out: the buffer before the file, and the forms that are JSON as it is. */
#include "exchange/export_form.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { flush_at = 1 << 18 };

/* ---- files ----------------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t length, ts_error *err)
{
    for (size_t at = 0; at < length;) {
        ssize_t n = write(fd, bytes + at, length - at);
        if (n <= 0) return ts_fail_errno(err, "cannot write the export");
        at += (size_t)n;
    }
    return true;
}

static bool flush(ts_export_out *out, ts_error *err)
{
    bool ok = write_all(out->fd, out->buf.data, out->buf.length, err);
    ts_buf_clear(&out->buf);
    return ok;
}

bool ts_export_bytes(ts_export_out *out, const void *bytes, size_t length, ts_error *err)
{
    out->written += length;
    if (!ts_buf_append(&out->buf, bytes, length)) return ts_fail_memory(err);
    return out->buf.length < flush_at || flush(out, err);
}

bool ts_export_text(ts_export_out *out, const char *text, ts_error *err)
{
    return ts_export_bytes(out, text, strlen(text), err);
}

bool ts_export_json(ts_export_out *out, const json_t *json, ts_error *err)
{
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    bool ok = text ? ts_export_text(out, text, err) : ts_fail_memory(err);
    free(text);
    return ok;
}

bool ts_export_append_aside(ts_exporter *exporter, ts_error *err)
{
    char block[1 << 14];
    ssize_t n = 0;
    if (!flush(&exporter->aside, err)) return false;
    if (lseek(exporter->aside.fd, 0, SEEK_SET) != 0) return ts_fail_errno(err, "cannot read the export back");
    while ((n = read(exporter->aside.fd, block, sizeof block)) > 0)
        if (!ts_export_bytes(&exporter->out, block, (size_t)n, err)) return false;
    return n == 0 || ts_fail_errno(err, "cannot read the export back");
}

/* ---- records ---------------------------------------------------------------------------------------- */

const char *ts_export_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

const char *ts_export_label(const ts_exporter *exporter, const json_t *tag)
{
    const char *id = json_string_value(json_object_get(tag, "concept"));
    ts_concept concept = id ? ts_vocab_find(exporter->options.vocab, id) : TS_CONCEPT_NONE;
    const char *label = concept == TS_CONCEPT_NONE ? NULL
                                                   : ts_vocab_label_in(exporter->options.vocab, concept,
                                                                       exporter->options.language, NULL);
    if (label) return label;
    label = ts_export_member(tag, "label");
    return label[0] || !id ? label : id;
}

bool ts_export_is(const json_t *tag, const char *state)
{
    return strcmp(ts_export_member(tag, "state"), state) == 0;
}

/* ---- JSON as it is ----------------------------------------------------------------------------------- */

static bool add_line(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err)
{
    (void)arena;
    return ts_export_json(&exporter->out, record, err) && ts_export_text(&exporter->out, "\n", err);
}

static bool begin_array(ts_exporter *exporter, ts_error *err)
{
    return ts_export_text(&exporter->out, "[", err);
}

static bool add_item(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err)
{
    (void)arena;
    return ts_export_text(&exporter->out, exporter->count ? ",\n" : "\n", err) &&
           ts_export_json(&exporter->out, record, err);
}

static bool end_array(ts_exporter *exporter, ts_error *err)
{
    return ts_export_text(&exporter->out, "\n]\n", err);
}

static const ts_export_form lines = {"ndjson", "application/x-ndjson", "pictures.ndjson", NULL, add_line,
                                     NULL};
static const ts_export_form array = {"json",      "application/json", "pictures.json",
                                     begin_array, add_item,           end_array};

/* ---- which form --------------------------------------------------------------------------------------- */

static const ts_export_form *const forms[TS_EXPORT_FORMAT_COUNT] = {&lines, &array, &ts_export_csv,
                                                                    &ts_export_coco, &ts_export_xmp};

bool ts_export_format_of(const char *name, ts_export_format *format)
{
    for (int i = 0; name && i < TS_EXPORT_FORMAT_COUNT; i++) {
        if (strcmp(forms[i]->name, name) != 0) continue;
        *format = (ts_export_format)i;
        return true;
    }
    return false;
}

const char *ts_export_media_type(ts_export_format format)
{
    return forms[format]->media_type;
}

const char *ts_export_file_name(ts_export_format format)
{
    return forms[format]->file_name;
}

ts_exporter *ts_exporter_open(const ts_export_options *options, ts_error *err)
{
    const ts_export_form *form = forms[options->format];
    ts_exporter *exporter = calloc(1, sizeof *exporter);
    if (!exporter) return (void)ts_fail_memory(err), NULL;
    exporter->options = *options;
    exporter->out.fd = options->fd;
    exporter->aside.fd = options->aside;
    exporter->categories = json_object();
    bool ok = exporter->categories || ts_fail_memory(err);
    if (ok && form->begin) ok = form->begin(exporter, err);
    if (ok) return exporter;
    ts_exporter_free(exporter);
    return NULL;
}

bool ts_exporter_add(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err)
{
    bool ok = forms[exporter->options.format]->add(exporter, record, arena, err);
    exporter->count++;
    return ok;
}

bool ts_exporter_end(ts_exporter *exporter, ts_error *err)
{
    const ts_export_form *form = forms[exporter->options.format];
    return (!form->end || form->end(exporter, err)) && flush(&exporter->out, err);
}

void ts_exporter_free(ts_exporter *exporter)
{
    if (!exporter) return;
    ts_buf_free(&exporter->out.buf);
    ts_buf_free(&exporter->aside.buf);
    json_decref(exporter->categories);
    free(exporter);
}
