/* cli: `tagsmith find`. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/server_settings.h"

typedef struct settings {
    ts_server_settings server;
    const char *similar, *colour;
    ts_option_order sort;
    unsigned limit;
    bool text, held, count, json;
} settings;

#define FIELD(name) offsetof(settings, name)

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"text", 't', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(text),
     "QUERY is plain words in any of the seven languages, not\nthe query language"},
    {"similar", 's', TS_OPTION_TEXT, "ID", NULL, 0, 0, FIELD(similar), "pictures that look like this one"},
    {"colour", 0, TS_OPTION_TEXT, "#RRGGBB", NULL, 0, 0, FIELD(colour), "pictures in which this colour is"},
    {"sort", 0, TS_OPTION_ORDER, "ORDER", "relevance|taken|created|confidence|size|random", 0, 0, FIELD(sort),
     "best, newest or largest first (default: the fitting one);\n--sort -taken the other way round"},
    {"limit", 'l', TS_OPTION_COUNT, "N", NULL, 1, 1000000, FIELD(limit), "at most so many (default 50)"},
    {"count", 'c', TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(count), "only say how many there are"},
    {"held", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(held), "pictures that are held back, too"},
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, FIELD(json),
     "one JSON object a picture: score and picture"},
};

enum { page_most = 200, shown_tags = 8 };

/* ---- the question ---------------------------------------------------------------------------------------------------- */

static void put_pair(ts_buf *target, const char *name, const char *value)
{
    (void)ts_buf_printf(target, "%s%s=", strchr(target->data, '?') ? "&" : "?", name);
    (void)ts_escape_query(target, value);
}

static bool put_target(ts_buf *target, const settings *s, const char *words, unsigned limit,
                       const char *cursor)
{
    static const char *const orders[] = {NULL,         "relevance", "taken", "created",
                                         "confidence", "size",      "random"};
    (void)ts_buf_puts(target, "/api/search");
    if (target->failed) return false;
    if (words && words[0]) put_pair(target, s->text ? "text" : "q", words);
    if (s->similar) put_pair(target, "similar", s->similar);
    if (s->colour) put_pair(target, "colour", s->colour);
    if (orders[s->sort.choice]) {
        put_pair(target, "sort", s->sort.reverse ? "-" : "");
        (void)ts_escape_query(target, orders[s->sort.choice]);
    }
    if (s->held) put_pair(target, "held", "true");
    if (cursor) put_pair(target, "cursor", cursor);
    (void)ts_buf_printf(target, "%slimit=%u", strchr(target->data, '?') ? "&" : "?", limit);
    return !target->failed;
}

static json_t *ask_page(const ts_call *call, const char *words, unsigned limit, const char *cursor,
                        ts_error *err)
{
    const settings *s = call->settings;
    ts_buf target = {0};
    json_t *answer = NULL;
    if (put_target(&target, s, words, limit < page_most ? limit : page_most, cursor)) {
        /* Plain words need the network for sentences. */
        ts_server_ask ask = {.method = "GET", .target = target.data, .with_tagger = s->text};
        answer = ts_server_json(call, &s->server, &ask, err);
    } else (void)ts_fail_memory(err);
    ts_buf_free(&target);
    return answer;
}

/* ---- the answer ------------------------------------------------------------------------------------------------------ */

static void print_row(const json_t *row)
{
    const json_t *picture = json_object_get(row, "picture"), *tag;
    size_t i;
    (void)printf("%.2f  %s  ", json_number_value(json_object_get(row, "score")),
                 ts_json_string_or(picture, "id", ""));
    ts_print_shown(ts_json_string_or(picture, "name", ""));
    (void)printf("  ");
    json_array_foreach (json_object_get(picture, "tags"), i, tag) {
        if (i == shown_tags) break;
        (void)printf("%s", i ? ", " : "");
        ts_print_shown(ts_json_string_or(tag, "label", ""));
    }
    (void)printf("\n");
}

static size_t print_page(const json_t *answer, bool as_json)
{
    const json_t *rows = json_object_get(answer, "results"), *row;
    size_t i;
    json_array_foreach (rows, i, row) {
        if (as_json) ts_print_json(row);
        else print_row(row);
    }
    return json_array_size(rows);
}

static void say_end(const json_t *answer, size_t shown)
{
    json_int_t total = json_integer_value(json_object_get(answer, "total"));
    const json_t *hint;
    size_t i;
    if (shown == 0) (void)fprintf(stderr, "no match\n");
    else if ((json_int_t)shown < total)
        (void)fprintf(stderr, "%zu of %lld; --limit shows more\n", shown, (long long)total);
    json_array_foreach (json_object_get(answer, "hints"), i, hint)
        (void)fprintf(stderr, "%s\n", json_string_value(hint));
}

static int find(const ts_call *call, const char *words)
{
    const settings *s = call->settings;
    ts_error err = {0};
    unsigned left = s->count ? 1 : s->limit ? s->limit : 50;
    size_t shown = 0;
    json_t *answer = ask_page(call, words, left, NULL, &err);
    json_int_t total = json_integer_value(json_object_get(answer, "total"));
    if (answer && s->count) (void)printf("%lld\n", (long long)total);
    while (answer && !s->count) {
        size_t rows = print_page(answer, s->json);
        const char *next = ts_json_string_or(answer, "next", NULL);
        shown += rows;
        left -= (unsigned)rows;
        if (left == 0 || rows == 0 || !next) break;
        json_t *more = ask_page(call, words, left, next, &err);
        json_decref(answer);
        answer = more;
    }
    if (!answer) return ts_complain(&err);
    if (!s->count) say_end(answer, shown);
    json_decref(answer);
    return total > 0 ? TS_EXIT_GOOD : TS_EXIT_SOME_FAILED;
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    ts_buf words = {0};
    ts_error err = {0};
    for (size_t i = 0; i < call->arg_count; i++)
        (void)ts_buf_printf(&words, "%s%s", i ? " " : "", call->args[i]);
    int status = TS_EXIT_USAGE;
    if (words.failed) {
        (void)ts_fail_memory(&err);
        status = ts_complain(&err);
    } else if (s->text && words.length == 0) {
        (void)ts_fail(&err, TS_USAGE, "--text wants words: tagsmith find --text \"a dog on the beach\"");
        status = ts_complain(&err);
    } else status = find(call, words.data);
    ts_buf_free(&words);
    return status;
}

const ts_command ts_command_find = {
    .name = "find",
    .summary = "find pictures in the catalogue",
    .synopsis = "[OPTION]... [QUERY]...",
    .about = "Prints score, id, name and the first tags of each picture that QUERY finds, best first; "
             "without QUERY, all, "
             "newest\n"
             "first. A score is how sure it is that this was meant; nothing relevant finds nothing. Several "
             "words are "
             "one\n"
             "query. The query language is described in docs/search.md. Exit status 1 says that nothing was "
             "found.",
    .examples = "tagsmith find dog beach\tpictures with both\n"
                "tagsmith find dog --sort -taken\tthe oldest first\n"
                "tagsmith find 'cat OR dog -people taken:2024'\twords combined, without people, of one year\n"
                "tagsmith find -- -people\twhat begins with a dash goes after --\n"
                "tagsmith find 'confidence>=0.9 tag:object/car is:landscape'\tfields\n"
                "tagsmith find --text 'a dog on the beach at sunset'\tin plain words\n"
                "tagsmith find --similar 06eqx4k8m2 --limit 10\tothers that look like it\n"
                "tagsmith find dog --json | jq -r .picture.links.original\tfor other programs",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
