/* cli: `tagsmith import`. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/server_settings.h"
#include "cli/shared_options.h"

typedef struct settings {
    ts_server_settings server;
    const char *preset;
    ts_option_list excludes;
    bool watch, in_place, hidden, no_keywords, dry_run, json, quiet;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"in-place", 'i', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(in_place),
     "leave the files where they are: only what is in them is\nkept, never a copy, and nothing is ever "
     "written there"},
    {"watch", 'w', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(watch),
     "go on, and take in what changes, until Ctrl-C"},
    {"preset", 'p', TS_OPTION_TEXT, "NAME", NULL, 0, 0, FIELD(preset),
     "how to tag (default: the preset for imports)"},
    {"exclude", 'x', TS_OPTION_LIST, "GLOB", NULL, 0, 0, FIELD(excludes),
     "leave out names (or, with a slash, paths below DIR) that\nmatch; may be given again"},
    TS_ROW_HIDDEN(settings, hidden),
    {"no-keywords", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(no_keywords),
     "do not take keywords of the file or its sidecar (a.jpg.xmp,\na.xmp) as tags of a person"},
    {"dry-run", 'n', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(dry_run), "only say what would be done"},
    TS_ROW_JSON_FILES(settings),
    TS_ROW_QUIET_SUMMARY(settings),
};

/* What is told, and how far it is. */
typedef struct screen {
    const settings *settings;
    ts_progress_view view;
    double started;
    json_int_t counts[8], done, found; /* counts in the order of `kinds` */
    const atomic_int *stop;
} screen;

/* Whether a file of this kind is a line of its own without --json, in an ordinary run and in a watch or a dry one. */
static const struct kind {
    const char *name, *summary;
    bool told, told_in_watch;
} kinds[] = {
    {"added", "added", false, true},
    {"known", "known before", false, false},
    {"moved", "moved", true, true},
    {"changed", "changed", true, true},
    {"duplicate", "duplicates", true, true},
    {"near", "look-alikes", true, true},
    {"gone", "gone", true, true},
    {"failed", "failed", true, true},
};
enum { KINDS = sizeof kinds / sizeof *kinds, FAILED = KINDS - 1 };

/* ---- each file ------------------------------------------------------------------------------------------------------ */

static void note_counts(screen *s, const json_t *news)
{
    const json_t *counts = json_object_get(news, "counts");
    for (size_t i = 0; i < KINDS; i++)
        s->counts[i] = json_integer_value(json_object_get(counts, kinds[i].name));
    s->done = json_integer_value(json_object_get(news, "done"));
    s->found = json_integer_value(json_object_get(news, "found"));
}

static bool is_told(const screen *s, const char *kind)
{
    bool every = s->settings->watch || s->settings->dry_run;
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, kind) == 0) return every ? kinds[i].told_in_watch : kinds[i].told;
    return true;
}

static void print_text(const json_t *news, const char *kind)
{
    const char *other = ts_json_string_or(news, "other", NULL);
    const char *why = ts_json_string_or(json_object_get(news, "error"), "message", NULL);
    const char *link = strcmp(kind, "moved") == 0       ? "was"
                       : strcmp(kind, "duplicate") == 0 ? "same as"
                                                        : "looks like";
    (void)printf("%-9s  ", kind);
    ts_print_shown(ts_json_string_or(news, "path", ""));
    if (other) {
        (void)printf("  (%s ", link);
        ts_print_shown(other);
        (void)printf(")");
    }
    if (why) {
        (void)printf(": ");
        ts_print_shown(why);
    }
    (void)printf("\n");
}

static void print_file(json_t *news)
{
    static const char *const for_progress[] = {"counts", "done", "found", "counted", "rate"};
    for (size_t i = 0; i < sizeof for_progress / sizeof *for_progress; i++)
        (void)json_object_del(news, for_progress[i]);
    ts_print_json(news);
}

static void show_progress(screen *s, bool counted)
{
    ts_tag_progress progress = {.done = (uint64_t)s->done,
                                .failed = (uint64_t)s->counts[FAILED],
                                .total = (uint64_t)s->found,
                                .total_known = counted,
                                .seconds = (ts_clock_ms() - s->started) / 1000,
                                .stopping = atomic_load(s->stop) != 0};
    ts_progress_show(&s->view, &progress);
}

static void on_event(void *context, const char *name, const json_t *data)
{
    screen *s = context;
    if (strcmp(name, "news") != 0) return;
    if (s->done == 0) s->started = ts_clock_ms(); /* from here on it is pictures that take time */
    note_counts(s, data);
    const char *kind = ts_json_string_or(data, "kind", "");
    bool counted = ts_json_bool_or(data, "counted", false);
    if (s->settings->json || is_told(s, kind)) {
        ts_progress_clear(&s->view);
        if (s->settings->json) print_file((json_t *)(uintptr_t)data);
        else print_text(data, kind);
        if (s->settings->watch) (void)fflush(stdout);
    }
    show_progress(s, counted);
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

static json_t *wish_of(const settings *s, const char *root)
{
    json_t *excludes = json_array();
    for (size_t i = 0; i < s->excludes.count; i++)
        (void)json_array_append_new(excludes, json_string(s->excludes.items[i]));
    json_t *wish = json_pack("{s:s, s:o, s:b, s:b, s:b, s:b, s:b}", "root", root, "excludes", excludes,
                             "in_place", (int)s->in_place, "watch", (int)s->watch, "dry", (int)s->dry_run,
                             "hidden", (int)s->hidden, "with_metadata", (int)!s->no_keywords);
    if (wish && s->preset) (void)json_object_set_new(wish, "preset", json_string(s->preset));
    return wish;
}

static void say_summary(const screen *s, bool stopped)
{
    const char *before = "";
    if (s->settings->quiet) return;
    (void)fprintf(stderr, "%s", s->settings->dry_run ? "would be: " : "");
    for (size_t i = 0; i < KINDS; i++) {
        if (s->counts[i] == 0 && i > 0) continue;
        (void)fprintf(stderr, "%s%lld %s", before, (long long)s->counts[i], kinds[i].summary);
        before = ", ";
    }
    double seconds = (ts_clock_ms() - s->started) / 1000;
    if (!s->settings->watch && !s->settings->dry_run && s->counts[0] && seconds > 0)
        (void)fprintf(stderr, " in %.1f s", seconds);
    (void)fputc('\n', stderr);
    if (stopped && !s->settings->watch)
        (void)fprintf(stderr, "  stopped; the same command again continues\n");
}

/* Of a watch, being stopped is the good end. */
static int outcome(const screen *s, bool stopped)
{
    return s->counts[FAILED] > 0 || (stopped && !s->settings->watch) ? TS_EXIT_SOME_FAILED : TS_EXIT_GOOD;
}

static int import(const ts_call *call, const char *root)
{
    const settings *s = call->settings;
    ts_error err = {0};
    screen shown = {.settings = s, .started = ts_clock_ms(), .stop = call->stop};
    json_t *wish = wish_of(s, root);
    if (!wish) (void)ts_fail(&err, TS_USAGE, "the preset and what to leave out are texts in UTF-8");
    ts_server_ask ask = {
        .method = "POST", .target = "/api/import", .body = wish, .makes_folder = true, .with_tagger = true};
    ts_progress_init(&shown.view, s->quiet);
    ts_progress_starting(&shown.view);
    json_t *done = wish ? ts_server_events(call, &s->server, &ask, on_event, &shown, &err) : NULL;
    ts_progress_clear(&shown.view);
    json_decref(wish);
    bool stopped = done ? ts_json_bool_or(done, "stopped", false) : err.code == TS_INTERRUPTED;
    if (!done && !stopped) return ts_complain(&err);
    if (done && json_object_get(done, "counts")) note_counts(&shown, done);
    json_decref(done);
    say_summary(&shown, stopped);
    return outcome(&shown, stopped);
}

static int run(const ts_call *call)
{
    ts_error err = {0};
    char root[PATH_MAX];
    if (call->arg_count != 1) {
        (void)ts_fail(&err, TS_USAGE, "which folder shall come in? (one at a time)");
        (void)ts_hint(&err, "for example: tagsmith import Photos");
        return ts_complain(&err);
    }
    if (!ts_absolute_path(call->args[0], false, root, &err)) return ts_complain(&err);
    return import(call, root);
}

const ts_command ts_command_import = {
    .name = "import",
    .summary = "take a folder of pictures into the catalogue",
    .synopsis = "[OPTION]... DIR",
    .about = "Tags every picture below DIR and keeps it in the data folder: a copy of it or, with "
             "--in-place, only what is\n"
             "known about it. What came in before is passed over, so the same command again continues a run "
             "that was\n"
             "stopped. Files that were moved or renamed are recognised by their content; the same content "
             "twice is "
             "kept\n"
             "once. Keywords in files and sidecars become tags. Folders with .nomedia are left out. A server "
             "that has "
             "the\n"
             "data folder does the work; where none runs, this command does. Ctrl-C finishes the pictures in "
             "hand.",
    .examples =
        "tagsmith import Photos\tcopy them in, tag and keep them\n"
        "tagsmith import /mnt/photos --in-place\tthey stay where they are; run it again after changes there\n"
        "tagsmith import Inbox --watch\tkeep an eye on a folder that others put pictures into\n"
        "tagsmith import Photos -n -x 'trash/*'\tlook first at what would be done\n"
        "tagsmith import Photos --json | jq -r 'select(.kind==\"duplicate\").path'\tfind files that are "
        "there twice",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
