/* cli: help, man page and completion, all told from the tables. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

static const char about_program[] =
    "Tagsmith looks at pictures and says what is in them: objects with their places, scenes, people, "
    "colours,\n"
    "quality and safety, each with a confidence and the reason for it; keeps them, and finds them again. It "
    "runs on\n"
    "this machine alone.\n";

static const char about_status[] =
    "0 all good, 1 some pictures failed, a stop left some out, a check found something or a search nothing,\n"
    "2 wrong use, 3 cannot run";

/* "  -j, --jobs N". */
static void option_title(const ts_option *option, char *out, size_t size)
{
    char letter[8] = "    ";
    if (option->letter) (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    const char *value = option->choices ? option->choices : option->value;
    (void)snprintf(out, size, "  %s--%s%s%s", letter, option->name, value ? " " : "", value ? value : "");
}

#define HELP_COLUMN 30

static void print_option(const ts_option *option)
{
    char title[96];
    option_title(option, title, sizeof title);
    bool wide = strlen(title) >= HELP_COLUMN;
    (void)printf("%-*s", wide ? 0 : HELP_COLUMN, title);
    if (wide) (void)printf("\n%*s", HELP_COLUMN, "");
    for (const char *at = option->help; *at;) {
        size_t length = strcspn(at, "\n");
        if (at != option->help) (void)printf("%*s", HELP_COLUMN, "");
        (void)printf("%.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
}

static void print_examples(const ts_command *command)
{
    (void)printf("\nExamples:\n");
    for (const char *at = command->examples; *at;) {
        size_t line = strcspn(at, "\n");
        size_t left = strcspn(at, "\t\n");
        (void)printf("  %.*s\n", (int)left, at);
        if (left < line) (void)printf("      %.*s\n", (int)(line - left - 1), at + left + 1);
        at += line + (at[line] == '\n');
    }
}

void ts_help_command(const ts_command *command)
{
    (void)printf("tagsmith %s: %s\n\nUsage: tagsmith %s %s\n\n%s\n", command->name, command->summary,
                 command->name, command->synopsis, command->about);
    if (command->option_count) (void)printf("\nOptions:\n");
    for (size_t i = 0; i < command->option_count; i++) print_option(&command->options[i]);
    print_examples(command);
    (void)printf("\nExit status: %s.\n", about_status);
}

void ts_help_program(void)
{
    size_t count = 0;
    const ts_command *const *commands = ts_commands(&count);
    (void)printf("%s\nUsage: tagsmith COMMAND [OPTION]...\n\nCommands:\n", about_program);
    for (size_t i = 0; i < count; i++) (void)printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    (void)printf("\nStart here:\n"
                 "  tagsmith doctor\n      see whether everything is in place, and what to do if not\n"
                 "  tagsmith tag photo.jpg\n      what is in this picture?\n"
                 "  tagsmith tag Photos --report report.html\n      a whole folder, as a contact sheet for "
                 "the browser\n"
                 "  tagsmith serve\n      keep pictures, find them again, answer other programs\n"
                 "\ntagsmith COMMAND --help tells more about each. tagsmith --version says which this is.\n");
}

/* ---- man page ------------------------------------------------------------------------------------------ */

/* Text for roff: backslashes and dashes escaped, no line begins with a control character. */
static void roff(const char *text, size_t length)
{
    bool line_start = true;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (line_start && (c == '.' || c == '\'')) (void)printf("\\&");
        if (c == '\\') (void)printf("\\e");
        else if (c == '-') (void)printf("\\-");
        else (void)putchar(c);
        line_start = c == '\n';
    }
}

static void roff_line(const char *text)
{
    roff(text, strlen(text));
    (void)putchar('\n');
}

static void man_option(const ts_option *option)
{
    const char *value = option->choices ? option->choices : option->value;
    (void)printf(".TP\n.B ");
    if (option->letter) (void)printf("\\-%c, ", option->letter);
    (void)printf("\\-\\-");
    roff(option->name, strlen(option->name));
    if (value) (void)printf(" \\fI%s\\fR", value);
    (void)putchar('\n');
    roff_line(option->help);
}

static void man_examples(const ts_command *command)
{
    for (const char *at = command->examples; *at;) {
        size_t line = strcspn(at, "\n");
        size_t left = strcspn(at, "\t\n");
        (void)printf(".TP\n.B ");
        roff(at, left);
        (void)putchar('\n');
        if (left < line) roff(at + left + 1, line - left - 1);
        (void)putchar('\n');
        at += line + (at[line] == '\n');
    }
}

static void man_command(const ts_command *command)
{
    (void)printf(".SH COMMAND %s\n", command->name);
    (void)printf(".B tagsmith %s\n", command->name);
    roff_line(command->synopsis);
    (void)printf(".PP\n");
    roff_line(command->about);
    for (size_t i = 0; i < command->option_count; i++) man_option(&command->options[i]);
    (void)printf(".SS Examples\n");
    man_examples(command);
}

void ts_help_man(void)
{
    size_t count = 0;
    const ts_command *const *commands = ts_commands(&count);
    (void)printf(
        ".\\\" Written by `tagsmith help --man` from the tables in src/cli; a test compares the two.\n"
        ".TH TAGSMITH 1 \"\" \"Tagsmith " TS_VERSION "\" \"User commands\"\n"
        ".SH NAME\ntagsmith \\- tag pictures: what is in them, where, and how sure\n"
        ".SH SYNOPSIS\n.B tagsmith\n.I COMMAND\n[\\fIOPTION\\fR]...\n.SH DESCRIPTION\n");
    roff_line(about_program);
    for (size_t i = 0; i < count; i++) man_command(commands[i]);
    (void)printf(".SH EXIT STATUS\n");
    roff_line(about_status);
    (void)printf(
        ".SH ENVIRONMENT\n"
        ".TP\n.B TAGSMITH_SHARE\nwhere manifests and vocabulary lie\n"
        ".TP\n.B TAGSMITH_MODELS\nwhere the weights lie\n"
        ".TP\n.B TAGSMITH_CACHE\nwhere compiled networks are kept\n"
        ".TP\n.B TAGSMITH_CONFIG\nthe file of settings\n"
        ".TP\n.B TAGSMITH_SECTION_KEY\nthe setting section.key, such as TAGSMITH_DATA_DIR or "
        "TAGSMITH_SERVER_LISTEN;\n"
        "stronger than the file, weaker than flags\n"
        ".TP\n.B NO_COLOR\nwhen set, no colours are used\n"
        ".SH SIGNALS\nSIGINT and SIGTERM finish the pictures in hand, write every output and leave a state\n"
        "file that \\-\\-resume continues; a server answers what it was asked before. A second one ends the "
        "program at\n"
        "once.\n");
}

/* ---- completion ---------------------------------------------------------------------------------------- */

static void complete_command(const ts_command *command)
{
    (void)printf("    %s) options=\"", command->name);
    for (size_t i = 0; i < command->option_count; i++) (void)printf("--%s ", command->options[i].name);
    (void)printf("--help\" ;;\n");
}

static void print_choices(const char *choices, const char *before)
{
    (void)printf("%s", before);
    for (const char *c = choices; *c; c++)
        if (*c == '|') (void)printf(" %s", before);
        else (void)putchar(*c);
}

static void complete_choices(const ts_command *command)
{
    for (size_t i = 0; i < command->option_count; i++) {
        const ts_option *option = &command->options[i];
        if (!option->choices) continue;
        (void)printf("    --%s) COMPREPLY=($(compgen -W \"", option->name);
        print_choices(option->choices, "");
        if (option->kind == TS_OPTION_ORDER) print_choices(option->choices, " -");
        (void)printf("\" -- \"$word\")); return ;;\n");
    }
}

void ts_help_completion(void)
{
    size_t count = 0;
    const ts_command *const *commands = ts_commands(&count);
    (void)printf(
        "# bash completion for tagsmith: source it, or put it into /etc/bash_completion.d/tagsmith\n"
        "_tagsmith() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
        "  local options=\"\"\n  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < count; i++) (void)printf("%s ", commands[i]->name);
    (void)printf("--help --version\" -- \"$word\")); return\n  fi\n  case \"$before\" in\n");
    for (size_t i = 0; i < count; i++) complete_choices(commands[i]);
    (void)printf("  esac\n  case \"${COMP_WORDS[1]}\" in\n");
    for (size_t i = 0; i < count; i++) complete_command(commands[i]);
    (void)printf(
        "  esac\n  if [[ \"$word\" == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
        "  else COMPREPLY=($(compgen -f -- \"$word\")); fi\n}\n"
        "complete -o filenames -F _tagsmith tagsmith\n");
}
