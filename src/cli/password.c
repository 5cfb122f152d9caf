/* cli: a password typed unseen, or handed over on standard input. */
#include "cli/password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool read_line(char *out, size_t size)
{
    if (!fgets(out, (int)size, stdin)) return false;
    size_t length = strcspn(out, "\r\n");
    bool whole = out[length] != '\0' || feof(stdin);
    out[length] = '\0';
    return whole && length > 0;
}

static bool ask(const char *question, char *out, size_t size)
{
    struct termios usual, silent;
    (void)fputs(question, stderr);
    (void)fflush(stderr);
    bool known = tcgetattr(STDIN_FILENO, &usual) == 0;
    silent = usual;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    if (known) (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    bool ok = read_line(out, size);
    if (known) (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual);
    (void)fputc('\n', stderr);
    return ok;
}

bool ts_password_read(char *out, size_t size, ts_error *err)
{
    char again[512];
    bool ok = isatty(STDIN_FILENO) ? ask("password: ", out, size) : read_line(out, size);
    if (!ok)
        return ts_fail(err, TS_USAGE, "a password is one line on standard input, shorter than %zu bytes",
                       size);
    if (!isatty(STDIN_FILENO)) return true;
    bool same = ask("once more: ", again, sizeof again) && strcmp(out, again) == 0;
    explicit_bzero(again, sizeof again);
    return same || ts_fail(err, TS_USAGE, "the two are not the same; nothing was changed");
}
