/* cli: `tagsmith doctor`. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "service/doctor.h"

typedef struct settings {
    ts_tagger_setup setup;
    bool json;
} settings;

static const ts_option options[] = {
    {"json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json), "one JSON object a line"},
};

typedef struct listing {
    bool json;
    bool colour;
} listing;

static void print_json(const ts_check *check)
{
    json_t *object =
        json_pack("{ss ss ss ss}", "check", check->name, "status", ts_check_status_name(check->status),
                  "detail", check->detail, "advice", check->advice);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text) (void)puts(text);
    free(text);
    json_decref(object);
}

static void print_check(void *context, const ts_check *check)
{
    static const char *const marks[] = {"\u2713", "!", "\u2717"};
    static const char *const colours[] = {"\033[32m", "\033[33m", "\033[31m"};
    const listing *list = context;
    if (list->json) {
        print_json(check);
        return;
    }
    (void)printf("%s%s%s %-10s %s\n", list->colour ? colours[check->status] : "", marks[check->status],
                 list->colour ? "\033[0m" : "", check->name, check->detail);
    if (check->advice[0]) (void)printf("  %-10s \u2192 %s\n", "", check->advice);
    (void)fflush(stdout);
}

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    const char *no_colour = getenv("NO_COLOR");
    listing context = {s->json, isatty(STDOUT_FILENO) && !(no_colour && *no_colour)};
    if (!s->json) (void)printf("tagsmith %s\n", TS_VERSION);
    ts_check_status worst = ts_service_doctor(&s->setup, call->args, call->arg_count, print_check, &context);
    static const char *const verdicts[] = {
        "Everything is in place.",
        "Tagging works; the lines marked ! say what could be better.",
        "Tagging does not work yet; the lines marked \u2717 say what to do.",
    };
    if (!s->json) (void)printf("\n%s\n", verdicts[worst]);
    return worst == TS_CHECK_PROBLEM ? TS_EXIT_CANNOT_RUN : TS_EXIT_GOOD;
}

const ts_command ts_command_doctor = {
    .name = "doctor",
    .summary = "check that everything is in place, and say what to do if not",
    .synopsis = "[OPTION]... [PICTURE|FOLDER]...",
    .about = "Looks at the processor, the memory, the folders, the inference library, every model, the "
             "confinement of the\n"
             "decoders, tags a picture of its own drawing through the whole line, and compares the fast "
             "arithmetic (bf16) with\n"
             "the exact one on photographs: those given, else the ones that set-up fetched.",
    .examples = "tagsmith doctor\tbefore the first picture, or when something is wrong\n"
                "tagsmith doctor Photos\tthe same, comparing both precisions on your own pictures\n"
                "tagsmith doctor --json\tthe same for a script",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
