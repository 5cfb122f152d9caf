/* cli: `tagsmith help`. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/command.h"

typedef struct settings {
    bool man;
    bool completion;
} settings;

static const ts_option options[] = {
    {"man", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, man), "print the man page"},
    {"completion", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, completion),
     "print a completion script for bash"},
};

static int run(const ts_call *call)
{
    const settings *wanted = call->settings;
    const char *name = call->arg_count ? call->args[0] : NULL;
    const ts_command *command = name ? ts_command_of(name) : NULL;
    if (name && !command) {
        ts_error err = {0};
        (void)ts_fail(&err, TS_USAGE, "there is no command \"%s\"", name);
        (void)ts_hint(&err, "see tagsmith help");
        return ts_complain(&err);
    }
    if (wanted->man) ts_help_man();
    else if (wanted->completion) ts_help_completion();
    else if (command) ts_help_command(command);
    else ts_help_program();
    return TS_EXIT_GOOD;
}

const ts_command ts_command_help = {
    .name = "help",
    .summary = "explain a command, print the man page or a completion script",
    .synopsis = "[COMMAND]",
    .about = "Explains Tagsmith, or one of its commands.",
    .examples = "tagsmith help tag\thow to tag pictures\n"
                "tagsmith help --man | man -l -\tthe whole manual\n"
                "source <(tagsmith help --completion)\tlet the TAB key complete commands and options",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
