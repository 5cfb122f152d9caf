/* main (private): what the command line is given to work with. */
#ifndef TS_MAIN_HOUSE_H
#define TS_MAIN_HOUSE_H

#include "cli/house.h"

bool ts_main_serve(const ts_config *config, const atomic_int *stop, ts_error *err);
bool ts_main_call(const ts_cli_request *request, ts_cli_answer *answer, ts_error *err);

#endif
