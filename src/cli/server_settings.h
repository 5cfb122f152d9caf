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
    {"data",                                                                                                 \
     0,                                                                                                      \
     TS_OPTION_TEXT,                                                                                         \
     "DIR",                                                                                                  \
     NULL,                                                                                                   \
     0,                                                                                                      \
     0,                                                                                                      \
     offsetof(settings, server.data),                                                                        \
     "data folder (default: data.dir of the settings, else\ntagsmith/data in your own data folder)"},        \
    {                                                                                                        \
        "config", 0, TS_OPTION_TEXT, "FILE", NULL, 0, 0, offsetof(settings, server.config),                  \
            "settings (default: TAGSMITH_CONFIG, else the usual\nplaces)"                                    \
    }

/* Settings with --data taken in. NULL: err says why. */
ts_config *ts_server_config(const ts_server_settings *settings, ts_error *err);

/* A call. All but method and target may be zero. */
typedef struct ts_server_ask {
    const char *method, *target;
    const json_t *body;
    const char *text, *type; /* a body that is no JSON, and its media type */
    bool makes_folder;       /* a data folder that is not there yet is made; else it is an error */
    bool with_tagger;        /* where no server runs, load the networks */
} ts_server_ask;

/* A call whose answer is JSON: the caller gives it up. NULL: err says why (what the server said, if it was the server). */
json_t *ts_server_json(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                       ts_error *err);

/* A call whose answer is a text, appended to out. */
bool ts_server_text(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                    ts_buf *out, ts_error *err);

/* A call about one thing of a list: ask->target is the list ("/api/keys"), id what the user called the thing, `what` the
 * rest of the path ("/credit") or "". As ts_server_json. */
json_t *ts_server_about(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                        const char *id, const char *what, ts_error *err);

/* The list at a target, its rows (the answer's member `rows`) printed one after the other. The answer is the caller's.
 * NULL: err says why. */
typedef void (*ts_print_row)(const json_t *row, bool as_json);
json_t *ts_server_list(const ts_call *call, const ts_server_settings *settings, const char *target,
                       const char *rows, ts_print_row print, bool as_json, ts_error *err);

/* The end of a command that prints no more: gives the answer up, complains where there is none, returns the exit status. */
int ts_server_end(json_t *answer, const ts_error *err);

/* A call whose answer comes as events: each is told; data lives for the call. What the event "done" brought is the
 * result and the caller's. NULL: err says why; TS_INTERRUPTED when the user stopped it. */
typedef void (*ts_server_event)(void *context, const char *name, const json_t *data);
json_t *ts_server_events(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                         ts_server_event event, void *context, ts_error *err);

/* A call whose answer comes by line. */
bool ts_server_lines(const ts_call *call, const ts_server_settings *settings, const ts_server_ask *ask,
                     ts_cli_line line, void *context, ts_error *err);

/* ---- small things ----------------------------------------------------------------------------------------------- */

/* "%C3%A9 %26" for text in a target. Appended; false: no memory. */
bool ts_escape_query(ts_buf *out, const char *text);
/* One line of compact JSON on standard output. */
void ts_print_json(const json_t *json);
/* Text that may hold what a terminal would obey, shown as '?'; without a line end. */
void ts_print_shown(const char *text);
/* An absolute path without links; of a file that is to be made, its folder's. In out (PATH_MAX). TS_USAGE where it is no
 * UTF-8, for it goes to a server as JSON. */
bool ts_absolute_path(const char *path, bool to_be_made, char *out, ts_error *err);

#endif
