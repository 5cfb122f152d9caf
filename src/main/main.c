/* main: the composition root. Installs the signal handlers, which no other room may, and starts the command
 * line. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "cli/cli.h"
#include "main/house.h"

static atomic_int stop_wanted; /* the one thing a signal handler may touch */

/* The first signal asks to finish; the second, whichever it is, ends us. */
static void want_stop(int signal_number)
{
    if (atomic_exchange(&stop_wanted, signal_number) == 0) return;
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static void catch_signals(void)
{
    struct sigaction finish = {.sa_handler = want_stop, .sa_flags = SA_RESTART};
    sigemptyset(&finish.sa_mask);
    sigaction(SIGINT, &finish, NULL);
    sigaction(SIGTERM, &finish, NULL);
    sigaction(SIGHUP, &finish, NULL);
    /* A closed pipe is an answer to write(), not a death. */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
}

/* A standard stream that was closed by the caller would be taken by the next file opened, and what is meant for
 * people would end up in it. Held open the wrong way round, every use of it fails as it should. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    catch_signals();
    static const ts_cli_house house = {.serve = ts_main_serve, .call = ts_main_call};
    return ts_cli_main(argc, argv, &house, &stop_wanted);
}
