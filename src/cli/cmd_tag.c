/* cli: `tagsmith tag`. Options to a request, progress to the terminal, the outcome to an exit status. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/shared_options.h"
#include "cli/vocab.h"
#include "service/tag.h"

typedef struct settings {
    ts_server_settings server;
    const char *schemes;
    ts_tag_request request;
    ts_option_list excludes;
    ts_option_list thresholds;
    ts_option_list max_per_facet;
    ts_option_list min_per_facet;
    unsigned specificity;
    unsigned sidecar;
    unsigned states;
    unsigned stdin_kind;
    unsigned precision;
    unsigned timeout_s;
    bool json;
    bool quiet;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(json),
     "print one JSON record a line (docs/record.schema.json)"},
    {"output", 'o', TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(request.output), "write those lines to FILE"},
    {"report", 'r', TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(request.report),
     "write a contact sheet for the browser, one HTML file\nthat needs nothing beside it"},
    {"sidecar", 's', TS_OPTION_CHOICE, "KIND", "json|txt", 0, 0, FIELD(sidecar),
     "write PICTURE.json (the record) or PICTURE.txt (the labels)\nbeside each picture"},
    {"out", 0, TS_OPTION_TEXT, "DIR", NULL, 0, 0, FIELD(request.sidecar_dir),
     "mirror the sidecars below DIR instead"},
    {"min-confidence", 'c', TS_OPTION_REAL, "X", NULL, 0, 1, FIELD(request.min_confidence),
     "drop tags below X (0 to 1), whatever their threshold"},
    {"threshold", 't', TS_OPTION_LIST, "[NAME=]LINE", NULL, 0, 0, FIELD(thresholds),
     "show tags from LINE on: default, a confidence (0.4) or a\nprecision (95%); NAME is a facet or a "
     "concept: "
     "object=0.4,\ndog=90%; may be given again"},
    {"specificity", 0, TS_OPTION_CHOICE, "KIND", "leaf|natural|all", 0, 0, FIELD(specificity),
     "leaf: only the most specific word; natural: that and the\neveryday one (the default); all: every "
     "level"},
    {"only", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(request.only),
     "closed vocabulary: no tag that FILE does not name, one id\nor name a line"},
    {"max-per-facet", 0, TS_OPTION_LIST, "FACET=N", NULL, 0, 0, FIELD(max_per_facet),
     "at most N tags of a facet, such as colour=3"},
    {"min-per-facet", 0, TS_OPTION_LIST, "FACET=N", NULL, 0, 0, FIELD(min_per_facet),
     "at least N where anything was seen; those below the line\nare suggestions"},
    {"max-tags", 'm', TS_OPTION_COUNT, "N", NULL, 0, 10000, FIELD(request.max_tags),
     "keep the N most telling tags (0: all; default 50)"},
    {"facets", 'f', TS_OPTION_TEXT, "LIST", NULL, 0, 0, FIELD(request.facets),
     "only these facets: object,scene,people,colour,..."},
    {"languages", 'l', TS_OPTION_TEXT, "LIST", NULL, 0, 0, FIELD(request.languages),
     "languages of tags, title, description and alternative\ntext: en,zh,fr,de,es,ja,ko or none (default "
     "en)"},
    {"scheme", 0, TS_OPTION_TEXT, "LIST", NULL, 0, 0, FIELD(schemes),
     "say tags in these vocabularies: names (tagsmith vocab) or\nfiles (Turtle, N-Triples, CSV)"},
    {"scheme-only", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(request.scheme_only),
     "leave out tags that they have no word for"},
    {"product", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(request.product),
     "put what a picture of goods shows into the record: product\ncategory, type, colours, patterns, "
     "materials"},
    {"state", 0, TS_OPTION_CHOICE, "STATE", "accepted|suggested", 0, 0, FIELD(states),
     "only sure tags, or only those for a person to judge"},
    {"analysers", 'a', TS_OPTION_TEXT, "LIST", NULL, 0, 0, FIELD(request.setup.analysers),
     "run only these analysers (tagsmith doctor lists them)"},
    {"embedding", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(request.embedding),
     "put the picture's embedding into the record"},
    {"mesh", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(request.mesh), "put face meshes into the record"},
    {"jobs", 'j', TS_OPTION_COUNT, "N", NULL, 1, 1024, FIELD(request.setup.jobs),
     "pictures in hand at once (default: the cores and one more)"},
    {"max-memory", 0, TS_OPTION_SIZE, "SIZE", NULL, 0, 0, FIELD(request.setup.max_memory),
     "stay within SIZE (700M, 2G): fewer jobs, smaller decoders"},
    {"max-pixels", 0, TS_OPTION_SIZE, "N", NULL, 0, 0, FIELD(request.setup.max_pixels),
     "refuse pictures with more pixels (default 100 million)"},
    {"max-bytes", 0, TS_OPTION_SIZE, "SIZE", NULL, 0, 0, FIELD(request.setup.max_bytes),
     "refuse larger files (default 64M)"},
    {"timeout", 0, TS_OPTION_COUNT, "SECONDS", NULL, 1, 3600, FIELD(timeout_s),
     "give up on a picture that decodes longer (default 10)"},
    {"precision", 0, TS_OPTION_CHOICE, "KIND", "auto|f32", 0, 0, FIELD(precision),
     "auto: 16-bit arithmetic where it was checked; f32: never"},
    {"resume", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(request.state),
     "keep the state of the run in FILE; the same command again\ncontinues where it was, and takes up new "
     "pictures"},
    {"exclude", 'x', TS_OPTION_LIST, "GLOB", NULL, 0, 0, FIELD(excludes),
     "leave out names (or, with a slash, paths below PATH) that\nmatch; may be given again"},
    TS_ROW_HIDDEN(settings, request.hidden),
    {"follow", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(request.follow),
     "follow symbolic links to folders (links to files always)"},
    {"stdin", 0, TS_OPTION_CHOICE, "KIND", "auto|picture|paths|paths0", 0, 0, FIELD(stdin_kind),
     "what \"-\" reads: a picture, paths by line or by NUL;\nauto (the default) looks at the first bytes"},
    {"dry-run", 'n', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(request.dry_run),
     "only list what would be tagged"},
    TS_ROW_QUIET_SUMMARY(settings),
    TS_SERVER_OPTIONS(settings),
};

/* What the hooks share. */
typedef struct screen {
    ts_progress_view view;
    bool shared_terminal; /* text and bar go to the same one */
    int write_error;      /* errno of a failed write to standard output */
} screen;

static bool write_out(void *context, const char *bytes, size_t length)
{
    screen *s = context;
    if (s->shared_terminal) ts_progress_clear(&s->view);
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            s->write_error = errno;
            return false;
        }
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

static void show_progress(void *context, const ts_tag_progress *progress)
{
    screen *s = context;
    ts_progress_show(&s->view, progress);
}

static void show_note(void *context, const char *sentence)
{
    screen *s = context;
    ts_progress_clear(&s->view);
    if (!s->view.quiet) (void)fprintf(stderr, "tagsmith: note: %s\n", sentence);
}

static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool dumb = !term || strcmp(term, "dumb") == 0;
    return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && !dumb;
}

static void finish_request(settings *s, const ts_call *call)
{
    static const char *const states[] = {NULL, "accepted", "suggested"};
    static const char *const specificities[] = {NULL, "leaf", "natural", "all"};
    static const char *const precisions[] = {NULL, "auto", "f32"};
    ts_tag_request *r = &s->request;
    r->paths = call->args;
    r->path_count = call->arg_count;
    r->stdin_fd = STDIN_FILENO;
    r->stdin_kind = (ts_stdin_kind)(s->stdin_kind ? s->stdin_kind - 1 : 0);
    r->excludes = s->excludes.items;
    r->exclude_count = s->excludes.count;
    r->thresholds = s->thresholds.items;
    r->threshold_count = s->thresholds.count;
    r->max_per_facet = s->max_per_facet.items;
    r->max_per_facet_count = s->max_per_facet.count;
    r->min_per_facet = s->min_per_facet.items;
    r->min_per_facet_count = s->min_per_facet.count;
    r->specificity = specificities[s->specificity];
    r->sidecar = (ts_sidecar_kind)s->sidecar;
    r->states = states[s->states];
    r->setup.precision = precisions[s->precision];
    r->setup.timeout_ms = s->timeout_s * 1000;
    /* Blocks of text only when nothing else was asked for. */
    bool elsewhere = r->output || r->report;
    if (s->json) r->emit = TS_EMIT_NDJSON;
    else if (elsewhere) r->emit = TS_EMIT_NOTHING; /* failures are entries there */
    else if (r->sidecar) r->emit = TS_EMIT_ERRORS; /* a picture that failed has no sidecar to say so */
    else r->emit = wants_colour() ? TS_EMIT_COLOUR_TEXT : TS_EMIT_TEXT;
}

static void say_counts(const ts_tag_request *r, const ts_tag_summary *sum)
{
    uint64_t done = sum->tagged + sum->failed;
    (void)fprintf(stderr, "%s %llu picture%s", r->dry_run ? "would tag" : "tagged",
                  (unsigned long long)sum->tagged, sum->tagged == 1 ? "" : "s");
    if (sum->failed) (void)fprintf(stderr, ", %llu failed", (unsigned long long)sum->failed);
    if (!r->dry_run && done && sum->seconds > 0)
        (void)fprintf(stderr, " in %.1f s (%.1f/s)", sum->seconds, (double)done / sum->seconds);
    if (sum->done_before) (void)fprintf(stderr, ", %llu done before", (unsigned long long)sum->done_before);
    if (sum->skipped)
        (void)fprintf(stderr, ", %llu other file%s left out", (unsigned long long)sum->skipped,
                      sum->skipped == 1 ? "" : "s");
    if (sum->nomedia)
        (void)fprintf(stderr, ", %llu folder%s with .nomedia left out", (unsigned long long)sum->nomedia,
                      sum->nomedia == 1 ? "" : "s");
    (void)fputc('\n', stderr);
}

static void say_summary(const settings *s, const ts_tag_summary *sum)
{
    const ts_tag_request *r = &s->request;
    if (s->quiet) return;
    say_counts(r, sum);
    if (r->dry_run) return;
    if (r->output) (void)fprintf(stderr, "  records  %s\n", r->output);
    if (r->report) (void)fprintf(stderr, "  report   %s\n", r->report);
    bool told = r->emit == TS_EMIT_NOTHING && sum->failed;
    if (told) (void)fprintf(stderr, "  what failed, and why, stands there too\n");
    if (sum->interrupted && r->state) (void)fprintf(stderr, "  stopped; the same command again continues\n");
    else if (sum->interrupted)
        (void)fprintf(stderr, "  stopped; with --resume FILE the next run could have continued\n");
}

static int outcome(const screen *shown, const ts_tag_summary *sum)
{
    if (sum->writer_closed && shown->write_error != EPIPE) {
        errno = shown->write_error;
        ts_error err = {0};
        (void)ts_fail_errno(&err, "cannot write to standard output");
        return ts_complain(&err);
    }
    return sum->failed || sum->interrupted ? TS_EXIT_SOME_FAILED : TS_EXIT_GOOD;
}

static int run(const ts_call *call)
{
    settings *s = call->settings;
    ts_error err = {0};
    if (call->arg_count == 0) {
        (void)ts_fail(&err, TS_USAGE, "tell me what to tag: a file, a folder, or - for standard input");
        (void)ts_hint(&err, "for example: tagsmith tag Photos --report report.html");
        return ts_complain(&err);
    }
    finish_request(s, call);
    ts_tag_words words = {0};
    if (!ts_tag_words_load(&words, call, &s->server, s->schemes, &err)) {
        ts_tag_words_free(&words);
        return ts_complain(&err);
    }
    s->request.schemes = words.sources;
    s->request.scheme_count = words.count;
    screen shown = {0};
    ts_progress_init(&shown.view, s->quiet || s->request.dry_run);
    shown.shared_terminal = shown.view.terminal && isatty(STDOUT_FILENO);
    ts_progress_starting(&shown.view);
    ts_tag_hooks hooks = {&shown, write_out, show_progress, show_note, call->stop};
    ts_tag_summary summary;
    bool ok = ts_service_tag(&s->request, &hooks, &summary, &err);
    ts_progress_clear(&shown.view);
    ts_tag_words_free(&words);
    if (!ok) return ts_complain(&err);
    say_summary(s, &summary);
    return outcome(&shown, &summary);
}

static const settings defaults = {.request = {.min_confidence = -1.0F, .max_tags = 50}};

const ts_command ts_command_tag = {
    .name = "tag",
    .summary = "say what is in pictures",
    .synopsis = "[OPTION]... PATH...",
    .about = "Tags every picture that PATH names: a file, a folder with all below it, or - for standard "
             "input. A file is\n"
             "recognised by its content. A picture that cannot be read is reported and never stops the "
             "others. Folders\n"
             "that hold .nomedia, hidden names, and files that plainly are no pictures are left out. Without "
             "--json,\n"
             "--output, --report or --sidecar it prints a block of text a picture; '?' marks a tag that is "
             "only suggested.\n"
             "Ctrl-C finishes the pictures in hand.",
    .examples =
        "tagsmith tag dog.jpg\twhat is in this picture?\n"
        "tagsmith tag Photos --report report.html\ta whole folder, as a contact sheet for the browser\n"
        "tagsmith tag Photos --json | jq -r '[.path, .tags[].label] | @csv'\trecords for other programs\n"
        "tagsmith tag Photos -o tags.ndjson --resume tags.state\ta long run that may be stopped and "
        "continued\n"
        "tagsmith tag Photos --sidecar txt --out Labels\tone label file a picture, in a tree of their own\n"
        "tagsmith tag Photos --scheme museum,shop.csv -l de\tin the words of a thesaurus and a catalogue\n"
        "tagsmith tag Photos --facets object,scene --threshold 95%\tonly tags of which 95 % are right\n"
        "tagsmith tag Shop --only words.txt --max-per-facet colour=2\tin the words of a catalogue\n"
        "find . -name '*.jpg' -print0 | tagsmith tag - --json\tpaths from another program\n"
        "curl -s URL | tagsmith tag -\ta picture from a pipe\n"
        "tagsmith tag Photos -x '*.gif' -x 'trash/*' --dry-run\tlook first at what would be tagged",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .defaults = &defaults,
    .run = run,
};
