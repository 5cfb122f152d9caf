/* cli (private): what a command and an option are, as plain tables. */
#ifndef TS_CLI_COMMAND_H
#define TS_CLI_COMMAND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/nearest.h"

typedef enum ts_option_kind {
    TS_OPTION_FLAG = 0, /* bool */
    TS_OPTION_TEXT,     /* const char * */
    TS_OPTION_LIST,     /* ts_option_list: may be given again and again */
    TS_OPTION_COUNT,    /* unsigned */
    TS_OPTION_SIZE,     /* uint64_t, bytes or a plain number: 512M, 2G, 100000000 */
    TS_OPTION_REAL,     /* float */
    TS_OPTION_CHOICE,   /* unsigned: 1 for the first of `choices`, 0 for not given */
    TS_OPTION_ORDER     /* ts_option_order: a choice, which a dash before it turns round */
} ts_option_kind;

typedef struct ts_option_order {
    unsigned choice; /* as TS_OPTION_CHOICE */
    bool reverse;
} ts_option_order;

typedef struct ts_option_list {
    const char **items;
    size_t count;
} ts_option_list;

typedef struct ts_option {
    const char *name; /* without the dashes */
    char letter;      /* or 0 */
    ts_option_kind kind;
    const char *value;   /* what the help calls its value: "FILE"; NULL for flags */
    const char *choices; /* TS_OPTION_CHOICE and _ORDER: "json|txt"; NULL for the others */
    double least, most;  /* TS_OPTION_COUNT and _REAL */
    size_t offset;       /* of its field in the command's settings */
    const char *help;    /* one or two lines, joined by a line end */
} ts_option;

/* One call of a command. */
typedef struct ts_call {
    const struct ts_command *command;
    void *settings;          /* the command's own struct, options filled in */
    const char *const *args; /* what is no option */
    size_t arg_count;
    const struct ts_cli_house *house;
    const atomic_int *stop;
} ts_call;

typedef struct ts_command {
    const char *name;
    const char *summary;  /* one line */
    const char *synopsis; /* "[OPTION]... PATH..." */
    const char *about;    /* a paragraph */
    const char *examples; /* lines "command<TAB>what it does" */
    const ts_option *options;
    size_t option_count;
    size_t settings_size;
    const void *defaults; /* settings before parsing; NULL: zeroed */
    int (*run)(const ts_call *call);
} ts_command;

/* One of the things that a command does, where its first word says which. */
typedef struct ts_action {
    const char *name;
    size_t least, most; /* words after the name */
    int (*run)(const ts_call *call);
} ts_action;

/* Runs the action that the call names, or asks "what about WHAT?" and hints; returns the exit status. */
int ts_run_action(const ts_call *call, const ts_action *actions, size_t count, const char *what,
                  const char *hint);

/* The table, in the order of the help. */
const ts_command *const *ts_commands(size_t *count);
const ts_command *ts_command_of(const char *name);

/* Parses argv (after the command's name) into the call. settings must be zeroed or hold the defaults; storage
 * must hold argc pointers and is used by args and lists, `list_storage` the same. *help is set when --help
 * was met. TS_USAGE with a hint otherwise. */
bool ts_options_parse(const ts_command *command, int argc, char **argv, void *settings, const char **storage,
                      const char **list_storage, ts_call *call, bool *help, ts_error *err);

/* ---- showing ------------------------------------------------------------------------------------------- */

void ts_help_program(void);
void ts_help_command(const ts_command *command);
void ts_help_man(void);        /* the man page, as roff */
void ts_help_completion(void); /* a completion script for bash */

/* Prints "tagsmith: message" and the hint to standard error; returns the exit status for the code. */
int ts_complain(const ts_error *err);

/* ---- the commands -------------------------------------------------------------------------------------- */

extern const ts_command ts_command_tag;
extern const ts_command ts_command_write;
extern const ts_command ts_command_models;
extern const ts_command ts_command_doctor;
extern const ts_command ts_command_eval;
extern const ts_command ts_command_calibrate;
extern const ts_command ts_command_train;
extern const ts_command ts_command_serve;
extern const ts_command ts_command_import;
extern const ts_command ts_command_find;
extern const ts_command ts_command_keys;
extern const ts_command ts_command_people;
extern const ts_command ts_command_jobs;
extern const ts_command ts_command_export;
extern const ts_command ts_command_backup;
extern const ts_command ts_command_restore;
extern const ts_command ts_command_verify;
extern const ts_command ts_command_vocab;
extern const ts_command ts_command_config;
extern const ts_command ts_command_help;

#endif
