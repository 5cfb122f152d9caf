/* The cli room: commands for people and scripts. One file a command, one table (commands.c), from which
 * parsing, help, the man page and shell completion follow. It calls use cases of service/ and draws; it
 * decides nothing.
 *
 * Exit status of every command: 0 all good; 1 some pictures failed or were not reached because the run was stopped, or a
 * check found something, or a search found nothing; 2 wrong use; 3 cannot run.
 */
#ifndef TS_CLI_CLI_H
#define TS_CLI_CLI_H

#include <stdatomic.h>

#include "cli/house.h"

enum { TS_EXIT_GOOD = 0, TS_EXIT_SOME_FAILED = 1, TS_EXIT_USAGE = 2, TS_EXIT_CANNOT_RUN = 3 };

/* Runs the command line and returns the exit status. *stop becomes non-zero when the user wants to stop.
 * SIGPIPE must be ignored. */
int ts_cli_main(int argc, char **argv, const ts_cli_house *house, const atomic_int *stop);

#endif
