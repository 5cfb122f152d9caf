/* cli: `tagsmith write`. Lines from a file or from the catalogue to the writer, what it tells to the terminal. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"
#include "service/write.h"

typedef struct settings {
    ts_server_settings server;
    ts_write_options write;
    unsigned state;
    bool json, quiet;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"in-file", 'i', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(write.in_file),
     "write into the pictures (JPEG, PNG, WebP, TIFF) where that is\nsafe, and into sidecars where it is "
     "not"},
    {"language", 'l', TS_OPTION_TEXT, "LANGUAGE", NULL, 0, 0, FIELD(write.language),
     "of the keywords: en, zh, fr, de, es, ja or ko"},
    {"facets", 'f', TS_OPTION_TEXT, "LIST", NULL, 0, 0, FIELD(write.facets),
     "only these facets, or \"all\" (default: all but colour,\nquality and safety)"},
    {"min-confidence", 'c', TS_OPTION_REAL, "X", NULL, 0, 1, FIELD(write.min_confidence),
     "leave out tags of machines below X (0 to 1)"},
    {"state", 0, TS_OPTION_CHOICE, "STATE", "accepted|all", 0, 0, FIELD(state),
     "accepted (the default), or all: suggested ones too"},
    {"ancestors", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(write.with_ancestors),
     "also what each tag is a kind of, as keywords of their own"},
    {"no-texts", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(write.without_texts),
     "no title, description or alt text"},
    {"again", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(write.again),
     "write again what others took out or changed since"},
    {"keep-times", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(write.keep_times),
     "files keep their times (programs that go by them then do not\nsee the change)"},
    {"base", 0, TS_OPTION_TEXT, "DIR", NULL, 0, 0, FIELD(write.base),
     "what relative paths in FILE are relative to"},
    {"dry-run", 'n', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(write.dry),
     "only show what would change, file by file"},
    TS_ROW_JSON_FILES(settings),
    TS_ROW_QUIET_SUMMARY(settings),
};

typedef struct screen {
    const settings *settings;
    ts_progress_view view;
    ts_tag_progress progress;
    double started;
    size_t counts[TS_WRITE_OUTCOME_COUNT];
    const atomic_int *stop;
} screen;

/* ---- each file ------------------------------------------------------------------------------------- */

static json_t *json_of(const ts_write_news *news)
{
    json_t *changes = json_array();
    for (size_t i = 0; i < news->change_count; i++) {
        const ts_metadata_change *c = &news->changes[i];
        json_t *one = json_pack("{s:s, s:s, s:s}", "do", c->removed ? "remove" : "add", "property",
                                c->property, "text", c->text);
        if (one && c->language[0]) (void)json_object_set_new(one, "language", json_string(c->language));
        (void)json_array_append_new(changes, one);
    }
    return changes;
}

/* A path that is no UTF-8 cannot stand in JSON; such a member is left out. */
static const char *shown(const char *path)
{
    return path && ts_utf8_valid(path, strlen(path)) ? path : NULL;
}

static void put_json(const screen *s, const ts_write_news *news)
{
    const ts_error *error = news->error;
    json_t *line =
        json_pack("{s:s, s:s*, s:s*, s:s*, s:b, s:o, s:s*}", "outcome", ts_write_outcome_name(news->outcome),
                  "picture", shown(news->picture), "file", shown(news->target), "kind",
                  !news->target   ? NULL
                  : news->sidecar ? "sidecar"
                                  : "picture",
                  "dry", (int)s->settings->write.dry, "changes", json_of(news), "note", news->note);
    if (line && error)
        (void)json_object_set_new(line, "error",
                                  json_pack("{s:s, s:s, s:s}", "code", ts_code_name(error->code), "message",
                                            error->message, "hint", error->hint));
    if (line) ts_print_json(line);
    json_decref(line);
}

static void put_text(const ts_write_news *news)
{
    ts_print_shown(news->target ? news->target : news->picture);
    if (news->error) {
        (void)printf("\n  error  ");
        ts_print_shown(news->error->message);
        if (news->error->hint[0]) (void)printf(" (%s)", news->error->hint);
    }
    for (size_t i = 0; i < news->change_count; i++) {
        const ts_metadata_change *c = &news->changes[i];
        (void)printf("\n  %c %s%s%s%s  ", c->removed ? '-' : '+', c->property, c->language[0] ? " [" : "",
                     c->language, c->language[0] ? "]" : "");
        ts_print_shown(c->text);
    }
    if (news->note) {
        (void)printf("\n  note   ");
        ts_print_shown(news->note);
    }
    (void)putchar('\n');
}

static void on_file(void *context, const ts_write_news *news)
{
    screen *s = context;
    s->counts[news->outcome]++;
    bool failed = news->outcome == TS_WRITE_FAILED;
    bool told = failed || (s->settings->write.dry && news->outcome != TS_WRITE_UNCHANGED);
    s->progress.failed += failed;
    if (!s->settings->json && !told) return;
    ts_progress_clear(&s->view);
    if (s->settings->json) put_json(s, news);
    else put_text(news);
}

/* ---- lines ------------------------------------------------------------------------------------------ */

static bool keep_line(void *context, const char *line, size_t length)
{
    FILE *file = context;
    return fwrite(line, 1, length, file) == length && putc('\n', file) == '\n';
}

/* The catalogue's records, in a file of their own: nothing of the catalogue is held open while files are written. */
static FILE *open_catalogue(const ts_call *call, const settings *s, ts_error *err)
{
    ts_buf target = {0};
    FILE *file = tmpfile();
    (void)ts_buf_puts(&target, call->arg_count ? "/api/export?q=" : "/api/export");
    for (size_t i = 0; i < call->arg_count; i++) {
        if (i) (void)ts_buf_puts(&target, "%20");
        (void)ts_escape_query(&target, call->args[i]);
    }
    ts_server_ask ask = {.method = "GET", .target = target.data};
    bool ok =
        file ? !target.failed || ts_fail_memory(err) : ts_fail_errno(err, "cannot make a temporary file");
    ok = ok && ts_server_lines(call, &s->server, &ask, keep_line, file, err);
    if (ok && (fflush(file) != 0 || ferror(file))) ok = ts_fail_errno(err, "cannot keep what was exported");
    ts_buf_free(&target);
    if (ok) return file;
    if (file) (void)fclose(file);
    return NULL;
}

static FILE *open_records(const ts_call *call, ts_error *err)
{
    if (call->arg_count != 1) {
        (void)ts_fail(err, TS_USAGE, "which records shall be written? (one file, or - for standard input)");
        (void)ts_hint(err, "for example: tagsmith tag Photos -o tags.ndjson && tagsmith write tags.ndjson");
        return NULL;
    }
    if (strcmp(call->args[0], "-") == 0) return stdin;
    FILE *file = fopen(call->args[0], "re");
    if (!file) (void)ts_fail_errno(err, "cannot open %s", call->args[0]);
    return file;
}

/* How many records there are, where that can be counted. */
static void count_lines(FILE *file, screen *s)
{
    char piece[1 << 16];
    size_t n;
    struct stat st;
    if (fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode) || fseek(file, 0, SEEK_SET) != 0) return;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        for (size_t i = 0; i < n; i++) s->progress.total += piece[i] == '\n';
    s->progress.total_known = true;
    rewind(file);
}

static bool write_lines(ts_writer *writer, FILE *file, screen *s, ts_error *err)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    bool ok = true;
    while (ok && !atomic_load(s->stop) && (errno = 0, n = getline(&line, &capacity, file)) > 0) {
        size_t length = (size_t)n - (line[n - 1] == '\n');
        ok = ts_writer_line(writer, line, length, on_file, s, err) ||
             ts_fail_prefix(err, "record %llu: ", (unsigned long long)s->progress.done + 1);
        s->progress.done++;
        s->progress.seconds = (ts_clock_ms() - s->started) / 1000;
        ts_progress_show(&s->view, &s->progress);
    }
    if (ok && ferror(file)) ok = ts_fail_errno(err, "cannot read the records");
    free(line);
    return ok;
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static void say_summary(const screen *s)
{
    bool stopped = atomic_load(s->stop) != 0;
    if (s->settings->quiet) return;
    (void)fprintf(stderr, "%s%zu %swritten, %zu unchanged", s->settings->write.dry ? "would be: " : "",
                  s->counts[TS_WRITE_WRITTEN], "", s->counts[TS_WRITE_UNCHANGED]);
    if (s->counts[TS_WRITE_SKIPPED]) (void)fprintf(stderr, ", %zu skipped", s->counts[TS_WRITE_SKIPPED]);
    if (s->counts[TS_WRITE_FAILED]) (void)fprintf(stderr, ", %zu failed", s->counts[TS_WRITE_FAILED]);
    (void)fputc('\n', stderr);
    if (stopped) (void)fprintf(stderr, "  stopped; the same command again continues\n");
}

static int write_all(const ts_call *call, ts_writer *writer)
{
    const settings *s = call->settings;
    ts_error err = {0};
    screen shown = {.settings = s, .started = ts_clock_ms(), .stop = call->stop};
    FILE *file = s->server.data ? open_catalogue(call, s, &err) : open_records(call, &err);
    if (!file) return ts_complain(&err);
    ts_progress_init(&shown.view, s->quiet || s->write.dry);
    count_lines(file, &shown);
    bool ok = write_lines(writer, file, &shown, &err);
    ts_progress_clear(&shown.view);
    if (file != stdin) (void)fclose(file);
    say_summary(&shown);
    if (!ok) return ts_complain(&err);
    return shown.counts[TS_WRITE_FAILED] || atomic_load(call->stop) ? TS_EXIT_SOME_FAILED : TS_EXIT_GOOD;
}

static int run(const ts_call *call)
{
    settings *s = call->settings;
    ts_error err = {0};
    s->write.with_suggested = s->state == 2;
    ts_writer *writer = ts_writer_open(&s->write, &err);
    if (!writer) return ts_complain(&err);
    int status = write_all(call, writer);
    ts_writer_close(writer);
    return status;
}

const ts_command ts_command_write = {
    .name = "write",
    .summary = "write tags into sidecars or pictures, for other programs",
    .synopsis = "[OPTION]... FILE | --data DIR [OPTION]... [QUERY]...",
    .about =
        "Takes the records of FILE (from tagsmith tag; - for standard input) or, with --data, the pictures "
        "of "
        "the\n"
        "catalogue that QUERY finds, and writes their sure tags as keywords into XMP sidecars "
        "(PICTURE.jpg.xmp, or the\n"
        "PICTURE.xmp that is there) or, with --in-file, into the pictures. Keywords of others stay. What "
        "Tagsmith wrote\n"
        "before and no longer says is taken out again; what somebody else took out does not come back. All "
        "else in the\n"
        "files stays as it is, byte for byte, and a file is only ever replaced whole. Run it again after "
        "changes, or to\n"
        "continue (docs/metadata.md).",
    .examples =
        "tagsmith tag Photos -o tags.ndjson && tagsmith write tags.ndjson\tkeywords for every program\n"
        "tagsmith write tags.ndjson --dry-run\tlook first at what would change\n"
        "tagsmith write tags.ndjson --in-file --language de\tGerman keywords, in the pictures\n"
        "tagsmith write --data /srv/tagsmith taken:2024\twhat people decided in the catalogue\n"
        "tagsmith tag New --json | tagsmith write -\tin one go",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
