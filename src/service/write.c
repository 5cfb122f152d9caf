/* service: from a line to the files of its picture. */
#include "service/write.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/replace.h"
#include "exchange/exchange.h"
#include "exchange/keywords.h"
#include "packs/packs.h"
#include "service/texts.h"
#include "service/write_target.h"

enum { SIDECAR_MAX = 1 << 20, PICTURE_MAX = 256 << 20 };

struct ts_writer {
    ts_write_options options;
    ts_vocab *vocab;
    ts_countries *countries;
    ts_keyword_choice choice;
    ts_arena *arena; /* of one line */
};

const char *ts_write_outcome_name(ts_write_outcome outcome)
{
    static const char *const names[] = {"written", "unchanged", "skipped", "failed"};
    return names[outcome];
}

/* ---- life ------------------------------------------------------------------------------------------ */

static bool read_facets(const char *list, uint32_t *out, ts_error *err)
{
    *out = list ? 0 : ts_keyword_usual_facets();
    while (list && *list) {
        size_t length = strcspn(list, ",");
        char name[32] = "";
        ts_facet facet;
        if (length < sizeof name) memcpy(name, list, length);
        if (strcmp(name, "all") == 0) *out = TS_FACET_ALL;
        else if (ts_facet_find(name, &facet)) *out |= TS_FACET_BIT(facet);
        else {
            (void)ts_fail(err, TS_USAGE, "there is no facet \"%.*s\"", (int)length, list);
            return ts_hint(err, "object,scene,people,... or all");
        }
        list += length + (list[length] == ',');
    }
    return true;
}

static bool open_vocab(ts_writer *w, ts_error *err)
{
    ts_folders folders = {0};
    if (!ts_folders_find(w->arena, &folders, err)) return false;
    const char *dir = ts_path_join(w->arena, folders.share, "vocab");
    w->vocab = dir ? ts_vocab_open_with(dir, TS_LANGUAGE_BIT(w->choice.language), err) : NULL;
    w->choice.vocab = w->vocab;
    if (!dir) (void)ts_fail_memory(err);
    w->countries = w->vocab ? ts_countries_open_in(dir, err) : NULL;
    return w->countries != NULL;
}

static bool read_choice(ts_writer *w, ts_error *err)
{
    const ts_write_options *o = &w->options;
    w->choice = (ts_keyword_choice){.min_confidence = o->min_confidence,
                                    .with_suggested = o->with_suggested,
                                    .with_ancestors = o->with_ancestors,
                                    .without_texts = o->without_texts};
    if (!o->language || ts_language_find(o->language, &w->choice.language))
        return read_facets(o->facets, &w->choice.facets, err);
    (void)ts_fail(err, TS_USAGE, "there are no labels in \"%s\"", o->language);
    return ts_hint(err, "en, zh, fr, de, es, ja or ko");
}

ts_writer *ts_writer_open(const ts_write_options *options, ts_error *err)
{
    ts_writer *w = calloc(1, sizeof *w);
    if (w) w->arena = ts_arena_new(0);
    if (!w || !w->arena) {
        free(w);
        (void)ts_fail_memory(err);
        return NULL;
    }
    w->options = *options;
    if (read_choice(w, err) && open_vocab(w, err)) return w;
    ts_writer_close(w);
    return NULL;
}

void ts_writer_close(ts_writer *writer)
{
    if (!writer) return;
    ts_vocab_close(writer->vocab);
    ts_countries_close(writer->countries);
    ts_arena_free(writer->arena);
    free(writer);
}

/* ---- one file --------------------------------------------------------------------------------------- */

/* What one line's files share. */
typedef struct task {
    const ts_writer *writer;
    ts_metadata_wish wish;
    ts_write_news news; /* picture filled in; the rest is of the last file told */
    ts_write_told told;
    void *context;
} task;

static void tell(task *t, ts_write_outcome outcome, const ts_error *error)
{
    t->news.outcome = outcome;
    t->news.error = error;
    t->told(t->context, &t->news);
}

static void tell_failed(task *t, const ts_error *error)
{
    t->news.change_count = 0;
    tell(t, TS_WRITE_FAILED, error);
}

static bool put(const task *t, const char *path, const struct stat *seen, const ts_metadata_edit *edit,
                ts_error *err)
{
    ts_replacement r = {path, edit->bytes.data, edit->bytes.length, seen, t->writer->options.keep_times};
    if (t->writer->options.dry) return true;
    if (!edit->changed) {
        ts_file_replace_tidy(path);
        return true;
    }
    if (ts_file_replace(&r, err)) return true;
    if (err->code == TS_IO) (void)ts_hint(err, "is the library read-only? its tags stay in the records");
    return false;
}

/* The edit of a file, told. */
static void finish(task *t, const char *path, const struct stat *seen, const ts_metadata_edit *edit)
{
    ts_error err = {0};
    t->news.target = path;
    t->news.changes = edit->changes;
    t->news.change_count = edit->change_count;
    if (edit->note) t->news.note = edit->note;
    if (!put(t, path, seen, edit, &err)) tell_failed(t, &err);
    else tell(t, edit->changed ? TS_WRITE_WRITTEN : TS_WRITE_UNCHANGED, NULL);
}

static void write_sidecar(task *t, const char *path)
{
    ts_error err = {0};
    ts_buf old = {0};
    ts_metadata_edit edit = {{0}};
    struct stat st;
    ts_arena *arena = t->writer->arena;
    bool there = lstat(path, &st) == 0;
    t->news.sidecar = true;
    t->news.target = path;
    bool ok = !there || S_ISREG(st.st_mode) || ts_fail(&err, TS_IO, "%s is no regular file", path);
    ok = ok && (!there || ts_file_read(path, SIDECAR_MAX, &old, &err)) &&
         ts_metadata_edit_sidecar(old.data, old.length, &t->wish, arena, &edit, &err);
    if (ok && there && !(st.st_mode & 0222) && edit.changed)
        ok = ts_fail(&err, TS_IO, "%s is write-protected", path);
    if (ok) finish(t, path, there ? &st : NULL, &edit);
    else tell_failed(t, &err);
    ts_metadata_edit_free(&edit);
    ts_buf_free(&old);
}

/* Into the picture itself. False: it is for the sidecar, and the note says why. */
static bool write_picture(task *t, const char *path, const struct stat *st)
{
    ts_error err = {0};
    ts_buf old = {0};
    ts_metadata_edit edit = {{0}};
    ts_arena *arena = t->writer->arena;
    const char *why = ts_write_protected(path, st);
    t->news.sidecar = false;
    t->news.target = path;
    if (why) {
        t->news.note = ts_arena_printf(arena, "the picture itself is not written: %s", why);
        return false;
    }
    bool ok = ts_file_read(path, PICTURE_MAX, &old, &err) &&
              ts_metadata_edit_picture(old.data, old.length, &t->wish, arena, &edit, &err);
    bool unsure = !ok && (err.code == TS_UNSUPPORTED || err.code == TS_CORRUPT || err.code == TS_TOO_LARGE);
    if (ok) finish(t, path, st, &edit);
    else if (unsure) t->news.note = ts_arena_strdup(arena, err.message);
    else tell_failed(t, &err);
    ts_metadata_edit_free(&edit);
    ts_buf_free(&old);
    return !unsure;
}

/* A sidecar that is there is what most programs believe, so it is kept in line with the picture. */
static void write_files(task *t, const char *path)
{
    ts_error err = {0};
    struct stat st;
    const char *real = NULL;
    ts_arena *arena = t->writer->arena;
    if (!ts_write_find_picture(path, arena, &real, &st, &err)) {
        tell_failed(t, &err);
        return;
    }
    const char *sidecar = ts_write_sidecar_path(real, arena);
    bool done = t->writer->options.in_file && write_picture(t, real, &st);
    if (done && sidecar && ts_file_exists(sidecar)) t->news.note = NULL;
    else if (done) return;
    if (sidecar) write_sidecar(t, sidecar);
}

/* ---- one line --------------------------------------------------------------------------------------- */

static const char *path_of(const ts_writer *w, const json_t *record, ts_error *err)
{
    const char *text = ts_json_string(record, "path", err);
    ts_buf raw = {0};
    if (!text || !text[0]) return NULL;
    if (ts_json_bool_or(record, "path_escaped", false)) {
        bool ok = ts_path_unescape(text, strlen(text), &raw) && raw.data && !memchr(raw.data, 0, raw.length);
        text = ok ? ts_arena_strndup(w->arena, raw.data, raw.length) : NULL;
        ts_buf_free(&raw);
        if (!text) (void)ts_fail(err, TS_CONFIG, "a path is not escaped as it should be");
    }
    return text && w->options.base ? ts_path_join(w->arena, w->options.base, text) : text;
}

/* Why there is nothing to write for this line; NULL: there is. */
static const char *reason_to_skip(const json_t *record)
{
    const char *path = ts_json_string_or(record, "path", "");
    if (json_object_get(record, "error")) return "it could not be tagged";
    if (strcmp(path, "-") == 0) return "it came from standard input";
    if (json_object_get(record, "id") && path[0] != '/')
        return "the data folder has a copy, and no file of yours";
    return NULL;
}

/* "place/fr" is no concept of the vocabulary, but countries have names in all languages as well. */
static bool name_countries(const ts_writer *w, const json_t *record)
{
    size_t i;
    json_t *tag;
    json_array_foreach (json_object_get(record, "tags"), i, tag) {
        const char *concept = ts_json_string_or(tag, "concept", "");
        const char *name = ts_country_label(w->countries, concept, w->choice.language);
        if (name && json_object_set_new(tag, "label", json_string(name)) != 0) return false;
    }
    return true;
}

static bool write_record(ts_writer *w, const json_t *record, ts_write_told told, void *context, ts_error *err)
{
    task t = {.writer = w, .told = told, .context = context, .news = {.note = reason_to_skip(record)}};
    const char *path = path_of(w, record, err);
    t.news.picture = path;
    if (!path) return false;
    if (t.news.note) {
        tell(&t, TS_WRITE_SKIPPED, NULL);
        return true;
    }
    if (!name_countries(w, record)) return ts_fail_memory(err);
    if (!ts_keywords_of(record, &w->choice, w->arena, &t.wish, err)) return false;
    t.wish.again = w->options.again;
    write_files(&t, path);
    return true;
}

bool ts_writer_line(ts_writer *w, const char *line, size_t length, ts_write_told told, void *context,
                    ts_error *err)
{
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == ' ')) length--;
    if (length == 0) return true;
    json_t *record = ts_json_parse(line, length, "the records", err);
    bool ok = record && write_record(w, record, told, context, err);
    json_decref(record);
    ts_arena_reset(w->arena);
    return ok;
}
