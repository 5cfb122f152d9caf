/* cli: the one table of commands, and the way from argv to one of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/command.h"

static const ts_command *const table[] = {
    &ts_command_tag,     &ts_command_write,  &ts_command_serve,  &ts_command_import,    &ts_command_find,
    &ts_command_keys,    &ts_command_people, &ts_command_jobs,   &ts_command_export,    &ts_command_backup,
    &ts_command_restore, &ts_command_verify, &ts_command_eval,   &ts_command_calibrate, &ts_command_train,
    &ts_command_vocab,   &ts_command_config, &ts_command_models, &ts_command_doctor,    &ts_command_help,
};

#define COMMANDS (sizeof table / sizeof *table)

const ts_command *const *ts_commands(size_t *count)
{
    *count = COMMANDS;
    return table;
}

const ts_command *ts_command_of(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(table[i]->name, name) == 0) return table[i];
    return NULL;
}

/* Messages quote file names: what a terminal would obey is shown as '?'. */
static void put_shown(const char *text)
{
    for (; *text; text++) (void)fputc((unsigned char)*text < 0x20 || *text == 0x7F ? '?' : *text, stderr);
    (void)fputc('\n', stderr);
}

int ts_complain(const ts_error *err)
{
    (void)fputs("tagsmith: ", stderr);
    put_shown(err->message);
    if (err->hint[0]) (void)fputs("          ", stderr);
    if (err->hint[0]) put_shown(err->hint);
    if (err->code == TS_INTERRUPTED) return TS_EXIT_SOME_FAILED;
    return err->code == TS_USAGE ? TS_EXIT_USAGE : TS_EXIT_CANNOT_RUN;
}

int ts_run_action(const ts_call *call, const ts_action *actions, size_t count, const char *what,
                  const char *hint)
{
    ts_error err = {0};
    for (size_t i = 0; call->arg_count && i < count; i++) {
        size_t words = call->arg_count - 1;
        bool fits = words >= actions[i].least && words <= actions[i].most;
        if (fits && strcmp(actions[i].name, call->args[0]) == 0) return actions[i].run(call);
    }
    (void)ts_fail(&err, TS_USAGE, "what about %s?", what);
    (void)ts_hint(&err, "%s", hint);
    return ts_complain(&err);
}

static int unknown_command(const char *word)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) names[i] = table[i]->name;
    const char *near = ts_nearest(word, names, COMMANDS);
    ts_error err = {0};
    (void)ts_fail(&err, TS_USAGE, "there is no command \"%s\"", word);
    if (ts_file_exists(word) || ts_dir_exists(word)) (void)ts_hint(&err, "to tag it: tagsmith tag %s", word);
    else if (near) (void)ts_hint(&err, "did you mean tagsmith %s?", near);
    else (void)ts_hint(&err, "see tagsmith help");
    return ts_complain(&err);
}

static int run_command(const ts_command *command, int argc, char **argv, const ts_cli_house *house,
                       const atomic_int *stop)
{
    size_t lists = 0;
    for (size_t i = 0; i < command->option_count; i++) lists += command->options[i].kind == TS_OPTION_LIST;
    size_t room = (size_t)argc + 1;
    void *settings = calloc(1, command->settings_size ? command->settings_size : 1);
    const char **storage = calloc(room, sizeof *storage);
    const char **list_storage = calloc(room * (lists + 1), sizeof *list_storage);
    ts_call call = {.command = command, .settings = settings, .house = house, .stop = stop};
    ts_error err = {0};
    bool help = false;
    int status = TS_EXIT_GOOD;
    bool ok = settings && storage && list_storage;
    if (!ok) (void)ts_fail_memory(&err);
    if (ok && command->defaults) memcpy(settings, command->defaults, command->settings_size);
    ok = ok && ts_options_parse(command, argc, argv, settings, storage, list_storage, &call, &help, &err);
    if (!ok) status = ts_complain(&err);
    else if (help) ts_help_command(command);
    else status = command->run(&call);
    free(list_storage);
    free(storage);
    free(settings);
    return status;
}

static int dispatch(int argc, char **argv, const ts_cli_house *house, const atomic_int *stop)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    if (!word) {
        ts_help_program();
        return TS_EXIT_USAGE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        ts_help_program();
        return TS_EXIT_GOOD;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        (void)printf("tagsmith %s\n", TS_VERSION);
        return TS_EXIT_GOOD;
    }
    const ts_command *command = ts_command_of(word);
    return command ? run_command(command, argc - 2, argv + 2, house, stop) : unknown_command(word);
}

int ts_cli_main(int argc, char **argv, const ts_cli_house *house, const atomic_int *stop)
{
    int status = dispatch(argc, argv, house, stop);
    /* What was printed must have arrived; a reader that left is no error. */
    errno = 0;
    bool lost = fflush(stdout) != 0 || ferror(stdout);
    if (!lost || errno == EPIPE || status == TS_EXIT_CANNOT_RUN) return status;
    ts_error err = {0};
    (void)ts_fail_errno(&err, "cannot write to standard output");
    return ts_complain(&err);
}
