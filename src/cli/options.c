/* cli: reading options by a command's table. Knows no command. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"

typedef struct parser {
    const ts_command *command;
    char **argv;
    int argc;
    int at;
    void *settings;
    const char **list_storage; /* room for the items of every list option together */
    size_t option_room;
    ts_error *err;
} parser;

/* ---- values -------------------------------------------------------------------------------------------- */

static bool bad_value(parser *p, const ts_option *option, const char *text, const char *wanted)
{
    (void)ts_fail(p->err, TS_USAGE, "--%s wants %s, not \"%s\"", option->name, wanted, text);
    return ts_hint(p->err, "see tagsmith %s --help", p->command->name);
}

static bool set_count(parser *p, const ts_option *option, const char *text, unsigned *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    bool number = *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
    if (!number || (double)value < option->least || (double)value > option->most)
        return bad_value(p, option, text, "a whole number in its range");
    *out = (unsigned)value;
    return true;
}

static bool set_real(parser *p, const ts_option *option, const char *text, float *out)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || value < option->least || value > option->most)
        return bad_value(p, option, text, "a number in its range");
    *out = (float)value;
    return true;
}

/* How far a size's letter shifts, or -1. */
static int shift_of(const char *unit)
{
    static const char letters[] = "KMGT";
    if (!*unit || strcmp(unit, "B") == 0) return 0;
    char upper = (char)(*unit & ~0x20);
    const char *at = strchr(letters, upper);
    bool rest_fine = unit[1] == '\0' || strcmp(unit + 1, "B") == 0 || strcmp(unit + 1, "iB") == 0;
    return at && upper && rest_fine ? (int)(at - letters + 1) * 10 : -1;
}

static bool set_size(parser *p, const ts_option *option, const char *text, uint64_t *out)
{
    char *end = NULL;
    double value = strtod(text, &end);
    int shift = end == text ? -1 : shift_of(end);
    if (shift < 0 || !isfinite(value) || value < 1 || value > ldexp(1, 62 - shift))
        return bad_value(p, option, text, "a size such as 512M or 2G");
    *out = (uint64_t)ldexp(value, shift);
    return true;
}

static bool set_choice(parser *p, const ts_option *option, const char *text, unsigned *out)
{
    unsigned number = 1;
    for (const char *at = option->choices; *at; number++) {
        size_t length = strcspn(at, "|");
        if (strlen(text) == length && strncmp(at, text, length) == 0) {
            *out = number;
            return true;
        }
        at += length + (at[length] == '|');
    }
    (void)ts_fail(p->err, TS_USAGE, "--%s cannot be \"%s\"", option->name, text);
    return ts_hint(p->err, "choose one of %s", option->choices);
}

static bool set_order(parser *p, const ts_option *option, const char *text, ts_option_order *out)
{
    out->reverse = text[0] == '-';
    return set_choice(p, option, text + out->reverse, &out->choice);
}

static void add_to_list(parser *p, ts_option_list *list, const char *text)
{
    if (!list->items) {
        list->items = p->list_storage;
        p->list_storage += p->option_room;
    }
    list->items[list->count++] = text;
}

static bool set_value(parser *p, const ts_option *option, const char *text)
{
    void *field = (char *)p->settings + option->offset;
    switch (option->kind) {
    case TS_OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case TS_OPTION_TEXT:
        *(const char **)field = text;
        return true;
    case TS_OPTION_LIST:
        add_to_list(p, field, text);
        return true;
    case TS_OPTION_COUNT:
        return set_count(p, option, text, field);
    case TS_OPTION_SIZE:
        return set_size(p, option, text, field);
    case TS_OPTION_REAL:
        return set_real(p, option, text, field);
    case TS_OPTION_CHOICE:
        return set_choice(p, option, text, field);
    case TS_OPTION_ORDER:
        return set_order(p, option, text, field);
    }
    return false;
}

/* ---- names --------------------------------------------------------------------------------------------- */

static bool unknown_option(parser *p, const char *text)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < p->command->option_count && count < 63; i++)
        names[count++] = p->command->options[i].name;
    names[count++] = "help";
    char word[64];
    const char *name = text + strspn(text, "-");
    size_t length = strcspn(name, "=");
    if (length >= sizeof word) length = sizeof word - 1;
    memcpy(word, name, length);
    word[length] = '\0';
    const char *near = ts_nearest(word, names, count);
    (void)ts_fail(p->err, TS_USAGE, "unknown option %s", text);
    if (near) return ts_hint(p->err, "did you mean --%s?", near);
    return ts_hint(p->err, "see tagsmith %s --help; what begins with a dash and is no option goes after --",
                   p->command->name);
}

static const ts_option *find_long(const ts_command *command, const char *name, size_t length)
{
    for (size_t i = 0; i < command->option_count; i++) {
        const ts_option *option = &command->options[i];
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0) return option;
    }
    return NULL;
}

static const ts_option *find_letter(const ts_command *command, char letter)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].letter == letter) return &command->options[i];
    return NULL;
}

static bool set_with_next(parser *p, const ts_option *option)
{
    if (p->at < p->argc) return set_value(p, option, p->argv[p->at++]);
    (void)ts_fail(p->err, TS_USAGE, "--%s wants a value: --%s %s", option->name, option->name, option->value);
    return ts_hint(p->err, "see tagsmith %s --help", p->command->name);
}

static bool parse_long(parser *p, const char *text, bool *help)
{
    size_t length = strcspn(text + 2, "=");
    const char *value = text[2 + length] == '=' ? text + 3 + length : NULL;
    if (!value && strcmp(text, "--help") == 0) return *help = true;
    const ts_option *option = find_long(p->command, text + 2, length);
    if (!option) return unknown_option(p, text);
    if (option->kind == TS_OPTION_FLAG && value)
        return ts_fail(p->err, TS_USAGE, "--%s takes no value", option->name);
    if (option->kind == TS_OPTION_FLAG) return set_value(p, option, NULL);
    return value ? set_value(p, option, value) : set_with_next(p, option);
}

/* "-qj4": flags may stand together, the last one may carry its value. */
static bool parse_letters(parser *p, const char *text, bool *help)
{
    for (const char *at = text + 1; *at; at++) {
        if (*at == 'h') return *help = true;
        const ts_option *option = find_letter(p->command, *at);
        if (!option) return unknown_option(p, text);
        if (option->kind != TS_OPTION_FLAG)
            return at[1] ? set_value(p, option, at + 1) : set_with_next(p, option);
        (void)set_value(p, option, NULL);
    }
    return true;
}

bool ts_options_parse(const ts_command *command, int argc, char **argv, void *settings, const char **storage,
                      const char **list_storage, ts_call *call, bool *help, ts_error *err)
{
    parser p = {command, argv, argc, 0, settings, list_storage, (size_t)argc, err};
    bool only_args = false;
    call->args = storage;
    while (p.at < argc && !*help) {
        const char *text = argv[p.at++];
        bool ok = true;
        if (only_args || text[0] != '-' || text[1] == '\0') storage[call->arg_count++] = text;
        else if (strcmp(text, "--") == 0) only_args = true;
        else if (text[1] == '-') ok = parse_long(&p, text, help);
        else ok = parse_letters(&p, text, help);
        if (!ok) return false;
    }
    return true;
}
