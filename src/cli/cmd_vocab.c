/* cli: `tagsmith vocab`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/vocab.h"

#define FIELD(name) offsetof(ts_vocab_settings, name)
#define FILE_LIMIT ((size_t)64 << 20)

static const ts_option options[] = {
    TS_SERVER_OPTIONS(ts_vocab_settings),
    {"scheme", 's', TS_OPTION_TEXT, "NAME", NULL, 0, 0, FIELD(scheme),
     "import: what to call the vocabulary (default: the file's\nname); show, set: whose concept (default: "
     "core)"},
    {"format", 0, TS_OPTION_CHOICE, "KIND", "csv|turtle|ntriples", 0, 0, FIELD(format),
     "import: do not guess; export: not csv"},
    {"output", 'o', TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(output), "export, map: write to FILE"},
    {"csv", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(csv), "map: the proposals as a table, to go through"},
    {"read", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, FIELD(read),
     "map: take matches from such a table (-: standard input);\nstate: confirmed (default), rejected"},
    {"state", 0, TS_OPTION_CHOICE, "STATE", "confirmed|proposed|rejected", 0, 0, FIELD(state),
     "map: print matches of this state, look for none"},
    {"language", 'l', TS_OPTION_TEXT, "CODE", NULL, 0, 0, FIELD(language),
     "show: of label and path (default en)"},
    {"hide", 0, TS_OPTION_CHOICE, "YES", "yes|no", 0, 0, FIELD(hide), "set: no tag and no path shows it"},
    {"never", 0, TS_OPTION_CHOICE, "YES", "yes|no", 0, 0, FIELD(never),
     "set: never used, nor what is narrower"},
    {"threshold", 0, TS_OPTION_TEXT, "X", NULL, 0, 0, FIELD(threshold),
     "set: a tag of it is at least so sure (0 to 1, none)"},
    {"rename", 0, TS_OPTION_LIST, "LANG=TEXT", NULL, 0, 0, FIELD(renames), "set: your own name for it"},
    {"synonym", 0, TS_OPTION_LIST, "LANG=TEXT", NULL, 0, 0, FIELD(synonyms),
     "set: your own synonyms, for search"},
    {"merge-into", 0, TS_OPTION_TEXT, "CONCEPT", NULL, 0, 0, FIELD(merge),
     "set: it comes out as that one (none: as itself)"},
    {"match", 0, TS_OPTION_LIST, "CORE=KIND", NULL, 0, 0, FIELD(matches),
     "set: what it means: object/dog=exact (close, broader,\nnarrower, rejected)"},
    {"split", 0, TS_OPTION_TEXT, "NEW=CORE,..", NULL, 0, 0, FIELD(split),
     "set: a new concept beside it takes these matches over"},
    {"label", 0, TS_OPTION_TEXT, "TEXT", NULL, 0, 0, FIELD(label), "set: English label of the new one"},
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(json), "JSON for programs"},
};

static const char *const formats[] = {"auto", "csv", "turtle", "ntriples"};

bool ts_vocab_target(ts_buf *target, const char *scheme, const char *what, ts_error *err)
{
    (void)ts_buf_puts(target, "/api/schemes/");
    return (ts_escape_query(target, scheme) && ts_buf_puts(target, what)) || ts_fail_memory(err);
}

/* ---- list, import, delete ------------------------------------------------------------------------------------------- */

static void print_scheme(const json_t *row, bool as_json)
{
    const json_t *matches = json_object_get(row, "matches");
    if (as_json) {
        ts_print_json(row);
        return;
    }
    (void)printf("%-20s %7lld concepts  %6lld matched  %5lld proposed  ", ts_json_string_or(row, "name", ""),
                 (long long)json_integer_value(json_object_get(row, "concepts")),
                 (long long)json_integer_value(json_object_get(matches, "confirmed")),
                 (long long)json_integer_value(json_object_get(matches, "proposed")));
    ts_print_shown(ts_json_string_or(row, "title", ""));
    (void)putchar('\n');
}

static int list(const ts_call *call)
{
    const ts_vocab_settings *s = call->settings;
    ts_error err = {0};
    json_t *answer = ts_server_list(call, &s->server, "/api/schemes", "schemes", print_scheme, s->json, &err);
    return ts_server_end(answer, &err);
}

static bool read_all(FILE *in, ts_buf *text)
{
    char piece[8192];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, in)) > 0 && text->length <= FILE_LIMIT)
        (void)ts_buf_append(text, piece, n);
    return !ferror(in) && !text->failed;
}

static bool read_file(const char *path, ts_buf *text, ts_error *err)
{
    bool ok = strcmp(path, "-") == 0
                  ? read_all(stdin, text) || ts_fail_errno(err, "cannot read standard input")
                  : ts_file_read(path, FILE_LIMIT, text, err);
    if (ok && text->length && memchr(text->data, '\0', text->length))
        return ts_fail(err, TS_UNSUPPORTED, "%s is no text", path);
    return ok && (text->length > 0 || ts_fail(err, TS_USAGE, "%s is empty", path));
}

static void say_import(const json_t *row)
{
    const json_t *note;
    size_t i;
    print_scheme(row, false);
    json_array_foreach (json_object_get(row, "notes"), i, note) {
        (void)printf("  ");
        ts_print_shown(json_string_value(note));
        (void)putchar('\n');
    }
    if (json_integer_value(json_object_get(json_object_get(row, "matches"), "confirmed")) == 0)
        (void)printf(
            "  it says nothing of the core vocabulary: tagsmith vocab map %s looks for what it may mean\n",
            ts_json_string_or(row, "name", ""));
}

static int import(const ts_call *call)
{
    const ts_vocab_settings *s = call->settings;
    ts_error err = {0};
    ts_buf text = {0}, target = {0};
    char own[65];
    json_t *answer = NULL;
    ts_vocab_name_of(call->args[1], own);
    const char *name = s->scheme ? s->scheme : own;
    if (!*name) (void)ts_fail(&err, TS_USAGE, "what shall the vocabulary be called? --scheme NAME says it");
    else if (read_file(call->args[1], &text, &err) && ts_vocab_target(&target, name, "?format=", &err)) {
        (void)ts_buf_puts(&target, formats[s->format]);
        ts_server_ask ask = {.method = "PUT",
                             .target = target.data,
                             .text = text.data,
                             .type = "text/plain",
                             .makes_folder = true};
        if (target.failed) (void)ts_fail_memory(&err);
        else answer = ts_server_json(call, &s->server, &ask, &err);
    }
    if (answer && s->json) ts_print_json(answer);
    else if (answer) say_import(answer);
    ts_buf_free(&target);
    ts_buf_free(&text);
    return ts_server_end(answer, &err);
}

static int delete_scheme(const ts_call *call)
{
    const ts_vocab_settings *s = call->settings;
    ts_error err = {0};
    ts_server_ask ask = {.method = "DELETE", .target = "/api/schemes"};
    json_t *answer = ts_server_about(call, &s->server, &ask, call->args[1], "", &err);
    return ts_server_end(answer, &err);
}

/* ---- export, map ------------------------------------------------------------------------------------------------------ */

static bool put_text(const ts_buf *text, const char *path, ts_error *err)
{
    const char *data = text->data ? text->data : "";
    if (path) return ts_file_write_atomic(path, data, text->length, err);
    return fwrite(data, 1, text->length, stdout) == text->length ||
           ts_fail_errno(err, "cannot write to standard output");
}

static int ask_text(const ts_call *call, const char *method, const char *what)
{
    const ts_vocab_settings *s = call->settings;
    ts_error err = {0};
    ts_buf target = {0}, text = {0};
    bool ok = ts_vocab_target(&target, call->args[1], what, &err);
    ts_server_ask ask = {.method = method, .target = target.data};
    ok = ok && ts_server_text(call, &s->server, &ask, &text, &err) && put_text(&text, s->output, &err);
    ts_buf_free(&target);
    ts_buf_free(&text);
    return ok ? TS_EXIT_GOOD : ts_complain(&err);
}

static int export(const ts_call *call)
{
    const ts_vocab_settings *s = call->settings;
    char what[64];
    (void)snprintf(what, sizeof what, "/file?format=%s", formats[s->format]);
    return ask_text(call, "GET", what);
}

static int read_matches(const ts_call *call)
{
    const ts_vocab_settings *s = call->settings;
    ts_error err = {0};
    ts_buf target = {0}, text = {0};
    json_t *answer = NULL;
    if (read_file(s->read, &text, &err) && ts_vocab_target(&target, call->args[1], "/matches", &err)) {
        ts_server_ask ask = {.method = "POST", .target = target.data, .text = text.data, .type = "text/csv"};
        answer = ts_server_json(call, &s->server, &ask, &err);
    }
    if (answer) print_scheme(answer, s->json);
    ts_buf_free(&target);
    ts_buf_free(&text);
    return ts_server_end(answer, &err);
}

static int propose(const ts_call *call)
{
    const ts_vocab_settings *s = call->settings;
    ts_error err = {0};
    ts_buf target = {0}, text = {0};
    json_t *answer = NULL;
    if (ts_vocab_target(&target, call->args[1], "/proposals", &err)) {
        ts_server_ask ask = {.method = "POST", .target = target.data};
        bool ok = ts_server_text(call, &s->server, &ask, &text, &err);
        ask = (ts_server_ask){.method = "GET", .target = "/api/schemes"};
        if (ok) answer = ts_server_about(call, &s->server, &ask, call->args[1], "", &err);
    }
    if (answer) print_scheme(answer, s->json);
    if (answer && !s->json)
        (void)printf(
            "  nothing counts before you confirm it: tagsmith vocab map %s --csv -o FILE, then --read FILE\n",
            call->args[1]);
    ts_buf_free(&target);
    ts_buf_free(&text);
    return ts_server_end(answer, &err);
}

static int map(const ts_call *call)
{
    static const char *const states[] = {"", "/matches?state=confirmed", "/matches?state=proposed",
                                         "/matches?state=rejected"};
    const ts_vocab_settings *s = call->settings;
    if (s->read) return read_matches(call);
    if (s->state) return ask_text(call, "GET", states[s->state]);
    return s->csv || s->output ? ask_text(call, "POST", "/proposals") : propose(call);
}

/* ---- show, set --------------------------------------------------------------------------------------------------------- */

static void print_words(const char *title, const json_t *words)
{
    const char *language;
    json_t *text, *item;
    size_t i;
    json_object_foreach ((json_t *)(uintptr_t)words, language, text) {
        (void)printf("%-12s %-4s ", title, language);
        if (json_is_string(text)) ts_print_shown(json_string_value(text));
        json_array_foreach (text, i, item) {
            if (i) (void)printf(", ");
            ts_print_shown(json_string_value(item));
        }
        (void)putchar('\n');
    }
}

static void print_list(const char *title, const json_t *list, const char *between)
{
    const json_t *item;
    size_t i;
    if (json_array_size(list) == 0) return;
    (void)printf("%-17s ", title);
    json_array_foreach (list, i, item) {
        if (i) (void)printf("%s", between);
        ts_print_shown(json_string_value(item));
    }
    (void)putchar('\n');
}

static void print_settings(const json_t *settings)
{
    if (json_is_true(json_object_get(settings, "hide"))) (void)printf("hidden\n");
    if (json_is_true(json_object_get(settings, "never"))) (void)printf("never used\n");
    if (json_is_number(json_object_get(settings, "threshold")))
        (void)printf("%-17s %g\n", "threshold", json_number_value(json_object_get(settings, "threshold")));
    if (json_is_string(json_object_get(settings, "merge_into"))) {
        (void)printf("%-17s ", "comes out as");
        ts_print_shown(json_string_value(json_object_get(settings, "merge_into")));
        (void)putchar('\n');
    }
    print_words("renamed", json_object_get(settings, "rename"));
    print_words("own synonyms", json_object_get(settings, "synonyms"));
}

static void print_concept(const json_t *concept)
{
    const json_t *match;
    size_t i;
    ts_print_shown(ts_json_string_or(concept, "label", ""));
    (void)printf("\n%-17s ", "id");
    ts_print_shown(ts_json_string_or(concept, "id", ""));
    (void)putchar('\n');
    print_list("notation", json_object_get(concept, "notations"), ", ");
    print_list("path", json_object_get(concept, "path"), " > ");
    print_words("label", json_object_get(concept, "labels"));
    print_words("synonyms", json_object_get(concept, "synonyms"));
    print_words("definition", json_object_get(concept, "definition"));
    print_words("scope note", json_object_get(concept, "scope_note"));
    json_array_foreach (json_object_get(concept, "matches"), i, match) {
        (void)printf("%-17s %s ",
                     strcmp(ts_json_string_or(match, "state", ""), "confirmed") == 0
                         ? "means"
                         : ts_json_string_or(match, "state", ""),
                     ts_json_string_or(match, "relation", ""));
        ts_print_shown(ts_json_string_or(match, "core", ""));
        (void)putchar('\n');
    }
    print_settings(json_object_get(concept, "settings"));
}

static int about_concept(const ts_call *call, const char *method, const json_t *body)
{
    const ts_vocab_settings *s = call->settings;
    ts_error err = {0};
    ts_buf target = {0};
    json_t *answer = NULL;
    bool ok = ts_vocab_target(&target, s->scheme ? s->scheme : "core", "/concept?lang=", &err) &&
              ts_escape_query(&target, s->language ? s->language : "en") &&
              ts_buf_puts(&target, "&concept=") && ts_escape_query(&target, call->args[1]);
    ts_server_ask ask = {.method = method, .target = target.data, .body = body};
    if (ok) answer = ts_server_json(call, &s->server, &ask, &err);
    else if (err.code == TS_OK) (void)ts_fail_memory(&err);
    if (answer && s->json) ts_print_json(answer);
    else if (answer) print_concept(answer);
    ts_buf_free(&target);
    return ts_server_end(answer, &err);
}

static int show(const ts_call *call)
{
    return about_concept(call, "GET", NULL);
}

static int set(const ts_call *call)
{
    ts_error err = {0};
    json_t *wish = ts_vocab_wish(call->settings, &err);
    if (!wish) return ts_complain(&err);
    int status = about_concept(call, "PATCH", wish);
    json_decref(wish);
    return status;
}

static int run(const ts_call *call)
{
    static const ts_action actions[] = {
        {"list", 0, 0, list}, {"import", 1, 1, import}, {"export", 1, 1, export},       {"map", 1, 1, map},
        {"show", 1, 1, show}, {"set", 1, 1, set},       {"delete", 1, 1, delete_scheme}};
    return ts_run_action(
        call, actions, sizeof actions / sizeof *actions, "the vocabularies",
        "say list, import FILE, export NAME, map NAME, show CONCEPT, set CONCEPT or delete NAME");
}

const ts_command ts_command_vocab = {
    .name = "vocab",
    .summary = "your own vocabularies: bring in, match, rename, hide",
    .synopsis = "list|import|export|map|show|set|delete [OPTION]... [FILE|NAME|CONCEPT]",
    .about =
        "Brings in thesauri (SKOS as Turtle or N-Triples) and lists (CSV), finds out what their concepts "
        "mean in "
        "the core\n"
        "vocabulary, and keeps how you want them used. tagsmith tag --scheme NAME then tags in their words. "
        "Three "
        "come with\n"
        "Tagsmith: core, google-product, iptc-mediatopic. CONCEPT is an id, a notation or a name. "
        "docs/vocabularies.md\n"
        "describes files and a worked example. Works while a server has the data folder and while none has.",
    .examples = "tagsmith vocab import museum.ttl --scheme museum\ta thesaurus\n"
                "tagsmith vocab map museum --csv -o matches.csv\tproposals, to go through in a spreadsheet\n"
                "tagsmith vocab map museum --read matches.csv\tand back\n"
                "tagsmith vocab show Hund --scheme museum -l de\tone concept\n"
                "tagsmith vocab set object/dog --rename en=doggy --synonym de=Wauwau\tthe core vocabulary's "
                "own words\n"
                "tagsmith vocab set Weapons --scheme museum --never yes\tnothing is tagged with it\n"
                "tagsmith vocab export museum --format turtle -o museum.ttl\teverything, settings included",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(ts_vocab_settings),
    .run = run,
};
