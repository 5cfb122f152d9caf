/* cli (private): what all commands about a data folder share: --data, --config, and calls with their errors. */
#ifndef TS_CLI_SERVER_SETTINGS_H
#define TS_CLI_SERVER_SETTINGS_H

#include <jansson.h>

#include "cli/command.h"
#include "cli/house.h"

/* First members of such a command's settings. */
typedef struct ts_server_settings {
    const char *data, *config;
} ts_server_settings;

#define TS_SERVER_OPTIONS(settings)                                                                          \
    {"data", 0, TS_OPTION_TEXT, "DIR", NULL, 0, 0, offsetof(settings, server.data),                          \
     "data folder (default: data.dir of the settings, else\ntagsmith/data in your own data folder)"},       \
    {                                                                                                        \
        "config", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, offsetof(settings, server.config),                  \
            "settings (default: TAGSMITH_CONFIG, else the usual\nplaces)"                                    \
    }

/* Settings with --data taken in. NULL after having complained is the caller's exit: *status says which. */
ts_config *ts_server_config(const ts_server_settings *settings, ts_error *err);

/* A call whose answer is JSON: the caller gives it up. NULL: err says why (what the server said, if it was the server). */
json_t *ts_server_json(const ts_call *call, const ts_server_settings *settings, const char *method, const char *target,
                       const json_t *body, ts_error *err);

#endif
